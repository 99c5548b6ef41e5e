"""Classes whose base comes from a package that is not here.

Such a class keeps what its own body says: its constructor runs, its methods are called. What it has not said is unknown: attributes and
methods that nobody in the file defines, `super().method(...)`, a call of an instance, the length, the items. The base may have been a
`torch.nn.Module`, so what holds such an object may hold parameters that nobody can count.

    absent_base   the class that stands for an unknown one among the bases of a class
    super_of      `super()` of an object with such a class
"""

from __future__ import annotations

from abc import ABCMeta

from . import unknown as _unknown
from .fields import declared_fields
from .resets import on_reset
from .unknown import Unknown, UnknownValue

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

_made: dict[tuple[str, Any], type] = {}
called: list[Any] = []  # objects of such classes that were called on a tensor, as a layer is


def absent_base(reason: str, bases: tuple[Any, ...]) -> tuple[type, ...]:
    """The class that stands for what `reason` names; none where its metaclass cannot go with those of the other bases."""
    metaclasses = {type(base) for base in bases if isinstance(base, type)}
    others = tuple([m for m in metaclasses if not issubclass(AbsentType, m) and not issubclass(m, AbsentType)])
    found = _made.get((reason, others))
    if found is None:
        try:
            kind: Any = AbsentType if not others else type("AbsentType", (AbsentType, *others), {})
            home, _, name = reason.rpartition(".")
            found = kind(name if name.isidentifier() else "Absent", (Absent,), {"__module__": home or reason})
        except Exception:  # a class of classes that makes no plain ones, as that of enumerations
            return ()
        type.__setattr__(found, "_absent", reason)
        _made[reason, others] = found
    return (found,)


@on_reset
def forget() -> None:
    """Drops the classes that were made for a file, and the objects: each run makes its own."""
    _made.clear()
    called.clear()


class _UnlistedName:
    """What the class of classes has and a class of a package may have too, `register` for instance: unknown, if nobody defines it."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __get__(self, cls: Any, owner: Any = None) -> Any:
        return Unknown(f"{reason_of(cls)}.{self.name}")


class AbsentType(ABCMeta):
    """The class of such classes: what none of their bodies defines is unknown."""

    register = _UnlistedName("register")

    def __new__(mcls, name: str, bases: tuple[type, ...], namespace: dict[str, Any], /, **options: Any) -> Any:
        try:
            cls = super().__new__(mcls, name, bases, namespace, **options)
        except TypeError:  # options of the absent base, which no known one takes
            cls = super().__new__(mcls, name, bases, namespace)
        if "__getattr__" not in namespace:  # before those of known bases, which would raise
            type.__setattr__(cls, "__getattr__", _attribute)
        return cls

    def __getattr__(cls, name: str) -> Any:
        if name[:2] == "__" and name[-2:] == "__":
            raise AttributeError(f"type object '{cls.__name__}' has no attribute '{name}'")
        return Unknown(f"{reason_of(cls)}.{name}")


def reason_of(cls: type) -> str:
    """The name of the absent base of a class, the first one if there are several."""
    for base in cls.__mro__:
        reason = base.__dict__.get("_absent")
        if reason is not None:
            return str(reason)
    return cls.__name__


def _later(cls: type, name: str) -> Any:
    """What known classes behind the absent ones define; None where none does."""
    mro = cls.__mro__
    for base in mro[mro.index(Absent) + 1 : -1]:
        if name in base.__dict__:
            return base.__dict__[name]
    return None


def _attribute(self: Any, name: str) -> Any:
    """An attribute that the object lacks."""
    for base in type(self).__mro__:
        own = base.__dict__.get("__getattr__")
        if own is not None and own is not _attribute:
            try:
                return own(self, name)
            except AttributeError:
                break
    if name[:2] == "__" and name[-2:] == "__":
        raise AttributeError(f"'{type(self).__name__}' object has no attribute '{name}'")
    return Unknown(f"{reason_of(type(self))}.{name}")


class Absent(metaclass=AbsentType):
    """Stands for a class that is not here. `params_unknown` and `wraps_module` are what this program asks of classes of modules."""

    __slots__ = ()
    params_unknown = False
    wraps_module = False

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        if getattr(cls, "__abstractmethods__", None):
            raise UnknownValue(f"{reason_of(cls)} (and whether {cls.__name__} is an abstract class)")
        known: Any = next(
            (base for base in cls.__mro__[cls.__mro__.index(Absent) + 1 :] if "__new__" in base.__dict__), object
        )
        self: Any = object.__new__(cls) if known is object else known.__new__(cls, *args, **kwargs)
        start = _later(cls, "__init__")
        if _is_of_modules(start):  # which the absent constructor will have called
            start(self)
        return self

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        own: dict[str, Any] = getattr(self, "__dict__", {})
        start = _later(type(self), "__init__")
        if _is_of_modules(start):
            own["params_unknown"] = True
        elif start is not None:
            if args or kwargs:
                raise UnknownValue(f"what {reason_of(type(self))}.__init__ hands on")
            start(self)
        if type(self).__init__ is Absent.__init__:  # it alone knows what becomes of the arguments
            self.__dict__.update(_declared(type(self), args, kwargs))

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__()

    def __class_getitem__(cls, item: Any) -> Any:
        return cls

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        call = _later(type(self), "__call__")
        if call is not None:
            return call(self, *args, **kwargs)
        if any(type(a).__name__ in _unknown.TENSORS for a in (*args, *kwargs.values())):
            called.append(self)
        return Unknown(f"{reason_of(type(self))}(...)")


def _is_of_modules(function: Any) -> bool:
    return function is not None and getattr(function, "__module__", None) == "convcalc.nn.module"


def _declared(cls: type, args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Unknown]:
    """The fields that a class declares and that an absent constructor was given something for."""
    fields = {name for base in cls.__mro__[: cls.__mro__.index(Absent)] for name in declared_fields(base)}
    given = fields if args else fields.intersection(kwargs)
    return {name: Unknown(f"{reason_of(cls)}(...).{name}") for name in given}


def has_forward(cls: type) -> bool:
    """Whether a class with an absent base says what a layer says."""
    return any("forward" in base.__dict__ for base in cls.__mro__)


def may_be_layer(value: Any) -> bool:
    """Whether an object with an absent base may be a layer: it has a `forward`, or was called on a tensor."""
    return has_forward(type(value)) or any(value is one for one in called)


# what Python asks of a class, not of an object


def _answer(name: str, otherwise: Callable[[str], Any]) -> None:
    def method(self: Any, *args: Any) -> Any:
        known = _later(type(self), name)
        return otherwise(reason_of(type(self))) if known is None else known(self, *args)

    method.__name__ = name
    method.__qualname__ = f"Absent.{name}"
    type.__setattr__(Absent, name, method)


def _needed(what: str) -> Callable[[str], Any]:
    def needed(reason: str) -> Any:
        raise UnknownValue(what.format(reason))

    return needed


def _truth(self: Any) -> bool:
    known = _later(type(self), "__bool__") or _later(type(self), "__len__")
    return bool(known(self)) if known is not None else _unknown.on_branch[0](Unknown(reason_of(type(self))))


def _unpacked(self: Any) -> Iterator[Any]:
    known = _later(type(self), "__iter__")
    if known is not None:
        found: Iterator[Any] = known(self)
        return found
    raise UnknownValue(f"{reason_of(type(self))} (and how many there are)")


type.__setattr__(Absent, "__bool__", _truth)
type.__setattr__(Absent, "__iter__", _unpacked)
for _name, _what in (("len", "len({})"), ("int", "{}"), ("float", "{}"), ("complex", "{}"), ("index", "{}")):
    _answer(f"__{_name}__", _needed(_what))
for _name in ("getitem", "next", "enter", "missing"):
    _answer(f"__{_name}__", lambda reason: Unknown(f"{reason}[...]"))
for _name in ("setitem", "delitem", "exit"):
    _answer(f"__{_name}__", lambda reason: None)
_answer("__contains__", lambda reason: _unknown.on_branch[0](Unknown(reason)))
for _name in _unknown.OPERATORS:
    _answer(_name, Unknown)


class SuperOfAbsent:
    """`super()` of an object with an absent base: what its known classes before that base define; everything else is unknown."""

    __slots__ = ("_found",)

    def __init__(self, found: Any) -> None:
        self._found = found

    def __getattribute__(self, name: str) -> Any:
        found = object.__getattribute__(self, "_found")
        cls: type = found.__self_class__
        mro = cls.__mro__
        for base in mro[mro.index(found.__thisclass__) + 1 :]:
            if "_absent" in base.__dict__ or base is Absent:
                break
            if name in base.__dict__:
                return getattr(found, name)
        later = _later(cls, name)
        if (name[:2] == "__" and name[-2:] == "__") or (_is_of_modules(later) and name != "forward"):
            return getattr(found, name)
        return Unknown(f"{reason_of(cls)}.{name}")


def super_of(found: Any) -> Any:
    """What `super()` gives, for an object with an absent base with the names that its base may have."""
    cls = found.__self_class__
    return SuperOfAbsent(found) if cls is not None and issubclass(cls, Absent) else found


_unknown.absent_classes.append(Absent)
