"""One example of a layer, in PyTorch and here: do both answer with the same shapes, types and layouts, or both refuse?"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import torch

from convcalc import nn
from convcalc.tensor import Tensor, UninitializedParameter, dtype_of, make

from . import windowed as _windowed  # noqa: F401  registers its layers
from .strategies import LAYERS, Example, Given, search

# What a user's `except` may tell apart; the first that fits is an error's kind.
KINDS = (NotImplementedError, IndexError, TypeError, ValueError, AssertionError, ZeroDivisionError, RuntimeError)


class Difference(AssertionError):
    """PyTorch and convcalc disagree; the message is a script that shows it, and what each said."""


@dataclass(frozen=True)
class Answer:
    """What calling a layer gave: its outputs and parameters, or why it was refused."""

    outputs: tuple[Any, ...] = ()
    parameters: tuple[Any, ...] = ()
    text: str = ""
    error: BaseException | None = None

    def __str__(self) -> str:
        if self.error is not None:
            return f"{type(self.error).__name__}: {str(self.error).splitlines()[0] if str(self.error) else ''}"
        return f"outputs {list(self.outputs)}, parameters {list(self.parameters)}, {self.text}"


@dataclass
class Outcome:
    """The result of fuzzing one layer."""

    layer: str
    examples: int = 0
    accepted: int = 0
    refused: int = 0
    difference: str | None = None


def fuzz(layer: str, examples: int = 200, seed: int | None = None) -> Outcome:
    """Compares that many examples of a layer; stops at the first difference, made as small as it gets."""
    outcome = Outcome(layer)

    def check(example: Example) -> None:
        real, ours = run_torch(example), run_convcalc(example)
        outcome.examples += 1
        if real.error is None:
            outcome.accepted += 1
        else:
            outcome.refused += 1
        found = difference(example, real, ours)
        if found is not None:
            raise Difference(found)

    try:
        search(layer, check, examples, seed)
    except Difference as found:
        outcome.difference = str(found)
    return outcome


def layers() -> list[str]:
    """The layers that can be fuzzed."""
    return sorted(LAYERS)


def compare(example: Example) -> str | None:
    """How PyTorch and convcalc differ on an example, as a script with both answers, or None."""
    return difference(example, run_torch(example), run_convcalc(example))


def difference(example: Example, real: Answer, ours: Answer) -> str | None:
    if real.error is not None and ours.error is not None:
        same = kind(real.error) is kind(ours.error)
    else:
        same = real.error is None and ours.error is None and (real.outputs, real.parameters, real.text) == (ours.outputs, ours.parameters, ours.text)
    if same:
        return None
    fault = f"  ({example.fault})" if example.fault else ""
    return f"{source(example)}\n# PyTorch:  {real}\n# convcalc: {ours}{fault}"


def kind(error: BaseException) -> type:
    return next((k for k in KINDS if isinstance(error, k)), type(error))


def source(example: Example) -> str:
    """A script that makes the example's call in PyTorch."""
    arguments = ", ".join(f"{name}={'torch.' + value if name == 'dtype' else repr(value)}" for name, value in example.arguments.items())
    inputs = ", ".join(map(_tensor_source, example.inputs))
    call = "".join(f", {name}={value!r}" for name, value in example.call.items())
    return f"import torch\n\ntorch.nn.{example.layer}({arguments})({inputs}{call})"


def _tensor_source(x: Given) -> str:
    if x.order is None:
        return f"torch.zeros({x.shape}, dtype=torch.{x.dtype})"
    stored = tuple(x.shape[d] for d in x.order)
    return f"torch.zeros({stored}, dtype=torch.{x.dtype}).permute({_inverse(x.order)})"


def _inverse(order: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(order.index(d) for d in range(len(order)))


def run_torch(example: Example) -> Answer:
    """The example in PyTorch, on the CPU."""
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")
        try:
            arguments = {n: getattr(torch, v) if n == "dtype" else v for n, v in example.arguments.items()}
            layer = getattr(torch.nn, example.layer)(**arguments)
            result = layer(*[_torch_tensor(x) for x in example.inputs], **example.call)
            parameters = [(name, tuple(p.shape), str(p.dtype)) for name, p in layer.named_parameters() if not torch.nn.parameter.is_lazy(p)]
        except Exception as error:
            return Answer(error=error)
    return Answer(_described(result), tuple(parameters), repr(layer))


def _torch_tensor(x: Given) -> Any:
    dtype = getattr(torch, x.dtype)
    if x.order is None:
        return torch.zeros(x.shape, dtype=dtype)
    return torch.zeros([x.shape[d] for d in x.order], dtype=dtype).permute(_inverse(x.order))


def run_convcalc(example: Example) -> Answer:
    """The example here."""
    try:
        layer = getattr(nn, example.layer)(**example.arguments)
        result = layer(*[shape_tensor(x) for x in example.inputs], **example.call)
        parameters = [(name, tuple(p.shape), str(p.dtype)) for name, p in layer.named_parameters() if not isinstance(p, UninitializedParameter)]
    except Exception as error:
        return Answer(error=error)
    return Answer(_described(result), tuple(parameters), repr(layer))


def shape_tensor(x: Given) -> Tensor:
    """The input as a shape-only tensor."""
    strides = None
    if x.order is not None:
        steps, step = [0] * len(x.shape), 1
        for d in reversed(x.order):
            steps[d] = step
            step *= max(x.shape[d], 1)
        strides = tuple(steps)
    return make(x.shape, dtype_of(x.dtype), strides)


def _described(result: Any) -> tuple[Any, ...]:
    """Shape, type and strides of every output; the strides of sizes of 1 and of empty tensors say nothing."""
    return tuple((tuple(t.shape), str(t.dtype), _telling(tuple(t.shape), tuple(t.stride()))) for t in _tensors(result))


def _telling(shape: tuple[int, ...], strides: tuple[int, ...]) -> tuple[int | None, ...]:
    if 0 in shape:
        return ()
    return tuple(None if size == 1 else stride for size, stride in zip(shape, strides))


def _tensors(result: Any) -> Iterator[Any]:
    if isinstance(result, (tuple, list)):
        for part in result:
            yield from _tensors(part)
    elif result is not None:
        yield result
