"""The rules of `check`, one a file: `linear-in-features` is `linear_in_features.py`, all of it but its page (docs/rules).

The table is made by walking this package. A rule's file is imported when the rule is met, so that a run pays for those it needs.
"""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from convcalc.check.rule import Rule

SEVERITIES = ("error", "warning", "unknown")


class Rules:
    """All rules by their names, in the order of the alphabet: read as a dict is."""

    def __init__(self) -> None:
        self._met: dict[str, Rule] = {}
        self._names: list[str] | None = None

    def names(self) -> list[str]:
        """Return the names of all rules; no file of a rule is imported for that."""
        if self._names is None:
            from pkgutil import iter_modules

            self._names = sorted(module.name.replace("_", "-") for module in iter_modules(__path__))
        return self._names

    def __getitem__(self, name: str) -> Rule:
        if type(name) is not str or not name.replace("-", "_").isidentifier():
            raise KeyError(name)
        rule = self._met.get(name)
        if rule is None:
            from importlib import import_module

            module = f"{__name__}.{name.replace('-', '_')}"
            try:
                rule = self._met[name] = import_module(module).RULE
            except ModuleNotFoundError as error:
                if error.name != module:
                    raise
                raise KeyError(name) from None
        return rule

    def get(self, name: str) -> Rule | None:
        """Return the rule of that name; None where there is none."""
        try:
            return self[name]
        except KeyError:
            return None

    def values(self) -> list[Rule]:
        """Return all rules; the file of each is imported."""
        return [self[name] for name in self.names()]

    def items(self) -> list[tuple[str, Rule]]:
        """Return all rules with their names."""
        return [(name, self[name]) for name in self.names()]

    def __contains__(self, name: object) -> bool:
        return name in self.names()

    def __iter__(self) -> Iterator[str]:
        return iter(self.names())

    def __len__(self) -> int:
        return len(self.names())

    def __repr__(self) -> str:
        return f"{{{', '.join(self.names())}}}"


RULES = Rules()


def wrong_names(names: Iterable[str]) -> Iterator[tuple[str, list[str]]]:
    """Yield those that are neither a rule nor a severity, each with the names that it may have been meant to be."""
    for name in names:
        if name not in RULES and name not in SEVERITIES:
            from difflib import get_close_matches

            yield name, get_close_matches(name, [*RULES.names(), *SEVERITIES])


def page(name: str) -> str | None:
    """Return the text of a rule's page: what, why, an example, the fix."""
    check = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    root = os.path.dirname(os.path.dirname(check))
    for folder in (os.path.join(check, "pages"), os.path.join(root, "docs", "rules")):
        try:
            with open(os.path.join(folder, name + ".md"), encoding="utf8") as stream:
                return stream.read()
        except OSError:
            continue
    return None
