"""`torch.distributions`: distributions, transforms and constraints, from the package `probability`."""

from __future__ import annotations

from .probability.calls import broadcast_all
from .probability.constraints import CONSTRAINTS
from .probability.distribution import Distribution, ExponentialFamily
from .probability.divergence import KL
from .probability.registry import REGISTRY
from .probability.transformed_families import ALL
from .probability.transforms import TRANSFORMS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

BASES: dict[str, Any] = {"Distribution": Distribution, "ExponentialFamily": ExponentialFamily}
for _name, _file in (("Distribution", "distribution"), ("ExponentialFamily", "exp_family")):
    BASES[_name].__module__ = f"torch.distributions.{_file}"


def _in_files() -> dict[str, dict[str, Any]]:
    """The classes under the files that PyTorch has them in."""
    files: dict[str, dict[str, Any]] = {}
    for kind in (*ALL.values(), *BASES.values()):
        files.setdefault(kind.__module__, {})[kind.__name__] = kind
    return files


STANDS_FOR: dict[str, dict[str, Any]] = {
    "torch.distributions": {
        **BASES,
        **ALL,
        **TRANSFORMS,
        **KL,
        "biject_to": REGISTRY["biject_to"],
        "transform_to": REGISTRY["transform_to"],
    },
    "torch.distributions.constraints": CONSTRAINTS,
    "torch.distributions.transforms": TRANSFORMS,
    "torch.distributions.constraint_registry": REGISTRY,
    "torch.distributions.kl": KL,
    "torch.distributions.utils": {"broadcast_all": broadcast_all},
    **_in_files(),
}
MENTIONED = ("distributions",)
