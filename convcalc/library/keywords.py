"""Keywords that a function does not take: refused with the name that was probably meant."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable


def refuse_unknown(given: Iterable[str], known: Iterable[str], whose: str) -> None:
    """Raise TypeError for the first keyword that is not known; its text names the nearest of those that are."""
    known = tuple(known)
    for name in given:
        if name not in known:
            from difflib import get_close_matches

            near = get_close_matches(name, known, 1)
            hint = (
                f"did you mean {near[0]!r}?" if near else f"it takes {', '.join(known)}" if known else "it takes none"
            )
            raise TypeError(f"{whose} takes no keyword {name!r}: {hint}")
