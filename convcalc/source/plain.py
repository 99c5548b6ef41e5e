"""Values, functions and methods of which nothing can come but what they say: no file, no clock, no code of the user's.

`evidence` reads the way to a value by them.
"""

from __future__ import annotations

from _collections import OrderedDict

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

# Python's functions that give the same answer to the same arguments, and keep nothing.
PURE = frozenset(
    "abs all any bin bool bytes chr complex dict divmod enumerate filter float format frozenset hex int isinstance issubclass "
    "len list map max min oct ord pow print range repr reversed round set slice sorted str sum tuple type zip".split()
)
# Methods of Python's own texts and containers, and of a tensor's shape.
METHODS = frozenset(
    "append extend insert pop remove clear copy count index reverse sort update setdefault keys values items get add discard "
    "union intersection difference split rsplit splitlines strip lstrip rstrip lower upper title replace join startswith "
    "endswith partition rpartition find format zfill isdigit removeprefix removesuffix capitalize encode decode "
    "size dim ndimension numel nelement stride is_contiguous backward".split()
)
# Methods of a module that answer with what it holds, or with itself.
MODULE_METHODS = frozenset(
    "parameters named_parameters buffers named_buffers children named_children modules named_modules state_dict to cuda cpu float "
    "double half train eval".split()
)
MODULES = frozenset("math torch torch.nn torch.nn.functional string itertools operator collections".split())
TENSOR_ATTRIBUTES = frozenset("shape ndim dtype T mT H is_leaf requires_grad".split())
PLAIN = (bool, int, float, complex, str, bytes, type(None), slice, range, type(...))
# Special methods that make an object more than its class: those of containers, of numbers, of functions.
_WAYS = frozenset(
    f"__{name}__"
    for name in (
        "len getitem setitem contains iter next call bool eq ne lt le gt ge hash str repr format int float index add radd sub rsub mul "
        "rmul truediv rtruediv floordiv mod pow neg matmul getattr getattribute new class_getitem enter"
    ).split()
)
KEEPING = frozenset(
    "append extend insert add keys index count".split()
)  # methods that hand out nothing of what is held
CONTAINERS = (list, dict, set, OrderedDict)


def has_own_ways(kind: type) -> bool:
    """Whether a class of the user's says itself how its objects are counted, called, compared, added: its code runs then."""
    return not kind.__module__.startswith(("convcalc.", "torch.")) and kind.__module__ not in ("builtins", "types", "abc") and any(
        name in kind.__dict__ for name in _WAYS
    )  # fmt: skip


def is_fixed(value: Any) -> bool:
    """Whether nothing that a value holds can be changed."""
    if isinstance(value, (tuple, frozenset)):
        return all(map(is_fixed, value))
    return not isinstance(value, CONTAINERS)


def is_flat(value: Any) -> bool:
    """Whether a container holds only what cannot be changed."""
    return all(map(is_fixed, dict.values(value) if isinstance(value, dict) else value))
