"""Where in a file something stands: from the frames of the interpreter, which keep the columns of every expression (3.11 on)."""

from __future__ import annotations

from convcalc.tensor.instructions import position

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType, FrameType
    from typing import Any

    from convcalc.trace import Call, Recorder


class Span:
    """A stretch of a file; lines and columns count from 1, the end is exclusive, columns are None where they are not known."""

    __slots__ = ("column", "end_column", "end_line", "file", "line")

    def __init__(
        self,
        file: str | None,
        line: int | None,
        column: int | None = None,
        end_line: int | None = None,
        end_column: int | None = None,
    ) -> None:
        self.file = file
        self.line = line
        self.column = column
        self.end_line = end_line
        self.end_column = end_column

    def in_characters(self, source: bytes | None) -> Span:
        """Return the interpreter counts bytes of UTF-8; the same with columns in characters of the source."""
        if source is None or self.column is None or source.isascii():
            return self
        lines = source.decode("utf8", "replace").splitlines()
        return Span(
            self.file,
            self.line,
            _characters(lines, self.line, self.column),
            self.end_line,
            _characters(lines, self.end_line, self.end_column),
        )

    def as_dict(self) -> dict[str, Any]:
        return {
            "file": self.file, "line": self.line, "column": self.column, "end_line": self.end_line, "end_column": self.end_column,
        }  # fmt: skip


def _characters(lines: list[str], line: int | None, column: int | None) -> int | None:
    if line is None or column is None or line > len(lines):
        return column
    return len(lines[line - 1].encode("utf8")[: column - 1].decode("utf8", "replace")) + 1


def span_of_error(error: BaseException, files: set[str]) -> Span:
    """Return the expression that raised, in the innermost of the user's frames that the error went through."""
    found = None
    traceback = error.__traceback__
    while traceback is not None:
        if traceback.tb_frame.f_code.co_filename in files:
            found = traceback
        traceback = traceback.tb_next
    if found is None:
        return Span(None, None)
    return span_of_instruction(found.tb_frame.f_code, found.tb_lasti, found.tb_lineno)


def span_of_frame(frame: FrameType | None, files: set[str]) -> Span:
    """Return the expression that is being worked out, in the innermost of the user's frames from `frame` outwards."""
    while frame is not None:
        if frame.f_code.co_filename in files:
            return span_of_instruction(frame.f_code, frame.f_lasti, frame.f_lineno)
        frame = frame.f_back
    return Span(None, None)


def span_of_instruction(code: CodeType, at: int, line: int | None) -> Span:
    """Return the expression that an instruction belongs to; only the line where the interpreter keeps no columns."""
    place = position(code, at)
    if place is None:
        return Span(code.co_filename, line)
    first, end, column, end_column = place
    if column is None or end_column is None:
        return Span(code.co_filename, line)
    return Span(code.co_filename, line if line is not None else first, column + 1, end, end_column + 1)


def span_of_call(call: Call, source: bytes | None) -> Span:
    """Return the expression that made a call."""
    if call.f_code is None:
        return Span(call.file, call.line)
    return span_of_instruction(call.f_code, call.instruction, call.line).in_characters(source)


def constructor_span(record: Recorder, module: Any, source: bytes | None) -> dict[str, Any] | None:
    """Return the call that built a module."""
    built = record.built.get(id(module))
    if built is None or built.f_code is None:
        return None
    return span_of_instruction(built.f_code, built.instruction, built.line).in_characters(source).as_dict()
