"""`torch.nn.functional`: every operation that is registered as `F.…`."""

from __future__ import annotations

from convcalc.ops import find as _find

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def __getattr__(name: str) -> Any:
    found = _find(f"F.{name}")
    if found is None:
        raise AttributeError(f"module 'torch.nn.functional' has no attribute '{name}'")
    globals()[name] = found
    return found
