"""A `numpy` of shapes: numbers are computed, arrays are shapes, types and some elements; what is not here is unknown.

`numpy_types` has the element types and scalars, `numpy_arrays` the array, `numpy_arithmetic` what is calculated of it, `numpy_indexing` its indices,
`numpy_random` what is drawn, and `numpy_rules` the functions by families, each loaded when one of its names is first asked for. Here are the modules' names.
"""

from __future__ import annotations

import math

from .numpy_arrays import array, asarray, ndarray
from .numpy_rules.registry import Table
from .numpy_types import ABSTRACT, CLASSES, OTHERS, dtype
from .torch import nothing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_ALIASES = {
    "bool_": "bool", "int_": "int64", "intp": "int64", "long": "int64", "longlong": "int64", "uint": "uint64", "uintp": "uint64", "ulong": "uint64", "ulonglong": "uint64",
    "intc": "int32", "uintc": "uint32", "short": "int16", "ushort": "uint16", "byte": "int8", "ubyte": "uint8", "half": "float16", "single": "float32",
    "double": "float64", "csingle": "complex64", "cdouble": "complex128",
}  # fmt: skip
_CLASSES: dict[str, Any] = {
    **CLASSES, **{kind.__name__: kind for kind in (*ABSTRACT, *OTHERS)}, **{name: CLASSES[meant] for name, meant in _ALIASES.items()}, "dtype": dtype, "ndarray": ndarray,
}  # fmt: skip
_NUMBERS: dict[str, Any] = {
    "pi": math.pi, "e": math.e, "inf": math.inf, "nan": math.nan, "euler_gamma": 0.5772156649015329, "newaxis": None, "little_endian": True,
    "True_": CLASSES["bool"](True), "False_": CLASSES["bool"](False), "__version__": "2.0.0",
}  # fmt: skip
NUMPY: dict[str, Any] = Table("np", {**_CLASSES, **_NUMBERS, "array": array, "asarray": asarray, "asanyarray": asarray})
LINALG: dict[str, Any] = Table("linalg", {})
FOURIER: dict[str, Any] = Table("fft", {})
STRIDES: dict[str, Any] = Table("stride_tricks", {})
FORMATS: dict[str, Any] = Table("lib", {})
EXCEPTIONS: dict[str, Any] = Table("exceptions", {})
TESTING: dict[str, Any] = {
    name: nothing(name)
    for name in "assert_allclose assert_almost_equal assert_array_almost_equal assert_array_equal assert_equal assert_raises".split()
}
# In annotations only.
TYPING: dict[str, Any] = {"ArrayLike": object, "DTypeLike": object, "NDArray": ndarray}

STANDS_FOR = {
    "numpy": NUMPY,
    "numpy.linalg": LINALG,
    "numpy.fft": FOURIER,
    "numpy.lib.stride_tricks": STRIDES,
    "numpy.lib.format": FORMATS,
    "numpy.exceptions": EXCEPTIONS,
    "numpy.testing": TESTING,
    "numpy.typing": TYPING,
}
MENTIONED = ("numpy", "np")
