"""What one run of a file must not leave to the next: each part says beside its state how it is forgotten."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

_RESETS: list[Callable[[], None]] = []


def on_reset(reset: Callable[[], None]) -> Callable[[], None]:
    """Have a function called before each run."""
    _RESETS.append(reset)
    return reset


def reset_all() -> None:
    """Call what the parts that were imported so far have left to be called."""
    for reset in _RESETS:
        reset()
