"""Errors whose cause lies elsewhere than where they show: a sample without its batch, channels at the wrong end, a layer used
at two places, a flattening that moves features into the batch.

Nothing is guessed: the model is called again with the input that it may have been made for, and only where it then runs does
the diagnosis say so.
"""

from __future__ import annotations

from convcalc.nn.facts import facts_of
from convcalc.nn.module import Module, is_layer
from convcalc.tensor import ShapeError, Tensor, Unknown, make
from convcalc.trace import tensors

from .diagnostic import Loader
from .explanation import shown, spec
from .provenance import plain_shape

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from convcalc.source.program import Program
    from convcalc.trace import Call

    from .diagnostic import Diagnostic

_SIZES = ("linear-in-features", "conv-channels", "norm-channels", "recurrent-input")
WHOLE_INPUT = ("missing-batch", "channels-last")  # what these say of the input explains all else that its model refuses
_LAYOUT = (
    *_SIZES,
    "input-dimensions",
    "kernel-larger-than-input",
    "view-size",
    "matmul",
    "broadcast",
    "concat",
    "dimension-range",
    "index-range",
    "loss-shapes",
)


def find_root_cause(
    program: Program, found: Diagnostic, error: BaseException, call: Call | None, batches: Any = None
) -> None:
    """Changes a diagnosis to the rule that names the cause, where there is a deeper one.

    `batches` are those of the data loader on whose last one the script was working, if it was.
    """
    if not isinstance(error, ShapeError) or call is None:
        return
    root = _outermost(call)
    if batches is not None and _is_last_batch(program, root, batches):
        _tell_last_batch(found, batches)
        return
    if found.rule == "view-size" and _flattens(call, error):
        found.rule = "flatten-size"
    if root.kind == "module" and found.rule in (*_LAYOUT, "flatten-size"):
        if _misses_batch(program, root, found) or _channels_last(program, root, found):
            return
    if found.rule in _SIZES:
        _used_before(program, call, found)
    elif found.rule == "loss-shapes":
        _moved_into_batch(call, found)


def _is_last_batch(program: Program, root: Call, batches: Any) -> bool:
    """Whether a call got the last batch, and goes through with a whole one."""
    last, whole = batches.size, batches.first_size
    small = [t for t in tensors(root.arguments) if isinstance(t, Tensor) and t.shape and t.shape[0] == last]
    if not small:
        return False
    if root.kind != "module":
        return True
    return runs(program, root, {id(t): make((whole, *t.shape[1:]), t.dtype, None, t.device) for t in small})


def _tell_last_batch(found: Diagnostic, batches: Any) -> None:
    items, size, last = batches.item_count(), batches.first_size, batches.size
    rest = f" ({items:,} % {size})" if isinstance(items, int) else ""
    samples = f"{last} sample{'s' if last != 1 else ''}"
    found.message = f"the last batch of the loader has {samples}{rest}, and then {found['message']}"
    found.update(
        rule="last-batch",
        expected=size,
        actual=last,
        fixes=[],
        loader=Loader(items if isinstance(items, int) else None, size, last),
    )


def _flattens(call: Call, error: ShapeError) -> bool:
    """Whether a refused view was to leave one row of features for each sample."""
    sizes, shape = error.actual, error.shape
    return isinstance(sizes, tuple) and len(sizes) == 2 and shape is not None and len(shape) > 2


def _misses_batch(program: Program, root: Call, found: Diagnostic) -> bool:
    given = list(tensors(root.arguments))
    if not given or not all(isinstance(t, Tensor) and len(t.shape) == len(given[0].shape) for t in given):
        return False
    shape = tuple(given[0].shape)
    flat = len(shape) == 3 and found.rule == "linear-in-features" and found.expected == _product(shape)
    if not flat and batched_rank(root.owner) != len(shape) + 1:
        return False
    if not runs(program, root, {id(t): make((2, *t.shape), t.dtype, None, t.device) for t in given}):
        return False
    found.message = (
        f"{_name(root)} is made for batches, but its input {shown(shape)} is a single sample: {found['message']}"
    )
    found.update(
        rule="missing-batch",
        expected=len(shape) + 1,
        actual=len(shape),
        shape=plain_shape(shape),
        fixes=[],
    )
    return True


# Kinds of layers of which the first tells what a batch is: most others take any number of dimensions.
TELLING = frozenset(("convolution", "pooling", "recurrent", "linear", "embedding"))


def batched_rank(model: Module) -> int | None:
    """The number of dimensions of a batch of what a model takes, from the first layer that tells one."""
    for module in _below(model):
        if not type(module).__module__.startswith("convcalc.nn"):
            continue
        stated = facts_of(type(module))
        if stated.kind in TELLING or (stated.kind == "normalization" and stated.dims is not None):
            return None if stated.sample is None else stated.sample + 1
    return None


def _product(sizes: Any) -> Any:
    total: Any = 1
    for size in sizes:
        total = total * size
    return total


def _channels_last(program: Program, root: Call, found: Diagnostic) -> bool:
    first = _input(root)
    if first is None or len(first.shape) not in (3, 4):
        return False
    shape = tuple(first.shape)
    wanted = found.expected if found.rule == "conv-channels" else None
    if wanted is None or shape[-1] != wanted or shape[-3] == wanted:
        return False
    lead = shape[:-3]
    turned = (*lead, shape[-1], shape[-3], shape[-2])
    if not runs(program, root, {id(first): make(turned, first.dtype)}):
        return False
    found.message = f"{_name(root)} takes its {wanted} channels before height and width, {shown(turned)}, but its input has them last: {shown(shape)}"
    found.update(rule="channels-last", shape=plain_shape(shape), fixes=[])
    return True


def _input(root: Call) -> Any:
    """The tensor that a model is called with, where it is one alone."""
    given = list(tensors(root.arguments))
    return given[0] if len(given) == 1 and isinstance(given[0], Tensor) else None


def _name(root: Call) -> str:
    return type(root.owner).__name__


def runs(program: Program, root: Call, instead: dict[int, Any]) -> bool:
    """Whether a model's call goes through with other tensors in the places of its own."""
    result = call_again(program, root, instead)
    return not isinstance(result, Exception) and not any(isinstance(t, Unknown) for t in tensors(result))


def call_again(program: Program, root: Call, instead: dict[int, Any]) -> Any:
    """The result of the same call with other tensors, or the exception; in the mode that it was made in."""
    args, kwargs = root.arguments
    args = tuple([_replaced(a, instead) for a in args])
    kwargs = {name: _replaced(a, instead) for name, a in kwargs.items()}
    modes = [(m, m.__dict__.get("training")) for m in _below(root.owner)]
    recovered, program.record.recover = program.record.recover, None
    for m, _ in modes:
        if root.training is not None and m is root.owner:
            m.__dict__["training"] = root.training
    try:
        with program.recording():
            return root.owner(*args, **kwargs)
    except Exception as error:
        return error
    finally:
        program.record.recover = recovered
        for m, training in modes:
            m.__dict__["training"] = training


def _below(module: Module) -> list[Module]:
    from convcalc.nn.module import named_modules

    return [m for _, m in named_modules(module)]


def _replaced(value: Any, instead: dict[int, Any]) -> Any:
    if isinstance(value, Tensor):
        return instead.get(id(value), value)
    if isinstance(value, (list, tuple)) and type(value) in (list, tuple):
        return type(value)([_replaced(part, instead) for part in value])
    if type(value) is dict:
        return {key: _replaced(part, instead) for key, part in value.items()}
    return value


def _used_before(program: Program, call: Call, found: Diagnostic) -> None:
    """A layer that took another shape earlier in the same call of the model is used at two places that differ."""
    layer = call.owner
    if not is_layer(layer):
        return
    module_call = call.parent if call.kind == "op" else call
    earlier = [c for c in program.record.calls if c.owner is layer and c.kind == "module" and c is not module_call]
    outer = _outermost(call)
    refused = {id(c.parent) for c in program.record.calls if c.error is not None or c.is_caught}
    earlier = [c for c in earlier if c.error is None and not c.is_caught and id(c) not in refused and _outermost(c) is outer]  # fmt: skip
    earlier = [c for c in earlier if c.inputs and c.inputs[0].shape is not None]
    if not earlier:
        return
    first = earlier[0]
    found.update(rule="reused-layer", fixes=[])
    found.message = (
        f"{spec(program.record, layer)} is used at two places: at line {first.line} it takes {shown(first.inputs[0].shape)}, here it gets "
        f"{shown(found['shape'])}"
    )


def _outermost(call: Call) -> Call:
    while call.parent is not None:
        call = call.parent
    return call


def _moved_into_batch(call: Call, found: Diagnostic) -> None:
    """Predictions whose number is not that of the targets because a view(-1, F) made rows of parts of samples."""
    given = [t for t in tensors(call.arguments) if isinstance(t, Tensor)][:2]
    if len(given) < 2 or not given[0].shape or not given[1].shape:
        return
    rows, samples = given[0].shape[0], given[1].shape[0]
    if rows == samples:
        return
    for step in found.provenance:
        old, new = step["from"], step["to"]
        if step["operation"].rpartition(".")[2] not in ("view", "reshape") or not old or not new:
            continue
        if old[0] == samples and new[0] == rows and len(new) == 2 and len(old) > 2:
            features = 1
            for size in old[1:]:
                features *= size
            name = step["operation"].rpartition(".")[2]
            found.rule = "flatten-size"
            found.expected, found.actual = features, new[1]
            found.message = (
                f"{name} at line {step['line']} made {rows} rows of {samples} samples: it cut {shown(old)} into {shown(new)}, but a sample "
                f"has {features} features, not {new[1]}"
            )
            found.origin = step
            return
