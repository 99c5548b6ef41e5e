"""The channels are the last dimension of the input, but PyTorch wants them first."""

from __future__ import annotations

from convcalc.check.provenance import plain_shape
from convcalc.check.root_cause import Suspect, runs
from convcalc.check.rule import root_cause
from convcalc.check.wording import shown
from convcalc.tensor import Tensor, make
from convcalc.trace import tensors

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from convcalc.check.fixes.case import Candidate, Case


def is_cause(suspect: Suspect) -> bool:
    """Return whether the model runs with the input's last dimension moved in front of height and width."""
    root, found = suspect.root, suspect.found
    given = list(tensors(root.arguments))
    if root.kind != "module" or found.rule != "conv-channels" or len(given) != 1 or not isinstance(given[0], Tensor):
        return False
    shape, wanted = tuple(given[0].shape), found.expected
    if len(shape) not in (3, 4) or wanted is None or shape[-1] != wanted or shape[-3] == wanted:
        return False
    turned = (*shape[:-3], shape[-1], shape[-3], shape[-2])
    if not runs(suspect.program, root, {id(given[0]): make(turned, given[0].dtype)}):
        return False
    name = type(root.owner).__name__
    found.message = f"{name} takes its {wanted} channels before height and width, {shown(turned)}, but its input has them last: {shown(shape)}"
    found.update(rule=RULE.name, shape=plain_shape(shape), fixes=[])
    return True


def fixes(case: Case) -> Iterator[Candidate]:
    from convcalc.check.fixes import inputs, layers, samples

    yield from samples.of_layout(case)
    yield from inputs.channels_first(case)
    yield from layers.sizes(case)


RULE = root_cause(
    "channels-last",
    "the channels are the last dimension of the input, but PyTorch wants them first",
    is_cause=is_cause,
    fixes=fixes,
)
