"""What a target names: `model.py`, `model.py::Net`, `model.py::ResNet(18)`, `model.py::net`."""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import CodeType
    from typing import Any

    from .overlay import Overlay


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


def parse_target(text: str, overlay: Overlay | None = None) -> Target:
    """Splits at the first `::`; what is no file but a module's name is found on the import path, by its source."""
    file, separator, expression = text.partition("::")
    expression = expression.strip()
    if "\0" in text:
        raise UsageError(f"target {text[:BRIEF]!r} holds a zero character")
    if separator and not expression:
        raise UsageError(f"nothing after '::' in {text!r}: write {file}::ClassName or {file}::ClassName(arguments)")
    if _is_module_name(file) and not os.path.exists(file) and not (overlay is not None and overlay.has_file(file)):
        from .finding import find_target

        found = find_target(file)
        if found is not None:
            return Target(found, expression or None, file)
        if not os.path.exists(file + ".py"):
            raise UsageError(f"no module {file} is found on the import path, and no file of that name")
    return Target(file, expression or None)


def _is_module_name(text: str) -> bool:
    return all(part.isidentifier() for part in text.split(".")) and not text.endswith(".py")


def read_source(file: str, inside: Sequence[str] | None = None, overlay: Overlay | None = None) -> bytes:
    """The bytes of a source file, of a notebook the text of its code cells (`notebook.script_of` is the script); a message that says what is wrong where there is none.

    Nothing is read that lies, links followed, outside of the folders `inside`, if they are given; a text that is laid over the file is not read at all.
    """
    if file.endswith(NOTEBOOK):
        from .notebook import leave_unread

        leave_unread(file)  # until it is read
    data = None if overlay is None else overlay.text_of(file)
    if data is None:
        data = _read(file, inside)
    most = LARGEST_NOTEBOOK if file.endswith(NOTEBOOK) else LARGEST
    if len(data) > most:
        told = f"is larger than {most >> 20} MB, the most that a {'notebook' if most > LARGEST else 'source file'} may have"
        raise UsageError(told, file, kind="not-readable")
    if file.endswith(NOTEBOOK):
        from .notebook import read_notebook

        return read_notebook(file, data).text
    if b"\0" in data:
        raise UsageError("is not Python source: it holds binary data", file, kind="not-readable")
    return data


def _read(file: str, inside: Sequence[str] | None) -> bytes:
    """The bytes of a file, one more than it may have at the most."""
    from .bounded import Unreadable, read_bounded

    if os.path.isdir(file):
        raise UsageError("is a folder: name a Python file in it", file)
    try:
        return read_bounded(file, LARGEST_NOTEBOOK if file.endswith(NOTEBOOK) else LARGEST, inside)
    except Unreadable as error:
        raise UsageError(str(error), file, kind="not-readable") from None
    except FileNotFoundError:
        hint = f": did you mean {file}.py?" if os.path.exists(file + ".py") else ""
        raise UsageError(f"no such file{hint}", file) from None
    except OSError as error:
        raise UsageError(f"cannot be read: {error.strerror}", file, kind="not-readable") from None


class Deep:
    """A context in which trees may be as deep as sources may: Python allows its compiler three times the depth that it allows the
    reading and the writing of a tree, and only the latter is counted with the calls that are under way."""

    __slots__ = ("before",)

    def __enter__(self) -> None:
        self.before = sys.getrecursionlimit()
        sys.setrecursionlimit(3 * self.before)

    def __exit__(self, *exc: object) -> None:
        sys.setrecursionlimit(self.before)


def parse_source(data: bytes, file: str) -> Any:
    """The syntax tree of a file (`ast.Module`); a syntax error becomes a UsageError with its line."""
    tree = compile_tree(data, file)
    if file.endswith(NOTEBOOK):
        from .notebook import in_order

        return in_order(tree)
    return tree


def compile_tree(data: bytes, file: str, flags: int = 0x400) -> Any:
    """The same of a Python file's text; with other flags (PyCF_ONLY_AST, without importing ast) its code."""
    import warnings

    try:
        with warnings.catch_warnings():
            warnings.simplefilter(
                "ignore"
            )  # what Python warns of in a user's file (an odd escape) is not ours to print
            with Deep():
                return compile(data, file, "exec", flags, dont_inherit=True)
    except SyntaxError as error:
        if isinstance(error.msg, str) and ("codec" in error.msg or "encoding" in error.msg):
            raise UsageError(f"is not Python source: {error.msg}", file, error.lineno, "not-readable") from None
        text = f": {error.text.strip()}" if error.text and error.text.strip() else ""
        raise UsageError(f"syntax error: {error.msg}{text}", file, error.lineno, "syntax-error") from None
    except (UnicodeDecodeError, ValueError) as error:
        raise UsageError(f"is not Python source: {error}", file, kind="not-readable") from None
    except (RecursionError, MemoryError):
        raise UsageError("is nested too deeply to be read", file, kind="not-readable") from None


def compile_code(tree: Any, source: bytes, file: str, flags: int = 0) -> CodeType:
    """The code of a file's instrumented tree; what only now turns out to be wrong (a `return` outside of functions) becomes a UsageError.

    Where only the tree is, and not the source, the changes made to it nest too deeply for Python.
    """
    try:
        with Deep():
            code: CodeType = compile(tree, file, "exec", flags, dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        compile_tree(source, file, flags)
        raise UsageError("is nested too deeply to be analysed", file, kind="not-readable") from None
    return code


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
