"""What a layer states of itself, beside its constructor and its `forward`, for those who look at layers from outside.

    @facts(kind="convolution", takes="in_channels", gives="out_channels", axis=1, unit="channels")
    class _ConvNd(Module): ...

    @facts(dims=2, ranks=(3, 4), sample=3)
    class Conv2d(_Conv): ...

A class has the facts of its base, but for those that it states itself; so has a class of a user's file. They lie in a table and not on the
class, where a loaded file would find attributes that PyTorch's layers lack. `tests/torch/test_facts.py` holds them against PyTorch.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, TypeVar

    Class = TypeVar("Class", bound=type)

# The kinds of layers, and why those of a kind need state no size that they take ("" where each of them must).
KINDS = {
    "activation": "works on each element, or along a dimension of any size",
    "attention": "",
    "container": "takes what the layers in it take",
    "convolution": "",
    "distance": "takes two tensors of one shape",
    "dropout": "works on each element, or on each channel of any number",
    "embedding": "takes indices",
    "embedding bag": "takes indices",
    "flattening": "puts dimensions together or apart, whatever their sizes",
    "folding": "takes any number of channels that its windows divide",
    "identity": "takes anything",
    "linear": "",
    "loss": "takes predictions and targets that fit each other",
    "normalization": "",
    "padding": "takes any number of channels",
    "pooling": "takes any number of channels",
    "rearranging": "takes any number of channels that its factor divides",
    "recurrent": "",
    "recurrent cell": "",
    "transformer": "takes what the layers in it take",
    "unpooling": "takes any number of channels",
    "upsampling": "takes any number of channels",
}


class Facts:
    """What is stated of a class of layers. Of a base or of a user's module without a layer above it nothing is: `kind` is empty.

    kind    one of KINDS
    takes   the argument of the constructor that says which size its input has; several of a layer with several inputs
    gives   the argument that says which size its output has; the same as `takes` where it keeps the size
    axis    where these sizes stand in a batch: 1 behind the batch, -1 at the end
    unit    what these sizes count
    dims    over how many dimensions it works: 2 of images
    ranks   how many dimensions its input may have; None: any number, or any from some number on
    sample  how many dimensions one sample has, if that is one number: a batch has one more
    states  how many tensors a recurrent layer's state is made of
    """

    __slots__ = ("axis", "dims", "gives", "kind", "ranks", "sample", "states", "takes", "unit")

    def __init__(
        self,
        kind: str = "",
        takes: str | tuple[str, ...] | None = None,
        gives: str | None = None,
        axis: int | None = None,
        unit: str = "",
        dims: int | None = None,
        ranks: tuple[int, ...] | None = None,
        sample: int | None = None,
        states: int = 0,
    ) -> None:
        self.kind = kind
        self.takes = takes
        self.gives = gives
        self.axis = axis
        self.unit = unit
        self.dims = dims
        self.ranks = ranks
        self.sample = sample
        self.states = states


_STATED: dict[
    type, dict[str, Any]
] = {}  # as it stands at the class; put together with what its bases state when somebody asks
_FACTS: dict[type, Facts] = {}


def facts(**stated: Any) -> Callable[[Class], Class]:
    """Return what states facts of a class of layers."""

    def state(cls: Class) -> Class:
        _STATED[cls] = stated
        return cls

    return state


def facts_of(cls: type) -> Facts:
    """Return the facts of a class of layers, or of a class that is made of one; of any other class there are none."""
    found = _FACTS.get(cls)
    if found is None:
        together: dict[str, Any] = {}
        for base in reversed(type.mro(cls)):
            together.update(_STATED.get(base, ()))
        found = Facts(**together)
        if cls in _STATED:
            _FACTS[cls] = found  # of classes of the program's own none is kept
    return found
