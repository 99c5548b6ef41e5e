"""The search for an example of a layer on which PyTorch and convcalc differ."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module

from convcalc.nn.names import FAMILY as LAYER_FAMILIES
from convcalc.ops.names import FAMILY as OPERATION_FAMILIES

from . import attention_layers as _attention  # noqa: F401  each registers its layers
from . import embedding_layers as _embedding  # noqa: F401
from . import linear_layers as _linear  # noqa: F401
from . import losses as _losses  # noqa: F401
from . import normalized as _normalized  # noqa: F401
from . import pointwise_layers as _pointwise  # noqa: F401
from . import recurrent_layers as _recurrent  # noqa: F401
from . import windowed as _windowed  # noqa: F401
from .answers import difference, run_convcalc, run_torch
from .strategies import LAYERS, Example, search

# Hypothesis also tries numbers that stand in the modules that happen to be loaded: the same ones for every layer, in any order.
for _family in sorted(set(LAYER_FAMILIES.values())):
    import_module(f"convcalc.nn.{_family}")
for _family in sorted(set(OPERATION_FAMILIES.values())):
    import_module(f"convcalc.ops.{_family}")


class Difference(AssertionError):
    """PyTorch and convcalc disagree; the message is a script that shows it, and what each said."""


@dataclass
class Outcome:
    """The result of fuzzing one layer."""

    layer: str
    examples: int = 0
    accepted: int = 0
    refused: int = 0
    difference: str | None = None


def fuzz(layer: str, examples: int = 200, seed: int | None = None, device: str = "cpu") -> Outcome:
    """Compares that many examples of a layer; stops at the first difference, made as small as it gets."""
    outcome = Outcome(layer)

    def check(example: Example) -> None:
        real, ours = run_torch(example, device), run_convcalc(example)
        outcome.examples += 1
        if real.error is None:
            outcome.accepted += 1
        else:
            outcome.refused += 1
        found = difference(example, real, ours)
        if found is not None:
            raise Difference(found)

    try:
        search(layer, check, examples, seed, halves=device != "cpu")
    except Difference as found:
        outcome.difference = str(found)
    return outcome


def layers() -> list[str]:
    """The layers that can be fuzzed."""
    return sorted(LAYERS)
