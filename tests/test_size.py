"""`convcalc size`: figures, working, the way back, refusals."""

from __future__ import annotations

import pytest
from click.testing import CliRunner, Result

from convcalc.cli.commands import commands


def run(line: str) -> Result:
    return CliRunner().invoke(commands, ["size", *line.split()])


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ("28 -k 5", "28 -> 24"),
        ("28 -k 5 -p 2", "28 -> 28"),
        ("28 -k 3 -s 2 -p 1", "28 -> 14"),
        ("28x28 --kernel-size 5x5 --padding 2", "28x28 -> 28x28"),
        ("50x100 -k 3x5 -s 2x1 -p 4x2", "50x100 -> 28x100"),
        ("50x100 -k 3x5 -s 2x1 -p 4x2 -d 3x1", "50x100 -> 26x100"),
        ("224,224 -k 7 -s 2 -p 3", "224x224 -> 112x112"),
        ("16x112x112 -k 3 -s 1x2x2 -p 1", "16x112x112 -> 16x56x56"),
        ("14 -k 2 --pool", "14 -> 7"),
        ("7 -k 2 --pool", "7 -> 3"),
        ("32 -k 3 --ceil-mode", "32 -> 11"),
        ("5 -k 3 --ceil-mode", "5 -> 2"),
        ("3 -k 2 -p 1 --ceil-mode", "3 -> 2"),
        ("112 -k 3 -s 2 -p 1 --ceil-mode", "112 -> 57"),
        ("14 -k 4 -s 2 -p 1 --transposed", "14 -> 28"),
        ("14 -k 3 -s 2 -p 1 --transposed --output-padding 1", "14 -> 28"),
    ],
)
def test_the_answer_stands_first(line: str, answer: str) -> None:
    result = run(line)
    assert (result.exit_code, result.output.splitlines()[0]) == (0, answer)


def test_working() -> None:
    assert run("28 -k 5 -p 2 -s 3").output == (
        "28 -> 10\n"
        "\n"
        "output = floor((size + 2*padding - dilation*(kernel_size - 1) - 1) / stride) + 1\n"
        "       = floor((28 + 2*2 - 1*(5 - 1) - 1) / 3) + 1\n"
        "       = floor(27 / 3) + 1\n"
        "       = 10\n"
    )


def test_working_of_each_dimension_where_they_differ() -> None:
    output = run("28x30 -k 3x5").output
    assert "height = floor" in output
    assert "\nwidth = floor" in output
    assert "height" not in run("28x28 -k 3").output


def test_working_says_which_window_is_dropped() -> None:
    lines = run("3 -k 2 -p 1 --ceil-mode").output.splitlines()
    assert lines[-2:] == [
        "       = 3, but window 3 would start at 4, past the input and its left padding (4): it is dropped",
        "       = 2",
    ]


@pytest.mark.parametrize(
    ("line", "first"),
    [
        ("28 --to 14", "kernel_size=3, stride=2, padding=1"),
        ("28 --to 28", "kernel_size=3, stride=1, padding=1"),
        ("28 --to 24", "kernel_size=5, stride=1, padding=0"),
        ("28 --to 14 -k 5", "kernel_size=5, stride=2, padding=2"),
        ("28 --to 14 -k 2 -p 0", "kernel_size=2, stride=2, padding=0"),
        ("28 --to 14 -p 0 --pool", "kernel_size=2, stride=2, padding=0"),
        ("224x224 --to 112", "kernel_size=3, stride=2, padding=1"),
        ("14 --to 28 --transposed", "kernel_size=2, stride=2, padding=0"),
        ("100 --to 2", "kernel_size=99, stride=1, padding=0"),
    ],
)
def test_the_most_usual_settings_come_first(line: str, first: str) -> None:
    result = run(line)
    assert (result.exit_code, result.output.splitlines()[1].strip()) == (0, first)


def test_the_list_is_bounded() -> None:
    lines = run("28 --to 14").output.splitlines()
    assert len(lines) == 12
    assert lines[-1].strip().endswith("more; give -k, -s, -p or -d to narrow them down")


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("28", "give the kernel size"),
        ("", "Missing argument 'SIZE'"),
        ("abc -k 3", "is not a size"),
        ("28 -k 3.5", "is not a size"),
        ("0 -k 3", "must be at least 1"),
        ("28 -k 3 -s 0", "must be at least 1"),
        ("1x1x28x28 -k 3", "leave out batch and channels"),
        ("28 -k 3x3", "--kernel-size 3x3 has 2 numbers, the input has 1"),
        ("28 --to 7x7", "--to 7x7 has 2 numbers, the input has 1"),
        ("4 -k 5", "kernel_size 5 is larger than the input of size 4"),
        ("28x4 -k 5", "width: kernel_size 5 is larger than the input of size 4"),
        ("28 -k 3 -p 2 --pool", "padding 2 is more than half of kernel_size 3: use at most 1"),
        ("28 -k 3 --output-padding 1", "add --transposed"),
        ("28 -k 3 --transposed --ceil-mode", "goes with neither"),
        ("28 -k 3 --transposed --output-padding 1", "must be smaller than stride 1 or dilation 1"),
        ("1 -k 1 -p 3 --transposed", "padding 3 leaves nothing of the output"),
        ("28 --to 40 -k 3 -p 1", "a larger size takes --transposed or nn.Upsample"),
        ("28 --to 13 -k 2 -p 0 -s 1", "nn.AdaptiveAvgPool gives 13 from any size"),
    ],
)
def test_refusals_say_what_to_do(line: str, text: str) -> None:
    result = run(line)
    assert result.exit_code == 2
    assert text in " ".join(result.output.split())
