"""From an exception to a diagnostic: the rule, the line where PyTorch raises, what was expected, what came, how it came about."""

from __future__ import annotations

from convcalc.nn.module import is_layer
from convcalc.source.guard import Refused
from convcalc.tensor import ShapeError, Unknown, UnknownValue, message_of

from .diagnostic import Diagnostic
from .failure import failed_call, path_of
from .provenance import plain_shape, provenance, refused_tensor
from .span import Span, constructor_span, span_of_error
from .wording import explain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from convcalc.trace import Call, Recorder

    from .error_recovery import Refusal


def of_refusal(record: Recorder, refusal: Refusal, root: Any, file: str, source: bytes) -> Diagnostic:
    """Return a refusal that a run went on from."""
    return of_error(record, root, refusal.error, file, source, refusal.call, refusal.span)


def of_error(
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
    """Return whether one of PyTorch's own layers refused to be built."""
    traceback = error.__traceback__
    while traceback is not None:
        frame = traceback.tb_frame
        if frame.f_code.co_name == "__init__" and type(frame.f_locals.get("self")).__module__.startswith("convcalc.nn"):
            return True
        traceback = traceback.tb_next
    return False


def _plain(value: Any) -> Any:
    if type(value) is Unknown:  # a size of which it is certain that it does not fit
        from convcalc.tensor.symbols import text_of

        return text_of(value) or "?"
    return value if value is None or isinstance(value, (int, str, float)) else str(value)


def _torch_kind(error: BaseException) -> str:
    for kind in (ValueError, IndexError, TypeError, KeyError, AttributeError, NotImplementedError, AssertionError):
        if isinstance(error, kind):
            return kind.__name__
    return "RuntimeError" if isinstance(error, ShapeError) else type(error).__name__


def _origin(steps: list[dict[str, Any]]) -> dict[str, Any] | None:
    """Return how the refused tensor came about: the last step of its provenance that had an input."""
    return steps[0] if steps and steps[0]["from"] is not None else None
