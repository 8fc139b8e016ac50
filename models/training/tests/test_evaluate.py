"""Protocols, report and the evaluate step; the fine-tuning in them is a stand-in that says what it was given."""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import tempfile
import unittest
from pathlib import Path

try:
    import numpy as np
    import torch
    from PIL import Image
except ImportError as missing:
    raise unittest.SkipTest(f"evaluation needs PyTorch, NumPy and Pillow: {missing}") from None

from micron_bert.__main__ import main
from micron_bert.checkpoint import Checkpoint, save
from micron_bert.comparator import build_comparator
from micron_bert.config import LABELS, ModelSize
from micron_bert.datasets.clip import AnnotatedSet
from micron_bert.encoder import Encoder
from micron_bert.errors import TrainingError
from micron_bert.evaluation.pairs import LabelledPair, Pairs
from micron_bert.evaluation.predict import predict
from micron_bert.evaluation.protocols import composite, loso
from micron_bert.evaluation.report import results, table
from micron_bert.progress import Progress, duration
from micron_bert.steps import evaluate

from tests import test_faces as faces

SIZE = ModelSize(image_px=112, patch_px=16, dim=16, depth=1, heads=2)


def checkpoint(says: str | None = None) -> Checkpoint:
    """A tiny model; with `says` its answer is that label, whatever it sees."""
    torch.manual_seed(5)
    comparator = build_comparator(SIZE)
    if says is not None:
        with torch.no_grad():
            comparator.head.weight.zero_()
            comparator.head.bias.zero_()
            comparator.head.bias[LABELS.index(says)] = 9
    return Checkpoint(SIZE, "edge", Encoder(SIZE).state_dict(), comparator.state_dict())


def pair(dataset: str, subject: str, clip: str, label: str) -> LabelledPair:
    crop = np.zeros((112, 112, 3), np.uint8)
    return LabelledPair(crop, crop, label, dataset, subject, clip, at_apex=True)


PAIRS = [
    pair("casme2", "1", "a", "negative"),
    pair("casme2", "1", "b", "positive"),
    pair("casme2", "2", "c", "negative"),
    pair("samm", "1", "d", "surprise"),
    pair("samm", "2", "e", "negative"),
]


class Majority:
    """Fine-tuning that learns one thing: the commonest label of what it is shown."""

    def __init__(self) -> None:
        self.calls: list[tuple[set[tuple[str, str]], int, int]] = []

    def __call__(self, start: Checkpoint, train_pairs, seed: int, epochs: int) -> Checkpoint:
        labels = [one.label for one in train_pairs]
        self.calls.append(({one.person for one in train_pairs}, seed, epochs))
        return checkpoint(max(sorted(set(labels)), key=labels.count))


def quiet(what: str, total: int) -> Progress:
    return Progress(what, total, io.StringIO())


class Answers(unittest.TestCase):
    def test_one_per_pair_in_order(self) -> None:
        said = predict(checkpoint("surprise"), PAIRS * 4)
        self.assertEqual([one.answer.clip for one in said], list("abcde") * 4)
        self.assertEqual({one.answer.predicted for one in said}, {"surprise"})
        self.assertEqual([one.answer.truth for one in said[:2]], ["negative", "positive"])
        self.assertFalse(any(one.preferred_none for one in said))

    def test_none_is_no_answer_but_is_kept(self) -> None:
        said = predict(checkpoint("none"), PAIRS)
        self.assertTrue(all(one.preferred_none for one in said))
        self.assertNotIn("none", {one.answer.predicted for one in said})

    def test_an_untrained_comparator_has_no_answers(self) -> None:
        bare = Checkpoint(SIZE, "edge", Encoder(SIZE).state_dict(), None)
        with self.assertRaisesRegex(TrainingError, "no trained comparator"):
            predict(bare, PAIRS)


class Protocols(unittest.TestCase):
    def test_composite_holds_each_person_out_of_everything(self) -> None:
        tune = Majority()
        said = composite(checkpoint(), PAIRS, tune, 3, 7, quiet)
        everybody = {one.person for one in PAIRS}
        self.assertEqual([everybody - trained for trained, _, _ in tune.calls],
                         [{("casme2", "1")}, {("casme2", "2")}, {("samm", "1")}, {("samm", "2")}])  # fmt: skip
        self.assertEqual({(seed, epochs) for _, seed, epochs in tune.calls}, {(3, 7)})
        self.assertEqual([one.answer.clip for one in said], list("abcde"))
        self.assertEqual({one.answer.predicted for one in said}, {"negative"})

    def test_loso_stays_within_each_set(self) -> None:
        tune = Majority()
        said = loso(checkpoint(), PAIRS, tune, 3, 7, quiet)
        self.assertEqual([trained for trained, _, _ in tune.calls],
                         [{("casme2", "2")}, {("casme2", "1")}, {("samm", "2")}, {("samm", "1")}])  # fmt: skip
        # Each is asked with what the others of its set taught.
        self.assertEqual([one.answer.predicted for one in said],
                         ["negative", "negative", "negative", "negative", "surprise"])  # fmt: skip

    def test_one_person_cannot_be_held_out(self) -> None:
        with self.assertRaisesRegex(TrainingError, "casme2: leave-one-subject-out needs two"):
            loso(checkpoint(), PAIRS[:2], Majority(), 1, 1, quiet)


class Report(unittest.TestCase):
    sets = (
        AnnotatedSet("casme2", Path("c.csv"), (), {"others": 4}, ("c.csv, row 9: broken",)),
        AnnotatedSet("samm", Path("s.csv"), (), {}, ()),
    )

    def found(self, together: bool = True) -> dict:
        pairs = Pairs(tuple(PAIRS), (("samm", "x.jpg: no face"),))
        return results(self.sets, pairs, predict(checkpoint("negative"), PAIRS), together)

    def test_values(self) -> None:
        found = self.found()
        self.assertEqual(list(found), ["casme2", "samm", "all"])
        # casme2: 2 negative of 3 clips, all called negative: F1 4/5; positive 0; no surprise there.
        self.assertAlmostEqual(found["casme2"]["uf1"], 0.4)
        self.assertEqual(found["casme2"]["absentClasses"], ["surprise"])
        self.assertAlmostEqual(found["all"]["uf1"], (6 / 8) / 3)
        self.assertAlmostEqual(found["all"]["uar"], 1 / 3)
        self.assertEqual(found["samm"]["broken"], ["x.jpg: no face"])
        self.assertEqual(found["casme2"]["broken"], ["c.csv, row 9: broken"])
        self.assertEqual(list(self.found(together=False)), ["casme2", "samm"])
        json.dumps(found)

    def test_table(self) -> None:
        lines = table(self.found()).splitlines()
        self.assertEqual(lines[1].split(), "casme2 3 2 0.400 0.500 0.800 0.000 0.000 0.667 0.000".split())
        self.assertIn("casme2: no clip is surprise: left out of the means", lines)
        self.assertIn("casme2: not among the three classes: 4 others", lines)
        self.assertIn("samm: 1 clips skipped as broken; --json lists them", lines)
        self.assertEqual(lines[-1].split(), ["surprise", "1", "0", "0"])


class Step(unittest.TestCase):
    def setUp(self) -> None:
        held = tempfile.TemporaryDirectory()
        self.addCleanup(held.cleanup)
        self.folder = Path(held.name)

    def arguments(self, *words: str) -> argparse.Namespace:
        parser = argparse.ArgumentParser()
        evaluate.configure(parser)
        return parser.parse_args(words)

    def test_nothing_to_measure_on(self) -> None:
        said = io.StringIO()
        with contextlib.redirect_stderr(said):
            self.assertEqual(main(["evaluate", "--model", "x.pth"]), 2)
        self.assertIn("give --casme2, --samm, --smic, --casme3 or --synthetic", said.getvalue())

    def test_an_encoder_alone_is_refused_before_any_work(self) -> None:
        model = self.folder / "encoder.pth"
        save(model, Checkpoint(SIZE, "edge", Encoder(SIZE).state_dict(), None))
        with self.assertRaisesRegex(TrainingError, "no trained comparator"):
            evaluate.run(self.arguments("--model", str(model), "--smic", str(self.folder / "nowhere")))

    @unittest.skipUnless(faces.CAN_DETECT, faces.NO_DETECTOR)
    @unittest.skipUnless(faces.CAN_FILM, faces.NO_FILM)
    def test_from_folders_to_json(self) -> None:
        film = faces.film_frame("plant-a", 100)
        for clip in ("s1/micro/positive/s1_po_01", "s2/micro/surprise/s2_sur_01", "s3/micro/positive/s3_po_01"):
            place = self.folder / "HS" / clip
            place.mkdir(parents=True)
            for number in range(3):
                Image.fromarray(film).save(place / f"image{number:06d}.png")
        faceless = self.folder / "HS/s3/micro/negative/s3_ne_01"
        faceless.mkdir(parents=True)
        for number in range(2):
            Image.new("L", (320, 240), 90).save(faceless / f"image{number:06d}.png")
        model, out = self.folder / "model.pth", self.folder / "out" / "measures.json"
        save(model, checkpoint("positive"))
        words = ["--model", str(model), "--smic", str(self.folder), "--json", str(out)]

        with contextlib.redirect_stderr(io.StringIO()):
            with self.assertRaisesRegex(TrainingError, "s3_ne_01/image000000.png: no face found"):
                evaluate.run(self.arguments(*words))
            self.assertFalse(out.exists())

            said = io.StringIO()
            with contextlib.redirect_stdout(said):
                evaluate.run(self.arguments(*words, "--skip-broken"))
            content = json.loads(out.read_text())
            self.assertEqual((content["schema"], content["protocol"]), ("micron-edge/evaluation/1", "as-is"))
            smic = content["recognition"]["smic"]
            self.assertEqual((smic["clips"], smic["subjects"], smic["withoutApex"]), (3, 3, 3))
            self.assertEqual(smic["confusion"], [[0, 0, 0], [0, 2, 0], [0, 1, 0]])
            self.assertAlmostEqual(smic["uf1"], (4 / 5) / 2)
            self.assertIn("no face found", smic["broken"][0])
            self.assertIn("smic: 3 clips have no apex: the middle frame was taken", said.getvalue())

            tune = Majority()
            with contextlib.redirect_stdout(io.StringIO()):
                evaluate.run(self.arguments(*words, "--skip-broken", "--protocol", "loso", "--epochs", "2"), tune)
            self.assertEqual(len(tune.calls), 3)
            self.assertEqual(json.loads(out.read_text())["epochs"], 2)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class ProgressLine(unittest.TestCase):
    def run_with(self, stream: io.StringIO, seconds: float, steps: int) -> str:
        now = [100.0]
        with Progress("crops", 40, stream, lambda: now[0]) as progress:
            for _ in range(steps):
                now[0] += seconds
                progress.step()
        return stream.getvalue()

    def test_a_line_every_ten_seconds_into_a_file(self) -> None:
        # 4 s each: told at 12, 24, 36 and 48 s, then the end.
        lines = self.run_with(io.StringIO(), 4, 12).splitlines()
        self.assertEqual(lines[0], "crops: 3 of 40, 2 min 28 s left")
        self.assertEqual(lines[3], "crops: 12 of 40, 1 min 52 s left")
        self.assertEqual(lines[4:], ["crops: 12 of 40 in 48 s"])

    def test_one_line_on_a_terminal(self) -> None:
        written = self.run_with(Terminal(), 1, 3)
        self.assertEqual(written.count("\n"), 1)
        self.assertEqual([part.rstrip() for part in written.split("\r")],
                         ["", "crops: 1 of 40, 39 s left", "crops: 2 of 40, 38 s left", "crops: 3 of 40, 37 s left",
                          "crops: 3 of 40 in 3 s"])  # fmt: skip
        self.assertEqual(len(written.split("\r")[-1].rstrip("\n")), len("crops: 3 of 40, 37 s left"))

    def test_a_terminal_is_not_flooded(self) -> None:
        self.assertEqual(self.run_with(Terminal(), 0.0625, 40).count("\r"), 10 + 1)

    def test_the_end_is_told_when_something_goes_wrong(self) -> None:
        stream = io.StringIO()
        with self.assertRaises(KeyError), Progress("folds", 2, stream, lambda: 0.0) as progress:
            progress.step()
            raise KeyError("x")
        self.assertEqual(stream.getvalue(), "folds: 1 of 2 in 0 s\n")

    def test_durations(self) -> None:
        self.assertEqual([duration(s) for s in (0, 59.4, 60, 3599, 3600, 7530)],
                         ["0 s", "59 s", "1 min 0 s", "59 min 59 s", "1 h 0 min", "2 h 5 min"])  # fmt: skip


if __name__ == "__main__":
    unittest.main()
