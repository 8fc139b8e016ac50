"""The model folder: what every precision computes, what TensorRT would refuse, and what is said about bad input."""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import tempfile
import unittest
from pathlib import Path

try:
    import numpy as np
    import onnx
    import torch
except ImportError as missing:
    raise unittest.SkipTest(f"export needs numpy, onnx and torch: {missing}") from None

from onnx import TensorProto, helper, numpy_helper

from micron_bert.__main__ import main
from micron_bert.agreement import agreements, from_files, in_pytorch
from micron_bert.calibrate import least_error_range, ranges
from micron_bert.checkpoint import Checkpoint, save
from micron_bert.config import ModelSize
from micron_bert.crops import made_up_crops, made_up_pairs, read_calibration, read_pairs
from micron_bert.errors import TrainingError
from micron_bert.export import NAMES, build, comparator_graph, encoder_graph, export
from micron_bert.facts import read_facts, untrained
from micron_bert.half import all_but_norms, linear_maps, to_half
from micron_bert.quantise import STEPS, quantisable, to_int8
from micron_bert.reference import OPERATORS, Reference
from micron_bert.tensorrt import SUPPORTED, require_supported

SMALL = ModelSize(image_px=32, patch_px=8, dim=32, depth=2, heads=2, own_exposure=True)
FACTS = {
    "name": "micron-bert-small",
    "version": "0.2.0",
    "trainingData": "nothing that matters",
    "evidence": "synthetic",
    "validatedOn": [],
    "metrics": {"uf1": 0.5},
    "spot": {"zThreshold": 4, "minScore": 0, "minOnsetMs": 40, "maxDurationMs": 500, "lagsMs": [120]},
    "limits": ["Knows nobody."],
}

torch.set_num_threads(1)


class Folder(unittest.TestCase):
    """A folder of its own for each test, and a small model."""

    def setUp(self) -> None:
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.folder = Path(holder.name)
        self.encoder, self.comparator = build(SMALL, "edge", 1)

    def refused(self, *words: str):
        """A TrainingError that says all of these."""
        context = self.assertRaises(TrainingError)

        @contextlib.contextmanager
        def check():
            with context:
                yield
            for word in words:
                self.assertIn(word, str(context.exception))

        return check()


class TheReference(unittest.TestCase):
    """The interpreter against which files are judged must itself agree with PyTorch."""

    def test_computes_what_pytorch_computes(self) -> None:
        crops = torch.from_numpy(made_up_crops(SMALL, 3, 4).values)
        for variant in ("edge", "paper"):
            encoder, comparator = (module.eval() for module in build(SMALL, variant, 2))
            tokens = Reference(encoder_graph(encoder))({"crops": crops})["tokens"]
            with torch.no_grad():
                expected = encoder(crops)
                answers = comparator(expected, expected.flip(0))._asdict()
            torch.testing.assert_close(tokens, expected, atol=1e-5, rtol=1e-5)
            got = Reference(comparator_graph(comparator))({"onset": expected, "apex": expected.flip(0)})
            self.assertEqual(got.keys(), answers.keys())
            for name, value in answers.items():
                torch.testing.assert_close(got[name], value, atol=1e-4, rtol=1e-4)

    def test_knows_every_operator_that_may_be_exported(self) -> None:
        self.assertEqual(set(SUPPORTED), set(OPERATORS))

    def test_agrees_with_onnx_runtime(self) -> None:
        try:
            import onnxruntime
        except ImportError:
            self.skipTest("no onnxruntime here; Node runs the files in test/models/export.test.ts")
        encoder, _ = build(SMALL, "edge", 1)
        whole = encoder_graph(encoder)
        crops = made_up_crops(SMALL, 3, 4).values
        forms = {
            "fp32": (whole, 1e-5),
            "fp16": (to_half(whole, all_but_norms), 0.03),
            "int8": (to_int8(whole, ranges(whole, crops)), 0.3),
        }
        for name, (content, most) in forms.items():
            session = onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"])
            (tokens,) = session.run(None, {"crops": crops})
            expected = Reference(content)({"crops": torch.from_numpy(crops)})["tokens"]
            self.assertLess(float(np.abs(tokens - expected.numpy()).max()), most, name)


class Fp16(Folder):
    """16 bits where they do no harm."""

    def test_inputs_outputs_and_norms_stay_as_they_were(self) -> None:
        for content, policy in (
            (encoder_graph(self.encoder), all_but_norms),
            (comparator_graph(self.comparator), linear_maps),
        ):
            before, after = (onnx.load_from_string(each).graph for each in (content, to_half(content, policy)))
            for one, other in zip((*before.input, *before.output), (*after.input, *after.output)):
                self.assertEqual(one, other)
            types = _types(to_half(content, policy))
            kept = [node for node in after.node if node.op_type in ("LayerNormalization", "Softmax")]
            self.assertTrue(kept)
            for node in kept:
                self.assertEqual({types[name] for name in (*node.input, *node.output)}, {TensorProto.FLOAT})

    def test_pixels_stay_in_fp32_until_they_are_patches(self) -> None:
        content = to_half(encoder_graph(self.encoder), all_but_norms)
        types, nodes = _types(content), onnx.load_from_string(content).graph.node
        first = next(at for at, node in enumerate(nodes) if node.op_type == "Conv")
        self.assertEqual(types[nodes[first].output[0]], TensorProto.FLOAT16)
        floats = {name for node in nodes[:first] for name in node.output if types[name] == TensorProto.FLOAT16}
        self.assertEqual(floats, {nodes[first].input[0]}, "halved for the convolution, and only then")

    def test_products_with_weights_are_halved(self) -> None:
        content = to_half(comparator_graph(self.comparator), linear_maps)
        types, graph = _types(content), onnx.load_from_string(content).graph
        weights = {part.name for part in graph.initializer}
        products = [n for n in graph.node if n.op_type in ("MatMul", "Gemm") and n.input[1] in weights]
        self.assertGreater(len(products), 4)
        for node in products:
            self.assertEqual({types[name] for name in node.input}, {TensorProto.FLOAT16}, node.op_type)

    def test_is_close_where_it_matters(self) -> None:
        pairs = made_up_pairs(SMALL, 1, 8)
        whole, half = (encoder_graph(self.encoder), comparator_graph(self.comparator)), ()
        half = to_half(whole[0], all_but_norms), to_half(whole[1], linear_maps)
        truth = in_pytorch(self.encoder, self.comparator)
        result = agreements(truth, {"fp32": from_files(*whole), "fp16": from_files(*half)}, pairs)
        self.assertLess(result["fp32"].max_error["tokens"], 1e-5)
        self.assertLess(result["fp16"].max_error["tokens"], 0.03)
        self.assertGreater(result["fp16"].correlation["motion"], 0.999)
        self.assertEqual(result["fp32"].label_agreement, 1.0)

    def test_values_that_do_not_fit_are_found_out(self) -> None:
        with torch.no_grad():
            self.encoder.blocks[0].mlp.fc1.weight *= 3e4
        whole, comparator = encoder_graph(self.encoder), comparator_graph(self.comparator)
        careless = from_files(to_half(whole, all_but_norms), comparator)
        with self.refused("fp16: tokens: not a finite number"):
            truth = in_pytorch(self.encoder, self.comparator)
            agreements(truth, {"fp16": careless}, made_up_pairs(SMALL, 1, 4))

    def test_a_weight_that_does_not_fit_is_named(self) -> None:
        with torch.no_grad():
            self.encoder.blocks[1].mlp.fc2.weight[0, 0] = 1e6
        with self.assertRaisesRegex(OverflowError, "1e.06 does not fit"):
            to_half(encoder_graph(self.encoder), all_but_norms)


class Int8(Folder):
    """Products with weights, and nothing else, in 8 bits."""

    def setUp(self) -> None:
        super().setUp()
        self.whole = encoder_graph(self.encoder)
        self.content = to_int8(self.whole, ranges(self.whole, made_up_crops(SMALL, 1, 6).values))
        self.graph = onnx.load_from_string(self.content).graph
        self.constants = {part.name: numpy_helper.to_array(part) for part in self.graph.initializer}

    def test_every_product_with_weights_reads_two_pairs_of_its_own(self) -> None:
        made_by = {name: node for node in self.graph.node for name in node.output}
        products = [
            node for node in self.graph.node
            if node.op_type == "MatMul" and made_by[node.input[1]].op_type == "DequantizeLinear"
        ]  # fmt: skip
        self.assertEqual(len(products), 4 * SMALL.depth)
        for node in products:
            for name in node.input:
                self.assertEqual(made_by[name].op_type, "DequantizeLinear")
                self.assertEqual(made_by[made_by[name].input[0]].op_type, "QuantizeLinear")
        used = [name for node in products for name in node.input]
        self.assertEqual(len(used), len(set(used)))

    def test_weights_are_symmetric_by_column_and_off_by_half_a_step_at_most(self) -> None:
        seen = 0
        for node in self.graph.node:
            if node.op_type != "QuantizeLinear" or node.input[0] not in self.constants:
                continue
            weight, scale, zero = (self.constants[name] for name in node.input)
            self.assertEqual((scale.shape, zero.any()), ((weight.shape[1],), np.False_))
            steps = np.rint(weight / scale)
            self.assertLessEqual(np.abs(steps).max(), STEPS)
            self.assertTrue((np.abs(steps * scale - weight) <= scale / 2 * 1.001).all())
            seen += 1
        self.assertEqual(seen, 4 * SMALL.depth)

    def test_scales_have_no_digits_that_depend_on_a_processor(self) -> None:
        for name, scale in self.constants.items():
            if name.endswith(".scale"):
                mantissa, _ = np.frexp(scale.astype(np.float64))
                np.testing.assert_array_equal(mantissa * 256, np.rint(mantissa * 256), name)

    def test_follows_the_motion(self) -> None:
        comparator = comparator_graph(self.comparator)
        truth = in_pytorch(self.encoder, self.comparator)
        result = agreements(truth, {"int8": from_files(self.content, comparator)}, made_up_pairs(SMALL, 1, 8))
        self.assertGreater(result["int8"].correlation["motion"], 0.9)

    def test_a_missing_range_is_named(self) -> None:
        (first, *_) = quantisable(self.whole)
        with self.assertRaisesRegex(KeyError, first):
            to_int8(self.whole, {})

    def test_the_range_of_least_error_clips_what_is_rare(self) -> None:
        values = np.abs(np.random.default_rng(1).normal(size=100_000)).astype(np.float32)
        self.assertLess(least_error_range(np.append(values, 20), 20), 15)
        # Without a tail there is nothing to gain by clipping.
        self.assertGreater(least_error_range(np.linspace(0, 1, 10_000), 1), 0.95)
        self.assertEqual(least_error_range(np.zeros(10), 0), 1.0)


class TensorRt(unittest.TestCase):
    """What the importer would refuse is refused here first, by operator and node."""

    def check(self, nodes: list, constants: dict[str, np.ndarray], kind: int = TensorProto.FLOAT, width: int | str = 4):
        graph = helper.make_graph(
            nodes,
            "g",
            [helper.make_tensor_value_info("x", kind, ["batch", width])],
            [helper.make_tensor_value_info("y", TensorProto.FLOAT, None)],
            [numpy_helper.from_array(value, name) for name, value in constants.items()],
        )
        require_supported(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)]))

    def refused(self, words: str, nodes: list, constants: dict | None = None, **more) -> None:
        with self.assertRaisesRegex(ValueError, words):
            self.check(nodes, constants or {}, **more)

    def test_names_operator_and_node(self) -> None:
        node = helper.make_node("Hardmax", ["x"], ["y"], name="/head/Hardmax")
        self.refused("Hardmax, node /head/Hardmax: no such operator", [node])
        self.refused("Hardmax, node y: no such operator", [helper.make_node("Hardmax", ["x"], ["y"])])

    def test_uint8_is_for_casts_alone(self) -> None:
        cast = helper.make_node("Cast", ["x"], ["y"], to=TensorProto.FLOAT)
        self.check([cast], {}, kind=TensorProto.UINT8)
        flip = helper.make_node("Transpose", ["x"], ["t"], perm=[1, 0])
        then = helper.make_node("Cast", ["t"], ["y"], to=TensorProto.FLOAT)
        self.refused("Transpose, node t: input 0 is uint8", [flip, then], kind=TensorProto.UINT8)

    def test_only_the_first_axis_is_dynamic(self) -> None:
        self.refused("input x: only its first axis", [helper.make_node("Relu", ["x"], ["y"])], width="any")

    def test_shapes_are_constants(self) -> None:
        shape = helper.make_node("Cast", ["x"], ["s"], to=TensorProto.INT64)
        nodes = [shape, helper.make_node("Reshape", ["x", "s"], ["y"])]
        self.refused("Reshape, node y: input 1 must be a constant", nodes)

    def test_quantisation_is_symmetric_and_comes_in_pairs(self) -> None:
        scale, zero = np.float32(0.1), np.int8(0)
        pair = [
            helper.make_node("QuantizeLinear", ["x", "scale", "zero"], ["q"]),
            helper.make_node("DequantizeLinear", ["q", "scale", "zero"], ["y"]),
        ]
        good = {"scale": np.array(scale), "zero": np.array(zero)}
        self.check(pair, good)
        self.refused("zero point must be 0", pair, {**good, "zero": np.array(3, np.int8)})
        self.refused("scale must be positive", pair, {**good, "scale": np.array(0, np.float32)})
        self.refused("zero point of type int8", pair, {**good, "zero": np.array(0, np.uint8)})
        twice = [*pair, helper.make_node("DequantizeLinear", ["q", "scale", "zero"], ["z"])]
        self.refused("read by one DequantizeLinear", twice, good)
        weight = [helper.make_node("DequantizeLinear", ["w", "scale", "zero"], ["y"])]
        self.refused("reads a constant", weight, {**good, "w": np.zeros((2, 2), np.int8)})

    def test_opsets_of_8_6(self) -> None:
        graph = helper.make_graph(
            [helper.make_node("Relu", ["x"], ["y"])],
            "g",
            [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["batch", 4])],
            [helper.make_tensor_value_info("y", TensorProto.FLOAT, None)],
        )
        with self.assertRaisesRegex(ValueError, "opset 8"):
            require_supported(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 8)]))


class Facts(Folder):
    """JSON by a person: every fault is named with file and key."""

    def written(self, content: object) -> Path:
        path = self.folder / "facts.json"
        path.write_text(content if isinstance(content, str) else json.dumps(content))
        return path

    def test_right_ones_are_read(self) -> None:
        facts = read_facts(self.written(FACTS))
        self.assertTrue(facts.trained)
        self.assertEqual((facts.name, facts.spot["lagsMs"]), ("micron-bert-small", [120]))

    def test_what_is_missing_unknown_or_wrong(self) -> None:
        spot = FACTS["spot"]
        cases = [
            ({**FACTS, "licence": "mine"}, "licence: unknown key"),
            ({key: value for key, value in FACTS.items() if key != "trainingData"}, "trainingData: missing"),
            ({**FACTS, "evidence": "none"}, "evidence: must be 'synthetic' or 'real'"),
            ({**FACTS, "name": "Micron BERT"}, "name: must be"),
            ({**FACTS, "limits": "none"}, "limits: must be a list of texts"),
            ({**FACTS, "spot": {**spot, "zThreshold": True}}, "spot: zThreshold: must be a number above 0"),
            ({**FACTS, "spot": {**spot, "lagsMs": []}}, "spot: lagsMs: must be"),
            ({**FACTS, "spot": {**spot, "lagMs": 1}}, "spot: lagMs: unknown key"),
            ([], "must be an object"),
            ("{", "not JSON"),
        ]
        for content, words in cases:
            path = self.written(content)
            with self.subTest(words), self.refused(str(path), words):
                read_facts(path)
        with self.refused("nowhere.json: no such file"):
            read_facts(self.folder / "nowhere.json")


class GivenCrops(Folder):
    """Arrays by a person: the same."""

    def test_calibration(self) -> None:
        path = self.folder / "crops.npy"
        np.save(path, np.zeros((2, 32, 32, 3), np.uint8))
        self.assertEqual(len(read_calibration(path, SMALL).values), 2)
        for wrong in (np.zeros((2, 32, 32, 3)), np.zeros((2, 64, 64, 3), np.uint8), np.zeros((0, 32, 32, 3), np.uint8)):
            np.save(path, wrong)
            with self.refused(str(path)):
                read_calibration(path, SMALL)
        path.write_bytes(path.read_bytes()[:60])
        with self.refused(str(path), "damaged"):
            read_calibration(path, SMALL)

    def test_pairs(self) -> None:
        path = self.folder / "pairs.npz"
        crops, labels = np.zeros((3, 32, 32, 3), np.uint8), np.array([0, 1, 3])
        np.savez(path, onset=crops, apex=crops, labels=labels)
        self.assertEqual(read_pairs(path, SMALL).labels.tolist(), [0, 1, 3])
        cases = [
            ({"onset": crops, "apex": crops}, "labels: missing"),
            ({"onset": crops, "apex": crops.astype(float), "labels": labels}, "apex: must be uint8"),
            ({"onset": crops, "apex": crops[:2], "labels": labels}, "equally many"),
            ({"onset": crops, "apex": crops, "labels": labels + 1}, "labels: must be whole numbers, 0 to 3"),
            ({"onset": crops, "apex": crops, "labels": labels / 2}, "labels: must be whole numbers"),
        ]
        for arrays, words in cases:
            np.savez(path, **arrays)
            with self.subTest(words), self.refused(str(path), words):
                read_pairs(path, SMALL)
        np.savez(path, onset=crops, apex=crops, labels=labels)
        path.write_bytes(path.read_bytes()[:-40])
        with self.refused(str(path)):
            read_pairs(path, SMALL)


class TheStep(Folder):
    """`export` from the command line."""

    def run_step(self, *arguments: object) -> tuple[int, str]:
        said = io.StringIO()
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            code = main(["export", *map(str, arguments)])
        return code, said.getvalue()

    def checkpoint(self, trained: bool = True) -> Path:
        path = self.folder / "model.pt"
        comparator = self.comparator.state_dict() if trained else None
        save(path, Checkpoint(SMALL, "edge", self.encoder.state_dict(), comparator))
        return path

    def written(self) -> Path:
        path = self.folder / "facts.json"
        path.write_text(json.dumps(FACTS))
        return path

    def test_the_same_weights_give_the_same_bytes(self) -> None:
        crops, pairs = made_up_crops(SMALL, 1, 4), made_up_pairs(SMALL, 1, 4)
        for name in ("one", "other"):
            export(*build(SMALL, "edge", 7), untrained("small", 7), self.folder / name, crops, pairs)
        names = sorted(path.name for path in (self.folder / "one").iterdir())
        self.assertEqual(names, sorted([*NAMES.values(), "manifest.json", "MODEL_CARD.md"]))
        for name in names:
            one, other = (self.folder / each / name for each in ("one", "other"))
            self.assertEqual(one.read_bytes(), other.read_bytes(), name)

    def test_a_trained_model_with_everything(self) -> None:
        made_up = made_up_pairs(SMALL, 1, 4)
        np.save(self.folder / "crops.npy", made_up.onset)
        np.savez(self.folder / "pairs.npz", onset=made_up.onset, apex=made_up.apex, labels=np.arange(4))
        out = self.folder / "out"
        code, said = self.run_step(
            "--checkpoint", self.checkpoint(), "--facts", self.written(), "--out", out,
            "--calibration", self.folder / "crops.npy", "--pairs", self.folder / "pairs.npz",
        )  # fmt: skip
        self.assertEqual(code, 0, said)
        manifest = json.loads((out / "manifest.json").read_text())
        self.assertEqual((manifest["trained"], manifest["evidence"]), (True, "synthetic"))
        self.assertEqual(manifest["spot"], FACTS["spot"])
        for entry in manifest["files"].values():
            content = (out / entry["file"]).read_bytes()
            self.assertEqual((len(content), hashlib.sha256(content).hexdigest()), (entry["bytes"], entry["sha256"]))
        measured = manifest["precisions"]["measured"]
        self.assertEqual((measured["on"], measured["calibratedOn"]), ("4 pairs of pairs.npz", "4 of crops.npy"))
        self.assertIn("uf1", measured["int8"])
        self.assertEqual(manifest["precisions"]["recommended"]["gpu"], "fp16")
        self.assertEqual(list(measured["int8"]["correlation"]), ["spot", "motion"])
        card = (out / "MODEL_CARD.md").read_text()
        self.assertIn("- Limit: Knows nobody.", card)
        self.assertIn("synthetic faces only", card)
        self.assertIn("same label", said)

    def test_what_is_missing_is_said(self) -> None:
        path = self.checkpoint()
        code, said = self.run_step("--checkpoint", path, "--out", self.folder / "out")
        self.assertEqual(code, 2)
        self.assertIn("--facts", said)
        code, said = self.run_step("--checkpoint", self.checkpoint(False), "--facts", self.written(), "--out", path)
        self.assertEqual(code, 2)
        self.assertIn("comparator: none was trained", said)
        path.write_bytes(b"PK\x03\x04 and no more")
        code, said = self.run_step("--checkpoint", path, "--facts", self.written(), "--out", self.folder / "out")
        self.assertEqual(code, 2)
        self.assertIn(str(path), said)
        self.assertFalse((self.folder / "out").exists())


def _types(content: bytes) -> dict[str, int]:
    """Element type of every value."""
    graph = onnx.shape_inference.infer_shapes(onnx.load_from_string(content)).graph
    types = {part.name: part.data_type for part in graph.initializer}
    return types | {v.name: v.type.tensor_type.elem_type for v in (*graph.input, *graph.value_info, *graph.output)}


if __name__ == "__main__":
    unittest.main()
