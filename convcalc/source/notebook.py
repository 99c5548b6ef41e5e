"""Jupyter notebooks: their code cells in order as one script, and where in the notebook each of its lines stands.

A notebook is read as the text of a Python script (`Notebook.source`), and everything that runs, diagnoses and mends a file
works on that. What is reported is translated on its way out (`localised`): a line becomes a line of a cell. Cells are counted as
ruff does it: from 1, those of text too.
"""

from __future__ import annotations

import json
from bisect import bisect_right

from .bounded import Unreadable, read_bounded
from .target import LARGEST, LARGEST_NOTEBOOK, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .magics import Line
    from .notebook_text import NotebookText

MOST_LISTS = 1_000_000  # lists and objects of a notebook's JSON: each takes some 60 bytes, however little is in it
MOST_VALUES = 10_000_000
PADDED = (
    64 << 20
)  # bytes of empty lines that Python is given before the cells that are no Python, so that its messages have the right lines
HEAD = 2  # empty lines before the first cell: no line of a cell is where Python looks for the encoding of a file
LEFT_OUT = frozenset(("raises-exception", "skip-execution"))  # tags of cells: meant to fail, not meant to run
TEXTS = ("message", "text", "reason")


class Cell:
    """A code cell: its number, its text as the notebook has it, and its lines as Python; `lead` is its first line in the script."""

    __slots__ = ("_lines", "lead", "number", "text")

    def __init__(self, number: int, text: str, lead: int) -> None:
        self.number = number
        self.text = text
        self.lead = lead
        self._lines: list[Line] | None = None

    @property
    def lines(self) -> list[Line]:
        """One for each of the text's; worked out when somebody asks."""
        if self._lines is None:
            from .magics import python_lines

            self._lines = python_lines(split_lines(self.text))
        return self._lines

    def leave_out(self) -> None:
        """Leaves the cell's lines empty."""
        from .magics import Line

        self._lines = [Line("") for _ in split_lines(self.text)]


class Notebook:
    """A notebook that was read.

    To read it takes no more time than its size asks for; what Python makes of its cells (`source`, `broken`) may take any, and is
    asked for in a process that has a limit.
    """

    def __init__(self, file: str, data: bytes) -> None:
        self.file = file
        self.data = data
        self.cells: list[Cell] = []
        lead = HEAD + 1
        size = 0
        for number, text in _code_cells(file, data):
            self.cells.append(Cell(number, text, lead))
            lead += _count_lines(text)
            size += len(text)
        if size > LARGEST:
            told = f"is larger than {LARGEST >> 20} MB, the most that the code of a notebook may have"
            raise UsageError(told, file, kind="not-readable")
        self._leads = [cell.lead for cell in self.cells]
        self._by_number = {cell.number: cell for cell in self.cells}
        self._script: tuple[bytes, list[UsageError]] | None = None
        self.places: NotebookText | None = None

    @property
    def text(self) -> bytes:
        """The text of its cells as they are, magics and all."""
        return "\n".join([cell.text for cell in self.cells]).encode("utf8", "replace")

    @property
    def source(self) -> bytes:
        """Its script: the cells as Python, without those that are none."""
        return self._read_cells()[0]

    @property
    def broken(self) -> list[UsageError]:
        """What is wrong with the cells that are no Python, of which nothing is run: as in Jupyter, where the others run all the same."""
        return self._read_cells()[1]

    def _read_cells(self) -> tuple[bytes, list[UsageError]]:
        if self._script is None:
            self._padded = 0
            broken = [error for error in map(self._error_of, self.cells) if error is not None]
            lines = [""] * HEAD + [line.text for cell in self.cells for line in cell.lines]
            self._script = ("\n".join(lines) + "\n").encode("utf8", "replace"), broken
        return self._script

    def cell_of(self, line: int) -> Cell | None:
        """The cell that a line of the script comes from."""
        at = bisect_right(self._leads, line)
        return self.cells[at - 1] if at else None

    def cell(self, number: int) -> Cell | None:
        return self._by_number.get(number)

    def line_of(self, line: int) -> tuple[int | None, int]:
        """The number of the cell and the line in it."""
        cell = self.cell_of(line)
        return (None, line) if cell is None else (cell.number, line - cell.lead + 1)

    def _error_of(self, cell: Cell) -> UsageError | None:
        """What is wrong with a cell that is no Python; its lines are left out then."""
        from .compiling import compile_tree

        text = "\n" * HEAD + "\n".join([line.text for line in cell.lines]) + "\n"
        try:
            compile_tree(text.encode("utf8", "replace"), self.file)
            return None
        except UsageError as error:
            found = error
        before = "\n" * (cell.lead - 1 - HEAD)
        self._padded += len(before)
        if self._padded > PADDED:
            found = UsageError("syntax error in this cell", self.file, cell.lead, found.kind)
        elif before:
            try:
                compile_tree((before + text).encode("utf8", "replace"), self.file)
            except UsageError as error:
                found = error
        cell.leave_out()
        return found


_read: dict[
    str, Notebook | None
] = {}  # the notebooks of this process, by their files' names; None: one that must not be read


def script_of(file: str, source: bytes) -> bytes:
    """What is run of a file's text: of a notebook its script. Takes as long as Python takes to read the cells."""
    read = _read.get(file)
    return source if read is None else read.source


def forget(file: str) -> None:
    """Keeps a notebook no longer, of which nothing more is told."""
    _read.pop(file, None)


def read_notebook(file: str, data: bytes) -> Notebook:
    """The notebook in a file's bytes; UsageError where there is none."""
    read = _read[file] = Notebook(file, data)
    return read


def leave_unread(file: str) -> None:
    """Notes that a notebook must not be read, or cannot be: nobody tries again, in whatever way."""
    _read[file] = None


def notebook_of(file: str) -> Notebook | None:
    """A notebook that was read before, or can be."""
    if file not in _read:
        try:
            _read[file] = Notebook(file, read_bounded(file, LARGEST_NOTEBOOK))
        except (OSError, UsageError, Unreadable):
            return None
    return _read[file]


# reading


def _count_lines(text: str) -> int:
    """How many lines `split_lines` makes of a text."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return max(text.count("\n") + (not text.endswith("\n")), 1)


def split_lines(text: str) -> list[str]:
    """The lines of a text, as Python counts them, without their ends."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if len(lines) > 1 and not lines[-1]:
        del lines[-1]
    return lines


def _code_cells(file: str, data: bytes) -> list[tuple[int, str]]:
    """The numbers and texts of the code cells that are run."""
    found = []
    content = parse_json(file, data)
    for number, cell in enumerate(_cells(file, content), 1):
        if not isinstance(cell, dict) or not isinstance(cell.get("cell_type"), str):
            raise UsageError(f"is not a valid notebook: cell {number} has no type", file, kind="not-readable")
        if cell["cell_type"] != "code" or not _runs(cell):
            continue
        text = cell.get("source", cell.get("input"))
        if isinstance(text, list) and all(isinstance(part, str) for part in text):
            text = "".join(text)
        if not isinstance(text, str):
            raise UsageError(f"is not a valid notebook: cell {number} has no text", file, kind="not-readable")
        found.append((number, text))
    return found


def parse_json(file: str, data: bytes) -> Any:
    """The content of a notebook's file."""
    if not data.strip():
        raise UsageError("is not a notebook: it is empty", file, kind="not-readable")
    if _holds_too_much(data):
        told = f"is not a notebook: it holds more than {MOST_LISTS:,} lists, or {MOST_VALUES:,} values"
        raise UsageError(told, file, kind="not-readable")
    try:
        return json.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise UsageError(f"is not a notebook: {error}", file, kind="not-readable") from None
    except json.JSONDecodeError as error:
        raise UsageError(f"is not a notebook: it is no JSON: {error}", file, kind="not-readable") from None
    except ValueError:
        raise UsageError("is not a notebook: a number in it is too long", file, kind="not-readable") from None
    except RecursionError:
        raise UsageError("is nested too deeply to be read", file, kind="not-readable") from None


def _holds_too_much(data: bytes) -> bool:
    """Whether Python would make so many objects of a JSON text that memory or time runs out."""

    def is_over(text: bytes) -> bool:
        return text.count(b"[") + text.count(b"{") > MOST_LISTS or text.count(b",") + text.count(b":") > MOST_VALUES

    if not is_over(data):
        return False
    import re

    return is_over(re.sub(rb'"[^"\\]*(?:\\.[^"\\]*)*"', b"", data, flags=re.DOTALL))


def _cells(file: str, content: Any) -> list[Any]:
    """The cells of a notebook of any format; those of the formats before 4 stand in worksheets."""
    cells = None
    if isinstance(content, dict):
        cells = content.get("cells")
        sheets = content.get("worksheets")
        if cells is None and isinstance(sheets, list):
            within = [sheet.get("cells") for sheet in sheets if isinstance(sheet, dict)]
            cells = [cell for part in within if isinstance(part, list) for cell in part]
    if not isinstance(cells, list):
        raise UsageError("is JSON, but not a notebook: it has no cells", file, kind="not-readable")
    language = _language(content)
    if language is not None and not language.lower().startswith(("python", "ipython", "sage", "xpython")):
        raise UsageError(f"is a notebook for {language}, not for Python", file, kind="no-model")
    return cells


def _language(content: dict[str, Any]) -> str | None:
    """The language that a notebook says it is written in."""
    metadata = content.get("metadata")
    for section, key in (("language_info", "name"), ("kernelspec", "language")):
        part = metadata.get(section) if isinstance(metadata, dict) else None
        if isinstance(part, dict) and isinstance(part.get(key), str) and part[key]:
            return str(part[key])
    return None


def _runs(cell: dict[str, Any]) -> bool:
    """Whether a code cell is run: not one in another language, nor one that is meant to fail."""
    metadata = cell.get("metadata")
    if not isinstance(metadata, dict):
        metadata = {}
    editor = metadata.get("vscode")
    named = editor.get("languageId") if isinstance(editor, dict) else None
    language = cell.get("language") or named or "python"
    tags = metadata.get("tags")
    tagged = isinstance(tags, list) and any(isinstance(tag, str) and tag in LEFT_OUT for tag in tags)
    return isinstance(language, str) and language.lower().startswith(("python", "ipython")) and not tagged


# what the program that a notebook is needs


def in_order(tree: Any) -> Any:
    """The tree of a notebook's script: what its cells import from `__future__` comes first, where Python wants it."""
    first = [s for s in tree.body if type(s).__name__ == "ImportFrom" and s.module == "__future__" and not s.level]
    if first:
        tree.body = first + [s for s in tree.body if not any(s is other for other in first)]
    return tree


# reporting


def localised(value: Any, file: str) -> Any:
    """A part of a report, in place: lines of the script become lines of cells, named by `cell`."""
    notebook = notebook_of(file)
    if notebook is not None:
        _localise(value, notebook, set())
    return value


def _localise(value: Any, notebook: Notebook, seen: set[int]) -> None:
    if isinstance(value, list):
        for item in value:
            _localise(item, notebook, seen)
        return
    if not isinstance(value, dict) or id(value) in seen:
        return
    seen.add(id(value))
    if value.get("file") == notebook.file and isinstance(value.get("line"), int):
        cell, line = notebook.line_of(value["line"])
        last = value["line"] if value.get("end_line") is None else value["end_line"]
        for key, at in (("column", value["line"]), ("end_column", last)):
            if isinstance(value.get(key), int):
                value[key] += _shift(notebook, at)
        if value.get("end_line") is not None:
            value["end_line"] += line - value["line"]
        if cell is not None:
            value["cell"] = cell
        value["line"] = line
    for key, item in value.items():
        if isinstance(item, (dict, list)):
            _localise(item, notebook, seen)
        elif isinstance(item, str) and key in TEXTS:
            value[key] = _localised_text(item, notebook)


def _shift(notebook: Notebook, line: int) -> int:
    """How much further to the right a line stands in its cell."""
    cell = notebook.cell_of(line)
    at = 0 if cell is None else line - cell.lead
    return cell.lines[at].shift if cell is not None and at < len(cell.lines) else 0


def localised_text(text: str, file: str) -> str:
    """A message with the places of the script in it as places of cells: `train.ipynb:cell 3:12`."""
    notebook = notebook_of(file) if text else None
    return text if notebook is None else _localised_text(text, notebook)


def _localised_text(text: str, notebook: Notebook) -> str:
    import re

    def place(match: re.Match[str]) -> str:
        cell, line = notebook.line_of(int(match[1]))
        return f"{notebook.file}:cell {cell}:{line}" if cell is not None else match[0]

    def named(match: re.Match[str]) -> str:
        cell, line = notebook.line_of(int(match[1]))
        return f"line {line} of cell {cell}" if cell is not None else match[0]

    text = re.sub(re.escape(notebook.file) + r":(\d+)", place, text)
    return re.sub(r"(?<!\w)line (\d+)(?!\d|,? column| of cell)", named, text)
