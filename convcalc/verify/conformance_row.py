"""What the replay of PyTorch's databases found for one layer or operation."""

from __future__ import annotations

from collections import Counter

from .agreement import AGREE, DATA, UNKNOWN, WRONG


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
