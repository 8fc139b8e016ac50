"""What an exported graph means: it is run operator by operator in PyTorch; no other runtime is needed to judge it.

Values typed float16 are computed in float32 and rounded after every operator, as hardware with wide accumulators does;
QuantizeLinear and DequantizeLinear round as the ONNX specification says. That makes the rounding of a file visible
wherever it is examined; speed is not its purpose.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import onnx
import torch
from onnx import ModelProto, NodeProto, numpy_helper
from torch import Tensor

Attributes = Mapping[str, object]
Watch = Callable[[str, Tensor], None]

TYPES = {
    onnx.TensorProto.FLOAT: torch.float32,
    onnx.TensorProto.FLOAT16: torch.float16,
    onnx.TensorProto.UINT8: torch.uint8,
    onnx.TensorProto.INT8: torch.int8,
    onnx.TensorProto.INT64: torch.int64,
}


class Reference:
    """One graph, ready to run on the CPU."""

    def __init__(self, content: bytes) -> None:
        """Raises ValueError when the graph holds an operator that is not in OPERATORS."""
        model: ModelProto = onnx.load_from_string(content)
        self.outputs = [value.name for value in model.graph.output]
        self.constants = {part.name: _tensor(numpy_helper.to_array(part)) for part in model.graph.initializer}
        self.steps: list[tuple[NodeProto, Attributes]] = []
        for node in model.graph.node:
            attributes = {part.name: onnx.helper.get_attribute_value(part) for part in node.attribute}
            if node.op_type == "Constant":
                self.constants[node.output[0]] = _tensor(numpy_helper.to_array(attributes["value"]))
            elif node.op_type in OPERATORS:
                self.steps.append((node, attributes))
            else:
                raise ValueError(f"{node.op_type} ({node.output[0]}): the reference has no such operator")

    @torch.no_grad()
    def __call__(self, feeds: Mapping[str, Tensor], watch: Watch | None = None) -> dict[str, Tensor]:
        """Outputs by name. `watch` is shown every input and every result, by name, while it is there."""
        values = {**self.constants, **feeds}
        for name, value in feeds.items():
            _show(watch, name, value)
        for node, attributes in self.steps:
            inputs = [values[name] for name in node.input]
            for name, value in zip(node.output, _rounded(node.op_type, inputs, attributes)):
                values[name] = value
                _show(watch, name, value)
        return {name: values[name] for name in self.outputs}


def _show(watch: Watch | None, name: str, value: Tensor) -> None:
    if watch is not None:
        watch(name, value)


def _tensor(array: np.ndarray) -> Tensor:
    return torch.from_numpy(np.array(array))


def _rounded(op: str, inputs: list[Tensor], attributes: Attributes) -> tuple[Tensor, ...]:
    """PyTorch 1.13 multiplies no float16 matrices on a CPU, and accelerators accumulate in float32 anyway."""
    half = any(value.dtype == torch.float16 for value in inputs)
    if half and op != "Cast":
        inputs = [value.float() if value.dtype == torch.float16 else value for value in inputs]
    results = OPERATORS[op](attributes, *inputs)
    results = results if isinstance(results, tuple) else (results,)
    if half and op != "Cast":
        return tuple(value.half() if value.dtype == torch.float32 else value for value in results)
    return results


def _cast(attributes: Attributes, x: Tensor) -> Tensor:
    return x.to(TYPES[attributes["to"]])


def _slice(_: Attributes, x: Tensor, starts: Tensor, ends: Tensor, axes: Tensor, steps: Tensor) -> Tensor:
    for start, end, axis, step in zip(starts.tolist(), ends.tolist(), axes.tolist(), steps.tolist()):
        x = x[(slice(None),) * (axis % x.dim()) + (slice(start, min(end, x.shape[axis]), step),)]
    return x


def _gather(attributes: Attributes, x: Tensor, at: Tensor) -> Tensor:
    return x[(slice(None),) * attributes.get("axis", 0) + (at,)]


def _reduce(how: Callable[..., Tensor]) -> Callable[..., Tensor]:
    def run(attributes: Attributes, x: Tensor, axes: Tensor | None = None) -> Tensor:
        along = attributes["axes"] if axes is None else axes.tolist()
        return how(x, dim=tuple(along), keepdim=bool(attributes.get("keepdims", 1)))

    return run


def _gemm(attributes: Attributes, a: Tensor, b: Tensor, c: Tensor) -> Tensor:
    a = a.T if attributes.get("transA", 0) else a
    b = b.T if attributes.get("transB", 0) else b
    return attributes.get("alpha", 1.0) * (a @ b) + attributes.get("beta", 1.0) * c


def _conv(attributes: Attributes, x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    return torch.nn.functional.conv2d(x, weight, bias, stride=tuple(attributes["strides"]))


def _layer_normalization(attributes: Attributes, x: Tensor, scale: Tensor, bias: Tensor) -> Tensor:
    return torch.nn.functional.layer_norm(x, scale.shape, scale, bias, attributes.get("epsilon", 1e-5))


def _split(attributes: Attributes, x: Tensor, sizes: Tensor) -> tuple[Tensor, ...]:
    return tuple(x.split(sizes.tolist(), dim=attributes.get("axis", 0)))


def _unsqueeze(_: Attributes, x: Tensor, axes: Tensor) -> Tensor:
    for axis in sorted(axes.tolist()):
        x = x.unsqueeze(axis)
    return x


def _along(scale: Tensor, x: Tensor, attributes: Attributes) -> Tensor:
    """A scale for every index of one axis, or for all of the tensor."""
    if scale.dim() == 0:
        return scale
    shape = [1] * x.dim()
    shape[attributes.get("axis", 1)] = -1
    return scale.reshape(shape)


def _quantize(attributes: Attributes, x: Tensor, scale: Tensor, zero: Tensor) -> Tensor:
    low, high = (-128, 127) if zero.dtype == torch.int8 else (0, 255)
    steps = torch.round(x / _along(scale, x, attributes)) + _along(zero, x, attributes)
    return steps.clamp(low, high).to(zero.dtype)


def _dequantize(attributes: Attributes, x: Tensor, scale: Tensor, zero: Tensor) -> Tensor:
    return (x.float() - _along(zero, x, attributes)) * _along(scale, x, attributes)


OPERATORS: dict[str, Callable[..., Tensor | tuple[Tensor, ...]]] = {
    "Abs": lambda _, x: x.abs(),
    "Add": lambda _, a, b: a + b,
    "Cast": _cast,
    "Concat": lambda attributes, *parts: torch.cat(parts, dim=attributes["axis"]),
    "Conv": _conv,
    "DequantizeLinear": _dequantize,
    "Div": lambda _, a, b: a / b,
    "Erf": lambda _, x: torch.erf(x),
    "Exp": lambda _, x: torch.exp(x),
    "Gather": _gather,
    "Gemm": _gemm,
    "LayerNormalization": _layer_normalization,
    "Log": lambda _, x: torch.log(x),
    "MatMul": lambda _, a, b: a @ b,
    "Mul": lambda _, a, b: a * b,
    "Neg": lambda _, x: -x,
    "QuantizeLinear": _quantize,
    "ReduceMax": _reduce(torch.amax),
    "ReduceMean": _reduce(torch.mean),
    "ReduceSum": _reduce(torch.sum),
    "Relu": lambda _, x: torch.relu(x),
    "Reshape": lambda _, x, shape: x.reshape(shape.tolist()),
    "Sigmoid": lambda _, x: torch.sigmoid(x),
    "Slice": _slice,
    "Softmax": lambda attributes, x: torch.softmax(x, dim=attributes.get("axis", -1)),
    "Split": _split,
    "Sqrt": lambda _, x: torch.sqrt(x),
    "Sub": lambda _, a, b: a - b,
    "Tanh": lambda _, x: torch.tanh(x),
    "Transpose": lambda attributes, x: x.permute(tuple(attributes["perm"])),
    "Unsqueeze": _unsqueeze,
}
"""The operators of `tensorrt.SUPPORTED`, by name: (attributes, *inputs) -> result or results."""
