"""`convcalc summary`: the options, and the call they become."""

from __future__ import annotations

import click

from convcalc.cli.request import SummaryRequest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


@click.command("summary", short_help="Show every layer's output shape and parameters, and the totals.")
@click.argument("target")
@click.option("--input", "-i", "inputs", multiple=True, metavar="SHAPE", help="Shape of an input, with the batch: 2x3x224x224, 2x16:int64, mask=2x16:bool.")
@click.option("--kwarg", "kwargs", multiple=True, metavar="NAME=LITERAL", help="An argument of forward that is not a tensor.")
@click.option("--batch", type=click.IntRange(min=0), help="Change only the batch size of the input that was found.")
@click.option("--mode", type=click.Choice(["train", "eval"]), help="Mode of the model: as the script has it; eval for an --input.")
@click.option("--format", "form", type=click.Choice(["table", "json", "markdown", "csv"]), default="table", show_default=True, help="Form of the report.")
@click.option("--all-rows", is_flag=True, help="In the table: operations that do not change a shape too.")
@click.option("--output", "-o", "output", metavar="FILE", help="Write the report to a file.")
@click.option("--seconds", type=click.FloatRange(min=0.1), default=10.0, show_default=True, help="Processor time that the file may use.")
@click.option("--quiet", "-q", is_flag=True, help="No notes on standard error.")
def command(**options: Any) -> None:
    """Show every layer of a model with its output shape and its parameters.

    TARGET is a file, or a file and an expression over its names. The file is run against a stand-in for PyTorch: nothing
    is installed, imported, opened or written, and a training script is analysed as it is.

    \b
    convcalc summary train.py
    convcalc summary model.py::Net --input 1x3x224x224
    convcalc summary "model.py::ResNet(18, num_classes=10)" -i 2x3x32x32
    """
    raise SystemExit(SummaryRequest(**options).run())
