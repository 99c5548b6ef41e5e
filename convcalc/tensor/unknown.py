"""Values that are known only when the program really runs.

A data set's labels, a tensor's `.item()`, the result of a function of a library that is not here: each is an `Unknown`.
It flows through whatever is done with it; only what depends on it is unknown. Where Python needs a real value (an
index, a count, an int), it raises `UnknownValue`, which names what is not known.
"""

from __future__ import annotations

import sys
from types import FunctionType

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType
    from typing import Any

UNPACK_SEQUENCE, CALL = 92, 171  # opcodes; replaced below where the interpreter numbers them otherwise
if sys.version_info[:2] != (3, 11):
    from opcode import opmap

    UNPACK_SEQUENCE, CALL = opmap["UNPACK_SEQUENCE"], opmap.get("CALL", -1)


class UnknownValue(Exception):
    """A value was needed that only a real run can give."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"the value of {reason} is not known")
        self.reason = reason


def _always_false(unknown: Unknown) -> bool:
    """What an `if` or `while` that asks an unknown for its truth is told; the recorder of a run puts its own function here."""
    return False


on_branch: list[Callable[[Unknown], bool]] = [_always_false]


_TENSORS = ("Tensor", "Parameter", "Unknown")


class Unknown:
    """A value that is not known; `reason` says in the user's words where it came from."""

    __slots__ = ("__weakref__", "is_called", "is_rest", "reason")

    def __init__(self, reason: str) -> None:
        object.__setattr__(self, "is_called", False)  # on a tensor, as a layer is
        object.__setattr__(self, "is_rest", False)  # at the end of a list of which nobody knows how long it is
        self.reason = reason

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        return Unknown(f"{self.reason}.{name}")

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "reason" and not _has_reason(self):
            object.__setattr__(self, name, value)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if len(args) == 1 and type(args[0]) in (FunctionType, type) and not kwargs and _decorates(sys._getframe(1)):
            return args[0]
        if not self.is_called and "(" in self.reason and any(type(a).__name__ in _TENSORS for a in args):
            object.__setattr__(self, "is_called", True)
        return self if self.reason.endswith("(...)") else Unknown(f"{self.reason}(...)")

    def __getitem__(self, key: Any) -> Unknown:
        return self if self.reason.endswith("[...]") else Unknown(f"{self.reason}[...]")

    def __setitem__(self, key: Any, value: Any) -> None:
        pass

    def __delitem__(self, key: Any) -> None:
        pass

    def __iter__(self) -> Iterator[Any]:
        frame = sys._getframe(1)
        code = frame.f_code.co_code
        at = frame.f_lasti
        if code[at] == UNPACK_SEQUENCE:  # `a, b = unknown`: as many as there are names
            return iter([Unknown(f"{self.reason}[{i}]") for i in range(code[at + 1])])
        if is_saved_state(self):
            return iter([Unknown(f"an item of {self.reason}")])
        raise UnknownValue(f"{self.reason} (and how many there are)")

    def __next__(self) -> Unknown:
        return Unknown(f"next({self.reason})")

    def __bool__(self) -> bool:
        return on_branch[0](self)

    def __len__(self) -> int:
        raise UnknownValue(f"len({self.reason})")

    def __int__(self) -> int:
        raise UnknownValue(self.reason)

    def __index__(self) -> int:
        raise UnknownValue(self.reason)

    def __float__(self) -> float:
        raise UnknownValue(self.reason)

    def __complex__(self) -> complex:
        raise UnknownValue(self.reason)

    def __hash__(self) -> int:
        return id(self) >> 4

    def __eq__(self, other: object) -> Any:
        return self

    def __ne__(self, other: object) -> Any:
        return self

    def __contains__(self, item: Any) -> bool:
        return bool(self)

    def __enter__(self) -> Unknown:
        return self

    def __exit__(self, *exc: Any) -> None:
        pass

    def __instancecheck__(self, instance: Any) -> bool:
        return bool(self)  # whether it is one, is not known: false, and noted as a branch

    __subclasscheck__ = __instancecheck__

    def __mro_entries__(self, bases: tuple[Any, ...]) -> tuple[type, ...]:
        return ()

    def __repr__(self) -> str:
        return "?"

    def __format__(self, spec: str) -> str:
        return "?"

    def __copy__(self) -> Unknown:
        return self

    def __deepcopy__(self, memo: Any) -> Unknown:
        return self

    def __reduce__(self) -> Any:
        return (Unknown, (self.reason,))


def _decorates(frame: FrameType) -> bool:
    """Whether an instruction calls without arguments to which one is handed: so CPython calls a decorator, and nothing else."""
    code, at = frame.f_code.co_code, frame.f_lasti
    return code[at] == CALL and code[at + 1] == 0


def is_saved_state(unknown: Unknown) -> bool:
    """Whether it is what a checkpoint holds, item by item: one item stands for all, since they are renamed and loaded again."""
    reason = unknown.reason
    return ("torch.load(" in reason or "load_state_dict_from_url(" in reason) and (
        ".items(" in reason or ".keys(" in reason
    )


def _has_reason(unknown: Unknown) -> bool:
    try:
        object.__getattribute__(unknown, "reason")
    except AttributeError:
        return False
    return True


def _same(self: Unknown, *others: Any) -> Unknown:
    return self


for _name in (
    "add sub mul truediv floordiv mod pow matmul lshift rshift and or xor divmod".split()
):  # fmt: skip
    for _prefix in ("", "r", "i"):
        setattr(Unknown, f"__{_prefix}{_name}__", _same)
for _name in "lt le gt ge neg pos abs invert round trunc floor ceil".split():
    setattr(Unknown, f"__{_name}__", _same)


def is_unknown(value: Any) -> bool:
    """Whether a value, or a part of it (a tuple, a list, a dict), is not known."""
    if type(value) is Unknown:
        return True
    if isinstance(value, (tuple, list)):
        return any(map(is_unknown, value))
    if isinstance(value, dict):
        return any(map(is_unknown, value.values()))
    return False
