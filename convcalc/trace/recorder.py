"""The record of a run: which module and which operation was called, with what shapes, from which line.

At most one recorder is active in a process (`active`); without one, operations and modules only compute. A recorder never
changes a result, with three exceptions: an operation that fails because something it was given is unknown answers
unknown, and the record says which operation, on which line; a recorder with a `recover` asks it what a refused call
answers, so that a run can go on and find further errors; and an error that a package raises of something unknown says that it is unknown.
"""

from __future__ import annotations

import sys

from convcalc.tensor import Parameter, ShapeError, Tensor, Unknown, UnknownValue, is_unknown, unknown_of
from convcalc.tensor import unknown as _unknown
from convcalc.tensor import varying_numbers as _varying
from convcalc.tensor.attributes import Sealed, read
from convcalc.tensor.instructions import raises
from convcalc.tensor.tensor import unfilled

from .internal_errors import OWN_FOLDER, is_strict, reveal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from types import CodeType, FrameType
    from typing import Any

    Place = tuple[str | None, int | None]
    Mark = tuple[int, int, int, tuple[int, int, int]]
    BranchKey = tuple[str, int, str, int]  # file, first line and name of the function, instruction


class TensorMeta:
    """Shape and element type of a tensor at the moment of a call; both None where they are not known."""

    __slots__ = ("dtype", "shape")

    def __init__(self, shape: tuple[Any, ...] | None, dtype: str | None) -> None:
        self.shape = shape
        self.dtype = dtype

    def __repr__(self) -> str:
        return f"TensorMeta({self.shape}, {self.dtype})"


class Call(metaclass=Sealed):
    """One call of a module or of an operation.

    `owner` is the module (for an operation, the module that ran it), `own_macs` the multiply-accumulates of the operations
    that ran directly inside, `error` what was raised, `f_code` and `instruction` the place in the user's code, of which `line`
    is the line. `origin` of a tensor is the call that made it, `before` of an in-place operation the tensor's former origin.
    """

    __slots__ = ("arguments", "before", "error", "f_back", "f_code", "file", "inputs", "instruction", "kind", "line", "operation", "outputs", "own_macs", "owner", "parent", "result", "training", "type", "uncounted")  # fmt: skip

    def __init__(self, kind: str, type_: str, owner: Any, parent: Call | None, place: Place) -> None:
        self.kind = kind
        self.type = type_
        self.owner = owner
        self.parent = parent
        self.file, self.line = place
        self.f_code: CodeType | None = None  # so named that a loaded file cannot reach it
        self.instruction = 0
        self.f_back: FrameType | None = (
            None  # of the module's call, while it runs; so named that a loaded file cannot reach it
        )
        self.before: Call | None = None
        self.inputs: list[TensorMeta] = []
        self.outputs: list[TensorMeta] | None = None
        self.own_macs: Any = 0
        self.uncounted: str | None = None
        self.error: BaseException | None = None
        self.arguments: tuple[tuple[Any, ...], dict[str, Any]] = ((), {})
        self.operation: Any = None
        self.result: Any = None
        self.training: bool | None = None

    @property
    def depth(self) -> int:
        depth, call = 0, self.parent
        while call is not None:
            depth, call = depth + 1, call.parent
        return depth

    @property
    def is_caught(self) -> bool:
        """Whether it raised, and the script caught that (`Recorder.forgive`)."""
        return self.error is None and self.outputs is None

    def __repr__(self) -> str:
        return f"<{self.type} {self.inputs} -> {self.outputs} at {self.file}:{self.line}>"


NOTES = 1000  # of a run: nobody reads more, and a file may make them without end
MAX_GRANTS = 5_000  # times that one place of a package asks for something unknown before what it does is unknown itself
PATIENCE = 100  # turns of a loop that only a condition on something unknown can end


class Note:
    """Something that the reader of the report should know: a statement passed over, a branch on an unknown value.

    `branch` is that branch, where it is one of the user's own code; `call` the outermost call during which the note arose; `is_of_import` whether it arose
    while a package's module was run for the first time.
    """

    __slots__ = ("branch", "call", "file", "is_of_import", "kind", "line", "text")

    def __init__(
        self, kind: str, text: str, place: Place, call: Call | None = None, branch: Branch | None = None
    ) -> None:
        self.kind = kind
        self.text = text
        self.file, self.line = place
        self.call = call
        self.is_of_import = False
        self.branch = branch


class Branch:
    """A place of the user's code where the way goes on by a value that is not known: the instruction that asks for its truth.

    `answer` is what it is told; `is_other`, that the run was asked to follow this side, which is not the usual one. A loop's
    own condition on its other side is told so once and then the opposite, so that the loop ends.
    """

    __slots__ = (
        "answer",
        "call",
        "decides",
        "file",
        "frame",
        "is_of_test",
        "is_other",
        "key",
        "line",
        "turns",
        "value",
    )

    def __init__(
        self,
        key: BranchKey,
        line: int,
        value: Unknown,
        call: Call | None,
        answer: bool,
        is_other: bool,
        is_of_test: bool = False,
    ) -> None:
        self.key = key
        self.file = key[0]
        self.line = line
        self.value = value  # when it was met first
        self.call = call  # the outermost call in which it was met first
        self.answer = answer
        self.is_other = is_other
        self.is_of_test = is_of_test  # the answer is the whole condition's, not that of a value in it
        self.decides: str | None = (
            None  # of a condition whose sides were both followed, the reason of what is unknown since
        )
        self.turns = 0  # in one and the same frame
        self.frame: FrameType | None = None

    @property
    def reason(self) -> str:
        return self.value.reason

    def decide(self, frame: FrameType, asks: Callable[[str, str, int], bool]) -> bool:
        """What the condition is told this time."""
        if frame is self.frame:
            self.turns += 1
        else:
            self.frame, self.turns = frame, 1
        if self.is_other and self.turns > 1 and asks("is_loop", self.file, self.line):
            return self.answer if self.turns % 2 else not self.answer
        if self.turns > PATIENCE and asks("ends_loop", self.file, self.line):
            self.turns = 0
            return not self.answer
        return self.answer


def _without_source(question: str, file: str, line: int) -> bool:
    """What a recorder knows of the conditions of files whose source nobody gave it."""
    return False


def _nothing_behind(error: BaseException) -> Unknown | None:
    """What a recorder knows of the causes of an exception in files whose source nobody gave it."""
    return None


class Built:
    """A module as it was built: the arguments of its constructor, the line, and the instruction that called it."""

    __slots__ = ("args", "f_code", "file", "instruction", "kwargs", "line", "module")

    def __init__(self, module: Any, args: tuple[Any, ...], kwargs: dict[str, Any], place: Place) -> None:
        self.module = module
        self.args = args
        self.kwargs = kwargs
        self.file, self.line = place
        self.f_code: CodeType | None = None
        self.instruction = 0


class BudgetExceeded(BaseException):
    """A file does more than it may; not an `Exception`, so that the file does not catch it by accident."""


class NeverEnds(BudgetExceeded):
    """What a file does never ends, or nobody can tell what it leaves."""


active: Recorder | None = None


class Recorder:
    """Records while it is the active one: `with Recorder(files) as record: ...`.

    `files` are the names of the user's own files: a place in the record is the innermost line of one of them.
    """

    def __init__(self, files: set[str] | None = None, most: int = sys.maxsize) -> None:
        self.files = files if files is not None else set()
        self.most = most  # calls: a budget, where there is one
        self.calls: list[Call] = []
        self.built: dict[int, Built] = {}
        self.notes: list[Note] = []
        self._noted: set[Any] = set()
        self.repeated: list[
            tuple[int, int, int]
        ] = []  # calls from one number to another that turns make again, how often
        self.branches = 0  # on unknown values, so far
        self.draws = 0  # of random numbers of Python's
        self.batches_made = 0  # at the moment: items are made in another order then, and another number of times, than PyTorch makes them
        # where gradients began or ceased to be recorded, by the number of calls before; whether anything was written in place
        self.modes: list[tuple[int, bool | None]] = []
        self._places: dict[int, int] = {}
        self.flags: list[tuple[int, Tensor, Any, Any]] = []  # of tensors: by that number, what they were and became
        self.writes = False
        self.backwards: list[
            Any
        ] = []  # all passes backward; and the tensors that calls were given, as far as that was looked at
        self.used: set[int] = set()
        self.used_until = 0
        self.passes: list[Any] = []  # that went backward and freed their graphs; see `trace.graph`
        self.steps: list[Any] = []  # of optimizers; see `trace.versions`
        self.in_place: list[int] = []  # which calls wrote into what they were given first
        self.required: list[tuple[str, Unknown, Place]] = []  # equalities of symbols without which PyTorch would refuse
        self.unknown_loops = 0  # in which one turn stood for an unknown number of them
        self.watcher: Any = None  # of data loaders: `given(batches, batch)`, `over(batches)`
        self.undecided: dict[BranchKey, Branch] = {}  # in the order in which they were met
        self.others: frozenset[BranchKey] = frozenset()  # the branches of which the run follows the other side
        self.splits: dict[BranchKey, Branch] = {}  # those whose sides were both followed and leave different things
        # of the condition on a line of a file: "leads_away" (false is no usual answer), "is_loop", "ends_loop"; see source.branches
        self.asks: Callable[[str, str, int], bool] = _without_source
        # the unknown value that an exception of the user's own code may come of; see source.failures
        self.unknown_behind: Callable[[BaseException], Unknown | None] = _nothing_behind
        # the unknown operand of an `and` or `or` under way that may have kept PyTorch from coming to an error
        self.undecided_operand: Callable[[BaseException], Unknown | None] = _nothing_behind
        # what is not known and was called on a tensor outside of models, and where first
        self.called: list[tuple[Unknown, Place]] = []
        self._grants: dict[Place, int] = {}
        self.importing = 0  # modules of packages that are run for the first time, one inside the other
        # states that are not known and, whatever they are, do not fit that class of module
        self.misfits: list[tuple[Unknown, str, Place]] = []
        self._granted: set[Any] = set()
        self.stack: list[Call] = []
        self.operation: Call | None = None
        self.failure: tuple[BaseException, Call | None] | None = None
        self.has_failed = False  # whether any call has
        self.recover: Callable[[Call, BaseException], Any] | None = (
            None  # what a refused call answers, if not its error
        )
        # calls a function of the script's nobody knows how often: the function, and what it is that nobody knows; see source.control
        self.often: Callable[[Callable[[], Any], str], None] | None = None
        self._previous: Recorder | None = None

    def __enter__(self) -> Recorder:
        global active
        self._previous = active
        active = self
        _unknown.on_branch[0] = self._branch
        _unknown.on_call[0] = self._called
        return self

    def __exit__(self, *exc: Any) -> None:
        global active
        active = self._previous
        for branch in self.undecided.values():
            branch.frame = None

    # places

    def place(self, frame: FrameType | None) -> Place:
        """The innermost line of the user's files, from `frame` outwards."""
        files = self.files
        while frame is not None:
            code = frame.f_code
            if code.co_filename in files:
                return code.co_filename, frame.f_lineno
            frame = frame.f_back
        return None, None

    def _call(self, kind: str, type_: str, owner: Any, parent: Call | None, frame: FrameType | None) -> Call:
        if len(self.calls) >= self.most:
            raise BudgetExceeded(f"calls layers and operations more than {self.most:,} times")
        files = self.files
        around = None if parent is None else parent.f_back
        while frame is not None:
            if frame is around:  # from there on outwards lies what the call around lies in
                call = Call(kind, type_, owner, parent, (parent.file, parent.line))  # type: ignore[union-attr]
                call.f_code, call.instruction = parent.f_code, parent.instruction  # type: ignore[union-attr]
                return call
            code = frame.f_code
            if code.co_filename in files:
                call = Call(kind, type_, owner, parent, (code.co_filename, frame.f_lineno))
                call.f_code, call.instruction = code, frame.f_lasti
                return call
            frame = frame.f_back
        return Call(kind, type_, owner, parent, (None, None))

    def place_of(self, error: BaseException) -> Place:
        """Where PyTorch would raise: the innermost line of the user's files in the error's traceback."""
        found: Place = (None, None)
        traceback = error.__traceback__
        while traceback is not None:
            if traceback.tb_frame.f_code.co_filename in self.files:
                found = traceback.tb_frame.f_code.co_filename, traceback.tb_lineno
            traceback = traceback.tb_next
        return found

    def within(self, root: Call) -> list[Call]:
        """The calls made during `root`, itself first."""
        start = next(i for i, call in enumerate(self.calls) if call is root)
        inside = {id(root)}
        result = [root]
        for call in self.calls[start + 1 :]:
            if call.parent is None:
                break
            if id(call.parent) in inside:
                inside.add(id(call))
                result.append(call)
        return result

    def note(self, kind: str, text: str, place: Place, branch: Branch | None = None) -> None:
        known = (kind, text, place)
        if len(self.notes) < NOTES and (branch is not None or known not in self._noted):
            self._noted.add(known)
            note = Note(kind, text, place, self.stack[0] if self.stack else None, branch)
            note.is_of_import = self.importing > 0
            self.notes.append(note)

    def _called(self, unknown: Unknown) -> None:
        if not self.stack:
            self.called.append((unknown, self.place(sys._getframe(2))))

    def places(self) -> dict[int, int]:
        """The number of each call, by its id."""
        places, calls = self._places, self.calls
        if len(places) > len(calls):
            places.clear()
        for number in range(len(places), len(calls)):
            places[id(calls[number])] = number
        return places

    def mark(self) -> Mark:
        """How far the record is, for `take_back`."""
        return len(self.calls), len(self.modes), len(self.flags), self.passed()

    def passed(self) -> tuple[int, int, int]:
        """How many passes, steps of optimizers and writes in place there were, for `forget_passes`."""
        return len(self.passes), len(self.steps), len(self.in_place)

    def forget_passes(self, since: tuple[int, int, int]) -> None:
        """Nobody knows whether there were any after so many: none of them has freed a graph or changed a tensor for certain."""
        del self.passes[since[0] :], self.steps[since[1] :], self.in_place[since[2] :]

    def take_back(self, mark: Mark) -> None:
        """Takes the calls back that were made since, and what is kept of gradients beside them."""
        calls, modes, flags, passes = mark
        for call in self.calls[calls:]:
            self._places.pop(id(call), None)
        del self.calls[calls:], self.modes[modes:], self.flags[flags:]
        self.forget_passes(passes)
        self.used_until = min(self.used_until, calls)
        if self.passes:
            self.passes[-1].harmless = set()  # which has calls by their ids
        while self.backwards and self.backwards[-1].place > calls:
            self.backwards.pop()
        unfilled[:] = [filling for filling in unfilled if filling.made in self.backwards]
        while self.repeated and self.repeated[-1][1] > calls:
            self.repeated.pop()

    def moment(self) -> int:
        """How far the record has come: what `repeat` is told of the turns that are made again."""
        return len(self.calls)

    def repeat(self, start: int, end: int, times: int) -> None:
        """A loop makes what came between two moments again, so often, without anybody running it."""
        if end > start:
            self.repeated.append((start, end, times))

    def missing_module(self, name: str) -> None:
        """A part of a library that nobody here stands in for."""
        text = f"module {name} is not analysed: what comes from it is unknown"
        if not any(note.text == text for note in self.notes):
            self.note("missing-module", text, self.place(sys._getframe(2)))

    def _branch(self, unknown: Unknown) -> bool:
        frame = sys._getframe(2)
        if frame.f_code is Tensor.__bool__.__code__:
            assert frame.f_back is not None
            frame = frame.f_back
        code = frame.f_code
        if code.co_filename not in self.files:
            return self._grant(unknown, frame)
        self.branches += 1
        key = (code.co_filename, code.co_firstlineno, code.co_name, frame.f_lasti)
        branch = self.undecided.get(key)
        if branch is None:
            call = self.stack[0] if self.stack else None
            is_other = key in self.others
            answer = self.asks("leads_away", key[0], frame.f_lineno) != is_other
            branch = Branch(key, frame.f_lineno, unknown, call, answer, is_other)
            self.undecided[key] = branch
            self.note("branch", unknown.reason, (branch.file, branch.line), branch)
        return branch.decide(frame, self.asks)

    def follow(self, unknown: Unknown, frame: FrameType) -> bool:
        """Which side of an `if` of the user's code is followed, where it is not both: the other one than the condition guards, unless the run was asked otherwise."""
        self.branches += 1
        code = frame.f_code
        key = (code.co_filename, code.co_firstlineno, code.co_name, frame.f_lasti)
        branch = self.undecided.get(key)
        if branch is None:
            is_other = key in self.others
            branch = Branch(
                key, frame.f_lineno, unknown, self.stack[0] if self.stack else None, is_other, is_other, True
            )
            self.undecided[key] = branch
            self.note("branch", unknown.reason, (branch.file, branch.line), branch)
        return branch.decide(frame, self.asks)

    def _grant(self, unknown: Unknown, frame: FrameType) -> bool:
        """A rule or a package asks whether something unknown is in its way: it is taken not to be."""
        place: Place = (frame.f_code.co_filename, frame.f_lineno)
        self._grants[place] = self._grants.get(place, 0) + 1
        if self._grants[place] > MAX_GRANTS:  # a loop that it ends
            raise UnknownValue(unknown.reason)
        if unknown._facts is not None and "compared" in unknown._facts:
            number, relation, other = unknown._facts["compared"]
            self._assume(number, relation, other, self.place(frame))
        elif place not in self._granted:
            self._granted.add(place)
            text = f"{unknown.reason} is not known: a condition on it was taken as false"
            self.note("branch", text, self.place(frame))
        return False

    def _assume(self, number: Unknown, relation: str, other: Any, place: Place) -> None:
        """A rule asks whether a condition on symbols holds, which would be in its way: it is taken not to, once for each condition and line."""
        from convcalc.tensor.symbols import opposite

        text = opposite(number, relation, other)
        if (text, place) not in self._granted:
            self._granted.add((text, place))
            self.note("assumed", f"{text} is taken to hold, which is not known: {number.reason}", place)
            if relation == "ne" and not (type(other) is int and other == 1):  # a size of 1 would be broadcast
                self.required.append((text, number, place))

    # modules

    def building(self, module: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        files = self.files
        frame: FrameType | None = sys._getframe(2)
        while frame is not None:
            code = frame.f_code
            if code.co_filename in files:
                built = self.built[id(module)] = Built(module, args, kwargs, (code.co_filename, frame.f_lineno))
                built.f_code, built.instruction = code, frame.f_lasti
                return
            frame = frame.f_back
        self.built[id(module)] = Built(module, args, kwargs, (None, None))

    def copied(self, module: Any, twin: Any) -> None:
        """A deep copy was built where its original was, with the same arguments."""
        built = self.built.get(id(module))
        if built is not None:
            copy = self.built[id(twin)] = Built(twin, built.args, built.kwargs, (built.file, built.line))
            copy.f_code, copy.instruction = built.f_code, built.instruction

    def enter(self, module: Any, type_: str, args: tuple[Any, ...], kwargs: dict[str, Any], training: bool) -> Call:
        stack = self.stack
        call = self._call("module", type_, module, stack[-1] if stack else None, sys._getframe(2))
        call.f_back = sys._getframe(1)
        call.arguments = (args, kwargs)
        call.training = training
        call.inputs = metas((args, kwargs) if kwargs else args)
        self.calls.append(call)
        stack.append(call)
        return call

    def leave(self, call: Call, result: Any) -> None:
        self.stack.pop()
        call.f_back = None
        call.outputs = metas(result)
        call.result = result

    def fail(self, call: Call, error: BaseException) -> BaseException:
        """Ends a call that raises; what it raises, which is that something is unknown where the error comes of that."""
        unknown = unknown_cause(error, self.files)
        if unknown is None and (self.failure is None or self.failure[0] is not error):  # asked once, where it arose
            unknown = self.unknown_behind(error)
        if unknown is not None:
            error = UnknownValue(unknown.reason).with_traceback(error.__traceback__)
        if self.stack and self.stack[-1] is call:
            self.stack.pop()
        else:
            while self.stack and self.stack.pop() is not call:
                pass
        call.error = error
        call.f_back = None
        self.failed(error, call)
        return error

    def failed(self, error: BaseException, call: Call | None) -> None:
        """Keeps the innermost call in which an error arose."""
        self.has_failed = True
        if self.failure is None or self.failure[0] is not error:
            self.failure = (error, call)

    def forgive(self, is_caught: Callable[[BaseException], bool]) -> None:
        """Takes the errors from the calls that the script itself has caught: it went on, as it does with PyTorch."""
        if self.has_failed:
            for call in self.calls:
                if call.error is not None and is_caught(call.error):
                    call.error = None

    # operations

    def operate(self, operation: Any, label: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        outer = self.operation
        if outer is not None:  # part of another operation, which answers for it
            result = operation.rule(*args, **kwargs)
            if outer.operation.macs is None or outer.operation.macs == 0:
                self._count(outer, operation, result, args, kwargs)
            return result
        if _varying.conditions:
            args = _varying.of_operation(label.rpartition(".")[2], args)
            kwargs = _varying.plain_all(kwargs)
        owner_call = self.stack[-1] if self.stack else None
        owner = owner_call.owner if owner_call is not None else None
        call = self._call("op", label, owner, owner_call, sys._getframe(2))
        call.operation = operation
        call.arguments = (args, kwargs)
        call.inputs = metas((args, kwargs) if kwargs else args)
        self.calls.append(call)
        self.operation = call
        try:
            result = operation.rule(*args, **kwargs)
        except UnknownValue as unknown:
            result = self._unknown(call, unknown.reason)
        except Exception as error:
            reveal(error)
            refusal = operation.misfit(label, args, kwargs) if type(error) is TypeError else None
            if isinstance(refusal, UnknownValue):
                result = self._unknown(call, refusal.reason)
            elif refusal is None and (filler := _filler(args, kwargs)) is not None:
                result = self._unknown(call, f"what {filler} may have changed")
            elif refusal is None and (is_unknown(args) or is_unknown(kwargs)):
                result = self._unknown(call, _first_reason(args, kwargs))
            elif (undecided := self.undecided_operand(error)) is not None:
                result = self._unknown(call, undecided.reason)
            else:
                error = refusal or error
                call.error = error
                self.failed(error, call)
                if self.recover is None:
                    raise error
                self.operation = None
                return self.recover(call, error)
        finally:
            self.operation = None
        call.outputs = metas(result)
        self._count(call, operation, result, args, kwargs)
        if type(result) is Tensor:
            if args and result is args[0]:  # in place: the tensor goes on from what made it before
                call.before = result.origin
                self._note_write(call)
            result.origin = call
        elif isinstance(result, (tuple, list)):
            for part in result:
                if type(part) is Tensor:
                    part.origin = call
        elif result is None and label == "Tensor.__setitem__":
            call.before = getattr(args[0], "origin", None)
            self._note_write(call)
        return result

    def _note_write(self, call: Call) -> None:
        if self.calls[-1] is call:  # its rule called nothing else
            self.in_place.append(len(self.calls) - 1)

    def _unknown(self, call: Call, reason: str) -> Unknown:
        if call.operation.macs != 0:
            call.uncounted = call.type
        return Unknown(f"{call.type}({reason})" if len(reason) < 60 else reason)

    @staticmethod
    def _count(call: Call, operation: Any, result: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        macs = operation.macs
        if macs is None:
            call.uncounted = operation.name
        elif macs != 0 and call.uncounted is None and result is not NotImplemented:
            try:
                call.own_macs = call.own_macs + macs(result, *args, **kwargs)
            except Exception:  # a fault of the cost's rule is no error of the file
                if is_strict():
                    raise
                call.own_macs = Unknown(f"the cost of {operation.name}")

    def unknown_operation(self, name: str) -> Unknown:
        """An operation that has no rule: its result is unknown, and the record names it with its line."""
        stack = self.stack
        call = self._call(
            "op", name, stack[-1].owner if stack else None, stack[-1] if stack else None, sys._getframe(2)
        )
        call.outputs = [TensorMeta(None, None)]
        call.uncounted = name
        self.calls.append(call)
        self.note("unknown-operation", f"{name} has no rule yet", (call.file, call.line))
        return Unknown(f"{name}(...)")


def metas(value: Any) -> list[TensorMeta]:
    """The tensors of a value in reading order: tuples, lists and dicts flattened, objects with tensor fields too."""
    if type(value) is tuple and len(value) == 1:
        value = value[0]
    if type(value) is Tensor:
        return [TensorMeta(value.shape, value.dtype.name)]
    found: list[TensorMeta] = []
    for part in value if type(value) is tuple else (value,):
        kind = type(part)
        if kind is Tensor or kind is Parameter:
            found.append(TensorMeta(part.shape, part.dtype.name))
        elif kind not in PLAIN:
            for inner in tensors(part, 1):
                known = isinstance(inner, Tensor)
                found.append(TensorMeta(inner.shape, inner.dtype.name) if known else TensorMeta(None, None))
    return found


PLAIN = {type(None), bool, int, float, str}  # what most settings of an operation are, and no tensor


def tensors(value: Any, depth: int = 0) -> Iterator[Any]:
    """Every tensor (or unknown) in a value, in reading order."""
    kind = type(value)  # what it is, whatever its `__class__` says
    if issubclass(kind, (Tensor, Unknown)):
        yield value
    elif depth > 20:
        return
    elif issubclass(kind, (tuple, list)):
        if not PLAIN.issuperset(map(type, value)):  # a list of a million numbers is done within
            for part in value:
                if type(part) not in PLAIN:
                    yield from tensors(part, depth + 1)
    elif issubclass(kind, dict):
        for part in value.values():
            yield from tensors(part, depth + 1)
    elif hasattr(kind, "__dataclass_fields__"):
        for name in kind.__dataclass_fields__:
            yield from tensors(read(value, name, None), depth + 1)


def warn(text: str) -> None:
    """A warning of PyTorch's: a note of the record where there is one, else Python's warning at the caller of the operation."""
    recorder = active
    if recorder is not None:
        recorder.note("warning", text, recorder.place(sys._getframe(2)))
        return
    import warnings

    warnings.warn(text, stacklevel=4)


def _first_reason(args: Any, kwargs: Any) -> str:
    for part in (*args, *kwargs.values()):
        if type(part) is Unknown:
            return part.reason
        if isinstance(part, (tuple, list)):
            for item in part:
                if type(item) is Unknown:
                    return item.reason
    return "an unknown value"


def _filler(args: tuple[Any, ...], kwargs: dict[str, Any]) -> str | None:
    """Something unknown that may have filled one of these arguments, which is empty."""
    handed = sys.modules.get("convcalc.tensor.handover")
    if handed is None:
        return None
    return next(filter(None, map(handed.may_have_filled, (*args, *kwargs.values()))), None)


def unknown_cause(error: BaseException, files: set[str]) -> Unknown | None:
    """The unknown on which an error of Python is put down.

    A package asks `isinstance(x, torch.Tensor)` and refuses what is none; of something unknown it cannot say. So an error that a package
    raises where it uses an unknown is not one that PyTorch would meet, nor is one that a stand-in raises there, nor a TypeError that
    a user's own `raise` states, nor what Python's own functions say of it (`blame`).
    """
    if isinstance(error, (ShapeError, UnknownValue, RecursionError, MemoryError)) or not isinstance(error, Exception):
        return None
    if type(error) is AttributeError and type(error.obj) is Unknown and error.obj._kind in _unknown.NUMBERS:
        return None  # which number it is has no say
    innermost = None
    ours: list[FrameType] = []
    traceback = error.__traceback__
    while traceback is not None:
        if traceback.tb_frame.f_code.co_filename.startswith(OWN_FOLDER):
            ours.append(traceback.tb_frame)
        else:
            innermost, ours = traceback, []
        traceback = traceback.tb_next
    for frame in ours:
        unknown = None if frame.f_code.co_name in _HANDING_ON else _held(frame.f_locals.values())
        if unknown is not None:
            return unknown
    if innermost is None:
        return None
    frame = innermost.tb_frame
    if frame.f_code.co_filename not in files:
        unknown = _held(frame.f_locals.values())
        return _named(frame) if unknown is None else unknown
    if raises(frame, innermost.tb_lasti):
        return _held(frame.f_locals.values()) if type(error) is TypeError else None
    from .blame import blamed

    return blamed(error, frame, innermost.tb_lasti, innermost.tb_lineno)


_HANDING_ON = ("__call__", "_run")  # what they were given, they give to others: an error in them is of the call itself


def _held(values: Iterable[Any]) -> Unknown | None:
    """The first of some values, or of their parts, that is not known."""
    for value in values:
        for part in value if type(value) in (tuple, list) else value.values() if type(value) is dict else (value,):
            unknown = unknown_of(part)
            if unknown is not None:
                return unknown
    return None


def _named(frame: FrameType) -> Unknown | None:
    """What a function names and nobody knows: among its module's names and those of its object."""
    names = frame.f_code.co_names
    own = _table(frame.f_locals.get("self"))
    return _held([dict.get(table, name) for table in (frame.f_globals, own) for name in names])


def _table(value: Any) -> dict[str, Any]:
    """What an object holds; a class of a user's file may hide it."""
    try:
        table = value.__dict__
    except Exception:
        return {}
    return table if type(table) is dict else {}
