"""Which results need a gradient: what the record tells of every operation of PyTorch's database, beside PyTorch."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import Any

import pytest
import torch
from mistakes import HEAD, errors

import convcalc
import convcalc.standin  # which has tensors ask the record
from convcalc.tensor import Tensor, Unknown
from convcalc.trace import Recorder, gradients, graph
from convcalc.verify.agreement import outcome
from convcalc.verify.operation_samples import operation_infos, variants
from convcalc.verify.reference import run
from convcalc.verify.translation import NotTranslated, Translator

SAMPLES = 1  # of an operation


def leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, (torch.Tensor, Tensor)):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from leaves(part)
    elif isinstance(value, (tuple, list)):
        for part in value:
            yield from leaves(part)


def answers(info: Any, sample: Any) -> Iterator[tuple[Any, bool]]:
    """For each tensor of a result, whether it needs a gradient: as the record tells it, and PyTorch."""
    real_arguments = ((sample.input, *sample.args), sample.kwargs)
    try:
        arguments = tuple(map(Translator(), real_arguments))
    except NotTranslated:
        return
    variant = variants(info)[0]
    pairs = list(zip(leaves(real_arguments), leaves(arguments)))
    if variant.mine is None or len(pairs) != len(list(leaves(real_arguments))):
        return
    for theirs, ours in pairs:
        if theirs.requires_grad and theirs.is_leaf:
            ours._grad = True
    real, refused = outcome(lambda: variant.real(*real_arguments[0], **real_arguments[1]))
    if refused is not None:
        return
    with Recorder():
        mine, refused = outcome(lambda: variant.mine(*arguments[0], **arguments[1]))
        found = list(leaves(mine))
        if refused is None and not isinstance(mine, Unknown) and len(found) == len(list(leaves(real))):
            yield from ((gradients.needs_gradient(b), a.requires_grad) for a, b in zip(leaves(real), found))


def test_operations() -> None:
    wrong, right = set(), 0
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for info in operation_infos():
            samples, refused = outcome(
                lambda: list(info.sample_inputs("cpu", torch.float32, requires_grad=True))  # noqa: B023
            )
            for sample in samples[:SAMPLES] if refused is None else ():
                for told, true in answers(info, sample):
                    if told is not None and told != true:
                        wrong.add((info.full_name, told, true))
                    right += told is true
    assert wrong == set()
    assert right > 500


def test_without_a_record_nothing_is_told() -> None:
    weight = convcalc.nn.Linear(3, 2).weight
    out = convcalc.Tensor(4, 3) @ weight.T
    assert gradients.needs_gradient(weight) is True
    assert gradients.needs_gradient(out) is None
    out.numpy()


@pytest.mark.parametrize("way", ["detach", "data", "no_grad", "item"])
def test_what_has_no_gradient_any_more(way: str) -> None:
    from convcalc.standin.autograd import no_grad

    with Recorder():
        out = convcalc.nn.Linear(3, 2)(convcalc.Tensor(4, 3))
        assert gradients.needs_gradient(out) is True
        if way == "no_grad":
            with no_grad():
                out = convcalc.nn.Linear(3, 2)(convcalc.Tensor(4, 3))
        elif way == "item":
            out = out.argmax(1)
        else:
            out = out.detach() if way == "detach" else out.data
        assert gradients.needs_gradient(out) is False
        assert gradients.needs_gradient(out.sum()) is False


def twice(info: Any, sample: Any, at: int) -> tuple[bool, bool] | None:
    """Whether a second pass is refused where only one tensor needs a gradient: here, and by PyTorch; None where that is no question."""
    real_arguments = ((sample.input, *sample.args), sample.kwargs)
    real_leaves = list({id(t): t for t in leaves(real_arguments) if t.is_floating_point()}.values())
    if at >= len(real_leaves):
        return None
    variant = variants(info)[0]
    for leaf in real_leaves:
        leaf.requires_grad_(leaf is real_leaves[at])
    try:
        arguments = tuple(map(Translator(), real_arguments))
    except NotTranslated:
        return None
    pairs = list(zip(leaves(real_arguments), leaves(arguments)))
    if variant.mine is None or len(pairs) != len(list(leaves(real_arguments))):
        return None
    for theirs, ours in pairs:
        ours._grad = theirs.requires_grad
    real, refused = outcome(lambda: variant.real(*real_arguments[0], **real_arguments[1]))
    found = [i for i, out in enumerate(leaves(real)) if out.requires_grad] if refused is None else []
    if not found:
        return None
    root = list(leaves(real))[found[0]]
    _, first = outcome(lambda: root.backward(torch.ones_like(root)))
    _, second = outcome(lambda: root.backward(torch.ones_like(root)))
    if first is not None:
        return None
    with Recorder():
        mine, refused = outcome(lambda: variant.mine(*arguments[0], **arguments[1]))
        if refused is not None or len(list(leaves(mine))) != len(list(leaves(real))):
            return None
        root = list(leaves(mine))[found[0]]
        graph.enter([root], None, False)
        _, refused = outcome(lambda: graph.enter([root], None, False))
    return refused is not None, second is not None


def test_second_passes() -> None:
    wrong, right, known = set(), 0, 0
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for info in operation_infos():
            samples, refused = outcome(
                lambda: list(info.sample_inputs("cpu", torch.float32, requires_grad=False))  # noqa: B023
            )
            for sample in samples[:2] if refused is None else ():
                for at in range(4):
                    found = twice(info, sample, at)
                    if found is None:
                        continue
                    here, there = found
                    if here and not there:
                        wrong.add((info.full_name, at))
                    right += here
                    known += there
    assert wrong == set()
    assert right > known / 3 > 200


# What None does not allow, of the gradient that a tensor has before the first pass backward.
OF_NO_GRADIENT = [
    "w.grad + 1", "1 + w.grad", "0.1 * w.grad", "w.grad / 2", "w - 0.1 * w.grad", "-w.grad", "w.grad[0]", "w.grad.zero_()", "w.grad.norm()", "w.grad @ w",
]  # fmt: skip


@pytest.mark.parametrize("before", ["", "with torch.no_grad():\n    w = w * 2\n"])
@pytest.mark.parametrize("expression", OF_NO_GRADIENT)
def test_what_is_done_with_no_gradient_is_an_error(expression: str, before: str) -> None:
    head = f"{HEAD}w = torch.randn(3, requires_grad=True)\n{before}"
    for text in (f"{head}{expression}\n", f"{head}y = (w * w).sum()\n{expression}\n"):
        real = run(text, "model.py")
        assert real.error is not None
        assert [error["line"] for error in errors(text)] == [real.line]
    assert errors(f"{head}not w.grad\nw.grad is None\nx = w.grad\n") == []
    if not before:
        text = f"{head}(w * w).sum().backward()\nwith torch.no_grad():\n    {expression}\n"
        assert run(text, "model.py").error is None
        assert errors(text) == []
