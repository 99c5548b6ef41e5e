"""Predictions and targets of a loss do not fit each other, in size or in type."""

from __future__ import annotations

from convcalc.check.assumed_output import rerun
from convcalc.check.cascade import Cascade, Link, batch_of
from convcalc.check.losses import LossCall
from convcalc.check.rule import refused
from convcalc.check.wording import shown
from convcalc.nn.module import is_layer
from convcalc.tensor import Tensor
from convcalc.tensor.size import differ
from convcalc.trace import tensors

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from convcalc.check.diagnostic import Diagnostic
    from convcalc.check.fixes.case import Candidate, Case
    from convcalc.check.wording import RefusedCall
    from convcalc.tensor import ShapeError


def explain(refused: RefusedCall) -> str | None:
    error, given = refused.error, refused.tensors
    if len(given) < 2 or refused.call is None:
        return None
    around = refused.call.parent
    name = type(around.owner).__name__ if around is not None and is_layer(around.owner) else refused.call.type
    predictions, targets = given[:2]
    if error.actual == targets.dtype.name:
        return f"{name} takes targets of type {error.expected}, but got {error.actual}"
    a, b = predictions.shape, targets.shape
    if len(a) > 0 and len(b) > 0 and a[0] != b[0]:
        return f"{name} got {a[0]} predictions {shown(a)} for {b[0]} targets {shown(b)}"
    if "multi-target" in str(error):
        return f"{name} takes one class number for each sample, {shown(a[:1])}, but got targets {shown(b)}"
    return f"{name} got predictions {shown(a)} and targets {shown(b)}, which do not fit each other"


def fixes(case: Case) -> Iterator[Candidate]:
    from convcalc.check.fixes import inputs, layers, layout, losses, meant, samples, skips, swaps, tensors, typed

    yield from losses.dropped(case)
    yield from layout.time_first(case)
    yield from typed.of_targets(case)
    yield from _of_shapes(case)
    yield from meant.of_operands(case, layout.operands(case))
    yield from layout.classes_second(case)
    yield from skips.sizes(case)
    yield from losses.indexed_alike(case)
    yield from losses.other_loss(case)
    yield from samples.of_loss(case)
    yield from layers.padded_batch_first(case)
    yield from losses.losses(case)
    yield from swaps.arguments(case)
    yield from tensors.flattened_batch(case)
    yield from inputs.missing_batch(case)
    yield from tensors.views(case)
    yield from layout.reduced_otherwise(case)


def _of_shapes(case: Case) -> Iterator[Candidate]:
    from convcalc.check.fixes import aligned

    node, given = case.expression(), case.inputs()[:2]
    args: Any = getattr(node, "args", ())
    if len(args) > 1 and len(given) > 1:
        predicted, wanted = (tuple(t.shape) for t in given)
        yield from aligned.undone(case, args[0], wanted)
        yield from aligned.of_loss(case, args[0], predicted, wanted)
        yield from aligned.flat_steps(case, node, predicted, wanted)


class OfLoss(Cascade):
    """Follows from what lies behind the predictions, unless the targets are not as many as the samples that the model was given."""

    def hangs_on_unknown(self, error: ShapeError) -> bool:
        return True

    def follows(self, link: Link) -> bool:
        if not link.behind:
            return False
        given = [t for t in tensors(link.call.arguments) if isinstance(t, Tensor)][:2]
        if len(given) < 2 or not given[0].shape or not given[1].shape:
            return True
        samples = batch_of(link.earlier_call)
        return not (given[0].shape[0] == samples and given[1].shape[0] != samples)


def find_in_loss(loss: LossCall) -> Diagnostic | None:
    """Return a warning where predictions and targets broadcast: then each prediction is compared with several targets."""
    a, b = loss.predictions.shape, loss.targets.shape
    if not differ(a, b):  # sizes that are not known may be equal
        return None
    from convcalc.ops.arguments import broadcast_shapes

    common = shown(broadcast_shapes(a, b))
    text = f"{loss.title} gets predictions {shown(a)} and targets {shown(b)}, which broadcast to {common}: every prediction is compared with several targets"
    return loss.warning(RULE.name, text)


RULE = refused(
    "loss-shapes",
    "predictions and targets of a loss do not fit each other, in size or in type",
    explain=explain,
    fixes=fixes,
    assumed_output=rerun,
    cascade=OfLoss(),
    root_causes=("missing-batch", "channels-last", "flatten-size"),
    find_in_loss=find_in_loss,
)
