"""The bytecode that an installed package's modules are compiled to already, made ready for a run without compiling them anew.

Parsing and compiling a package takes longer than running it. Python keeps what it compiled in `__pycache__`, beside a module
that was installed; that is what an import would execute. What `instrument` changes in the tree of a package's module is
done here to the code: a direct call of `int`, `len` and their like goes to a function of the run, which keeps an unknown
unknown. In bytecode such a call is told from other uses of the name by the null that CPython pushes beside the function
(`tensor.instructions` knows all such forms). (A decorator that is not known is told from a call by `Unknown` itself.) Code with anything else that only the tree can
show, an `assert` for instance, is left to the tree.

    cached    the code of a module from its `__pycache__`, where that is up to date
    redirect  code whose conversions go to the run's own functions, or None where the tree must be rewritten
"""

from __future__ import annotations

import os
import sys
from types import CodeType

from convcalc.tensor.instructions import (
    KNOWN_FORM,
    MATCH_CLASS,
    STORE_ATTR,
    STORE_GLOBAL,
    STORE_NAME,
    asserts,
    global_calls,
    has,
    put_argument,
    reads,
    renamed,
    stores,
)

from .guard import is_refused_attribute

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .finding import Finder

CONVERSIONS = frozenset("int float bool complex range len list tuple str enumerate zip".split())
# What the compiler itself stores in the body of a class; no object has an attribute of that name that leads anywhere.
_IMPLICIT = frozenset(("__classcell__", "__classdictcell__", "__firstlineno__", "__static_attributes__"))
_LEADING = frozenset(["mr", "f_", "gi", "cr", "ag", "tb", "fu", "co", "ev"])
_WITH_CARE = frozenset(
    (
        "__setattr__",
        "__delattr__",
        "__getattribute__",
        "__code__",
        "__mro__",
        "__bases__",
        "__get__",
        "__set__",
        "__delete__",
    )
)  # which the tree has read by the guard
_HEADER = 16


def cached(finder: Finder, path: str, text: bytes) -> CodeType | None:
    """The code that `__pycache__` keeps of a module, checked as Python checks it: version, and time and size or sum of its source."""
    tag = sys.implementation.cache_tag
    if not KNOWN_FORM or tag is None:
        return None
    folder, name = os.path.split(path)
    data = finder.read_compiled(f"{folder}/__pycache__/{name[:-3]}.{tag}.pyc")
    if len(data) <= _HEADER:
        return None
    import marshal

    external: Any = sys.modules["_frozen_importlib_external"]  # there since Python started
    _imp: Any = sys.modules["_imp"]

    if data[:4] != external.MAGIC_NUMBER:
        return None
    flags = int.from_bytes(data[4:8], "little")
    if flags == 0:
        found = os.stat(path)
        times = (int(found.st_mtime) & 0xFFFFFFFF, found.st_size & 0xFFFFFFFF)
        if times != (int.from_bytes(data[8:12], "little"), int.from_bytes(data[12:16], "little")):
            return None
    elif flags not in (1, 3) or data[8:16] != _imp.source_hash(external._RAW_MAGIC_NUMBER, text):
        return None
    try:
        code = marshal.loads(memoryview(data)[_HEADER:])
    except (EOFError, ValueError, TypeError):
        return None
    if type(code) is not CodeType:
        return None
    _imp._fix_co_filename(code, path)
    return code


def redirect(code: CodeType, text: bytes) -> CodeType | None:
    """The code of a package's module as it may run; None where a name or a statement of it asks for the tree."""
    if not KNOWN_FORM:
        return None
    matching = b"case " in text and b"match " in text
    converting = set()
    blocks = [code]
    for block in blocks:
        for name in block.co_names:
            if name[:1] == "_" or name[:2] in _LEADING:
                if is_refused_attribute(name) and name not in _IMPLICIT:
                    return None
                if name in _WITH_CARE and reads(block, name):
                    return None
            elif name in CONVERSIONS:
                converting.add(block)
        blocks += [constant for constant in block.co_consts if type(constant) is CodeType]
        instructions = block.co_code
        if asserts(instructions) or (matching and has(instructions, MATCH_CLASS)):
            return None
    if has(code.co_code, STORE_ATTR):  # a module that sets attributes when it is imported may patch what is not its own
        return None
    if not converting:
        return code
    if any(stores(block, STORE_GLOBAL, CONVERSIONS) for block in converting) or stores(code, STORE_NAME, CONVERSIONS):
        return None
    try:
        return _redirected(code)
    except _Unfitting:
        return None


class _Unfitting(Exception):
    """An instruction has no room for the number of another name."""


def _redirected(code: CodeType) -> CodeType:
    constants = code.co_consts
    if any(type(constant) is CodeType for constant in constants):
        constants = tuple([_redirected(c) if type(c) is CodeType else c for c in constants])
        if all(a is b for a, b in zip(constants, code.co_consts)):
            constants = code.co_consts
    names, instructions = code.co_names, code.co_code
    if CONVERSIONS.isdisjoint(names):
        return code if constants is code.co_consts else code.replace(co_consts=constants)
    changed = bytearray(instructions)
    own: dict[str, int] = {}
    for at, index in global_calls(instructions):
        name = names[index]
        if name in CONVERSIONS:
            number = own.setdefault(name, len(names) + len(own))
            if not put_argument(changed, at, renamed(instructions, at, number)):
                raise _Unfitting
    if not own:
        return code if constants is code.co_consts else code.replace(co_consts=constants)
    if stores(code, STORE_NAME, CONVERSIONS):
        raise _Unfitting
    return code.replace(
        co_code=bytes(changed), co_names=names + tuple([f"${name}()" for name in own]), co_consts=constants
    )
