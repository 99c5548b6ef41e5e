"""What belongs to a file's project: its root, its package, and the folders that it imports from. Nothing is read but names."""

from __future__ import annotations

import os

HOME = os.path.expanduser("~")  # while the environment still tells
ROOT_MARKS = (".git", "pyproject.toml", "setup.py", "setup.cfg")


def current_folders() -> list[str]:
    """The folders of the project that the command is called in."""
    return ["", *_sources_of("")]


def _sources_of(folder: str) -> list[str]:
    """The folder `src` of a project, where there is one that is no link out of it."""
    below = os.path.join(folder, "src")
    real = os.path.realpath(folder or ".").rstrip(os.sep) + os.sep
    return [below] if os.path.isdir(below) and os.path.realpath(below).startswith(real) else []


def package_of(file: str) -> tuple[str, str]:
    """The name of the package that a file lies in ("" for none) and the folder that the package is imported from."""
    folder = os.path.dirname(file)
    names: list[str] = []
    while os.path.isfile(os.path.join(folder, "__init__.py")):
        real = os.path.abspath(folder)
        name = os.path.basename(real)
        parent = os.path.dirname(folder) if os.path.basename(folder) not in ("", ".", "..") else os.path.dirname(real)
        if not name.isidentifier() or parent == folder:
            break
        names.append(name)
        folder = parent
    return ".".join(reversed(names)), folder


def package_around(file: str) -> tuple[str, str] | None:
    """The package that a file's whole project lies in: the folder above, which is nobody's business, and the package's name; or None.

    A repository whose root has an `__init__.py` is one; what lies beside it is not the repository's.
    """
    package, base = package_of(file)
    if not package:
        return None
    above = os.path.realpath(base or ".") + os.sep
    folder = os.path.dirname(os.path.abspath(file))
    own = project_root(folder)
    here = os.path.realpath(".") + os.sep
    inside = [os.path.realpath(own) + os.sep] if own is not None else []
    if (os.path.realpath(folder) + os.sep).startswith(here):
        inside.append(here)
    if not inside or above.startswith(tuple(inside)):
        return None
    return base, package.partition(".")[0]


def project_folders(file: str) -> list[str]:
    """The folders from which a file imports its project's modules: its own, its package's, the project's root and `src`."""
    folders = [os.path.dirname(file)]
    _, base = package_of(file)
    candidates = [base] if package_around(file) is None else []
    here = os.getcwd()
    absolute = os.path.abspath(file)
    if absolute.startswith(here.rstrip(os.sep) + os.sep):
        candidates += current_folders()
    root = project_root(os.path.dirname(absolute))
    if root is not None and root != here:
        candidates += [root, *_sources_of(root)]
    seen = {os.path.realpath(folders[0] or ".")}
    for folder in candidates:
        real = os.path.realpath(folder or ".")
        if real not in seen and os.path.isdir(real):
            seen.add(real)
            folders.append(folder)
    return folders


def outermost_roots(folder: str) -> list[str]:
    """A folder, and all above it that are marked as a project's root; not the home folder, nor what it lies in."""
    here = os.path.realpath(folder)
    found = [here]
    home = os.path.realpath(HOME) + os.sep
    while here != os.path.dirname(here):
        here = os.path.dirname(here)
        if not home.startswith(here.rstrip(os.sep) + os.sep) and any(
            os.path.exists(os.path.join(here, mark)) for mark in ROOT_MARKS
        ):
            found.append(here)
    return found


def project_root(folder: str) -> str | None:
    """The nearest folder above that is marked as a project's root."""
    for _ in range(8):
        if any(os.path.exists(os.path.join(folder, mark)) for mark in ROOT_MARKS):
            return folder
        parent = os.path.dirname(folder)
        if parent == folder:
            return None
        folder = parent
    return None
