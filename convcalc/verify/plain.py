"""Calls and results as plain JSON: what `snapshot` writes down, and the tests without PyTorch replay.

    [2, 3]                      a list;  {"t": [2, 3]} a tuple, {"z": ...} a Size, {"d": {...}} a dict
    "T float32 2 3"             a tensor of shape (2, 3);  "T int64 2 / 5" with strides, "T int64 2 = 4 1" with elements
    "S mean"  "D float32"       a string, an element type;  "N inf" a float that JSON lacks, "C 1j" a complex number, "E" an ellipsis
    "! ValueError"              as a result: refused with an error of that kind

Nothing here needs torch.
"""

from __future__ import annotations

import math

from convcalc import standin
from convcalc.tensor import DType, Size, Tensor, dtype_of, make
from convcalc.tensor.dtypes import FLOATING

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


class NotPlain(Exception):
    """A value that has no plain form."""


def encode(value: Any) -> Any:
    """A value of ours in plain form."""
    if value is None or type(value) in (bool, int):
        return value
    if type(value) is float:
        return value if math.isfinite(value) else f"N {value}"
    if type(value) is str:
        return f"S {value}"
    if type(value) is complex:
        return f"C {value}"
    if isinstance(value, Tensor):
        return _tensor(value)
    if isinstance(value, DType):
        return f"D {value.name}"
    if value is Ellipsis:
        return "E"
    if type(value) is list:
        return [encode(part) for part in value]
    if isinstance(value, tuple):
        return {"z" if isinstance(value, Size) else "t": [encode(part) for part in value]}
    if type(value) is dict and all(type(key) is str for key in value):
        return {"d": {key: encode(part) for key, part in value.items()}}
    raise NotPlain(type(value).__name__)


def _tensor(tensor: Tensor) -> str:
    words = ["T", tensor.dtype.name, *map(str, tensor.shape)]
    if not tensor.is_contiguous():
        words += ["/", *map(str, tensor.strides)]
    if tensor.values is not None and tensor.dtype.category < FLOATING:  # of other constants no shape depends
        words += ["=", *(str(int(v) if isinstance(v, bool) else v) for v in tensor.values)]
    return " ".join(words)


def decode(plain: Any) -> Any:
    """The value that `encode` was given."""
    if isinstance(plain, list):
        return [decode(part) for part in plain]
    if isinstance(plain, dict):
        ((kind, parts),) = plain.items()
        if kind == "d":
            return {key: decode(part) for key, part in parts.items()}
        return (Size if kind == "z" else tuple)(decode(part) for part in parts)
    if not isinstance(plain, str):
        return plain
    kind, _, text = plain.partition(" ")
    if kind == "S":
        return text
    if kind == "T":
        return _decoded_tensor(text)
    readers: dict[str, Callable[[str], Any]] = {"N": float, "C": complex, "D": dtype_of, "E": lambda text: Ellipsis}
    return readers[kind](text)


def _decoded_tensor(text: str) -> Tensor:
    text, marked, elements = text.partition(" =")
    text, _, strides = text.partition(" /")
    name, *sizes = text.split()
    dtype = dtype_of(name)
    values: Any = [int(v) if name != "bool" else v == "1" for v in elements.split()] if marked else None
    return make(tuple(map(int, sizes)), dtype, tuple(map(int, strides.split())) if strides else None, values=values)


def result(value: Any) -> Any:
    """What came out, in plain form: tensors by type and shape alone, sequences as lists; numbers that depend on elements are left out."""
    if hasattr(value, "shape") and hasattr(value, "dtype"):
        return " ".join(["T", str(value.dtype).removeprefix("torch."), *map(str, value.shape)])
    if isinstance(value, (tuple, list)):
        return [result(part) for part in value]
    return None


def refusal(error: BaseException) -> str:
    """The kind of an error, as Python knows it."""
    return "! " + next(kind.__name__ for kind in type(error).__mro__ if kind.__module__ == "builtins")


def function(name: str) -> Callable[..., Any] | None:
    """The stand-in's function of that public name (`torch.add`, `torch.nn.functional.relu`, `Tensor.add_`, `_operator.add`), or None."""
    module, _, last = name.rpartition(".")
    if module == "Tensor":
        return getattr(Tensor, last, None)
    if module == "_operator":
        import operator

        return getattr(operator, last, None)
    return getattr(standin.find_module(module), last, None)


def replay(call: Callable[..., Any], args: Any, kwargs: Any) -> Any:
    """What a call gives here, in the form of `result`, or the error that it raises."""
    from convcalc.trace import Recorder

    with Recorder():
        try:
            return result(call(*decode(args), **decode(kwargs)))
        except Exception as error:
            return error


def agrees(found: Any, recorded: Any) -> bool:
    """Whether what `replay` gave is what PyTorch gave."""
    if isinstance(found, Exception):
        return (
            isinstance(recorded, str)
            and recorded[:2] == "! "
            and any(kind.__name__ == recorded[2:] for kind in type(found).__mro__)
        )
    return bool(found == recorded)


def layer_replay(name: str, built: Any, fed: Any, training: bool) -> Any:
    """Parameters and buffers of a layer and what a call gives, in plain form; an error as its kind."""
    import warnings

    from convcalc import nn

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            layer = getattr(nn, name)(*decode(built[0]), **decode(built[1])).train(training)
            called = result(layer(*decode(fed[0]), **decode(fed[1]))) if fed is not None else None
        except Exception as error:
            return refusal(error)
    return {**layer_members(layer), "called": called}


def layer_members(layer: Any) -> dict[str, Any]:
    return {
        "parameters": {key: list(value.shape) for key, value in layer.named_parameters()},
        "buffers": {key: list(value.shape) for key, value in layer.named_buffers()},
    }
