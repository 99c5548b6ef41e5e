"""From an exception to a diagnosis: the rule, the line where PyTorch raises, what was expected, what came, how it came about."""

from __future__ import annotations

from convcalc.nn.module import Module, is_layer, named_modules
from convcalc.source.guard import Refused
from convcalc.tensor import ShapeError, UnknownValue, message_of

from .branches import followed
from .diagnostic import Diagnostic
from .provenance import plain_shape, provenance, refused_tensor
from .span import Span, span_of_error, span_of_instruction
from .wording import explain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from convcalc.source.discovery import Found
    from convcalc.source.program import Program
    from convcalc.trace import Call, Recorder

    from .error_recovery import Refusal


def diagnose(program: Program, model: Found) -> list[Diagnostic]:
    """The errors of a model and what of it is not known."""
    error = error_of(program, model)
    found = [] if error is None else [_of_error(program.record, model.module, error, program.file, program.source)]
    if model.unfed:
        found.append(Diagnostic("no-input", "unknown", model.file or program.file, model.line, model.unfed))
    for d in found:
        if d.line is None and model.line is not None:  # it was not raised, but found of the class
            d.update(file=model.file or program.file, line=model.line)
    return found + _unknown_operations(model.calls)


def error_of(program: Program, model: Found) -> BaseException | None:
    """What ended the model's call, its construction, or the script, unless the target names the model and nothing else."""
    own = model.call.error if model.call is not None else model.error
    return own or (None if model.is_named else program.error)


def diagnose_record(record: Recorder, module: Any, file: str, line: int) -> list[Diagnostic]:
    """The same for a module that was called from a line of Python, without a file to run."""
    error = record.calls[0].error if record.calls else None
    found = [] if error is None else [_of_error(record, module, error, file, None)]
    for d in found:
        if d.line is None:
            d.line = line
    return found + _unknown_operations(record.calls)


def notes(program: Program, models: list[Found], number: int) -> list[Diagnostic]:
    """What was passed over, branched on without knowing, or not run: once for each line and text.

    A branch in a call of a model is told with that model, everything else with the first.
    """
    seen = set()
    found = []
    for note in program.record.notes:
        if (_model_of(note.call, models) if note.kind in ("branch", "loop") else 0) != number:
            continue
        text = note.text if note.branch is None else followed(program, note.branch)
        key = (note.file, note.line, text)
        if key not in seen:
            seen.add(key)
            found.append(Diagnostic(note.kind, "note", note.file, note.line, text))
    return found


def _model_of(call: Call | None, models: list[Found]) -> int:
    """The number of the model that a call belongs to; of the first one for other calls."""
    if call is None or len(models) < 2:
        return 0
    holds = (i for i, m in enumerate(models) if isinstance(m.module, Module) and any(n is call.owner for _, n in named_modules(m.module)))  # fmt: skip
    return next(holds, 0)


def no_model(program: Program) -> Diagnostic:
    """No model was found in a file that takes something from modules that are not analysed: it may come from there."""
    names = ", ".join(sorted(program.missing))
    return Diagnostic(
        "unknown-module", "unknown", program.file, None, f"no model is known: what comes from {names} is not analysed"
    )


def left_out(program: Program) -> list[Diagnostic]:
    """The cells of a notebook that are no Python: what they would have done is not known."""
    return [
        Diagnostic("not-analysed", "unknown", error.file, error.line, f"{error.args[0]}: the cell is left out")
        for error in program.left_out
    ]


def of_refusal(record: Recorder, refusal: Refusal, root: Any, file: str, source: bytes) -> Diagnostic:
    """A refusal that a run went on from."""
    return _of_error(record, root, refusal.error, file, source, refusal.call, refusal.span)


def _of_error(
    record: Recorder,
    root: Any,
    error: BaseException,
    root_file: str,
    source: bytes | None,
    call: Call | None = None,
    span: Span | None = None,
) -> Diagnostic:
    if span is None:
        call, span = failed_call(record, error), span_of_error(error, record.files)
    span = span.in_characters(source)
    place: Any = {"column": span.column, "end_line": span.end_line, "end_column": span.end_column}
    if isinstance(error, UnknownValue):
        return Diagnostic("unknown-value", "unknown", span.file, span.line, str(error), **place)
    if isinstance(error, Refused):  # PyTorch would not have refused it, this program does
        return Diagnostic("not-analysed", "unknown", span.file, span.line, str(error), **place)
    if isinstance(error, RecursionError):
        message = "calls itself without end: the recursion went deeper than Python allows"
        return Diagnostic("budget-recursion", "unknown", span.file, span.line, message, **place)
    module = call.owner if call is not None else root
    found = Diagnostic(
        "python-error",
        "error",
        span.file or root_file,
        span.line,
        f"{type(error).__name__}: {message_of(error)}",
        **place,
    )
    found.update(path=path_of(root, module), torch=f"{_torch_kind(error)}: {message_of(error)}", origin=None)
    if isinstance(error, ShapeError):
        found.update(rule=error.rule, message=explain(record, error, call, module))
        found.update(expected=_plain(error.expected), actual=_plain(error.actual))
        if call is not None:
            tensor = refused_tensor(call, error)
            shape = error.shape if error.shape is not None else getattr(tensor, "shape", None)
            found.shape = None if shape is None else plain_shape(shape)
            found.provenance = provenance(tensor)
            found.origin = _origin(found.provenance)
            if is_layer(module):
                found.constructor = constructor_span(record, module, source)
        elif _is_of_library_constructor(error):
            found.constructor = span.as_dict()
    return found


def _is_of_library_constructor(error: BaseException) -> bool:
    """Whether one of PyTorch's own layers refused to be built."""
    traceback = error.__traceback__
    while traceback is not None:
        frame = traceback.tb_frame
        if frame.f_code.co_name == "__init__" and type(frame.f_locals.get("self")).__module__.startswith("convcalc.nn"):
            return True
        traceback = traceback.tb_next
    return False


def span_of_call(call: Call, source: bytes | None) -> Span:
    """The expression that made a call."""
    if call.f_code is None:
        return Span(call.file, call.line)
    return span_of_instruction(call.f_code, call.instruction, call.line).in_characters(source)


def constructor_span(record: Recorder, module: Any, source: bytes | None) -> dict[str, Any] | None:
    """The call that built a module."""
    built = record.built.get(id(module))
    if built is None or built.f_code is None:
        return None
    return span_of_instruction(built.f_code, built.instruction, built.line).in_characters(source).as_dict()


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, (int, str, float)) else str(value)


def _torch_kind(error: BaseException) -> str:
    for kind in (ValueError, IndexError, TypeError, KeyError, AttributeError, NotImplementedError, AssertionError):
        if isinstance(error, kind):
            return kind.__name__
    return "RuntimeError" if isinstance(error, ShapeError) else type(error).__name__


def failed_call(record: Recorder, error: BaseException) -> Call | None:
    """The innermost call in which an error arose."""
    failure = record.failure
    if failure is not None and failure[0] is error:
        return failure[1]
    return next((call for call in reversed(record.calls) if call.error is error), None)


def path_of(root: Any, module: Any) -> str | None:
    """The name of a module below a root, as `named_modules()` has it."""
    if not isinstance(root, Module) or module is None:
        return None
    return next((path for path, m in named_modules(root) if m is module), None)


def _origin(steps: list[dict[str, Any]]) -> dict[str, Any] | None:
    """How the refused tensor came about: the last step of its provenance that had an input."""
    return steps[0] if steps and steps[0]["from"] is not None else None


def _unknown_operations(calls: list[Call]) -> list[Diagnostic]:
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
                Diagnostic(
                    "unknown-operation", "unknown", call.file, call.line, f"{call.type} {why}: its result is unknown"
                )
            )
    return found
