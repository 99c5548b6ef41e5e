"""From a target to its summary: the source is run, its models are found, called and diagnosed."""

from __future__ import annotations

from convcalc.check.diagnosis import diagnose, error_of, left_out, no_model, notes
from convcalc.check.unknowns import unknowns
from convcalc.source.discovery import discover
from convcalc.source.found import Given
from convcalc.source.methods import uses_methods
from convcalc.source.program import Program
from convcalc.source.target import UsageError
from convcalc.tensor import UnknownValue
from convcalc.trace import BudgetExceeded

from .place import shown_place
from .printable import cut, cut_all
from .summary import Summary, model_entry, with_conditions

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from convcalc.check.error_recovery import Recovery
    from convcalc.source.found import Found
    from convcalc.trace.recorder import BranchKey


class NotAnalysed(Exception):
    """The target could not be analysed; the message names what is not known, and the line. Exit code 3."""

    def __init__(self, message: str, notes: list[str]) -> None:
        super().__init__(message)
        self.notes = notes  # what was passed over before, which may be why


class Subject:
    """What is analysed: a file with its text, which models of it, and what they are given.

    `module` is the name by which the file was found on the import path, if it was; `others` are the branches on unknown
    values of which a run follows the other side, `forced` the conditions of which it follows one side alone.
    """

    __slots__ = ("expression", "file", "forced", "given", "marks", "module", "others", "source")

    def __init__(
        self,
        file: str,
        source: bytes,
        expression: str | None,
        given: Given,
        module: str | None = None,
        others: frozenset[BranchKey] = frozenset(),
        forced: dict[BranchKey, bool] | None = None,
    ) -> None:
        self.file = file
        self.source = source
        self.expression = expression
        self.given = given
        self.module = module
        self.others = others
        self.forced = forced or {}
        self.marks = False  # the methods of its modules, by which it uses them

    def with_source(self, source: bytes) -> Subject:
        """The same of another text."""
        return self._with(source, self.others, self.forced)

    def on_other_sides(self, branches: frozenset[BranchKey]) -> Subject:
        """The same, with the other side followed of these branches too."""
        return self._with(self.source, self.others | branches, self.forced)

    def on_one_side(self, condition: BranchKey, side: bool) -> Subject:
        """The same, with that side alone followed of a condition."""
        return self._with(self.source, self.others, {**self.forced, condition: side})

    def _with(self, source: bytes, others: frozenset[BranchKey], forced: dict[BranchKey, bool]) -> Subject:
        subject = Subject(self.file, source, self.expression, self.given, self.module, others, forced)
        subject.marks = self.marks
        return subject

    def program(self) -> Program:
        program = Program(self.file, self.source, self.module)
        program.others = self.others
        program.forced = self.forced
        if self.marks:
            from convcalc.source.methods import Methods

            program.methods = Methods(program)
        return program


class Analysis:
    """A program that was run, and the models that were found in it, each called.

    `loader` is the data loader on whose last batch the script ended, if it did.
    """

    __slots__ = ("loader", "models", "program")

    def __init__(self, program: Program, models: list[Found], loader: Any = None) -> None:
        self.program = program
        self.models = models
        self.loader = loader


def analyse(subject: Subject, checking: bool = False) -> Analysis:
    """Runs a file, finds its models and calls them.

    With `checking`, loops over data loaders get the last, smaller batch too.
    Raises `UsageError` where the call is wrong and `NotAnalysed` where the file cannot be analysed at all.
    """
    program = subject.program()
    try:
        loader = _run(program, checking)
        if not subject.marks and uses_methods(program):
            subject.marks = True
            program = subject.program()
            loader = _run(program, checking)
        return Analysis(program, discover(program, subject.expression, subject.given), loader)
    except BudgetExceeded as error:
        raise NotAnalysed(_at(program, error, str(error)), _notes(program)) from None
    except UnknownValue as error:
        raise NotAnalysed(_at(program, error, str(error)), _notes(program)) from None
    except RecursionError as error:
        raise NotAnalysed(
            _at(program, error, "calls itself without end: the recursion went deeper than Python allows"),
            _notes(program),
        ) from None
    except MemoryError as error:
        raise NotAnalysed(_at(program, error, "needs more memory than a file may use"), _notes(program)) from None
    except UsageError as error:
        stopper = _what_stopped(program)
        if stopper is not None:
            raise NotAnalysed(stopper, []) from None
        if program.left_out and error.kind == "no-model":
            error = program.left_out[0]
        error.notes = _notes(program)
        raise error from None


def _run(program: Program, checking: bool) -> Any:
    """Runs a program; with `checking`, the loader on whose last batch it ended, if it did."""
    if not checking:
        program.run()
        return None
    from convcalc.check.batches import Batches

    with Batches(program) as batches:
        program.run()
    return batches.current if program.error is not None else None


def recovered(subject: Subject) -> tuple[Recovery, Analysis | None]:
    """A run that goes on after each refusal: the refusals, and the models as far as it came."""
    from convcalc.check.batches import Batches
    from convcalc.check.error_recovery import Recovery

    program = subject.program()
    batches = Batches(program)
    recovery = Recovery(program, batches)
    try:
        with batches:
            recovery.start()
            program.run()
        return recovery, Analysis(program, discover(program, subject.expression, subject.given))
    except (BudgetExceeded, Exception):  # what the assumed values lead to is nobody's mistake
        return recovery, None


def summarise(subject: Subject) -> Summary:
    """The summary of the models of a file; raises what `analyse` raises."""
    analysis = analyse(subject)
    if analysis.program.is_undecided:
        from .beside import Beside

        with Beside():
            from .sides import Sides

            analysis = Sides(subject, analysis).find_running().analysis
    models = [entry for entry, _ in entries(analysis)]
    if analysis.program.is_notebook:
        from convcalc.source.notebook import localised

        localised(models, subject.file)
    return Summary(models)


def entries(analysis: Analysis) -> list[tuple[dict[str, Any], Found]]:
    """Each model of an analysis as an entry of the report, with its errors and what is not known of it."""
    program = analysis.program
    found = []
    for i, model in enumerate(analysis.models):
        diagnostics = diagnose(program, model)
        if model.class_name is None and program.missing:
            diagnostics.append(no_model(program))
        if i == 0:
            diagnostics += left_out(program)
        if not any(d["severity"] in ("error", "unknown") for d in diagnostics):
            diagnostics += unknowns(program, analysis.models, i)
        if model.is_named:
            _note_error_elsewhere(program, model)
        diagnostics += notes(program, analysis.models, i)
        target = target_of(model, program.file)
        if model.by_default:
            target["by_default"] = True
        fits = None if model.fit is None else model.fit.to_dict()
        entry = model_entry(
            model.module, model.calls, target=target, source=model.source, diagnostics=diagnostics, fits=fits
        )
        with_conditions(entry, model.conditions)
        if model.module is None and model.class_name is not None:  # nobody has counted its parameters
            entry["totals"].update(params=None, trainable_params=None, buffers=None)
        found.append((entry, model))
    return found


def _note_error_elsewhere(program: Program, model: Found) -> None:
    """An error that ended the script and is none of the model that the target names."""
    error = program.error
    if error is not None and error is not error_of(program, model):
        text = f"the script itself ends with an error, which is not one of {model.class_name}: {error}"
        program.record.note("script-error", text, program.record.place_of(error))


def target_of(model: Found, file: str) -> dict[str, Any]:
    """What an entry of the report says of its model: `file` is the one that was named."""
    target = {"file": model.file or file, "line": model.line, "class": model.class_name, "call": model.construction}
    if model.method is not None:
        target["method"] = model.method
    return target


def _notes(program: Program) -> list[str]:
    """What was passed over, refused or missing: once for each text and line."""
    texts = [
        f"{n.file}:{n.line}: {n.text}" if n.line else n.text
        for n in program.record.notes
        if n.kind in ("passed-over", "refused", "missing-module")
    ]
    return list(dict.fromkeys(texts))


def _at(program: Program, error: BaseException, text: str) -> str:
    file, line = program.record.place_of(error)
    return f"{file or program.file}:{line}: {text}" if line else f"{program.file}: {text}"


def _what_stopped(program: Program) -> str | None:
    """A budget that a passed-over statement ran into, when no model came of the file."""
    for note in program.record.notes:
        for kind, text in (
            ("RecursionError", "calls itself without end: the recursion went deeper than Python allows"),
            ("MemoryError", "needs more memory than a file may use"),
        ):
            if note.text.startswith(f"passed over: {kind}"):
                return f"{note.file}:{note.line}: {text}"
    return None


def as_json(summary: Summary) -> str:
    """The report as JSON text."""
    import json

    return json.dumps(summary.to_dict(), ensure_ascii=False) + "\n"


def summary_text(summary: Summary, form: str, all_rows: bool = False) -> str:
    """The summary as `table`, `json`, `markdown` or `csv`."""
    cut_all(summary.models)
    if form == "json":
        return as_json(summary)
    if form == "table":
        from .table import diagnostics_text, summary_table

        text = summary_table(summary.models, all_rows=all_rows) + "\n"
        told = [d for d in summary.diagnostics if d["severity"] != "note"]
        return text + ("\n" + diagnostics_text(told) + "\n" if told else "")
    from .flat import as_csv, as_markdown

    return as_csv(summary.models) if form == "csv" else as_markdown(summary.models)


def notes_text(summary: Summary) -> str:
    """What the reader should know beside the report, for standard error."""
    lines: list[Any] = []
    for d in summary.diagnostics:
        if d["severity"] == "note":
            place = f"{shown_place(d)}: " if d["line"] else ""
            lines.append(f"note: {place}{cut(d['message'])}")
    return "".join(line + "\n" for line in lines)
