"""A window is larger than what is left of the image."""

from __future__ import annotations

from convcalc.check.assumed_output import EITHER, first_tensor, like, rerun
from convcalc.check.cascade import BEHIND
from convcalc.check.rule import refused
from convcalc.check.wording import shown
from convcalc.nn.module import Module
from convcalc.tensor import Tensor, Unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from convcalc.check.fixes.case import Candidate, Case
    from convcalc.check.wording import RefusedCall
    from convcalc.tensor import ShapeError
    from convcalc.trace import Call


def explain(refused: RefusedCall) -> str | None:
    error = refused.error
    if not isinstance(error.expected, tuple) or not isinstance(error.actual, tuple) or error.shape is None:
        return None
    window, room = ("x".join(map(str, sizes)) for sizes in (error.expected, error.actual))
    padded = ", with its padding," if "padding" in str(error) else ""
    return f"{refused.subject} has a window of {window}, but its input {shown(error.shape)}{padded} has only {room}"


def fixes(case: Case) -> Iterator[Candidate]:
    from convcalc.check.fixes import widths, windows

    yield from widths.window_as_beside(case)
    yield from windows.smaller(case)


def assumed_output(call: Call, error: ShapeError) -> Any:
    """Return channels as declared; the other sizes are unknown."""
    again = rerun(call, error)
    tensor = first_tensor(call)
    if again is not None or tensor is None:
        return again
    shape = tuple(tensor.shape)
    given = [a for a in call.arguments[0] if isinstance(a, Tensor)]
    if len(given) > 1 and len(given[1].shape) > 2:
        weight, layer = given[1], call.owner
        channels = getattr(layer, "out_channels", weight.shape[0]) if isinstance(layer, Module) else weight.shape[0]
        return like(tensor, (shape[0], channels, *(Unknown(EITHER) for _ in weight.shape[2:])))
    return like(tensor, (*shape[:2], *(Unknown(EITHER) for _ in shape[2:])))


RULE = refused(
    "kernel-larger-than-input",
    "a window is larger than what is left of the image",
    explain=explain,
    fixes=fixes,
    assumed_output=assumed_output,
    cascade=BEHIND,
    root_causes=("missing-batch", "channels-last"),
)
