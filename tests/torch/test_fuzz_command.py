"""`convcalc verify --layers`: the work spread over processes, and its record in the documentation."""

from __future__ import annotations

import os
import pathlib
from collections.abc import Iterator
from functools import partial

import pytest
import torch
from command import convcalc

from convcalc.verify.conformance_text import FUZZ_END, FUZZ_START, with_fuzz_section
from convcalc.verify.fuzz import Outcome, fuzz
from convcalc.verify.fuzz_text import fuzz_report, fuzz_section
from convcalc.verify.workers import outcomes

LAYERS = ["Upsample", "GRUCell", "Linear"]


def differs_on_linear(layer: str) -> Outcome:
    return Outcome(layer, 3, 2, 1, "import torch\n# PyTorch:  a\n# convcalc: b" if layer == "Linear" else None)


def dies_on_linear(layer: str) -> Outcome:
    if layer == "Linear":
        os._exit(1)
    return Outcome(layer, 3, 2, 1)


@pytest.fixture
def threads() -> Iterator[None]:
    before = torch.get_num_threads()
    yield
    torch.set_num_threads(before)


@pytest.mark.usefixtures("threads")
def test_the_same_seed_gives_the_same_examples_in_several_processes() -> None:
    run = partial(fuzz, examples=40, seed=3)
    alone = {o.layer: o for o in outcomes(run, LAYERS, 1)}
    beside = {o.layer: o for o in outcomes(run, LAYERS, 2)}
    assert alone == beside == {layer: run(layer) for layer in reversed(LAYERS)}


def test_a_difference_comes_back_from_another_process() -> None:
    found = {o.layer: o.difference for o in outcomes(differs_on_linear, LAYERS, 2)}
    assert found == {layer: differs_on_linear(layer).difference for layer in LAYERS}


def test_a_process_that_dies_is_the_fault_of_one_layer() -> None:
    found = {o.layer: o for o in outcomes(dies_on_linear, LAYERS, 2)}
    assert sorted(found) == sorted(LAYERS)
    assert "died" in (found.pop("Linear").difference or "")
    assert all(o.difference is None and o.examples == 3 for o in found.values())


def test_the_report_names_what_differs() -> None:
    text = fuzz_report([differs_on_linear(layer) for layer in LAYERS], "the judge")
    assert "2 of 3 layers agree on all of their 9 examples." in text
    assert "# Linear\nimport torch" in text


def test_the_section_of_the_page() -> None:
    section = fuzz_section([differs_on_linear(layer) for layer in LAYERS], "the judge", "the command")
    assert section.startswith("`the command`, 20")
    assert "PyTorch accepted 6 and refused 3." in section
    assert "```python\n# Linear\nimport torch" in section
    assert "| GRUCell | 3 | 2 | 1 | agrees |" in section
    page = f"before\n{FUZZ_START}\nold\n{FUZZ_END}\nafter\n"
    assert with_fuzz_section(page, section) == f"before\n{FUZZ_START}\n{section}\n{FUZZ_END}\nafter\n"


def test_the_command_compares_and_records(tmp_path: pathlib.Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"# Page\n\n{FUZZ_START}\nold\n{FUZZ_END}\n\nThe end.\n")
    layers = ["--only", "Linear", "--only", "Bilinear", "--jobs", 2, "--examples", 20, "--seed", 5]
    done = convcalc("verify", "--layers", *layers, "--write", page, timeout=300)
    assert done.code == 0, done.out + done.err
    assert [line.split()[0] for line in done.out.splitlines()[4:6]] == [
        "Bilinear",
        "Linear",
    ]  # in order, not as they end
    assert "2 of 2 layers agree" in done.out
    text = page.read_text()
    assert "old" not in text
    assert "`convcalc verify --layers --examples 20 --seed 5 --only Linear --only Bilinear`" in text
    assert f"PyTorch {torch.__version__}" in text
    assert text.endswith(f"{FUZZ_END}\n\nThe end.\n")


def test_a_page_without_the_section_is_told_before_the_work(tmp_path: pathlib.Path) -> None:
    for page in (tmp_path / "none.md", pathlib.Path(__file__)):
        done = convcalc("verify", "--layers", "--write", page, timeout=60)
        assert done.code == 2
        assert "no page with a marked section" in done.err


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU here")
def test_without_a_gpu_it_says_so() -> None:
    done = convcalc("verify", "--layers", "--only", "Linear", "--device", "cuda", timeout=60)
    assert done.code == 2
    assert "PyTorch finds no GPU here" in done.err


def test_a_layer_that_is_not_there_is_told() -> None:
    done = convcalc("verify", "--layers", "--only", "Liner", timeout=60)
    assert done.code == 2
    assert "close: Linear" in done.err
