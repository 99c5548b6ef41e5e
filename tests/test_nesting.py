"""What Python itself compiles is never nested too deeply for us: long chains of `elif`, long sums, blocks within blocks."""

from __future__ import annotations

import ast
import random
import sys
from pathlib import Path

import pytest
from command import convcalc

from convcalc.source.compiling import compile_code
from convcalc.source.instrument import instrument
from convcalc.source.reading import parse_source
from convcalc.source.target import UsageError

HEAD = "import torch\nfrom torch import nn\n"
WRONG = "nn.Linear(5, 2)(torch.zeros(3, 4))\n"


def nested(opening: str, depth: int, closing: str = "") -> str:
    lines = [" " * i + opening for i in range(depth)] + [" " * depth + "x = x + 1"]
    return "\n".join([*lines, *(" " * i + closing for i in reversed(range(depth)) if closing), ""])


def of_function(body: str) -> str:
    return "def f(x, flag=True):\n" + "".join(f" {line}\n" for line in body.splitlines()) + " return x\nf(1)\n"


DEEP = {
    "elif": "def size(name):\n  if name == '': n = 0\n" + "".join(f"  elif name == 'n{i}': n = {i}\n" for i in range(600)) + "  return n\nsize('n300')\n",
    "else if": "x = 1\n" + "".join(" " * i + f"if x == -{i}: pass\n" + " " * i + "else:\n" for i in range(90)) + " " * 90 + "x = 2\n",
    "if": "x = flag = 1\n" + nested("if flag:", 90),
    "for": of_function(nested("for i in [1]:", 20)),
    "with": "import contextlib\n" + of_function(nested("with contextlib.nullcontext():", 20)),
    "try": of_function(nested("try:", 20, "finally: x = x + 1")),
    "try that catches": of_function(nested("try:", 10, "except ValueError: x = 0")),
    "sum": "total = " + " + ".join(["1"] * 900) + "\n",
    "calls": "text = ''" + ".strip()" * 450 + "\n",
    "conditional": "x = 3\ny = " + "".join(f"{i} if x == {i} else " for i in range(600)) + "0\n",
    "lists": "x = " + "[" * 150 + "]" * 150 + "\n",
}  # fmt: skip


@pytest.mark.parametrize("name", DEEP)
def test_a_file_is_checked_all_the_same(tmp_path: Path, name: str) -> None:
    path = tmp_path / "model.py"
    path.write_text(HEAD + DEEP[name] + WRONG)
    done = convcalc("check", path, "--isolated")
    assert done.err == ""
    assert "error[linear-in-features]" in done.out
    assert done.code == 1


def test_what_fails_in_an_elif_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "model.py"
    settings = "def settings():\n    raise OSError('there are none')\n"
    chain = settings + "if False:\n    pass\nelif settings():\n    pass\nelse:\n    x = 1\n"
    path.write_text(HEAD + chain + "nn.Linear(4, 2)(torch.zeros(3, 4))\n")
    done = convcalc("summary", path)
    assert done.code == 0
    assert "skipped: OSError: there are none" in done.err


def test_what_python_refuses_is_a_syntax_error(tmp_path: Path) -> None:
    path = tmp_path / "model.py"
    path.write_text(HEAD + nested("for i in [1]:", 30))
    done = convcalc("check", path, "--isolated")
    assert done.code == 2
    assert "syntax error" in done.err


class Programs:
    """Random statements within statements, up to what Python allows."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def statement(self, depth: int) -> list[str]:
        if depth == 0:
            return [self.random.choice(["x = f(x)", "f(x)", "return x", "import a", "assert x", "del x", "pass"])]
        kind = self.random.choice(["if", "elif", "for", "while", "with", "with2", "try", "finally", "both", "def"])
        inner, other = self.block(depth - 1), self.block(self.random.randrange(min(depth, 3)))
        pieces: dict[str, list[object]] = {
            "if": ["if x:", inner, "else:", other], "elif": ["if x:", other, "elif y:", inner, "else:", other],
            "for": ["for x in y:", inner, "else:", other], "while": ["while x:", inner],
            "with": ["with x as y:", inner], "with2": ["with x, y:", inner],
            "try": ["try:", inner, "except A:", other, "else:", inner], "finally": ["try:", inner, "finally:", ["x = y"]],
            "both": ["try:", other, "except A as e:", inner, "else:", other, "finally:", ["pass"]], "def": ["def g():", inner],
        }  # fmt: skip
        lines: list[str] = []
        for piece in pieces[kind]:
            lines += [piece] if isinstance(piece, str) else [" " + line for line in piece]  # type: ignore[attr-defined]
        return lines

    def block(self, depth: int) -> list[str]:
        return self.statement(depth) + self.statement(0)

    def program(self, depth: int) -> str:
        return "\n".join(["def f(x):", *(" " + line for line in self.block(depth)), ""])


@pytest.mark.parametrize("seed", range(150))
def test_instrumenting_goes_no_deeper_than_python(seed: int) -> None:
    text = Programs(seed).program(4 + seed % 18).encode()
    if len(text) > 300_000:
        pytest.skip("too long to be worth it")
    try:
        compile(text, "model.py", "exec", dont_inherit=True)
    except SyntaxError:
        with pytest.raises(UsageError):
            compile_code(instrument(parse_source(text, "model.py")), text, "model.py")
        return
    compile_code(instrument(parse_source(text, "model.py")), text, "model.py")


@pytest.mark.skipif(sys.version_info[:2] == (3, 12), reason="Python 3.12 reads a tree half as deep as a source")
def test_as_deep_as_python_goes() -> None:
    for text in ("x = " + " + ".join(["a"] * 2900), "if a: x = 1\n" + "elif a: x = 1\n" * 2900):
        source = text.encode()
        compile_code(instrument(parse_source(source, "model.py")), source, "model.py")


def test_the_innermost_statements_are_passed_over_first() -> None:
    """Where there is no room for all, what is lost is the least: the outermost and the innermost statements keep their own `try`."""
    tree = instrument(ast.parse(of_function(nested("if x:", 60))))
    nodes = list(ast.walk(tree))
    tries = [node for node in nodes if isinstance(node, ast.Try)]
    assert any(isinstance(node.body[0], ast.Assign) for node in tries)
    function = next(node for node in nodes if isinstance(node, ast.FunctionDef))
    assert isinstance(function.body[0], ast.Try)
