"""Modules that hold modules.

Source: torch/nn/modules/container.py
"""

from __future__ import annotations

import _collections_abc as abc
from _collections import OrderedDict
from _operator import index as _index

from convcalc.tensor import (
    ShapeAssertionError,
    ShapeIndexError,
    ShapeKeyError,
    ShapeTypeError,
    ShapeValueError,
    Unknown,
    UnknownValue,
)
from convcalc.tensor.attributes import remove, write
from convcalc.tensor.unknown import lacks
from convcalc.trace.recorder import warn

from .facts import facts
from .module import Module

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from typing_extensions import Self


def position(index: Any, size: int) -> int:
    """An index counted from the front."""
    index = _index(index)
    if not -size <= index < size:
        raise ShapeIndexError(f"index {index} is out of range")
    return index + size if index < 0 else index  # type: ignore[no-any-return]


def pairs_of(entries: Any, owner: str) -> Iterator[tuple[Any, Any]]:
    """Keys and values of an iterable of pairs."""
    for i, pair in enumerate(entries):
        if not isinstance(pair, abc.Iterable):
            raise ShapeTypeError(f"{owner} update sequence element #{i} should be Iterable; is{type(pair).__name__}")
        if len(pair) != 2:  # type: ignore[arg-type]
            raise ShapeValueError(f"{owner} update sequence element #{i} has length {len(pair)}; 2 is required")  # type: ignore[arg-type]
        yield pair[0], pair[1]  # type: ignore[index]


@facts(kind="container")
class Container(Module):
    """The old base of modules with children given by keyword."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__()
        warn("Container is an old name; subclass Module")
        for key, value in kwargs.items():
            self.add_module(key, value)


@facts(kind="container")
class _Numbered(Module):
    """Children whose names are their positions."""

    _modules: dict[str, Any]

    def __len__(self) -> int:
        return len(self._modules)

    def __iter__(self) -> Iterator[Any]:
        return iter(self._modules.values())

    def __dir__(self) -> list[str]:
        return [key for key in super().__dir__() if not key.isdigit()]

    def _renumber(self) -> None:
        modules = list(self._modules.values())
        self._modules = OrderedDict((str(i), module) for i, module in enumerate(modules))

    def append(self, module: Any) -> Self:
        self.add_module(str(len(self)), module)
        return self

    def pop(self, key: Any) -> Any:
        value = self[key]  # type: ignore[index]
        del self[key]
        return value

    def _insert(self, index: int, module: Any) -> None:
        modules = self._modules
        for i in range(len(modules), index, -1):
            modules[str(i)] = modules[str(i - 1)]
        modules[str(index)] = module


class Sequential(_Numbered):
    """Each module's output is the next one's input.

    Shapes:  those of its modules
    Units:   params and macs of its layers
    Source:  torch.nn.Sequential
    """

    def __init__(self, *args: Any) -> None:
        super().__init__()
        if len(args) == 1 and isinstance(args[0], OrderedDict):
            for key, module in args[0].items():
                self.add_module(key, module)
            return
        for i, module in enumerate(args):
            self.add_module(str(i), module)

    def __getitem__(self, idx: Any) -> Any:
        if isinstance(idx, slice):
            return self.__class__(OrderedDict(list(self._modules.items())[idx]))
        return list(self._modules.values())[position(idx, len(self))]

    def _key(self, idx: Any) -> str:
        return list(self._modules)[position(idx, len(self))]

    def __setitem__(self, idx: int, module: Any) -> None:
        write(self, self._key(idx), module)

    def __delitem__(self, idx: Any) -> None:
        for key in list(self._modules)[idx] if isinstance(idx, slice) else [self._key(idx)]:
            remove(self, key)
        self._renumber()

    def __add__(self, other: Any) -> Sequential:
        self._check_sequential(other)
        result = Sequential()
        for layer in (*self, *other):
            result.append(layer)
        return result

    def __iadd__(self, other: Any) -> Self:
        self._check_sequential(other)
        offset = len(self)
        for i, module in enumerate(list(other)):
            self.add_module(str(i + offset), module)
        return self

    @staticmethod
    def _check_sequential(other: Any) -> None:
        if isinstance(other, Unknown):
            raise UnknownValue(other.reason)
        if not isinstance(other, Sequential):
            raise ShapeValueError(
                f"add operator supports only objects of Sequential class, but {type(other)} is given."
            )

    def _check_factor(self, other: Any) -> None:
        if isinstance(other, Unknown):
            raise UnknownValue(other.reason)
        if not isinstance(other, int):
            raise ShapeTypeError(f"unsupported operand type(s) for *: {type(self)} and {type(other)}")
        if other <= 0:
            raise ShapeValueError(f"Non-positive multiplication factor {other} for {type(self)}")

    def __mul__(self, other: int) -> Sequential:
        self._check_factor(other)
        result = Sequential()
        for _ in range(other):
            for module in self:
                result.add_module(str(len(result)), module)
        return result

    __rmul__ = __mul__

    def __imul__(self, other: int) -> Self:
        self._check_factor(other)
        size = len(self)
        for offset in range(size, size * other, size or 1):
            for i in range(size):
                self.add_module(str(i + offset), self._modules[str(i)])
        return self

    def forward(self, input: Any) -> Any:
        for module in self:
            input = module(input)
        return input

    def insert(self, index: int, module: Module) -> Self:
        if isinstance(module, Unknown):
            raise UnknownValue(module.reason)
        if not isinstance(module, Module):
            raise ShapeAssertionError(f"module should be of type: {Module}")
        size = len(self._modules)
        if not -size <= index <= size:
            raise ShapeIndexError(f"Index out of range: {index}")
        self._insert(index + size if index < 0 else index, module)
        return self

    def extend(self, sequential: Iterable[Module]) -> Self:
        for layer in sequential:
            self.append(layer)
        return self


class ModuleList(_Numbered):
    """A list of modules, registered. Source: torch.nn.ModuleList"""

    def __init__(self, modules: Iterable[Module] | None = None) -> None:
        super().__init__()
        if modules is not None:
            self += modules

    def __getitem__(self, idx: Any) -> Any:
        if isinstance(idx, slice):
            return self.__class__(list(self._modules.values())[idx])
        return self._modules[str(position(idx, len(self)))]

    def __setitem__(self, idx: int, module: Any) -> None:
        setattr(self, str(position(idx, len(self))), module)

    def __delitem__(self, idx: Any) -> None:
        for i in range(len(self._modules))[idx] if isinstance(idx, slice) else [position(idx, len(self))]:
            delattr(self, str(i))
        self._renumber()

    def __iadd__(self, modules: Iterable[Module]) -> Self:
        return self.extend(modules)

    def __add__(self, other: Iterable[Module]) -> ModuleList:
        combined = ModuleList()
        for i, module in enumerate([*self, *other]):
            combined.add_module(str(i), module)
        return combined

    def insert(self, index: int, module: Module) -> None:
        self._insert(index, module)

    def extend(self, modules: Iterable[Module]) -> Self:
        if not isinstance(modules, (abc.Iterable, Unknown)):
            raise ShapeTypeError(
                f"ModuleList.extend should be called with an iterable, but got {type(modules).__name__}"
            )
        offset = len(self)
        for i, module in enumerate(modules):
            self.add_module(str(offset + i), module)
        return self

    def __repr__(self) -> str:
        runs: list[list[Any]] = []  # first, last, text
        for i, text in enumerate(map(repr, self)):
            if runs and runs[-1][2] == text:
                runs[-1][1] = i
            else:
                runs.append([i, i, text])
        if not runs:
            return self._get_name() + "()"
        lines = [f"({a}): {text}" if a == b else f"({a}-{b}): {b - a + 1} x {text}" for a, b, text in runs]
        return "\n  ".join([self._get_name() + "(", *(line.replace("\n", "\n  ") for line in lines)]) + "\n)"


@facts(kind="container")
class ModuleDict(Module):
    """Modules by name. Source: torch.nn.ModuleDict"""

    def __init__(self, modules: Any = None) -> None:
        super().__init__()
        if modules is not None:
            self.update(modules)

    def __getitem__(self, key: str) -> Any:
        if isinstance(key, Unknown):
            raise UnknownValue(key.reason)
        if key not in self._modules:
            raise ShapeKeyError(key)
        return self._modules[key]

    def __setitem__(self, key: str, module: Any) -> None:
        self.add_module(key, module)

    def __delitem__(self, key: str) -> None:
        del self._modules[key]

    def __len__(self) -> int:
        return len(self._modules)

    def __iter__(self) -> Iterator[str]:
        return iter(self._modules)

    def __contains__(self, key: str) -> bool:
        return key in self._modules

    def clear(self) -> None:
        self._modules.clear()

    def pop(self, key: str) -> Any:
        value = self[key]
        del self[key]
        return value

    def keys(self) -> Any:
        return self._modules.keys()

    def items(self) -> Any:
        return self._modules.items()

    def values(self) -> Any:
        return self._modules.values()

    def update(self, modules: Any) -> None:
        if not isinstance(modules, (abc.Iterable, Unknown)):
            raise ShapeTypeError(
                f"ModuleDict.update should be called with an iterable of key/value pairs, but got {type(modules).__name__}"
            )
        for key, module in (
            modules.items() if isinstance(modules, (ModuleDict, abc.Mapping)) else pairs_of(modules, "ModuleDict")
        ):
            self[key] = module


lacks(Sequential, "nn.Sequential", "_get_item_by_idx")
lacks(ModuleList, "nn.ModuleList", "_get_abs_string_index")
