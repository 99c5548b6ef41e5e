"""Why an operation, or an input that PyTorch refuses, is left out: the one place where the reasons stand."""

from __future__ import annotations

LEFT_OUT: dict[str, str] = {}

APART: list[tuple[str, str]] = []


def reason_left_out(name: str) -> str:
    """Why an operation of the databases has no rule, or gives an unknown; empty where there is no such reason."""
    return LEFT_OUT.get(name, "")


def reason_apart(name: str, message: str) -> str:
    """What a refusal is about, when it is not about shapes, dimensions or types; empty when it is."""
    return next((reason for part, reason in APART if part in message), "")
