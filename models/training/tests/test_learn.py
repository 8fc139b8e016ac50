"""Clips, augmentation, the pretext task and the loop: on tiny made-up shards, since no face model may be needed."""

from __future__ import annotations

import tempfile
import unittest
from pathlib import Path

try:
    import numpy as np
    import torch
except ImportError as error:  # the other tests of this folder say so as well
    raise unittest.SkipTest(f"NumPy or PyTorch is not installed: {error}") from error

from micron_bert.checkpoint import Checkpoint
from micron_bert.comparator import COMPARATORS, build_comparator
from micron_bert.config import EDGE, ModelSize
from micron_bert.encoder import Encoder
from micron_bert.errors import TrainingError
from micron_bert.evaluation.pairs import LabelledPair
from micron_bert.learn.annotated import finetune_pairs
from micron_bert.learn.augment import Strength, augment, measured
from micron_bert.learn.clips import IGNORED, Clips, Pairs
from micron_bert.learn.objective import loss, slide_loss
from micron_bert.learn.optimise import Plan, optimise, precision, rate
from micron_bert.learn.pretext import pretrain
from micron_bert.learn.swap import patches_of, swap, swap_mask
from micron_bert.learn.tuning import tune
from synth.shard import FIELDS, write

TINY = ModelSize(image_px=112, patch_px=8, dim=16, depth=1, heads=2)
SIDE = 136


def shard(folder: Path, name: str = "000001", clips: int = 8) -> Path:
    """A shard of smooth noise: four micro-expressions, four others."""
    rng = np.random.default_rng(1)
    coarse = rng.integers(40, 200, (clips, 6, 17, 17, 3)).astype(np.uint8)
    crops = coarse.repeat(8, 2).repeat(8, 3)
    kind = np.arange(clips) % 2
    facts = {
        "label": np.where(kind == 0, 1 + np.arange(clips) % 3, 0),
        "kind": kind,
        "amplitude": np.where(kind == 0, 1, 0)[:, None] * np.array([0, 0, 0.2, 0.4, 0.38, 0.1], np.float32),
        "times": np.zeros((clips, 6), np.float32),
        "units": np.zeros((clips, 8), np.int8),
        "moved": rng.random((clips, 14, 14)).astype(np.float16) * (kind == 0)[:, None, None],
        "person": np.full(clips, 1),
        "quality": np.full(clips, 23),
    }
    write(folder / "train" / name, crops, facts)
    return folder / "train"


def pair_of(picture: np.ndarray) -> Pairs:
    crops = torch.from_numpy(np.stack([np.stack([picture, picture])]))
    return Pairs(crops, torch.tensor([0]), torch.zeros(1), torch.zeros(1, 14, 14))


def waves() -> np.ndarray:
    y, x = np.mgrid[0:SIDE, 0:SIDE] + 0.5
    wave = 127 + 60 * np.sin(x / 7) + 50 * np.cos(y / 9)
    return np.repeat(wave[..., None], 3, 2).astype(np.uint8)


class ClipsTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def test_draws_only_labels_that_are_true(self) -> None:
        clips = Clips(shard(self.folder))
        seen = set()
        for seed in range(30):
            pairs = clips.draw(np.random.default_rng(seed), 8)
            for label, event in zip(pairs.label.tolist(), pairs.event.tolist()):
                seen.add(label)
                self.assertEqual(event, float(label != 0), "an event is exactly what is not none")
        self.assertEqual(seen, {IGNORED, 0, 1, 2, 3})

    def test_share_of_labels_is_a_subset(self) -> None:
        clips = Clips(shard(self.folder), share=0.25)
        self.assertEqual(len(clips.labelled), 2)

    def test_missing_folder_says_what_to_run(self) -> None:
        with self.assertRaisesRegex(TrainingError, "no shards; make them with `synthesise"):
            Clips(self.folder / "nothing")

    def test_truncated_pixels_name_the_file(self) -> None:
        folder = shard(self.folder)
        path = folder / "000001.npy"
        path.write_bytes(path.read_bytes()[:5000])
        with self.assertRaisesRegex(TrainingError, "000001.npy"):
            Clips(folder)

    def test_missing_field_is_named(self) -> None:
        folder = shard(self.folder)
        with np.load(folder / "000001.npz") as content:
            kept = {name: content[name] for name in FIELDS if name != "amplitude"}
        np.savez(folder / "000001.npz", **kept)
        with self.assertRaisesRegex(TrainingError, "000001.npz: amplitude: missing"):
            Clips(folder)


class AugmentTest(unittest.TestCase):
    def test_nothing_but_the_middle_is_cut_when_nothing_is_asked_for(self) -> None:
        picture = waves()
        crops = augment(pair_of(picture), measured(0), np.random.default_rng(1), exact=True).crops
        np.testing.assert_allclose(crops[0, 0].numpy(), picture[12:-12, 12:-12], atol=1e-3)
        np.testing.assert_allclose(crops[0, 1].numpy(), picture[12:-12, 12:-12], atol=1e-3)

    def test_residual_is_the_root_mean_square_displacement(self) -> None:
        for seed in range(5):
            slide = augment(pair_of(waves()), measured(1.2), np.random.default_rng(seed), exact=True).slide[0]
            self.assertAlmostEqual(float((slide**2).sum(-1).mean().sqrt()), 1.2, delta=0.02)

    def test_slide_says_where_the_content_went(self) -> None:
        picture = waves()
        for seed in range(5):
            seen = augment(pair_of(picture), measured(2.0), np.random.default_rng(seed), exact=True)
            first, second = seen.crops[0, :, :, :, 0].numpy()
            y, x = 60, 52
            dx, dy = seen.slide[0, y // 8, x // 8].numpy()
            # The second crop shows at p what the first shows at p + slide; linear interpolation around p + slide.
            fx, fy = x + dx, y + dy
            x0, y0 = int(np.floor(fx)), int(np.floor(fy))
            ax, ay = fx - x0, fy - y0
            block = first[y0 : y0 + 2, x0 : x0 + 2]
            expected = (block * np.outer([1 - ay, ay], [1 - ax, ax])).sum()
            self.assertAlmostEqual(float(second[y, x]), float(expected), delta=2.0)

    def test_wobble_is_local_and_known(self) -> None:
        seen = augment(pair_of(waves()), measured(0), np.random.default_rng(3), exact=True, wobble=1.0)
        length = seen.slide[0].norm(dim=-1)
        self.assertGreater(float(length.max()), 0.5)
        self.assertLess(float(length.min()), 0.1)

    def test_mirroring_takes_the_truth_along(self) -> None:
        pairs = pair_of(waves())
        pairs.where[0, 3, 2] = 1
        flipped = augment(pairs, Strength(0, 0, 0, 0, 0, 0, 0, 0, flip=1.0), np.random.default_rng(1))
        self.assertEqual(float(flipped.where[0, 3, 11]), 1.0)
        np.testing.assert_allclose(flipped.crops[0, 0].numpy(), waves()[12:-12, 12:-12][:, ::-1], atol=1e-3)

    def test_twice_the_pixels_show_the_same(self) -> None:
        small = augment(pair_of(waves()), measured(0), np.random.default_rng(1), exact=True).crops
        large = augment(pair_of(waves()), measured(0), np.random.default_rng(1), exact=True, px=224).crops
        halved = torch.nn.functional.avg_pool2d(large[0].permute(0, 3, 1, 2), 2).permute(0, 2, 3, 1)
        self.assertLess(float((halved - small[0]).abs().mean()), 1.0)


class SwapTest(unittest.TestCase):
    def test_half_of_the_blocks_come_from_the_other_frame(self) -> None:
        mask = swap_mask(np.random.default_rng(1), 4, 14)
        self.assertTrue(((mask.mean(1) >= 0.5) & (mask.mean(1) < 0.56)).all())
        frame, other = torch.zeros(4, 112, 112, 3), torch.ones(4, 112, 112, 3)
        swapped = swap(frame, other, mask, 8)
        patches = patches_of(swapped.permute(0, 3, 1, 2), 8)
        self.assertTrue(torch.equal(patches.mean(-1), mask), "whole patches, in the encoder's order")


class ObjectiveTest(unittest.TestCase):
    def test_right_answers_cost_less(self) -> None:
        comparator = build_comparator(TINY)
        tokens = torch.zeros(2, 197, 16)
        answer = comparator(tokens, tokens)
        label, event, where = torch.tensor([0, 2]), torch.tensor([0.0, 1.0]), torch.zeros(2, 14, 14)
        where[1, 0, 0] = 1.0
        sure = torch.tensor([[5.0, 0, 0, 0], [0, 0, 5.0, 0]])
        poi = torch.full((2, 14, 14), 1e-6)
        poi[1, 0, 0] = 1.0
        right = answer._replace(logits=sure, spot=torch.tensor([-5.0, 5.0]), poi=poi)
        wrong = answer._replace(logits=-sure, spot=torch.tensor([5.0, -5.0]), poi=poi.flip(1))
        self.assertLess(float(loss(right, label, event, where)), 0.35)
        self.assertGreater(float(loss(wrong, label, event, where)), 5)

    def test_ignored_labels_cost_nothing(self) -> None:
        answer = build_comparator(TINY)(torch.zeros(1, 197, 16), torch.zeros(1, 197, 16))
        both = [
            loss(answer._replace(logits=torch.tensor([[k, 0, 0, 0]])), torch.tensor([IGNORED, 1])[:1], torch.ones(1), torch.zeros(1, 14, 14))
            for k in (0.0, 9.0)
        ]  # fmt: skip
        # PyTorch's mean over no label at all is not a number; both are equally so, or equal.
        self.assertEqual(str(both[0].item()), str(both[1].item()))

    def test_slides_under_moving_skin_are_left_out(self) -> None:
        said, slide, where = torch.zeros(1, 14, 14, 2), torch.zeros(1, 14, 14, 2), torch.zeros(1, 14, 14)
        slide[0, 0, 0] = 5.0
        where[0, 0, 0] = 1.0
        self.assertEqual(float(slide_loss(said, slide, where)), 0.0)


class LoopTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def start(self, variant: str = "edge") -> Checkpoint:
        torch.manual_seed(1)
        return Checkpoint(TINY, variant, Encoder(TINY).state_dict(), None)

    def test_interrupted_and_resumed_is_as_if_never_interrupted(self) -> None:
        clips = Clips(shard(self.folder))
        plan = Plan(steps=6, batch=2, warm=2)
        whole = tune(self.start(), clips.draw, plan, self.folder / "a.resume", "fp32")

        class Cut(Exception):
            pass

        def stops(rng: np.random.Generator, count: int) -> Pairs:
            if stops.left == 0:
                raise Cut
            stops.left -= 1
            return clips.draw(rng, count)

        stops.left = 3
        with self.assertRaises(Cut):
            # Saved after every step, as a run that is cut short would have it.
            tune(self.start(), stops, Plan(6, 2, warm=2, save_s=0), self.folder / "b.resume", "fp32")
        resumed = tune(self.start(), clips.draw, Plan(6, 2, warm=2, save_s=0), self.folder / "b.resume", "fp32")
        for name, values in whole.encoder.items():
            self.assertTrue(torch.equal(values, resumed.encoder[name]), name)

    def test_resuming_with_another_plan_is_refused(self) -> None:
        clips = Clips(shard(self.folder))
        tune(self.start(), clips.draw, Plan(2, 2, warm=1), self.folder / "a.resume", "fp32")
        with self.assertRaisesRegex(TrainingError, "a.resume: plan"):
            tune(self.start(), clips.draw, Plan(3, 2, warm=1), self.folder / "a.resume", "fp32")

    def test_the_loop_finds_the_least_of_a_parabola(self) -> None:
        module = torch.nn.Linear(1, 1, bias=False)
        plan = Plan(steps=300, lr=0.05, warm=10, decay=0)
        last = optimise("parabola", module, plan, self.folder / "p.resume", lambda rng, step: (module.weight - 3).square().sum())
        self.assertLess(last, 1e-2)

    def test_rate_rises_and_falls(self) -> None:
        plan = Plan(steps=1000, lr=1.0, warm=100)
        rates = [rate(plan, step) for step in range(1000)]
        self.assertLess(rates[0], 0.02)
        self.assertGreater(max(rates), 0.95)
        self.assertLess(rates[-1], 0.01)

    def test_unknown_precision_is_refused(self) -> None:
        with self.assertRaisesRegex(TrainingError, "auto, fp32, bf16"):
            precision("fp8")

    def test_every_form_learns_and_the_pretext_task_runs(self) -> None:
        clips = Clips(shard(self.folder))
        for variant in COMPARATORS:
            with self.subTest(variant):
                before = self.start(variant)
                taught = pretrain(before, clips, Plan(2, 2, warm=1), self.folder / f"{variant}.p", "fp32")
                after = tune(taught, clips.draw, Plan(2, 2, warm=1), self.folder / f"{variant}.t", "fp32")
                moved = [name for name, values in after.encoder.items() if not torch.equal(values, before.encoder[name])]
                self.assertIn("patch_embed.proj.weight", moved)
                self.assertIn("pretrain", after.facts)
                self.assertIn("finetune", after.facts)


class AnnotatedTest(unittest.TestCase):
    def pairs(self) -> list[LabelledPair]:
        rng = np.random.default_rng(1)
        crops = rng.integers(0, 255, (6, 2, 112, 112, 3)).astype(np.uint8)
        names = ("negative", "positive", "surprise") * 2
        return [LabelledPair(a, b, name, "CASME II", f"sub{k}", f"ep{k}", True) for k, ((a, b), name) in enumerate(zip(crops, names))]

    def test_fold_is_learnt_and_repeats(self) -> None:
        torch.manual_seed(1)
        start = Checkpoint(TINY, "edge", Encoder(TINY).state_dict(), build_comparator(TINY).state_dict())
        first, second = (finetune_pairs(start, self.pairs(), seed=3, epochs=3) for _ in range(2))
        name = "patch_embed.proj.weight"
        self.assertTrue(torch.equal(first.encoder[name], second.encoder[name]))
        self.assertFalse(torch.equal(first.encoder[name], start.encoder[name]))

    def test_no_pairs_is_an_error_that_says_so(self) -> None:
        start = Checkpoint(TINY, "edge", Encoder(TINY).state_dict(), None)
        with self.assertRaisesRegex(TrainingError, "no pairs"):
            finetune_pairs(start, [], seed=1, epochs=1)


class ExposureTest(unittest.TestCase):
    def test_edge_does_not_see_exposure(self) -> None:
        torch.manual_seed(1)
        encoder = Encoder(EDGE).eval()
        picture = torch.from_numpy(waves()[12:-12, 12:-12]).float()[None]
        with torch.no_grad():
            bright, dark = encoder(picture), encoder(picture * 0.5 + 20)
        self.assertLess(float((bright - dark).abs().max()), 1e-2)

    def test_what_is_behind_the_face_does_not_matter(self) -> None:
        torch.manual_seed(1)
        encoder = Encoder(EDGE).eval()
        picture = torch.from_numpy(waves()[12:-12, 12:-12]).float()[None]
        other = picture.clone()
        other[:, :8], other[:, :, :10] = 3, 250
        with torch.no_grad():
            self.assertTrue(torch.equal(encoder(picture), encoder(other)))
            other[:, 60, 56] = 0
            self.assertFalse(torch.equal(encoder(picture), encoder(other)))


if __name__ == "__main__":
    unittest.main()
