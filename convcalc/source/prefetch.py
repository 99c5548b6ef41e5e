"""Importing what a file will need before it runs.

Families of operations and layers are imported when first asked for. A loaded file runs in a process that may neither read
nor write files freely, so what its text mentions is imported beforehand, in the free process: that costs the same, and Python can
keep the compiled modules (an editable install would otherwise compile them anew each time).
"""

from __future__ import annotations

import sys
from importlib import import_module

from convcalc.standin.modules import SOURCES
from convcalc.standin.names import MENTIONED

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

_WORD = bytes(c if chr(c).isalnum() or c == ord("_") else ord(" ") for c in range(256))


def prefetch(source: bytes) -> None:
    """Import the stand-ins, operations and layers whose names stand in a source file."""
    words = {word.decode("latin1") for word in source.translate(_WORD).split()}
    if _imports_sources(source, words):
        words.add("torch")  # which what it imports will mention
        from . import loading as loading
    for name in _modules(words):
        import_module(name)


def prepared(file: str, module: str | None, source: bytes) -> list[str]:
    """Imports what a file needs, and gives the folders that it may read: what a process does before it is locked."""
    from .finding import readable

    prefetch(source)
    return readable(file, module)


def _imports_sources(source: bytes, words: set[str]) -> bool:
    """Whether a file seems to import a module that is run from its source."""
    if "torchvision" in words and "models" in words:
        return True
    for line in source.split(b"\n"):
        if line.startswith((b"import ", b"from ")):
            for word in line.split(maxsplit=2)[1:2]:
                name = word.partition(b".")[0].rstrip(b",;").decode("utf8", "replace")
                if name not in SOURCES and name not in sys.stdlib_module_names:
                    return True
    return False


def _modules(words: Iterable[str]) -> set[str]:
    from convcalc.nn.names import FAMILY as LAYERS
    from convcalc.ops.names import FAMILY as OPERATIONS

    found = set()
    for word in words:
        if word in LAYERS:
            found.add(f"convcalc.nn.{LAYERS[word]}")
        for owner in ("torch", "F", "Tensor"):
            family = OPERATIONS.get(f"{owner}.{word}")
            if family is not None:
                found.add(f"convcalc.ops.{family}")
        if word in MENTIONED:
            found.update(f"convcalc.standin.{name}" for name in MENTIONED[word].split())
    return found
