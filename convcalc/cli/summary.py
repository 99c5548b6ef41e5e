"""`convcalc summary` as click has it."""

from __future__ import annotations

import click

from .options import SUMMARY, Option, Sizes
from .request import SummaryRequest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def click_option(option: Option) -> click.Option:
    """An option of the table for click."""
    kind: Any = option.takes
    if isinstance(kind, tuple):
        kind = click.Choice(kind)
    elif isinstance(kind, Sizes):
        kind = SizesType(kind)
    elif option.least is not None:
        kind = _range(option)
    return click.Option(
        [*option.flags, option.parameter],
        type=kind,
        is_flag=option.takes is None,
        default=None if option.multiple else option.default,
        show_default=option.default not in (None, (), False),
        multiple=option.multiple,
        metavar=option.metavar,
        help=option.help,
    )


class SizesType(click.ParamType):  # type: ignore[type-arg]
    """One number, or one for each dimension: `28`, `28x28`, `16,224,224`."""

    name = "SIZE"

    def __init__(self, sizes: Sizes) -> None:
        self.sizes = sizes

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if isinstance(value, tuple):
            return value
        try:
            return self.sizes.read(str(value))
        except ValueError as error:
            self.fail(str(error), param, ctx)


def _range(option: Option) -> click.ParamType[Any]:
    if option.takes is int:
        most = None if option.most is None else int(option.most)
        return click.IntRange(int(option.least or 0), most)
    return _Number(option.least, option.most)


class _Number(click.FloatRange):
    """A range of numbers; `nan` is in none."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        found = super().convert(value, param, ctx)
        if found != found:
            self.fail(f"{value!r} is not a valid number.", param, ctx)
        return found


HELP = """Show every layer of a model with its output shape and its parameters.

TARGET is a file or a notebook (.ipynb), or one and an expression over its names. It is run against a stand-in for PyTorch: nothing
is installed, imported or written, and a training script is analysed as it is.

\b
convcalc summary train.py
convcalc summary model.py::Net --input 1x3x224x224
convcalc summary "model.py::ResNet(18, num_classes=10)" -i 2x3x32x32
"""


def run(**parameters: Any) -> None:
    """Show every layer of a model with its output shape and its parameters."""
    raise SystemExit(SummaryRequest(**parameters).run())


command = click.Command(
    "summary",
    callback=run,
    params=[click.Argument(["target"]), *map(click_option, SUMMARY)],
    help=HELP,
    short_help="Show every layer's output shape and parameters, and the totals.",
)
