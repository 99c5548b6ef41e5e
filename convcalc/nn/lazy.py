"""Layers that take a size from their first input."""

from __future__ import annotations

from convcalc.tensor import ShapeError, UninitializedBuffer, UninitializedParameter
from convcalc.tensor.unknown import lacks

from .module import Module

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class LazyModuleMixin:
    """Materialises its parameters at the first call, then becomes the ordinary layer `cls_to_become`.

    Source: torch/nn/modules/lazy.py.
    """

    cls_to_become: type | None = None

    def initialize_parameters(self, *args: Any, **kwargs: Any) -> None:
        raise NotImplementedError(f"initialize_parameters is not implemented for {type(self).__name__}")

    def has_uninitialized_params(self) -> bool:
        own = self.__dict__
        return any(
            isinstance(t, (UninitializedParameter, UninitializedBuffer))
            for table in ("_parameters", "_buffers")
            for t in own[table].values()
        )

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        self.initialize_parameters(*args, **kwargs)
        if self.has_uninitialized_params():
            raise ShapeError(f"module {type(self).__name__} has not been fully initialized")
        if self.cls_to_become is not None:
            self.__class__ = self.cls_to_become
        return Module.__call__(self, *args, **kwargs)  # type: ignore[arg-type]


lacks(LazyModuleMixin, "nn.modules.lazy.LazyModuleMixin", "_infer_parameters _lazy_load_hook")
