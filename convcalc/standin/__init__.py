"""What `import torch`, `torchvision`, `argparse`, … mean to a loaded file.

    find_module("torch.utils.data")     # a facade, or None where nobody here knows the module
    reset()                             # before each analysis: nothing that an earlier file has set remains

A stand-in is a file of this package that says at its end what it stands for:

    STANDS_FOR = {"torch.amp": AMP}     # the modules, and the names of each
    MENTIONED = ("autocast",)           # words in a file's text for which this is imported before the file runs; may be left out
    CLOSED = ("torch.amp",)             # of these modules all names are here: any other is refused, not unknown; may be left out

and says of each state that a file may change how it is forgotten (`@on_reset`). `python -m tools.generate` finds it and writes `names.py`; nothing
else needs to know of it.

Names only: everything leads to `convcalc.nn`, `convcalc.ops`, `convcalc.tensor`, or to small objects here.
"""

from __future__ import annotations

from convcalc.tensor import tensor as _tensor
from convcalc.tensor.resets import reset_all

from . import patches
from .facade import Facade as Facade
from .facade import find_module as find_module
from .facade import tensor_method as _tensor_method


def _array_of(tensor: _tensor.Tensor, force: bool) -> object:
    from .numpy_arrays import of_tensor

    return of_tensor(tensor, force)


_tensor.method_finder[0] = _tensor_method
_tensor.array_maker[0] = _array_of


def _asked_gradient(tensor: _tensor.Tensor) -> object:
    from convcalc.trace import gradients

    return gradients.asked(tensor)


def _flag_changes(tensor: _tensor.Tensor, flag: object) -> None:
    from convcalc.trace import gradients

    gradients.note_flag(tensor, flag)


def _passes(roots: object, retain_graph: object, create_graph: object, inputs: object, fills: bool = True) -> None:
    from convcalc.trace import graph

    graph.enter(roots, retain_graph, create_graph, inputs, fills)  # type: ignore[arg-type]
    if fills and _tensor.cleared:
        graph.leave()


def _beginnings(outputs: object, given: object) -> None:
    from convcalc.trace.beginnings import check_gradients

    check_gradients(outputs, given)  # type: ignore[arg-type]


_tensor.gradient_finder[0] = _asked_gradient
_tensor.beginning_checker[0] = _beginnings


def _reached(tensor: _tensor.Tensor) -> bool | None:
    from convcalc.trace import graph

    return graph.reached(tensor)


_tensor.pass_watcher[0] = _passes
_tensor.reach_finder[0] = _reached
_tensor.flag_watcher[0] = _flag_changes


def reset() -> None:
    """Forget what an earlier loaded file has left: attributes set on facades, saved objects, the default dtype, modes."""
    patches.undo()
    reset_all()
