"""What of a project the kernel lets the process of a file read: what is visible, and nothing that is hidden."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from test_kernel import run

from convcalc.source import granted

HIDDEN = (
    ".env", ".git/config", ".git/objects/ab/cd", ".ssh/id_rsa", ".aws/credentials", ".cache.py", "package/.env", "package/deep/.secret/key.json",
    "package/deep/.py",
)  # fmt: skip
VISIBLE = (
    "other.py",
    "settings.yaml",
    "package/__init__.py",
    "package/deep/module.py",
    "configs/model/base.json",
    "data.csv",
)

READ = """
def all_of():
    told = {}
    for path in NAMES:
        try:
            told[path] = open("project/" + path).read()
        except OSError:
            told[path] = "refused"
    return told
print(json.dumps(inside(all_of)))
"""


def planted(project: Path, *names: str) -> None:
    for name in names:
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        (project / name).write_text("text")


def told(folder: Path, names: tuple[str, ...]) -> dict[str, str]:
    answer: dict[str, str] = run(folder, READ.replace("NAMES", repr(names)))
    return answer


def test_what_is_hidden_cannot_be_read(tmp_path: Path, locks: None) -> None:
    planted(tmp_path / "project", *HIDDEN, *VISIBLE)
    answers = told(tmp_path, (*HIDDEN, *VISIBLE))
    assert {name for name, answer in answers.items() if answer == "refused"} == {*HIDDEN}
    assert {name for name, answer in answers.items() if answer == "text"} == {*VISIBLE}


def test_no_link_leads_to_it(tmp_path: Path, locks: None) -> None:
    project = tmp_path / "project"
    planted(project, ".env", ".git/config", "package/__init__.py")
    (project / "shown.yaml").symlink_to(".env")
    (project / "shown").symlink_to(".git")
    (project / "package" / "up").symlink_to("..")
    names = ("shown.yaml", "shown/config", "package/up/.env", "package/../.env")
    assert told(tmp_path, names) == dict.fromkeys(names, "refused")


def test_a_folder_is_gone_through_however_much_is_in_it(tmp_path: Path, locks: None) -> None:
    """Nobody hides the project's own secrets by adding files to it."""
    project = tmp_path / "project"
    planted(
        project, ".env", *(f"module{number}.py" for number in range(3000)), *(f"folder{n}/x.py" for n in range(200))
    )
    names = (".env", "module0.py", "module2999.py", "folder0/x.py", "folder199/x.py")
    assert told(tmp_path, names) == {**dict.fromkeys(names, "text"), ".env": "refused"}


def test_a_project_that_is_hidden_itself_is_read(tmp_path: Path, locks: None) -> None:
    """What is named is wanted, wherever it lies."""
    project = tmp_path / "project"
    planted(project, ".work/.env", ".work/model.py", ".work/package/__init__.py")
    names = (".work/.env", ".work/model.py", ".work/package/__init__.py")
    named = """
plain = work.Work
work.Work = lambda answer, file, readable, seconds: plain(answer, file, [folder + "/project/.work"], seconds)
"""
    told = run(tmp_path, named + READ.replace("NAMES", repr(names)))
    assert told == {names[0]: "refused", names[1]: "text", names[2]: "text"}


# what is asked of the kernel


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    """How many folders have been gone through."""
    seen: list[str] = []
    real = granted._looked_through

    def looked_through(path: str) -> Any:
        seen.append(path)
        return real(path)

    monkeypatch.setattr(granted, "_looked_through", looked_through)
    return lambda: len(seen)


def test_looking_has_an_end(tmp_path: Path, counted: Callable[[], int]) -> None:
    planted(tmp_path, ".env", *(f"a{number}/b/c/x.py" for number in range(300)))
    read, listed = granted.granted([str(tmp_path)])
    assert counted() == 1 + granted.FOLDERS
    assert len(read) == 300
    assert listed == [str(tmp_path)]


def test_a_project_without_anything_hidden_is_one_grant(tmp_path: Path) -> None:
    planted(tmp_path, *VISIBLE)
    assert granted.granted([str(tmp_path), str(tmp_path)]) == ([str(tmp_path)], [])


def test_of_the_home_folder_only_python_is_a_projects(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "home" / "me"
    planted(
        home, "model.py", "notes.txt", "letters/to/him.txt", "package/__init__.py", "package/data.json", ".ssh/id_rsa"
    )
    monkeypatch.setattr(granted, "HOME", str(home))
    for folder in (home, home.parent):
        read, _ = granted.granted([str(folder)])
        assert {os.path.relpath(path, home) for path in read} == {"model.py", "package"}
