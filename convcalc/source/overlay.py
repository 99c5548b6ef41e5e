"""Texts that are laid over files: what an editor holds and has not saved.

An overlay says what a file holds, and that it is there; it grants nothing. Where a loaded file asks for another one, the path is judged
first, as that of a file on the disk is (in the project, not hidden, of a kind that may be read), and only then the overlay is asked for the content.
"""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping


class Overlay:
    """Texts by the paths of the files that they stand for, with links followed."""

    __slots__ = ("texts",)

    def __init__(self, texts: Mapping[str, bytes] | None = None) -> None:
        self.texts = {os.path.realpath(path): text for path, text in (texts or {}).items()}

    def __bool__(self) -> bool:
        return bool(self.texts)

    def text_of(self, path: str) -> bytes | None:
        """The text that is laid over a file; None where there is none."""
        return self.texts.get(os.path.realpath(path)) if self.texts else None

    def has_file(self, path: str) -> bool:
        """Whether a text is laid over a file."""
        return bool(self.texts) and os.path.realpath(path) in self.texts

    def has_folder(self, path: str) -> bool:
        """Whether a file that a text is laid over lies in a folder or below it."""
        if not self.texts:
            return False
        folder = os.path.realpath(path).rstrip(os.sep) + os.sep
        return any(file.startswith(folder) for file in self.texts)

    def names_in(self, folder: str) -> list[str]:
        """The names of files and folders that overlaid files bring to a folder, whose links have been followed."""
        if not self.texts:
            return []
        head = folder.rstrip(os.sep) + os.sep
        return [file[len(head) :].partition(os.sep)[0] for file in self.texts if file.startswith(head)]


NOTHING_LAID = Overlay()
