"""Modules of installed packages run from the bytecode that Python keeps of them, and no others; a registry's families one at a time."""

from __future__ import annotations

import compileall
import opcode
import os
import py_compile
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest
from command import Done
from test_packages import CALL, summary, write

from convcalc.source import bytecode
from convcalc.source.builtin import conversion
from convcalc.source.instrument import instrument
from convcalc.source.program import Program
from convcalc.tensor import Unknown, UnknownValue, instructions

needs_known_form = pytest.mark.skipif(
    not instructions.KNOWN_FORM, reason="the form of a call is not known for this version of Python"
)
NET = """
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv = nn.Conv2d(3, 4, 3)

        def forward(self, x):
            return self.conv(x)
"""


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A package whose bytecode makes 4 channels, and whose source, of the same size and time, makes 8."""
    write(tmp_path / "site", {"nets/__init__.py": "", "nets/net.py": NET})
    (tmp_path / "work").mkdir()
    disguise(tmp_path / "site/nets/net.py", py_compile.PycInvalidationMode.TIMESTAMP)
    return tmp_path / "site"


def disguise(source: Path, mode: py_compile.PycInvalidationMode) -> Path:
    before = source.stat()
    compiled = py_compile.compile(str(source), invalidation_mode=mode)
    assert compiled is not None
    source.write_text(source.read_text().replace("Conv2d(3, 4, 3)", "Conv2d(3, 8, 3)"))
    os.utime(source, ns=(before.st_atime_ns, before.st_mtime_ns))
    return Path(compiled)


def compiled_file(site: Path) -> Path:
    return site / f"nets/__pycache__/net.{sys.implementation.cache_tag}.pyc"


def channels(done: Done) -> int:
    assert done.code == 0, done.err
    size: int = done.models[0]["rows"][-1]["outputs"][0][1]
    return size


def run(site: Path, script: str = "from nets.net import Net\nnet = Net()\n" + CALL, folder: str = "work") -> Done:
    work = site.parent / folder
    (work / "train.py").write_text("import torch\n" + script, encoding="utf8")
    return summary("train.py", cwd=work, path=site)


# which bytecode is run


@needs_known_form
def test_a_package_is_run_from_its_bytecode(site: Path) -> None:
    assert channels(run(site)) == 4


def test_bytecode_of_another_time_is_not_run(site: Path) -> None:
    os.utime(site / "nets/net.py", (1, 1))
    assert channels(run(site)) == 8


def test_bytecode_of_another_size_is_not_run(site: Path) -> None:
    source = site / "nets/net.py"
    before = source.stat()
    source.write_text(source.read_text() + "\n")
    os.utime(source, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert channels(run(site)) == 8


@pytest.mark.parametrize("mode", ["CHECKED_HASH", "UNCHECKED_HASH"])
def test_bytecode_of_another_text_is_not_run(site: Path, mode: str) -> None:
    source = site / "nets/net.py"
    source.write_text(textwrap.dedent(NET))
    compiled = disguise(source, py_compile.PycInvalidationMode[mode])
    assert channels(run(site)) == 8
    py_compile.compile(str(source), invalidation_mode=py_compile.PycInvalidationMode[mode])
    assert compiled.exists()
    assert channels(run(site)) == 8


@pytest.mark.parametrize(
    "damage",
    [lambda data: data[:40], lambda data: data[:16] + b"i\x01\x00\x00\x00", lambda data: b"\x00" * 4 + data[4:]],
)
def test_damaged_bytecode_is_not_run(site: Path, damage: Any) -> None:
    compiled_file(site).write_bytes(damage(compiled_file(site).read_bytes()))
    assert channels(run(site)) == 8


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="a system without owners of files")
def test_bytecode_that_anybody_may_write_is_not_run(site: Path) -> None:
    compiled_file(site).chmod(0o666)
    assert channels(run(site)) == 8
    compiled_file(site).chmod(0o644)
    compiled_file(site).parent.chmod(0o777)
    assert channels(run(site)) == 8


def test_bytecode_in_a_project_is_not_run(site: Path) -> None:
    """Neither where the package is imported as the project's own nor where a folder of the project is on the import path."""
    assert channels(run(site, folder="site")) == 8
    (site.parent / "pyproject.toml").write_text("")
    assert channels(run(site)) == 8


@pytest.mark.parametrize("linked", ["file", "folder"])
def test_bytecode_that_a_link_leads_to_is_not_run(site: Path, linked: str) -> None:
    link = compiled_file(site) if linked == "file" else compiled_file(site).parent
    elsewhere = site.parent / "elsewhere.pyc"
    link.rename(elsewhere)
    link.symlink_to(elsewhere)
    assert channels(run(site)) == 8


def test_bytecode_of_a_package_that_is_linked_from_the_project_is_not_run(site: Path) -> None:
    (site.parent / "work/lib").mkdir()
    (site / "nets").rename(site.parent / "work/lib/nets")
    (site / "nets").symlink_to(site.parent / "work/lib/nets")
    assert channels(run(site)) == 8


def test_a_refused_name_in_bytecode_is_refused(site: Path) -> None:
    source = site / "nets/net.py"
    source.write_text(textwrap.dedent(NET) + "\nfound = []\ndef look():\n    return (lambda: 0).__subclasshook__\n")
    compileall.compile_dir(str(site), quiet=1)
    done = run(
        site, "from nets.net import Net, look\nnet = Net()\n" + CALL + "net(torch.zeros(1, len(look()), 8, 8))\n"
    )
    assert "__subclasshook__ is not allowed" in done.err


# what is run is what the instrumented tree does


CASES = {
    "conversions": "def f(u):\n    return [int(u), float(u), bool(u), len(u), list(u), tuple(u), range(u), range(1, u), int(3.5), list((1, 2))]\n",
    "several arguments": "def f(u):\n    return int('11', base=2), str(b'a', 'utf8'), tuple(), list(range(1, 7, 2)), dict(enumerate('ab', 1)), bool()\n",
    "other uses": "def f(u):\n    return isinstance(3, int), type('') is str, list(map(int, '12')), [k for k in (list, tuple) if k is list]\n",
    "stars": "def f(u):\n    return range(*(1, 4)), list(zip(*[(1, 2), (3, 4)])), int(*['7'])\n",
    "comprehensions": "def f(u):\n    return [len(x) for x in ('a', 'bc')], {str(i): tuple([i]) for i in range(3)}\n",
    "closures": "def f(u):\n    def g(n=len('abc')):\n        return lambda: [int(n), int(u)]\n    return g()()\n",
    "a class body": "class A:\n    n = len('ab')\n    def m(self):\n        return super().__init__(), int('3')\ndef f(u):\n    return A.n, A().m()[1]\n",
    "the top of a module": "n = len('abc')\nm = [str(i) for i in range(n)]\ndef f(u):\n    return n, m\n",
    "a name of the module's own": "def len(x):\n    return 'own'\ndef f(u):\n    return len('abc'), int('1')\n",
    "a local name": "def f(u):\n    int = lambda x: 'local'\n    return int('1'), float('2')\n",
    "a global name": "def f(u):\n    global str\n    str = lambda x: 'global'\n    return str(1), float('2')\n",
    "a class's own name": "class A:\n    str = float\n    x = str('1.5')\ndef f(u):\n    return A.x, int('1')\n",
    "an assertion": "def f(u):\n    assert u > 3 and u, 'not so'\n    return 1\n",
    "a decorator": "import missing\n@missing.wrap\ndef g(x):\n    return x\n@missing.wrap(3)\nclass C:\n    n = 5\ndef f(u):\n    return g(3), C.n\n",
    "a decorator of a method": "import missing\nclass C:\n    @missing.wrap\n    def n(self):\n        return 5\ndef f(u):\n    return C().n()\n",
    "an unknown function called": "import missing\ndef f(u):\n    return [missing.wrap(f), missing.wrap(x=f)]\n",
    "many names": "def f(u):\n    if u is None:\n        return [" + ", ".join(f"n{i}" for i in range(126)) + "]\n    return int(u), len(u), str(4), tuple(u)\n",
    "very many names": "def f(u):\n    if u is None:\n        return [" + ", ".join(f"n{i}" for i in range(300)) + "]\n    return int(u), len(u), str(4), tuple(u)\n",
    "a pattern": "def f(u):\n    match {'a': 1}:\n        case {'a': n}:\n            return int(n)\n",
}  # fmt: skip


def outcome(code: Any, run: Program) -> Any:
    table = run.builtins()
    table.update({f"${kind}()": conversion(table[kind]) for kind in bytecode.CONVERSIONS})
    table["__import__"] = lambda name, *rest: Unknown(name)
    names: dict[str, Any] = {"__builtins__": table, "__name__": "package"}
    try:
        exec(code, names)
        return repr(names["f"](Unknown("u")))
    except UnknownValue as error:
        return f"{type(error).__name__}: {error}"


@pytest.mark.parametrize("name", list(CASES))
def test_bytecode_does_what_the_instrumented_tree_does(name: str) -> None:
    text = CASES[name]
    run = Program("train.py", b"")
    tree = instrument(compile(text, "package.py", "exec", 0x400), script=False)
    expected = outcome(compile(tree, "package.py", "exec"), run)
    code = bytecode.redirect(compile(text, "package.py", "exec"), text.encode())
    if code is not None:
        assert outcome(code, run) == expected
    left_to_the_tree = {
        "a name of the module's own",
        "a global name",
        "a class's own name",
        "an assertion",
        "many names",
    }
    if instructions.KNOWN_FORM:
        assert (code is None) == (name in left_to_the_tree)


@needs_known_form
@pytest.mark.parametrize(
    "text",
    [
        "x.__subclasses__()",
        "def f():\n    return x.__globals__",
        "class A:\n    mro",
        "match x:\n    case A(__globals__=g): pass",
    ],
)
def test_what_a_file_may_not_name_is_left_to_the_tree(text: str) -> None:
    assert bytecode.redirect(compile(text, "", "exec"), text.encode()) is None


# a registry asks only the families that have a name


FAMILIES = {
    "zoo/__init__.py": "from .registry import create\nfrom . import flow, video\nfrom .plain import *\nfrom .bundle import *\n",
    "zoo/registry.py": """
        TABLE = {}

        def register(name):
            def keep(function):
                TABLE[name] = function
                return function
            return keep

        def create(name):
            return TABLE[name]()
    """,
    "zoo/plain.py": "from .registry import register\n__all__ = []\nraise RuntimeError('plain is run')\n@register('other')\ndef other(): pass\n",
    "zoo/flow/__init__.py": "from .raft import *\n",
    "zoo/flow/raft.py": "from torch import nn\nfrom ..registry import register\n@register('small-flow')\ndef raft():\n    return nn.Conv2d(3, 4, 3)\n",
    "zoo/flow/unused.py": "raise RuntimeError('unused is run')\n# small-flow\n",
    "zoo/bundle.py": "from .one import *\nfrom .two import *\n",
    "zoo/one.py": "from torch import nn\nfrom .registry import register\n@register('small-one')\ndef one():\n    return nn.Conv2d(3, 4, 3)\n",
    "zoo/two.py": "raise RuntimeError('two is run')\n@register\ndef two(): pass\n",
    "zoo/video/__init__.py": "from .deep import *\n",
    "zoo/video/deep.py": "raise RuntimeError('deep is run')\n@register\ndef deep(): pass\n",
}


@pytest.mark.parametrize("key", ["small-flow", "small-one"])
def test_a_key_of_a_family_runs_that_family_only(tmp_path: Path, key: str) -> None:
    write(tmp_path / "site", FAMILIES)
    (tmp_path / "work").mkdir()
    done = run(tmp_path / "site", "import zoo\nnet = zoo.create('" + key + "')\n" + CALL)
    assert channels(done) == 4
    assert "is run" not in done.err


def test_the_numbers_of_instructions_are_those_of_this_python() -> None:
    """They are written down for Python 3.11, and looked up for every other version."""
    names = "UNPACK_SEQUENCE CALL RAISE_VARARGS LOAD_GLOBAL LOAD_NAME STORE_NAME STORE_GLOBAL PUSH_NULL EXTENDED_ARG MATCH_CLASS STORE_ATTR"
    found = {name: getattr(instructions, name) for name in names.split()}
    assert found == {name: opcode.opmap.get(name, -1) for name in found}
    assert instructions.LOAD_ASSERTION_ERROR in (
        opcode.opmap.get("LOAD_ASSERTION_ERROR"),
        opcode.opmap.get("LOAD_COMMON_CONSTANT"),
    )
    assert {number for number, _ in instructions.READING} == {
        opcode.opmap[name] for name in ("LOAD_ATTR", "LOAD_METHOD", "LOAD_SUPER_ATTR") if name in opcode.opmap
    }


def test_only_one_file_knows_instructions(root: Path) -> None:
    words = ("opmap", "co_code", "co_positions", "import dis\n", "from dis import", ".opname")
    knowing = {
        path.relative_to(root).as_posix()
        for path in (root / "convcalc").rglob("*.py")
        if any(word in path.read_text("utf8") for word in words)
    }
    # the first knows them, the second changes code by its functions, the third names what a file may not read
    assert knowing == {
        "convcalc/tensor/instructions.py",
        "convcalc/source/bytecode.py",
        "convcalc/tensor/attributes.py",
    }
