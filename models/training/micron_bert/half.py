"""The fp16 build: the same graph with 16 bit weights and arithmetic, save where small differences would vanish.

Inputs and outputs keep their types, so that whoever runs the graph need not care.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from onnx import NodeProto, TensorProto

from .rewrite import Rewrite

Rule = Callable[[NodeProto], bool]
"""Whether a node computes in fp16."""
Policy = Callable[[Rewrite], Rule]
"""The rule for one graph."""

FLOATS = (TensorProto.FLOAT, TensorProto.FLOAT16)
# They move values without touching them, so they take whatever comes. Concat alone has more than one input of data.
LAYOUT = frozenset("Concat Gather Reshape Slice Split Transpose Unsqueeze".split())


def all_but_norms(graph: Rewrite) -> Rule:
    """For the encoder. In fp32 stay the sums over a whole row or picture, and all that is done to pixels before the
    patches are made of them: a sum of 12544 grey levels has no place in fp16."""
    ops = [node.op_type for node in graph.source]
    first = ops.index("Conv") if "Conv" in ops else 0
    kept = {node.output[0] for node in graph.source[:first]}
    return lambda node: node.op_type not in ("Cast", "LayerNormalization", "Softmax") and node.output[0] not in kept


def linear_maps(graph: Rewrite) -> Rule:
    """For the comparator: only products with weights. It rests on differences, and on floors such as 1e-8 that fp16
    does not have."""
    return lambda node: node.op_type in ("MatMul", "Gemm") and node.input[1] in graph.constants


def to_half(content: bytes, policy: Policy) -> bytes:
    """fp32 graph -> fp16 graph. Raises OverflowError when a weight does not fit into fp16, whose largest is 65504."""
    return _Halving(content, policy).run()


class _Halving:
    def __init__(self, content: bytes, policy: Policy) -> None:
        self.graph = Rewrite(content)
        self.rule = policy(self.graph)
        self.types = {value.name: value.type.tensor_type.elem_type for value in self.graph.model.graph.input}
        self.types |= {name: _type_of(value) for name, value in self.graph.constants.items()}
        self.outputs = {value.name for value in self.graph.model.graph.output}

    def run(self) -> bytes:
        for node in self.graph.source:
            kind = self._kind(node)
            inputs = [self._as(kind, name) if self.types[name] in FLOATS else name for name in node.input]
            # An output keeps its name and its type: what is halved gets another name and is widened at once.
            halved = node.output if kind == TensorProto.FLOAT16 else ()
            late = {name: f"{name}.half" for name in halved if name in self.outputs}
            self.graph.keep(node, inputs, [late.get(name, name) for name in node.output])
            for name in node.output:
                self.types[late.get(name, name)] = kind
            for name, half in late.items():
                self.graph.add("Cast", [half], name, to=TensorProto.FLOAT)
        return self.graph.finish()

    def _kind(self, node: NodeProto) -> int:
        """The type in which a node computes and of its results."""
        if node.op_type in LAYOUT:
            data = node.input if node.op_type == "Concat" else node.input[:1]
            kinds = {self.types[name] for name in data}
            return TensorProto.FLOAT16 if TensorProto.FLOAT16 in kinds else kinds.pop()
        return TensorProto.FLOAT16 if self.rule(node) else TensorProto.FLOAT

    def _as(self, kind: int, name: str) -> str:
        """The name of this value in that type, made once when first needed."""
        if self.types[name] == kind:
            return name
        other = f"{name}.half" if kind == TensorProto.FLOAT16 else f"{name}.float"
        if other not in self.types:
            self.types[other] = kind
            if name in self.graph.constants:
                self.graph.constant(other, _halved(name, self.graph.constants[name]))
            else:
                self.graph.add("Cast", [name], other, to=kind)
        return other


def _halved(name: str, value: np.ndarray) -> np.ndarray:
    with np.errstate(over="ignore"):
        half = value.astype(np.float16)
    if not np.isfinite(half).all():
        raise OverflowError(f"{name}: {np.abs(value).max():g} does not fit into fp16")
    return half


def _type_of(value: np.ndarray) -> int:
    return {"float32": TensorProto.FLOAT, "int64": TensorProto.INT64}[value.dtype.name]
