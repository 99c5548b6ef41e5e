"""convcalc's record of a whole script as a claim about PyTorch's: which calls there are, which there may be, and where it may end.

A run of the engine whose recorder keeps, beside the calls, the order of all that bears on them: turns that stand for many, sides of conditions that
are not known, loops of which nobody knows the number of turns, statements that were skipped.
"""

from __future__ import annotations

import sys

from convcalc.nn.module import is_module
from convcalc.source.control import Control
from convcalc.source.program import STEPS, Program
from convcalc.source.splits import Splitter
from convcalc.tensor import Tensor, Unknown, UnknownValue, message_of
from convcalc.trace import BudgetExceeded, Recorder
from convcalc.trace.recorder import metas

from .script_calls import End, ScriptCall

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from convcalc.source.conditions import Condition
    from convcalc.source.splits import Outcome
    from convcalc.trace import Call

MOST_CALLS = 200_000  # of a script, in one record
REFUSALS = ("RuntimeError", "ValueError", "IndexError", "TypeError")  # of an operation


class Certain:
    """A call that PyTorch makes here."""

    __slots__ = ("call",)

    def __init__(self, call: ScriptCall) -> None:
        self.call = call


class Possible:
    """PyTorch makes some of these calls here, in some number, or ends with one of these errors; where there is a `gap`, any others too."""

    __slots__ = ("calls", "ends", "gap", "why")

    def __init__(self, calls: list[ScriptCall], gap: bool, why: str, ends: tuple[End, ...] = ()) -> None:
        self.calls = calls
        self.gap = gap
        self.ends = ends
        self.why = why


class MayEnd:
    """PyTorch may end the script here with this error."""

    __slots__ = ("end",)

    def __init__(self, end: End) -> None:
        self.end = end


class Claim:
    """All that convcalc says of a script's run; `end` is the error that ends it, `open_end` why that is not known."""

    def __init__(self) -> None:
        self.parts: list[Certain | Possible | MayEnd] = []
        self.end: End | None = None
        self.open_end: str | None = None


# what happens in a run


class _Event:
    """A call, turns that are made again, calls of which nobody knows which, or something unknown; `within` says in what, of which nobody knows whether it runs."""

    __slots__ = ("content", "within")

    def __init__(self, content: Any, within: tuple[int, str] | None) -> None:
        self.content = content
        self.within = within


class _Again:
    __slots__ = ("end", "start", "times")

    def __init__(self, start: int, end: int, times: int) -> None:
        self.start = start
        self.end = end
        self.times = times


class _Gap:
    __slots__ = ("why",)

    def __init__(self, why: str) -> None:
        self.why = why


class _Either:
    """What the sides of a condition do."""

    __slots__ = ("sides", "why")

    def __init__(self, sides: list[list[_Event]], why: str) -> None:
        self.sides = sides
        self.why = why


class EventRecorder(Recorder):
    """A recorder that keeps the order of all that bears on the calls of modules."""

    def __init__(self, files: set[str]) -> None:
        super().__init__(files, STEPS)
        self.events: list[_Event] = []
        self.open: list[tuple[int, str, Callable[[], bool]]] = []  # what may not run, and whether it is still under way
        self._opened = 0
        self._branches = 0
        self.watcher = self  # of data loaders

    def add(self, content: Any) -> None:
        self.look_around()
        self.events.append(_Event(content, self.open[0][:2] if self.open else None))

    def uncertain(self, why: str, lasts: Callable[[], bool]) -> None:
        """From now on, as long as it `lasts`, nobody knows whether what runs runs, nor how often."""
        self._opened += 1
        self.open.append((self._opened, why, lasts))

    def look_around(self) -> None:
        """Takes note of what has ended since the last event, and of conditions of which one side alone was followed: the function that they are in goes on in a way that is not known."""
        self.open = [part for part in self.open if part[2]()]
        if self.branches == self._branches:
            return
        self._branches = self.branches
        for branch in self.undecided.values():
            frame = branch.frame
            if frame is not None and is_running(frame):
                why = f"{branch.reason} (line {branch.line})"
                self.events.append(_Event(_Gap(why), None))
                self.uncertain(why, lambda frame=frame: is_running(frame))  # type: ignore[misc]

    def enter(self, module: Any, type_: str, args: Any, kwargs: Any, training: bool) -> Call:
        call = super().enter(module, type_, args, kwargs, training)
        call.f_back = sys._getframe(1)
        self.add(call)
        return call

    def operate(self, operation: Any, label: str, args: Any, kwargs: Any) -> Any:
        """An operation; PyTorch may refuse what it is given, where that is not known."""
        number = len(self.calls)
        result = super().operate(operation, label, args, kwargs)
        if number < len(self.calls) and not all(map(_is_known, self.calls[number].inputs)):
            line = self.calls[number].line
            last = self.events[-1].content if self.events else None
            if not isinstance(last, MayEnd) or last.end.line != line:
                self.add(MayEnd(End(line, REFUSALS, f"{label} may refuse what is not known")))
        return result

    def given(self, batches: Any, batch: Any) -> None:
        """A loader gives a batch; PyTorch may refuse to put items together of which it is not known whether they are of one size."""
        if not all(map(_is_known, metas(batch))):
            self.add(
                MayEnd(End(self.place(sys._getframe(1))[1], REFUSALS, "what differs between items may be refused"))
            )

    def over(self, batches: Any) -> None:
        """A loader has given its last batch."""

    def moment(self) -> int:
        return len(self.events)

    def repeat(self, start: int, end: int, times: int) -> None:
        if end > start:
            self.add(_Again(start, end, times))


def is_running(frame: Any) -> bool:
    """Whether a frame is one of those under way."""
    current: Any = sys._getframe(1)
    while current is not None:
        if current is frame:
            return True
        current = current.f_back
    return False


class EventSplitter(Splitter):
    """Follows both sides of conditions, and keeps what each of them did."""

    def __init__(self, control: Any) -> None:
        super().__init__(control)
        self.sides: list[list[list[_Event]]] = []
        self.errors: list[list[Exception]] = []
        self.starts: dict[int, int] = {}

    def split(self, condition: Condition, unknown: Unknown, frame: Any) -> tuple[bool, Any]:
        record = self.control.record
        record.look_around()
        start = len(record.events)
        self.sides.append([])
        self.errors.append([])
        try:
            followed, value = super().split(condition, unknown, frame)
        finally:
            sides, errors = self.sides.pop(), self.errors.pop()
        if followed and any(_signature(side, record.events) != _signature(sides[0], record.events) for side in sides):
            del record.events[start:]
            record.add(_Either(sides, f"{unknown.reason} (line {condition.line})"))
        for error in errors:
            record.add(MayEnd(End.of(error, record.place_of(error)[1])))
        return followed, value

    def _run(self, *args: Any) -> Outcome:
        record = self.control.record
        start = len(record.events)
        outcome = super()._run(*args)
        self.sides[-1].append(record.events[start:])
        self.starts[id(outcome)] = start
        if isinstance(outcome.error, UnknownValue):
            self.sides[-1][-1].append(_Event(_Gap(outcome.error.reason), None))
        elif outcome.error is not None:
            self.errors[-1].append(outcome.error)
        return outcome

    def _take_back(self, state: Any, outcome: Outcome, reason: str) -> None:
        super()._take_back(state, outcome, reason)
        del self.control.record.events[self.starts[id(outcome)] :]


def _signature(side: list[_Event], events: list[_Event]) -> list[Any]:
    return [event.content and _of_call(event.content).key if hasattr(event.content, "owner") else type(event.content) for event in side if not isinstance(event.content, MayEnd)]  # fmt: skip


class EventControl(Control):
    """The loops and conditions of a run, with word of each of which something is not known."""

    def __init__(self, run: Any) -> None:
        super().__init__(run)
        self._splitter: EventSplitter = EventSplitter(self)

    def may_leave(self, frame: Any, since: int, what: str | None, value: Any, way_out: Any, reason: str) -> None:
        super().may_leave(frame, since, what, value, way_out, reason)
        if what == "function":
            self.record.uncertain(reason, lambda: is_running(frame))
        elif what == "program":
            self.record.uncertain(reason, lambda: True)
        else:
            for loop in [loop for loop in self.loops if loop.home is frame][-1:]:
                self._uncertain_loop(reason, loop)

    def note_loop(self, reason: str, loop: Any) -> None:
        super().note_loop(reason, loop)
        self._uncertain_loop(reason, loop)

    def _uncertain_loop(self, reason: str, loop: Any) -> None:
        self.record.uncertain(reason, lambda: loop in self.loops)

    def _refused_turn(self, loop: Any) -> bool:
        taken = super()._refused_turn(loop)
        if taken:
            del self.record.events[loop.moment :]
            error = self.refused[-1].error
            self.record.add(MayEnd(End.of(error, self.record.place_of(error)[1])))
        return taken


class EventProgram(Program):
    """A script, run by the engine with such a recorder."""

    def __init__(self, file: str, source: bytes) -> None:
        super().__init__(file, source)
        self.record: EventRecorder = EventRecorder({file})
        self.control: EventControl = EventControl(self)

    def _passed_over(self, error: BaseException, is_held: bool) -> BaseException:
        put_down = super()._passed_over(error, is_held)
        line = self._line(error)
        if not isinstance(put_down, UnknownValue):
            self.record.add(MayEnd(End.of(put_down, line)))
        self.record.add(_Gap(f"line {line} was skipped: {message_of(put_down)}"))
        return put_down


def claim_of(path: str, source: bytes) -> Claim:
    """What convcalc says of a script's run."""
    program = EventProgram(path, source)
    claim = Claim()
    with _UnknownCalls(program.record):
        try:
            program.run()
        except (BudgetExceeded, RecursionError, UnknownValue) as error:
            claim.open_end = str(error)
    record = program.record
    claim.parts = list(_parts(record.events))
    if program.error is not None:
        claim.end = End.of(program.error, record.place_of(program.error)[1])
    if claim.open_end is not None:
        claim.parts.append(Possible([], True, claim.open_end))
    return claim


class _UnknownCalls:
    """While it lasts, a call of something unknown that is given a tensor, a module or something unknown is one that may call any modules."""

    def __init__(self, record: EventRecorder) -> None:
        self.record = record
        self.original = Unknown.__call__

    def __enter__(self) -> None:
        record, original = self.record, self.original

        def call(self: Any, *args: Any, **kwargs: Any) -> Any:
            if any(isinstance(x, (Tensor, Unknown)) or is_module(x) for x in (*args, *kwargs.values())):
                record.add(_Gap(f"{self.reason} was called"))
            return original(self, *args, **kwargs)

        Unknown.__call__ = call  # type: ignore[method-assign]

    def __exit__(self, *exc: object) -> None:
        Unknown.__call__ = self.original  # type: ignore[method-assign]


# from events to the claim


def _parts(events: list[_Event]) -> Iterator[Certain | Possible | MayEnd]:
    """The claim that events make: what lies in one and the same uncertain stretch is one part."""
    stretch: list[_Event] = []
    for event in _unrolled(events, 0, len(events), [MOST_CALLS]):
        if stretch and event.within != stretch[0].within:
            yield _possible(stretch, events)
            stretch = []
        if event.within is not None:
            stretch.append(event)
        elif isinstance(event.content, MayEnd):
            yield event.content
        elif isinstance(event.content, _Either):
            yield _possible([event], events, event.content.why)
        elif isinstance(event.content, _Gap):
            yield Possible([], True, event.content.why)
        else:
            yield Certain(_of_call(event.content))
    if stretch:
        yield _possible(stretch, events)


def _unrolled(events: list[_Event], start: int, end: int, left: list[int]) -> Iterator[_Event]:
    """Events in order; turns that stand for many as often as these are, save where nobody knows whether they run."""
    for event in events[start:end]:
        if isinstance(event.content, _Again) and event.within is None:
            for _ in range(event.content.times):
                yield from _unrolled(events, event.content.start, event.content.end, left)
        else:
            left[0] -= 1
            if left[0] < 0:
                raise BudgetExceeded(f"a script with more than {MOST_CALLS:,} calls is not compared")
            yield event


def _possible(stretch: list[_Event], events: list[_Event], why: str = "") -> Possible:
    calls: dict[Any, ScriptCall] = {}
    gaps: list[str] = []
    ends: list[End] = []

    def take(part: list[_Event]) -> None:
        for event in part:
            content = event.content
            if isinstance(content, _Again):
                take(events[content.start : content.end])
            elif isinstance(content, _Either):
                for side in content.sides:
                    take(side)
            elif isinstance(content, _Gap):
                gaps.append(content.why)
            elif isinstance(content, MayEnd):
                ends.append(content.end)
            else:
                call = _of_call(content)
                calls.setdefault(call.key, call)

    take(stretch)
    first = stretch[0].within
    return Possible(list(calls.values()), bool(gaps), why or (gaps or [first[1] if first else ""])[0], tuple(ends))


def _of_call(call: Call) -> ScriptCall:
    outputs = None if call.outputs is None else [_meta(meta) for meta in call.outputs]
    return ScriptCall(call.type, [_meta(meta) for meta in call.inputs], outputs, call.line)


def _is_known(meta: Any) -> bool:
    shape, dtype = _meta(meta)
    return shape is not None and None not in shape and dtype is not None


def _meta(meta: Any) -> Any:
    shape = meta.shape
    if shape is not None and type(shape) is not Unknown:
        return tuple(None if type(size) is Unknown else int(size) for size in shape), meta.dtype
    return None, meta.dtype
