"""Every position of the syntax tree that reads an attribute or binds or reads a name is looked at (`source/instrument.py`).

The judge is the compiler: in the bytecode of what is instrumented, no instruction reads an attribute, or reads or binds a name, that a file may not name. The programs
below hold every position of Python's grammar where a name stands; that none is missed is asked of `ast` itself, so that a new version's new
nodes fail here.
"""

from __future__ import annotations

import ast
import dis
import re
import sys
from types import CodeType
from typing import Any

import pytest

from convcalc.source.instrument import Tables, guard_expression, instrument
from convcalc.tensor.attributes import SPECIAL, is_refused_attribute

# X is the attribute or name. Where X is an attribute, the program is tried with attributes, else with names.
ATTRIBUTES = [
    "a.X", "b = a.X.c", "a.X += b", "a.b.X += b", "a[0].X -= b", "f(a).X |= b", "(c := a.X)", "a.X = 1", "del a.X", "a.X: int", "a.X: int = b", "for a.X in b: pass",
    "for c in a.X: pass", "with a as b.X: pass", "with a.X: pass", "with a.X as b: pass", "[a.X for a in b]", "{a.X for a in b}", "{a.X: 1 for a in b}", "(a for a in b.X)",
    "[a for a in b if a.X]", "[0 for a.X in b]", "f'{a.X}'", "f'{a:{b.X}}'", "lambda: a.X", "lambda b=a.X: b", "def f(b=a.X): pass", "def f(*, b=a.X): pass", "def f(b: a.X): pass",
    "def f() -> a.X: pass", "@a.X\ndef f(): pass", "@a.X\nclass C: pass", "class C(a.X): pass", "class C(metaclass=a.X): pass", "class C:\n    b = a.X", "def f(): return a.X",
    "def f():\n    yield a.X", "def f():\n    yield from a.X", "async def f():\n    await a.X", "async def f():\n    async for b.X in c: pass", "async def f():\n    async with c as b.X: pass",
    "async def f():\n    return [b async for b in a.X]", "raise a.X", "raise a from b.X", "assert a.X", "assert a, b.X", "try: pass\nexcept a.X: pass",
    "try: pass\nexcept (a.X, b): pass", "try:\n    a.X\nfinally:\n    b.X", "try: pass\nexcept: a.X", "try: pass\nexcept b: pass\nelse: a.X", "while a.X: pass", "while a: b.X", "while a: pass\nelse: b.X",
    "if a.X: pass", "if a: pass\nelif b.X: pass", "if a: pass\nelse: b.X", "a.X and b", "not a.X", "-a.X", "a + b.X", "a.X < b < c.X", "a if b.X else c", "a.X if b else c.X",
    "f(a.X)", "f(*a.X)", "f(**a.X)", "f(k=a.X)", "a.X()", "super().X", "self.X", "a[b.X]", "a[b.X:c.X:d.X]", "a[b.X] = 1", "a[b.X] += 1", "del a[b.X]", "(a.X, b) if c else d", "a, b.X = c", "[a, *b.X] = c",
    "print(a.X)", "a.X.X", "x = yield_ = a.X", "global q\nq = a.X", "return_ = [*a.X]", "{**a.X}", "{a: b.X}", "{a.X}", "(a.X,)", "a @ b.X", "a.X is None", "a in b.X",
    "match a:\n    case b.X: pass", "match a.X:\n    case b: pass", "match a:\n    case b if c.X: pass", "match a:\n    case C(X=b): pass", "match a:\n    case {b.X: c}: pass",
    "match a:\n    case [b.X, *c]: pass", "match a:\n    case b.X | c.X: pass", "match a:\n    case b.X as c: pass", "match a:\n    case b: c.X", "match a:\n    case X.b(c): pass", "match a:\n    case b.X(c): pass",
]  # fmt: skip
NAMES = [
    "X", "X = 1", "X += 1", "X: int = 1", "del X", "(X := 1)", "for X in a: pass", "with a as X: pass", "[X for a in b]", "[a for X in b]", "import X", "import X.a", "import a as X", "from a import X", "from a import b as X",
    "from __future__ import annotations as X", "def X(): pass", "class X: pass", "class X(a): pass", "async def X(): pass", "def f(X): pass", "def f(X, /): pass", "def f(*, X): pass", "def f(*X): pass", "def f(**X): pass", "def f(X=1): pass", "lambda X: 1",
    "try: pass\nexcept a as X: pass", "def f():\n    global X", "def f():\n    global X\n    X = 1", "def f():\n    X = 1\n    def g():\n        nonlocal X\n        X = 2", "match a:\n    case X: pass", "match a:\n    case b as X: pass",
    "match a:\n    case [*X]: pass", "match a:\n    case {**X}: pass", "match a:\n    case C(b=X): pass", "match X:\n    case b: pass", "match a:\n    case X(): pass", "match a:\n    case X.b: pass", "X.a", "X.a = 1", "X[0] = 1", "X()", "f(X=1)", "(X, a) = b", "f'{X}'", "class C:\n    X = 1",
    "class C(X=1): pass", "if X: pass", "while X: pass", "@X\ndef f(): pass", "def f() -> X: pass", "async def f():\n    async for X in a: pass", "async def f():\n    async with a as X: pass", "X\n1", "raise X", "assert X", "a and X", "try: pass\nexcept X: pass",
]  # fmt: skip
ATTRIBUTES += [
    "a: b.X", "a: int = b.X", "async def f():\n    async for b in c.X: pass", "@a.X\nasync def f(): pass", "async def f() -> a.X: pass", "a += b.X", "a.X + b", "{a.X: b}", "{a: b.X for a in c}", "(a.X for b in c)", "a.X[b]",
]  # fmt: skip
# an import reads attributes of modules
IMPORTED = [
    "from a import X",
    "from a import X as b",
    "from a import b, X as c",
    "from . import X",
    "import a.X as b",
    "import a.X.b as c",
    "def f():\n    from a.b import X",
]
if sys.version_info >= (3, 11):
    ATTRIBUTES += ["try: pass\nexcept* a.X: pass", "a[*b.X]", "def f(*b: *a.X): pass"]
    NAMES += ["try: pass\nexcept* a as X: pass"]
if sys.version_info >= (3, 12):
    ATTRIBUTES += ["type b = a.X", "def f[T: a.X](): pass", "class C[T: a.X]: pass", "type b[T: a.X] = T"]
    NAMES += [
        "type X = a",
        "def f[X](): pass",
        "class C[X]: pass",
        "class C[*X]: pass",
        "def f[**X](): pass",
        "type a[X] = b",
    ]
if sys.version_info >= (3, 13):
    ATTRIBUTES += ["def f[T = a.X](): pass", "class C[*T = a.X]: pass", "class C[**T = a.X]: pass"]
if sys.version_info >= (3, 14):
    ATTRIBUTES += ["t'{a.X}'", "t'{a:{b.X}}'"]
    NAMES += ["t'{X}'"]

# `obj` in a pattern is read of what is no error: the class of the pattern sees to that.
REFUSED = ("__globals__", "gi_frame", "mro", "__subclasses__", "__dict__", "__setattr__", *SPECIAL)
BOUND = ("__builtins__", "__import__", "__loader__", "__spec__", "__build_class__")


def instrumented(program: str, script: bool) -> CodeType:
    tree = instrument(ast.parse(program), script, not script, "model.py", Tables() if script else None)
    return compile(ast.fix_missing_locations(tree), "model.py", "exec", dont_inherit=True)


def blocks(code: CodeType) -> list[CodeType]:
    found = [code]
    for block in found:
        found += [constant for constant in block.co_consts if isinstance(constant, CodeType)]
    return found


def read_attributes(code: CodeType) -> set[str]:
    """The attributes that instructions read, those of patterns too."""
    names: set[str] = set()
    for block in blocks(code):
        for step in dis.get_instructions(block):
            if step.opname in ("LOAD_ATTR", "LOAD_METHOD", "LOAD_SUPER_ATTR", "IMPORT_FROM"):
                names.add(str(step.argval))
            if step.opname == "MATCH_CLASS":
                names.update(
                    *(c for c in block.co_consts if isinstance(c, tuple) and all(isinstance(n, str) for n in c))
                )
    return names


def names_of(code: CodeType) -> set[str]:
    """The names that instructions read, bind or drop."""
    found: set[str] = set()
    for block in blocks(code):
        for step in dis.get_instructions(block):
            if re.match(r"(LOAD|STORE|DELETE)_(NAME|GLOBAL|FAST|DEREF|CLASSDEREF|CLOSURE)", step.opname):
                found.update(map(str, step.argval if isinstance(step.argval, tuple) else (step.argval,)))
        found.update(block.co_varnames, block.co_cellvars, block.co_freevars)
    return found


@pytest.mark.parametrize("script", [True, False])
@pytest.mark.parametrize("name", REFUSED)
def test_no_position_reads_an_attribute(name: str, script: bool) -> None:
    for program in ATTRIBUTES:
        if name == "obj" and "C(X=b)" in program:
            continue
        try:
            code = instrumented(program.replace("X", name), script)
        except SyntaxError as error:
            raise AssertionError(program) from error
        assert name not in read_attributes(code), program


@pytest.mark.parametrize("script", [True, False])
@pytest.mark.parametrize(
    "name", [name for name in REFUSED if name not in ("obj", "format")]
)  # which are names of modules too
def test_no_import_reads_an_attribute(name: str, script: bool) -> None:
    for program in IMPORTED:
        assert name not in read_attributes(instrumented(program.replace("X", name), script)), program


# What decides what a file may read stands in global names, where no table of a class that is the file's own is asked.
IN_CLASSES = [
    "match a:\n    case b(c): pass", "match a:\n    case b.c(d) | e(f=1, obj=d): pass", "match a:\n    case b.format: pass", "match a:\n    case {b.format: c, d.obj: e}: pass", "a.b = c", "del a.b", "a.b += c",
    "for a.b in c: pass", "with a as b.c: pass", "if a:\n    match b:\n        case c(d): pass", "for a in b:\n    match a:\n        case c(d): pass", "try: pass\nfinally:\n    match a:\n        case b(c): pass",
    "while a:\n    match b:\n        case c(d): pass", "[a for a.b in c]", "class B(a):\n    match b:\n        case c(d): pass", "1\nmatch a:\n    case b(c): pass", "'text'\nmatch a:\n    case b(c): pass",
]  # fmt: skip


@pytest.mark.parametrize("script", [True, False])
def test_no_table_of_a_class_is_asked_for_the_guard(script: bool) -> None:
    for body in IN_CLASSES:
        for head in ("class A(b):", "class A(metaclass=b):", "class A(*b):", "class A(**b):"):
            program = f"{head}\n" + "".join(f"    {line}\n" for line in body.splitlines())
            for nested in (program, "def f():\n" + "".join(f"    {line}\n" for line in program.splitlines())):
                for block in blocks(instrumented(nested, script)):
                    for step in dis.get_instructions(block):
                        # (what a comprehension puts aside while it runs is no name of the class)
                        if re.match(r"\$(matched|held|owner|class)", str(step.argval)) and "FAST" not in step.opname:
                            assert step.opname in ("LOAD_GLOBAL", "STORE_GLOBAL"), (nested, step)


def test_a_class_that_asks_its_table_is_noticed() -> None:
    steps = dis.get_instructions(blocks(compile("class A:\n    global b\n    b = a\n    c = b", "", "exec"))[1])
    assert {(s.opname, s.argval) for s in steps} >= {("LOAD_NAME", "a"), ("STORE_GLOBAL", "b"), ("LOAD_GLOBAL", "b")}


@pytest.mark.parametrize("script", [True, False])
@pytest.mark.parametrize("name", BOUND)
def test_no_position_reads_or_binds_a_name(name: str, script: bool) -> None:
    for program in NAMES:
        assert name not in names_of(instrumented(program.replace("X", name), script)), program


def test_nor_does_an_expression_of_a_target() -> None:
    for name in REFUSED:
        tree = guard_expression(ast.parse(f"[a.{name} for a in b.{name}]", mode="eval"))
        assert name not in read_attributes(compile(ast.fix_missing_locations(tree), "", "eval"))


def fields(node: type) -> dict[str, str]:
    """The fields of a node with their types, as Python's own grammar has them."""
    found = re.match(r"\w+\((.*)\)$", " ".join((node.__doc__ or "").split()))
    pairs = [part.split() for part in found.group(1).split(",")] if found and found.group(1) else []
    return {name: kind for kind, name in pairs}


def positions() -> set[tuple[str, str]]:
    """Where the grammar has an identifier."""
    nodes = [node for node in vars(ast).values() if isinstance(node, type) and issubclass(node, ast.AST)]
    return {
        (node.__name__, name)
        for node in nodes
        for name, kind in fields(node).items()
        if kind.rstrip("*?") == "identifier"
    }


def covered(programs: list[str]) -> set[tuple[str, str]]:
    """Where the programs have the name in question."""
    found = set()
    for program in programs:
        for node in ast.walk(ast.parse(program)):
            for name, value in ast.iter_fields(node):
                values = value if isinstance(value, list) else [value]
                if any(isinstance(v, str) and "X" in v.split(".") for v in values):
                    found.add((type(node).__name__, name))
    return found


# Positions where a name reads and binds nothing that a file could use: what is called is asked for an argument of that name; where a
# module is imported from, which the loader looks at.
HARMLESS = {("keyword", "arg"), ("ImportFrom", "module")}


def test_the_programs_hold_every_position_of_the_grammar() -> None:
    missing = positions() - covered(ATTRIBUTES + NAMES) - HARMLESS
    assert sorted(missing) == []


READING = {("Attribute", "attr"), ("MatchClass", "kwd_attrs"), ("alias", "name")}  # the others bind names, or read them


def test_and_those_that_read_attributes_are_tried_with_them() -> None:
    assert positions() >= READING
    assert covered(ATTRIBUTES + IMPORTED) >= READING


def test_and_every_node_that_holds_an_expression() -> None:
    """An attribute stands below each field of each node that takes an expression."""
    wanted = set()
    for node in vars(ast).values():
        if isinstance(node, type) and issubclass(node, ast.AST) and not issubclass(node, (ast.mod,)):
            wanted |= {(node.__name__, name) for name, kind in fields(node).items() if kind.rstrip("*?") == "expr"}
    found = set()
    for program in ATTRIBUTES:
        for node in ast.walk(ast.parse(program)):
            for name, value in ast.iter_fields(node):
                for part in value if isinstance(value, list) else [value]:
                    if isinstance(part, ast.expr) and any(isinstance(n, ast.Attribute) for n in ast.walk(part)):
                        found.add((type(node).__name__, name))
    plain = {  # hold no attribute by the grammar, or are no nodes of a tree any more
        (name, field) for name, field in wanted if name in ("Index", "ExtSlice", "Suite", "AugLoad", "AugStore", "Param", "Num", "Str", "Bytes", "NameConstant", "Ellipsis")
    }  # fmt: skip
    unreachable = {("NamedExpr", "target"), ("TypeAlias", "name"), ("Interpolation", "format_spec")}
    assert sorted(wanted - found - plain - unreachable) == []


def test_a_fault_is_noticed() -> None:
    def plain(program: str) -> CodeType:
        return compile(program, "", "exec")

    assert "gi_frame" in read_attributes(plain("a.gi_frame += 1"))
    assert "gi_frame" in read_attributes(plain("match a:\n    case C(gi_frame=b): pass"))
    assert "__builtins__" in names_of(plain("import a as __builtins__"))
    assert is_refused_attribute("gi_frame")


def test_a_name_as_another_alphabet_has_it() -> None:
    wide: Any = "a.__ｇlobals__"
    assert "__globals__" not in read_attributes(instrumented(wide, True))
