"""From the text of a target to its file, and from that to its source and its syntax tree; a notebook's is its script."""

from __future__ import annotations

import os

from .compiling import compile_tree
from .target import BRIEF, LARGEST, LARGEST_NOTEBOOK, NOTEBOOK, Target, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from .overlay import Overlay


def parse_target(text: str, overlay: Overlay | None = None) -> Target:
    """Split at the first `::`; what is no file but a module's name is found on the import path, by its source."""
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
    """Return the bytes of a source file, of a notebook the text of its code cells (`notebook.script_of` is the script); a message that says what is wrong where there is none.

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
    """Return the bytes of a file, one more than it may have at the most."""
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


def parse_source(data: bytes, file: str) -> Any:
    """Return the syntax tree of a file (`ast.Module`); a syntax error becomes a UsageError with its line."""
    tree = compile_tree(data, file)
    if file.endswith(NOTEBOOK):
        from .notebook import in_order

        return in_order(tree)
    return tree
