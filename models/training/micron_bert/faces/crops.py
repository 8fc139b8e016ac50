"""The canonical crops of one clip."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..datasets.clip import AnnotatedClip
from ..datasets.images import read_frame
from ..errors import TrainingError
from ..manifest import TEMPLATE_112
from .detector import FaceDetector
from .full_range import LANDMARKS
from .similarity import Similarity, fit_similarity
from .warp import warp

_ROWS = [LANDMARKS.index(name) for name in TEMPLATE_112]


def to_crop(landmarks: np.ndarray, size_px: int) -> Similarity | None:
    """[6, 2] in the order of LANDMARKS -> the similarity from the picture to the crop; None if they coincide."""
    template = np.array(list(TEMPLATE_112.values()), float) * (size_px / 112)
    return fit_similarity(landmarks[_ROWS], template)


def clip_crops(clip: AnnotatedClip, places: Sequence[int], detector: FaceDetector, size_px: int) -> np.ndarray:
    """uint8 [len(places), size_px, size_px, 3] of the frames at `places`.

    The face is looked for in the onset frame, and its transform serves all of them: a detector's landmarks tremble by
    more than a micro-expression moves, and it is the motion between the frames that counts. Raises TrainingError when
    a frame cannot be read or the onset shows no face.
    """
    onset = read_frame(clip, clip.onset)
    landmarks = detector.largest(onset)
    transform = None if landmarks is None else to_crop(landmarks, size_px)
    if transform is None:
        raise TrainingError(f"{clip.frames[clip.onset]}: no face found in this onset frame of {clip.source}")
    back = transform.inverse()
    crops = []
    for place in places:
        image = onset if place == clip.onset else read_frame(clip, place)
        if image.shape != onset.shape:
            raise TrainingError(
                f"{clip.frames[place]}: {image.shape[1]}x{image.shape[0]} px, the onset frame of {clip.source} has "
                f"{onset.shape[1]}x{onset.shape[0]}; frames of one clip must be of one size"
            )
        crops.append(warp(image, back, size_px))
    return np.stack(crops)
