"""Notebooks: what of a cell is Python, where its lines stand, what is told of a broken one, and mends of cells."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from command import convcalc, summary
from hypothesis import given
from hypothesis import strategies as st
from notebooks import CALL, IMPORTS, NET, TRAINING, cell, notebook, write

from convcalc.source.magics import python_lines
from convcalc.source.notebook import Notebook
from convcalc.source.notebook_text import NotebookText

FAULTY = tuple(text.replace("1352", "500") for text in TRAINING)

# A cell and its Python, as IPython 9.18's input transformers split it (tried side by side); what runs a magic is `pass` here.
SPLIT = {
    "%matplotlib inline\nx = 1": "pass\nx = 1",
    "x = (a\n% b)": "x = (a\n% b)",
    "x = [1,\n\n! b]": "x = [1,\n\n! b]",
    "x = a \\\n% b\n%y": "x = a \\\n% b\npass",
    "s = 'a!b'\n!ls": "s = 'a!b'\npass",
    "s = '''\n%no\n!no\n'''\n%magic": "s = '''\n%no\n!no\n'''\npass",
    "x = 'a\\\n%b'\n%c": "x = 'a\\\n%b'\npass",
    "x = r'\\'\n%m": "x = r'\\'\npass",
    "x = \"it's\" # it's\n%m": "x = \"it's\" # it's\npass",
    "f(a,\n%b)\n%c": "f(a,\n%b)\npass",
    "x = {\n 'a': '#',\n}\n!m": "x = {\n 'a': '#',\n}\npass",
    "if x:\n    %time y = f()\n    !ls\n    z = 2": "if x:\n    y = f()\n    pass\n    z = 2",
    "try:\n    import a\nexcept:\n    !pip install a\n    import a": "try:\n    import a\nexcept:\n    pass\n    import a",
    "!pip install a \\\n  b\ny = 1": "pass\n\ny = 1",
    "x = !ls": "x = get_ipython().getoutput()",
    "a['x'] = %pwd": "a['x'] = get_ipython().getoutput()",
    "x: int = !ls": "x: int = get_ipython().getoutput()",
    "x = f(a=1) ; y = 2": "x = f(a=1) ; y = 2",
    "x = 5 %3\nx %= 3": "x = 5 %3\nx %= 3",
    "x == !ls": "x == !ls",
    "!!ls": "pass",
    "nn.Linear?": "pass",
    "nn.Linear??": "pass",
    "?nn.Linear": "pass",
    "a.*b?": "pass",
    "x = 1 # what?": "x = 1 # what?",
    "'why?'": "'why?'",
    "  x = 1\n  y = 2": "x = 1\ny = 2",
    "  %time x=1": "x=1",
    "%time x = f(1)": "x = f(1)",
    "%timeit -n 10 -r3 f(x)": "f(x)",
    "%timeit": "pass",
    "# comment\n%time x=1": "# comment\nx=1",
    "%env A=b": "pass",
    ",f a b": "pass",
    "%%bash\necho hi": "\n",
    "%%writefile model.py\nimport torch": "\n",
    "%%time\nx = 1\n%ls\ny=2": "\nx = 1\npass\ny=2",
    "\n\n%%time\nx=1": "\n\n\nx=1",
    "%%timeit z=1\ny=2": "z=1\ny=2",
    "%%capture out\n%%time\nx = 1": "\n\nx = 1",
    "pip install einops": "",
    "time = 3": "time = 3",
    "%run ./lib/model.py --fast": "from lib.model import *",
    "await f()\n%x": "await f()\npass",
}


@pytest.mark.parametrize("text", SPLIT)
def test_what_of_a_cell_is_python(text: str) -> None:
    assert "\n".join(line.text for line in python_lines(text.split("\n"))) == SPLIT[text]


@given(st.text(alphabet="%!?=x '\"(\\\n#"))
def test_every_line_of_a_cell_has_a_line_in_the_script(text: str) -> None:
    lines = text.split("\n")
    split = python_lines(lines)
    assert len(split) == len(lines)
    for own, line in zip(lines, split):
        at = line.start + line.shift
        assert line.text.startswith(own[: line.start]) or line.text[line.start :] == own[at:] or "pass" in line.text or line.text.endswith("getoutput()") or not line.text  # fmt: skip


def test_a_notebook_is_summarised(tmp_path: Path) -> None:
    done = summary(write(tmp_path / "train.ipynb", notebook(*TRAINING)))
    assert (done.code, done.err) == (0, "")
    (model,) = done.models
    assert model["totals"]["params"] == 8 * 9 + 8 + 1352 * 10 + 10
    assert (model["target"]["cell"], model["target"]["line"], model["target"]["call"]) == (3, 1, "Net()")
    assert [(row["path"], row["cell"], row["line"]) for row in model["rows"] if row["leaf"]] == [
        ("conv", 3, 8), ("", 3, 8), ("", 3, 9), ("fc", 3, 9),
    ]  # fmt: skip
    assert "train.ipynb:cell 3:1" in convcalc("summary", tmp_path / "train.ipynb").out


def test_an_expression_over_a_notebooks_names(tmp_path: Path) -> None:
    file = write(tmp_path / "train.ipynb", notebook(*TRAINING))
    done = summary(f"{file}::Net(5)", "--input", "1x1x30x30")
    assert done.models[0]["target"]["call"] == "Net(5)"
    assert done.models[0]["rows"][1]["outputs"] == [[1, 8, 26, 26]]


def test_an_error_is_told_by_cell_and_line(tmp_path: Path) -> None:
    file = write(tmp_path / "train.ipynb", notebook(*FAULTY))
    text = convcalc("check", "--isolated", file)
    assert text.code == 1
    assert f"{file}:cell 3:9:16: error[linear-in-features]" in text.out
    assert "5 |         self.fc = nn.Linear(500, 10)" in text.out
    assert "randn" in text.out or "zeros       cell 5, line 3" in text.out
    assert f"nn.Linear(1352, 10) at {file}:cell 3:5" in text.out
    found = json.loads(convcalc("check", "--isolated", file, "--format", "json").out)["files"][0]["diagnostics"][0]
    assert (found["cell"], found["line"], found["column"], found["end_column"]) == (3, 9, 16, 37)
    assert found["constructor"]["cell"] == 3
    assert found["suggestions"][0]["cell"] == 3
    assert found["provenance"][-1]["cell"] == 5


def test_a_workflow_is_shown_the_line_of_the_file(tmp_path: Path) -> None:
    file = write(tmp_path / "train.ipynb", notebook(*FAULTY))
    line = 1 + file.read_text().split("\n").index('    "        return self.fc(x.flatten(1))"')
    command = convcalc("check", "--isolated", file, "--format", "github").out
    assert f"line={line},endLine={line},col=21,endColumn=42" in command
    assert "train.ipynb:cell 3:9" in command
    log = json.loads(convcalc("check", "--isolated", file, "--format", "sarif").out)
    result = log["runs"][0]["results"][0]
    region = result["locations"][0]["physicalLocation"]["region"]
    assert region == {"startLine": line, "startColumn": 21, "endLine": line, "endColumn": 42}
    change = result["fixes"][0]["artifactChanges"][0]["replacements"][0]["deletedRegion"]
    row = file.read_text().split("\n")[change["startLine"] - 1]
    assert row[change["startColumn"] - 1 : change["endColumn"] - 1] == "nn.Linear(500, 10)"


@pytest.mark.parametrize("options", [{}, {"indent": 2}, {"indent": None}, {"ensure_ascii": True}])
def test_a_mend_changes_nothing_else_of_the_file(tmp_path: Path, options: dict[str, Any]) -> None:
    content = notebook(*FAULTY, "x = 'é \U0001f600'", metadata={"a": 1})
    file = write(tmp_path / "train.ipynb", content, **options)
    before = file.read_bytes()
    done = convcalc("check", "--isolated", "--diff", file)
    assert (done.code, file.read_bytes()) == (1, before)
    if options.get("indent", 1):
        assert (
            '-    "        self.fc = nn.Linear(500, 10)\\n",' in done.out.replace("\n-  ", "\n- ") or "500" in done.out
        )
    done = convcalc("check", "--isolated", "--fix", file)
    assert done.code == 0, done.err
    assert file.read_bytes() == before.replace(b"500", b"1352")


def test_a_mend_of_a_timed_line_and_of_an_indented_cell(tmp_path: Path) -> None:
    timed = "%time y = nn.Linear(5, 2)(torch.zeros(3, 4))"
    indented = "  net = nn.Linear(7, 2)\n  %time z = net(torch.zeros(3, 6))"
    file = write(tmp_path / "a.ipynb", notebook(IMPORTS, timed, indented))
    found = json.loads(convcalc("check", "--isolated", file, "--format", "json").out)["files"][0]["diagnostics"][0]
    assert timed[found["column"] - 1 : found["end_column"] - 1] == "nn.Linear(5, 2)(torch.zeros(3, 4))"
    before = file.read_bytes()
    done = convcalc("check", "--isolated", "--fix", file)
    assert file.read_bytes() == before.replace(b"Linear(5", b"Linear(4").replace(b"Linear(7", b"Linear(6"), done.err


SOURCES = {
    "list": ["a = 1\n", "b = 2\n", "c = 3"],
    "string": "a = 1\nb = 2\nc = 3",
    "one line": ["a = 1\nb = 2\nc = 3"],
    "odd cuts": ["a =", " 1\nb = ", "2\n", "", "c = 3"],
    "escapes": ["a = 1\n", "b = '\\u00e9\U0001f600'\n", "c = 3"],
}
CHANGES = [
    ("b = ", "b = 1 + "), ("c = 3", "c = 'ü'"), ("a = 1\n", "a = 1\nd = 4\n"), ("a = 1\nb", "a = 0\nb"), ("c = 3", "c = 3\nd = 4"), ("b = 2\n", ""),
]  # fmt: skip


@pytest.mark.parametrize("name", SOURCES)
@pytest.mark.parametrize(("old", "new"), CHANGES)
@pytest.mark.parametrize("ensure_ascii", [False, True])
def test_a_change_of_the_script_is_made_in_the_cell(name: str, old: str, new: str, ensure_ascii: bool) -> None:
    cells = [cell("x = 0"), {**cell(""), "source": SOURCES[name]}, cell("y = 9")]
    content = notebook(*cells)
    data = json.dumps(content, ensure_ascii=ensure_ascii, indent=1).encode()
    read = Notebook("a.ipynb", data)
    text = "".join(SOURCES[name])
    wanted = text.replace(old, new)
    script = read.source.decode().replace(text, wanted)
    mended = NotebookText(read).mended(script.encode())
    assert Notebook("a.ipynb", mended).source == script.encode()
    after = json.loads(mended)
    for before, now in zip(content["cells"], after["cells"]):
        now["source"] = before["source"]
    assert after == content
    unchanged = [line for line in data.split(b"\n") if b"outputs" in line or b"x = 0" in line]
    assert all(line in mended.split(b"\n") for line in unchanged)


@given(st.lists(st.text(alphabet='a"\\\n\té\U0001f600'), min_size=1), st.booleans(), st.data())
def test_a_place_in_a_cell_is_found_in_the_file(parts: list[str], ensure_ascii: bool, data: Any) -> None:
    content = notebook({**cell(""), "source": parts})
    text = json.dumps(content, ensure_ascii=ensure_ascii, indent=1)
    read = Notebook("a.ipynb", text.encode())
    lines = "".join(parts).split("\n")
    line = data.draw(st.integers(1, max(1, len(lines) - (not lines[-1]))))
    column = data.draw(st.integers(1, max(1, len(lines[line - 1]))))
    row, at = NotebookText(read).place(1, line, column)
    written = text.split("\n")[row - 1][at - 1 :]
    if column <= len(lines[line - 1]):
        wanted = json.dumps(lines[line - 1][column - 1], ensure_ascii=ensure_ascii)[1:-1]
        assert written.startswith(wanted)


def test_top_level_await_and_what_jupyter_adds(tmp_path: Path) -> None:
    cells = [
        IMPORTS,
        "async def load():\n    return nn.Linear(3, 2)\nnet = await load()\n",
        "from __future__ import annotations\n# coding: latin-1\nfrom IPython.display import clear_output\nclear_output(wait=True)",
        "if 'google.colab' in str(get_ipython()):\n    raise SystemExit\nget_ipython().run_line_magic('matplotlib', 'inline')",
        "files = !ls\nn = len(files)",
        "y = net(torch.zeros(5, 3))\ndisplay(y.shape);\ny",
    ]
    done = summary(write(tmp_path / "a.ipynb", notebook(*cells)))
    assert done.code == 0
    assert done.models[0]["outputs"] == [{"shape": [5, 2], "dtype": "float32"}]


@pytest.mark.parametrize("tag", ["raises-exception", "skip-execution"])
def test_a_cell_that_is_meant_to_fail_is_left_out(tmp_path: Path, tag: str) -> None:
    shown = cell("net(torch.zeros(5, 4))", tags=[tag])
    shell = cell("ls -la", vscode={"languageId": "shellscript"})
    file = write(
        tmp_path / "a.ipynb", notebook(IMPORTS, "net = nn.Linear(3, 2)", shown, shell, "net(torch.zeros(5, 3))")
    )
    assert convcalc("check", "--isolated", file).code == 0


def test_the_older_format(tmp_path: Path) -> None:
    cells = [{"cell_type": "heading", "source": "x"}, {"cell_type": "code", "language": "python", "input": ["import torch\n", "torch.zeros(2, 3) @ torch.zeros(4, 5)"]}]  # fmt: skip
    file = write(tmp_path / "a.ipynb", {"worksheets": [{"cells": cells}], "nbformat": 3, "metadata": {}})
    done = convcalc("check", "--isolated", file)
    assert done.code == 1
    assert "a.ipynb:cell 2:2:1: error[matmul]" in done.out


BROKEN = {
    "": "is not a notebook: it is empty",
    '{"cells": [': "is not a notebook: it is no JSON",
    "[1]": "is JSON, but not a notebook: it has no cells",
    '{"a": 1}': "is JSON, but not a notebook: it has no cells",
    '{"cells": [3]}': "cell 1 has no type",
    '{"cells": [{"cell_type": "code"}]}': "cell 1 has no text",
    '{"cells": [{"cell_type": "code", "source": [1]}]}': "cell 1 has no text",
    "[" * 100_000: "is nested too deeply",
    json.dumps(notebook("x = 1", language="R")): "is a notebook for R, not for Python",
    json.dumps(notebook()): "there is no model in it",
    json.dumps(notebook("# only text")): "there is no model in it",
    json.dumps(notebook("x = (1", "y)")): "cell 1:1: syntax error: '(' was never closed",
    json.dumps(notebook("import torch", "# text", "\nreturn 3")): "cell 3:2: syntax error: 'return' outside function",
    json.dumps(notebook("import torch", "\n!ls\nf(x) = )")): "cell 2:3: syntax error",
}


@pytest.mark.parametrize("text", BROKEN)
@pytest.mark.parametrize("command", ["summary", "check"])
def test_what_is_told_of_a_broken_notebook(tmp_path: Path, text: str, command: str) -> None:
    file = tmp_path / "a.ipynb"
    file.write_text(text)
    done = convcalc(command, file)
    assert done.code == 2
    assert f"a.ipynb:{BROKEN[text]}" in done.err or f"a.ipynb: {BROKEN[text]}" in done.err or BROKEN[text] in done.err
    assert "Traceback" not in done.err
    assert "internal error" not in done.err


def test_a_notebook_that_is_no_text(tmp_path: Path) -> None:
    file = tmp_path / "a.ipynb"
    file.write_bytes(b"\xff\xfe{}")
    done = convcalc("summary", file)
    assert done.code == 2
    assert "is not a notebook" in done.err


def test_an_endless_cell_is_named(tmp_path: Path) -> None:
    file = write(tmp_path / "a.ipynb", notebook("import torch", "x = 1\nany(False for _ in iter(int, 1))"))
    done = convcalc("summary", file, "--seconds", "0.5")
    assert done.code == 3
    assert f"{file}:cell 2:2: ran longer than" in done.err


def test_a_folder_with_notebooks(tmp_path: Path) -> None:
    write(tmp_path / "bad.ipynb", notebook(*FAULTY))
    write(tmp_path / "good.ipynb", notebook(*TRAINING))
    write(tmp_path / "julia.ipynb", notebook("torch = 1", language="julia"))
    write(tmp_path / "prose.ipynb", notebook("# torch"))
    (tmp_path / ".ipynb_checkpoints").mkdir()
    write(tmp_path / ".ipynb_checkpoints" / "bad-checkpoint.ipynb", notebook(*FAULTY))
    (tmp_path / "plain.py").write_text(f"{IMPORTS.partition('inline')[2]}\n{NET}\nNet()(torch.zeros(1, 1, 28, 28))\n")
    report = json.loads(convcalc("check", "--isolated", tmp_path, "--format", "json").out)
    found = {Path(entry["file"]).name: [d["rule"] for d in entry["diagnostics"]] for entry in report["files"]}
    assert found == {"bad.ipynb": ["linear-in-features"], "good.ipynb": [], "plain.py": []}
    assert report["passed_over"] == 2


def test_comments_silence_findings_of_cells(tmp_path: Path) -> None:
    silenced = [text.replace("nn.Linear(500, 10)", "nn.Linear(500, 10)  # convcalc: ignore") for text in FAULTY]
    assert convcalc("check", "--isolated", write(tmp_path / "a.ipynb", notebook(*silenced))).code == 0
    skipped = ["# convcalc: skip-file\nimport torch", *FAULTY[1:]]
    content = notebook(cell(skipped[0], "code"), *skipped[1:])
    assert convcalc("check", "--isolated", write(tmp_path / "b.ipynb", content)).code == 0


def test_a_python_file_does_not_load_the_reader_of_notebooks() -> None:
    import subprocess
    import sys

    code = (
        "import sys, convcalc.cli.request, convcalc.cli.check_request; print('convcalc.source.notebook' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"


def test_the_call_of_the_readme_example() -> None:
    assert python_lines(CALL.split("\n"))[2].shift == len("%time ")
