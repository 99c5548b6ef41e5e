"""Repair: the mends of a file's errors, each tried on the engine before it is told.

An edit is worth telling where the file, run again with it, passes or comes further. One error at a time is mended,
as PyTorch would show them; `certain` are the mends after which, together, the file passes.
"""

from __future__ import annotations

from time import process_time

from convcalc.check.diagnosis import error_of, failed_call, path_of
from convcalc.check.fixes import candidates
from convcalc.check.fixes.case import Case
from convcalc.check.root_cause import find_cause
from convcalc.check.syntax import Syntax
from convcalc.check.text import SourceText
from convcalc.source.target import UsageError, parse_source

from .entries import entries
from .execution import Analysis, analyse
from .subject import NotAnalysed, Subject

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from convcalc.check.fixes.case import Mend

    Diagnosis = dict[str, Any]

SECONDS = 0.8  # of the processor, for all tries of a file
FIX_SECONDS = 3.0  # the same for --fix
TRIES = 40  # of mends of one error
TRIES_MORE = 8  # after one that passes, for others to tell of
TOLD = 3  # mends of one error that a report names
STEPS = 8  # errors that are mended one after another


class Tried:
    """What came of a run: the first error, how far the run came, and the analysis."""

    __slots__ = ("analysis", "calls", "error", "models_pass", "passed_over", "place", "unknown")

    def __init__(self, analysis: Analysis) -> None:
        self.analysis = analysis
        program = analysis.program
        self.error: BaseException | None = None
        self.place: tuple[Any, ...] = ()
        for model in analysis.models:
            error = error_of(program, model)
            if error is not None:
                self.error = error
                break
        calls = program.record.calls
        self.models_pass = all(m.call is not None and m.call.error is None and m.error is None for m in analysis.models)
        self.passed_over = sum(note.kind == "passed-over" for note in program.record.notes)
        self.calls = len(calls)
        if self.error is not None:
            failed = failed_call(program.record, self.error)
            self.calls = next((i for i, call in enumerate(calls) if call is failed), len(calls))
            owner = None if failed is None else failed.owner
            names = [path_of(model.module, owner) for model in analysis.models]
            rule = getattr(self.error, "rule", type(self.error).__name__)
            self.place = (program.record.place_of(self.error)[1], rule, analysis.loader is not None, *names)
        self.unknown = sum(call.outputs is not None and any(m.shape is None for m in call.outputs) for call in calls)


def _is_further(before: Tried, after: Tried) -> bool:
    """Whether a run fails elsewhere, or for another reason; one dimension too many is what a wrong mend did."""
    same_line = after.place[:1] == before.place[:1]
    return after.place != before.place and not (same_line and after.place[1:2] == ("input-dimensions",))


class Step:
    """One error on the way, with the mends that help, the best first."""

    __slots__ = ("chosen", "found", "mends", "text")

    def __init__(self, found: Diagnosis, text: SourceText, mends: list[Mend], chosen: Mend | None) -> None:
        self.found = found
        self.text = text
        self.mends = mends
        self.chosen = chosen


class Repair:
    """The steps that lead from a file to one that passes, as far as they lead."""

    def __init__(self, subject: Subject, seconds: float = SECONDS) -> None:
        self.subject = subject
        self.steps: list[Step] = []
        self.passes = False
        self.result = subject.source
        self._until = process_time() + seconds

    def run(self, analysis: Analysis | None = None) -> Repair:
        """Mends one error after another; `result` is the file after it, `passes` whether it then passes."""
        current: Tried | None = Tried(analysis) if analysis is not None else self.attempt(self.subject.source)
        for _ in range(STEPS):
            if current is None:
                return self
            if current.error is None:
                self.passes = bool(self.steps)
                return self
            current = self._step(current)
        return self

    def attempt(self, source: bytes) -> Tried | None:
        try:
            return Tried(analyse(self.subject.with_source(source), checking=True))
        except (NotAnalysed, UsageError, UnicodeError):
            return None

    def _step(self, before: Tried) -> Tried | None:
        """Tries the mends of the first error and takes the best."""
        found, case = self._case(before)
        if case is None:
            return None
        passing: list[tuple[Mend, Tried]] = []
        further: list[tuple[Mend, Tried]] = []
        last = TRIES
        for number, mend in enumerate(candidates(case)):
            if number >= last or process_time() > self._until:
                break
            try:
                after = self.attempt(case.text.edited(mend.edit))
            except UnicodeError:
                continue
            if after is None or after.unknown > before.unknown or after.passed_over > before.passed_over:
                continue
            if after.error is None:
                passing.append((mend, after))
                last = min(last, number + TRIES_MORE)
                if len(passing) >= TOLD:
                    break
            elif after.models_pass and self.subject.expression is not None:
                mend.sure = False
                mend.reason += "; the script's own model then fails"
                further.append((mend, after))
            elif after.calls > before.calls and _is_further(before, after):
                further.append((mend, after))
        further.sort(key=lambda pair: -pair[1].calls)
        best = [*sorted(passing, key=lambda pair: not pair[0].sure), *further]
        chosen = next((pair for pair in best if pair[0].sure), None)
        step = Step(found, case.text, [mend for mend, _ in best[:TOLD]], None if chosen is None else chosen[0])
        self.steps.append(step)
        if chosen is None:
            return None
        self.result = case.text.edited(chosen[0].edit)
        return chosen[1]

    def _case(self, tried: Tried) -> tuple[Diagnosis, Case | None]:
        analysis = tried.analysis
        program = analysis.program
        error = tried.error
        assert error is not None
        for entry, model in entries(analysis):
            found = next((d for d in entry["diagnostics"] if d["severity"] == "error"), None)
            if found is not None and error_of(program, model) is error:
                call = failed_call(program.record, error)
                find_cause(program, found, error, call, analysis.loader)
                try:
                    text = SourceText(program.source)
                except UnicodeError:
                    return found, None
                syntax = Syntax(parse_source(program.source, program.file))
                return found, Case(program, found, error, call, text, syntax)
        return {}, None

    # what to tell

    def suggestions(self) -> list[tuple[Diagnosis, list[dict[str, Any]]]]:
        """The mends of each error, in terms of the file as it was."""
        shift: list[tuple[int, int]] = []
        told = []
        original = None
        for step in self.steps:
            if original is None:
                original = step.text
            made = []
            for mend in step.mends:
                suggestion = self.suggestion(step, mend, shift, original)
                if suggestion is not None:
                    made.append(suggestion)
            told.append((step.found, made))
            if step.chosen is not None:
                edit = step.chosen.edit
                shift.append((edit.start, len(edit.new) - (edit.end - edit.start)))
        return told

    def suggestion(
        self, step: Step, mend: Mend, shift: list[tuple[int, int]], original: SourceText
    ) -> dict[str, Any] | None:
        start, end = mend.shown
        old = step.text.text[start:end]
        edit = mend.edit
        new = step.text.text[start : edit.start] + edit.new + step.text.text[edit.end : end]
        for place, by in reversed(shift):
            if start > place:
                start, end = start - by, end - by
        if original.text[start:end] != old:
            return None
        line, column = original.place(start)
        end_line, end_column = original.place(end)
        return {
            "text": f"{' '.join(new.split())} at {self.subject.file}:{line}", "file": self.subject.file, "line": line, "column": column,
            "end_line": end_line, "end_column": end_column, "old": old, "new": new,
            "certain": self.passes and mend is step.chosen, "reason": mend.reason,
        }  # fmt: skip


def add_mends(repair: Repair, diagnostics: list[Diagnosis]) -> None:
    """Gives each error the mends that were seen to help; what was tried in vain is not told."""
    given: list[Diagnosis] = []
    for found, made in repair.suggestions():
        alike = [d for d in diagnostics if d["severity"] == "error" and d["line"] == found["line"]]
        alike = [d for d in alike if d["path"] == found["path"]] or alike
        alike = [d for d in alike if not any(d is other for other in given)]
        target = next((d for d in alike if d["rule"] == found["rule"]), alike[0] if alike else None)
        if target is not None:
            target["suggestions"] = made
            given.append(target)
    for d in diagnostics:
        for suggestion in d["suggestions"]:
            suggestion.setdefault("certain", False)


def mend_warnings(repair: Repair, diagnostics: list[Diagnosis]) -> bytes | None:
    """Gives warnings the mends after which the file runs and the warning is gone; the file with the first of each made."""
    from convcalc.check.fixes.batches import any_batch
    from convcalc.check.warnings import warnings

    changed = None
    for d in diagnostics:
        literal = d.get("literal")
        if d["rule"] != "batch-hard-coded" or not literal:
            continue
        source = changed if changed is not None else repair.subject.source
        try:
            text = SourceText(source)
        except UnicodeError:
            return None
        syntax = Syntax(parse_source(source, repair.subject.file))
        for mend in any_batch(text, syntax, literal):
            edited = text.edited(mend.edit)
            after = repair.attempt(edited)
            if after is None or after.error is not None:
                continue
            program = after.analysis.program
            left = [w for model in after.analysis.models for w in warnings(program, model, with_losses=False)]
            if any(w["rule"] == d["rule"] and w["line"] == d["line"] for w in left):
                continue
            step = Step(d, text, [mend], mend)
            made = repair.suggestion(step, mend, [], text)
            if made is not None:
                made["certain"] = True
                d["suggestions"] = [made]
                changed = edited
            break
    return changed
