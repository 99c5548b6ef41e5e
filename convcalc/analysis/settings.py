"""What a check is asked for."""

from __future__ import annotations

from convcalc.source.target import UsageError


class CheckSettings:
    """Which rules a check reports (UsageError where a name is neither a rule nor a severity), whether of what fits, and of the models' rows."""

    __slots__ = ("fits", "fix", "ignore", "rows", "select")

    def __init__(
        self,
        select: tuple[str, ...] = (),
        ignore: tuple[str, ...] = (),
        fits: bool = False,
        fix: bool = False,
        rows: bool = False,
    ) -> None:
        self.rows = rows
        self.fix = fix
        self.select = _names(select, "--select")
        self.ignore = _names(ignore, "--ignore")
        self.fits = fits


def _names(given: tuple[str, ...], option: str) -> tuple[str, ...]:
    if not given:
        return ()
    from convcalc.check.rules import wrong_names

    names = tuple([name.strip() for text in given for name in text.split(",") if name.strip()])
    for name, near in wrong_names(names):
        hint = f"did you mean {' or '.join(near)}?" if near else "`convcalc rules` lists them"
        raise UsageError(f"{option} {name!r}: there is no such rule: {hint}")
    return names
