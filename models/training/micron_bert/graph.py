"""From a module to the bytes of an ONNX graph that say nothing about the machine they were made on."""

from __future__ import annotations

import inspect
import io
import warnings
from collections.abc import Mapping

import onnx
import torch
from onnx import ModelProto
from torch import Tensor, nn

from .tensorrt import require_supported

OPSET = 17
"""The first with LayerNormalization: one node, which TensorRT can keep in fp32."""


def to_onnx(module: nn.Module, inputs: Mapping[str, Tensor], outputs: Mapping[str, Tensor], batch: str) -> bytes:
    """Serialised ONNX in which the first axis of every input and output is dynamic and named `batch`.

    `inputs` and `outputs` are examples; their other axes are fixed. Raises what `sealed` raises.
    """
    buffer = io.BytesIO()
    # PyTorch 2.9 made another exporter the default. This one exists in all versions since 1.13.
    old_exporter = {"dynamo": False} if "dynamo" in inspect.signature(torch.onnx.export).parameters else {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            module.eval(),
            tuple(inputs.values()),
            buffer,
            input_names=list(inputs),
            output_names=list(outputs),
            dynamic_axes={name: {0: batch} for name in (*inputs, *outputs)},
            opset_version=OPSET,
            **old_exporter,
        )
    model = onnx.load_from_string(buffer.getvalue())
    _strip(model)
    _inline_identities(model)
    for value in model.graph.output:
        # The exporter forgets that all axes but the first are constants.
        for axis, extent in zip(value.type.tensor_type.shape.dim[1:], outputs[value.name].shape[1:]):
            axis.dim_value = extent
    return sealed(model)


def sealed(model: ModelProto) -> bytes:
    """The bytes of a graph that is ready to be shipped; every exported file comes through here.

    Raises ValueError when TensorRT would not import it, and onnx's own errors when it is not valid.
    """
    onnx.checker.check_model(model, full_check=True)
    require_supported(model)
    return model.SerializeToString(deterministic=True)


def _strip(model: ModelProto) -> None:
    """Remove what the exporter adds and nobody needs: source paths in doc strings, its version, its guesses of shapes."""
    model.ClearField("doc_string")
    model.ClearField("metadata_props")
    model.producer_name, model.producer_version = "micron_bert", ""
    graph = model.graph
    graph.name = "micron_bert"
    graph.ClearField("doc_string")
    graph.ClearField("value_info")
    for part in (*graph.node, *graph.input, *graph.output, *graph.initializer):
        part.ClearField("doc_string")
        if "metadata_props" in part.DESCRIPTOR.fields_by_name:
            part.ClearField("metadata_props")


def _inline_identities(model: ModelProto) -> None:
    """Equal weights (the norms of an untrained model) are exported once, with an Identity for each further use."""
    graph = model.graph
    stands_for = {node.output[0]: node.input[0] for node in graph.node if node.op_type == "Identity"}
    kept = [node for node in graph.node if node.op_type != "Identity"]
    for node in kept:
        for at, name in enumerate(node.input):
            while name in stands_for:
                name = stands_for[name]
            node.input[at] = name
    del graph.node[:]
    graph.node.extend(kept)
