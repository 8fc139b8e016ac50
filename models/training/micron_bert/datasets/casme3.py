"""CAS(ME)^3, part A: Li et al., IEEE TPAMI 45(3), 2023; 30 frames a second, depth images beside the colour ones.

    cas(me)3_part_A_ME_label_JpgIndex_v2.xlsx           also in the subfolder annotation
    spNO.1/a/color/0.jpg                                whole films; one film holds several clips
    spNo.1_a_355/355.jpg                                the films cut into clips: subject, film, onset

It is younger than MEGC 2019; the same grouping is applied: happy as positive, disgust, fear, anger and sad as negative,
and surprise. `Others` is left out. Some thirty rows of the published table have an apex at the onset, some have an apex
or offset before it: the first are taken with the middle frame (`AnnotatedClip.key_frame`), the others are errors.
"""

from __future__ import annotations

import re
from pathlib import Path

from .clip import AnnotatedSet
from .layout import Columns, Layout
from .load import load

CASME3 = Layout(
    dataset="casme3",
    fps=30,
    table="cas(me)3_part_A_ME_label_JpgIndex_v",
    columns=Columns(
        subject="Subject",
        clip="Filename",
        onset="Onset",
        apex="Apex",
        offset="Offset",
        aus="AU",
        emotion="emotion",
    ),
    roots=(".", "data", "part_A", "data/part_A", "Part_A_ME_clip/frame", "frame"),
    subject=lambda text: text,
    subject_folder=re.compile(r"sp\.?no\.\d+", re.IGNORECASE),
    clip=lambda name, onset: f"{name}_{onset}",
    folders=lambda subject, name, onset: (f"{subject}/{name}/color", f"{subject}_{name}_{onset}"),
    image=re.compile(r"(\d+)\.(?:jpe?g|png|bmp)", re.IGNORECASE),
    classes={
        "happy": "positive",
        "disgust": "negative",
        "fear": "negative",
        "anger": "negative",
        "sad": "negative",
        "surprise": "surprise",
    },
    dropped=frozenset({"others", "other"}),
)


def load_casme3(folder: Path, skip_broken: bool = False) -> AnnotatedSet:
    """The folder that holds the table and the images."""
    return load(CASME3, folder, skip_broken)
