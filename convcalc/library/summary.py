"""`convcalc.summary`: the report of a file, of a layer spec, or of a live torch module."""

from __future__ import annotations

import os
import sys

from convcalc.analysis.model_draft import ModelDraft
from convcalc.analysis.results import ModelReport, Target
from convcalc.nn.module import Module, named_modules
from convcalc.report.summary import Summary
from convcalc.tensor.tensor import is_letter
from convcalc.trace import Recorder
from convcalc.trace.internal_errors import reveal

from .inputs import is_spec, one_spec, option, tensors_in
from .keywords import refuse_unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


OF_FILES = ("expression", "batch", "seconds")  # keywords; a module's own `forward` may take these names


def summary(target: Any, *inputs: Any, training: bool | None = None, **kwargs: Any) -> Summary:
    """The summary of a model, without running it.

    `target` is a file (as the command takes it: `"model.py"`, `"model.py::Net"`), a `convcalc.nn` module, or a live
    `torch.nn.Module`. Each of `inputs` is a shape with the batch (a capital letter is a symbolic size), a shape with an element type as
    `((2, 16), "int64")`, the text that the command takes (`"2x16:int64"`), a tensor of convcalc or torch, or an array of numpy; for a module also a dict, a
    list or a tuple of these. `kwargs` are further arguments of a module's `forward`. A file takes an `expression` over its names, a `batch` for the input that
    is found, and the `seconds` of processor time that it may use. A mistake in the model is a row and a diagnostic of the summary, not an exception.

    Raises ValueError where a file cannot be analysed (its text is the command's), and where an input cannot be meant; TypeError for what is no input, and for
    keywords that nothing takes.
    """
    frame = sys._getframe(1)
    place = (frame.f_code.co_filename, frame.f_lineno)
    if not isinstance(target, (str, os.PathLike)):
        return summary_at(place, target, inputs, kwargs, training)
    refuse_unknown(kwargs, (*OF_FILES, "training"), "summary() of a file")
    expression, batch, seconds = map(kwargs.get, OF_FILES)
    text = os.fspath(target)
    if expression is not None:
        if "::" in text:
            raise TypeError(f"summary() takes one expression: {text!r} has one already")
        text = f"{text}::{expression}"
    return _of_file(text, input_options(inputs) + options_of(batch=batch, training=training, seconds=seconds))


def summary_at(
    place: tuple[str, int],
    target: Any,
    inputs: tuple[Any, ...],
    kwargs: dict[str, Any],
    training: bool | None,
    whose: str = "summary",
) -> Summary:
    """The summary of a module for a caller at that file and line, where errors are placed that have no better place."""
    is_live = "torch" in sys.modules and isinstance(target, sys.modules["torch"].nn.Module)
    if not isinstance(target, Module) and not is_live:
        what = (
            f"the class {target.__name__}: call it to have a module"
            if isinstance(target, type)
            else type(target).__name__
        )
        raise TypeError(f"{whose}() takes a file, a convcalc.nn module or a torch.nn.Module, not {what}")
    if training not in (None, True, False):
        raise TypeError(f"training is True, False or None, not {training!r}")
    _refuse_arguments(target, kwargs)
    hints: dict[str, int] = {}
    while True:
        tensors = tuple([tensors_in(value, f"input {i + 1}", hints) for i, value in enumerate(inputs)])
        named = {name: tensors_in(value, name, hints) if is_spec(value) else value for name, value in kwargs.items()}
        tensors = _spread(target, tensors, named)
        made = (_of_live if is_live else _of_module)(target, tensors, named, training, place)
        wanted = _wanted(made)
        if wanted is None or wanted[0] in hints:
            return made
        hints[wanted[0]] = wanted[1]  # the letter may be any size: the one that fits is no error


def _wanted(made: Summary) -> tuple[str, int] | None:
    """The letter that a layer has refused, and the size that it takes in its place."""
    for d in made.diagnostics:
        if d.severity == "error":
            is_size = type(d.expected) is int and d.expected > 1
            return (d.actual, d.expected) if is_size and isinstance(d.actual, str) and is_letter(d.actual) else None
    return None


def _refuse_arguments(module: Any, given: dict[str, Any]) -> None:
    """TypeError for a keyword that neither `forward` nor a summary takes."""
    code = getattr(getattr(type(module), "forward", None), "__code__", None)
    if code is not None and not code.co_flags & 0x08:  # it has no **kwargs
        names = code.co_varnames[1 : code.co_argcount + code.co_kwonlyargcount]
        refuse_unknown(given, (*names, "training"), f"{type(module).__name__}.forward")


def _spread(module: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Any, ...]:
    """The arguments of `forward`: a single tuple of inputs is all of them, where it takes several."""
    if len(args) != 1 or not isinstance(args[0], tuple) or kwargs:
        return args
    forward = getattr(type(module), "forward", None)
    code = getattr(forward, "__code__", None)
    if code is None:
        return args
    needed = code.co_argcount - 1 - len(getattr(forward, "__defaults__", None) or ())
    return args[0] if needed > 1 or code.co_flags & 0x04 else args  # or it has *args


def _of_module(
    module: Any, args: tuple[Any, ...], kwargs: dict[str, Any], training: bool | None, place: tuple[str, int]
) -> Summary:
    """A module of ours, called on tensors of ours."""
    return _called(module, lambda: module(*args, **kwargs), (args, kwargs), training, place, {place[0]})


def _of_live(
    module: Any, args: tuple[Any, ...], kwargs: dict[str, Any], training: bool | None, place: tuple[str, int]
) -> Summary:
    """A live torch module, called on shapes: its own Python runs, no kernel does."""
    from convcalc.standin.live import files_of, reported, trace_live

    module = reported(module)
    files = {place[0], *files_of(module)}
    return _called(module, lambda: trace_live(module, *args, **kwargs), (args, kwargs), training, place, files)


def _called(
    module: Any, call: Callable[[], Any], given: Any, training: bool | None, place: tuple[str, int], files: set[str]
) -> Summary:
    """The summary of one call, in the mode that is asked for; `files` are the user's own, in whose lines it is placed."""
    modes = [(m, m.training) for _, m in named_modules(module)]
    if training is not None:
        for m, _ in modes:
            m.__dict__["training"] = training
    record = Recorder(files)
    conditions = _collector(record, given)
    try:
        with record:
            if conditions is None:
                call()
            else:
                with conditions:
                    call()
    except Exception as error:
        reveal(error)
        if not record.calls:
            raise
    finally:
        for m, mode in modes:
            m.__dict__["training"] = mode
    return _of_record(module, record, place, conditions)


def _collector(record: Recorder, given: Any) -> Any:
    """What collects the conditions of symbolic sizes; None where there are none."""
    from convcalc.trace import tensors

    if all(type(size) is int for tensor in tensors(given) for size in getattr(tensor, "shape", ())):
        return None
    from convcalc.dim import Conditions

    return Conditions(lambda: record.place(sys._getframe(2)))


def _of_record(module: Any, record: Recorder, place: tuple[str, int], conditions: Any = None) -> Summary:
    from convcalc.check.diagnosis import diagnose_record

    name = type(module).__name__
    target = Target(file=place[0], line=place[1], class_name=name, call=f"{name}(...)")
    if conditions is None:
        found = diagnose_record(record, module, *place)
    else:
        from convcalc.dim import Conditions

        with Conditions():  # what an explanation compares is no condition of the run
            found = diagnose_record(record, module, *place)
    draft = ModelDraft(module, record.calls, target, "given", found)
    if conditions is not None:
        draft.add_conditions(conditions)
    return Summary([draft.report(with_rows=True)])


def _of_file(target: str, options: list[str]) -> Summary:
    """Asks the command, in a process of its own: a file never runs in the caller's process."""
    from convcalc.source.json_text import read_json

    from .command import run

    done = run("summary", target, "--format", "json", "--quiet", *options)
    if not done.stdout:
        raise ValueError(done.stderr.strip().removeprefix("convcalc: "))
    return Summary([ModelReport.from_dict(model) for model in read_json(done.stdout)["models"]])


def input_options(inputs: tuple[Any, ...]) -> list[str]:
    """Inputs as the command's `--input` options."""
    return [text for i, value in enumerate(inputs) for text in ("--input", option(one_spec(value, f"input {i + 1}")))]


def options_of(batch: int | None, training: bool | None, seconds: float | None) -> list[str]:
    """These as the command's options."""
    if training not in (None, True, False):
        raise TypeError(f"training is True, False or None, not {training!r}")
    options = [] if batch is None else ["--batch", str(batch)]
    options += [] if seconds is None else ["--seconds", str(seconds)]
    return options + ([] if training is None else ["--mode", "train" if training else "eval"])
