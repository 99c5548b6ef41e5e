"""`convcalc size`: the bare formula and its working, and the way back."""

from __future__ import annotations

import click

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from convcalc.formulas.inverse import Setting, Settings

SHOWN = 10  # how many answers `--to` gives
DIMENSIONS = {2: ("height", "width"), 3: ("depth", "height", "width")}


class Sizes(click.ParamType):  # type: ignore[type-arg]
    """One number, or one for each dimension: `28`, `28x28`, `16,224,224`."""

    name = "SIZE"

    def __init__(self, at_least: int) -> None:
        self.at_least = at_least

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[int, ...]:
        if isinstance(value, tuple):
            return value
        try:
            numbers = tuple(int(part) for part in str(value).lower().replace(",", "x").split("x"))
        except ValueError:
            self.fail(
                f"{value!r} is not a size; write a number, or one for each dimension, as in 28 or 28x28", param, ctx
            )
        if min(numbers) < self.at_least:
            self.fail(f"{value!r}: must be at least {self.at_least}", param, ctx)
        if len(numbers) > 3:
            self.fail(
                f"{value!r} has {len(numbers)} numbers; leave out batch and channels: at most three dimensions remain",
                param,
                ctx,
            )
        return numbers


@click.command("size", short_help="Work out an output size, or the settings that give one.")
@click.argument("size", type=Sizes(1))
@click.option("-k", "--kernel-size", type=Sizes(1), help="Size of the window.")
@click.option("-s", "--stride", type=Sizes(1), help="Step of the window; 1 if not given, for --pool the kernel size.")
@click.option("-p", "--padding", type=Sizes(0), help="Padding at each side; 0 if not given.")
@click.option("-d", "--dilation", type=Sizes(1), help="Distance between the window's elements; 1 if not given.")
@click.option("--pool", is_flag=True, help="Pooling: the stride is the kernel size unless given.")
@click.option("--ceil-mode", is_flag=True, help="Pooling that rounds up, as ceil_mode=True does.")
@click.option("--transposed", is_flag=True, help="A transposed convolution, as nn.ConvTranspose2d.")
@click.option("--output-padding", type=Sizes(0), help="With --transposed: what is added at one side of the output.")
@click.option("--to", "target", type=Sizes(1), help="Show which settings give this size; those given are kept.")
def command(
    size: tuple[int, ...],
    pool: bool,
    ceil_mode: bool,
    transposed: bool,
    target: tuple[int, ...] | None,
    **given: tuple[int, ...] | None,
) -> None:
    """Work out the output size of a convolution or pooling over an input of SIZE.

    SIZE is a number, or one for each dimension: 28, 224x224, 16x112x112 (height before width, as PyTorch has them).

    \b
    convcalc size 28 -k 5 -p 2
    convcalc size 5 -k 3 --ceil-mode
    convcalc size 14 -k 4 -s 2 -p 1 --transposed
    convcalc size 28 --to 14
    convcalc size 28 -k 5 --to 14
    """
    pool = pool or ceil_mode
    if pool and transposed:
        raise click.UsageError("--transposed is a convolution: it goes with neither --pool nor --ceil-mode")
    if given["output_padding"] is not None and not transposed:
        raise click.UsageError("--output-padding is an argument of transposed convolutions: add --transposed")
    formula = Formula("pool" if pool else "transposed" if transposed else "convolution", ceil_mode)
    fixed: Settings = {name: _setting(name, value, len(size)) for name, value in given.items() if value is not None}
    if target is not None:
        _print_settings(size, _spread(target, len(size), "--to"), formula, fixed)
        return
    if "kernel_size" not in fixed:
        raise click.UsageError("give the kernel size, as in `-k 3`, or the size to reach, as in `--to 14`")
    if pool:
        fixed.setdefault("stride", fixed["kernel_size"])
    _print_working(size, formula, {**formula.defaults, **fixed})


class Formula:
    """One of the three formulas: how a result is computed, refused and written out."""

    def __init__(self, kind: str, ceil_mode: bool) -> None:
        self.kind = kind
        self.ceil_mode = ceil_mode
        self.defaults = {"kernel_size": 1, "stride": 1, "padding": 0, "dilation": 1}
        if kind == "transposed":
            self.defaults["output_padding"] = 0

    def output_size(self, size: int, **settings: int) -> int:
        """The result; ValueError, in words for the user, where PyTorch refuses the settings."""
        from convcalc import formulas

        if self.kind == "transposed":
            return formulas.conv_transpose_output_size(size, **settings)
        if self.kind == "pool":
            return formulas.pool_output_size(size, **settings, ceil_mode=self.ceil_mode)
        return formulas.conv_output_size(size, **settings)

    def working(self, size: int, output: int, settings: dict[str, int]) -> list[str]:
        """The formula with names, with numbers, and step by step to the result."""
        k, s, p, d = (settings[name] for name in ("kernel_size", "stride", "padding", "dilation"))
        if self.kind == "transposed":
            added = settings["output_padding"]
            return [
                "(size - 1)*stride - 2*padding + dilation*(kernel_size - 1) + output_padding + 1",
                f"({size} - 1)*{s} - 2*{p} + {d}*({k} - 1) + {added} + 1",
                f"{(size - 1) * s} - {2 * p} + {d * (k - 1)} + {added} + 1",
                f"{output}",
            ]
        rounding = "ceil" if self.ceil_mode else "floor"
        steps = size + 2 * p - d * (k - 1) - 1
        rounded = (-(-steps // s) if self.ceil_mode else steps // s) + 1
        lines = [
            f"{rounding}((size + 2*padding - dilation*(kernel_size - 1) - 1) / stride) + 1",
            f"{rounding}(({size} + 2*{p} - {d}*({k} - 1) - 1) / {s}) + 1",
            f"{rounding}({steps} / {s}) + 1",
            f"{rounded}",
        ]
        if rounded != output:
            start = (rounded - 1) * s
            lines[-1] += (
                f", but window {rounded} would start at {start}, past the input and its left padding ({size + p}): it is dropped"
            )
            lines.append(f"{output}")
        return lines


def _print_working(size: tuple[int, ...], formula: Formula, settings: Settings) -> None:
    own = [_of_dimension(settings, dimension) for dimension in range(len(size))]
    output = tuple(_output_size(formula, size, dimension, mine) for dimension, mine in enumerate(own))
    click.echo(f"{_text(size)} -> {_text(output)}")
    alike = all((one, mine) == (size[0], own[0]) for one, mine in zip(size, own))
    for dimension in range(1 if alike else len(size)):
        label = "output" if alike else DIMENSIONS[len(size)][dimension]
        lines = formula.working(size[dimension], output[dimension], own[dimension])
        click.echo()
        click.echo("\n".join(f"{label if i == 0 else '':{len(label)}} = {line}" for i, line in enumerate(lines)))


def _output_size(formula: Formula, size: tuple[int, ...], dimension: int, settings: dict[str, int]) -> int:
    try:
        return formula.output_size(size[dimension], **settings)
    except ValueError as error:
        where = f"{DIMENSIONS[len(size)][dimension]}: " if len(size) > 1 else ""
        raise click.UsageError(f"{where}{error}") from None


def _print_settings(size: tuple[int, ...], target: tuple[int, ...], formula: Formula, fixed: Settings) -> None:
    from convcalc.formulas.inverse import settings_for

    output_size: Callable[..., int] = formula.output_size
    found = settings_for(size, target, output_size, fixed, formula.defaults)
    text = _settings_text(fixed)
    kept = f" with {text}" if text else ""
    if not found:
        hint = ""
        if formula.kind != "transposed" and max(target) > max(size):
            hint = "; a larger size takes --transposed or nn.Upsample"
        elif formula.kind != "transposed":
            hint = f"; nn.AdaptiveAvgPool gives {_text(target)} from any size"
        raise click.UsageError(f"no usual setting{kept} turns {_text(size)} into {_text(target)}{hint}")
    click.echo(f"{_text(size)} -> {_text(target)}{kept}, most usual first:")
    for settings in found[:SHOWN]:
        click.echo(f"  {_settings_text(settings)}")
    if len(found) > SHOWN:
        click.echo(f"  and {len(found) - SHOWN} more; give -k, -s, -p or -d to narrow them down")


def _settings_text(settings: Settings) -> str:
    """Settings as PyTorch's arguments, those left out that have their usual default."""
    usual = {"dilation": 1, "output_padding": 0}
    order = ("kernel_size", "stride", "padding", "output_padding", "dilation")
    return ", ".join(
        f"{name}={settings[name]}" for name in order if settings.get(name, usual.get(name)) != usual.get(name)
    )


def _setting(name: str, value: tuple[int, ...], count: int) -> Setting:
    if len(value) == 1:
        return value[0]
    return _spread(value, count, "--" + name.replace("_", "-"))


def _spread(value: tuple[int, ...], count: int, option: str) -> tuple[int, ...]:
    if len(value) not in (1, count):
        raise click.UsageError(f"{option} {_text(value)} has {len(value)} numbers, the input has {count}")
    return value * count if len(value) == 1 else value


def _of_dimension(settings: Settings, dimension: int) -> dict[str, int]:
    return {name: value if isinstance(value, int) else value[dimension] for name, value in settings.items()}


def _text(size: tuple[int, ...]) -> str:
    return "x".join(map(str, size))
