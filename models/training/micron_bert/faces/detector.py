"""The face in a picture."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from .full_range import Faces, both, decode
from .letterbox import letterbox
from .network import DETECTOR, open_network

# The two passes of agent/detect/detector.ts: a small input for near faces, a large one for those it does not see.
NEAR_PX = 128
FAR_PX = 512
FAR_LARGEST_PX = 96
MIN_SCORE = 0.5
# The network was trained on faces with their surroundings; pictures cropped to the face are shown to it on a ground
# this much larger.
MARGIN = 0.5


class FaceDetector:
    """The agent's detector, with its two passes over every picture."""

    def __init__(self, folder: Path = DETECTOR) -> None:
        self._run = open_network(folder)

    def detect(self, image: np.ndarray) -> Faces:
        """uint8 [H, W, 3] sRGB -> its faces, best first."""
        near = self._pass(image, NEAR_PX)
        far = self._pass(image, FAR_PX)
        scale = FAR_PX / max(image.shape[:2])
        return both(near, far.only(far.boxes[:, 3] * scale <= FAR_LARGEST_PX))

    def largest(self, image: np.ndarray) -> np.ndarray | None:
        """Landmarks [6, 2] of the largest face, which is the one a data set filmed; None where there is no face."""
        faces = self.detect(image)
        if not len(faces.scores):
            faces = self._on_larger_ground(image)
        if not len(faces.scores):
            return None
        return faces.landmarks[np.argmax(faces.boxes[:, 2:].prod(1))]

    def _on_larger_ground(self, image: np.ndarray) -> Faces:
        top, left = (round(side * MARGIN / 2) for side in image.shape[:2])
        ground = np.pad(image, ((top, top), (left, left), (0, 0)), mode="edge")
        scores, boxes, landmarks = self.detect(ground)
        return Faces(scores, boxes - (left, top, 0, 0), landmarks - (left, top))

    def _pass(self, image: np.ndarray, long_side_px: int) -> Faces:
        data, scale = letterbox(image, long_side_px)
        regressors, scores = self._run(data)
        return decode(regressors, scores, data.shape[3], scale, MIN_SCORE)
