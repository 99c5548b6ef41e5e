"""A refusal in plain words: what was expected, what came. PyTorch's own words stand beside it."""

from __future__ import annotations

from convcalc.nn.facts import facts_of
from convcalc.nn.module import Module, is_layer
from convcalc.tensor import Tensor

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from convcalc.tensor import ShapeError
    from convcalc.trace import Call, Recorder

_WHICH_INPUT = {"in1_features": " in its first input", "in2_features": " in its second input"}


def explain(record: Recorder, error: ShapeError, call: Call | None, module: Any) -> str:
    """What a layer or an operation expected and what it got; PyTorch's own words where they are the plainest."""
    words = _OF_RULE.get(error.rule)
    if words is not None and call is not None:
        try:
            text = words(record, error, call, module)
        except (AttributeError, IndexError, TypeError, ValueError, KeyError, StopIteration):
            text = None
        if text is not None:
            return text
    return str(error)


def spec(record: Recorder, module: Module) -> str:
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


def subject(record: Recorder, call: Call, module: Any) -> str:
    """What refused: the layer as it was written, or the name of the operation."""
    return spec(record, module) if is_layer(module) else call.type


def shown(shape: Any) -> str:
    sizes = ["?" if size is None else str(size) for size in shape]
    return f"({sizes[0]},)" if len(sizes) == 1 else f"({', '.join(sizes)})"


def _sizes(record: Recorder, error: ShapeError, call: Call, module: Any) -> str | None:
    if error.expected is None:
        return None
    what = _unit(error, call, module)
    where = f" in {shown(error.shape)}" if error.shape is not None else ""
    return f"{subject(record, call, module)} expected {_plain(error.expected)}{' ' + what if what else ''}, got {_plain(error.actual)}{where}"


def _unit(error: ShapeError, call: Call, module: Any) -> str:
    """Return what the expected size counts, as the layer or the operation that refuses says itself."""
    unit = facts_of(type(module)).unit if is_layer(module) else ""
    if not unit and call.operation is not None:
        unit = call.operation.unit
    return unit + _WHICH_INPUT.get(error.argument or "", "") if error.argument else ""


def _plain(value: Any) -> str:
    return shown(value) if isinstance(value, tuple) else str(value)


def _view(record: Recorder, error: ShapeError, call: Call, module: Any) -> str | None:
    sizes, shape = error.actual, error.shape
    if not isinstance(sizes, tuple) or shape is None:
        return None
    name = call.type.rpartition(".")[2]
    total = _product(shape)
    asked = f"{name}({', '.join(map(str, sizes))})"
    if len(shape) > 1 and len(sizes) > 1 and sizes[0] in (-1, shape[0]):
        each, wanted = _product(shape[1:]), _product(s for s in sizes[1:] if s != -1)
        if -1 not in sizes[1:]:
            return f"{asked} wants {wanted} values for each of the {shape[0]} samples, but {shown(shape)} has {each}"
    if -1 in sizes:
        known = _product(s for s in sizes if s != -1)
        return f"{asked} does not fit {shown(shape)}: its {total} values cannot be divided by {known}"
    return f"{asked} has room for {_product(sizes)} values, but {shown(shape)} has {total}"


def _product(sizes: Any) -> Any:
    total = 1
    for size in sizes:
        total = total * size
    return total


def _window(record: Recorder, error: ShapeError, call: Call, module: Any) -> str | None:
    if not isinstance(error.expected, tuple) or not isinstance(error.actual, tuple) or error.shape is None:
        return None
    window, room = ("x".join(map(str, sizes)) for sizes in (error.expected, error.actual))
    padded = ", with its padding," if "padding" in str(error) else ""
    return f"{subject(record, call, module)} has a window of {window}, but its input {shown(error.shape)}{padded} has only {room}"


def _dimensions(record: Recorder, error: ShapeError, call: Call, module: Any) -> str | None:
    tensor = _tensors(call)[0]
    return f"{subject(record, call, module)} does not take {len(tensor.shape)} dimensions: it got {shown(tensor.shape)}"


def _tensors(call: Call) -> list[Any]:
    from convcalc.trace import tensors

    return [t for t in tensors(call.arguments) if isinstance(t, Tensor)]


def _broadcast(record: Recorder, error: ShapeError, call: Call, module: Any) -> str | None:
    a, b = _tensors(call)[:2]
    name = call.type.rpartition(".")[2]
    for i in range(1, min(len(a.shape), len(b.shape)) + 1):
        x, y = a.shape[-i], b.shape[-i]
        if x != y and x != 1 and y != 1:
            at = {1: "last size", 2: "last size but one"}.get(i, f"size {i} from the end")
            return f"{name} of {shown(a.shape)} and {shown(b.shape)}: the {at} is {x} and {y}, which must be equal (or one of them 1)"
    return None


def _concat(record: Recorder, error: ShapeError, call: Call, module: Any) -> str | None:
    shapes = [t.shape for t in _tensors(call)]
    name = call.type.rpartition(".")[2]
    listed = ", ".join(shown(s) for s in shapes[:4]) + (", …" if len(shapes) > 4 else "")
    if not shapes:
        return f"{name} takes at least one tensor, but the list is empty"
    if name == "stack":
        return f"stack takes tensors of one shape, but got {listed}"
    if any(len(s) != len(shapes[0]) for s in shapes):
        return f"{name} takes tensors of one number of dimensions, but got {listed}"
    args, kwargs = call.arguments
    dim = args[1] if len(args) > 1 else kwargs.get("dim", kwargs.get("axis", 0))
    return f"{name} along dimension {dim} of {listed}: all other sizes must be equal, but {error.actual} came where {error.expected} was expected"


def _matmul(record: Recorder, error: ShapeError, call: Call, module: Any) -> str | None:
    a, b = _tensors(call)[-2:]
    if len(a.shape) < 2 or len(b.shape) < 2 or a.shape[-1] == b.shape[-2]:
        return None
    name = call.type.rpartition(".")[2]
    return f"{name} of {shown(a.shape)} and {shown(b.shape)}: the last size of the first is {a.shape[-1]}, the last but one of the second {b.shape[-2]}; they must be equal"


def _embedding(record: Recorder, error: ShapeError, call: Call, module: Any) -> str | None:
    return f"{subject(record, call, module)} takes whole numbers (int64) as indices, but got {error.actual}"


def _loss(record: Recorder, error: ShapeError, call: Call, module: Any) -> str | None:
    given = _tensors(call)
    if len(given) < 2:
        return None
    name = type(call.parent.owner).__name__ if call.parent is not None and is_layer(call.parent.owner) else call.type
    predictions, targets = given[:2]
    if error.actual == targets.dtype.name:
        return f"{name} takes targets of type {error.expected}, but got {error.actual}"
    a, b = predictions.shape, targets.shape
    if len(a) > 0 and len(b) > 0 and a[0] != b[0]:
        return f"{name} got {a[0]} predictions {shown(a)} for {b[0]} targets {shown(b)}"
    if "multi-target" in str(error):
        return f"{name} takes one class number for each sample, {shown(a[:1])}, but got targets {shown(b)}"
    return f"{name} got predictions {shown(a)} and targets {shown(b)}, which do not fit each other"


def _dtype(record: Recorder, error: ShapeError, call: Call, module: Any) -> str | None:
    if error.expected is None or error.actual is None:
        return None
    return f"{subject(record, call, module)} takes {error.expected}, but got {error.actual}"


def _one_value(record: Recorder, error: ShapeError, call: Call, module: Any) -> str | None:
    shape = _tensors(call)[0].shape
    return f"{subject(record, call, module)} in training needs more than one value a channel to average over, but got {shown(shape)}"


_OF_RULE = {
    "linear-in-features": _sizes,
    "conv-channels": _sizes,
    "norm-channels": _sizes,
    "recurrent-input": _sizes,
    "view-size": _view,
    "kernel-larger-than-input": _window,
    "input-dimensions": _dimensions,
    "broadcast": _broadcast,
    "concat": _concat,
    "matmul": _matmul,
    "embedding-dtype": _embedding,
    "loss-shapes": _loss,
    "dtype": _dtype,
    "norm-one-value": _one_value,
}
