"""The forms of reports. A form of a summary is a file in `summary_forms`, one of a check a file in `check_forms`: its name is the form's, and its `draw` draws it.

Nothing else knows which there are: `--format`, its help, the library and the tests ask here. A form that there is not is an error.
"""

from __future__ import annotations

import os
from importlib import import_module

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

USUAL = {"summary": "table", "check": "text"}
# Of these forms one file draws all, for it only hands them on.
FAMILIES = {"tabulated": "asciidoc github grid html jira latex mediawiki orgtbl rst textile tsv"}


class UnknownForm(ValueError):
    """There is no form of that name; the message says which there are."""


class Style:
    """How a report is drawn: for a terminal of a `width` (None: as wide as it gets), with colours, with `all_rows` of a table; without `calls`, files that could
    not be checked are only counted. A form takes of that what it can."""

    __slots__ = ("all_rows", "calls", "coloured", "name", "width")

    def __init__(
        self, name: str, *, all_rows: bool = False, width: int | None = None, coloured: bool = False, calls: bool = True
    ) -> None:
        self.name = name  # of the form
        self.all_rows = all_rows
        self.width = width
        self.coloured = coloured
        self.calls = calls


_found: dict[str, dict[str, str]] = {}


def _files(command: str) -> dict[str, str]:
    """The forms of a command's report, each with the file that draws it; looked for once, before any file is run."""
    files = _found.get(command)
    if files is None:
        entries = os.listdir(os.path.join(os.path.dirname(__file__), f"{command}_forms"))
        stems = sorted(entry.removesuffix(".py") for entry in entries if entry.endswith(".py") and entry[0] != "_")
        files = _found[command] = {name: stem for stem in stems for name in FAMILIES.get(stem, stem).split()}
    return files


def form_names(command: str) -> tuple[str, ...]:
    """The forms of a command's report, the usual one first."""
    usual = USUAL[command]
    return usual, *sorted(_files(command).keys() - {usual})


def drawer(command: str, name: str) -> Callable[[Any, Style], str]:
    """What draws a form of a command's report; `UnknownForm` where there is none of that name."""
    file = _files(command).get(name)
    if file is None:
        from difflib import get_close_matches

        names = form_names(command)
        near = get_close_matches(name, names, 1)
        hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(names)}"
        raise UnknownForm(f"{name!r} is no form of a {command}: {hint}")
    draw: Callable[[Any, Style], str] = import_module(f"convcalc.report.{command}_forms.{file}").draw
    return draw
