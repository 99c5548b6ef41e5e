"""The base of `torch.optim`: optimizers hold parameters and settings; a step changes no shape.

Source: torch/optim/optimizer.py
"""

from __future__ import annotations

from _collections import defaultdict

from convcalc.nn.module import Module, RemovableHandle, holds_unknown, named_members, named_modules, type_name
from convcalc.tensor import (
    ShapeAttributeError,
    ShapeKeyError,
    ShapeTypeError,
    ShapeValueError,
    Tensor,
    Unknown,
    UnknownValue,
)
from convcalc.tensor.tensor import clear_gradients, cleared
from convcalc.tensor.unknown import lacks

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

REQUIRED = object()


class Optimizer:
    """Base of all optimizers: groups of parameters, each with its settings."""

    def __init__(self, params: Any, defaults: dict[str, Any]) -> None:
        if isinstance(params, Tensor):
            raise ShapeTypeError(
                f"params argument given to the optimizer should be an iterable of Tensors or dicts, but got {type_name(params)}"
            )
        self.defaults = defaults
        self.state: Any = defaultdict(dict)
        self.param_groups: list[dict[str, Any]] = []
        if isinstance(params, Unknown):
            self.param_groups.append({"params": [], **defaults})
            return
        all_known = _are_of_known_module(params)
        groups = _listed(params)
        if not groups:
            raise ShapeValueError("optimizer got an empty parameter list", of_values=not all_known)
        if not isinstance(groups[0], dict):
            groups = [{"params": groups}]
        for group in groups:
            self.add_param_group(group)

    def add_param_group(self, param_group: dict[str, Any]) -> None:
        if isinstance(param_group, Unknown):
            raise UnknownValue(param_group.reason)
        if not isinstance(param_group, dict):
            raise ShapeTypeError(f"param_group must be a dict, but got {type(param_group)}")
        if "params" not in param_group:
            raise ShapeKeyError("params", of_values=True)
        params = param_group["params"]
        if isinstance(params, set):
            raise ShapeTypeError(
                "optimizer parameters need to be organized in ordered collections, but the ordering of tensors in sets will change between runs. Please use a list instead."
            )
        listed = [params] if isinstance(params, (Tensor, Unknown)) else _listed(params)
        named = [p for p in listed if isinstance(p, tuple)]
        if named and len(named) != len(listed) and not any(isinstance(p, Unknown) for p in listed):
            raise ShapeValueError("all optimizer params should be with/without names. Some param names are missing")
        listed = [p[1] if isinstance(p, tuple) else p for p in listed]
        for param in listed:
            self._check(param)
        for name, default in self.defaults.items():
            if default is REQUIRED and name not in param_group:
                raise ShapeValueError(
                    f"parameter group didn't specify a value of required optimization parameter {name}"
                )
        seen = {id(p) for group in self.param_groups for p in group["params"]}
        if any(id(p) in seen for p in listed if isinstance(p, Tensor)):
            raise ShapeValueError("some parameters appear in more than one parameter group")
        self.param_groups.append({**self.defaults, **param_group, "params": listed})

    def _check(self, param: Any) -> None:
        if isinstance(param, Unknown):
            return
        if not isinstance(param, Tensor):
            raise ShapeTypeError(f"optimizer can only optimize Tensors, but one of the params is {type_name(param)}")
        if param.is_leaf is False and not self.defaults.get("differentiable") and param.retains_grad is False:
            raise ShapeValueError("can't optimize a non-leaf Tensor")

    def step(self, closure: Any = None) -> Any:
        loss = closure() if callable(closure) and not isinstance(closure, Unknown) else None
        from convcalc.trace.versions import note_step

        self.state = Unknown("the state of an optimizer that has made a step")
        note_step([parameter for group in self.param_groups for parameter in group["params"]], cleared)
        return loss

    def zero_grad(self, set_to_none: bool = True) -> None:
        if set_to_none is True:
            clear_gradients(parameter for group in self.param_groups for parameter in group["params"])

    def state_dict(self) -> dict[str, Any]:
        groups = []
        count = 0
        for group in self.param_groups:
            size = len(group["params"])
            groups.append({**group, "params": list(range(count, count + size))})
            count += size
        return {"state": self.state if isinstance(self.state, Unknown) else {}, "param_groups": groups}

    def load_state_dict(self, state_dict: Any) -> None:
        """Refuses a state with other groups, as PyTorch does; a state that is not known is taken to fit."""
        if not isinstance(state_dict, dict):
            if type(state_dict) in (list, tuple, str) or isinstance(state_dict, (Module, Optimizer, Tensor)):
                raise _no_state(state_dict)
            return
        if "param_groups" not in state_dict:
            raise ShapeKeyError("param_groups", of_values=True)
        theirs = state_dict["param_groups"]
        if not isinstance(theirs, (list, tuple)) or any(isinstance(group, Unknown) for group in theirs):
            return
        if len(theirs) != len(self.param_groups):
            raise ShapeValueError("loaded state dict has a different number of parameter groups")
        if any(len(a["params"]) != len(b["params"]) for a, b in zip(self.param_groups, theirs)):
            raise ShapeValueError(
                "loaded state dict contains a parameter group that doesn't match the size of optimizer's group"
            )
        for mine, other in zip(self.param_groups, theirs):
            mine.update({name: value for name, value in other.items() if name != "params"})

    def _hook(self, hook: Any, prepend: bool = False) -> Any:
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


def _no_state(value: Any) -> Exception:
    """What Python raises of a state that is no dict: it is copied, and asked for its groups."""
    if type(value) is list:
        return ShapeTypeError("list indices must be integers or slices, not str", "state-dict", actual="list")
    name = type_name(value)
    return ShapeAttributeError(f"'{name}' object has no attribute 'copy'", "state-dict", actual=name)


def _listed(params: Any) -> list[Any]:
    """The items of an iterable; TypeError in Python's words for what is none, such as a model or its method `parameters`."""
    try:
        items = iter(params)
    except TypeError as error:
        raise ShapeTypeError(str(error)) from None
    return list(items)


def _are_of_known_module(params: Any) -> bool:
    """Whether they are what a module itself says are its parameters, and nothing in that module is unknown."""
    code = getattr(params, "gi_code", None)
    if code not in (Module.parameters.__code__, named_members.__code__) or params.gi_frame is None:
        return False
    names = params.gi_frame.f_locals
    root = names["self"] if code is Module.parameters.__code__ else names["root"]
    return not any(holds_unknown(module, ("_modules", "_parameters")) for _, module in named_modules(root))


def check_setting(value: Any, holds: Any, message: str) -> None:
    """Refuses a setting that does not hold; one that is not known, or a tensor, is taken to."""
    if isinstance(value, (Unknown, Tensor)):
        return
    try:
        good = holds(value)
    except TypeError as error:
        raise ShapeTypeError(str(error)) from None
    if not good:
        raise ShapeValueError(message.format(value))


def settings_of(names: dict[str, Any], *others: str) -> dict[str, Any]:
    """The arguments of a constructor by its local names, without the object and `others`."""
    return {name: value for name, value in names.items() if name not in ("self", "__class__", *others)}


lacks(
    Optimizer,
    "torch.optim.Optimizer",
    "OptimizerPostHook OptimizerPreHook _accelerator_graph_capture_health_check _cuda_graph_capture_health_check _group_tensors_by_device_and_dtype _init_group _optimizer_load_state_dict_post_hooks _optimizer_load_state_dict_pre_hooks _optimizer_state_dict_post_hooks _optimizer_state_dict_pre_hooks _optimizer_step_code _optimizer_step_post_hooks _optimizer_step_pre_hooks _patch_step_function _process_value_according_to_param_policy _warned_capturable_if_run_uncaptured _zero_grad_profile_name profile_hook_step share_memory",
)

MENTIONED = ("optim",)
