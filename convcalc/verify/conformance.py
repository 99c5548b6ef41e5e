"""PyTorch's own test databases replayed through the stand-in.

`module_db` and `op_db` are what PyTorch tests itself with: arguments for every layer and operation, and arguments that must be
refused. Nobody here wrote them. Each sample runs in real PyTorch, on the CPU, and here; what comes out is compared: shapes,
element types, known elements, parameters, refusals.
"""

from __future__ import annotations

from collections import Counter

from .agreement import AGREE, DATA, UNKNOWN, WRONG

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


class Row:
    """What was found for one layer or operation.

    The samples are counted by `agree`, `data` (a size depends on the elements and is unknown), `unknown`, `wrong`; the
    inputs that PyTorch refuses by `refused` (with the same kind of error), `other` (another kind), `accepted`, and
    `apart` (they do not concern shapes, dimensions or dtypes, and are accepted here). `layout` counts samples whose
    strides differ.
    """

    def __init__(self, name: str, database: str) -> None:
        self.name = name
        self.database = database
        self.samples: Counter[str] = Counter()
        self.errors: Counter[str] = Counter()
        self.calls = 0
        self.layout = 0
        self.causes: Counter[tuple[str, str]] = Counter()
        self.reason = ""

    @property
    def agrees(self) -> bool:
        """Whether every sample agrees, and every error that concerns shapes is refused alike."""
        return self.answered and not (self.errors["accepted"] or self.errors["other"])

    @property
    def answered(self) -> bool:
        return not (self.samples[UNKNOWN] or self.samples[DATA] or self.samples[WRONG])

    @property
    def wrong(self) -> int:
        return self.samples[WRONG]

    def note(self, verdict: str, cause: str) -> None:
        if verdict != AGREE:
            self.causes[verdict, cause] += 1


class Replay:
    """The layers and operations of the databases, or those of one name; going through it runs them, a row at a time."""

    def __init__(self, only: str | None = None) -> None:
        from .module_samples import module_infos
        from .operation_samples import operation_infos

        self.modules = [info for info in module_infos() if _wanted(info.formatted_name, info.name, only)]
        self.operations = [info for info in operation_infos() if _wanted(info.formatted_name, info.name, only)]

    def __len__(self) -> int:
        return len(self.modules) + len(self.operations)

    def __iter__(self) -> Iterator[Row]:
        from .module_samples import replay_module
        from .operation_samples import replay_operation

        yield from map(replay_module, self.modules)
        yield from map(replay_operation, self.operations)


def _wanted(formatted: str, name: str, only: str | None) -> bool:
    return only is None or only in (formatted, name, name.rpartition(".")[2], formatted.rpartition("_")[2])
