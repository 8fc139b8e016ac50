"""Annotation tables: the owners' .xlsx, or the same table saved as .csv."""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..errors import TrainingError

Cells = Sequence[object]
NO_VALUE = ("", "/", "nan")
"""How the published tables say "not annotated"."""


@dataclass(frozen=True)
class Row:
    """One line of a table; `cells` by column title."""

    file: Path
    number: int
    """As the spreadsheet counts: the first line is 1."""
    cells: Mapping[str, object]

    @property
    def where(self) -> str:
        """For messages."""
        return f"{self.file}, row {self.number}"

    def text(self, column: str) -> str:
        """The cell as text, "" when it is empty. A number without a fraction is written without one."""
        value = self.cells[column]
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        return "" if value is None else str(value).strip()

    def filled(self, column: str) -> str:
        """Text that must be there."""
        text = self.text(column)
        if text in NO_VALUE:
            raise TrainingError(f"{self.where}, {column}: is empty; fill it in or take the row out")
        return text

    def frame(self, column: str) -> int:
        """A frame number that must be there."""
        text = self.filled(column)
        try:
            number = float(text)
        except ValueError:
            number = -1.0
        if number < 0 or not number.is_integer():
            raise TrainingError(f"{self.where}, {column}: {text!r} is no frame number; correct it")
        return int(number)

    def frame_or_none(self, column: str) -> int | None:
        """A frame number, or None where the table says that nobody annotated it."""
        return None if self.text(column) in NO_VALUE else self.frame(column)


def find_table(folder: Path, stem: str) -> Path:
    """The table whose name begins with `stem`, in `folder` or in its subfolder `annotation`.

    A .csv goes before an .xlsx, being the corrected copy of somebody; of several, the last by name is the newest.
    """
    if not folder.is_dir():
        raise TrainingError(f"{folder}: no such folder")
    for place in (folder, folder / "annotation"):
        for suffix in (".csv", ".xlsx"):
            found = sorted(path for path in place.glob(f"{stem}*") if path.suffix.lower() == suffix)
            if found:
                return found[-1]
    raise TrainingError(f"{folder}: no annotation table {stem}*.xlsx or {stem}*.csv in it; put it there")


def read_table(path: Path, columns: Sequence[str]) -> list[Row]:
    """The rows below the first line that has all `columns`. Titles match whatever their case, spaces and underlines."""
    wanted = {_plain(column): column for column in columns}
    best: set[str] = set()
    for sheet in _csv_sheets(path) if path.suffix.lower() == ".csv" else _xlsx_sheets(path):
        places: dict[str, int] = {}
        rows = []
        for number, cells in sheet:
            if places:
                if any(cell not in (None, "") for cell in cells):
                    by_title = {title: cells[at] if at < len(cells) else None for title, at in places.items()}
                    rows.append(Row(path, number, by_title))
                continue
            titles = {_plain(str(cell)): at for at, cell in reversed(list(enumerate(cells))) if cell is not None}
            here = wanted.keys() & titles.keys()
            best = max(best, here, key=len)
            if len(here) == len(wanted):
                places = {wanted[title]: titles[title] for title in wanted}
        if places:
            return rows
    missing = ", ".join(column for plain, column in wanted.items() if plain not in best)
    raise TrainingError(f"{path}: column missing: {missing}; is this the right table, with its line of titles?")


def _plain(title: str) -> str:
    return "".join(letter for letter in title.casefold() if letter.isalnum())


def _csv_sheets(path: Path) -> Iterator[Iterator[tuple[int, Cells]]]:
    """The same table read with comma, semicolon and tab: office programs write what their country writes."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise TrainingError(f"{path}: {error}; save it as CSV in UTF-8") from error
    for delimiter in ",;\t":
        yield ((at, cells) for at, cells in enumerate(csv.reader(text.splitlines(), delimiter=delimiter), 1))


def _xlsx_sheets(path: Path) -> Iterator[Iterator[tuple[int, Cells]]]:
    try:
        import openpyxl
    except ImportError as error:
        raise TrainingError(
            f"{path}: reading .xlsx needs openpyxl (Debian: apt-get install python3-openpyxl; pip install openpyxl); "
            "or save the table as .csv beside it"
        ) from error
    try:
        book = openpyxl.load_workbook(path, data_only=True)
    except (OSError, zipfile.BadZipFile, KeyError, ValueError, openpyxl.utils.exceptions.InvalidFileException) as error:
        raise TrainingError(f"{path}: damaged, or no .xlsx ({error}); copy it again, or save it as .csv") from error
    for sheet in book.worksheets:
        yield enumerate(sheet.iter_rows(values_only=True), 1)
