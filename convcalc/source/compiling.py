"""From the text of a file to its syntax tree and its code; what Python will not compile becomes a message with its line."""

from __future__ import annotations

import sys

from .target import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType
    from typing import Any


class Deep:
    """A context in which trees may be as deep as sources may: Python allows its compiler three times the depth that it allows the
    reading and the writing of a tree, and only the latter is counted with the calls that are under way."""

    __slots__ = ("before",)

    def __enter__(self) -> None:
        self.before = sys.getrecursionlimit()
        sys.setrecursionlimit(3 * self.before)

    def __exit__(self, *exc: object) -> None:
        sys.setrecursionlimit(self.before)


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
