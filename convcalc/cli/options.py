"""The options of a command as data, and how a plain call of it is read."""

from __future__ import annotations

from convcalc.report.forms import USUAL, form_names

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Sizes:
    """What an option takes that is one number, or one for each dimension: `28`, `28x28`, `16,224,224`."""

    __slots__ = ("least",)

    def __init__(self, least: int) -> None:
        self.least = least

    def read(self, text: str) -> tuple[int, ...]:
        """The numbers; ValueError, in words for the user."""
        try:
            numbers = tuple([int(part) for part in text.lower().replace(",", "x").split("x")])
        except ValueError:
            raise ValueError(
                f"{text!r} is not a size; write a number, or one for each dimension, as in 28 or 28x28"
            ) from None
        if min(numbers) < self.least:
            raise ValueError(f"{text!r}: must be at least {self.least}")
        if len(numbers) > 3:
            raise ValueError(
                f"{text!r} has {len(numbers)} numbers; leave out batch and channels: at most three dimensions remain"
            )
        return numbers


class Option:
    """One option: its flags, the parameter that it sets, and what it takes.

    `takes` is `str`, `int`, `float`, `Sizes`, None for a switch, or a tuple of words; `least` and `most` the smallest and the largest number.
    """

    __slots__ = ("default", "flags", "help", "least", "metavar", "most", "multiple", "parameter", "takes")

    def __init__(
        self,
        parameter: str,
        *flags: str,
        help: str,
        takes: Any = str,
        default: Any = None,
        multiple: bool = False,
        metavar: str | None = None,
        least: float | None = None,
        most: float | None = None,
    ) -> None:
        self.parameter = parameter
        self.flags = flags
        self.takes = takes
        self.help = help
        self.default = () if multiple else False if takes is None else default
        self.multiple = multiple
        self.metavar = metavar
        self.least = least
        self.most = most


MOST_SECONDS = 100_000  # more than a day; the kernel's own counters end somewhere beyond
MOST_JOBS = 10_000

SHAPE_HELP = "Shape of an input, with the batch: 2x3x224x224, 2x16:int64, mask=2x16:bool. Repeatable."
INPUTS = Option("inputs", "--input", "-i", multiple=True, metavar="SHAPE", help=SHAPE_HELP)
KWARGS = Option("kwargs", "--kwarg", multiple=True, metavar="NAME=LITERAL", help="An argument of forward, no tensor.")
BATCH = Option("batch", "--batch", takes=int, least=0, help="Change only the batch size of the input that was found.")
MODE = Option(
    "mode", "--mode", takes=("train", "eval"), help="Mode of the model: as in the script; eval for an --input."
)

SUMMARY = (
    INPUTS,
    KWARGS,
    BATCH,
    MODE,
    Option("form", "--format", takes=form_names("summary"), default=USUAL["summary"], help="Form of the report."),
    Option("all_rows", "--all-rows", takes=None, help="In the table: operations that change no shape too."),
    Option("output", "--output", "-o", metavar="FILE", help="Write the report to a file."),
    Option(
        "seconds",
        "--seconds",
        takes=float,
        least=0.1,
        most=MOST_SECONDS,
        default=10.0,
        help="Processor time that the file may use.",
    ),
    Option("quiet", "--quiet", "-q", takes=None, help="No notes on standard error."),
)

CHECK = (
    INPUTS,
    KWARGS,
    BATCH,
    MODE,
    Option("form", "--format", takes=form_names("check"), default=USUAL["check"], help="Form of the report."),
    Option("select", "--select", metavar="RULE", multiple=True, help="Tell of this rule only. Repeatable."),
    Option("ignore", "--ignore", metavar="RULE", multiple=True, help="Do not tell of this rule. Repeatable."),
    Option("fix", "--fix", takes=None, help="Make the fixes that are safe, in files that then pass."),
    Option("diff", "--diff", takes=None, help="Print these fixes as a patch, and write nothing."),
    Option("fits", "--fits", takes=None, help="Tell which sizes of the input the models accept."),
    Option("exclude", "--exclude", metavar="GLOB", multiple=True, help="Pass over such files and folders. Repeatable."),
    Option(
        "lenient", "--lenient", takes=None, help="Treat named files as those of a folder: for hooks that name files."
    ),
    Option(
        "trust",
        "--trust",
        takes=None,
        help="What is checked is your own: run it where no wall of the system stands, too.",
    ),
    Option("strict", "--strict", takes=None, help="Exit with 3 where something is not known, in folders too."),
    Option("output", "--output", "-o", metavar="FILE", help="Write the report to a file."),
    Option(
        "seconds",
        "--seconds",
        takes=float,
        least=0.1,
        most=MOST_SECONDS,
        help="Processor time that a file may use; else 10.",
    ),
    Option(
        "jobs",
        "--jobs",
        "-j",
        metavar="N",
        takes=int,
        least=1,
        most=MOST_JOBS,
        help="Files at a time; else as many as processors.",
    ),
    Option("config", "--config", metavar="FILE", help="Settings from this file, not from the nearest pyproject.toml."),
    Option("isolated", "--isolated", "--no-config", takes=None, help="No settings from any file."),
)


def read(arguments: list[str], options: tuple[Option, ...], many: bool = False) -> dict[str, Any] | None:
    """The parameters of a call with one target, or with `many` of any number of them; None where there is anything to
    explain, and click shall read it.
    """
    by_flag = {flag: option for option in options for flag in option.flags}
    values: dict[str, Any] = {option.parameter: option.default for option in options}
    rest = iter(arguments)
    targets: list[str] = []
    for argument in rest:
        if argument[:1] != "-":
            targets.append(argument)
            continue
        flag, separator, attached = argument.partition("=") if argument[:2] == "--" else (argument, "", "")
        option = by_flag.get(flag)
        if option is None or (option.takes is None and separator):
            return None
        if option.takes is None:
            values[option.parameter] = True
            continue
        text = attached if separator else next(rest, None)
        if text is None or (not separator and text[:1] == "-"):
            return None
        value = _value(text, option)
        if value is None:
            return None
        values[option.parameter] = (*values[option.parameter], value) if option.multiple else value
    if many:
        return {"targets": tuple(targets), **values}
    return {"target": targets[0], **values} if len(targets) == 1 else None


def _value(text: str, option: Option) -> Any:
    if option.takes is str:
        return text
    if isinstance(option.takes, tuple):
        return text if text in option.takes else None
    try:
        if isinstance(option.takes, Sizes):
            return option.takes.read(text)
        number = option.takes(text)
    except ValueError:
        return None
    is_inside = (option.least is None or number >= option.least) and (option.most is None or number <= option.most)
    return number if is_inside else None
