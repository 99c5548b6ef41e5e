"""Parameters end to end in one vector, and back.

Source: torch/nn/utils/convert_parameters.py
"""

from __future__ import annotations

from convcalc.ops import find
from convcalc.tensor import Parameter, ShapeTypeError, Tensor

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any


def parameters_to_vector(parameters: Iterable[Tensor]) -> Any:
    """All parameters end to end.

    Shapes:  parameters: any; y: (sum of their numel)
    Errors:  no parameters; one cannot be viewed as a row
    Source:  torch.nn.utils.parameters_to_vector
    """
    return find("torch.cat")([parameter.view(-1) for parameter in parameters])  # type: ignore[misc]


def vector_to_parameters(vec: Tensor, parameters: Iterable[Parameter]) -> None:
    """Cuts a vector into values for the parameters.

    Errors:  the vector is too short
    Source:  torch.nn.utils.vector_to_parameters
    """
    if not isinstance(vec, Tensor):
        module = type(vec).__module__  # as `torch.typename` names a class
        name = type(vec).__name__ if module == "builtins" else f"{module}.{type(vec).__name__}"
        raise ShapeTypeError(f"expected torch.Tensor, but got: {name}")
    start = 0
    for parameter in parameters:
        stop = start + parameter.numel()
        parameter.data = vec[start:stop].view_as(parameter).data
        start = stop
