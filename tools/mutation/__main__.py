"""The command of mutation testing (see the package)."""

from __future__ import annotations

import argparse
import ast
import difflib
import json
import pathlib
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from typing import Any

from tools.mutation import equivalent, marks
from tools.mutation.kinds import Mutant, mutants, planted
from tools.mutation.nearest import Nearest, Traced, within
from tools.mutation.workspace import Workspace

PLACE = pathlib.Path(tempfile.gettempdir()) / "convcalc-mutation"
SHARES = {"formulas": 2, "ops": 4, "nn": 3, "check": 4, "source": 4}
GENERATED = ("convcalc/ops/names.py", "convcalc/ops/forms.py", "convcalc/nn/names.py")
# Tests that read the code and run none of it: defaults, tables, texts.
READERS = (
    "tests/torch/test_signatures.py", "tests/torch/test_size.py", "tests/torch/test_completeness.py", "tests/test_pages.py", "tests/test_contributing.py", "tests/test_rules.py",
)  # fmt: skip
NEAREST = (4.0, 80)  # seconds that the nearest tests took when they were traced, and how many they are at most
MOST = 3000  # tests of those that are left
REST = (15.0, 300)  # the same of those that follow where the nearest notice nothing
PATIENCE = 8  # times as long as traced may a run take, and a minute


def trace(space: Workspace, tests: list[str]) -> None:
    """Write down which test runs which block, file by file of the tests."""
    space.fill()
    (space.place / "blocks.json").write_text(json.dumps(marks.identities(str(space.tree))), "utf8")
    (space.place / "tests.json").unlink(missing_ok=True)
    table, written = space.place / "table", space.place / "trace.jsonl"
    space.forget_bytecode()
    for file in tests or sorted(str(path.relative_to(space.tree)) for path in space.tree.glob("tests/**/test_*.py")):
        table.write_bytes(bytes(marks.SIZE))
        environment = space.environment(CONVCALC_MARKS=str(table), CONVCALC_TRACE=str(written))
        options = [
            "-q",
            "-p",
            "tools.mutation.trace",
            "-p",
            "no:cacheprovider",
            "--assert=plain",
            "--hypothesis-seed=0",
        ]
        command = [str(space.python), "-m", "pytest", *options, file]
        done = subprocess.run(command, cwd=space.tree, env=environment, capture_output=True, text=True, check=False)
        print(
            time.strftime("%H:%M:%S"), file, done.stdout.strip().rpartition("\n")[2] or done.stderr[-300:], flush=True
        )
    space.forget_bytecode()


def sample(tree: pathlib.Path, count: int, seed: int, only: str) -> list[Mutant]:
    """So many mutants, spread over the packages by their shares and evenly over the kinds of each; the same for the same seed."""
    chance = random.Random(seed)
    chosen = []
    for package, share in SHARES.items():
        by_kind: dict[str, list[Mutant]] = defaultdict(list)
        for path in sorted((tree / "convcalc" / package).rglob("*.py")):
            file = path.relative_to(tree).as_posix()
            if file not in GENERATED and only in file:
                for mutant in mutants(file, path.read_bytes()):
                    by_kind[mutant.kind].append(mutant)
        for found in by_kind.values():
            chance.shuffle(found)
        wanted = count if only else round(count * share / sum(SHARES.values()))
        while wanted and any(by_kind.values()):
            for kind in sorted(by_kind):
                while by_kind[kind] and wanted:
                    mutant = by_kind[kind].pop()
                    if _compiles(planted((tree / mutant.file).read_bytes(), mutant)):
                        chosen.append(mutant)
                        wanted -= 1
                        break
    chance.shuffle(chosen)  # a run that is ended early is a smaller sample
    return chosen


def _compiles(source: bytes) -> bool:
    try:
        ast.parse(source)
    except SyntaxError:
        return False
    return True


def run(space: Workspace, chosen: list[tuple[int, Mutant]], written: pathlib.Path, more: float = 0.0) -> None:
    """Try each mutant, and write down what became of it; with `more` the tests that the first tries left, for so many seconds of theirs."""
    nearest = Nearest(space.tree, space.place)
    space.forget_bytecode()
    subprocess.run([str(space.python), "-m", "compileall", "-q", "convcalc"], cwd=space.tree, check=True)
    environment = space.environment(PYTHONDONTWRITEBYTECODE="1", OMP_NUM_THREADS="1", HYPOTHESIS_PROFILE="dev")
    valid = collected(space, environment)
    command = [str(space.python), "-m", "tools.mutation.trial"]
    with (
        subprocess.Popen(command, cwd=space.tree, env=environment, stdin=-1, stdout=-1, text=True) as tried,
        open(written, "a") as results,
    ):
        assert tried.stdin is not None
        assert tried.stdout is not None
        for number, mutant in chosen:
            source = (space.tree / mutant.file).read_bytes()
            tests = nearest.to(mutant)
            stages = stages_of(mutant, tests, nearest, valid, more)
            job = {"file": mutant.file, "number": number, "source": planted(source, mutant).decode(), "stages": stages}
            print(json.dumps(job), file=tried.stdin, flush=True)
            result = json.loads(tried.stdout.readline())
            result = {**result, "covered": len(tests), "mutant": mutant}
            print(json.dumps(result), file=results, flush=True)
            verdict = result["caught"] or "SURVIVED"
            ran = f"{result['tests']} of {len(tests)} tests, {result['seconds']} s"
            print(f"{number:4} {mutant.file}:{mutant.line} {mutant.kind}: {verdict} ({ran})", flush=True)


def stages_of(
    mutant: Mutant, tests: list[Traced], nearest: Nearest, valid: set[str], more: float
) -> list[tuple[list[str], float]]:
    """The tests of a mutant in the parts in which they are run, each with the seconds that it may take."""
    near = within(tests, *NEAREST)
    rest = within([test for test in tests if test not in near], *REST)
    parts = [near, rest]
    if more:
        parts = [within([test for test in tests if test not in near and test not in rest], more, MOST)]
    stages = []
    for part in parts:
        names = [test.name for test in part if test.name in valid]
        if names:
            stages.append((names, 60 + PATIENCE * sum(test.seconds for test in part)))
    if not more and not nearest.is_in_function(mutant):
        stages.insert(1, (list(READERS), 300.0))
    return stages


def collected(space: Workspace, environment: dict[str, str]) -> set[str]:
    """The tests that there are now: some that were traced may have gone. Those of the newest trace are there."""
    kept = space.place / "tests.json"
    if kept.exists():
        return set(json.loads(kept.read_text("utf8")))
    command = [str(space.python), "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider", "--assert=plain"]
    listed = subprocess.run(command, cwd=space.tree, env=environment, capture_output=True, text=True, check=False)
    found = [line for line in listed.stdout.splitlines() if "::" in line]
    kept.write_text(json.dumps(found), "utf8")
    return set(found)


def read(written: pathlib.Path) -> list[dict[str, Any]]:
    """The results, of each mutant the last."""
    lines = map(json.loads, written.read_text("utf8").splitlines())
    return list({result["number"]: result for result in lines}.values())


def report(results: list[dict[str, Any]], tree: pathlib.Path) -> str:
    """How many were caught, by package and by kind, and of those that are faults."""
    lines = []
    for title in ("package", "kind"):
        all_, caught = Counter[str](), Counter[str]()
        for result in results:
            mutant = Mutant(*result["mutant"])
            name = mutant.kind if title == "kind" else mutant.file.split("/")[1]
            all_[name] += 1
            caught[name] += result["caught"] is not None
        lines += (
            [f"{title:28} caught   of"] + [f"{name:28} {caught[name]:6} {all_[name]:4}" for name in sorted(all_)] + [""]
        )
    total, noticed = len(results), sum(result["caught"] is not None for result in results)
    lines.append(f"{noticed} of {total} mutants caught ({noticed / max(total, 1):.1%})")
    left = [Mutant(*result["mutant"]) for result in results if result["caught"] is None]
    no_faults = sum(equivalent.reason(mutant, (tree / mutant.file).read_bytes()) is not None for mutant in left)
    faults = total - no_faults
    lines.append(f"{noticed} of {faults} without {no_faults} that are no fault ({noticed / max(faults, 1):.1%})")
    return "\n".join(lines)


def difference(tree: pathlib.Path, mutant: Mutant) -> str:
    source = (tree / mutant.file).read_bytes()
    before, after = (text.decode().splitlines(keepends=True) for text in (source, planted(source, mutant)))
    return "".join(difflib.unified_diff(before, after, mutant.file, mutant.kind, n=2))


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.mutation", description=__doc__)
    parser.add_argument("--place", type=pathlib.Path, default=PLACE, help="folder of the workspace")
    commands = parser.add_subparsers(dest="command", required=True)
    traced = commands.add_parser("trace", help="which test runs which block")
    traced.add_argument("tests", nargs="*")
    tried = commands.add_parser("run", help="plant faults and run the tests nearest to each")
    tried.add_argument("--count", type=int, default=240)
    tried.add_argument("--seed", type=int, default=0)
    tried.add_argument("--only", default="", help="part of a file's path")
    again = commands.add_parser("again", help="more tests on those that survived")
    again.add_argument(
        "--seconds", type=float, default=120.0, help="that the tests of a mutant took when they were traced"
    )
    shown = commands.add_parser("show", help="the mutants that survived, as differences")
    commands.add_parser("report", help="how many were caught")
    for command in (tried, again, shown, *[commands.choices["report"]]):
        command.add_argument("--results", default="results.jsonl", help="file in the workspace")
    given = parser.parse_args()
    space = Workspace(given.place)
    if given.command == "trace":
        trace(space, given.tests)
        return 0
    written = space.place / given.results
    if given.command == "run":
        written.unlink(missing_ok=True)
        run(space, list(enumerate(sample(space.tree, given.count, given.seed, given.only))), written)
    if given.command == "again":
        left = [result for result in read(written) if result["caught"] is None and result["covered"] > result["tests"]]
        run(space, [(result["number"], Mutant(*result["mutant"])) for result in left], written, given.seconds)
    results = read(written)
    if given.command == "show":
        for result in results:
            if result["caught"] is None:
                mutant = Mutant(*result["mutant"])
                why = equivalent.reason(mutant, (space.tree / mutant.file).read_bytes())
                told = f"{result['covered']} tests run it"
                print(f"# {result['number']}: {why or told}\n{difference(space.tree, mutant)}")
    print(report(results, space.tree))
    return 0


if __name__ == "__main__":
    sys.exit(main())
