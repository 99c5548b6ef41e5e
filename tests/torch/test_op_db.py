"""Every operation against PyTorch's own operator database: what it returns, in which layout, and what it refuses.

Each operation is called as a function, as a method and in place, on arguments without elements and then with them, so
that the elements of small constants are compared too.
"""

from __future__ import annotations

import itertools
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import torch
from torch.testing._internal.common_methods_invocations import op_db

from convcalc.ops import find
from convcalc.tensor import Device, Tensor, Unknown, UnknownValue, dtype_of, make
from convcalc.tensor.strides import contiguous_strides
from convcalc.tensor.values import Values, known

SAMPLES = 20  # of each operation: the whole takes under a minute
NAMESPACES = ("linalg.", "special.", "fft.")
# PyTorch's database calls these with the arguments in another order than their public functions take them.
REORDERED = {
    "einsum": lambda s: (s.args[0], s.input),
    "polygamma": lambda s: (s.args[0], s.input),
    "special.polygamma": lambda s: (s.args[0], s.input),
    "where": lambda s: (s.args[0], s.input, *s.args[1:]),
    "nn.functional.embedding": lambda s: (s.args[0], s.input),
}
# Not compared, each with its reason.
LEFT_OUT = {
    "as_strided.partial_views": "reaches beyond its view into memory that a shape does not tell of",
    "normal.in_place": "its function swaps the arguments before it calls torch.normal",
    "linalg.pinv.singular": "its function multiplies two matrices before it calls torch.linalg.pinv",
    "svd_lowrank": "its function multiplies two matrices before it calls torch.svd_lowrank",
    "pca_lowrank": "its function multiplies two matrices before it calls torch.pca_lowrank",
    "nn.functional.triplet_margin_with_distance_loss": "its samples call a live torch module",
}
# Refusals that need a tensor's elements, its memory, or 64 dimensions.
BEYOND_SHAPES = (
    "single memory location",
    "refer to a single",
    "up to 64 dims",
    "is out of bounds",
    "cannot be negative",
    "either `inf`, `nan`",
    "found std",
    "invalid multinomial distribution",
    "descriptor '__r",
    "Expected out tensor to have dtype",
    "cannot use the following types",
    "to be on the same device",
)
# Results that lie in memory as LAPACK or an inner product leaves them; shape and type are compared, not the strides.
LAYOUT_NOT_KNOWN = (
    "unravel_index",
    "linalg.lstsq",
    "linalg.lstsq.grad_oriented",
    "linalg.tensorinv",
)


def public_name(info: Any) -> str:
    if info.name.startswith("nn.functional."):
        return "F." + info.name.removeprefix("nn.functional.")
    if info.name.startswith(NAMESPACES):
        return str(info.name)
    return f"torch.{info.name}" if find(f"torch.{info.name}") else f"Tensor.{info.name}"


def is_public(info: Any) -> bool:
    return info.name.startswith("__") or not info.name.startswith(
        ("_", "jiterator", "masked.", "signal.", "torch.", "native")
    )


def infos() -> Iterator[Any]:
    for info in op_db:
        name = f"{info.name}.{info.variant_test_name}" if info.variant_test_name else info.name
        if is_public(info) and name not in LEFT_OUT and find(public_name(info)) is not None:
            yield pytest.param(info, id=name)


def ours(value: Any, with_elements: bool) -> Any:
    """An argument for PyTorch as an argument for our rules."""
    if isinstance(value, torch.Tensor):
        shape, strides = tuple(value.shape), tuple(value.stride())
        values = None
        if with_elements and value.numel() <= 200 and not value.is_complex() and value.dtype is not torch.bfloat16:
            values = Values(value.detach().flatten().tolist())
        return make(
            shape, dtype_of(str(value.dtype)), None if strides == contiguous_strides(shape) else strides, values=values
        )
    if isinstance(value, torch.dtype):
        return dtype_of(str(value))
    if isinstance(value, torch.device):
        return Device(str(value))
    if isinstance(value, torch.memory_format):
        return str(value)
    if isinstance(value, slice):
        return slice(*[ours(part, with_elements) for part in (value.start, value.stop, value.step)])
    if isinstance(value, torch.Size):
        return tuple(value)
    if isinstance(value, (list, tuple)):
        return type(value)(ours(part, with_elements) for part in value)
    if isinstance(value, dict):
        return {key: ours(part, with_elements) for key, part in value.items()}
    return value


def copied(value: Any) -> Any:
    """A copy that an in-place operation may write to, in the same layout."""
    if isinstance(value, torch.Tensor):
        value = value.detach()
        if any(step == 0 and size > 1 for step, size in zip(value.stride(), value.shape)):
            return value
        return torch.empty_strided(value.shape, value.stride(), dtype=value.dtype).copy_(value)
    if isinstance(value, (list, tuple)) and not isinstance(value, torch.Size):
        return type(value)(copied(part) for part in value)
    if isinstance(value, dict):
        return {key: copied(part) for key, part in value.items()}
    return value


def leaves(value: Any) -> list[Any]:
    if isinstance(value, (list, tuple)) and not isinstance(value, torch.Size):
        return [leaf for part in value for leaf in leaves(part)]
    return [value]


def difference(theirs: Any, mine: Any) -> str | None:
    """What differs between two results; None where nothing does, or where ours is not known."""
    pairs = list(itertools.zip_longest(leaves(theirs), leaves(mine)))
    if isinstance(mine, Unknown):
        return None
    for real, own in pairs:
        if isinstance(own, Unknown) or not isinstance(real, torch.Tensor):
            continue
        if not isinstance(own, Tensor):
            return f"{tuple(real.shape)} is {own!r} here"
        found = tensor_difference(real, own)
        if found:
            return found
    return None


def tensor_difference(real: torch.Tensor, own: Tensor) -> str | None:
    shape = tuple(real.shape)
    fits = len(shape) == len(own.shape)
    if not fits or any(not isinstance(size, Unknown) and size != n for n, size in zip(shape, own.shape)):
        return f"shape {shape} is {tuple(own.shape)} here"
    if str(real.dtype) != str(own.dtype):
        return f"{real.dtype} is {own.dtype} here"
    if real.numel() == 0 or any(isinstance(size, Unknown) for size in own.shape):
        return None
    layout = [[s for n, s in zip(shape, strides) if n != 1] for strides in (real.stride(), own.strides)]
    if layout[0] != layout[1]:
        return f"strides {real.stride()} of {shape} are {own.strides} here"
    values = known(own)
    if values is not None and values != pytest.approx(
        real.detach().flatten().tolist(), rel=2e-6, abs=2e-6, nan_ok=True
    ):
        return f"elements {real.flatten().tolist()[:5]} are {values[:5]} here"
    return None


def outcome(call: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Any, Exception | None]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return call(*args, **kwargs), None
        except Exception as error:
            return None, error


def verdict(
    real: Callable[..., Any], own: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any], elements: bool
) -> str | None:
    their_args, their_kwargs = copied(args), copied(kwargs)
    my_args, my_kwargs = ours(their_args, elements), ours(their_kwargs, elements)
    theirs, their_error = outcome(real, their_args, their_kwargs)
    mine, my_error = outcome(own, my_args, my_kwargs)
    if isinstance(my_error, UnknownValue) or (their_error and my_error):
        return None
    if my_error is not None:
        return f"refused here: {type(my_error).__name__}: {my_error}"
    if their_error is not None:
        return f"accepted here, but PyTorch: {their_error}"
    return difference(theirs, mine)


def forms(info: Any) -> Iterator[tuple[str, Callable[..., Any], Callable[..., Any]]]:
    """The function, the method and the in-place method, where both sides have them."""
    name = public_name(info)
    function = info.op
    if info.name in REORDERED:
        function = torch
        for part in info.name.split("."):
            function = getattr(function, part)
    yield name, function, find(name)  # type: ignore[misc]
    if info.name in REORDERED:
        return
    stem = info.name.rpartition(".")[2]
    for variant, method in ((info.method_variant, stem), (info.inplace_variant, stem + "_")):
        own = find(f"Tensor.{method}")
        if variant is not None and own is not None and f"Tensor.{method}" != name:
            yield f"Tensor.{method}", variant, own


def sample_dtype(info: Any) -> torch.dtype | None:
    if torch.float32 in info.dtypes:
        return torch.float32
    return next((d for d in (torch.int64, torch.bool, torch.float64, torch.complex64) if d in info.dtypes), None)


@pytest.mark.parametrize("info", list(infos()))
def test_samples(info: Any) -> None:
    torch.manual_seed(0)
    dtype = sample_dtype(info)
    if dtype is None:
        return
    wrong = []
    for sample in itertools.islice(info.sample_inputs("cpu", dtype), SAMPLES):
        args = REORDERED.get(info.name, lambda s: (s.input, *s.args))(sample)
        for (name, real, own), elements in itertools.product(forms(info), (False, True)):
            found = verdict(real, own, args, sample.kwargs, elements)
            if found is not None and not (info.name in LAYOUT_NOT_KNOWN and found.startswith("strides")):
                wrong.append(f"{name}({ours(args, False)}, {ours(sample.kwargs, False)}): {found}")
    assert not wrong, "\n".join(wrong[:5])


@pytest.mark.parametrize("info", [p for p in infos() if p.values[0].error_inputs_func])
def test_refusals(info: Any) -> None:
    torch.manual_seed(0)
    accepted = []
    for case in info.error_inputs("cpu"):
        sample = case.sample_input
        if isinstance(sample.input, torch.Tensor) and sample.input.layout is not torch.strided:
            continue
        args = (sample.input, *sample.args)
        _, theirs = outcome(info.op, args, sample.kwargs)
        if theirs is None or any(words in str(theirs) for words in BEYOND_SHAPES):
            continue
        result, mine = outcome(find(public_name(info)), ours(args, False), ours(sample.kwargs, False))  # type: ignore[arg-type]
        if mine is None and not isinstance(result, Unknown):
            accepted.append(f"{ours(args, False)}, {ours(sample.kwargs, False)}: {type(theirs).__name__}: {theirs}")
    assert not accepted, "\n".join(accepted[:5])
