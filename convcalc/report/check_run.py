"""Many files at once: which are checked, in what processes, and what came of each."""

from __future__ import annotations

import os

from convcalc.check.diagnosis import diagnosis
from convcalc.source.finding import readable
from convcalc.source.prefetch import prefetch
from convcalc.source.sandbox import Work, run_each
from convcalc.source.target import NOTEBOOK, UsageError, read_source

from .analysis import Subject
from .budget import Budget, over_budget
from .check_report import CheckReport, is_of_call
from .checking import CheckSettings, check_source, not_analysed
from .printable import printable_all

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from convcalc.source.discovery import Given
    from convcalc.source.sandbox import Answer

    from .checking import FileReport

WORD = b"torch"  # a source without it can hold no model, and needs no process

# what a wrong argument or input of a model leads to, where it is no mistake of the model
OF_ARGUMENTS = (
    "python-error", "argument", "torch-error", "dtype", "embedding-dtype", "embedding-index", "input-dimensions", "missing-batch",
)  # fmt: skip


class Job:
    """A target to check. One that is not `named` was found in a folder: without a model it is passed over."""

    __slots__ = ("budget", "expression", "file", "given", "module", "named", "seconds", "settings")

    def __init__(
        self,
        file: str,
        expression: str | None,
        given: Given,
        settings: CheckSettings,
        seconds: float,
        named: bool = True,
        budget: Budget | None = None,
        module: str | None = None,
    ) -> None:
        self.file = file
        self.module = module  # the name by which the file was found on the import path
        self.expression = expression
        self.given = given
        self.settings = settings
        self.seconds = seconds
        self.named = named
        self.budget = budget


class Outcome:
    """What came of a job: its entry of the report (None where it was passed over), and what to tell on standard error."""

    __slots__ = ("fixed", "job", "message", "report", "usage")

    def __init__(self, job: Job, report: FileReport | None, message: str = "", usage: bool = False) -> None:
        self.job = job
        self.report = report
        self.message = message
        self.fixed: dict[str, Any] | None = None  # with --fix: the file's new text, and of what text it is
        self.usage = usage  # the file cannot be read, or the call is wrong: exit code 2


def processors() -> int:
    """How many processes can run at a time."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _nothing() -> None: ...


def check_jobs(
    jobs: list[Job], workers: int, ended: Callable[[], None] = _nothing, meanwhile: Callable[[], None] = _nothing
) -> list[Outcome]:
    """Checks each in a process of its own, `workers` of them at a time. The order is that of the jobs.

    Calls `ended` after each, and `meanwhile` once, when the last is under way.
    """
    outcomes: dict[int, Outcome] = {}
    started: list[int] = []

    def works() -> Iterator[Work]:
        for number, job in enumerate(jobs):
            try:
                source = read_source(job.file)
            except UsageError as error:
                outcomes[number] = _in_cells(_refused(job, error))
                ended()
                continue
            if not job.named and WORD not in source:
                outcomes[number] = Outcome(job, None)
                ended()
                continue
            prefetch(source)
            started.append(number)
            yield _work(job, source)
        meanwhile()

    for place, answer in run_each(works(), workers):
        number = started[place]
        outcomes[number] = _in_cells(_outcome(jobs[number], answer))
        ended()
    return [outcomes[number] for number in range(len(jobs))]


def _work(job: Job, source: bytes) -> Work:
    return Work(lambda: _check(job, source), job.file, readable(job.file, job.module), job.seconds)


def _check(job: Job, source: bytes) -> Answer:
    """In the process of its own: the entry as JSON, or with exit code 2 what is wrong with the call."""
    import json

    try:
        subject = Subject(job.file, source, job.expression, job.given, job.module)
        report = check_source(subject, job.settings)
    except UsageError as error:
        told = {"message": error.args[0], "file": error.file, "line": error.line, "kind": error.kind}
        return 2, json.dumps({**told, "notes": error.notes}), ""
    return 0, json.dumps(report, ensure_ascii=False), ""


def _outcome(job: Job, answer: Answer) -> Outcome:
    import json

    code, out, err = answer
    if code == 0:
        report = json.loads(out)
        fixed = report.pop("fixed", None)
        if not job.named:
            _excuse(report)
        if job.budget is not None:
            report["diagnostics"] += over_budget(report["models"], job.budget, job.settings)
        outcome = Outcome(job, report)
        outcome.fixed = fixed
        return outcome
    if code == 2:
        told = json.loads(out)
        error = UsageError(told["message"], told["file"], told["line"], told["kind"])
        error.notes = told["notes"]
        return _refused(job, error)
    # the process overran a budget (3), or ended in an error of ours (70)
    message = err.strip().removeprefix("convcalc: ").removeprefix(f"{job.file}: ")
    return Outcome(
        job,
        {"file": job.file, "models": [], "diagnostics": [not_analysed(job.file, message)]},
        err if code == 70 else "",
    )


def _in_cells(outcome: Outcome) -> Outcome:
    """Of a notebook, everything is told by cell and line in it."""
    file = outcome.job.file
    if file.endswith(NOTEBOOK):
        from convcalc.source.notebook import localised, localised_text

        localised(outcome.report, file)
        outcome.message = localised_text(outcome.message, file)
    return outcome


def _excuse(report: FileReport) -> None:
    """In a folder, an error of a class that nobody builds may be one of the arguments or the input that it was given here.

    Such an error says that the class cannot be checked by itself. A mismatch of two sizes within the model is an error still.
    """
    for entry in report["models"]:
        if not entry["target"].get("by_default") or any(fed["from"] in ("script", "given") for fed in entry["inputs"]):
            continue
        for found in (d for d in entry["diagnostics"] if d["severity"] == "error" and d["rule"] in OF_ARGUMENTS):
            call = entry["target"]["call"]
            found.update(rule="no-input", severity="unknown", suggestions=[])
            found["message"] = f"{call} cannot be checked by itself: {found['message']}"
    if report["models"]:
        report["diagnostics"] = [d for entry in report["models"] for d in entry["diagnostics"]]


def _refused(job: Job, error: UsageError) -> Outcome:
    """A file whose call is wrong. In a folder only what is no Python counts; a model that needs more to go by is told of."""
    if not job.named and error.kind == "no-model":
        return Outcome(job, None)
    broken = error.kind in ("syntax-error", "not-readable")
    wrong = job.named or broken
    rule = "syntax-error" if broken else "usage" if wrong else "no-input"
    found = diagnosis(rule, "error" if wrong else "unknown", job.file, error.line, str(error.args[0]))
    lines = [f"convcalc: {error}", *(f"note: {note}" for note in error.notes if job.named)]
    message = "".join(line + "\n" for line in lines) if wrong else ""
    return Outcome(job, {"file": job.file, "models": [], "diagnostics": [found]}, message, wrong)


def report_of(outcomes: list[Outcome], strict: bool = False) -> CheckReport:
    """The report of all: what was found in a file under several targets stands in one entry.

    If it is `strict`, the exit code counts what is not known of a folder's files as it counts that of named ones.
    """
    entries: dict[str, FileReport] = {}
    for outcome in outcomes:
        found = outcome.report
        if found is None:
            continue
        found = printable_all(found)
        entry = entries.setdefault(found["file"], {"file": found["file"], "models": [], "diagnostics": []})
        entry["models"] += found["models"]
        entry["diagnostics"] += [d for d in found["diagnostics"] if d not in entry["diagnostics"]]
    passed_over = sum(outcome.report is None for outcome in outcomes)
    return CheckReport(list(entries.values()), passed_over, _exit_code(outcomes, strict))


def _exit_code(outcomes: list[Outcome], strict: bool) -> int:
    """1: an error; else 2: a wrong call or a file that is no Python; else 3: something is not known, of a file that was named
    or of all that have a model; else 0.

    What is not known of some file in a folder (a package that is not analysed) is told and does not fail the whole: it is
    nothing that its author could mend.
    """
    checked = [outcome for outcome in outcomes if outcome.report is not None]
    if any(_has(outcome, "error") for outcome in checked):
        return 1
    if any(outcome.usage for outcome in outcomes):
        return 2
    unknown = [outcome for outcome in checked if _has(outcome, "unknown")]
    if any(strict or outcome.job.named for outcome in unknown):
        return 3
    return 3 if unknown and not any(outcome.report["models"] for outcome in checked if outcome.report) else 0


def _has(outcome: Outcome, severity: str) -> bool:
    found = outcome.report["diagnostics"] if outcome.report is not None else []
    return any(d["severity"] == severity and not is_of_call(d) for d in found)
