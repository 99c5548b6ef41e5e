"""torchvision's models as whole processes: `convcalc summary script.py` beside PyTorch's meta device with forward hooks.

    pip install --no-deps --target zoo torchvision==0.28.0     # its Python sources; torch is the one installed
    PYTHONPATH=zoo python benchmarks/zoo/speed.py [--every 5] [--rounds 3] [--only resnet50,vgg16] [--json times.json]

Both read the same script, which builds a model and calls it once. PyTorch runs it in a fresh process under `torch.device("meta")`,
with a forward hook on every module that notes the shapes of its output, and prints them; nothing else is imported or counted there.
The two take turns, after a run of each that is not counted. CPU time is user and system time of the process (and of those that it
starts), peak memory its largest resident set, both from the kernel (`wait4`).
"""

from __future__ import annotations

import argparse
import fnmatch
import json
import os
import pathlib
import statistics
import sys
import tempfile
from typing import NamedTuple

from packages import torchvision
from predictions import ENVIRONMENT, Launcher
from truth import prepare_torch

# The modules of torchvision that load its compiled part are not run where that part was made for another torch.
TORCH_SIDE = """
import sys, types

import torch

for name in ("extension", "_meta_registrations", "_autograd_registrations"):
    stub = sys.modules["torchvision." + name] = types.ModuleType("torchvision." + name)
    stub._has_ops = stub._assert_has_ops = stub._check_cuda_version = stub._load_library = lambda *args: False
library = torch.library.Library("torchvision", "DEF")
library.define("nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")

shapes = []

def shape_of(value):
    if isinstance(value, torch.Tensor):
        return list(value.shape)
    if isinstance(value, dict):
        value = value.values()
    return [shape_of(part) for part in value] if hasattr(value, "__iter__") else None

def note(module, inputs, output):
    shapes.append((type(module).__name__, shape_of(output)))

def call(module, *inputs):
    for part in module.modules():
        part.register_forward_hook(note)
    return module(*inputs)

with torch.device("meta"), torch.no_grad():
    exec(compile(open(sys.argv[1]).read().replace("\\nmodel(", "\\ncall(model, "), sys.argv[1], "exec"))
for name, shape in shapes:
    print(name, shape)
print(sum(p.numel() for p in model.parameters()))
"""


class Times(NamedTuple):
    """CPU seconds and peak MB of one model in both; None where PyTorch does not run it on the meta device."""

    name: str
    ours: float
    ours_mb: float
    theirs: float | None
    theirs_mb: float | None

    @property
    def ratio(self) -> float | None:
        return None if self.theirs is None else self.theirs / self.ours


def measured(name: str, script: str, launcher: Launcher, rounds: int, folder: str, alone: bool) -> Times:
    """The medians of some rounds of both, taking turns."""
    path, other = os.path.join(folder, "script.py"), os.path.join(folder, "meta.py")
    out, err = os.path.join(folder, "out"), os.path.join(folder, "err")
    pathlib.Path(path).write_text(script)
    ours = [sys.executable, "-m", "convcalc", "summary", path]
    theirs = [sys.executable, other, path]
    runs, meta = [], []
    for _ in range(rounds):
        cpu, peak = launcher.run(ours, out, err)
        if not pathlib.Path(out).read_text():
            raise SystemExit(f"convcalc says nothing of {name}: {pathlib.Path(err).read_text()}")
        runs.append((cpu, peak))
        if alone:
            continue
        cpu, peak = launcher.run(theirs, out, err)
        if pathlib.Path(out).read_text():
            meta.append((cpu, peak))
    middle = [statistics.median(column) for column in zip(*runs)]
    if not meta:
        return Times(name, middle[0], middle[1], None, None)
    return Times(name, middle[0], middle[1], *(statistics.median(column) for column in zip(*meta)))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", help="names of models, with commas between; a * stands for anything")
    parser.add_argument("--every", type=int, default=1, help="take every n-th model")
    parser.add_argument("--rounds", type=int, default=1, help="counted runs of each")
    parser.add_argument("--alone", action="store_true", help="leave PyTorch out: convcalc's time and memory only")
    parser.add_argument("--json", help="write the figures to this file")
    options = parser.parse_args()
    ENVIRONMENT.pop("PYTHONDONTWRITEBYTECODE", None)
    launcher = Launcher()
    prepare_torch()
    scripts = {model.name: model.script() for model in torchvision()}
    patterns = options.only.split(",") if options.only else ["*"]
    names = [name for name in scripts if any(fnmatch.fnmatch(name, p) for p in patterns)][:: options.every]
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        pathlib.Path(folder, "meta.py").write_text(TORCH_SIDE)
        measured(names[0], scripts[names[0]], launcher, 1, folder, options.alone)
        for name in names:
            row = measured(name, scripts[name], launcher, options.rounds, folder, options.alone)
            rows.append(row)
            theirs = (
                ""
                if row.theirs is None
                else f"  PyTorch {row.theirs:6.2f} s {row.theirs_mb:6.0f} MB  {row.ratio:5.1f} times"
            )
            print(f"{name:32} {row.ours:6.3f} s {row.ours_mb:5.0f} MB{theirs}", flush=True)
    report(rows)
    if options.json:
        pathlib.Path(options.json).write_text(json.dumps([row._asdict() for row in rows], indent=1))
    return 0


def report(rows: list[Times]) -> None:
    """The median ratio, the slowest and the largest."""
    ratios = [row.ratio for row in rows if row.ratio is not None]
    slowest, largest = max(rows, key=lambda row: row.ours), max(rows, key=lambda row: row.ours_mb)
    print(f"{len(rows)} models")
    if ratios:
        print(f"{len(ratios)} of them run by PyTorch on the meta device")
        print(
            f"PyTorch takes {statistics.median(ratios):.1f} times the CPU time (median; {min(ratios):.1f} to {max(ratios):.1f})"
        )
    print(f"convcalc: median {statistics.median(row.ours for row in rows):.3f} s; slowest {slowest.name} {slowest.ours:.3f} s; "
          f"largest {largest.name} {largest.ours_mb:.0f} MB")  # fmt: skip


if __name__ == "__main__":
    raise SystemExit(main())
