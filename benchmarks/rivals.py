"""What finds the planted faults: `convcalc check`, `tsf check`, and PyTorch's meta device, side by side on the corpus of the tests.

    pip install -e ".[test,bench]"
    python benchmarks/rivals.py [--every 5]

Prints the table of docs/comparison.md; the seconds are without the start of Python. PyTorch on the CPU is the judge of where a program fails, or that it runs.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import pathlib
import sys
import tempfile
import time
from typing import Any

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "corpus")]


def convcalc_lines(path: pathlib.Path) -> list[int]:
    """The lines of the errors that `convcalc check` tells of; in a process of its own, as always."""
    import judge  # tests/corpus

    _, report = judge.check(path)
    return [d["line"] for f in report["files"] for d in f["diagnostics"] if d["severity"] == "error"]


def tsf_lines(path: pathlib.Path) -> list[int]:
    """The lines of what `tsf check` reports as an error."""
    from torchshapeflow.cli import entrypoint

    out = io.StringIO()
    before, sys.argv = sys.argv, ["tsf", "check", "--json", str(path)]
    try:
        with contextlib.redirect_stdout(out), contextlib.suppress(SystemExit):
            entrypoint()
    finally:
        sys.argv = before
    return list(_lines_of_errors(json.loads(out.getvalue())))


def _lines_of_errors(value: Any) -> Any:
    if isinstance(value, dict):
        if str(value.get("severity", "")).lower() == "error" and isinstance(value.get("line"), int):
            yield value["line"]
        for part in value.values():
            yield from _lines_of_errors(part)
    elif isinstance(value, list):
        for part in value:
            yield from _lines_of_errors(part)


META = "import torch\ntorch.set_default_device('meta')\n"


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--every", type=int, default=5, help="each N-th of the faults")
    options = parser.parse_args()
    import judge  # tests/corpus

    torch = judge.Torch()
    tally: dict[str, dict[str, float]] = {
        tool: dict.fromkeys(("right", "elsewhere", "missed", "false", "seconds"), 0)
        for tool in ("convcalc check", "tsf check", "meta device")
    }
    programs: list[tuple[str, int | None]] = [(path.read_text(), None) for path in judge.CORRECT]
    for fault in judge.all_faults()[:: options.every]:
        verdict = torch(fault.text)
        if verdict.line:
            programs.append((fault.text, verdict.line))
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "program.py"
        for text, line in programs:
            path.write_text(text)
            for tool, ask in (("convcalc check", convcalc_lines), ("tsf check", tsf_lines)):
                start = time.perf_counter()
                _count(tally[tool], ask(path), line)
                tally[tool]["seconds"] += time.perf_counter() - start
            start = time.perf_counter()
            verdict = torch(META + text)
            _count(tally["meta device"], [verdict.line - 2] if verdict.line else [], line)
            tally["meta device"]["seconds"] += time.perf_counter() - start
    torch.close()
    faulty = sum(line is not None for _, line in programs)
    print(f"{faulty} faulty programs, {len(programs) - faulty} correct ones\n")
    print(
        "| tool | found at PyTorch's line | an error elsewhere | nothing found | errors on correct programs | a file |"
    )
    print("| --- | ---: | ---: | ---: | ---: | ---: |")
    for tool, n in tally.items():
        print(
            f"| {tool} | {n['right']:.0f} ({100 * n['right'] / faulty:.0f} %) | {n['elsewhere']:.0f} | {n['missed']:.0f} "
            f"| {n['false']:.0f} of {len(programs) - faulty} | {n['seconds'] / len(programs):.2f} s |"
        )
    return 0


def _count(tally: dict[str, float], lines: list[int], line: int | None) -> None:
    if line is None:
        tally["false"] += bool(lines)
    elif line in lines:
        tally["right"] += 1
    else:
        tally["elsewhere" if lines else "missed"] += 1


if __name__ == "__main__":
    sys.exit(main())
