"""`convcalc verify --layers`: the calls behind the option."""

from __future__ import annotations

import sys
from difflib import get_close_matches

import click

from .request import write_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from convcalc.verify.fuzz import Outcome

MISSING = "convcalc: --layers needs {}, which is not installed: pip install 'convcalc[verify]'\n"


def fuzz_layers(only: tuple[str, ...], examples: int, seed: int | None, device: str) -> int:
    """Compares examples of layers with PyTorch; 0 where all agree, 1 where one differs, 2 where nothing can be compared."""
    try:
        from convcalc.verify.fuzz import fuzz, layers
        from convcalc.verify.fuzz_text import fuzz_report
        from convcalc.verify.target import judge
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
    chosen = [layer for layer in known if layer in only or not only]
    outcomes = _with_progress(chosen, lambda layer: fuzz(layer, examples, seed, device))
    write_text(sys.stdout, fuzz_report(outcomes, judged_by))
    return 1 if any(outcome.difference for outcome in outcomes) else 0


def _with_progress(chosen: list[str], run: Callable[[str], Outcome]) -> list[Outcome]:
    """The outcome of each layer, with a progress bar on standard error where that is a terminal."""
    if not sys.stderr.isatty():
        return [run(layer) for layer in chosen]
    with click.progressbar(chosen, label="Layers", file=sys.stderr, item_show_func=lambda layer: layer) as bar:
        return [run(layer) for layer in bar]
