"""The bytecode that an installed package's modules are compiled to already, made ready for a run without compiling them anew.

Parsing and compiling a package takes longer than running it. Python keeps what it compiled in `__pycache__`, beside a module
that was installed; that is what an import would execute. What `instrument` changes in the tree of a package's module is
done here to the code: a direct call of `int`, `len` and their like goes to a function of the run, which keeps an unknown
unknown. In bytecode such a call is told from other uses of the name by the null that CPython pushes beside the function.
(A decorator that is not known is told from a call by `Unknown` itself.) Code with anything else that only the tree can
show, an `assert` for instance, is left to the tree.

    cached    the code of a module from its `__pycache__`, where that is up to date
    redirect  code whose conversions go to the run's own functions, or None where the tree must be rewritten
"""

from __future__ import annotations

import os
import sys
from types import CodeType

from .guard import is_refused_attribute

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from .finding import Finder

# Opcodes of the versions of CPython of which the form of a call is known.
_OPCODES = {
    "LOAD_GLOBAL": 116, "LOAD_NAME": 101, "STORE_NAME": 90, "STORE_GLOBAL": 97, "PUSH_NULL": 2, "EXTENDED_ARG": 144,
    "LOAD_ASSERTION_ERROR": 74, "MATCH_CLASS": 152, "STORE_ATTR": 95,
}  # fmt: skip
KNOWN_FORM = sys.implementation.name == "cpython" and sys.version_info[:2] in ((3, 11), (3, 12), (3, 13), (3, 14))
if KNOWN_FORM and sys.version_info[:2] != (3, 11):
    from opcode import opmap

    # from Python 3.14 on AssertionError is the first of the constants that an instruction of their own loads
    _OPCODES = {name: opmap.get(name, opmap.get("LOAD_COMMON_CONSTANT", -1)) for name in _OPCODES}
_LOAD_GLOBAL, _LOAD_NAME, _STORE_NAME, _STORE_GLOBAL, _PUSH_NULL, _EXTENDED, _ASSERT, _MATCH, _STORE_ATTRIBUTE = (
    _OPCODES.values()
)
_NULL_BEFORE = sys.version_info < (3, 13)  # or after the name that is called

CONVERSIONS = frozenset("int float bool complex range len list tuple str enumerate zip".split())
# What the compiler itself stores in the body of a class; no object has an attribute of that name that leads anywhere.
_IMPLICIT = frozenset(("__classcell__", "__classdictcell__", "__firstlineno__", "__static_attributes__"))
_LEADING = frozenset(["mr", "f_", "gi", "cr", "ag", "tb", "fu", "co", "ev"])
_WITH_CARE = frozenset(
    ("__setattr__", "__delattr__", "__get__", "__set__", "__delete__")
)  # which the tree has read by the guard
# Opcodes that read an attribute, and by how many bits the number of its name is shifted in their argument.
_READING = [(106, 0), (160, 0)]
if KNOWN_FORM and sys.version_info[:2] != (3, 11):
    _READING = [(opmap[name], shift) for name, shift in (("LOAD_ATTR", 1), ("LOAD_SUPER_ATTR", 2))]
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
                if name in _WITH_CARE and _reads(block, name):
                    return None
            elif name in CONVERSIONS:
                converting.add(block)
        blocks += [constant for constant in block.co_consts if type(constant) is CodeType]
        instructions = block.co_code
        if _asserts(instructions) or (matching and _has(instructions, _MATCH)):
            return None
    if _has(
        code.co_code, _STORE_ATTRIBUTE
    ):  # a module that sets attributes when it is imported may patch what is not its own
        return None
    if not converting:
        return code
    if any(_stores(block, _STORE_GLOBAL) for block in converting) or _stores(code, _STORE_NAME):
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
    for at, index in _calls(instructions):
        name = names[index]
        if name in CONVERSIONS:
            number = own.setdefault(name, len(names) + len(own))
            _put(changed, at, number << 1 | 1 if instructions[at] == _LOAD_GLOBAL else number)
    if not own:
        return code if constants is code.co_consts else code.replace(co_consts=constants)
    if _stores(code, _STORE_NAME):
        raise _Unfitting
    return code.replace(
        co_code=bytes(changed), co_names=names + tuple([f"${name}()" for name in own]), co_consts=constants
    )


def _calls(instructions: bytes) -> Iterator[tuple[int, int]]:
    """Where a global name is looked up to be called: the place of the instruction and the number of the name."""
    for at in _places(instructions, _LOAD_GLOBAL):
        argument = _argument(instructions, at)
        if argument & 1:
            yield at, argument >> 1
    for at in _places(instructions, _LOAD_NAME):
        start = at
        while start >= 2 and instructions[start - 2] == _EXTENDED:
            start -= 2
        beside = start - 2 if _NULL_BEFORE else at + 2
        if 0 <= beside < len(instructions) and instructions[beside] == _PUSH_NULL:
            yield at, _argument(instructions, at)


def _argument(instructions: bytes, at: int) -> int:
    value, shift = instructions[at + 1], 8
    while at >= 2 and instructions[at - 2] == _EXTENDED:
        at -= 2
        value |= instructions[at + 1] << shift
        shift += 8
    return value


def _put(instructions: bytearray, at: int, value: int) -> None:
    instructions[at + 1] = value & 255
    value >>= 8
    while at >= 2 and instructions[at - 2] == _EXTENDED:
        at -= 2
        instructions[at + 1] = value & 255
        value >>= 8
    if value:
        raise _Unfitting


def _stores(code: CodeType, opcode: int) -> bool:
    """Whether the code gives one of the redirected names another meaning."""
    if CONVERSIONS.isdisjoint(code.co_names):
        return False
    instructions = code.co_code
    return any(code.co_names[_argument(instructions, at)] in CONVERSIONS for at in _places(instructions, opcode))


def _reads(code: CodeType, name: str) -> bool:
    """Whether the code reads the attribute, and does not only define a method of that name."""
    number, instructions = code.co_names.index(name), code.co_code
    return any(
        _argument(instructions, at) >> shift == number
        for opcode, shift in _READING
        for at in _places(instructions, opcode)
    )


def _has(instructions: bytes, opcode: int) -> bool:
    return next(_places(instructions, opcode), None) is not None


def _asserts(instructions: bytes) -> bool:
    return any(sys.version_info < (3, 14) or not instructions[at + 1] for at in _places(instructions, _ASSERT))


def _places(instructions: bytes, opcode: int) -> Iterator[int]:
    """Where an opcode stands: instructions are two bytes wide."""
    at = instructions.find(opcode)
    while at >= 0:
        if not at & 1:
            yield at
        at = instructions.find(opcode, at + 1)
