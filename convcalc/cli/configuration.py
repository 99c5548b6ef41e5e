"""`[tool.convcalc]` of pyproject.toml: what to check with which inputs, which rules, which budgets."""

from __future__ import annotations

import os

from convcalc.source.bounded import Unreadable, read_bounded
from convcalc.source.project import project_root
from convcalc.source.target import UsageError

from .options import MOST_JOBS, MOST_SECONDS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

LARGEST = 1 << 20  # bytes
TOO_LARGE = f"is larger than the {LARGEST >> 20} MB that settings may have"
MOST_DOTS = 1000  # in a line, in which a key has to stand
UNITS = {"k": 10**3, "M": 10**6, "G": 10**9, "T": 10**12}


class TargetSettings:
    """A target with what it is given, and its budgets."""

    __slots__ = ("batch", "inputs", "kwargs", "max_macs", "max_params", "mode", "target")

    def __init__(self, target: str) -> None:
        self.target = target
        self.inputs: tuple[str, ...] = ()
        self.kwargs: tuple[str, ...] = ()
        self.batch: int | None = None
        self.mode: str | None = None
        self.max_params: int | None = None
        self.max_macs: int | None = None


class Configuration:
    """What a file says; with nothing said, nothing is different."""

    __slots__ = (
        "exclude",
        "file",
        "ignore",
        "jobs",
        "per_file_ignores",
        "root",
        "seconds",
        "select",
        "targets",
        "trust",
    )

    def __init__(self, file: str | None = None) -> None:
        self.file = file
        self.root = os.curdir if file is None else os.path.dirname(file) or os.curdir
        self.targets: list[TargetSettings] = []
        self.select: tuple[str, ...] = ()
        self.ignore: tuple[str, ...] = ()
        self.exclude: tuple[str, ...] = ()
        self.per_file_ignores: dict[str, tuple[str, ...]] = {}
        self.seconds: float | None = None
        self.jobs: int | None = None
        self.trust = False


def find_configuration(start: str) -> Configuration:
    """That of the nearest pyproject.toml, from a folder upwards, which has a section for convcalc."""
    here = os.path.abspath(start)
    while True:
        file = os.path.join(here, "pyproject.toml")
        data = _read_found(file)
        if data is not None:
            if _mentions_us(data):
                file = _short(file)
                tool = _parse(data, file).get("tool")
                section = tool.get("convcalc") if isinstance(tool, dict) else None
                if section is not None:
                    return _configuration(section, file, "tool.convcalc.")
        above = os.path.dirname(here)
        if above == here:
            return Configuration()
        here = above


def read_configuration(file: str) -> Configuration:
    """That of a file: its section `[tool.convcalc]`, or the whole file where it has no `[tool]`."""
    try:
        data = read_bounded(file, LARGEST)
    except OSError as error:
        raise UsageError(f"--config {file}: cannot be read: {error.strerror}") from None
    except Unreadable as error:
        raise UsageError(f"--config {file}: {error}") from None
    if len(data) > LARGEST:
        raise UsageError(f"--config {file}: {TOO_LARGE}")
    content = _parse(data, file)
    if "tool" not in content:
        return _configuration(content, file, "")
    if not isinstance(content["tool"], dict) or "convcalc" not in content["tool"]:
        raise UsageError(f"--config {file}: has no [tool.convcalc]")
    return _configuration(content["tool"]["convcalc"], file, "tool.convcalc.")


def _read_found(file: str) -> bytes | None:
    """The bytes of a pyproject.toml that is looked for, not named: it must lie in its project. None where there is none."""
    if not os.path.lexists(file):
        return None
    folder = os.path.dirname(file)
    try:
        data = read_bounded(file, LARGEST, (folder, project_root(os.path.dirname(folder)) or folder))
    except OSError:
        return None
    except Unreadable as error:
        raise UsageError(str(error), _short(file)) from None
    if len(data) > LARGEST:
        raise UsageError(TOO_LARGE, _short(file))
    return data


def _mentions_us(data: bytes) -> bool:
    """Whether a section of ours can be there: parsing takes longer than all else here."""
    spaceless = data.translate(None, b" \t\"'")
    return b"tool.convcalc" in spaceless or (b"convcalc" in spaceless and b"[tool]" in spaceless)


def _short(file: str) -> str:
    """A path as people would write it from here."""
    relative = os.path.relpath(file)
    return relative if not relative.startswith(os.path.join(os.pardir, os.pardir, os.pardir)) else file


def _parse(data: bytes, file: str) -> dict[str, Any]:
    import sys

    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    if any(line.count(b".") > MOST_DOTS for line in data.splitlines()):  # a key of n parts takes n * n steps
        raise UsageError(f"has a line with more than {MOST_DOTS:,} dots", file)
    try:
        content: dict[str, Any] = tomllib.loads(data.decode("utf8"))
        return content
    except UnicodeDecodeError as error:
        raise UsageError(f"is not UTF-8: {error}", file) from None
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"is not TOML: {error}", file) from None
    except RecursionError:
        raise UsageError("is nested too deeply to be read", file) from None
    except ValueError:
        raise UsageError("is not TOML that can be read: a number in it is too long", file) from None


# what the keys hold


def _shown(value: Any) -> str:
    """A value as a message has it."""
    try:
        return repr(value)
    except (
        ValueError,
        RecursionError,
    ):  # a number of more digits than Python writes, also within a list; lists in lists
        return "what is too long to be shown"


def _configuration(section: Any, file: str, prefix: str) -> Configuration:
    found = Configuration(file)
    reader = _Reader(file, prefix)
    for key, value in reader.items(section, "section", _KEYS):
        if key == "targets":
            if not isinstance(value, list):
                raise reader.wrong(key, "is a list of tables: [[tool.convcalc.targets]]")
            found.targets = [reader.target(one, number, found.root) for number, one in enumerate(value)]
        elif key == "per-file-ignores":
            pairs = reader.items(value, key, None)
            found.per_file_ignores = {glob: reader.rules(rules, f"{key}.{glob}") for glob, rules in pairs}
        elif key == "seconds":
            if isinstance(value, bool) or not isinstance(value, (int, float)) or not value >= 0.1:
                raise reader.wrong(key, f"takes a number of at least 0.1, not {_shown(value)}")
            if value > MOST_SECONDS:
                raise reader.wrong(key, f"takes a number of at most {MOST_SECONDS:,}, not {_shown(value)}")
            found.seconds = float(value)
        elif key == "jobs":
            found.jobs = reader.number(value, key, 1, MOST_JOBS)
        elif key == "trust":
            if not isinstance(value, bool):
                raise reader.wrong(key, f"is true or false, not {value!r}")
            found.trust = value
        elif key == "exclude":
            found.exclude = reader.words(value, key)
        else:
            setattr(found, key, reader.rules(value, key))
    return found


_KEYS = ("targets", "select", "ignore", "exclude", "per-file-ignores", "seconds", "jobs", "trust")
_TARGET_KEYS = ("target", "input", "kwarg", "batch", "mode", "max-params", "max-macs")


class _Reader:
    """Turns values into settings, and what is wrong with them into messages that name the key."""

    def __init__(self, file: str, prefix: str) -> None:
        self.file = file
        self.prefix = prefix

    def wrong(self, key: str, what: str) -> UsageError:
        return UsageError(f"{self.prefix}{key} {what}", self.file)

    def items(self, value: Any, key: str, known: tuple[str, ...] | None) -> list[tuple[str, Any]]:
        if not isinstance(value, dict):
            raise UsageError(f"{(self.prefix + key).removesuffix('.section')} is not a table", self.file)
        for name in value:
            if known is not None and name not in known:
                from difflib import get_close_matches

                close = get_close_matches(name, known, 1)
                hint = f"did you mean {close[0]!r}?" if close else f"known are {', '.join(known)}"
                inside = "" if key == "section" else f"{key}."
                raise self.wrong(f"{inside}{name}", f"is not a setting: {hint}")
        return list(value.items())

    def words(self, value: Any, key: str) -> tuple[str, ...]:
        if isinstance(value, str):
            return (value,)
        if not isinstance(value, list) or not all(isinstance(word, str) for word in value):
            raise self.wrong(key, f"takes a list of strings, not {_shown(value)}")
        return tuple(value)

    def rules(self, value: Any, key: str) -> tuple[str, ...]:
        from convcalc.check.rules import wrong_names

        names = self.words(value, key)
        for name, near in wrong_names(names):
            hint = f"did you mean {' or '.join(near)}?" if near else "`convcalc rules` lists them"
            raise self.wrong(key, f"names {name!r}, which is no rule: {hint}")
        return names

    def number(self, value: Any, key: str, least: int, most: int | None = None) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or value < least:
            raise self.wrong(key, f"takes a whole number of at least {least}, not {_shown(value)}")
        if most is not None and value > most:
            raise self.wrong(key, f"takes a whole number of at most {most:,}, not {_shown(value)}")
        return value

    def amount(self, value: Any, key: str) -> int:
        """A whole number, or one with a unit: 5_000_000, "5M", "1.5 G"."""
        if not isinstance(value, str):
            return self.number(value, key, 0)
        text = value.replace(" ", "").replace("_", "").replace(",", "")
        unit = UNITS.get(text[-1:], 1)
        try:
            amount = float(text[:-1] if unit > 1 else text) * unit
            return self.number(round(amount), key, 0)
        except (ValueError, OverflowError):
            raise self.wrong(key, f"takes a number such as 5000000 or '5M' (k, M, G, T), not {_shown(value)}") from None

    def target(self, value: Any, number: int, root: str) -> TargetSettings:
        place = f"targets[{number}]"
        if isinstance(value, str):
            value = {"target": value}
        items = dict(self.items(value, place, _TARGET_KEYS))
        if not isinstance(items.get("target"), str):
            raise self.wrong(place, "has no target: target = 'model.py' or 'model.py::Net(10)'")
        file, separator, expression = items.pop("target").partition("::")
        dotted = os.sep not in file and "/" not in file and not file.endswith((".py", ".ipynb"))
        if not dotted:  # a module on the import path is found there
            file = os.path.normpath(os.path.join(root, file))
        found = TargetSettings(file + separator + expression)
        for key, one in items.items():
            name = f"{place}.{key}"
            if key == "input":
                found.inputs = self.words(one, name)
            elif key == "kwarg":
                found.kwargs = self.words(one, name)
            elif key == "batch":
                found.batch = self.number(one, name, 0)
            elif key == "mode":
                if one not in ("train", "eval"):
                    raise self.wrong(name, f"is 'train' or 'eval', not {_shown(one)}")
                found.mode = one
            else:
                setattr(found, key.replace("-", "_"), self.amount(one, name))
        return found
