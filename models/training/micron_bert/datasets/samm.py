"""SAMM: Davison et al., IEEE Transactions on Affective Computing 9(1), 2018; 200 frames a second, grey.

    SAMM_Micro_FACS_Codes_v2.xlsx                       its table begins below a page of remarks
    SAMM/006/006_1_2/006_05562.jpg                      subject, clip, frame

MEGC 2019 takes happiness as positive, anger, contempt, disgust, fear and sadness as negative, and surprise: 26, 92 and
15 clips of 28 people. `Other` is left out.
"""

from __future__ import annotations

import re
from pathlib import Path

from .clip import AnnotatedSet
from .layout import Columns, Layout
from .load import load

SAMM = Layout(
    dataset="samm",
    fps=200,
    table="SAMM_Micro_FACS_Codes",
    columns=Columns(
        subject="Subject",
        clip="Filename",
        onset="Onset Frame",
        apex="Apex Frame",
        offset="Offset Frame",
        aus="Action Units",
        emotion="Estimated Emotion",
    ),
    roots=("SAMM", "SAMM_CROP", "SAMM_Cropped", "."),
    subject=lambda text: text.zfill(3),
    subject_folder=re.compile(r"\d{3}$"),
    clip=lambda name, onset: name,
    folders=lambda subject, name, onset: (f"{subject}/{name}",),
    image=re.compile(r"\d+_(\d+)\.(?:jpe?g|png|bmp)", re.IGNORECASE),
    classes={
        "happiness": "positive",
        "anger": "negative",
        "contempt": "negative",
        "disgust": "negative",
        "fear": "negative",
        "sadness": "negative",
        "surprise": "surprise",
    },
    dropped=frozenset({"other", "others"}),
)


def load_samm(folder: Path, skip_broken: bool = False) -> AnnotatedSet:
    """The folder that holds the table and the images."""
    return load(SAMM, folder, skip_broken)
