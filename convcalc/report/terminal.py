"""The terminal that a report is written to: how wide it is, whether it shows colours, and how wide a text is there."""

from __future__ import annotations

import os
import sys

WIDTH = 80  # of one that does not say
_NARROW = frozenset("├└│─✗×…·")


def wants_colour(stream: object) -> bool:
    """Whether a stream is a terminal that shows colours, or the environment insists (FORCE_COLOR) or objects (NO_COLOR)."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return os.environ["FORCE_COLOR"] != "0"
    return os.environ.get("TERM") != "dumb" and bool(getattr(stream, "isatty", bool)())


def terminal_width() -> int:
    """The columns of the terminal; 0 where the output goes elsewhere."""
    if not sys.stdout.isatty():
        return 0
    try:
        return os.get_terminal_size(sys.stdout.fileno()).columns
    except (OSError, ValueError):
        return WIDTH


def width_of(text: str) -> int:
    """The columns that a text takes on a terminal: two for wide characters (CJK, emoji), none for marks upon others and for what is not shown.

    Source: Unicode's annex 11, East Asian Width.
    """
    if text.isascii() or all(letter < "\u0300" or letter in _NARROW for letter in text):
        return len(text)
    from unicodedata import category, east_asian_width

    taken = 0
    for letter in text:
        if category(letter) not in ("Mn", "Me", "Cf", "Co"):
            taken += 2 if east_asian_width(letter) in "WF" else 1
    return taken
