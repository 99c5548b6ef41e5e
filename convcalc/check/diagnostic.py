"""What a check has to say, as data: diagnostics, the fixes of each, and the steps by which a shape came about.

These are the objects that the check works on. `to_dict` is the one place where they become the JSON of a report, `from_dict` the one
where they are read back. What only the check itself needs (`literal`, `loader`) is no part of the JSON.
"""

from __future__ import annotations

from .frozen import ReadByKey

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

SAFE, UNSAFE = "safe", "unsafe"  # of a fix: `--fix` makes the safe ones, the others are for the reader to judge


class Fix(ReadByKey):
    """A change of the source that was tried: the text of a stretch of a file, and what to write there instead.

    `safe` ones (`fixes.safety` says which) lead, together, to a file that passes; `--fix` makes them. Lines and columns count from 1, the end is exclusive.
    """

    __slots__ = (
        "applicability",
        "cell",
        "column",
        "end_column",
        "end_line",
        "file",
        "line",
        "new",
        "old",
        "reason",
        "text",
    )

    def __init__(
        self, text: str, file: str, line: int, column: int | None, end_line: int | None, end_column: int | None,
        old: str, new: str, applicability: str, reason: str | None, cell: int | None = None,
    ) -> None:  # fmt: skip
        self.text = text
        self.file = file
        self.line = line
        self.column = column
        self.end_line = end_line
        self.end_column = end_column
        self.old = old
        self.new = new
        self.applicability = applicability
        self.reason = reason
        self.cell = cell  # of a notebook

    @property
    def is_safe(self) -> bool:
        return self.applicability == SAFE

    def to_dict(self) -> dict[str, Any]:
        """Return the fix in the form of the JSON; `certain` says the same as `applicability` to readers of earlier releases."""
        found = {
            "text": self.text, "file": self.file, "line": self.line, "column": self.column, "end_line": self.end_line,
            "end_column": self.end_column, "old": self.old, "new": self.new, "applicability": self.applicability,
            "certain": self.is_safe, "reason": self.reason,
        }  # fmt: skip
        return found if self.cell is None else {**found, "cell": self.cell}

    @classmethod
    def from_dict(cls, found: Mapping[str, Any]) -> Fix:
        """Return the fix of which `to_dict` is the form."""
        return cls(
            found["text"], found["file"], found["line"], found.get("column"), found.get("end_line"), found.get("end_column"),
            found["old"], found["new"], found.get("applicability", UNSAFE), found.get("reason"), found.get("cell"),
        )  # fmt: skip


class Literal:
    """The constant that stands in the batch's place: the expression that holds it, its operation, and the batch that it is."""

    __slots__ = ("batch", "column", "line", "operation")

    def __init__(self, line: int | None, column: int | None, operation: str, batch: int) -> None:
        self.line = line
        self.column = column
        self.operation = operation
        self.batch = batch


class Loader:
    """The data loader whose last batch is refused: how many items it has, the size of a batch, and of the last one."""

    __slots__ = ("batch_size", "items", "last")

    def __init__(self, items: int | None, batch_size: int, last: int) -> None:
        self.items = items
        self.batch_size = batch_size
        self.last = last


class Diagnostic(ReadByKey):
    """One finding of a check: which rule, where, what was expected, what came, how it came about, and what fixes it.

    `line` is where PyTorch itself would raise. `message` is in the words of this project, `torch` in PyTorch's, which is what people
    search for. `shape` is that of the refused tensor, `provenance` the steps that made it, newest first, `constructor` the call that
    built the refusing layer.
    """

    __slots__ = (
        "actual", "cell", "column", "constructor", "end_column", "end_line", "expected", "file", "fixes", "line", "literal", "loader",
        "message", "origin", "path", "provenance", "rule", "severity", "shape", "torch",
    )  # fmt: skip

    def __init__(
        self,
        rule: str,
        severity: str,
        file: str | None,
        line: int | None,
        message: str,
        *,
        column: int | None = None,
        end_line: int | None = None,
        end_column: int | None = None,
        path: str | None = None,
        expected: Any = None,
        actual: Any = None,
        shape: list[Any] | None = None,
        constructor: dict[str, Any] | None = None,
        provenance: list[dict[str, Any]] | None = None,
        origin: dict[str, Any] | None = None,
        torch: str | None = None,
        fixes: list[Fix] | None = None,
        cell: int | None = None,
    ) -> None:
        self.rule = rule
        self.severity = severity
        self.file = file
        self.line = line
        self.message = message
        self.column = column
        self.end_line = end_line
        self.end_column = end_column
        self.path = path
        self.expected = expected
        self.actual = actual
        self.shape = shape
        self.constructor = constructor
        self.provenance = provenance if provenance is not None else []
        self.origin = origin
        self.torch = torch
        self.fixes = fixes if fixes is not None else []
        self.cell = cell  # of a notebook
        self.literal: Literal | None = None  # where a constant stands in the batch's place
        self.loader: Loader | None = None  # where the last batch is the cause

    def __repr__(self) -> str:
        return f"<Diagnostic {self.severity}[{self.rule}] {self.file}:{self.line}: {self.message}>"

    def update(self, **facts: Any) -> None:
        """Change several facts at once."""
        for name, fact in facts.items():
            setattr(self, name, fact)

    def to_dict(self) -> dict[str, Any]:
        """Return the diagnostic in the form of the JSON; `torch` and `origin` only of what PyTorch refuses, `cell` only in a notebook."""
        found: dict[str, Any] = {
            "rule": self.rule, "severity": self.severity, "file": self.file, "line": self.line, "column": self.column,
            "end_line": self.end_line, "end_column": self.end_column, "path": self.path, "message": self.message,
            "expected": self.expected, "actual": self.actual, "shape": self.shape, "constructor": self.constructor,
            "provenance": self.provenance, "suggestions": [fix.to_dict() for fix in self.fixes],
        }  # fmt: skip
        if self.torch is not None:
            found.update(torch=self.torch, origin=self.origin)
        if self.cell is not None:
            found["cell"] = self.cell
        return found

    @classmethod
    def from_dict(cls, found: Mapping[str, Any]) -> Diagnostic:
        """Return the diagnostic of which `to_dict` is the form."""
        return cls(
            found["rule"], found["severity"], found["file"], found["line"], found["message"], column=found["column"],
            end_line=found.get("end_line"), end_column=found.get("end_column"), path=found.get("path"),
            expected=found.get("expected"), actual=found.get("actual"), shape=found.get("shape"),
            constructor=found.get("constructor"), provenance=found.get("provenance"), origin=found.get("origin"),
            torch=found.get("torch"), fixes=[Fix.from_dict(fix) for fix in found["suggestions"]], cell=found.get("cell"),
        )  # fmt: skip
