"""Values that are known only when the program really runs.

A data set's labels, a tensor's `.item()`, the result of a function of a library that is not here: each is an `Unknown`.
It flows through whatever is done with it; only what depends on it is unknown. Where Python needs a real value (an
index, a count, an int), it raises `UnknownValue`, which names what is not known.

Of some it is known which type they have: `.item()` of a whole number is an int. Such an unknown has a *kind* (`kind_of`): it says
to `isinstance` that it is one, lacks what its type lacks, and what is calculated from it has the type that Python gives (`kinds`).
"""

from __future__ import annotations

import sys

from .instructions import decorates, unpacked
from .resets import on_reset

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any, TypeVar

    F = TypeVar("F", bound=Callable[..., Any])


class UnknownValue(Exception):
    """A value was needed that only a real run can give."""

    ends_attempt = False  # no statement is skipped for it: what runs is an attempt, which has failed

    def __init__(self, reason: str) -> None:
        super().__init__(f"the value of {reason} is not known")
        self.reason = reason


class Undecided(Exception):
    """One of the `deciders` came to a condition on something unknown."""

    def __init__(self, unknown: Unknown) -> None:
        super().__init__(unknown.reason)
        self.unknown = unknown


deciders: set[Any] = set()  # functions, by their code, that are told where a condition cannot be decided


def decides(function: F) -> F:
    """Marks a function for which a condition on something unknown is no false one: it raises `Undecided` there."""
    deciders.add(function.__code__)
    return function


def _always_false(unknown: Unknown) -> bool:
    """What an `if` or `while` that asks an unknown for its truth is told; the recorder of a run puts its own function here."""
    return False


def _unheard(unknown: Unknown) -> None:
    """What is told of an unknown that is called on a tensor; the recorder of a run puts its own function here."""


def _never() -> bool:
    """Whether what runs now stands for more than itself: a turn for all turns, a side of a condition; a run puts its own function here."""
    return False


def _no_method(text: Unknown, name: str) -> Any:
    """The method of a text that is not known, None where nothing is known of what it gives; a run puts its own function here."""
    return None


def _not_repeated(items: Any, times: Unknown) -> Any:
    """`items * times`; a run puts its own function here."""
    return Unknown(times.reason)


def _not_listed(items: Any, reason: str) -> Any:
    """A list of nobody knows how many items like these; a run puts its own function here."""
    return Unknown(reason)


def _not_counted(reason: str, item: Any, count: Any) -> Any:
    """A list of `count` items, which is not known, each of them like `item`; a run puts its own function here."""
    return Unknown(reason)


repeated: list[Callable[[Any, Unknown], Any]] = [_not_repeated]
open_list: list[Callable[[Any, str], Any]] = [_not_listed]
counted_list: list[Callable[[str, Any, Any], Any]] = [_not_counted]
text_method: list[Callable[[Unknown, str], Any]] = [_no_method]
# Names of symbols (`symbols`) that were made in what stands for more than itself, an item for all items, a turn for all turns: within it they are as
# good as others. Where it ends they expire: in the next item, or in the next turn, the number may be another.
passing: list[str] = []
expired: set[str] = set()


def expire(since: int = 0) -> None:
    """An item, a turn or a side of a condition has ended: symbols that were made in it, when there were `since` of them, expire."""
    if len(passing) > since:
        expired.update(passing[since:])
        del passing[since:]


is_tentative: list[Callable[[], bool]] = [_never]
on_branch: list[Callable[[Unknown], bool]] = [_always_false]
on_call: list[Callable[[Unknown], None]] = [_unheard]
on_backward: list[Callable[[], None]] = [
    lambda: None
]  # a pass backward begins at something unknown: tensors are told of it


TENSORS = ("Tensor", "Parameter", "Unknown")
absent_classes: list[
    type
] = []  # the class of what has a base that is not here, once there is such a class (`tensor.absent_bases`)


# Classes of objects that are one of two, nobody knows which (`source.joining`): by each the class of these two.
one_of_two: dict[Any, Any] = {}


def class_of(value: Any) -> Any:
    """The class of a value; of what is one of two objects that of both."""
    kind = type(value)
    return one_of_two.get(kind, kind)


class Number:
    """The kind of a number of which not even the type is known."""


# What has something in it as soon as there is something of an unknown type, or arrays of another library: until then nobody looks for these.
strangers: list[Any] = []


TEXT = "?"  # what an unknown is in a text


class Texts:
    """The texts that something unknown was put into: how many there were, and which unknown it was last."""

    __slots__ = ("count", "last")

    def __init__(self) -> None:
        self.count = 0
        self.last: Unknown | None = None

    def unknown(self) -> Unknown:
        """The text that was made last, which is not known."""
        return Unknown(f"a text made of {'something unknown' if self.last is None else self.last.reason}", str)

    def put(self, unknown: Unknown) -> str:
        """What an unknown is in a text."""
        self.count += 1
        self.last = unknown
        return TEXT


texts = Texts()


class Unknown:
    """A value that is not known; `reason` says in the user's words where it came from.

    `kind` is its type where that is certain: one of Python's (`int`, `float`, `bool`, `complex`, `str`), `Number`, or a class with rules of its
    own for what is calculated from it (see `kinds`).
    """

    __slots__ = ("__weakref__", "_facts", "_kind", "is_called", "is_rest", "reason")

    reason: str
    is_called: bool
    is_rest: bool
    _kind: type | None
    _facts: dict[Any, Any] | None  # of a number: its products by the other factor, what it is the sum of, its bounds

    def __init__(self, reason: str, kind: type | None = None, *args: Any, **kwargs: Any) -> None:
        if type(reason) is not str:  # `Base.__init__(self, ...)` of an unknown base
            return
        write = object.__setattr__
        write(self, "reason", reason)
        write(self, "_kind", kind)
        write(self, "_facts", None)
        write(self, "is_called", False)  # on a tensor, as a layer is
        write(self, "is_rest", False)  # at the end of a list of which nobody knows how long it is
        if kind is Number and Number not in strangers:
            strangers.append(Number)

    @property  # type: ignore[misc]
    def __class__(self) -> Any:
        kind = self._kind
        return Unknown if kind is None or kind is Number else kind

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        if self._facts is not None and name in self._facts.get("methods", ()):
            return self._facts["methods"][name]
        if name == "backward":
            on_backward[0]()
        if self._kind is not None:
            from .kinds import attribute

            return attribute(self, name)
        return Unknown(f"{self.reason}.{name}")

    def __setattr__(self, name: str, value: Any) -> None:
        pass

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        self._refuse_if_number("'{}' object is not callable")
        if len(args) == 1 and not kwargs and callable(args[0]) and decorates(sys._getframe(1)):
            from .decoration import decorated

            return decorated(args[0], self.reason)
        if args or kwargs:
            from .handover import hand_over

            hand_over((*args, *kwargs.values()), self.reason)
        if (
            not self.is_called
            and ("(" in self.reason or PASSED_OVER in self.reason or is_of_program(self))
            and any(type(a).__name__ in TENSORS for a in (*args, *kwargs.values()))
        ):
            object.__setattr__(self, "is_called", True)
            on_call[0](self)
        return self if self.reason.endswith("(...)") else Unknown(f"{self.reason}(...)")

    def _refuse_if_number(self, message: str) -> None:
        """What Python says of a number that is taken for something else."""
        if self._kind in NUMBERS:
            raise TypeError(message.format("number" if self._kind is Number else self._kind.__name__))

    def __getitem__(self, key: Any) -> Unknown:
        self._refuse_if_number("'{}' object is not subscriptable")
        if self._kind is str:
            return Unknown(self.reason if self.reason.endswith("[...]") else f"{self.reason}[...]", str)
        return self if self.reason.endswith("[...]") else Unknown(f"{self.reason}[...]")

    def __setitem__(self, key: Any, value: Any) -> None:
        pass

    def __delitem__(self, key: Any) -> None:
        pass

    def __iter__(self) -> Iterator[Any]:
        self._refuse_if_number("'{}' object is not iterable")
        count = unpacked(sys._getframe(1))
        if count is not None:  # `a, b = unknown`: as many as there are names
            return iter([Unknown(f"{self.reason}[{i}]") for i in range(count)])
        if is_saved_state(self):
            return iter([Unknown(f"an item of {self.reason}")])
        raise UnknownValue(f"{self.reason} (and how many there are)")

    def __next__(self) -> Unknown:
        return Unknown(f"next({self.reason})")

    def __bool__(self) -> bool:
        if sys._getframe(1).f_code in deciders:
            raise Undecided(self)
        return on_branch[0](self)

    def __len__(self) -> int:
        self._refuse_if_number("object of type '{}' has no len()")
        raise UnknownValue(f"len({self.reason})")

    def __int__(self) -> int:
        raise UnknownValue(self.reason)

    def __index__(self) -> int:
        if self._kind in (float, complex, str):
            raise TypeError(f"'{self._kind.__name__}' object cannot be interpreted as an integer")
        raise UnknownValue(self.reason)

    def __float__(self) -> float:
        raise UnknownValue(self.reason)

    def __complex__(self) -> complex:
        raise UnknownValue(self.reason)

    def __hash__(self) -> int:
        return id(self) >> 4

    def __eq__(self, other: object) -> Any:
        return self if self._kind is None else _binary(self, other, "eq")

    def __ne__(self, other: object) -> Any:
        return self if self._kind is None else _binary(self, other, "ne")

    def __contains__(self, item: Any) -> bool:
        self._refuse_if_number("argument of type '{}' is not iterable")
        return bool(self)

    def __enter__(self) -> Unknown:
        return self

    def __exit__(self, *exc: Any) -> None:
        pass

    def __instancecheck__(self, instance: Any) -> bool:
        return bool(self)  # whether it is one, is not known: false, and noted as a branch

    __subclasscheck__ = __instancecheck__

    def __mro_entries__(self, bases: tuple[Any, ...]) -> tuple[type, ...]:
        from .absent_bases import absent_base

        return absent_base(self.reason, bases)

    def __repr__(self) -> str:
        return texts.put(self)

    def __format__(self, spec: str) -> str:
        return texts.put(self)

    def __copy__(self) -> Unknown:
        return self

    def __deepcopy__(self, memo: Any) -> Unknown:
        return self

    def __reduce__(self) -> Any:
        return (Unknown, (self.reason, self._kind))


MOST_EITHER = 1000  # unknowns of a run of which it is remembered what they may be
_remembered = [0]


def either(unknown: Unknown, *values: Any) -> Unknown:
    """An unknown that is one of these values, as they are now; remembered where one of them is a dict, which may be a state, a layer or a parameter, or not known.

    An unknown of the same reason of which nothing is remembered is one of other values.
    """
    found: list[Any] = []
    for value in values:
        known = _values(value)
        if known is not None:
            found += known
        elif type(value) is not Unknown or value.reason != unknown.reason:
            found.append(dict(value) if type(value) is dict else value)
    if _remembered[0] < MOST_EITHER and any(map(_is_remembered, found)):
        _remembered[0] += 1
        facts_of(unknown)["values"] = found
    return unknown


def note_or_none(unknown: Unknown, values: list[Any], merge: Callable[[list[Any]], Any]) -> None:
    """Notes that an unknown which is one of these values is None or a tensor, of which what all have in common is known."""
    others: list[Any] = []
    is_none = False
    for value in values:
        if type(value) is Unknown:
            other = value._facts.get("or_none") if value._facts else None
            if other is None:
                return
            is_none = True
            others.append(other)
        elif value is None:
            is_none = True
        elif type(value).__name__ in TENSORS:
            others.append(value)
        else:
            return
    if is_none and others:
        common = merge(others) if len(others) > 1 else others[0]
        if type(common) is not Unknown:
            facts_of(unknown)["or_none"] = common


def or_none(value: Any) -> Any:
    """What an unknown is where it is not None; None where that is not known."""
    return value._facts.get("or_none") if type(value) is Unknown and value._facts else None


def _is_remembered(value: Any) -> bool:
    kind = type(value)
    return (
        kind is Unknown
        or isinstance(value, dict)
        or kind.__name__ == "Parameter"
        or hasattr(kind, "register_forward_hook")
    )


def _values(value: Any) -> list[Any] | None:
    return value._facts.get("values") if type(value) is Unknown and value._facts else None


def values_of(unknown: Unknown) -> list[Any]:
    """All that an unknown may be; nothing where that is not known."""
    known = _values(unknown)
    if known is None or _remembered[0] >= MOST_EITHER or any(type(value) is Unknown for value in known):
        return []
    return known


PASSED_OVER = "a statement skipped in line"  # in the reason of what such a statement would have made


def is_of_program(unknown: Unknown) -> bool:
    """Whether it is what the file's own program would have made: a statement was passed over, a loop has no known number of turns.

    An item of such a thing is one too; what its attributes are, which may be anything, is not.
    """
    _, passed, rest = unknown.reason.partition(PASSED_OVER)
    return "." not in rest.replace("...", "") if passed else "what the loop of line" in unknown.reason


def is_saved_state(unknown: Unknown) -> bool:
    """Whether it is what a checkpoint holds, item by item: one item stands for all, since they are renamed and loaded again."""
    reason = unknown.reason
    return ("torch.load(" in reason or "load_state_dict_from_url(" in reason) and (
        ".items(" in reason or ".keys(" in reason
    )


NUMBERS = frozenset((int, float, bool, complex, Number))


def kind_of(value: Any) -> type | None:
    """The type of a value; of an unknown one its kind, None where that is not known."""
    return value._kind if type(value) is Unknown else type(value)


def common_kind(*values: Any) -> type | None:
    """The type of number that values have in common, known or not; None where they have none."""
    kinds = {value._kind if type(value) is Unknown else value.__class__ for value in values}
    kind = kinds.pop()
    return kind if not kinds and is_number_type(kind) else None


def has_more(items: Any) -> bool:
    """Whether a list has a mark that there are more items (`source.rests`)."""
    return any(type(item) is Unknown and item.is_rest for item in items)


def index_of(value: Any) -> Any:
    """The whole number that a value is; an unknown one where that is not known."""
    if type(value) is not Unknown:
        return value.__index__()
    return value if value._kind is int else Unknown(value.reason, int)


def is_number(value: Any) -> bool:
    """Whether an unknown is certainly a number: one of Python's, or of a library's that says what PyTorch takes it for."""
    return is_number_type(value._kind)


def is_number_type(kind: Any) -> bool:
    """Whether a type is one of numbers."""
    return kind is not None and (kind in NUMBERS or hasattr(kind, "torch_number"))


def is_array(value: Any) -> bool:
    """Whether it is an array of another library, which holds a tensor (`__tensor__`) and is no number."""
    kind = type(value)
    return hasattr(kind, "__tensor__") and not hasattr(kind, "torch_number")


def held_by(value: Any) -> Any:
    """The tensor that an array or a scalar holds, also one of texts, which PyTorch takes none of (`__tensor__` refuses it); anything else as it is."""
    if not hasattr(type(value), "__tensor__"):
        return value
    held = getattr(value, "_tensor", None)
    return held if hasattr(type(held), "__torch_function__") else value.__tensor__()


def torch_number(value: Any) -> Any:
    """A number of another library's as PyTorch takes it beside a tensor: one of Python's. Anything else as it is."""
    kind: Any = kind_of(value)
    number = getattr(kind, "torch_number", None)
    if number is None:
        return value
    return Unknown(value.reason, number) if type(value) is Unknown else number(value)


def _binary(self: Unknown, other: Any, name: str, reflected: bool = False) -> Any:
    from .kinds import combined

    return combined(self, other, name, reflected)


def _operator(name: str, reflected: bool) -> Any:
    def operator(self: Unknown, other: Any, *modulus: Any) -> Any:
        return self if self._kind is None else _binary(self, other, name, reflected)

    return operator


def _unary(name: str) -> Any:
    def operator(self: Unknown, *digits: Any) -> Any:
        if self._kind is None:
            return self
        from .kinds import alone

        return alone(self, name, *digits)

    return operator


class NotKnown:
    """An attribute that PyTorch's class has and the one here lacks."""

    __slots__ = ("reason",)

    def __init__(self, reason: str) -> None:
        self.reason = reason

    def __get__(self, obj: Any, owner: Any = None) -> Unknown:
        return Unknown(self.reason)


def lacks(cls: type, name: str, words: str) -> None:
    """Says which attributes of a class, PyTorch's `name`, are not known; tests/torch/test_names.py looks for all of them."""
    for word in words.split():
        if word not in cls.__dict__:
            type.__setattr__(cls, word, NotKnown(f"{name}.{word}"))


OPERATORS: list[str] = []
for _name in "add sub mul truediv floordiv mod pow matmul lshift rshift and or xor divmod".split():
    for _prefix in ("", "r", "i"):
        OPERATORS.append(f"__{_prefix}{_name}__")
        setattr(Unknown, OPERATORS[-1], _operator(_name, _prefix == "r"))
for _name in "lt le gt ge".split():
    OPERATORS.append(f"__{_name}__")
    setattr(Unknown, OPERATORS[-1], _operator(_name, False))
for _name in "neg pos abs invert round trunc floor ceil".split():
    OPERATORS.append(f"__{_name}__")
    setattr(Unknown, OPERATORS[-1], _unary(_name))


def facts_of(number: Unknown) -> dict[Any, Any]:
    """What is certain of a number that is not known; see `kinds` and `sums`."""
    if number._facts is None:
        object.__setattr__(number, "_facts", {})
    return number._facts  # type: ignore[return-value]


@on_reset
def forget() -> None:
    """Drop what is kept of texts made of what is unknown, and of numbers."""
    texts.count, texts.last = 0, None
    passing.clear()
    expired.clear()
    _remembered[0] = 0


def unknown_of(value: Any) -> Unknown | None:
    """What is not known of a value: itself, or the base of its class; None where it is known."""
    if type(value) is Unknown:
        return value
    if absent_classes and issubclass(type(value), absent_classes[0]):
        from .absent_bases import reason_of

        return Unknown(reason_of(type(value)))
    return None


def is_unknown(value: Any) -> bool:
    """Whether a value, or a part of it (a tuple, a list, a dict), is not known."""
    if type(value) is Unknown or (absent_classes and issubclass(type(value), absent_classes[0])):
        return True
    if isinstance(value, (tuple, list)):
        return any(map(is_unknown, value))
    if isinstance(value, dict):
        return any(map(is_unknown, value.values()))
    return False
