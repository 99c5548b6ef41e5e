"""Double-underscore names: those of the running Python's own objects are known, so that one which leads into internals is refused."""

from __future__ import annotations

import builtins
import importlib
import sys
import types
from typing import Any

from convcalc.tensor.attributes import DUNDER_REFUSED, is_refused_attribute

# Names of Python's own objects that a file may read: they compute, or say something about a class, a module or an error.
HARMLESS = frozenset(
    f"__{name}__"
    for name in (
        "init del new call name class doc len getitem setitem delitem iter next enter exit version file get set delete set_name setattr getattr delattr repr "
        "str eq ne lt le gt ge hash module qualname annotations dataclass_fields dataclass_params post_init contains bool int float index add radd iadd sub rsub isub "
        "mul rmul imul truediv rtruediv itruediv floordiv rfloordiv ifloordiv mod rmod imod pow rpow ipow matmul rmatmul imatmul neg pos abs invert inv and or xor lshift rshift rand ror "
        "rxor iand ior ixor ilshift irshift reversed length_hint missing copy deepcopy init_subclass class_getitem instancecheck subclasscheck slots author all "
        "date status debug round trunc floor ceil divmod rdivmod format aiter anext aenter aexit await orig_class origin args path package match_args weakref members "
        "isabstractmethod fspath sizeof notes constraints default metadata total required_keys optional_keys concat iconcat value main future license credits copyright"
    ).split()
)  # fmt: skip
LIBRARY = "abc collections dataclasses enum functools typing contextlib inspect weakref types random decimal fractions datetime re json logging threading pathlib".split()


def names_of_python() -> set[str]:
    found: set[str] = set()
    waiting: list[Any] = [object]
    seen: set[int] = set()
    for name in LIBRARY:
        module = importlib.import_module(name)
        found.update(vars(module))
        waiting += [value for value in vars(module).values() if isinstance(value, type)]
    waiting += [value for value in (*vars(builtins).values(), *vars(types).values()) if isinstance(value, type)]
    while waiting:
        kind = waiting.pop()
        if (
            id(kind) in seen
            or type(kind.__module__) is not str
            or kind.__module__.partition(".")[0] not in sys.stdlib_module_names
        ):
            continue
        seen.add(id(kind))
        found.update(vars(kind))
        waiting += [*kind.__mro__, *type.__subclasses__(kind)]
    frame = sys._getframe()
    for value in (frame, frame.f_code, names_of_python, sys, found.add, iter(LIBRARY)):
        found.update(dir(value))
    return {name for name in found if name[:2] == name[-2:] == "__" and len(name) > 4}


def test_what_python_has_is_known() -> None:
    assert {name for name in names_of_python() if name not in HARMLESS and not is_refused_attribute(name)} == set()


def test_a_name_of_a_files_own_is_not_refused() -> None:
    assert not any(map(is_refused_attribute, ("__unpack_input__", "__wrapped_by_us__", "__my_config__")))
    assert DUNDER_REFUSED.isdisjoint(HARMLESS - {"__weakref__"})
