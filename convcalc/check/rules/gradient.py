"""A tensor that needs a gradient is changed in place or passed to NumPy, one without is asked for a gradient, or a freed graph is used again."""

from __future__ import annotations

from convcalc.check.cascade import BEHIND
from convcalc.check.rule import NO_OUTPUT, OWN_PLACE, refused

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from convcalc.check.fixes.case import Candidate, Case
    from convcalc.check.wording import RefusedCall

# How PyTorch's words begin or end, and plainer ones.
WORDS = (
    (
        "does not require grad and does not have a grad_fn",
        "backward() is called on a tensor that no parameter with requires_grad leads to",
    ),
    (
        "that requires grad is being used in an in-place operation.",
        "a tensor that itself requires a gradient is written to in place: do it under torch.no_grad(), or on a copy",
    ),
)


def explain(refused: RefusedCall) -> str | None:
    text = str(refused.error)
    return next((plain for end, plain in WORDS if text.endswith(end)), None)


def fixes(case: Case) -> Iterator[Candidate]:
    from convcalc.check.fixes import calls, gradients

    yield from gradients.of_gradient(case)
    yield from calls.other(case)


RULE = refused(
    "gradient",
    "a tensor that needs a gradient is changed in place or passed to NumPy, one without is asked for a gradient, or a freed graph is used again",
    explain=explain,
    fixes=fixes,
    assumed_output=None,
    cascade=BEHIND,
    root_causes=None,
    lacks={
        "assumed_output": NO_OUTPUT,
        "root_causes": OWN_PLACE,
    },
)
