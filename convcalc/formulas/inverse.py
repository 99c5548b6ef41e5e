"""The formulas read backwards: which settings of a window turn one size into another."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    Setting = int | tuple[int, ...]  # one number for every dimension, or one for each
    Settings = dict[str, Setting]

# What people write, in the order in which they are likely to mean it: (rank, value).
_KERNEL_RANKS = {3: 0, 2: 1, 5: 1, 1: 1, 7: 2, 4: 2, 11: 4, 9: 4, 6: 5, 8: 5, 10: 6}
_STRIDES = (1, 2, 3, 4)
_DILATIONS = (1, 2, 3)


def settings_for(
    sizes: Sequence[int],
    targets: Sequence[int],
    output_size: Callable[..., int],
    fixed: Mapping[str, Setting],
    defaults: Mapping[str, int],
) -> list[Settings]:
    """The settings with which `output_size(size, **settings)` is the target in every dimension, most usual first.

    `defaults` are the settings that are searched, `fixed` those that are given and kept. The search is bounded: kernels
    to 11 and the one that does it in a single step, strides to 4, dilations to 3, paddings to the window's width.
    """
    free = [name for name in ("kernel_size", "stride", "dilation", "padding", "output_padding") if name in defaults]
    found = [
        settings
        for settings in _combinations(free, fixed, sizes[0], targets[0])
        if all(
            _fits(size, target, output_size, settings, dimension)
            for dimension, (size, target) in enumerate(zip(sizes, targets))
        )
    ]
    return sorted(found, key=_unusualness)


def _combinations(free: list[str], fixed: Mapping[str, Setting], size: int, target: int) -> Iterator[Settings]:
    partial: list[Settings] = [{}]
    for name in free:
        partial = [
            {**chosen, name: value}
            for chosen in partial
            for value in ([fixed[name]] if name in fixed else _values(name, chosen, size, target))
        ]
    yield from partial


def _values(name: str, chosen: Settings, size: int, target: int) -> Sequence[int]:
    if name == "kernel_size":
        single_step = abs(size - target) + 1
        return sorted({*_KERNEL_RANKS, single_step})
    if name == "stride":
        return _STRIDES
    if name == "dilation":
        return _DILATIONS if chosen["kernel_size"] != 1 else (1,)
    if name == "padding":
        return range(min(_span(chosen), 64))
    return range(max(_largest(chosen["stride"]), _largest(chosen["dilation"])))  # output_padding


def _fits(size: int, target: int, output_size: Callable[..., int], settings: Settings, dimension: int) -> bool:
    own = {name: value if isinstance(value, int) else value[dimension] for name, value in settings.items()}
    try:
        return output_size(size, **own) == target
    except ValueError:
        return False


def _span(settings: Settings) -> int:
    """How many elements a window reaches over."""
    return _largest(settings["dilation"]) * (_largest(settings["kernel_size"]) - 1) + 1


def _largest(value: Setting) -> int:
    return value if isinstance(value, int) else max(value)


def _unusualness(settings: Settings) -> tuple[int, ...]:
    kernel, stride, dilation = (_largest(settings[name]) for name in ("kernel_size", "stride", "dilation"))
    padding, output_padding = _largest(settings["padding"]), _largest(settings.get("output_padding", 0))
    half = (_span(settings) - 1) // 2
    if padding == half:
        padding_rank = 0
    elif padding == 0:
        padding_rank = 1
    else:
        padding_rank = 3 + abs(padding - half)
    rank = _KERNEL_RANKS.get(kernel, 7) + 4 * (dilation - 1) + padding_rank + output_padding
    if stride > 2 and (stride != kernel or padding):  # windows side by side are as usual with any stride
        rank += 2 * (stride - 2)
    if stride > _span(settings):
        rank += 3  # elements between the windows are never seen
    return (rank, stride, kernel, padding, dilation, output_padding)
