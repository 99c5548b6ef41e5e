"""What a refused call is assumed to answer: its declared output, unknown where two sizes contradict each other.

How, each rule says by the `assumed_output` in its file. Most say `rerun`: the same rule of the engine, run with the expected size put in.
"""

from __future__ import annotations

from convcalc.nn.facts import facts_of
from convcalc.tensor import ShapeError, Tensor, Unknown, dtypes, make
from convcalc.trace.internal_errors import reveal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Any

    from convcalc.trace import Call

EITHER = "a size about which two places disagree"


def assumed(call: Call, error: BaseException) -> Any:
    """Return a tensor of the shape that the call would answer, were its input right; an unknown where there is no telling."""
    found = None
    if isinstance(error, ShapeError):
        from .rules import RULES

        rule = RULES.get(error.rule)
        if rule is not None and rule.assumed_output is not None:
            found = rule.assumed_output(call, error)
    return Unknown(f"{call.type}(...)") if found is None else found


def first_tensor(call: Call) -> Tensor | None:
    """Return the first of a call's arguments that is a tensor."""
    return next((a for a in call.arguments[0] if isinstance(a, Tensor)), None)


def two_tensors(call: Call) -> list[Tensor]:
    """Return the first two of a call's arguments that are tensors."""
    return [t for t in call.arguments[0] if isinstance(t, Tensor)][:2]


def like(tensor: Tensor, shape: Iterable[Any]) -> Tensor:
    """Return a tensor of another shape and of the same element type."""
    return make(tuple(shape), tensor.dtype)


def rerun(call: Call, error: ShapeError) -> Any:
    """Return the answer of the same rule to an input of the expected size; None where it refuses that too."""
    tensor = first_tensor(call)
    return None if tensor is None else answer(call, tensor, of_expected_size(tensor, error))


def answer(call: Call, tensor: Tensor, instead: Iterable[Tensor]) -> Any:
    """Return the answer of the same rule to the first tensor that it takes in the place of its own; None where it takes none."""
    run = call.operation.rule if call.operation is not None else type(call.owner).forward
    args, kwargs = call.arguments
    at = next(i for i, a in enumerate(args) if a is tensor)
    lead = () if call.operation is not None else (call.owner,)
    for other in instead:
        try:
            return run(*lead, *args[:at], other, *args[at + 1 :], **kwargs)
        except Exception as fault:
            reveal(fault)
            continue
    return None


def of_expected_size(tensor: Tensor, error: ShapeError) -> Iterator[Tensor]:
    """Yield tensors with the expected size where the refused one stood, the last dimension first."""
    expected, actual = error.expected, error.actual
    shape = tuple(tensor.shape)
    if type(expected) is int and type(actual) is int:
        for i in reversed(range(len(shape))):
            if shape[i] == actual:
                yield like(tensor, (*shape[:i], expected, *shape[i + 1 :]))


def of_another_type(call: Call, tensor: Tensor, usual: str) -> Iterator[Tensor]:
    """Yield the tensor with the element types of the call's others, then with the usual one."""
    for other in call.arguments[0]:
        if isinstance(other, Tensor) and other is not tensor and other.dtype is not tensor.dtype:
            yield make(tuple(tensor.shape), other.dtype)
    yield make(tuple(tensor.shape), getattr(dtypes, usual))


def with_type(usual: str) -> Callable[[Call, ShapeError], Any]:
    """Return how a rule is run again with the expected size, then with other element types, the `usual` one last."""

    def assumed_output(call: Call, error: ShapeError) -> Any:
        tensor = first_tensor(call)
        if tensor is None:
            return None
        return answer(call, tensor, [*of_expected_size(tensor, error), *of_another_type(call, tensor, usual)])

    return assumed_output


def with_unknown_channels(call: Call, error: ShapeError) -> Any:
    """Return the tensor itself with an unknown number of channels: which of the two numbers is right is not known."""
    tensor = first_tensor(call)
    if tensor is None:
        return None
    axis = call.operation.axis if call.operation is not None else facts_of(type(call.owner)).axis
    at = len(tensor.shape) - 1 if axis == -1 else 1
    return like(tensor, [Unknown(EITHER) if i == at else size for i, size in enumerate(tensor.shape)])


def of_view(call: Call, error: ShapeError) -> Any:
    """Return the sizes that a view asks for: the batch stays the batch, of the others it is not known whether they are meant."""
    tensor = first_tensor(call)
    if tensor is None:
        return None
    sizes = error.actual if isinstance(error.actual, tuple) else call.arguments[0][1:]
    if len(sizes) == 1 and isinstance(sizes[0], (tuple, list)):
        sizes = tuple(sizes[0])
    batch = tensor.shape[0] if len(tensor.shape) else Unknown(EITHER)
    return like(tensor, [batch if i == 0 and size in (-1, batch) else Unknown(EITHER) for i, size in enumerate(sizes)])


def of_same_shape(call: Call, error: ShapeError) -> Any:
    """Return a tensor like the refused one: the operation keeps the shape of what it is given."""
    tensor = first_tensor(call)
    return None if tensor is None else like(tensor, tensor.shape)
