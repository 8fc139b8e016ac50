"""Running the detector's ONNX file with whatever runtime this machine has."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np

from ..errors import TrainingError

DETECTOR = Path(__file__).resolve().parents[3] / "face-detector"

Run = Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]]
"""float32 [1, 3, h, w] -> regressors [1, n, 16], scores [1, n, 1]."""


def open_network(folder: Path = DETECTOR) -> Run:
    """The detector that `folder`/manifest.json names, on one thread.

    Raises TrainingError when it is not built, is not the file of the manifest, or nothing here can run it.
    """
    content = _verified(folder)
    problems = []
    for start in (_onnxruntime, _opencv):
        try:
            return start(content)
        except ImportError as error:
            problems.append(str(error))
    raise TrainingError(
        f"{folder}: finding faces needs onnxruntime (pip install onnxruntime) or OpenCV (Debian: apt-get install "
        f"python3-opencv): {'; '.join(problems)}"
    )


def _verified(folder: Path) -> bytes:
    try:
        named = json.loads((folder / "manifest.json").read_text())["files"]["detector"]
        content = (folder / named["file"]).read_bytes()
    except FileNotFoundError as error:
        raise TrainingError(f"{error.filename}: no such file; `npm run setup` builds the face detector") from error
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise TrainingError(f"{folder}/manifest.json: files.detector: {error!r}; restore the file") from error
    if hashlib.sha256(content).hexdigest() != named["sha256"]:
        raise TrainingError(f"{folder / named['file']}: is not what manifest.json names; build it with `npm run setup`")
    return content


def _onnxruntime(content: bytes) -> Run:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])

    def run(data: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        regressors, scores = session.run(["regressors", "scores"], {"input": data})
        return regressors, scores

    return run


def _opencv(content: bytes) -> Run:
    import cv2

    try:
        network = cv2.dnn.readNetFromONNX(np.frombuffer(content, np.uint8))
    except cv2.error as error:
        raise ImportError(f"OpenCV {cv2.__version__} cannot load the detector: {error}") from error
    cv2.setNumThreads(1)

    def run(data: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        network.setInput(data, "input")
        regressors, scores = network.forward(["regressors", "scores"])
        return regressors, scores

    return run
