"""The last, smaller batch of a data loader is refused."""

from __future__ import annotations

from convcalc.check.diagnostic import Loader
from convcalc.check.root_cause import Suspect, runs
from convcalc.check.rule import root_cause
from convcalc.tensor import Tensor, make
from convcalc.trace import tensors

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from convcalc.check.fixes.case import Candidate, Case


def is_cause(suspect: Suspect) -> bool:
    """Return whether the call got the last batch, and goes through with a whole one."""
    batches, root, found = suspect.batches, suspect.root, suspect.found
    if batches is None:
        return False
    last, whole = batches.size, batches.first_size
    small = [t for t in tensors(root.arguments) if isinstance(t, Tensor) and t.shape and t.shape[0] == last]
    if not small:
        return False
    larger = {id(t): make((whole, *t.shape[1:]), t.dtype, None, t.device) for t in small}
    if root.kind == "module" and not runs(suspect.program, root, larger):
        return False
    count = batches.item_count()
    items = count if isinstance(count, int) else None
    rest = f" ({items:,} % {whole})" if items is not None else ""
    samples = f"{last} sample{'s' if last != 1 else ''}"
    found.message = f"the last batch of the loader has {samples}{rest}, and then {found.message}"
    found.update(rule=RULE.name, expected=whole, actual=last, fixes=[], loader=Loader(items, whole, last))
    return True


def fixes(case: Case) -> Iterator[Candidate]:
    from convcalc.check.fixes import batches

    yield from batches.last_batch(case)


RULE = root_cause(
    "last-batch",
    "the last, smaller batch of a data loader is refused",
    is_cause=is_cause,
    fixes=fixes,
)
