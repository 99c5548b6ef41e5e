"""numpy's names of arguments (`axis`, `keepdims`, `x`, `x1`, `x2`, `a`): PyTorch takes them in some functions, and so do we in these."""

from __future__ import annotations

import json
import pathlib
import types
import warnings
from importlib import import_module
from typing import Any

import pytest
import torch

from convcalc.ops.names import FAMILY
from convcalc.ops.numpy_names import MEANT, WRITTEN_IN_PYTHON
from convcalc.ops.registry import REGISTRY, Operation
from convcalc.tensor import DType, Tensor
from convcalc.tensor.dtypes import FLOATING
from convcalc.trace import Recorder
from convcalc.verify.plain import decode, function

DATA = json.loads((pathlib.Path(__file__).parents[1] / "data" / "conformance.json").read_text(encoding="utf8"))
SPACES = {"torch": torch, "F": torch.nn.functional, "Tensor": torch.Tensor, "linalg": torch.linalg, "fft": torch.fft, "special": torch.special, "masked": torch.masked, "sparse": torch.sparse, "signal.windows": torch.signal.windows}  # fmt: skip
ALIASES = {name: [alias for alias, meant in MEANT.items() if meant == name] for name in MEANT.values()}


def theirs(name: str) -> Any:
    space, _, last = name.rpartition(".")
    return getattr(SPACES[space], last)


def short(name: str) -> str:
    """A public name as the registry has it."""
    for long in (
        "torch.nn.functional",
        "torch.linalg",
        "torch.fft",
        "torch.special",
        "torch.masked",
        "torch.signal.windows",
    ):
        if name.startswith(long + "."):
            return name.replace(long, "F" if long == "torch.nn.functional" else long[6:], 1)
    return name


def test_the_table_names_the_functions_that_are_written_in_python() -> None:
    found = {name for name in FAMILY if "__" not in name and isinstance(theirs(name), types.FunctionType)}
    assert found == {f"{space}.{name}" for space, names in WRITTEN_IN_PYTHON.items() for name in names}


def real(value: Any) -> Any:
    if isinstance(value, Tensor):
        dtype = getattr(torch, value.dtype.name)
        if value.values is not None:
            return torch.tensor(list(value.values), dtype=dtype).reshape(tuple(value.shape))
        make = torch.rand if value.dtype.category >= FLOATING else torch.zeros
        return make(tuple(value.shape)).to(dtype)
    if isinstance(value, DType):
        return getattr(torch, value.name)
    if isinstance(value, dict):
        return {name: real(part) for name, part in value.items()}
    return (
        type(value)(map(real, value))
        if type(value) in (list, tuple)
        else tuple(value)
        if isinstance(value, tuple)
        else value
    )


def outcome(call: Any, args: list[Any], kwargs: dict[str, Any]) -> str:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            call(*args, **kwargs)
        except TypeError:
            return "TypeError"
        except Exception as error:
            return type(error).__name__
    return "accepted"


def renamed(operation: Operation, method: bool, args: Any, kwargs: dict[str, Any], name: str, alias: str) -> Any:
    """A call with the argument `name` given under another name: what stands behind it is named too. None where it is not given."""
    code = operation.rule.__code__
    names = code.co_varnames[: code.co_argcount]
    if name in kwargs:
        return list(args), {alias if key == name else key: value for key, value in kwargs.items()}
    at = names.index(name) if name in names else len(args)
    if at >= len(args) or len(args) > len(names) or (method and at == 0):
        return None
    return list(args[:at]), {**kwargs, alias: args[at], **dict(zip(names[at + 1 :], args[at + 1 :]))}


def calls(public: str) -> Any:
    """The samples of an operation that PyTorch takes, as (arguments, canonical keywords, keywords with numpy's name, that name)."""
    operation = REGISTRY[short(public)]
    seen: set[str] = set()
    for plain_args, plain_kwargs, recorded in DATA["operations"][public]:
        if isinstance(recorded, str) and recorded.startswith("!"):
            continue
        for name, aliases in ALIASES.items():
            for alias in set(aliases) - seen:
                args, kwargs = decode(plain_args), decode(plain_kwargs)
                usual = renamed(operation, public.startswith("Tensor."), args, kwargs, name, name)
                other = renamed(operation, public.startswith("Tensor."), args, kwargs, name, alias)
                if usual is not None and outcome(theirs(short(public)), *map(real, usual)) == "accepted":
                    seen.add(alias)
                    yield alias, other


PUBLIC = [name for name in DATA["operations"] if "__" not in name and not name.startswith("_operator")]
FAMILIES = sorted({name.rpartition(".")[0] for name in PUBLIC})


@pytest.mark.parametrize("family", FAMILIES)
def test_numpys_names_are_taken_where_pytorch_takes_them(family: str) -> None:
    for module in set(FAMILY.values()):
        import_module(f"convcalc.ops.{module}")
    wrong, tried = [], 0
    for public in PUBLIC:
        if public.rpartition(".")[0] != family or short(public) not in REGISTRY:
            continue
        for alias, (args, kwargs) in calls(public):
            tried += 1
            expected = outcome(theirs(short(public)), real(args), real(kwargs))
            with Recorder():
                found = outcome(function(public), args, kwargs)
            if found != expected:
                wrong.append(f"{public} by {alias}: PyTorch {expected}, here {found}")
    assert wrong == []
    assert tried > 0 or family == "torch.signal.windows"
