"""A single sample is given to a model that is made for batches."""

from __future__ import annotations

from convcalc.check.provenance import plain_shape
from convcalc.check.root_cause import Suspect, batched_rank, runs
from convcalc.check.rule import root_cause
from convcalc.check.wording import product, shown
from convcalc.tensor import Tensor, make
from convcalc.trace import tensors

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from convcalc.check.fixes.case import Candidate, Case


def is_cause(suspect: Suspect) -> bool:
    """Return whether the model runs with a batch of such samples."""
    root, found = suspect.root, suspect.found
    given = list(tensors(root.arguments))
    if root.kind != "module" or not given:
        return False
    if not all(isinstance(t, Tensor) and len(t.shape) == len(given[0].shape) for t in given):
        return False
    shape = tuple(given[0].shape)
    flat = len(shape) == 3 and found.rule == "linear-in-features" and found.expected == product(shape)
    if not flat and batched_rank(root.owner) != len(shape) + 1:
        return False
    if not runs(suspect.program, root, {id(t): make((2, *t.shape), t.dtype, None, t.device) for t in given}):
        return False
    name = type(root.owner).__name__
    found.message = f"{name} is made for batches, but its input {shown(shape)} is a single sample: {found.message}"
    found.update(rule=RULE.name, expected=len(shape) + 1, actual=len(shape), shape=plain_shape(shape), fixes=[])
    return True


def fixes(case: Case) -> Iterator[Candidate]:
    from convcalc.check.fixes import inputs

    yield from inputs.missing_batch(case)


RULE = root_cause(
    "missing-batch",
    "a single sample is given to a model that is made for batches",
    is_cause=is_cause,
    fixes=fixes,
)
