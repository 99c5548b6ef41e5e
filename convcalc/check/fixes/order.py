"""Which fix comes first: the rule, in one place.

Of the candidates that help, in this order:

1. What keeps the data and everything in use comes before what changes data, puts a bare number in the place of names (`demoted`), or leaves something out.
   What leaves something out is told of only where nothing else helps.
2. What lets the file run to its end comes before what leaves another of its errors: one mistake has one edit.
3. What is surely meant (`safety`) comes before what is likely.
4. What corrects comes before one of many settings that would fit (`case`: MENDS, GUESSES).
5. Else the order in which a rule's file names the families of candidates, the likeliest first. Within a family, the place comes first where a person would
   write it: where a value is made, if it is used more than once; the names at hand before arithmetic with them; names before numbers.

What only moves the error comes last, and only where nothing helps; of these, what gets furthest comes first.
"""

from __future__ import annotations

from .case import OTHER_DATA

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .case import Candidate


def of_mending(candidate: Candidate, leaves_error: bool, is_safe: bool) -> tuple[Any, ...]:
    """Return the key by which candidates are sorted that fix the error."""
    return candidate.rank >= OTHER_DATA, leaves_error, not is_safe, candidate.rank


def of_moving(candidate: Candidate, calls: int) -> tuple[Any, ...]:
    """Return the key by which candidates are sorted that only move the error: `calls` is how far the run then comes."""
    return candidate.rank, -calls


def demoted(candidate: Candidate, old: str) -> int:
    """Return the rank of a candidate: that of other data where a bare number, or less than was there, takes the place of what has names."""
    rank = candidate.rank
    return (
        OTHER_DATA if rank < OTHER_DATA and not candidate.is_undone and _puts_literal(old, candidate.edit.new) else rank
    )


def _puts_literal(old: str, new: str) -> bool:
    names = _names(old)
    if not names or new == "-1" or old.startswith(new + "."):
        return False
    return not names <= _names(new) and _names(new) <= names


def _names(text: str) -> set[str]:
    words = "".join(c if c.isidentifier() or c.isdigit() else " " for c in text).split()
    return {word for word in words if word.isidentifier()}
