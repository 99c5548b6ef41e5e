"""What the standard library writes source of: the fields of dataclasses, looked at where they are written and nowhere before.

`dataclasses` puts the names of fields into texts and runs them. A file can have a field say one name when it is looked at and another when it is
used: by a str of a class of its own, a dict that lies, a field whose name it sets later, a base whose table it exchanges, a metaclass that answers
in the place of a class. So

- what is given is copied once, to plain dicts and strings;
- every reading of a field's name, by whomever, checks it (`Field.name` is such a property in the process that a file is loaded in);
- all fields are real ones, those of the bases too, whose tables are put back as plain copies;
- no metaclass of the file's own answers for a class, or is told of what is set on it, while this happens.
"""

from __future__ import annotations

from convcalc.tensor.attributes import Refused, is_refused_attribute
from convcalc.tensor.fields import annotations_of

from .guard import lock

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

TABLE = "__dataclass_fields__"
# What of a metaclass comes before what its classes have.
ANSWERING = (
    "__getattribute__", "__getattr__", "__setattr__", "__delattr__", "__mro__", "__dict__", "__annotations__", "__module__", "__qualname__", "__name__",
    "__doc__", "__bases__", "__base__", "mro", TABLE, "__dataclass_params__", "__match_args__", "__slots__", "__abstractmethods__", "__annotate__",
)  # fmt: skip
BLANK = "$blank"
_guarded: list[Any] = []


def blank() -> str:
    """The name of a module with nothing in it but builtins that compute: real code runs the texts that it writes among a class's module's names."""
    import builtins
    import sys
    from types import ModuleType

    if BLANK not in sys.modules:
        module = sys.modules[BLANK] = ModuleType(BLANK)
        names = "super type hash isinstance object tuple NotImplemented True False None __build_class__".split()
        module.__dict__["__builtins__"] = {name: getattr(builtins, name) for name in names}
    return BLANK


def check_field(name: Any) -> None:
    if type(name) is not str or not name.isidentifier() or is_refused_attribute(name):
        raise Refused("a field's name must be a plain name")


def field_name(name: Any) -> str:
    """A plain copy of the name of a field."""
    text = str.__str__(name) if isinstance(name, str) else name
    text = "".join(text) if type(text) is not str and isinstance(text, str) else text
    check_field(text)
    return text


def guard_fields() -> None:
    """Has every reading of a field's name check it, and takes real fields only, in this process while a file runs."""
    import dataclasses

    if _guarded:
        return
    library: Any = dataclasses
    slot, get_field = library.Field.name, library._get_field
    _guarded.append(library)

    def name(field: Any) -> Any:
        text = slot.__get__(field)
        if lock.on and text is not None:  # which it is at first
            check_field(text)
        return text

    def real_field(*args: Any, **kwargs: Any) -> Any:
        found = get_field(*args, **kwargs)
        if lock.on and type(found) is not library.Field:
            raise Refused("a field must be made by dataclasses.field")
        return found

    def rename(field: Any, text: Any) -> None:
        if lock.on and text is not None:
            check_field(text)
        slot.__set__(field, text)

    library.Field.name = property(name, rename)
    library._get_field = real_field


def prepared(kind: Any) -> dict[str, Any]:
    """The annotations of a class as a plain dict, which they are from now on, with names that are plain."""
    _check_metaclass(kind)
    table = type.__dict__["__dict__"].__get__(kind)
    given = table.get("__annotations__")
    if given is None or type(given) is dict:
        annotations = annotations_of(kind)
    elif isinstance(given, dict):
        annotations = dict(dict.items(given))
    else:
        raise Refused("the annotations of a dataclass must be a plain dict")
    plain = {field_name(name): hint for name, hint in dict.items(annotations)}
    if given is not None or plain:
        type.__setattr__(kind, "__annotations__", plain)
    return plain


def settle_bases(kind: Any) -> None:
    """Leaves every base of a class with a plain table of real fields, or without one."""
    import dataclasses

    for base in type.__dict__["__mro__"].__get__(kind)[1:]:
        _check_metaclass(base)
        table = type.__dict__["__dict__"].__get__(base).get(TABLE)
        if table is None:
            continue
        if not isinstance(table, dict):
            raise Refused("the fields of a dataclass must be a dict")
        plain = {}
        for name, field in dict.items(table):
            if type(field) is not dataclasses.Field:
                raise Refused("a field must be made by dataclasses.field")
            plain[field_name(name)] = field
            check_field(field.name)
        if type(table) is dict and all(type(name) is str for name in table):
            continue
        type.__setattr__(base, TABLE, plain)


def _check_metaclass(cls: Any) -> None:
    """Refuses a class whose metaclass, one of the file's, answers for it. What it is told of that is set on the class, `as_plain` keeps from it."""
    for meta in type.__dict__["__mro__"].__get__(type(cls)):
        if meta is type or meta is object or _is_ours(meta):
            continue
        table = type.__dict__["__dict__"].__get__(meta)
        if any(name in table for name in ANSWERING if name not in _HARMLESS) or any(
            type(table.get(name, "")) not in (str, type(None)) for name in ("__module__", "__qualname__", "__doc__")
        ):
            raise Refused("a dataclass whose metaclass answers in its place is not allowed in a loaded file")


_HARMLESS = ("__module__", "__qualname__", "__doc__", "__setattr__")


class _Plain(type):
    """The class of a class that a decorator looks at."""


def as_plain(kind: Any, made_of: Any) -> Any:
    """What a decorator makes of a class whose metaclass is told of what is set: that one is told afterwards, of what then is there."""
    meta = type(kind)
    above = type.__dict__["__mro__"].__get__(meta)
    if not any(
        "__setattr__" in type.__dict__["__dict__"].__get__(base)
        for base in above
        if base not in (type, object) and not _is_ours(base)
    ):
        return made_of(kind)
    before = dict(type.__dict__["__dict__"].__get__(kind))
    of_class: Any = object.__dict__["__class__"]
    of_class.__set__(kind, _Plain)
    try:
        made = made_of(kind)
    finally:
        of_class.__set__(kind, meta)
    if made is not kind:
        raise Refused("a dataclass with slots whose metaclass sets attributes is not allowed in a loaded file")
    for name, value in dict(type.__dict__["__dict__"].__get__(kind)).items():
        if name not in before or before[name] is not value:
            if name == TABLE:
                continue
            setattr(kind, name, value)
    return made


def _is_ours(meta: Any) -> bool:
    """Whether a metaclass is one of Python's or of this package, by what those modules hold."""
    import sys

    table = type.__dict__["__dict__"].__get__(meta)
    module = sys.modules.get(table["__module__"]) if type(table.get("__module__")) is str else None
    return (
        module is not None
        and type(module) is type(sys)
        and vars(module).get(type.__dict__["__name__"].__get__(meta)) is meta
    )
