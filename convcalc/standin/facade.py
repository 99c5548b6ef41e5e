"""What a loaded file gets for a module: an object that finds its names one by one, in tables of this package.

No name of a facade is ever a real module, neither one of Python's nor one of convcalc's: only facades, stand-in
objects, and what they return. A name that PyTorch has and that has no rule here is an unknown operation, which the record
of the run names; a name that PyTorch does not have raises what PyTorch raises.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType

from convcalc.ops.registry import unknown_operation as unknown_operation
from convcalc.tensor import Unknown
from convcalc.tensor.attributes import plain_name
from convcalc.tensor.instructions import decorates
from convcalc.tensor.resets import on_reset
from convcalc.trace import recorder as _trace

from .modules import SOURCES
from .names import CLOSED

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

_handed_out: dict[str, Facade] = {}
_MISSING = object()
source_finder: list[Callable[[str], Any]] = [
    lambda name: None
]  # finds a module by its source; set by the run of a file


class Facade(ModuleType):
    """A stand-in for a module."""

    def __getattr__(self, name: str) -> Any:
        found = attribute(ModuleType.__getattribute__(self, "__name__"), plain_name(name))
        self.__dict__[name] = found
        return found

    def __dir__(self) -> list[str]:
        own = [name for name in self.__dict__ if not name.startswith("__")]
        return sorted({*own, *public_names(self.__name__)})

    def __repr__(self) -> str:
        return f"<module '{self.__name__}'>"

    def __reduce__(self) -> Any:
        return (find_module, (plain_name(ModuleType.__getattribute__(self, "__name__")),))


def find_module(name: str) -> ModuleType | None:
    """What `import name` means to a loaded file; None for a module that nobody here knows.

    A module below `torch` or `torchvision` that PyTorch does not have raises ModuleNotFoundError, as it does there.
    """
    found = _handed_out.get(name)
    if found is None:
        if name not in SOURCES and not _exists_without_names(name):
            return None
        found = _handed_out[name] = Facade(name)
        parent, _, last = name.rpartition(".")
        found.__dict__.update(__package__=name, __file__=f"{name.replace('.', '/')}/__init__.py", __path__=[])
        if parent:
            above = find_module(parent)
            # a class or function of the same name, such as tqdm.tqdm, stays what it is
            if above is not None and _from_sources(parent, last) is _MISSING:
                above.__dict__[last] = found
    return found


@on_reset
def forget() -> None:
    """Drop every facade with what a loaded file has set on it."""
    _handed_out.clear()
    source_finder[0] = lambda name: None


def _exists_without_names(name: str) -> bool:
    """Whether a module that has no table exists in PyTorch; its names are then unknown operations."""
    top, _, rest = name.partition(".")
    if top != "torch":
        return False
    from .torch_names import PATHS

    first = rest.partition(".")[0]
    if rest in PATHS or (first.startswith("_") and first in PATHS):
        return True
    public = rest.partition("._")[0]
    if public != rest and public in PATHS:  # a private part of a public one: nobody lists them
        return True
    raise ModuleNotFoundError(f"No module named '{name}'", name=name)


def attribute(module: str, name: str) -> Any:
    """The attribute `name` of a module; AttributeError in Python's words where the module has none."""
    if name == "__all__":
        return exported_names(module)
    found = _from_sources(module, name)
    if found is not _MISSING:
        return found
    if not name.startswith("__"):
        below = f"{module}.{name}"
        if below in SOURCES:
            return find_module(below)
        if module.partition(".")[0] == "torch":
            return _without_rule(module, name)
        if module not in CLOSED:
            found = source_finder[0](below)
            if found is not None:
                return found
            if module.partition(".")[0] == "torchvision" and _trace.active is not None:
                _trace.active.missing_module(below)
            return Unknown(below)
        if module.partition(".")[0] == "torchvision":
            from .vision_names import NAMES

            if name in NAMES.get(module, "").split():
                return Unknown(below)
    if module == "torch" and name in (
        "__config__",
        "__future__",
    ):  # which say how it was built, and what it is asked to do otherwise
        return Unknown(f"torch.{name}")
    raise AttributeError(f"module '{module}' has no attribute '{name}'")


def _from_sources(module: str, name: str) -> Any:
    for source in SOURCES.get(module, ()):
        kind, _, what = source.partition(":")
        found = _in_table(what, module, name) if kind == "table" else _FINDERS[kind](what, name)
        if found is not _MISSING:
            return found
    return _MISSING


def _in_table(file: str, module: str, name: str) -> Any:
    return import_module(f"convcalc.standin.{file}").STANDS_FOR[module].get(name, _MISSING)


def _in_operations(prefix: str, name: str) -> Any:
    from convcalc.ops import find

    found = find(prefix + name)
    return _MISSING if found is None else found


def _in_layers(kind: str, name: str) -> Any:
    from convcalc import nn
    from convcalc.nn.names import FAMILY

    if name not in FAMILY and name != "Module":  # what the module itself imports is not one of its names
        return _MISSING
    found = getattr(nn, name, _MISSING)
    if isinstance(found, ModuleType) or (kind == "functions" and isinstance(found, type)):
        return _MISSING
    return found


def _in_nn_module(module: str, name: str) -> Any:
    """A function of convcalc.nn's `init` or `utils`, by name."""
    try:
        found = getattr(import_module(f"convcalc.nn.{module}"), name, _MISSING)
    except ModuleNotFoundError:
        return _MISSING
    # what the file itself imports is not one of its names: a loaded file must not reach Python's own functions through it
    own = getattr(found, "__module__", "")
    if isinstance(found, ModuleType) or not (isinstance(own, str) and own.startswith("convcalc.nn.")):
        return _MISSING
    return found


def _in_libraries(_what: str, name: str) -> Any:
    if name.startswith("__"):
        return _MISSING
    from .custom_operations import of_library

    return of_library(name)


_FINDERS: dict[str, Callable[[str, str], Any]] = {
    "ops": _in_operations,
    "nn": _in_layers,
    "nn_module": _in_nn_module,
    "library": _in_libraries,
}


def _without_rule(module: str, name: str) -> Any:
    """A name that has no rule here: an unknown operation where PyTorch has it, AttributeError where it does not."""
    from . import torch_names

    below = f"{module}.{name}"
    if below[6:] in torch_names.PATHS:
        return find_module(below)
    names = torch_names.MODULES.get(module)
    if names is None:
        return Unknown(below)
    kind = next((kind for kind, words in names.items() if name in words.split()), None)
    if kind is None and f" {name}=" in f" {names.get('modules', '')}":
        return _imported(below, f" {names['modules']}".partition(f" {name}=")[2].split()[0])
    if kind is None:
        raise AttributeError(f"module '{module}' has no attribute '{name}'")
    if kind == "classes" and module.startswith(("torch.nn", "torch.ao.nn")):
        from .unknown_layer import unknown_layer

        return unknown_layer(name)
    return Unknown(below) if kind == "values" else UnknownOperation(below)


def _imported(name: str, module: str) -> Any:
    """A module that a module of PyTorch has imported for itself: its stand-in, or not known (one of Python's own library)."""
    found = None
    if module.partition(".")[0] == "torch":
        try:
            found = find_module(module)
        except ModuleNotFoundError:
            pass
    return Unknown(name) if found is None else found


class UnknownOperation:
    """A function or class that PyTorch has and that has no rule here: calling it is recorded and gives an unknown."""

    def __init__(self, name: str, *args: Any, **kwargs: Any) -> None:
        if "__name__" not in self.__dict__:  # else it is `Base.__init__(self, ...)` of a class on it
            self.__name__ = self.__qualname__ = name

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if len(args) == 1 and not kwargs and callable(args[0]) and decorates(sys._getframe(1)):
            from convcalc.tensor.decoration import decorated

            return decorated(args[0], self.__name__)
        if args or kwargs:
            from convcalc.tensor.handover import hand_over

            hand_over((*args, *kwargs.values()), self.__name__)
        return unknown_operation(self.__name__)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return UnknownOperation(f"{self.__name__}.{name}")

    def __mro_entries__(self, bases: tuple[Any, ...]) -> tuple[type, ...]:
        from convcalc.tensor.absent_bases import absent_base

        return absent_base(self.__name__, bases)

    def __or__(self, other: Any) -> Any:  # in annotations: torch.Foo | None
        return self

    __ror__ = __or__

    def __getitem__(self, key: Any) -> Any:
        return self

    def __instancecheck__(self, instance: Any) -> bool:
        return False

    def __repr__(self) -> str:
        return f"<{self.__name__}>"


def tensor_method(name: str) -> Any:
    """A tensor's method or property: an operation, an unknown operation where PyTorch has it, else None."""
    from convcalc.ops.registry import find_method

    found = find_method(name)
    if found is not None:
        return found
    from .torch_names import TENSOR

    label = f"Tensor.{name}"
    if name in TENSOR["methods"].split():

        def method(self: Any, *args: Any, **kwargs: Any) -> Unknown:
            return unknown_operation(label)

        method.__name__ = name
        return method
    if name in TENSOR["properties"].split():
        return property(lambda self: unknown_operation(label))
    return None


def public_names(module: str) -> list[str]:
    """The names that `dir` shows."""
    names: list[str] = []
    for source in SOURCES.get(module, ()):
        kind, _, file = source.partition(":")
        if kind == "table":
            names += import_module(f"convcalc.standin.{file}").STANDS_FOR[module]
    lead = module + "."
    names += [path[len(lead) :] for path in SOURCES if path.startswith(lead) and "." not in path[len(lead) :]]
    if module.partition(".")[0] == "torch":
        from . import torch_names

        for words in torch_names.MODULES.get(module, {}).values():
            names += [word.partition("=")[0] for word in words.split()]
    return names


def exported_names(module: str) -> list[str]:
    """What `from module import *` binds: what the module itself exports, or its public names."""
    if module.partition(".")[0] == "torch":
        from .torch_names import EXPORTED

        if module in EXPORTED:
            return EXPORTED[module].split()
    return sorted({name for name in public_names(module) if not name.startswith("_")})
