"""`convcalc verify`: the options, and the calls they become."""

from __future__ import annotations

import json
import sys

import click

from .options import BATCH, INPUTS, KWARGS, MODE, Option
from .output import write_text
from .request import SummaryRequest, complain, given_of
from .summary import click_option

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

VERIFY = (
    INPUTS,
    KWARGS,
    BATCH,
    MODE,
    Option("device", "--device", takes=("cpu", "cuda"), default="cpu", help="Where PyTorch runs the model."),
    Option("all_rows", "--all-rows", takes=None, help="Show the rows that agree too."),
    Option(
        "conformance", "--conformance", takes=None, help="Instead of a TARGET: replay PyTorch's own test databases."
    ),
    Option("layers", "--layers", takes=None, help="Instead of a TARGET: compare generated examples of every layer."),
    Option(
        "examples",
        "--examples",
        metavar="N",
        takes=int,
        least=1,
        default=200,
        help="With --layers: examples of each layer.",
    ),
    Option("seed", "--seed", metavar="S", takes=int, help="With --layers: other examples than the usual ones."),
    Option(
        "jobs",
        "--jobs",
        metavar="N",
        takes=int,
        least=1,
        help="With --layers: processes side by side; a core each by default.",
    ),
    Option("only", "--only", metavar="NAME", multiple=True, help="With --conformance or --layers: only this one."),
    Option(
        "write",
        "--write",
        metavar="FILE",
        help="Write the result of --conformance to a page in Markdown, that of --layers into its section.",
    ),
)
MISSING = "convcalc: verify compares with real PyTorch, which is not installed: pip install 'convcalc[verify]'\n"


HELP = """Build the same model in real PyTorch, run it, and compare every row: shapes, parameters, the verdict.

THIS COMMAND RUNS THE FILE FOR REAL, with the PyTorch that is installed; no other command does. Its data loading,
training and saving are stood in for, but its own code is executed: only verify a file that you would run.

With --conformance there is no TARGET: every layer and operation runs on the samples that PyTorch tests itself with.
With --layers neither: every layer runs on generated examples, right ones and wrong ones.
"""


def run(
    target: str | None,
    device: str,
    all_rows: bool,
    conformance: bool,
    layers: bool,
    examples: int,
    seed: int | None,
    jobs: int | None,
    only: tuple[str, ...],
    write: str | None,
    **options: Any,
) -> None:
    """Build the same model in real PyTorch, run it, and compare every row: shapes, parameters, the verdict."""
    if target is not None and (conformance or layers):
        raise click.UsageError(f"{'--conformance' if conformance else '--layers'} takes no TARGET")
    if layers:
        from .fuzzing import fuzz_layers

        if conformance:
            raise click.UsageError("--layers or --conformance, one at a time")
        raise SystemExit(fuzz_layers(only, examples, seed, device, jobs, write))
    if conformance:
        from .conformance import conform

        if len(only) > 1:
            raise click.UsageError("--conformance takes one --only")
        raise SystemExit(conform(only[0] if only else None, all_rows, write))
    if target is None:
        raise click.UsageError("Missing argument 'TARGET', or --conformance or --layers.")
    if only:
        raise click.UsageError("--only goes with --conformance or --layers")
    if write is not None:
        raise click.UsageError("--write goes with --conformance or --layers")
    raise SystemExit(verify(target, device, all_rows, options))


command = click.Command(
    "verify",
    callback=run,
    params=[click.Argument(["target"], required=False), *map(click_option, VERIFY)],
    help=HELP,
    short_help="Compare every row of a summary with real PyTorch (runs the file).",
)


def verify(target: str, device: str, all_rows: bool, options: dict[str, Any]) -> int:
    from convcalc.source.reading import parse_target, read_source
    from convcalc.source.sandbox import run_isolated
    from convcalc.source.target import UsageError

    request = SummaryRequest(target, form="json", quiet=True, **options)
    try:
        parsed = parse_target(target)
        source = read_source(parsed.file)
        given = given_of(request.inputs, request.kwargs, request.batch, request.mode)
    except UsageError as error:
        complain(f"convcalc: {error}\n", target)
        return 2
    code, out, err = run_isolated(request.work(parsed, source, given))
    if not out:
        complain(err, target)
        return code
    try:
        from convcalc.verify.target import compare, judge
    except ModuleNotFoundError as error:
        if error.name != "torch":
            raise
        sys.stderr.write(MISSING)
        return 2
    name = judge(device)
    if name is None:
        sys.stderr.write("convcalc: --device cuda: PyTorch finds no GPU here\n")
        return 2
    try:
        models = json.loads(out)["models"]
    except (ValueError, KeyError, TypeError, RecursionError):
        complain(f"convcalc: {parsed.file}: its process answered with what is no report\n")
        return 3
    from convcalc.verify.real import NotImported
    from convcalc.verify.text import comparison_table

    try:
        compared = compare(models, parsed.file, parsed.expression, device, parsed.module)
    except UsageError as error:
        complain(f"convcalc: {error}\n", target)
        return 3 if isinstance(error, NotImported) else 2
    write_text(sys.stdout, comparison_table(compared, all_rows, name))
    return 0 if all(row.agrees for _, rows in compared for row in rows) else 1
