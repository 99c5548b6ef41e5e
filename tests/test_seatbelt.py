"""The profile for macOS, tested as rules: a reader of the part of Apple's language that it uses says what it permits. It is not run on macOS here."""

from __future__ import annotations

import os
import re
import sys
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest

from convcalc.source import seatbelt

OPERATIONS = ("file-read-data", "file-read-metadata", "file-read-xattr", "file-map-executable", "file-write-data", "file-write-create", "file-write-unlink", "file-ioctl", "process-exec", "process-fork", "network-outbound", "network-bind", "mach-lookup", "ipc-posix-shm-read-data", "signal", "sysctl-read", "sysctl-write", "iokit-open", "system-socket", "process-info-pidinfo")  # fmt: skip


def parsed(text: str) -> list[Any]:
    """The expressions of a profile: lists, words, and texts as pairs of their kind and content."""
    tokens = re.findall(r'\(|\)|#?"[^"]*"|[^\s()"]+', text)
    assert "".join(tokens).replace(" ", "") == re.sub(r"\s", "", text)
    stack: list[list[Any]] = [[]]
    for token in tokens:
        if token == "(":
            stack.append([])
        elif token == ")":
            done = stack.pop()
            stack[-1].append(done)
        elif token[-1] == '"':
            stack[-1].append(("regex" if token[0] == "#" else "text", token.lstrip("#")[1:-1]))
        else:
            stack[-1].append(token)
    assert len(stack) == 1
    return stack[0]


def permits(profile: str, operation: str, path: str = "", target: str = "others") -> bool:
    """The answer of the last rule that fits."""
    answer = True
    for rule in parsed(profile)[1:]:
        word, *parts = rule
        names = [part for part in parts if isinstance(part, str)]
        filters = [part for part in parts if isinstance(part, list)]
        assert word in ("allow", "deny")
        assert all(name == "default" or any(fnmatchcase(known, name) for known in OPERATIONS) for name in names), names
        if not any(name == "default" or fnmatchcase(operation, name) for name in names):
            continue
        if not filters or any(fits(one, path, target) for one in filters):
            answer = word == "allow"
    return answer


def fits(one: list[Any], path: str, target: str) -> bool:
    kind, value = one
    if kind == "target":
        return bool(value == target)
    if kind == "literal":
        return bool(path == value[1])
    if kind == "subpath":
        return bool(path == value[1] or path.startswith(value[1].rstrip("/") + "/"))
    assert kind == "regex"
    assert value[0] == "regex"
    return re.search(value[1], path) is not None


@pytest.fixture
def profile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[str, Path]:
    monkeypatch.setattr(seatbelt, "HOME", str(tmp_path))
    project = tmp_path / ".hidden" / "pro.ject"
    (project / ".venv/lib/python3.11/site-packages").mkdir(parents=True)
    return seatbelt.profile([str(project), str(project / ".venv/lib/python3.11/site-packages")]), project


def test_the_project_is_read_without_what_is_hidden(profile: tuple[str, Path]) -> None:
    text, project = profile
    for name in (
        "model.py",
        "package/deep/x.py",
        "configs/a.yaml",
        "a.b/.c.d"[:3],
        ".venv/lib/python3.11/site-packages/zoo/.data",
    ):
        assert permits(text, "file-read-data", f"{project}/{name}"), name
    for name in (
        ".env",
        ".git",
        ".git/config",
        "package/.env",
        "package/.secret/deep/key",
        ".venv/pyvenv.cfg",
        "a/b/.c",
    ):
        assert not permits(text, "file-read-data", f"{project}/{name}"), name
        assert not permits(text, "file-read-xattr", f"{project}/{name}"), name


def test_nothing_else_is_read_but_what_python_needs(profile: tuple[str, Path]) -> None:
    text, project = profile
    for path in (os.__file__, seatbelt.__file__, "/usr/lib/libSystem.B.dylib", "/dev/urandom", "/dev/null"):
        assert permits(text, "file-read-data", os.path.realpath(path)), path
    outside = ("/etc/passwd", "/private/etc/passwd", f"{project.parent}/x", f"{project}x/model.py", f"{project.parent}/proxject/.a", "/Users/me/.ssh/id_rsa", "/private/tmp/x", "/Library/Keychains/x")  # fmt: skip
    for path in outside:
        assert not permits(text, "file-read-data", path), path
        assert permits(text, "file-read-metadata", path)


def test_nothing_is_written_started_or_connected_to(profile: tuple[str, Path]) -> None:
    text, project = profile
    allowed = {"file-read-metadata", "sysctl-read"}
    for operation in OPERATIONS:
        if not operation.startswith("file-read"):
            assert permits(text, operation) is (operation in allowed), operation
    for path in (f"{project}/new", "/dev/tty", "/private/tmp/x", os.path.dirname(os.__file__)):
        assert not any(permits(text, one, path) for one in OPERATIONS if one.startswith("file-write")), path
    assert permits(text, "file-write-data", "/dev/null")
    assert not permits(text, "file-write-create", "/dev/null")
    assert permits(text, "signal", target="self")
    assert permits(text, "process-info-pidinfo", target="self")
    assert not permits(text, "file-map-executable", f"{project}/evil.dylib")
    assert permits(text, "file-map-executable", os.path.realpath(os.__file__))


@pytest.mark.parametrize("name", ['x") (allow default) ("', "x\\", 'x"', "x\n(allow default)", "x\0"])
def test_no_name_of_a_folder_writes_a_rule(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setattr(os.path, "realpath", lambda path: path)
    text = seatbelt.profile([f"{tmp_path}/{name}"])
    assert not permits(text, "process-exec")
    assert not permits(text, "file-read-data", f"{tmp_path}/{name}/model.py")
    assert "allow default" not in text


@pytest.mark.parametrize("name", ["a+b", "a.b", "a(b)", "[a]", "a{1}", "a|b", "^a$", "ä ö"])
def test_names_are_no_patterns(tmp_path: Path, name: str) -> None:
    text = seatbelt.profile([f"{tmp_path}/{name}"])
    assert permits(text, "file-read-data", f"{tmp_path}/{name}/model.py")
    assert not permits(text, "file-read-data", f"{tmp_path}/{name}/.env")


def test_of_the_home_folder_only_python_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "me"
    home.mkdir()
    monkeypatch.setattr(seatbelt, "HOME", str(home))
    text = seatbelt.profile([str(home)])
    assert permits(text, "file-read-data", f"{home}/package/__init__.py")
    assert permits(text, "file-read-data", f"{home}/model.py")
    for name in (".ssh/id_rsa", ".env", "letters/to.txt", "package/deep/data.json", ".py"):
        assert not permits(text, "file-read-data", f"{home}/{name}"), name


def test_elsewhere_it_is_missing() -> None:
    if sys.platform == "darwin":
        pytest.skip("here it is not")
    locks = seatbelt.Locks(["/x"])
    assert not locks.lock_calls()
    assert locks.missing == ("seatbelt",)
