"""Configuration files: what a loaded file may read of its project.

`open(path)` and its like answer with the text of a file where all of this holds: its name, and that of the file that links lead
to, end in one of `CONFIGURATIONS`; it lies, links followed, in one of the project's folders; nothing on the way there is hidden or named as
secrets are; it is a regular file of text of at most `LARGEST` bytes. Everything else is refused (`Refused` says why).
"""

from __future__ import annotations

import os
import stat
import sys

from .guard import CONFIGURATIONS, Refused, lock
from .overlay import NOTHING_LAID, Overlay
from .project import HOME, project_root

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

LARGEST = 1 << 20  # bytes
LONGEST = 4096  # characters of a path
MODES = ("r", "rt", "tr", "rb", "br")
SECRET = ("credential", "secret", "gha-creds", "service_account", "service-account", "id_rsa", "password")


class NoSuchFile(Refused):
    """There is no such file in the project."""


class Configs:
    """The configuration files of one run."""

    def __init__(self, file: str, module: str | None, folder: str, overlay: Overlay = NOTHING_LAID) -> None:
        self.overlay = overlay
        beside = os.path.dirname(os.path.abspath(file))
        here = os.getcwd()
        root = None if module is not None else project_root(beside)
        self.bases = list(dict.fromkeys((folder, here, beside, root or beside)))
        self.roots = _roots(beside, here, module is not None, root)

    def read(self, path: Any) -> tuple[bytes, str | None]:
        """The content of a file, and the folder where it was found for want of one in the current folder."""
        text = path_text(path)
        if text is None or not text.endswith(CONFIGURATIONS):
            raise Refused("a loaded file only computes")
        reason = Refused("there is no such file in the project")
        for base in self.bases:
            try:
                return self._read(os.path.join(base, text)), None if base == self.bases[0] else base
            except NoSuchFile:
                if os.path.isabs(text):
                    break
            except Refused as error:
                reason = error
        raise reason

    def has(self, path: Any) -> bool | None:
        """Whether there is a file that may be read; None where the path is not one of a configuration in the project."""
        text = path_text(path)
        if text is None or not text.endswith(CONFIGURATIONS):
            return None
        answer = None
        for base in self.bases:
            try:
                real = self._real(os.path.join(base, text))
                if not self.overlay.has_file(real):
                    self._check(real)
                return True
            except NoSuchFile:
                answer = False
            except Refused:
                pass
        return answer

    def _real(self, path: str) -> str:
        """The path with its links followed; `Refused` where it leads out of the project's folders, or to what is none of a file's business."""
        try:
            real = os.path.realpath(path)
        except (OSError, ValueError):
            raise Refused("its path cannot be followed") from None
        inside = next((real[len(root) :] for root in self.roots if real.startswith(root)), None)
        if inside is None:
            raise Refused("it leads out of the project")
        if not real.endswith(CONFIGURATIONS):
            raise Refused("it leads to a file that is no configuration")
        parts = inside.lower().split(os.sep)
        if any(part.startswith(".") or any(word in part for word in SECRET) for part in parts):
            raise Refused("it is hidden or named as secrets are")
        return real

    @staticmethod
    def _check(real: str) -> os.stat_result:
        try:
            found = os.stat(real, follow_symlinks=False)
        except FileNotFoundError:
            raise NoSuchFile("there is no such file in the project") from None
        except (OSError, ValueError) as error:
            raise Refused(f"it cannot be read: {error}") from None
        if not stat.S_ISREG(found.st_mode):
            raise Refused("it is no regular file")
        if found.st_size > LARGEST:
            raise Refused(f"it is larger than the {LARGEST >> 20} MB that a configuration may have")
        return found

    def _read(self, path: str) -> bytes:
        real = self._real(path)
        laid = self.overlay.text_of(real)
        if laid is not None:
            return self._text(laid)
        found = self._check(real)
        flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)
        try:
            with lock.permitting(real):
                descriptor = os.open(real, flags)
        except OSError as error:
            raise Refused(f"it cannot be read: {error.strerror}") from None
        try:
            opened = os.fstat(descriptor)
            if (opened.st_dev, opened.st_ino) != (found.st_dev, found.st_ino) or os.path.realpath(path) != real:
                raise Refused("it was exchanged while it was opened")
            self._check(real)
            chunks = []
            length = 0
            while length <= LARGEST and (chunk := os.read(descriptor, LARGEST + 1)):
                chunks.append(chunk)
                length += len(chunk)
        except OSError as error:
            raise Refused(f"it cannot be read: {error.strerror}") from None
        finally:
            os.close(descriptor)
        return self._text(b"".join(chunks))

    @staticmethod
    def _text(content: bytes) -> bytes:
        """The content of a configuration; `Refused` where it is none of ordinary size."""
        if len(content) > LARGEST:
            raise Refused(f"it is larger than the {LARGEST >> 20} MB that a configuration may have")
        if b"\0" in content:
            raise Refused("it is no text")
        return content


def path_text(path: Any) -> str | None:
    """A path as a plain string; None where it is too long or something else, such as a descriptor or a class of the file's own that acts as a str."""
    paths: Any = sys.modules.get("convcalc.source.paths")
    if paths is not None and isinstance(path, paths.PurePosixPath):
        path = paths.segment_text(path)
    return path if type(path) is str and len(path) <= LONGEST else None


def _roots(folder: str, here: str, is_module: bool, root: str | None) -> tuple[str, ...]:
    """The folders, links followed, below which configurations may be read: the file's own, the project's, and the current one
    where the file lies in it. Never the home folder, nor what it lies in."""
    candidates = [folder]
    if is_module or (folder + os.sep).startswith(here.rstrip(os.sep) + os.sep):
        candidates.append(here)
    if root is not None:
        candidates.append(root)
    home = os.path.realpath(HOME) + os.sep
    found = []
    for candidate in candidates:
        real = os.path.realpath(candidate).rstrip(os.sep) + os.sep
        if not home.startswith(real) and real != os.sep and real not in found:
            found.append(real)
    return tuple(found)
