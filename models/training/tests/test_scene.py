"""The synthetic scene: the rasteriser, the acts, and the ground truth that lies beside the films."""

from __future__ import annotations

import json
import unittest
from pathlib import Path

try:
    import numpy as np
    import PIL  # noqa: F401
    import scipy  # noqa: F401
except ImportError as missing:
    raise unittest.SkipTest(f"the scene needs numpy, scipy and Pillow: {missing}") from None

from scene.cast import FILMS
from scene.mesh import grid_triangles, vertex_normals
from scene.raster import rasterise
from scene.script import FPS, FRAMES, envelope, micro
from scene.truth import SCHEMA

SCENE = Path(__file__).resolve().parents[3] / "test" / "scene"
LABELS = {"negative", "positive", "surprise", "none"}


class Rasteriser(unittest.TestCase):
    """Coverage, interpolation and depth order of single triangles; clockwise in the image is front."""

    corners = np.array([(0, 0), (0, 8), (8, 0)], float)

    def test_covers_the_pixel_centres_inside(self) -> None:
        buffer = rasterise(self.corners, np.ones(3), np.array([[0, 1, 2]]), 10, 10)
        got = {(int(p) % 10, int(p) // 10) for p in buffer.pixel}
        want = {(x, y) for x in range(8) for y in range(8) if (x + 0.5) + (y + 0.5) <= 8}
        self.assertEqual(got, want)

    def test_interpolates_an_attribute_linearly(self) -> None:
        triangles = np.array([[0, 1, 2]])
        buffer = rasterise(self.corners, np.ones(3), triangles, 10, 10)
        at = buffer.interpolate(triangles, self.corners)
        centres = np.stack([buffer.pixel % 10, buffer.pixel // 10], 1) + 0.5
        np.testing.assert_allclose(at, centres, atol=1e-4)

    def test_ignores_the_back(self) -> None:
        buffer = rasterise(self.corners, np.ones(3), np.array([[0, 2, 1]]), 10, 10)
        self.assertEqual(len(buffer.pixel), 0)

    def test_the_nearer_triangle_wins(self) -> None:
        points = np.concatenate([self.corners, self.corners])
        depth = np.array([5, 5, 5, 3, 3, 3], float)
        for triangles in ([[0, 1, 2], [3, 4, 5]], [[3, 4, 5], [0, 1, 2]]):
            buffer = rasterise(points, depth, np.array(triangles), 10, 10)
            self.assertEqual(set(buffer.depth.tolist()), {3.0})

    def test_clips_to_the_image(self) -> None:
        buffer = rasterise(self.corners - 4, np.ones(3), np.array([[0, 1, 2]]), 4, 4)
        self.assertTrue(((buffer.pixel >= 0) & (buffer.pixel < 16)).all())


class Meshes(unittest.TestCase):
    def test_a_flat_grid_has_one_normal(self) -> None:
        y, x = np.mgrid[0:-3:-1, 0:4].astype(float)
        points = np.stack([x, y, np.zeros_like(x)], -1).reshape(-1, 3)
        normals = vertex_normals(points, grid_triangles(3, 4, closed=False))
        np.testing.assert_allclose(normals, np.tile((0, 0, 1.0), (12, 1)), atol=1e-9)


class Acts(unittest.TestCase):
    def test_a_micro_expression_starts_and_ends_neutral(self) -> None:
        act = micro("positive", (12,), 100, 0.5)
        curve = envelope(act, np.arange(FRAMES))
        self.assertEqual(curve[act.onset], 0)
        self.assertEqual(curve[act.apex], 1)
        self.assertEqual(curve[act.offset:].max(), 0)

    def test_a_slow_one_is_refused(self) -> None:
        with self.assertRaises(ValueError):
            micro("positive", (12,), 100, 0.5, rise=6)

    def test_heads_are_still_during_micro_expressions(self) -> None:
        for person in (p for cast in FILMS.values() for p in cast):
            brief = [a for a in person.acts if a.kind == "micro-expression"]
            others = [a for a in person.acts if a.kind != "micro-expression"]
            self.assertIn(len(brief), range(3, 7), person.id)
            for a in brief:
                self.assertTrue(all(a.offset < b.onset or b.offset < a.onset for b in others), person.id)


class GroundTruth(unittest.TestCase):
    """What the tests of the program believe about the films."""

    def films(self):
        for name, cast in FILMS.items():
            path = SCENE / f"{name}.json"
            if not path.exists():
                self.skipTest(f"{path} has not been made")
            with self.subTest(film=name):
                yield json.loads(path.read_text()), path, cast

    def test_describes_the_film(self) -> None:
        for truth, path, cast in self.films():
            self.assertEqual(truth["schema"], SCHEMA)
            self.assertTrue((path.parent / truth["video"]).exists())
            self.assertEqual((truth["fps"], truth["frames"]), (FPS, FRAMES))
            self.assertEqual([p["id"] for p in truth["people"]], [p.id for p in cast])
            self.assertLess(path.stat().st_size, 400_000)

    def test_boxes_and_landmarks_are_inside_the_frame(self) -> None:
        for truth, _, _ in self.films():
            width, height = truth["widthPx"], truth["heightPx"]
            for person in truth["people"]:
                frames = person["frames"]
                box = np.array(frames["box"])
                self.assertEqual(box.shape, (truth["frames"], 4))
                self.assertEqual(len(frames["visible"]), truth["frames"])
                self.assertTrue((box[:, :2] >= 0).all() and (box[:, 0] + box[:, 2] <= width).all())
                self.assertTrue((box[:, 1] + box[:, 3] <= height).all())
                self.assertTrue(((box[:, 3] > 100) & (box[:, 3] < 200)).all())
                point = {k: np.array(v) for k, v in frames["landmarks"].items()}
                self.assertTrue((point["leftEye"][:, 0] < point["rightEye"][:, 0]).all())
                self.assertTrue((point["mouth"][:, 1] > point["nose"][:, 1]).all())
                self.assertTrue(all(len(p) == truth["frames"] for p in point.values()))
            for text in truth["text"]:
                x, y, w, h = text["box"]
                self.assertTrue(0 <= x and x + w <= width and 0 <= y and y + h <= height and h >= 20)

    def test_people_keep_apart(self) -> None:
        for truth, _, _ in self.films():
            spans = []
            for person in truth["people"]:
                box = np.array(person["frames"]["box"])
                spans.append((box[:, 0].min(), (box[:, 0] + box[:, 2]).max()))
            for (_, end), (start, _) in zip(spans, spans[1:], strict=False):
                self.assertLess(end, start)

    def test_events_fit_their_film(self) -> None:
        for truth, _, _ in self.films():
            for person in truth["people"]:
                for event in person["events"]:
                    onset, apex, offset = (event[f"{k}Frame"] for k in ("onset", "apex", "offset"))
                    self.assertTrue(0 <= onset < apex < offset < truth["frames"], event)
                    self.assertIn(event["label"], LABELS)
                    brief = event["kind"] == "micro-expression"
                    self.assertEqual(brief, event["label"] != "none")
                    if brief:
                        self.assertLessEqual((apex - onset) / truth["fps"], 0.2)
                        self.assertLessEqual((offset - onset) / truth["fps"], 0.5)


if __name__ == "__main__":
    unittest.main()
