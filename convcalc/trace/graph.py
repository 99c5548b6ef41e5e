"""The graph that `backward()` goes through, and what of it an earlier pass has freed.

PyTorch keeps with an operation the tensors that its derivative needs, and throws them away when a pass has gone through it, unless
the graph is retained. Who comes there again is refused. Operations whose derivatives need no tensors (sums, views) refuse nobody.

Nothing of it is kept while operations run. A pass only notes where it began; what it has freed is worked out when a later pass may
come to something that is older. What is not certain counts neither as freed nor as reached: below a custom function, of what a stand-in
made, of a turn of a loop that stands for others, of a side of a condition, after a loop of unknown length.

Source: tools/autograd/derivatives.yaml; torch/csrc/autograd/engine.cpp (evaluate_function), saved_variable.cpp
"""

from __future__ import annotations

import sys
from bisect import bisect_right

from convcalc.tensor import Parameter, ShapeError, Tensor, is_unknown
from convcalc.tensor.dtypes import takes_gradients
from convcalc.tensor.tensor import NO_LONGER_NONE, cleared, unfilled

from . import recorder as _trace
from .gradients import LEAVES, UNCLEAR, History, is_clear

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from .recorder import Call, Recorder

    Edge = tuple[Any, Tensor]  # where the tensor stands among the arguments: a number, in a list two

TWICE = (
    "Trying to backward through the graph a second time (or directly access saved tensors after they have already been freed). Saved "
    "intermediate values of the graph are freed when you call .backward() or autograd.grad(). Specify retain_graph=True if you need to "
    "backward through the graph a second time or if you need to access saved tensors after calling backward."
)
ABSENT = object()
MOST = 20_000  # calls that are looked at behind one pass

# Operations that keep tensors for their derivatives, and the arguments that have them do so: one of these that needs a gradient is enough.
SAVING: dict[str, tuple[int, ...]] = {
    **dict.fromkeys(
        "abs acos acosh amax amin asin asinh atan atanh cos cosh cummax cummin cumprod digamma erf erfc erfinv exp exp2 expm1 lgamma log "
        "log10 log1p log2 logcumsumexp logit log_softmax logsumexp median prod quantile reciprocal rsqrt sigmoid sin sinc sinh softmax "
        "sort sqrt square std tan tanh topk var norm kthvalue max min clamp clamp_max clamp_min masked_fill masked_select gather "
        "index_select take take_along_dim nan_to_num relu relu6 elu selu celu leaky_relu gelu silu mish softplus softsign tanhshrink "
        "hardtanh hardsigmoid hardswish hardshrink softshrink logsigmoid softmin threshold rrelu glu normalize avg_pool1d avg_pool2d "
        "avg_pool3d max_pool1d max_pool2d max_pool3d adaptive_max_pool1d adaptive_max_pool2d adaptive_max_pool3d nll_loss ctc_loss "
        "multi_margin_loss multilabel_margin_loss instance_norm".split(),
        (0,),
    ),
    **dict.fromkeys(
        "mul multiply div divide true_divide pow matmul mm bmm mv dot vdot inner outer kron cross atan2 hypot maximum minimum cdist dist "
        "linear conv1d conv2d conv3d conv_transpose1d conv_transpose2d conv_transpose3d prelu bilinear grid_sample mse_loss l1_loss "
        "smooth_l1_loss huber_loss kl_div binary_cross_entropy binary_cross_entropy_with_logits cross_entropy poisson_nll_loss "
        "gaussian_nll_loss cosine_similarity cosine_embedding_loss pairwise_distance".split(),
        (0, 1),
    ),
    **dict.fromkeys("scaled_dot_product_attention triplet_margin_loss margin_ranking_loss addcdiv".split(), (0, 1, 2)),
    **dict.fromkeys("addmm addbmm addmv addr baddbmm addcmul where".split(), (1, 2)),
    **dict.fromkeys("layer_norm group_norm".split(), (0, 2, 3)),
    "rms_norm": (0, 2),
    "batch_norm": (3, 4),
    "embedding": (1,),
    "multi_head_attention_forward": (0, 1, 2, 5, 11),
}  # fmt: skip

# The arguments that have a derivative, where these are others than the first and those that are kept for.
DERIVED: dict[str, tuple[int, ...]] = {
    **dict.fromkeys("add sub subtract rsub".split(), (0, 1)),
    **dict.fromkeys("linear conv1d conv2d conv3d".split(), (0, 1, 2)),
    "batch_norm": (0, 3, 4),
}

# Of these every tensor has a derivative, those of lists too.
_JOINING = frozenset("cat concat concatenate stack hstack vstack dstack column_stack".split())
_RECURRENT = frozenset("lstm gru rnn_tanh rnn_relu lstm_cell gru_cell rnn_tanh_cell rnn_relu_cell".split())

_IN_PLACE = ("add", "sub")  # what may be written in place without a derivative that is kept for


class Pass:
    """A pass: from which tensors, to which (None: to all leaves), how many calls there were before, and what it has freed, if anything."""

    __slots__ = ("_leaves", "freed", "harmless", "inputs", "place", "roots")

    def __init__(self, roots: tuple[Tensor, ...], inputs: tuple[Tensor, ...] | None, place: int) -> None:
        self.roots = roots
        self.inputs = inputs
        self.place = place
        self.harmless: set[int] = set()  # calls before it that no pass goes through
        self.freed: dict[int, frozenset[Any]] | None = None
        self._leaves: set[int] | None = None

    def reached(self, recorder: Recorder) -> set[int]:
        """The tensors that it has surely come to, by their ids."""
        if self._leaves is None:
            found = Graph(recorder, self.roots, None, self.place).certain
            self._leaves = {id(given) for edges in found.values() for _, given in edges}
            if self.inputs is not None:
                self._leaves &= set(map(id, self.inputs))
        return self._leaves


def enter(roots: Iterable[Any], retain_graph: Any, create_graph: Any, inputs: Any = None, fills: bool = True) -> None:
    """A pass begins, which `fills` the gradients of leaves or not. ShapeError where it is certain to reach what an earlier one has freed."""
    recorder = _trace.active
    if recorder is None:
        return
    begins = tuple(root for root in roots if isinstance(root, Tensor))
    ends = (inputs,) if isinstance(inputs, Tensor) else inputs
    are_known = ends is None or (isinstance(ends, (tuple, list)) and all(isinstance(end, Tensor) for end in ends))
    ends = () if not are_known else None if ends is None else tuple(ends)
    new = Pass(begins, ends, len(recorder.calls))
    if fills:
        recorder.backwards.append(new)
    if not are_known or not is_clear():
        return
    passes = recorder.passes
    if passes:
        _refuse_freed(recorder, begins, ends)
    if recorder.steps or recorder.in_place:
        _refuse_written(recorder, begins, ends)
    if retain_graph is None:
        retain_graph = create_graph
    if retain_graph is False:
        if passes:
            new.harmless = passes[-1].harmless
        passes.append(new)


def reached(tensor: Tensor) -> bool | None:
    """Whether one of the passes has come to a leaf; None where that is not certain, False where no operation was given it."""
    recorder = _trace.active
    if recorder is None:
        return True
    if id(tensor) not in _used(recorder):
        handed = sys.modules.get("convcalc.tensor.handover")
        return None if handed is not None and handed.is_any() else False
    return True if any(id(tensor) in one.reached(recorder) for one in reversed(recorder.backwards)) else None


def is_unused(tensor: Tensor) -> bool:
    """Whether it is certain that no operation was given a tensor."""
    recorder = _trace.active
    if recorder is None or not is_clear() or id(tensor) in _used(recorder):
        return False
    handed = sys.modules.get("convcalc.tensor.handover")
    return (handed is None or not handed.is_any()) and not recorder.unknown_loops and not recorder.repeated


def _used(recorder: Recorder) -> set[int]:
    """The tensors that operations were given, and those of the layers that were called, by their ids."""
    used, calls = recorder.used, recorder.calls
    for call in calls[recorder.used_until :]:
        if call.kind == "module":
            used.update(map(id, getattr(call.owner, "__dict__", {}).get("_parameters", {}).values()))
        used.update(map(id, _trace.tensors(call.arguments)))
    recorder.used_until = len(calls)
    return used


class Filling:
    """What a pass has done to tensors that had been told to have no gradient: they have one again, or nobody knows."""

    __slots__ = ("made", "recorder", "tensors")

    def __init__(self, recorder: Recorder, made: Pass, tensors: Iterable[Tensor]) -> None:
        self.recorder = recorder
        self.made = made
        self.tensors = {id(tensor): tensor for tensor in tensors}

    def fill(self) -> None:
        for number, tensor in self.tensors.items():
            if tensor.__dict__.get("grad", ABSENT) is not None:
                continue
            if number in self.made.reached(self.recorder):
                del tensor.__dict__["grad"]
            else:
                tensor.__dict__["grad"] = NO_LONGER_NONE


def leave() -> None:
    """The pass that was entered last has ended. What it has filled is worked out when somebody asks for a gradient."""
    recorder = _trace.active
    if recorder is not None:
        unfilled[:] = [filling for filling in unfilled if filling.tensors]
        unfilled.append(Filling(recorder, recorder.backwards[-1], cleared))
    cleared.clear()


def _refuse_written(recorder: Recorder, roots: tuple[Tensor, ...], inputs: tuple[Tensor, ...] | None) -> None:
    """Refuses a pass that needs what was written in place since, where anything written may be of that kind."""
    from .versions import refuse_written, suspects

    since = recorder.steps[-1].place if recorder.steps else 0
    older = _before(recorder, roots, since) if since else set()
    writes = suspects(recorder, 0 if older else max(since, recorder.passes[-1].place if recorder.passes else 0))
    if older or writes:
        refuse_written(recorder, Graph(recorder, roots, inputs, len(recorder.calls)), writes)


def _refuse_freed(recorder: Recorder, roots: tuple[Tensor, ...], inputs: tuple[Tensor, ...] | None) -> None:
    last = recorder.passes[-1]
    older = _older(recorder, roots, last)
    if not older:
        return
    places, calls = recorder.places(), recorder.calls
    now = Graph(recorder, roots, inputs, len(calls), [calls[places[number]] for number in older])
    harmless = {number for number in older if number not in now.certain}
    last.harmless |= harmless
    if harmless == older:
        return
    first = min(map(places.__getitem__, now.saving), default=last.place)
    for done in reversed(recorder.passes):
        if done.place <= first:
            return
        if done.freed is None:
            done.freed = Graph(recorder, done.roots, done.inputs, done.place).saving
        for number, arguments in now.saving.items():
            if arguments & done.freed.get(number, frozenset()):
                raise ShapeError(TWICE, "gradient")


def _older(recorder: Recorder, roots: tuple[Tensor, ...], last: Pass) -> set[int]:
    """The calls before the last pass of which something was used since, as far as it is not known that no pass goes through them."""
    return _before(recorder, roots, last.place) - last.harmless


def _before(recorder: Recorder, roots: tuple[Tensor, ...], since: int) -> set[int]:
    """The calls before a place of which something was used since."""
    places = recorder.places()
    found: set[int] = set()

    def look(made: Any) -> None:
        if made is not None and places.get(id(made), since) < since:
            found.add(id(made))

    for root in roots:
        look(root.origin)
    calls = recorder.calls
    for number in range(since, len(calls)):
        call = calls[number]
        if call.kind != "op":
            continue
        look(call.before)
        args, kwargs = call.arguments
        for given in (*args, *kwargs.values()) if kwargs else args:
            kind = type(given)
            if kind is Tensor:
                look(given.origin)
            elif kind is tuple or kind is list:
                for part in given:
                    if type(part) is Tensor:
                        look(part.origin)
    return found


class Graph:
    """What a pass from some tensors goes through for certain.

    `certain` are the calls that need a gradient, by their ids, `reached` those of them that it comes to, `saving` those that keep tensors,
    with the arguments for which.
    """

    def __init__(
        self,
        recorder: Recorder,
        roots: tuple[Tensor, ...],
        inputs: tuple[Tensor, ...] | None,
        when: int,
        others: Iterable[Call] = (),
    ) -> None:
        self.recorder = recorder
        self.places = recorder.places()
        self.history = History(recorder)
        self.inputs = None if inputs is None else {id(tensor) for tensor in inputs}
        self.repeated = [(start, end) for start, end, _ in recorder.repeated]
        self.certain: dict[int, list[Edge]] = {}
        self.saving: dict[int, frozenset[Any]] = {}
        self.reached: set[int] = set()
        first = [made for made in (self.maker(root, when) for root in roots) if made is not None]
        self._find([*first, *others])
        self._go(first)

    def _find(self, stack: list[Call]) -> None:
        """Fills `certain`: what may lie behind some calls, and of that, from the oldest on, what needs a gradient."""
        behind: dict[int, tuple[Call, list[Edge]]] = {}
        while stack and len(behind) < MOST:
            call = stack.pop()
            if id(call) in behind or not self._is_clear(call):
                continue
            place = self.places[id(call)]
            edges = list(_edges(call))
            behind[id(call)] = call, edges
            stack += [made for made in (self.maker(given, place) for _, given in edges) if made is not None]
        for number in sorted(behind, key=self.places.__getitem__):
            place = self.places[number]
            edges = [edge for edge in behind[number][1] if self._needs(edge[1], place)]
            if edges:
                self.certain[number] = edges

    def _go(self, first: list[Call]) -> None:
        """Fills `saving`: from the first calls on, along what needs a gradient (and leads to the inputs, where there are any)."""
        leads = self._leading() if self.inputs is not None else None
        stack = list(map(id, first))
        calls = self.recorder.calls
        while stack:
            number = stack.pop()
            edges = self.certain.get(number)
            if edges is None or number in self.reached:
                continue
            self.reached.add(number)
            if leads is not None:
                edges = leads.get(number, [])
            place = self.places[number]
            kept = _kept_for(calls[place])
            arguments = frozenset(at for at, _ in edges if kept is None or at in kept)
            if arguments:
                self.saving[number] = arguments
            stack += [id(made) for made in (self.maker(given, place) for _, given in edges) if made is not None]

    def _leading(self) -> dict[int, list[Edge]]:
        """Of each call the arguments by which one comes to the inputs."""
        assert self.inputs is not None
        found: dict[int, list[Edge]] = {}
        for number, edges in self.certain.items():
            place = self.places[number]
            leading = [edge for edge in edges if id(edge[1]) in self.inputs or id(self.maker(edge[1], place)) in found]
            if leading:
                found[number] = leading
        return found

    def maker(self, tensor: Tensor, when: int) -> Call | None:
        """The call that made a tensor as it was at that time, unless it is a leaf, or not known."""
        if isinstance(tensor, Parameter) or self.history.flag_at(tensor, when) is not False:
            return None
        made: Call | None = tensor.origin
        while made is not None and self.places.get(id(made), -1) >= when:
            made = made.before
        return made

    def _needs(self, tensor: Tensor, when: int) -> bool:
        if takes_gradients(tensor.dtype) is not True:
            return False
        made = self.maker(tensor, when)
        return self.history.flag_at(tensor, when) is True if made is None else id(made) in self.certain

    def _is_clear(self, call: Call) -> bool:
        """Whether the record tells of a call all that it has to do with gradients."""
        place = self.places.get(id(call))
        if place is None or call.operation is None or "out" in call.arguments[1]:
            return False
        name = call.type.rpartition(".")[2]
        if name in UNCLEAR or name in LEAVES or self._mode_at(place) is not True:
            return False
        if call.before is not None and name[-1] == "_" and name[:-1] not in SAVING and name[:-1] not in _IN_PLACE:
            return False
        if any(start <= place < end for start, end in self.repeated):
            return False
        return not is_unknown(call.arguments[0]) and not is_unknown(call.arguments[1])

    def _mode_at(self, place: int) -> Any:
        modes = self.recorder.modes
        before = bisect_right(modes, place, key=lambda mode: mode[0])
        return modes[before - 1][1] if before else True


def name_of(call: Call) -> str:
    """An operation's name; of one in a namespace of its own (`torch.masked.prod`) with that."""
    of, _, name = call.type.partition(".")
    return name.strip("_") if of in ("torch", "Tensor", "F") else call.type


def _kept_for(call: Call) -> tuple[int, ...] | None:
    """The arguments for which an operation keeps tensors; None for all."""
    name = name_of(call)
    return None if name in _RECURRENT else SAVING.get(name, ())


def _edges(call: Call) -> Iterator[Edge]:
    """The tensors among the arguments of a call that have derivatives."""
    name, args = name_of(call), call.arguments[0]
    if name in _RECURRENT or name in _JOINING:
        for at, given in enumerate(args):
            if isinstance(given, Tensor):
                yield at, given
            elif isinstance(given, (tuple, list)):
                yield from (((at, i), part) for i, part in enumerate(given) if isinstance(part, Tensor))
        return
    for at in sorted({*DERIVED.get(name, (0,)), *SAVING.get(name, ())}):
        if at < len(args) and isinstance(args[at], Tensor):
            yield at, args[at]
