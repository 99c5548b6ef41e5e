"""What a model takes when nobody says: how many dimensions, channels and of which type, from the layers that its inputs
reach first.

The model is called once with inputs of which nothing is known; the first layer that each of them reaches tells what it
must be. The sizes that no layer fixes stay letters (`Wanted.shape`); `fitting` finds what the model accepts for them. What a layer
says holds for the argument itself where nothing lies between the two (`Evidence.direct`); else it is a guess, and `settling` opens it.
"""

from __future__ import annotations

import math

from convcalc.nn.facts import facts_of
from convcalc.nn.module import Module, named_modules
from convcalc.tensor import Tensor, Unknown

from .probing import probe
from .signatures import ITEMS, parameters_of, structure_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from convcalc.nn.facts import Facts
    from convcalc.trace import Call

    from .program import Program

BATCH, LENGTH, DEPTH, HEIGHT, WIDTH = "N", "L", "D", "H", "W"
CHANNELS = "C"
OTHER_LENGTH = "M"  # of a second sequence, such as a decoder's memory
FEATURES = "F"
LATENT_SIZES = (1, 4, 7, 8, 16, 2, 32)  # where a generator starts from
SPATIAL = {1: (LENGTH,), 2: (HEIGHT, WIDTH), 3: (DEPTH, HEIGHT, WIDTH)}
INT64 = "int64"
METHODS = frozenset(
    "view reshape flatten permute transpose unsqueeze squeeze size shape dim float contiguous to swapaxes movedim".split()
)  # of a tensor: what has one is no list
CHOSEN = frozenset("argmax argmin long int topk sort argsort randint multinomial searchsorted bucketize".split())


class Wanted:
    """An input that a model may want: its shape, of ints and letters, and its element type; or several (an LSTM's state).

    `usual` are the sizes that people use for the letters of an image, where they are not those of any image. Several are a tuple, or a
    dict with `keys`.
    """

    __slots__ = ("dtype", "keys", "parts", "shape", "usual")

    def __init__(
        self,
        shape: tuple[int | str, ...],
        dtype: str = "float32",
        parts: tuple[Wanted, ...] = (),
        usual: tuple[int, ...] = (),
        keys: tuple[str, ...] = (),
    ) -> None:
        self.shape = shape
        self.dtype = dtype
        self.parts = parts
        self.usual = usual
        self.keys = keys

    @property
    def leaves(self) -> tuple[Wanted, ...]:
        """The tensors that it consists of."""
        if not self.parts:
            return (self,)
        return tuple(leaf for part in self.parts if isinstance(part, Wanted) for leaf in part.leaves)

    @property
    def key(self) -> tuple[Any, ...]:
        """What makes two of them the same."""
        return self.shape, self.dtype, self.keys, tuple(part.key for part in self.parts)

    def with_leaves(self, leaves: Iterator[Wanted]) -> Wanted:
        """The same of other tensors."""
        if not self.parts:
            return next(leaves)
        return Wanted((), parts=tuple([part.with_leaves(leaves) for part in self.parts]), keys=self.keys)

    def __repr__(self) -> str:
        if self.keys:
            return "{" + ", ".join(f"{key!r}: {part!r}" for key, part in zip(self.keys, self.parts)) + "}"
        if self.parts:
            return f"({', '.join(map(repr, self.parts))})"
        sizes = ", ".join(map(str, self.shape)) + ("," if len(self.shape) == 1 else "")
        return f"({sizes})" + ("" if self.dtype == "float32" else f" {self.dtype}")


class Evidence:
    """What is known of an argument before anything is tried: what it may be, the likeliest first.

    `direct`: it reaches the layer that says so as it is. `is_tensor`: a method of tensors is called on it before. `parts`: it is a tuple
    or a dict of these (`keys`), as the source takes it apart. `is_list`: the source goes through its items, and nobody knows how many there are.
    """

    __slots__ = ("direct", "is_list", "is_tensor", "keys", "name", "parts", "ways")

    def __init__(
        self,
        name: str,
        ways: list[Wanted],
        direct: bool = False,
        parts: tuple[Evidence, ...] = (),
        keys: tuple[str, ...] = (),
    ) -> None:
        self.name = name
        self.ways = ways
        self.direct = direct
        self.is_tensor = self.is_list = False
        self.parts = parts
        self.keys = keys

    @property
    def leaves(self) -> tuple[Evidence, ...]:
        return tuple(leaf for part in self.parts for leaf in part.leaves) if self.parts else (self,)

    def assembled(self, leaves: Iterator[Wanted]) -> Wanted:
        """The argument of which these are the tensors."""
        if not self.parts:
            return next(leaves)
        return Wanted((), parts=tuple([part.assembled(leaves) for part in self.parts]), keys=self.keys)


def evidence(
    program: Program, module: Module, names: list[str], given: dict[str, Any], whole: bool = False
) -> list[Evidence]:
    """What the layers say of each argument of `forward` that is to be found; `given` are the others.

    With `whole`, what the source takes apart into items is taken to be a tensor.
    """
    asked = [_unknown_argument(program, module, name, whole) for name in names]
    values = {name: value for name, (value, _) in zip(names, asked)}
    probed = probe(program, module, (), {**values, **given})
    found = []
    for name, (_, parts) in zip(names, asked):
        if parts is None:
            alone = len(names) == 1 and structure_of(program, module, name) != ITEMS
            found.append(_of_argument(program, module, probed, name, alone))
            found[-1].is_list = not found[-1].ways and structure_of(program, module, name) == ITEMS
        else:
            keys, leaves = parts
            inner = tuple([_of_argument(program, module, probed, leaf, False) for leaf in leaves])
            found.append(Evidence(name, [], False, inner, keys))
    return found


def _unknown_argument(program: Program, module: Module, name: str, whole: bool) -> tuple[Any, Any]:
    """An argument of which nothing is known, in the structure in which the source takes it apart: the value; keys and names of the parts."""
    structure = structure_of(program, module, name)
    if structure is None or structure == ITEMS or (whole and isinstance(structure, int)):
        return Unknown(name), None
    if isinstance(structure, int):
        names = [f"{name}[{i}]" for i in range(structure)]
        return tuple(map(Unknown, names)), ((), names)
    names = [f"{name}[{key!r}]" for key in structure]
    return dict(zip(structure, map(Unknown, names))), (structure, names)


def _of_argument(program: Program, module: Module, probed: Any, name: str, alone: bool) -> Evidence:
    ways: list[Wanted] = []
    direct = is_tensor = False
    for value, way in _ways(probed.record.calls, name):
        if not ways:
            direct = value.reason == name
            is_tensor = _is_called_on(value.reason, name)
        if not direct and way.dtype == INT64 and _is_chosen(value):
            continue  # an index that the model itself has found
        ways.append(way)
    if not ways and alone and probed.error is not None:  # it needed a size before it came to a layer
        ways = [w for _, m in named_modules(module) for w in _of_layer(m, 0, False)]
    found = Evidence(name, unique(ways), direct)
    found.is_tensor = is_tensor
    return found


def _ways(calls: list[Call], name: str) -> Iterator[tuple[Unknown, Wanted]]:
    """What the first layer or operation that `name` reaches says of it, each with the value that reaches it."""
    flat = False
    loose: list[tuple[Unknown, Wanted]] = []  # what a layer says that takes any number of channels
    for call in calls:
        args, kwargs = call.arguments
        places: list[tuple[Any, Any]] = [*enumerate(args), *kwargs.items()]
        for at, given in places:
            value, part = _reaching(given, name)
            if value is None:
                continue
            if call.kind == "module":
                if facts_of(type(call.owner)).kind == "flattening":
                    flat = True
                if type(call.owner).__module__.startswith("convcalc.nn"):
                    ways = list(_of_layer(call.owner, _place_of(call.owner, at), flat or _is_flat(value)))
                    if part is not None:
                        ways = [way.parts[part] for way in ways if part < len(way.parts)]
                    if ways and CHANNELS not in ways[0].shape:
                        yield from ((value, way) for way in ways)
                        return
                    loose = loose or [(value, way) for way in ways]
            elif type(at) is int:
                ways = list(_of_operation(call.operation, args, at, flat or _is_flat(value)))
                if ways:
                    yield from ((value, way) for way in ways)
                    return
    yield from loose


def _place_of(layer: Any, at: int | str) -> int:
    """The number of an argument of a layer that is given by name."""
    if type(at) is int:
        return at
    names = parameters_of(layer).names
    return names.index(at) if at in names else -1


def _reaching(value: Any, name: str) -> tuple[Unknown | None, int | None]:
    """The unknown in a value that was made from the argument of that name, and its number in a tuple."""
    if type(value) is Unknown:
        return (value, None) if _is_made_from(value.reason, name) else (None, None)
    if type(value) in (tuple, list):
        for i, part in enumerate(value):
            if type(part) is Unknown and _is_made_from(part.reason, name):
                return part, i
    return None, None


def _is_made_from(reason: str, name: str) -> bool:
    """Whether what is said of a value names the argument."""
    at = reason.find(name)
    while at >= 0:
        before, after = reason[at - 1 : at], reason[at + len(name) : at + len(name) + 1]
        if not (before.isalnum() or before in ("_", ".")) and not (after.isalnum() or after == "_"):
            return True
        at = reason.find(name, at + 1)
    return False


def _is_called_on(reason: str, name: str) -> bool:
    """Whether a method of tensors is called on the argument of that name."""
    return reason.startswith(f"{name}.") and reason[len(name) + 1 :].partition("(")[0].partition("[")[0] in METHODS


def _is_flat(value: Any) -> bool:
    return type(value) is Unknown and any(f".{word}(" in value.reason for word in ("view", "reshape", "flatten"))


def _is_chosen(value: Unknown) -> bool:
    """Whether whole numbers that the model has made reach a layer, which say nothing of what they were made from."""
    words = "".join(c if c.isalnum() or c == "_" else " " for c in value.reason).split()
    return not CHOSEN.isdisjoint(words)


def _of_layer(layer: Any, at: int, flat: bool) -> Iterator[Wanted]:
    """What a layer says of its argument number `at`, by the facts of its class and by its settings."""
    stated = facts_of(type(layer))
    kind, own = stated.kind, layer.__dict__
    takes = stated.takes if type(stated.takes) is not tuple else stated.takes[min(max(at, 0), len(stated.takes) - 1)]
    size = own.get(takes)
    if kind == "convolution":
        if isinstance(size, int):
            yield from _images(
                size, stated.dims or len(own["kernel_size"]), LATENT_SIZES if own.get("transposed") else ()
            )
    elif kind == "linear":
        if isinstance(size, int):
            yield from _features(size, flat)
    elif kind == "embedding":
        yield Wanted((BATCH, LENGTH), INT64)
        yield Wanted((BATCH,), INT64)
    elif kind == "embedding bag":
        if at == 0:
            yield Wanted((BATCH, LENGTH), INT64)
            yield Wanted((LENGTH,), INT64)
        elif at == 1:
            yield Wanted((BATCH,), INT64)
    elif kind in ("recurrent", "recurrent cell"):
        yield from _recurrent(layer, at)
    elif kind in ("attention", "transformer"):
        yield from _attention(layer, at)
    elif kind == "normalization":
        yield from _normalized(size, stated)
    elif kind in ("pooling", "padding", "upsampling") and stated.dims is not None:
        yield Wanted((BATCH, CHANNELS, *SPATIAL[stated.dims]))


def _normalized(size: Any, stated: Facts) -> Iterator[Wanted]:
    if isinstance(size, tuple):  # the last sizes
        yield Wanted((BATCH, LENGTH, *size)) if len(size) == 1 else Wanted((BATCH, *size))
        yield Wanted((BATCH, *size))
    elif size is not None:
        if stated.dims == 1 and stated.sample is None:  # of rows of features, too
            yield Wanted((BATCH, size))
        if stated.dims is not None or stated.ranks is None:
            yield from _images(size, stated.dims or 2)


def _images(channels: int | str, dims: int, usual: tuple[int, ...] = ()) -> Iterator[Wanted]:
    sizes = SPATIAL[dims]
    yield Wanted((BATCH, channels, *sizes), usual=usual)
    yield Wanted((BATCH, *sizes, channels))  # a model that turns its images itself
    if channels == 1:
        yield Wanted((BATCH, *sizes))  # a model that adds the channel itself
    yield Wanted((BATCH, CHANNELS, *sizes))  # one that rearranges them before the first layer


def _features(features: int, flat: bool) -> Iterator[Wanted]:
    if flat:
        for channels in (1, 3):
            side = math.isqrt(features // channels)
            if side > 3 and channels * side * side == features:
                yield Wanted((BATCH, channels, side, side))
    yield Wanted((BATCH, features))
    yield Wanted((BATCH, LENGTH, features))


def _recurrent(layer: Any, at: int) -> Iterator[Wanted]:
    own = layer.__dict__
    if facts_of(type(layer)).kind == "recurrent cell":
        state = Wanted((BATCH, own["hidden_size"]))
        yield Wanted((BATCH, own["input_size"])) if at == 0 else _state(layer, state, state)
        return
    if at == 0:
        first = own.get("batch_first")
        yield Wanted((BATCH, LENGTH, own["input_size"]) if first else (LENGTH, BATCH, own["input_size"]))
        if own["input_size"] == 1:
            yield Wanted((BATCH, LENGTH))
        return
    directions = own["num_layers"] * (2 if own["bidirectional"] else 1)
    hidden = Wanted((directions, BATCH, own["proj_size"] or own["hidden_size"]))
    yield _state(layer, hidden, Wanted((directions, BATCH, own["hidden_size"])))


def _state(layer: Any, hidden: Wanted, cell: Wanted) -> Wanted:
    return Wanted((), parts=(hidden, cell)) if facts_of(type(layer)).states == 2 else hidden


def _attention(layer: Any, at: int) -> Iterator[Wanted]:
    """The sequences that attention looks at, and its masks, as the names of the layer's own arguments have them."""
    names = parameters_of(layer).names
    name = names[at] if 0 <= at < len(names) else ""
    own = layer.__dict__
    holder = next((m for _, m in named_modules(layer) if facts_of(type(m)).kind == "attention"), None)
    if holder is None:
        return
    first = holder.__dict__.get("batch_first", own.get("batch_first"))
    letter = OTHER_LENGTH if name in ("memory", "tgt", "key", "value", "memory_key_padding_mask") else LENGTH
    if name.endswith("padding_mask"):
        yield Wanted((BATCH, letter), "bool")
    elif name.endswith("mask"):
        yield Wanted((letter, letter))
        yield Wanted((BATCH, BATCH))  # of a model whose sequences come first
    elif name in ("query", "key", "value", "src", "tgt", "memory"):
        width = holder.__dict__[{"key": "kdim", "value": "vdim"}.get(name, "embed_dim")]
        yield Wanted((BATCH, letter, width) if first else (letter, BATCH, width))
        yield Wanted((BATCH, LENGTH, width) if first else (LENGTH, BATCH, width))


def _of_operation(operation: Any, args: tuple[Any, ...], at: int, flat: bool) -> Iterator[Wanted]:
    """What an operation says of its first argument, by the size that its weight has for it."""
    weights = [a for i, a in enumerate(args) if i != at and isinstance(a, Tensor)]
    shape = tuple(weights[0].shape) if weights else ()
    if operation is None or at != 0 or not all(type(size) is int for size in shape):
        return
    if operation.kind == "embedding":
        yield Wanted((BATCH, LENGTH), INT64)
    if operation.weight is None:
        return
    if operation.kind == "convolution":
        if 3 <= len(shape) <= 5:
            yield from _images(shape[operation.weight], len(shape) - 2)
    elif len(shape) == 2:
        yield from _features(shape[operation.weight], flat)


def unique(ways: Any) -> list[Wanted]:
    """Each way once."""
    kept: dict[Any, Wanted] = {}
    for way in ways:
        kept.setdefault(way.key, way)
    return list(kept.values())
