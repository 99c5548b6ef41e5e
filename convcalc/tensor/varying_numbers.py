"""Numbers that vary from turn to turn of a loop: the number that one has in this turn, and how it depends on the loop's counters.

A turn that is run with such numbers tells for which other turns it stands: whatever is decided by one of them (a comparison, a truth,
an index) is noted as a condition on the counters. Where code needs the number itself (C functions ask `__index__` or `__float__`), the
condition is that it is this one, so that the turn stands for itself alone. Nothing is ever assumed.

`Varying` passes for an int (or float) to `isinstance`. Outside of the turn that it belongs to it is the number, and notes nothing.
"""

from __future__ import annotations

import _operator as operator

from .attributes import read as read_attribute
from .unknown import Unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

LONGEST = 400  # characters of an expression; a number that hangs on more is taken for what it is
_CONSTANTS = (int, bool, float)

first: dict[int, int] = {}  # the first counter of each turn under way: its own number
identity = object.__hash__  # a number for each object, as `id`, which calls the guard's hook each time
conditions: dict[int, dict[str, None]] = {}  # what each turn under way has asked, by the turn's number, in order
lengths: dict[
    int, tuple[int, int, int]
] = {}  # of lists that grow, by id: the turn, the counter that is their length, what that was


class Varying:
    """A number that varies: of turn number `of`, `text` an expression over its counters `v`, `value` what it is in this turn."""

    __slots__ = ("of", "text", "value")

    def __init__(self, of: int, text: str, value: Any) -> None:
        self.of = of
        self.text = text
        self.value = value

    @property  # type: ignore[misc]
    def __class__(self) -> Any:
        return type(self.value)

    def pinned(self) -> Any:
        """The number itself, whatever that is for: then only turns in which it is the same are alike."""
        note(self.of, f"({self.text} == {self.value!r})")
        return self.value

    def holds(self, text: str, answer: bool) -> bool:
        """Notes what a comparison has answered, as one that holds."""
        if not answer:
            if type(self.value) is int:
                left, sign, right = parted(text)
                text = f"({left} {OPPOSITE[sign]} {right})"
            else:  # what is no number compares with nothing
                text = f"(not {text})"
        note(self.of, text)
        return answer

    def converted(self, kind: Any) -> Any:
        """`int(x)`, `float(x)`, `bool(x)`; anything else is done with the number itself."""
        if kind is int or kind is float:
            return self if type(self.value) is kind else of(self, f"{kind.__name__}({self.text})", kind(self.value))
        return bool(self) if kind is bool else kind(self.pinned())

    def __getattr__(self, name: str) -> Any:
        return read_attribute(self.pinned(), name)

    def __bool__(self) -> bool:
        return self.holds(f"({self.text} != 0)", bool(self.value))

    def __index__(self) -> int:
        return self.pinned().__index__()  # type: ignore[no-any-return]

    def __int__(self) -> int:
        return int(self.pinned())

    def __float__(self) -> float:
        return float(self.pinned())

    def __complex__(self) -> complex:
        return complex(self.pinned())

    def __hash__(self) -> int:
        return hash(self.pinned())

    def __repr__(self) -> str:
        return repr(self.pinned())

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return format(self.pinned(), spec)

    def __round__(self, digits: Any = None) -> Any:
        return of(self, f"round({self.text})", round(self.value)) if digits is None else round(self.pinned(), digits)

    def __trunc__(self) -> Any:
        return self.converted(int)

    def __floor__(self) -> Any:
        return of(self, f"floor({self.text})", operator.floordiv(self.value, 1).__trunc__())

    def __ceil__(self) -> Any:
        return of(self, f"-floor(-{self.text})", -operator.floordiv(-self.value, 1).__trunc__())

    def __copy__(self) -> Any:
        return self

    def __deepcopy__(self, memo: Any) -> Any:
        return self

    def __reduce__(self) -> Any:
        return type(self.value), (self.value,)


OPPOSITE = {"<": ">=", ">=": "<", ">": "<=", "<=": ">", "==": "!=", "!=": "=="}


def parted(comparison: str) -> tuple[str, str, str]:
    """The sides of a comparison in brackets, and the sign between them."""
    depth = 0
    words = comparison[1:-1].split(" ")
    for i, word in enumerate(words):
        if depth == 0 and word in OPPOSITE:
            return " ".join(words[:i]), word, " ".join(words[i + 1 :])
        depth += word.count("(") - word.count(")")
    raise ValueError(f"{comparison} is no comparison")


def note(turn: int, condition: str) -> None:
    """Notes a condition of a turn, if it is still under way."""
    asked = conditions.get(turn)
    if asked is not None:
        asked[condition] = None


def of(number: Varying, text: str, value: Any) -> Any:
    """What was worked out from a number that varies: varying too, while its turn is under way and its expression is not too long."""
    if number.of not in conditions:
        return value
    if len(text) > LONGEST:
        number.pinned()
        return value
    return Varying(number.of, text, value)


def length_of(items: Any) -> Any:
    """The length of a list, which varies where the list grows from turn to turn."""
    turn, place, before = lengths.get(identity(items), (0, 0, 0))
    count = len(items)
    return Varying(turn, f"(v[{place}] + {count - before})", count) if turn else count


def read(items: Any) -> Any:
    """Items that are read one by one: where they are those of a list that grows from turn to turn, only this turn reads these."""
    if lengths:
        turn = lengths.get(identity(items), (0, 0, 0))[0]
        if turn:
            note(turn, f"(v[0] == {first[turn]})")
    return items


def shown(value: Any) -> Any:
    """The number for a text that is printed and decides nothing: no condition is noted."""
    if type(value) is Varying:
        return value.value
    return tuple(map(shown, value)) if type(value) is tuple else value


def plain(value: Any) -> Any:
    """The number itself, noted as such; anything else as it is."""
    return value.pinned() if type(value) is Varying else value


def plain_all(value: Any) -> Any:
    """The same of a value with its lists, tuples, dicts and slices: what operations are given."""
    kind = type(value)
    if kind is Varying:
        return value.pinned()
    if not _varies(value):
        return value
    if kind is slice:
        return slice(plain(value.start), plain(value.stop), plain(value.step))
    if kind is dict:
        return {key: plain_all(part) for key, part in value.items()}
    return kind(map(plain_all, value))


def of_operation(name: str, arguments: tuple[Any, ...]) -> tuple[Any, ...]:
    """The arguments of an operation as numbers, with conditions no stricter than what its result hangs on.

    An operand of elementwise arithmetic decides nothing about tensors whose elements are not known; of an index it matters that it lies
    within the tensor, of a slice how long the part is.
    """
    if not any(map(_varies, arguments)):
        return arguments
    if name in ELEMENTWISE and all(_is_free(value) or type(value) in (*_CONSTANTS, Varying) for value in arguments):
        return tuple([value.value if type(value) is Varying else value for value in arguments])
    if name == "__getitem__" and _is_free(arguments[0]):
        tensor, key = arguments
        keys = key if type(key) is tuple else (key,)
        if None not in keys and Ellipsis not in keys and len(keys) <= len(tensor.shape):
            parts = tuple([_of_dimension(part, size) for part, size in zip(keys, tensor.shape)])
            return (tensor, parts if type(key) is tuple else parts[0])
    return plain_all(arguments)  # type: ignore[no-any-return]


# elementwise operations of which the numbers that they are given besides tensors change no shape and no type
ELEMENTWISE = frozenset(
    f"{prefix}{name}{suffix}"
    for name in "add sub mul truediv floordiv mod pow".split()
    for prefix, suffix in (("__", "__"), ("__r", "__"), ("__i", "__"), ("", ""), ("", "_"))
) | {"div", "div_", "true_divide", "clamp", "clamp_", "fill_", "lt", "le", "gt", "ge", "eq", "ne", "__lt__", "__le__", "__gt__", "__ge__", "__eq__", "__ne__"}  # fmt: skip


def _of_dimension(key: Any, size: Any) -> Any:
    """An index or a slice of a dimension, as numbers."""
    if type(key) is Varying and type(size) is int and key >= 0 and key < size:  # type: ignore[operator]
        return key.value
    if type(key) is not slice or not _varies(key) or key.step not in (None, 1) or type(size) is not int:
        return plain_all(key)
    start, stop = 0 if key.start is None else key.start, size if key.stop is None else key.stop
    if type(start) not in (int, Varying) or type(stop) not in (int, Varying) or start < 0 or stop < 0:
        return plain_all(key)
    start, stop = (size if start > size else start), (size if stop > size else stop)
    length = stop - start
    if type(length) is Varying:
        length = length.value if length == length.value else 0
    first = start.value if type(start) is Varying else start
    return slice(first, first + length)


def _varies(value: Any) -> bool:
    kind = type(value)
    if kind is Varying:
        return True
    if kind is slice:
        return _varies(value.start) or _varies(value.stop) or _varies(value.step)
    if kind is dict:
        return any(map(_varies, value.values()))
    return (kind is tuple or kind is list) and len(value) < 100 and any(map(_varies, value))


def _pair(a: Any, b: Any) -> tuple[Any, Any] | None:
    """Two operands of one turn, or one and a constant; None where the operation is done with the numbers themselves."""
    if type(a) is Varying and type(b) is Varying:
        if a.of != b.of or a.of not in conditions:
            return None
        return a, b
    return (a, b) if type(b if type(a) is Varying else a) in _CONSTANTS else None


def _text(value: Any) -> str:
    return value.text if type(value) is Varying else repr(value)


def _value(value: Any) -> Any:
    return value.value if type(value) is Varying else value


def _is_free(other: Any) -> bool:
    """Whether what is worked out with that operand is the same for any number: something unknown, a tensor without elements."""
    if type(other) is Unknown:
        return True
    from .tensor import Tensor

    return isinstance(other, Tensor) and other.values is None


def _separate(a: Any, b: Any) -> tuple[Any, Any]:
    """Two operands that are not of one turn: of two that vary, the one of the turn around becomes a number."""
    if type(a) is Varying and type(b) is Varying:
        return (a.pinned(), b) if a.of < b.of and b.of in conditions else (a, b.pinned())
    return plain(a), plain(b)


def _operator(name: str, sign: str, turned: bool) -> Callable[[Any, Any], Any]:
    real = getattr(operator, name)

    def worked_out(self: Varying, other: Any) -> Any:
        a, b = (other, self) if turned else (self, other)
        if _is_free(other):
            return real(*map(_value, (a, b)))
        if _pair(a, b) is None:
            return real(*_separate(a, b))
        if sign in _DIVIDING and _value(b) == 0:
            return real(plain(a), plain(b))
        if sign == "**" and (type(b) is Varying or type(b) is not int or not 0 <= b <= 4):
            return real(plain(a), plain(b))
        if (sign == "+" or (sign == "-" and not turned)) and type(other) is int:
            return of(self, _plus(self.text, other if sign == "+" else -other), real(_value(a), _value(b)))
        return of(self, f"({_text(a)} {sign} {_text(b)})", real(_value(a), _value(b)))

    return worked_out


def _plus(text: str, number: int) -> str:
    """The text of a sum: `(x + 2)` and 3 make `(x + 5)`."""
    start, _, added = text.rpartition(" + ")
    added = added[:-1]
    if start[:1] == "(" and added.lstrip("-").isdigit():
        text, number = start[1:], number + int(added)
    return f"({text} + {number})" if number else text


def _comparison(name: str, sign: str) -> Callable[[Any, Any], Any]:
    real = getattr(operator, name)

    def compared(self: Varying, other: Any) -> Any:
        if _is_free(other):
            return real(self.value, other)
        if _pair(self, other) is None:
            if type(other) is not Varying and not hasattr(type(other), "__index__") and name in ("eq", "ne"):
                return real(self.value, other)  # a number is no text and no list, in whichever turn
            return real(*_separate(self, other))
        return self.holds(f"({self.text} {sign} {_text(other)})", bool(real(self.value, _value(other))))

    return compared


def _unary(name: str, text: str) -> Callable[[Any], Any]:
    real = getattr(operator, name)
    return lambda self: of(self, text.format(self.text), real(self.value))


_DIVIDING = ("/", "//", "%")
for _name, _sign in {
    "add": "+",
    "sub": "-",
    "mul": "*",
    "truediv": "/",
    "floordiv": "//",
    "mod": "%",
    "pow": "**",
}.items():
    setattr(Varying, f"__{_name}__", _operator(_name, _sign, False))
    setattr(Varying, f"__r{_name}__", _operator(_name, _sign, True))
for _name, _sign in {"lt": "<", "le": "<=", "gt": ">", "ge": ">=", "eq": "==", "ne": "!="}.items():
    setattr(Varying, f"__{_name}__", _comparison(_name, _sign))
for _name, _form in {"neg": "(-{})", "pos": "{}", "abs": "abs({})"}.items():
    setattr(Varying, f"__{_name}__", _unary(_name, _form))


def _with_numbers(name: str) -> Callable[..., Any]:
    """An operation that is rare on counters: with the numbers themselves."""
    real = getattr(operator, name)
    return lambda self, other: real(plain(self), plain(other))


for _name in "and_ or_ xor lshift rshift matmul".split():
    _method = _name.rstrip("_")
    setattr(Varying, f"__{_method}__", _with_numbers(_name))
    setattr(
        Varying, f"__r{_method}__", lambda self, other, name=_name: getattr(operator, name)(plain(other), plain(self))
    )
setattr(Varying, "__invert__", lambda self: ~plain(self))
setattr(Varying, "__divmod__", lambda self, other: (self // other, self % other))
setattr(Varying, "__rdivmod__", lambda self, other: (other // self, other % self))
