"""Tensors that were written in place although a pass backward still needs them as they were.

PyTorch counts the versions of each tensor, and keeps with an operation the tensors that its derivative needs, in their versions. A pass that
comes to a tensor of another version is refused. What is written are tensors on which an operation in place works, and the parameters that an
optimizer's step changes.

Only what is certain is refused: the very tensor that was written was kept, not a view or another form of it (under autocast the weights are copies),
and a step has changed only those parameters that the pass before it has come to.

Source: tools/autograd/derivatives.yaml; torch/csrc/autograd/saved_variable.cpp (unpack)
"""

from __future__ import annotations

from convcalc.tensor import ShapeError, Tensor, is_unknown

from . import recorder as _trace
from .graph import name_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .graph import Graph, Pass
    from .recorder import Call, Recorder, TensorMeta

MODIFIED = "one of the variables needed for gradient computation has been modified by an inplace operation"
LATER = ". It was changed after an operation had used it, and this pass needs it as it was then"

RESULT = -1
# What operations keep: an argument (or their result), and those arguments of which one must need a gradient for that.
_OTHER = ((0, (1,)), (1, (0,)))
_BOTH = ((0, (0, 1)), (1, (0, 1)))
KEPT: dict[str, tuple[tuple[int, tuple[int, ...]], ...]] = {
    **dict.fromkeys("sigmoid tanh exp exp2 softmax log_softmax sqrt rsqrt reciprocal tan relu".split(), ((RESULT, (0,)),)),
    **dict.fromkeys("sin cos abs square log log2 log10 log1p leaky_relu gelu silu mish hardswish softplus elu".split(), ((0, (0,)),)),
    **dict.fromkeys("mul multiply mm bmm mv dot linear matmul".split(), _OTHER),
    **dict.fromkeys("conv1d conv2d conv3d conv_transpose1d conv_transpose2d conv_transpose3d mse_loss pow".split(), _BOTH),
    **dict.fromkeys("div divide true_divide".split(), ((0, (1,)), (1, (0, 1)))),
}  # fmt: skip
_FLAT = ("linear", "matmul")  # which may keep another form of what is no matrix
_OPERATORS = frozenset("__setitem__ __iadd__ __isub__ __imul__ __itruediv__ __ifloordiv__ __imod__ __ipow__".split())
_WITHOUT_WRITING = frozenset(
    "requires_grad_ detach_ share_memory_ squeeze_ unsqueeze_ t_ transpose_ swapaxes_ swapdims_ as_strided_ resize_ resize_as_ "
    "sparse_resize_ rename_".split()
)


class Step:
    """A step of an optimizer: after how many calls and which pass, and the parameters that it may have changed."""

    __slots__ = ("made", "place", "tensors")

    def __init__(self, place: int, made: Pass, tensors: dict[int, Tensor]) -> None:
        self.place = place
        self.made = made
        self.tensors = tensors


def note_step(parameters: list[Tensor], without: list[Tensor]) -> None:
    """An optimizer changes its parameters, but for those `without` a gradient since they were told to have none."""
    recorder = _trace.active
    if recorder is not None and recorder.backwards:
        left_out = set(map(id, without))
        found = {id(tensor): tensor for tensor in parameters if id(tensor) not in left_out}
        recorder.steps.append(Step(len(recorder.calls), recorder.backwards[-1], found))


def suspects(recorder: Recorder, since: int) -> list[int]:
    """The writes in place after so many calls, of which something may have been kept: the maker's result, or as an argument of another call."""
    calls, places = recorder.calls, recorder.places()
    found = []
    for place in recorder.in_place:
        call = calls[place]
        if place < since or not _writes(call):
            continue
        written, before = call.arguments[0][0], call.before
        start = -1 if before is None else places.get(id(before), -1)
        if (before is not None and _keeps_result(before)) or any(
            other.kind == "op" and any(given is written for given in other.arguments[0])
            for other in calls[max(start + 1, since) : place]
        ):
            found.append(place)
    return found


def refuse_written(recorder: Recorder, graph: Graph, writes: list[int]) -> None:
    """ShapeError where the graph of a pass has something that was written since."""
    places, calls = recorder.places(), recorder.calls
    written: dict[int, int] = {}  # the last place at which a tensor was written
    results: dict[int, int] = {}  # the same of the result of a call
    for place in writes:
        call = calls[place]
        written[id(call.arguments[0][0])] = place
        if call.before is not None:
            results[id(call.before)] = place
    in_place = frozenset(recorder.in_place)
    steps = [(step.place, step.made.reached(recorder) & step.tensors.keys()) for step in recorder.steps]
    for number in graph.reached:
        place = places[number]
        call = calls[place]
        needing = {at for at, _ in graph.certain[number]}
        for at, needs in KEPT.get(name_of(call), ()):
            if needing.isdisjoint(needs) or not _is_clear(call) or (at == 0 and place in in_place):
                continue  # in place it keeps a copy of what it overwrites
            if at == RESULT:
                if results.get(number, -1) > place:
                    _refuse((call.outputs or [])[0])
                continue
            args = call.arguments[0]
            kept = args[at] if at < len(args) else None
            if not isinstance(kept, Tensor) or not _is_kept_itself(call, kept, at):
                continue
            if written.get(id(kept), -1) > place or any(
                when > place and id(kept) in changed for when, changed in steps
            ):
                _refuse(_meta(kept))


def _writes(call: Call) -> bool:
    """Whether a call that gave back what it was given has written there."""
    of, _, name = call.type.rpartition(".")
    args, kwargs = call.arguments
    if of != "F":
        return name in _OPERATORS or (name[-1:] == "_" and name[-2:] != "__" and name not in _WITHOUT_WRITING)
    arguments = call.operation.rule.__code__.co_varnames
    if "inplace" not in arguments or "dropout" in name:  # which writes nothing in evaluation
        return False
    at = arguments.index("inplace")
    return (args[at] if at < len(args) else kwargs.get("inplace")) is True


def _keeps_result(call: Call) -> bool:
    return any(at == RESULT for at, _ in KEPT.get(name_of(call), ()))


def _is_clear(call: Call) -> bool:
    """Whether it is known what it was given."""
    return bool(call.outputs) and not is_unknown(call.arguments[0])


def _is_kept_itself(call: Call, kept: Tensor, at: int) -> bool:
    """Whether it is the argument that is kept, and no copy of another type or form."""
    outputs = call.outputs
    if outputs is None or outputs[0].dtype != _meta(kept).dtype:
        return False
    name = name_of(call)
    return name not in _FLAT or len(kept.shape) == 2 == (
        2 if name == "linear" else len(call.arguments[0][1 - at].shape)
    )


def _meta(tensor: Tensor) -> TensorMeta:
    return _trace.metas((tensor,))[0]


def _refuse(tensor: TensorMeta) -> None:
    shape = "?" if tensor.shape is None else ", ".join("?" if is_unknown(size) else str(size) for size in tensor.shape)
    raise ShapeError(
        f"{MODIFIED}: [torch.{_KINDS.get(tensor.dtype or '', 'Float')}Tensor [{shape}]]{LATER}", "gradient"
    )


_KINDS = {"float64": "Double", "float16": "Half", "bfloat16": "BFloat16"}
