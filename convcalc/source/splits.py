"""A condition on something unknown: both sides are followed, and what they agree on is known.

The other side is run first and taken back, then the usual one. What the two leave alike (a name bound to tensors of one shape, say) stays; what
differs is unknown, with the reason. Where one side is refused by PyTorch and the other is not, the file is taken to be one that works.

A side that leaves a loop, a turn or the function is run as well: what it has left is one of the ways in which the loop or the function ends,
and the run goes on with the side that does not. An `if` of a function's own statements that returns is followed together with the rest of
the function, so that what both return is compared.
"""

from __future__ import annotations

import _ast as ast

from convcalc.tensor import Unknown, UnknownValue
from convcalc.tensor.unknown import expire, facts_of, or_none
from convcalc.tensor.varying_numbers import identity
from convcalc.trace import BudgetExceeded, NeverEnds, gradients
from convcalc.trace.internal_errors import reveal

from .conditions import EXPRESSION, FUNCTIONS, LOOPS, ONE_WAY, STATEMENTS
from .frames import OPTIMIZED, can_set_names, names_of, set_names
from .guard import Refused
from .leaving import forget_flags, forget_items, forget_passes, join_tables, joined, of_both, unknown_flag
from .rests import more_of
from .state import ABSENT, GROUP, LAYER, OPAQUE, SEQUENCE, SLOTS, State, TooLarge, are_alike, put

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType, FrameType
    from typing import Any

    from convcalc.trace.recorder import Mark

    from .conditions import Condition
    from .state import Change

MAX_SPLITS = 2000  # of a run
MAX_DEPTH = 12  # of splits within one another


class Refusal:
    """A side that is refused, while the other one is not: PyTorch raises this if the data lead there."""

    __slots__ = ("call", "condition", "error", "root", "side", "unknown")

    def __init__(self, condition: Condition, side: bool, unknown: Unknown, error: Exception, call: Any) -> None:
        self.condition = condition
        self.side = side
        self.unknown = unknown
        self.error = error
        self.call = call
        self.root = call  # the outermost call in which it arose
        while self.root is not None and self.root.parent is not None:
            self.root = self.root.parent


class Leave(BaseException):
    """A side leaves a loop, a turn of it, the function or the program."""

    def __init__(self, what: str, value: Any = None) -> None:
        super().__init__(what)
        self.what = what
        self.value = value


class Outcome:
    """What came of a side: its value or the error that it raised, what it leaves, what it put where, and what it called."""

    __slots__ = ("call", "calls", "changes", "error", "leaves", "left", "macs", "mark", "modes", "value")

    def __init__(self) -> None:
        self.value: Any = None
        self.error: Exception | None = None
        self.leaves: str | None = None
        self.left: dict[tuple[int, Any], Any] = {}
        self.changes: list[Change] = []  # what was then no longer held as before
        self.calls: list[Any] = []
        self.macs: Any = 0
        self.call: Any = None
        self.mark: Mark = (0, 0, 0, (0, 0, 0))  # of the record, before it
        self.modes: tuple[Any, Any] = (True, True)  # whether gradients were recorded before it, and after


class Side:
    """A side that is running: in which frame's place, since which state, and over which copy of its names, if over one."""

    __slots__ = ("condition", "frame", "names", "state")

    def __init__(self, condition: Condition, frame: FrameType, state: State) -> None:
        self.condition = condition
        self.frame = frame
        self.state = state
        self.names: dict[str, Any] | None = None

    def changed(self) -> dict[tuple[int, Any], Any]:
        """What it has changed so far."""
        return {(change.number, change.key): _kept(change) for change in self.state.changes()}

    def bound(self) -> dict[tuple[int, Any], Any]:
        """The names that it has bound so far."""
        names = self.names or {}
        held = names_of(self.frame)
        own = [n for n in self.condition.names if n in names and n not in self.condition.global_names]
        return {(0, n): names[n] for n in own if names[n] is not held.get(n, ABSENT)}


def _kept(change: Change) -> Any:
    """What is held there now, as a copy where it changes in place."""
    kind = change.place.kind
    return list(change.after) if kind == SEQUENCE else set(change.after) if kind == GROUP else change.after


class Splitter:
    """Follows both sides of the conditions of a run."""

    def __init__(self, control: Any) -> None:
        self.control = control
        self.frames: dict[int, FrameType] = {}  # of the user's code, by the names in which sides of it run
        self.running: list[Side] = []
        self.depth = 0

    def split(self, condition: Condition, unknown: Unknown, frame: FrameType) -> tuple[bool, Any]:
        """Whether both sides were followed, and the value that this has (of an expression, or of the function)."""
        if condition.kind == ONE_WAY or not can_set_names(frame):
            return False, None
        self.control.count_of_splits += 1
        if self.depth >= MAX_DEPTH or self.control.count_of_splits > MAX_SPLITS:
            raise BudgetExceeded(f"branches on unknown values more than {MAX_SPLITS:,} times")
        try:
            state = State(frame, self.control.namespaces())
        except TooLarge:
            return False, None
        self.control.spend_on_split(len(state.places))
        self.depth += 1
        try:
            return self._follow(condition, unknown, frame, state)
        finally:
            self.depth -= 1

    def _follow(self, condition: Condition, unknown: Unknown, frame: FrameType, state: State) -> tuple[bool, Any]:
        text = self.control.text_of(condition)
        reason = f"what `{text}` decides (line {condition.line})"
        other = self._run(condition, True, unknown, frame, state)
        self._take_back(state, other, reason)
        if other.leaves is not None:
            self._may_leave(frame, other, state, reason)
            _settle_names(frame, unknown, False)
        usual = self._run(condition, False, unknown, frame, state)
        if other.error is not None and usual.error is not None and not _is_unknown(other) and not _is_unknown(usual):
            if self.control.record.recover is None:
                raise usual.error
            self._take_back(state, usual, reason)
            return False, None
        if usual.error is not None and not _is_unknown(usual):
            self._take_back(state, usual, reason)
            self._note_refusal(condition, False, unknown, text, usual)
            usual, other = self._run(condition, True, unknown, frame, state), usual
        elif other.error is not None and not _is_unknown(other):
            self._note_refusal(condition, True, unknown, text, other)
        elif usual.leaves is not None and other.leaves is not None:
            self._take_back(state, usual, reason)
            return False, None
        elif other.leaves is not None:
            pass
        elif usual.leaves is not None:
            self._take_back(state, usual, reason)
            self._may_leave(frame, usual, state, reason)
            _settle_names(frame, unknown, True)
            usual = self._run(condition, True, unknown, frame, state)
        else:
            if other.modes[1] is not usual.modes[1]:
                gradients.set_mode(None)
            differs = self._join(state, other, usual.changes, unknown, reason)
            value = Unknown(reason) if usual.error or other.error else joined(other.value, usual.value, reason)
            _note_sides(value, unknown, other.value, usual.value)
            differs = self._compare_calls(condition, unknown, text, usual, other) or differs
            if not are_alike(value, usual.value):
                differs = True
                note = f"whether `{text}` holds is not known ({unknown.reason}): what both sides have in common is followed"
                self.control.record.note("branch", note, (condition.file, condition.line))
            if differs:
                self.control.note_split(condition, unknown, frame, reason)
            return True, value
        if usual.leaves is not None:  # the only side that is not refused
            self._take_back(state, usual, reason)
            return False, None
        return True, usual.value

    def _may_leave(self, frame: FrameType, outcome: Outcome, state: State, reason: str) -> None:
        """Notes that a side leaves; `state` has been restored to what it was before the side."""
        real = self.real_frame(frame)

        def way_out(leaving: FrameType, since: int) -> tuple[State, dict[tuple[int, Any], Any]]:
            """The way on which a loop or a function of a frame ends, which began when so many sides were running."""
            sides = self.running[since:]
            if not sides:
                return state, outcome.left
            left = sides[
                0
            ].changed()  # within sides of other conditions: what has changed since the first of them began
            own = None
            if leaving.f_code.co_flags & OPTIMIZED:
                own = identity(frame.f_globals)
                for side in sides:
                    left.update(side.bound())
            left.update({(0 if number == own else number, key): value for (number, key), value in outcome.left.items()})
            return sides[0].state, left

        first = next((i for i, side in enumerate(self.running) if side.frame is real), len(self.running))
        self.control.may_leave(real, first, outcome.leaves, outcome.value, way_out, reason)

    def real_frame(self, frame: FrameType) -> FrameType:
        """The frame of the user's code in whose place a side runs."""
        return frame if frame.f_code.co_flags & OPTIMIZED else self.frames.get(identity(frame.f_globals), frame)

    def _run(self, condition: Condition, side: bool, unknown: Unknown, frame: FrameType, state: State) -> Outcome:
        """Follows a side to its end."""
        record = self.control.record
        start, depth = len(record.calls), len(record.stack)
        macs = sum([call.own_macs for call in record.stack])
        failure, record.failure = record.failure, None
        recover, record.recover = record.recover, None
        outcome = Outcome()
        outcome.mark, mode = record.mark(), gradients.is_enabled()
        self.running.append(Side(condition, self.real_frame(frame), state))
        self.control.decided.append((unknown, side))
        try:
            outcome.value = self._execute(condition, side, frame)
        except Leave as leave:
            outcome.leaves, outcome.value = leave.what, leave.value
        except SystemExit:
            outcome.leaves = "program"
        except Exception as error:
            reveal(error)
            outcome.error = error
            outcome.call = record.failure[1] if record.failure is not None else None
        except NeverEnds as endless:
            outcome.error = UnknownValue(f"a side that {endless}")
        except self.control.stop as stop:  # an error that ends the script
            outcome.error = self.control.take_back_stop(stop)
            outcome.call = record.failure[1] if record.failure is not None else None
        finally:
            record.recover = recover
            self.running.pop()
            self.control.decided.pop()
            expire()
        if outcome.error is None:
            record.failure = failure
        del record.stack[depth:]
        forget_passes(outcome.mark[3])
        outcome.modes = mode, gradients.is_enabled()
        outcome.calls = record.calls[start:]
        outcome.macs = sum([call.own_macs for call in (*outcome.calls, *record.stack)]) - macs
        outcome.changes = state.changes()
        for change in outcome.changes:
            outcome.left[change.number, change.key] = _kept(change)
        return outcome

    def _take_back(self, state: State, outcome: Outcome, reason: str) -> None:
        moved = [change.place.container for change in outcome.changes if change.place.kind == OPAQUE]
        state.restore_changed(outcome.changes)
        if moved:  # iterators, which nobody can set back
            state.replace(moved, Unknown(reason))
        record = self.control.record
        record.take_back(outcome.mark)
        gradients.set_back(outcome.modes[0])
        record.failure = None

    def _execute(self, condition: Condition, side: bool, frame: FrameType) -> Any:
        """Runs the code of a side over the names of the frame."""
        code = condition.code.get(side)
        if code is None:
            code = condition.code[side] = _compiled(condition, side, frame)
        if not frame.f_code.co_flags & OPTIMIZED:
            names = frame.f_globals
        else:
            names = {**frame.f_globals, **names_of(frame)}
            if self.running:
                self.running[-1].names = names
        self.frames[identity(names)] = self.real_frame(frame)
        _settle_none(names, self.control.decided[-1])
        if condition.kind == EXPRESSION:
            return eval(code, names)
        if condition.kind == STATEMENTS:
            try:
                exec(code, names)
            finally:
                if names is not frame.f_globals:
                    self._bind(condition, names, frame)
            return None
        exec(code, names)
        function = names.pop(FUNCTION)
        given = dict(names_of(frame))
        _settle_none(given, self.control.decided[-1])
        return function(
            **{
                name: given[name]
                for name in function.__code__.co_varnames[: function.__code__.co_argcount]
                if name in given
            }
        )

    @staticmethod
    def _bind(condition: Condition, names: dict[str, Any], frame: FrameType) -> None:
        """Binds in a frame what a side has bound in a copy of its names."""
        held = names_of(frame)
        bound = {name: names[name] for name in condition.names if name in names}
        set_names(
            frame,
            {
                n: value
                for n, value in bound.items()
                if n not in condition.global_names and value is not held.get(n, ABSENT)
            },
        )
        frame.f_globals.update({n: value for n, value in bound.items() if n in condition.global_names})

    def _join(self, state: State, other: Outcome, changes: list[Change], unknown: Unknown, reason: str) -> bool:
        """What the usual side has left, and the other one otherwise, becomes what both have in common; whether that is less."""
        differs = False
        now = {(change.number, change.key): change for change in changes}
        for key in {**other.left, **now}:
            place = state.places.get(key[0])
            if place is None or place.kind == OPAQUE:
                continue
            change = now.get(key)
            if place.kind == SEQUENCE:
                differs = forget_items(place.container, other.left.get(key, place.held), reason) or differs
                continue
            before = _held_by(place, key[1])
            mine = change.after if change is not None else before
            others = other.left.get(key, before)
            if place.kind == GROUP:
                if len(mine) != len(others) or any(item not in others for item in mine):
                    place.container.add(more_of(reason))
                    differs = True
            elif place.kind == SLOTS:
                _join_tensor(place.container, key[1], others, reason)
            elif not are_alike(mine, others):
                if place.kind == LAYER and type(key[1]) is int:
                    if key[1] == 2:
                        forget_flags(place.container, mine, others, reason)
                    else:
                        differs = join_tables(place.container, mine, others, reason) or differs
                    continue
                both = of_both(key[1], mine, others, reason)
                _note_sides(both, unknown, others, mine)
                put(place, key[1], both)
                differs = True
        return differs

    def _compare_calls(
        self, condition: Condition, unknown: Unknown, quoted: str, followed: Outcome, other: Outcome
    ) -> bool:
        """Where the sides call other things, the record has those of the usual side, and says so; whether they do."""
        alike = len(followed.calls) == len(other.calls) and all(
            a.type == b.type and a.owner is b.owner and [m.shape for m in a.inputs] == [m.shape for m in b.inputs]
            for a, b in zip(followed.calls, other.calls)
        )
        if alike and followed.macs == other.macs:
            return False
        record = self.control.record
        text = f"whether `{quoted}` holds is not known ({unknown.reason}): the calls of one side are shown"
        record.note("branch", text, (condition.file, condition.line))
        if record.stack and followed.macs != other.macs:
            record.stack[-1].own_macs = Unknown(f"what `{quoted}` decides")
        return True

    def _note_refusal(self, condition: Condition, side: bool, unknown: Unknown, quoted: str, outcome: Outcome) -> None:
        error = outcome.error
        if error is not None and not isinstance(error, (UnknownValue, Refused)) and self.control.run.is_refusal(error):
            self.control.refused.append(Refusal(condition, side, unknown, error, outcome.call))
        because = "" if side else ", since it is refused otherwise"
        text = f"whether `{quoted}` holds is not known ({unknown.reason}): followed as if it {'did not' if side else 'did'}{because}"
        self.control.record.note("branch", text, (condition.file, condition.line))


FUNCTION = "$side"


def leave(what: str, value: Any = None) -> None:
    """What `break`, `continue` and `return` are in a side that is run apart from its loop and its function."""
    raise Leave(what, value)


def _note_sides(value: Any, condition: Unknown, followed: Any, other: Any) -> None:
    """Keeps with a value which is None or a tensor on which side of a condition it is what."""
    if or_none(value) is not None:
        facts_of(value)["sides"] = condition, followed, other


def _settle_names(frame: FrameType, condition: Unknown, holds: bool) -> None:
    """A condition is known from here on, since its other side has left: names that hang on it are what they are on this side."""
    found: dict[str, Any] = {}
    for name, value in names_of(frame).items():
        if or_none(value) is not None:
            of, followed, other = value._facts.get("sides", (None, None, None))
            if of is condition:
                found[name] = followed if holds else other
    if found:
        set_names(frame, found)


def _settle_none(names: dict[str, Any], decided: tuple[Unknown, bool]) -> None:
    """On a side of `x is None` names that hold that value are None, or what it is otherwise."""
    condition, holds = decided
    value, is_none = (condition._facts or {}).get("is_none", (None, True))
    if value is None:
        return
    settled = None if holds is is_none else or_none(value)
    for name in [name for name, held in names.items() if held is value]:
        names[name] = settled


def _is_unknown(outcome: Outcome) -> bool:
    """Whether a side could not be followed to its end, for want of data."""
    return isinstance(outcome.error, (UnknownValue, Refused))


def _held_by(place: Any, key: Any) -> Any:
    if place.kind == LAYER:
        return place.held[0].get(key, ABSENT) if type(key) is str else place.held[key]
    return place.held.get(key, ABSENT) if isinstance(place.held, dict) else place.held


def _join_tensor(tensor: Any, key: str, other: Any, reason: str) -> None:
    mine = getattr(tensor, key)
    if key == "values":
        if mine is not None and (other is None or list(mine) != list(other)):
            tensor.values = None
    elif key == "shape":
        if len(mine) == len(other):
            tensor.shape = type(mine)(
                [a if a is b or (type(a) is int and a == b) else Unknown(reason, int) for a, b in zip(mine, other)]
            )
    elif key == "_grad" and mine is not other:
        tensor._grad = unknown_flag(mine, other, reason)


# the code of a side


def _compiled(condition: Condition, side: bool, frame: FrameType) -> CodeType:
    """The code of a side, with the places of the file."""
    file = frame.f_code.co_filename
    part = condition.sides[0 if side else 1]
    if condition.kind == EXPRESSION:
        return compile(ast.Expression(part), file, "eval", dont_inherit=True)
    if condition.kind == STATEMENTS:
        body = [_leaving(s, False) for s in part] if condition.leaves else part
        return compile(ast.Module(body or [_pass(condition.line)], []), file, "exec", dont_inherit=True)
    given = [name for name in condition.names if name in names_of(frame)]
    none = ast.arguments([], [_argument(name, condition.line) for name in given], None, [], [], None, [])
    body = [*part, *(s for statements, place in condition.rest for s in statements[place + 1 :])] or [
        _pass(condition.line)
    ]
    function = ast.FunctionDef(FUNCTION, none, body, [], None, None)
    if "type_params" in ast.FunctionDef._fields:
        function.type_params = []  # type: ignore[attr-defined]  # from Python 3.12 on
    _place(function, condition.line)
    return compile(ast.Module([function], []), file, "exec", dont_inherit=True)


_LEAVING = {ast.Break: "loop", ast.Continue: "turn", ast.Return: "function"}


def _leaving(node: Any, in_loop: bool) -> Any:
    """A statement with calls of `$leave` in the place of what leaves it: a copy, as far as it differs."""
    kind = type(node)
    if kind in _LEAVING and (kind is ast.Return or not in_loop):
        values = [node.value] if kind is ast.Return and node.value is not None else []
        call = ast.Call(
            _at(ast.Name(LEAVE, ast.Load()), node), [_at(ast.Constant(_LEAVING[kind], None), node), *values], []
        )
        return _at(ast.Expr(_at(call, node)), node)
    if kind in FUNCTIONS or not isinstance(node, (ast.stmt, ast.excepthandler, *_CASES)):
        return node
    fields = []
    for field in kind._fields:
        value = getattr(node, field, None)
        inner = in_loop or (kind in LOOPS and field == "body")
        if type(value) is list and value and isinstance(value[0], (ast.stmt, ast.excepthandler, *_CASES)):
            value = [_leaving(part, inner) for part in value]
        fields.append(value)
    copied = kind(*fields)
    return _at(copied, node) if hasattr(node, "lineno") else copied


_CASES: tuple[Any, ...] = (ast.match_case,) if hasattr(ast, "match_case") else ()
LEAVE = "$leave"


def _at(node: Any, like: Any) -> Any:
    node.lineno, node.col_offset = like.lineno, like.col_offset
    node.end_lineno, node.end_col_offset = like.end_lineno, like.end_col_offset
    return node


def _pass(line: int) -> Any:
    return _place(ast.Pass(), line)


def _argument(name: str, line: int) -> Any:
    return _place(ast.arg(name, None, None), line)


def _place(node: Any, line: int) -> Any:
    node.lineno = node.end_lineno = line
    node.col_offset = node.end_col_offset = 0
    return node
