"""What one run of a file must not leave to the next: each part says beside its state how it is forgotten."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

_forgetting: list[Callable[[], None]] = []


def afresh(forget: Callable[[], None]) -> Callable[[], None]:
    """Have a function called before each run."""
    _forgetting.append(forget)
    return forget


def forget_all() -> None:
    for forget in _forgetting:
        forget()
