"""What layers have beside `forward`: containers, ways of making them, initial values, sequences of several lengths.

Each program runs twice, with PyTorch's library and with ours, and what it returns (or raises) is compared.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

import pytest
from both_libraries import OURS, Program, compare

pytestmark = pytest.mark.filterwarnings("ignore")


def modules(t: Any) -> Any:
    return t.nn.ModuleList([t.nn.ReLU(), t.nn.Tanh(), t.nn.GELU()])


def after(change: Program, container: Program) -> Program:
    """The text of a container after a change, and what the change gave."""

    def program(t: Any) -> Any:
        changed = container(t)
        given = change(changed) if change.__code__.co_argcount == 1 else change(changed, t)
        return given, repr(changed), len(changed)

    return program


LISTS: dict[str, Any] = {
    "insert at the end": lambda m, t: m.insert(3, t.nn.ELU()),
    "insert beyond the end": lambda m, t: m.insert(4, t.nn.ELU()),
    "insert from behind": lambda m, t: m.insert(-3, t.nn.ELU()),
    "insert before the beginning": lambda m, t: m.insert(-4, t.nn.ELU()),
    "append": lambda m, t: m.append(t.nn.ELU()),
    "append a number": lambda m: m.append(3),
    "extend": lambda m, t: m.extend([t.nn.ELU(), t.nn.SiLU()]),
    "extend by one module": lambda m, t: m.extend(t.nn.ELU()),
    "extend by numbers": lambda m: m.extend([3]),
    "plus": lambda m, t: repr(m + [t.nn.ELU()]),
    "plus itself": lambda m: repr(m + m),
    "plus in place": lambda m, t: repr(m.__iadd__([t.nn.ELU()])),
    "delete": lambda m: m.__delitem__(1),
    "delete from behind": lambda m: m.__delitem__(-1),
    "delete a slice": lambda m: m.__delitem__(slice(0, 2)),
    "delete beyond": lambda m: m.__delitem__(3),
    "a slice": lambda m: repr(m[1:]),
    "from behind": lambda m: repr(m[-1]),
    "beyond": lambda m: m[3],
    "before": lambda m: m[-4],
    "set": lambda m, t: m.__setitem__(1, t.nn.ELU()),
    "set from behind": lambda m, t: m.__setitem__(-1, t.nn.ELU()),
    "set beyond": lambda m, t: m.__setitem__(3, t.nn.ELU()),
    "pop": lambda m: m.pop(1),
    "pop from behind": lambda m: m.pop(-1),
    "pop beyond": lambda m: m.pop(3),
    "turned around": lambda m: [repr(x) for x in reversed(list(m))],
    "as a list": lambda m: list(m),
    "call": lambda m: m(1),
}  # fmt: skip
DICTS: dict[str, Any] = {
    "get": lambda m: m["a"],
    "get what is not there": lambda m: m["c"],
    "pop": lambda m: m.pop("a"),
    "delete": lambda m: m.__delitem__("a"),
    "clear": lambda m: m.clear(),
    "keys": lambda m: list(m.keys()),
    "values": lambda m: list(m.values()),
    "items": lambda m: list(m.items()),
    "in": lambda m: ("a" in m, "c" in m),
    "update by a dict": lambda m, t: m.update({"c": t.nn.ELU()}),
    "update by pairs": lambda m, t: m.update([("c", t.nn.ELU()), ["a", t.nn.ELU()]]),
    "update by another": lambda m, t: m.update(t.nn.ModuleDict({"z": t.nn.ELU()})),
    "update by a number": lambda m: m.update(3),
    "update by numbers": lambda m: m.update([3]),
    "update by pairs of three": lambda m, t: m.update([("c", t.nn.ELU(), 1)]),
    "set a number": lambda m: m.__setitem__("c", 3),
}  # fmt: skip
PARAMETERS: dict[str, Any] = {
    "append": lambda m, t: m.append(t.zeros(5)),
    "extend": lambda m, t: m.extend([t.zeros(5), t.zeros(6)]),
    "extend by a number": lambda m: m.extend(3),
    "a slice": lambda m: repr(m[:1]),
    "from behind": lambda m: m[-1],
    "beyond": lambda m: m[2],
    "set": lambda m, t: m.__setitem__(1, t.zeros(5)),
    "as a list": lambda m: list(m),
}  # fmt: skip
PARAMETER_DICTS: dict[str, Any] = {
    "get": lambda m: (m.get("a"), m.get("c"), m.get("c", 3)),
    "setdefault": lambda m: (m.setdefault("a"), m.setdefault("c")),
    "setdefault to a tensor": lambda m, t: m.setdefault("c", t.zeros(4)),
    "popitem": lambda m: m.popitem(),
    "pop": lambda m: m.pop("a"),
    "pop what is not there": lambda m: m.pop("c"),
    "clear": lambda m: m.clear(),
    "keys": lambda m: (list(m.keys()), list(m), list(reversed(m))),
    "values": lambda m: list(m.values()),
    "fromkeys": lambda m: m.fromkeys(["x", "y"]).keys(),
    "copy": lambda m: repr(m.copy()),
    "or": lambda m, t: list((m | t.nn.ParameterDict({"a": t.zeros(7), "z": t.zeros(1)})).items()),
    "or in place": lambda m, t: list(m.__ior__(t.nn.ParameterDict({"a": t.zeros(7)})).items()),
    "update by pairs": lambda m, t: m.update([("c", t.zeros(4))]),
    "update by a number": lambda m: m.update(3),
    "update by pairs of three": lambda m, t: m.update([("c", t.zeros(4), 1)]),
    "in": lambda m: ("a" in m, "c" in m),
}  # fmt: skip
CONTAINERS: dict[str, tuple[Program, dict[str, Any]]] = {
    "ModuleList": (modules, LISTS),
    "Sequential": (lambda t: t.nn.Sequential(*modules(t)), {**LISTS, "call": lambda m, t: m(t.zeros(2))}),
    "Sequential with names": (lambda t: t.nn.Sequential(OrderedDict(a=t.nn.ReLU(), b=t.nn.Tanh(), c=t.nn.GELU())), {"by name": lambda m: m.b, "a slice": lambda m: repr(m[1:])}),
    "ModuleDict": (lambda t: t.nn.ModuleDict({"a": t.nn.ReLU(), "b": t.nn.Tanh()}), DICTS),
    "ParameterList": (lambda t: t.nn.ParameterList([t.zeros(2), t.zeros(3)]), PARAMETERS),
    "ParameterDict": (lambda t: t.nn.ParameterDict({"a": t.zeros(2), "b": t.zeros(3), "c": t.zeros(4)}), PARAMETER_DICTS),
}  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "name"), [(kind, name) for kind, (_, changes) in CONTAINERS.items() for name in changes]
)
def test_a_container(kind: str, name: str) -> None:
    container, changes = CONTAINERS[kind]
    compare(after(changes[name], container))


def settings(t: Any, layer: Any) -> Any:
    names = (
        "num_embeddings",
        "embedding_dim",
        "padding_idx",
        "max_norm",
        "norm_type",
        "scale_grad_by_freq",
        "mode",
        "sparse",
        "include_last_offset",
    )
    return {name: getattr(layer, name) for name in names if hasattr(layer, name)}, layer.weight.requires_grad


def packed(t: Any, **more: Any) -> Any:
    return t.nn.utils.rnn.pack_sequence([t.zeros(n, 2) for n in (5, 4, 2)], **more)


MADE: dict[str, Program] = {
    "Embedding.from_pretrained": lambda t: settings(t, t.nn.Embedding.from_pretrained(t.zeros(5, 3))),
    "Embedding.from_pretrained, all": lambda t: settings(t, t.nn.Embedding.from_pretrained(t.zeros(5, 3), False, 2, 1.5, 3.0, True, True)),
    "Embedding.from_pretrained, a vector": lambda t: t.nn.Embedding.from_pretrained(t.zeros(5)),
    "EmbeddingBag.from_pretrained": lambda t: settings(t, t.nn.EmbeddingBag.from_pretrained(t.zeros(5, 3))),
    "EmbeddingBag.from_pretrained, all": lambda t: settings(t, t.nn.EmbeddingBag.from_pretrained(t.zeros(5, 3), False, 1.5, 3.0, True, "sum", True, True, 2)),
    "EmbeddingBag.from_pretrained, a vector": lambda t: t.nn.EmbeddingBag.from_pretrained(t.zeros(5)),
    **{f"calculate_gain({name!r})": lambda t, name=name: t.nn.init.calculate_gain(name) for name in (
        "linear", "conv1d", "conv_transpose3d", "sigmoid", "tanh", "relu", "leaky_relu", "selu", "gelu",
    )},
    "calculate_gain of a slope": lambda t: t.nn.init.calculate_gain("leaky_relu", 0.5),
    "calculate_gain of no slope": lambda t: t.nn.init.calculate_gain("leaky_relu", "x"),
    "calculate_gain of a flag": lambda t: t.nn.init.calculate_gain("leaky_relu", True),
    **{f"{name} of {shape}": lambda t, name=name, shape=shape: getattr(t.nn.init, name)(t.zeros(*shape)) for name in (
        "xavier_uniform_", "kaiming_normal_", "orthogonal_", "eye_", "dirac_", "ones_",
    ) for shape in ((3,), (3, 4), (3, 4, 5), (3, 4, 5, 5), (3, 4, 5, 5, 5), (3, 4, 1, 1, 1, 1))},
    "sparse_": lambda t: t.nn.init.sparse_(t.zeros(3, 4), 0.5),
    "sparse_ of a vector": lambda t: t.nn.init.sparse_(t.zeros(3), 0.5),
    "kaiming_uniform_ of a wrong mode": lambda t: t.nn.init.kaiming_uniform_(t.zeros(3, 4), mode="fan"),
    "dirac_ in groups": lambda t: t.nn.init.dirac_(t.zeros(4, 4, 3), 2),
    "pack_sequence": lambda t: (packed(t).data, packed(t).batch_sizes.tolist()),
    "pack_sequence, not sorted": lambda t: t.nn.utils.rnn.pack_sequence([t.zeros(2, 2), t.zeros(4, 2)]),
    "unpack_sequence": lambda t: t.nn.utils.rnn.unpack_sequence(packed(t)),
    "pad_packed_sequence": lambda t: t.nn.utils.rnn.pad_packed_sequence(packed(t)),
    "pad_packed_sequence, batch first": lambda t: t.nn.utils.rnn.pad_packed_sequence(packed(t), batch_first=True),
    "pad_packed_sequence, longer": lambda t: t.nn.utils.rnn.pad_packed_sequence(packed(t), total_length=7),
    "pad_packed_sequence, shorter": lambda t: t.nn.utils.rnn.pad_packed_sequence(packed(t), total_length=3),
    "pad_sequence": lambda t: t.nn.utils.rnn.pad_sequence([t.zeros(2, 3), t.zeros(4, 3)]),
    "pad_sequence, batch first": lambda t: t.nn.utils.rnn.pad_sequence([t.zeros(2, 3), t.zeros(4, 3)], batch_first=True),
    "unpad_sequence": lambda t: t.nn.utils.rnn.unpad_sequence(t.zeros(4, 2, 3), t.lib.tensor([4, 2])),
    "unpad_sequence, batch first": lambda t: t.nn.utils.rnn.unpad_sequence(t.zeros(2, 4, 3), t.lib.tensor([4, 2]), batch_first=True),
    "clip_grad_norm_": lambda t: t.nn.utils.clip_grad_norm_(t.nn.Linear(2, 3).parameters(), 1.0),
    "clip_grad_norm_ of a number": lambda t: t.nn.utils.clip_grad_norm_(3, 1.0),
    "clip_grad_norm_ of a tensor": lambda t: t.nn.utils.clip_grad_norm_(t.nn.Parameter(t.zeros(3)) if hasattr(t.nn, "Parameter") else None, 1.0),
    "clip_grad_value_ of a number": lambda t: t.nn.utils.clip_grad_value_(3, 1.0),
    "clip_grads_with_norm_ of a number": lambda t: t.nn.utils.clip_grads_with_norm_(3, 1.0, t.zeros(1)),
    "clip_grads_with_norm_": lambda t: t.nn.utils.clip_grads_with_norm_(t.nn.Linear(2, 3).parameters(), 1.0, t.zeros(1)),
    "get_total_norm": lambda t: t.nn.utils.get_total_norm([t.zeros(2), t.zeros(3, 4)]),
    "parameters_to_vector": lambda t: t.nn.utils.parameters_to_vector(t.nn.Linear(2, 3).parameters()),
    "vector_to_parameters": lambda t: t.nn.utils.vector_to_parameters(t.zeros(9), t.nn.Linear(2, 3).parameters()),
    "vector_to_parameters of a number": lambda t: t.nn.utils.vector_to_parameters(3, t.nn.Linear(2, 3).parameters()),
    "vector_to_parameters, too short": lambda t: t.nn.utils.vector_to_parameters(t.zeros(8), t.nn.Linear(2, 3).parameters()),
    "cosine_similarity of a number": lambda t: t.F.cosine_similarity(t.zeros(2, 3), 3),
    "rrelu of a number": lambda t: t.F.rrelu(3),
    "adaptive_max_pool2d of a vector": lambda t: t.F.adaptive_max_pool2d(t.zeros(3), 2),
    "adaptive_max_pool3d of a matrix": lambda t: t.F.adaptive_max_pool3d(t.zeros(3, 3), 2),
    "max_unpool2d to a size out of reach": lambda t: t.F.max_unpool2d(t.zeros(1, 1, 2, 2), t.zeros(1, 1, 2, 2, dtype="int64"), 2, output_size=(9, 4)),
    "group_norm of one value": lambda t: t.nn.GroupNorm(2, 2)(t.zeros(1, 2)),
    "group_norm of two values": lambda t: t.nn.GroupNorm(1, 2)(t.zeros(1, 2)),
    **{f"LinearCrossEntropyOptions({policy!r})": lambda t, policy=policy: repr(t.nn.LinearCrossEntropyOptions(acc_policy=policy)) for policy in (
        "auto", "accurate", "balanced", "compact", "fast",
    )},
    "Flatten": lambda t: t.nn.Flatten(1, 2)(t.zeros(2, 3, 4, 5)),
    "Unflatten of a wrong size": lambda t: t.nn.Unflatten(1, (2, 2))(t.zeros(2, 3)),
    "Unflatten of a number": lambda t: t.nn.Unflatten(1, 3),
}  # fmt: skip


@pytest.mark.parametrize("name", MADE)
def test_what_is_made(name: str) -> None:
    compare(MADE[name])


def test_a_difference_would_be_seen() -> None:
    with pytest.raises(AssertionError):
        compare(lambda t: t.nn.Embedding.from_pretrained(t.zeros(5, 3 if t is OURS else 4)).weight)
