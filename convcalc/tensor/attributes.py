"""Attributes that a loaded file names: which it may not, and the one way in which this package reads and sets those that a file chose.

A file chooses a name where it gives one as a text (`weight_norm(module, name)`), and where it gives an object that names something (`attrname` of a
property, the fields of a class). `getattr` with such a name would read what the file could not have spelled: its own frames, code, and the
globals of our functions. So `getattr`, `hasattr`, `setattr` and `delattr` with a name that is not written out stand in this file alone, or where
tests/test_readers.py lists why the name is ours.
"""

from __future__ import annotations

import sys
from _collections import OrderedDict
from _weakref import CallableProxyType, ProxyType
from types import (
    BuiltinMethodType,
    FunctionType,
    GenericAlias,
    GetSetDescriptorType,
    MemberDescriptorType,
    MethodType,
    MethodWrapperType,
    WrapperDescriptorType,
)

from .unknown import texts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Refused(Exception):
    """A loaded file tried something that it may not do; the statement is passed over and noted."""


# Double-underscore attributes that ordinary code reads; every other one is refused.
DUNDER_ALLOWED = frozenset(
    f"__{name}__"
    for name in (
        "init new call name class doc len getitem setitem delitem iter next enter exit version file all get set delete "
        "set_name setattr getattr delattr repr str eq ne lt le gt ge hash module qualname annotations dataclass_fields "
        "post_init contains bool int float index add radd iadd sub rsub isub mul rmul imul truediv rtruediv itruediv "
        "floordiv rfloordiv mod rmod pow rpow matmul rmatmul neg pos abs invert and or xor lshift rshift rand ror rxor "
        "reversed length_hint missing copy deepcopy init_subclass class_getitem instancecheck subclasscheck constants "
        "members slots author email license date status main future del torch_function array len_ round trunc floor "
        "ceil divmod format aiter anext aenter aexit await orig_class origin args path package jit_unused_properties "
        "jit_ignored_attributes match_args weakref"
    ).split()
)  # fmt: skip
# Attributes without double underscores that lead into frames, code and the type tree.
ATTRIBUTES_REFUSED = frozenset(
    "mro f_globals f_locals f_builtins f_back f_code gi_frame gi_code gi_yieldfrom cr_frame cr_code cr_await cr_origin "
    "ag_frame ag_code ag_await tb_frame tb_next tb_lasti func_globals func_code co_code co_consts co_names "
    "_getframe _current_frames _evaluate evaluate_forward_ref _convert_ _dump_registry".split()
)


def is_refused_attribute(name: str) -> bool:
    """Whether code of a loaded file may not name this attribute. With `$` begin the names of the guard's own."""
    if name[:2] == "__":
        return name[-2:] == "__" and name not in DUNDER_ALLOWED
    return name in ATTRIBUTES_REFUSED or name[:1] == "$"


def plain_name(name: Any) -> str:
    """The name that a method such as `__getattr__` is called with, by hand perhaps: a str of a class of the file's own can be another next time."""
    if type(name) is not str:
        raise Refused("an attribute's name must be a plain str")
    return name


FORMATTING = ("format", "format_map")


def check_name(name: Any) -> None:
    """Refuses the name of an attribute that a loaded file may not name. A name that is a str of a class of the file's own could be another next time."""
    if type(name) is not str:
        if isinstance(name, str):
            raise Refused("an attribute's name must be a plain str")
    elif is_refused_attribute(name) or name == "__dict__":
        raise Refused(f"{name} is not allowed in a loaded file")


def plain_state(state: Any) -> Any:
    """What a copy of an object is made of, less the fields that a loaded file may not name; they are set by names that its class may have given."""
    if not isinstance(state, tuple):
        return state
    state = tuple(tuple.__iter__(state))
    if len(state) != 2:
        return state
    own, fields = state
    if fields is None:
        return own, None
    items = dict(dict.items(fields) if isinstance(fields, dict) else fields.items())
    return own, {
        name: item
        for name, item in items.items()
        if type(name) is str and not is_refused_attribute(name) and name != "__dict__"
    }


def own_table(value: Any) -> dict[str, Any]:
    """The attributes that an object holds itself; none where its class says that it has none, or anything else."""
    try:
        table = object.__getattribute__(value, "__dict__")
    except Exception:
        return {}
    return table if type(table) is dict else {}


def class_of_dict(value: Any) -> Any:
    """The class of Python's that keeps what a dict holds: what the file's own class does beside that is left out."""
    return OrderedDict if isinstance(value, OrderedDict) else dict


def read(value: Any, name: Any, *default: Any) -> Any:
    """`getattr(value, name)`, of a name that a loaded file may have chosen."""
    check_name(name)
    if name in SPECIAL:
        return SPECIAL[name](value, name, *default)
    return getattr(value, name, *default)


def has(value: Any, name: Any) -> bool:
    """`hasattr(value, name)`, of such a name."""
    check_name(name)
    return hasattr(value, name)


def write(value: Any, name: Any, item: Any) -> None:
    """`setattr(value, name, item)`, of such a name."""
    check_name(name)
    setattr(value, name, item)


def remove(value: Any, name: Any) -> None:
    """`delattr(value, name)`, of such a name."""
    check_name(name)
    delattr(value, name)


def formatting(value: Any, name: str, *default: Any) -> Any:
    """`value.format` and `value.format_map`."""
    return checked_format(getattr(value, name, *default))


def checked_format(method: Any) -> Any:
    """A method of str that formats, as one that checks the names in the text: `{0.__globals__}` reads attributes too."""
    if type(method) is BuiltinMethodType and isinstance(method.__self__, str):
        text = method.__self__

        def bound(*args: Any, **kwargs: Any) -> Any:
            _check_fields(text)
            return _formatted(method, args, kwargs)

        return bound
    if method is str.format or method is str.format_map:  # `==` would hand them to a class of the file's own

        def unbound(text: str, *args: Any, **kwargs: Any) -> Any:
            _check_fields(text)
            return _formatted(method, (text, *args), kwargs)

        return unbound
    return method


def _formatted(method: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """The text that a method makes; unknown where something unknown was put into it."""
    before = texts.count
    made = str(method(*args, **kwargs))
    return made if texts.count == before else texts.unknown()


def _check_fields(text: str) -> None:
    if "." not in str.__str__(text):
        return
    import _string  # type: ignore[import-not-found]

    library: Any = _string

    try:
        for _, field, specification, _ in library.formatter_parser(text):
            if field:
                for is_attribute, name in library.formatter_field_name_split(field)[1]:
                    if is_attribute:
                        check_name(name)
            if specification:
                _check_fields(specification)
    except ValueError:  # which formatting it raises too
        pass


def binding(value: Any, name: str = "__get__", *default: Any) -> Any:
    """`value.__get__`, `__set__` and `__delete__`. Of the readers that C code puts into the tables of its classes (`gi_frame` of generators) nothing
    is read, nor set, but by their names; whatever stands before the dot: `list[int]` and `super` read from another object."""
    found = getattr(value, name, *default)
    reader = getattr(found, "__self__", None)
    if isinstance(reader, _READERS) or is_one_of(getattr(found, "__objclass__", None), _READERS):
        raise Refused(f"{name} of a built-in attribute is not allowed in a loaded file")
    return found


_READERS = (GetSetDescriptorType, MemberDescriptorType)


def is_one_of(value: Any, kinds: tuple[type, ...]) -> bool:
    """`value in kinds`, without a comparison: one by a class of the file's own would be handed the other side."""
    return any(value is kind for kind in kinds)


def is_reader(value: Any) -> bool:
    """Whether it is what C code puts into the tables of its classes to read a field of an object."""
    return type(value) is GetSetDescriptorType or type(value) is MemberDescriptorType


def subject(value: Any, name: str = "obj", *default: Any) -> Any:
    """`value.obj`. An AttributeError keeps the object that lacked the attribute, which may be one of ours, in a function of ours."""
    if is_about_error(value):
        raise Refused("obj of an exception is not allowed in a loaded file")
    return getattr(value, name, *default)


def is_about_error(value: Any) -> bool:
    """Whether a value is an AttributeError, a class of such, or reads from one: `super(E, e)`, `list[int]` and its like made of it, a method of it."""
    kind = type(value)
    typing: Any = sys.modules.get("typing")
    if issubclass(kind, super):
        value = super.__self__.__get__(value)  # type: ignore[attr-defined]
    elif issubclass(kind, GenericAlias) or (typing is not None and issubclass(kind, typing._BaseGenericAlias)):
        return is_about_error(object.__getattribute__(value, "__origin__"))
    elif issubclass(kind, MethodType):
        return is_about_error(value.__func__)
    elif kind is ProxyType or kind is CallableProxyType:
        return True  # of what, only its own attributes tell
    return isinstance(value, AttributeError) or (isinstance(value, type) and issubclass(value, AttributeError))


def setting(value: Any, name: str, *default: Any) -> Any:
    """`value.__setattr__` and `value.__delattr__`: what a function is made of is not set, and who puts things back is told of classes."""
    method = getattr(value, name, *default)
    if type(method) is WrapperDescriptorType or type(method) is FunctionType:

        def unbound(target: Any, key: Any, *item: Any) -> Any:
            _check_target(target, key)
            return method(target, key, *item)

        return unbound
    if type(method) is MethodWrapperType and isinstance(method.__self__, (*FUNCTIONS, type)):

        def bound(key: Any, *item: Any) -> Any:
            _check_target(method.__self__, key)
            return method(key, *item)

        return bound
    return method


def _check_target(target: Any, key: Any) -> None:
    if issubclass(type(target), FUNCTIONS):
        check_name(key)
    elif issubclass(type(target), type):
        on_owner[0](target)


FUNCTIONS = (FunctionType, MethodType)


class Sealed(type):
    """The class of a class on which nothing is set, and that has no other below it: its objects hold frames and code."""

    def __setattr__(cls, name: str, value: Any) -> None:
        raise Refused(f"{cls.__name__} is no class of the file's own: nothing can be set on it")

    def __delattr__(cls, name: str) -> None:
        raise Refused(f"{cls.__name__} is no class of the file's own: nothing can be set on it")

    def __new__(mcls, name: str, bases: tuple[type, ...], namespace: dict[str, Any]) -> Any:
        if bases:
            raise Refused(f"{bases[0].__name__} is no class of the file's own: there is none below it")
        return type.__new__(mcls, name, bases, namespace)


# What is told of each class, function or object of which something is about to be set (`standin.patches.owner`).
on_owner: list[Any] = [lambda value: value]
# Attributes that are read with care, whoever names them.
SPECIAL = {
    "format": formatting, "format_map": formatting, "__get__": binding, "__set__": binding, "__delete__": binding, "obj": subject,
    "__setattr__": setting, "__delattr__": setting,
}  # fmt: skip
