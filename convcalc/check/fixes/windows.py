"""Fixes of windows that do not fit: a smaller kernel, padding, one pooling less, larger images."""

from __future__ import annotations

import _ast as ast

from convcalc.check.syntax import argument, called_name, number_of
from convcalc.check.text import Edit
from convcalc.nn.facts import facts_of

from . import skips
from .case import GUESSES, LEAVES_OUT, OTHER_DATA, Candidate

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from .case import Case

FUNCTIONAL = ("input", "kernel_size", "stride", "padding")


def smaller(case: Case) -> Iterator[Candidate]:
    """Yield a kernel that the image has room for."""
    module = case.module
    room = _room(case)
    if module is not None and hasattr(module, "kernel_size"):
        for k in _kernels(case, module, room):
            for candidate in case.setting(module, "kernel_size", k, f"a window of {k} fits into {room}"):
                candidate.rank = LEAVES_OUT if k == 1 else candidate.rank
                yield candidate
        if _kind(module) == "convolution":
            wanted = _first(module.kernel_size)
            need = (wanted - room + 1) // 2 + _first(getattr(module, "padding", 0))
            yield from case.setting(module, "padding", need, f"padding of {need} makes room for the window")
        else:
            call = case.constructor(module)
            if call is not None:
                yield case.replace(call, _identity(case, call), "one pooling less", rank=LEAVES_OUT, shown=call)
    else:
        for call in case.calls_named(*_names(case)):
            node = argument(call, "kernel_size", FUNCTIONAL)
            old = number_of(node) if node is not None else None
            for k in dict.fromkeys((2, 3, 4, room)):
                if node is not None and old is not None and 0 < k <= room and k != old:
                    yield case.replace(node, str(k), f"a window of {k} fits into {room}")
            if call.args:
                yield case.replace(call, case.text.of(call.args[0]), "one pooling less", rank=LEAVES_OUT, shown=call)
    for layer in case.layers_before(case.tensor):
        stride = getattr(layer, "stride", None)
        if stride is not None and _first(stride) > 2:
            yield from case.setting(layer, "stride", 2, "a smaller stride before it leaves larger images")
        elif stride is not None and _first(stride) == 2 and _kind(layer) == "convolution":
            yield from case.setting(layer, "stride", 1, "a smaller stride before it leaves larger images")
        if _kind(layer) == "pooling":
            call = case.constructor(layer)
            if call is not None:
                yield case.replace(
                    call, _identity(case, call), "one pooling less before it", rank=LEAVES_OUT, shown=call
                )
        elif (
            hasattr(layer, "padding")
            and type(getattr(layer, "kernel_size", None)) is tuple
            and _first(layer.padding) == 0
            and layer.kernel_size[0] > 1
        ):
            p = layer.kernel_size[0] // 2
            yield from case.setting(layer, "padding", p, "padding before it keeps the size of the images")
    yield from larger_input(case)


def _kind(layer: Any) -> str:
    return facts_of(type(layer)).kind


def _names(case: Case) -> tuple[str, ...]:
    return (case.call.type.rpartition(".")[2],) if case.call is not None else ()


def _first(value: Any) -> int:
    if isinstance(value, (tuple, list)):
        value = value[0]
    return value if isinstance(value, int) else 0


def _room(case: Case) -> int:
    sizes = case.actual if isinstance(case.actual, tuple) else ()
    known = [size for size in sizes if isinstance(size, int)]
    return min(known) if known else 1


def _kernels(case: Case, module: Any, room: int) -> list[int]:
    """Return sizes that fit, the likeliest first: the one that the padding or the stride was made for."""
    padding, stride = _first(getattr(module, "padding", 0)), _first(getattr(module, "stride", 1))
    conv = _kind(module) == "convolution"
    old = _first(module.kernel_size)
    if not conv:
        likely = [stride if stride != old else 2, 2, 3, 4]
    else:
        likely = [2 * padding + 1, 3, 5, 2 * padding + 2, 2, 4, 7, room, 1]
    return list(dict.fromkeys(k for k in likely if 0 < k <= room and k != old))


def _identity(case: Case, call: Any) -> str:
    func = case.text.of(call.func)
    return func[: len(func) - len(called_name(call) or "")] + "Identity()"


def larger_input(case: Case) -> Iterator[Candidate]:
    """Yield larger images where the file makes one up itself."""
    node = case.source_call(case.tensor)
    if node is None:
        return
    sizes = node.args[0].elts if len(node.args) == 1 and type(node.args[0]) in (ast.Tuple, ast.List) else node.args
    last = [number_of(size) for size in sizes[2:]]
    if last and None not in last:
        for factor in (2, 4):
            new = ", ".join(str(size * factor) for size in last)  # type: ignore[operator]
            first, end = case.text.span(sizes[2])[0], case.text.span(sizes[-1])[1]
            yield Candidate(Edit(first, end, new), case.text.span(node), "larger images", rank=OTHER_DATA)


MAX_FEATURES = 1 << 50  # features of which a quotient is still worth a thought
CUSTOMARY = (28, 32, 64, 96, 128, 224, 227, 256, 299)  # sizes of images


def other_input(case: Case) -> Iterator[Candidate]:
    """Yield the customary image size nearest to what the linear layer was made for, where the file makes its images up itself."""
    node = case.source_call(case.tensor)
    if node is None or not isinstance(case.expected, int) or not isinstance(case.actual, int):
        return
    if not 0 < case.actual < MAX_FEATURES or not 0 <= case.expected < MAX_FEATURES:
        return
    sizes = node.args[0].elts if len(node.args) == 1 and type(node.args[0]) in (ast.Tuple, ast.List) else node.args
    old = [number_of(size) for size in sizes[2:]]
    if len(old) != 2 or old[0] is None or old[0] != old[1]:
        return
    likely = old[0] * (case.expected / case.actual) ** 0.5
    for size in sorted((s for s in CUSTOMARY if s != old[0]), key=lambda s: abs(s - likely))[:2]:
        first, end = case.text.span(sizes[2])[0], case.text.span(sizes[3])[1]
        reason = f"the model was made for {size}x{size} images"
        yield Candidate(Edit(first, end, f"{size}, {size}"), case.text.span(node), reason, rank=OTHER_DATA)


def same_size(case: Case, tensor: Any, wanted: int, given: int) -> Iterator[Candidate]:
    """Yield the layer that made a tensor, so that its output has the size that is wanted: padding, stride or kernel."""
    layers = [layer for layer in case.layers_before(tensor)[:3] if _has_window(layer)]
    for layer in layers:
        yield from skips.like_siblings(case, layer, ("padding", "stride"))
    for layer in layers:
        for candidate in _same_size(case, layer, wanted, given):
            candidate.rank = max(candidate.rank, GUESSES)
            yield candidate


def _has_window(layer: Any) -> bool:
    if _kind(layer) not in ("convolution", "pooling"):
        return False
    return hasattr(layer, "stride") and hasattr(layer, "kernel_size") and hasattr(layer, "padding")  # no adaptive pool


def _same_size(case: Case, layer: Any, wanted: int, given: int) -> Iterator[Candidate]:
    stride, kernel, padding = _first(layer.stride), _first(layer.kernel_size), _first(layer.padding)
    reason = f"then its output has the size {wanted}"
    transposed = getattr(layer, "transposed", False)
    step = given - wanted if transposed else wanted - given
    if step % 2 == 0 and padding + step // 2 >= 0 and (stride == 1 or transposed):
        yield from case.setting(layer, "padding", padding + step // 2, reason)
    if stride == 1 and kernel - step > 1:
        new = kernel + given - wanted if not transposed else kernel + wanted - given
        yield from case.setting(layer, "kernel_size", new, reason)
    for other in (1, 2, 3, 4):
        if stride > 0 and other != stride:
            yield from case.setting(layer, "stride", other, reason)
    for k in (2 * padding + 1, 2, 3, 4, 5, 7):
        if k not in (kernel, 1):
            yield from case.setting(layer, "kernel_size", k, reason)
