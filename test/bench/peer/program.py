"""Faces of a film to expressions over MQTT, the straightforward way. See README.md beside it.

Prints one line of JSON: frames, faces, and the CPU seconds that they took, without the start.
"""

from __future__ import annotations

import argparse
import json
import math
import resource
from collections import deque

import cv2
import numpy as np
import paho.mqtt.client as mqtt
import torch
from micron_bert.comparator import PaperComparator
from micron_bert.config import EDGE, LABELS
from micron_bert.encoder import Encoder

WIDTH, HEIGHT = 960, 540
LONG_SIDE = 256
STRIDE = 4
MIN_SCORE = 0.5
TEMPLATE = np.float32([[39, 44], [73, 44], [56, 83]])
"""Eyes and mouth in the crop, as the shipped model wants them."""
BLUR = (51, 51)
MARGIN = 1.25


class Detector:
    """MediaPipe's full-range face detector through OpenCV's own inference."""

    def __init__(self, path: str) -> None:
        self.net = cv2.dnn.readNetFromONNX(path)
        self.scale = LONG_SIDE / max(WIDTH, HEIGHT)
        self.width = math.ceil(WIDTH * self.scale / 32) * 32
        self.height = math.ceil(HEIGHT * self.scale / 32) * 32

    def __call__(self, picture: np.ndarray) -> list[tuple[np.ndarray, np.ndarray]]:
        """BGR -> box [x, y, w, h] and points [eye, eye, mouth] of each face, in pixels of the picture."""
        small = cv2.resize(picture, None, fx=self.scale, fy=self.scale, interpolation=cv2.INTER_AREA)
        canvas = np.zeros((self.height, self.width, 3), np.uint8)
        canvas[: small.shape[0], : small.shape[1]] = small
        self.net.setInput(cv2.dnn.blobFromImage(canvas, 1 / 127.5, mean=(127.5, 127.5, 127.5), swapRB=True))
        values, scores = self.net.forward(("regressors", "scores"))
        logits = scores.reshape(-1)
        found = np.flatnonzero(logits > math.log(MIN_SCORE / (1 - MIN_SCORE)))
        columns = self.width // STRIDE
        boxes, points, sure = [], [], []
        for i in found:
            anchor = np.float32([(i % columns + 0.5) * STRIDE, (i // columns + 0.5) * STRIDE])
            row = values.reshape(-1, 16)[i]
            centre, size = (anchor + row[:2]) / self.scale, row[2:4] / self.scale
            boxes.append([*(centre - size / 2), *size])
            landmarks = (anchor + row[4:].reshape(-1, 2)) / self.scale
            points.append(landmarks[[0, 1, 3]])
            sure.append(float(1 / (1 + math.exp(-logits[i]))))
        kept = cv2.dnn.NMSBoxes([list(map(float, box)) for box in boxes], sure, MIN_SCORE, 0.3)
        return [(np.float32(boxes[i]), np.float32(points[i])) for i in np.array(kept).reshape(-1)]


def redact(picture: np.ndarray, boxes: list[np.ndarray]) -> np.ndarray:
    """Everything but the faces blurred."""
    blurred = cv2.GaussianBlur(picture, BLUR, 0)
    for x, y, w, h in boxes:
        grow_x, grow_y = w * (MARGIN - 1) / 2, h * (MARGIN - 1) / 2
        left, right = max(0, int(x - grow_x)), min(WIDTH, int(x + w + grow_x))
        top, bottom = max(0, int(y - grow_y)), min(HEIGHT, int(y + h + grow_y))
        blurred[top:bottom, left:right] = picture[top:bottom, left:right]
    return blurred


def crop(picture: np.ndarray, points: np.ndarray) -> np.ndarray:
    """The face in canonical pose, RGB."""
    transform, _ = cv2.estimateAffinePartial2D(points, TEMPLATE)
    face = cv2.warpAffine(picture, transform, (EDGE.image_px, EDGE.image_px), flags=cv2.INTER_LINEAR)
    return cv2.cvtColor(face, cv2.COLOR_BGR2RGB)


class Tracks:
    """Faces by the nearest box of the picture before; each has its last crops."""

    def __init__(self, longest: int) -> None:
        self.longest = longest
        self.faces: list[tuple[np.ndarray, deque[np.ndarray]]] = []

    def update(self, boxes: list[np.ndarray]) -> list[deque[np.ndarray]]:
        before, self.faces = self.faces, []
        for box in boxes:
            near = [(float(np.hypot(*(box[:2] - old[:2]))), i) for i, (old, _) in enumerate(before)]
            distance, i = min(near, default=(math.inf, -1))
            history = before.pop(i)[1] if distance < box[2] / 2 else deque(maxlen=self.longest + 1)
            self.faces.append((box, history))
        return [history for _, history in self.faces]


def cpu_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("film")
    parser.add_argument("--detector", required=True)
    parser.add_argument("--broker", required=True, help="host:port")
    parser.add_argument("--lags", default="3,5", help="pictures between the two of a pair")
    parser.add_argument("--warm", type=int, default=10, help="pictures before the measurement begins")
    args = parser.parse_args()
    lags = [int(lag) for lag in args.lags.split(",")]

    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    torch.manual_seed(1)
    encoder, comparator = Encoder(EDGE).eval(), PaperComparator(EDGE).eval()
    detector = Detector(args.detector)
    tracks = Tracks(max(lags))
    client = mqtt.Client()
    host, port = args.broker.rsplit(":", 1)
    client.connect(host, int(port))
    client.loop_start()

    video = cv2.VideoCapture(args.film)
    frames = faces = pairs = 0
    began = cpu_seconds()
    with torch.inference_mode():
        while True:
            ok, picture = video.read()
            if not ok:
                break
            frames += 1
            if frames == args.warm:
                began, faces, pairs = cpu_seconds(), 0, 0
            picture = cv2.resize(picture, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA)
            found = detector(picture)
            picture = redact(picture, [box for box, _ in found])
            onsets, apexes = [], []
            for (_, points), history in zip(found, tracks.update([box for box, _ in found])):
                history.append(crop(picture, points))
                faces += 1
                for lag in lags:
                    if len(history) > lag:
                        onsets.append(history[-1 - lag])
                        apexes.append(history[-1])
            if not onsets:
                continue
            pairs += len(onsets)
            tokens = encoder(torch.from_numpy(np.stack(onsets + apexes)))
            answer = comparator(*tokens.chunk(2))
            labels = [LABELS[i] for i in answer.logits.argmax(1).tolist()]
            client.publish("peer/expressions", json.dumps({"frame": frames, "labels": labels}), qos=1)
    cpu = cpu_seconds() - began
    client.loop_stop()
    print(json.dumps({"frames": frames - args.warm + 1, "faces": faces, "pairs": pairs, "cpuS": cpu}))


main()
