"""An edit that may fix a refusal, and what edits do: the better ones have the lower rank (`order` says which comes first)."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from convcalc.check.text import Edit

# What a candidate does, the better ones first.
MENDS = 0  # it corrects what is there
GUESSES = 1  # one of many settings that would fit
OTHER_DATA = 2  # it changes the data that the file makes up, so that the model fits
LEAVES_OUT = 3  # it leaves something out or breaks what the model is for: told of where nothing else helps


class Candidate:
    """An edit that may fix a refusal, the stretch of text that it is shown with, why, and what it does (`rank`).

    `is_undone`: it takes back what was too much, so that less than was there is what is meant.
    """

    __slots__ = ("edit", "is_undone", "rank", "reason", "shown")

    def __init__(
        self, edit: Edit, shown: tuple[int, int], reason: str, rank: int = MENDS, is_undone: bool = False
    ) -> None:
        self.edit = edit
        self.shown = shown
        self.reason = reason
        self.rank = rank
        self.is_undone = is_undone
