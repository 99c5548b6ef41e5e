"""Padding layers: one class for each kind of padding and number of dimensions.

Shapes: x: (*, size);  y: (*, size + left + right); a layer for `d` dimensions has 2*d paddings, those of the last dimension first.
"""

from __future__ import annotations

from convcalc.ops import padding as _padding
from convcalc.tensor import ShapeValueError, Tensor

from .constructors import own_constructor
from .facts import facts
from .module import Module
from .ntuple import pair, quadruple, sextuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


@own_constructor
@facts(kind="padding")
class _PadNd(Module):
    """Adds elements at the borders of the last dimensions; `_to_tuple` reads the padding, `_mode` says what is added.

    Shapes:  x: (N, C, *) or (C, *); y: the same, but for the padded sizes
    Formula: L' = L + before + after, for each padded dimension; the last one's padding stands first
    """

    __constants__ = ["padding"]
    _mode: str
    _to_tuple: Any

    @staticmethod
    def _constructor() -> Any:
        def __init__(self: Any, padding: Any) -> None:
            super().__init__()
            self.padding = self._to_tuple(padding)

        return __init__

    def forward(self, input: Tensor) -> Tensor:
        return _padding.pad(input, self.padding, self._mode)

    def extra_repr(self) -> str:
        return f"{self.padding}"


class _CircularPadNd(_PadNd):
    """Goes on at the other end.

    Units:   no params, no macs
    Errors:  a padding larger than the size; a wrong number of dimensions
    Source:  torch.nn.CircularPad1d
    """

    _mode = "circular"

    def _check_input_dim(self, input: Tensor) -> None:
        dims = len(self._to_tuple(0)) // 2
        if input.dim() != dims + 1:
            if input.dim() != dims + 2:
                message = f"expected {dims + 1}D or {dims + 2}D input (got {input.dim()}D input)"
                raise ShapeValueError(
                    message,
                    "input-dimensions",
                    expected=(dims + 1, dims + 2),
                    actual=input.dim(),
                    shape=tuple(input.shape),
                )

    def forward(self, input: Tensor) -> Tensor:
        self._check_input_dim(input)
        return _padding.pad(input, self.padding, "circular")


@own_constructor
@facts(kind="padding")
class _ConstantPadNd(_PadNd):
    """Adds a value.

    Units:   no params, no macs
    Errors:  more is taken away than there is
    Source:  torch.nn.ConstantPad1d
    """

    __constants__ = ["padding", "value"]
    _mode = "constant"

    @staticmethod
    def _constructor() -> Any:
        def __init__(self: Any, padding: Any, value: float) -> None:
            super().__init__(padding)
            self.value = value

        return __init__

    def forward(self, input: Tensor) -> Tensor:
        return _padding.pad(input, self.padding, "constant", self.value)

    def extra_repr(self) -> str:
        return f"padding={self.padding}, value={self.value}"


class _ReflectionPadNd(_PadNd):
    """Mirrors at the border.

    Units:   no params, no macs
    Errors:  a padding not smaller than the size; a wrong number of dimensions
    Source:  torch.nn.ReflectionPad1d
    """

    _mode = "reflect"


class _ReplicationPadNd(_PadNd):
    """Repeats the border.

    Units:   no params, no macs
    Errors:  a wrong number of dimensions
    Source:  torch.nn.ReplicationPad1d
    """

    _mode = "replicate"


@own_constructor
@facts(dims=1, ranks=(2, 3), sample=2)
class CircularPad1d(_CircularPadNd):
    """(N, C, L) or (C, L), around. Source: torch.nn.CircularPad1d."""

    _to_tuple = staticmethod(pair)


@own_constructor
@facts(dims=2, ranks=(3, 4), sample=3)
class CircularPad2d(_CircularPadNd):
    """(N, C, H, W) or (C, H, W), around. Source: torch.nn.CircularPad2d."""

    _to_tuple = staticmethod(quadruple)


@own_constructor
@facts(dims=3, ranks=(4, 5), sample=4)
class CircularPad3d(_CircularPadNd):
    """(N, C, D, H, W) or (C, D, H, W), around. Source: torch.nn.CircularPad3d."""

    _to_tuple = staticmethod(sextuple)


@own_constructor
@facts(dims=1)
class ConstantPad1d(_ConstantPadNd):
    """A value around the last dimension. Source: torch.nn.ConstantPad1d."""

    _to_tuple = staticmethod(pair)


@own_constructor
@facts(dims=2)
class ConstantPad2d(_ConstantPadNd):
    """A value around the last two dimensions. Source: torch.nn.ConstantPad2d."""

    _to_tuple = staticmethod(quadruple)


@own_constructor
@facts(dims=3)
class ConstantPad3d(_ConstantPadNd):
    """A value around the last three dimensions. Source: torch.nn.ConstantPad3d."""

    _to_tuple = staticmethod(sextuple)


@own_constructor
@facts(dims=1, ranks=(2, 3), sample=2)
class ReflectionPad1d(_ReflectionPadNd):
    """(N, C, L) or (C, L), mirrored. Source: torch.nn.ReflectionPad1d."""

    _to_tuple = staticmethod(pair)


@own_constructor
@facts(dims=2, ranks=(3, 4), sample=3)
class ReflectionPad2d(_ReflectionPadNd):
    """(N, C, H, W) or (C, H, W), mirrored. Source: torch.nn.ReflectionPad2d."""

    _to_tuple = staticmethod(quadruple)


@own_constructor
@facts(dims=3, ranks=(4, 5), sample=4)
class ReflectionPad3d(_ReflectionPadNd):
    """(N, C, D, H, W) or (C, D, H, W), mirrored. Source: torch.nn.ReflectionPad3d."""

    _to_tuple = staticmethod(sextuple)


@own_constructor
@facts(dims=1, ranks=(2, 3), sample=2)
class ReplicationPad1d(_ReplicationPadNd):
    """(N, C, L) or (C, L), the border repeated. Source: torch.nn.ReplicationPad1d."""

    _to_tuple = staticmethod(pair)


@own_constructor
@facts(dims=2, ranks=(3, 4), sample=3)
class ReplicationPad2d(_ReplicationPadNd):
    """(N, C, H, W) or (C, H, W), the border repeated. Source: torch.nn.ReplicationPad2d."""

    _to_tuple = staticmethod(quadruple)


@own_constructor
@facts(dims=3, ranks=(4, 5), sample=4)
class ReplicationPad3d(_ReplicationPadNd):
    """(N, C, D, H, W) or (C, D, H, W), the border repeated. Source: torch.nn.ReplicationPad3d."""

    _to_tuple = staticmethod(sextuple)


class ZeroPad1d(ConstantPad1d):
    """Zeros around the last dimension. Source: torch.nn.ZeroPad1d."""

    def __init__(self, padding: Any) -> None:
        super().__init__(padding, 0.0)

    def extra_repr(self) -> str:
        return f"{self.padding}"


class ZeroPad2d(ConstantPad2d):
    """Zeros around the last two dimensions. Source: torch.nn.ZeroPad2d."""

    def __init__(self, padding: Any) -> None:
        super().__init__(padding, 0.0)

    def extra_repr(self) -> str:
        return f"{self.padding}"


class ZeroPad3d(ConstantPad3d):
    """Zeros around the last three dimensions. Source: torch.nn.ZeroPad3d."""

    def __init__(self, padding: Any) -> None:
        super().__init__(padding, 0.0)

    def extra_repr(self) -> str:
        return f"{self.padding}"
