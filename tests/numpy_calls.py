"""Random calls of numpy's functions, for `tests/torch/test_numpy_functions.py`: what each takes, and whether the stand-in answers as numpy does.

A call is made of a seed, so that one can be made again; most calls are valid, and some have an argument that does not fit. `CALLS` says what a function is
given: letters for what stands in the places, names for keywords that may be given.
"""

from __future__ import annotations

import math
import random
import warnings
from typing import Any

import numpy

from convcalc.standin import find_module
from convcalc.tensor import Size, Unknown, UnknownValue, dtypes
from convcalc.tensor.unknown import kind_of
from convcalc.trace import Recorder

OURS: Any = find_module("numpy")
DTYPES = "bool int8 int16 int32 int64 uint8 uint16 uint32 uint64 float16 float32 float64 complex64 complex128".split()
USUAL = "bool int64 int64 float64 float64 float32 float32 uint8 int32 float16 complex128".split()
REAL = "bool int64 int64 float64 float64 float32 float32 uint8 int32".split()
FLOATS = "float64 float32".split()


class Given:
    """One argument, as numpy gets it and as the stand-in gets it."""

    def __init__(self, real: Any, ours: Any, text: str) -> None:
        self.real, self.ours, self.text = real, ours, text


class Source:
    """Draws arguments; those of one call know each other's shapes."""

    def __init__(self, seed: int) -> None:
        self.draw = random.Random(seed)
        self.shape: tuple[int, ...] = ()
        self.dtype = "float64"

    def chance(self, share: float) -> bool:
        return self.draw.random() < share

    def some_shape(
        self, least: int = 0, most: int = 3, sizes: tuple[int, ...] = (0, 1, 1, 2, 2, 3, 3, 4, 5)
    ) -> tuple[int, ...]:
        return tuple(self.draw.choice(sizes) for _ in range(self.draw.randint(least, most)))

    def array(self, shape: tuple[int, ...], dtype: str | None = None, kinds: list[str] | None = None) -> Given:
        """An array of a shape, whose elements the stand-in knows or does not; laid out by rows, by columns, or a part of a larger one."""
        dtype = dtype or self.draw.choice(kinds or (USUAL if self.chance(0.85) else DTYPES))
        count = math.prod(shape)
        kind = numpy.dtype(dtype).kind
        if kind == "b":
            elements: list[Any] = [self.draw.random() < 0.5 for _ in range(count)]
        elif kind in "iu":
            elements = [self.draw.randint(0 if kind == "u" else -4, 6) for _ in range(count)]
        else:
            elements = [
                self.draw.choice([-2.5, -1.0, -0.5, 0.0, 0.25, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0]) for _ in range(count)
            ]
        known = self.chance(0.6)
        text = f"np.array({elements}).reshape({shape}).astype('{dtype}')"
        real = numpy.array(elements, dtype=dtype).reshape(shape)
        ours = OURS.array(elements, dtype=dtype).reshape(shape)
        if not known:
            ours = OURS.random.rand(*shape).astype(dtype) if shape else OURS.array(0.0).astype(dtype)
            if not shape:
                ours._tensor.values = None
            text += ".forget()"
        if (
            not known and shape and 0 not in shape and self.chance(0.12)
        ):  # an unknown size is taken to be some, not none
            at = self.draw.randrange(len(shape))
            sizes = [Unknown("a size", int) if d == at else n for d, n in enumerate(shape)]
            ours._tensor.shape = Size(sizes)
            text += f".unsized({at})"
        if len(shape) > 1 and self.chance(0.15):
            real, ours, text = real.T, ours.T, text + ".T"
        elif len(shape) > 1 and shape[-1] and self.chance(0.1):
            real, ours, text = real[..., ::-1][..., ::-1], ours[..., ::-1][..., ::-1], text + "[..., ::-1][..., ::-1]"
        return Given(real, ours, text)

    def plain(self, value: Any) -> Given:
        return Given(value, value, repr(value))

    def listed(self, given: Given) -> Given:
        """The array as nested lists."""
        value = given.real.tolist()
        return Given(value, value, repr(value))

    def kind(self, name: str) -> Given:
        form = self.draw.randrange(3)
        if form == 0:
            return self.plain(name)
        return (
            Given(getattr(numpy, name), getattr(OURS, name), f"np.{name}")
            if form == 1
            else Given(numpy.dtype(name), OURS.dtype(name), f"np.dtype('{name}')")
        )

    # what the letters mean

    def letter(self, letter: str) -> Given:
        return getattr(self, f"_{letter}")()

    def _of_dims(self, least: int, most: int, kinds: list[str] | None = None) -> Given:
        wrong = self.chance(0.06)
        self.shape = self.some_shape(0, 4) if wrong else self.some_shape(least, most)
        made = self.array(self.shape, None, kinds)
        self.shape, self.dtype = made.real.shape, made.real.dtype.name
        return (
            self.listed(made)
            if self.chance(0.15) and made.real.dtype.name in ("bool", "int64", "float64", "complex128")
            else made
        )

    def _a(self) -> Given:  # any array, a number, a scalar of numpy's
        form = self.draw.random()
        if form < 0.06:
            self.shape = ()
            return self.plain(self.draw.choice([True, 0, 3, -2, 1.5, -0.5, 2j]))
        if form < 0.12:
            self.shape = ()
            name = self.draw.choice(DTYPES)
            value = self.draw.choice([0, 1, 2, 3])
            return Given(getattr(numpy, name)(value), getattr(OURS, name)(value), f"np.{name}({value})")
        return self._of_dims(0, 3)

    def _b(self) -> Given:  # spread over the first
        form = self.draw.random()
        if form < 0.2:
            return self.plain(self.draw.choice([True, 0, 1, 2, 3, -1, 1.5, 0.5, -0.5, 2j, 300]))
        if form < 0.27:
            name = self.draw.choice(DTYPES)
            value = self.draw.choice([0, 1, 2, 3])
            return Given(getattr(numpy, name)(value), getattr(OURS, name)(value), f"np.{name}({value})")
        shape = list(self.shape[self.draw.randint(0, len(self.shape)) if self.chance(0.3) else 0 :])
        for d in range(len(shape)):
            if self.chance(0.2):
                shape[d] = 1
            elif self.chance(0.04):
                shape[d] += 1
        if self.chance(0.1):
            shape.insert(0, self.draw.choice([1, 2]))
        made = self.array(tuple(shape))
        return (
            self.listed(made)
            if self.chance(0.1) and made.real.dtype.name in ("bool", "int64", "float64", "complex128")
            else made
        )

    def _r(self) -> Given:  # real numbers
        return self._of_dims(0, 3, REAL)

    def _f(self) -> Given:
        return self._of_dims(0, 3, FLOATS)

    def _v(self) -> Given:  # a vector
        return self._of_dims(1, 1)

    def _V(self) -> Given:  # a vector of real numbers
        return self._of_dims(1, 1, REAL)

    def _W(self) -> Given:  # another as long
        size = self.shape[0] if self.shape else 2
        return self.array((size if not self.chance(0.1) else size + 1,), None, REAL)

    def _i(self) -> Given:  # indices, most of them within the first axis
        size = self.shape[0] if self.shape else 1
        shape = self.some_shape(0, 2, (0, 1, 2, 3))
        count = math.prod(shape)
        high = max(size - 1, 0) + (1 if self.chance(0.05) else 0)
        values = [self.draw.randint(-min(size, 1), high) for _ in range(count)]
        if not shape:
            return self.plain(values[0])
        made = numpy.array(values, dtype="int64").reshape(shape)
        return Given(
            made,
            OURS.array(values, dtype="int64").reshape(shape),
            f"np.array({values}, dtype='int64').reshape({shape})",
        )

    def _m(self) -> Given:  # a matrix, or a stack of them
        return self._of_dims(2, 3)

    def _M(self) -> Given:  # square ones that can be inverted
        n = self.draw.choice([1, 2, 3])
        lead = self.some_shape(0, 1, (1, 2, 3))
        shape = (*lead, n, n if not self.chance(0.06) else n + 1)
        made = self.array(
            shape,
            None,
            FLOATS + ["int64", "float32", "complex128", "uint8"] + (["float16"] if self.chance(0.1) else []),
        )
        if shape[-1] == shape[-2]:
            real = numpy.zeros(shape, made.real.dtype)
            real[...] = numpy.eye(n) * 5
            made = Given(
                real,
                OURS.zeros(shape, made.real.dtype.name),
                f"np.zeros({shape}, '{made.real.dtype}') + np.eye({n}) * 5",
            )
        self.shape = shape
        return made

    def _x(self) -> Given:  # an axis of the first, or none
        ndim = len(self.shape)
        form = self.draw.random()
        if form < 0.12:
            return self.plain(None)
        if form < 0.2 or not ndim:
            return self.plain(self.draw.choice([0, -1, 1, ndim, -ndim - 1]))
        return self.plain(self.draw.randrange(-ndim, ndim))

    def _X(self) -> Given:  # one axis, several, or none
        ndim = len(self.shape)
        if self.chance(0.25) and ndim:
            some = [self.draw.randrange(-ndim, ndim) for _ in range(self.draw.randint(0, ndim))]
            if not self.chance(0.2):
                some = list({d % ndim: d for d in some}.values())
            return self.plain(tuple(some))
        return self._x()

    def _n(self) -> Given:  # a count
        return self.plain(self.draw.choice([0, 1, 1, 2, 3, 3, 5, 8, -1] if self.chance(0.3) else [1, 2, 3, 5]))

    def _k(self) -> Given:
        return self.plain(self.draw.choice([-2, -1, 0, 0, 1, 2, 5]))

    def _s(self) -> Given:  # a shape
        if self.chance(0.3):
            return self._n()
        shape: Any = self.some_shape(0, 3)
        return self.plain(list(shape) if self.chance(0.3) else shape)

    def _S(self) -> Given:  # a shape of as many elements as the first has
        count = math.prod(self.shape)
        form = self.draw.random()
        if form < 0.2:
            return self.plain(self.draw.choice([-1, count, (-1,), (count, 1), (1, -1)]))
        divisors = [d for d in range(1, count + 1) if count % d == 0] or [0]
        first = self.draw.choice(divisors)
        rest = count // first if first else 3
        shape = [first, rest] if not self.chance(0.1) else [first, rest + 1]
        if self.chance(0.3):
            shape[self.draw.randrange(2)] = -1
        return self.plain(tuple(shape) if self.chance(0.8) else shape)

    def _T(self) -> Given:  # a shape that the first can be spread to
        shape = [n if n != 1 or self.chance(0.3) else self.draw.choice([1, 2, 3]) for n in self.shape]
        if self.chance(0.08) and shape:
            shape[0] += 1
        return self.plain((*self.some_shape(0, 1), *shape))

    def _p(self) -> Given:  # an order of the axes
        axes = list(range(len(self.shape)))
        self.draw.shuffle(axes)
        axes = [d - len(axes) if self.chance(0.2) else d for d in axes]
        if self.chance(0.06):
            axes = axes[1:] if axes else [0]
        return self.plain(None if self.chance(0.2) else tuple(axes))

    def _L(self) -> Given:  # arrays of one shape
        if self.chance(0.03):
            return self.plain([])
        shape = self.some_shape(0, 3)
        parts = [
            self.array(shape if not self.chance(0.05) else self.some_shape(0, 3))
            for _ in range(self.draw.randint(1, 3))
        ]
        self.shape = parts[0].real.shape
        form = tuple if self.chance(0.4) else list
        return Given(form(p.real for p in parts), form(p.ours for p in parts), f"[{', '.join(p.text for p in parts)}]")

    def _C(self) -> Given:  # arrays that differ along one axis at most
        shape = self.some_shape(1, 3)
        at = self.draw.randrange(len(shape))
        parts = []
        for _ in range(self.draw.randint(1, 3)):
            other = list(shape)
            other[at] = self.draw.choice([0, 1, 2, 3, 5])
            if self.chance(0.04):
                other[0] += 1
            parts.append(self.array(tuple(other)))
        self.shape = shape
        return Given([p.real for p in parts], [p.ours for p in parts], f"[{', '.join(p.text for p in parts)}]")

    def _o(self) -> Given:  # a place where they are joined
        ndim = len(self.shape)
        return self.plain(self.draw.choice([0, 0, 1, -1, ndim, None]))

    def _c(self) -> Given:  # a condition
        made = self._of_dims(0, 3, ["bool", "bool", "int64", "float64"])
        return made

    def _d(self) -> Given:
        return self.kind(self.draw.choice(USUAL if self.chance(0.8) else DTYPES))

    def _D(self) -> Given:
        return self.plain(None) if self.chance(0.5) else self._d()

    def _t(self) -> Given:
        return self.plain(self.chance(0.5))

    def _u(self) -> Given:  # a number
        return self.plain(self.draw.choice([0, 1, 2, 3, -1, 2.5, 0.5, -1.5, 10, True]))

    def _U(self) -> Given:  # a real number that is not zero
        return self.plain(self.draw.choice([1, 2, 3, -1, 2.5, 0.5, -0.5]))

    def _q(self) -> Given:  # percentiles
        return self.plain(self.draw.choice([0, 25, 50, 99.5, 100, [25, 75], (10,), [[1, 2], [3, 4]], 101]))

    def _Q(self) -> Given:  # quantiles
        return self.plain(self.draw.choice([0, 0.25, 0.5, 1, [0.25, 0.75], [0.1], 1.5]))

    def _w(self) -> Given:  # widths of a pad
        ndim = len(self.shape)
        form = self.draw.random()
        one = lambda: self.draw.choice([0, 1, 2, 3])  # noqa: E731
        if form < 0.3:
            return self.plain(one())
        if form < 0.5:
            return self.plain((one(), one()))
        count = ndim if not self.chance(0.08) else ndim + 1
        return self.plain([(one(), one()) for _ in range(count)])

    def _g(self) -> Given:  # how often
        size = self.shape[0] if self.shape else 1
        form = self.draw.random()
        if form < 0.5:
            return self.plain(self.draw.choice([0, 1, 2, 3, -1] if self.chance(0.1) else [0, 1, 2, 3]))
        values = [self.draw.choice([0, 1, 2, 3]) for _ in range(size if not self.chance(0.1) else size + 1)]
        return self.plain(values)

    def _e(self) -> Given:  # repetitions of a tile
        return self.plain(self.draw.choice([0, 1, 2, 3, (2,), (2, 3), (1, 2, 2), [3, 1], ()]))

    def _h(self) -> Given:  # sections of a split
        size = self.shape[0] if self.shape else 1
        if self.chance(0.5):
            divisors = [d for d in range(1, size + 1) if size % d == 0] or [1]
            return self.plain(
                self.draw.choice([*divisors, 2, 3, 0]) if self.chance(0.3) else self.draw.choice(divisors)
            )
        return self.plain(sorted(self.draw.randint(0, size + 1) for _ in range(self.draw.randint(0, 3))))

    def _F(self) -> Given:  # a positive number, or an array of such
        if self.chance(0.75):
            return self.plain(self.draw.choice([1, 2, 0.5, 3.0, 1.5]))
        shape = self.some_shape(1, 2, (1, 2, 3))
        real: Any = numpy.full(shape, 0.5, self.draw.choice(FLOATS))
        return Given(real, OURS.full(shape, 0.5, real.dtype.name), f"np.full({shape}, 0.5, '{real.dtype}')")

    def _A(self) -> Given:  # a probability
        return self.plain(
            self.draw.choice([0.1, 0.5, 0.9, [0.2, 0.3], [[0.5], [0.1]]] if self.chance(0.4) else [0.1, 0.5])
        )

    def _1(self) -> Given:  # parts of one
        return self.plain(self.draw.choice([[0.5, 0.5], [0.2, 0.3, 0.5], [1.0], [0.7, 0.7]]))

    def _l(self) -> Given:  # a size, or none
        if self.chance(0.3):
            return self.plain(None)
        if self.chance(0.4):
            return self.plain(self.draw.choice([0, 1, 3, 5]))
        shape: Any = self.some_shape(0, 3)
        return self.plain(list(shape) if self.chance(0.2) else shape)

    def _y(self) -> Given:  # a window, a degree
        return self.plain(self.draw.choice([1, 2, 3]))

    def _H(self) -> Given:  # vectors of three
        return self.array((*self.some_shape(0, 2), 3 if not self.chance(0.05) else 4))

    def _z(self) -> Given:  # the first axis, or none
        return self.plain(self.draw.choice([0, 0, None]))

    def _Z(self) -> Given:  # two lists, as one argument each, would be two letters
        raise NotImplementedError

    def _one_of(self, *values: Any) -> Given:
        return self.plain(self.draw.choice(values))

    def _O(self) -> Given:
        return self._one_of("C", "C", "F", "A")

    def _I(self) -> Given:
        return self._one_of("xy", "ij")

    def _P(self) -> Given:
        return self._one_of(
            "constant",
            "edge",
            "reflect",
            "symmetric",
            "wrap",
            "maximum",
            "mean",
            "median",
            "minimum",
            "linear_ramp",
            "empty",
            "other",
        )

    def _R(self) -> Given:
        return self._one_of("raise", "wrap", "clip")

    def _B(self) -> Given:
        return self._one_of("left", "right")

    def _N(self) -> Given:
        return self._one_of("full", "same", "valid")

    def _J(self) -> Given:
        return self._one_of("reduced", "complete", "r")

    def _K(self) -> Given:
        return self._one_of(None, "ortho", "forward", "backward", "none")

    def _G(self) -> Given:
        return self._one_of((0, 1), (-1.0, 2.0), (3, 1))

    def _j(self) -> Given:
        return self._one_of(None, 1, 2, -1, -2, float("inf"), -float("inf"), "fro", "nuc", 0, 3, 0.5, "other")


class Call:
    """A call of a function, for numpy and for the stand-in, made of a seed."""

    def __init__(self, name: str, forms: list[tuple[str, dict[str, str]]], seed: int) -> None:
        self.name = name
        source = Source(seed)
        letters, keywords = source.draw.choice(forms)
        self.args = [source.letter(letter) for letter in letters]
        self.kwargs = {key: source.letter(letter) for key, letter in keywords.items() if source.chance(0.4)}

    def __repr__(self) -> str:
        named = [f"{key}={value.text}" for key, value in self.kwargs.items()]
        return f"{self.name}({', '.join([*[arg.text for arg in self.args], *named])})"

    def real(self) -> Any:
        return outcome(self.name, numpy, [a.real for a in self.args], {k: v.real for k, v in self.kwargs.items()})

    def ours(self) -> Any:
        with Recorder():
            return outcome(self.name, OURS, [a.ours for a in self.args], {k: v.ours for k, v in self.kwargs.items()})


def outcome(name: str, module: Any, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """What a call gives, or the exception that it raises."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            if name.startswith("ndarray."):
                held = module.asarray(args[0])
                return getattr(held, name[8:])(*args[1:], **kwargs)
            space = module
            if name.startswith("Generator."):
                space = module.random.default_rng(0)
            elif name.startswith("RandomState."):
                space = module.random.RandomState(0)
            for part in name.split(".")[1:]:
                space = getattr(space, part)
            return space(*args, **kwargs)
        except Exception as error:
            return error


# the comparison


def builtin_kinds(error: BaseException) -> set[type]:
    """Python's own classes that an exception is of, as an `except` would ask."""
    return {kind for kind in type(error).__mro__ if kind.__module__ == "builtins"}


def difference(call: Call, data_dependent: tuple[type, ...] = ()) -> str | None:
    """What the stand-in says that numpy does not."""
    real, ours = call.real(), call.ours()
    if isinstance(ours, UnknownValue) or (type(ours) is Unknown and kind_of(ours) is None):
        return None
    if isinstance(real, Exception):
        if any(".unsized(" in part.text for part in (*call.args, *call.kwargs.values())):
            return None  # which refusal comes first hangs on the size
        if isinstance(ours, Exception):
            if builtin_kinds(real) & {
                TypeError,
                ValueError,
                IndexError,
                ZeroDivisionError,
                OverflowError,
            } == builtin_kinds(ours) & {TypeError, ValueError, IndexError, ZeroDivisionError, OverflowError}:
                return None
            return (
                f"{call}: numpy {type(real).__name__}: {str(real)[:150]}; here {type(ours).__name__}: {str(ours)[:150]}"
            )
        if isinstance(real, numpy.linalg.LinAlgError) and any(
            word in str(real) for word in ("Singular", "converge", "positive definite")
        ):
            return None  # for the elements of a matrix
        if isinstance(real, data_dependent) or _is_of_elements(call, real):
            return None
        return f"{call}: numpy {type(real).__name__}: {str(real)[:200]}; here {form_of(ours)}"
    if isinstance(ours, Exception):
        return f"{call}: numpy gives {form_of(real)}; here {type(ours).__name__}: {str(ours)[:200]}"
    found = compare(real, ours)
    return None if found is None else f"{call}: {found}"


def _is_of_elements(call: Call, error: Exception) -> bool:
    """Whether numpy refuses for elements that the stand-in was not told."""
    if any(".unsized(" in part.text for part in (*call.args, *call.kwargs.values())):
        return True
    unknown = any(".forget()" in part.text for part in (*call.args, *call.kwargs.values()))
    return unknown and isinstance(
        error, (ValueError, IndexError, ZeroDivisionError, OverflowError, numpy.linalg.LinAlgError)
    )


def form_of(value: Any) -> str:
    if isinstance(value, (tuple, list)):
        return f"[{', '.join(map(form_of, value))}]"
    if isinstance(value, (numpy.ndarray, numpy.generic)):
        return f"{type(value).__name__}{value.shape} {value.dtype}"
    if type(value) is Unknown:
        return f"unknown {kind_of(value)}"
    return f"{type(value).__name__}{getattr(value, 'shape', '')} {getattr(value, 'dtype', value)}"


def compare(real: Any, ours: Any) -> str | None:
    """Shape, element type, whether it is an array or a scalar, the layout, and the elements that are known."""
    if type(ours) is Unknown and kind_of(ours) is None:
        return None
    if isinstance(real, (tuple, list)) and not isinstance(ours, (tuple, list)):
        return f"numpy gives {form_of(real)}; here {form_of(ours)}"
    if isinstance(real, (tuple, list)):
        if len(real) != len(ours):
            return f"numpy gives {len(real)} results, here {len(ours)}"
        return next((found for a, b in zip(real, ours) if (found := compare(a, b)) is not None), None)
    if isinstance(real, (numpy.ndarray, numpy.generic)):
        return _compare_arrays(real, ours)
    if type(ours) is Unknown:
        return None if type(real) is kind_of(ours) else f"numpy gives a {type(real).__name__}, here {kind_of(ours)}"
    if isinstance(real, (tuple, list)) and any(type(n) is Unknown for n in ours):
        return None
    if isinstance(real, (bool, int, float, complex, str, type(None))):
        same = type(real) is type(ours) and (real == ours or (real != real and ours != ours) or close(real, ours))
        return None if same else f"numpy gives {real!r}, here {ours!r}"
    if isinstance(real, numpy.dtype):
        return (
            None
            if ours.name == real.name
            and ours.kind == real.kind
            and ours.itemsize == real.itemsize
            and ours.char == real.char
            else f"numpy gives {real!r}, here {ours!r}"
        )
    return None


def _compare_arrays(real: Any, ours: Any) -> str | None:
    kind: Any = kind_of(ours)
    is_array = type(ours).__name__ in ("ndarray",) and hasattr(ours, "_tensor")
    if isinstance(real, numpy.ndarray) != is_array:
        return f"numpy gives {form_of(real)}; here {form_of(ours)}"
    if not is_array:
        named = (
            ours.dtype.name
            if type(ours) is not Unknown
            else kind.tensor_dtype.name
            if hasattr(kind, "tensor_dtype")
            else kind.__name__
        )
        if named != real.dtype.name and not (isinstance(real, numpy.str_) and isinstance(ours, str)):
            return f"numpy gives {form_of(real)}; here {named}"
        if type(ours) is not Unknown and not _same(real.item(), ours.item()):
            return f"numpy gives {real!r}; here {ours!r}"
        return None
    tensor = ours._tensor
    if len(tensor.shape) != real.ndim or any(
        type(n) is not Unknown and n != m for n, m in zip(tensor.shape, real.shape)
    ):
        return f"numpy gives {form_of(real)}; here {tuple(tensor.shape)}"
    candidates = getattr(tensor.dtype, "candidates", (tensor.dtype,))
    if isinstance(tensor.dtype, dtypes.UnknownDType):
        if real.dtype.name not in [c.name for c in candidates]:
            return f"numpy gives {form_of(real)}; here one of {[c.name for c in candidates]}"
    elif ours.dtype.name != real.dtype.name and tensor.dtype.name != "str":
        return f"numpy gives {form_of(real)}; here {ours.dtype.name}"
    if real.size and real.itemsize:
        steps = tensor.stride() if all(type(n) is int for n in tensor.shape) else [Unknown("a stride", int)] * real.ndim
        for d, (size, step) in enumerate(zip(real.shape, steps)):
            if size > 1 and type(step) is not Unknown and step * real.itemsize != real.strides[d]:
                return f"numpy's strides are {real.strides} of {real.itemsize} bytes; here {tensor.stride()}"
    values = tensor.values
    if values is not None and not (values and type(values[0]) is Unknown) and len(values) == real.size:
        for a, b in zip(real.ravel().tolist(), values):
            if not _same(a, b):
                return f"numpy's elements are {real.ravel().tolist()}; here {list(values)}"
    elif values is not None and len(values) != real.size and not (values and type(values[0]) is Unknown):
        return f"numpy has {real.size} elements; here {len(values)}"
    return None


def close(a: Any, b: Any) -> bool:
    return (
        isinstance(a, (float, complex)) and isinstance(b, (float, complex)) and abs(a - b) <= 1e-3 * max(abs(a), 1e-2)
    )


def _same(a: Any, b: Any) -> bool:
    if type(b) is Unknown:
        return True
    return bool(a == b) or (a != a and b != b) or close(a, b)
