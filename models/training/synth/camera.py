"""From a rendered picture to what a plant's camera delivers: optics, sensor, mains flicker, compression."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass

import cv2
import numpy as np

from micron_bert.errors import TrainingError


@dataclass(frozen=True)
class Camera:
    """One camera for one strip of clips. scale: picture size over rendered size; blur and sharpen: px and share;
    noise: sRGB levels at mid grey; flicker: relative amplitude; mains: Hz; codec and quality: as ffmpeg has them."""

    scale: float
    blur: float
    sharpen: float
    noise: float
    flicker: float
    mains: float
    codec: str
    quality: int


def camera(rng: np.random.Generator, codec: str = "libx264") -> Camera:
    """Any camera of a plant: 5 to 9.5 px per cm of face, H.264 at CRF 18 to 30."""
    return Camera(
        scale=float(rng.uniform(0.53, 1.0)),
        blur=float(rng.uniform(0, 0.8)),
        sharpen=float(rng.choice((0, rng.uniform(0, 0.8)))),
        noise=float(rng.uniform(0.3, 4.0)),
        flicker=float(rng.choice((0, rng.uniform(0.0, 0.06)))),
        mains=float(rng.choice((50, 60))),
        codec=codec,
        quality=int(rng.integers(18, 31)),
    )


def background(rng: np.random.Generator, size: int) -> np.ndarray:
    """float (size,size,3) 0-1: blurred shapes of a hall."""
    coarse = rng.uniform(0.05, 0.8, (1, 1, 3)) + rng.normal(0, 0.12, (6, 6, 3))
    picture = cv2.resize(coarse.astype(np.float32), (size, size), interpolation=cv2.INTER_CUBIC)
    for _ in range(int(rng.integers(0, 6))):
        x, y, w, h = rng.integers(0, size, 4)
        picture[y : y + h // 2 + 4, x : x + w // 4 + 2] += rng.normal(0, 0.15, 3).astype(np.float32)
    return np.clip(cv2.GaussianBlur(picture, (0, 0), float(rng.uniform(0.5, 3))), 0, 1)


def expose(picture: np.ndarray, lens: Camera, rng: np.random.Generator, at_ms: float, phase: float) -> np.ndarray:
    """float (H,W,3) 0-1 at rendered size -> uint8 at the camera's size."""
    side = tile(lens, picture.shape[0])
    small = cv2.resize(picture, (side, side), interpolation=cv2.INTER_AREA)
    if lens.blur > 0.15:
        small = cv2.GaussianBlur(small, (0, 0), lens.blur)
    if lens.flicker:
        # Lamps pulse at twice the mains; a rolling shutter reads the rows one after the other, 15 ms from top to
        # bottom of the whole picture, of which the face is a part.
        rows = np.arange(side) / side * 4 + at_ms
        small = small * (1 + lens.flicker * np.sin(2 * np.pi * (2 * lens.mains * rows / 1000 + phase)))[:, None, None]
    if lens.noise:
        shot = np.sqrt(np.clip(small, 0.02, 1)) * 1.4
        small = small + rng.normal(0, lens.noise / 255, small.shape) * shot
    if lens.sharpen:
        small = small + lens.sharpen * (small - cv2.GaussianBlur(small.astype(np.float32), (0, 0), 1.0))
    return np.clip(small * 255 + 0.5, 0, 255).astype(np.uint8)


def tile(lens: Camera, size: int) -> int:
    """Side of a picture after the camera's scaling: even, because chroma is halved."""
    return int(size * lens.scale) // 2 * 2


def compress(strips: np.ndarray, lens: Camera, fps: int) -> np.ndarray:
    """uint8 (T,H,W,3) through the codec and back: the first picture is whole, the others are predicted from it.

    Raises TrainingError when ffmpeg is missing or lacks the codec.
    """
    if shutil.which("ffmpeg") is None:
        raise TrainingError("ffmpeg: not found; install it (apt-get install ffmpeg)")
    count, height, width, _ = strips.shape
    raw = ["-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{width}x{height}", "-r", str(fps)]
    # The old codec counts 2 (best) to 31; 18 to 30 of the new ones is about 2 to 6 of it.
    rate = ["-qscale:v", str(lens.quality // 3 - 4)] if lens.codec == "mpeg4" else ["-crf", str(lens.quality)]
    if lens.codec != "mpeg4":
        rate += ["-preset", "veryfast", "-tune", "zerolatency"]
    base = ["ffmpeg", "-hide_banner", "-loglevel", "error", "-nostdin", "-threads", "1"]
    quiet = ["-x265-params", "log-level=error"] if lens.codec == "libx265" else []
    coded = _pipe(
        [*base, *raw, "-i", "-", "-c:v", lens.codec, *rate, *quiet, "-threads", "1",
         "-pix_fmt", "yuv420p", "-colorspace", "bt709", "-vf", "scale=out_color_matrix=bt709", "-f", "matroska", "-"],
        strips.tobytes(), lens.codec,
    )  # fmt: skip
    decoded = _pipe(
        [*base, "-i", "-", "-vf", "scale=in_color_matrix=bt709", "-f", "rawvideo", "-pix_fmt", "rgb24", "-"],
        coded, lens.codec,
    )  # fmt: skip
    if len(decoded) != strips.nbytes:
        raise TrainingError(f"ffmpeg: {lens.codec} gave back {len(decoded)} of {strips.nbytes} bytes")
    return np.frombuffer(decoded, np.uint8).reshape(strips.shape)


def _pipe(command: list[str], content: bytes, codec: str) -> bytes:
    done = subprocess.run(command, input=content, capture_output=True, check=False)
    if done.returncode:
        raise TrainingError(f"ffmpeg: {codec}: {done.stderr.decode(errors='replace').strip()[:300]}")
    return done.stdout
