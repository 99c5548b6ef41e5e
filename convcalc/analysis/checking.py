"""From a target to what is wrong with it: the report of `convcalc check`.

A file is run as for a summary. Where that finds an error, a second run goes on after each refusal and finds further ones;
where it finds none, the models are asked for what PyTorch accepts and is surely meant otherwise.
"""

from __future__ import annotations

from convcalc.check.diagnosis import error_of
from convcalc.check.diagnostic import Diagnostic
from convcalc.check.failure import failed_call
from convcalc.check.suppression import Comments, is_reported
from convcalc.trace import BudgetExceeded

from .beside import Beside
from .drafts import drafts, target_of
from .execution import Analysis, analyse, recovered
from .model_draft import ModelDraft
from .results import FileReport, FixedText
from .settings import CheckSettings as CheckSettings
from .subject import NotAnalysed, Subject

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from convcalc.check.error_recovery import Refusal
    from convcalc.source.discovery import Found

    from .branch_explorer import BranchExplorer
    from .fix_search import FixSearch

MAX_WARNINGS_FIXED = 4  # one after another, by --fix


def check_source(subject: Subject, settings: CheckSettings) -> FileReport:
    """Return what is wrong with a file, and with `settings.rows` all that its models do.

    Raises `UsageError` where the call is wrong. A file that cannot be analysed has no models and one diagnostic of
    severity "unknown". With `settings.fix`, the report is that of the fixed file, whose text is its `fixed`, where all
    errors that are reported can be fixed.
    """
    file = subject.file
    comments = Comments(subject.source)
    if comments.skip_file:
        return FileReport(file=file, models=(), diagnostics=())
    try:
        analysis = analyse(subject, checking=True)
    except NotAnalysed as error:
        found = [not_analysed(file, str(error))]
        return FileReport(file=file, models=(), diagnostics=tuple(_told(found, settings, comments, file)))
    explorer = None
    if analysis.program.is_undecided:
        with Beside():
            from .branch_explorer import BranchExplorer

            explorer = BranchExplorer(subject, analysis, checking=True).find_running()
            subject, analysis = explorer.subject, explorer.analysis
    models = drafts(analysis)
    if any(draft.has_error for draft in models):
        _find_causes(analysis, models)
        with Beside():
            _add_further(models, subject)
    with Beside():
        _add_warnings(analysis, models, explorer)
    if settings.fits:
        for draft in models:
            if draft.found is not None:
                draft.add_fits(_fit_of(analysis, draft.found))
    search, fixed = None, None
    with Beside():
        search, fixed = _search_fixes(analysis, models, subject, settings.fix)
    for draft in models:
        draft.diagnostics = _told(draft.diagnostics, settings, comments, file)
        if not settings.fits:
            draft.fits = {}
    places = None
    if settings.rows:
        from .places import Places

        places = Places(analysis.program.text_of)
    reports = tuple([draft.report(settings.rows, places) for draft in models])
    report = FileReport(
        file=file, models=reports, diagnostics=tuple([d for model in reports for d in model.diagnostics])
    )
    if settings.fix and search is not None and fixed is not None and fixed != subject.source:
        steps = [step.found for step in search.steps]
        if len(_told(steps, settings, comments, file)) == len(steps):
            with Beside():
                return _fixed(report, fixed, steps, subject, settings)
    return report


def _search_fixes(
    analysis: Analysis, models: list[ModelDraft], subject: Subject, fix: bool
) -> tuple[FixSearch | None, bytes | None]:
    """Give the diagnostics their fixes; the file's text with the safe ones made, if there are any."""
    diagnostics = [d for draft in models for d in draft.diagnostics]
    failed = any(d.severity == "error" for d in diagnostics)
    if not failed:
        from convcalc.check.warnings import is_fixable

        if not any(map(is_fixable, diagnostics)):
            return None, None
    from .fix_search import CHECK, CHECK_FIX, FixSearch, attach_fixes, fix_warnings

    search = FixSearch(subject, CHECK_FIX if fix else CHECK, known=diagnostics)
    if failed:
        search.run(analysis)
        attach_fixes(search, diagnostics)
        return search, search.result if search.passes else None
    return search, fix_warnings(search, analysis, diagnostics)


def _fixed(
    before: FileReport, fixed: bytes, steps: list[Diagnostic], subject: Subject, settings: CheckSettings
) -> FileReport:
    """Return the report of a file after its fixes, if they fix something that is reported and leave no error."""
    made = steps or [d for d in before.diagnostics if any(fix.is_safe for fix in d.fixes)]
    if not made:
        return before
    for _ in range(MAX_WARNINGS_FIXED):
        plain = CheckSettings(settings.select, settings.ignore, settings.fits)
        report = check_source(subject.with_source(fixed), plain)
        further = _next_warning(report, fixed)
        if further is None:
            break
        made = [*made, further[0]]
        fixed = further[1]
    if any(d.severity == "error" for d in report.diagnostics):
        return before
    import zlib

    return report.with_(fixed=FixedText(text=fixed.decode("latin1"), of=zlib.crc32(subject.source), count=len(made)))


def _next_warning(report: FileReport, source: bytes) -> tuple[Diagnostic, bytes] | None:
    """A warning that can be fixed, and the file's text after it."""
    from convcalc.check.text import Edit, SourceText

    text = SourceText(source)
    for d in report.diagnostics:
        for fix in d.fixes:
            if fix.is_safe and d.severity == "warning":
                start = text.offset_of(fix.line, fix.column or 1)
                return d, text.edited(Edit(start, start + len(fix.old), fix.new))
    return None


def _fit_of(analysis: Analysis, model: Found) -> Any:
    """All sizes that a model accepts, by its own call; None where it is not called."""
    from convcalc.source.fitting import ALL_CALLS, ALL_RUNS, complete, fit_of_call

    found = model.fit
    if found is None:
        if model.call is None or model.module is None or model.call.is_caught:
            return None
        found = fit_of_call(analysis.program, model.module, model.call)
    complete(analysis.program, model.module, found, ALL_RUNS, ALL_CALLS)
    return found


def _told(found: list[Diagnostic], settings: CheckSettings, comments: Comments, file: str) -> list[Diagnostic]:
    return [d for d in found if is_reported(d, settings.select, settings.ignore) and not comments.silence(d, file)]


def _find_causes(analysis: Analysis, models: list[ModelDraft]) -> None:
    from convcalc.check.root_cause import find_root_cause

    program = analysis.program
    places: set[tuple[Any, ...]] = set()
    for draft in models:
        error = None if draft.found is None else error_of(program, draft.found)
        errors = [d for d in draft.diagnostics if d.severity == "error"]
        if errors and _place(errors[0]) in places:  # what ended the script is reported once
            draft.diagnostics = [d for d in draft.diagnostics if d.severity != "error"]
            continue
        places.update(map(_place, errors))
        if error is not None and errors:
            with Beside():
                find_root_cause(program, errors[0], error, failed_call(program.record, error), analysis.loader)


def _add_warnings(analysis: Analysis, models: list[ModelDraft], explorer: BranchExplorer | None = None) -> None:
    """What PyTorch accepts in models without an error, put before the notes; what waits on other sides of branches too."""
    elsewhere = [] if explorer is None else explorer.warnings()
    for d, model in elsewhere:
        draft = next((one for one in models if one.target.class_name == model.class_name), models[0])
        _put_before_notes(draft, [d])
    sound = [
        draft for draft in models if draft.found is not None and draft.found.module is not None and not draft.has_error
    ]
    if not sound or analysis.program.error is not None:
        return
    from convcalc.check.warnings import warnings

    for draft in sound:
        assert draft.found is not None
        try:
            found = warnings(analysis.program, draft.found, with_losses=draft is sound[0])
        except BudgetExceeded:  # the run itself was within its time
            return
        _put_before_notes(draft, found)


def _put_before_notes(draft: ModelDraft, found: list[Diagnostic]) -> None:
    at = next((i for i, d in enumerate(draft.diagnostics) if d.severity == "note"), len(draft.diagnostics))
    draft.diagnostics[at:at] = found


def _add_further(models: list[ModelDraft], subject: Subject) -> None:
    """The errors that a second run finds, which goes on after each, put to the models that they belong to."""
    from convcalc.check.error_diagnosis import of_refusal
    from convcalc.check.root_cause import WHOLE_INPUT, find_root_cause

    recovery, again = recovered(subject)
    known = {_place(d) for draft in models for d in draft.diagnostics if d.severity == "error"}
    others = [] if again is None else again.models
    explained = {draft.target.class_name for draft in models for d in draft.diagnostics if d.rule in WHOLE_INPUT}
    added: dict[int, list[Diagnostic]] = {}
    for refusal in recovery.refusals:
        model = next((m for m in others if m.module is not None and _is_within(refusal, m.module)), None)
        if explained and (model is None or model.class_name in explained):
            continue
        root = None if model is None else model.module
        found = of_refusal(recovery.program.record, refusal, root, subject.file, subject.source)
        with Beside():
            find_root_cause(recovery.program, found, refusal.error, refusal.call, refusal.loader)
        if _place(found) not in known:
            known.add(_place(found))
            if found.rule in WHOLE_INPUT and model is not None:
                explained.add(model.class_name)
            name = refusal.owner if model is None else model.class_name
            added.setdefault(_number_of(models, name, model), []).append(found)
    for i, found_there in added.items():
        diagnostics = models[i].diagnostics
        at = 1 + max((j for j, d in enumerate(diagnostics) if d.severity == "error"), default=-1)
        diagnostics[at:at] = found_there


def _place(found: Diagnostic) -> tuple[Any, ...]:
    """What makes two errors one: the same code, and the same place where a refused layer was built."""
    built = found.constructor or {}
    return found.file, found.line, found.column, built.get("line"), built.get("column")


def _is_within(refusal: Refusal, root: Any) -> bool:
    from convcalc.nn.module import named_modules

    call = refusal.call
    inside = {id(m) for _, m in named_modules(root)}
    while call is not None:
        if id(call.owner) in inside:
            return True
        call = call.parent
    return False


def _number_of(models: list[ModelDraft], name: str | None, model: Found | None) -> int:
    """The number of the draft that a model of the second run has in the first; of a new one where it was not reached there."""
    for i, draft in enumerate(models):
        if draft.target.class_name == name and (model is None or draft.target.call == model.construction):
            return i
    if model is None:
        return 0
    models.append(ModelDraft(None, [], target_of(model, models[0].target.file or ""), model.source, []))
    return len(models) - 1


def not_analysed(file: str, message: str) -> Diagnostic:
    """A file that could not be analysed, as a diagnostic; the line, where the message starts with it."""
    place, _, text = message.removeprefix(f"{file}:").partition(": ")
    line = int(place) if place.isdigit() and message.startswith(f"{file}:") else None
    return Diagnostic("not-analysed", "unknown", file, line, text if line else message.removeprefix(f"{file}: "))
