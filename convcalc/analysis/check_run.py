"""Many files at once: which are checked, in what processes, and what came of each."""

from __future__ import annotations

import os
from importlib import import_module

from convcalc.check.diagnostic import Diagnostic
from convcalc.source.bounded import Unreadable, check_inside
from convcalc.source.overlay import NOTHING_LAID, Overlay
from convcalc.source.reading import read_source
from convcalc.source.sandbox import run_each
from convcalc.source.target import NOTEBOOK, UsageError
from convcalc.source.work import UNWALLED, Work

from .printable import cut_all, printable_all
from .results import CheckResult, FileReport, FixedText, is_of_call

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Any

    from convcalc.source.discovery import Given
    from convcalc.source.work import Answer

    from .budget import Budget
    from .settings import CheckSettings

WORD = b"torch"  # a source without it can hold no model, and needs no process


class Job:
    """A target to check. One that is not `named` was found in a folder: without a model it is skipped."""

    __slots__ = (
        "budget",
        "expression",
        "file",
        "given",
        "inside",
        "module",
        "named",
        "overlay",
        "seconds",
        "settings",
        "trusted",
    )

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
        inside: tuple[str, ...] | None = None,
        trusted: bool = True,
        overlay: Overlay = NOTHING_LAID,
    ) -> None:
        self.overlay = overlay  # texts in place of files, this one and those that it imports
        self.file = file
        self.inside = inside  # folders that links of a file that the user has not named must not leave
        self.module = module  # the name by which the file was found on the import path
        self.expression = expression
        self.given = given
        self.settings = settings
        self.seconds = seconds
        self.named = named
        self.budget = budget
        self.trusted = trusted  # the user's own: it runs where no wall of the system stands, too


class Outcome:
    """What came of a job: its entry of the report (None where it was skipped), and the message for standard error."""

    __slots__ = ("broken", "fixed", "job", "kind", "message", "missing", "report", "usage")

    def __init__(self, job: Job, report: FileReport | None, message: str = "", usage: bool = False) -> None:
        self.job = job
        self.report = report
        self.message = message
        self.fixed: FixedText | None = None  # with --fix
        self.usage = usage  # the file cannot be read, or the call is wrong: exit code 2
        self.missing: tuple[str, ...] = ()  # the system's locks that its process lacked
        self.kind: str | None = None  # of what is wrong with the call (`UsageError.kind`)
        self.broken: str | None = None  # the file that is no Python: this one, or one that it imports


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

    Calls `ended` after each, and `meanwhile` once, when the last is under way. Raises UsageError where no wall of the system stands and
    one of them is not the user's own.
    """
    outcomes: dict[int, Outcome] = {}
    started: list[tuple[int, Work]] = []

    def works() -> Iterator[Work]:
        for number, job in enumerate(jobs):
            try:
                source = read_source(job.file, job.inside, job.overlay)
            except UsageError as error:
                outcomes[number] = _in_cells(_refused(job, error))
                ended()
                continue
            if not job.named and WORD not in source:
                outcomes[number] = _in_cells(Outcome(job, None))
                ended()
                continue
            if not started and len(jobs) > 1:
                _import_for_many()
            started.append((number, _work(job, source, alone=len(jobs) == 1)))
            yield started[-1][1]
        meanwhile()

    for place, answer in run_each(works(), workers):
        number, work = started[place]
        if answer[0] == UNWALLED:
            raise UsageError(_unwalled(jobs[number], work.missing))
        outcomes[number] = _in_cells(_outcome(jobs[number], answer))
        outcomes[number].missing = work.missing
        ended()
    found = [outcomes[number] for number in range(len(jobs))]
    _report_once(found)
    return found


def check_here(job: Job) -> Outcome:
    """Checks a file in this process: for systems that have no others. The walls of the language stand (docs/security.md), and no limit holds."""
    from convcalc import standin

    try:
        source = read_source(job.file, job.inside, job.overlay)
        _prepared(job, source)
        try:
            return _in_cells(_outcome(job, _check(job, source)))
        finally:
            standin.reset()
    except UsageError as error:
        return _in_cells(_refused(job, error))


def _unwalled(job: Job, missing: tuple[str, ...]) -> str:
    lacking = f" ({', '.join(missing)} could not be set up)" if missing else ""
    return (
        f"{job.file} may be a stranger's, and no wall of the system stands here{lacking}: name it if it is your own, "
        "or pass --trust if all of them are; see docs/security.md"
    )


def _report_once(outcomes: list[Outcome]) -> None:
    """Report a module that is not Python where it is; the files that import it are only reported as not analysed because of it."""
    reported = {os.path.realpath(o.job.file) for o in outcomes if o.broken is not None and not _is_elsewhere(o)}
    for outcome in outcomes:
        if outcome.broken is None or outcome.report is None or not _is_elsewhere(outcome):
            continue
        if os.path.realpath(outcome.broken) not in reported:
            reported.add(os.path.realpath(outcome.broken))
            continue
        error = outcome.report.diagnostics[0]
        message = f"a module that it imports is no Python: {error.file}:{error.line}: {error.message}"
        from .checking import not_analysed

        outcome.report = _without_models(outcome.job, not_analysed(outcome.job.file, message))
        outcome.message, outcome.usage = "", False


def _is_elsewhere(outcome: Outcome) -> bool:
    """Whether what is no Python is another file than the one that was to be checked."""
    return outcome.broken is not None and os.path.realpath(outcome.broken) != os.path.realpath(outcome.job.file)


def _work(job: Job, source: bytes, alone: bool) -> Work:
    """The work of a job: one that is `alone` is prepared in its own process, many in this one, whose memory they share."""
    arguments = (job, source)
    if alone:
        return Work(_check, job.file, (), job.seconds, arguments, job.trusted, prepare=_prepared)
    return Work(_check, job.file, _prepared(*arguments), job.seconds, arguments, job.trusted)


# What at least one in five checks imports beside what the file's text mentions: imported once where there are many.
OFTEN = """
analysis.fix_search check.assumed_output check.error_diagnosis check.error_recovery check.root_cause check.warnings
check.fixes check.fixes.data check.fixes.inputs check.fixes.layers check.fixes.tensors check.fixes.windows
check.rules.batch_hard_coded check.rules.channels_last check.rules.missing_batch check.rules.unused_layer
ops.strangers source.leaving source.scene source.state source.templates source.turns source.uncaught source.ways
standin.any_index standin.likeness standin.optimizers standin.parallel tensor.handover trace.graph trace.versions
"""


def _import_for_many() -> None:
    for name in OFTEN.split():
        import_module(f"convcalc.{name}")


def _prepared(job: Job, source: bytes) -> list[str]:
    """Imports what the check of a file needs; the folders that it may read."""
    from convcalc.source.prefetch import prepared

    import_module("convcalc.analysis.checking")
    return prepared(job.file, job.module, source)


def _check(job: Job, source: bytes) -> Answer:
    """In the process of its own: the entry as JSON, or with exit code 2 what is wrong with the call."""
    from convcalc.source.json_text import json_of

    if job.file.endswith(NOTEBOOK):
        from convcalc.source.notebook import script_of

        source = script_of(job.file, source)
    from .checking import check_source
    from .subject import Subject

    try:
        subject = Subject(job.file, source, job.expression, job.given, job.module, overlay=job.overlay)
        report = check_source(subject, job.settings)
    except UsageError as error:
        usage = {"message": error.args[0], "file": error.file, "line": error.line, "kind": error.kind}
        return 2, json_of({**usage, "notes": error.notes}), ""
    return 0, json_of(report.to_dict()), ""


def _outcome(job: Job, answer: Answer) -> Outcome:
    from .answered import report_in, usage_in

    code, out, err = answer
    if code == 0:
        sent = report_in(out)
        if sent is None:
            return _unanalysed(job, NO_REPORT)
        sent["file"] = job.file  # whatever the process said
        fixed = sent.pop("fixed", None)
        _settle_places(sent, job, {})
        report = _shown(sent, job)
        if job.budget is not None:
            from .budget import over_budget

            over = [d.to_dict() for d in over_budget(report.models, job.budget, job.settings)]
            found = [Diagnostic.from_dict(d) for d in printable_all(cut_all(over))]
            report = report.with_(diagnostics=(*report.diagnostics, *found))
        outcome = Outcome(job, report)
        if fixed is not None:
            outcome.fixed = FixedText.from_dict(fixed)
        return outcome
    if code == 2:
        usage = usage_in(out)
        if usage is None:
            return _unanalysed(job, NO_REPORT)
        error = UsageError(usage["message"], usage["file"], usage["line"], usage["kind"])
        error.notes = usage["notes"]
        return _refused(job, error)
    # the process overran a budget (3), or ended in an error of ours (70)
    message = err.strip().removeprefix("convcalc: ").removeprefix(f"{job.file}: ")
    return _unanalysed(job, message, err if code == 70 else "")


def _shown(sent: dict[str, Any], job: Job) -> FileReport:
    """Return what a process sent, fit to be shown; for a notebook with cells and the lines in them."""
    if job.file.endswith(NOTEBOOK):
        from convcalc.source.notebook import localised

        localised(sent, job.file)
    return FileReport.from_dict(printable_all(cut_all(sent)))


def _without_models(job: Job, found: Diagnostic) -> FileReport:
    """The report of a file of which nothing is known but that."""
    return _shown({"file": job.file, "models": [], "diagnostics": [found.to_dict()]}, job)


NO_REPORT = "ended without a report that can be read"


def _unanalysed(job: Job, why: str, message: str = "") -> Outcome:
    from .checking import not_analysed

    return Outcome(job, _without_models(job, not_analysed(job.file, why)), message)


def _settle_places(value: Any, job: Job, shown: dict[str, bool]) -> None:
    """Takes the line off each place in a file that is none of the project's: its text would be quoted, and the process may say anything."""
    if type(value) is dict:
        file = value.get("file")
        if type(file) is str and value.get("line") is not None:
            if file not in shown:
                shown[file] = _may_show(file, job)
            if not shown[file]:
                value.update(dict.fromkeys(value.keys() & {"line", "column", "end_line", "end_column"}))
    for part in value.values() if type(value) is dict else value:
        if type(part) is dict or type(part) is list:
            _settle_places(part, job, shown)


def _may_show(file: str, job: Job) -> bool:
    """Whether a place may be in a file: the one that is checked, or a source in its project or on the import path."""
    if file == job.file or not os.path.exists(file):
        return True
    if not file.endswith((".py", NOTEBOOK)):
        return False
    try:
        check_inside(file, _readable(job))
    except Unreadable:
        return False
    return True


def _in_cells(outcome: Outcome) -> Outcome:
    """For a notebook, name cells and the lines in them on standard error, too."""
    file = outcome.job.file
    if file.endswith(NOTEBOOK):
        from convcalc.source.notebook import forget, localised_text

        if outcome.report is None:
            forget(file)
            return outcome
        outcome.message = localised_text(outcome.message, file)
    return outcome


def _refused(job: Job, error: UsageError) -> Outcome:
    """A file whose call is wrong. In a folder only what is not Python counts; a model that needs more information is reported."""
    if not job.named and error.kind == "no-model":
        return Outcome(job, None)
    broken = error.kind in ("syntax-error", "not-readable")
    wrong = job.named or broken
    rule = "syntax-error" if broken else "usage" if wrong else "no-input"
    file = error.file if broken and error.file else job.file
    found = Diagnostic(rule, "error" if wrong else "unknown", file, error.line, str(error.args[0]))
    lines = [f"convcalc: {error}", *(f"note: {note}" for note in error.notes if job.named)]
    message = "".join(line + "\n" for line in lines) if wrong else ""
    outcome = Outcome(job, _without_models(job, found), message, wrong)
    outcome.broken = file if broken else None
    outcome.kind = error.kind
    return outcome


def report_of(outcomes: list[Outcome], strict: bool = False) -> CheckResult:
    """The report of all: what was found in a file under several targets stands in one entry.

    If it is `strict`, the exit code counts what is not known of a folder's files as it counts that of named ones.
    """
    reports: dict[str, FileReport] = {}
    within: dict[str, Iterable[str] | None] = {}
    for outcome in outcomes:
        found = outcome.report
        if found is None:
            continue
        for d in found.diagnostics:
            _note_folders(d.to_dict(), outcome.job, within)
        before = reports.get(found.file)
        if before is not None:
            known = [d.to_dict() for d in before.diagnostics]
            new = [d for d in found.diagnostics if d.to_dict() not in known]
            found = before.with_(models=(*before.models, *found.models), diagnostics=(*before.diagnostics, *new))
        reports[found.file] = found
    passed_over = sum(outcome.report is None for outcome in outcomes)
    missing = sorted({lock for outcome in outcomes for lock in outcome.missing})
    return CheckResult(list(reports.values()), passed_over, _exit_code(outcomes, strict), missing, within)


def _note_folders(value: Any, job: Job, within: dict[str, Iterable[str] | None]) -> None:
    """Notes for each file that a diagnosis names in which folders it must lie when it is shown: it may be another one by then."""
    if type(value) is dict and type(value.get("file")) is str and value["file"] not in within:
        within[value["file"]] = job.inside if value["file"] == job.file else _readable(job)
    for part in value.values() if type(value) is dict else value:
        if type(part) is dict or type(part) is list:
            _note_folders(part, job, within)


def _readable(job: Job) -> list[str]:
    from convcalc.source.finding import readable

    return readable(job.file, job.module)


def _exit_code(outcomes: list[Outcome], strict: bool) -> int:
    """1: an error; else 2: a wrong call or a file that is no Python; else 3: something is not known, of a file that was named
    or of all that have a model; else 0.

    What is not known of some file in a folder (a package that is not analysed) is reported and does not fail the whole: it is
    nothing that its author could fix.
    """
    checked = [outcome for outcome in outcomes if outcome.report is not None]
    if any(_has(outcome, "error") for outcome in checked):
        return 1
    if any(outcome.usage for outcome in outcomes):
        return 2
    unknown = [outcome for outcome in checked if _has(outcome, "unknown")]
    if any(strict or outcome.job.named for outcome in unknown):
        return 3
    return 3 if unknown and not any(outcome.report.models for outcome in checked if outcome.report) else 0


def _has(outcome: Outcome, severity: str) -> bool:
    found = outcome.report.diagnostics if outcome.report is not None else ()
    return any(d.severity == severity and not is_of_call(d) for d in found)
