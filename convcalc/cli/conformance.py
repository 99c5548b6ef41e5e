"""`convcalc verify --conformance`: the calls behind the option."""

from __future__ import annotations

import sys

import click

from .output import write_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from convcalc.verify.conformance_row import Row

MISSING = "convcalc: PyTorch's test databases need {}, which is not installed: pip install 'convcalc[verify]'\n"


def conform(only: str | None, all_rows: bool, page: str | None) -> int:
    """Replays the databases; 0 where nothing is wrong, 1 where something is, 2 where the replay is not possible."""
    try:
        from convcalc.verify.conformance import Replay
        from convcalc.verify.conformance_text import conformance_page, conformance_table, judge

        replay = Replay(only)
    except ModuleNotFoundError as error:
        if error.name not in ("torch", "numpy", "expecttest"):
            raise
        sys.stderr.write(MISSING.format(error.name))
        return 2
    if not len(replay):
        sys.stderr.write(f"convcalc: --only {only}: PyTorch's databases have no layer or operation of that name\n")
        return 2
    rows = _replayed(replay)
    write_text(sys.stdout, conformance_table(rows, all_rows, judge()))
    if page is not None:
        with open(page, "a+", encoding="utf8") as file:
            file.seek(0)
            text = conformance_page(rows, judge(), file.read())
            file.seek(0)
            file.truncate()
            file.write(text)
    return 1 if any(row.wrong for row in rows) else 0


def _replayed(replay: object) -> list[Row]:
    """The rows, with a progress bar on standard error where that is a terminal."""
    if not sys.stderr.isatty():
        return list(replay)  # type: ignore[call-overload,no-any-return]
    with click.progressbar(replay, label="PyTorch's databases", file=sys.stderr) as bar:  # type: ignore[call-overload]
        return list(bar)
