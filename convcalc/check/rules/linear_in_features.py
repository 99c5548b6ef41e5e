"""An nn.Linear gets a different number of features than it was built for."""

from __future__ import annotations

from convcalc.check.assumed_output import first_tensor, rerun
from convcalc.check.cascade import OF_LAYER_SIZE, batch_of
from convcalc.check.fixes import of_layer_size
from convcalc.check.rule import refused
from convcalc.check.wording import of_size

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from convcalc.check.wording import RefusedCall
    from convcalc.tensor import ShapeError
    from convcalc.trace import Call

OF_INPUT = {"in1_features": " in its first input", "in2_features": " in its second input"}


def explain(refused: RefusedCall) -> str | None:
    return of_size(refused, OF_INPUT.get(refused.error.argument or "", ""))


def assumed_output(call: Call, error: ShapeError) -> Any:
    """Return the declared output where all that is wrong with the input is its last size: its rows are samples, or their steps."""
    tensor, samples = first_tensor(call), batch_of(call)
    if tensor is None or len(tensor.shape) not in (2, 3) or (samples is not None and tensor.shape[0] != samples):
        return None
    return rerun(call, error)


RULE = refused(
    "linear-in-features",
    "an nn.Linear gets a different number of features than it was built for",
    explain=explain,
    fixes=of_layer_size,
    assumed_output=assumed_output,
    cascade=OF_LAYER_SIZE,
    root_causes=("missing-batch", "channels-last", "reused-layer"),
)
