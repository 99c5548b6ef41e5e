"""`convcalc.summary`: the report of a file, of a layer spec, or of a live torch module."""

from __future__ import annotations

import os
import sys

from convcalc.analysis.model_draft import ModelDraft
from convcalc.analysis.results import ModelReport, Target
from convcalc.nn.module import Module, named_modules
from convcalc.report.summary import Summary
from convcalc.tensor import Tensor, make
from convcalc.tensor.dtypes import dtype_of
from convcalc.tensor.tensor import is_letter, symbolic_size
from convcalc.trace import Recorder

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def summary(
    target: Any, *inputs: Any, expression: str | None = None, training: bool | None = None, **kwargs: Any
) -> Summary:
    """The summary of a model, without running it.

    `target` is a file (as the command takes it: `"model.py"`, `"model.py::Net"`), a `convcalc.nn` module, or a live
    `torch.nn.Module`. `inputs` are shapes with the batch (a capital letter is a symbolic size), or tensors of `convcalc`; an element type goes with a shape as
    `((2, 16), "int64")`. A mistake in the model is a row and a diagnostic of the summary, not an exception.

    Raises ValueError where a file cannot be analysed; its text is the command's.
    """
    frame = sys._getframe(1)
    return summary_at((frame.f_code.co_filename, frame.f_lineno), target, inputs, kwargs, training)


def summary_at(
    place: tuple[str, int], target: Any, inputs: tuple[Any, ...], kwargs: dict[str, Any], training: bool | None
) -> Summary:
    """The same for a caller at that file and line, where a module's errors are placed that have no better place."""
    if isinstance(target, (str, os.PathLike)):
        return _of_file(os.fspath(target), inputs)
    tensors = tuple(_tensor(value) for value in inputs)
    named = {name: _tensor(value) if _is_shape(value) else value for name, value in kwargs.items()}
    if isinstance(target, Module):
        return _of_module(target, tensors, named, training, place)
    if "torch" in sys.modules and isinstance(target, sys.modules["torch"].nn.Module):
        return _of_live(target, tensors, named, training, place)
    raise TypeError(f"summary() takes a file, a convcalc.nn module or a torch.nn.Module, not {type(target).__name__}")


def _is_shape(value: Any) -> bool:
    return isinstance(value, tuple) and all(isinstance(v, int) or (type(v) is str and is_letter(v)) for v in value)


def _tensor(value: Any) -> Tensor:
    if isinstance(value, Tensor):
        return value
    if isinstance(value, (tuple, list)) and len(value) == 2 and isinstance(value[1], str):
        return make(_sizes(value[0]), dtype_of(value[1]))
    return make(_sizes(value), dtype_of(None))


def _sizes(sizes: Any) -> tuple[Any, ...]:
    """A shape with a symbolic size for each letter."""
    return tuple([symbolic_size(size, i) if type(size) is str else size for i, size in enumerate(sizes)])


def _of_module(
    module: Module, args: tuple[Any, ...], kwargs: dict[str, Any], training: bool | None, place: tuple[str, int]
) -> Summary:
    modes = [(m, m.training) for _, m in named_modules(module)]
    if training is not None:
        for m, _ in modes:
            m.__dict__["training"] = training
    record = Recorder({place[0]})
    conditions = _collector(record, args, kwargs)
    try:
        with record:
            if conditions is None:
                module(*args, **kwargs)
            else:
                with conditions:
                    module(*args, **kwargs)
    except Exception:
        if not record.calls:
            raise
    finally:
        for m, mode in modes:
            m.__dict__["training"] = mode
    return _of_record(module, record, place, conditions)


def _collector(record: Recorder, *values: Any) -> Any:
    """What collects the conditions of symbolic sizes; None where there are none."""
    from convcalc.trace import tensors

    if all(type(size) is int for value in values for tensor in tensors(value) for size in getattr(tensor, "shape", ())):
        return None
    from convcalc.dim import Conditions

    return Conditions(lambda: record.place(sys._getframe(2)))


def _of_live(
    module: Any, args: tuple[Any, ...], kwargs: dict[str, Any], training: bool | None, place: tuple[str, int]
) -> Summary:
    """A live torch module, called on shapes: its own Python runs, no kernel does."""
    from convcalc.standin.live import trace_live

    modes = [(m, m.training) for _, m in named_modules(module)]
    record = Recorder({place[0]})
    try:
        if training is not None:
            for m, _ in modes:
                m.training = training
        with record:
            trace_live(module, *args, **kwargs)
    except Exception:
        if not record.calls:
            raise
    finally:
        for m, mode in modes:
            m.training = mode
    return _of_record(module, record, place)


def _of_record(module: Any, record: Recorder, place: tuple[str, int], conditions: Any = None) -> Summary:
    from convcalc.check.diagnosis import diagnose_record

    name = type(module).__name__
    target = Target(file=place[0], line=place[1], class_name=name, call=f"{name}(...)")
    draft = ModelDraft(module, record.calls, target, "given", diagnose_record(record, module, *place))
    if conditions is not None:
        draft.add_conditions(conditions)
    return Summary([draft.report(with_rows=True)])


def _of_file(target: str, inputs: tuple[Any, ...]) -> Summary:
    """Asks the command, in a process of its own: a file never runs in the caller's process."""
    from convcalc.source.json_text import read_json

    from .command import run

    done = run("summary", target, "--format", "json", "--quiet", *input_options(inputs))
    if not done.stdout:
        raise ValueError(done.stderr.strip().removeprefix("convcalc: "))
    return Summary([ModelReport.from_dict(model) for model in read_json(done.stdout)["models"]])


def input_options(inputs: tuple[Any, ...]) -> list[str]:
    """Shapes and tensors as the command's `--input` options."""
    options = []
    for value in inputs:
        tensor = _tensor(value)
        options += ["--input", ("x".join(map(str, tensor.shape)) or "()") + f":{tensor.dtype.name}"]
    return options
