"""Public model packages in convcalc and in PyTorch, model by model: wrong, unknown or exact.

    pip install --no-deps --target zoo torchvision==0.28.0 timm einops ...     # sources only: their torch is the one installed
    PYTHONPATH=zoo python benchmarks/zoo torchvision timm --truth answers [--only resnet50,vgg*] [--write docs/zoo.md]

For each model a script of a few lines builds it and calls it once. convcalc reads that script in a process of its own;
PyTorch runs it with hooks, on the meta device (or the CPU, where a model's constructor reads values). Compared are
total and trainable parameters, every call of a module in order (its path, class, inputs and outputs) and the
multiply-accumulates by the flop formulas of `torch.utils.flop_counter`. `convcalc check` must find nothing wrong there,
and must refuse another image size where PyTorch does, at the same line. The stage `fits` tries in PyTorch some of the sizes that
`convcalc check --fits` says a model takes or refuses.
"""

from __future__ import annotations

import argparse
import fnmatch
import json
import pathlib
import statistics
from typing import Any, NamedTuple

from comparison import compared, errors_of, refused_alike, unknowns_of
from fits import tries
from packages import PACKAGES, Model, Shapes
from predictions import Convcalc
from truth import Truth, prepare_torch


class Outcome(NamedTuple):
    """What became of one model.

    `verdict`: exact, unknown, wrong, refused (PyTorch builds no such model either) or random (PyTorch answers anew each
    time). `check`: clean, or the false error. `second`: see `refused_alike`; with whether PyTorch refuses that size.
    `fits`: alike, too wide (a size that PyTorch refuses), too narrow (one that it takes), or unknown; of so many sizes tried.
    """

    name: str
    verdict: str
    why: str
    seconds: float
    peak_mb: float
    check: str = ""
    second: str = ""
    second_why: str = ""
    second_refused: bool = False
    fits: str = ""
    fits_why: str = ""
    fits_tried: int = 0
    fits_seconds: float = 0


class Zoo:
    """Asks both about models."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.truth = Truth(options.truth, options.trace)
        self.convcalc = Convcalc(options.seconds)
        self.stages = options.stages.split(",")

    def learn(self, model: Model) -> None:
        """Only asks PyTorch, for its answers to be kept."""
        real = self.truth.of(model.script())
        second = model.second()
        if second and "error" not in real:
            self.truth.of(model.script(second), (real["device"],))

    def examined(self, model: Model) -> Outcome:
        script = model.script()
        real = self.truth.of(script)
        if "error" in real:
            return Outcome(model.name, "refused", real["error"], 0, 0)
        answer = self.convcalc.of_script("summary", script)
        verdict, why = compared(answer.report["models"] if answer.report else [], answer.said, real)
        if verdict == "wrong" and self._is_random(script, real):
            verdict = "random"
        outcome = Outcome(model.name, verdict, why, answer.seconds, answer.peak_mb)
        if "check" in self.stages:
            checked = self.convcalc.of_script("check", script)
            found = errors_of(checked.report)
            outcome = outcome._replace(check=f"line {found[0]['line']}: {found[0]['message']}" if found else "clean")
        if "second" in self.stages:
            outcome = self._second(model, real, outcome)
        if "fits" in self.stages and model.target:
            outcome = self._fits(model, real, outcome)
        return outcome

    def _second(self, model: Model, real: dict[str, Any], outcome: Outcome) -> Outcome:
        shapes = model.second()
        if shapes is None:
            return outcome
        other = self.truth.of(model.script(shapes), (real["device"],))
        if model.target:
            answer = self.convcalc.of_target("check", model.target, *given(shapes))
        else:
            answer = self.convcalc.of_script("check", model.script(shapes))
        verdict, why = refused_alike(answer.report, answer.said, other)
        if verdict == "false error" and real["device"] == "meta":
            other = self._on_cpu(model, shapes)
            verdict, why = refused_alike(answer.report, answer.said, other)
        if verdict == "elsewhere" and not model.target:
            verdict = "alike"  # a script's own line is the call, PyTorch's innermost one lies in the package
        return outcome._replace(second=verdict, second_why=why, second_refused="error" in other)

    def _fits(self, model: Model, real: dict[str, Any], outcome: Outcome) -> Outcome:
        """Whether PyTorch takes the sizes that convcalc says a model takes, and refuses those that it says it does not."""
        answer = self.convcalc.of_target("check", model.target, *given(model.shapes), "--fits")
        outcome = outcome._replace(fits_seconds=answer.seconds)
        solved = (
            [m["fits"] for file in answer.report["files"] for m in file["models"] if m.get("fits")]
            if answer.report
            else []
        )
        if not solved:
            return outcome._replace(fits="unknown", fits_why=unknowns_of(answer.report, answer.said))
        asked = tries(solved[0], model.shapes)
        calls = [model.call_with(one.shapes) for one in asked]
        said = self.truth.takes(model.construction, calls, (real["device"],))
        outcome = outcome._replace(fits="alike", fits_tried=len(asked))
        for one, refusal in zip(asked, said):
            if bool(refusal) == one.accepted:  # asked again without other calls before
                alone = self.truth.of(model.script(one.shapes), (real["device"],))
                if "error" not in alone and not one.accepted and real["device"] == "meta":
                    alone = self._on_cpu(model, one.shapes)
                refusal = alone.get("error", "")
            if one.accepted and refusal:
                return outcome._replace(fits="too wide", fits_why=f"{one.letters} = {one.size}: {refusal}")
            if not one.accepted and not refusal:
                outcome = outcome._replace(fits="too narrow", fits_why=f"{one.letters} = {one.size} is taken")
        return outcome

    def _on_cpu(self, model: Model, shapes: Shapes) -> dict[str, Any]:
        """What PyTorch says where it looks at indices, which it does not on the meta device."""
        return self.truth.of(model.script(shapes) + "# on the CPU\n", ("cpu",))

    def _is_random(self, script: str, real: dict[str, Any]) -> bool:
        """Whether PyTorch's own answer changes from run to run."""
        return any(self.truth.ask(script) != real for _ in range(3))


def given(shapes: Shapes) -> list[str]:
    """The options that feed a target."""
    return [part for shape in shapes for part in ("--input", "x".join(map(str, shape)))]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("packages", nargs="+", choices=sorted(PACKAGES))
    parser.add_argument("--only", help="names of models, with commas between; a * stands for anything")
    parser.add_argument("--every", type=int, default=1, help="take every n-th model")
    parser.add_argument("--start", type=int, default=0, help="the first of these")
    parser.add_argument("--seconds", type=float, default=20, help="time for one model in convcalc")
    parser.add_argument("--truth", metavar="FOLDER", help="keep PyTorch's answers here")
    parser.add_argument("--learn", action="store_true", help="only ask PyTorch, to keep its answers")
    parser.add_argument(
        "--stages", default="check,second", help="beside the summary: check, second, fits, with commas between, or ''"
    )
    parser.add_argument(
        "--json", metavar="FILE", help="keep the outcomes here; those of models that are not asked stay"
    )
    parser.add_argument("--write", metavar="FILE", help="write the table of all outcomes in --json to this page")
    parser.add_argument("--trace", action="store_true", help="show PyTorch's traceback where it refuses a model")
    options = parser.parse_args()
    prepare_torch()
    zoo = Zoo(options)
    zoo.truth.prepared = True
    wrong = 0
    for package in options.packages:
        models = chosen(PACKAGES[package](), options)
        if options.learn:
            for model in models:
                zoo.learn(model)
            continue
        outcomes = []
        for model in models:
            outcome = zoo.examined(model)
            outcomes.append(outcome)
            tell(outcome)
        report(package, outcomes)
        wrong += sum(o.verdict == "wrong" for o in outcomes)
        if options.json:
            keep(pathlib.Path(options.json), package, outcomes)
    if options.write:
        from table import write

        write(pathlib.Path(options.write), kept_in(pathlib.Path(options.json)))
    return 1 if wrong else 0


def chosen(models: list[Model], options: argparse.Namespace) -> list[Model]:
    if options.only:
        patterns = options.only.split(",")
        models = [model for model in models if any(fnmatch.fnmatch(model.name, p) for p in patterns)]
    return models[options.start :: options.every]


def tell(outcome: Outcome) -> None:
    """One line for what is not as it should be."""
    if outcome.verdict != "exact":
        print(f"{outcome.verdict:8} {outcome.name}: {outcome.why}", flush=True)
    if outcome.check not in ("", "clean"):
        print(f"check    {outcome.name}: {outcome.check}", flush=True)
    if outcome.second not in ("", "alike"):
        print(f"second   {outcome.name}: {outcome.second}: {outcome.second_why}", flush=True)
    if outcome.fits not in ("", "alike"):
        print(f"fits     {outcome.name}: {outcome.fits}: {outcome.fits_why}", flush=True)


def report(package: str, outcomes: list[Outcome]) -> None:
    """Counts, times and memory."""
    if not outcomes:
        return
    counts: dict[str, int] = {}
    for outcome in outcomes:
        for key in (
            outcome.verdict, outcome.second and f"second {outcome.second}", outcome.fits and f"fits {outcome.fits}"
        ):  # fmt: skip
            if key:
                counts[key] = counts.get(key, 0) + 1
    print(f"{package}: " + ", ".join(f"{count} {verdict}" for verdict, count in sorted(counts.items())))
    slowest = max(outcomes, key=lambda o: o.seconds)
    largest = max(outcomes, key=lambda o: o.peak_mb)
    print(f"median {statistics.median(o.seconds for o in outcomes):.2f} s; slowest {slowest.name} {slowest.seconds:.2f} s (CPU); "
          f"largest {largest.name} {largest.peak_mb:.0f} MB", flush=True)  # fmt: skip


def keep(folder: pathlib.Path, package: str, outcomes: list[Outcome]) -> None:
    file = folder / f"{package}.json"
    kept: dict[str, Any] = json.loads(file.read_text()) if file.exists() else {}
    kept.update({o.name: o._asdict() for o in outcomes})
    folder.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(kept, indent=1))


def kept_in(folder: pathlib.Path) -> dict[str, Any]:
    """The outcomes of each package that has any, in the order of the packages."""
    files = {package: folder / f"{package}.json" for package in PACKAGES}
    return {package: json.loads(file.read_text()) for package, file in files.items() if file.exists()}


if __name__ == "__main__":
    raise SystemExit(main())
