"""Attributes that a loaded file names: which it may not, and the one way in which this package reads and sets those that a file chose.

A file chooses a name where it gives one as a text (`weight_norm(module, name)`), and where it gives an object that names something (`attrname` of a
property, the fields of a class). `getattr` with such a name would read what the file could not have spelled: its own frames, code, and the
globals of our functions. So `getattr`, `hasattr`, `setattr` and `delattr` with a name that is not written out stand in this file alone, or where
tests/test_readers.py lists why the name is ours.
"""

from __future__ import annotations

import os
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
    ModuleType,
    WrapperDescriptorType,
)

from .unknown import Unknown, texts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Refused(Exception):
    """A loaded file tried something that it may not do; the statement is passed over and noted."""


# Double-underscore attributes of Python's own objects, and of its library's and ours, that lead into internals; one that a file or a package has
# made up leads nowhere. tests/test_refused_names.py holds the list to what the running Python has.
DUNDER_REFUSED = frozenset(
    f"__{name}__"
    for name in (
        "abc_tpflags abstractmethods alloc annotate array_wrap asyncio_running_event_loop base bases basicsize bound breakpointhook buffer "
        "build_class builtin builtins bytes cached callable_proto_members_only callback cantrace cause classcell classdict classdictcell closure "
        "code complex context contravariant covariant create_fn ctype_be ctype_le ctypes_from_outparam cuda_array_interface "
        "dataclass_builtins_object dataclass_HAS_DEFAULT_FACTORY dataclass_return_type dataclass_self dataclass_transform dealloc defaults delitem_ "
        "deprecated dict dictoffset dictrefoffset dir displayhook dlpack dlpack_c_exchange_api dlpack_device dunder excepthook final firstlineno "
        "flags forward_arg forward_code forward_evaluated forward_is_argument forward_is_class forward_module forward_value FRAME_END func "
        "getattribute getformat getinitargs getitem_inner getitems getnewargs getnewargs_ex getslice getstate globals gmon_start hello_alias "
        "hello_only import infer_variance init_ initializing instancehook interactivehook issubclass itemsize kwdefaults "
        "libmpdec_version lltrace loader mp_main mro mro_entries mutable_keys new_member newobj newobj_ex no_type_check non_callable_proto_members "
        "not objclass op orig_bases origname override parameters partialmethod pdb_eval phello phello_alias prepare PRETTY_FUNCTION protocol_attrs "
        "pycache pypackages PYVENV_LAUNCHER readonly_keys reduce reduce_ex release_buffer replace rlshift rop rrshift safe_for_unpickling self "
        "self_class setformat setslice setstate signature slotnames slotsname spec static_attributes stderr stdin stdout subclasses subclasshook "
        "supertype suppress_context tensor text_signature thisclass TMC_END torch_dispatch tp_del traceback tracebackhide type_params "
        "typing_is_unpacked_typevartuple typing_prepare_subst typing_subst typing_unpacked_tuple_args UNDEF unittest_expecting_failure "
        "unittest_skip unittest_skip_why unpacked unraisablehook validate_parameters vectorcalloffset VENV_BIN_NAME VENV_DIR VENV_NAME VENV_PROMPT "
        "VENV_PYTHON warningregistry weaklistoffset weakrefoffset wrapped"
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
        return name[-2:] == "__" and name in DUNDER_REFUSED
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
    if type(name) is str and name in SPECIAL:
        return SPECIAL[name](value, name, *default)
    check_name(name)
    return getattr(value, name, *default)


def has(value: Any, name: Any) -> bool:
    """`hasattr(value, name)`, of such a name."""
    if type(name) is not str or name not in SPECIAL:
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


def getting(value: Any, name: str = "__getattribute__", *default: Any) -> Any:
    """`value.__getattribute__`, which reads nothing that a loaded file may not name; what is read with care, it reads so."""
    method = getattr(value, name, *default)
    kind = type(method)
    if kind is MethodWrapperType or kind is MethodType:

        def bound(key: Any) -> Any:
            return _got(method.__self__, key, method, (key,))

        return bound
    if kind is WrapperDescriptorType or kind is FunctionType:

        def unbound(target: Any, key: Any) -> Any:
            return _got(target, key, method, (target, key))

        return unbound
    if not default or method is not default[0]:
        raise Refused("__getattribute__ is not allowed in a loaded file")
    return method


def _got(target: Any, key: Any, method: Any, arguments: tuple[Any, ...]) -> Any:
    if type(key) is str and key == "__dict__" and not issubclass(type(target), (*FUNCTIONS, type, ModuleType)):
        return own_table(target)
    if type(key) is str and key in _COPYING and not issubclass(type(target), type):
        return _copying(target, key)
    check_name(key)
    if key == "obj" and is_about_error(target):
        raise Refused("obj of an exception is not allowed in a loaded file")
    if key in SPECIAL and key != "obj" and key not in FORMATTING:
        raise Refused(f"{key} is not allowed in a loaded file")
    found = method(*arguments)
    return checked_format(found) if key in FORMATTING else found


_COPYING = ("__reduce__", "__reduce_ex__", "__getstate__")


def _copying(target: Any, key: str) -> Any:
    """What the library asks an object for that it copies: the file's own method, or what does as Python's own where that is asked for only to be compared."""
    for base in type.__dict__["__mro__"].__get__(type(target)):
        table = type.__dict__["__dict__"].__get__(base)
        if key in table and type(table[key]) is FunctionType and not _is_engines(table[key]):
            return MethodType(table[key], target)
    if key == "__getstate__":
        return lambda: dict(own_table(target)) or None

    def refused(*args: Any) -> Any:
        raise Refused(f"{key} is not allowed in a loaded file")

    return refused


class Code:
    """What a file may know of a function's code: its names and counts."""

    __slots__ = ("__weakref__", "co_argcount", "co_filename", "co_firstlineno", "co_flags", "co_kwonlyargcount", "co_name", "co_posonlyargcount", "co_varnames")  # fmt: skip

    def __init__(self, code: Any) -> None:
        for name in Code.__slots__[1:]:
            setattr(self, name, getattr(code, name))


class Part:
    """What of a function is not handed out, its global names or what it closes over: good only for a copy of the function."""

    __slots__ = ("__weakref__",)

    def __repr__(self) -> str:
        raise Refused("what a function is made of is not shown to a loaded file")


_of_function: dict[int, tuple[Any, Any]] = {}  # by the id of a `Code` or `Part`: itself, and the function


def part_of(value: Any, name: str, *default: Any) -> Any:
    """`function.__code__`, `__globals__`, `__closure__`, `__defaults__` and `__kwdefaults__`: of code and names nothing is handed out."""
    function = value.__func__ if type(value) is MethodType else value
    if type(function) is FunctionType and not _is_engines(function):
        found = getattr(function, name)
        if name in ("__defaults__", "__kwdefaults__") or found is None:
            return dict(found) if type(found) is dict else found
        part = Code(found) if name == "__code__" else Part()
        _of_function[id(part)] = part, function
        return part
    if default and not hasattr(value, name):
        return default[0]
    if type(function) is FunctionType:
        if name in ("__defaults__", "__kwdefaults__"):
            return Unknown(f"{function.__name__}.{name}")
        raise Refused(f"{name} is not allowed in a loaded file")
    raise AttributeError(f"'{type(value).__name__}' object has no attribute '{name}'")


def trace_of(value: Any, name: str, *default: Any) -> Any:
    """`error.__traceback__`, which leads to frames: a file sees an error as it is before it is raised, without one."""
    if isinstance(value, BaseException):
        return None
    return getattr(value, name, *default)


def function_of(value: Any, name: str, *default: Any) -> Any:
    """`method.__func__`, of a method of the file's own."""
    found = getattr(value, name, *default)
    if type(found) is FunctionType and _is_engines(found):
        raise Refused(f"{name} is not allowed in a loaded file")
    return found


def _is_engines(function: FunctionType) -> bool:
    """Whether a function is this program's or Python's own library's, and was not loaded for a file."""
    return function.__globals__.get("__name__") in sys.modules and function.__code__.co_filename.startswith(_OWN)


_OWN = tuple(
    folder + os.sep
    for folder in (os.path.dirname(os.path.dirname(os.path.abspath(__file__))), os.path.dirname(os.__file__))
)


def copy_of(code: Any, names: Any, name: Any = None, argdefs: Any = None, closure: Any = None) -> Any:
    """`types.FunctionType` of the parts of one function: another function, that calls it."""
    parts = [part for part in (code, names, closure) if part is not None]
    functions = [_of_function.get(id(part), (None, None)) for part in parts]
    function = functions[0][1]
    if function is None or any(kept is not part or of is not function for part, (kept, of) in zip(parts, functions)):
        raise Refused("types.FunctionType(...) of what is not one function is not allowed in a loaded file")
    if argdefs is not function.__defaults__:
        raise Refused("types.FunctionType(...) with other defaults is not allowed in a loaded file")

    def copied(*args: Any, **kwargs: Any) -> Any:
        return function(*args, **kwargs)

    copied.__name__ = function.__name__ if name is None else plain_name(name)
    copied.__module__, copied.__qualname__, copied.__doc__ = (
        function.__module__,
        function.__qualname__,
        function.__doc__,
    )
    copied.__dict__.update(function.__dict__)
    copied.__wrapped__ = function  # type: ignore[attr-defined]  # which `inspect.signature` follows
    return copied


def bases_of(value: Any, name: str, *default: Any) -> Any:
    """`cls.__mro__` and `cls.__bases__`, without the classes that the engine has for itself."""
    found = getattr(value, name, *default)
    if not issubclass(type(value), type) or type(found) is not tuple:
        if default and found is default[0]:
            return found
        raise Refused(f"{name} is not allowed in a loaded file")
    return tuple([cls for cls in found if not _is_inner(cls)])


def _is_inner(cls: Any) -> bool:
    home = type.__dict__["__module__"].__get__(cls) if issubclass(type(cls), type) else None
    return type(home) is str and home.startswith("convcalc.") and not home.startswith(_HANDED_OUT)


_HANDED_OUT = ("convcalc.nn.", "convcalc.standin.", "convcalc.tensor.tensor")


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
# Attributes that are read with care, whoever names them; most of them are refused wherever that is not done.
SPECIAL = {
    "format": formatting, "format_map": formatting, "__get__": binding, "__set__": binding, "__delete__": binding, "obj": subject,
    "__setattr__": setting, "__delattr__": setting, "__getattribute__": getting, **dict.fromkeys(("__code__", "__globals__", "__closure__", "__defaults__", "__kwdefaults__"), part_of), "__mro__": bases_of, "__bases__": bases_of,
    "__traceback__": trace_of, "__func__": function_of,
}  # fmt: skip
