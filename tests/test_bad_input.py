"""What a user gets wrong, and what a file may not do: a clear message with the line, the right exit code, nothing touched."""

from __future__ import annotations

from pathlib import Path

import pytest
from command import convcalc, summary

HEAD = "import torch\nfrom torch import nn\n"
NET = (
    HEAD
    + "class Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n        self.fc = nn.Linear(4, 2)\n    def forward(self, x):\n        return self.fc(x)\n"
)


def write(folder: Path, text: str | bytes, name: str = "model.py") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def refused(done: object, code: int, *parts: str) -> None:
    assert done.code == code, (done.code, done.out, done.err)  # type: ignore[attr-defined]
    for part in parts:
        assert part in done.err, done.err  # type: ignore[attr-defined]
    assert "Traceback" not in done.err  # type: ignore[attr-defined]


def test_missing_file(tmp_path: Path) -> None:
    refused(summary(tmp_path / "none.py"), 2, "none.py", "no such file")


def test_folder(tmp_path: Path) -> None:
    refused(summary(tmp_path), 2, "is a folder")


def test_empty_file(tmp_path: Path) -> None:
    refused(summary(write(tmp_path, "")), 2, "is empty")


def test_binary_file(tmp_path: Path) -> None:
    refused(summary(write(tmp_path, b"\x7fELF\x00\x01\x02")), 2, "is not Python source")
    refused(summary(write(tmp_path, b"\xff\xfe\xfd")), 2, "is not Python source")


def test_syntax_error_tells_the_line(tmp_path: Path) -> None:
    refused(summary(write(tmp_path, "import torch\n\ndef f(:\n")), 2, "model.py:3", "syntax error")


def test_file_without_a_model(tmp_path: Path) -> None:
    refused(summary(write(tmp_path, "print('hello')\n")), 2, "has no model")


@pytest.mark.parametrize("shape", ["3x", "axb", "2x-3", "2x3:float99", "", "2x3.5"])
def test_wrong_input(tmp_path: Path, shape: str) -> None:
    done = summary(write(tmp_path, NET), "--input", shape)
    if shape == "3x":
        refused(done, 1)  # a trailing x is a slip: (3,) does not fit Linear(4, 2)
    else:
        refused(done, 2, "--input")


def test_unknown_class(tmp_path: Path) -> None:
    refused(summary(f"{write(tmp_path, NET)}::Nett", "--input", "1x4"), 2, "Nett", "Net")


def test_not_a_module(tmp_path: Path) -> None:
    refused(summary(f"{write(tmp_path, NET)}::torch.zeros(3)"), 2, "is not a module")


def test_no_input_that_could_be_found_out(tmp_path: Path) -> None:
    source = NET.replace("return self.fc(x)", "return x")
    refused(summary(f"{write(tmp_path, source)}::Net"), 2, "--input 1x4")


def test_constructor_that_needs_arguments(tmp_path: Path) -> None:
    source = NET.replace("__init__(self)", "__init__(self, width, depth=2)").replace("Linear(4, 2)", "Linear(width, 2)")
    refused(summary(write(tmp_path, source)), 2, "model.py:3", "width")
    assert summary(f"{write(tmp_path, source)}::Net(4)", "--input", "1x4").code == 0


def test_endless_loop(tmp_path: Path) -> None:
    path = write(tmp_path, NET + "n = 0\nwhile True:\n    n += 1\n")
    refused(convcalc("summary", path), 3, "model.py:10: never ends: nothing in the loop of line 10 could end it")


def test_a_call_without_end(tmp_path: Path) -> None:
    path = write(tmp_path, NET + "any(False for _ in iter(int, 1))\n")
    refused(convcalc("summary", path, "--seconds", "1"), 3, "model.py:9: ran longer than 1 s")


def test_endless_loop_that_catches_everything(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        NET
        + "def f():\n    try:\n        any(False for _ in iter(int, 1))\n    except BaseException:\n        f()\nf()\n",
    )
    refused(convcalc("summary", path, "--seconds", "1"), 3, "model.py:", "ran longer than 1 s")


def test_endless_call_inside_the_interpreter(tmp_path: Path) -> None:
    path = write(tmp_path, NET + "x = sum(range(10 ** 15))\n")
    refused(convcalc("summary", path, "--seconds", "1"), 3, "model.py:9", "ran longer than 1 s")


def test_unbounded_recursion(tmp_path: Path) -> None:
    refused(summary(write(tmp_path, "def f(n):\n    return f(n + 1)\nf(0)\n")), 3, "model.py:2", "recursion")


def test_unbounded_recursion_in_forward(tmp_path: Path) -> None:
    done = summary(f"{write(tmp_path, NET.replace('self.fc(x)', 'self(x)'))}::Net", "--input", "1x4")
    assert done.code == 3
    assert "recursion" in done.out
    assert "Traceback" not in done.err


@pytest.mark.parametrize(
    "statement", ["x = [0] * 10 ** 11", "x = 'a' * 10 ** 12", "x = bytearray(10 ** 12)", "x = list(range(10 ** 11))"]
)
def test_huge_allocation(tmp_path: Path, statement: str) -> None:
    refused(summary(write(tmp_path, f"import torch\n{statement}\n")), 3, "model.py:2", "memory")


TOUCHING = {
    "os.system": "import os\nos.system('touch {target}')\n",
    "open": "open('{target}', 'w').write('x')\n",
    "with open": "with open('{target}', 'w') as f:\n    f.write('x')\n",
    "subprocess": "import subprocess\nsubprocess.run(['touch', '{target}'])\n",
    "from subprocess": "from subprocess import Popen\nPopen(['touch', '{target}'])\n",
    "pathlib": "from pathlib import Path\nPath('{target}').write_text('x')\n",
    "socket": "import socket\ns = socket.socket()\ns.connect(('127.0.0.1', 9))\n",
    "shutil": "import shutil\nshutil.copy('{target}', '{target}2')\n",
    "exec": "exec('import os; os.system(\"touch {target}\")')\n",
    "eval": 'eval(\'__import__("os").system("touch {target}")\')\n',
    "__import__": "__import__('os').system('touch {target}')\n",
    "builtins": "__builtins__['open']('{target}', 'w')\n",
    "subclasses": "[c for c in ().__class__.__base__.__subclasses__() if c.__name__ == 'Popen'][0](['touch', '{target}'])\n",
    "globals of a function": "torch.zeros.__globals__['sys'].modules['os'].system('touch {target}')\n",
    "getattr": "getattr(torch.zeros, '__glo' + 'bals__')\n",
    "object.__getattribute__": "object.__getattribute__(torch.zeros, '__globals__')['__builtins__']['open']('{target}', 'w')\n",
    "type dict": "type.__dict__['__subclasses__'](object)\n",
    "attrgetter": "import operator\noperator.attrgetter('__class__.__base__.__subclasses__')(())()\n",
    "frame": "def g():\n    yield g2.gi_frame.f_back\ng2 = g()\nnext(g2).f_builtins['open']('{target}', 'w')\n",
    "module of a module": "import random\nrandom._os.system('touch {target}')\n",
    "torch.save": "torch.save([1], '{target}')\n",
}


@pytest.mark.parametrize("name", TOUCHING)
def test_a_file_touches_nothing(tmp_path: Path, name: str) -> None:
    target = tmp_path / "touched"
    attempt = TOUCHING[name].format(target=target)
    path = write(tmp_path, NET + attempt + "net = Net()\nnet(torch.zeros(3, 4))\n")
    before = sorted(p.name for p in tmp_path.iterdir())
    done = summary(path)
    assert sorted(p.name for p in tmp_path.iterdir()) == before
    assert done.code == 0, done.err  # the attempt is passed over and noted; the model is still reported
    assert done.models[0]["outputs"] == [{"shape": [3, 2], "dtype": "float32"}]
    if name != "torch.save":  # saving is an ordinary part of a script: kept in memory, not worth a note
        first = path.read_text().count("\n", 0, path.read_text().index(attempt)) + 1
        lines = [f"model.py:{line}:" for line in range(first, first + attempt.count("\n"))]
        assert any(line in done.err for line in lines), done.err


def test_syntax_warnings_are_not_printed(tmp_path: Path) -> None:
    done = summary(write(tmp_path, NET + "p = '\\d'\nnet = Net()\nnet(torch.zeros(3, 4))\n"))
    assert done.code == 0
    assert "Warning" not in done.err


@pytest.mark.parametrize(
    ("text", "line"), [("x = 1\nreturn x\n", 2), ("def f(a, a): pass\n", 1), ("x = 1\nbreak\n", 2), ("nonlocal x\n", 1)]
)
def test_errors_that_python_finds_late(tmp_path: Path, text: str, line: int) -> None:
    refused(summary(write(tmp_path, text)), 2, f"model.py:{line}", "syntax error")


def test_blocks_too_deep(tmp_path: Path) -> None:
    loops = "".join(" " * i + f"for i{i} in [0]:\n" for i in range(19)) + " " * 19 + "pass\n"
    refused(summary(write(tmp_path, NET + loops)), 2, "is nested too deeply to be analysed")
    refused(
        summary(write(tmp_path, loops.replace(" pass", " for y in [0]:\n" + " " * 21 + "for z in []: pass"))),
        2,
        "model.py:",
        "syntax error",
    )
