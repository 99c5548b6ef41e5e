"""What CPython's bytecode is, and all that is known of it here: the numbers of instructions, how one is read, which expression it belongs to.

Instructions are two bytes wide, number and argument; an argument of more than a byte has its upper bytes in instructions before it. The
numbers change with each version of Python. Those of 3.11 are written down, so that no start has to import the table of `opcode`.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import CodeType, FrameType
    from typing import Any

    Position = tuple[int | None, int | None, int | None, int | None]  # line, its end's, column, its end's


# Instructions that some version lacks have the number -1, which no instruction has.
(
    UNPACK_SEQUENCE, CALL, RAISE_VARARGS, LOAD_GLOBAL, LOAD_NAME, STORE_NAME, STORE_GLOBAL, PUSH_NULL, EXTENDED_ARG, MATCH_CLASS, STORE_ATTR,
    LOAD_ASSERTION_ERROR,
) = 92, 171, 130, 116, 101, 90, 97, 2, 144, 152, 95, 74  # fmt: skip
# Those that read an attribute, and by how many bits the number of its name is shifted in their argument.
READING: tuple[tuple[int, int], ...] = ((106, 0), (160, 0))  # LOAD_ATTR, LOAD_METHOD
IN_PLACE: tuple[int, int | None] = (
    122,
    13,
)  # BINARY_OP and its argument for `+=`; None where an instruction of its own does that
if sys.version_info[:2] != (3, 11):
    from opcode import opmap

    (
        UNPACK_SEQUENCE, CALL, RAISE_VARARGS, LOAD_GLOBAL, LOAD_NAME, STORE_NAME, STORE_GLOBAL, PUSH_NULL, EXTENDED_ARG, MATCH_CLASS, STORE_ATTR,
    ) = (
        opmap.get(name, -1) for name in (
            "UNPACK_SEQUENCE", "CALL", "RAISE_VARARGS", "LOAD_GLOBAL", "LOAD_NAME", "STORE_NAME", "STORE_GLOBAL", "PUSH_NULL", "EXTENDED_ARG",
            "MATCH_CLASS", "STORE_ATTR",
        )
    )  # fmt: skip
    # from Python 3.14 on AssertionError is the first of the constants that an instruction of their own loads
    LOAD_ASSERTION_ERROR = opmap.get("LOAD_ASSERTION_ERROR", opmap.get("LOAD_COMMON_CONSTANT", -1))
    IN_PLACE = (opmap["BINARY_OP"], 13) if "BINARY_OP" in opmap else (opmap["INPLACE_ADD"], None)
    READING = tuple(
        [(opmap[name], shift) for name, shift in (("LOAD_ATTR", 1), ("LOAD_SUPER_ATTR", 2)) if name in opmap]
    )

# Whether the form of a call is known: a null is pushed beside the function, before its name or (from 3.13 on) after it.
KNOWN_FORM = sys.implementation.name == "cpython" and sys.version_info[:2] in ((3, 11), (3, 12), (3, 13), (3, 14))
NULL_BEFORE = sys.version_info < (3, 13)


# what a frame is at


def unpacked(frame: FrameType) -> int | None:
    """Into how many names the instruction of a frame unpacks; None where it does something else."""
    code, at = frame.f_code.co_code, frame.f_lasti
    return code[at + 1] if code[at] == UNPACK_SEQUENCE else None


def decorates(frame: FrameType) -> bool:
    """Whether an instruction calls without arguments to which one is handed: so CPython calls a decorator, and nothing else."""
    code, at = frame.f_code.co_code, frame.f_lasti
    return code[at] == CALL and code[at + 1] == 0


def adds_in_place(frame: FrameType) -> bool:
    """Whether the instruction of a frame is a `+=`."""
    code, at = frame.f_code.co_code, frame.f_lasti
    return code[at] == IN_PLACE[0] and IN_PLACE[1] in (None, code[at + 1])


def raises(frame: FrameType, at: int) -> bool:
    """Whether an instruction is a `raise`."""
    return frame.f_code.co_code[at] == RAISE_VARARGS


def iterates(frame: FrameType) -> bool:
    """Whether the instruction of a frame is a `for` that asks for its next item; only asked where PyTorch runs a script."""
    from opcode import opmap

    return frame.f_code.co_code[frame.f_lasti] == opmap["FOR_ITER"]


def positions(code: CodeType) -> list[Position]:
    """Where the expression of each instruction of a code stands; nothing where the interpreter keeps no columns (before Python 3.11)."""
    if sys.version_info < (3, 11):
        return []
    return list(code.co_positions())


def place_of(known: list[Position], at: int) -> Position | None:
    """Which of the `positions` of a code an instruction of it has."""
    return known[at // 2] if at // 2 < len(known) else None


def position(code: CodeType, at: int) -> Position | None:
    """Where the expression stands that an instruction belongs to; None where the interpreter keeps no columns (before Python 3.11)."""
    if sys.version_info < (3, 11):
        return None
    for number, place in enumerate(code.co_positions()):
        if number == at // 2:
            return place
    return None


# instructions of a code


def places(instructions: bytes, number: int) -> Iterator[int]:
    """Where instructions of that number stand."""
    at = instructions.find(number) if number >= 0 else -1
    while at >= 0:
        if not at & 1:
            yield at
        at = instructions.find(number, at + 1)


def has(instructions: bytes, number: int) -> bool:
    return next(places(instructions, number), None) is not None


def argument(instructions: bytes, at: int) -> int:
    """The whole argument of an instruction."""
    value, shift = instructions[at + 1], 8
    while at >= 2 and instructions[at - 2] == EXTENDED_ARG:
        at -= 2
        value |= instructions[at + 1] << shift
        shift += 8
    return value


def put_argument(instructions: bytearray, at: int, value: int) -> bool:
    """Give an instruction another argument, in the bytes that it has; False where these are too few."""
    instructions[at + 1] = value & 255
    value >>= 8
    while at >= 2 and instructions[at - 2] == EXTENDED_ARG:
        at -= 2
        instructions[at + 1] = value & 255
        value >>= 8
    return not value


def asserts(instructions: bytes) -> bool:
    """Whether there is an `assert`."""
    every = sys.version_info < (3, 14)
    return any(every or not instructions[at + 1] for at in places(instructions, LOAD_ASSERTION_ERROR))


def global_calls(instructions: bytes) -> Iterator[tuple[int, int]]:
    """Where a global name is looked up to be called: the place of the instruction and the number of the name."""
    for at in places(instructions, LOAD_GLOBAL):
        value = argument(instructions, at)
        if value & 1:
            yield at, value >> 1
    for at in places(instructions, LOAD_NAME):
        start = at
        while start >= 2 and instructions[start - 2] == EXTENDED_ARG:
            start -= 2
        beside = start - 2 if NULL_BEFORE else at + 2
        if 0 <= beside < len(instructions) and instructions[beside] == PUSH_NULL:
            yield at, argument(instructions, at)


def renamed(instructions: bytes, at: int, name: int) -> int:
    """The argument with which the instruction at one of the `global_calls` looks up the name of another number."""
    return name << 1 | 1 if instructions[at] == LOAD_GLOBAL else name


def stores(code: CodeType, number: int, names: frozenset[str]) -> bool:
    """Whether instructions of that number (`STORE_NAME`, `STORE_GLOBAL`) give one of the names another meaning."""
    if names.isdisjoint(code.co_names):
        return False
    instructions = code.co_code
    return any(code.co_names[argument(instructions, at)] in names for at in places(instructions, number))


def reads(code: CodeType, name: str) -> bool:
    """Whether the code reads the attribute, and does not only define a method of that name."""
    wanted, instructions = code.co_names.index(name), code.co_code
    return any(
        argument(instructions, at) >> shift == wanted
        for number, shift in READING
        for at in places(instructions, number)
    )  # fmt: skip


def loaded_names(code: CodeType, at: int, line: int | None) -> Iterator[tuple[str, bool]]:
    """The names that the expression of an instruction loads, each with whether it is an attribute's.

    Without columns (before Python 3.11), those that its line loads.
    """
    from dis import get_instructions

    instructions = list(get_instructions(code))
    # of a call of a function of Python, `at` is the last cache of the instruction
    own = next((i for i in reversed(instructions) if i.offset <= at), None)
    span = getattr(own, "positions", None)
    current = None
    for instruction in instructions:
        if span is None:
            current = instruction.starts_line or current
            is_part = current == line
        else:
            place: Any = instruction.positions  # type: ignore[attr-defined]  # from Python 3.11 on
            is_part = (
                None not in place
                and (span.lineno, span.col_offset) <= (place.lineno, place.col_offset)
                and ((place.end_lineno, place.end_col_offset) <= (span.end_lineno, span.end_col_offset))
            )
        if not is_part or not instruction.opname.startswith("LOAD_") or instruction.opname == "LOAD_CONST":
            continue
        names = instruction.argval if type(instruction.argval) is tuple else (instruction.argval,)
        for name in names:
            if type(name) is str:
                yield name, instruction.opname in ("LOAD_ATTR", "LOAD_METHOD")
