"""A small `numpy`: numbers are computed, arrays are shapes, types and some elements; what is not here is unknown.

`numpy_types` has the element types and scalars, `numpy_arrays` the array, `numpy_arithmetic` what is calculated of it, `numpy_indexing` its indices,
`numpy_random` what is drawn; here stands how arrays are made, and the table of the module's names. Those of the other families
(`numpy_elementwise`, `numpy_reductions`, `numpy_shapes`, `numpy_sorting`) are loaded when one of their names is first asked for.
"""

from __future__ import annotations

import math

from convcalc.tensor import Tensor, Unknown, dtypes, make
from convcalc.tensor.unknown import index_of, kind_of
from convcalc.tensor.values import Values, few, rounded

from .numpy_arrays import array, asarray, ndarray
from .numpy_random import sizes_of
from .numpy_types import ABSTRACT, CLASSES, dtype, element_of, generic, of_element
from .torch import nothing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def _filled(name: str, value: Any) -> Any:
    """zeros, ones, empty, full: a shape and a type."""

    def filled(shape: Any, *args: Any, dtype: Any = None, **kwargs: Any) -> Any:
        if type(shape) is Unknown and kind_of(shape) is None:
            return Unknown(f"numpy.{name}(...)")
        content = value
        if name == "full":
            content, *args = args or (kwargs.get("fill_value"),)  # type: ignore[assignment]
        spec = dtype if dtype is not None else args[0] if args else None
        return _of_content(sizes_of(shape), content, spec, name == "full")

    filled.__name__ = name
    return filled


def _of_content(shape: Any, content: Any, spec: Any, takes_its_type: bool) -> Any:
    """An array of one content; of the content's type where no other is asked for."""
    element = element_of(spec)
    if spec is None and takes_its_type:
        made = asarray(content)
        element = made._tensor.dtype if type(made) is ndarray else element_of(Unknown("a value"))
    count: Any = 1
    for size in shape:
        count = count * size
    number = content.item() if isinstance(content, generic) else content
    values = None
    if type(number) in (bool, int, float, complex) and few(count) and not isinstance(element, dtypes.UnknownDType):
        one = rounded([number], element)
        values = None if one is None else Values(list(one) * count)
    return ndarray(make(shape, element, values=values))


def _filled_like(name: str, value: Any) -> Any:
    def filled(a: Any, *args: Any, dtype: Any = None, shape: Any = None, **kwargs: Any) -> Any:
        source = asarray(a)
        if type(source) is Unknown:
            return Unknown(f"numpy.{name}(...)")
        content = value
        if name == "full_like":
            content, *args = args or (kwargs.get("fill_value"),)  # type: ignore[assignment]
        spec = dtype if dtype is not None else args[0] if args else source.dtype
        return _of_content(source._tensor.shape if shape is None else sizes_of(shape), content, spec, False)

    filled.__name__ = name
    return filled


def arange(*args: Any, start: Any = None, stop: Any = None, step: Any = None, dtype: Any = None, **kwargs: Any) -> Any:
    given = [x.item() if isinstance(x, (generic, ndarray, Tensor)) else x for x in args]
    if len(given) == 1 and stop is None:
        given = [0, given[0]] if start is None else [start, given[0]]
    low = given[0] if given else 0 if start is None else start
    high = given[1] if len(given) > 1 else stop
    by = given[2] if len(given) > 2 else 1 if step is None else step
    bounds = (low, high, by)
    if any(type(v) is Unknown for v in bounds):
        kinds = [kind_of(v) for v in bounds]
        if any(kind not in (int, float) for kind in kinds) and dtype is None:
            return ndarray(
                make((Unknown("the length of a range", int),), dtypes.one_of((dtypes.int64, dtypes.float64)))
            )
        element = element_of(dtype) if dtype is not None else dtypes.float64 if float in kinds else dtypes.int64
        return ndarray(make((Unknown("the length of a range", int),), element))
    whole = all(isinstance(v, int) for v in bounds)
    count = max(0, math.ceil((high - low) / by))
    element = element_of(dtype) if dtype is not None else dtypes.int64 if whole else dtypes.float64
    return ndarray(
        make((count,), element, values=rounded([low + i * by for i in range(count)], element) if few(count) else None)
    )


def linspace(start: Any, stop: Any, num: Any = 50, endpoint: bool = True, retstep: bool = False, dtype: Any = None, axis: int = 0) -> Any:  # fmt: skip
    element = element_of(float if dtype is None else dtype)
    numbers = [x.item() if isinstance(x, generic) else x for x in (start, stop)]
    count: Any = index_of(num)
    if any(type(x) is Unknown or not isinstance(x, (int, float)) for x in numbers) or not few(count):
        one = all(x.__class__ in (int, float) for x in numbers)
        made = ndarray(make((count,), element)) if one and not retstep else Unknown("numpy.linspace(...)")
        return made
    low, high = numbers
    gap = (high - low) / max(1, count - (1 if endpoint else 0))
    values: Any = [low + i * gap for i in range(count)]
    if values and endpoint and count > 1:
        values[-1] = float(high)
    made = ndarray(make((count,), element, values=rounded(values, element)))
    return (made, gap) if retstep else made


def eye(N: Any, M: Any = None, k: Any = 0, dtype: Any = float, **kwargs: Any) -> Any:
    rows, columns = sizes_of((N, N if M is None else M))
    element = element_of(dtype)
    values = None
    if few(rows * columns) and type(k) is int:
        values = rounded([1 if j - i == k else 0 for i in range(rows) for j in range(columns)], element)
    return ndarray(make((rows, columns), element, values=values))


def meshgrid(*xi: Any, indexing: str = "xy", sparse: bool = False, copy: bool = True) -> Any:
    made = [asarray(x) for x in xi]
    if sparse or any(type(x) is Unknown for x in made):
        return Unknown("numpy.meshgrid(...)")
    sizes = [x.size for x in made]
    if indexing == "xy" and len(sizes) > 1:
        sizes[0], sizes[1] = sizes[1], sizes[0]
    return tuple(ndarray(make(sizes, x._tensor.dtype)) for x in made)


def issubdtype(arg1: Any, arg2: Any) -> Any:
    kind = of_element(element_of(arg1)).type
    wanted = arg2 if isinstance(arg2, type) and issubclass(arg2, generic) else of_element(element_of(arg2)).type
    return issubclass(kind, wanted)


_TYPES: dict[str, Any] = {
    **CLASSES, **{kind.__name__: kind for kind in ABSTRACT},
    "bool_": CLASSES["bool"], "int_": CLASSES["int64"], "intp": CLASSES["int64"], "uint": CLASSES["uint64"], "double": CLASSES["float64"],
    "single": CLASSES["float32"], "half": CLASSES["float16"], "byte": CLASSES["int8"], "ubyte": CLASSES["uint8"], "short": CLASSES["int16"],
    "longlong": CLASSES["int64"], "csingle": CLASSES["complex64"], "cdouble": CLASSES["complex128"], "str_": str, "object_": object,
}  # fmt: skip
FAMILIES = {
    "numpy_elementwise": "sqrt log2 log log10 log1p exp expm1 sin cos tan tanh sinh cosh degrees radians arcsin arccos arctan cbrt exp2 deg2rad rad2deg "
    "fabs ceil floor trunc rint square negative positive sign reciprocal abs absolute isnan isinf isfinite logical_not invert bitwise_not add subtract "
    "multiply divide true_divide power float_power floor_divide mod remainder maximum minimum fmax fmin greater greater_equal less less_equal equal "
    "not_equal logical_and logical_or logical_xor bitwise_and bitwise_or bitwise_xor arctan2 hypot left_shift right_shift matmul round around clip where",
    "numpy_reductions": "sum prod nansum mean average std var median nanmean nanstd max min amax amin nanmax nanmin ptp any all argmax argmin "
    "count_nonzero cumsum cumprod",
    "numpy_shapes": "reshape squeeze swapaxes repeat take ravel tile broadcast_to atleast_1d atleast_2d atleast_3d triu tril diag vstack hstack dstack "
    "column_stack transpose permute_dims expand_dims moveaxis flip roll pad concatenate concat stack append split array_split shape ndim size",
    "numpy_sorting": "unique bincount argwhere sort dot argsort nonzero",
}  # fmt: skip


class _Names(dict):  # type: ignore[type-arg]
    """The names of the module: of a family that is not loaded, each is None until it is asked for."""

    def get(self, name: str, default: Any = None) -> Any:
        found = dict.get(self, name, default)
        if found is None and name in self:
            family = next((family for family, names in FAMILIES.items() if name in names.split()), None)
            if family is not None:
                from importlib import import_module

                self.update(import_module(f"convcalc.standin.{family}").FUNCTIONS)
                found = dict.get(self, name, default)
        return found


NUMPY: dict[str, Any] = _Names({
    **{name: None for names in FAMILIES.values() for name in names.split()},
    **_TYPES,
    "dtype": dtype, "ndarray": ndarray, "pi": math.pi, "e": math.e, "inf": math.inf, "nan": math.nan, "newaxis": None, "__version__": "2.0.0",
    "array": array, "asarray": asarray, "ascontiguousarray": asarray, "asanyarray": asarray, "copy": array,
    "arange": arange, "linspace": linspace, "eye": eye, "identity": lambda n, dtype=float: eye(n, None, 0, dtype), "meshgrid": meshgrid,
    "zeros": _filled("zeros", 0), "ones": _filled("ones", 1), "empty": _filled("empty", None), "full": _filled("full", None),
    "zeros_like": _filled_like("zeros_like", 0), "ones_like": _filled_like("ones_like", 1), "empty_like": _filled_like("empty_like", None),
    "full_like": _filled_like("full_like", None), "issubdtype": issubdtype, "isscalar": lambda element: isinstance(element, (generic, int, float, complex, str)),
    "set_printoptions": nothing("set_printoptions"), "seterr": nothing("seterr"),
})  # fmt: skip

STANDS_FOR = {"numpy": NUMPY}
MENTIONED = ("numpy", "np")
