"""One layer is used in two places whose sizes differ."""

from __future__ import annotations

from convcalc.check.root_cause import Suspect, outermost
from convcalc.check.rule import root_cause
from convcalc.check.wording import shown, spec
from convcalc.nn.module import is_layer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from convcalc.check.fixes.case import Candidate, Case


def is_cause(suspect: Suspect) -> bool:
    """Return whether the layer took another shape earlier in the same call of the model."""
    record, call, found = suspect.program.record, suspect.call, suspect.found
    layer = call.owner
    if not is_layer(layer):
        return False
    module_call = call.parent if call.kind == "op" else call
    refused = {id(c.parent) for c in record.calls if c.error is not None or c.is_caught}
    earlier = [
        c
        for c in record.calls
        if c.owner is layer and c.kind == "module" and c is not module_call and c.error is None and not c.is_caught
        and id(c) not in refused and outermost(c) is suspect.root and c.inputs and c.inputs[0].shape is not None
    ]  # fmt: skip
    if not earlier:
        return False
    found.message = (
        f"{spec(record, layer)} is used in two places: at line {earlier[0].line} it takes {shown(earlier[0].inputs[0].shape)}, "
        f"here it gets {shown(found.shape)}"
    )
    found.update(rule=RULE.name, fixes=[])
    return True


def fixes(case: Case) -> Iterator[Candidate]:
    from convcalc.check.fixes import layers, of_layer_size

    yield from layers.another(case)
    yield from of_layer_size(case)


RULE = root_cause(
    "reused-layer",
    "one layer is used in two places whose sizes differ",
    is_cause=is_cause,
    fixes=fixes,
)
