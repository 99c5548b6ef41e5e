"""The model runs with one batch size only: it is called again with one sample more.

Where that is refused, or where the outputs do not follow, the constant is looked for that stands in the batch's place: a
literal size of a view, a tensor of zeros made for the old batch, a hidden state. Without such a constant nothing is said:
the leading size may be no batch at all (nodes of a graph, steps of a sequence).
"""

from __future__ import annotations

from convcalc.check.diagnostic import Diagnostic, Literal
from convcalc.check.failure import failed_call, path_of
from convcalc.check.provenance import history, plain_shape, provenance, refused_tensor
from convcalc.check.root_cause import batched_rank, call_again
from convcalc.check.rule import WARNING, looked_for
from convcalc.check.span import span_of_call, span_of_error
from convcalc.check.wording import explain, product, shown
from convcalc.nn.module import named_modules
from convcalc.tensor import ShapeError, Tensor, make
from convcalc.trace import tensors

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from convcalc.check.fixes.case import Candidate, Case
    from convcalc.source.discovery import Found
    from convcalc.source.program import Program
    from convcalc.trace import Call

_VIEWS = frozenset("view reshape view_as reshape_as unflatten".split())
_MAKERS = frozenset("zeros ones rand randn empty full tensor new_zeros new_ones new_full".split())


def find(program: Program, model: Found) -> list[Diagnostic]:
    """Return a warning where a model that ran refuses one sample more, or cuts the samples otherwise."""
    found = _hard_coded_batch(program, model)
    return [] if found is None else [found]


def _hard_coded_batch(program: Program, model: Found) -> Diagnostic | None:
    call = model.call
    if call is None:
        return None
    carried = _batch_tensors(call)
    if carried is None:
        return None
    batch, given = carried
    larger = {id(t): make((batch + 1, *t.shape[1:]), t.dtype, None, t.device) for t in given}
    before = len(program.record.calls)
    result = call_again(program, call, larger)
    if isinstance(result, ShapeError):
        return _refused(program, model, result, batch, larger, before)
    if isinstance(result, Exception):
        return None
    return _not_followed(program, call, result, batch)


def _batch_tensors(call: Call) -> tuple[int, list[Tensor]] | None:
    """Return the batch of a call and the tensors that carry it: all of them share their leading size."""
    given = list(tensors(call.arguments))
    if not given or not all(isinstance(t, Tensor) and len(t.shape) > 1 for t in given[:1]):
        return None
    batch = given[0].shape[0]
    if type(batch) is not int or not all(isinstance(t, Tensor) and t.shape and t.shape[0] == batch for t in given):
        return None
    rank = len(given[0].shape)
    if rank < 4 and (rank != batched_rank(call.owner) or _counts_steps_first(call.owner)):
        return None
    return batch, given


def _counts_steps_first(model: Any) -> bool:
    """Return whether a recurrent layer takes the steps before the batch: the leading size is then no batch."""
    modules = [m for _, m in named_modules(model) if type(m).__module__ == "convcalc.nn.recurrent"]
    return any(not getattr(m, "batch_first", True) for m in modules)


def _refused(
    program: Program, model: Found, error: ShapeError, batch: int, larger: dict[int, Any], before: int
) -> Diagnostic | None:
    record = program.record
    failed = failed_call(record, error)
    if failed is None:
        return None
    culprit = _culprit(failed, error, batch, before, record.calls)
    if culprit is None:
        return None
    made, why = culprit
    span = span_of_error(error, record.files).in_characters(program.source)
    tensor = refused_tensor(failed, error)
    said = explain(record, error, failed, failed.owner)
    found = _warning(
        program,
        span.file,
        span.line,
        made,
        f"runs with a batch of {batch} only: {why}; with {batch + 1}, {said}",
        batch,
    )
    found.update(
        column=span.column, end_line=span.end_line, end_column=span.end_column, path=path_of(model.module, failed.owner),
        shape=None if tensor is None else plain_shape(tensor.shape), provenance=provenance(tensor), torch=f"RuntimeError: {error}",
    )  # fmt: skip
    return found


def _culprit(failed: Call, error: ShapeError, batch: int, before: int, calls: list[Call]) -> tuple[Call, str] | None:
    """Return the call in which the batch stands as a constant, and what it does."""
    name = _name(failed)
    if name in _VIEWS:
        asked = _sizes(failed)
        if asked is not None and (-1 not in asked or batch in asked):
            return failed, f"{name}({', '.join(map(str, asked))}) has it built in"
        return None
    new = {id(call) for call in calls[before:]}
    for tensor in (t for t in tensors(failed.arguments) if isinstance(t, Tensor)):
        for made, earlier, later in history(tensor):
            if id(made) not in new:
                break
            if earlier is None and _name(made) in _MAKERS and batch in tuple(later.shape):
                return made, f"{_name(made)} makes a tensor {shown(later.shape)} for it"
            if earlier is not None and _name(made) in _VIEWS | {"flatten"} and _loses_batch(earlier, later, batch + 1):
                asked = _sizes(made)
                if asked is None or asked[0] in (1, -1, batch) or len(asked) == 1:
                    text = "" if asked is None else ", ".join(map(str, asked))
                    return (
                        made,
                        f"{_name(made)}({text}) makes one row of all samples"
                        if batch == 1
                        else f"{_name(made)}({text}) has it built in",
                    )
    return None


def _loses_batch(earlier: Tensor, later: Tensor, batch: int) -> bool:
    return bool(earlier.shape and earlier.shape[0] == batch and (not later.shape or later.shape[0] != batch))


def _not_followed(program: Program, call: Call, result: Any, batch: int) -> Diagnostic | None:
    """Return outputs whose rows are not the samples, because a view with a wrong number of features moved some into the batch."""
    outputs = [t for t in tensors(result) if isinstance(t, Tensor)]
    if not outputs or not outputs[0].shape or outputs[0].shape[0] == batch + 1:
        return None
    for made, earlier, later in history(outputs[0]):
        if earlier is None or _name(made) not in _VIEWS or not _loses_batch(earlier, later, batch + 1):
            continue
        sizes = tuple(later.shape)
        asked = _sizes(made)
        if asked is None or len(sizes) != 2 or len(earlier.shape) < 3:
            return None
        span = span_of_call(made, program.source)
        features = later.shape[1]
        if asked[0] == batch and batch > 1:
            text = f"runs with a batch of {batch} only: {_name(made)}({', '.join(map(str, asked))}) has it built in; {batch + 1} samples become {sizes[0]} rows"
            found = _warning(program, made.file, made.line, made, text, batch)
        elif asked[0] == -1 and not _is_regrouping(tuple(earlier.shape), features):
            each = product(earlier.shape[1:])
            text = f"{_name(made)}({', '.join(map(str, asked))}) makes {sizes[0]} rows of {batch + 1} samples: a sample has {each} features, not {features}"
            found = _warning(program, made.file, made.line, made, text, batch)
            found.update(rule="flatten-size", expected=each, actual=features)
        else:
            return None
        found.update(
            column=span.column,
            end_line=span.end_line,
            end_column=span.end_column,
            shape=plain_shape(earlier.shape),
            provenance=provenance(earlier),
        )
        return found
    return None


def _is_regrouping(shape: tuple[Any, ...], features: Any) -> bool:
    """Return whether the features are the last sizes of a shape taken together: then places or steps are made rows on purpose."""
    return any(product(shape[i:]) == features for i in range(1, len(shape)))


def _sizes(made: Call) -> tuple[Any, ...] | None:
    """Return the sizes that a view was asked for, where they are numbers."""
    asked = made.arguments[0][1:]
    if len(asked) == 1 and isinstance(asked[0], (tuple, list)):
        asked = tuple(asked[0])
    return tuple(asked) if asked and all(type(size) is int for size in asked) else None


def _name(call: Call) -> str:
    return call.type.rpartition(".")[2]


def _warning(program: Program, file: Any, line: Any, made: Call, message: str, batch: int) -> Diagnostic:
    found = Diagnostic(RULE.name, RULE.severity, file, line, message, expected=batch, actual=batch + 1)
    span = span_of_call(made, program.source)
    found.literal = Literal(span.line, span.column, made.type, batch)
    return found


def fixes(case: Case) -> Iterator[Candidate]:
    """Yield the changes of the call in which the batch stands; they are tried against the warning, for nothing is refused."""
    from convcalc.check.fixes import batches

    if case.found.literal is not None:
        yield from batches.any_batch(case.text, case.syntax, case.found.literal)


RULE = looked_for(
    "batch-hard-coded",
    WARNING,
    "the model runs with one batch size only",
    find=find,
    fixes=fixes,
)
