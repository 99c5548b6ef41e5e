"""`convcalc verify --layers`: the calls behind the option."""

from __future__ import annotations

import sys
from difflib import get_close_matches
from functools import partial

import click

from .output import write_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from convcalc.verify.fuzz import Outcome

MISSING = "convcalc: --layers needs {}, which is not installed: pip install 'convcalc[verify]'\n"


def fuzz_layers(
    only: tuple[str, ...], examples: int, seed: int | None, device: str, jobs: int | None, page: str | None
) -> int:
    """Compares examples of layers with PyTorch; 0 where all agree, 1 where one differs, 2 where nothing can be compared."""
    try:
        from convcalc.verify.conformance_text import has_fuzz_section, with_fuzz_section
        from convcalc.verify.fuzz import fuzz, layers
        from convcalc.verify.fuzz_text import fuzz_report, fuzz_section
        from convcalc.verify.target import judge
        from convcalc.verify.workers import cores, outcomes
    except ModuleNotFoundError as error:
        if error.name not in ("torch", "hypothesis"):
            raise
        sys.stderr.write(MISSING.format(error.name))
        return 2
    known = layers()
    for name in only:
        if name not in known:
            close = get_close_matches(name, known)
            hint = f"; close: {', '.join(close)}" if close else ""
            sys.stderr.write(f"convcalc: --only {name}: no layer of that name has examples{hint}\n")
            return 2
    judged_by = judge(device)
    if judged_by is None:
        sys.stderr.write("convcalc: --device cuda: PyTorch finds no GPU here\n")
        return 2
    if page is not None and not has_fuzz_section(_text(page)):
        sys.stderr.write(f"convcalc: --write {page}: no page with a marked section for this result\n")
        return 2
    chosen = [layer for layer in known if layer in only or not only]
    run = partial(fuzz, examples=examples, seed=seed, device=device)
    found = _with_progress(chosen, outcomes(run, chosen, jobs or cores()))
    write_text(sys.stdout, fuzz_report(found, judged_by))
    if page is not None:
        section = fuzz_section(found, judged_by, _command(only, examples, seed, device))
        text = with_fuzz_section(_text(page), section)
        with open(page, "w", encoding="utf8") as file:
            file.write(text)
    return 1 if any(outcome.difference for outcome in found) else 0


def _text(page: str) -> str:
    try:
        with open(page, encoding="utf8") as file:
            return file.read()
    except OSError:
        return ""


def _command(only: tuple[str, ...], examples: int, seed: int | None, device: str) -> str:
    words = ["convcalc verify --layers", f"--examples {examples}"]
    words += [] if seed is None else [f"--seed {seed}"]
    words += [f"--only {name}" for name in only]
    return " ".join(words if device == "cpu" else [*words, f"--device {device}"])


def _with_progress(chosen: list[str], found: Iterator[Outcome]) -> list[Outcome]:
    """The outcomes in the order of their layers, with a progress bar on standard error where that is a terminal."""
    if sys.stderr.isatty():
        with click.progressbar(
            found, length=len(chosen), label="Layers", file=sys.stderr, item_show_func=lambda o: o and o.layer
        ) as bar:
            done = list(bar)
    else:
        done = list(found)
    return sorted(done, key=lambda outcome: chosen.index(outcome.layer))
