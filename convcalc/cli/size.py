"""`convcalc size` as click has it."""

from __future__ import annotations

import click

from .options import Sizes
from .size_request import SIZE, SizeRequest, WrongCall
from .summary import SizesType, click_option

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


HELP = """Work out the output size of a convolution or pooling over an input of SIZE.

SIZE is a number, or one for each dimension: 28, 224x224, 16x112x112 (height before width, as PyTorch has them).

\b
convcalc size 28 -k 5 -p 2
convcalc size 5 -k 3 --ceil-mode
convcalc size 14 -k 4 -s 2 -p 1 --transposed
convcalc size 28 --to 14
convcalc size 28 -k 5 --to 14
"""


def run(size: tuple[int, ...], **parameters: Any) -> None:
    """Work out the output size of a convolution or pooling over an input of SIZE."""
    try:
        click.echo(SizeRequest(size, **parameters).text(), nl=False)
    except WrongCall as error:
        raise click.UsageError(str(error)) from None


command = click.Command(
    "size",
    callback=run,
    params=[click.Argument(["size"], type=SizesType(Sizes(1))), *map(click_option, SIZE)],
    help=HELP,
    short_help="Work out an output size, or the settings that give one.",
)
