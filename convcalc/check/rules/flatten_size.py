"""Flattening asks for another number of features than a sample has."""

from __future__ import annotations

from convcalc.check.rule import root_cause
from convcalc.check.wording import product, shown
from convcalc.tensor import Tensor
from convcalc.trace import tensors

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from convcalc.check.fixes.case import Candidate, Case
    from convcalc.check.root_cause import Suspect


def is_cause(suspect: Suspect) -> bool:
    """Return whether a refused view was to leave one row of features for each sample, or an earlier one left rows of parts of samples."""
    if suspect.error.rule == "view-size":
        sizes, shape = suspect.error.actual, suspect.error.shape
        if isinstance(sizes, tuple) and len(sizes) == 2 and shape is not None and len(shape) > 2:
            suspect.found.rule = RULE.name
            return True
        return False
    return _moved_into_batch(suspect)


def _moved_into_batch(suspect: Suspect) -> bool:
    """Return predictions whose number is not that of the targets because a view(-1, F) made rows of parts of samples."""
    found = suspect.found
    given = [t for t in tensors(suspect.call.arguments) if isinstance(t, Tensor)][:2]
    if len(given) < 2 or not given[0].shape or not given[1].shape:
        return False
    rows, samples = given[0].shape[0], given[1].shape[0]
    if rows == samples:
        return False
    for step in found.provenance:
        old, new = step["from"], step["to"]
        name = step["operation"].rpartition(".")[2]
        if name not in ("view", "reshape") or not old or not new:
            continue
        if old[0] == samples and new[0] == rows and len(new) == 2 and len(old) > 2:
            features = product(old[1:])
            message = (
                f"{name} at line {step['line']} made {rows} rows of {samples} samples: it cut {shown(old)} into {shown(new)}, "
                f"but a sample has {features} features, not {new[1]}"
            )
            found.update(rule=RULE.name, expected=features, actual=new[1], message=message, origin=step)
            return True
    return False


def fixes(case: Case) -> Iterator[Candidate]:
    from convcalc.check.fixes import swaps, tensors

    yield from swaps.names(case)
    yield from tensors.views(case)
    yield from tensors.flattened_batch(case)


RULE = root_cause(
    "flatten-size",
    "flattening asks for another number of features than a sample has",
    is_cause=is_cause,
    fixes=fixes,
)
