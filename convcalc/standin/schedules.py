"""`torch.optim.lr_scheduler`: learning rates change no shape, so after a step they are unknown.

Source: torch/optim/lr_scheduler.py
"""

from __future__ import annotations

from convcalc.tensor import ShapeAttributeError, ShapeKeyError, ShapeTypeError, ShapeValueError, Unknown
from convcalc.tensor.unknown import lacks

from .optim import Optimizer, check_setting, settings_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class LRScheduler:
    """Base of all schedulers."""

    def __init__(self, optimizer: Any, last_epoch: Any = -1) -> None:
        check_optimizer(optimizer)
        self.optimizer = optimizer
        groups = groups_of(optimizer)
        for i, group in enumerate(groups):
            if type(last_epoch) is int and last_epoch != -1 and "initial_lr" not in group:
                raise ShapeKeyError(
                    f"param 'initial_lr' is not specified in param_groups[{i}] when resuming scheduler with last_epoch >= 0."
                )
            group.setdefault("initial_lr", group.get("lr"))
        self.base_lrs = [group["initial_lr"] for group in groups]
        self._last_lr = [group.get("lr") for group in groups]
        self.last_epoch = last_epoch + 1
        self._step_count = 1

    def step(self, epoch: Any = None) -> None:
        """From here on the learning rate is one that only the real run knows."""
        self.last_epoch += 1
        self._step_count += 1
        self._last_lr = [Unknown("the learning rate") for _ in self._last_lr]
        for group in groups_of(self.optimizer):
            group["lr"] = Unknown("the learning rate")

    def get_last_lr(self) -> list[Any]:
        return list(self._last_lr)

    def get_lr(self) -> list[Any]:
        return list(self._last_lr)

    def state_dict(self) -> dict[str, Any]:
        return {name: value for name, value in self.__dict__.items() if name != "optimizer"}

    def load_state_dict(self, state_dict: Any) -> None:
        if isinstance(state_dict, dict):
            self.__dict__.update(state_dict)

    def print_lr(self, *args: Any, **kwargs: Any) -> None:
        pass


def check_optimizer(optimizer: Any) -> None:
    """Refuses what is no optimizer; of an object with a base that nobody knows, nobody can say."""
    if isinstance(optimizer, (Optimizer, Unknown)):
        return
    for kind in type(optimizer).__mro__:
        if any(isinstance(base, Unknown) for base in kind.__dict__.get("__orig_bases__", ())):
            return
    raise ShapeTypeError(f"{type(optimizer).__name__} is not an Optimizer")


def groups_of(optimizer: Any) -> list[dict[str, Any]]:
    groups = getattr(optimizer, "param_groups", ())
    return [group for group in groups if isinstance(group, dict)] if isinstance(groups, list) else []


def check_of_groups(name: str, optimizer: Any, values: Any) -> None:
    """Refuses a list of settings that are not as many as the groups."""
    count = len(groups_of(optimizer))
    if isinstance(values, (list, tuple)) and isinstance(optimizer, Optimizer) and len(values) != count:
        raise ShapeValueError(
            f"{name} must have the same length as optimizer.param_groups. {name} has {len(values)} values, param_groups has {count}."
        )


def _check_momentum(optimizer: Any, cycle_momentum: Any, base_momentum: Any, max_momentum: Any) -> None:
    if cycle_momentum is True and isinstance(optimizer, Optimizer):
        if "momentum" not in optimizer.defaults and "betas" not in optimizer.defaults:
            raise ShapeValueError("optimizer must support momentum or beta1 with `cycle_momentum` option enabled")
        check_of_groups("base_momentum", optimizer, base_momentum)
        check_of_groups("max_momentum", optimizer, max_momentum)


class _Plain(LRScheduler):
    """A scheduler that keeps its settings and checks none."""

    def _keep(self, names: dict[str, Any]) -> None:
        LRScheduler.__init__(self, names["optimizer"], names["last_epoch"])
        self.__dict__.update(settings_of(names, "optimizer", "last_epoch"))


class _OfFunctions(_Plain):
    """A scheduler that multiplies by what a function, or one for each group, answers."""

    def _check(self, optimizer: Any, lr_lambda: Any) -> None:
        if isinstance(optimizer, Unknown):
            return
        if not hasattr(optimizer, "param_groups"):
            kind = type(optimizer).__name__
            raise ShapeAttributeError(f"'{kind}' object has no attribute 'param_groups'", "argument")
        count = len(groups_of(optimizer))
        if isinstance(lr_lambda, (list, tuple)) and len(lr_lambda) != count:
            raise ShapeValueError(f"Expected {count} lr_lambdas, but got {len(lr_lambda)}")


class LambdaLR(_OfFunctions):
    """`torch.optim.lr_scheduler.LambdaLR`"""

    def __init__(self, optimizer: Any, lr_lambda: Any, last_epoch: Any = -1) -> None:
        self._check(optimizer, lr_lambda)
        self._keep(locals())


class MultiplicativeLR(_OfFunctions):
    """`torch.optim.lr_scheduler.MultiplicativeLR`"""

    def __init__(self, optimizer: Any, lr_lambda: Any, last_epoch: Any = -1) -> None:
        self._check(optimizer, lr_lambda)
        for function in lr_lambda if isinstance(lr_lambda, (list, tuple)) else [lr_lambda]:
            if not callable(function):
                raise ShapeTypeError(f"lr_lambda should be a function, but got {type(function).__name__}")
        self._keep(locals())


class StepLR(_Plain):
    """`torch.optim.lr_scheduler.StepLR`"""

    def __init__(self, optimizer: Any, step_size: Any, gamma: Any = 0.1, last_epoch: Any = -1) -> None:
        self._keep(locals())


class MultiStepLR(_Plain):
    """`torch.optim.lr_scheduler.MultiStepLR`"""

    def __init__(self, optimizer: Any, milestones: Any, gamma: Any = 0.1, last_epoch: Any = -1) -> None:
        if isinstance(milestones, (int, float)):
            raise ShapeTypeError(f"'{type(milestones).__name__}' object is not iterable")
        self._keep(locals())


class ConstantLR(_Plain):
    """`torch.optim.lr_scheduler.ConstantLR`"""

    def __init__(self, optimizer: Any, factor: Any = 1.0 / 3, total_iters: Any = 5, last_epoch: Any = -1) -> None:
        message = "Constant multiplicative factor expected to be between 0 and 1."
        check_setting(factor, lambda value: not (value > 1.0 or value < 0), message)
        self._keep(locals())


class LinearLR(_Plain):
    """`torch.optim.lr_scheduler.LinearLR`"""

    def __init__(self, optimizer: Any, start_factor: Any = 1.0 / 3, end_factor: Any = 1.0, total_iters: Any = 5, last_epoch: Any = -1) -> None:  # fmt: skip
        message = "Starting multiplicative factor expected to be greater than 0 and less or equal to 1."
        check_setting(start_factor, lambda value: not (value > 1.0 or value <= 0), message)
        message = "Ending multiplicative factor expected to be between 0 and 1."
        check_setting(end_factor, lambda value: not (value > 1.0 or value < 0), message)
        self._keep(locals())


class ExponentialLR(_Plain):
    """`torch.optim.lr_scheduler.ExponentialLR`"""

    def __init__(self, optimizer: Any, gamma: Any, last_epoch: Any = -1) -> None:
        self._keep(locals())


class PolynomialLR(_Plain):
    """`torch.optim.lr_scheduler.PolynomialLR`"""

    def __init__(self, optimizer: Any, total_iters: Any = 5, power: Any = 1.0, last_epoch: Any = -1) -> None:
        self._keep(locals())


class CosineAnnealingLR(_Plain):
    """`torch.optim.lr_scheduler.CosineAnnealingLR`"""

    def __init__(self, optimizer: Any, T_max: Any, eta_min: Any = 0.0, last_epoch: Any = -1) -> None:
        self._keep(locals())


class CosineAnnealingWarmRestarts(_Plain):
    """`torch.optim.lr_scheduler.CosineAnnealingWarmRestarts`"""

    def __init__(self, optimizer: Any, T_0: Any, T_mult: Any = 1, eta_min: Any = 0.0, last_epoch: Any = -1) -> None:
        message = "Expected positive integer T_0, but got {}"
        check_setting(T_0, lambda value: not (value <= 0 or not isinstance(value, int)), message)
        message = "Expected integer T_mult >= 1, but got {}"
        check_setting(T_mult, lambda value: not (value < 1 or not isinstance(value, int)), message)
        message = f"Expected float or int eta_min, but got {{}} of type {type(eta_min)}"
        check_setting(eta_min, lambda value: isinstance(value, (float, int)), message)
        self._keep(locals())

    def step(self, epoch: Any = None) -> None:
        super().step(epoch)


class _OfSchedulers(LRScheduler):
    """A scheduler made of others of the same optimizer."""

    def _check(self, schedulers: Any, optimizer: Any) -> None:
        name = type(self).__name__
        for i, scheduler in enumerate(schedulers):
            if isinstance(scheduler, Unknown) or isinstance(optimizer, Unknown):
                continue
            if not hasattr(scheduler, "optimizer"):
                raise ShapeTypeError(f"{name} at index {i} should have `optimizer` as its attribute.")
            if isinstance(scheduler, ReduceLROnPlateau):
                raise ShapeValueError(
                    f"{name} does not support `ReduceLROnPlateau` scheduler as it requires additional kwargs to be specified when calling `step`, but got one at index {i} in the given schedulers sequence."
                )
            if scheduler.optimizer is not optimizer and not isinstance(scheduler.optimizer, Unknown):
                raise ShapeValueError(
                    f"{name} expects all schedulers to belong to the same optimizer, but got scheduler {type(scheduler).__name__} at index {i} has {scheduler.optimizer}, which is different from {type(optimizer).__name__}."
                )


class SequentialLR(_OfSchedulers):
    """`torch.optim.lr_scheduler.SequentialLR`"""

    def __init__(self, optimizer: Any, schedulers: Any, milestones: Any, last_epoch: Any = -1) -> None:
        if isinstance(schedulers, (list, tuple)):
            if len(schedulers) < 1:
                raise ShapeValueError(
                    f"{type(self).__name__} expects at least one scheduler, but got no scheduler.", of_values=True
                )
            self._check(schedulers, optimizer)
            if isinstance(milestones, (list, tuple)) and len(milestones) != len(schedulers) - 1:
                raise ShapeValueError(
                    "Sequential Schedulers expects number of schedulers provided to be one more than the number of milestone points, but got "
                    f"number of schedulers {len(schedulers)} and the number of milestones to be equal to {len(milestones)}",
                    of_values=True,
                )
        super().__init__(optimizer, -1)
        self._schedulers, self._milestones = schedulers, milestones


class ChainedScheduler(_OfSchedulers):
    """`torch.optim.lr_scheduler.ChainedScheduler`"""

    def __init__(self, schedulers: Any, optimizer: Any = None) -> None:
        if isinstance(schedulers, (list, tuple)):
            if len(schedulers) < 1:
                raise ShapeValueError(
                    f"{type(self).__name__} expects at least one scheduler to be chained, but got no scheduler.",
                    of_values=True,
                )
            optimizer = getattr(schedulers[0], "optimizer", None) if optimizer is None else optimizer
            self._check(schedulers, optimizer)
        super().__init__(Unknown("an optimizer") if optimizer is None else optimizer)
        self._schedulers = schedulers

    def step(self) -> None:  # type: ignore[override]
        super().step()


class ReduceLROnPlateau(LRScheduler):
    """`torch.optim.lr_scheduler.ReduceLROnPlateau`, whose step wants to know how good the model is."""

    def __init__(self, optimizer: Any, mode: Any = "min", factor: Any = 0.1, patience: Any = 10, threshold: Any = 1e-4, threshold_mode: Any = "rel", cooldown: Any = 0, min_lr: Any = 0, eps: Any = 1e-8) -> None:  # fmt: skip
        settings = settings_of(locals(), "optimizer")
        check_setting(factor, lambda value: not value >= 1.0, "Factor should be < 1.0.")
        check_optimizer(optimizer)
        count = len(groups_of(optimizer))
        if isinstance(min_lr, (list, tuple)) and isinstance(optimizer, Optimizer) and len(min_lr) != count:
            raise ShapeValueError(f"expected {count} min_lrs, got {len(min_lr)}")
        _check_mode(mode, ("min", "max"), "mode ")
        _check_mode(threshold_mode, ("rel", "abs"), "threshold mode ")
        super().__init__(optimizer)
        self.__dict__.update(settings)

    def step(self, metrics: Any, epoch: Any = None) -> None:  # type: ignore[override]
        super().step()


def _check_mode(mode: Any, modes: tuple[str, str], text: str) -> None:
    if not isinstance(mode, (str, Unknown)):
        raise ShapeTypeError(f'can only concatenate str (not "{type(mode).__name__}") to str')
    check_setting(mode, lambda value: value in modes, f"{text}{mode} is unknown!")


class CyclicLR(LRScheduler):
    """`torch.optim.lr_scheduler.CyclicLR`"""

    def __init__(self, optimizer: Any, base_lr: Any, max_lr: Any, step_size_up: Any = 2000, step_size_down: Any = None, mode: Any = "triangular", gamma: Any = 1.0, scale_fn: Any = None, scale_mode: Any = "cycle", cycle_momentum: Any = True, base_momentum: Any = 0.8, max_momentum: Any = 0.9, last_epoch: Any = -1) -> None:  # fmt: skip
        settings = settings_of(locals(), "optimizer", "last_epoch")
        check_optimizer(optimizer)
        check_of_groups("base_lr", optimizer, base_lr)
        check_of_groups("max_lr", optimizer, max_lr)
        modes = ("triangular", "triangular2", "exp_range")
        check_setting(
            mode, lambda value: value in modes or scale_fn is not None, "mode is invalid and scale_fn is None"
        )
        _check_momentum(optimizer, cycle_momentum, base_momentum, max_momentum)
        super().__init__(optimizer, last_epoch)
        self.__dict__.update(settings)


class OneCycleLR(LRScheduler):
    """`torch.optim.lr_scheduler.OneCycleLR`"""

    def __init__(self, optimizer: Any, max_lr: Any, total_steps: Any = None, epochs: Any = None, steps_per_epoch: Any = None, pct_start: Any = 0.3, anneal_strategy: Any = "cos", cycle_momentum: Any = True, base_momentum: Any = 0.85, max_momentum: Any = 0.95, div_factor: Any = 25.0, final_div_factor: Any = 1e4, three_phase: Any = False, last_epoch: Any = -1) -> None:  # fmt: skip
        settings = settings_of(locals(), "optimizer", "last_epoch")
        check_optimizer(optimizer)
        if total_steps is not None:
            message = "Expected positive integer total_steps, but got {}"
            check_setting(total_steps, lambda value: not value <= 0 and isinstance(value, int), message)
        elif epochs is not None and steps_per_epoch is not None:
            _check_positive("epochs", epochs)
            _check_positive("steps_per_epoch", steps_per_epoch)
        else:
            raise ShapeValueError("You must define either total_steps OR (epochs AND steps_per_epoch)")
        message = "Expected float between 0 and 1 pct_start, but got {}"
        check_setting(pct_start, lambda value: 0 <= value <= 1 and isinstance(value, float), message)
        message = "anneal_strategy must be one of 'cos' or 'linear', instead got {}"
        check_setting(anneal_strategy, lambda value: value in ("cos", "linear"), message)
        check_of_groups("max_lr", optimizer, max_lr)
        _check_momentum(optimizer, cycle_momentum, base_momentum, max_momentum)
        super().__init__(optimizer, last_epoch)
        self.__dict__.update(settings)


def _check_positive(name: str, value: Any) -> None:
    message = f"Expected positive integer {name}, but got {{}}"
    check_setting(value, lambda number: isinstance(number, int) and number > 0, message)


_CLASSES = (
    LRScheduler, LambdaLR, MultiplicativeLR, StepLR, MultiStepLR, ConstantLR, LinearLR, ExponentialLR, PolynomialLR, CosineAnnealingLR,
    CosineAnnealingWarmRestarts, SequentialLR, ChainedScheduler, ReduceLROnPlateau, CyclicLR, OneCycleLR,
)  # fmt: skip
for _cls in _CLASSES:
    _cls.__module__ = "torch.optim.lr_scheduler"
SCHEDULERS: dict[str, Any] = {"_LRScheduler": LRScheduler, **{cls.__name__: cls for cls in _CLASSES}}


lacks(
    LRScheduler,
    "torch.optim.lr_scheduler.LRScheduler",
    "gamma step_size milestones T_max eta_min T_0 T_i T_mult T_cur factor total_iters start_factor end_factor power patience cooldown cooldown_counter threshold threshold_mode mode best num_bad_epochs last_lr lr_lambdas base_lrs max_lrs total_size step_ratio total_steps max_momentums base_momentums use_beta1 cycle_momentum _schedulers _milestones anneal_epochs swa_lrs _get_closed_form_lr _get_lr_called_within_step _initial_step _is_initial _update_lr _exp_range_scale_fn _init_scale_fn _triangular2_scale_fn _triangular_scale_fn scale_fn _anneal_func _annealing_cos _annealing_linear _init_is_better _is_better _reduce_lr _reset in_cooldown recursive_undo _cosine_anneal _get_initial_lr _linear_anneal _set_anneal_func",
)

STANDS_FOR = {"torch.optim.lr_scheduler": SCHEDULERS}
