"""What a running piece of a file can reach and change, at one moment; what has changed since; and back to it.

A loop that is cut, and a branch of which both sides are followed, have to know what the code between two moments did. All that a file
can change lies in containers (names of frames and modules, attributes, lists, dicts, tensors) that can be reached from its frame.
A `State` keeps a shallow copy of each; a later look at the containers tells the changes.
"""

from __future__ import annotations

import types
from _collections import deque
from _operator import is_

from convcalc.nn.module import Module
from convcalc.tensor import Device, DType, Size, Tensor, Unknown
from convcalc.tensor.attributes import class_of_dict
from convcalc.tensor.tensor import cleared
from convcalc.tensor.varying_numbers import Varying, identity
from convcalc.trace import recorder

from .frames import names_of, set_names

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import FrameType
    from typing import Any

MAX_CONTAINERS = 20_000  # that one state keeps: who has more is not looked at
MAX_DEPTH = 40  # of values that are compared

# What cannot change, and leads to nothing that can.
ATOMS = frozenset((
    int, float, bool, str, bytes, complex, type(None), range, slice, type(Ellipsis), type(NotImplemented), Unknown, Varying, Size, DType, Device,
    types.BuiltinFunctionType, types.ModuleType, types.MethodDescriptorType, types.WrapperDescriptorType, types.CodeType, types.FrameType,
))  # fmt: skip
PLAIN = frozenset((int, float, bool, str, bytes, complex, type(None)))
TABLES = ("_parameters", "_buffers", "_modules")
TENSOR_SLOTS = ("shape", "dtype", "_strides", "device", "_grad", "values")
OWN = "convcalc."
_MOVING = (
    "iterator",
    "enumerate",
    "zip",
    "generator",
    "cycle",
    "count",
    "islice",
    "chain",
    "map",
)  # ends of the names of what gives items
_OURS = ("convcalc.source.", "convcalc.trace.")  # what no file may change
OWN_FOLDER = __file__[: -len("source/state.py")]

NAMES, MAPPING, SEQUENCE, GROUP, ATTRIBUTES, SLOTS, CELL, OPAQUE, LAYER = range(9)
ABSENT = Unknown("what is not there")


class TooLarge(Exception):
    """More can be reached than a state keeps."""


class Place:
    """A container that can change: what kind it is, and what it held when it was looked at."""

    __slots__ = ("container", "held", "kind")

    def __init__(self, kind: int, container: Any, held: Any) -> None:
        self.kind = kind
        self.container = container
        self.held = held

    def now(self, key: Any) -> Any:
        """What is held under a key by now; ABSENT where there is nothing."""
        if self.kind == NAMES:
            return names_of(self.container).get(key, ABSENT)
        if self.kind == MAPPING:
            return dict.get(self.container, key, ABSENT)
        return self.container.__dict__.get(key, ABSENT) if self.kind == ATTRIBUTES else _cell_value(*self.container)


class Change:
    """What is held under a key of a container now, and was before; ABSENT where there is or was nothing."""

    __slots__ = ("after", "before", "key", "number", "place")

    def __init__(self, place: Place, number: int, key: Any, before: Any, after: Any) -> None:
        self.place = place
        self.number = number  # of the place in its state
        self.key = key
        self.before = before
        self.after = after

    def __repr__(self) -> str:
        return f"<{self.key!r}: {self.before!r} -> {self.after!r}>"

    def now(self) -> Any:
        """What is there by now: `after`, unless something was put there."""
        return self.after if self.place.kind in (SEQUENCE, GROUP, SLOTS, OPAQUE, LAYER) else self.place.now(self.key)

    def put(self, value: Any) -> None:
        """Puts a value there."""
        put(self.place, self.key, value)


class State:
    """All that the code of a frame can change: its names, those of the project's modules, and what these hold.

    `places` are the containers by their identity; the names of a function's frame are under 0.
    """

    def __init__(self, frame: FrameType, namespaces: Iterable[dict[str, Any]]) -> None:
        self.places: dict[int, Place] = {}
        record = recorder.active
        self.passes = (0, 0, 0) if record is None else record.passed()  # backward, before it: see `trace.graph`
        self._left: set[int] = set()  # what was looked at and is no container
        names = names_of(frame)
        stack: list[Any] = []
        spaces = [frame.f_globals, *namespaces]
        if not any(names is space for space in spaces):
            held = {key: value for key, value in names.items() if key[:1] != "$"}
            self.places[0] = Place(NAMES, frame, held)
            stack += held.values()
        for space in spaces:
            if identity(space) not in self.places:
                held = {key: value for key, value in space.items() if key[:1] != "$" and key != "__builtins__"}
                self.places[identity(space)] = Place(MAPPING, space, held)
                stack += held.values()
        self._walk(stack)

    def _keep(self, kind: int, container: Any, held: Any) -> None:
        self.places[identity(container)] = Place(kind, container, held)

    def _walk(self, stack: list[Any]) -> None:
        places, left = self.places, self._left
        while stack:
            value = stack.pop()
            kind = type(value)
            if kind in ATOMS:
                continue
            number = identity(value)
            if number in places or number in left:
                continue
            if len(places) > MAX_CONTAINERS:
                raise TooLarge
            if kind is dict:
                places[number] = Place(MAPPING, value, dict(value))
                stack += value.values()
            elif kind is list:
                places[number] = Place(SEQUENCE, value, list(value))
                if not PLAIN.issuperset(map(type, value)):
                    stack += value
            elif kind is tuple or kind is frozenset:
                left.add(number)
                stack += value
            elif isinstance(value, Tensor):
                places[number] = Place(SLOTS, value, _slots_of(value))
                if value.__dict__:
                    self._attributes(value, stack)
            elif isinstance(value, Module) and kind.__module__[:12] == "convcalc.nn.":
                own = value.__dict__
                places[number] = Place(LAYER, value, _layer_of(own))
                if own.get("_modules"):
                    stack += own["_modules"].values()
            else:
                left.add(number)
                self._other(value, kind, stack)

    def _other(self, value: Any, kind: type, stack: list[Any]) -> None:
        if isinstance(value, type):
            if not value.__module__.startswith(OWN) and value.__flags__ & 1 << 9:  # a class of the file's (on the heap)
                self._class(value, stack)
        elif kind is types.FunctionType:
            if not value.__code__.co_filename.startswith(OWN_FOLDER):
                self._function(value, stack)
        elif kind is types.MethodType:
            stack += (value.__self__, value.__func__)
        elif not isinstance(value, types.ModuleType) and not kind.__module__.startswith(_OURS):
            self._object(value, kind, stack)  # modules of the project are named by who asks; all others are stand-ins

    def _object(self, value: Any, kind: type, stack: list[Any]) -> None:
        if isinstance(value, dict):
            self._keep(MAPPING, value, dict(dict.items(value)))
            stack += dict.values(value)
        elif isinstance(value, (list, deque)):
            self._keep(SEQUENCE, value, list(value))
            if not PLAIN.issuperset(map(type, value)):
                stack += value
        elif isinstance(value, set):
            self._keep(GROUP, value, set(value))
            stack += value
        attributes = getattr(value, "__dict__", None) if kind.__module__ != "builtins" else None
        if type(attributes) is dict:
            self._attributes(value, stack)
        elif kind.__name__.endswith(_MOVING):
            self._keep(OPAQUE, value, _position(value))
        if kind.__module__[:9] != OWN:
            for cls in kind.__mro__:
                for name in _slot_names(cls):
                    member = cls.__dict__.get(name)
                    if type(member) is types.MemberDescriptorType:  # `__weakref__` and `__dict__` are none
                        self._slot((value, member), stack)

    def _attributes(self, value: Any, stack: list[Any]) -> None:
        own = value.__dict__
        if identity(own) not in self.places:
            self.places[identity(own)] = Place(ATTRIBUTES, value, dict(own))
            stack += own.values()

    def _slot(self, cell: tuple[Any, Any], stack: list[Any]) -> None:
        held = _cell_value(*cell)
        self._keep(CELL, cell, held)
        stack.append(held)

    def _class(self, cls: type, stack: list[Any]) -> None:
        table = {
            key: value
            for key, value in cls.__dict__.items()
            if key[:2] != "__"
            and type(value) is not types.GetSetDescriptorType
            and type(value) is not types.MemberDescriptorType
        }
        self._keep(ATTRIBUTES, cls, table)
        stack += table.values()

    def _function(self, function: Any, stack: list[Any]) -> None:
        if function.__dict__:
            self._attributes(function, stack)
        stack += function.__defaults__ or ()
        for cell in function.__closure__ or ():
            if identity(cell) not in self.places:
                held = _cell_value(cell, CONTENTS)
                self.places[identity(cell)] = Place(CELL, (cell, CONTENTS), held)
                stack.append(held)

    # later

    def changes(self) -> list[Change]:
        """What is no longer held as it was: in each container that this state keeps, keys whose value is another object."""
        found: list[Change] = []
        for number, place in self.places.items():
            kind = place.kind
            if kind == SEQUENCE:
                now, held = place.container, place.held
                if len(now) == len(held) and all(map(is_, now, held)):
                    continue
            elif kind == SLOTS and _is_as_it_was(place.container, place.held):
                continue
            _compare(place, number, found)
        return found

    def restore(self) -> None:
        """Puts all containers back. What iterators have given is not taken back: who restores looks for OPAQUE changes before."""
        for place in self.places.values():
            _restore(place)

    def restore_changed(self, changes: list[Change]) -> None:
        """The same where it has just been looked up what has changed."""
        for place in {change.number: change.place for change in changes}.values():
            _restore(place)

    def replace(self, values: list[Any], other: Any) -> None:
        """Puts something else wherever one of the values is held."""
        for place in self.places.values():
            if place.kind in (NAMES, MAPPING, ATTRIBUTES):
                for key, value in place.held.items():
                    if any(value is one for one in values):
                        put(place, key, other)


def put(place: Place, key: Any, value: Any) -> None:
    """Puts a value under a key of a container."""
    kind, container = place.kind, place.container
    if kind == NAMES:
        set_names(container, {key: value})
    elif kind == MAPPING:
        class_of_dict(container).__setitem__(container, key, value)
    elif kind == ATTRIBUTES:
        if isinstance(container, type):
            type.__setattr__(container, key, value)
        else:
            container.__dict__[key] = value
    elif kind == SEQUENCE:
        container[key] = value
    elif kind == CELL:
        member = container[1]
        if member is CONTENTS:
            container[0].cell_contents = value
        else:
            member.__set__(container[0], value)
    elif kind == SLOTS:
        setattr(container, key, value)
    elif kind == LAYER:
        container.__dict__[key] = value


class _Contents:
    """Stands for the one thing that a closure's cell holds."""


CONTENTS = _Contents()


def _cell_value(value: Any, member: Any) -> Any:
    try:
        return value.cell_contents if member is CONTENTS else member.__get__(value)
    except (ValueError, AttributeError):  # empty
        return ABSENT


def _slot_names(cls: type) -> Iterable[str]:
    slots = cls.__dict__.get("__slots__", ())
    if cls.__module__.startswith(OWN) or cls.__module__ == "builtins":
        return ()
    return (slots,) if isinstance(slots, str) else slots


def _slots_of(tensor: Tensor) -> tuple[Any, ...]:
    values = tensor.values
    return (tensor.shape, tensor.dtype, tensor._strides, tensor.device, tensor._grad, values, None if values is None else tuple(values))  # fmt: skip


def _position(iterator: Any) -> Any:
    """What tells whether an iterator has moved; ABSENT where nothing does."""
    if type(iterator) is types.GeneratorType:
        frame = iterator.gi_frame
        return None if frame is None else (frame.f_lasti, frame.f_lineno, tuple(map(identity, frame.f_locals.values())))
    try:
        made = iterator.__reduce__()
        return repr(made[1:]) if len(made) > 2 else repr(made)[:200]
    except Exception:
        return ABSENT


def _layer_of(own: dict[str, Any]) -> tuple[Any, ...]:
    """What one of PyTorch's layers is: its attributes, its tables, and which of its parameters are trained."""
    parameters = own.get("_parameters", {})
    return dict(own), [dict(own[table]) for table in TABLES if table in own], [(p._grad, p.__dict__.get("grad")) for p in parameters.values() if p is not None]  # fmt: skip


def _compare(place: Place, number: int, found: list[Change]) -> None:
    kind, container, held = place.kind, place.container, place.held
    if kind in (MAPPING, ATTRIBUTES, NAMES):
        if kind == MAPPING:
            now = container
        else:
            now = names_of(container) if kind == NAMES else container.__dict__
        if len(now) == len(held) and all(
            map(is_, dict.values(now) if kind == MAPPING else now.values(), held.values())
        ):
            return
        _compare_keys(place, number, now, found)
    elif kind == SEQUENCE:
        if len(container) != len(held) or not all(map(is_, container, held)):
            found.append(Change(place, number, None, held, container))
    elif kind == SLOTS:
        _compare_tensor(place, number, found)
    elif kind == LAYER:
        _compare_layer(place, number, found)
    elif kind == GROUP:
        if container != held:
            found.append(Change(place, number, None, held, container))
    elif kind == CELL:
        value = _cell_value(*container)
        if value is not held:
            found.append(Change(place, number, None, held, value))
    elif kind == OPAQUE:
        position = _position(container)
        if position is ABSENT or position != held:
            found.append(Change(place, number, None, held, position))


def _compare_keys(place: Place, number: int, now: Any, found: list[Change]) -> None:
    held = place.held
    table = dict(now) if place.kind == MAPPING else now
    for key, value in held.items():
        other = table.get(key, ABSENT)
        if other is not value:
            found.append(Change(place, number, key, value, other))
    if isinstance(place.container, type):
        return
    new = [key for key in table if key not in held and not _is_guards(key)]
    found += [Change(place, number, key, ABSENT, table[key]) for key in new]


def _is_as_it_was(tensor: Tensor, held: Any) -> bool:
    """Whether a tensor's slots hold what they held."""
    values = tensor.values
    return (
        tensor.shape is held[0] and tensor.dtype is held[1] and tensor._strides is held[2] and tensor._grad is held[4]
        and values is held[5] and tensor.device is held[3]
        and (values is None or (len(values) == len(held[6]) and all(map(is_, values, held[6]))))
    )  # fmt: skip


def _compare_tensor(place: Place, number: int, found: list[Change]) -> None:
    tensor, held = place.container, place.held
    now = _slots_of(tensor)
    written = not _are_same(now[6] or (), held[6] or ())
    if all(map(is_, now[:6], held)) and not written:
        return
    for i, name in enumerate(TENSOR_SLOTS):
        if now[i] is not held[i] or (i == 5 and written):
            found.append(Change(place, number, name, held[6] if i == 5 else held[i], now[i]))


def _compare_layer(place: Place, number: int, found: list[Change]) -> None:
    own, held = place.container.__dict__, place.held
    if len(own) != len(held[0]) or not all(map(is_, own.values(), held[0].values())):
        for key, value in own.items():
            before = held[0].get(key, ABSENT)
            if before is not value:
                found.append(Change(place, number, key, before, value))
    _, tables, trained = _layer_of(own)
    if not all(map(_are_same_tables, tables, held[1])):
        found.append(Change(place, number, 1, held[1], tables))
    if not all(map(_are_same, trained, held[2])):
        found.append(Change(place, number, 2, held[2], trained))


def _are_same(one: Any, other: Any) -> bool:
    """Whether two sequences hold the same objects, or equal numbers."""
    return len(one) == len(other) and all(
        a is b or (type(a) in PLAIN and type(a) is type(b) and a == b) for a, b in zip(one, other)
    )


def _are_same_tables(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return list(one) == list(other) and all(map(is_, one.values(), other.values()))


def _restore(place: Place) -> None:
    kind, container, held = place.kind, place.container, place.held
    if kind == NAMES:
        now = names_of(container)
        different = {key: value for key, value in held.items() if now.get(key, ABSENT) is not value}
        if different:
            set_names(container, different)
    elif kind == MAPPING:
        table = class_of_dict(container)
        for key in [key for key in dict.keys(container) if key not in held and not _is_guards(key)]:
            table.__delitem__(container, key)
        for key, value in held.items():
            if dict.get(container, key, ABSENT) is not value:
                table.__setitem__(container, key, value)
    elif kind == ATTRIBUTES:
        if isinstance(container, type):
            for key, value in held.items():
                if container.__dict__.get(key, ABSENT) is not value:
                    type.__setattr__(container, key, value)
        else:
            own = container.__dict__
            if len(own) != len(held) or not all(map(is_, own, held)) or not all(map(is_, own.values(), held.values())):
                own.clear()
                own.update(held)
                if isinstance(container, Tensor) and held.get("grad", ABSENT) is None:
                    cleared.append(container)
    elif kind == SEQUENCE:
        if len(container) == len(held) and all(map(is_, container, held)):
            pass
        elif isinstance(container, list):
            container[:] = held
        else:
            container.clear()
            container.extend(held)
    elif kind == GROUP:
        container.clear()
        container.update(held)
    elif kind == SLOTS:
        for name, value in zip(TENSOR_SLOTS, held):
            setattr(container, name, value)
        if held[5] is not None:
            held[5][:] = held[6]
    elif kind == CELL:
        if held is not ABSENT:
            put(place, None, held)
    elif kind == LAYER:
        own = container.__dict__
        own.clear()
        own.update(held[0])
        for table, entries in zip([own[name] for name in TABLES if name in own], held[1]):
            table.clear()
            table.update(entries)
        for parameter, (trained, grad) in zip(
            [p for p in own.get("_parameters", {}).values() if p is not None], held[2]
        ):
            parameter._grad = trained
            if grad is not None:
                parameter.__dict__["grad"] = grad
            else:
                parameter.__dict__.pop("grad", None)


def _is_guards(key: Any) -> bool:
    return type(key) is str and (key[:1] == "$" or key == "__builtins__")


def are_alike(a: Any, b: Any, depth: int = 0) -> bool:
    """Whether two values are the same for all that a record can tell: equal numbers and texts, tensors of one shape and type, unknowns."""
    if a is b:
        return True
    kind = type(a)
    if kind is not type(b) or depth > MAX_DEPTH:
        return False
    if kind in PLAIN or kind is range or kind is slice:
        return bool(a == b) or (kind is float and a != a and b != b)
    if kind is Unknown:
        return bool(a.is_rest is b.is_rest)
    if kind is Varying:
        return bool(a.of == b.of and a.text == b.text)
    if isinstance(a, Tensor):
        return _are_alike_tensors(a, b)
    if kind is tuple or kind is list or isinstance(a, (tuple, list, deque)):
        return (
            len(a) == len(b)
            and all(are_alike(x, y, depth + 1) for x, y in zip(a, b))
            and _attributes_alike(a, b, depth)
        )
    if isinstance(a, dict):
        return (
            dict.keys(a) == dict.keys(b)
            and list(dict.keys(a)) == list(dict.keys(b))
            and all(are_alike(x, y, depth + 1) for x, y in zip(dict.values(a), dict.values(b)))
            and _attributes_alike(a, b, depth)
        )
    if isinstance(a, (set, frozenset)):
        return len(a) == len(b) and all(item in b for item in a)
    if kind is types.FunctionType:
        return (
            a.__code__ is b.__code__
            and are_alike(a.__defaults__, b.__defaults__, depth + 1)
            and _cells_alike(a, b, depth)
        )
    if kind is types.MethodType:
        return are_alike(a.__self__, b.__self__, depth + 1) and are_alike(a.__func__, b.__func__, depth + 1)
    return hasattr(a, "__dict__") and _attributes_alike(a, b, depth)


def _attributes_alike(a: Any, b: Any, depth: int) -> bool:
    own, other = getattr(a, "__dict__", None), getattr(b, "__dict__", None)
    if type(own) is not dict or type(other) is not dict:
        return own is other
    return own.keys() == other.keys() and all(are_alike(own[key], other[key], depth + 1) for key in own)


def _cells_alike(a: Any, b: Any, depth: int) -> bool:
    return all(
        are_alike(_cell_value(x, CONTENTS), _cell_value(y, CONTENTS), depth + 1)
        for x, y in zip(a.__closure__ or (), b.__closure__ or ())
    )


def _are_alike_tensors(a: Any, b: Any) -> bool:
    if a.dtype is not b.dtype or len(a.shape) != len(b.shape) or not _are_alike_flags(a, b):
        return False
    if not _lie_alike(a._strides, b._strides):
        return False
    for x, y in zip(a.shape, b.shape):
        if type(x) is not type(y) or (type(x) is not Unknown and x is not y and (type(x) is not int or x != y)):
            return False
    return a.values is b.values or (a.values is not None and b.values is not None and list(a.values) == list(b.values))


def _lie_alike(one: Any, other: Any) -> bool:
    """Whether strides are the same for all that is known of them."""
    if one is None or other is None:
        return one is other
    return all(
        a is b or (type(a) is type(b) is Unknown) or (type(a) is type(b) is int and a == b) for a, b in zip(one, other)
    )


def _are_alike_flags(a: Any, b: Any) -> bool:
    """Whether gradients are recorded for both tensors, or for none; for computed ones the record is asked."""
    if a._grad is not b._grad:
        return type(a._grad) is type(b._grad) is Unknown
    if a._grad is not False or a.origin is b.origin:
        return True
    from convcalc.trace.gradients import needs_gradient

    return needs_gradient(a) is needs_gradient(b)
