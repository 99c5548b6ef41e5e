"""The pytest plugin: `pytest --convcalc` checks models as if they were tests, one item a file.

Nothing is imported and no file is looked at unless one of the options is given.
"""

from __future__ import annotations

import os

import pytest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from convcalc.report.check_report import CheckReport


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("convcalc", "shape errors of PyTorch models (convcalc)")
    group.addoption(
        "--convcalc",
        action="store_true",
        help="check the targets that [tool.convcalc] in pyproject.toml names, or else this folder, without running them",
    )
    group.addoption(
        "--convcalc-target",
        action="append",
        default=[],
        metavar="TARGET",
        help="check this file, file::expression or folder; repeatable",
    )


@pytest.hookimpl(tryfirst=True)  # before -k and -m choose among the items
def pytest_collection_modifyitems(session: pytest.Session, config: pytest.Config, items: list[pytest.Item]) -> None:
    targets = tuple(config.getoption("convcalc_target"))
    if not targets and not config.getoption("convcalc"):
        return
    found = _items(session, targets)
    items += found
    report = pytest.CollectReport("convcalc", "passed", None, [*found])  # pytest counts the items of such reports
    config.hook.pytest_collectreport(report=report)


def _items(session: pytest.Session, targets: tuple[str, ...]) -> list[CheckedFile]:
    from convcalc.cli.check_request import CheckRequest
    from convcalc.source.target import UsageError

    try:
        jobs = CheckRequest(targets).planned()
    except UsageError as error:
        raise pytest.UsageError(f"convcalc: {error}") from None
    named: dict[str, bool] = {}
    for job in jobs:
        named[job.file] = job.named or named.get(job.file, False)
    check = Check(targets)
    return [
        CheckedFile.from_parent(session, name=file, nodeid=f"{file}::convcalc", file=file, named=is_named, check=check)
        for file, is_named in named.items()
    ]


class Check:
    """One run of the command for all items, made when the first of them asks."""

    def __init__(self, targets: tuple[str, ...]) -> None:
        self.targets = targets
        self._report: CheckReport | None = None

    def report_of(self, file: str) -> CheckReport:
        """What was found in one file, which pytest trusts already: it runs the folder's own `conftest.py`. Beside other processes of pytest-xdist, which share the items, only it is checked."""
        from convcalc.library.check import run_command
        from convcalc.report.check_report import CheckReport

        if "PYTEST_XDIST_WORKER" in os.environ and not self._has_expression(file):
            return run_command([file, "--lenient", "--trust"])[0]
        if self._report is None:
            self._report = run_command([*self.targets, "--trust"])[0]
        entries = [entry for entry in self._report.files if entry.file == file]
        return CheckReport(entries, 0, self._report.exit_code)

    def _has_expression(self, file: str) -> bool:
        return any(target.startswith(f"{file}::") for target in self.targets)


class CheckedFile(pytest.Item):
    """A file whose models must fit."""

    def __init__(self, *, file: str, named: bool, check: Check, **more: Any) -> None:
        super().__init__(**more)
        self.file = file
        self.named = named
        self.check = check

    def runtest(self) -> None:
        report = self.check.report_of(self.file)
        if not report.files:
            pytest.skip("no model in this file")
        by_severity = {d.severity: d for d in report.diagnostics}
        if "error" in by_severity or ("unknown" in by_severity and self.named):
            raise DoesNotFit(report)
        if "unknown" in by_severity:
            pytest.skip(by_severity["unknown"].message)
        if "warning" in by_severity:
            self.warn(ShapeWarning(f"\n{report}"))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        if isinstance(excinfo.value, DoesNotFit):
            markup = self.config.get_terminal_writer().hasmarkup
            return excinfo.value.report.text(colour=markup).rstrip("\n")
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[str, None, str]:
        return self.file, None, "convcalc"


class DoesNotFit(Exception):
    """A file has errors."""

    def __init__(self, report: CheckReport) -> None:
        super().__init__(str(report))
        self.report = report


class ShapeWarning(pytest.PytestWarning):
    """What PyTorch accepts and is surely meant otherwise."""
