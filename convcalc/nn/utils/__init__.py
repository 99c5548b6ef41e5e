"""`torch.nn.utils`: what stands beside the layers; a file is imported when one of its names is first asked for."""

from __future__ import annotations

from importlib import import_module

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_HOMES = {
    "weight_normalization": ("weight_norm", "remove_weight_norm"),
    "spectral_normalization": ("spectral_norm", "remove_spectral_norm"),
    "gradients": ("clip_grad_norm", "clip_grad_norm_", "clip_grad_value_", "clip_grads_with_norm_", "get_total_norm"),
    "vectors": ("parameters_to_vector", "vector_to_parameters"),
    "fusion": ("fuse_conv_bn_eval", "fuse_conv_bn_weights", "fuse_linear_bn_eval", "fuse_linear_bn_weights"),
    "construction": ("skip_init", "convert_conv2d_weight_memory_format", "convert_conv3d_weight_memory_format"),
}
_HOME = {name: home for home, names in _HOMES.items() for name in names}
_SUBMODULES = ("parametrizations", "parametrize", "prune", "rnn")


def __getattr__(name: str) -> Any:
    if name in _SUBMODULES:
        return import_module(f"convcalc.nn.utils.{name}")
    if name not in _HOME:
        raise AttributeError(f"module 'torch.nn.utils' has no attribute '{name}'")
    found = globals()[name] = getattr(import_module(f"convcalc.nn.utils.{_HOME[name]}"), name)
    return found


def __dir__() -> list[str]:
    return sorted([*_HOME, *_SUBMODULES])
