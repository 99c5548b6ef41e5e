"""`convcalc check .` at the root of public repositories: how many errors it reports, and how many of these are none.

    python benchmarks/repositories.py --clones FOLDER --json outcomes.json --write docs/repositories.md
    python benchmarks/repositories.py --only yunjey/pytorch-tutorial          # cloned from GitHub

`repositories.json` names the repositories with their commits. FOLDER holds git repositories (bare ones, mirrors or clones) by the name
OWNER/NAME or OWNER+NAME; what is not there is fetched from GitHub. `repositories_judged.json` holds a verdict on each error, by
repository, file and line, with what PyTorch did there: `true` where PyTorch refuses it too. An error that nobody has judged is told
as such, and the exit code is 1, as it is where an error is false or convcalc itself fell over.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import pathlib
import platform
import subprocess
import sys
import tempfile
import time
from typing import Any

HERE = pathlib.Path(__file__).parent
ROOT = HERE.parent
TIME = 1800  # seconds for one repository

HEAD = """# Public repositories

`convcalc check .` at the root of public repositories by different hands, untouched. This page is written by `benchmarks/repositories.py`,
from what it measured:

    python benchmarks/repositories.py --write docs/repositories.md

- **Files** with a model or tensor operations, of which so many **models** were found; other files are passed over.
- **True** errors are those that PyTorch raises at that line too: each was run, or the smallest part of it that shows it, with made-up data of
  the true sizes where the data are not to be had. **False** errors are those that it does not raise. The verdicts are in
  `benchmarks/repositories_judged.json`; an error that nobody has judged makes the script fail.
- **Not known** is the number of files of which the report says that something is not known: mostly packages that are not
  installed here, arguments that only a command line gives, data.
- Seconds are those of a clock, on a machine of two cores with other work.
- Outcomes are kept by repository (`--json`), so rows may have been measured one after another while convcalc was being mended.
"""


class Repository:
    """A repository at a commit."""

    def __init__(self, name: str, commit: str) -> None:
        self.name = name
        self.commit = commit

    def put_into(self, folder: pathlib.Path, clones: pathlib.Path | None) -> int:
        """Writes its files into a folder; how many are not to be had (large files are missing from some mirrors)."""
        store = self._store(clones)
        if store is None:
            store = folder.with_suffix(".git")
            subprocess.run(["git", "init", "-q", "--bare", str(store)], check=True)
            self._git(store, "fetch", "-q", "--depth", "1", f"https://github.com/{self.name}", self.commit)
        folder.mkdir()
        index = {"GIT_INDEX_FILE": str(folder.with_suffix(".index")), "GIT_LFS_SKIP_SMUDGE": "1"}
        self._git(store, "read-tree", self.commit, **index)
        listed = [line.split("\t", 1) for line in self._git(store, "ls-files", "-s", "-z", **index).split("\0") if line]
        blobs = [(about.split()[1], path) for about, path in listed if not about.startswith("160000")]
        asked = "".join(f"{blob}\n" for blob, _ in blobs)
        kinds = self._git(store, "cat-file", "--batch-check=%(objecttype)", given=asked).splitlines()
        there = [path for (_, path), kind in zip(blobs, kinds) if kind == "blob"]
        self._git(
            store, f"--work-tree={folder}", "checkout-index", "-q", "-f", "-z", "--stdin", given="\0".join([*there, ""]), **index
        )  # fmt: skip
        return len(blobs) - len(there)

    def _store(self, clones: pathlib.Path | None) -> pathlib.Path | None:
        """The git directory under a folder of clones, if it has this repository."""
        if clones is None:
            return None
        for name in (self.name, self.name.replace("/", "+"), self.name.replace("/", "__")):
            for inner in ("repo/.git", ".git", "repo", "."):
                if (clones / name / inner / "HEAD").is_file():
                    return clones / name / inner
        return None

    @staticmethod
    def _git(store: pathlib.Path, *arguments: str, given: str | None = None, **variables: str) -> str:
        command = ["git", "-c", "safe.directory=*", f"--git-dir={store}", *arguments]
        done = subprocess.run(
            command, input=given, capture_output=True, encoding="utf8", errors="surrogateescape", env={**os.environ, **variables}
        )  # fmt: skip
        if done.returncode != 0:
            raise SystemExit(f"{' '.join(command)}: {done.stderr.strip()}")
        return done.stdout


def checked(folder: pathlib.Path) -> dict[str, Any]:
    """What `convcalc check .` says at the root of a repository."""
    path = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    start = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "convcalc", "check", ".", "--format", "json"],
        cwd=folder, capture_output=True, encoding="utf8", env={**os.environ, "PYTHONPATH": path}, timeout=TIME,
    )  # fmt: skip
    seconds = time.monotonic() - start
    fell = "Traceback" in done.stderr or "internal error" in done.stderr + done.stdout
    report: dict[str, Any] = json.loads(done.stdout) if done.stdout else {"files": [], "passed_over": 0}
    found = [(file, d) for file in report["files"] for d in file["diagnostics"]]
    return {
        "exit": done.returncode,
        "fell_over": fell or done.returncode not in (0, 1, 3),
        "seconds": round(seconds, 1),
        "files": len(report["files"]),
        "passed_over": report["passed_over"],
        "models": sum(len(file["models"]) for file in report["files"]),
        "warnings": sum(d["severity"] == "warning" for _, d in found),
        "unknown": sum(any(d["severity"] == "unknown" for d in file["diagnostics"]) for file in report["files"]),
        "errors": [
            {"place": place_of(d), "rule": d["rule"], "message": d["message"]}
            for _, d in found
            if d["severity"] == "error"
        ],
    }


def place_of(found: dict[str, Any]) -> str:
    """Where a diagnosis stands: file and line, with the cell of a notebook between."""
    parts = [found["file"], *(f"cell {found[part]}" for part in ("cell",) if found.get(part)), found["line"]]
    return ":".join(map(str, parts))


def judge(outcome: dict[str, Any], verdicts: dict[str, Any]) -> None:
    """Adds the verdicts to the errors of a repository."""
    for error in outcome["errors"]:
        known = verdicts.get(f"{error['place']} {error['rule']}")
        error["verdict"] = known["verdict"] if known else "not judged"
        error["torch"] = known["torch"] if known else ""


def count(outcome: dict[str, Any], verdict: str) -> int:
    return sum(error["verdict"] == verdict for error in outcome["errors"])


def page(outcomes: dict[str, dict[str, Any]]) -> str:
    """The page of all outcomes."""
    from importlib import metadata

    torch = metadata.version("torch").partition("+")[0]
    lines = [HEAD, "## What was measured"]
    total = {
        key: sum(o[key] for o in outcomes.values()) for key in ("files", "models", "warnings", "unknown", "seconds")
    }
    true, false, open_ = (sum(count(o, v) for o in outcomes.values()) for v in ("true", "false", "not judged"))
    lines.append(
        f"On {datetime.date.today()}, Python {platform.python_version()}, errors judged with torch {torch}: {len(outcomes)} repositories,"
        f" {total['files']} files, {total['models']} models, {true} true errors, **{false} false errors**,"
        f" {open_} not judged, {total['warnings']} warnings, {total['seconds']:.0f} seconds.\n"
    )
    lines.append(
        "| repository | commit | files | models | true errors | false errors | warnings | not known | seconds |"
    )
    lines.append("| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    for name, o in outcomes.items():
        false_errors = f"{count(o, 'false')}" + (
            f" (and {count(o, 'not judged')} not judged)" if count(o, "not judged") else ""
        )
        cells = [
            f"[{name}](https://github.com/{name})", o["commit"][:10], o["files"], o["models"], count(o, "true"), false_errors,
            o["warnings"], o["unknown"], o["seconds"],
        ]  # fmt: skip
        lines.append("| " + " | ".join(map(str, cells)) + " |")
    lines.append("\n## The errors")
    for name, o in outcomes.items():
        if o["errors"]:
            lines.append(f"\n### {name}")
            lines += [
                f"- `{error['place']}` {error['rule']}: {error['verdict']}" + (f". PyTorch: {error['torch']}" if error["torch"] else "")
                for error in o["errors"]
            ]  # fmt: skip
    return "\n".join(lines) + "\n"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clones", metavar="FOLDER", type=pathlib.Path, help="git repositories that are here already")
    parser.add_argument("--only", action="append", default=[], metavar="OWNER/NAME", help="check this one. Repeatable.")
    parser.add_argument(
        "--json", metavar="FILE", type=pathlib.Path, help="keep the outcomes here; those of others stay"
    )
    parser.add_argument("--write", metavar="FILE", type=pathlib.Path, help="write the page of all outcomes")
    options = parser.parse_args()
    commits: dict[str, str] = json.loads((HERE / "repositories.json").read_text())
    verdicts = json.loads((HERE / "repositories_judged.json").read_text())
    kept = json.loads(options.json.read_text()) if options.json and options.json.exists() else {}
    for name in options.only or commits:
        with tempfile.TemporaryDirectory() as scratch:
            folder = pathlib.Path(scratch) / "root"
            missing = Repository(name, commits[name]).put_into(folder, options.clones)
            kept[name] = {"commit": commits[name], "missing": missing, **checked(folder)}
        judge(kept[name], verdicts.get(name, {}))
        counts = ", ".join(
            f"{count(kept[name], v)} {v}" for v in ("true", "false", "not judged") if count(kept[name], v)
        )
        print(f"{name}: {kept[name]['files']} files, errors: {counts or 'none'}, {kept[name]['seconds']} s", flush=True)
        for error in kept[name]["errors"]:
            if error["verdict"] != "true":
                print(f"  {error['verdict']}: {error['place']} {error['rule']}: {error['message']}", flush=True)
        if options.json:
            options.json.write_text(json.dumps(kept, indent=1))
    outcomes = {name: kept[name] for name in commits if name in kept}
    for name, outcome in outcomes.items():
        judge(outcome, verdicts.get(name, {}))
    if options.write:
        options.write.write_text(page(outcomes))
    return 1 if any(o["fell_over"] or count(o, "true") != len(o["errors"]) for o in outcomes.values()) else 0


if __name__ == "__main__":
    raise SystemExit(main())
