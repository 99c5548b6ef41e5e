"""Nothing of `torch.nn` is forgotten: every class is here, or stands in this list with the reason why it is not."""

from __future__ import annotations

import pytest
import torch

import convcalc.nn
from convcalc import standin

# Classes of torch.nn that are no layer with a shape of its own.
LEFT_OUT = {
    "DataParallel": "splits a batch over GPUs: the stand-in gives it as a wrapper that calls the module within",
    "Container": "deprecated name of an empty Module without forward",
}
MODULES = sorted(
    name
    for name in dir(torch.nn)
    if isinstance(getattr(torch.nn, name), type) and issubclass(getattr(torch.nn, name), torch.nn.Module)
)


def test_pytorch_has_the_classes_that_we_counted() -> None:
    assert len(MODULES) == 163


@pytest.mark.parametrize("name", MODULES)
def test_class(name: str) -> None:
    ours = getattr(convcalc.nn, name, None)
    if name in LEFT_OUT:
        assert ours is None or name == "Container"
        return
    assert ours is not None, f"convcalc.nn lacks {name}"
    theirs = {base.__name__ for base in getattr(torch.nn, name).__mro__} & set(MODULES)
    assert {base.__name__ for base in ours.__mro__} & set(MODULES) == theirs


@pytest.mark.parametrize("name", MODULES)
def test_a_loaded_file_finds_it(name: str) -> None:
    assert isinstance(getattr(standin.find_module("torch.nn"), name), type)


def test_what_is_left_out_exists() -> None:
    assert set(LEFT_OUT) <= set(MODULES)


@pytest.mark.parametrize("name", MODULES)
def test_its_constants_are_pytorchs(name: str) -> None:
    """`__constants__`, which scripting and printers of settings read."""
    ours, theirs = getattr(convcalc.nn, name, None), getattr(torch.nn, name)
    if name not in LEFT_OUT:
        assert list(getattr(ours, "__constants__", ())) == list(getattr(theirs, "__constants__", ()))
