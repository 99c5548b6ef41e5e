"""What a check asks of data loaders: that a loop also gets the last, smaller batch, and which labels have how many classes."""

from __future__ import annotations

import _ast as ast

from convcalc.source.target import parse_source
from convcalc.tensor import Tensor, dtypes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType
    from typing import Any

    from convcalc.source.program import Program


class Batches:
    """Watches the loaders of a program while it runs: `with Batches(program) as batches: program.run()`.

    `current` are the batches of a loader on whose last one a loop is working.
    """

    def __init__(self, program: Program) -> None:
        self.program = program
        self.current: Any = None
        self._tried: list[Any] = []
        self._left_early: set[int] | None = None

    def __enter__(self) -> Batches:
        self.program.record.watcher = self
        return self

    def __exit__(self, *exc: Any) -> None:
        self.program.record.watcher = None

    # what a loader calls

    def last_batch(self, batches: Any, frame: FrameType | None) -> bool:
        """Whether a loop shall get the last batch too: once a loader, where it has another size and the loop goes on to its end."""
        if any(batches.loader is tried for tried in self._tried) or self._leaves_early(frame):
            return False
        first, last = batches.first_size, batches.last_size()
        if not isinstance(first, int) or not isinstance(last, int) or first == last:
            return False
        self._tried.append(batches.loader)
        self.current = batches
        return True

    def over(self, batches: Any) -> None:
        """A loop over a loader has ended."""
        if self.current is batches:
            self.current = None

    def given(self, loader: Any, batch: Any) -> None:
        """Labels of a known data set carry their number of classes."""
        count = class_count(loader.dataset)
        if count is None or not isinstance(batch, (list, tuple)) or len(batch) != 2:
            return
        labels = batch[1]
        if isinstance(labels, Tensor) and labels.dtype is dtypes.int64 and len(labels.shape) == 1:
            labels.__dict__.update(class_count=count, data_set=data_set_name(loader.dataset))

    def _leaves_early(self, frame: FrameType | None) -> bool:
        """Whether the `for` of the user's code that asks can end before the last batch."""
        if self._left_early is None:
            self._left_early = set()
            _early_loops(parse_source(self.program.source, self.program.file), self._left_early)
        while frame is not None:
            if frame.f_code.co_filename in self.program.record.files:
                return frame.f_lineno in self._left_early
            frame = frame.f_back
        return False


def class_count(dataset: Any) -> int | None:
    """The number of classes of a known data set, or of a part of one."""
    dataset = _whole(dataset)
    if type(dataset).__module__ != "torchvision.datasets" or getattr(dataset, "target_transform", None) is not None:
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
    """What a subset is a part of."""
    from convcalc.standin.data_sets import is_plain_subset

    while any(map(is_plain_subset, type(dataset).__mro__)):
        dataset = dataset.dataset
    return dataset


def _early_loops(node: Any, found: set[int]) -> None:
    """The lines of the heads of loops that a `break` or a `return` may end."""
    if type(node) in (ast.For, ast.AsyncFor) and any(_ends_loop(s, True) for s in node.body):
        found.update(range(node.lineno, node.iter.end_lineno + 1))
    for part in _parts(node):
        _early_loops(part, found)


def _ends_loop(node: Any, own: bool) -> bool:
    """Whether a statement holds a `break` of this loop (not of one inside it) or a `return`."""
    kind = type(node)
    if kind is ast.Return or (kind is ast.Break and own):
        return True
    if kind in (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda):
        return False
    if kind in (ast.For, ast.AsyncFor, ast.While):
        return any(_ends_loop(s, False) for s in node.body) or any(_ends_loop(s, own) for s in node.orelse)
    return any(_ends_loop(part, own) for part in _parts(node))


def _parts(node: Any) -> list[Any]:
    found = []
    for field in node._fields:
        value = getattr(node, field, None)
        found += [part for part in (value if type(value) is list else [value]) if isinstance(part, ast.AST)]
    return found
