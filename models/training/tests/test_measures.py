"""Measures against values worked out by hand, and against a published table."""

from __future__ import annotations

import unittest

try:
    import scipy  # noqa: F401
except ImportError as missing:
    raise unittest.SkipTest(f"spotting is matched with SciPy: {missing}") from None

from micron_bert.measures.counts import Counts, harmonic_mean, ratio
from micron_bert.measures.folds import leave_one_subject_out
from micron_bert.measures.recognition import Answer, by_dataset, recognition
from micron_bert.measures.spotting import Interval, Video, match, overlap, spotting
from micron_bert.measures.strs import spot_then_recognise

SHORT = {"n": "negative", "p": "positive", "s": "surprise"}


def answers(text: str, dataset: str = "casme2") -> list[Answer]:
    """"1nn 2np" -> subject 1: truth and answer negative; subject 2: truth negative, answer positive."""
    return [
        Answer(dataset, word[:-2], f"clip{at}", SHORT[word[-2]], SHORT[word[-1]])
        for at, word in enumerate(text.split())
    ]


class Ratios(unittest.TestCase):
    def test_of_counts(self) -> None:
        counts = Counts(3, 1, 2)
        self.assertEqual((counts.precision, counts.recall), (0.75, 0.6))
        self.assertAlmostEqual(counts.f1, 6 / 9)
        self.assertEqual(counts + Counts(1, 1, 1), Counts(4, 2, 3))

    def test_of_nothing(self) -> None:
        nothing = Counts()
        self.assertEqual((nothing.precision, nothing.recall, nothing.f1), (0, 0, 0))
        self.assertEqual((ratio(1, 0), harmonic_mean(0, 0)), (0, 0))


class Recognition(unittest.TestCase):
    # negative: 3 of 4 right, once claimed wrongly; positive: 1 of 1, once wrongly; surprise: 1 of 2, never wrongly.
    text = "1nn 1nn 2nn 2np 1pp 2ss 3sn"

    def test_sums_over_subjects_before_the_ratios(self) -> None:
        measured = recognition(answers(self.text))
        self.assertEqual(measured.confusion, ((3, 1, 0), (0, 1, 0), (1, 0, 1)))
        self.assertEqual(measured.counts("negative"), Counts(3, 1, 1))
        self.assertEqual(measured.counts("positive"), Counts(1, 1, 0))
        self.assertEqual(measured.counts("surprise"), Counts(1, 0, 1))
        self.assertAlmostEqual(measured.uf1, (0.75 + 2 / 3 + 2 / 3) / 3)
        self.assertAlmostEqual(measured.uar, (0.75 + 1 + 0.5) / 3)
        self.assertAlmostEqual(measured.accuracy, 5 / 7)
        self.assertEqual((measured.clips, measured.subjects, measured.absent), (7, 3, ()))

    def test_a_class_without_clips_is_left_out_of_the_means(self) -> None:
        measured = recognition(answers("1nn 2np 3ss"))
        self.assertEqual(measured.absent, ("positive",))
        # negative: F1 2/3, recall 1/2; surprise: 1 and 1. The wrong "positive" has cost negative a miss.
        self.assertAlmostEqual(measured.uf1, (2 / 3 + 1) / 2)
        self.assertAlmostEqual(measured.uar, (0.5 + 1) / 2)

    def test_no_answers(self) -> None:
        self.assertEqual((recognition([]).uf1, recognition([]).uar), (0, 0))

    def test_a_clip_answered_twice_is_a_mistake_of_the_folds(self) -> None:
        twice = answers("1nn") * 2
        with self.assertRaisesRegex(ValueError, "casme2/1/clip0 was answered twice"):
            recognition(twice)

    def test_an_unknown_label(self) -> None:
        with self.assertRaisesRegex(ValueError, "'none' is none of"):
            recognition([Answer("samm", "1", "a", "negative", "none")])

    def test_the_composite_is_no_average_of_its_sets(self) -> None:
        both = answers("1nn 1nn 2pp 3ss") + answers("1np 2pp 3sp", "samm")
        sets = by_dataset(both)
        self.assertEqual((sets["casme2"].uf1, sets["casme2"].uar), (1, 1))
        # samm: positive F1 2/4 = 1/2 with recall 1, the others 0.
        self.assertAlmostEqual(sets["samm"].uf1, 1 / 6)
        self.assertAlmostEqual(sets["samm"].uar, 1 / 3)
        # together: negative 2 hits and a miss: 4/5; positive 2 hits, 2 false: 4/6; surprise a hit and a miss: 2/3.
        self.assertAlmostEqual(recognition(both).uf1, (4 / 5 + 2 / 3 + 2 / 3) / 3)
        self.assertEqual(recognition(both).subjects, 6)

    def test_json(self) -> None:
        written = recognition(answers(self.text)).as_json()
        self.assertEqual(written["confusion"], [[3, 1, 0], [0, 1, 0], [1, 0, 1]])
        self.assertEqual(written["classes"]["surprise"]["falseNegative"], 1)


class Folds(unittest.TestCase):
    def test_each_person_once(self) -> None:
        people = [("a", "1"), ("a", "2"), ("b", "1"), ("a", "1")]
        folds = leave_one_subject_out(people)
        self.assertEqual([(f.dataset, f.subject, f.test) for f in folds], [
            ("a", "1", (0, 3)), ("a", "2", (1,)), ("b", "1", (2,)),
        ])  # fmt: skip
        self.assertEqual(folds[0].train, (1, 2))
        for fold in folds:
            self.assertEqual(sorted(fold.train + fold.test), [0, 1, 2, 3])

    def test_one_person_is_not_enough(self) -> None:
        with self.assertRaisesRegex(ValueError, "two subjects, there is 1"):
            leave_one_subject_out([("a", "1"), ("a", "1")])


class Spotting(unittest.TestCase):
    def test_overlap_counts_frames_with_both_ends(self) -> None:
        self.assertEqual(overlap(Interval(0, 9), Interval(0, 19)), 0.5)
        self.assertAlmostEqual(overlap(Interval(0, 9), Interval(0, 20)), 10 / 21)
        self.assertEqual(overlap(Interval(0, 9), Interval(10, 19)), 0)
        self.assertEqual(overlap(Interval(5, 5), Interval(5, 5)), 1)

    def test_half_is_enough_and_less_is_not(self) -> None:
        self.assertEqual(spotting([Video("a", "v", (Interval(0, 9),), (Interval(0, 19),))]).overall, Counts(1, 0, 0))
        self.assertEqual(spotting([Video("a", "v", (Interval(0, 9),), (Interval(0, 20),))]).overall, Counts(0, 1, 1))

    def test_one_interval_counts_once(self) -> None:
        split = Video("a", "v", (Interval(0, 9), Interval(10, 19)), (Interval(0, 19),))
        self.assertEqual(spotting([split]).overall, Counts(1, 0, 1))
        repeated = Video("a", "v", (Interval(0, 9),), (Interval(0, 9), Interval(1, 9), Interval(0, 8)))
        self.assertEqual(spotting([repeated]).overall, Counts(1, 2, 0))

    def test_as_many_as_possible_whatever_the_order(self) -> None:
        true = (Interval(0, 9), Interval(3, 12))
        # The first overlaps both, the second only [3, 12]; taking the best pair first would leave one over.
        spotted = (Interval(2, 11), Interval(5, 14))
        self.assertGreater(overlap(true[1], spotted[0]), overlap(true[0], spotted[0]))
        for a in (true, true[::-1]):
            for b in (spotted, spotted[::-1]):
                self.assertEqual(set(match(Video("a", "v", a, b))), set(zip(true, spotted)))

    def test_sums_over_videos_and_sets(self) -> None:
        hit = Interval(100, 110)
        videos = [
            Video("samm", "1", (hit, Interval(200, 220)), (hit, Interval(300, 310))),
            Video("samm", "2", (), (Interval(5, 9),)),
            Video("casme3", "1", (hit,), (hit,)),
            Video("casme3", "2", (hit,), ()),
        ]
        measured = spotting(videos)
        self.assertEqual(measured.by_dataset, {"samm": Counts(1, 2, 1), "casme3": Counts(1, 0, 1)})
        self.assertEqual(measured.overall, Counts(2, 2, 2))
        self.assertEqual(measured.overall.f1, 0.5)
        self.assertAlmostEqual(measured.as_json()["sets"]["samm"]["precision"], 1 / 3)

    def test_an_interval_runs_forward(self) -> None:
        with self.assertRaises(ValueError):
            Interval(5, 4)


def film(labels: list[tuple[str, str]], false: int, missed: int) -> Video:
    """A video with spotted intervals (truth, answer), false ones and missed ones."""
    starts = iter(range(0, 100_000, 100))
    true, spotted = [], []
    for truth, answer in labels:
        at = next(starts)
        true.append(Interval(at, at + 20, truth))
        spotted.append(Interval(at, at + 20, answer))
    spotted += [Interval(at, at + 20, "positive") for at, _ in zip(starts, range(false))]
    true += [Interval(at, at + 20, "others") for at, _ in zip(starts, range(missed))]
    return Video("set", "film", tuple(true), tuple(spotted))


class SpotThenRecognise(unittest.TestCase):
    """Rows of table 1 in arXiv 2506.15298, from intervals that have their counts."""

    classes = ("negative", "positive", "surprise")

    def test_the_samm_row_of_megc_2025(self) -> None:
        others = [("others", "negative")] * 4
        seen = [("negative", "negative"), ("positive", "negative"), *others]
        measured = spot_then_recognise([film(seen, 217, 202)], self.classes)
        self.assertEqual(measured.spotting.overall, Counts(6, 217, 202))
        self.assertAlmostEqual(measured.spotting.overall.f1, 0.0278, 4)
        self.assertAlmostEqual(measured.precision, 0.1667, 4)
        self.assertAlmostEqual(measured.recall, 0.3333, 4)
        self.assertAlmostEqual(measured.analysis_f1, 0.2222, 4)
        self.assertAlmostEqual(measured.analysis_uf1, 0.2222, 4)
        self.assertAlmostEqual(measured.strs, 0.0062, 4)

    def test_the_casme3_row_of_megc_2025(self) -> None:
        seen = [("negative", "negative"), ("negative", "surprise"), ("others", "negative")]
        measured = spot_then_recognise([film(seen, 115, 34)], self.classes)
        self.assertAlmostEqual(measured.spotting.overall.f1, 0.0387, 4)
        self.assertAlmostEqual(measured.precision, 0.3333, 4)
        self.assertAlmostEqual(measured.recall, 0.1667, 4)
        self.assertAlmostEqual(measured.strs, 0.0086, 4)

    def test_f1_of_analysis_is_no_mean_of_f1(self) -> None:
        # negative: precision 1/2, recall 1; positive: precision 1, recall 1/2.
        measured = spot_then_recognise(
            [film([("negative", "negative"), ("positive", "negative"), ("positive", "positive")], 0, 0)]
        )
        self.assertEqual(list(measured.analysis), ["negative", "positive"])
        self.assertAlmostEqual(measured.analysis_f1, 0.75)
        self.assertAlmostEqual(measured.analysis_uf1, 2 / 3)
        self.assertAlmostEqual(measured.strs, 0.75)

    def test_nothing_spotted(self) -> None:
        measured = spot_then_recognise([film([], 3, 2)], self.classes)
        self.assertEqual((measured.strs, measured.analysis_f1), (0, 0))
        self.assertEqual(measured.as_json()["spotting"]["overall"]["falsePositive"], 3)


if __name__ == "__main__":
    unittest.main()
