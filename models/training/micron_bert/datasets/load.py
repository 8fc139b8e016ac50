"""From a table and folders of numbered images to clips."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from pathlib import Path

from ..errors import TrainingError
from .clip import AnnotatedClip, AnnotatedSet, Collector
from .images import numbered_images, run_around
from .layout import Layout
from .table import Row, find_table, read_table


def load(layout: Layout, folder: Path, skip_broken: bool) -> AnnotatedSet:
    """Raises TrainingError that names file, row and column."""
    table = find_table(folder, layout.table)
    rows = read_table(table, list(vars(layout.columns).values()))
    folders = _folders(layout, folder)
    # A film of CAS(ME)^3 is listed once for all the clips in it, which stand together in the table.
    images = functools.lru_cache(maxsize=8)(functools.partial(numbered_images, name=layout.image))
    collector = Collector(layout.dataset, table, skip_broken)
    collector.each(rows, lambda row: _clip(layout, row, folders, images))
    return collector.result()


def _clip(
    layout: Layout, row: Row, folders: Mapping[str, Path], images_in: Callable[[Path], Mapping[int, Path]]
) -> AnnotatedClip | str:
    """The clip of this row, or its emotion when that has no place."""
    columns = layout.columns
    emotion = row.filled(columns.emotion).casefold()
    if emotion in layout.dropped:
        return emotion
    if emotion not in layout.classes:
        known = ", ".join([*layout.classes, *sorted(layout.dropped)])
        raise TrainingError(f"{row.where}, {columns.emotion}: {emotion!r} is none of {known}; correct it")
    onset, apex, offset = _moments(layout, row)
    subject, name = layout.subject(row.filled(columns.subject)), row.filled(columns.clip)
    place = _image_folder(layout, row, folders, layout.folders(subject, name, onset))
    images = images_in(place)
    for column, number in ((columns.onset, onset), (columns.apex, apex), (columns.offset, offset)):
        if number is not None and number not in images:
            raise TrainingError(
                f"{row.where}, {column}: no image of frame {number} in {place}; copy it from the data set or correct "
                "the row"
            )
    gap = next((number for number in range(onset, offset) if number not in images), None)
    if gap is not None:
        raise TrainingError(
            f"{row.where}, {columns.onset} to {columns.offset}: no image of frame {gap} in {place}; "
            "copy the folder again from the data set"
        )
    frames, first = run_around(images, onset, offset, margin=round(layout.fps))
    return AnnotatedClip(
        dataset=layout.dataset,
        subject=subject,
        clip=layout.clip(name, onset),
        fps=layout.fps,
        frames=frames,
        onset=first,
        apex=None if apex is None else first + apex - onset,
        offset=first + offset - onset,
        emotion=emotion,
        label=layout.classes[emotion],
        aus=tuple(au.strip() for au in row.text(columns.aus).split("+") if au.strip()),
        source=row.where,
    )


def _moments(layout: Layout, row: Row) -> tuple[int, int | None, int]:
    """Onset, apex and offset as frame numbers, in this order in time."""
    columns = layout.columns
    onset, apex, offset = row.frame(columns.onset), row.frame_or_none(columns.apex), row.frame(columns.offset)
    if offset <= onset:
        raise TrainingError(
            f"{row.where}, {columns.offset}: {offset} is not after {columns.onset} {onset}; correct one of them"
        )
    if apex is not None and not onset <= apex <= offset:
        raise TrainingError(
            f"{row.where}, {columns.apex}: {apex} is outside {columns.onset} to {columns.offset}, {onset} to {offset}; "
            "correct it, or empty the cell if nobody knows"
        )
    return onset, apex, offset


def _folders(layout: Layout, folder: Path) -> dict[str, Path]:
    """Name in lower case -> folder: CAS(ME)^3 writes spNO in its table and spNo on some disks."""
    for root in layout.roots:
        place = folder / root
        found = [path for path in place.iterdir() if path.is_dir()] if place.is_dir() else []
        if any(layout.subject_folder.match(path.name) for path in found):
            return {path.name.casefold(): path for path in found}
    raise TrainingError(
        f"{folder}: no folders of subjects in {', '.join(layout.roots)}; unpack the images of {layout.dataset} there"
    )


def _image_folder(layout: Layout, row: Row, folders: Mapping[str, Path], candidates: tuple[str, ...]) -> Path:
    for candidate in candidates:
        first, _, rest = candidate.partition("/")
        path = folders.get(first.casefold())
        if path is not None and (path / rest).is_dir():
            return path / rest
    root = next(iter(folders.values())).parent
    raise TrainingError(
        f"{row.where}, {layout.columns.clip}: no folder {' or '.join(candidates)} in {root}; "
        "copy it from the data set or correct the row"
    )
