"""The page of the zoo, written from the outcomes that were kept."""

from __future__ import annotations

import datetime
import pathlib
import platform
import statistics
from importlib import metadata
from typing import Any

from packages import PACKAGES

HEAD = """# Model packages

Every model of these packages is built and called in convcalc, from the package's source, and in PyTorch with hooks, on the meta
device (on the CPU where a model's constructor reads values). Compared are total and trainable parameters, every call of a module
in order (path, class, the shapes of inputs and outputs) and the MACs, by PyTorch's own flop formulas. This page is written by
`benchmarks/zoo`, from what it measured:

    {command}

- **exact**: all of it agrees. **wrong**: something that convcalc states differs. **unknown**: convcalc says that it does not know a part;
  the rest agrees. **random**: PyTorch's own answer differs from run to run.
- **Asked**: of how many of the package's models (where not all, every second or sixth one). Of these, PyTorch **runs** so many; the others
  it does not build or run here (no network, no GPU, an option that they lack), and they are not counted.
- **False errors** are errors that `convcalc check` tells of in what PyTorch runs, at the model's own size and at another one.
- **Other size**: each model gets a picture with 24 rows less and 8 columns more than its own. Of the models for which PyTorch refuses that,
  convcalc must refuse it too, at the same line.
"""


def write(file: pathlib.Path, kept: dict[str, dict[str, Any]]) -> None:
    """Writes the page."""
    import torch

    command = f"python benchmarks/zoo {' '.join(kept)} --truth answers --json outcomes --write docs/zoo.md"
    lines = [HEAD.format(command=command), "## What was measured"]
    lines.append(
        f"On {datetime.date.today()}, torch {torch.__version__.partition('+')[0]} (CPU), Python {platform.python_version()}.\n"
    )
    lines.append(
        "| package | asked | runs | exact | unknown | wrong | random | false errors | other size refused by PyTorch | by convcalc at that line |"
    )
    lines.append("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    for package, outcomes in kept.items():
        lines.append(_row(package, list(outcomes.values())))
    lines.append(
        "\n## What it takes\nProcessor time and memory of `convcalc summary` as a whole process, on a machine with other work.\n"
    )
    lines.append("| package | median | slowest | largest |")
    lines.append("| --- | ---: | ---: | ---: |")
    for package, outcomes in kept.items():
        lines.append(_cost(package, [o for o in outcomes.values() if o["verdict"] != "refused"]))
    lines.append("\n## By name\nWhat is not as it should be.")
    for package, outcomes in kept.items():
        lines += _named(package, list(outcomes.values()))
    file.write_text("\n".join(lines) + "\n")


def _row(package: str, outcomes: list[dict[str, Any]]) -> str:
    judged = [o for o in outcomes if o["verdict"] != "refused"]
    counts = [sum(o["verdict"] == verdict for o in judged) for verdict in ("exact", "unknown", "wrong", "random")]
    false = sum(o["check"] not in ("", "clean") for o in judged) + sum(o["second"] == "false error" for o in judged)
    refused = [o for o in judged if o["second_refused"]]
    alike = sum(o["second"] == "alike" for o in refused)
    version = metadata.version(package)
    share = f"{alike} ({alike / len(refused):.1%})" if refused else "-"
    exact = f"{counts[0]} ({counts[0] / len(judged):.1%})" if judged else "-"
    asked = f"{len(outcomes)} of {len(PACKAGES[package]())}"
    cells = [f"{package} {version}", asked, len(judged), exact, *counts[1:], false, len(refused) or "-", share]
    return "| " + " | ".join(map(str, cells)) + " |"


def _cost(package: str, outcomes: list[dict[str, Any]]) -> str:
    slowest = max(outcomes, key=lambda o: o["seconds"])
    largest = max(outcomes, key=lambda o: o["peak_mb"])
    median = statistics.median(o["seconds"] for o in outcomes)
    return (
        f"| {package} | {median:.2f} s | {slowest['name']} {slowest['seconds']:.2f} s "
        f"| {largest['name']} {largest['peak_mb']:.0f} MB |"
    )


def _named(package: str, outcomes: list[dict[str, Any]]) -> list[str]:
    lines = []
    for outcome in outcomes:
        if outcome["verdict"] not in ("exact", "refused"):
            lines.append(f"- `{outcome['name']}` {outcome['verdict']}: {_short(outcome['why'])}")
        if outcome["check"] not in ("", "clean"):
            lines.append(f"- `{outcome['name']}` false error: {_short(outcome['check'])}")
        if outcome["second"] not in ("", "alike"):
            lines.append(
                f"- `{outcome['name']}` at the other size, {outcome['second']}: {_short(outcome['second_why'])}"
            )
    return [f"\n### {package}", *(lines or ["Nothing."])]


def _short(text: str) -> str:
    """One line, without folders."""
    words = [word.rpartition("/")[2] if word.startswith(("/", "('/")) else word for word in text.split()]
    line = " ".join(words)
    return line if len(line) <= 200 else line[:197] + "..."
