"""`torch.optim`: optimizers hold parameters and settings; a step changes no shape.

Source: torch/optim/*.py (signatures and refusals).
"""

from __future__ import annotations

from collections import defaultdict

from convcalc.tensor import Tensor, Unknown
from convcalc.tensor.unknown import lacks
from convcalc.trace import recorder as _trace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

REQUIRED = object()


class Optimizer:
    """Base of all optimizers: groups of parameters, each with its settings."""

    def __init__(self, params: Any, defaults: dict[str, Any]) -> None:
        if isinstance(params, Tensor):
            raise TypeError(
                f"params argument given to the optimizer should be an iterable of Tensors or dicts, but got torch.{_legacy_name(params)}"
            )
        self.defaults = defaults
        self.state: Any = defaultdict(dict)
        self.param_groups: list[dict[str, Any]] = []
        if isinstance(params, Unknown):
            self.param_groups.append({"params": [], **defaults})
            return
        groups = list(params)
        if not groups:
            raise ValueError("optimizer got an empty parameter list")
        if not isinstance(groups[0], dict):
            groups = [{"params": groups}]
        for group in groups:
            self.add_param_group(group)

    def add_param_group(self, param_group: dict[str, Any]) -> None:
        if not isinstance(param_group, dict):
            raise TypeError(f"param_group must be a dict, but got {type(param_group)}")
        params = param_group["params"]
        if isinstance(params, (Tensor, Unknown)):
            params = [params]
        elif isinstance(params, set):
            raise TypeError(
                "optimizer parameters need to be organized in ordered collections, but the ordering of tensors in sets will change between runs. Please use a list instead."
            )
        params = [p[1] if isinstance(p, tuple) and len(p) == 2 else p for p in params]
        for param in params:
            if not isinstance(param, (Tensor, Unknown)):
                from .torch import typename

                raise TypeError(f"optimizer can only optimize Tensors, but one of the params is {typename(param)}")
        for name, default in self.defaults.items():
            if default is REQUIRED and name not in param_group:
                raise ValueError(f"parameter group didn't specify a value of required optimization parameter {name}")
        seen = {id(p) for group in self.param_groups for p in group["params"]}
        if any(id(p) in seen for p in params):
            raise ValueError("some parameters appear in more than one parameter group")
        self.param_groups.append({**self.defaults, **param_group, "params": params})

    def step(self, closure: Any = None) -> Any:
        return closure() if callable(closure) and not isinstance(closure, Unknown) else None

    def zero_grad(self, set_to_none: bool = True) -> None:
        pass

    def state_dict(self) -> dict[str, Any]:
        groups = []
        count = 0
        for group in self.param_groups:
            size = len(group["params"])
            groups.append({**group, "params": list(range(count, count + size))})
            count += size
        return {"state": {}, "param_groups": groups}

    def load_state_dict(self, state_dict: Any) -> None:
        """Refuses a state with other groups, as PyTorch does; a state that is not known is taken to fit."""
        if not isinstance(state_dict, dict) or "param_groups" not in state_dict:
            return
        theirs = state_dict["param_groups"]
        if len(theirs) != len(self.param_groups):
            raise ValueError("loaded state dict has a different number of parameter groups")
        if any(len(a["params"]) != len(b["params"]) for a, b in zip(self.param_groups, theirs)):
            raise ValueError(
                "loaded state dict contains a parameter group that doesn't match the size of optimizer's group"
            )
        for mine, other in zip(self.param_groups, theirs):
            mine.update({name: value for name, value in other.items() if name != "params"})

    def _hook(self, hook: Any) -> Any:
        from convcalc.nn.module import RemovableHandle

        return RemovableHandle({})

    register_step_pre_hook = register_step_post_hook = register_state_dict_pre_hook = _hook
    register_state_dict_post_hook = register_load_state_dict_pre_hook = register_load_state_dict_post_hook = _hook

    def __repr__(self) -> str:
        lines = [f"{type(self).__name__} ("]
        for i, group in enumerate(self.param_groups):
            lines += [
                f"Parameter Group {i}",
                *(f"    {name}: {group[name]}" for name in sorted(group) if name != "params"),
            ]
        return "\n".join([*lines, ")"])


def _legacy_name(tensor: Tensor) -> str:
    from convcalc.tensor.dtypes import LEGACY_NAMES

    return f"{LEGACY_NAMES[tensor.dtype]}Tensor"


# The settings after `params`, in PyTorch's order; those after `*` by keyword only.
_LATER: dict[str, Any] = {
    "foreach": None,
    "maximize": False,
    "differentiable": False,
    "capturable": False,
    "fused": None,
}
SIGNATURES: dict[str, dict[str, Any]] = {
    "SGD": {"lr": 1e-3, "momentum": 0, "dampening": 0, "weight_decay": 0, "nesterov": False},
    "Adam": {"lr": 1e-3, "betas": (0.9, 0.999), "eps": 1e-8, "weight_decay": 0, "amsgrad": False},
    "AdamW": {"lr": 1e-3, "betas": (0.9, 0.999), "eps": 1e-8, "weight_decay": 1e-2, "amsgrad": False},
    "Adagrad": {"lr": 1e-2, "lr_decay": 0, "weight_decay": 0, "initial_accumulator_value": 0, "eps": 1e-10, "foreach": None},
    "Adadelta": {"lr": 1.0, "rho": 0.9, "eps": 1e-6, "weight_decay": 0, "foreach": None},
    "Adamax": {"lr": 2e-3, "betas": (0.9, 0.999), "eps": 1e-8, "weight_decay": 0, "foreach": None},
    "NAdam": {"lr": 2e-3, "betas": (0.9, 0.999), "eps": 1e-8, "weight_decay": 0, "momentum_decay": 4e-3, "decoupled_weight_decay": False},
    "RAdam": {"lr": 1e-3, "betas": (0.9, 0.999), "eps": 1e-8, "weight_decay": 0, "decoupled_weight_decay": False},
    "RMSprop": {"lr": 1e-2, "alpha": 0.99, "eps": 1e-8, "weight_decay": 0, "momentum": 0, "centered": False, "capturable": False, "foreach": None, "maximize": False, "differentiable": False},
    "Rprop": {"lr": 1e-2, "etas": (0.5, 1.2), "step_sizes": (1e-6, 50)},
    "ASGD": {"lr": 1e-2, "lambd": 1e-4, "alpha": 0.75, "t0": 1e6, "weight_decay": 0, "foreach": None, "maximize": False, "differentiable": False, "capturable": False},
    "SparseAdam": {"lr": 1e-3, "betas": (0.9, 0.999), "eps": 1e-8, "maximize": False},
    "LBFGS": {"lr": 1, "max_iter": 20, "max_eval": None, "tolerance_grad": 1e-7, "tolerance_change": 1e-9, "history_size": 100, "line_search_fn": None},
    "Adafactor": {"lr": 1e-2, "beta2_decay": -0.8, "eps": (None, 1e-3), "d": 1.0, "weight_decay": 0.0},
    "Muon": {"lr": 1e-3, "weight_decay": 0.1, "momentum": 0.95, "nesterov": True, "ns_coefficients": (3.4445, -4.775, 2.0315), "eps": 1e-7, "ns_steps": 5, "adjust_lr_fn": None},
}  # fmt: skip
_KEYWORDS: dict[str, tuple[str, ...]] = {
    "SGD": ("maximize", "foreach", "differentiable", "fused"), "Adam": ("foreach", "maximize", "capturable", "differentiable", "fused", "decoupled_weight_decay"),
    "AdamW": ("maximize", "foreach", "capturable", "differentiable", "fused"), "Adagrad": ("maximize", "differentiable", "fused"),
    "Adadelta": ("capturable", "maximize", "differentiable"), "Adamax": ("maximize", "differentiable", "capturable"),
    "NAdam": ("foreach", "maximize", "capturable", "differentiable"), "RAdam": ("foreach", "maximize", "capturable", "differentiable"),
    "Rprop": ("capturable", "foreach", "maximize", "differentiable"), "Adafactor": ("foreach", "maximize"),
}  # fmt: skip


def _check_settings(name: str, settings: dict[str, Any]) -> None:
    """The refusals that all optimizers share, in PyTorch's words."""
    wording = {
        "lr": "Invalid learning rate: {}",
        "momentum": "Invalid momentum value: {}",
        "weight_decay": "Invalid weight_decay value: {}",
        "eps": "Invalid epsilon value: {}",
    }
    for key, text in wording.items():
        value = settings.get(key, 0)
        if isinstance(value, (int, float)) and value < 0:
            raise ValueError(text.format(value))
    betas = settings.get("betas", ())
    for i, beta in enumerate(betas if isinstance(betas, (tuple, list)) else ()):
        if isinstance(beta, (int, float)) and not 0.0 <= beta < 1.0:
            raise ValueError(f"Invalid beta parameter at index {i}: {beta}")
    if name == "SGD" and settings["nesterov"] is True and (settings["momentum"] == 0 or settings["dampening"] != 0):
        raise ValueError("Nesterov momentum requires a momentum and zero dampening")


def _optimizer(name: str, signature: dict[str, Any]) -> type:
    positional = list(signature)
    known = {**signature, **{key: _LATER.get(key, False) for key in _KEYWORDS.get(name, ())}}

    def __init__(self: Any, params: Any, *args: Any, **kwargs: Any) -> None:
        if len(args) > len(positional):
            raise TypeError(
                f"{name}.__init__() takes from 2 to {len(positional) + 2} positional arguments but {len(args) + 2} were given"
            )
        for key in kwargs:
            if key not in known:
                raise TypeError(f"{name}.__init__() got an unexpected keyword argument '{key}'")
        settings = {**known, **dict(zip(positional, args)), **kwargs}
        _check_settings(name, settings)
        Optimizer.__init__(self, params, settings)

    own = {"__init__": __init__, "__module__": "torch.optim", "__doc__": f"`torch.optim.{name}`"}
    if name == "LBFGS":
        own["step"] = _step_of_lbfgs
    return type(name, (Optimizer,), own)


def _step_of_lbfgs(self: Any, closure: Any) -> Any:
    """Asks for the loss again until it is good enough, at most `max_iter` times: how often hangs on the numbers. Source: torch/optim/lbfgs.py."""
    first = closure()
    group = self.param_groups[0]
    record = _trace.active
    if record is not None and record.often is not None and not (group["max_iter"] == 1 and group["line_search_fn"] is None):  # fmt: skip
        record.often(closure, "how often LBFGS asks for the loss")
    return first


OPTIMIZERS: dict[str, Any] = {
    "Optimizer": Optimizer,
    "required": REQUIRED,
    **{name: _optimizer(name, s) for name, s in SIGNATURES.items()},
}


lacks(
    Optimizer,
    "torch.optim.Optimizer",
    "OptimizerPostHook OptimizerPreHook _accelerator_graph_capture_health_check _cuda_graph_capture_health_check _group_tensors_by_device_and_dtype _init_group _optimizer_load_state_dict_post_hooks _optimizer_load_state_dict_pre_hooks _optimizer_state_dict_post_hooks _optimizer_state_dict_pre_hooks _optimizer_step_code _optimizer_step_post_hooks _optimizer_step_pre_hooks _patch_step_function _process_value_according_to_param_policy _warned_capturable_if_run_uncaptured _zero_grad_profile_name profile_hook_step share_memory",
)
