"""Which files of a project its process may read by the kernel's leave: all but what is hidden.

Landlock permits by hierarchies and has no exceptions. So a folder with something hidden in it, or below it, is not permitted as a
whole: its visible folders are, and those of its files that a loaded file can have any business with. Looking for what is hidden
takes time, so below the folders that are asked for, which are always gone through, it ends after `FOLDERS` and `ENTRIES`; what has not been
looked at by then is permitted as a whole (`configs` and `finding` still refuse what is hidden there).
"""

from __future__ import annotations

import os

from .guard import CONFIGURATIONS
from .project import HOME

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

FOLDERS = 24  # gone through below the given ones: 16 microseconds each
ENTRIES = 1000
READ = (".py", ".csv", *CONFIGURATIONS)  # what the files end in that are read of a project


class _Folder:
    __slots__ = ("files", "folders", "hides", "path")

    def __init__(self, path: str) -> None:
        self.path = path
        self.files: list[str] = []
        self.folders: list[str] = []
        self.hides = False  # whether anything hidden is in it, or below it


def granted(roots: Iterable[str]) -> tuple[list[str], list[str]]:
    """What may be read, folders with all that is below them, and the folders of which only the lists of names may be read."""
    given = dict.fromkeys(os.path.abspath(root) for root in roots)
    looked: dict[str, _Folder] = {}
    waiting = list(given)
    left, entries = FOLDERS, ENTRIES
    for path in waiting:  # grows; the nearest first
        if path in looked:
            continue
        if path not in given:
            if left <= 0 or entries <= 0:
                break
            left -= 1
        folder = looked[path] = _looked_through(path)
        if path not in given:
            entries -= len(folder.files) + len(folder.folders)
        waiting += folder.folders
    for folder in reversed(looked.values()):
        folder.hides = folder.hides or any(looked[below].hides for below in folder.folders if below in looked)
    read: dict[str, None] = {}
    listed: list[str] = []
    for root in given:
        if looked[root].hides:
            listed.append(root)
        _add(root, looked, read)
    return list(read), listed


def _looked_through(path: str) -> _Folder:
    folder = _Folder(path)
    prefix = path.rstrip(os.sep) + os.sep
    try:
        with os.scandir(path) as found:
            for entry in found:
                name = entry.name
                if name[0] == ".":
                    folder.hides = True
                elif entry.is_dir(follow_symlinks=False):
                    if name != "__pycache__":
                        folder.folders.append(prefix + name)
                elif name.endswith(READ) and not entry.is_symlink():  # what links lead to has a place of its own
                    folder.files.append(prefix + name)
    except OSError:
        pass
    if _holds_home(path):
        _keep_to_python(folder)
    return folder


def _holds_home(path: str) -> bool:
    return (HOME.rstrip(os.sep) + os.sep).startswith(path.rstrip(os.sep) + os.sep)


def _keep_to_python(folder: _Folder) -> None:
    """Of the home folder, and of those that it lies in, only Python is a project's."""
    folder.hides = True
    folder.files = [file for file in folder.files if file.endswith(".py")]
    folder.folders = [below for below in folder.folders if _has_python(below)]


def _has_python(path: str) -> bool:
    try:
        return any(name.endswith(".py") for name in os.listdir(path))
    except OSError:
        return False


def _add(path: str, looked: dict[str, _Folder], read: dict[str, None]) -> None:
    folder = looked.get(path)
    if folder is None or not folder.hides:
        if folder is not None or not _holds_home(path):
            read[path] = None
        return
    read.update(dict.fromkeys(folder.files))
    for below in folder.folders:
        _add(below, looked, read)
