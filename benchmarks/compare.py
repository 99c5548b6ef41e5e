"""Times `convcalc summary`, torchinfo and `tsf check` on the same models, as whole processes, in one run.

    pip install -e ".[test,bench]"
    python benchmarks/compare.py [--runs 15] [--convcalc COMMAND]

Every tool runs once in each round, so that a change of the machine's load meets all of them. CPU time (user and system)
and peak memory are the kernel's figures for the process; all figures are medians.
"""

from __future__ import annotations

import argparse
import os
import pathlib
import shlex
import statistics
import subprocess
import sys
import time
from typing import NamedTuple

ROOT = pathlib.Path(__file__).resolve().parent.parent
PYTHON = sys.executable
TSF = [PYTHON, "-c", "import sys; from torchshapeflow.cli import entrypoint; sys.exit(entrypoint())", "check"]

# torchinfo needs the model in memory. torchvision is left out, which is to torchinfo's advantage: it does not pay for
# importing it.
TORCHINFO = """
import sys, types
for name in ("torchvision", "torchvision.datasets", "torchvision.transforms"):
    sys.modules[name] = types.ModuleType(name)
sys.modules["torchvision"].datasets = sys.modules["torchvision.datasets"]
sys.modules["torchvision"].transforms = sys.modules["torchvision.transforms"]
sys.path.insert(0, "examples")
import {module}
from torchinfo import summary
print(summary({module}.{call}, {shape}, verbose=0))
"""
MODELS = {
    "MNIST net": ("mnist", "Net()", (64, 1, 28, 28)),
    "ResNet-50": ("resnet", "resnet50()", (1, 3, 224, 224)),
}


class Measure(NamedTuple):
    """What one process took."""

    cpu_seconds: float
    wall_seconds: float
    peak_mib: float


def measure(command: list[str]) -> Measure:
    """One run of a command as a process of its own; an error where it does not succeed."""
    start = time.perf_counter()
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    assert process.stderr is not None
    complaint = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    process.stderr.close()
    if process.returncode != 0:
        raise SystemExit(f"{shlex.join(command)[:200]} ended with {process.returncode}: {complaint.decode()[-500:]}")
    unit = 1024 if sys.platform != "darwin" else 1024 * 1024  # ru_maxrss is in KiB, on macOS in bytes
    return Measure(usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss / unit)


def medians(commands: dict[str, list[str]], runs: int) -> dict[str, Measure]:
    """Each tool's medians over rounds in which every tool runs once; a round before them fills the caches."""
    measures: dict[str, list[Measure]] = {name: [] for name in commands}
    for turn in range(runs + 1):
        for name, command in commands.items():
            measured = measure(command)
            if turn:
                measures[name].append(measured)
    return {name: Measure(*map(statistics.median, zip(*rows, strict=True))) for name, rows in measures.items()}


def report(title: str, commands: dict[str, list[str]], runs: int) -> None:
    results = medians(commands, runs)
    ours = results["convcalc"]
    print(f"\n{title}, medians of {runs} runs")
    print(f"{'':16}{'CPU':>10}{'wall':>10}{'peak':>12}   against convcalc: CPU, wall, peak")
    for name, row in results.items():
        ratios = "  ".join(f"{theirs / mine:6.2f}" for theirs, mine in zip(row, ours, strict=True))
        print(
            f"{name:16}{row.cpu_seconds:8.3f} s{row.wall_seconds:8.3f} s{row.peak_mib:8.1f} MiB   "
            f"                  {ratios}"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=15, help="rounds; in each, every tool runs once")
    parser.add_argument("--convcalc", default=f"{PYTHON} -m convcalc", help="the command to time")
    options = parser.parse_args()
    for title, (module, call, shape) in MODELS.items():
        file = f"examples/{module}.py"
        commands = {
            "convcalc": [*shlex.split(options.convcalc), "summary", file],
            "torchinfo": [PYTHON, "-c", TORCHINFO.format(module=module, call=call, shape=shape)],
            "tsf": [*TSF, file],
            "python -c pass": [PYTHON, "-c", "pass"],
        }
        report(title, commands, options.runs)


if __name__ == "__main__":
    main()
