"""The readers of other people's texts (`benchmarks/fuzz_readers.py`, which fuzzes them by what they cover) refuse by the exception that is meant, or read."""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path
from typing import Any

import pytest
from command import convcalc
from hostile.notebooks import wrong_notebooks
from hostile.repository import GOOD
from hostile.settings import INPUTS, KWARGS, TARGETS, wrong_values
from hypothesis import given
from hypothesis import strategies as st

ROOT = Path(__file__).resolve().parent.parent


def _script(name: str) -> Any:
    """A script of benchmarks, as a module."""
    spec = importlib.util.spec_from_file_location(name, ROOT / "benchmarks" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


fuzz = _script("fuzz_readers")
mutants = _script("mutants")

# What fuzzing found, and mended since.
FOUND: dict[str, list[bytes]] = {
    "source": [b"import ", b"from \nimport torch"],
    "settings": [b"[tool.convcalc]\njobs = 0x" + b"f" * 5000],
    "notebook": [b'{"worksheets": [{"cells": 1}]}'],
    "shape": ["²".encode(), b"9" * 5000],
    "target": [b"{[]: 1}", b"-" * 5000 + b"1"],
}
MIXED = st.one_of(
    st.binary(max_size=200),
    st.text(max_size=200).map(lambda text: text.encode("utf8", "surrogatepass")),
    st.text(alphabet="[](){}.,:;=*?!%#'\"\\ \n\tab1xN²٣_-+~$@\0", max_size=200).map(str.encode),
)


@pytest.mark.parametrize("reader", fuzz.READERS)
def test_what_was_found(reader: str) -> None:
    for data in (*fuzz.SEEDS[reader], *FOUND.get(reader, [])):
        fuzz.READERS[reader](data)


@pytest.mark.parametrize("reader", fuzz.READERS)
@given(data=st.data())
def test_a_reader_refuses_or_reads(reader: str, data: st.DataObject) -> None:
    text = data.draw(MIXED)
    seed = data.draw(st.sampled_from(fuzz.SEEDS[reader]))
    if data.draw(st.booleans()):  # something in the middle of a good one
        first, last = sorted(data.draw(st.tuples(*[st.integers(0, len(seed))] * 2)))
        text = seed[:first] + text + seed[last:]
    fuzz.READERS[reader](text)


def test_each_setting_with_each_wrong_value() -> None:
    for line in wrong_values():
        fuzz.settings(f"[tool.convcalc]\n{line}\n".encode())


def test_each_place_of_a_notebook_with_each_odd_value() -> None:
    for content in wrong_notebooks():
        fuzz.notebook(json.dumps(content).encode())


@pytest.mark.parametrize("option", ["--input", "--kwarg", "target"])
def test_each_hostile_option(tmp_path: Path, option: str) -> None:
    """Given in the project's settings and on the command line."""
    (tmp_path / "model.py").write_text(GOOD)
    for number, value in enumerate({"--input": INPUTS, "--kwarg": KWARGS, "target": TARGETS}[option]):
        quoted = value if "\\u" in value else json.dumps(value)[1:-1]
        line = f'target = "{quoted}"' if option == "target" else f'target = "model.py"\n{option[2:]} = ["{quoted}"]'
        settings = tmp_path / f"settings{number}.toml"
        settings.write_text(f"[[targets]]\n{line}\n", "utf8", "surrogatepass")
        calls: list[list[object]] = [["check", "--config", settings, "--format", "json", "--seconds", "1"]]
        if "\\u" not in value and value != "--help" and len(value) < 50_000:  # as long as an argument may be
            given = ["model.py", f"{option}={value}"] if option != "target" else ["--", value]
            calls.append(["summary", *given] if option == "target" else ["check", *given])
        for call in calls:
            done = convcalc(*call, cwd=tmp_path, path=ROOT)
            assert done.code in (0, 1, 2, 3), (call, done.err[-1000:])
            assert "Traceback" not in done.err, (call, done.err[-1000:])
            assert "internal error" not in done.out + done.err, (call, done.err[-1000:])
            assert len(done.err) < 5000 + 2 * len(value), call


def test_mutants_end_as_promised(tmp_path: Path) -> None:
    """A few of those that `benchmarks/mutants.py` makes."""
    sources = [path.read_text("utf8") for path in mutants.scripts([ROOT / "examples"])]
    texts = list(mutants.mutants(sources, 24, seed=7))
    assert len(set(texts)) > 20
    assert mutants.wrong(texts, 2) == []


def test_a_mutant_that_ends_wrongly_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mutants.sys, "executable", "/bin/false")
    assert mutants.wrong(["import torch"], 1) == [(0, ["no JSON: Expecting value: line 1 column 1 (char 0): b''"])]
