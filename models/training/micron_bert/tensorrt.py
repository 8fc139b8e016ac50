"""What TensorRT imports without plug-ins on JetPack 6, and the check that a graph asks for nothing else.

JetPack 6.0 has TensorRT 8.6, 6.1 and later have 10.3. Its ONNX importer lists what it knows in docs/operators.md of
github.com/onnx/onnx-tensorrt. Read for this table: the lists of 8.5, 9.2 and 10.15, and docs/Changelog.md, which says
that 8.5 added uint8 network inputs and 8.6 LayerNormalization. What else stands in all three lists, with these types, is
taken to hold for 8.6 and 10.3, whose own lists were not at hand. That uint8 may only be cast, and only to floating point,
is in the description of DataType in TensorRT's API.
Nothing here has run on a Jetson.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import onnx
from onnx import ModelProto, NodeProto, TensorProto, numpy_helper

OPSETS = range(9, 18)
"""8.6 knows opsets to 17; 10.3 knows more."""

_FLOAT = frozenset({TensorProto.FLOAT, TensorProto.FLOAT16})

SUPPORTED: dict[str, frozenset[int]] = {
    **dict.fromkeys("Abs Add Conv Div Erf Exp Gemm LayerNormalization Log MatMul Mul Neg".split(), _FLOAT),
    **dict.fromkeys("ReduceMax ReduceMean ReduceSum Relu Sigmoid Softmax Sqrt Sub Tanh".split(), _FLOAT),
    **dict.fromkeys("Concat Gather Reshape Slice Split Transpose Unsqueeze".split(), _FLOAT),
    "Cast": _FLOAT | {TensorProto.UINT8},
    "QuantizeLinear": _FLOAT,
    "DequantizeLinear": frozenset({TensorProto.INT8}),
}
"""Operators that our graphs may use, with the types of the values that may flow into them."""

CONSTANT_INPUTS: dict[str, tuple[int, ...]] = {
    "DequantizeLinear": (1, 2),
    "Gather": (1,),
    "QuantizeLinear": (1, 2),
    "ReduceMax": (1,),
    "ReduceSum": (1,),
    "Reshape": (1,),
    "Slice": (1, 2, 3, 4),
    "Split": (1,),
    "Unsqueeze": (1,),
}
"""Inputs that must be known when the engine is built, by position."""


def require_supported(model: ModelProto) -> None:
    """Raises ValueError that names the operator, its node and what TensorRT would not take."""
    (opset,) = (entry.version for entry in model.opset_import if entry.domain == "")
    if opset not in OPSETS:
        raise ValueError(f"opset {opset}: TensorRT 8.6 imports {OPSETS.start} to {OPSETS.stop - 1}")
    for value in model.graph.input:
        if any(not axis.HasField("dim_value") for axis in value.type.tensor_type.shape.dim[1:]):
            raise ValueError(f"input {value.name}: only its first axis may be dynamic")
    graph = _Graph(model)
    for node in model.graph.node:
        for fault in _faults(node, graph):
            raise ValueError(f"{node.op_type}, node {node.name or node.output[0]}: {fault}")


class _Graph:
    """Constants, types and readers of a graph, by name."""

    def __init__(self, model: ModelProto) -> None:
        inferred = onnx.shape_inference.infer_shapes(model).graph
        self.types = {part.name: part.data_type for part in inferred.initializer}
        for value in (*inferred.input, *inferred.value_info, *inferred.output):
            self.types[value.name] = value.type.tensor_type.elem_type
        self.constants = {part.name: part for part in inferred.initializer}
        self.readers: dict[str, list[NodeProto]] = {}
        for node in inferred.node:
            if node.op_type == "Constant":
                self.constants[node.output[0]] = node.attribute[0].t
            for name in node.input:
                self.readers.setdefault(name, []).append(node)


def _faults(node: NodeProto, graph: _Graph) -> Iterator[str]:
    if node.op_type == "Constant":
        return
    if node.op_type not in SUPPORTED:
        yield "no such operator in the lists of TensorRT 8.6 to 10.3"
        return
    fixed = CONSTANT_INPUTS.get(node.op_type, ())
    for at, name in enumerate(node.input):
        if at in fixed and name not in graph.constants:
            yield f"input {at} must be a constant"
        if at not in fixed and graph.types.get(name) not in SUPPORTED[node.op_type]:
            yield f"input {at} is {_type_name(graph.types.get(name))}"
    if node.op_type == "LayerNormalization" and len(node.output) != 1:
        yield "only its first output exists there"
    if node.op_type in ("QuantizeLinear", "DequantizeLinear"):
        yield from _quantisation_faults(node, graph)


def _quantisation_faults(node: NodeProto, graph: _Graph) -> Iterator[str]:
    # "Explicit Quantization" of the developer guide. That 8.x wants pairs, and int8 in no constant, it does not say:
    # see quantise.py.
    if len(node.input) != 3 or graph.types.get(node.input[2]) != TensorProto.INT8:
        yield "needs a zero point of type int8"
    elif np.any(numpy_helper.to_array(graph.constants[node.input[2]])):
        yield "its zero point must be 0"
    elif not np.all(numpy_helper.to_array(graph.constants[node.input[1]]) > 0):
        yield "its scale must be positive"
    elif node.op_type == "DequantizeLinear" and node.input[0] in graph.constants:
        yield "reads a constant: TensorRT 8 wants fp32 weights and a QuantizeLinear"
    elif node.op_type == "QuantizeLinear":
        readers = graph.readers.get(node.output[0], [])
        if [reader.op_type for reader in readers] != ["DequantizeLinear"]:
            yield "must be read by one DequantizeLinear and nothing else"


def _type_name(kind: int | None) -> str:
    return "of unknown type" if not kind else TensorProto.DataType.Name(kind).lower()
