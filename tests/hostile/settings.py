"""Settings that raise budgets, have wrong types or values, or hold whoever reads them."""

from __future__ import annotations

from .repository import Repository, repositories, repository

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

CALLS = (("check", "--format", "json"), ("check", "model.py"))
LONG = "f" * 6000
VALUES = ("inf", "-inf", "nan", "-nan", "1e300", "1e-300", "0", "-1", "9223372036854775808", "-9223372036854775809", f"0x{LONG}", f"0b{'1' * 20000}", "true", '"10"', '"inf"', "[]", "{}", "[[]]", "1979-05-27T07:32:00Z", "07:32:00", '""', '"\\u0000"', '"::"', f'["{LONG}"]', "['a', 1]")  # fmt: skip


def _text(text: str) -> Callable[[Repository], Any]:
    return lambda r: r.settings(text)


def _whole(data: bytes) -> Callable[[Repository], Any]:
    def build(r: Repository) -> None:
        r.write("pyproject.toml", data)

    return build


repositories(
    {
        "settings: deep lists": _text("x = " + "[" * 100_000),
        "settings: deep tables": _text("x = " + "{a=" * 100_000),
        "settings: deep lists that end": _text("x = " + "[" * 200_000 + "]" * 200_000),
        "settings: lists as deep as can be": _text("exclude = " + "[" * 90 + "]" * 90),
        "settings: a key of 400,000 parts": _text("x." + "a." * 400_000 + "b = 1"),
        "settings: many keys of many parts": _text("\n".join("x." + "a." * 950 + f"b{i} = 1" for i in range(400))),
        "settings: a heading of many parts": _whole(b"[tool.convcalc]\n[" + b"a." * 400_000 + b"a]\n"),
        "settings: quoted parts": _text("x." + '"."."' * 100_000 + " = 1"),
        "settings: 80,000 headings": _whole(b"[tool.convcalc]\n" + b"".join(b"[x.y%d]\n" % i for i in range(80_000))),
        "settings: 100,000 tables": _whole(b"[[tool.convcalc.targets]]\n" * 30_000),
        "settings: a number of a million digits": _text("jobs = " + "9" * 1_000_000),
        "settings: a number of hex digits": _text("seconds = 0x" + "f" * 1_000_000),
        "settings: a float of a million digits": _text("seconds = 1." + "9" * 1_000_000),
        "settings: a string that does not end": _text('x = """' + "a\\\n" * 250_000),
        "settings: a string of escapes": _text('select = ["' + "\\u0041" * 160_000 + '"]'),
        "settings: names that are nearly known": _text('select = ["' + "matmu" * 100_000 + '"]'),
        "settings: 100,000 wrong rules": _text("select = [" + "'matmull'," * 90_000 + "]"),
        "settings: a long wrong key": _text("target" * 100_000 + " = 1"),
        "settings: not UTF-8": _whole(b"[tool.convcalc]\nselect = '\xff\xfe'\n"),
        "settings: UTF-16": _whole("[tool.convcalc]\nseconds = 1e300\n".encode("utf-16")),
        "settings: a mark in front": _whole(b"\xef\xbb\xbf[tool.convcalc]\nseconds = 0.5\n"),
        "settings: zero bytes": _whole(b"[tool.convcalc]\n\0\nselect = '\0'\n"),
        "settings: tool is no table": _whole(b"tool = 1 # convcalc [tool] tool.convcalc\n"),
        "settings: tool is a list": _whole(b"[[tool]]\nconvcalc = 1\n[tool.convcalc]\n"),
        "settings: convcalc is a list": _whole(b"[[tool.convcalc]]\nx = 1\n"),
        "settings: only the word": _whole(b"# tool.convcalc [tool] convcalc"),
    },
    CALLS,
)


def wrong_values() -> list[str]:
    """A text of settings for each key with each value."""
    keys = ("seconds", "jobs", "targets", "select", "ignore", "exclude", "per-file-ignores")
    inner = ("target", "input", "kwarg", "batch", "mode", "max-params", "max-macs")
    lines = [f"{key} = {value}" for key in keys for value in VALUES]
    lines += [f"per-file-ignores = {{'*' = {value}}}" for value in VALUES]
    return lines + [
        f"targets = [{{target = 'model.py', {key} = {value}}}]" for key in inner for value in VALUES if key != "target"
    ]


TARGETS = (
    "model.py::", "::", "::Net", "model.py::Net::Net", "model.py::" + "(" * 5000, "model.py::" + "x." * 100_000 + "y",
    "\\u0000", "model.py::\\u0000", "a" * 100_000, "a." * 5000 + "b", "../" * 2000 + "etc/passwd", "model.py/", "model.py/x", "./" * 3000 + "model.py", "~/x.py",
    "convcalc.cli", "os", "os.path", "antigravity", "__main__", "model.py::__import__('os').system('true')", "model.py::Net().__class__.__mro__", "-", "--help", "",
    "http://example.org/x.py", "\\\\\\\\host\\\\share\\\\x.py", "con.py", "model.py\\u202e", "*", "{}", "%s%n", "model.py::lambda: 0", "model.py::[x for x in range(10**12)]",
)  # fmt: skip
INPUTS = (
    "", "x", "()", "²x3", "1x²", "٣x٤", "9" * 5000, "9" * 19, "9" * 30 + "x2", "-1x3", "0x0", "1e3x2", "1x" * 50_000, "Nx" * 1000, "1x2:", "1x2:void", "1x2:" + "f" * 100_000, "=1", "x=1=2",
    "=", ":", "[" * 10_000, "1 2", "1x2\\u0000", "NxCxHxWxZ", "((1,2),(3,4))", "1,2,,3", "××", "N" * 3, "1x\\u202e2", "1x2:float32:int64", "1x" + "0" * 4000 + "1",
)  # fmt: skip
KWARGS = (
    "", "x", "=1", "x=", "x={[]: 1}", "x={{}: 1}", "x=" + "[" * 5000, "x=" + "-" * 5000 + "1", "x=" + "(" * 150 + ")" * 150, "x=" + "9" * 5000, "x=1e999", "x=" + "1+" * 5000 + "1j",
    "x=__import__('os')", "x='a'*10**10", "x=10**10**10", "1=1", "self=1", "x=\\u0000", "x=b'" + "a" * 100_000 + "'", "x={1: 2, **{}}", "x=...", "__class__=1", "x=f'{1}'", "x=[1,2", "x='\\ud800'",
)  # fmt: skip


@repository("settings: more time than there is", CALLS)
def more(r: Repository) -> None:
    r.settings("seconds = 99999\njobs = 10000")
    r.write("model.py", "import torch\n" + "x = 1\n")


@repository("settings: many targets", CALLS)
def many_targets(r: Repository) -> None:
    r.settings("targets = [" + ", ".join(f'"no{i}.py"' for i in range(5000)) + "]")


@repository("settings: the same target with many inputs", CALLS)
def many_inputs(r: Repository) -> None:
    r.settings("[[tool.convcalc.targets]]\ntarget = 'model.py'\ninput = [" + "'1x4'," * 100_000 + "]")


@repository("settings: budgets of wrong kinds", CALLS)
def budgets(r: Repository) -> None:
    r.settings(
        "[[tool.convcalc.targets]]\ntarget = 'model.py'\nmax-params = '" + "9" * 300 + "T'\nmax-macs = '1e307 T'"
    )


@repository("settings: a batch that nothing holds", CALLS)
def batch(r: Repository) -> None:
    r.settings(
        "[[tool.convcalc.targets]]\ntarget = 'model.py'\nbatch = 9223372036854775807\ninput = '9223372036854775807x4'"
    )
