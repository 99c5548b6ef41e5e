"""What a target names: `model.py`, `model.py::Net`, `model.py::ResNet(18)`, `model.py::net`."""

from __future__ import annotations

LARGEST = 8 << 20  # bytes of a source file
LARGEST_NOTEBOOK = 128 << 20  # with the pictures of its outputs
NOTEBOOK = ".ipynb"
BRIEF = 100  # characters of an input in a message
LARGEST_SIZE = (1 << 63) - 1  # of a dimension, in PyTorch


class UsageError(Exception):
    """The call is wrong: no such file, a syntax error in it, a bad option. Exit code 2.

    `kind` tells apart what matters where many files are read: "syntax-error" and "not-readable", which are the file's
    fault, "no-model" and "no-input", which only matter for a file that was named.
    """

    def __init__(self, message: str, file: str | None = None, line: int | None = None, kind: str = "usage") -> None:
        super().__init__(message)
        self.file = file
        self.line = line
        self.kind = kind
        self.notes: list[str] = []  # what else the reader should know

    def __str__(self) -> str:
        where = "" if self.file is None else f"{self.file}:{self.line}: " if self.line else f"{self.file}: "
        return where + str(self.args[0])


class Target:
    """A file and, maybe, an expression over its names; `module` is the name by which the file was found on the import path."""

    __slots__ = ("expression", "file", "module")

    def __init__(self, file: str, expression: str | None, module: str | None = None) -> None:
        self.file = file
        self.expression = expression
        self.module = module


def parse_shape(text: str) -> tuple[tuple[int | str, ...], str | None]:
    """`2x3x224x224`, `Nx3xHxW`, `2,3,224,224`, `()` and an element type after a colon, as a shape and a dtype's name.

    An upper-case letter is a symbolic size, and stays a letter.
    """
    from convcalc.tensor.dtypes import ALIASES, ALL

    shown = text if len(text) <= BRIEF else f"{text[:BRIEF]}..."
    shape_text, separator, dtype = text.partition(":")
    dtype = dtype.strip().removeprefix("torch.")
    if separator and dtype not in ALL and dtype not in ALIASES:
        raise UsageError(f"--input {shown!r}: {dtype[:BRIEF]!r} is not an element type: one of {', '.join(ALL)}")
    stripped = shape_text.strip()
    if stripped in ("()", ""):
        if not stripped:
            raise UsageError(
                f"--input {shown!r} has no shape: write it with the batch, such as 2x3x224x224; a scalar is ()"
            )
        return (), dtype or None
    sizes: list[int | str] = []
    for part in stripped.strip("()[]").replace("×", "x").replace(",", "x").rstrip("x").split("x"):
        part = part.strip()
        if not (part.isascii() and part.isdigit()):
            if len(part) == 1 and part.isascii() and part.isupper():
                sizes.append(part)
                continue
            raise UsageError(
                f"--input {shown!r}: {part[:BRIEF]!r} is not a size: write the shape with the batch, such as 2x3x224x224 or Nx3xHxW"
            )
        if len(part) > 19 or int(part) > LARGEST_SIZE:
            raise UsageError(f"--input {shown!r}: a size is at most {LARGEST_SIZE:,}")
        sizes.append(int(part))
    return tuple(sizes), ALIASES[dtype].name if dtype in ALIASES else dtype or None
