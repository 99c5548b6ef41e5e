"""`torch.optim.lr_scheduler` and `swa_utils`: learning rates change no shape, so after a step they are unknown."""

from __future__ import annotations

import copy

from convcalc.nn.module import Module
from convcalc.tensor import Unknown
from convcalc.tensor.unknown import lacks

from .optim import Optimizer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class LRScheduler:
    """Base of all schedulers."""

    def __init__(self, optimizer: Any, last_epoch: int = -1, verbose: Any = None) -> None:
        if not isinstance(optimizer, (Optimizer, Unknown)):
            raise TypeError(f"{type(optimizer).__name__} is not an Optimizer")
        self.optimizer = optimizer
        groups = [] if isinstance(optimizer, Unknown) else optimizer.param_groups
        for group in groups:
            group.setdefault("initial_lr", group.get("lr"))
        self.base_lrs = [group["initial_lr"] for group in groups]
        self._last_lr = [group.get("lr") for group in groups]
        self.last_epoch = last_epoch + 1
        self._step_count = 1

    def step(self, *args: Any, **kwargs: Any) -> None:
        """From here on the learning rate is one that only the real run knows."""
        self.last_epoch += 1
        self._step_count += 1
        self._last_lr = [Unknown("the learning rate") for _ in self._last_lr]
        if not isinstance(self.optimizer, Unknown):
            for group in self.optimizer.param_groups:
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


# The arguments after `optimizer`, in PyTorch's order; a "*" marks those without a default.
_SIGNATURES = {
    "LambdaLR": "lr_lambda* last_epoch", "MultiplicativeLR": "lr_lambda* last_epoch", "StepLR": "step_size* gamma last_epoch",
    "MultiStepLR": "milestones* gamma last_epoch", "ConstantLR": "factor total_iters last_epoch", "LinearLR": "start_factor end_factor total_iters last_epoch",
    "ExponentialLR": "gamma* last_epoch", "SequentialLR": "schedulers* milestones* last_epoch", "CosineAnnealingLR": "T_max* eta_min last_epoch",
    "ReduceLROnPlateau": "mode factor patience threshold threshold_mode cooldown min_lr eps",
    "CyclicLR": "base_lr* max_lr* step_size_up step_size_down mode gamma scale_fn scale_mode cycle_momentum base_momentum max_momentum last_epoch",
    "CosineAnnealingWarmRestarts": "T_0* T_mult eta_min last_epoch",
    "OneCycleLR": "max_lr* total_steps epochs steps_per_epoch pct_start anneal_strategy cycle_momentum base_momentum max_momentum div_factor final_div_factor three_phase last_epoch",
    "PolynomialLR": "total_iters power last_epoch",
}  # fmt: skip


def _scheduler(name: str, signature: str) -> type:
    required = [word[:-1] for word in signature.split() if word.endswith("*")]
    names = signature.replace("*", "").split()

    def __init__(self: Any, optimizer: Any, *args: Any, **kwargs: Any) -> None:
        kwargs.pop("verbose", None)
        if len(args) > len(names):
            raise TypeError(
                f"{name}.__init__() takes {len(names) + 2} positional arguments but {len(args) + 2} were given"
            )
        settings = {**dict(zip(names, args)), **kwargs}
        for key in settings:
            if key not in names:
                raise TypeError(f"{name}.__init__() got an unexpected keyword argument '{key}'")
        for key in required:
            if key not in settings:
                raise TypeError(f"{name}.__init__() missing 1 required positional argument: '{key}'")
        LRScheduler.__init__(self, optimizer)
        self.__dict__.update(settings)

    return type(
        name,
        (LRScheduler,),
        {
            "__init__": __init__,
            "__module__": "torch.optim.lr_scheduler",
            "__doc__": f"`torch.optim.lr_scheduler.{name}`",
        },
    )


class ChainedScheduler(LRScheduler):
    """Several schedulers of one optimizer."""

    def __init__(self, schedulers: Any, optimizer: Any = None) -> None:
        schedulers = list(schedulers)
        super().__init__(optimizer or schedulers[0].optimizer)


class AveragedModel(Module):
    """A copy of a model whose weights are averages.

    Source: torch.optim.swa_utils.AveragedModel
    """

    def __init__(
        self, model: Module, device: Any = None, avg_fn: Any = None, multi_avg_fn: Any = None, use_buffers: bool = False
    ) -> None:
        super().__init__()
        self.module = copy.deepcopy(model)
        from convcalc.tensor import dtype_of, make

        self.register_buffer("n_averaged", make((), dtype_of("int64")))

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        return self.module(*args, **kwargs)

    def update_parameters(self, model: Any) -> None:
        pass


def update_bn(loader: Any, model: Any, device: Any = None) -> None:
    """Runs the model over the loader's batches."""
    for batch in loader:
        model(batch[0] if isinstance(batch, (list, tuple)) else batch)


def _average(*args: Any, **kwargs: Any) -> Any:
    return Unknown("an averaging function")


SCHEDULERS: dict[str, Any] = {
    "LRScheduler": LRScheduler, "_LRScheduler": LRScheduler, "ChainedScheduler": ChainedScheduler,
    **{name: _scheduler(name, signature) for name, signature in _SIGNATURES.items()},
}  # fmt: skip
AVERAGING: dict[str, Any] = {
    "AveragedModel": AveragedModel, "update_bn": update_bn, "SWALR": _scheduler("SWALR", "swa_lr* anneal_epochs anneal_strategy last_epoch"),
    "get_ema_avg_fn": _average, "get_ema_multi_avg_fn": _average, "get_swa_avg_fn": _average, "get_swa_multi_avg_fn": _average,
}  # fmt: skip


lacks(
    LRScheduler,
    "torch.optim.lr_scheduler.LRScheduler",
    "gamma step_size milestones T_max eta_min T_0 T_i T_mult T_cur factor total_iters start_factor end_factor power patience cooldown cooldown_counter threshold threshold_mode mode best num_bad_epochs last_lr lr_lambdas base_lrs max_lrs total_size step_ratio total_steps max_momentums base_momentums use_beta1 cycle_momentum _schedulers _milestones anneal_epochs swa_lrs _get_closed_form_lr _get_lr_called_within_step _initial_step _is_initial _update_lr _exp_range_scale_fn _init_scale_fn _triangular2_scale_fn _triangular_scale_fn scale_fn _anneal_func _annealing_cos _annealing_linear _init_is_better _is_better _reduce_lr _reset in_cooldown recursive_undo _cosine_anneal _get_initial_lr _linear_anneal _set_anneal_func",
)
