"""The rules: each kind of mistake by its name, with its severity and what it says in a line.

A rule's page is docs/rules/NAME.md. The names of errors are those that refusals carry (`ShapeError.rule`).
"""

from __future__ import annotations


class Rule:
    """A kind of mistake. An `error` is what PyTorch refuses; a `warning` is what it accepts and is surely meant otherwise."""

    __slots__ = ("name", "severity", "summary")

    def __init__(self, name: str, severity: str, summary: str) -> None:
        self.name = name
        self.severity = severity
        self.summary = summary


_ERRORS = {
    "linear-in-features": "an nn.Linear takes another number of features than it is given",
    "conv-channels": "a convolution takes another number of channels than it is given",
    "norm-channels": "a normalization takes another number of channels than it is given",
}

RULES: dict[str, Rule] = {name: Rule(name, "error", text) for name, text in _ERRORS.items()}
