"""What the instrumented code asks of its run where the way goes on: before each turn of a loop, and at a condition."""

from __future__ import annotations

import sys

from convcalc.tensor import ShapeError, Tensor, Unknown, UnknownValue
from convcalc.tensor import varying_numbers as numbers
from convcalc.tensor.unknown import (  # fmt: skip
    Number,
    counted_list,
    facts_of,
    is_saved_state,
    is_tentative,
    kind_of,
    or_none,
    repeated,
    text_method,
)
from convcalc.trace import Branch, gradients

from .branches import quoted
from .builtin import UnknownItems, count_of, item_of, truth, without_end
from .conditions import ONE_WAY
from .formatted import begun, join, percent, shown_text, written
from .guard import Refused
from .instrument import Tables
from .iteration import END, Endless, items_of
from .rests import rests
from .sets import in_order
from .skipped_statements import changed_within, forget_changed
from .subscripts import item_at, method_of_items, store
from .unknown_texts import list_of_count, made_of_each, made_of_those_there, method_of_text, repeated_list

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType
    from typing import Any

    from .conditions import Condition
    from .splits import Refusal, Side, Splitter
    from .turns import Loop

GENERATOR = (
    0x20 | 0x80 | 0x200
)  # of the code of generators and coroutines, between whose turns other code runs (inspect.CO_GENERATOR, ...)
MOST_DOUBTS = 100  # whether a gradient is None: more are taken to be there, since both sides of all would take long
MOST_COMPARED = 80_000  # places that are compared in a loop for conditions that are not known
NOWHERE = (0, 0)  # lines of what is run anyhow
MOST_ITEMS = 100_000  # of what has no length, before it is taken to have no end


class Control:
    """The loops of a run that are under way, and what is known of those that were."""

    def __init__(self, run: Any) -> None:
        self.run = run
        self.record = run.record
        self.loops: list[Loop] = []
        self.whiles: dict[
            int, Loop
        ] = {}  # those of them that are a `while`, by the number that the instrumented code has
        self.entered = 0
        self.loop_steps = 0.0  # of all loops, so far
        self.known_draws = 0  # random numbers that were drawn as the script would draw them
        self.profiles: dict[Any, Any] = {}  # of loops that were understood, by their place: their counters
        self._splitter: Splitter | None = None  # of a run that meets conditions that are not known
        self.refused: list[Refusal] = []  # sides that PyTorch refuses
        self.doubts = 0
        self.count_of_splits = 0  # how often both sides of a condition were followed
        self.split_costs: dict[Any, int] = {}  # what following both sides has taken in a loop, by its place
        self.tables = Tables()
        self.conditions = self.tables.conditions
        self.decided: list[
            tuple[Unknown, bool]
        ] = []  # values that are not known, and as what they are taken while a side is followed
        self.returns: dict[FrameType, list[Any]] = {}  # what functions that run may have returned by now
        self._followed = False  # both sides of the condition that was asked last were run
        self._value: Any = None
        # Operands of `and` and `or`, and conditions of comprehensions, that are not known; with the frame and the lines of the expression.
        self._pending: list[tuple[Unknown, FrameType, tuple[int, int]]] = []
        self.record.often = self._often
        is_tentative[0] = self.is_tentative
        text_method[0] = method_of_text
        repeated[0] = repeated_list
        counted_list[0] = list_of_count
        numbers.conditions.clear()
        numbers.lengths.clear()

    def names(self) -> dict[str, Any]:
        """What the instrumented code calls, by the names that it uses."""
        return {
            "$loop": self._for, "$items": self._items, "$while": self._while, "$head": self._of_loop(self._head), "$until": self._of_loop(self._until),
            "$left": self._of_loop(self._left), "$refused": self._of_loop(self._refused_turn),
            "$shown": numbers.shown, "$stops": (Exception, self.stop),
            "$test": self._test, "$followed": self._was_followed, "$joined": lambda: self._value, "$not": _not, "$none": self._is_none, "$in": _is_in, "$is": _is,
            "$open": self._open, "$and": self._and, "$or": self._or, "$true": self._true, "$false": self._false, "$kept": self._true,
            "$certain": _certain, "$listed": self._listed, "$leave": _leave, "$result": self._result, "$method": method_of_items,
            "$item": item_at, "$slice": slice, "$store": store, "$each_of": self._each_of, "$some": self._items,
            "$begun": begun, "$text": written, "$percent": percent, "$join": join, "$shown_text": shown_text,
        }  # fmt: skip

    @property
    def splitter(self) -> Splitter:
        if self._splitter is None:
            from .splits import Splitter

            self._splitter = Splitter(self)
        return self._splitter

    def running(self) -> list[Side]:
        """The sides of conditions that are being followed."""
        return [] if self._splitter is None else self._splitter.running

    def real_frame(self, frame: FrameType) -> FrameType:
        """The frame of the user's code in whose place a side of a condition runs."""
        return frame if self._splitter is None else self._splitter.real_frame(frame)

    def namespaces(self) -> list[dict[str, Any]]:
        """The global names of the file and of the project's modules that it has imported."""
        return self.run.namespaces()  # type: ignore[no-any-return]

    # loops

    def _for(self, iterable: Any, *names: tuple[str, ...]) -> Any:
        """The iterable of a `for`: as many items as turns have to be run; `names` are those of its body (`loop_names`)."""
        frame = sys._getframe(1)
        inside = bool(self.record.stack)
        if rests[0]:
            iterable = without_end(in_order(iterable))
        if type(iterable) is Unknown or type(iterable) is UnknownItems:
            if inside and kind_of(iterable) is not range and not is_saved_state(iterable):  # type: ignore[arg-type]
                raise UnknownValue(iterable.reason)
            return self._over_unknown(iterable, frame, names)
        if frame.f_code.co_flags & GENERATOR:
            return self._items(iterable)
        iterable = in_order(iterable)
        items = items_of(self._items(iterable)) if inside else items_of(iterable)
        numbers.read(iterable)
        from .turns import turns

        return turns(self, frame, items, names, inside)  # type: ignore[arg-type]

    def _over_unknown(self, iterable: Any, frame: FrameType, names: Any) -> Iterator[Any]:
        """Turns over nobody knows how many items."""
        from .turns import turns

        reason = f"what the loop of line {frame.f_lineno} leaves, which goes over {iterable.reason}"
        return turns(self, frame, Endless(item_of(iterable)), names, True, reason)

    def _often(self, function: Callable[[], Any], reason: str) -> None:
        """Something stood in for calls a function of the script's nobody knows how often: at least once."""
        frame: FrameType | None = sys._getframe(1)
        while frame is not None and frame.f_code.co_filename not in self.record.files:
            frame = frame.f_back
        if frame is None:
            function()
            return
        from .turns import turns

        for _ in turns(self, frame, Endless(), ((), (), ()), True, f"{reason} (line {frame.f_lineno})"):
            function()

    def _items(self, iterable: Any) -> Any:
        """The iterable of a loop that is run to its end whatever happens: in a model, in a generator."""
        if rests[0]:
            iterable = without_end(in_order(iterable))
        if type(iterable) is Unknown or type(iterable) is UnknownItems:
            raise UnknownValue(iterable.reason)
        if type(iterable) is set or type(iterable) is frozenset:
            return in_order(iterable)
        if (
            hasattr(type(iterable), "__len__")
            or hasattr(type(iterable), "__next__")
            or hasattr(type(iterable), "__iter__")
        ):
            return iterable
        return _bounded(iterable)

    def _of_loop(self, function: Any) -> Any:
        """A function of a loop as the instrumented code calls it: by a number, since the name that holds it may be one of a class of the file's."""
        return lambda token, *args: function(self.whiles[token], *args)

    def _while(self, number: int, *names: tuple[str, ...]) -> int:
        """A `while` begins, whose condition has that number."""
        from .turns import Loop

        frame = sys._getframe(1)
        loop = Loop(self, frame, Endless(), names)  # type: ignore[arg-type]
        loop.number, loop.depth = number, len(self.record.stack)
        if self.record.stack or frame.f_code.co_flags & GENERATOR:
            loop.only_unknown()
        self.loops.append(loop)
        self.entered += 1
        self.whiles[self.entered] = loop
        loop.token = self.entered
        return self.entered

    @staticmethod
    def _head(loop: Loop) -> bool:
        """Before the condition of a `while`: whether it is asked at all."""
        return loop.next_item() is not END

    @staticmethod
    def _until(loop: Loop, condition: Any) -> Any:
        """The condition of a `while`."""
        condition = truth(condition)
        if type(condition) is Unknown:
            if loop.turns == 1 and not loop.may_not_turn:
                loop.may_not_turn = True
                loop.look()
            loop.is_uncertain(f"what the loop of line {loop.line} leaves, which depends on {condition.reason}")
            return True
        return condition

    def _left(self, loop: Loop) -> None:
        """A `while` is over."""
        loop.left()
        self.whiles.pop(loop.token, None)
        if loop in self.loops:
            self.loops.remove(loop)

    def may_leave(self, frame: FrameType, since: int, what: str | None, value: Any, way_out: Any, reason: str) -> None:
        """A side of a condition, which is not known, leaves a loop of the frame, a turn of it, or the function, with `value`.

        The function began when `since` sides were running; `way_out` tells what is then changed.
        """
        own = [loop for loop in self.loops if loop.home is frame]
        for loop in own if what == "function" else own[-1:] if what in ("loop", "turn") else ():
            (loop.turn_ways if what == "turn" else loop.ways_out).append(way_out(loop.frame, loop.since))
            loop.reason = loop.reason or f"what the loop of line {loop.line} leaves, which depends on {reason}"
            if what == "turn":
                loop.is_uncertain(loop.reason)
        if what == "function":
            self.returns.setdefault(frame, []).append((value, [way_out(frame, since)], reason))

    def _result(self, value: Any = None) -> Any:
        """What a function returns, which may have returned before."""
        if not self.returns:
            return value
        from .leaving import forget_way, joined

        for other, ways, reason in self.returns.pop(sys._getframe(1), ()):
            value = joined(other, value, reason)
            for state, left in ways:
                forget_way(state, left, reason)
        return value

    @property
    def stop(self) -> type[BaseException]:
        """What ends a script."""
        return type(self.run.stop())

    def take_back_stop(self, stop: BaseException) -> Exception:
        """The error that would have ended the script, on a side that may not be taken."""
        error = stop.__cause__
        self.run.error = None
        return error if isinstance(error, Exception) else UnknownValue("the end of the script")

    # conditions

    def _test(self, condition: Any, number: int) -> Any:
        """The condition of an `if`: what it is, or False where both sides have been followed by now."""
        if condition is True or condition is False:
            return condition
        condition = truth(condition)
        if type(condition) is not Unknown:
            return condition
        of = self.conditions[number]
        frame = sys._getframe(1)
        answer = self.run.forced.get(of.key)
        if answer is not None:
            self.decided.append((condition, answer))
            return answer
        for value, answer in self.decided:
            if value is condition:
                return answer
        followed, value = self.splitter.split(of, condition, frame)
        if followed:
            self._followed, self._value = of.has_other_side, value
            return False
        if of.kind == ONE_WAY:
            if of.leaves:
                self._one_way(frame, condition.reason)
            return self.record.follow(condition, frame)
        return False

    def note_split(self, condition: Condition, unknown: Unknown, frame: FrameType, reason: str) -> None:
        """Both sides of a condition were followed, and they leave different things."""
        record = self.record
        if condition.key not in record.splits:
            root = record.stack[0] if record.stack else None
            branch = record.splits[condition.key] = Branch(
                condition.key, condition.line, unknown, root, False, False, True
            )
            branch.decides = reason

    def spend_on_split(self, places: int) -> None:
        """Both sides of a condition are followed, and so many places compared: loops in which that takes long are not run turn by turn."""
        most = MOST_COMPARED
        for loop in reversed(self.loops):
            spent = self.split_costs[loop.site] = self.split_costs.get(loop.site, 0) + places
            if spent > most:
                loop.is_uncertain(
                    f"what the loop of line {loop.line} leaves, in which conditions decide that are not known"
                )
            most *= 2  # an inner loop goes first

    def _one_way(self, frame: FrameType, reason: str) -> None:
        """A side that cannot be followed apart leaves a loop or a turn of it: nobody knows what that leaves."""
        for loop in [loop for loop in self.loops if loop.home is self.real_frame(frame)][-1:]:
            loop.is_uncertain(f"what the loop of line {loop.line} leaves, which depends on {reason}")

    def _was_followed(self) -> bool:
        followed, self._followed = self._followed, False
        return followed

    def text_of(self, condition: Condition) -> str:
        """A condition as it stands in the source."""
        known = self.run.syntax_of(condition.file)
        return "..." if known is None else quoted(known[0], condition.node)

    def _open(self) -> int:
        """An `and`, an `or` or a comprehension begins."""
        return len(self._pending)

    def _true(self, operand: Any, lines: tuple[int, int]) -> Any:
        """An operand of `and`, or the condition of a comprehension: one that is not known is taken as true, so that the others are asked too."""
        operand = truth(operand)
        if type(operand) is Unknown:
            self._pending.append((operand, sys._getframe(1), lines))
            return True
        return operand

    def _false(self, operand: Any, lines: tuple[int, int]) -> Any:
        """An operand of `or`: one that is not known is taken as false, so that the others are asked too."""
        operand = truth(operand)
        if type(operand) is Unknown:
            self._pending.append((operand, sys._getframe(1), lines))
            return False
        return operand

    def _and(self, start: int, result: Any) -> Any:
        """`a and b`: false if one of them is, else unknown if one of them is."""
        unknown = self._since(start)
        return unknown[0] if unknown and _holds(result) else result

    def _or(self, start: int, result: Any) -> Any:
        """`a or b`: true if one of them is, else unknown if one of them is."""
        unknown = self._since(start)
        return unknown[0] if unknown and not _holds(result) else result

    def _since(self, start: int) -> list[Unknown]:
        """What was not known since an `and`, an `or` or a comprehension began."""
        unknown = [operand for operand, _, _ in self._pending[start:]]
        del self._pending[start:]
        return unknown

    def undecided(self, error: BaseException) -> Unknown | None:
        """The operand that is not known, of an `and`, an `or` or a comprehension under way, without which nothing might have been raised."""
        if not self._pending:
            return None
        lines: dict[FrameType, int | None] = {}
        frame: FrameType | None = sys._getframe(1)
        while frame is not None:
            lines[frame] = frame.f_lineno
            frame = frame.f_back
        traceback = error.__traceback__
        while traceback is not None:
            lines[traceback.tb_frame] = traceback.tb_lineno
            traceback = traceback.tb_next
        for operand, home, (first, last) in self._pending:
            line = lines.get(home)
            if line is not None and first <= line <= last:
                return operand
        return None

    def is_tentative(self) -> bool:
        """Whether what runs now stands for more than itself: a side of a condition, a turn like others, one of nobody knows how many."""
        return bool(self.running() or self.record.batches_made) or any(loop.is_tentative() for loop in self.loops)

    def forget_changed(self, number: int, frame: FrameType, reason: str) -> None:
        """A statement was skipped: what it would have changed in place is not known."""
        changes = self.tables.statements[number]
        forget_changed(changes if type(changes) is list else changed_within(changes), frame, reason)

    def _is_none(self, value: Any, is_none: bool) -> Any:
        """`value is None`; of something unknown nobody knows, nor of the gradient of a leaf that maybe no pass has come to."""
        if type(value) is Unknown:
            if value._facts and "is_there" in value._facts:
                return not is_none
            if or_none(value) is None:
                return value
            found = Unknown(value.reason, bool)
            facts_of(found)["is_none"] = value, is_none
            return found
        if type(value) is Tensor and "may_be_none" in value.__dict__ and self.doubts < MOST_DOUBTS:
            self.doubts += 1
            return Unknown("whether a gradient is None", bool)
        return (value is None) is is_none

    def _each_of(self, iterable: Any) -> Any:
        """The iterable of a comprehension; of something unknown nobody knows how many items it has."""
        if rests[0]:
            iterable = without_end(in_order(iterable))
        if type(iterable) is Unknown or type(iterable) is UnknownItems:
            each = Unknown(iterable.reason)
            facts_of(each)["each"] = count_of(iterable)
            self._pending.append((each, sys._getframe(1), NOWHERE))
            return self._each_unknown(iterable)
        return self._items(iterable)

    def _each_unknown(self, iterable: Any) -> Iterator[Any]:
        """An item that stands for all, and, where that is for free, once more: what comes out otherwise then is not the same for each."""
        mark = self.record.mark()
        yield item_of(iterable)
        if self.record.mark() == mark:
            yield item_of(iterable)

    def _listed(self, start: int, result: Any) -> Any:
        """What a comprehension has made."""
        unknown = self._since(start)
        if not unknown:
            return result
        reason = f"how many items there are where {unknown[0].reason} decides"
        made = None
        if len(unknown) == 1 and unknown[0]._facts is not None and "each" in unknown[0]._facts:
            made = made_of_each(result, unknown[0]._facts["each"], reason)
        elif type(result) is list and result:
            made = made_of_those_there(result, unknown, reason)
        return Unknown(reason) if made is None else made

    def _refused_turn(self, loop: Loop) -> bool:
        """An error ends a turn of a `while`: whether that is taken not to have turned, since nobody knows whether it does."""
        error = sys.exc_info()[1]
        stop = error if isinstance(error, self.stop) else None
        error = error if stop is None else stop.__cause__
        depth = loop.depth
        if not isinstance(error, ShapeError) or isinstance(error, (UnknownValue, Refused)) or not loop.take_back_turn():
            return False
        if stop is not None:
            self.take_back_stop(stop)
        from .splits import Refusal

        record = self.record
        call = record.failure[1] if record.failure is not None and record.failure[0] is error else None
        self.refused.append(Refusal(loop.condition(), True, Unknown(loop.uncertain or ""), error, call))
        record.take_back(loop.mark)
        gradients.set_back(loop.mode)
        del record.stack[depth:]
        record.failure = None
        return True

    def note_loop(self, reason: str, loop: Loop) -> None:
        """A loop ends before its end: what it leaves is not known, nor what it costs."""
        if self.record.stack:
            self.record.stack[-1].own_macs = Unknown(reason)
        self.record.note("loop", f"{reason}, is not known", (loop.frame.f_code.co_filename, loop.line))


def _leave(what: str, value: Any = None) -> None:
    """What `break`, `continue` and `return` are in a side that is run apart from its loop and its function."""
    from .splits import leave

    leave(what, value)


def _holds(value: Any) -> bool:
    """The truth of a value, if it can be told without asking something unknown."""
    return bool(value) if not isinstance(value, Tensor) or value.values is not None else True


def _not(value: Any) -> Any:
    """`not value`, unknown where the value is."""
    value = truth(value)
    return value if type(value) is Unknown else not value


def _is(value: Any, other: Any, is_it: bool) -> Any:
    """`value is other`; of something unknown nobody knows, unless the types tell."""
    if type(value) is Unknown or type(other) is Unknown:
        if value is not other:
            kinds = kind_of(value), kind_of(other)
            if None in kinds or Number in kinds or kinds[0] is kinds[1]:
                return Unknown((value if type(value) is Unknown else other).reason, bool)
    return (value is other) is is_it


def _is_in(value: Any, items: Any, is_in: bool) -> Any:
    """`value in items`; unknown where the one or the other is, or where something unknown among the items may be it."""
    if type(items) is Unknown:
        return Unknown(f"what is in {items.reason}")
    if type(value) is Unknown:
        return value if items or not hasattr(type(items), "__len__") else not is_in
    if isinstance(items, (list, tuple, set, frozenset, dict)) and any(type(item) is Unknown for item in items):
        from .state import PLAIN

        if type(value) in PLAIN:
            known = [item for item in items if type(item) is not Unknown]
            return is_in if value in known else next(item for item in items if type(item) is Unknown)
    return (value in items) is is_in


def _certain(condition: Any) -> Any:
    """The condition of a generator: nobody can say what one that is not known lets through."""
    condition = truth(condition)
    if type(condition) is Unknown:
        raise UnknownValue(condition.reason)
    return condition


def _bounded(iterable: Any) -> Iterator[Any]:
    """The items of what has no length and maybe no end."""
    for count, item in enumerate(iterable):
        if count >= MOST_ITEMS:
            raise UnknownValue(f"how many items a {type(iterable).__name__} has")
        yield item
