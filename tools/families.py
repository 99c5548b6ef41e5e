"""The parts of convcalc by families: which modules there are, and which layers each defines."""

from __future__ import annotations

import pathlib
from importlib import import_module
from types import ModuleType

PACKAGE = pathlib.Path(__file__).resolve().parent.parent / "convcalc"
GENERATED = ("names", "torch_names", "vision_names", "lacking", "forms")


def modules_of(part: str) -> list[ModuleType]:
    """Return the modules of a part that lie in its own folder, in the order of their names."""
    files = sorted(path.stem for path in (PACKAGE / part).glob("*.py"))
    return [
        import_module(f"convcalc.{part.replace('/', '.')}.{file}")
        for file in files
        if file not in ("__init__", *GENERATED)
    ]


NO_LAYERS = ("facts", "functional", "init")


def layer_families() -> dict[str, str]:
    """Return the family of every class that a file of layers defines."""
    families = {"Parameter": "parameter", "UninitializedParameter": "parameter", "UninitializedBuffer": "parameter"}
    for module in modules_of("nn"):
        family = module.__name__.rpartition(".")[2]
        if family in NO_LAYERS:
            continue
        for name, value in vars(module).items():
            if isinstance(value, type) and value.__module__ == module.__name__:
                if name in families and not name.startswith("_"):
                    raise ValueError(f"{name} is defined twice: in {families[name]} and {family}")
                families[name] = family
    return families
