"""A normalization layer (or nn.PReLU) gets a different number of channels than it was built for."""

from __future__ import annotations

from convcalc.check.assumed_output import with_unknown_channels
from convcalc.check.cascade import OF_LAYER_SIZE
from convcalc.check.fixes import of_layer_size
from convcalc.check.rule import refused
from convcalc.check.wording import of_size

TYPE_CHECKING = False
if TYPE_CHECKING:
    from convcalc.check.wording import RefusedCall


def explain(refused: RefusedCall) -> str | None:
    return of_size(refused)


RULE = refused(
    "norm-channels",
    "a normalization layer (or nn.PReLU) gets a different number of channels than it was built for",
    explain=explain,
    fixes=of_layer_size,
    assumed_output=with_unknown_channels,
    cascade=OF_LAYER_SIZE,
    root_causes=("missing-batch", "channels-last", "reused-layer"),
)
