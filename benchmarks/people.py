"""What `convcalc check` says of people's programs with mistakes (tests/people), and whether its first fix is one that a person would make.

`python benchmarks/people.py [--folder seen] [--every 4] [--only TEXT] [--list] [--judge]`; `--only` asks about the faults with
that text in their names, `--judge` has PyTorch run what the first fix and `--fix` make.
A fix is a person's if the program that it makes is one of those that the people's fixes make, or the correct one, read as syntax trees.
"""

from __future__ import annotations

import argparse
import ast
import collections
import concurrent.futures
import json
import pathlib
import subprocess
import sys
import tempfile
from typing import Any

PEOPLE = pathlib.Path(__file__).resolve().parent.parent / "tests" / "people"
SECONDS = 300


def edited(text: str, edits: list[list[str]]) -> str:
    for old, new in edits:
        if text.count(old) != 1:
            raise ValueError(f"{old!r} occurs {text.count(old)} times")
        text = text.replace(old, new)
    return text


def read(text: str) -> str:
    """A program as a syntax tree, without its layout."""
    try:
        return ast.dump(ast.parse(text))
    except SyntaxError:
        return text


class Asked:
    """A fault, and what was found: `verdict` found, elsewhere, unknown, silent or crash; `first` and `made` are programs, None where no fix is offered or made."""

    def __init__(self, folder: pathlib.Path, fault: dict[str, Any]) -> None:
        self.fault = fault
        correct = (folder / "correct" / f"{fault['program']}.py").read_text(encoding="utf8")
        self.faulty = edited(correct, fault["plant"])
        self.persons = {read(correct), *(read(edited(self.faulty, fix["edits"])) for fix in fault["fixes"])}
        self.verdict = "crash"
        self.first: str | None = None
        self.made: str | None = None
        with tempfile.TemporaryDirectory() as place:
            self._ask(pathlib.Path(place) / "program.py")

    def _ask(self, path: pathlib.Path) -> None:
        path.write_text(self.faulty, encoding="utf8")
        done = convcalc(path, "--format", "json")
        try:
            diagnostics = json.loads(done.stdout)["files"][0]["diagnostics"]
        except (ValueError, LookupError):
            return
        errors = [d for d in diagnostics if d["severity"] == "error"]
        if errors:
            self.verdict = "found" if errors[0]["line"] == self.fault["truth"]["line"] else "elsewhere"
            offered = errors[0]["suggestions"]
            if offered:
                self.first = with_edits(self.faulty, offered[0])
        else:
            self.verdict = "unknown" if done.returncode == 3 else "silent"
        convcalc(path, "--fix")
        made = path.read_text(encoding="utf8")
        self.made = None if made == self.faulty else made

    def is_persons(self, program: str | None) -> bool:
        return program is not None and read(program) in self.persons


def convcalc(path: pathlib.Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "convcalc", "check", str(path), *options]
    return subprocess.run(command, capture_output=True, text=True, cwd=path.parent, timeout=SECONDS, check=False)


def with_edits(text: str, fix: dict[str, Any]) -> str:
    """The program after a fix, whose edits stand where their lines begin."""
    lines = text.splitlines(keepends=True)
    for edit in sorted(fix.get("edits") or [fix], key=lambda e: -int(e["line"])):
        start = sum(map(len, lines[: edit["line"] - 1]))
        whole = "".join(lines)
        at = whole.index(edit["old"], start)
        lines = (whole[:at] + edit["new"] + whole[at + len(edit["old"]) :]).splitlines(keepends=True)
    return "".join(lines)


def runs(program: str) -> bool:
    """Whether PyTorch runs a program to its end."""
    with tempfile.TemporaryDirectory() as place:
        path = pathlib.Path(place) / "program.py"
        path.write_text(program, encoding="utf8")
        done = subprocess.run([sys.executable, str(path)], capture_output=True, cwd=place, timeout=SECONDS, check=False)
    return done.returncode == 0


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--folder", choices=("seen", "held"))
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--only", default="")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--judge", action="store_true")
    given = parser.parse_args()
    for name in [given.folder] if given.folder else ["seen", "held"]:
        folder = PEOPLE / name
        faults = json.loads((folder / "manifest.json").read_text(encoding="utf8"))["faults"]
        faults = [fault for fault in faults if given.only in fault["name"]][:: given.every]
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            asked = list(pool.map(lambda fault, folder=folder: Asked(folder, fault), faults))
        told(name, asked, given.judge)
        if given.list:
            for one in asked:
                mark = "person's" if one.is_persons(one.first) else "another" if one.first else "none"
                print(f"  {one.verdict:9} fix {mark:9} {one.fault['name']}: {one.fault['truth']['message'][:80]}")


def told(name: str, asked: list[Asked], judge: bool) -> None:
    verdicts = collections.Counter(one.verdict for one in asked)
    offered = [one for one in asked if one.first is not None]
    made = [one for one in asked if one.made is not None]
    print(
        f"{name}: {len(asked)} faults: " + ", ".join(f"{count} {verdict}" for verdict, count in verdicts.most_common())
    )
    print(f"  first fix offered {len(offered)}, a person's {sum(one.is_persons(one.first) for one in offered)}")
    print(f"  --fix makes {len(made)}, a person's {sum(one.is_persons(one.made) for one in made)}")
    if judge:
        print(
            f"  PyTorch runs {sum(runs(one.first or '') for one in offered)} after the first fix, {sum(runs(one.made or '') for one in made)} after --fix"
        )
    for where in sorted({one.fault["where"] for one in asked}):
        here = [one for one in asked if one.fault["where"] == where]
        print(f"  {where}: found {sum(one.verdict == 'found' for one in here)} of {len(here)}")


if __name__ == "__main__":
    main()
