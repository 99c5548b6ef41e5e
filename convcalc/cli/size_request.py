"""A request for an output size: the bare formula and its working, and the way back; without click, which only reads its options."""

from __future__ import annotations

from .options import Option, Sizes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from convcalc.formulas.inverse import Setting, Settings

SHOWN = 10  # how many answers `--to` gives
DIMENSIONS = {2: ("height", "width"), 3: ("depth", "height", "width")}

SIZE = (
    Option("kernel_size", "-k", "--kernel-size", takes=Sizes(1), help="Size of the window."),
    Option(
        "stride",
        "-s",
        "--stride",
        takes=Sizes(1),
        help="Step of the window; 1 if not given, for --pool the kernel size.",
    ),
    Option("padding", "-p", "--padding", takes=Sizes(0), help="Padding at each side; 0 if not given."),
    Option(
        "dilation", "-d", "--dilation", takes=Sizes(1), help="Distance between the window's elements; 1 if not given."
    ),
    Option("pool", "--pool", takes=None, help="Pooling: the stride is the kernel size unless given."),
    Option("ceil_mode", "--ceil-mode", takes=None, help="Pooling that rounds up, as ceil_mode=True does."),
    Option("transposed", "--transposed", takes=None, help="A transposed convolution, as nn.ConvTranspose2d."),
    Option(
        "output_padding",
        "--output-padding",
        takes=Sizes(0),
        help="With --transposed: what is added at one side of the output.",
    ),
    Option("to", "--to", takes=Sizes(1), help="Show which settings give this size; those given are kept."),
)


class WrongCall(Exception):
    """Options that do not go together, or sizes that they do not give: in words for the user."""


class SizeRequest:
    """`convcalc size` with its options."""

    def __init__(
        self,
        size: tuple[int, ...],
        pool: bool = False,
        ceil_mode: bool = False,
        transposed: bool = False,
        to: tuple[int, ...] | None = None,
        **settings: tuple[int, ...] | None,
    ) -> None:
        self.size = size
        self.pool = pool or ceil_mode
        self.ceil_mode = ceil_mode
        self.transposed = transposed
        self.to = to
        self.settings = settings

    def text(self) -> str:
        """The answer; `WrongCall` where the options make none."""
        if self.pool and self.transposed:
            raise WrongCall("--transposed is a convolution: it goes with neither --pool nor --ceil-mode")
        if self.settings.get("output_padding") is not None and not self.transposed:
            raise WrongCall("--output-padding is an argument of transposed convolutions: add --transposed")
        formula = Formula("pool" if self.pool else "transposed" if self.transposed else "convolution", self.ceil_mode)
        size = self.size
        given: Settings = {n: _setting(n, value, len(size)) for n, value in self.settings.items() if value is not None}
        if self.to is not None:
            return _settings_found(size, _spread(self.to, len(size), "--to"), formula, given)
        if "kernel_size" not in given:
            raise WrongCall("give the kernel size, as in `-k 3`, or the size to reach, as in `--to 14`")
        if self.pool:
            given.setdefault("stride", given["kernel_size"])
        return _working(size, formula, {**formula.defaults, **given})


def read_size(arguments: list[str]) -> str | None:
    """The answer to a plain call; None where there is anything to explain, and click shall read it."""
    from .options import read

    options = read(arguments, SIZE)
    if options is None:
        return None
    try:
        size = Sizes(1).read(options.pop("target"))
        return SizeRequest(size, **options).text()
    except (ValueError, WrongCall):
        return None


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


def _working(size: tuple[int, ...], formula: Formula, settings: Settings) -> str:
    own = [_of_dimension(settings, dimension) for dimension in range(len(size))]
    output = tuple(_output_size(formula, size, dimension, mine) for dimension, mine in enumerate(own))
    parts = [f"{_text(size)} -> {_text(output)}"]
    alike = all((one, mine) == (size[0], own[0]) for one, mine in zip(size, own))
    for dimension in range(1 if alike else len(size)):
        label = "output" if alike else DIMENSIONS[len(size)][dimension]
        lines = formula.working(size[dimension], output[dimension], own[dimension])
        parts.append("\n".join(f"{label if i == 0 else '':{len(label)}} = {line}" for i, line in enumerate(lines)))
    return "\n\n".join(parts) + "\n"


def _output_size(formula: Formula, size: tuple[int, ...], dimension: int, settings: dict[str, int]) -> int:
    try:
        return formula.output_size(size[dimension], **settings)
    except ValueError as error:
        where = f"{DIMENSIONS[len(size)][dimension]}: " if len(size) > 1 else ""
        raise WrongCall(f"{where}{error}") from None


def _settings_found(size: tuple[int, ...], target: tuple[int, ...], formula: Formula, fixed: Settings) -> str:
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
        raise WrongCall(f"no usual setting{kept} turns {_text(size)} into {_text(target)}{hint}")
    lines = [f"{_text(size)} -> {_text(target)}{kept}, most usual first:"]
    lines += [f"  {_settings_text(settings)}" for settings in found[:SHOWN]]
    if len(found) > SHOWN:
        lines.append(f"  and {len(found) - SHOWN} more; give -k, -s, -p or -d to narrow them down")
    return "\n".join(lines) + "\n"


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
        raise WrongCall(f"{option} {_text(value)} has {len(value)} numbers, the input has {count}")
    return value * count if len(value) == 1 else value


def _of_dimension(settings: Settings, dimension: int) -> dict[str, int]:
    return {name: value if isinstance(value, int) else value[dimension] for name, value in settings.items()}


def _text(size: tuple[int, ...]) -> str:
    return "x".join(map(str, size))
