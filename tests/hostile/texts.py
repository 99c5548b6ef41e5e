"""Sources that Python itself stumbles over: encodings, depth, numbers and texts that grow when they are read."""

from __future__ import annotations

from .repository import BAD, FILE, GOOD, Repository, repositories, repository

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

TORCH = "import torch\n"


def _source(text: str | bytes) -> Callable[[Repository], Any]:
    return lambda r: r.write("model.py", text) and None


def _coded(name: str, codec: str = "ascii") -> Callable[[Repository], Any]:
    return _source(f"# -*- coding: {name} -*-\n{BAD}".encode(codec))


repositories(
    {
        "coding: rot13": _coded("rot13"),
        "coding: utf-7": _source(b"# coding: utf-7\nimport torch\n+AG8AcABlAG4-('x')\n" + BAD.encode()),
        "coding: idna": _coded("idna"),
        "coding: punycode": _coded("punycode"),
        "coding: unicode_escape": _source(b"# coding: unicode_escape\nimport torch\nx = '\\\n'\n" + BAD.encode()),
        "coding: raw_unicode_escape": _coded("raw_unicode_escape"),
        "coding: hex": _coded("hex"),
        "coding: zip": _coded("zip"),
        "coding: base64": _coded("base64"),
        "coding: undefined": _coded("undefined"),
        "coding: unknown": _coded("no-such-coding"),
        "coding: a module of the repository": _coded("os.system"),
        "coding: a path": _source(b"# coding: ../../etc/passwd\n" + BAD.encode()),
        "coding: utf-16": _source(b"# coding: utf-16\n" + BAD.encode("utf-16")),
        "coding: mbcs": _coded("mbcs"),
        "coding: of 1 MB": _coded("x" * 1_000_000),
        "a mark and another coding": _source(b"\xef\xbb\xbf# coding: latin1\n" + BAD.encode()),
        "marks in front": _source(b"\xef\xbb\xbf\xef\xbb\xbf" + BAD.encode()),
        "UTF-16 without a word": _source(BAD.encode("utf-16")),
        "zero bytes": _source(BAD.encode() + b"\0\0"),
        "bytes that are no text": _source(TORCH.encode() + bytes(range(128, 256))),
        "all bytes": _source(TORCH.encode() + bytes(range(1, 256)) * 1000),
        "latin1 in a line with an error": _source(b"# coding: latin1\n" + BAD.encode().replace(b"x)", b"x) # \xe9\xff")),
        "form feeds and tabs": _source(BAD.replace("    ", "\t\f ")),
        "line ends of all kinds": _source(BAD.replace("\n", "\r") + "\r\n\n\r\x0b\x0c\x85"),
        "nothing but an end of file": _source(b"torch\x1a\x04\x00"),
        "import without a name": _source("import \nfrom \nimport torch\n"),
        "import of odd names": _source(TORCH + "import .\nfrom . import *\nfrom .. import a\nfrom .x.y import z\nimport a.b.c as d,\n"),
        "imports that cannot be": _source(TORCH + "from ...... import x\nimport " + "a." * 50_000 + "b\n"),
        "names of a module of 1 MB": _source(TORCH + "import " + "m" * 1_000_000 + "\n"),
        "a wrong line of a million words": _source(TORCH + "x = = " + "y " * 1_000_000),
        "brackets 1,000,000 deep": _source(TORCH + "(" * 1_000_000),
        "brackets that end, 190 deep": _source(TORCH + "x = " + "(" * 190 + ")" * 190),
        "signs 1,000,000 deep": _source(TORCH + "x = " + "-" * 1_000_000 + "1"),
        "not 500,000 deep": _source(TORCH + "x = " + "not " * 500_000 + "1"),
        "attributes 300,000 deep": _source(TORCH + "x = torch" + ".a" * 300_000),
        "calls 300,000 deep": _source(TORCH + "x = torch" + "()" * 300_000),
        "sums of 500,000": _source(TORCH + "x = " + "1+" * 500_000 + "1"),
        "comparisons of 500,000": _source(TORCH + "x = " + "1<" * 500_000 + "1"),
        "elif 3,000 deep": _source(TORCH + "if 1: pass\n" + "elif 1: pass\n" * 3000),
        "lambdas 300,000 deep": _source(TORCH + "x = " + "lambda:" * 300_000 + "1"),
        "f-strings in f-strings": _source(TORCH + "x = " + "f'{" * 200 + "1" + "}'" * 200),
        "f-strings of formats": _source(TORCH + "x = f'" + "{1:{1:{1}}}" * 50_000 + "'"),
        "patterns 100,000 deep": _source(TORCH + "match 1:\n    case " + "[" * 100_000),
        "blocks 99 deep": _source(TORCH + "".join(" " * i + "if 1:\n" for i in range(99)) + " " * 99 + "x = 1\n"),
        "with 10,000 managers": _source(TORCH + "with " + "open('x') as y, " * 10_000 + "open('z'):\n    pass\n"),
        "10,000 decorators": _source(TORCH + "@torch\n" * 10_000 + "def f(): pass\n"),
        "100,000 functions": _source(TORCH + "".join(f"def f{i}(): pass\n" for i in range(100_000))),
        "20,000 classes": _source(TORCH + "".join(f"class C{i}(torch.nn.Module): pass\n" for i in range(20_000))),
        "a function of 250,000 lines": _source(TORCH + "def f():\n" + "    x = 1\n" * 250_000),
        "a call with 300,000 arguments": _source(TORCH + "print(" + "1," * 300_000 + ")\n"),
        "a function with 60,000 parameters": _source(TORCH + "def f(" + ",".join(f"a{i}=1" for i in range(60_000)) + "): pass\n"),
        "a dict of 300,000": _source(TORCH + "x = {" + "1:1," * 300_000 + "}\n"),
        "a bomb of constants": _source(TORCH + "x = 10**10**10\ny = 'a' * 10**10\nz = (1,) * 10**10\nw = 1 << 10**10\n"),
        "a number of a million digits": _source(TORCH + "x = " + "9" * 1_000_000),
        "a hex number of 8 MB": _source(TORCH + "x = 0x" + "f" * 8_000_000),
        "a float of a million digits": _source(TORCH + "x = 1e" + "9" * 1_000_000 + "\ny = 0." + "1" * 1_000_000),
        "a name of a character": _source(TORCH + "x = '" + "\\N{LATIN SMALL LETTER A}" * 50_000 + "'\ny = '\\N{" + "A" * 1_000_000 + "}'"),
        "letters that are normalised": _source(TORCH + "ℌ" * 100_000 + " = 1\n" + "﷽" * 1000 + " = 2\n"),
        "odd escapes": _source(TORCH + "x = '" + "\\d\\q\\8" * 100_000 + "'\n"),
        "a string that does not end": _source(TORCH + "x = '''" + "a\n" * 500_000),
        "dedents that fit nothing": _source(TORCH + "if 1:\n        x\n      y\n"),
        "indents of a million blanks": _source(TORCH + "if 1:\n" + " " * 1_000_000 + "x = 1\n"),
        "globals and nonlocals": _source(TORCH + "global x\nnonlocal y\ndef f():\n    nonlocal x\n    global x\n"),
        "await, yield and return outside": _source(TORCH + "await x\nyield y\nreturn z\nbreak\ncontinue\n"),
        "a future that is none": _source(TORCH + "from __future__ import braces, annotations, no_such\n"),
        "annotations that are bombs": _source("from __future__ import annotations\n" + TORCH + "x: (10**10**10) = 1\ndef f(a: " + "list[" * 150 + "int" + "]" * 150 + "): pass\n"),
    },
    FILE,
)  # fmt: skip


@repository("a module that is a bomb", FILE)
def module(r: Repository) -> None:
    r.write("layers.py", "x = " + "(" * 200_000)
    r.write("more.py", "x = '" + "a" * 7_000_000 + "'\n" + "x = [\n" * 100)
    r.write("coded.py", "# coding: rot13\nvzcbeg bf\n")
    r.write("model.py", "import layers, more, coded\n" + GOOD)


@repository("configurations that are bombs", FILE)
def configurations(r: Repository) -> None:
    r.write("a.json", "[" * 500_000)
    r.write(
        "b.yaml",
        "a: &a [x, x]\n"
        + "".join(f"{n}: &{n} [*{p}, *{p}]\n" for p, n in zip("abcdefghijklmnopqrstuvw", "bcdefghijklmnopqrstuvwx")),
    )
    r.write("c.toml", "x." + "a." * 100_000 + "b = 1")
    r.write("d.ini", "[a]\n" + "x = %(x)s\n")
    reads = "import json, yaml, configparser, tomllib\njson.load(open('a.json'))\nprint(len(str(yaml.safe_load(open('b.yaml')))))\ntomllib.load(open('c.toml', 'rb'))\n"
    r.write("model.py", reads + "c = configparser.ConfigParser()\nc.read('d.ini')\nc['a']['x']\n" + GOOD)
