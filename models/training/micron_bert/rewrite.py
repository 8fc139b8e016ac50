"""Writing a graph anew from its own nodes: the common part of the fp16 and the int8 build."""

from __future__ import annotations

import numpy as np
import onnx
from onnx import ModelProto, NodeProto, numpy_helper

from .graph import sealed


class Rewrite:
    """A graph under construction: the old model to read from, the new nodes in order, the new constants by name."""

    def __init__(self, content: bytes) -> None:
        self.model: ModelProto = onnx.load_from_string(content)
        self.source = [node for node in self.model.graph.node if node.op_type != "Constant"]
        """The old nodes. Constants are in `constants`, wherever the exporter put them."""
        self.constants = {part.name: numpy_helper.to_array(part) for part in self.model.graph.initializer}
        for node in self.model.graph.node:
            if node.op_type == "Constant":
                self.constants[node.output[0]] = numpy_helper.to_array(node.attribute[0].t)
        self.nodes: list[NodeProto] = []

    def add(self, op: str, inputs: list[str], output: str, **attributes: object) -> str:
        """Append a node; returns the name of its output."""
        self.nodes.append(onnx.helper.make_node(op, inputs, [output], **attributes))
        return output

    def keep(self, node: NodeProto, inputs: list[str], outputs: list[str] | None = None) -> None:
        """Append an old node, wired to other inputs and perhaps writing to other names."""
        copy = NodeProto()
        copy.CopyFrom(node)
        copy.input[:] = inputs
        if outputs is not None:
            copy.output[:] = outputs
        self.nodes.append(copy)

    def constant(self, name: str, value: np.ndarray) -> str:
        """Make a constant known; the same name again must mean the same value."""
        self.constants.setdefault(name, value)
        return name

    def finish(self) -> bytes:
        """The new graph, without constants that nothing reads. The same graph gives the same bytes."""
        graph = self.model.graph
        read = {name for node in self.nodes for name in node.input}
        del graph.node[:]
        graph.node.extend(self.nodes)
        del graph.initializer[:]
        graph.initializer.extend(
            numpy_helper.from_array(np.array(value, order="C"), name)
            for name, value in self.constants.items()
            if name in read
        )
        return sealed(self.model)
