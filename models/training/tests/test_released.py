"""Taking over the encoder of a released checkpoint: made-up weights in the names and containers of that code."""

from __future__ import annotations

import argparse
import contextlib
import io
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

try:
    import torch
except ImportError as missing:
    raise unittest.SkipTest(f"weights need PyTorch: {missing}") from None
from torch import Tensor
from torch.nn import functional

from micron_bert.__main__ import main
from micron_bert.checkpoint import load
from micron_bert.config import PAPER, ModelSize
from micron_bert.encoder import Encoder
from micron_bert.errors import TrainingError
from micron_bert.released import read_released

SMALL = ModelSize(image_px=40, patch_px=8, dim=32, depth=2, heads=4)
CAN_STRIP = hasattr(torch.serialization, "add_safe_globals")


def as_released(encoder: Encoder, prefix: str) -> dict[str, Tensor]:
    """The state dict of the released model around this encoder: attention, decoder, student and teacher beside it."""
    torch.manual_seed(99)
    dim = encoder.size.dim
    state = {f"{prefix}backbone.{name}": value.clone() for name, value in encoder.state_dict().items()}
    state |= {f"{prefix}student.backbone.{name}": value for name, value in encoder.state_dict().items()}
    state |= {f"{prefix}teacher.backbone.{name}": value + 1 for name, value in encoder.state_dict().items()}
    for part in ("to_q", "to_k", "to_v", "proj"):
        state |= {f"{prefix}att.{part}.weight": torch.randn(dim, dim), f"{prefix}att.{part}.bias": torch.randn(dim)}
    state[f"{prefix}student.head.mlp.0.weight"] = torch.randn(16, dim)
    state[f"{prefix}decoder_pos_embed"] = torch.randn(1, 26, 16)
    state[f"{prefix}decoder_blocks.0.norm1.weight"] = torch.randn(16)
    state[f"{prefix}fc.weight"] = torch.randn(1, dim)
    return state


def reference(weights: dict[str, Tensor], images: Tensor, size: ModelSize) -> Tensor:
    """The released code's forward pass written out anew from its weights; images float [B, 3, H, W] normalised."""
    x = functional.conv2d(
        images, weights["patch_embed.proj.weight"], weights["patch_embed.proj.bias"], stride=size.patch_px
    )
    x = x.flatten(2).transpose(1, 2)
    x = torch.cat([weights["cls_token"].expand(len(x), -1, -1), x], 1) + weights["pos_embed"]
    head_dim = size.dim // size.heads

    def norm(name: str, value: Tensor) -> Tensor:
        return functional.layer_norm(value, (size.dim,), weights[f"{name}.weight"], weights[f"{name}.bias"], 1e-6)

    def linear(name: str, value: Tensor) -> Tensor:
        return functional.linear(value, weights[f"{name}.weight"], weights[f"{name}.bias"])

    for at in range(size.depth):
        block = f"blocks.{at}"
        qkv = linear(f"{block}.attn.qkv", norm(f"{block}.norm1", x))
        q, k, v = qkv.reshape(len(x), -1, 3, size.heads, head_dim).permute(2, 0, 3, 1, 4)
        mixed = torch.softmax(q @ k.transpose(-2, -1) * head_dim**-0.5, -1) @ v
        x = x + linear(f"{block}.attn.proj", mixed.transpose(1, 2).flatten(2))
        x = x + linear(f"{block}.mlp.fc2", functional.gelu(linear(f"{block}.mlp.fc1", norm(f"{block}.norm2", x))))
    return norm("norm", x)


class Released(unittest.TestCase):
    def setUp(self) -> None:
        held = tempfile.TemporaryDirectory()
        self.addCleanup(held.cleanup)
        self.path = Path(held.name) / "released.pth"
        torch.manual_seed(7)
        self.encoder = Encoder(SMALL).eval()
        # Norms and biases that are not 1 and 0, so that none can be left out unnoticed.
        with torch.no_grad():
            for value in self.encoder.parameters():
                value.add_(0.1 * torch.randn_like(value))
        self.crops = torch.randint(0, 256, (2, 40, 40, 3), dtype=torch.uint8)

    def store(self, state: dict[str, Tensor], container: str | None = "model") -> None:
        torch.save({container: state, "epoch": 3} if container else state, self.path)

    def answers(self) -> Tensor:
        found = read_released(self.path)
        encoder = Encoder(found.size).eval()
        encoder.load_state_dict(found.encoder)
        with torch.no_grad():
            return encoder(self.crops)

    def expected(self) -> Tensor:
        with torch.no_grad():
            return self.encoder(self.crops)

    def refused(self, pattern: str) -> str:
        with self.assertRaisesRegex(TrainingError, pattern) as caught:
            read_released(self.path)
        self.assertIn(str(self.path), str(caught.exception))
        return str(caught.exception)

    def test_the_encoder_answers_as_before(self) -> None:
        for prefix in ("", "module."):
            self.store(as_released(self.encoder, prefix))
            self.assertTrue(torch.equal(self.answers(), self.expected()), prefix)

    def test_the_encoder_answers_as_the_released_code(self) -> None:
        weights = dict(self.encoder.state_dict())
        with torch.no_grad():
            theirs = reference(weights, self.encoder.normalise(self.crops), SMALL)
        self.store(as_released(self.encoder, "module."))
        self.assertLess(float((self.answers() - theirs).abs().max()), 1e-5)

    def test_what_was_found_and_left_behind(self) -> None:
        self.store(as_released(self.encoder, "module."))
        found = read_released(self.path)
        self.assertEqual(found.size, SMALL)
        self.assertEqual(found.found_in, "model/backbone")
        self.assertEqual(found.dropped, ("att", "decoder_blocks", "decoder_pos_embed", "fc", "student", "teacher"))
        self.assertTrue(found.context)

    def test_other_containers_and_prefixes(self) -> None:
        plain = dict(self.encoder.state_dict())
        teacher = {f"module.backbone.{name}": value for name, value in plain.items()}
        student = {name: torch.zeros_like(value) for name, value in teacher.items()}
        for content, where in (
            (plain, ""),
            ({**plain, "head.weight": torch.zeros(3), "decoder_norm.bias": torch.zeros(3)}, ""),
            ({"state_dict": {f"encoder.{name}": value for name, value in plain.items()}}, "state_dict/encoder"),
            ({"student": student, "teacher": teacher}, "teacher/backbone"),
            ({"model": {f"teacher.backbone.{name}": value for name, value in plain.items()}}, "model/teacher.backbone"),
        ):
            with self.subTest(where):
                torch.save(content, self.path)
                self.assertEqual(read_released(self.path).found_in, where)
                self.assertTrue(torch.equal(self.answers(), self.expected()))
        self.assertEqual(read_released(self.path).dropped, ())

    def test_positions_with_and_without_a_row_for_cls(self) -> None:
        state = dict(self.encoder.state_dict())
        state["pos_embed"] = state["pos_embed"][:, 1:]
        self.store(state)
        self.assertTrue(torch.equal(self.answers(), self.expected()))
        del state["pos_embed"]
        self.store(state)
        self.assertEqual(read_released(self.path, image_px=40).size, SMALL)
        self.assertEqual(read_released(self.path).size.image_px, PAPER.image_px)

    def test_without_a_contextual_token_it_starts_at_zero(self) -> None:
        state = dict(self.encoder.state_dict())
        del state["cls_token"]
        state["pos_embed"] = state["pos_embed"][:, 1:]
        self.store(state)
        found = read_released(self.path)
        self.assertFalse(found.context)
        self.assertEqual(float(found.encoder["cls_token"].abs().max()), 0)

    def test_half_precision_becomes_single(self) -> None:
        self.store({name: value.half() for name, value in self.encoder.state_dict().items() if name != "pos_embed"})
        found = read_released(self.path, image_px=40)
        self.assertEqual({value.dtype for value in found.encoder.values()}, {torch.float32})

    def test_other_sizes_are_read_from_the_shapes(self) -> None:
        size = ModelSize(image_px=48, patch_px=16, dim=24, depth=3, heads=4, mlp_ratio=2)
        self.store(as_released(Encoder(size), "module."))
        self.assertEqual(read_released(self.path).size, size)

    def test_other_positions_are_refused(self) -> None:
        state = dict(self.encoder.state_dict())
        rows_first = state["pos_embed"].clone()
        # The two halves the other way round: the row of a patch before its column.
        rows_first[:, 1:] = torch.cat([rows_first[:, 1:, 16:], rows_first[:, 1:, :16]], -1)
        for positions in (rows_first, torch.randn(1, 26, 32), rows_first * float("nan")):
            self.store({**state, "pos_embed": positions})
            self.refused("pos_embed: differs from the paper's fixed sines and cosines")
        self.store({**state, "pos_embed": torch.zeros(1, 24, 32)})
        self.refused("pos_embed: 24 rows are no square")
        self.store({**state, "pos_embed": torch.zeros(1, 26, 30)})
        self.refused(r"pos_embed: shape \[1, 26, 30\], not \[1, 26, 32\]")

    def test_another_architecture_is_refused(self) -> None:
        state = {f"backbone.{name}": value for name, value in self.encoder.state_dict().items()}
        missing = {name: value for name, value in state.items() if name != "backbone.blocks.1.attn.proj.bias"}
        headless = {name: value for name, value in state.items() if ".blocks.0." not in name}
        patches = "backbone.patch_embed.proj.weight"
        for changed, pattern in (
            (missing, r"blocks\.1\.attn\.proj\.bias: missing"),
            ({**state, "backbone.blocks.1.attn.relative": torch.zeros(1)}, r"blocks\.1\.attn\.relative: unknown"),
            ({**state, "backbone.norm.weight": torch.zeros(31)}, r"norm\.weight: shape \[31\], not \[32\]"),
            ({**state, "backbone.norm.bias": torch.full((32,), float("inf"))}, r"norm\.bias: holds values"),
            (headless, r"blocks\.0\.mlp\.fc1\.weight: missing"),
            ({**state, patches: torch.zeros(32, 1, 8, 8)}, r"patch_embed\.proj\.weight: shape"),
            ({**state, patches: torch.zeros(30, 3, 8, 8)}, r"blocks\.0\.mlp\.fc1\.weight: \[128, 32\]"),
            ({"features.0.weight": torch.zeros(3)}, r"patch_embed\.proj\.weight: not in it"),
        ):  # fmt: skip
            with self.subTest(pattern):
                self.store(changed)
                self.refused(pattern)

    def test_heads_that_do_not_divide(self) -> None:
        self.store(dict(self.encoder.state_dict()))
        with self.assertRaisesRegex(TrainingError, "heads 5.*--heads"):
            read_released(self.path, heads=5)

    def test_no_state_dict(self) -> None:
        for content in ([torch.zeros(3)], torch.zeros(3)):
            torch.save(content, self.path)
            self.refused("holds no state dict")

    def test_files_that_are_not_whole(self) -> None:
        self.refused("no such file")
        self.store(as_released(self.encoder, "module."))
        whole = self.path.read_bytes()
        for length in (0, 100, len(whole) // 2, len(whole) - 10):
            with self.subTest(length):
                self.path.write_bytes(whole[:length])
                self.refused("damaged")

    def store_with_arguments(self) -> None:
        torch.save({"model": as_released(self.encoder, "module."), "args": argparse.Namespace(lr=1)}, self.path)

    def test_a_file_with_python_objects_is_refused_with_a_way_out(self) -> None:
        self.store_with_arguments()
        self.assertIn("add_safe_globals([argparse.Namespace])", self.refused("more than tensors"))

    @unittest.skipUnless(CAN_STRIP, "the way out needs PyTorch 2.5")
    def test_the_way_out_works(self) -> None:
        self.store_with_arguments()
        _, _, code = self.refused("python3 -c").partition('python3 -c "')
        subprocess.run([sys.executable, "-c", code.rpartition('"')[0]], cwd=self.path.parent, check=True)
        self.path = self.path.with_name("weights-only.pth")
        self.assertTrue(torch.equal(self.answers(), self.expected()))

    def test_the_step_writes_a_checkpoint(self) -> None:
        self.store(as_released(self.encoder, "module."))
        out = self.path.with_name("imported.pth")
        said = io.StringIO()
        with contextlib.redirect_stdout(said):
            code = main(["import-checkpoint", "--checkpoint", str(self.path), "--out", str(out)])
        self.assertEqual(code, 0)
        self.assertIn("left behind: att, decoder_blocks", said.getvalue())
        written = load(out)
        self.assertEqual((written.size, written.comparator), (SMALL, None))
        self.assertEqual(written.facts["foundIn"], "model/backbone")
        encoder, _ = written.build()
        with torch.no_grad():
            self.assertTrue(torch.equal(encoder.eval()(self.crops), self.expected()))

    def test_the_step_tells_the_reader_what_is_wrong(self) -> None:
        said = io.StringIO()
        with contextlib.redirect_stderr(said):
            code = main(["import-checkpoint", "--checkpoint", str(self.path), "--out", str(self.path)])
        self.assertEqual(code, 2)
        self.assertIn("released.pth: no such file", said.getvalue())


if __name__ == "__main__":
    unittest.main()
