"""One example of a layer, in PyTorch and here: do both answer with the same shapes, types and layouts, or both refuse?"""

from __future__ import annotations

import math
import warnings
from dataclasses import dataclass
from typing import Any

import torch
from torch.utils.flop_counter import FlopCounterMode

from convcalc import nn
from convcalc.tensor import Tensor, UninitializedParameter, dtype_of, make
from convcalc.trace.recorder import Recorder

from .reference import macs_unfused, tensors
from .strategies import Example, Given, Part

# What a user's `except` may tell apart; the first that fits is an error's kind.
KINDS = (NotImplementedError, IndexError, TypeError, ValueError, AssertionError, ZeroDivisionError, RuntimeError)

# FlopCounterMode counts every product of these layers as they run,
COUNTED = ("Conv", "LazyConv", "Linear", "LazyLinear", "RNN", "GRU", "LSTMCell", "AdaptiveLogSoftmaxWithLoss")
# and of these once PyTorch takes the way that is made of single products, not the kernels that do all in one.
COUNTED_UNFUSED = ("LSTM", "MultiheadAttention", "Transformer")


def bilinear_macs(example: Example) -> float:
    """What FlopCounterMode does not count: each output is a row `x1 A`, multiplied by x2."""
    x, sizes = example.inputs[0], example.arguments
    rows = math.prod(x.shape[:-1])
    return float(rows * sizes["out_features"] * (sizes["in1_features"] + 1) * sizes["in2_features"])


FORMULAS = {"Bilinear": bilinear_macs}


def has_macs(layer: str) -> bool:
    """Whether the multiply-accumulates of a layer are compared."""
    return layer in FORMULAS or layer.startswith((*COUNTED, *COUNTED_UNFUSED))


@dataclass(frozen=True)
class Answer:
    """What calling a layer gave: its outputs, parameters and multiply-accumulates, or why it was refused."""

    outputs: tuple[Any, ...] = ()
    parameters: tuple[Any, ...] = ()
    text: str = ""
    macs: float | None = None
    error: BaseException | None = None

    def __str__(self) -> str:
        if self.error is not None:
            return f"{type(self.error).__name__}: {str(self.error).splitlines()[0] if str(self.error) else ''}"
        counted = "" if self.macs is None else f", {self.macs:g} macs"
        return f"outputs {list(self.outputs)}, parameters {list(self.parameters)}{counted}, {self.text}"


def compare(example: Example, device: str = "cpu") -> str | None:
    """How PyTorch and convcalc differ on an example, as a script with both answers, or None."""
    return difference(example, run_torch(example, device), run_convcalc(example))


def difference(example: Example, real: Answer, ours: Answer) -> str | None:
    if real.error is not None or ours.error is not None:
        same = real.error is not None and ours.error is not None and kind(real.error) is kind(ours.error)
    else:
        same = (real.outputs, real.parameters, real.text, real.macs) == (
            ours.outputs,
            ours.parameters,
            ours.text,
            ours.macs,
        )
    if same:
        return None
    fault = f"  ({example.fault})" if example.fault else ""
    return f"{source(example)}\n# PyTorch:  {real}\n# convcalc: {ours}{fault}"


def kind(error: BaseException) -> type:
    return next((k for k in KINDS if isinstance(error, k)), type(error))


# The example as a script


def source(example: Example) -> str:
    """A script that makes the example's call in PyTorch."""
    layer = f"torch.nn.{example.layer}({_arguments_source(example.arguments)})"
    inputs = ", ".join(
        [*map(_source, example.inputs), *(f"{name}={_source(value)}" for name, value in example.call.items())]
    )
    return (
        f"import torch\n\n{layer}{'.half()' if example.half else ''}{'' if example.training else '.eval()'}({inputs})"
    )


def _arguments_source(arguments: dict[str, Any]) -> str:
    return ", ".join(
        f"{name}={'torch.' + value if name == 'dtype' else _source(value)}" for name, value in arguments.items()
    )


def _source(value: Any) -> str:
    if isinstance(value, Given):
        return _tensor_source(value)
    if isinstance(value, Part):
        return f"torch.nn.{value.layer}({_arguments_source(value.arguments)})"
    if isinstance(value, tuple):
        return f"({', '.join(map(_source, value))}{',' if len(value) == 1 else ''})"
    return "float('inf')" if value == float("inf") else repr(value)


def _tensor_source(x: Given) -> str:
    stored = x.shape if x.order is None else tuple(x.shape[d] for d in x.order)
    value = f"{x.fill}, " if x.fill else ""
    made = f"torch.{'full' if x.fill else 'zeros'}({stored}, {value}dtype=torch.{x.dtype})"
    return made if x.order is None else f"{made}.permute({_inverse(x.order)})"


def _inverse(order: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(order.index(d) for d in range(len(order)))


# The example in PyTorch


def run_torch(example: Example, device: str = "cpu") -> Answer:
    """The example in PyTorch, on that device."""
    with warnings.catch_warnings(), torch.no_grad(), torch.device(device):
        warnings.simplefilter("ignore")
        try:
            layer = getattr(torch.nn, example.layer)(**_real(example.arguments))
            layer = layer.half() if example.half else layer
            layer.train(example.training)
            inputs, call = _real(example.inputs), _real(example.call)
            if example.layer.startswith(COUNTED):
                with FlopCounterMode(display=False) as counter:
                    result = layer(*inputs, **call)
                macs = counter.get_total_flops() / 2
            else:
                result, macs = layer(*inputs, **call), None
            if example.layer in FORMULAS:
                macs = FORMULAS[example.layer](example)
            elif macs is None and example.layer.startswith(COUNTED_UNFUSED):
                macs = macs_unfused(lambda: layer(*inputs, **call))
            parameters = [
                (name, tuple(p.shape), str(p.dtype))
                for name, p in layer.named_parameters()
                if not torch.nn.parameter.is_lazy(p)
            ]
            return Answer(_described(result, example), tuple(parameters), repr(layer), macs)
        except Exception as error:
            return Answer(error=error)


def _real(value: Any) -> Any:
    """Tensors and layers of an example as PyTorch's."""
    if isinstance(value, Given):
        return _real_tensor(value)
    if isinstance(value, Part):
        return getattr(torch.nn, value.layer)(**_real(value.arguments))
    if isinstance(value, dict):
        return {n: getattr(torch, v) if n == "dtype" else _real(v) for n, v in value.items()}
    return tuple(map(_real, value)) if isinstance(value, tuple) else value


def _real_tensor(x: Given) -> Any:
    stored = x.shape if x.order is None else [x.shape[d] for d in x.order]
    made = torch.full(stored, x.fill, dtype=getattr(torch, x.dtype))
    return made if x.order is None else made.permute(_inverse(x.order))


# The example here


def run_convcalc(example: Example) -> Answer:
    """The example here."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            layer = getattr(nn, example.layer)(**_shapes(example.arguments))
            layer = layer.half() if example.half else layer
            layer.train(example.training)
            inputs, call = _shapes(example.inputs), _shapes(example.call)
            if has_macs(example.layer):
                with Recorder() as record:
                    result = layer(*inputs, **call)
                macs = float(sum(made.own_macs for made in record.calls))
            else:
                result, macs = layer(*inputs, **call), None
            parameters = [
                (name, tuple(p.shape), str(p.dtype))
                for name, p in layer.named_parameters()
                if not isinstance(p, UninitializedParameter)
            ]
            return Answer(_described(result, example), tuple(parameters), repr(layer), macs)
        except Exception as error:
            return Answer(error=error)


def _shapes(value: Any) -> Any:
    """Tensors and layers of an example as those of the stand-in."""
    if isinstance(value, Given):
        return shape_tensor(value)
    if isinstance(value, Part):
        return getattr(nn, value.layer)(**_shapes(value.arguments))
    if isinstance(value, dict):
        return {name: _shapes(part) for name, part in value.items()}
    return tuple(map(_shapes, value)) if isinstance(value, tuple) else value


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


# Three-dimensional convolutions: the number of threads and the processor choose the kernel, and with it the layout.
NO_LAYOUT = ("Conv3d", "ConvTranspose3d", "LazyConv3d", "LazyConvTranspose3d")


def _described(result: Any, example: Example) -> tuple[Any, ...]:
    """Shape, type and strides of every output; the strides of sizes of 1 and of empty tensors say nothing."""
    layout = example.layer not in NO_LAYOUT
    return tuple(
        (tuple(t.shape), str(t.dtype), _telling(tuple(t.shape), tuple(t.stride())) if layout else ())
        for t in tensors(result)
    )


def _telling(shape: tuple[int, ...], strides: tuple[int, ...]) -> tuple[int | None, ...]:
    if 0 in shape:
        return ()
    return tuple(None if size == 1 else stride for size, stride in zip(shape, strides))
