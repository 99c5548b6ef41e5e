"""Mutants of working scripts: whatever is deleted, doubled or swapped in them, `convcalc check` ends as it promises.

    python benchmarks/mutants.py --count 2000 --jobs 2 --seed 0 FOLDER ...

Each script of the folders is changed at one to three places (lines and tokens, deleted, doubled, swapped, exchanged for those of another
script), and checked by `convcalc check FILE --format json` in a process of its own. Told are calls that end with a traceback, an error of our own,
an exit code outside of 0 to 3, or JSON that is none, that take longer than they may, or leave a process. The same seed makes the same mutants.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

TOKEN = re.compile(r"\w+|[^\w\s]+|[ \t]+|\n")
LONGEST = 30.0  # seconds on the clock that a call may take with --seconds 2
SPOILED = ("", "\0", "(", ")", "'", '"""', "\\", "0", "-1", "1e999", "None", "self", "*", "**", ":", "lambda: 0", "yield", "await x", "x" * 300, "\u202e", "\ud800", "{", "f'{", "@", "...")  # fmt: skip


def scripts(folders: list[Path]) -> list[Path]:
    """The Python files below some folders, in the order of their paths."""
    found = [path for folder in folders for path in ([folder] if folder.is_file() else folder.rglob("*.py"))]
    return sorted(path for path in found if path.stat().st_size < 100_000)


def mutants(sources: list[str], count: int, seed: int) -> Iterator[str]:
    """Changed scripts, each of one of the sources in turn."""
    chance = random.Random(seed)
    for number in range(count):
        text = sources[number % len(sources)]
        for _ in range(chance.choice((1, 1, 2, 3))):
            text = _changed(text, chance, sources)
        yield text


def _changed(text: str, chance: random.Random, sources: list[str]) -> str:
    by_line = chance.random() < 0.4
    parts = text.splitlines(keepends=True) if by_line else TOKEN.findall(text)
    if len(parts) < 2:
        return text + chance.choice(SPOILED)
    at, other = chance.randrange(len(parts)), chance.randrange(len(parts))
    kind = chance.randrange(6)
    if kind == 0:
        del parts[at]
    elif kind == 1:
        parts.insert(at, parts[at])
    elif kind == 2:
        parts[at], parts[other] = parts[other], parts[at]
    elif kind == 3:
        parts.insert(at, parts[other])
    elif kind == 4:
        foreign = chance.choice(sources)
        theirs = foreign.splitlines(keepends=True) if by_line else TOKEN.findall(foreign)
        parts[at] = chance.choice(theirs)
    else:
        parts[at] = chance.choice(SPOILED) + ("\n" if by_line else "")
    return "".join(parts)


def faults(text: str, folder: str) -> list[str]:
    """What is wrong with the end of a check of that text."""
    path = os.path.join(folder, "script.py")
    with open(path, "wb") as stream:
        stream.write(text.encode("utf8", "surrogatepass"))
    call = [sys.executable, "-m", "convcalc", "check", "script.py", "--format", "json", "--seconds", "2", "--isolated"]
    root = str(Path(__file__).resolve().parent.parent)
    environment = {**os.environ, "PYTHONPATH": root, "CONVCALC_STRICT": "1"}
    started = time.monotonic()
    try:
        done = subprocess.run(
            call, cwd=folder, capture_output=True, timeout=2 * LONGEST, check=False, env=environment, start_new_session=True
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return [f"did not end within {2 * LONGEST:g} s"]
    found = []
    if time.monotonic() - started > LONGEST:
        found.append(f"took {time.monotonic() - started:.0f} s")
    if done.returncode not in (0, 1, 2, 3):
        found.append(f"ended with exit code {done.returncode}")
    told = done.stderr.decode("utf8", "replace")
    found += [f"{word}: {told[-300:]}" for word in ("Traceback", "internal error") if word in told]
    found += [f"{word} in the report" for word in ("Traceback (most", "internal error") if word.encode() in done.stdout]
    try:
        if done.stdout or done.returncode != 2:
            json.loads(done.stdout.decode("utf8"), parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        found.append(f"no JSON: {error}: {done.stdout[:200]!r}")
    found += [f"left process {pid}" for pid in _left_in(folder)]
    return found


def _refuse(word: str) -> float:
    raise ValueError(f"{word} is no number of JSON")


def _left_in(folder: str) -> list[str]:
    """Processes that still have the folder as their current one."""
    found = []
    for name in os.listdir("/proc") if os.path.isdir("/proc/self") else ():
        try:
            if name.isdigit() and os.readlink(f"/proc/{name}/cwd") == folder:
                found.append(name)
        except OSError:
            continue
    return found


def wrong(texts: list[str], jobs: int) -> list[tuple[int, list[str]]]:
    """The numbers of those texts whose checks do not end as they should, with what is wrong."""

    def one(item: tuple[int, str]) -> tuple[int, list[str]]:
        with tempfile.TemporaryDirectory() as folder:
            return item[0], faults(item[1], os.path.realpath(folder))

    with ThreadPoolExecutor(jobs) as pool:
        return [found for found in pool.map(one, enumerate(texts)) if found[1]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--keep", type=Path, help="folder in which the mutants are kept of which something is wrong")
    given = parser.parse_args()
    sources = [path.read_text("utf8") for path in scripts(given.folders)]
    texts = list(mutants(sources, given.count, given.seed))
    started = time.monotonic()
    found = wrong(texts, given.jobs)
    for number, told in found:
        print(f"mutant {number}: {'; '.join(told)}")
        if given.keep is not None:
            given.keep.mkdir(parents=True, exist_ok=True)
            (given.keep / f"mutant{number}.py").write_bytes(texts[number].encode("utf8", "surrogatepass"))
    print(f"{len(texts)} mutants of {len(sources)} scripts, {len(found)} wrong, {time.monotonic() - started:.0f} s")
    raise SystemExit(bool(found))


if __name__ == "__main__":
    main()
