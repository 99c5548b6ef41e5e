"""Live modules as people write them: each row as PyTorch's hooks see it, and the module afterwards as it was."""

from __future__ import annotations

import copy
import dataclasses
import functools
import itertools
import random
from collections import OrderedDict, deque
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy
import pytest
import torch
from torch import nn

import convcalc
from convcalc.standin.live import trace_live
from convcalc.tensor import Tensor, UnknownValue
from convcalc.trace import Recorder

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def gradients() -> Iterator[None]:
    """Some programs switch them off and leave it at that, in PyTorch."""
    yield
    torch.set_grad_enabled(True)


def module(forward: Any, build: Any = lambda self: None) -> nn.Module:
    """A module with two layers and a forward of its own."""

    class Net(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.a, self.b = nn.Linear(4, 8), nn.Linear(8, 3)
            build(self)

        def forward(self, *inputs: Any, **kwargs: Any) -> Any:
            return forward(self, *inputs, **kwargs)

    return Net()


def seen(net: Any, *inputs: Any) -> tuple[list[tuple[str, tuple[int, ...]]], tuple[int, ...]]:
    """What hooks of PyTorch's see of a real call: the class and the output's shape of each module."""
    net = copy.deepcopy(net)
    rows: list[tuple[str, tuple[int, ...]]] = []
    for part in net.modules():
        part.register_forward_hook(lambda m, i, o: rows.append((type(m).__name__, tuple(o.shape))))
    with torch.no_grad():
        found = net(*inputs)
    return sorted(rows), tuple(found.shape)


def weights(self: Any) -> None:
    self.w = nn.Parameter(torch.rand(4, 4))
    self.register_buffer("table", torch.rand(10, 4))


RIGHT: dict[str, tuple[Any, Any, tuple[int, ...]]] = {
    "a parameter on the left": (lambda s, x: s.b(s.a(s.w @ x.mT).mT if False else s.a(x @ s.w)), weights, (2, 4)),
    "a parameter plus an input": (lambda s, x: s.a(s.w[:1] + x), weights, (2, 4)),
    "a table looked up by an arange": (lambda s, x: s.a(x + s.table[torch.arange(x.size(1), device=x.device)]), weights, (2, 5, 4)),
    "a mask of the input's device": (
        lambda s, x: s.a(x.masked_fill(torch.ones(x.shape, dtype=torch.bool, device=x.device).triu(1), 0.0)), weights, (4, 4),
    ),
    "zeros of the input's type": (lambda s, x: s.b(s.a(x) + torch.zeros(8, dtype=x.dtype, device=x.device)), weights, (2, 4)),
    "isinstance": (lambda s, x: s.a(x) if isinstance(x, torch.Tensor) and torch.is_tensor(x) else s.b(x), weights, (2, 4)),
    "a condition on the type": (lambda s, x: s.a(x) if x.dtype is torch.float32 and x.dtype.is_floating_point else s.b(x), weights, (2, 4)),
    "a condition on the shape": (lambda s, x: s.a(x) if x.shape[0] > 1 and x.ndim == 2 and not x.requires_grad else s.b(x), weights, (2, 4)),
    "einsum": (lambda s, x: s.b(s.a(torch.einsum("bi,ij->bj", x, s.w))), weights, (2, 4)),
    "in place": (lambda s, x: s.b(s.a(x).mul_(2).add_(1).relu_()), weights, (2, 4)),
    "an item that is set": (lambda s, x: (lambda y: (y.__setitem__(0, 1.0), s.b(y))[1])(s.a(x)), weights, (2, 4)),
    "numpy and back": (lambda s, x: s.a(torch.from_numpy(x.detach().cpu().numpy())), weights, (2, 4)),
    "chunk, stack and unpack": (lambda s, x: s.b(torch.stack([*s.a(x).chunk(2, -1)]).flatten(0, 1).repeat(1, 2)), weights, (2, 4)),
    "max by its names": (lambda s, x: s.b(s.a(x).unsqueeze(1).max(dim=1).values), weights, (2, 4)),
    "vmap": (lambda s, x: torch.vmap(s.a)(x), weights, (2, 4)),
    "a size that is computed": (lambda s, x: s.b(s.a(x).view(x.numel() // x.size(-1), -1)), weights, (2, 3, 4)),
    "no rule of ours": (lambda s, x: s.a(torch.special.multigammaln(x + 5, 2)), weights, (2, 4)),
    "checkpoint": (lambda s, x: torch.utils.checkpoint.checkpoint(s.a, x, use_reentrant=False), weights, (2, 4)),
    "autocast": (lambda s, x: s.b(s.a(x)) if not torch.is_autocast_enabled() else x, weights, (2, 4)),
}  # fmt: skip


@pytest.mark.parametrize("name", RIGHT)
def test_the_rows_are_those_of_pytorch(name: str) -> None:
    forward, build, shape = RIGHT[name]
    net = module(forward, build)
    rows, output = seen(net, torch.rand(shape))
    found = convcalc.summary(net, shape)
    assert found.exit_code == 0, str(found)
    told = found.to_dict()["models"][0]
    assert sorted((r["type"], tuple(r["outputs"][0])) for r in told["rows"] if r["kind"] == "module") == rows
    assert tuple(told["outputs"][0]["shape"]) == output


@pytest.mark.parametrize(
    "forward",
    [
        lambda s, x: s.a(x) if x.sum() > 0 else s.b(x),
        lambda s, x: s.a(x) if x.mean().item() > 0 else s.b(x),
        lambda s, x: [s.a(x)][: int(x.sum())][0],
        lambda s, x: s.a(x[x > 0].view(-1, 4)) if x.argmax() in (1, 2) else s.a(x),
    ],
)
def test_what_the_elements_decide_is_not_known(forward: Any) -> None:
    net = module(forward)
    assert convcalc.summary(net, (2, 4)).exit_code == 3
    with Recorder(), pytest.raises(UnknownValue):
        trace_live(net, Tensor(2, 4))


class Cache:
    """A cache as decoders have it: no module, with lists and counters."""

    def __init__(self) -> None:
        self.keys: list[Any] = []
        self.steps = 0
        self.last: Any = None


class Slots:
    __slots__ = ("count",)

    def __init__(self) -> None:
        self.count = 0


def everything(self: Any) -> None:
    self.cache, self.slots = Cache(), Slots()
    self.seen, self.history, self.queue, self.tags = 0, [], deque(maxlen=3), {"a"}
    self.table = OrderedDict(first=1)
    self.register_buffer("mean", torch.zeros(8))
    self.register_buffer("later", None)
    features: list[Any] = []
    self.features_of_hook = features
    self.a.register_forward_hook(lambda m, i, o: features.append(o))


def changing(self: Any, x: Any, fail: bool = False) -> Any:
    y = self.a(x)
    self.mean = 0.9 * self.mean + 0.1 * y.mean(0).detach()
    self.mean.mul_(2)
    self.later = y[0]
    self.seen += 1
    self.slots.count += 1
    self.history.append(y)
    self.queue.append(y)
    self.tags.add("b")
    self.table["second"] = y
    self.table.move_to_end("first")
    self.cache.keys.append(y)
    self.cache.steps += 1
    self.cache.last = y
    self.new_attribute = y
    self.extra = nn.Linear(2, 2)
    self.b.weight.requires_grad_(False)
    self.a.train(not self.training)
    random.random()
    numpy.random.rand()
    torch.set_grad_enabled(False)
    if fail:
        raise ValueError("in the middle")
    return self.b(y)


def state(net: Any) -> list[Any]:
    return [
        list(net.__dict__), list(net._modules), net.mean.clone(), net.later, net.seen, net.slots.count, list(net.history), list(net.queue), set(net.tags),
        list(net.table.items()), list(net.cache.keys), net.cache.steps, net.cache.last, len(net.features_of_hook), [m.training for m in net.modules()],
        [p.requires_grad for p in net.parameters()], random.getstate(), numpy.random.get_state()[1].tolist(), torch.get_rng_state(), torch.is_grad_enabled(),  # type: ignore[index]
        {key: value.clone() for key, value in net.state_dict().items()},
    ]  # fmt: skip


def same(a: Any, b: Any) -> bool:
    if isinstance(a, torch.Tensor):
        return torch.equal(a, b)
    if isinstance(a, (list, tuple)):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, dict):
        return list(a) == list(b) and all(same(a[k], b[k]) for k in a)
    return bool(a == b)


@pytest.mark.parametrize("fail", [False, True])
def test_the_module_is_afterwards_what_it_was(fail: bool) -> None:
    net = module(changing, everything)
    before = state(net)
    parts = [id(m) for m in net.modules()]
    found = convcalc.summary(net, (2, 4), fail=fail)
    assert found.exit_code == (1 if fail else 0), str(found)
    assert same(before, state(net))
    assert [id(m) for m in net.modules()] == parts
    net(torch.rand(2, 4))
    assert net.seen == 1
    assert len(net.features_of_hook) == 1


def test_an_interruption_leaves_the_module_as_it_was() -> None:
    def interrupted(self: Any, x: Any) -> Any:
        changing(self, x)
        raise KeyboardInterrupt

    net = module(interrupted, everything)
    before = state(net)
    with pytest.raises(KeyboardInterrupt):
        convcalc.summary(net, (2, 4))
    assert same(before, state(net))
    assert nn.Module.__call__ is nn.Module._wrapped_call_impl
    assert not torch.overrides.has_torch_function((torch.rand(1),))


def test_lazy_layers_are_built_in_a_copy() -> None:
    net = nn.Sequential(nn.LazyConv2d(4, 3), nn.ReLU(), nn.Flatten(), nn.LazyLinear(5))
    found = convcalc.summary(net, (2, 3, 8, 8))
    assert found.exit_code == 0, str(found)
    assert found.totals["params"] == 4 * 3 * 9 + 4 + 4 * 36 * 5 + 5
    assert torch.nn.parameter.is_lazy(net[0].weight)
    assert net(torch.rand(1, 3, 8, 8)).shape == (1, 5)


def test_packed_sequences() -> None:
    from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

    class Tagger(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.lstm, self.out = nn.LSTM(4, 6, batch_first=True, bidirectional=True), nn.Linear(12, 3)

        def forward(self, x: Any) -> Any:
            packed = pack_padded_sequence(x, [5, 2], batch_first=True)
            states, _ = self.lstm(packed)
            padded, _ = pad_packed_sequence(states, batch_first=True)
            return self.out(padded)

    found = convcalc.summary(Tagger(), (2, 5, 4))
    assert found.exit_code == 0, str(found)
    assert found.to_dict()["models"][0]["outputs"][0]["shape"] == list(Tagger()(torch.rand(2, 5, 4)).shape)


def test_a_hook_that_changes_what_a_module_gives() -> None:
    net = nn.Sequential(nn.Linear(4, 8), nn.ReLU())
    net[0].register_forward_hook(lambda m, i, o: o[:, :3])
    rows, _ = seen(net, torch.rand(2, 4))
    told = convcalc.summary(net, (2, 4)).to_dict()["models"][0]
    assert sorted((r["type"], tuple(r["outputs"][0])) for r in told["rows"] if r["kind"] == "module") == rows


class Output(NamedTuple):
    logits: Any
    hidden: Any


def test_named_outputs() -> None:
    net = module(lambda s, x: Output(s.b(s.a(x)), s.a(x)))
    assert [o["shape"] for o in convcalc.summary(net, (2, 4)).to_dict()["models"][0]["outputs"]] == [[2, 3], [2, 8]]


@pytest.mark.filterwarnings("ignore:`torch.jit")
@pytest.mark.parametrize("make", [torch.jit.script, lambda net: torch.jit.trace(net, torch.rand(2, 4))])
def test_compiled_to_torchscript(make: Any) -> None:
    net = make(nn.Sequential(nn.Linear(4, 8), nn.ReLU()))
    found = convcalc.summary(net, (2, 4))
    assert found.exit_code == 0, str(found)
    assert found.to_dict()["models"][0]["outputs"][0]["shape"] == [2, 8]
    assert found.totals["params"] == 40


MASKS: dict[int, Any] = {}
SEEN: list[Any] = []


@functools.lru_cache
def position_table(length: int) -> Any:
    return torch.arange(length).float()


def of_globals(self: Any, x: Any) -> Any:
    MASKS.setdefault(x.size(0), torch.ones(x.size(0), 1))
    SEEN.append(x)
    type(self).calls = getattr(type(self), "calls", 0) + 1
    self.counts += 1
    next(self.ids)
    return self.b(self.a(x * MASKS[x.size(0)] + position_table(4)))


def test_what_lies_outside_of_the_module_is_left_as_it_was() -> None:
    """Caches of functions, global dicts and lists, attributes of classes, arrays and iterators: a stand-in left there would be used for a tensor."""

    def build(self: Any) -> None:
        self.counts, self.ids = numpy.zeros(3), itertools.count(5)

    net = module(of_globals, build)
    assert convcalc.summary(net, (2, 4)).exit_code == 0
    assert MASKS == {}
    assert SEEN == []
    assert not hasattr(type(net), "calls")
    assert net.counts.tolist() == [0, 0, 0]
    assert next(net.ids) == 5
    assert type(position_table(4)) is torch.Tensor
    loss = net(torch.rand(2, 4)).sum()
    loss.backward()
    assert net.a.weight.grad is not None
    MASKS.clear()
    SEEN.clear()


def test_gradients_are_on_or_off_as_in_pytorch() -> None:
    def forward(self: Any, x: Any) -> Any:
        with torch.no_grad():
            y = self.a(x)
        return self.b(y) if not y.requires_grad else y

    net = module(forward)
    assert convcalc.summary(net, (2, 4)).models[0].outputs[0].shape == (2, 3)


def test_parameters_are_written_to_without_gradients() -> None:
    def forward(self: Any, x: Any) -> Any:
        with torch.no_grad():
            self.a.weight.mul_(0.5)
            self.b.bias.copy_(torch.zeros(3))
            self.a.bias.clamp_(-1, 1)
        return self.b(self.a(x))

    net = module(forward)
    before = net.a.weight.clone()
    assert convcalc.check(net, (2, 4)).ok
    assert torch.equal(net.a.weight, before)


def test_results_with_names_are_results() -> None:
    net = module(lambda self, x: self.a(x).topk(3))
    assert [output.shape for output in convcalc.summary(net, (2, 4)).models[0].outputs] == [(2, 3), (2, 3)]


def test_distributions_with_their_validation() -> None:
    net = module(lambda self, x: self.b(torch.distributions.Normal(self.a(x), 1.0).rsample()))
    found = convcalc.summary(net, (2, 4))
    assert (found.exit_code, found.models[0].outputs[0].shape) == (0, (2, 3))


def test_an_error_is_named_by_its_layer_and_its_own_line() -> None:
    net = module(lambda self, x: self.b(self.a(x)[:, :5]))
    (error,) = [d for d in convcalc.check(net, (2, 4)).diagnostics if d.severity == "error"]
    assert (error.rule, error.path, error.file) == ("linear-in-features", "b", __file__)
    assert "Linear(in_features=8, out_features=3" in error.message
    with pytest.raises(RuntimeError) as raised:
        net(torch.rand(2, 4))
    lines = [frame.lineno + 1 for frame in raised.traceback if str(frame.path) == __file__]
    assert error.line == lines[-1]


def test_einsum_is_refused_by_its_rule() -> None:
    net = module(lambda self, x: torch.einsum("bd,bd->b", x, x[:, :3]))
    (error,) = [d for d in convcalc.check(net, (2, 4)).diagnostics if d.severity == "error"]
    assert error.rule == "einsum"


def test_a_lazy_batch_norm() -> None:
    assert convcalc.summary(nn.LazyBatchNorm2d(), (2, 3, 8, 8)).totals["params"] == 6


def test_an_encoder_in_eval_with_padding() -> None:
    layer = nn.TransformerEncoderLayer(8, 2, 16, batch_first=True)
    net = nn.TransformerEncoder(layer, 2).eval()
    found = convcalc.summary(net, (2, 5, 8), src_key_padding_mask=((2, 5), "bool"))
    assert (found.exit_code, found.models[0].outputs[0].shape) == (0, (2, 5, 8))


def test_a_letter_of_a_live_module_stands_for_the_size_that_fits() -> None:
    report = convcalc.summary(nn.Conv2d(3, 8, 3), "NxCxHxW")
    assert (report.exit_code, report.models[0].outputs[0].shape) == (0, ("N", 8, "H - 2", "W - 2"))
    assert convcalc.check(nn.Linear(3, 2), "NxHxC").ok


class ModelOutput(OrderedDict[str, Any]):
    """As transformers has them."""


@dataclasses.dataclass
class Prediction:
    logits: Any
    hidden: Any


@pytest.mark.parametrize("make", [lambda a, b: ModelOutput(logits=a, hidden=b), Prediction])
def test_outputs_in_containers_of_a_class_of_their_own(make: Any) -> None:
    net = module(lambda self, x: make(self.b(self.a(x)), x))
    found = convcalc.summary(net, (2, 4))
    assert [output.shape for output in found.models[0].outputs] == [(2, 3), (2, 4)]
    assert found.rows[0].outputs == ((2, 3), (2, 4))
