"""From pictures to crops: each part by itself, then the whole on a film whose landmarks are known."""

from __future__ import annotations

import importlib.util
import json
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

try:
    import numpy as np
    from PIL import Image
except ImportError as missing:
    raise unittest.SkipTest(f"images need numpy and Pillow: {missing}") from None

from micron_bert.datasets.clip import AnnotatedClip
from micron_bert.errors import TrainingError
from micron_bert.faces.crops import clip_crops, to_crop
from micron_bert.faces.detector import FaceDetector
from micron_bert.faces.full_range import LANDMARKS, Faces, decode, merge
from micron_bert.faces.letterbox import letterbox
from micron_bert.faces.network import DETECTOR, open_network
from micron_bert.faces.similarity import Similarity, fit_similarity
from micron_bert.faces.warp import warp
from micron_bert.manifest import TEMPLATE_112

SCENE = Path(__file__).resolve().parents[3] / "test" / "scene"
CAN_DETECT = (DETECTOR / "full-range.onnx").exists() and any(
    importlib.util.find_spec(name) is not None for name in ("onnxruntime", "cv2")
)
NO_DETECTOR = "needs the built face detector (npm run setup) and onnxruntime or OpenCV"
CAN_FILM = shutil.which("ffmpeg") is not None and (SCENE / "plant-a.mp4").exists()
NO_FILM = "needs ffmpeg and test/scene/plant-a.mp4"


class Similarities(unittest.TestCase):
    quarter = Similarity(0, 2, 10, 20)
    """Twice as large, a quarter turn, then 10 to the right and 20 down."""

    def test_applies(self) -> None:
        points = np.array([(0, 0), (1, 0), (0, 1)], float)
        np.testing.assert_allclose(self.quarter.apply(points), [(10, 20), (10, 22), (8, 20)])
        self.assertEqual(self.quarter.scale, 2)

    def test_there_and_back(self) -> None:
        points = np.random.default_rng(1).normal(size=(5, 2))
        turned = Similarity(0.3, -1.2, 4, 5)
        np.testing.assert_allclose(turned.inverse().apply(turned.apply(points)), points, atol=1e-12)

    def test_is_found_again(self) -> None:
        points = np.random.default_rng(2).normal(size=(4, 2))
        np.testing.assert_allclose(fit_similarity(points, self.quarter.apply(points)), self.quarter, atol=1e-12)

    def test_errors_are_spread(self) -> None:
        source = np.array([(0, 0), (2, 0)], float)
        found = fit_similarity(source, np.array([(0, 0), (2.0, 1.0)]))
        # No similarity fits better than the one through both points.
        np.testing.assert_allclose(found.apply(source), [(0, 0), (2, 1)], atol=1e-12)
        mirrored = fit_similarity(np.array([(-1, 0), (1, 0), (0, 1), (0, -1)], float),
                                  np.array([(1, 0), (-1, 0), (0, 1), (0, -1)], float))  # fmt: skip
        self.assertAlmostEqual(mirrored.scale, 0)

    def test_coinciding_points_have_none(self) -> None:
        self.assertIsNone(fit_similarity(np.ones((4, 2)), np.eye(4, 2)))


class Warp(unittest.TestCase):
    noise = np.random.default_rng(3).integers(0, 256, (20, 20, 3), dtype=np.uint8)

    def test_whole_pixels_move_the_crop_and_nothing_else(self) -> None:
        whole = warp(self.noise, Similarity(1, 0, 0, 0), 20)
        np.testing.assert_array_equal(warp(self.noise, Similarity(1, 0, 3, 1), 10), whole[1:11, 3:13])

    def test_the_kernel(self) -> None:
        dot = np.zeros((9, 9, 3), np.uint8)
        dot[4, 4] = 255
        row = warp(dot, Similarity(1, 0, 0, 0), 9)[:, :, 0]
        # Mitchell and Netravali's cubic is 0.889 at 0, 0.206 at 0.8 and -0.028 at 1.6: a pixel is 0.8 of its width.
        along = np.array([-0.02844, 0.20622, 0.88889, 0.20622, -0.02844])
        along /= along.sum()
        np.testing.assert_allclose(row[4, 2:7], np.maximum(0, 255 * along[2] * along), atol=0.51)
        np.testing.assert_array_equal(row[4, :2], 0)

    def test_a_turn_of_the_picture_turns_the_crop(self) -> None:
        straight = Similarity(1.3, 0.2, 1.5, -2)
        turned = self.noise
        for quarter in range(1, 4):
            turned = np.rot90(turned)
            # Counterclockwise: x' = y, y' = 20 - x.
            a, b, tx, ty = straight
            straight = Similarity(b, -a, ty, 20 - tx)
            found = warp(turned, straight, 14).astype(int)
            # Lines and columns have changed places, so the two passes shear the kernel the other way.
            self.assertLess(abs(found - warp(self.noise, Similarity(1.3, 0.2, 1.5, -2), 14)).mean(), 6, quarter)

    def test_outside_repeats_the_edge(self) -> None:
        edge = np.repeat(self.noise[:, :1], 20, axis=1)
        outside = warp(self.noise, Similarity(1, 0, -6, 0), 20)
        np.testing.assert_array_equal(outside[:, :4], warp(edge, Similarity(1, 0, 0, 0), 20)[:, :4])

    def test_fine_texture_becomes_its_mean(self) -> None:
        for finer in (2, 3, 4):
            y, x = np.mgrid[: 12 * finer, : 12 * finer]
            stripes = np.where((x % finer == 0)[..., None], 255, 0).repeat(3, 2).astype(np.uint8)
            reduced = warp(stripes, Similarity(finer, 0, 0, 0), 12)
            self.assertTrue((abs(reduced[:, 2:-2].astype(float) - 255 / finer) <= 0.6).all(), finer)


class Letterbox(unittest.TestCase):
    def test_averages_whole_areas(self) -> None:
        image = np.arange(64 * 128 * 3).reshape(64, 128, 3) % 256
        fitted = letterbox(image.astype(np.uint8), 64)
        self.assertEqual((fitted.data.shape, fitted.scale), ((1, 3, 32, 64), 0.5))
        means = image.reshape(32, 2, 64, 2, 3).mean((1, 3))
        np.testing.assert_allclose((fitted.data[0].transpose(1, 2, 0) + 1) * 127.5, means, atol=1e-4)

    def test_black_below_and_to_the_right(self) -> None:
        data, scale = letterbox(np.full((50, 100, 3), 255, np.uint8), 128)
        self.assertEqual((data.shape, scale), ((1, 3, 64, 128), 1.28))
        self.assertTrue((data[0, :, :64] == 1).all())
        tall = letterbox(np.full((100, 30, 3), 255, np.uint8), 128).data
        self.assertEqual(tall.shape, (1, 3, 128, 64))
        self.assertTrue((tall[0, :, :, :38] == 1).all() and (tall[0, :, :, 38:] == -1).all())


class Decoding(unittest.TestCase):
    def test_anchors_and_scale(self) -> None:
        # An input 32 px wide has 8 anchors in a row; anchor 17 is the second of the third row, at (6, 10).
        regressors, logits = np.zeros((1, 64, 16)), np.full((1, 64, 1), -9.0)
        logits[0, 17] = 0
        regressors[0, 17, :6] = (1, 2, 8, 4, -3, 5)
        found = decode(regressors, logits, width_px=32, scale=0.5, min_score=0.5)
        np.testing.assert_allclose(found.scores, [0.5])
        np.testing.assert_allclose(found.boxes, [[(6 + 1 - 4) * 2, (10 + 2 - 2) * 2, 16, 8]])
        np.testing.assert_allclose(found.landmarks[0, 0], [(6 - 3) * 2, (10 + 5) * 2])
        np.testing.assert_allclose(found.landmarks[0, 1:], [[12, 20]] * 5)

    def test_nothing_found(self) -> None:
        found = decode(np.zeros((1, 64, 16)), np.full((1, 64, 1), -1.0), 32, 1, 0.5)
        self.assertEqual((len(found.scores), found.landmarks.shape), (0, (0, 6, 2)))

    def test_what_overlaps_becomes_its_average_by_score(self) -> None:
        boxes = np.array([(0, 0, 10, 10), (100, 0, 10, 10), (2, 0, 10, 10)], float)
        landmarks = np.arange(3)[:, None, None] * np.ones((3, 6, 2))
        merged = merge(Faces(np.array([0.9, 0.8, 0.6]), boxes, landmarks))
        np.testing.assert_allclose(merged.scores, [0.9, 0.8])
        np.testing.assert_allclose(merged.boxes, [(2 * 0.6 / 1.5, 0, 10, 10), (100, 0, 10, 10)])
        np.testing.assert_allclose(merged.landmarks[0], 2 * 0.6 / 1.5)


class Network(unittest.TestCase):
    def test_not_built(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            with self.assertRaisesRegex(TrainingError, "manifest.json: no such file; `npm run setup`"):
                open_network(Path(folder))

    def test_another_file_than_the_manifest_names(self) -> None:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            shutil.copy(DETECTOR / "manifest.json", folder)
            (folder / "full-range.onnx").write_bytes(b"something else")
            with self.assertRaisesRegex(TrainingError, "full-range.onnx: is not what manifest.json names"):
                open_network(folder)
            (folder / "manifest.json").write_text("{}")
            with self.assertRaisesRegex(TrainingError, "manifest.json: files.detector: KeyError"):
                open_network(folder)


def film_frame(film: str, number: int, width: int = 960, height: int = 540) -> np.ndarray:
    """uint8 [height, width, 3] of one frame of a test film."""
    command = ["ffmpeg", "-v", "error", "-i", str(SCENE / f"{film}.mp4"), "-vf", f"select=eq(n\\,{number})",
               "-frames:v", "1", "-f", "rawvideo", "-pix_fmt", "rgb24", "-"]  # fmt: skip
    raw = subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout
    return np.frombuffer(raw, np.uint8).reshape(height, width, 3)


@unittest.skipUnless(CAN_DETECT, NO_DETECTOR)
@unittest.skipUnless(CAN_FILM, NO_FILM)
class OnAFilm(unittest.TestCase):
    """A rendered person whose landmarks are known in every frame."""

    NUMBER = 100

    @classmethod
    def setUpClass(cls) -> None:
        cls.detector = FaceDetector()
        cls.image = film_frame("plant-a", cls.NUMBER)
        people = json.loads((SCENE / "plant-a.json").read_text())["people"]
        cls.truth = [
            np.array([person["frames"]["landmarks"][name][cls.NUMBER] for name in LANDMARKS]) for person in people
        ]
        cls.boxes = [person["frames"]["box"][cls.NUMBER] for person in people]

    def cut(self, person: int, margin: float) -> tuple[np.ndarray, np.ndarray]:
        """The surroundings of a face, and where they begin; a negative margin cuts into the face."""
        x, y, width, height = self.boxes[person]
        left, top = max(0, int(x - margin * width)), max(0, int(y - margin * height))
        cut = self.image[top : int(y + (1 + margin) * height), left : int(x + (1 + margin) * width)]
        return cut, np.array([left, top])

    def test_finds_every_face_and_its_landmarks(self) -> None:
        faces = self.detector.detect(self.image)
        self.assertEqual(len(faces.scores), len(self.truth))
        for truth, box in zip(self.truth, self.boxes):
            # Eyes, nose and mouth, in face heights.
            off = np.hypot(*(faces.landmarks[:, :4] - truth[:4]).transpose(2, 0, 1)).max(1) / box[3]
            self.assertLess(off.min(), 0.08)

    def test_the_face_lands_on_the_template(self) -> None:
        for person in range(len(self.truth)):
            cut, corner = self.cut(person, 1)
            for size_px in (112, 224):
                transform = to_crop(self.detector.largest(cut), size_px)
                landed = transform.apply(self.truth[person] - corner)[:4] * (112 / size_px)
                off = np.hypot(*(landed - np.array(list(TEMPLATE_112.values()))).T)
                self.assertLess(off.max(), 8, f"{landed} in a crop of 112 px")

    def test_finds_a_face_that_fills_the_picture(self) -> None:
        cut, corner = self.cut(0, -0.12)
        self.assertEqual(len(self.detector.detect(cut).scores), 0)
        off = np.hypot(*(self.detector.largest(cut)[:4] + corner - self.truth[0][:4]).T)
        self.assertLess(off.max() / self.boxes[0][3], 0.12)

    def test_no_face(self) -> None:
        self.assertIsNone(self.detector.largest(np.full((200, 300, 3), 127, np.uint8)))

    def clip(self, folder: str, *images: np.ndarray) -> AnnotatedClip:
        frames = tuple(Path(folder) / f"{at}.png" for at in range(len(images)))
        for path, image in zip(frames, images):
            Image.fromarray(image).save(path)
        last = len(images) - 1
        return AnnotatedClip("smic", "s1", "c", 100, frames, 0, None, last, "positive", "positive", (), "made up")

    def test_one_transform_serves_the_clip(self) -> None:
        moved = np.roll(self.image, 8, axis=1)
        with tempfile.TemporaryDirectory() as folder:
            clip = self.clip(folder, self.image, moved, self.image)
            crops = clip_crops(clip, (0, 1, 2), self.detector, 112)
        self.assertEqual((crops.shape, crops.dtype), ((3, 112, 112, 3), np.uint8))
        np.testing.assert_array_equal(crops[0], crops[2])
        # Registered anew, the moved head would come out where it was. It must keep its motion: 8 px of the picture.
        back = to_crop(self.detector.largest(self.image), 112).inverse()
        np.testing.assert_array_equal(crops[0], warp(self.image, back, 112))
        np.testing.assert_array_equal(crops[1], warp(self.image, back._replace(tx=back.tx - 8), 112))

    def test_problems_name_the_image(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            empty = self.clip(folder, np.full((200, 300, 3), 127, np.uint8))
            with self.assertRaisesRegex(TrainingError, r"0\.png: no face found in this onset frame of made up"):
                clip_crops(empty, (0,), self.detector, 112)
            uneven = self.clip(folder, self.image, self.image[:-2])
            with self.assertRaisesRegex(TrainingError, r"1\.png: 960x538 px, the onset frame of made up has 960x540"):
                clip_crops(uneven, (0, 1), self.detector, 112)


if __name__ == "__main__":
    unittest.main()
