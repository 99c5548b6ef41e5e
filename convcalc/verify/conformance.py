"""PyTorch's own test databases replayed through the stand-in.

`module_db` and `op_db` are what PyTorch tests itself with: arguments for every layer and operation, and arguments that must be
refused. Nobody here wrote them. Each sample runs in real PyTorch, on the CPU, and here; what comes out is compared: shapes,
element types, known elements, parameters, refusals.
"""

from __future__ import annotations

from .conformance_row import Row

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


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
