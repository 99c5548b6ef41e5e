"""From an exception to a diagnosis: the rule, the line where PyTorch raises, what was expected, what came, how it came about.

A diagnosis is a plain dict in the form of the report's JSON. `message` is in the words of this project; `torch` holds
PyTorch's own, which is what people search for.
"""

from __future__ import annotations

from convcalc.nn.module import Module, named_modules
from convcalc.tensor import ShapeError, Tensor, UnknownValue

from .mend import constructor_edit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from convcalc.source.discovery import Found
    from convcalc.source.program import Program
    from convcalc.trace import Call, Recorder

    Diagnosis = dict[str, Any]


def diagnose(program: Program, model: Found) -> list[Diagnosis]:
    """The errors of a model and what of it is not known."""
    error = (model.call.error if model.call is not None else model.error) or program.error
    found = [] if error is None else [_of_error(program.record, model.module, error, program.file, program.source)]
    return found + _unknown_operations(model.calls)


def diagnose_record(record: Recorder, module: Any, file: str, line: int) -> list[Diagnosis]:
    """The same for a module that was called from a line of Python, without a file to run."""
    error = record.calls[0].error if record.calls else None
    found = [] if error is None else [_of_error(record, module, error, file, None)]
    for diagnosis in found:
        if diagnosis["line"] is None:
            diagnosis["line"] = line
    return found + _unknown_operations(record.calls)


def notes(program: Program) -> list[Diagnosis]:
    """What was passed over, branched on without knowing, or not run: once for each line and text."""
    seen = set()
    found = []
    for note in program.record.notes:
        key = (note.file, note.line, note.text)
        if key not in seen:
            seen.add(key)
            found.append(_diagnosis(note.kind, "note", note.file, note.line, note.text))
    return found


def no_model(program: Program) -> Diagnosis:
    """No model was found in a file that takes something from modules that are not analysed: it may come from there."""
    names = ", ".join(sorted(program.missing))
    return _diagnosis(
        "unknown-module", "unknown", program.file, None, f"no model is known: what comes from {names} is not analysed"
    )


def _diagnosis(rule: str, severity: str, file: str | None, line: int | None, message: str, **more: Any) -> Diagnosis:
    base: Diagnosis = {
        "rule": rule, "severity": severity, "file": file, "line": line, "column": None, "path": None, "message": message,
        "expected": None, "actual": None, "shape": None, "suggestions": [],
    }  # fmt: skip
    base.update(more)
    return base


def _of_error(record: Recorder, root: Any, error: BaseException, root_file: str, source: bytes | None) -> Diagnosis:
    file, line = record.place_of(error)
    column = column_of(error, record.files)
    call = _failed_call(record, error)
    if isinstance(error, UnknownValue):
        return _diagnosis("unknown-value", "unknown", file, line, str(error), column=column)
    if isinstance(error, RecursionError):
        return _diagnosis(
            "budget-recursion",
            "unknown",
            file,
            line,
            "calls itself without end: the recursion went deeper than Python allows",
            column=column,
        )
    module = call.owner if call is not None and isinstance(call.owner, Module) else root
    path = _path(root, module)
    if isinstance(error, ShapeError):
        expected, actual, shape = error.expected, error.actual, error.shape
        message, suggestions = _explain(record, error, call, module, root_file, source)
        rule = error.rule
        origin = _origin(call, error)
    else:
        rule, message = "python-error", f"{type(error).__name__}: {error}"
        expected = actual = shape = origin = None
        suggestions = []
    return _diagnosis(
        rule, "error", file or root_file, line, message, column=column, path=path, expected=_plain(expected), actual=_plain(actual),
        shape=list(shape) if shape is not None else None, suggestions=suggestions, torch=f"{_torch_kind(error)}: {error}", origin=origin,
    )  # fmt: skip


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, (int, str, float)) else str(value)


def _torch_kind(error: BaseException) -> str:
    for kind in (ValueError, IndexError, TypeError, NotImplementedError, AssertionError):
        if isinstance(error, kind):
            return kind.__name__
    return "RuntimeError" if isinstance(error, ShapeError) else type(error).__name__


def column_of(error: BaseException, files: set[str]) -> int | None:
    """The column (from 1) of the expression that raised, where the interpreter keeps it (3.11 on)."""
    found = None
    traceback = error.__traceback__
    while traceback is not None:
        if traceback.tb_frame.f_code.co_filename in files:
            found = traceback
        traceback = traceback.tb_next
    if found is None or not hasattr(found.tb_frame.f_code, "co_positions"):
        return None
    positions = list(found.tb_frame.f_code.co_positions())
    start = positions[found.tb_lasti // 2][2]
    return None if start is None else start + 1


def _failed_call(record: Recorder, error: BaseException) -> Call | None:
    failure = record.failure
    if failure is not None and failure[0] is error:
        return failure[1]
    return next((call for call in reversed(record.calls) if call.error is error), None)


def _path(root: Any, module: Any) -> str | None:
    if not isinstance(root, Module) or module is None:
        return None
    return next((path for path, m in named_modules(root) if m is module), None)


def _explain(
    record: Recorder, error: ShapeError, call: Call | None, module: Any, file: str, source: bytes | None
) -> tuple[str, list[dict[str, Any]]]:
    """The message in terms of the layer, and the edit of its constructor that would mend it."""
    layer = (
        call is not None
        and isinstance(module, Module)
        and type(module).__module__.startswith("convcalc.nn")
        and not module._modules
    )
    if not layer or error.argument is None:
        return str(error), []
    name = _spec(record, module)
    what = {
        "in_features": "features",
        "in_channels": "channels",
        "num_features": "features",
        "num_channels": "channels",
    }.get(error.argument, error.argument)
    shape = f" in {tuple(error.shape)}" if error.shape is not None else ""
    message = f"{name} expected {error.expected} {what}, got {error.actual}{shape}"
    edit = None if source is None else constructor_edit(record, source, file, module, error.argument, error.actual)
    return message, [edit] if edit is not None else []


def _spec(record: Recorder, module: Module) -> str:
    """The layer as its constructor's call was written, with the names of its arguments and without the defaults."""
    built = record.built.get(id(module))
    init = type(module).__init__
    code = getattr(init, "__code__", None)
    if built is None or code is None:
        return repr(module).replace("\n", " ")
    names = code.co_varnames[1 : code.co_argcount]
    defaults = dict(zip(reversed(names), reversed(init.__defaults__ or ())))
    given = {**dict(zip(names, built.args)), **built.kwargs}
    told = [f"{name}={value!r}" for name, value in given.items() if name not in defaults or defaults[name] != value]
    return f"{type(module).__name__}({', '.join(told)})"


def _origin(call: Call | None, error: ShapeError) -> dict[str, Any] | None:
    """How the refused tensor came about: the operation that made it, its input's shape, the line."""
    if call is None:
        return None
    tensor = next(
        (
            a
            for a in call.arguments[0]
            if isinstance(a, Tensor) and (error.shape is None or tuple(a.shape) == tuple(error.shape))
        ),
        None,
    )
    made = getattr(tensor, "origin", None)
    if made is None or not made.inputs:
        return None
    first = made.inputs[0].shape
    return {"operation": made.type, "from": list(first) if first is not None else None, "to": list(made.outputs[0].shape) if made.outputs else None, "file": made.file, "line": made.line}  # fmt: skip


def _unknown_operations(calls: list[Call]) -> list[Diagnosis]:
    """What left the outputs unknown: operations without a rule, and those that met an unknown value."""
    found = []
    seen = set()
    for call in calls:
        unknown = call.outputs is not None and any(m.shape is None for m in call.outputs)
        fresh = all(m.shape is not None for m in call.inputs)
        if call.kind == "op" and unknown and fresh and (call.type, call.line) not in seen:
            seen.add((call.type, call.line))
            why = "has no rule yet" if call.operation is None else "depends on a value that is not known"
            found.append(
                _diagnosis(
                    "unknown-operation", "unknown", call.file, call.line, f"{call.type} {why}: its result is unknown"
                )
            )
    return found
