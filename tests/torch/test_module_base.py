"""The base of all layers beside PyTorch's: order of names, text, state, hooks, copies, and the refusals of its bookkeeping.

Each program runs twice, with PyTorch's `nn` and with ours, and what it returns (or raises) is compared.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest
from both_libraries import OURS, Program, compare

# nested models


def encoder(t: Any) -> Any:
    return t.nn.TransformerEncoder(t.nn.TransformerEncoderLayer(8, 2, 16, batch_first=True), 2)


def resnet_block(t: Any) -> Any:
    class Block(t.nn.Module):
        def __init__(self, channels: int, shortcut: Any = None) -> None:
            super().__init__()
            self.scale = t.nn.Parameter(t.zeros(channels, 1, 1))
            self.body = t.nn.Sequential(
                t.nn.Conv2d(channels, channels, 3, padding=1, bias=False), t.nn.BatchNorm2d(channels)
            )
            self.shortcut = shortcut
            self.register_buffer("steps", t.zeros(1), persistent=False)
            self.register_buffer("mean", t.zeros(channels))
            self.register_parameter("missing", None)

        def forward(self, x: Any) -> Any:
            return self.body(x) * self.scale + (x if self.shortcut is None else self.shortcut(x))

    return t.nn.Sequential(
        Block(4), Block(4, t.nn.Conv2d(4, 4, 1)), t.nn.ModuleDict({"a": Block(2), "b": t.nn.Identity()})
    )


def tied(t: Any) -> Any:
    class Tied(t.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.embedding = t.nn.Embedding(10, 4)
            self.layer = t.nn.Linear(4, 4)
            self.again = self.layer
            self.head = t.nn.Linear(4, 10, bias=False)
            self.head.weight = self.embedding.weight
            self.layers = t.nn.ModuleList([self.layer, t.nn.Linear(4, 4), t.nn.Linear(4, 4)])

    return Tied()


def lists(t: Any) -> Any:
    class Lists(t.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.matrices = t.nn.ParameterList([t.nn.Parameter(t.zeros(2, i)) for i in range(3)])
            self.named = t.nn.ParameterDict({"w": t.nn.Parameter(t.zeros(3)), "b": t.nn.Parameter(t.zeros(1))})
            self.nested = t.nn.ModuleList([t.nn.ModuleDict({"x": t.nn.Linear(2, 2)}), t.nn.Sequential()])

        def extra_repr(self) -> str:
            return "two lines\nof text"

    return Lists()


MODELS: dict[str, Callable[[Any], Any]] = {f.__name__: f for f in (encoder, resnet_block, tied, lists)}
MODELS["lstm"] = lambda t: t.nn.LSTM(3, 4, num_layers=2, bidirectional=True, proj_size=2)
MODELS["transformer"] = lambda t: t.nn.Transformer(8, 2, 2, 1, 16)
MODELS["decoder"] = lambda t: t.nn.TransformerDecoder(t.nn.TransformerDecoderLayer(8, 2, 16), 2, t.nn.LayerNorm(8))
MODELS["attention"] = lambda t: t.nn.MultiheadAttention(8, 2, kdim=3, vdim=5, add_bias_kv=True)

VIEWS: dict[str, Program] = {
    "named_parameters": lambda m: list(m.named_parameters()),
    "named_parameters of all": lambda m: list(m.named_parameters(remove_duplicate=False)),
    "named_parameters with a prefix": lambda m: list(m.named_parameters("net")),
    "own parameters": lambda m: list(m.named_parameters(recurse=False)),
    "parameters": lambda m: list(m.parameters()),
    "named_buffers": lambda m: list(m.named_buffers()),
    "named_modules": lambda m: list(m.named_modules()),
    "named_modules of all": lambda m: list(m.named_modules(remove_duplicate=False)),
    "named_children": lambda m: list(m.named_children()),
    "children": lambda m: list(m.children()),
    "state_dict": lambda m: m.state_dict(),
    "state_dict with a prefix": lambda m: m.state_dict(prefix="net."),
    "text": repr,
    "trainable": lambda m: sum(p.numel() for p in m.parameters() if p.requires_grad),
    "frozen": lambda m: [p.requires_grad for p in m.requires_grad_(False).parameters()],
    "modes": lambda m: [x.training for x in m.eval().modules()],
    "double": lambda m: m.double().state_dict(),
    "copied": lambda m: (
        list(copy.deepcopy(m).named_parameters()),
        repr(copy.deepcopy(m)),
        copy.deepcopy(m).state_dict(),
    ),
    "loaded": lambda m: list(m.load_state_dict(m.state_dict())),
    "loaded copy": lambda m: list(copy.deepcopy(m).load_state_dict(m.state_dict(), strict=False)),
}


@pytest.mark.filterwarnings("ignore:enable_nested_tensor is True")
@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("model", MODELS)
def test_model(model: str, view: str) -> None:
    compare(lambda t: VIEWS[view](MODELS[model](t)))


# the surroundings


def with_hooks(t: Any, register: Callable[[Any, list[Any]], Any]) -> Any:
    seen: list[Any] = []
    module = t.nn.Sequential(t.nn.Linear(4, 3), t.nn.ReLU())
    register(module, seen)
    return [module(t.zeros(2, 4)), seen]


def own_class(t: Any, **names: Any) -> Any:
    return type("Net", (t.nn.Module,), {"forward": lambda self, x, scale=1: x * scale, **names})


def assigned_early(t: Any, value: Callable[[Any], Any]) -> Any:
    def initialise(self: Any) -> None:
        self.x = value(t)

    return own_class(t, __init__=initialise)()


def assigned(t: Any, before: Any, value: Any) -> Any:
    module = own_class(t)()
    module.x = before
    module.x = value
    return [list(module._parameters), list(module._buffers), list(module._modules), module.x]


def loaded(t: Any, change: Callable[[dict[str, Any]], Any], **options: Any) -> Any:
    module = t.nn.Sequential(t.nn.Linear(4, 3), t.nn.BatchNorm1d(3))
    state = dict(module.state_dict())
    change(state)
    return list(module.load_state_dict(state, **options))


def applied(t: Any) -> Any:
    order: list[str] = []
    t.nn.Sequential(t.nn.Linear(2, 2), t.nn.Sequential(t.nn.ReLU())).apply(lambda m: order.append(type(m).__name__))
    return order


def prepended(module: Any, seen: list[Any]) -> None:
    module.register_forward_hook(lambda m, i, o: seen.append("first"))
    module.register_forward_hook(lambda m, i, o: seen.append("second"), prepend=True)


def removed(module: Any, seen: list[Any]) -> None:
    module.register_forward_hook(lambda m, i, o: seen.append("gone")).remove()
    with module.register_forward_pre_hook(lambda m, i: seen.append("gone too")):
        pass


def buffer_after(t: Any, value: Any) -> Any:
    module = own_class(t)()
    module.register_buffer("x", t.zeros(2))
    module.x = value
    return [list(module._buffers), module.x, list(module.state_dict())]


PROGRAMS: dict[str, Program] = {
    "a forward hook sees input and output": lambda t: with_hooks(t, lambda m, seen: m[0].register_forward_hook(lambda m, i, o: seen.append((type(m).__name__, i, o)))),
    "a forward hook changes the output": lambda t: with_hooks(t, lambda m, seen: m[0].register_forward_hook(lambda m, i, o: t.cat([o, o]))),
    "a pre-hook changes the input": lambda t: with_hooks(t, lambda m, seen: m[0].register_forward_pre_hook(lambda m, i: t.zeros(5, 4))),
    "a hook with keywords": lambda t: with_hooks(t, lambda m, seen: m.register_forward_hook(lambda m, a, k, o: seen.append((a, k)), with_kwargs=True)),
    "the last hook first": lambda t: with_hooks(t, prepended),
    "a removed hook": lambda t: with_hooks(t, removed),
    "a hook that gives a wrong shape": lambda t: with_hooks(t, lambda m, seen: m[0].register_forward_pre_hook(lambda m, i: t.zeros(5, 3)))[0],
    "apply, children first": applied,
    "a parameter before __init__": lambda t: assigned_early(t, lambda t: t.nn.Parameter(t.zeros(1))),
    "a module before __init__": lambda t: assigned_early(t, lambda t: t.nn.ReLU()),
    "a plain value before __init__": lambda t: assigned_early(t, lambda t: 3).x,
    "a buffer before __init__": lambda t: own_class(t, __init__=lambda self: self.register_buffer("x", t.zeros(1)))(),
    "arguments for __init__": lambda t: own_class(t)(1),
    "keywords for __init__": lambda t: own_class(t)(size=1),
    "a parameter over a value": lambda t: assigned(t, 1, t.nn.Parameter(t.zeros(1))),
    "a parameter over a module": lambda t: assigned(t, t.nn.ReLU(), t.nn.Parameter(t.zeros(1))),
    "a module over a parameter": lambda t: assigned(t, t.nn.Parameter(t.zeros(1)), t.nn.ReLU()),
    "a tensor over a parameter": lambda t: assigned(t, t.nn.Parameter(t.zeros(1)), t.zeros(1)),
    "a number over a parameter": lambda t: assigned(t, t.nn.Parameter(t.zeros(1)), 1),
    "None over a parameter": lambda t: assigned(t, t.nn.Parameter(t.zeros(1)), None),
    "a number over a module": lambda t: assigned(t, t.nn.ReLU(), 1),
    "None over a module": lambda t: assigned(t, t.nn.ReLU(), None),
    "a number over a buffer": lambda t: buffer_after(t, 1),
    "None over a buffer": lambda t: buffer_after(t, None),
    "a tensor over a buffer": lambda t: buffer_after(t, t.zeros(3)),
    "a parameter over a buffer": lambda t: buffer_after(t, t.nn.Parameter(t.zeros(3))),
    "a Buffer": lambda t: assigned(t, None, t.nn.Buffer(t.zeros(3))),
    "a Buffer that is not saved": lambda t: assigned(t, None, t.nn.Buffer(t.zeros(3), persistent=False)),
    "no such attribute": lambda t: t.nn.Linear(2, 2).missing,
    "no such attribute to delete": lambda t: t.nn.Linear(2, 2).__delattr__("missing"),
    "a deleted parameter": lambda t: (lambda m: (m.__delattr__("bias"), list(m._parameters)))(t.nn.Linear(2, 2)),
    "a buffer of a wrong type": lambda t: own_class(t)().register_buffer("x", 1),
    "a buffer without a name": lambda t: own_class(t)().register_buffer("", t.zeros(1)),
    "a buffer with a dot": lambda t: own_class(t)().register_buffer("a.b", t.zeros(1)),
    "a buffer named by a number": lambda t: own_class(t)().register_buffer(1, t.zeros(1)),
    "a buffer named as a method": lambda t: own_class(t)().register_buffer("forward", t.zeros(1)),
    "a parameter of a wrong type": lambda t: own_class(t)().register_parameter("x", t.zeros(1)),
    "a parameter without a name": lambda t: own_class(t)().register_parameter("", None),
    "a parameter with a dot": lambda t: own_class(t)().register_parameter("a.b", None),
    "a parameter named as a method": lambda t: own_class(t)().register_parameter("forward", None),
    "a module that is none": lambda t: own_class(t)().add_module("x", 1),
    "a module without a name": lambda t: own_class(t)().add_module("", None),
    "a module with a dot": lambda t: own_class(t)().add_module("a.b", None),
    "a module named by a number": lambda t: own_class(t)().add_module(1, None),
    "a module named as a method": lambda t: own_class(t)().add_module("forward", None),
    "no forward": lambda t: type("Net", (t.nn.Module,), {})()(t.zeros(1)),
    "forward with too much": lambda t: t.nn.ReLU()(t.zeros(1), 2),
    "keywords reach forward": lambda t: own_class(t)()(t.zeros(2), scale=2),
    "a mode that is none": lambda t: t.nn.ReLU().train(1),
    "to integers": lambda t: t.nn.Linear(2, 2).to(t.int64),
    "to doubles": lambda t: t.nn.BatchNorm1d(2).to(t.float64).state_dict(),
    "a submodule": lambda t: t.nn.Sequential(t.nn.Sequential(t.nn.ReLU())).get_submodule("0.0"),
    "no such submodule": lambda t: t.nn.Sequential(t.nn.ReLU()).get_submodule("0.1"),
    "a submodule that is none": lambda t: t.nn.Sequential(t.nn.Linear(1, 1)).get_submodule("0.weight"),
    "a parameter by its path": lambda t: t.nn.Sequential(t.nn.Linear(1, 2)).get_parameter("0.weight"),
    "a parameter that is none": lambda t: t.nn.Sequential(t.nn.Linear(1, 2)).get_parameter("0.in_features"),
    "no such parameter": lambda t: t.nn.Sequential(t.nn.Linear(1, 2)).get_parameter("0.gain"),
    "a buffer by its path": lambda t: t.nn.Sequential(t.nn.BatchNorm1d(2)).get_buffer("0.running_mean"),
    "a buffer that is none": lambda t: t.nn.Sequential(t.nn.BatchNorm1d(2)).get_buffer("0.weight"),
    "no such buffer": lambda t: t.nn.Sequential(t.nn.BatchNorm1d(2)).get_buffer("0.gain"),
    "an exchanged submodule": lambda t: (lambda m: (m.set_submodule("0", t.nn.Tanh()), repr(m)))(t.nn.Sequential(t.nn.ReLU())),
    "a state that fits": lambda t: loaded(t, lambda s: None),
    "a state that lacks": lambda t: loaded(t, lambda s: s.pop("0.bias")),
    "a state that lacks, not strict": lambda t: loaded(t, lambda s: s.pop("0.bias"), strict=False),
    "a state with more": lambda t: loaded(t, lambda s: s.update(more=s["0.bias"], most=s["0.bias"])),
    "a state with more, not strict": lambda t: loaded(t, lambda s: s.update(more=s["0.bias"]), strict=False),
    "a state of another size": lambda t: loaded(t, lambda s: s.update({"0.weight": t.zeros(3, 5)})),
    "a state of another size, not strict": lambda t: loaded(t, lambda s: s.update({"0.weight": t.zeros(3, 5)}), strict=False),
    "a state wrong in every way": lambda t: loaded(t, lambda s: (s.pop("0.bias"), s.update({"0.weight": t.zeros(3, 5), "more": t.zeros(1)}))),
    "the text of a state that fits": lambda t: repr(t.nn.Linear(1, 2).load_state_dict(t.nn.Linear(1, 2).state_dict())),
    "the text of one that lacks": lambda t: repr(t.nn.Linear(1, 2).load_state_dict({}, strict=False)),
    "no state at all": lambda t: t.nn.Linear(1, 1).load_state_dict([]),
    "a frozen half": lambda t: (lambda m: (m[0].requires_grad_(False), [p.requires_grad for p in m.parameters()]))(t.nn.Sequential(t.nn.Linear(1, 2), t.nn.Linear(2, 1))),
    "a copy is independent": lambda t: (lambda m: (copy.deepcopy(m).requires_grad_(False), [p.requires_grad for p in m.parameters()]))(t.nn.Linear(1, 2)),
    "a copy shares what was shared": lambda t: (lambda m: m.head.weight is m.embedding.weight)(copy.deepcopy(tied(t))),
    "a copied hook still works": lambda t: (lambda m: (m[0].register_forward_hook(lambda m, i, o: t.cat([o, o])), copy.deepcopy(m)(t.zeros(1, 4)))[1])(t.nn.Sequential(t.nn.Linear(4, 3))),
    "a shallow copy shares": lambda t: (lambda m: copy.copy(m).weight is m.weight)(t.nn.Linear(1, 2)),
    "a module in a set": lambda t: (lambda m: len({m, m}))(t.nn.Linear(1, 2)),
}  # fmt: skip


@pytest.mark.parametrize("name", PROGRAMS)
def test_program(name: str) -> None:
    compare(PROGRAMS[name])


def test_a_difference_would_be_seen() -> None:
    with pytest.raises(AssertionError):
        compare(lambda t: t.nn.Linear(2, 3 if t is OURS else 4).state_dict())
    with pytest.raises(AssertionError):
        compare(lambda t: t.nn.Linear(2, 3).missing if t is OURS else None)
