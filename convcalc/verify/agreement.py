"""Whether a prediction agrees with what PyTorch returned."""

from __future__ import annotations

import math
import warnings

import torch

from convcalc.tensor import DType, Tensor, Unknown
from convcalc.tensor.values import known
from convcalc.trace import Recorder

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

AGREE, DATA, UNKNOWN, WRONG = "agree", "data", "unknown", "wrong"
ORDER = (AGREE, DATA, UNKNOWN, WRONG)  # from good to bad


def outcome(call: Callable[[], Any]) -> tuple[Any, Exception | None]:
    """What a call returns, or what it raises; its warnings are dropped."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return call(), None
        except Exception as error:
            return None, error


def predicted(call: Callable[[], Any]) -> tuple[Any, Exception | None]:
    """The outcome of a call of ours, recorded as a model's run is: what depends on an unknown is unknown."""
    with Recorder():
        return outcome(call)


def compare(real: Any, mine: Any) -> tuple[str, str]:
    """How a result of ours stands to PyTorch's (one of ORDER), and the difference in words."""
    worst = (AGREE, "")
    for found in _differences(real, mine):
        if ORDER.index(found[0]) > ORDER.index(worst[0]):
            worst = found
    return worst


def _differences(real: Any, mine: Any) -> Iterator[tuple[str, str]]:
    if type(mine) is Unknown:
        if _holds_tensor(real):
            yield UNKNOWN, mine.reason
        return  # a number that depends on the elements: there is nothing to predict
    if isinstance(real, torch.Tensor):
        if isinstance(mine, Tensor):
            yield _tensors(real, mine)
        else:
            yield WRONG, f"{_text(real)}, here {_text(mine)}"
    elif isinstance(real, (tuple, list)):
        if not isinstance(mine, (tuple, list)) or len(real) != len(mine):
            yield WRONG, f"{_text(real)}, here {_text(mine)}"
        else:
            for pair in zip(real, mine):
                yield from _differences(*pair)
    elif isinstance(real, dict):
        if not isinstance(mine, dict) or list(real) != list(mine):
            yield WRONG, f"{_text(real)}, here {_text(mine)}"
        else:
            for key, part in real.items():
                yield from _differences(part, mine[key])
    elif isinstance(mine, DType) or isinstance(real, torch.dtype):
        if str(real) != str(mine):
            yield WRONG, f"{real}, here {mine}"
    elif isinstance(mine, Tensor) or not _equal(real, mine):
        yield WRONG, f"{_text(real)}, here {_text(mine)}"


def _tensors(real: torch.Tensor, mine: Tensor) -> tuple[str, str]:
    if real.layout is not torch.strided or real.is_nested:
        return UNKNOWN, "the result is sparse or nested"
    text = f"{_text(real)}, here {_text(mine)}"
    unknown = any(type(size) is Unknown for size in mine.shape)
    sizes = zip(real.shape, mine.shape)
    if len(real.shape) != len(mine.shape) or any(b is not a and type(b) is not Unknown and a != b for a, b in sizes):
        return WRONG, text
    if str(real.dtype) != str(mine.dtype):
        return WRONG, text
    elements = None if unknown else known(mine)
    if elements is not None and not _same_elements(real, elements):
        return WRONG, f"elements {real.flatten().tolist()[:8]}, here {elements[:8]}"
    return (DATA, text) if unknown else (AGREE, "")


def _same_elements(real: torch.Tensor, elements: list[Any]) -> bool:
    theirs = real.detach().resolve_conj().resolve_neg().flatten().tolist()
    return len(theirs) == len(elements) and all(map(_equal, theirs, elements))


def _equal(a: Any, b: Any) -> bool:
    if isinstance(a, float) and isinstance(b, (int, float)):
        return a == b or (math.isnan(a) and math.isnan(b)) or math.isclose(a, b, rel_tol=1e-4, abs_tol=1e-6)
    return bool(a == b)


def same_layout(real: Any, mine: Any) -> bool:
    """Whether the strides agree too, where the shapes do; strides along a size of 1 say nothing."""
    if isinstance(real, torch.Tensor) and isinstance(mine, Tensor):
        if real.layout is not torch.strided or 0 in real.shape or any(type(size) is Unknown for size in mine.shape):
            return True
        return all(a == b for size, a, b in zip(real.shape, real.stride(), mine.stride()) if size != 1)
    if isinstance(real, (tuple, list)) and isinstance(mine, (tuple, list)):
        return all(map(same_layout, real, mine))
    return True


def _holds_tensor(value: Any) -> bool:
    if isinstance(value, (tuple, list)):
        return any(map(_holds_tensor, value))
    return isinstance(value, torch.Tensor)


def _text(value: Any) -> str:
    if isinstance(value, (torch.Tensor, Tensor)):
        return f"{tuple(value.shape)} {str(value.dtype).removeprefix('torch.')}"
    if isinstance(value, (tuple, list)):
        return "[" + ", ".join(map(_text, value)) + "]"
    return repr(value)


def refusal_text(error: BaseException) -> str:
    """An error in one line."""
    return f"{type(error).__name__}: {str(error).strip().partition(chr(10))[0][:160]}"
