"""Recurrent layers: whole sequences.

Source: torch/nn/modules/rnn.py
"""

from __future__ import annotations

from convcalc.ops import recurrent as _recurrent
from convcalc.tensor import (
    Parameter,
    ShapeError,
    ShapeIndexError,
    ShapeTypeError,
    ShapeValueError,
    Tensor,
    Unknown,
    dtype_of,
    make,
)
from convcalc.tensor.attributes import read
from convcalc.tensor.unknown import lacks
from convcalc.trace.recorder import warn

from .facts import facts
from .module import Module
from .utils.rnn import PackedSequence

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

GATES = {"LSTM": 4, "GRU": 3, "RNN_TANH": 1, "RNN_RELU": 1}


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float, Unknown)) and not isinstance(value, bool)


def _check_settings(
    input_size: Any, hidden_size: Any, num_layers: Any, bias: Any, batch_first: Any, dropout: Any, proj_size: Any
) -> None:
    """What every recurrent layer refuses to be built with, in PyTorch's order."""
    if not _is_number(dropout) or dropout < 0 or dropout > 1:
        raise ShapeValueError(
            "dropout should be a number in range [0, 1] representing the probability of an element being zeroed"
        )
    if dropout > 0 and num_layers == 1:
        warn(f"dropout={dropout} lies between recurrent layers; with num_layers=1 there is no such place")
    for name, value in (("bias", bias), ("batch_first", batch_first)):
        if not isinstance(value, (bool, Unknown)):
            raise ShapeTypeError(f"{name} should be of type bool, got: {type(value).__name__}")
    for name, value in (("input_size", input_size), ("hidden_size", hidden_size)):
        if not isinstance(value, (int, Unknown)) and not hasattr(value, "__index__"):
            raise ShapeTypeError(f"{name} should be of type int, got: {type(value).__name__}")
        if value <= 0:
            raise ShapeValueError(f"{name} must be greater than zero")
    if num_layers <= 0:
        raise ShapeValueError("num_layers must be greater than zero")
    if proj_size < 0:
        raise ShapeValueError("proj_size should be a positive integer or zero to disable projections")
    if proj_size >= hidden_size:
        raise ShapeValueError("proj_size has to be smaller than hidden_size")


@facts(
    kind="recurrent",
    takes="input_size",
    gives="hidden_size",
    axis=-1,
    unit="features per step",
    ranks=(2, 3),
    sample=2,
    states=1,
)
class RNNBase(Module):
    """The weights of a recurrent layer, and the checks of its input and states."""

    __constants__ = [
        "mode",
        "input_size",
        "hidden_size",
        "num_layers",
        "bias",
        "batch_first",
        "dropout",
        "bidirectional",
        "proj_size",
    ]

    def __init__(
        self,
        mode: str,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        proj_size: int = 0,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__()
        _check_settings(input_size, hidden_size, num_layers, bias, batch_first, dropout, proj_size)
        if mode not in GATES:
            raise ShapeValueError(f"Unrecognized RNN mode: {mode}")
        self.mode = mode
        self.input_size = input_size
        self.hidden_size = hidden_size
        self.num_layers = num_layers
        self.bias = bias
        self.batch_first = batch_first
        self.dropout = dropout if isinstance(dropout, Unknown) else float(dropout)
        self.bidirectional = bidirectional
        self.proj_size = proj_size
        self._all_weights: list[list[str]] = []
        kind = dtype_of(dtype)
        for layer in range(num_layers):
            for suffix in ("", "_reverse") if bidirectional else ("",):
                shapes = self._shapes(layer)
                names = [f"{name}_l{layer}{suffix}" for name in shapes]
                for name, shape in zip(names, shapes.values()):
                    setattr(self, name, Parameter(make(shape, kind)))
                self._all_weights.append(names)
        self.reset_parameters()

    def _shapes(self, layer: int) -> dict[str, tuple[int, ...]]:
        """The weights of one direction of one layer, by the first part of their names."""
        gates = GATES[self.mode] * self.hidden_size
        size = self._real_hidden_size
        columns = self.input_size if layer == 0 else size * self._directions
        shapes: dict[str, tuple[int, ...]] = {"weight_ih": (gates, columns), "weight_hh": (gates, size)}
        if self.bias:
            shapes["bias_ih"] = shapes["bias_hh"] = (gates,)
        if self.proj_size > 0:
            shapes["weight_hr"] = (self.proj_size, self.hidden_size)
        return shapes

    @property
    def _directions(self) -> int:
        return 2 if self.bidirectional else 1

    @property
    def _real_hidden_size(self) -> int:
        return self.proj_size if self.proj_size > 0 else self.hidden_size

    @property
    def all_weights(self) -> list[list[Parameter]]:
        return [[read(self, name) for name in names] for names in self._all_weights]

    @property
    def _flat_weights_names(self) -> list[str]:
        return [name for names in self._all_weights for name in names]

    @property
    def _flat_weights(self) -> list[Parameter]:
        return [read(self, name) for name in self._flat_weights_names]

    def reset_parameters(self) -> None:
        """Values are not kept: nothing to do."""

    def flatten_parameters(self) -> None:
        """Where weights lie in memory is not kept: nothing to do."""

    def check_input(self, input: Tensor, batch_sizes: Tensor | None) -> None:
        weight = read(self, self._all_weights[0][0])
        if input.dtype is not weight.dtype:
            raise ShapeValueError(
                f"RNN input dtype ({input.dtype}) does not match weight dtype ({weight.dtype}). "
                f"Convert input: input.to({weight.dtype}), or convert model: model.to({input.dtype})",
                "dtype",
                expected=weight.dtype.name,
                actual=input.dtype.name,
            )
        expected = 3 if batch_sizes is None else 2
        if input.dim() != expected:
            raise ShapeError(
                f"input must have {expected} dimensions, got {input.dim()}",
                "input-dimensions",
                expected=expected,
                actual=input.dim(),
            )
        if input.size(-1) != self.input_size:
            message = f"input.size(-1) must be equal to input_size. Expected {self.input_size}, got {input.size(-1)}"
            raise ShapeError(
                message,
                "recurrent-input",
                expected=self.input_size,
                actual=input.size(-1),
                shape=tuple(input.shape),
                argument="input_size",
            )

    def _state_shape(self, batch: Any, size: int) -> tuple[Any, ...]:
        return (self.num_layers * self._directions, batch, size)

    def get_expected_hidden_size(self, input: Tensor, batch_sizes: Tensor | None) -> tuple[Any, ...]:
        return self._state_shape(self._batch(input, batch_sizes), self._real_hidden_size)

    def _batch(self, input: Tensor, batch_sizes: Tensor | None) -> Any:
        if batch_sizes is not None:
            return batch_sizes.values[0] if batch_sizes.values else Unknown("the number of packed sequences", int)
        return input.size(0) if self.batch_first else input.size(1)

    def check_hidden_size(
        self, hx: Tensor, expected_hidden_size: Any, msg: str = "Expected hidden size {}, got {}"
    ) -> None:
        if any(a != b for a, b in zip(hx.shape, expected_hidden_size)) or len(hx.shape) != len(expected_hidden_size):
            message = msg.format(expected_hidden_size, list(hx.shape))
            raise ShapeError(message, "recurrent-hidden", expected=tuple(expected_hidden_size), actual=tuple(hx.shape))

    def check_forward_args(self, input: Tensor, hidden: Any, batch_sizes: Tensor | None) -> None:
        self.check_input(input, batch_sizes)
        self.check_hidden_size(hidden, self.get_expected_hidden_size(input, batch_sizes))

    def _lifted(self, input: Tensor, kind: str, word: str = "") -> tuple[Tensor, bool]:
        """The input as a batch, and whether it was one."""
        if input.dim() not in (2, 3):
            message = f"{kind}: Expected input to be 2D or 3D, got {input.dim()}D {word}instead"
            raise ShapeValueError(
                message, "input-dimensions", expected=(2, 3), actual=input.dim(), shape=tuple(input.shape)
            )
        if input.dim() == 3:
            return input, True
        steps, size = input.shape
        return make((1, steps, size) if self.batch_first else (steps, 1, size), input.dtype), False

    def _single_state(self, input: Any, hx: Tensor | None, kind: str, word: str, run: Any) -> Any:
        """The forward of a layer with one state (RNN, GRU)."""
        size = self.hidden_size
        if isinstance(input, PackedSequence):
            state = make(self._state_shape(input.batch, size), input.data.dtype) if hx is None else hx
            self.check_forward_args(input.data, state, input.batch_sizes)
            output, hidden = run(
                input.data,
                input.batch_sizes,
                state,
                self._flat_weights,
                self.bias,
                self.num_layers,
                self.dropout,
                self.training,
                self.bidirectional,
            )
            return input.replaced(output), hidden
        batched_input, batched = self._lifted(input, kind, word)
        if hx is not None and hx.dim() != (3 if batched else 2):
            raise ShapeError(_state_message(batched, "hx", f"{hx.dim()}-D tensor"), "recurrent-hidden", actual=hx.dim())
        if hx is None:
            hx = make(self._state_shape(self._batch(batched_input, None), size), batched_input.dtype)
        elif not batched:
            hx = make((hx.shape[0], 1, hx.shape[1]), hx.dtype)
        self.check_forward_args(batched_input, hx, None)
        output, hidden = run(
            batched_input,
            hx,
            self._flat_weights,
            self.bias,
            self.num_layers,
            self.dropout,
            self.training,
            self.bidirectional,
            self.batch_first,
        )
        return (
            (output, hidden)
            if batched
            else (self._without_batch(output), make((hidden.shape[0], hidden.shape[2]), hidden.dtype))
        )

    def _without_batch(self, output: Tensor) -> Tensor:
        shape = output.shape
        return make(shape[1:] if self.batch_first else (shape[0], *shape[2:]), output.dtype)

    def extra_repr(self) -> str:
        text = f"{self.input_size}, {self.hidden_size}"
        if self.proj_size != 0:
            text += f", proj_size={self.proj_size}"
        if self.num_layers != 1:
            text += f", num_layers={self.num_layers}"
        if self.bias is not True:
            text += f", bias={self.bias}"
        if self.batch_first is not False:
            text += f", batch_first={self.batch_first}"
        if self.dropout != 0:
            text += f", dropout={self.dropout}"
        return f"{text}, bidirectional={self.bidirectional}" if self.bidirectional is not False else text


def _state_message(batched: bool, names: str, came: str) -> str:
    kind, count = ("batched", 3) if batched else ("unbatched", 2)
    return f"For {kind} {count}-D input, {names} should also be {count}-D but got {came}"


def _refuse_projection(kwargs: dict[str, Any]) -> None:
    if "proj_size" in kwargs:
        raise ShapeValueError("proj_size argument is only supported for LSTM, not RNN or GRU")


class RNN(RNNBase):
    """A recurrent network of tanh or rectified units.

    Shapes:  x: (T, N, D), (N, T, D) with batch_first, or (T, D); h: (layers * directions, N, H);
             y: (T, N, directions * H), (N, T, directions * H) or (T, directions * H), and the last h
    Units:   params = for each layer and direction H * (D or directions * H) + H * H + 2 * H; macs = T * N * (all weights but biases)
    Errors:  the last size of x is not input_size; h has another shape; dtypes differ
    Source:  torch.nn.RNN
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        _refuse_projection(kwargs)
        if len(args) > 3:
            nonlinearity, args = args[3], args[:3] + args[4:]
        else:
            nonlinearity = kwargs.pop("nonlinearity", "tanh")
        if nonlinearity not in ("tanh", "relu"):
            raise ShapeValueError(f"Unknown nonlinearity '{nonlinearity}'. Select from 'tanh' or 'relu'.")
        super().__init__("RNN_TANH" if nonlinearity == "tanh" else "RNN_RELU", *args, **kwargs)
        self.nonlinearity = nonlinearity

    def forward(self, input: Any, hx: Tensor | None = None) -> Any:
        run = _recurrent.rnn_tanh if self.mode == "RNN_TANH" else _recurrent.rnn_relu  # type: ignore[attr-defined]
        return self._single_state(input, hx, "RNN", "tensor ", run)


class GRU(RNNBase):
    """Gated recurrent units.

    Shapes:  x: (T, N, D), (N, T, D) with batch_first, or (T, D); h: (layers * directions, N, H);
             y: (T, N, directions * H), (N, T, directions * H) or (T, directions * H), and the last h
    Units:   params = 3 times an RNN's; macs = T * N * (all weights but biases)
    Errors:  the last size of x is not input_size; h has another shape; dtypes differ
    Source:  torch.nn.GRU; Cho et al., Learning phrase representations using RNN encoder-decoder, 2014
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        _refuse_projection(kwargs)
        super().__init__("GRU", *args, **kwargs)

    def forward(self, input: Any, hx: Tensor | None = None) -> Any:
        return self._single_state(input, hx, "GRU", "", _recurrent.gru)  # type: ignore[attr-defined]


@facts(states=2)
class LSTM(RNNBase):
    """Long short-term memory.

    Shapes:  x: (T, N, D), (N, T, D) with batch_first, or (T, D); h: (layers * directions, N, H or proj_size);
             c: (layers * directions, N, H); y: (T, N, directions * (H or proj_size)) or as x is laid out, and the last (h, c)
    Units:   params = 4 times an RNN's, and proj_size * H for each projection; macs = T * N * (all weights but biases)
    Errors:  the last size of x is not input_size; h or c has another shape; dtypes differ
    Source:  torch.nn.LSTM; Hochreiter and Schmidhuber, Long short-term memory, 1997
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__("LSTM", *args, **kwargs)

    def get_expected_cell_size(self, input: Tensor, batch_sizes: Tensor | None) -> tuple[Any, ...]:
        return self._state_shape(self._batch(input, batch_sizes), self.hidden_size)

    def check_forward_args(self, input: Tensor, hidden: Any, batch_sizes: Tensor | None) -> None:
        self.check_input(input, batch_sizes)
        self.check_hidden_size(
            hidden[0], self.get_expected_hidden_size(input, batch_sizes), "Expected hidden[0] size {}, got {}"
        )
        self.check_hidden_size(
            hidden[1], self.get_expected_cell_size(input, batch_sizes), "Expected hidden[1] size {}, got {}"
        )

    def _zeros(self, batch: Any, dtype: Any) -> tuple[Tensor, Tensor]:
        return make(self._state_shape(batch, self._real_hidden_size), dtype), make(
            self._state_shape(batch, self.hidden_size), dtype
        )

    def forward(self, input: Any, hx: Any = None) -> Any:
        if isinstance(input, PackedSequence):
            data, sizes = input.data, input.batch_sizes
            hx = self._zeros(input.batch, data.dtype) if hx is None else hx
            if sizes.values is not None:
                self.check_forward_args(data, hx, sizes)
            else:
                self.check_input(data, sizes)
            output, h, c = _recurrent.lstm(  # type: ignore[attr-defined]
                data,
                sizes,
                hx,
                self._flat_weights,
                self.bias,
                self.num_layers,
                self.dropout,
                self.training,
                self.bidirectional,
            )
            return input.replaced(output), (h, c)
        batched_input, batched = self._lifted(input, "LSTM")
        if hx is None:
            hx = self._zeros(self._batch(batched_input, None), batched_input.dtype)
        else:
            hx = self._states(hx, batched)
        self.check_forward_args(batched_input, hx, None)
        output, h, c = _recurrent.lstm(  # type: ignore[attr-defined]
            batched_input,
            hx,
            self._flat_weights,
            self.bias,
            self.num_layers,
            self.dropout,
            self.training,
            self.bidirectional,
            self.batch_first,
        )
        if batched:
            return output, (h, c)
        return self._without_batch(output), (
            make((h.shape[0], h.shape[2]), h.dtype),
            make((c.shape[0], c.shape[2]), c.dtype),
        )

    @staticmethod
    def _states(hx: Any, batched: bool) -> Any:
        """The two states that were given, as those of a batch."""
        if isinstance(hx, Tensor) and hx.shape[0] < 2:
            raise ShapeIndexError(f"index 1 is out of bounds for dimension 0 with size {hx.shape[0]}")
        h, c = hx[0], hx[1]
        if h.dim() != (3 if batched else 2) or c.dim() != (3 if batched else 2):
            raise ShapeError(
                _state_message(batched, "hx and cx", f"({h.dim()}-D, {c.dim()}-D) tensors"), "recurrent-hidden"
            )
        return (h, c) if batched else tuple([make((s.shape[0], 1, s.shape[1]), s.dtype) for s in (h, c)])


lacks(
    RNNBase,
    "nn.RNNBase",
    "_flat_weight_refs _init_flat_weights _update_flat_weights _weights_have_changed permute_hidden",
)
