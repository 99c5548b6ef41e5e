"""What a live module was before a call of it, and putting that back: whatever its forward appends, counts, caches or switches.

Real tensors are not written to, since no kernel runs. So what can change are objects of Python: the tables of modules, lists, dicts, sets,
attributes of other objects, what closures hold; each that can be reached from the module is noted with its parts, and gets them back.
"""

from __future__ import annotations

import sys
from types import BuiltinFunctionType, FunctionType, MethodType, ModuleType

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

MOST = 1_000_000  # objects that are noted
_WHOLE = (str, bytes, int, float, complex, bool, type(None), type, ModuleType, BuiltinFunctionType)


class State:
    """The objects that can be reached from a module, and the random state, as they are when this is made."""

    def __init__(self, module: Any, torch: Any) -> None:
        self._torch = torch
        self._undo: list[Callable[[], None]] = []
        self._classes: set[type] = set()
        self._seen: dict[int, Any] = {}  # by identity; held, so that no other object gets an identity that was met
        self._note_random()
        self._note_flags()
        waiting = [module]
        while waiting and len(self._seen) < MOST:
            value = waiting.pop()
            kind = type(value)
            if kind in _WHOLE or id(value) in self._seen:
                continue
            self._seen[id(value)] = value
            waiting.extend(self._note(value, kind))

    def restore(self) -> None:
        """Give everything back what it had."""
        for undo in reversed(self._undo):
            undo()

    def _note(self, value: Any, kind: type) -> Iterator[Any]:
        """Note the parts of one object, and give those that may have parts of their own."""
        if isinstance(value, self._torch.Tensor):
            self._note_tensor(value)
            return
        if issubclass(kind, dict):
            items = list(dict.items(value))
            self._undo.append(lambda: _refill_dict(value, items))
            for key, part in items:
                copied = _copied_iterator(part)
                if copied is not None:
                    dict.__setitem__(value, key, copied)
            yield from (part for _, part in items)
        elif issubclass(kind, list):
            parts = list.copy(value)
            self._undo.append(lambda: _refill_list(value, parts))
            yield from parts
        elif issubclass(kind, (set, bytearray)) or (kind.__name__ == "deque" and kind.__module__ == "collections"):
            copied = list(value)
            self._undo.append(lambda: _refill(value, copied))
            yield from copied if not issubclass(kind, bytearray) else ()
        elif issubclass(kind, (tuple, frozenset)):
            yield from value
        elif kind.__name__ == "_lru_cache_wrapper" and kind.__module__ == "functools":
            yield value.__wrapped__
        elif issubclass(kind, self._torch.Generator):
            drawn = value.get_state()
            self._undo.append(lambda: value.set_state(drawn))
        elif kind.__module__ == "numpy" and kind.__name__ == "ndarray":
            self._note_array(value)
        elif kind.__module__ == "random" and hasattr(value, "getstate"):
            before = value.getstate()
            self._undo.append(lambda: value.setstate(before))
        elif kind is FunctionType:
            yield from self._note_names(value)
            for cell in value.__closure__ or ():
                try:
                    held = cell.cell_contents
                except ValueError:  # nothing yet
                    continue
                self._undo.append(_setting(cell, "cell_contents", held))
                yield held
            yield from value.__defaults__ or ()
            yield value.__dict__
        elif kind is MethodType:
            yield value.__self__
        elif kind.__name__ == "partial" and kind.__module__ == "functools":
            yield from (value.func, value.args, value.keywords)
        elif issubclass(kind, type):
            return
        else:
            yield from self._note_attributes(value, kind)

    def _note_array(self, array: Any) -> None:
        """An array of numpy's; real, since nothing here computes with it."""
        if array.size <= MOST and array.dtype.kind != "O":
            before = array.copy()

            def undo() -> None:
                if array.flags.writeable:
                    array[...] = before

            self._undo.append(undo)

    def _note_names(self, function: Any) -> Iterator[Any]:
        """The global names of a function that hold something it may fill; one that caches its results is called without its cache meanwhile.

        What it would keep are tensors of shapes, which the user's next call would take for his own.
        """
        if is_foreign(function.__module__):
            return
        names = function.__globals__
        for name in _names_in(function.__code__):
            value = names.get(name)
            if type(value) is ModuleType and not is_foreign(value.__name__):
                for inner, part in list(value.__dict__.items()):
                    if isinstance(part, (dict, list, set)) and inner[:2] != "__":
                        yield part
            elif isinstance(value, (dict, list, set, FunctionType)):
                yield value
            elif type(value).__name__ == "_lru_cache_wrapper":
                names[name] = value.__wrapped__
                self._undo.append(_putting(names, name, value))
                yield value
            elif value is not None and not isinstance(value, (type, *_WHOLE)):
                yield value

    def _note_class(self, cls: type) -> Iterator[Any]:
        """What a user's class holds itself, and the functions of its methods."""
        before = dict(cls.__dict__)

        def undo() -> None:
            for name in [name for name in cls.__dict__ if name not in before]:
                delattr(cls, name)
            for name, value in before.items():
                if cls.__dict__.get(name) is not value:
                    setattr(cls, name, value)

        self._undo.append(undo)
        for name, value in before.items():
            inner = getattr(value, "__func__", value)
            if type(inner).__name__ == "_lru_cache_wrapper":
                setattr(cls, name, type(value)(inner.__wrapped__) if inner is not value else inner.__wrapped__)
                yield inner
            elif isinstance(value, property):
                yield from (value.fget, value.fset)
            elif isinstance(inner, (dict, list, set, FunctionType)):
                yield inner

    def _note_attributes(self, value: Any, kind: type) -> Iterator[Any]:
        for cls in kind.__mro__:
            if cls not in self._classes and not is_foreign(cls.__module__):
                self._classes.add(cls)
                yield from self._note_class(cls)
        table = getattr(value, "__dict__", None)
        if type(table) is dict:
            yield table  # a dict like others
        for cls in kind.__mro__:
            for name in cls.__dict__.get("__slots__", ()) if kind.__module__.partition(".")[0] != "torch" else ():
                if name in ("__dict__", "__weakref__"):
                    continue
                try:
                    held = getattr(value, name)
                except AttributeError:
                    continue
                self._undo.append(_setting(value, name, held))
                yield held

    def _note_tensor(self, tensor: Any) -> None:
        torch = self._torch
        with torch._C.DisableTorchFunction():
            if not tensor.is_leaf:
                return
            needs, gradient = tensor.requires_grad, tensor.grad

            def undo() -> None:
                with torch._C.DisableTorchFunction():
                    if tensor.requires_grad != needs:
                        tensor.requires_grad_(needs)
                    if tensor.grad is not gradient:
                        tensor.grad = gradient

        self._undo.append(undo)

    def _note_random(self) -> None:
        torch, random, numpy = self._torch, sys.modules.get("random"), sys.modules.get("numpy")
        state = torch.random.get_rng_state()
        self._undo.append(lambda: torch.random.set_rng_state(state))
        if random is not None:
            python = random.getstate()
            self._undo.append(lambda: random.setstate(python))
        if numpy is not None and hasattr(numpy, "random"):
            arrays = numpy.random.get_state()
            self._undo.append(lambda: numpy.random.set_state(arrays))

    def _note_flags(self) -> None:
        torch = self._torch
        gradients, dtype = torch.is_grad_enabled(), torch.get_default_dtype()

        def undo() -> None:
            torch.set_grad_enabled(gradients)
            torch.set_default_dtype(dtype)

        self._undo.append(undo)


# Packages of which no class and no function keeps what a user's module computes.
_FOREIGN = frozenset(sys.stdlib_module_names) | {"torch", "numpy", "convcalc", "torchvision"}


def is_foreign(module: str | None) -> bool:
    return module is None or (module != "__main__" and module.partition(".")[0] in _FOREIGN)


def _names_in(code: Any) -> Iterator[str]:
    """The names that a function and the functions in it read."""
    yield from code.co_names
    for constant in code.co_consts:
        if type(constant) is type(code):
            yield from _names_in(constant)


def _copied_iterator(value: Any) -> Any:
    """A copy of an iterator that knows how far it is, to be moved on in its place; None of all else."""
    if type(value).__module__ not in ("itertools", "builtins") or not hasattr(type(value), "__next__"):
        return None
    import copy
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return copy.copy(value)
        except TypeError:  # a generator
            return None


def _putting(table: dict[str, Any], name: str, value: Any) -> Callable[[], None]:
    return lambda: table.__setitem__(name, value)


def _setting(owner: Any, name: str, value: Any) -> Callable[[], None]:
    return lambda: object.__setattr__(owner, name, value)


def _ids(values: Any) -> list[int]:
    return [id(value) for value in values]


def _refill_dict(table: Any, items: list[tuple[Any, Any]]) -> None:
    now = list(dict.items(table))
    if len(now) == len(items) and all(a is c and b is d for (a, b), (c, d) in zip(now, items)):
        return
    dict.clear(table)
    dict.update(table, items)
    if hasattr(table, "move_to_end"):  # an OrderedDict keeps an order of its own
        table.clear()
        for key, value in items:
            table[key] = value


def _refill_list(values: list[Any], parts: list[Any]) -> None:
    if _ids(values) != _ids(parts):
        list.__setitem__(values, slice(None), parts)


def _refill(container: Any, parts: list[Any]) -> None:
    if _ids(container) != _ids(parts):
        container.clear()
        add = container.add if isinstance(container, set) else container.append
        for part in parts:
            add(part)
