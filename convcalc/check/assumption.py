"""What a refused call is assumed to answer: its declared output, unknown where two sizes contradict each other."""

from __future__ import annotations

from convcalc.nn.facts import facts_of
from convcalc.nn.module import Module
from convcalc.tensor import ShapeError, Tensor, Unknown, make

from .follow_on import batch_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from convcalc.trace import Call

_EITHER = "a size about which two places disagree"


def assumed(call: Call, error: BaseException) -> Any:
    """A tensor of the shape that the call would answer, were its input right; an unknown where there is no telling."""
    if not isinstance(error, ShapeError):
        return Unknown(f"{call.type}(...)")
    tensor = next((a for a in call.arguments[0] if isinstance(a, Tensor)), None)
    if error.rule == "concat":
        return _joined(call)
    if tensor is None:
        return Unknown(f"{call.type}(...)")
    if error.rule == "norm-channels" or (error.rule == "groups" and call.operation is not None):
        axis = call.operation.axis if call.operation is not None else facts_of(type(call.owner)).axis
        at = len(tensor.shape) - 1 if axis == -1 else 1
        return _like(tensor, [Unknown(_EITHER) if i == at else size for i, size in enumerate(tensor.shape)])
    if error.rule in ("view-size", "view-stride"):
        return _viewed(call, tensor, error)
    if error.rule == "broadcast":
        return _broadcast(call)
    if error.rule == "linear-in-features" and not _has_rows_of_samples(call, tensor):
        return Unknown(f"{call.type}(...)")
    again = _run_again(call, tensor, error)
    if again is not None:
        return again
    if error.rule == "matmul":
        return _product(call)
    if error.rule == "kernel-larger-than-input":
        return _windowed(call, tensor)
    return Unknown(f"{call.type}(...)")


def _has_rows_of_samples(call: Call, tensor: Tensor) -> bool:
    """Whether all that is wrong with the input of a Linear is its last size: its rows are samples, or their steps."""
    samples = batch_of(call)
    return len(tensor.shape) in (2, 3) and (samples is None or tensor.shape[0] == samples)


def _like(tensor: Tensor, shape: Any) -> Tensor:
    return make(tuple(shape), tensor.dtype)


def _run_again(call: Call, tensor: Tensor, error: ShapeError) -> Any:
    """The answer of the same rule to an input of the expected size, or of the expected element type."""
    run = call.operation.rule if call.operation is not None else type(call.owner).forward
    args, kwargs = call.arguments
    at = next(i for i, a in enumerate(args) if a is tensor)
    lead = () if call.operation is not None else (call.owner,)
    for instead in _mended_inputs(tensor, error, args):
        try:
            return run(*lead, *args[:at], instead, *args[at + 1 :], **kwargs)
        except Exception:
            continue
    return None


def _mended_inputs(tensor: Tensor, error: ShapeError, args: tuple[Any, ...]) -> Any:
    expected, actual = error.expected, error.actual
    shape = tuple(tensor.shape)
    if error.rule == "embedding-index":  # another number in the same place
        yield _like(tensor, shape)
        return
    if type(expected) is int and type(actual) is int:
        places = [i for i in reversed(range(len(shape))) if shape[i] == actual]
        for i in places:
            yield _like(tensor, (*shape[:i], expected, *shape[i + 1 :]))
    if error.rule in ("dtype", "embedding-dtype"):
        for other in args:
            if isinstance(other, Tensor) and other is not tensor and other.dtype is not tensor.dtype:
                yield make(shape, other.dtype)
        from convcalc.tensor import dtypes

        yield make(shape, dtypes.int64 if error.rule == "embedding-dtype" else dtypes.float32)


def _viewed(call: Call, tensor: Tensor, error: ShapeError) -> Any:
    """The sizes asked for: the batch stays the batch, of the others nobody knows whether they are meant."""
    sizes = error.actual if isinstance(error.actual, tuple) else call.arguments[0][1:]
    if len(sizes) == 1 and isinstance(sizes[0], (tuple, list)):
        sizes = tuple(sizes[0])
    batch = tensor.shape[0] if len(tensor.shape) else Unknown(_EITHER)
    kept = [batch if i == 0 and size in (-1, batch) else Unknown(_EITHER) for i, size in enumerate(sizes)]
    return _like(tensor, kept)


def _broadcast(call: Call) -> Any:
    a, b = [t for t in call.arguments[0] if isinstance(t, Tensor)][:2]
    rank = max(len(a.shape), len(b.shape))
    first, second = ((1,) * (rank - len(t.shape)) + tuple(t.shape) for t in (a, b))
    return _like(a, [y if x == 1 else x if y in (1, x) else Unknown(_EITHER) for x, y in zip(first, second)])


def _joined(call: Call) -> Any:
    args, kwargs = call.arguments
    items = list(args[0] if args else kwargs["tensors"])
    dim = args[1] if len(args) > 1 else kwargs.get("dim", kwargs.get("axis", 0))
    first = items[0]
    if call.operation.name != "cat" or any(len(t.shape) != len(first.shape) for t in items):
        return Unknown(f"{call.type}(...)")
    at = dim % len(first.shape)
    shape = []
    for i, sizes in enumerate(zip(*(t.shape for t in items))):
        shape.append(sum(sizes) if i == at else sizes[0] if len(set(sizes)) == 1 else Unknown(_EITHER))
    return _like(first, shape)


def _product(call: Call) -> Any:
    a, b = [t for t in call.arguments[0] if isinstance(t, Tensor)][:2]
    if len(a.shape) < 2 or len(b.shape) < 2:
        return Unknown(f"{call.type}(...)")
    return _like(a, (*a.shape[:-1], b.shape[-1]))


def _windowed(call: Call, tensor: Tensor) -> Any:
    """A convolution or pooling that finds no room: channels as declared, the other sizes unknown."""
    tensors = [a for a in call.arguments[0] if isinstance(a, Tensor)]
    shape = tuple(tensor.shape)
    if len(tensors) > 1 and len(tensors[1].shape) > 2:
        weight, layer = tensors[1], call.owner
        channels = getattr(layer, "out_channels", weight.shape[0]) if isinstance(layer, Module) else weight.shape[0]
        return _like(tensor, (shape[0], channels, *(Unknown(_EITHER) for _ in weight.shape[2:])))
    return _like(tensor, (*shape[:2], *(Unknown(_EITHER) for _ in shape[2:])))
