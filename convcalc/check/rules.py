"""The rules: each kind of mistake by its name, with its severity and what it says in a line.

A rule's page is docs/rules/NAME.md, which an installed package carries beside this file (`pages/`). The names of errors are
those that refusals carry (`ShapeError.rule`).
"""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


class Rule:
    """A kind of mistake.

    An `error` is what PyTorch refuses; a `warning` is what it accepts and is surely meant otherwise; `unknown` is what
    could not be analysed.
    """

    __slots__ = ("name", "severity", "summary")

    def __init__(self, name: str, severity: str, summary: str) -> None:
        self.name = name
        self.severity = severity
        self.summary = summary


_ERRORS = {
    # layers and what they are fed
    "linear-in-features": "an nn.Linear takes another number of features than it is given",
    "conv-channels": "a convolution takes another number of channels than it is given",
    "norm-channels": "a normalization (or nn.PReLU) has another number of channels than it is given",
    "recurrent-input": "an nn.RNN, nn.LSTM or nn.GRU takes another number of features a step than it is given",
    "recurrent-hidden": "a hidden state does not fit the recurrent layer or the batch",
    "attention-shapes": "query, key, value or mask of an attention do not fit the layer or each other",
    "attention-heads": "the width of an attention cannot be divided by its number of heads",
    "channel-multiple": "a layer that folds or splits channels is given a number that it cannot divide",
    "groups": "channels cannot be divided by the number of groups",
    "kernel-larger-than-input": "a window is larger than what is left of the image",
    "pad-size": "a padding does not fit the input: too many sizes, or as large as the input itself",
    "input-dimensions": "a layer does not take tensors of this number of dimensions",
    "missing-batch": "a single sample is given to a model that is made for batches",
    "channels-last": "the channels are the last dimension of the input, and PyTorch wants them first",
    "reused-layer": "one layer is used at two places whose sizes differ",
    "empty-input": "a tensor without elements is given to an operation that needs some",
    "norm-one-value": "a normalization in training has one value a channel, of which it can make no average",
    # shapes and their arithmetic
    "flatten-size": "flattening asks for another number of features than a sample has",
    "view-size": "a view or reshape asks for another number of elements than the tensor has",
    "view-stride": "a view of a tensor whose memory is in another order, as after permute or transpose",
    "broadcast": "the shapes of two operands do not fit each other",
    "concat": "tensors to be joined differ in another dimension than the joined one",
    "matmul": "the inner sizes of a matrix product differ",
    "einsum": "the letters of an einsum do not fit the operands",
    "split": "the parts of a split do not add up to the size",
    "dimension-range": "a dimension is named that the tensor does not have",
    "index-range": "an index lies outside the tensor",
    "index-shapes": "a tensor of indices or a mask does not fit what it indexes",
    "grid-sample": "the grid of a sampling does not fit the images",
    # data and losses
    "dtype": "the element type is not the one that the operation takes",
    "embedding-dtype": "an embedding is given numbers that are not whole",
    "embedding-index": "an index lies outside the table of an embedding",
    "embedding-bag": "the offsets or weights of an embedding bag do not fit its indices",
    "packed-lengths": "the lengths of packed sequences do not fit the batch",
    "loss-shapes": "predictions and targets of a loss do not fit each other, in size or in type",
    "class-count": "the number of outputs is not the number of classes",
    "state-dict": "a state that is loaded has other keys or sizes than the model",
    "last-batch": "the last, smaller batch of a data loader is refused",
    "gradient": "what needs a gradient is written to or handed to NumPy, what has none is asked for one, or a graph that is freed is gone through again",
    "backward-scalar": "backward() of a tensor that is not a single number",
    # budgets of the configuration
    "budget-params": "a model has more parameters than its budget",
    "budget-macs": "a model has more multiply-accumulates than its budget",
    # the rest
    "argument": "an argument has a value or a type that PyTorch does not take",
    "torch-error": "PyTorch refuses the call, for a reason that has no rule of its own",
    "python-error": "Python itself raises an exception, and nothing unknown can be the cause",
    "syntax-error": "the file is not Python source",
    "usage": "the target cannot be checked as it was named: no such file, no model in it, no input known",
}

_WARNINGS = {
    "unknown-branch": "a shape error on one side of a branch that only the real data decide",
    "batch-hard-coded": "the model only runs with one size of batch",
    "unused-layer": "a layer is built and never used",
    "softmax-before-loss": "a loss that takes raw scores is given probabilities, or the other way round",
}

_UNKNOWN = {
    "unknown-operation": "an operation has no rule here, so its result is not known",
    "unknown-value": "the run depends on a value that only the real data can tell",
    "unknown-module": "a model, or a part of one, comes from a module that is not analysed",
    "unknown-input": "nobody can say here what a model is fed",
    "unknown-loss": "nobody can say here what a loss is given",
    "unknown-output": "nobody can say here what a model gives",
    "budget-recursion": "the file calls itself without end",
    "not-analysed": "the file could not be analysed",
    "no-input": "nothing tells what a model of a folder is fed",
}

RULES: dict[str, Rule] = {
    name: Rule(name, severity, summary)
    for severity, rules in (("error", _ERRORS), ("warning", _WARNINGS), ("unknown", _UNKNOWN))
    for name, summary in rules.items()
}

SEVERITIES = ("error", "warning", "unknown")


def wrong_names(names: Iterable[str]) -> Iterator[tuple[str, list[str]]]:
    """Those that are neither a rule nor a severity, each with the names that it may have been meant to be."""
    for name in names:
        if name not in RULES and name not in SEVERITIES:
            from difflib import get_close_matches

            yield name, get_close_matches(name, [*RULES, *SEVERITIES])


def page(name: str) -> str | None:
    """The text of a rule's page: what, why, an example, the mend."""
    here = os.path.dirname(os.path.abspath(__file__))
    root = os.path.dirname(os.path.dirname(here))
    for folder in (os.path.join(here, "pages"), os.path.join(root, "docs", "rules")):
        try:
            with open(os.path.join(folder, name + ".md"), encoding="utf8") as stream:
                return stream.read()
        except OSError:
            continue
    return None
