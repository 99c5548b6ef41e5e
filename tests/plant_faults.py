"""Plants a fault in every family of layers and shows that the fuzzer finds it: `python tests/plant_faults.py [FAMILY ...]`.

A fault is a wrong formula, another default or a refusal that is missing. It is put in place of the real thing while a few
examples of one layer run; exits with 1 where one is not caught.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any
from unittest import mock

from convcalc.report.grid import draw
from convcalc.tensor import make
from convcalc.verify.fuzz import fuzz

EXAMPLES = 150
Change = Callable[[Callable[..., Any]], Callable[..., Any]]


def wider(forward: Callable[..., Any]) -> Callable[..., Any]:
    """A wrong formula: the last size of the result is one too many."""

    def planted(*args: Any, **kwargs: Any) -> Any:
        result = forward(*args, **kwargs)
        first = result[0] if isinstance(result, tuple) else result
        if not first.shape:
            return make((1,), first.dtype)
        wrong = make((*first.shape[:-1], first.shape[-1] + 1), first.dtype)
        return (wrong, *result[1:]) if isinstance(result, tuple) else wrong

    return planted


def lenient(forward: Callable[..., Any]) -> Callable[..., Any]:
    """A refusal dropped: where the layer refuses, the first input is the result."""

    def planted(module: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            return forward(module, *args, **kwargs)
        except Exception:
            return args[0]

    return planted


def default(name: str, value: Any) -> Change:
    """Another default: the argument, when given, is passed over for this value."""

    def change(init: Callable[..., Any]) -> Callable[..., Any]:
        def planted(module: Any, *args: Any, **kwargs: Any) -> None:
            init(module, *args, **{**kwargs, name: value})

        return planted

    return change


# Family: the layer that shows it, the method, what is wrong with it.
FAULTS: dict[str, list[tuple[str, str, Change]]] = {
    "activation": [("GELU", "forward", lenient), ("GLU", "forward", wider)],
    "adaptive": [("AdaptiveLogSoftmaxWithLoss", "__init__", default("div_value", 3.0))],
    "attention": [("MultiheadAttention", "__init__", default("add_bias_kv", True)), ("MultiheadAttention", "forward", wider)],
    "batch_normalization": [("BatchNorm2d", "__init__", default("affine", True)), ("LazyBatchNorm1d", "__init__", default("affine", True))],
    "classification_loss": [("CrossEntropyLoss", "__init__", default("reduction", "none")), ("NLLLoss", "forward", lenient)],
    "convolution": [("Conv2d", "forward", wider), ("ConvTranspose1d", "__init__", default("dilation", 3)), ("LazyConv1d", "__init__", default("bias", True)), ("Conv1d", "forward", lenient)],
    "distance": [("PairwiseDistance", "__init__", default("keepdim", True))],
    "dropout": [("Dropout", "__init__", default("p", 0.25)), ("Dropout1d", "forward", lenient)],
    "embedding": [("Embedding", "forward", lenient), ("EmbeddingBag", "forward", wider)],
    "flatten": [("Flatten", "__init__", default("start_dim", 0)), ("Unflatten", "forward", lenient)],
    "folding": [("Unfold", "__init__", default("padding", 1)), ("Fold", "forward", lenient)],
    "instance_normalization": [("InstanceNorm1d", "forward", lenient)],
    "linear": [("Linear", "__init__", default("bias", True)), ("Bilinear", "forward", wider), ("LazyLinear", "__init__", default("bias", True)), ("Linear", "forward", lenient)],
    "loss": [("MSELoss", "__init__", default("reduction", "sum")), ("KLDivLoss", "forward", lenient)],
    "margin_loss": [("TripletMarginLoss", "forward", wider), ("MultiMarginLoss", "forward", lenient)],
    "normalization": [("LayerNorm", "forward", lenient), ("GroupNorm", "__init__", default("affine", False))],
    "padding": [("ZeroPad2d", "__init__", default("padding", 1)), ("ReflectionPad1d", "forward", lenient)],
    "pooling": [("MaxPool2d", "__init__", default("ceil_mode", False)), ("AvgPool1d", "forward", wider)],
    "recurrent": [("LSTM", "__init__", default("bidirectional", False)), ("GRU", "forward", wider)],
    "recurrent_cell": [("RNNCell", "forward", lenient), ("LSTMCell", "__init__", default("bias", True))],
    "transformer": [("TransformerEncoderLayer", "__init__", default("dim_feedforward", 3)), ("TransformerDecoderLayer", "forward", lenient)],
    "upsampling": [("Upsample", "__init__", default("mode", "nearest"))],
}  # fmt: skip


@contextmanager
def planted(family: str, layer: str, method: str, change: Change) -> Iterator[None]:
    """While it lasts, the layer has the fault."""
    cls = getattr(import_module(f"convcalc.nn.{family}"), layer)
    with mock.patch.object(cls, method, change(getattr(cls, method))):
        yield


def what_is_wrong(method: str, change: Change) -> str:
    words: dict[Change, str] = {wider: "a wrong formula", lenient: "a refusal dropped"}
    return words.get(change, "another default")


def caught(family: str, layer: str, method: str, change: Change, examples: int = EXAMPLES) -> int | None:
    """After how many examples (with those of making it small) the fault was found; None where it was not."""
    with planted(family, layer, method, change):
        outcome = fuzz(layer, examples)
    return outcome.examples if outcome.difference else None


def main(families: list[str]) -> int:
    rows, missed = [], 0
    for family in families or FAULTS:
        for layer, method, change in FAULTS[family]:
            found = caught(family, layer, method, change)
            missed += found is None
            rows.append(
                [family, layer, what_is_wrong(method, change), f"caught ({found} examples)" if found else "MISSED"]
            )
    print(draw(rows, ["Family", "Layer", "Fault", "Result"], ["left"] * 4))
    print(f"\n{len(rows) - missed} of {len(rows)} planted faults caught")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
