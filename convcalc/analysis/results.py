"""What an analysis results in: the models of a target, and what a check found in files. Nothing here is drawn; `convcalc.report` does that."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    FileReport = dict[str, Any]

SCHEMA = 1
# Of these rules is what keeps a file from being checked: the command tells of it on standard error and exits with 2.
CALL_RULES = ("syntax-error", "usage")


def is_of_call(diagnosis: dict[str, Any]) -> bool:
    """Whether a diagnosis says that the call was wrong, not the model."""
    return diagnosis["rule"] in CALL_RULES


class SummaryResult:
    """The models of a target: `.rows` and `.totals` are those of the first model."""

    def __init__(self, models: list[dict[str, Any]]) -> None:
        self.models = models

    @property
    def rows(self) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self.models[0]["rows"] if self.models else []
        return rows

    @property
    def totals(self) -> dict[str, Any]:
        totals: dict[str, Any] = self.models[0]["totals"] if self.models else {}
        return totals

    @property
    def diagnostics(self) -> list[dict[str, Any]]:
        return [d for model in self.models for d in model["diagnostics"]]

    @property
    def exit_code(self) -> int:
        """0: no error; 1: an error; 3: something is not known."""
        severities = {d["severity"] for d in self.diagnostics}
        nothing = any(m["target"]["class"] is not None and not m["rows"] for m in self.models)  # could not be built
        return 1 if "error" in severities else 3 if "unknown" in severities or nothing else 0

    def to_dict(self) -> dict[str, Any]:
        return {"schema": SCHEMA, "models": self.models}


class CheckResult:
    """What a check found; `exit_code` is the command's.

    `files` holds an entry for each file, in their order: `file`, `models`, `diagnostics`. `passed_over` counts
    the files of folders that have no model. `missing_locks` names the system's locks (landlock, seccomp) that the processes
    of the files had to do without; there are none where all hold, which is what one expects.
    """

    __slots__ = ("exit_code", "files", "missing_locks", "passed_over", "within")

    def __init__(
        self,
        files: list[FileReport],
        passed_over: int,
        exit_code: int,
        missing_locks: Iterable[str] = (),
        within: dict[str, Iterable[str] | None] | None = None,
    ) -> None:
        self.within = within  # by files that are shown, the folders that they must lie in then
        self.files = files
        self.passed_over = passed_over
        self.exit_code = exit_code
        self.missing_locks = tuple(missing_locks)

    @property
    def diagnostics(self) -> list[dict[str, Any]]:
        """What was found in all files; each says its `file`, `line`, `rule`, `severity`, `message` and `suggestions`."""
        return [d for report in self.files for d in report["diagnostics"]]

    @property
    def errors(self) -> list[dict[str, Any]]:
        """Of the diagnostics, what PyTorch would refuse, and models over their budget."""
        return [d for d in self.diagnostics if d["severity"] == "error" and not is_of_call(d)]

    @property
    def ok(self) -> bool:
        """Whether everything was analysed and nothing is wrong."""
        return self.exit_code == 0

    def to_dict(self) -> dict[str, Any]:
        """The report in the form of the JSON (schema 1)."""
        report = {"schema": SCHEMA, "files": self.files, "passed_over": self.passed_over}
        return {**report, "missing_locks": [*self.missing_locks]} if self.missing_locks else report
