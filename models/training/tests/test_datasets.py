"""Loaders of annotated data sets, on tiny made-up trees in the layouts in which the real ones are handed out."""

from __future__ import annotations

import csv
import sys
import tempfile
import unittest
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from unittest import mock

try:
    import numpy  # noqa: F401
    from PIL import Image
except ImportError as missing:
    raise unittest.SkipTest(f"images need numpy and Pillow: {missing}") from None
try:
    import openpyxl
except ImportError:
    openpyxl = None

from micron_bert.datasets import LOADERS
from micron_bert.datasets.casme2 import load_casme2
from micron_bert.datasets.casme3 import load_casme3
from micron_bert.datasets.images import read_frame
from micron_bert.datasets.samm import load_samm
from micron_bert.datasets.smic import load_smic
from micron_bert.errors import TrainingError

NEEDS_OPENPYXL = "reading .xlsx needs openpyxl (Debian: python3-openpyxl)"


def images(folder: Path, name: str, numbers: Iterable[int]) -> None:
    """Grey images of 6 x 4 px whose brightness is the frame number."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in numbers:
        Image.new("L", (6, 4), number % 256).save(folder / name.format(number))


def write_csv(path: Path, rows: Sequence[Sequence[object]], delimiter: str = ",") -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, delimiter=delimiter).writerows(rows)


def write_xlsx(path: Path, rows: Sequence[Sequence[object]], sheet: str = "Sheet1") -> None:
    book = openpyxl.Workbook()
    book.active.title = "notes"
    book.active.append(["see the other sheet"])
    page = book.create_sheet(sheet)
    for row in rows:
        page.append(row)
    book.save(path)


class InFolder(unittest.TestCase):
    """A temporary folder per test."""

    def setUp(self) -> None:
        held = tempfile.TemporaryDirectory()
        self.addCleanup(held.cleanup)
        self.folder = Path(held.name)

    def refused(self, pattern: str, load=None) -> str:
        with self.assertRaisesRegex(TrainingError, pattern) as caught:
            (load or self.load)(self.folder)
        return str(caught.exception)


CASME2_TITLES = ["Subject", "Filename", None, "OnsetFrame", "ApexFrame", "OffsetFrame", None, "Action Units",
                 "Estimated Emotion"]  # fmt: skip


class CasmeII(InFolder):
    load = staticmethod(load_casme2)
    rows = [
        [1, "EP02_01f", None, 46, 50, 55, None, "12", "happiness"],
        [1, "EP03_02", None, 20, "/", 25, None, "4+L10", "others"],
        [2, "EP01_11f", None, 46, 46, 56, None, "4+7", "repression"],
        [17, "EP05_09", None, 21, "/", 26, None, "4+9", "disgust"],
        [17, "EP06_01", None, 30, 33, 36, None, "R1+2", "Surprise "],
        [17, "EP07_01", None, 1, 2, 3, None, "1", "sadness"],
        [26, "EP18_50", None, 1, 2, 3, None, "1+4", "fear"],
    ]

    def setUp(self) -> None:
        super().setUp()
        self.root = self.folder / "CASME2_RAW_selected"
        for subject, name, first, last in (
            ("sub01", "EP02_01f", 40, 60),
            ("sub02", "EP01_11f", 46, 300),
            ("sub17", "EP05_09", 21, 26),
            ("sub17", "EP06_01", 20, 40),
        ):
            images(self.root / subject / name, "img{}.jpg", range(first, last + 1))
        self.table = self.folder / "CASME2-coding-20190701.csv"
        self.write()

    def write(self, *changed: Sequence[object]) -> None:
        """`changed` rows go before the others."""
        write_csv(self.table, [CASME2_TITLES, *changed, *self.rows])

    def test_clips(self) -> None:
        found = load_casme2(self.folder)
        self.assertEqual([(c.subject, c.clip, c.label) for c in found.clips], [
            ("sub01", "EP02_01f", "positive"), ("sub02", "EP01_11f", "negative"),
            ("sub17", "EP05_09", "negative"), ("sub17", "EP06_01", "surprise"),
        ])  # fmt: skip
        self.assertEqual(dict(found.dropped), {"fear": 1, "others": 1, "sadness": 1})
        self.assertEqual((found.dataset, found.source, found.broken), ("casme2", self.table, ()))

    def test_places_point_at_the_annotated_frames(self) -> None:
        clip = load_casme2(self.folder).clips[0]
        self.assertEqual([clip.frames[at].name for at in (clip.onset, clip.apex, clip.offset)],
                         ["img46.jpg", "img50.jpg", "img55.jpg"])  # fmt: skip
        self.assertEqual((clip.frames[0].name, clip.frames[-1].name), ("img40.jpg", "img60.jpg"))
        self.assertEqual((clip.fps, clip.emotion, clip.aus), (200, "happiness", ("12",)))
        self.assertEqual(clip.source, f"{self.table}, row 2")
        self.assertEqual(read_frame(clip, clip.apex).shape, (4, 6, 3))
        self.assertTrue((read_frame(clip, clip.apex) == 50).all())

    def test_the_frames_reach_a_second_to_either_side(self) -> None:
        clip = load_casme2(self.folder).clips[1]
        self.assertEqual(clip.frames[-1].name, f"img{56 + 200}.jpg")

    def test_without_a_usable_apex_the_middle_is_compared(self) -> None:
        dead, unknown = load_casme2(self.folder).clips[1:3]
        self.assertEqual((dead.apex, unknown.apex), (dead.onset, None))
        self.assertEqual([dead.frames[dead.key_frame].name, unknown.frames[unknown.key_frame].name],
                         ["img51.jpg", "img23.jpg"])  # fmt: skip
        self.assertEqual([c.key_frame_is_apex for c in load_casme2(self.folder).clips], [True, False, False, True])

    def test_the_cropped_images_serve_where_there_are_no_others(self) -> None:
        self.root.rename(self.folder / "Cropped")
        for path in (self.folder / "Cropped").rglob("img*"):
            path.rename(path.with_name(f"reg_{path.name}"))
        self.assertEqual(load_casme2(self.folder).clips[0].frames[6].name, "reg_img46.jpg")

    def test_of_several_tables_the_newest(self) -> None:
        write_csv(self.folder / "CASME2-coding-20140508.csv", [["an older table"], CASME2_TITLES])
        self.assertEqual(load_casme2(self.folder).source, self.table)

    def test_a_csv_with_semicolons(self) -> None:
        write_csv(self.table, [CASME2_TITLES, *self.rows], delimiter=";")
        self.assertEqual(len(load_casme2(self.folder).clips), 4)

    @unittest.skipIf(openpyxl is None, NEEDS_OPENPYXL)
    def test_the_workbook_says_the_same_as_the_csv(self) -> None:
        expected = load_casme2(self.folder).clips
        self.table.unlink()
        write_xlsx(self.folder / "CASME2-coding-20140508.xlsx", [["an older table"], CASME2_TITLES])
        write_xlsx(self.folder / "CASME2-coding-20190701.xlsx", [CASME2_TITLES, *self.rows])
        found = load_casme2(self.folder)
        self.assertEqual(found.source.name, "CASME2-coding-20190701.xlsx")
        self.assertEqual([c.frames for c in found.clips], [c.frames for c in expected])
        self.assertEqual([(c.onset, c.apex, c.offset, c.aus) for c in found.clips],
                         [(c.onset, c.apex, c.offset, c.aus) for c in expected])  # fmt: skip

    def test_says_what_reads_a_workbook(self) -> None:
        self.table.rename(self.table.with_suffix(".xlsx"))
        with mock.patch.dict(sys.modules, {"openpyxl": None}):
            self.refused(r"CASME2-coding-20190701\.xlsx.*python3-openpyxl.*\.csv")

    @unittest.skipIf(openpyxl is None, NEEDS_OPENPYXL)
    def test_a_damaged_workbook(self) -> None:
        self.table.rename(self.table.with_suffix(".xlsx"))
        self.refused(r"CASME2-coding-20190701\.xlsx: damaged")

    def test_bad_rows_name_file_row_and_column(self) -> None:
        for row, pattern in (
            ([1, "EP02_01f", 0, "x46", 50, 55, 0, "12", "happiness"], "row 2, OnsetFrame: 'x46' is no frame number"),
            ([1, "EP02_01f", 0, 46.5, 50, 55, 0, "12", "happiness"], "row 2, OnsetFrame: '46.5' is no frame number"),
            ([1, "EP02_01f", 0, "", 50, 55, 0, "12", "happiness"], "row 2, OnsetFrame: is empty"),
            ([1, "EP02_01f", 0, 46, "?", 55, 0, "12", "happiness"], r"row 2, ApexFrame: '\?' is no frame number"),
            ([1, "EP02_01f", 0, 46, 45, 55, 0, "12", "happiness"], "row 2, ApexFrame: 45 is outside .* 46 to 55"),
            ([1, "EP02_01f", 0, 46, 56, 55, 0, "12", "happiness"], "row 2, ApexFrame: 56 is outside"),
            ([1, "EP02_01f", 0, 46, 46, 46, 0, "12", "happiness"], "row 2, OffsetFrame: 46 is not after OnsetFrame"),
            ([1, "EP02_01f", 0, 46, 50, 61, 0, "12", "happiness"], "row 2, OffsetFrame: no image of frame 61 in .*01f"),
            ([1, "EP02_01f", 0, 39, 50, 55, 0, "12", "happiness"], "row 2, OnsetFrame: no image of frame 39"),
            ([1, "EP99", 0, 46, 50, 55, 0, "12", "happiness"], "row 2, Filename: no folder sub01/EP99"),
            ([5, "EP02_01f", 0, 46, 50, 55, 0, "12", "happiness"], "row 2, Filename: no folder sub05/EP02_01f"),
            ([1, "EP02_01f", 0, 46, 50, 55, 0, "12", "joy"], "row 2, Estimated Emotion: 'joy' is none of happiness"),
            (["", "EP02_01f", 0, 46, 50, 55, 0, "12", "happiness"], "row 2, Subject: is empty"),
            ([1, "EP02_01f", 0, 47, 50, 55, 0, "12", "happiness"], "row 3: the same clip as .*, row 2"),
        ):  # fmt: skip
            with self.subTest(pattern):
                self.write(row)
                message = self.refused(pattern)
                self.assertIn(str(self.table), message)
                self.assertIn("--skip-broken", message)

    def test_bad_rows_can_be_skipped_and_are_counted(self) -> None:
        self.write([1, "EP99", 0, 46, 50, 55, 0, "12", "happiness"], [1, "EP98", 0, 9, 5, 55, 0, "12", "surprise"])
        found = load_casme2(self.folder, skip_broken=True)
        self.assertEqual(len(found.clips), 4)
        self.assertEqual(len(found.broken), 2)
        self.assertIn("row 3, ApexFrame: 5 is outside", found.broken[1])

    def test_a_gap_between_onset_and_offset(self) -> None:
        (self.root / "sub01/EP02_01f/img52.jpg").unlink()
        self.refused("row 2, OnsetFrame to OffsetFrame: no image of frame 52")

    def test_a_gap_before_the_onset_only_ends_the_margin(self) -> None:
        (self.root / "sub01/EP02_01f/img43.jpg").unlink()
        clip = load_casme2(self.folder).clips[0]
        self.assertEqual((clip.frames[0].name, clip.frames[clip.onset].name), ("img44.jpg", "img46.jpg"))

    def test_a_damaged_image(self) -> None:
        path = self.root / "sub01/EP02_01f/img50.jpg"
        for damage in (b"", b"not an image", path.read_bytes()[:200]):
            path.write_bytes(damage)
            clip = load_casme2(self.folder).clips[0]
            with self.assertRaisesRegex(TrainingError, r"img50\.jpg: image of .*20190701\.csv, row 2 cannot be read"):
                read_frame(clip, clip.apex)

    def test_a_missing_column_is_named(self) -> None:
        write_csv(self.table, [["Subject", "Filename", "OnsetFrame", "OffsetFrame", "Action Units", "Emotion"]])
        self.refused(r"20190701\.csv: column missing: ApexFrame, Estimated Emotion")

    def test_wrong_folders(self) -> None:
        self.refused("no such folder", lambda folder: load_casme2(folder / "nowhere"))
        self.root.rename(self.folder / "images")
        self.refused("no folders of subjects in CASME2_RAW_selected")
        self.table.unlink()
        self.refused(r"no annotation table CASME2-coding-\*\.xlsx")

    def test_a_table_of_other_emotions_only(self) -> None:
        write_csv(self.table, [CASME2_TITLES, self.rows[1]])
        self.refused("no usable clip .0 broken, 1 of other emotions.")

    def test_a_csv_that_is_not_utf8(self) -> None:
        self.table.write_bytes("Subject;Größe".encode("utf-16"))
        self.refused("save it as CSV in UTF-8")


SAMM_TITLES = ["Subject", "Filename", "Inducement Code", "Onset Frame", "Apex Frame", "Offset Frame", "Duration",
               "Micro", "Action Units", "Estimated Emotion", "Objective Classes", "Notes"]  # fmt: skip


class Samm(InFolder):
    load = staticmethod(load_samm)
    remarks = [["SAMM: coded by three coders"], [], ["Emotions are estimated", "from the Action Units"]] + [[]] * 10
    rows = [
        ["006", "006_1_2", 1, 5562, 5588, 5632, 71, "Micro - 1/2", "AU4A+AU7B", "Anger", "III", ""],
        [6, "006_1_3", 1, 10, 12, 14, 5, "Micro - 1/2", "12", "Happiness", "I", ""],
        ["007", "007_5_3", 5, 20, 22, 24, 5, "Micro", "1+2", "Surprise", "II", ""],
        ["007", "007_5_4", 5, 20, 22, 24, 5, "Micro", "14", "Contempt", "VII", ""],
        ["007", "007_5_5", 5, 20, 22, 24, 5, "Micro", "14", "Other", "VII", ""],
    ]

    def setUp(self) -> None:
        super().setUp()
        for row in self.rows:
            subject = str(row[0]).zfill(3)
            images(self.folder / "SAMM" / subject / str(row[1]), f"{subject}_{{:05d}}.jpg", range(row[3], row[5] + 1))
        write_csv(self.folder / "SAMM_Micro_FACS_Codes_v2.csv", [*self.remarks, SAMM_TITLES, *self.rows])

    def check(self) -> None:
        found = load_samm(self.folder)
        self.assertEqual([(c.subject, c.clip, c.label) for c in found.clips], [
            ("006", "006_1_2", "negative"), ("006", "006_1_3", "positive"),
            ("007", "007_5_3", "surprise"), ("007", "007_5_4", "negative"),
        ])  # fmt: skip
        first = found.clips[0]
        self.assertEqual([first.frames[at].name for at in (first.onset, first.apex, first.offset)],
                         ["006_05562.jpg", "006_05588.jpg", "006_05632.jpg"])  # fmt: skip
        self.assertEqual((first.aus, first.fps), (("AU4A", "AU7B"), 200))
        self.assertEqual(first.source.rpartition(", ")[2], f"row {len(self.remarks) + 2}")
        self.assertEqual(dict(found.dropped), {"other": 1})

    def test_csv(self) -> None:
        self.check()

    @unittest.skipIf(openpyxl is None, NEEDS_OPENPYXL)
    def test_xlsx(self) -> None:
        (self.folder / "SAMM_Micro_FACS_Codes_v2.csv").unlink()
        write_xlsx(self.folder / "SAMM_Micro_FACS_Codes_v2.xlsx", [*self.remarks, SAMM_TITLES, *self.rows])
        self.check()

    def test_a_row_with_an_impossible_apex(self) -> None:
        wrong = [*self.rows[0]]
        wrong[4] = -1
        write_csv(self.folder / "SAMM_Micro_FACS_Codes_v2.csv", [*self.remarks, SAMM_TITLES, wrong])
        self.refused("row 15, Apex Frame: '-1' is no frame number")


CASME3_TITLES = ["Subject", "Filename", "Onset", "Apex", "Offset", "AU", "Objective class", "emotion"]


class CasmeThree(InFolder):
    load = staticmethod(load_casme3)
    rows = [
        ["spNO.1", "b", 66, 75, 79, "4", "III", "disgust"],
        ["spNO.1", "b", 200, 205, 214, "38", "VII", "surprise"],
        ["spNO.142", "j", 7, 7, 42, "25+12", "VII", "happy"],
        ["spNO.142", "k", 1, 2, 4, "L2", "VII", "Others"],
    ]

    def setUp(self) -> None:
        super().setUp()
        images(self.folder / "spNO.1/b/color", "{}.jpg", range(300))
        images(self.folder / "spNO.1/b/depth", "{}.png", range(3))
        images(self.folder / "spNO.142/j/color", "{}.jpg", range(60))
        self.write()

    def write(self, *changed: Sequence[object]) -> None:
        path = self.folder / "annotation" / "cas(me)3_part_A_ME_label_JpgIndex_v2.csv"
        path.parent.mkdir(exist_ok=True)
        write_csv(path, [CASME3_TITLES, *changed, *self.rows])

    def test_several_clips_of_one_film(self) -> None:
        found = load_casme3(self.folder)
        self.assertEqual([(c.subject, c.clip, c.label) for c in found.clips], [
            ("spNO.1", "b_66", "negative"), ("spNO.1", "b_200", "surprise"), ("spNO.142", "j_7", "positive"),
        ])  # fmt: skip
        self.assertEqual(dict(found.dropped), {"others": 1})
        first, _, dead = found.clips
        self.assertEqual([first.frames[at].name for at in (0, first.onset, first.apex, first.offset, -1)],
                         ["36.jpg", "66.jpg", "75.jpg", "79.jpg", "109.jpg"])  # fmt: skip
        self.assertEqual((dead.frames[dead.key_frame].name, dead.key_frame_is_apex), ("24.jpg", False))

    def test_folders_in_another_case(self) -> None:
        (self.folder / "spNO.1").rename(self.folder / "spNo.1")
        self.assertEqual(load_casme3(self.folder).clips[0].subject, "spNO.1")

    def test_films_cut_into_clips(self) -> None:
        images(self.folder / "frame/spNo.1_b_66", "{}.jpg", range(66, 80))
        images(self.folder / "frame/spNo.1_b_200", "{}.jpg", range(200, 215))
        images(self.folder / "frame/spNo.142_j_7", "{}.jpg", range(7, 43))
        for name in ("spNO.1", "spNO.142"):
            (self.folder / name).rename(self.folder / f"elsewhere-{name}")
        clip = load_casme3(self.folder).clips[0]
        self.assertEqual((len(clip.frames), clip.frames[clip.onset].name), (14, "66.jpg"))

    def test_the_published_slips_are_errors(self) -> None:
        self.write(["spNO.149", "d", 112, 83, 358, "T28+14", "VII", "fear"])
        self.refused("row 2, Apex: 83 is outside Onset to Offset, 112 to 358")
        self.write(["spNO.149", "d", 112, 183, 0, "T28+14", "VII", "fear"])
        self.refused("row 2, Offset: 0 is not after Onset 112")
        self.assertEqual(len(load_casme3(self.folder, skip_broken=True).clips), 3)


class SmicHs(InFolder):
    load = staticmethod(load_smic)

    def setUp(self) -> None:
        super().setUp()
        for clip, first, last in (
            ("s1/micro/positive/s1_po_01", 123, 133),
            ("s1/micro/negative/s1_ne_01", 1, 6),
            ("s20/micro/surprise/s20_sur_01", 500, 540),
        ):
            images(self.folder / "HS" / clip, "image{:06d}.jpg", range(first, last + 1))
        images(self.folder / "HS/s1/non_micro/s1_non_01", "image{:06d}.jpg", range(3))

    def test_the_folder_is_the_annotation(self) -> None:
        found = load_smic(self.folder)
        self.assertEqual([(c.subject, c.clip, c.label, c.apex) for c in found.clips], [
            ("s1", "s1_ne_01", "negative", None), ("s1", "s1_po_01", "positive", None),
            ("s20", "s20_sur_01", "surprise", None),
        ])  # fmt: skip
        self.assertEqual(dict(found.dropped), {"non_micro": 1})
        clip = found.clips[1]
        self.assertEqual([clip.frames[at].name for at in (clip.onset, clip.key_frame, clip.offset)],
                         ["image000123.jpg", "image000128.jpg", "image000133.jpg"])  # fmt: skip
        self.assertEqual((clip.fps, clip.key_frame_is_apex), (100, False))

    def test_hs_itself_may_be_given(self) -> None:
        self.assertEqual(len(load_smic(self.folder / "HS").clips), 3)

    def test_unusable_clips_name_their_folder(self) -> None:
        (self.folder / "HS/s1/micro/negative/s1_ne_01/image000003.jpg").unlink()
        self.refused("s1_ne_01: no image of frame 3 between 1 and 6")
        self.assertEqual(len(load_smic(self.folder, skip_broken=True).broken), 1)
        (self.folder / "HS/s1/micro/positive/s1_po_02").mkdir()
        (self.folder / "HS/s1/micro/negative/s1_ne_01").rename(self.folder / "gone")
        self.refused("s1_po_02: holds 0 images")

    def test_wrong_layouts(self) -> None:
        (self.folder / "HS/s1/micro/positive").rename(self.folder / "HS/s1/micro/happy")
        self.refused("happy: is none of negative, positive, surprise")
        (self.folder / "HS").rename(self.folder / "VIS")
        self.refused("no folder s1/micro in HS")


class ThreeClasses(unittest.TestCase):
    """The grouping of MEGC 2019, class by class."""

    def test_every_loader_has_a_name_of_its_own(self) -> None:
        self.assertEqual(sorted(LOADERS), ["casme2", "casme3", "samm", "smic"])

    def test_groups(self) -> None:
        from micron_bert.datasets.casme2 import CASME2
        from micron_bert.datasets.casme3 import CASME3
        from micron_bert.datasets.samm import SAMM

        def emotions(layout, label: str) -> set[str]:
            return {emotion for emotion, group in layout.classes.items() if group == label}

        self.assertEqual(emotions(CASME2, "negative"), {"disgust", "repression"})
        self.assertEqual(emotions(SAMM, "negative"), {"anger", "contempt", "disgust", "fear", "sadness"})
        self.assertEqual(emotions(CASME3, "negative"), {"disgust", "fear", "anger", "sad"})
        self.assertEqual([emotions(layout, "positive") for layout in (CASME2, SAMM, CASME3)],
                         [{"happiness"}, {"happiness"}, {"happy"}])  # fmt: skip
        for layout in (CASME2, SAMM, CASME3):
            self.assertEqual(emotions(layout, "surprise"), {"surprise"})
            self.assertEqual(Counter(layout.classes.values()).keys(), {"negative", "positive", "surprise"})
            self.assertFalse(layout.dropped & layout.classes.keys())


if __name__ == "__main__":
    unittest.main()
