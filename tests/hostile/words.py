"""Names and texts that are commands to a terminal, a CI service, a browser or a parser of reports."""

from __future__ import annotations

import os

from .repository import BAD, EACH_FORM, GOOD, Repository, code, repositories, repository

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

CALLS = (*EACH_FORM, *(("summary", "model.py", "--format", form) for form in ("table", "json", "markdown", "csv")))
EVIL = "\x1b]0;evil\x07\n::error title=x::boo\n::set-output name=a::b\n##vso[task.setvariable]x\n::stop-commands::t\r::add-mask::a%0A%0D<script>alert(1)</script>|`![x](http://e)\u202e\u2028\x9b1m"


def _named(name: bytes) -> Callable[[Repository], Any]:
    def build(r: Repository) -> None:
        with open(os.fsencode(r.folder) + b"/" + name, "w") as stream:
            stream.write(BAD)

    return build


repositories(
    {
        "a name with line ends": _named(b"a\n::error::evil\nb.py"),
        "a name with a carriage return": _named(b"a\r::set-output name=x::y.py"),
        "a name with escapes": _named(b"\x1b[2J\x1b]0;evil\x07.py"),
        "a name with control characters of 8 bits": _named("\x9b1m\x90q\x9c.py".encode()),
        "a name that is no UTF-8": _named(b"\xff\xfe\x80.py"),
        "a name with halves of characters": _named(b"\xed\xa0\x80\xed\xbf\xbf.py"),
        "a name from right to left": _named("a\u202eyp.evil\u2066\u2069.py".encode()),
        "a name of 255 bytes": _named(b"n" * 252 + b".py"),
        "a name of 255 bytes of marks": _named(("e" + "\u0301" * 125).encode()[:252] + b".py"),
        "a name with percent signs": _named(b"%0A::error::evil%0D%25.py"),
        "a name with commas and colons": _named(b"x,line=1::evil::,title=a:b.py"),
        "a name that is an option": _named(b"--output=evil.py"),
        "a name that is two options": _named(b"-o.py"),
        "a name of blanks": _named(b" \t .py"),
        "a name with a target in it": _named(b"model.py::Net().py"),
        "a name of HTML": _named(b"<img src=x onerror=alert(1)>.py"),
        "a name of Markdown": _named(b"|[x](javascript:a)`*_~.py"),
        "a name of quotes": _named(b'"\'\\\\".py'),
        "a name with a drive": _named(b"C:\\windows\\x.py"),
        "a name with the place of a cell": _named(b"a.ipynb:cell 3.py"),
        "a name of line separators": _named("a\u2028b\u2029c\x85d\x0be\x0cf.py".encode()),
        "only a suffix": _named(b".py"),
    },
    CALLS,
)


def _model(text: str) -> Callable[[Repository], Any]:
    return lambda r: r.write("model.py", text) and None


CLASS = GOOD.replace("Net()(torch.zeros(3, 4))", "")
repositories(
    {
        "a class with a hostile name": _model(f"{CLASS}Net.__name__ = Net.__qualname__ = {EVIL!r}\nNet()(torch.zeros(3, 5))\n"),
        "a layer with a hostile name": _model(f"{CLASS}n = Net()\nn.add_module({EVIL.replace('.', '')!r}, nn.Linear(4, 4))\nn(torch.zeros(3, 4))\n"),
        "an exception with a hostile message": _model(f"{CLASS}raise ValueError({EVIL!r})\n"),
        "an exception in forward with a hostile message": _model(GOOD.replace("return self.fc(x)", f"raise ValueError({EVIL!r})")),
        "an exception without a message": _model(f"{CLASS}class E(Exception):\n    def __str__(self): raise self\nraise E\n"),
        "an exception whose message is none": _model(f"{CLASS}class E(Exception):\n    def __str__(self): return 5\nraise E\n"),
        "a hostile name of a file in the text": _model(GOOD.replace("import torch", f"import torch\n__file__ = {EVIL!r}")),
        "a hostile module": _model(f"{CLASS}import importlib\nimportlib.import_module({EVIL!r})\n"),
        "hostile letters": _model(GOOD.replace("Net", "Nét").replace("4, 2", "5, 2") + "# \u202e\u2066 \x1b[2J \x9b\n"),
        "a hostile line with an error": _model(GOOD.replace("return self.fc(x)", f"return self.fc(x), '{'x' * 100_000}', '\x1b[2J\u202e'").replace("4, 2", "5, 2")),
        "half a character in the report": _model(f"{CLASS}Net.__name__ = '\\ud800\\udfff'\nNet()(torch.zeros(3, 5))\n"),
        "a zero character in the report": _model(f"{CLASS}Net.__name__ = 'a\\0b'\nNet()(torch.zeros(3, 5))\n"),
        "a name of 10 MB": _model(f"{CLASS}Net.__name__ = 'N' * 10_000_000\nNet()(torch.zeros(3, 5))\n"),
        "an annotation that is a command": _model(BAD + "#::error::boo\n"),
        "comments that ignore": _model(BAD + "# convcalc: ignore[" + "a," * 100_000 + "]\n# convcalc: ignore[\n# convcalc: ignore[]\n# convcalc:ignore[*]\n#convcalc: ignore[\u202e]\n"),
        "comments that ignore on each line": _model(BAD.replace("\n", "  # convcalc: ignore[x,\n") + "x = 1  # convcalc: ignore\n" * 50_000),
        "1,000 warnings": _model(CLASS + "".join(f"try: Net()(torch.zeros(3, {i}))\nexcept Exception as e: raise ValueError({EVIL!r}) from e\n" for i in range(5, 1000))),
    },
    CALLS,
)  # fmt: skip


@repository("a notebook with hostile words", EACH_FORM)
def notebook(r: Repository) -> None:
    os.rename(r.folder / "model.py", r.folder / "x\n::error::a.py")
    r.notebook([code(EVIL), code(f"# {EVIL}"), code(BAD), code(f"raise ValueError({EVIL!r})")])
    os.rename(r.folder / "train.ipynb", r.folder / "t\n::error::\x1b[2J.ipynb")


@repository("settings with hostile words", (*EACH_FORM, ("check",)))
def settings(r: Repository) -> None:
    quoted = EVIL.encode("unicode_escape").decode().replace("\\x", "\\u00").replace('"', '\\"')
    r.settings(f'select = ["{quoted}"]\n')


@repository("a key of settings with hostile words", (("check",),))
def key(r: Repository) -> None:
    quoted = EVIL.encode("unicode_escape").decode().replace("\\x", "\\u00")
    r.settings(f'"{quoted}" = 1\n')


@repository("a hostile folder", EACH_FORM)
def folder(r: Repository) -> None:
    name = "f\n::error::x\x1b[2J\u202e"
    r.write(f"{name}/model.py", BAD)
    r.write(f"{name}/pyproject.toml", "[tool.convcalc]\nx = 1\n")


@repository("a lying report of an earlier check", CALLS)
def report(r: Repository) -> None:
    for name in ("convcalc.sarif", "report.json", "baseline.json", ".convcalc-baseline.json", "convcalc-baseline.toml"):
        r.write(name, '{"version": 1, "runs": [{"results": []}], "ignore": ["*"]}')
    r.write("model.py", BAD)
