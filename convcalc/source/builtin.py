"""The builtins that a loaded file gets: an allow-list, with what reads or starts something stood in for."""

from __future__ import annotations

import builtins
import sys
import types
from _collections import deque

from convcalc.standin import Facade, patches
from convcalc.standin.facade import UnknownOperation
from convcalc.tensor import Tensor, Unknown, UnknownValue, unknown_of
from convcalc.tensor import varying_numbers as numbers
from convcalc.tensor.attributes import (
    FORMATTING,
    SPECIAL,
    binding,
    check_name,
    checked_format,
    formatting,
    has,
    is_about_error,
    is_one_of,
    is_reader,
    is_refused_attribute,
    on_owner,
    read,
    remove,
    setting,
    subject,
    write,
)
from convcalc.tensor.tensor import count_behind
from convcalc.tensor.unknown import Number, absent_classes, common_kind, facts_of, held_by, is_array, is_number, kind_of
from convcalc.tensor.values import known
from convcalc.tensor.varying_numbers import Varying
from convcalc.trace import recorder

from .enumerations import guard_enumerations
from .formatted import text_of
from .guard import Refused, plain
from .iteration import Numbered, Together, is_followed, items_of
from .rests import (
    OPEN,
    OpenList,
    are_like_the_rest,
    has_rest,
    is_rest,
    keys_of,
    length_with_rest,
    more_like_these,
    more_of,
    rests,
)
from .sets import hash_of, in_order, unknown_member
from .unknown_texts import any_of_alike, length_of_text, letters_of, set_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

PLAIN = (
    "abs all any ascii bin bool bytearray bytes callable chr classmethod complex dict divmod enumerate filter float format frozenset "
    "hash hex id int isinstance issubclass iter len list map next object oct ord pow property range repr reversed round set slice "
    "sorted staticmethod str sum super tuple type zip aiter anext NotImplemented Ellipsis None True False __build_class__ "
    "__debug__ memoryview"
).split()  # fmt: skip


guarded_getattr = read
on_owner[0] = patches.owner


def guarded_vars(value: Any) -> Any:
    """`vars(value)` and `value.__dict__`; of a class without what leads out: its table has the readers of frames and code."""
    if isinstance(value, types.ModuleType):
        from .lazy_modules import SourceModule
        from .registries import table_of

        if type(value) in (Facade, SourceModule):
            return table_of(value)
    if isinstance(value, types.GenericAlias):  # which hands over the table of what it is made of
        raise TypeError("vars() argument must have __dict__ attribute")
    found = vars(value)
    if type(found) is types.MappingProxyType or isinstance(value, (type, types.FunctionType)):
        guard_enumerations()  # `type[int]`, which is no class, has the table of one as well
        table = {
            k: v
            for k, v in found.items()
            if type(k) is str and not k.startswith("__") and not is_refused_attribute(k) and not is_reader(v)
        }
        return {k: checked_format(v) if k in FORMATTING else v for k, v in table.items()}
    return found


def _hasattr(value: Any, name: str) -> Any:
    """`hasattr`; of what is not known, not known."""
    check_name(name)
    if unknown_of(value) is not None and type(read(value, name, None)) is Unknown:
        return Unknown(f"hasattr({unknown_of(value).reason}, {name!r})")  # type: ignore[union-attr]
    return has(value, name)


def guarded_setattr(value: Any, name: str, item: Any) -> None:
    write(patches.owner(value), name, item)


def _delattr(value: Any, name: str) -> None:
    remove(patches.owner(value), name)


def _dir(*values: Any) -> list[str]:
    return [name for name in dir(*values) if not is_refused_attribute(name)] if values else []


def _extreme(name: str) -> Any:
    """`max` or `min`; unknown where an unknown takes part, since comparing with it says nothing."""
    real = getattr(builtins, name)

    def extreme(*args: Any, **kwargs: Any) -> Any:
        values = args if len(args) > 1 else list(numbers.read(args[0]))
        if rests[0] and len(args) == 1 and has_rest(values):
            items = [value for value in values if not is_rest(value)]
            kind = common_kind(*items) if items and are_like_the_rest(values) and not kwargs else None
            return Unknown(f"{name}() of a list of unknown length", kind)
        symbolic = False
        for value in values:
            if type(value) is Unknown:
                kinds = {kind_of(v) for v in values}
                return value if len(kinds) == 1 else Unknown(value.reason)
            symbolic = symbolic or (value.__class__ is not type(value) and type(value) is not Varying)
        if symbolic and not kwargs and all(value.__class__ is int for value in values):
            return symbolic_extreme(name, values)
        return real(values, **kwargs)

    extreme.__name__ = name
    return extreme


def _any(iterable: Any) -> Any:
    """`any`; unknown where something unknown decides it."""
    unknown = None
    for value in numbers.read(iterable):
        value = truth(value)
        if type(value) is Unknown:
            unknown = unknown or value
        elif value:
            return True
    return False if unknown is None else unknown


def _all(iterable: Any) -> Any:
    """`all`; unknown where something unknown decides it."""
    unknown = None
    for value in numbers.read(iterable):
        value = truth(value)
        if type(value) is Unknown:
            unknown = unknown or value
        elif not value:
            return False
    return True if unknown is None else unknown


def truth(value: Any) -> Any:
    """What decides the truth of a value: itself, the unknown element of a tensor, or whether a container has items of which nobody knows how many there are."""
    if isinstance(value, Tensor) and value.values is None and value.numel() == 1:
        return value.item()
    if rests[0] and isinstance(value, (list, deque, dict, set)) and value and all(map(is_rest, value)):
        return Unknown("whether there are items of which nobody knows how many there are", bool)
    return value


def _sum(iterable: Any, /, start: Any = 0) -> Any:
    return Unknown(f"sum({iterable.reason})") if type(iterable) is Unknown else sum(numbers.read(iterable), start)


def _letter(name: str, kind: type) -> Any:
    """`ord` and `chr`, of what is not known too."""
    real = getattr(builtins, name)

    def converted(value: Any, /) -> Any:
        return Unknown(f"{name}({value.reason})", kind) if type(value) is Unknown else real(value)

    return converted


def _reversed(sequence: Any, /) -> Any:
    return Unknown(f"reversed({sequence.reason})") if type(sequence) is Unknown else reversed(numbers.read(sequence))


class _Filter:
    """`filter`, which leaves out nothing of which nobody knows whether it belongs there."""

    def __init__(self, function: Any, iterable: Any, /) -> None:
        self.function = function
        self.items = iter(numbers.read(iterable))

    def __iter__(self) -> Any:
        return self

    def __next__(self) -> Any:
        for item in self.items:
            answer = truth(item if self.function is None else self.function(item))
            if type(answer) is Unknown:
                raise UnknownValue(f"filter({answer.reason})")
            if answer:
                return item
        raise StopIteration


def _iter(*args: Any) -> Any:
    if rests[0] and len(args) == 1:
        args = (without_end(in_order(args[0])),)
    if type(args[0]) is Unknown or type(args[0]) is UnknownItems:
        return Unknown(args[0].reason)
    return iter(*map(in_order, map(numbers.read, args)))


def _sorted(iterable: Any, *, key: Any = None, reverse: Any = False) -> Any:
    """`sorted`; where what decides the order is not known, what the items have in common is."""
    if type(iterable) is Unknown and iterable._kind is str:
        iterable = letters_of(iterable, list)
    items = list(in_order(numbers.read(iterable)))
    if has_rest(items):
        reason = "a list of unknown length, in order"
        if are_like_the_rest(items):
            return OpenList((any_of_alike(items, reason), more_like_these(reason, length_with_rest(items, reason))))
        return [more_of(reason)]
    if any(type(item if key is None else key(item)) is Unknown for item in items):
        from .leaving import joined

        item = items[0]
        for other in items[1:]:
            item = joined(other, item, "an item of a list whose order is not known")
        return [item] * len(items)
    return sorted(items, key=key, reverse=reverse)


def symbolic_extreme(name: str, sizes: Any) -> Any:
    """The greatest or least of sizes of which one is symbolic, exactly."""
    best = sizes[0]
    for size in sizes[1:]:
        symbolic, other = (best, size) if type(best) is not int else (size, best)
        if type(symbolic) is int:
            best = getattr(builtins, name)(best, size)
        else:
            best = symbolic.greater(other) if name == "max" else symbolic.lesser(other)
    return best


def symbolic_number(kind: Any, value: Any) -> Any:
    """`int(x)` and `float(x)` of a symbolic size or fraction, which stay what they are; `len(x)` of a tensor with symbolic sizes."""
    if kind is int:
        return value.__trunc__()
    if kind is float and value.__class__ is int:
        from convcalc.dim import Ratio

        size: Any = value
        return Ratio(size, 1, float(size.hint))
    return value if kind is float else kind(value)


def convert(kind: Any, value: Any) -> Any:
    """`int(x)`, `float(x)`, …: of an unknown, unknown."""
    if kind is type:
        return type_of(value)
    if value.__class__ is not type(value) and type(value) is not Unknown:
        return value.converted(kind) if type(value) is Varying else symbolic_number(kind, value)
    if kind is len:
        return length(value)
    if kind is str:
        return _text(value)
    held = held_by(value) if is_array(value) else value
    if isinstance(held, Tensor):
        if kind in (int, float, complex, bool) and known(held) is None and held.numel() == 1:
            count = count_behind[0](held) if kind is int and held.origin is not None else None
            return Unknown(f"{kind.__name__}() of a tensor", kind) if count is None else count
    elif type(value) is Unknown:
        if kind in (int, float, complex, bool):
            reason = f"{kind.__name__}({value.reason})"
            whole = _whole_number(value, reason) if kind is int else None
            return Unknown(reason, kind) if whole is None else whole
        if kind is range and hasattr(value.__class__, "__index__"):
            return unknown_range(value)
        if kind in (list, tuple, set) and not is_number(value):
            if value._kind is str and kind is not tuple:
                return letters_of(value, kind)
            return Unknown(f"{kind.__name__}({value.reason})")
    value = numbers.read(value)
    if rests[0] and hasattr(type(value), "__listed__") and kind in (list, tuple, set):
        value = value.__listed__()
    if rests[0] and isinstance(value, list) and has_rest(value):
        if kind is set:
            return set_of(value) if are_like_the_rest(value) else Unknown(f"set({next(filter(is_rest, value)).reason})")
        if kind is tuple:
            return Unknown(f"tuple({next(filter(is_rest, value)).reason})")
        if kind is list:
            return OpenList(value)
    return kind(in_order(value) if kind is list or kind is tuple else value)


def _whole_number(value: Unknown, reason: str) -> Unknown | None:
    """`int(x)` of a number of which it is known what it is made of."""
    if value._facts is None:
        return None
    from convcalc.tensor.symbols import is_made_of_symbols, share_of

    return value if is_made_of_symbols(value) else share_of(value, "int", reason)


_text = text_of(str)


def type_of(value: Any) -> Any:
    """`type(value)`: of what stands for a number the number's type; unknown where nobody knows it."""
    kind = type(value)
    if kind is Unknown:
        return Unknown(f"type({value.reason})") if value._kind is None or value._kind is Number else value._kind
    if kind in OPEN:
        return kind.__base__
    return value.__class__ if kind.__module__[:9] == "convcalc." else kind


def length(value: Any) -> Any:
    """`len(value)`, which may be unknown, symbolic, or vary from turn to turn of a loop."""
    held = held_by(value) if is_array(value) else value
    if isinstance(held, Tensor) and held.shape:
        return held.shape[0]
    if type(value) is Unknown and not is_number(value):
        return length_of_text(value) if value._kind is str else Unknown(f"len({value.reason})", int)
    if isinstance(value, list):
        if has_rest(value):
            if numbers.lengths and numbers.identity(value) in numbers.lengths:
                return Unknown("the length of a list", int)
            return length_with_rest(value, "the length of a list")
    elif isinstance(value, (set, frozenset, dict)) and unknown_member(value) is not None:
        return length_with_rest(value, f"how many different items there are of a {type(value).__name__}")
    if numbers.lengths and numbers.identity(value) in numbers.lengths:
        return numbers.length_of(value)
    method = getattr(type(value), "__len__", None)
    if type(method) is types.FunctionType and (numbers.lengths or value.__class__ is type(value)):
        found = method(value)
        return (
            found if type(found) in (Unknown, Varying) else len(value) if type(found) is not int or found < 0 else found
        )
    return len(value)


def convert_range(kind: Any, *bounds: Any) -> Any:
    """`range(...)`; unknown where a bound is."""
    if kind is range and any(type(bound) is Unknown for bound in bounds):
        return unknown_range(*bounds)
    return kind(*bounds)


def unknown_range(*bounds: Any) -> Unknown:
    """A range with a bound that is not known: between which numbers its own lie."""
    first = next(bound for bound in bounds if type(bound) is Unknown)
    made = Unknown(f"range({first.reason})", range)
    start, stop = (0, bounds[0]) if len(bounds) == 1 else bounds[:2]
    if len(bounds) < 3 or (type(bounds[2]) is int and bounds[2] > 0):
        facts_of(made)["bounds"] = start, stop - 1
    return made


class UnknownItems:
    """`enumerate` or `zip` over something unknown: nobody knows how many items, but what one looks like may be known."""

    __slots__ = ("count", "first", "reason")

    def __init__(self, first: Any, reason: str, count: Any = None) -> None:
        self.first = first
        self.reason = reason
        self.count = count

    def __iter__(self) -> Any:
        raise UnknownValue(f"{self.reason} (and how many there are)")


def item_of(iterable: Any) -> Any:
    """The one item that a loop over something unknown gets."""
    if recorder.active is not None:
        recorder.active.unknown_loops += 1
    if type(iterable) is UnknownItems:
        return iterable.first
    kind = kind_of(iterable)
    if kind is None and iterable._facts is not None and "item" in iterable._facts:
        return Unknown(f"an item of {iterable.reason}", iterable._facts["item"])
    item = Unknown(f"an item of {iterable.reason}", int if kind is range else str if kind is str else None)
    if kind is range and iterable._facts is not None and "bounds" in iterable._facts:
        facts_of(item)["bounds"] = iterable._facts["bounds"]
    return item


def each(kind: Any, *iterables: Any, **options: Any) -> Any:
    """`enumerate(x, ...)` and `zip(x, y, ...)`."""
    iterables = tuple([in_order(numbers.read(iterable)) for iterable in iterables])
    if rests[0]:
        iterables = tuple(map(without_end, iterables))
    unknown = next((i for i in iterables if type(i) is Unknown or type(i) is UnknownItems), None)
    if unknown is None:
        if any(map(is_followed, iterables)):
            return Numbered(*iterables, **options) if kind is enumerate else Together(*iterables)
        return kind(*iterables, **options)
    if kind is enumerate:
        return numbered(unknown)
    if kind is not zip:
        return kind(*iterables, **options)
    return UnknownItems(tuple(map(_any_item, iterables)), unknown.reason)


def numbered(iterable: Any) -> UnknownItems:
    """`enumerate` of something unknown."""
    number, count = Unknown("the number of an item", int), count_of(iterable)
    if count is not None:
        facts_of(number)["different"] = count
    return UnknownItems((number, item_of(iterable)), iterable.reason, count)


def without_end(iterable: Any) -> Any:
    """A list (or a dict) of which nobody knows how many items it has as something to go over; anything else as it is."""
    if hasattr(type(iterable), "__listed__"):  # a stand-in that knows what its items are like
        iterable = iterable.__listed__()
    if isinstance(iterable, dict) and has_rest(iterable):
        iterable = keys_of(iterable)
    if not isinstance(iterable, (list, deque)) or not has_rest(iterable):
        return iterable
    reason = next(filter(is_rest, iterable)).reason
    if not are_like_the_rest(iterable):
        return UnknownItems(Unknown(f"an item of a list of unknown length ({reason})"), reason)
    return UnknownItems(any_of_alike(iterable, reason), reason, length_with_rest(iterable, reason))


def count_of(iterable: Any) -> Any:
    """How many items there are of something unknown: a number that is the same each time, or None."""
    if type(iterable) is UnknownItems:
        return iterable.count
    return length_of_text(iterable) if iterable._kind is str else None


def _any_item(iterable: Any) -> Any:
    """What is known of the items of an iterable, whichever it is."""
    if type(iterable) is Unknown or type(iterable) is UnknownItems:
        return item_of(iterable)
    items = items_of(iterable)
    first = next(items, items)
    return Unknown("an item") if first is items else items.any_item(first)


def conversion(kind: Any) -> Any:
    """What a call of `int`, `len`, `range`, … goes to in a package's module that is run from its bytecode."""

    def converted(*args: Any, **kwargs: Any) -> Any:
        if len(args) == 1 and not kwargs:
            return kind(args[0]) if type(args[0]) in _ORDINARY else convert(kind, args[0])
        return kind(*args, **kwargs)

    if kind is range:
        return lambda *bounds: convert(range, *bounds) if len(bounds) == 1 else convert_range(range, *bounds)
    if kind is enumerate or kind is zip:
        return lambda *iterables, **options: each(kind, *iterables, **options) if iterables else kind(**options)
    return converted


_ORDINARY = frozenset((int, float, bool, str, list, tuple, dict, set, range))


def decorator_for(run: Any) -> Any:
    """What a decorator is in a run; of one that is not known a note tells that what it makes of a function is not known."""

    def decorator(value: Any) -> Any:
        if type(value) is not Unknown and type(value) is not UnknownOperation:
            return value
        from convcalc.tensor.decoration import decorated

        reason = value.reason if type(value) is Unknown else value.__name__
        frame = sys._getframe(1)

        def decorate(made: Any) -> Any:
            found = decorated(made, reason)
            if found is not made:
                run.note_decorator(reason, frame)
            return found

        return decorate

    return decorator


def super_of(found: Any) -> Any:
    """`super(...)`; of an object whose class has a base that is not here, with what that base may have."""
    if not absent_classes:
        return found
    from convcalc.tensor.absent_bases import super_of

    return super_of(found)


def assume(condition: Any) -> Any:
    """The condition of an `assert`: one that is not known is taken to hold."""
    if type(condition) is Unknown or (
        isinstance(condition, Tensor) and condition.values is None and condition.numel() == 1
    ):
        return True
    return condition


def _locals() -> dict[str, Any]:
    """`locals()`: a copy of the caller's names, without the guard's own. Only a loaded file's own code has names for it."""
    frame = sys._getframe(1)
    if "$refuse" not in frame.f_builtins:
        refuse("locals of another module's function")
    names = frame.f_locals
    return {k: v for k, v in names.items() if k != "__builtins__" and k[0] not in "$."}


def subclasses_for(run: Any) -> Any:
    """`cls.__subclasses__` of a class of the run's own: those subclasses that are the run's own too."""

    def is_own(kind: Any) -> bool:
        return isinstance(kind, type) and run.is_own_module(type.__dict__["__dict__"].__get__(kind).get("__module__"))

    def subclasses(kind: Any) -> Any:
        if not is_own(kind):
            refuse("__subclasses__")
        return lambda: [below for below in type.__subclasses__(kind) if is_own(below)]

    return subclasses


class Held:
    """A value that a pattern compares with, read before the statement."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value


class _Like(type):
    """The class of what stands for a class in a pattern: an instance of the class is one of it."""

    real: Any
    careful: bool

    def __instancecheck__(cls, value: Any) -> bool:
        return isinstance(value, cls.real) and not (cls.careful and is_about_error(value))


def matched(kind: Any, careful: bool = False) -> Any:
    """A class of a pattern. `__match_args__` names attributes to read: they are checked, and cannot change any more; `careful` where `obj` is read."""
    if not isinstance(kind, type) or (is_one_of(kind, SELF_MATCHING) and not careful):
        return kind
    names = getattr(kind, "__match_args__", None)
    if names is not None:
        if type(names) is not tuple:
            raise TypeError(f"{kind.__name__}.__match_args__ must be a tuple (got {type(names).__name__})")
        for name in names:
            check_name(name)
            if name == "obj":
                careful = True
            elif name in SPECIAL:
                refuse(name)
    base = next((plain for plain in SELF_MATCHING if issubclass(kind, plain)), object)
    like = _Like(kind.__name__, () if base is bool else (base,), {} if names is None else {"__match_args__": names})
    like.real = kind
    like.careful = careful
    return like


SELF_MATCHING = (bool, bytearray, bytes, dict, float, frozenset, int, list, set, str, tuple)


def refuse(name: str) -> Any:
    raise Refused(f"{name.lstrip('.')} is not allowed in a loaded file")


def builtins_for(run: Any) -> dict[str, Any]:
    """The table of builtins for a run; `run` says what imports, opening and printing do."""
    names = {name: getattr(builtins, name) for name in PLAIN}
    names.update(
        {
            name: value
            for name, value in vars(builtins).items()
            if isinstance(value, type) and issubclass(value, BaseException)
        }
    )
    for name in ("max", "min"):
        names[name] = _extreme(name)
    names.update(repr=text_of(repr), format=text_of(format), ascii=text_of(ascii))
    names.update(
        any=_any,
        all=_all,
        filter=_Filter,
        sorted=_sorted,
        sum=_sum,
        reversed=_reversed,
        iter=_iter,
        ord=_letter("ord", int),
        chr=_letter("chr", str),
        hash=hash_of,
    )
    names.update(
        getattr=guarded_getattr, hasattr=_hasattr, setattr=guarded_setattr, delattr=_delattr, vars=guarded_vars, dir=_dir,
        globals=lambda: run.public_names(), locals=_locals, print=_print, open=plain(run.open), input=lambda prompt="": Unknown("input()"),
        eval=run.refusing("eval"), exec=run.refusing("exec"), compile=run.refusing("compile"), exit=_exit, quit=_exit, help=_print,
        breakpoint=_print, __import__=plain(run.import_module),
    )  # fmt: skip
    names.update(
        {
            "$convert": convert,
            "$assume": assume,
            "$refuse": refuse,
            "$vars": guarded_vars,
            "$format": formatting,
            "$get": binding,
            "$obj": subject,
            "$matched": matched,
            "$held": Held,
            "$each": each,
            "$range": convert_range,
            "$decorator": decorator_for(run),
            "$subclasses": subclasses_for(run),
            "$super": super_of,
            "$owner": patches.owner,
            "$setter": setting,
        }
    )
    names.update({"$any": Exception, "$dataless": (UnknownValue, Refused)})
    return names


def of_notebook() -> dict[str, Any]:
    """What IPython adds to the builtins."""
    return {"display": _print, "get_ipython": lambda: Unknown("get_ipython()")}


def _print(*args: Any, **kwargs: Any) -> None:
    """Held back."""


def _exit(code: Any = None) -> None:
    raise SystemExit(code)
