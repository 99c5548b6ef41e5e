"""Single steps of recurrent networks.

Source: torch/nn/modules/rnn.py
"""

from __future__ import annotations

from convcalc.ops import recurrent as _recurrent
from convcalc.tensor import Parameter, ShapeError, ShapeIndexError, ShapeValueError, Tensor, dtype_of, make
from convcalc.tensor.tensor import check_sizes

from .facts import facts
from .module import Module

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


@facts(
    kind="recurrent cell",
    takes="input_size",
    gives="hidden_size",
    axis=-1,
    unit="features per step",
    ranks=(1, 2),
    sample=1,
    states=1,
)
class RNNCellBase(Module):
    """The weights of one step, `num_chunks` gates of them."""

    __constants__ = ["input_size", "hidden_size", "bias"]

    def __init__(
        self, input_size: int, hidden_size: int, bias: bool, num_chunks: int, device: Any = None, dtype: Any = None
    ) -> None:
        super().__init__()
        self.input_size = input_size
        self.hidden_size = hidden_size
        self.bias = bias
        kind, gates = dtype_of(dtype), num_chunks * hidden_size
        self.weight_ih = Parameter(make(check_sizes((gates, input_size), "empty"), kind))
        self.weight_hh = Parameter(make(check_sizes((gates, hidden_size), "empty"), kind))
        self.register_parameter("bias_ih", Parameter(make((gates,), kind)) if bias else None)
        self.register_parameter("bias_hh", Parameter(make((gates,), kind)) if bias else None)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Values are not kept: nothing to do."""

    _takes_rows_of_states = False

    def _batched(self, tensor: Tensor, name: str) -> Tensor:
        """A tensor of one or two dimensions as a batch."""
        if tensor.dim() not in (1, 2):
            message = f"{type(self).__name__}: Expected {name} to be 1D or 2D, got {tensor.dim()}D instead"
            raise ShapeValueError(message, "input-dimensions", actual=tensor.dim(), shape=tuple(tensor.shape))
        return tensor if tensor.dim() == 2 else make((1, *tensor.shape), tensor.dtype)

    def _many_states(self, hx: Tensor) -> Tensor:
        """Rows of states for one step without a batch: PyTorch lets hidden_size of them pass, for an RNN."""
        rows, size = hx.shape
        if rows != self.hidden_size or size != self.hidden_size or not self._takes_rows_of_states:
            message = f"hidden0 has inconsistent hidden_size: got {rows}, expected {self.hidden_size}"
            raise ShapeError(message, "input-dimensions", expected=self.hidden_size, actual=rows)
        return make((rows, size), hx.dtype)

    def _state(self, input: Tensor) -> Tensor:
        return make((input.shape[0], self.hidden_size), input.dtype)

    def _weights(self) -> tuple[Any, ...]:
        return self.weight_ih, self.weight_hh, self.bias_ih, self.bias_hh

    def _step(self, run: Any, input: Tensor, hx: Tensor | None) -> Tensor:
        rows = self._batched(input, "input")
        state = self._state(rows) if hx is None else self._batched(hx, "hidden")
        if hx is not None and hx.dim() > input.dim():
            return self._many_states(hx)
        if hx is not None and hx.dim() < input.dim():
            raise _one_state(input, hx)
        result = run(rows, state, *self._weights())
        return result if input.dim() == 2 else make(result.shape[1:], result.dtype)

    def extra_repr(self) -> str:
        text = f"{self.input_size}, {self.hidden_size}"
        if self.bias is not True:
            text += f", bias={self.bias}"
        nonlinearity = self.__dict__.get("nonlinearity", "tanh")
        return f"{text}, nonlinearity={nonlinearity}" if nonlinearity != "tanh" else text


def _one_state(input: Tensor, hx: Tensor) -> ShapeError | ShapeIndexError:
    """Why one state beside a batch is refused: its size is taken for the batch's."""
    if hx.shape[0] != input.shape[0]:
        return ShapeError(f"Input batch size {input.shape[0]} doesn't match hidden0 batch size {hx.shape[0]}")
    return ShapeIndexError("Dimension out of range (expected to be in range of [-1, 0], but got 1)")


class RNNCell(RNNCellBase):
    """One step of an `RNN`.

    Shapes:  x: (N, D) or (D,); h: (N, H) or (H,); y: as h
    Units:   params = H * (D + H + 2), without biases H * (D + H); macs = N * H * (D + H)
    Errors:  D is not input_size; H is not hidden_size; batch sizes differ; nonlinearity is neither tanh nor relu
    Source:  torch.nn.RNNCell
    """

    _takes_rows_of_states = True

    __constants__ = ["input_size", "hidden_size", "bias", "nonlinearity"]

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        bias: bool = True,
        nonlinearity: str = "tanh",
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(input_size, hidden_size, bias, num_chunks=1, device=device, dtype=dtype)
        self.nonlinearity = nonlinearity

    def forward(self, input: Tensor, hx: Tensor | None = None) -> Tensor:
        if self.nonlinearity not in ("tanh", "relu"):
            raise ShapeError(f"Unknown nonlinearity: {self.nonlinearity}")
        run = _recurrent.rnn_tanh_cell if self.nonlinearity == "tanh" else _recurrent.rnn_relu_cell  # type: ignore[attr-defined]
        return self._step(run, input, hx)


class GRUCell(RNNCellBase):
    """One step of a `GRU`.

    Shapes:  x: (N, D) or (D,); h: (N, H) or (H,); y: as h
    Units:   params = 3 * H * (D + H + 2), without biases 3 * H * (D + H); macs = 3 * N * H * (D + H)
    Errors:  D is not input_size; H is not hidden_size; batch sizes differ
    Source:  torch.nn.GRUCell
    """

    def __init__(
        self, input_size: int, hidden_size: int, bias: bool = True, device: Any = None, dtype: Any = None
    ) -> None:
        super().__init__(input_size, hidden_size, bias, num_chunks=3, device=device, dtype=dtype)

    def forward(self, input: Tensor, hx: Tensor | None = None) -> Tensor:
        return self._step(_recurrent.gru_cell, input, hx)  # type: ignore[attr-defined]


@facts(states=2)
class LSTMCell(RNNCellBase):
    """One step of an `LSTM`.

    Shapes:  x: (N, D) or (D,); h, c: (N, H) or (H,); y: as (h, c)
    Units:   params = 4 * H * (D + H + 2), without biases 4 * H * (D + H); macs = 4 * N * H * (D + H)
    Errors:  D is not input_size; H is not hidden_size; batch sizes differ
    Source:  torch.nn.LSTMCell
    """

    def __init__(
        self, input_size: int, hidden_size: int, bias: bool = True, device: Any = None, dtype: Any = None
    ) -> None:
        super().__init__(input_size, hidden_size, bias, num_chunks=4, device=device, dtype=dtype)

    def forward(self, input: Tensor, hx: Any = None) -> tuple[Tensor, Tensor]:
        rows = self._batched(input, "input")
        if hx is None:
            states = [self._state(rows), self._state(rows)]
        else:
            states = [self._batched(state, f"hx[{i}]") for i, state in enumerate(hx)]
            for state in hx:
                if state.dim() < input.dim():
                    raise _one_state(input, state)
        h, c = _recurrent.lstm_cell(rows, states, *self._weights())
        if input.dim() == 2:
            return h, c
        return make(h.shape[1:], h.dtype), make(c.shape[1:], c.dtype)
