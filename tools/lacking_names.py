"""`python -m tools.lacking_names` rewrites `convcalc/standin/lacking.py` from the installed PyTorch.

An attribute that a stand-in lacks may be one that PyTorch's own object has. Those names are written down, class by class: an
object is made of each, of PyTorch's class and of ours, and what `dir` tells of the two is compared.
"""

from __future__ import annotations

import pathlib
import textwrap
import warnings
from importlib import import_module

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

TARGET = pathlib.Path(__file__).resolve().parents[1] / "convcalc" / "standin" / "lacking.py"
# What a constructor is given, where it wants something.
_SETTINGS: dict[str, tuple[Any, ...]] = {
    "StepLR": (3,), "MultiStepLR": ([1, 2],), "ExponentialLR": (0.9,), "CosineAnnealingLR": (3,), "CosineAnnealingWarmRestarts": (3,),
    "CyclicLR": (0.1, 0.2), "OneCycleLR": (0.1, 10), "LambdaLR": (abs,), "MultiplicativeLR": (abs,),
}  # fmt: skip


def pairs(torch: Any) -> Iterator[tuple[str, Any, Any]]:
    """Each class by the name that PyTorch has for it, with an object of PyTorch's and one of ours."""
    import convcalc
    from convcalc.nn.names import FAMILY
    from convcalc.standin.composed_sets import Subset
    from convcalc.standin.data import DATA
    from convcalc.standin.optimizers import OPTIMIZERS
    from convcalc.standin.parallel import WRAPPERS
    from convcalc.standin.schedules import SCHEDULERS

    for name in [*FAMILY, "Module"]:
        theirs = getattr(torch.nn, name, None)
        if isinstance(theirs, type) and issubclass(theirs, torch.nn.Module):
            for args in _arguments(name):
                try:
                    pair = theirs(*args), getattr(convcalc.nn, name)(*args)
                except (TypeError, ValueError, RuntimeError, AttributeError):
                    continue
                yield f"nn.{name}", *pair
                break
    wrapped = torch.nn.Linear(2, 2), convcalc.nn.Linear(2, 2)
    yield "nn.DataParallel", torch.nn.DataParallel(wrapped[0]), WRAPPERS["DataParallel"](wrapped[1])
    for name, ours in OPTIMIZERS.items():
        if isinstance(ours, type) and name != "Optimizer":
            weights = torch.nn.Linear(2, 2).weight, convcalc.nn.Linear(2, 2).weight
            yield f"optim.{name}", getattr(torch.optim, name)([weights[0]], 0.1), ours([weights[1]], 0.1)
    for name, ours in SCHEDULERS.items():
        if name in _SETTINGS or name in ("ConstantLR", "LinearLR", "PolynomialLR", "ReduceLROnPlateau"):
            weights = torch.nn.Linear(2, 2).weight, convcalc.nn.Linear(2, 2).weight
            optimizers = torch.optim.SGD([weights[0]], 0.1, 0.9), OPTIMIZERS["SGD"]([weights[1]], 0.1, 0.9)
            more = _SETTINGS.get(name, ())
            yield (
                f"optim.{name}",
                getattr(torch.optim.lr_scheduler, name)(optimizers[0], *more),
                ours(optimizers[1], *more),
            )
    sets = torch.utils.data.TensorDataset(torch.zeros(4, 2)), DATA["TensorDataset"](convcalc.Tensor(4, 2))
    yield "data.TensorDataset", *sets
    yield "data.Dataset", torch.utils.data.Dataset(), DATA["Dataset"]()
    yield "data.DataLoader", torch.utils.data.DataLoader(sets[0], 2), DATA["DataLoader"](sets[1], 2)
    yield "data.Subset", torch.utils.data.Subset(sets[0], [0]), Subset(sets[1], [0])


def _arguments(name: str) -> list[tuple[Any, ...]]:
    """Arguments to try, in this order."""
    return [(), (2,), (2, 2), (2, 2, 2), ((1, 1),), (4, 8, [2]), (8, 2)]


def lacking(torch: Any) -> dict[str, str]:
    """For each class the public names that only PyTorch's object has; of a layer, those that a plain module has not."""
    found = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name, theirs, ours in pairs(torch):
            found[name] = {n for n in set(dir(theirs)) - set(dir(ours)) if n[:1] != "_"}
    for name, names in found.items():
        if name.startswith("nn.") and name != "nn.Module":
            names -= found["nn.Module"]
    return {name: " ".join(sorted(names)) for name, names in sorted(found.items())}


def source(torch: Any) -> str:
    head = TARGET.read_text(encoding="utf8").partition("# fmt: off\n")[0]
    found = lacking(torch)
    complete = textwrap.wrap(" ".join(name for name, words in found.items() if not words), 110)
    lines = ["# fmt: off", "COMPLETE = frozenset(("]
    lines += [f'    "{row}{" " if row is not complete[-1] else ""}"' for row in complete]
    lines += [").split())", "LACKING = {"]
    lines += [f'    "{name}": "{words}",' for name, words in found.items() if words]
    return head + "\n".join([*lines, "}", ""])


if __name__ == "__main__":
    TARGET.write_text(source(import_module("torch")), encoding="utf8")
