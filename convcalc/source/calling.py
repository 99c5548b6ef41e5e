"""The call of a model that is reported, and where its input comes from."""

from __future__ import annotations

from convcalc.nn.facts import facts_of
from convcalc.nn.module import Module, named_modules
from convcalc.tensor import Tensor, make
from convcalc.tensor.dtypes import dtype_of

from .constructions import are_built_alike, class_name, construction, is_builtin, place_of
from .found import Found, Given
from .recorded_call import call_module
from .signatures import parameters_of, signature_of
from .target import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from convcalc.trace import Call
    from convcalc.trace.recorder import Mark

    from .program import Program

COMPLETING_RUNS, COMPLETING_CALLS = 8, 600  # of an inferred input, to say exactly what else fits


class Caller:
    """Calls the models that were found: as the script does, with what the user gave, or with what they are found to take."""

    def __init__(self, program: Program, given: Given) -> None:
        self.program = program
        self.given = given
        self.scripted = len(program.record.calls)  # what the script has called; the rest is called here

    def call(self, model: Found, own_call: bool) -> None:
        """Finds the call to report: the script's own, or one with what the user gave, or one with what a child was fed."""
        program, given, module = self.program, self.given, model.module
        calls = program.record.calls
        self._check_given(model)
        own = [call for call in calls[: self.scripted] if call.owner is module and call.kind == "module"]
        if (
            not given.inputs
            and not given.kwargs
            and not given.literals
            and given.batch is None
            and given.training is None
        ):
            roots = [call for call in own if call.parent is None] or own
            if roots and own_call:
                model.call = reported(roots)
                return
        if (given.inputs or given.kwargs) and given.has_symbols():
            from .symbolic import call_given

            model.source = "given"
            model.call = call_given(program, model, given)
            return
        part = None if given.inputs or given.kwargs else self._script_call(module, own)
        arguments = self._arguments(model, part)
        if arguments is None:
            if (
                program.error is not None and not model.is_named
            ):  # what ended the script before it could feed the model is the answer
                model.error = program.error
                return
            arguments = self._inferred(model)
            if arguments is None:
                return
        args, kwargs, training = arguments
        record = program.record
        mark, recover = record.mark(), record.recover
        is_borrowed = model.source == "script" and part is not None and type(part.owner) is not type(module)
        if is_borrowed:
            record.recover = None  # nobody but us calls the whole with what the part is fed: a refusal of that is none of the script's
        model.call = call_module(program, module, args, kwargs, training)
        record.recover = recover
        if is_borrowed and model.call.error is not None and part is not None and part.error is None:
            self._become_part(model, part, mark)

    def _check_given(self, model: Found) -> None:
        """Refuses inputs and arguments that the model's `forward` does not take: the call of convcalc is wrong, not the model."""
        given = self.given
        if not (given.inputs or given.kwargs or given.literals):
            return
        signature = signature_of(type(model.module).forward, 1)
        if signature is None:
            return
        feeds = bool(given.inputs or given.kwargs)
        wrong = signature.misfit(len(given.inputs), [*given.kwargs, *given.literals], all_given=feeds)
        if wrong is not None:
            text = f"{model.class_name}.forward takes ({signature}): {wrong}"
            raise UsageError(text, self.program.file, model.line)

    def _become_part(self, model: Found, part: Call, mark: Mark) -> None:
        """Reports the part of a model that the script calls, in the place of the whole."""
        record = self.program.record
        record.take_back(mark)
        record.failure = None
        found = found_of(self.program, part.owner)
        for name in ("module", "class_name", "construction", "file", "line"):
            setattr(model, name, getattr(found, name))
        model.call = part

    def _arguments(self, model: Found, call: Call | None) -> tuple[tuple[Any, ...], dict[str, Any], bool | None] | None:
        given = self.given
        if given.inputs or given.kwargs:
            model.source = "given"
            args = tuple([_tensor(shape, dtype) for shape, dtype in given.inputs])
            kwargs = {name: _tensor(shape, dtype) for name, (shape, dtype) in given.kwargs.items()}
            return args, {**kwargs, **given.literals}, bool(given.training)
        if call is None:
            return None
        args, kwargs = call.arguments
        if given.batch is not None:
            args = tuple(_batched(a, given.batch) for a in args)
            kwargs = {k: _batched(v, given.batch) for k, v in kwargs.items()}
        return args, {**kwargs, **given.literals}, given.training if given.training is not None else call.training

    def _inferred(self, model: Found) -> tuple[tuple[Any, ...], dict[str, Any], bool | None] | None:
        """What the model takes, found out from itself; None, and why in the model, where nobody knows."""
        from .feeding import Feeder
        from .fitting import complete

        program, given, module = self.program, self.given, model.module
        feeder = Feeder(program, module, given.literals, given.batch, bool(given.training))
        alike = next(
            (call for call in self._calls() if type(call.owner) is type(module) and not is_builtin(module)), None
        )
        if alike is not None:
            feeder.prefer_sizes_of(alike)
        found, why = feeder.feed()
        if found is None:
            model.unfed = _what_to_pass(model, why)
            return None
        complete(program, module, found, COMPLETING_RUNS, COMPLETING_CALLS)
        model.source = "inferred"
        model.fit = found
        return found.tensors(), found.named(), found.training

    def _script_call(self, module: Module, own: list[Call]) -> Call | None:
        """A call of the script that tells what the module is fed: its own, one of a module built alike, or one of a child of it."""
        if own:
            return reported(own)
        for call in self._calls():
            if not is_builtin(module) and are_built_alike(self.program, call.owner, module):
                return call
        inside = {id(m) for _, m in named_modules(module)}
        return next((call for call in self._calls() if call.parent is None and id(call.owner) in inside), None)

    def _calls(self) -> Iterator[Call]:
        """The calls of modules that the script makes."""
        return (call for call in self.program.record.calls[: self.scripted] if call.kind == "module")


def reported(calls: list[Call]) -> Call:
    """The call of several that is reported: one that failed, else the first that did not fail, which the script may have caught."""
    failed = next((call for call in calls if call.error is not None), None)
    return failed or next((call for call in calls if not call.is_caught), calls[0])


def found_of(program: Program, module: Module) -> Found:
    """A module as a model to report."""
    name = class_name(module)
    file, line = place_of(program, module)
    found = Found(module, name, construction(program, module), line, None, "script")
    found.file = file
    return found


def _batched(value: Any, batch: int) -> Any:
    if type(value) is Tensor and value.shape:
        return make((batch, *value.shape[1:]), value.dtype)
    return value


def _tensor(shape: tuple[Any, ...], dtype: str | None) -> Tensor:
    return make(shape, dtype_of(dtype))


def _what_to_pass(model: Found, why: str) -> str:
    needed = ", ".join(parameters_of(model.module).required) or "its input"
    example = _example_shape(model.module)
    because = f" ({why})" if why else ""
    return f"what {model.class_name} takes is not known: nothing in the file calls it, and its layers do not tell the shape of {needed}{because}. Pass it with the batch, such as --input {example}"


def _example_shape(module: Module) -> str:
    """A shape of the right kind for the first layer that takes one."""
    for _, m in named_modules(module):
        stated = facts_of(type(m))
        own: dict[Any, Any] = m.__dict__
        size = own.get(stated.takes)
        if stated.kind == "convolution" and isinstance(size, int):
            return f"1x{size}" + {1: "x100", 3: "x16x112x112"}.get(stated.dims or 2, "x224x224")
        if stated.kind == "linear" and isinstance(size, int):
            return f"1x{size}"
        if stated.kind == "embedding":
            return "1x16:int64"
    return "1x3x224x224"
