"""What a check asks of data loaders: on whose last, smaller batch a loop works, and which labels have how many classes."""

from __future__ import annotations

from convcalc.tensor import Tensor, dtypes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from convcalc.source.program import Program


class Batches:
    """Watches the loaders of a program while it runs: `with Batches(program) as batches: program.run()`.

    `current` are the batches of a loader on whose last, smaller one a loop is working.
    """

    def __init__(self, program: Program) -> None:
        self.program = program
        self.current: Any = None

    def __enter__(self) -> Batches:
        self.program.record.watcher = self
        return self

    def __exit__(self, *exc: Any) -> None:
        self.program.record.watcher = None

    # what a loader tells

    def given(self, batches: Any, batch: Any) -> None:
        """A batch is handed out. Labels of a known data set carry their number of classes."""
        self.current = batches if batches.is_rest() else None
        dataset = batches.loader.dataset
        count = class_count(dataset)
        if count is None or not isinstance(batch, (list, tuple)) or len(batch) != 2:
            return
        labels = batch[1]
        if isinstance(labels, Tensor) and labels.dtype is dtypes.int64 and len(labels.shape) == 1:
            labels.__dict__.update(class_count=count, data_set=data_set_name(dataset))

    def over(self, batches: Any) -> None:
        """A loop over a loader has ended."""
        if self.current is batches:
            self.current = None


def class_count(dataset: Any) -> int | None:
    """Return the number of classes of a known data set, or of a part of one."""
    dataset = _whole(dataset)
    if type(dataset).__module__ != "torchvision.datasets" or getattr(dataset, "target_transform", None) is not None:
        return None
    if getattr(dataset, "replaced", frozenset()) - {"data"}:
        return None
    from convcalc.standin.vision_datasets import KNOWN

    known = KNOWN.get(type(dataset).__name__)
    if known is None:
        return None
    classes = known[4]
    return len(classes) if isinstance(classes, list) else classes if isinstance(classes, int) else None


def data_set_name(dataset: Any) -> str:
    return type(_whole(dataset)).__name__


def _whole(dataset: Any) -> Any:
    """Return what a subset is a part of."""
    from convcalc.standin.data_sets import is_plain_subset

    while any(map(is_plain_subset, type(dataset).__mro__)):
        dataset = dataset.dataset
    return dataset
