"""The optimizers of `torch.optim`: their arguments, and the settings that each refuses.

Source: torch/optim/*.py
"""

from __future__ import annotations

from convcalc.tensor import ShapeError, ShapeIndexError, ShapeTypeError, ShapeValueError, Tensor, Unknown
from convcalc.trace import recorder as _trace

from .optim import REQUIRED, Optimizer, check_setting, settings_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def _check_rate(lr: Any, message: str = "Invalid learning rate: {}") -> None:
    if isinstance(lr, Tensor) and lr.numel() != 1:
        raise ShapeValueError("Tensor lr must be 1-element")
    check_setting(lr, _is_not_negative, message)


def _is_not_negative(value: Any) -> Any:
    return 0.0 <= value  # noqa: SIM300  # as PyTorch asks: what Python says of a text depends on it


def _is_fraction(value: Any) -> Any:
    return 0.0 <= value < 1.0


def _check_more(settings: dict[str, Any], *names: str) -> None:
    for name in names:
        check_setting(settings[name], _is_not_negative, f"Invalid {name} value: {{}}")


def _check_eps(eps: Any) -> None:
    check_setting(eps, _is_not_negative, "Invalid epsilon value: {}")


def _check_betas(betas: Any) -> None:
    if isinstance(betas, Unknown):
        return
    for i in range(2):
        check_setting(_part(betas, i), _is_fraction, f"Invalid beta parameter at index {i}: {{}}")


def _part(pair: Any, i: int) -> Any:
    """One of several numbers that a setting holds."""
    try:
        return pair[i]
    except TypeError as error:
        raise ShapeTypeError(str(error)) from None
    except IndexError as error:
        raise ShapeIndexError(str(error), "argument") from None


def _check_fused(fused: Any, foreach: Any, differentiable: Any) -> None:
    if fused is True and differentiable is True:
        raise ShapeError("`fused` does not support `differentiable`", "argument")
    if fused is True and foreach is True:
        raise ShapeError("`fused` and `foreach` cannot be `True` together.", "argument")


class SGD(Optimizer):
    """`torch.optim.SGD`"""

    def __init__(self, params: Any, lr: Any = 1e-3, momentum: Any = 0, dampening: Any = 0, weight_decay: Any = 0, nesterov: Any = False, *, maximize: Any = False, foreach: Any = None, differentiable: Any = False, fused: Any = None) -> None:  # fmt: skip
        settings = settings_of(locals(), "params")
        if isinstance(lr, Tensor) and lr.numel() != 1:
            raise ShapeValueError("Tensor lr must be 1-element")
        check_setting(lr, lambda value: not value < 0.0, "Invalid learning rate: {}")
        for name in ("momentum", "weight_decay"):
            check_setting(settings[name], lambda value: not value < 0.0, f"Invalid {name} value: {{}}")
        if nesterov is True and not isinstance(momentum, Unknown) and not isinstance(dampening, Unknown):
            if momentum <= 0 or dampening != 0:
                raise ShapeValueError("Nesterov momentum requires a momentum and zero dampening")
        super().__init__(params, settings)
        _check_fused(fused, foreach, differentiable)


class Adam(Optimizer):
    """`torch.optim.Adam`"""

    def __init__(self, params: Any, lr: Any = 1e-3, betas: Any = (0.9, 0.999), eps: Any = 1e-8, weight_decay: Any = 0, amsgrad: Any = False, *, foreach: Any = None, maximize: Any = False, capturable: Any = False, differentiable: Any = False, fused: Any = None, decoupled_weight_decay: Any = False) -> None:  # fmt: skip
        settings = settings_of(locals(), "params")
        if isinstance(lr, Tensor) and foreach is True and capturable is False:
            raise ShapeValueError("lr as a Tensor is not supported for capturable=False and foreach=True")
        _check_rate(lr)
        _check_eps(eps)
        _check_betas(betas)
        _check_more(settings, "weight_decay")
        kinds = () if isinstance(betas, Unknown) else tuple([type(_part(betas, i)) for i in range(2)])
        if Unknown not in kinds and any(kind in (int, bool) for kind in kinds):
            raise ShapeValueError("betas must be either both floats or both Tensors")
        super().__init__(params, settings)
        _check_fused(fused, foreach, differentiable)


class AdamW(Adam):
    """`torch.optim.AdamW`"""

    def __init__(self, params: Any, lr: Any = 1e-3, betas: Any = (0.9, 0.999), eps: Any = 1e-8, weight_decay: Any = 1e-2, amsgrad: Any = False, *, maximize: Any = False, foreach: Any = None, capturable: Any = False, differentiable: Any = False, fused: Any = None) -> None:  # fmt: skip
        super().__init__(params, lr, betas, eps, weight_decay, amsgrad, foreach=foreach, maximize=maximize, capturable=capturable, differentiable=differentiable, fused=fused, decoupled_weight_decay=True)  # fmt: skip


class Adagrad(Optimizer):
    """`torch.optim.Adagrad`"""

    def __init__(self, params: Any, lr: Any = 1e-2, lr_decay: Any = 0, weight_decay: Any = 0, initial_accumulator_value: Any = 0, eps: Any = 1e-10, foreach: Any = None, *, maximize: Any = False, differentiable: Any = False, fused: Any = None) -> None:  # fmt: skip
        settings = settings_of(locals(), "params")
        _check_rate(lr)
        _check_more(settings, "lr_decay", "weight_decay", "initial_accumulator_value")
        _check_eps(eps)
        super().__init__(params, settings)
        _check_fused(fused, foreach, differentiable)


class Adadelta(Optimizer):
    """`torch.optim.Adadelta`"""

    def __init__(self, params: Any, lr: Any = 1.0, rho: Any = 0.9, eps: Any = 1e-6, weight_decay: Any = 0, foreach: Any = None, *, capturable: Any = False, maximize: Any = False, differentiable: Any = False) -> None:  # fmt: skip
        settings = settings_of(locals(), "params")
        _check_rate(lr)
        check_setting(rho, lambda value: 0.0 <= value <= 1.0, "Invalid rho value: {}")
        _check_eps(eps)
        _check_more(settings, "weight_decay")
        super().__init__(params, settings)


class Adamax(Optimizer):
    """`torch.optim.Adamax`"""

    def __init__(self, params: Any, lr: Any = 2e-3, betas: Any = (0.9, 0.999), eps: Any = 1e-8, weight_decay: Any = 0, foreach: Any = None, *, maximize: Any = False, differentiable: Any = False, capturable: Any = False) -> None:  # fmt: skip
        settings = settings_of(locals(), "params")
        _check_rate(lr)
        _check_eps(eps)
        _check_betas(betas)
        _check_more(settings, "weight_decay")
        super().__init__(params, settings)


class NAdam(Optimizer):
    """`torch.optim.NAdam`"""

    def __init__(self, params: Any, lr: Any = 2e-3, betas: Any = (0.9, 0.999), eps: Any = 1e-8, weight_decay: Any = 0, momentum_decay: Any = 4e-3, decoupled_weight_decay: Any = False, *, foreach: Any = None, maximize: Any = False, capturable: Any = False, differentiable: Any = False) -> None:  # fmt: skip
        settings = settings_of(locals(), "params")
        _check_rate(lr)
        _check_eps(eps)
        _check_betas(betas)
        _check_more(settings, "weight_decay", "momentum_decay")
        super().__init__(params, settings)


class RAdam(Optimizer):
    """`torch.optim.RAdam`"""

    def __init__(self, params: Any, lr: Any = 1e-3, betas: Any = (0.9, 0.999), eps: Any = 1e-8, weight_decay: Any = 0, decoupled_weight_decay: Any = False, *, foreach: Any = None, maximize: Any = False, capturable: Any = False, differentiable: Any = False) -> None:  # fmt: skip
        settings = settings_of(locals(), "params")
        _check_rate(lr)
        _check_eps(eps)
        _check_betas(betas)
        _check_more(settings, "weight_decay")
        super().__init__(params, settings)


class RMSprop(Optimizer):
    """`torch.optim.RMSprop`"""

    def __init__(self, params: Any, lr: Any = 1e-2, alpha: Any = 0.99, eps: Any = 1e-8, weight_decay: Any = 0, momentum: Any = 0, centered: Any = False, capturable: Any = False, foreach: Any = None, maximize: Any = False, differentiable: Any = False) -> None:  # fmt: skip
        settings = settings_of(locals(), "params")
        _check_rate(lr)
        _check_eps(eps)
        _check_more(settings, "momentum", "weight_decay", "alpha")
        super().__init__(params, settings)


class Rprop(Optimizer):
    """`torch.optim.Rprop`"""

    def __init__(self, params: Any, lr: Any = 1e-2, etas: Any = (0.5, 1.2), step_sizes: Any = (1e-6, 50), *, capturable: Any = False, foreach: Any = None, maximize: Any = False, differentiable: Any = False) -> None:  # fmt: skip
        settings = settings_of(locals(), "params")
        _check_rate(lr)
        pair: Any = (etas,) if isinstance(etas, Unknown) else (_part(etas, 0), _part(etas, 1))
        if not any(isinstance(eta, Unknown) for eta in pair) and not 0.0 < pair[0] < 1.0 < pair[1]:
            raise ShapeValueError(f"Invalid eta values: {pair[0]}, {pair[1]}")
        super().__init__(params, settings)


class ASGD(Optimizer):
    """`torch.optim.ASGD`"""

    def __init__(self, params: Any, lr: Any = 1e-2, lambd: Any = 1e-4, alpha: Any = 0.75, t0: Any = 1e6, weight_decay: Any = 0, foreach: Any = None, maximize: Any = False, differentiable: Any = False, capturable: Any = False) -> None:  # fmt: skip
        settings = settings_of(locals(), "params")
        _check_rate(lr)
        _check_more(settings, "weight_decay")
        super().__init__(params, settings)


class SparseAdam(Optimizer):
    """`torch.optim.SparseAdam`"""

    def __init__(self, params: Any, lr: Any = 1e-3, betas: Any = (0.9, 0.999), eps: Any = 1e-8, maximize: Any = False) -> None:  # fmt: skip
        settings = settings_of(locals(), "params")
        if isinstance(lr, Tensor) and lr.numel() != 1:
            raise ShapeValueError("Tensor lr must be 1-element")
        check_setting(lr, lambda value: 0.0 < value, "Invalid learning rate: {}")  # noqa: SIM300
        check_setting(eps, lambda value: 0.0 < value, "Invalid epsilon value: {}")  # noqa: SIM300
        _check_betas(betas)
        super().__init__(params, settings)


class LBFGS(Optimizer):
    """`torch.optim.LBFGS`"""

    def __init__(self, params: Any, lr: Any = 1, max_iter: Any = 20, max_eval: Any = None, tolerance_grad: Any = 1e-7, tolerance_change: Any = 1e-9, history_size: Any = 100, line_search_fn: Any = None) -> None:  # fmt: skip
        settings = settings_of(locals(), "params")
        _check_rate(lr)
        super().__init__(params, settings)
        if len(self.param_groups) != 1:
            raise ShapeValueError("LBFGS doesn't support per-parameter options (parameter groups)")

    def step(self, closure: Any) -> Any:  # type: ignore[override]
        """Asks for the loss again until it is good enough, at most `max_iter` times: how often hangs on the numbers."""
        first = closure()
        group = self.param_groups[0]
        record = _trace.active
        if record is not None and record.often is not None and not (group["max_iter"] == 1 and group["line_search_fn"] is None):  # fmt: skip
            record.often(closure, "how often LBFGS asks for the loss")
        return first


class Adafactor(Optimizer):
    """`torch.optim.Adafactor`"""

    def __init__(self, params: Any, lr: Any = 1e-2, beta2_decay: Any = -0.8, eps: Any = (None, 1e-3), d: Any = 1.0, weight_decay: Any = 0.0, *, foreach: Any = None, maximize: Any = False) -> None:  # fmt: skip
        settings = settings_of(locals(), "params")
        _check_rate(lr, "Learning rate should be >= 0 but is: {}")
        check_setting(beta2_decay, lambda value: 0.0 >= value, "beta2_decay should be <= 0 but is: {}")  # noqa: SIM300
        check_setting(d, lambda value: 1.0 <= value, "Clipping threshold d should be >= 1 but is: {}")  # noqa: SIM300
        check_setting(weight_decay, _is_not_negative, "weight_decay should be >= 0 but is: {}")
        super().__init__(params, settings)


class Muon(Optimizer):
    """`torch.optim.Muon`"""

    def __init__(self, params: Any, lr: Any = 1e-3, weight_decay: Any = 0.1, momentum: Any = 0.95, nesterov: Any = True, ns_coefficients: Any = (3.4445, -4.775, 2.0315), eps: Any = 1e-7, ns_steps: Any = 5, adjust_lr_fn: Any = None) -> None:  # fmt: skip
        settings = settings_of(locals(), "params")
        _check_rate(lr, "Learning rate should be >= 0 but is: {}")
        check_setting(momentum, _is_not_negative, "momentum should be >= 0 but is: {}")
        check_setting(weight_decay, _is_not_negative, "weight decay should be >= 0 but is: {}")
        if type(adjust_lr_fn) is str and adjust_lr_fn not in ("original", "match_rms_adamw"):
            raise ShapeValueError(f"Adjust learning rate function {adjust_lr_fn} is not supported")
        super().__init__(params, settings)
        for group in self.param_groups:
            for param in group["params"]:
                if isinstance(param, Tensor) and param.ndim != 2:
                    raise ShapeValueError(
                        f"Muon only supports 2D parameters whereas we found a parameter with size: {param.size()}"
                    )


_CLASSES = (
    SGD,
    Adam,
    AdamW,
    Adagrad,
    Adadelta,
    Adamax,
    NAdam,
    RAdam,
    RMSprop,
    Rprop,
    ASGD,
    SparseAdam,
    LBFGS,
    Adafactor,
    Muon,
)
for _cls in _CLASSES:
    _cls.__module__ = "torch.optim"
OPTIMIZERS: dict[str, Any] = {"Optimizer": Optimizer, "required": REQUIRED, **{cls.__name__: cls for cls in _CLASSES}}

STANDS_FOR = dict.fromkeys(
    "torch.optim torch.optim.optimizer torch.optim.sgd torch.optim.adam torch.optim.adamw torch.optim.rmsprop torch.optim.adagrad torch.optim.adadelta torch.optim.adamax torch.optim.nadam torch.optim.radam torch.optim.rprop torch.optim.asgd torch.optim.lbfgs torch.optim.sparse_adam".split(),
    OPTIMIZERS,
)
