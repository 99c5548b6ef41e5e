"""Recurrent networks: whole sequences in any number of layers and directions, and single steps."""

from __future__ import annotations

from convcalc.tensor import ShapeError, Tensor, make
from convcalc.tensor.dtypes import LEGACY_NAMES
from convcalc.tensor.strides import contiguous_strides
from convcalc.tensor.values import known

from .arguments import tensor_argument
from .registry import operation

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any


# whole sequences


def _is_packed(arguments: tuple[Any, ...]) -> bool:
    """Whether a call is (data, batch_sizes, hx, params, ...) rather than (input, hx, params, ...)."""
    return len(arguments) > 3 and isinstance(arguments[3], (tuple, list))


def _check_types(input: Tensor, others: Sequence[Tensor]) -> None:
    for other in others:
        if other.dtype is not input.dtype:
            message = f"mat1 and mat2 must have the same dtype, but got {LEGACY_NAMES[other.dtype]} and {LEGACY_NAMES[input.dtype]}"
            raise ShapeError(message, "dtype", expected=input.dtype.name, actual=other.dtype.name)


def _sequence(arguments: tuple[Any, ...], states: int) -> tuple[Tensor, ...]:
    """The output at every step, and the last hidden states, which have the shapes of the first ones.

    The features of the output are the columns of the recurrent weight, once for each direction.
    """
    if _is_packed(arguments):
        data, batch_sizes, hx, params, _, _, _, _, bidirectional = arguments
        batch_first = False
        _check_rows(data, known(batch_sizes))
    else:
        data, hx, params, _, _, _, _, bidirectional, batch_first = arguments
    hidden = tuple(hx) if states == 2 else (hx,)
    _check_types(data, hidden)
    features = params[1].shape[1] * (2 if bidirectional else 1)
    if data.ndim == 2:
        output = make((data.shape[0], features), data.dtype)
    else:
        output = _steps(data, features, batch_first)
    return (output, *[make(h.shape, data.dtype) for h in hidden])


def _check_rows(data: Tensor, sizes: list[int] | None) -> None:
    """Whether packed data have a row for each sequence at each step: they have not where a length was greater than the steps that there were."""
    start = 0
    for size in sizes or ():
        if start + size > data.shape[0]:
            rows = data.shape[0]
            raise ShapeError(f"start ({start}) + length ({size}) exceeds dimension size ({rows}).", "packed-lengths", expected=start + size, actual=rows)  # fmt: skip
        start += size


def _steps(input: Tensor, features: int, batch_first: bool) -> Tensor:
    """The output of a padded batch: computed step by step, so that with `batch_first` it is a transposed view."""
    first, second = input.shape[:2]
    steps, batch = (second, first) if batch_first else (first, second)
    if steps == 0:
        raise ShapeError("Expected sequence length to be larger than 0 in RNN", "packed-lengths")
    if not batch_first:
        return make((steps, batch, features), input.dtype)
    by_step = contiguous_strides((steps, batch, features))
    return make((batch, steps, features), input.dtype, (by_step[1], by_step[0], 1))


def _sequence_macs(output: Any, *arguments: Any) -> Any:
    """Every weight matrix once for each step of each sample."""
    data = arguments[0]
    params = arguments[3] if _is_packed(arguments) else arguments[2]
    rows = data.shape[0] if data.ndim == 2 else data.shape[0] * data.shape[1]
    return rows * sum([p.numel() for p in params if p.ndim == 2])


def _register_sequence(name: str, states: int) -> None:
    @operation(f"torch.{name}", macs=_sequence_macs, kind="recurrent", unit="features per step", axis=-1)
    def rule(*args: Any) -> tuple[Tensor, ...]:
        return _sequence(args, states)

    rule.__doc__ = f"""`{name}` of a padded batch (input, hx, params, ...) or a packed one (data, batch_sizes, hx, params, ...).

    Shapes:  input: (T, N, D), or (N, T, D) with batch_first; hx: (layers * directions, N, H); output: (T, N, directions * H)
    Units:   macs = T * N * (elements of all weight matrices)
    Errors:  no steps; the element types differ
    Source:  aten/src/ATen/native/RNN.cpp
    """
    globals()[name] = rule


for _name, _states in (("rnn_tanh", 1), ("rnn_relu", 1), ("gru", 1), ("lstm", 2)):
    _register_sequence(_name, _states)


# single steps


def _check_cell(input: Tensor, hidden: Sequence[Tensor], w_ih: Tensor, w_hh: Tensor) -> None:
    columns, size = w_ih.shape[1], w_hh.shape[1]
    if input.shape[1] != columns:
        message = f"input has inconsistent input_size: got {input.shape[1]} expected {columns}"
        raise ShapeError(
            message,
            "recurrent-input",
            expected=columns,
            actual=input.shape[1],
            shape=tuple(input.shape),
            argument="input_size",
        )
    for i, h in enumerate(hidden):
        if h.shape[0] != input.shape[0]:
            message = f"Input batch size {input.shape[0]} doesn't match hidden{i} batch size {h.shape[0]}"
            raise ShapeError(message, "recurrent-hidden", expected=input.shape[0], actual=h.shape[0])
        if h.shape[1] != size:
            message = f"hidden{i} has inconsistent hidden_size: got {h.shape[1]}, expected {size}"
            raise ShapeError(message, "recurrent-hidden", expected=size, actual=h.shape[1])
    for given, weight in ((input, w_ih), *[(h, w_hh) for h in hidden[:1]]):
        _check_types(weight, (given,))


def _cell_macs(
    output: Any, input: Tensor, hx: Any, w_ih: Tensor, w_hh: Tensor, b_ih: Any = None, b_hh: Any = None
) -> Any:
    return input.shape[0] * (w_ih.numel() + w_hh.numel())


def _register_cell(name: str) -> None:
    @operation(f"torch.{name}", macs=_cell_macs, kind="recurrent cell", unit="features per step", axis=-1)
    def rule(
        input: Tensor, hx: Tensor, w_ih: Tensor, w_hh: Tensor, b_ih: Tensor | None = None, b_hh: Tensor | None = None
    ) -> Tensor:
        tensor_argument(input, name, 1, "input")
        _check_cell(input, (hx,), w_ih, w_hh)
        return make(hx.shape, input.dtype)

    globals()[name] = rule


for _name in ("rnn_tanh_cell", "rnn_relu_cell", "gru_cell"):
    _register_cell(_name)


@operation("torch.lstm_cell", macs=_cell_macs, kind="recurrent cell", unit="features per step", axis=-1)
def lstm_cell(
    input: Tensor, hx: Any, w_ih: Tensor, w_hh: Tensor, b_ih: Tensor | None = None, b_hh: Tensor | None = None
) -> tuple[Tensor, Tensor]:
    """One step of a long short-term memory: (h, c) to (h', c').

    Shapes:  input: (N, D); hx: two of (N, H); w_ih: (4H, D); w_hh: (4H, H); y: two of (N, H)
    Units:   macs = N * 4 * H * (D + H)
    Errors:  the sizes of the input or of the states are not the weights'
    Source:  aten/src/ATen/native/RNN.cpp
    """
    tensor_argument(input, "lstm_cell", 1, "input")
    _check_cell(input, tuple(hx), w_ih, w_hh)
    return make(hx[0].shape, input.dtype), make(hx[1].shape, input.dtype)
