"""The table of fuzzed layers, and the examples on which they differ: for the terminal and for the page of the documentation."""

from __future__ import annotations

import platform
from datetime import date

import hypothesis

from convcalc import __version__
from convcalc.report.grid import draw

from .conformance_text import markdown
from .fuzz import Outcome

HEADERS = ["Layer", "Examples", "Accepted", "Refused", "Result"]


def fuzz_report(outcomes: list[Outcome], judged_by: str) -> str:
    """A row for each layer, the total, and for each that differs its smallest example as a script."""
    parts = [
        f"convcalc {__version__} beside {judged_by}",
        draw(_rows(outcomes), HEADERS, ["left", "right", "right", "right", "left"]),
        _total(outcomes),
    ]
    parts += [f"# {o.layer}\n{o.difference}" for o in outcomes if o.difference]
    return "\n\n".join(parts) + "\n"


def fuzz_section(outcomes: list[Outcome], judged_by: str, command: str) -> str:
    """The same for the page: when, beside what, by which command; the total, the differences, a row for each layer."""
    accepted, refused = sum(o.accepted for o in outcomes), sum(o.refused for o in outcomes)
    parts = [
        f"`{command}`, {date.today().isoformat()}: convcalc {__version__} beside {judged_by}, Python {platform.python_version()}, "
        f"Hypothesis {hypothesis.__version__}. {_total(outcomes)} PyTorch accepted {accepted:,} and refused {refused:,}.",
    ]
    parts += [f"```python\n# {o.layer}\n{o.difference}\n```" for o in outcomes if o.difference]
    parts.append(markdown(HEADERS, _rows(outcomes)))
    return "\n\n".join(parts)


def _rows(outcomes: list[Outcome]) -> list[list[str]]:
    return [
        [o.layer, *(f"{n:,}" for n in (o.examples, o.accepted, o.refused)), "DIFFERS" if o.difference else "agrees"]
        for o in outcomes
    ]


def _total(outcomes: list[Outcome]) -> str:
    count = sum(o.examples for o in outcomes)
    agree = sum(o.difference is None for o in outcomes)
    return f"{agree} of {len(outcomes)} layers agree on all of their {count:,} examples."
