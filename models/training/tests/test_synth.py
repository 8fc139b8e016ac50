"""Scripts, people, cameras and crops of the generator; the renderer itself where OpenGL and the face model are there."""

from __future__ import annotations

import os
import shutil
import tempfile
import unittest
from pathlib import Path

try:
    import numpy as np
    import cv2
except ImportError as error:
    raise unittest.SkipTest(f"NumPy or OpenCV is not installed (python3-opencv): {error}") from error
try:
    import moderngl  # noqa: F401
except ImportError as error:
    raise unittest.SkipTest(f"the renderer is not installed (python3-moderngl): {error}") from error

from micron_bert.errors import TrainingError
from synth.acts import FRAMES, KINDS, LABELS, MICRO, act
from synth.camera import Camera, camera, compress, expose, tile
from synth.people import person, tone
from synth.ranges import SEEN, UNSEEN, lamps, pose
from synth.register import MARGIN, SIDE, cut, points, similarity

FACE_MODEL = os.environ.get("MICRON_EDGE_FACE_MODEL")
"""ict-face.npz, for the tests that render; see README.md."""


class ActsTest(unittest.TestCase):
    def test_micro_expressions_keep_to_the_literature(self) -> None:
        for seed in range(200):
            label = LABELS[1 + seed % 3]
            script = act(np.random.default_rng(seed), "micro", label, (0.15, 0.5))
            self.assertEqual(script.label, label)
            self.assertLessEqual(script.times_ms[3] - script.times_ms[1], 200 + 1e-6, "apex within 0.2 s of rest")
            self.assertLessEqual(script.times_ms[-1] - script.times_ms[1], 500, "within half a second")
            self.assertTrue(0.15 <= script.amplitude.max() <= 0.5)
            self.assertEqual(script.amplitude[0], 0)
            self.assertTrue(any(set(always) <= set(script.units) for always, _ in MICRO[label]))

    def test_everything_else_is_none(self) -> None:
        for seed, kind in enumerate(KINDS[1:]):
            script = act(np.random.default_rng(seed), kind, "positive", (0.15, 0.5))
            self.assertEqual((script.label, float(script.amplitude.max()), script.parts), ("none", 0.0, {}))

    def test_weights_stay_within_the_face(self) -> None:
        for seed in range(200):
            script = act(np.random.default_rng(seed), KINDS[seed % len(KINDS)], "negative", (0.1, 0.6))
            for name, values in script.weights.items():
                self.assertEqual(values.shape, (FRAMES,), name)
                self.assertTrue((values >= 0).all() and (values <= 1).all(), name)

    def test_slow_expressions_hardly_move_within_a_clip(self) -> None:
        for seed in range(50):
            script = act(np.random.default_rng(seed), "macro", "none", (0.15, 0.5))
            moved = max(float(np.ptp(values)) for name, values in script.weights.items() if "eye" not in name)
            self.assertLess(moved, 0.15)


class PeopleTest(unittest.TestCase):
    def test_skin_covers_the_whole_scale(self) -> None:
        bright = [tone(np.random.default_rng(seed)).mean() for seed in range(300)]
        counts, _ = np.histogram(bright, 4, (0.1, 0.9))
        self.assertTrue((counts > 25).all(), counts)

    def test_same_seed_same_person(self) -> None:
        self.assertEqual(person(7), person(7))
        self.assertNotEqual(person(7), person(8))


class RangesTest(unittest.TestCase):
    def test_test_poses_and_lamps_are_never_training_ones(self) -> None:
        for seed in range(200):
            yaw, pitch, _ = np.abs(pose(np.random.default_rng(seed), UNSEEN))
            self.assertTrue(yaw > SEEN.yaw[1] or pitch > SEEN.pitch[1])
            azimuth, elevation, _ = lamps(np.random.default_rng(seed), UNSEEN, 0.3)
            self.assertTrue(abs(azimuth) >= SEEN.azimuth[1] and elevation <= SEEN.elevation[0])
            seen = np.abs(pose(np.random.default_rng(seed), SEEN))
            self.assertTrue(seen[0] <= SEEN.yaw[1] and seen[1] <= SEEN.pitch[1])


class RegisterTest(unittest.TestCase):
    def test_similarity_is_recovered(self) -> None:
        rng = np.random.default_rng(1)
        source = rng.normal(0, 30, (4, 2))
        turn = np.array([[1.1, -0.3], [0.3, 1.1]])
        found = similarity(source, source @ turn.T + (5, -7))
        np.testing.assert_allclose(found, np.column_stack([turn, (5, -7)]), atol=1e-9)

    def test_a_point_lands_where_the_matrix_says(self) -> None:
        # A bright blob at a known place, coordinates counted from the pixel's corner.
        y, x = np.mgrid[0:300, 0:300] + 0.5
        at = np.array((140.3, 151.8))
        picture = np.repeat((255 * np.exp(-((x - at[0]) ** 2 + (y - at[1]) ** 2) / 40))[..., None], 3, 2).astype(np.uint8)
        matrix = np.array([[0.55, -0.06, -20.0], [0.06, 0.55, -35.0]])
        crop = cut(picture, matrix)[..., 0].astype(float)
        y, x = np.mgrid[0:SIDE, 0:SIDE] + 0.5
        found = np.array(((crop * x).sum(), (crop * y).sum())) / crop.sum() - MARGIN
        np.testing.assert_allclose(found, matrix[:, :2] @ at + matrix[:, 2], atol=0.05)

    def test_landmarks_become_the_detectors_points(self) -> None:
        marks = np.arange(138, dtype=float).reshape(69, 2)
        np.testing.assert_allclose(points(marks)[0], marks[36:42].mean(0))
        np.testing.assert_allclose(points(marks)[2], marks[30])


class CameraTest(unittest.TestCase):
    def test_flicker_is_rows_and_noise_has_its_size(self) -> None:
        grey = np.full((256, 256, 3), 0.5, np.float32)
        still = Camera(1.0, 0, 0, 0, 0.05, 50, "libx264", 23)
        picture = expose(grey, still, np.random.default_rng(1), 0, 0).astype(float)
        self.assertEqual(float(np.ptp(picture, axis=1).max()), 0, "rows are even")
        self.assertGreater(float(np.ptp(picture[:, 0, 0])), 3)
        noisy = expose(grey, Camera(1.0, 0, 0, 4.0, 0, 50, "libx264", 23), np.random.default_rng(1), 0, 0)
        self.assertAlmostEqual(float(noisy.std()), 4.0, delta=0.4)

    def test_sizes_are_even(self) -> None:
        for seed in range(50):
            self.assertEqual(tile(camera(np.random.default_rng(seed)), 256) % 2, 0)

    @unittest.skipUnless(shutil.which("ffmpeg"), "ffmpeg is not installed")
    def test_compression_loses_detail_but_not_the_picture(self) -> None:
        rng = np.random.default_rng(1)
        smooth = cv2.resize(rng.random((6, 6, 3)).astype(np.float32), (64, 64), interpolation=cv2.INTER_CUBIC)
        strips = np.clip(smooth[None] * 255 + rng.normal(0, 6, (3, 64, 64, 3)), 0, 255).astype(np.uint8)
        seen = compress(strips, Camera(1, 0, 0, 0, 0, 50, "libx264", 28), 25)
        self.assertEqual(seen.shape, strips.shape)
        self.assertLess(float(np.abs(seen.astype(float) - strips).mean()), 12)
        self.assertFalse(np.array_equal(seen, strips))

    @unittest.skipUnless(shutil.which("ffmpeg"), "ffmpeg is not installed")
    def test_unknown_codec_is_named(self) -> None:
        with self.assertRaisesRegex(TrainingError, "ffmpeg: libnothing"):
            compress(np.zeros((1, 64, 64, 3), np.uint8), Camera(1, 0, 0, 0, 0, 50, "libnothing", 28), 25)


@unittest.skipUnless(FACE_MODEL, "needs MICRON_EDGE_FACE_MODEL, the path of ict-face.npz")
class RenderTest(unittest.TestCase):
    def test_one_persons_shard_is_whole_and_repeats(self) -> None:
        from scene.model import load
        from synth.generate import shard
        from synth.shard import read
        from synth.stage import Stage

        stage, model = Stage(), load(Path(FACE_MODEL))
        with tempfile.TemporaryDirectory() as folder:
            for name in ("a", "b"):
                shard(stage, model, "train", 5, Path(folder) / name)
            (first, facts), (second, _) = (read(Path(folder) / name) for name in ("a", "b"))
            np.testing.assert_array_equal(first, second)
            micro = facts["kind"] == 0
            self.assertTrue((facts["moved"][micro].max((1, 2)) > 0.05).all())
            self.assertTrue((facts["moved"][~micro] == 0).all())
            # Onset and apex differ more than two frames at rest, or nothing could be learnt.
            change = lambda a, b: np.abs(first[micro][:, a].astype(float) - first[micro][:, b]).mean()  # noqa: E731
            self.assertGreater(change(0, 3), change(0, 1))


if __name__ == "__main__":
    unittest.main()
