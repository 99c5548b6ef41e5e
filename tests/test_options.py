"""The plain reading of a call and click's give the same request."""

from __future__ import annotations

from typing import Any
from unittest import mock

import click
import pytest
from click.testing import CliRunner
from command import convcalc
from hypothesis import example, given
from hypothesis import strategies as st

from convcalc.cli import check, size, summary
from convcalc.cli.options import CHECK, SUMMARY, read
from convcalc.cli.size_request import read_size

FLAGS = [flag for option in (*SUMMARY, *CHECK) for flag in option.flags]
WORDS = st.sampled_from(
    [
        *FLAGS,
        *(
            "model.py",
            "model.py::Net",
            "2x3",
            "json",
            "table",
            "train",
            "7",
            "-1",
            "0.5",
            "--format=json",
            "--input=2x3",
            "-i2x3",
        ),
        *("--batch=x", "--quiet=1", "-q", "--", "-h", "--help", "--form", "x=1", "", "-qo", "--seconds=nan"),
    ]
)


def click_reads(arguments: list[str], command: click.Command = summary.command) -> dict[str, Any] | None:
    """What click makes of a call: the parameters, or None where it complains or explains."""
    try:
        context = command.make_context("summary", list(arguments))
    except (click.ClickException, click.exceptions.Exit):
        return None
    return context.params


@given(st.lists(WORDS, max_size=6))
@example(["model.py"])
@example(["model.py", "--input", "2x3", "-i", "2x4", "--format=json", "-q"])
def test_plain_reading_agrees_with_click(arguments: list[str]) -> None:
    plain = read(arguments, SUMMARY)
    if plain is not None:
        assert plain == click_reads(arguments)


@given(st.lists(WORDS, max_size=6))
@example([])
@example(["src", "model.py::Net", "--select", "concat", "--ignore=matmul", "-j", "7", "--lenient", "tests"])
def test_plain_reading_of_check_agrees_with_click(arguments: list[str]) -> None:
    plain = read(arguments, CHECK, many=True)
    if plain is not None:
        assert plain == click_reads(arguments, check.command)


SIZES = st.sampled_from(
    "28 28x30 -k --kernel-size -s -p --padding 3 3x3 5x5x5 1x2x3x4 0 x --pool --ceil-mode --transposed --to 14 --output-padding=1 -k3 -h".split()
)


@given(st.lists(SIZES, max_size=7))
@example(["28", "-k", "5", "-p", "2"])
@example(["28", "--to", "14"])
@example(["28", "--pool", "--transposed", "-k", "3"])
def test_a_size_read_plainly_is_the_size_that_click_reads(arguments: list[str]) -> None:
    plain = read_size(arguments)
    if plain is not None:
        done = CliRunner().invoke(size.command, arguments)
        assert (done.exit_code, done.output) == (0, plain)


def test_a_plain_call_is_read_without_click() -> None:
    assert read_size(["28", "-k", "5"]) is not None
    assert read_size(["28"]) is None
    assert read(["model.py", "--input", "1x3x8x8"], SUMMARY) is not None
    assert read(["model.py", "--help"], SUMMARY) is None
    assert read(["a.py", "b.py", "src/", "--jobs", "2"], CHECK, many=True) is not None
    assert read([], CHECK, many=True) is not None


def test_the_comparison_can_fail() -> None:
    with mock.patch("convcalc.cli.options._value", return_value="wrong"):
        assert read(["model.py", "-o", "x"], SUMMARY) != click_reads(["model.py", "-o", "x"])


@pytest.mark.parametrize("arguments", [["--batch", "-1", "m.py"], ["m.py", "--format", "yaml"], ["m.py", "n.py"], []])
def test_a_wrong_call_is_left_to_click(arguments: list[str]) -> None:
    assert read(arguments, SUMMARY) is None
    assert click_reads(arguments) is None


@pytest.mark.parametrize("name", ["model.py", "model.py::Net()", "notebook.ipynb"])
def test_a_file_in_the_place_of_a_command(name: str) -> None:
    done = convcalc(name)
    assert done.code == 2
    assert f"Did you mean 'convcalc summary {name}' or 'convcalc check {name}'?" in done.err
    assert "Did you mean" not in convcalc("sumary").err
