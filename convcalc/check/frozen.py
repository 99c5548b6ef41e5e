"""Results that do not change once they are made, and their form in JSON, which is made here and nowhere else."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any, TypeVar

    Made = TypeVar("Made", bound="Frozen")


class ReadByKey:
    """A result that answers to a key of its JSON with what stands there: `row["params"]`."""

    __slots__: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """The result in the form of its JSON."""
        raise NotImplementedError

    def __getitem__(self, key: str) -> Any:
        return self.to_dict()[key]

    def get(self, key: str, default: Any = None) -> Any:
        """What stands under a key in the JSON."""
        return self.to_dict().get(key, default)

    def __contains__(self, key: object) -> bool:
        return key in self.to_dict()

    def __iter__(self) -> Iterator[str]:
        return iter(self.to_dict())

    def keys(self) -> Iterable[str]:
        """The keys of the JSON."""
        return self.to_dict().keys()

    def __eq__(self, other: object) -> bool:
        """Whether the JSON is the same; `other` may be one itself."""
        if isinstance(other, dict):
            return self.to_dict() == other
        return self.to_dict() == other.to_dict() if isinstance(other, type(self)) else NotImplemented

    __hash__ = None  # type: ignore[assignment]  # what can still be changed


class Frozen(ReadByKey):
    """A result with fields that are set once, by its constructor.

    The fields are those of `__slots__`. In JSON they have the same names, except those that `JSON_NAMES` renames (`class` cannot name a field in
    Python). A field of `OPTIONAL` may be absent: then it reads as None and has no key in JSON. `PARTS` says of which class the parts of a field are that
    are results themselves.
    """

    __slots__: tuple[str, ...] = ("_present",)
    JSON_NAMES: dict[str, str] = {}
    OPTIONAL: frozenset[str] = frozenset()
    PARTS: dict[str, Any] = {}
    _forms: dict[tuple[str, ...], tuple[tuple[str, str], ...]] = {}
    _present: tuple[tuple[str, str], ...]  # the fields that are there, each with its key

    def __init_subclass__(cls) -> None:
        cls._forms = {}

    def __init__(self, **fields: Any) -> None:
        names = tuple(fields)
        _set(self, "_present", self._forms.get(names) or self._form(names))
        for name, value in fields.items():
            _set(self, name, value)

    @classmethod
    def _form(cls, names: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
        """The fields of a result that is made with these names, in the order of the class, each with its key; worked out once for all with the same."""
        wrong = [name for name in names if name not in cls.__slots__]
        lacking = [name for name in cls.__slots__ if name not in names and name not in cls.OPTIONAL]
        if wrong or lacking:
            told = f"has no field {', '.join(wrong)}" if wrong else f"needs {', '.join(lacking)}"
            raise TypeError(f"{cls.__name__} {told}")
        form = tuple([(name, cls.JSON_NAMES.get(name, name)) for name in cls.__slots__ if name in names])
        cls._forms[names] = form
        return form

    if not TYPE_CHECKING:  # type checkers know each field by its annotation

        def __getattr__(self, name: str) -> Any:
            """None for an optional field that is absent."""
            if name in type(self).OPTIONAL:
                return None
            raise AttributeError(f"{type(self).__name__} has no field {name!r}")

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{type(self).__name__} does not change: make another with `with_({name}=...)`")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"{type(self).__name__} does not change")

    def with_(self: Made, **fields: Any) -> Made:
        """The same with other values of some fields."""
        return type(self)(**{**self._fields(), **fields})

    def without(self: Made, *names: str) -> Made:
        """The same without some of its optional fields."""
        return type(self)(**{name: value for name, value in self._fields().items() if name not in names})

    def _fields(self) -> dict[str, Any]:
        return {name: _get(self, name) for name, _ in self._present}

    def __getitem__(self, key: str) -> Any:
        for name, other in self._present:
            if other == key:
                return plain(_get(self, name))
        raise KeyError(key)

    # the form in JSON

    def to_dict(self) -> dict[str, Any]:
        """The result in the form of its JSON."""
        found = {key: _get(self, name) for name, key in self._present}
        for key, value in found.items():
            if type(value) not in _PLAIN:
                found[key] = plain(value)
        return found

    @classmethod
    def from_dict(cls: type[Made], value: dict[str, Any]) -> Made:
        """The result of which that is the JSON; keys that it does not know are left out."""
        fields: dict[str, Any] = {}
        for name in cls.__slots__:
            key = cls.JSON_NAMES.get(name, name)
            if key in value:
                fields[name] = frozen(value[key], cls.PARTS.get(name))
        return cls(**fields)

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(tuple(self._fields().items()))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in self._fields().items())})"


_set = object.__setattr__
_get = object.__getattribute__
_PLAIN = frozenset((bool, int, float, str, type(None)))
_SIZE = frozenset((int, str))


def plain(value: Any) -> Any:
    """A value in the form of JSON: results as dicts, tuples as lists."""
    kind = type(value)
    if kind is tuple or kind is list:
        if value and type(value[0]) in _SIZE:  # a shape, or words: no part of it is a result
            return list(value)
        return [plain(part) for part in value]
    if kind is dict:
        return {key: plain(part) for key, part in value.items()}
    return value.to_dict() if hasattr(value, "to_dict") else value


def frozen(value: Any, of: Any = None) -> Any:
    """A value of JSON as a field has it: lists as tuples, and dicts as results of a class."""
    kind = type(value)
    if kind is list or kind is tuple:
        return tuple([frozen(part, of) for part in value])
    if kind is dict and of is not None:
        return of.from_dict(value)
    return value
