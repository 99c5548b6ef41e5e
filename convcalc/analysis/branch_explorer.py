"""The sides of conditions on values that are not known: the file run again, with one decision one way or the other.

A run follows both sides where it can (`source.splits`), and goes on with what they have in common. Where that matters (what differs reaches
an operation), each side is followed to the end of the file by itself; elsewhere a run follows one side, and the other is tried. Where one
side is refused and the other one runs, the other one is what is analysed: the file is taken to be one that works. A refusal on a side that
is not followed is a warning: PyTorch raises it if the data lead there.
"""

from __future__ import annotations

from time import process_time

from convcalc.check.branches import described, supposed
from convcalc.check.diagnosis import error_of
from convcalc.check.error_diagnosis import of_refusal
from convcalc.check.error_recovery import Refusal
from convcalc.check.failure import failed_call
from convcalc.check.span import span_of_error
from convcalc.check.unknowns import called_parts, first_unknown
from convcalc.nn.module import named_modules
from convcalc.source.confined import Allowance
from convcalc.source.guard import Refused
from convcalc.source.target import UsageError
from convcalc.tensor import ShapeError, Tensor, Unknown, UnknownValue
from convcalc.trace import Branch, BudgetExceeded, tensors

from .drafts import drafts
from .execution import Analysis, analyse
from .subject import NotAnalysed, Subject

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from convcalc.check.diagnostic import Diagnostic
    from convcalc.source.discovery import Found
    from convcalc.trace import Call, Recorder

SECONDS = 2.0  # of the processor, for all replays of a file: each takes what the file takes, usually some hundredths
REPLAYS = 8  # of a file that fails, and again of one that passes
_MANY = " of a tensor"  # how reasons end that say nothing of which value it is


class BranchExplorer:
    """The run of a file whose sides are looked at: `subject` and `analysis` are of the side that is reported.

    `refused` are the runs of sides that were left because the other one runs, each with the branch that led there.
    """

    def __init__(self, subject: Subject, analysis: Analysis, checking: bool = False) -> None:
        self.subject = subject
        self.analysis = analysis
        self.refused: list[tuple[Branch, Analysis]] = []
        self._checking = checking
        self._left = REPLAYS
        self._apart: set[Any] = set()  # the conditions whose sides were followed by themselves
        self._until = process_time() + SECONDS

    def find_running(self) -> BranchExplorer:
        """Goes over to other sides as long as the one that is followed is refused, and another gets past that."""
        try:
            with Allowance(SECONDS):
                while self._go_over() or self._go_apart():
                    pass
        except BudgetExceeded:
            pass
        return self

    def _go_over(self) -> bool:
        error = _error(self.analysis)
        if error is None:
            return False
        for group in _groups(self.analysis, failed_call(self.analysis.program.record, error)):
            other = self.subject.on_other_sides(frozenset(branch.key for branch in group))
            after = self._replay(other)
            if after is not None and _gets_past(self.analysis, error, after):
                self.refused.append((group[0], self.analysis))
                self.subject, self.analysis = other, after
                return True
        return False

    def _go_apart(self) -> bool:
        """Follows the sides of a condition by themselves, where what they leave differs and matters; whether only one of them runs."""
        if _error(self.analysis) is not None:
            return False
        for branch in _that_matter(self.analysis):
            if branch.key in self._apart:
                continue
            self._apart.add(branch.key)
            runs = [self._replay(self.subject.on_one_side(branch.key, side)) for side in (False, True)]
            errors = [None if run is None else _error(run) for run in runs]
            for side in (False, True):
                after, other = runs[side], runs[not side]
                if (
                    after is not None
                    and other is not None
                    and errors[side] is None
                    and isinstance(errors[not side], ShapeError)
                ):
                    met = _met(other, branch, not side)
                    self.refused.append((met, other))
                    self.subject, self.analysis = self.subject.on_one_side(branch.key, side), after
                    _note(after, branch, side)
                    return True
        return False

    def _replay(self, other: Subject) -> Analysis | None:
        if self._left <= 0 or process_time() > self._until:
            return None
        self._left -= 1
        try:
            return analyse(other, self._checking)
        except (NotAnalysed, UsageError):
            return None

    def warnings(self) -> list[tuple[Diagnostic, Found]]:
        """The refusals on sides that are not followed, each with the model that it was found in."""
        found = []
        for branch, analysis in self.refused:
            error = _error(analysis)
            if isinstance(error, ShapeError):
                found += _warning(analysis, error, branch)
        found += _of_refused_sides(self.analysis)
        self._left = REPLAYS if _error(self.analysis) is None else 0
        try:
            with Allowance(self._until - process_time()):
                for group in _groups(self.analysis, None):
                    found += self._other_side(group)
        except BudgetExceeded:
            pass
        reported: dict[Any, tuple[Diagnostic, Found]] = {}
        for d, model in found:
            reported.setdefault((d.file, d.line, d.column), (d, model))
        return list(reported.values())

    def _other_side(self, group: list[Branch]) -> list[tuple[Diagnostic, Found]]:
        after = self._replay(self.subject.on_other_sides(frozenset(branch.key for branch in group)))
        error = None if after is None else _error(after)
        if after is None or not isinstance(error, ShapeError):  # what the file itself raises is no mistake of shapes
            return []
        branch = after.program.record.undecided.get(group[0].key)
        if branch is None or not self._stays(after, error, group):
            return []
        return [
            (d, model)
            for d, model in _warning(after, error, branch)
            if model.source == "script" or _fed_alike(model, self.analysis.models)
        ]

    def _stays(self, after: Analysis, error: ShapeError, group: list[Branch]) -> bool:
        """Whether a refusal is there too when all else that hangs on the same value goes the other way.

        Whoever builds one layer more for a setting asks for the same setting before he calls it.
        """
        record = after.program.record
        own = {branch.key for branch in group}
        met = record.undecided[group[0].key]
        related = [b for b in record.undecided.values() if b.key not in own and _is_related(b, met)]
        if not related:
            return True
        both = self._replay(self.subject.on_other_sides(frozenset(branch.key for branch in [*group, *related])))
        second = None if both is None else _error(both)
        return (
            both is not None and second is not None and both.program.record.place_of(second) == record.place_of(error)
        )


def _that_matter(analysis: Analysis) -> list[Branch]:
    """The conditions of which what their sides leave differs, and has reached an operation or a layer."""
    record = analysis.program.record
    if not record.splits:
        return []
    reached = {reason for call in record.calls for reason in _reasons(call)}
    for model in analysis.models:
        if model.module is not None:
            reached.update(unknown.reason for _, unknown in called_parts(model.module))
        unknown = None if model.call is None else first_unknown(model.call.result)
        if unknown is not None:
            reached.add(unknown.reason)
    return [branch for branch in record.splits.values() if branch.decides in reached]


def _reasons(call: Call) -> Iterator[str]:
    """Why what a call is given is not known."""
    if any(meta.shape is None or any(type(size) is Unknown for size in meta.shape) for meta in call.inputs):
        for value in tensors(call.arguments):
            for part in value.shape if isinstance(value, Tensor) else (value,):
                if type(part) is Unknown:
                    yield part.reason


def _met(analysis: Analysis, branch: Branch, side: bool) -> Branch:
    """The branch as a run meets it that follows one side alone."""
    return Branch(branch.key, branch.line, branch.value, branch.call, side, False, True)


def _note(analysis: Analysis, branch: Branch, side: bool) -> None:
    """Says in the record of a run that it is the only one that runs."""
    analysis.program.record.note("branch", branch.reason, (branch.file, branch.line), Branch(branch.key, branch.line, branch.value, branch.call, side, side, True))  # fmt: skip


def _of_refused_sides(analysis: Analysis) -> list[tuple[Diagnostic, Found]]:
    """The sides that the run itself has tried and found to be refused."""
    program = analysis.program
    found = []
    for refusal in program.control.refused:
        model = next((m for m in analysis.models if _holds(m, refusal.root)), None)
        branch = Branch(refusal.condition.key, refusal.condition.line, refusal.unknown, None, refusal.side, False, True)
        of = Refusal(
            refusal.error, refusal.call, span_of_error(refusal.error, program.record.files), refusal.root, None
        )
        d = of_refusal(program.record, of, None if model is None else model.module, program.file, program.source)
        find = model or (analysis.models[0] if analysis.models else None)
        if find is not None:
            found.append((_told_if(program, branch, d), find))
    return found


def _holds(model: Found, root: Call | None) -> bool:
    return (
        root is not None and model.module is not None and any(m is root.owner for _, m in named_modules(model.module))
    )


def _told_if(program: Any, branch: Branch, d: Diagnostic) -> Diagnostic:
    """A refusal as a warning that says on which side of a condition it waits."""
    condition = f"{supposed(program, branch)}, which is not known"
    d.update(severity="warning", message=f"{condition}: {d['message']}", fixes=[], rule="unknown-branch")
    return d


def _is_related(one: Branch, other: Branch) -> bool:
    """Whether two branches ask for the truth of the same value, as far as anybody can tell."""
    return one.value is other.value or (one.reason == other.reason and not one.reason.endswith(_MANY))


def _error(analysis: Analysis) -> BaseException | None:
    """The first error of a run, if it is one that PyTorch would raise."""
    for model in analysis.models:
        error = error_of(analysis.program, model)
        if error is not None and not isinstance(error, (UnknownValue, Refused, RecursionError)):
            return error
    return None


def _groups(analysis: Analysis, failed: Call | None) -> list[list[Branch]]:
    """The branches of which the usual side was followed; those on the same condition together, as one decision.

    Those in the call that failed come first, the last of them before the others.
    """
    program = analysis.program
    groups: dict[Any, list[Branch]] = {}
    lines: dict[Any, list[int]] = {}
    for branch in sorted(program.record.undecided.values(), key=lambda b: b.key[3]):
        lines.setdefault((branch.key[:3], branch.line), []).append(branch.key[3])
    for branch in program.record.undecided.values():
        if not branch.is_other:
            ordinal = lines[branch.key[:3], branch.line].index(branch.key[3])
            text = described(program, branch)[0] or branch.key
            groups.setdefault((text, branch.reason, ordinal), []).append(branch)
    found = list(groups.values())
    if failed is not None:
        root = _root(failed)
        found.reverse()
        found.sort(key=lambda group: not any(branch.call is root for branch in group))
    return found


def _root(call: Call) -> Call:
    while call.parent is not None:
        call = call.parent
    return call


def _gets_past(before: Analysis, error: BaseException, after: Analysis) -> bool:
    """Whether a run does without an error what another one failed at: the same call from outside, or building the model."""
    failed = failed_call(before.program.record, error)
    later = _error(after)
    old, new = before.program.record, after.program.record
    if not isinstance(error, ShapeError) and later is not None and new.place_of(later) != old.place_of(error):
        return len(new.calls) > len(old.calls)  # what the file itself raises is there to be avoided
    if failed is None:
        return later is None and after.program.error is None and len(new.calls) > len(old.calls)
    root = _root(failed)
    number = sum(_kind(call) == _kind(root) for call in old.calls[: _index(old, root)])
    same = [call for call in new.calls if call.parent is None and _kind(call) == _kind(root)]
    return number < len(same) and same[number].error is None


def _index(record: Recorder, wanted: Call) -> int:
    return next(i for i, call in enumerate(record.calls) if call is wanted)


def _kind(call: Call) -> tuple[Any, ...]:
    """What makes two calls from outside the same in two runs."""
    return call.parent is None, call.kind, call.type, call.file, call.line


def _fed_alike(model: Found, others: list[Found]) -> bool:
    """Whether the model is fed the same on the side that is reported, where this program and not the script feeds it."""
    return any(
        other.class_name == model.class_name and other.call is not None and model.call is not None and _shapes(other.call) == _shapes(model.call)
        for other in others
    )  # fmt: skip


def _shapes(call: Call) -> list[Any]:
    return [None if meta.shape is None else tuple(meta.shape) for meta in call.inputs]


def _warning(analysis: Analysis, error: BaseException, branch: Branch) -> list[tuple[Diagnostic, Found]]:
    """The refusal of a run as a warning that says on which side of the branch it waits."""
    for draft in drafts(analysis):
        for d in draft.diagnostics:
            if d.severity == "error" and draft.found is not None and error_of(analysis.program, draft.found) is error:
                return [(_told_if(analysis.program, branch, d), draft.found)]
    return []
