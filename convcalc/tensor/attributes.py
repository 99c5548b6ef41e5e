"""Attributes that a loaded file names: which it may not, and the one way in which this package reads and sets those that a file chose.

A file chooses a name where it gives one as a text (`weight_norm(module, name)`), and where it gives an object that names something (`attrname` of a
property, the fields of a class). `getattr` with such a name would read what the file could not have spelled: its own frames, code, and the
globals of our functions. So `getattr`, `hasattr`, `setattr` and `delattr` with a name that is not written out stand in this file alone, or where
tests/test_readers.py lists why the name is ours.
"""

from __future__ import annotations

from types import BuiltinMethodType, GetSetDescriptorType, MemberDescriptorType

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
    """Whether code of a loaded file may not name this attribute."""
    if name[:2] == "__":
        return name[-2:] == "__" and name not in DUNDER_ALLOWED
    return name in ATTRIBUTES_REFUSED


FORMATTING = ("format", "format_map")


def check_name(name: Any) -> None:
    """Refuses the name of an attribute that a loaded file may not name. A name that is a str of a class of the file's own could be another next time."""
    if type(name) is not str:
        if isinstance(name, str):
            raise Refused("an attribute's name must be a plain str")
    elif is_refused_attribute(name) or name == "__dict__":
        raise Refused(f"{name} is not allowed in a loaded file")


def own_table(value: Any) -> dict[str, Any]:
    """The attributes that an object holds itself; none where its class says that it has none, or anything else."""
    try:
        table = object.__getattribute__(value, "__dict__")
    except Exception:
        return {}
    return table if type(table) is dict else {}


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
    if method in (str.format, str.format_map):

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
    """`value.__get__`. Of the readers that C code puts into the tables of its classes (`gi_frame` of generators) nothing is read but by their names."""
    if isinstance(value, _READERS) or (isinstance(value, type) and issubclass(value, _READERS)):
        raise Refused("__get__ of a built-in attribute is not allowed in a loaded file")
    return getattr(value, name, *default)


_READERS = (GetSetDescriptorType, MemberDescriptorType)


def subject(value: Any, name: str = "obj", *default: Any) -> Any:
    """`value.obj`. An AttributeError keeps the object that lacked the attribute, which may be one of ours, in a function of ours."""
    if isinstance(value, AttributeError) or (isinstance(value, type) and issubclass(value, AttributeError)):
        raise Refused("obj of an exception is not allowed in a loaded file")
    return getattr(value, name, *default)


# Attributes that are read with care, whoever names them.
SPECIAL = {"format": formatting, "format_map": formatting, "__get__": binding, "obj": subject}
