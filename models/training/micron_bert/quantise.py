"""The int8 build: products with weights in 8 bits, in the form that both TensorRT and ONNX Runtime recognise.

QDQ form, after "Explicit Quantization" of the TensorRT documentation: QuantizeLinear and DequantizeLinear before both
inputs of every product, all symmetric (zero point 0), activations with one scale a tensor, weights with one a column.
Weights stay fp32 with a pair of their own, every pair has one reader, and biases are left alone: TensorRT 8 imports
nothing else (github.com/microsoft/onnxruntime issues 11535 and 14229, pull requests 9616 and 9720). So the file is no
smaller; the engine that is built from it is.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from onnx import NodeProto

from .rewrite import Rewrite

STEPS = 127
"""Of an int8 to either side of zero; -128 is left unused, so that the range is symmetric."""


def quantisable(content: bytes) -> list[str]:
    """Names of the activations that a product with weights reads: those whose range `to_int8` wants to know."""
    graph = Rewrite(content)
    return list(dict.fromkeys(node.input[0] for node in graph.source if _is_product(node, graph)))


def to_int8(content: bytes, ranges: Mapping[str, float]) -> bytes:
    """fp32 graph -> int8 graph. `ranges`: for every name of `quantisable` the largest magnitude to be told apart.

    Raises KeyError when a range is missing.
    """
    graph = Rewrite(content)
    zero = graph.constant("zero", np.array(0, np.int8))
    for at, node in enumerate(graph.source):
        if not _is_product(node, graph):
            graph.keep(node, list(node.input))
            continue
        data, weight, *rest = node.input
        scale = graph.constant(f"{data}.scale", np.float32(_tidy(ranges[data] / STEPS)))
        data = _pair(graph, data, scale, zero, at)
        weight = _weight(graph, node, weight, at)
        graph.keep(node, [data, weight, *rest])
    return graph.finish()


def _is_product(node: NodeProto, graph: Rewrite) -> bool:
    # The convolution is left out: it reads pixels, and 8 bits of a symmetric range are fewer than the 8 of the pixels.
    return node.op_type in ("MatMul", "Gemm") and node.input[1] in graph.constants


def _weight(graph: Rewrite, node: NodeProto, name: str, at: int) -> str:
    axis = 0 if any(part.name == "transB" and part.i for part in node.attribute) else 1
    value = graph.constants[name]
    largest = np.abs(value).max(axis=1 - axis)
    # A column of zeros has no range; any scale keeps it zero.
    scales = np.array([_tidy(most / STEPS) if most > 0 else 1.0 for most in largest], np.float32)
    scale = graph.constant(f"{name}.scale", scales)
    zeros = graph.constant(f"{name}.zero", np.zeros(len(scales), np.int8))
    return _pair(graph, name, scale, zeros, at, axis=axis)


def _pair(graph: Rewrite, name: str, scale: str, zero: str, at: int, **axis: int) -> str:
    """QuantizeLinear and DequantizeLinear, for the reader at this place alone."""
    steps = graph.add("QuantizeLinear", [name, scale, zero], f"{name}.{at}.int8", **axis)
    return graph.add("DequantizeLinear", [steps, scale, zero], f"{name}.{at}.float", **axis)


def _tidy(scale: float) -> float:
    """Rounded up to 8 binary digits: the last bits of a calibration differ between processors, the file must not."""
    mantissa, exponent = np.frexp(np.float64(scale))
    return float(np.ldexp(np.ceil(mantissa * 256) / 256, exponent))
