"""The table of fuzzed layers, and the examples on which they differ."""

from __future__ import annotations

from convcalc import __version__
from convcalc.report.table import table

from .fuzz import Outcome

HEADERS = ["Layer", "Examples", "Accepted", "Refused", "Result"]


def fuzz_report(outcomes: list[Outcome], judged_by: str) -> str:
    """A row for each layer, the total, and for each that differs its smallest example as a script."""
    rows = [
        [o.layer, *map(str, (o.examples, o.accepted, o.refused)), "DIFFERS" if o.difference else "agrees"]
        for o in outcomes
    ]
    count = sum(o.examples for o in outcomes)
    agree = sum(o.difference is None for o in outcomes)
    parts = [
        f"convcalc {__version__} beside {judged_by}",
        table(rows, HEADERS, ["left", "right", "right", "right", "left"]),
        f"{agree} of {len(outcomes)} layers agree on all of their {count:,} examples.",
    ]
    parts += [f"# {o.layer}\n{o.difference}" for o in outcomes if o.difference]
    return "\n\n".join(parts) + "\n"
