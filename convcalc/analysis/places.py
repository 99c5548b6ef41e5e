"""Where the calls of a run stand, to the column: what tells several calls on a line apart."""

from __future__ import annotations

from convcalc.tensor.instructions import place_of, positions

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import CodeType

    from convcalc.trace import Call

    Position = tuple[int | None, int | None, int | None, int | None]

NOWHERE: dict[str, int | None] = {"column": None, "end_line": None, "end_column": None}


class Places:
    """Columns and ends of calls. The interpreter keeps them of each instruction (Python 3.11 on), in bytes of UTF-8; reported are characters.

    `text_of` gives the source of a file of the run. Each code's positions and each file's lines are worked out once.
    """

    def __init__(self, text_of: Callable[[str], bytes | None]) -> None:
        self._text_of = text_of
        self._positions: dict[CodeType, list[Position]] = {}
        self._lines: dict[str, list[bytes] | None] = {}  # of the files whose bytes are not all characters

    def end_of(self, call: Call) -> dict[str, int | None]:
        """Column and end of a call's expression, as fields of a row; None each where nobody knows them."""
        code = call.f_code
        if code is None:
            return NOWHERE
        known = self._positions.get(code)
        if known is None:
            known = self._positions[code] = positions(code)
        place = place_of(known, call.instruction)
        if place is None:
            return NOWHERE
        first, end, column, end_column = place
        if column is None or end_column is None or first != call.line:
            return NOWHERE
        file = code.co_filename
        return {
            "column": self._characters(file, first, column),
            "end_line": end,
            "end_column": self._characters(file, end, end_column),
        }

    def _characters(self, file: str, line: int | None, column: int) -> int:
        """A column in characters, from 1."""
        if file not in self._lines:
            text = self._text_of(file)
            self._lines[file] = None if text is None or text.isascii() else text.splitlines()
        lines = self._lines[file]
        if lines is None or line is None or line > len(lines):
            return column + 1
        return len(lines[line - 1][:column].decode("utf8", "replace")) + 1
