"""What a model takes when nobody says: how many dimensions, channels and of which type, from the layers that its inputs
reach first.

The model is called once with inputs of which nothing is known; the first layer that each of them reaches tells what it
must be. The sizes that no layer fixes stay letters (`Wanted.shape`); `fitting` finds what the model accepts for them.
"""

from __future__ import annotations

import math

from convcalc.nn.module import Module, named_modules
from convcalc.tensor import Unknown

from .probing import probe

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from convcalc.trace import Call

    from .program import Program

BATCH, LENGTH, DEPTH, HEIGHT, WIDTH = "N", "L", "D", "H", "W"
CHANNELS = "C"
LATENT_SIZES = (1, 4, 7, 8, 16, 2, 32)  # where a generator starts from
SPATIAL_KINDS = ("1", "2", "3")
SPATIAL = {1: (LENGTH,), 2: (HEIGHT, WIDTH), 3: (DEPTH, HEIGHT, WIDTH)}


class Wanted:
    """An input that a model may want: its shape, of ints and letters, and its element type; or several (an LSTM's state).

    `usual` are the sizes that people use for the letters of an image, where they are not those of any image.
    """

    __slots__ = ("dtype", "parts", "shape", "usual")

    def __init__(
        self,
        shape: tuple[int | str, ...],
        dtype: str = "float32",
        parts: tuple[Wanted, ...] = (),
        usual: tuple[int, ...] = (),
    ) -> None:
        self.shape = shape
        self.dtype = dtype
        self.parts = parts
        self.usual = usual

    def __repr__(self) -> str:
        return f"Wanted({self.shape}, {self.dtype})"


def wanted(program: Program, module: Module) -> list[tuple[str, list[Wanted]]] | None:
    """For each required argument of `forward` what it may be, the likeliest first; None where one reaches no layer."""
    names = required_arguments(module)
    if not names:
        return None
    called = probe(program, module, tuple(Unknown(name) for name in names), {}).record.calls
    found = []
    for name in names:
        ways = _unique(_ways(called, name))
        if not ways and len(names) == 1:
            ways = _unique(w for _, m in named_modules(module) for w in _of_layer(m, 0, False))
        if not ways:
            return None
        found.append((name, ways))
    return found


def required_arguments(module: Module) -> list[str]:
    """The arguments of a module's `forward` that have no default."""
    code = getattr(type(module).forward, "__code__", None)
    if code is None:
        return []
    defaults = type(module).forward.__defaults__ or ()
    return list(code.co_varnames[1 : code.co_argcount - len(defaults)])


def _ways(calls: list[Call], name: str) -> Iterator[Wanted]:
    """What the first layer or operation that `name` reaches says of it."""
    flat = False
    loose: list[Wanted] = []  # what a layer says that takes any number of channels
    for call in calls:
        args, kwargs = call.arguments
        for at, value in enumerate((*args, *kwargs.values())):
            if not _comes_from(value, name):
                continue
            if call.kind == "module":
                kind = type(call.owner).__name__
                if kind == "Flatten":
                    flat = True
                if type(call.owner).__module__.startswith("convcalc.nn"):
                    ways = list(_of_layer(call.owner, at, flat or _is_flat(value)))
                    if ways and CHANNELS not in ways[0].shape:
                        yield from ways
                        return
                    loose = loose or ways
            else:
                ways = list(_of_operation(call.type.rpartition(".")[2], args, at, flat or _is_flat(value)))
                if ways:
                    yield from ways
                    return
    yield from loose


def _comes_from(value: Any, name: str) -> bool:
    """Whether a value that is not known was made from the argument of that name."""
    if isinstance(value, (tuple, list)):
        return any(_comes_from(part, name) for part in value)
    if type(value) is not Unknown:
        return False
    words = "".join(c if c.isalnum() or c == "_" else " " for c in value.reason).split()
    return name in words


def _is_flat(value: Any) -> bool:
    return type(value) is Unknown and any(f".{word}(" in value.reason for word in ("view", "reshape", "flatten"))


def _of_layer(layer: Any, at: int, flat: bool) -> Iterator[Wanted]:
    kind = type(layer).__name__
    own = layer.__dict__
    channels = own.get("in_channels")
    if "kernel_size" in own and isinstance(channels, int):
        usual = LATENT_SIZES if own.get("transposed") else ()
        yield from _images(channels, len(own["kernel_size"]), usual)
    elif kind in ("Linear", "Bilinear"):
        features = own.get("in_features") if kind == "Linear" else own[f"in{at + 1}_features"]
        if isinstance(features, int):
            yield from _features(features, flat)
    elif kind == "Embedding":
        yield Wanted((BATCH, LENGTH), "int64")
        yield Wanted((BATCH,), "int64")
    elif kind == "EmbeddingBag":
        yield Wanted((BATCH, LENGTH) if at == 0 else (BATCH,), "int64")
    elif "input_size" in own and "hidden_size" in own:
        yield from _recurrent(layer, at)
    elif "embed_dim" in own or "d_model" in own or kind.startswith("Transformer"):
        yield from _attention(layer)
    elif "num_features" in own and kind[-2:-1] in SPATIAL_KINDS:
        yield from _images(own["num_features"], int(kind[-2]))
    elif kind == "LayerNorm":
        shape = tuple(own["normalized_shape"])
        yield Wanted((BATCH, LENGTH, *shape)) if len(shape) == 1 else Wanted((BATCH, *shape))
        yield Wanted((BATCH, *shape))
    elif kind == "GroupNorm":
        yield from _images(own["num_channels"], 2)
    elif kind[-2:-1] in SPATIAL_KINDS and ("Pool" in kind or "Pad" in kind or kind.startswith("Upsampling")):
        yield Wanted((BATCH, CHANNELS, *SPATIAL[int(kind[-2])]))


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
    if "mode" not in own and "num_layers" not in own:  # a cell
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
    return Wanted((), parts=(hidden, cell)) if type(layer).__name__.startswith("LSTM") else hidden


def _attention(layer: Any) -> Iterator[Wanted]:
    own = layer.__dict__
    holder = next((m for _, m in named_modules(layer) if type(m).__name__ == "MultiheadAttention"), None)
    if holder is None:
        return
    width = holder.__dict__["embed_dim"]
    first = holder.__dict__.get("batch_first", own.get("batch_first"))
    yield Wanted((BATCH, LENGTH, width) if first else (LENGTH, BATCH, width))


def _of_operation(name: str, args: tuple[Any, ...], at: int, flat: bool) -> Iterator[Wanted]:
    weights = [a for i, a in enumerate(args) if i != at and hasattr(a, "shape") and hasattr(a, "dtype")]
    shape = tuple(weights[0].shape) if weights else ()
    if name in ("conv1d", "conv2d", "conv3d") and at == 0 and len(shape) == int(name[4]) + 2:
        yield from _images(shape[1], int(name[4]))
    elif name == "linear" and at == 0 and len(shape) == 2:
        yield from _features(shape[1], flat)
    elif name in ("matmul", "mm", "__matmul__") and at == 0 and len(shape) == 2:
        yield from _features(shape[0], flat)
    elif name == "embedding" and at == 0:
        yield Wanted((BATCH, LENGTH), "int64")


def _unique(ways: Any) -> list[Wanted]:
    seen = set()
    kept = []
    for way in ways:
        key = (way.shape, way.dtype, tuple(p.shape for p in way.parts))
        if key not in seen:
            seen.add(key)
            kept.append(way)
    return kept
