"""CASME II: Yan et al., PLoS ONE 9(1), 2014; 200 frames a second.

    CASME2-coding-20190701.xlsx (or -20140508)
    CASME2_RAW_selected/sub01/EP02_01f/img46.jpg
    Cropped/sub01/EP02_01f/reg_img46.jpg                the owners' cropped frames, used when the raw ones are absent

MEGC 2019 (doi 10.1109/FG.2019.8756611) takes happiness as positive, disgust and repression as negative, and surprise.
`others` fits no class, and sadness and fear, a handful of clips each, are not part of its list either: with them there
would be 99 negatives of 25 people, while it counts 24 people. It lists 145 clips (88 negative, 32 positive, 25
surprise); the tables in circulation give 147, with two negatives more, and which two it leaves out is not published.
The apex of a clip that nobody could place is "/" in the table.
"""

from __future__ import annotations

import re
from pathlib import Path

from .clip import AnnotatedSet
from .layout import Columns, Layout
from .load import load


def _subject(text: str) -> str:
    """1, 01 or sub01 -> sub01."""
    number = text.lower().removeprefix("sub")
    return f"sub{number.zfill(2)}"


CASME2 = Layout(
    dataset="casme2",
    fps=200,
    table="CASME2-coding-",
    columns=Columns(
        subject="Subject",
        clip="Filename",
        onset="OnsetFrame",
        apex="ApexFrame",
        offset="OffsetFrame",
        aus="Action Units",
        emotion="Estimated Emotion",
    ),
    roots=(
        "CASME2_RAW_selected",
        "CASME2_RAW_selected/CASME2_RAW_selected",
        "CASME2-RAW",
        "Cropped",
        "Cropped-updated/Cropped",
        ".",
    ),
    subject=_subject,
    subject_folder=re.compile(r"sub\d+"),
    clip=lambda name, onset: name,
    folders=lambda subject, name, onset: (f"{subject}/{name}",),
    image=re.compile(r"(?:reg_)?img(\d+)\.(?:jpe?g|png|bmp)", re.IGNORECASE),
    classes={"happiness": "positive", "disgust": "negative", "repression": "negative", "surprise": "surprise"},
    dropped=frozenset({"others", "sadness", "fear"}),
)


def load_casme2(folder: Path, skip_broken: bool = False) -> AnnotatedSet:
    """The folder that holds the table and the images."""
    return load(CASME2, folder, skip_broken)
