"""The search for fixes: candidates for a file's errors, each tried on the engine before it is reported.

A candidate fixes an error where the file, run again with it to its end, passes, or fails only of another error that was there before.
What moves the error elsewhere is told of with the place, and only where nothing fixes it. Errors are fixed one after another, as PyTorch
would show them, as long as they are independent of each other: an error that only an edit brings about is not fixed by a second edit.
Which fixes are safe, `check.fixes.safety` says; `--fix` makes them where, together, the file passes.
"""

from __future__ import annotations

from time import process_time

from convcalc.check.diagnosis import error_of
from convcalc.check.diagnostic import SAFE, UNSAFE, Diagnostic, Fix
from convcalc.check.failure import failed_call, path_of
from convcalc.check.fixes import candidates, order
from convcalc.check.fixes.case import LEAVES_OUT, Case
from convcalc.check.fixes.safety import is_safe
from convcalc.check.root_cause import find_root_cause
from convcalc.check.syntax import Syntax
from convcalc.check.text import SourceText
from convcalc.source.reading import parse_source
from convcalc.source.target import UsageError
from convcalc.tensor import UnknownValue

from .drafts import drafts
from .execution import Analysis, analyse
from .subject import NotAnalysed, Subject

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from convcalc.check.fixes.case import Candidate

MAX_CANDIDATES = 40  # tried for one error
MAX_CANDIDATES_MORE = 8  # after one that passes, for others to report


class Limits:
    """How far a search goes: processor time for all tries of a file, errors fixed one after another, fixes reported of each."""

    __slots__ = ("fixes", "seconds", "steps")

    def __init__(self, seconds: float, steps: int, fixes: int) -> None:
        self.seconds = seconds
        self.steps = steps
        self.fixes = fixes


CHECK = Limits(0.8, 8, 3)
CHECK_FIX = Limits(3.0, 8, 3)  # with --fix
SUMMARY = Limits(0.3, 1, 1)  # a summary names one fix of the error that it shows


class Tried:
    """What came of a run: the first error, how far the run came, and the analysis."""

    __slots__ = ("analysis", "calls", "error", "known", "models_pass", "passed_over", "place", "unknown")

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
        self.passed_over = {note.line for note in program.record.notes if note.kind == "passed-over"}
        self.calls = len(calls)
        if self.error is not None:
            failed = failed_call(program.record, self.error)
            self.calls = next((i for i, call in enumerate(calls) if call is failed), len(calls))
            owner = None if failed is None else failed.owner
            names = [path_of(model.module, owner) for model in analysis.models]
            rule = getattr(self.error, "rule", type(self.error).__name__)
            self.place = (program.record.place_of(self.error)[1], rule, analysis.loader is not None, *names)
        self.known: set[tuple[str, int | None]] = set()  # the calls of which all that came of them is known
        self.unknown: dict[tuple[str, int | None], int] = {}  # the first of those of which it is not
        for i, call in enumerate(calls):
            if call.outputs is None:
                continue
            told = (call.type, call.line)
            if any(m.shape is None for m in call.outputs):
                self.unknown.setdefault(told, i)
            else:
                self.known.add(told)

    def loses(self, before: Tried) -> bool:
        """Return whether a run knows less than another one had known when that failed, or passes over where that failed."""
        line, reach = before.place[0], before.calls
        for told, i in self.unknown.items():
            if told in before.unknown:
                continue
            if (told in before.known and i < reach) or (told[1] == line and reach <= i <= reach + 2):
                return True
        return before.place[0] in self.passed_over and before.place[0] not in before.passed_over

    def ends(self) -> bool:
        """Return whether a run comes to its end, or to where nothing more is known."""
        return self.error is None or isinstance(self.error, UnknownValue)

    def shapes(self) -> int:
        """Return a number that two runs share in which the same calls gave the same shapes."""
        calls = self.analysis.program.record.calls
        return hash(tuple([(c.type, str([m.shape for m in c.outputs or ()])) for c in calls]))


def _is_further(before: Tried, after: Tried) -> bool:
    """Whether a run comes further, and fails elsewhere or for another reason; one dimension too many is what a wrong fix did."""
    same_line = after.place[:1] == before.place[:1]
    if after.calls == before.calls and not before.calls:  # it failed before it called anything
        return str(after.error) != str(before.error) and (after.place[0] or 0) >= (before.place[0] or 0)
    is_other = after.place != before.place and not (same_line and after.place[1:2] == ("input-dimensions",))
    return is_other and after.calls > before.calls


class Step:
    """One error on the way, with the candidates that help, the best first, and the one that was made before going on."""

    __slots__ = ("candidates", "chosen", "found", "is_safe", "text")

    def __init__(
        self,
        found: Diagnostic,
        text: SourceText,
        candidates: list[Candidate],
        chosen: Candidate | None,
        is_safe: bool = False,
    ) -> None:
        self.found = found
        self.text = text
        self.candidates = candidates
        self.chosen = chosen
        self.is_safe = is_safe


class FixSearch:
    """The steps that lead from a file to one that passes, as far as they lead."""

    def __init__(
        self, subject: Subject, limits: Limits = CHECK, checking: bool = True, known: list[Diagnostic] | None = None
    ) -> None:
        self.subject = subject
        self.limits = limits
        self.checking = checking
        self.steps: list[Step] = []
        self.passes = False
        self.result = subject.source
        self._known = [(d.rule, d.line, d.expected, d.actual) for d in known or () if d.severity == "error"]
        self._until = process_time() + limits.seconds
        self._for_others = process_time() + limits.seconds / 2  # until then others are tried beside one that mends

    def run(self, analysis: Analysis | None = None) -> FixSearch:
        """Fix one error after another; `result` is the file after it, `passes` whether it then passes by safe fixes alone."""
        current: Tried | None = Tried(analysis) if analysis is not None else self.attempt(self.subject.source)
        while current is not None and current.error is not None and len(self.steps) < self.limits.steps:
            current = self._step(current)
        passes = current is not None and current.error is None and bool(self.steps)
        self.passes = passes and all(step.is_safe for step in self.steps)
        return self

    def attempt(self, source: bytes) -> Tried | None:
        """Run another text of the file; None where it cannot be analysed."""
        try:
            return Tried(analyse(self.subject.with_source(source), checking=self.checking))
        except (NotAnalysed, UsageError, UnicodeError):
            return None

    def _step(self, before: Tried) -> Tried | None:
        """Try the candidates for the first error; return the run with the best, where that fixes it."""
        found, case = self._case(before)
        if found is None or case is None:
            return None
        mending: list[tuple[Candidate, Tried]] = []
        moving: list[tuple[Candidate, Tried]] = []
        alike: set[tuple[int, int, int]] = set()
        last, is_mended = MAX_CANDIDATES, False
        for number, candidate in enumerate(candidates(case)):
            if number >= last or process_time() > (self._for_others if is_mended else self._until):
                break
            edit = candidate.edit
            try:
                after = self.attempt(case.text.edited(edit))
            except UnicodeError:
                continue
            if after is None or after.loses(before):
                continue
            if after.error is None or (after.calls >= before.calls and self._is_known(before, after)):
                key = (edit.start, edit.end, after.shapes())
                if key in alike:  # another way of writing the same
                    continue
                alike.add(key)
                candidate.rank = order.demoted(candidate, case.text.text[edit.start : edit.end])
                mending.append((candidate, after))
                is_mended = is_mended or (after.error is None and candidate.rank == 0)
                last = min(last, number + MAX_CANDIDATES_MORE)
                if sum(one.rank == 0 for one, _ in mending) >= self.limits.fixes:
                    break
            elif after.models_pass and self.subject.expression is not None:
                candidate.reason += "; the script's own model then fails"
                moving.append((candidate, after))
            elif _is_further(before, after):
                moving.append((candidate, after))
        return self._decide(found, case, mending, moving)

    def _decide(
        self,
        found: Diagnostic,
        case: Case,
        mending: list[tuple[Candidate, Tried]],
        moving: list[tuple[Candidate, Tried]],
    ) -> Tried | None:
        """Put what helps in order and keep it as a step."""
        least = min((len(after.passed_over) for _, after in mending if after.ends()), default=0)
        # of those that run to the end, what passes over more breaks more
        mending = [pair for pair in mending if not pair[1].ends() or len(pair[1].passed_over) == least]
        mending.sort(key=lambda pair: order.of_mending(pair[0], not pair[1].ends(), False))
        safe = next((pair for pair in mending if is_safe(case, pair[0])), None)
        mending.sort(key=lambda pair: order.of_mending(pair[0], not pair[1].ends(), pair is safe))
        if mending and mending[0][0].rank < LEAVES_OUT:
            mending = [pair for pair in mending if pair[0].rank < LEAVES_OUT]
        best = mending
        if not mending:
            moving.sort(key=lambda pair: order.of_moving(pair[0], pair[1].calls))
            best = moving
            for candidate, after in moving[: self.limits.fixes]:
                candidate.reason += _fails_then(after)
        reported = [candidate for candidate, _ in best[: self.limits.fixes]]
        chosen = mending[0] if mending else None
        is_surely_meant = chosen is not None and chosen is safe
        self.steps.append(Step(found, case.text, reported, None if chosen is None else chosen[0], is_surely_meant))
        if chosen is None:
            return None
        self.result = case.text.edited(chosen[0].edit)
        return chosen[1]

    def _is_known(self, before: Tried, after: Tried) -> bool:
        """Whether a run ends in an error that the file had anyway, independent of the one that is looked at."""
        if after.place[:2] == before.place[:2]:
            return False
        if isinstance(after.error, UnknownValue):  # no error: more cannot be told
            return after.calls > before.calls
        line, rule = after.place[:2]
        sizes = (getattr(after.error, "expected", None), getattr(after.error, "actual", None))
        return any(
            known[:2] == (rule, line) and all(k in (None, s, str(s)) for k, s in zip(known[2:], sizes))
            for known in self._known
        )

    def _case(self, tried: Tried) -> tuple[Diagnostic | None, Case | None]:
        analysis = tried.analysis
        program = analysis.program
        error = tried.error
        assert error is not None
        for draft in drafts(analysis):
            found = next((d for d in draft.diagnostics if d.severity == "error"), None)
            if found is not None and draft.found is not None and error_of(program, draft.found) is error:
                call = failed_call(program.record, error)
                find_root_cause(program, found, error, call, analysis.loader)
                try:
                    text = SourceText(program.source)
                except UnicodeError:
                    return found, None
                syntax = Syntax(parse_source(program.source, program.file))
                return found, Case(program, found, error, call, text, syntax)
        return None, None

    # what to report

    def fixes(self) -> list[tuple[Diagnostic, list[Fix]]]:
        """Return the fixes of each error, in terms of the file as it was."""
        shift: list[tuple[int, int]] = []
        found = []
        for step in self.steps:
            made = (self.fix(step, candidate, shift, self.steps[0].text) for candidate in step.candidates)
            found.append((step.found, [fix for fix in made if fix is not None]))
            if step.chosen is not None:
                edit = step.chosen.edit
                shift.append((edit.start, len(edit.new) - (edit.end - edit.start)))
        return found

    def fix(self, step: Step, candidate: Candidate, shift: list[tuple[int, int]], original: SourceText) -> Fix | None:
        """Return a candidate as a fix of the original text; None where an earlier step changed that stretch."""
        start, end = candidate.shown
        old = step.text.text[start:end]
        edit = candidate.edit
        new = step.text.text[start : edit.start] + edit.new + step.text.text[edit.end : end]
        for place, by in reversed(shift):
            if start > place:
                start, end = start - by, end - by
        if original.text[start:end] != old:
            return None
        line, column = original.place(start)
        end_line, end_column = original.place(end)
        text = f"{' '.join(new.split())} at {self.subject.file}:{line}"
        applicability = SAFE if self.passes and candidate is step.chosen else UNSAFE
        return Fix(
            text, self.subject.file, line, column, end_line, end_column, old, new, applicability, candidate.reason
        )


def _fails_then(after: Tried) -> str:
    """Return where a run fails, and of what, as a reason goes on to tell it."""
    words = str(after.error).strip().split("\n")[0]
    return f"; then fails at line {after.place[0]}: {words[:100]}"


def attach_fixes(search: FixSearch, diagnostics: list[Diagnostic]) -> None:
    """Give each error the fixes that were seen to help; what was tried in vain is not reported."""
    given: list[Diagnostic] = []
    for found, fixes in search.fixes():
        alike = [d for d in diagnostics if d.severity == "error" and d.line == found.line]
        alike = [d for d in alike if d.path == found.path] or alike
        alike = [d for d in alike if not any(d is other for other in given)]
        target = next((d for d in alike if d.rule == found.rule), alike[0] if alike else None)
        if target is not None:
            same = [
                d
                for d in diagnostics
                if (d.rule, d.line, d.column, d.message) == (target.rule, target.line, target.column, target.message)
            ]
            for d in same:  # a summary shows what ended the script with each of its models
                d.fixes = fixes
            given += same


def fix_warnings(search: FixSearch, analysis: Analysis, diagnostics: list[Diagnostic]) -> bytes | None:
    """Give warnings the fixes after which the file runs and the warning is gone; the file with the first of each made."""
    from convcalc.check.warnings import is_fixable, warnings

    changed = None
    for d in diagnostics:
        if not is_fixable(d):
            continue
        source = changed if changed is not None else search.subject.source
        try:
            text = SourceText(source)
        except UnicodeError:
            return None
        syntax = Syntax(parse_source(source, search.subject.file))
        for candidate in candidates(Case(analysis.program, d, None, None, text, syntax)):
            edited = text.edited(candidate.edit)
            after = search.attempt(edited)
            if after is None or after.error is not None:
                continue
            program = after.analysis.program
            left = [w for model in after.analysis.models for w in warnings(program, model, with_losses=False)]
            if any(w.rule == d.rule and w.line == d.line for w in left):
                continue
            fix = search.fix(Step(d, text, [candidate], candidate), candidate, [], text)
            if fix is not None:
                fix.applicability = SAFE
                d.fixes = [fix]
                changed = edited
            break
    return changed
