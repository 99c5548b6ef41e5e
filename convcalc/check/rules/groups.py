"""The number of channels is not divisible by the number of groups."""

from __future__ import annotations

from convcalc.check.assumed_output import rerun, with_unknown_channels
from convcalc.check.cascade import NEVER
from convcalc.check.construction import layer_under_construction, settings_under_construction
from convcalc.check.rule import OWN_PLACE, refused

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from convcalc.check.fixes.case import Candidate, Case
    from convcalc.check.wording import RefusedCall
    from convcalc.tensor import ShapeError
    from convcalc.trace import Call

COUNTS = {"in_channels": "input channels", "out_channels": "output channels", "num_channels": "channels"}


def explain(refused: RefusedCall) -> str | None:
    layer, error = layer_under_construction(refused.error), refused.error
    if layer is None:
        groups, channels = error.expected, error.actual
        if type(groups) is not int or type(channels) is not int or not refused.subject:
            return None
        return f"{refused.subject} cannot split {channels} channels into {groups} equal groups"
    settings = settings_under_construction(error)
    groups = settings.get("groups", settings.get("num_groups"))
    for name, what in COUNTS.items():
        count = settings.get(name)
        if type(groups) is int and groups > 0 and type(count) is int and count % groups:
            channels = f"{count} {what}" if count != 1 else f"one {what[:-1]}"
            return f"{type(layer).__name__} cannot split its {channels} into {groups} equal groups"
    return None


def fixes(case: Case) -> Iterator[Candidate]:
    from convcalc.check.fixes import inputs, layers, widths

    yield from widths.depthwise(case)
    yield from layers.divisors(case)
    yield from inputs.missing_batch(case)


def assumed_output(call: Call, error: ShapeError) -> Any:
    return with_unknown_channels(call, error) if call.operation is not None else rerun(call, error)


RULE = refused(
    "groups",
    "the number of channels is not divisible by the number of groups",
    explain=explain,
    fixes=fixes,
    assumed_output=assumed_output,
    cascade=NEVER,
    root_causes=None,
    lacks={
        "root_causes": OWN_PLACE,
    },
)
