"""Every layer states its facts, and they are true: built and called beside PyTorch."""

from __future__ import annotations

import inspect
from dataclasses import replace
from typing import Any

import pytest
import torch
from hypothesis import HealthCheck, given, settings

from convcalc import nn
from convcalc.nn.facts import KINDS, Facts, facts_of
from convcalc.nn.names import FAMILY
from convcalc.ops.registry import REGISTRY, VIEWS
from convcalc.verify.answers import run_torch
from convcalc.verify.fuzz import layers
from convcalc.verify.strategies import LAYERS, Example, Given
from tools.families import modules_of

ALL = sorted(
    name
    for name in FAMILY
    if hasattr(torch.nn, name) and isinstance(getattr(nn, name), type) and issubclass(getattr(nn, name), nn.Module)
)
NO_FACTS = {"Module": "the base of all: what it takes is what its `forward` makes of it"}
# In which files of torch/nn/modules the layers of a kind stand.
FILES = {
    "activation": ("activation",), "attention": ("activation",), "container": ("container",), "convolution": ("conv",), "distance": ("distance",),
    "dropout": ("dropout",), "embedding": ("sparse",), "embedding bag": ("sparse",), "flattening": ("flatten",), "folding": ("fold",),
    "identity": ("linear",), "linear": ("linear",), "loss": ("loss", "adaptive"), "normalization": ("batchnorm", "instancenorm", "normalization"),
    "padding": ("padding",), "pooling": ("pooling",), "unpooling": ("pooling",), "rearranging": ("pixelshuffle", "channelshuffle"),
    "recurrent": ("rnn",), "recurrent cell": ("rnn",), "transformer": ("transformer",), "upsampling": ("upsampling",),
}  # fmt: skip
RANKS = range(7)


def facts(name: str) -> Facts:
    return facts_of(getattr(nn, name))


def examples(name: str) -> list[Example]:
    """Return valid examples of a layer, always the same."""
    found: list[Example] = []

    @settings(max_examples=15, derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck))
    @given(LAYERS[name].valid)
    def keep(example: Example) -> None:
        if isinstance(example.inputs[0], Given) and 0 not in example.inputs[0].shape:
            found.append(example)

    keep()
    return found


@pytest.mark.parametrize("name", ALL)
def test_a_layer_says_what_it_takes_or_its_kind_says_why_not(name: str) -> None:
    if name in NO_FACTS:
        assert not facts(name).kind
        return
    stated = facts(name)
    assert stated.kind in KINDS
    assert stated.takes or KINDS[stated.kind] or name == "LocalResponseNorm" or name == "CrossMapLRN2d"
    assert (stated.axis is not None) == (stated.takes is not None or stated.gives is not None)
    assert stated.gives is None or stated.unit


@pytest.mark.parametrize("name", [name for name in ALL if name not in NO_FACTS])
def test_the_kind_is_that_of_pytorch(name: str) -> None:
    file = getattr(torch.nn, name).__module__.rpartition(".")[2]
    assert file in FILES[facts(name).kind]


@pytest.mark.parametrize("name", [name for name in ALL if name not in NO_FACTS])
def test_what_is_named_is_an_argument_of_pytorch(name: str) -> None:
    stated = facts(name)
    cls: Any = getattr(torch.nn, name)
    known = {parameter for base in cls.__mro__ for parameter in inspect.signature(base.__init__).parameters}
    for named in (stated.takes or (), stated.gives or ()):
        assert set([named] if isinstance(named, str) else named) <= known


@pytest.mark.parametrize("name", layers())
def test_the_sizes_are_where_the_facts_say(name: str) -> None:
    stated = facts(name)
    seen = 0
    for example in examples(name):
        answer = run_torch(example)
        if answer.error is not None:
            continue
        takes = [stated.takes] if isinstance(stated.takes, str) else list(stated.takes or ())
        for given_, argument in zip(example.inputs, takes):
            if argument in example.arguments:
                seen += 1
                assert at(given_.shape, stated, len(as_tuple(example.arguments[argument]))) == as_tuple(example.arguments[argument])  # fmt: skip
        if stated.gives in example.arguments:
            seen += 1
            wanted = example.arguments[stated.gives]
            if stated.kind == "recurrent":
                wanted = (example.arguments.get("proj_size") or wanted) * (1 + bool(example.arguments.get("bidirectional")))  # fmt: skip
            assert at(answer.outputs[0][0], stated, len(as_tuple(wanted))) == as_tuple(wanted)
    assert seen or (stated.takes is None and stated.gives is None) or (name.startswith("Lazy") and "Norm" in name)


def at(shape: tuple[int, ...], stated: Facts, count: int) -> tuple[int, ...]:
    """Return the sizes of a shape that a layer's facts speak of."""
    if stated.axis == -1:
        return shape[-count:]
    unbatched = stated.sample is not None and len(shape) == stated.sample
    return (shape[0 if unbatched else 1],)


def as_tuple(value: Any) -> tuple[int, ...]:
    return tuple(value) if isinstance(value, (tuple, list)) else (value,)


@pytest.mark.parametrize("name", layers())
def test_the_numbers_of_dimensions_are_those_that_pytorch_takes(name: str) -> None:
    stated = facts(name)
    taken = {rank for example in examples(name) for rank in RANKS if takes_rank(example, rank)}
    if stated.ranks is not None:
        assert taken == set(stated.ranks)
    elif stated.kind != "loss":  # of which most take what their targets have
        assert len(taken) > 2
    if stated.sample is not None:
        assert stated.sample + 1 in taken


def takes_rank(example: Example, rank: int) -> bool:
    """Return whether PyTorch takes the example with that number of dimensions, however they are added or left out."""
    return any(run_torch(changed).error is None for changed in with_rank(example, rank))


def with_rank(example: Example, rank: int) -> list[Example]:
    first = example.inputs[0]
    change = rank - len(first.shape)
    if change == 0:
        return [example]

    def changed(added: Any) -> Example:
        inputs = tuple(
            replace(x, shape=added(x.shape), order=None) if isinstance(x, Given) else x for x in example.inputs
        )
        return replace(example, inputs=inputs)

    bare = replace(example, inputs=(first,))  # without states, masks and what else comes after
    if change > 0:
        more = (2,) * change
        ways = [lambda shape: more + shape, lambda shape: shape + more, lambda shape: shape[:2] + more + shape[2:]]
    else:
        ways = [lambda shape: shape[-change:], lambda shape: shape[: len(shape) + change]]
    found = [changed(way) for way in ways]
    return found + [replace(bare, inputs=(replace(first, shape=way(first.shape), order=None),)) for way in ways]


# Operations

modules_of("ops")
VIEW_CALLS = {
    "select": (0, 1), "narrow": (0, 0, 1), "view": (3, 2), "view_as": (torch.zeros(3, 2),), "reshape": (3, 2), "reshape_as": (torch.zeros(3, 2),),
    "unflatten": (1, (3, 1)), "transpose": (0, 1), "swapaxes": (0, 1), "swapdims": (0, 1), "permute": ((1, 0),), "movedim": (0, 1), "moveaxis": (0, 1),
    "unsqueeze": (0,), "expand": (2, 3), "expand_as": (torch.zeros(2, 3),), "split": (1,), "chunk": (2,), "tensor_split": (2,), "unfold": (0, 1, 1),
    "as_strided": ((2,), (1,)), "__getitem__": (0,),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(VIEWS))
def test_a_view_looks_at_the_same_numbers(name: str) -> None:
    owner, _, method = name.partition(".")
    x = torch.zeros(2, 3)
    found = getattr(torch.Tensor if owner == "Tensor" else torch, method)
    arguments: tuple[Any, ...] = VIEW_CALLS.get(method, ())
    if owner == "torch" and method in ("reshape",):
        arguments = (arguments,)
    result = found.__get__(x) if not callable(found) else found(x, *arguments)
    first = result[0] if isinstance(result, (tuple, list)) else result
    assert first.untyped_storage().data_ptr() == x.untyped_storage().data_ptr()


LOSS_NAMES = {
    name
    for name in dir(torch.nn.functional)
    if f"F.{name}" in REGISTRY and (name.endswith("_loss") or "cross_entropy" in name or name == "kl_div")
}


def test_the_losses_are_those_of_pytorch() -> None:
    assert {name for name, op in REGISTRY.items() if op.kind == "loss"} == {f"F.{name}" for name in LOSS_NAMES}


WEIGHTED = sorted(name for name, op in REGISTRY.items() if op.weight is not None and not name.startswith("Tensor."))


@pytest.mark.parametrize("name", WEIGHTED)
def test_a_weight_has_the_size_where_the_facts_say(name: str) -> None:
    """The operation takes an input with that size of its weight, and with no other."""
    op = REGISTRY[name]
    owner, _, function = name.partition(".")
    found = getattr({"F": torch.nn.functional, "torch": torch, "linalg": torch.linalg}[owner], function)
    rank = int(function[-2]) + 2 if op.kind == "convolution" else 2
    weight = torch.zeros([2 + at for at in range(2)] + [1] * (rank - 2))
    size = weight.shape[op.weight or 0]
    axis = 1 if op.axis is None else op.axis
    for given_size in (size, size + 1):
        shape = [4] * rank
        shape[axis] = given_size
        if given_size == size:
            found(torch.zeros(shape), weight)
        else:
            with pytest.raises(RuntimeError):
                found(torch.zeros(shape), weight)
