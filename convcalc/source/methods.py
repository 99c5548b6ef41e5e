"""Models that a file uses by other methods than `forward`: `act`, `encode`, `log_prob`.

Only a module's call leaves a row of its own in the record; what a method runs lies there like any other statement of the script. So a file whose
models are used by methods is run once more, with the methods of its modules marked: each call of one from outside a model says
where in the record it begins and ends, and becomes the call that is reported.
"""

from __future__ import annotations

import builtins
import sys
from types import CodeType, FunctionType

from convcalc.nn.module import Module
from convcalc.trace import Call, tensors
from convcalc.trace.recorder import metas

from .constructions import class_name, is_ours

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from .program import Program

GENERATOR = 0x20 | 0x80 | 0x200  # of the code of functions that run piece by piece


class Invocation:
    """A call of a method from outside a model: what it was given, what came of it, and which calls of the record it made."""

    __slots__ = (
        "args",
        "end",
        "error",
        "is_caught",
        "kwargs",
        "module",
        "name",
        "place",
        "result",
        "start",
        "training",
    )

    def __init__(self, module: Module, name: str, args: tuple[Any, ...], kwargs: dict[str, Any], place: Any) -> None:
        self.module = module
        self.name = name
        self.args = args
        self.kwargs = kwargs
        self.place = place
        self.training = bool(module.__dict__.get("training"))
        self.start = self.end = 0
        self.result: Any = None
        self.error: BaseException | None = None
        self.is_caught = False  # whether it raised, and the script caught that


class Methods:
    """The methods of a run that are marked, and the calls of them."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.invocations: list[Invocation] = []
        self._depth = 0

    def build_class(self, *args: Any, **kwargs: Any) -> Any:
        """`__build_class__` of a file whose methods are marked."""
        cls = builtins.__build_class__(*args, **kwargs)
        if isinstance(cls, type) and issubclass(cls, Module):
            for name, value in list(cls.__dict__.items()):
                if type(value) is FunctionType and name[:2] != "__" and not value.__code__.co_flags & GENERATOR:
                    type.__setattr__(cls, name, self._marked(value, name))
        return cls

    def _marked(self, function: Any, name: str) -> Any:
        def marked(self_: Any, *args: Any, **kwargs: Any) -> Any:
            record = self.program.record
            if record.stack or self._depth or not isinstance(self_, Module):
                return function(self_, *args, **kwargs)
            made = Invocation(self_, name, args, kwargs, record.place(sys._getframe(1)))
            made.start = len(record.calls)
            self._depth += 1
            try:
                made.result = function(self_, *args, **kwargs)
            except BaseException as error:
                made.error = error
                raise
            finally:
                self._depth -= 1
                made.end = len(record.calls)
                if made.end > made.start:
                    self.invocations.append(made)
            return made.result

        marked.__name__ = name
        marked.__doc__ = function.__doc__
        marked.__dict__["__wrapped__"] = function  # its arguments are those of the method
        return marked

    def calls(self, used: list[Module]) -> list[tuple[Call, str]]:
        """The calls of methods that some modules are given tensors by (a `fit` over a loader is none), as calls of the record with what they ran below them: for each method the first one that is refused, else the first one, before those whose refusal the script catches."""
        chosen: dict[tuple[int, str], Invocation] = {}
        for made in self.invocations:
            if made.error is not None and self.program.has_caught(made.error):
                made.error, made.is_caught = None, True
            if (
                any(made.module is module for module in used)
                and next(tensors((made.args, made.kwargs)), None) is not None
            ):
                known = chosen.get((id(made.module), made.name))
                if known is None or (known.error is None and (made.error is not None or (known.is_caught and not made.is_caught))):  # fmt: skip
                    chosen[id(made.module), made.name] = made
        last_first = sorted(chosen.values(), key=lambda made: -made.start)
        return [(_put_around(self.program, made), made.name) for made in last_first][::-1]


def _put_around(program: Program, made: Invocation) -> Call:
    """The call of a method in the record, around the calls that it made."""
    record = program.record
    call = Call("module", class_name(made.module), made.module, None, made.place)
    call.arguments = (made.args, made.kwargs)
    call.inputs = metas((made.args, made.kwargs) if made.kwargs else made.args)
    call.training = made.training
    if made.is_caught:
        pass
    elif made.error is None:
        call.result = made.result
        call.outputs = metas(made.result)
    else:
        call.error = made.error.__cause__ if isinstance(made.error, type(program.stop())) else made.error
    for inner in record.calls[made.start : made.end]:
        if inner.parent is None:
            inner.parent = call
    record.calls.insert(made.start, call)
    record.repeated = [
        (start + (start > made.start), end + (end > made.start), times) for start, end, times in record.repeated
    ]
    return call


def uses_methods(program: Program) -> bool:
    """Whether a method of a module calls layers while no module is called, which nothing in the record stands for."""
    codes: dict[int, set[Any]] = {}
    for call in program.record.calls:
        if call.parent is None and call.kind == "module" and call.f_code is not None:
            for cls in _classes(program):
                if id(cls) not in codes:
                    codes[id(cls)] = set(_codes_of(cls))
                if call.f_code in codes[id(cls)]:
                    return True
    return False


def _classes(program: Program) -> Iterator[type]:
    """The classes of the modules that a run has built, which are not PyTorch's own."""
    seen = set()
    for built in program.record.built.values():
        for cls in type(built.module).__mro__:
            if cls not in seen and issubclass(cls, Module) and not is_ours(cls):
                seen.add(cls)
                yield cls


def _codes_of(cls: type) -> Iterator[CodeType]:
    """The code of a class' functions, and of those within them."""
    todo = [value.__code__ for name, value in cls.__dict__.items() if type(value) is FunctionType and name[:2] != "__"]
    while todo:
        code = todo.pop()
        yield code
        todo += [constant for constant in code.co_consts if type(constant) is CodeType]
