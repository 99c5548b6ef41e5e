"""What is in the wheel: the package and its pages, and none of the maintainers' tools."""

from __future__ import annotations

import pathlib
import shutil
import subprocess
import sys

import pytest

from tools import generate


def test_the_wheel_has_the_package_and_no_tool(root: pathlib.Path) -> None:
    wheel = pytest.importorskip("hatchling.builders.wheel", reason="the build backend, of the extra `test`")
    builder = wheel.WheelBuilder(str(root))
    files = {file.distribution_path.replace("\\", "/") for file in builder.recurse_included_files()}
    assert {
        "convcalc/__init__.py",
        "convcalc/py.typed",
        "convcalc/ops/names.py",
        "convcalc/check/pages/concat.md",
    } <= files
    assert {name.partition("/")[0] for name in files} == {"convcalc"}
    mains = {name for name in files if name.endswith("__main__.py")}
    assert mains == {"convcalc/__main__.py"}, "a module that is run rewrites site-packages, or belongs into tools/"


def test_no_module_of_the_package_writes_into_it(root: pathlib.Path) -> None:
    """A generator that comes with the wheel would rewrite the user's site-packages."""
    writers = []
    for path in (root / "convcalc").rglob("*.py"):
        text = path.read_text("utf8")
        if "__file__" in text and ("write_text(" in text or "write_bytes(" in text):
            writers.append(path.relative_to(root).as_posix())
    assert writers == []


@pytest.mark.parametrize("file", generate.OUTPUTS)
def test_what_is_generated_is_current(root: pathlib.Path, file: str) -> None:
    assert (root / file).read_text("utf8") == generate.OUTPUTS[file](), "run `python -m tools.generate`"


def test_a_forgotten_generation_is_noticed(root: pathlib.Path, tmp_path: pathlib.Path) -> None:
    """In a copy, an operation, a layer and a stand-in are added, and nothing is generated."""
    for folder in ("convcalc", "stubs", "tools"):
        shutil.copytree(root / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    for file, text in ADDED.items():
        with (tmp_path / file).open("a", encoding="utf8") as added:
            added.write(text)
    done = subprocess.run(
        [sys.executable, "-m", "tools.generate", "--check"], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode == 1, done.stderr
    found = [line.partition(" ")[0] for line in done.stdout.splitlines()]
    assert found == [
        *(f"convcalc/{part}/names.py" for part in ("ops", "nn", "standin")),
        "stubs/convcalc/nn/__init__.pyi",
    ]


ADDED = {
    "convcalc/ops/products.py": '\n\n@operation("torch.new_product")\ndef new_product(input: Tensor) -> Tensor:\n    return input\n',
    "convcalc/nn/linear.py": "\n\nclass NewLinear(Linear):\n    pass\n",
    "convcalc/standin/checkpoint.py": '\nSTANDS_FOR["new_package"] = CHECKPOINT\n',
}  # fmt: skip
