"""`torch.ao.quantization` and `torch.ao.nn.quantized` as far as a model that is not quantized yet uses them."""

from __future__ import annotations

from convcalc import nn
from convcalc.nn.module import Module
from convcalc.ops import find

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class QuantStub(Module):
    """The place where a model will be quantized: until then, nothing happens there."""

    def __init__(self, qconfig: Any = None) -> None:
        super().__init__()
        if qconfig:
            self.qconfig = qconfig

    def forward(self, x: Any) -> Any:
        return x


class DeQuantStub(QuantStub):
    """The place where a quantized model will return to floats."""


class QuantWrapper(Module):
    """A module between a `QuantStub` and a `DeQuantStub`."""

    def __init__(self, module: Module) -> None:
        super().__init__()
        qconfig = getattr(module, "qconfig", None)
        self.add_module("quant", QuantStub(qconfig))
        self.add_module("dequant", DeQuantStub(qconfig))
        self.add_module("module", module)

    def forward(self, X: Any) -> Any:
        return self.dequant(self.module(self.quant(X)))


class FloatFunctional(Module):
    """Operations as methods of a module, each followed by an observer's place.

    Source: torch/ao/nn/quantized/modules/functional_modules.py
    """

    def __init__(self) -> None:
        super().__init__()
        self.activation_post_process = nn.Identity()

    def forward(self, x: Any) -> Any:
        raise RuntimeError("FloatFunctional is not intended to use the 'forward'. Please use the underlying operation")

    def add(self, x: Any, y: Any) -> Any:
        return self.activation_post_process(_operation("add")(x, y))

    def add_scalar(self, x: Any, y: float) -> Any:
        return _operation("add")(x, y)

    def mul(self, x: Any, y: Any) -> Any:
        return self.activation_post_process(_operation("mul")(x, y))

    def mul_scalar(self, x: Any, y: float) -> Any:
        return _operation("mul")(x, y)

    def cat(self, x: Any, dim: int = 0) -> Any:
        return self.activation_post_process(_operation("cat")(x, dim=dim))

    def add_relu(self, x: Any, y: Any) -> Any:
        return self.activation_post_process(_operation("relu")(_operation("add")(x, y)))

    def matmul(self, x: Any, y: Any) -> Any:
        return self.activation_post_process(_operation("matmul")(x, y))


def _operation(name: str) -> Any:
    return find(f"torch.{name}")


STUBS: dict[str, Any] = {"QuantStub": QuantStub, "DeQuantStub": DeQuantStub, "QuantWrapper": QuantWrapper}
QUANTIZED: dict[str, Any] = {"FloatFunctional": FloatFunctional}

STANDS_FOR = {
    "torch.quantization": STUBS,
    "torch.ao.quantization": STUBS,
    "torch.ao.quantization.stubs": STUBS,
    **dict.fromkeys(
        "torch.nn.quantized torch.ao.nn.quantized torch.ao.nn.quantized.modules torch.ao.nn.quantized.modules.functional_modules".split(),
        QUANTIZED,
    ),
}
