"""A hidden state does not fit the recurrent layer or the batch."""

from __future__ import annotations

from convcalc.check.assumed_output import rerun
from convcalc.check.cascade import BEHIND
from convcalc.check.rule import OWN_PLACE, refused
from convcalc.check.wording import shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from convcalc.check.fixes.case import Candidate, Case
    from convcalc.check.wording import RefusedCall

SIZES = ("counts layers and directions", "is the batch", "is the hidden size")


def explain(refused: RefusedCall) -> str | None:
    expected, actual = refused.error.expected, refused.error.actual
    if not isinstance(expected, tuple) or not isinstance(actual, tuple):
        return None
    text = f"{refused.subject} expected a hidden state of {shown(expected)}, got {shown(actual)}"
    wrong = [i for i in range(min(len(expected), len(actual))) if expected[i] != actual[i]]
    if len(expected) != 3 or len(actual) != 3 or len(wrong) != 1:
        return text
    return f"{text}: its {('first', 'second', 'last')[wrong[0]]} size {SIZES[wrong[0]]}"


def fixes(case: Case) -> Iterator[Candidate]:
    from convcalc.check.fixes import inputs, layers, meant

    yield from meant.state_of_batch(case)
    yield from layers.hidden(case)
    yield from inputs.missing_batch(case)
    yield from layers.batch_first(case)


RULE = refused(
    "recurrent-hidden",
    "a hidden state does not fit the recurrent layer or the batch",
    explain=explain,
    fixes=fixes,
    assumed_output=rerun,
    cascade=BEHIND,
    root_causes=None,
    lacks={
        "root_causes": OWN_PLACE,
    },
)
