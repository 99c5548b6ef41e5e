"""`backward()` of a tensor that is not a single number."""

from __future__ import annotations

from convcalc.check.cascade import BEHIND
from convcalc.check.rule import NO_OUTPUT, OWN_PLACE, refused
from convcalc.check.wording import shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from convcalc.check.fixes.case import Candidate, Case
    from convcalc.check.wording import RefusedCall


def explain(refused: RefusedCall) -> str | None:
    shape = refused.error.actual
    if not isinstance(shape, tuple):
        return None
    return f"backward() starts from a single number, but this tensor is {shown(shape)}: reduce it first, by .mean() or .sum()"


def fixes(case: Case) -> Iterator[Candidate]:
    """Yield the mean and the sum; they are unsafe, for only the author knows which of them is meant."""
    from convcalc.check.fixes import gradients

    yield from gradients.many_derived(case)
    node = case.expression()
    for name in ("mean", "sum"):
        if node is not None and case.text.of(node).endswith(".backward()"):
            yield case.method(node.func.value, f".{name}()", f"backward() starts from the {name}")


RULE = refused(
    "backward-scalar",
    "backward() of a tensor that is not a single number",
    explain=explain,
    fixes=fixes,
    assumed_output=None,
    cascade=BEHIND,
    root_causes=None,
    lacks={"assumed_output": NO_OUTPUT, "root_causes": OWN_PLACE},
)
