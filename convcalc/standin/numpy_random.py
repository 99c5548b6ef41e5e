"""`numpy.random`: of what is drawn, the shape and the type are known.

The functions of the module are those of a `RandomState`; a `Generator` has some of them under other names. Without a size they answer one
number: Python's own, unless a type of numpy's is asked for.
"""

from __future__ import annotations

from convcalc.tensor import Size, Tensor, Unknown, UnknownValue, dtypes, make
from convcalc.tensor.dtypes import DType
from convcalc.tensor.unknown import kind_of
from convcalc.tensor.values import overwrite

from .numpy_arrays import ndarray, wrapped
from .numpy_rules.registry import NotModelled, answering
from .numpy_types import element_of, is_other

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

ANY, NOT_NEGATIVE, POSITIVE, PROBABILITY = "any", "not negative", "positive", "probability"
NEEDED = object()
# distribution: the type of what is drawn, and its parameters with their defaults and the values that they may have
_DISTRIBUTIONS: dict[str, tuple[Any, tuple[tuple[str, Any, str], ...]]] = {
    "standard_cauchy": (float, ()),
    **dict.fromkeys(("exponential", "rayleigh"), (float, (("scale", 1.0, NOT_NEGATIVE),))),
    **dict.fromkeys(("weibull", "pareto", "power"), (float, (("a", NEEDED, POSITIVE),))),
    **dict.fromkeys(("chisquare", "standard_t"), (float, (("df", NEEDED, POSITIVE),))),
    "uniform": (float, (("low", 0.0, ANY), ("high", 1.0, ANY))),
    **dict.fromkeys(("normal", "laplace", "logistic", "gumbel"), (float, (("loc", 0.0, ANY), ("scale", 1.0, NOT_NEGATIVE)))),
    "lognormal": (float, (("mean", 0.0, ANY), ("sigma", 1.0, NOT_NEGATIVE))), "beta": (float, (("a", NEEDED, POSITIVE), ("b", NEEDED, POSITIVE))),
    "gamma": (float, (("shape", NEEDED, POSITIVE), ("scale", 1.0, NOT_NEGATIVE))), "f": (float, (("dfnum", NEEDED, POSITIVE), ("dfden", NEEDED, POSITIVE))),
    "vonmises": (float, (("mu", NEEDED, ANY), ("kappa", NEEDED, NOT_NEGATIVE))), "wald": (float, (("mean", NEEDED, POSITIVE), ("scale", NEEDED, POSITIVE))),
    "noncentral_chisquare": (float, (("df", NEEDED, POSITIVE), ("nonc", NEEDED, NOT_NEGATIVE))),
    "noncentral_f": (float, (("dfnum", NEEDED, POSITIVE), ("dfden", NEEDED, POSITIVE), ("nonc", NEEDED, NOT_NEGATIVE))),
    "triangular": (float, (("left", NEEDED, ANY), ("mode", NEEDED, ANY), ("right", NEEDED, ANY))), "poisson": (int, (("lam", 1.0, NOT_NEGATIVE),)),
    "geometric": (int, (("p", NEEDED, PROBABILITY),)), "logseries": (int, (("p", NEEDED, PROBABILITY),)), "zipf": (int, (("a", NEEDED, POSITIVE),)),
    "binomial": (int, (("n", NEEDED, NOT_NEGATIVE), ("p", NEEDED, PROBABILITY))), "negative_binomial": (int, (("n", NEEDED, POSITIVE), ("p", NEEDED, PROBABILITY))),
    "hypergeometric": (int, (("ngood", NEEDED, NOT_NEGATIVE), ("nbad", NEEDED, NOT_NEGATIVE), ("nsample", NEEDED, POSITIVE))),
}  # fmt: skip
_CHECKED = frozenset(
    ("triangular", "hypergeometric", "zipf")
)  # of which parameters that do not go together are refused


def sizes_of(size: Any) -> Size:
    """A size given as a number, or as several."""
    from .numpy_rules.operands import sizes_of

    return sizes_of(size)


def drawn(name: str, size: Any, kind: Any, dtype: Any = None) -> Any:
    """As many numbers as are asked for; one where there is no size."""
    element: DType = dtypes.int64 if kind is int else dtypes.float64
    if dtype is not None:
        element = element_of(dtype)
        if is_other(element):
            raise NotModelled
    if size is None:
        return Unknown(f"numpy.random.{name}(...)", kind) if dtype in (None, int, float) else wrapped(make((), element))
    if type(size) is Unknown and kind_of(size) is None:
        raise UnknownValue(f"numpy.random.{name}(...)")
    return ndarray(make(sizes_of(size), element))


def _within(value: Any, bounds: str) -> bool:
    """Whether a parameter may have a value, where it is a number that is known."""
    if type(value) not in (int, float, bool):
        return True
    if bounds == ANY:
        return bool(abs(value) < 1e300)
    return bool(value > 0 if bounds == POSITIVE else 0 < value < 1 if bounds == PROBABILITY else value >= 0)


def _parameter_shape(values: list[Any]) -> Any:
    """The common shape of parameters; None where all of them are numbers."""
    from .numpy_rules import operands as of

    held = [of.tensor_of(x) for x in values if x.__class__ not in (int, float, bool)]
    if any(t.dtype.category == dtypes.COMPLEX for t in held):
        raise NotModelled
    shapes = [t.shape for t in held if t.ndim]
    return of.broadcast(shapes) if shapes else None


def _sized(name: str, size: Any, kind: Any, shape: Any, element: DType | None = None) -> Any:
    """What is drawn with parameters of a shape: ValueError where the size is not one that they are spread to."""
    if shape is None:
        return drawn(name, size, kind, element and _named(element))
    if size is not None:
        from .numpy_rules.operands import broadcast

        wanted = sizes_of(size)
        if len(broadcast([wanted, shape])) != len(wanted) or any(
            type(a) is int and type(b) is int and a != b for a, b in zip(broadcast([wanted, shape]), wanted)
        ):
            raise ValueError(
                f"Output size {tuple(wanted)} is not compatible with broadcast dimensions of inputs {tuple(shape)}."
            )
        shape = wanted
    return ndarray(make(shape, element or (dtypes.int64 if kind is int else dtypes.float64)))


def _named(element: DType) -> Any:
    from .numpy_types import of_element

    return of_element(element)


def _bound(
    name: str, parameters: Any, args: Any, named: dict[str, Any], more: tuple[str, ...] = ("size",)
) -> tuple[list[Any], dict[str, Any]]:
    """The values of the parameters, and of what comes after them."""
    names = [parameter for parameter, _, _ in parameters] + list(more)
    if len(args) > len(names):
        raise TypeError(f"{name}() takes at most {len(names)} positional arguments ({len(args)} given)")
    given = dict(zip(names, args))
    for key, value in named.items():
        if key in given or key not in names:
            raise TypeError(f"{name}() got an unexpected keyword argument '{key}'")
        given[key] = value
    values = []
    for parameter, default, _ in parameters:
        value = given.pop(parameter, default)
        if value is NEEDED:
            raise TypeError(f"{name}() takes at least 1 positional argument (0 given)")
        values.append(value)
    return values, given


def _distribution(name: str, kind: Any, parameters: Any) -> Any:
    def draw(self: Any, *args: Any, **named: Any) -> Any:
        values, rest = _bound(name, parameters, args, named)
        for value, (_, _, bounds) in zip(values, parameters):
            if not _within(value, bounds):
                raise NotModelled
        if name in _CHECKED or (name == "uniform" and isinstance(self, Generator)):
            _check_together(name, values)
        return _sized(name, rest.get("size"), kind, _parameter_shape(values))

    answer = answering(f"numpy.random.{name}", draw)

    def method(self: Any, *args: Any, **named: Any) -> Any:
        return answer(self, *args, **named)

    method.__name__ = name
    return method


def _check_together(name: str, values: list[Any]) -> None:
    """Leaves open what numpy refuses of parameters that do not go together."""
    if not all(type(value) in (int, float) for value in values):
        if name == "uniform" and not all(isinstance(value, ndarray) for value in values):
            if all(type(value) is Unknown or type(value) in (int, float) for value in values):
                return
        raise NotModelled
    if name == "uniform":
        good = values[0] <= values[1]
    elif name == "triangular":
        good = values[0] <= values[1] <= values[2] and values[0] < values[2]
    elif name == "zipf":
        good = values[0] > 1
    else:
        good = values[0] + values[1] >= values[2]
    if not good:
        raise NotModelled


def _method(function: Any) -> Any:
    """A method that answers with an unknown where the rule does not know."""
    answer = answering(f"numpy.random.{function.__name__}", function)

    def method(self: Any, *args: Any, **named: Any) -> Any:
        return answer(self, *args, **named)

    method.__name__ = function.__name__
    return method


class _Source:
    """What a `RandomState` and a `Generator` have in common."""

    __module__ = "numpy.random"

    def __init__(self, seed: Any = None) -> None:
        pass

    @_method
    def choice(
        self: Any, a: Any, size: Any = None, replace: Any = True, p: Any = None, axis: Any = 0, shuffle: Any = True
    ) -> Any:
        """So many of a population: of whole numbers up to one, or of the elements of an array."""
        from .numpy_rules import operands as of

        if a.__class__ is int:
            if type(a) is int and a <= 0:
                if size is not None and (
                    type(size) is Unknown or any(type(n) is not int or n == 0 for n in sizes_of(size))
                ):
                    raise NotModelled
                raise ValueError("a must be a positive integer unless no samples are taken")
            count: Any = a
            rest: tuple[Any, ...] = ()
            element: DType = dtypes.int64
        else:
            population = of.tensor_of(a, other=True)
            if not population.ndim:
                raise NotModelled
            if population.ndim > 1 and not isinstance(self, Generator):
                raise ValueError("a must be 1-dimensional")
            at = of.axis_of(axis, population.ndim)
            count, element = population.shape[at], population.dtype
            rest = (*population.shape[:at], *population.shape[at + 1 :])
            if at:
                rest = ()
                if size is None:
                    return wrapped(make([n for d, n in enumerate(population.shape) if d != at], element))
                sizes = sizes_of(size)
                return ndarray(make((*population.shape[:at], *sizes, *population.shape[at + 1 :]), element))
        total = 1 if size is None else of.count_of(sizes_of(size))
        if type(count) is int and count == 0 and not (type(total) is int and total == 0):
            raise ValueError("'a' cannot be empty unless no samples are taken")
        if p is not None:
            weights = of.tensor_of(p)
            if weights.ndim != 1:
                raise ValueError("'p' must be 1-dimensional")
            if type(weights.shape[0]) is int and type(count) is int and weights.shape[0] != count:
                raise ValueError("'a' and 'p' must have same size")
        if type(replace) is not Unknown and not replace and type(count) is int and type(total) is int and total > count:
            raise ValueError("Cannot take a larger sample than population when 'replace=False'")
        if size is None:
            if a.__class__ is int:
                found = drawn("choice", None, int)
                if type(count) is int:
                    from convcalc.tensor.sums import note_bounds

                    note_bounds(found, 0, count - 1)
                return found
            return wrapped(make(rest, element))
        return ndarray(make((*sizes_of(size), *rest), element))

    @_method
    def permutation(self: Any, x: Any, axis: Any = 0) -> Any:
        from .numpy_rules import operands as of

        if x.__class__ is int or (not isinstance(x, ndarray) and hasattr(kind_of(x), "__index__")):
            count = of.whole(x)
            if type(count) is int and count < 0:
                count = 0
            if type(x) is not int and type(x) is not Unknown:
                raise NotModelled
            return ndarray(make((count,), dtypes.int64))
        held = of.tensor_of(x, other=True)
        if not held.ndim and isinstance(self, Generator):
            of.axis_of(axis, 0)
        if not held.ndim:
            raise IndexError("x must be an integer or at least 1-dimensional")
        of.axis_of(axis, held.ndim)
        return ndarray(make(held.shape, held.dtype, of.layout(held.shape, held)))

    def shuffle(self, x: Any, axis: int = 0) -> None:
        """The elements change their places, and nobody knows which to which."""
        if type(x) is ndarray or isinstance(x, Tensor):
            overwrite(x._tensor if type(x) is ndarray else x)

    @_method
    def multivariate_normal(self: Any, mean: Any, cov: Any, size: Any = None, *args: Any, **kwargs: Any) -> Any:
        from .numpy_rules import operands as of

        middle, spread = of.tensor_of(mean), of.tensor_of(cov)
        if middle.ndim != 1:
            raise ValueError("mean must be 1 dimensional")
        if spread.ndim != 2 or any(
            type(n) is int and type(m) is int and n != m for n, m in zip(spread.shape, spread.shape[::-1])
        ):
            raise ValueError("cov must be 2 dimensional and square")
        if type(middle.shape[0]) is int and type(spread.shape[0]) is int and middle.shape[0] != spread.shape[0]:
            raise ValueError("mean and cov must have same length")
        return ndarray(make((*(sizes_of(size) if size is not None else ()), *middle.shape), dtypes.float64))

    @_method
    def dirichlet(self: Any, alpha: Any, size: Any = None) -> Any:
        from .numpy_rules import operands as of

        held = of.tensor_of(alpha)
        values = of.values_of(held)
        if (
            held.ndim != 1
            or held.dtype.category == dtypes.COMPLEX
            or values is None
            or any(v <= 0 for v in values)
            or not values
        ):
            raise NotModelled
        return ndarray(make((*(sizes_of(size) if size is not None else ()), *held.shape), dtypes.float64))

    @_method
    def multinomial(self: Any, n: Any, pvals: Any, size: Any = None) -> Any:
        from .numpy_rules import operands as of

        held = of.tensor_of(pvals)
        values = of.values_of(held)
        if (
            n.__class__ is not int
            or (type(n) is int and n < 0)
            or held.ndim != 1
            or held.dtype.category > dtypes.FLOATING
        ):
            raise NotModelled
        if values is None or not values or any(not 0 <= v <= 1 for v in values) or sum(values[:-1]) > 1.0:
            raise NotModelled
        return ndarray(make((*(sizes_of(size) if size is not None else ()), *held.shape), dtypes.int64))

    def bytes(self, length: Any) -> Any:
        return Unknown("numpy.random.bytes(...)", bytes)


for _name, _row in _DISTRIBUTIONS.items():
    setattr(_Source, _name, _distribution(_name, *_row))


class RandomState(_Source):
    """`numpy.random.RandomState`, whose methods are the functions of the module too."""

    @_method
    def rand(self: Any, *size: Any) -> Any:
        return drawn("rand", size or None, float)

    @_method
    def randn(self: Any, *size: Any) -> Any:
        return drawn("randn", size or None, float)

    @_method
    def randint(self: Any, low: Any, high: Any = None, size: Any = None, dtype: Any = int) -> Any:
        return _whole_numbers("randint", low, high, size, dtype, False)

    @_method
    def random_integers(self: Any, low: Any, high: Any = None, size: Any = None) -> Any:
        if not all(x is None or x.__class__ is int for x in (low, high)) or (
            type(low) is int and low < 1 and high is None
        ):
            raise NotModelled
        return wrapped(make((), dtypes.int64)) if size is None else drawn("random_integers", size, int)

    @_method
    def random_sample(self: Any, size: Any = None) -> Any:
        return drawn("random_sample", size, float)

    random = random_sample

    @_method
    def standard_normal(self: Any, size: Any = None) -> Any:
        return drawn("standard_normal", size, float)

    @_method
    def standard_exponential(self: Any, size: Any = None) -> Any:
        return drawn("standard_exponential", size, float)

    @_method
    def standard_gamma(self: Any, shape: Any, size: Any = None) -> Any:
        if not _within(shape, NOT_NEGATIVE):
            raise NotModelled
        return _sized("standard_gamma", size, float, _parameter_shape([shape]))

    def seed(self, seed: Any = None) -> None:
        if type(seed) is int and not 0 <= seed < 1 << 32:
            raise ValueError("Seed must be between 0 and 2**32 - 1")

    def get_state(self, legacy: bool = True) -> Any:
        return Unknown("numpy.random.get_state()")

    def set_state(self, state: Any) -> None:
        pass


def _whole_numbers(name: str, low: Any, high: Any, size: Any, dtype: Any, endpoint: bool) -> Any:
    """Whole numbers from low on, below high (or up to it)."""
    element = dtypes.int64 if dtype is int else element_of(dtype)
    if is_other(element) or element.category > dtypes.INTEGER:
        raise TypeError(f"Unsupported dtype {dtype!r} for {name}")
    bounds = [low] if high is None else [low, high]
    for x in bounds:
        if x.__class__ is float:
            raise NotModelled
    if not all(x.__class__ is int for x in bounds):
        from .numpy_rules import operands as of

        held = [of.tensor_of(x) for x in bounds]
        if any(t.dtype.category != dtypes.INTEGER for t in held):
            raise NotModelled
        edges = [of.values_of(t) for t in held]
        if len(edges) == 1:
            edges.insert(0, [0])
        if edges[0] and edges[1] and (max(edges[0]) >= min(edges[1]) or min(edges[0]) < 0 or max(edges[1]) > 127):
            raise NotModelled
    least, most = (0, low) if high is None else (low, high)
    if type(least) is int and type(most) is int:
        last = most if endpoint else most - 1
        if last < least:
            if size is None or (type(size) is not Unknown and all(type(n) is int and n for n in sizes_of(size))):
                raise ValueError("low >= high" if not endpoint else "low > high")
            raise NotModelled
        width = 1 if element is dtypes.bool_ else element.itemsize * 8
        smallest = -(1 << (width - 1)) if element.is_signed and width > 1 else 0
        if (least < smallest or last >= smallest + (1 << width)) and size is not None:
            if type(size) is Unknown or any(type(n) is not int or n == 0 for n in sizes_of(size)):
                raise NotModelled
        if least < smallest or last >= smallest + (1 << width):
            raise ValueError(f"{'low' if least < smallest else 'high'} is out of bounds for {element.name}")
    shape = _parameter_shape(bounds)
    if shape is not None or size is not None:
        return _sized(name, size, int, shape, element)
    if dtype is int or (dtype is bool):
        found = Unknown(f"numpy.random.{name}(...)", bool if dtype is bool else int)
    elif name == "integers" and dtype is None:
        found = wrapped(make((), dtypes.int64))
    else:
        return wrapped(make((), element))
    if kind_of(found) is int:
        from convcalc.tensor.sums import note_bounds

        note_bounds(found, least, most if endpoint else most - 1)
    return found


def _of_floats(name: str, size: Any, dtype: Any, out: Any) -> Any:
    """Floats of a type that is asked for: double or single."""
    if out is not None:
        raise NotModelled
    element = element_of(dtype)
    if element not in (dtypes.float32, dtypes.float64):
        raise TypeError(f"Unsupported dtype {dtype!r} for {name}")
    if size is None:
        return Unknown(f"numpy.random.{name}(...)", float)
    return drawn(name, size, float, dtype)


class Generator(_Source):
    """`numpy.random.Generator`."""

    @_method
    def integers(
        self: Any, low: Any, high: Any = None, size: Any = None, dtype: Any = "int64", endpoint: Any = False
    ) -> Any:
        if type(endpoint) is Unknown:
            raise NotModelled
        return _whole_numbers("integers", low, high, size, dtype, bool(endpoint))

    @_method
    def random(self: Any, size: Any = None, dtype: Any = float, out: Any = None) -> Any:
        return _of_floats("random", size, dtype, out)

    @_method
    def standard_normal(self: Any, size: Any = None, dtype: Any = float, out: Any = None) -> Any:
        return _of_floats("standard_normal", size, dtype, out)

    @_method
    def standard_exponential(
        self: Any, size: Any = None, dtype: Any = float, method: Any = "zig", out: Any = None
    ) -> Any:
        return _of_floats("standard_exponential", size, dtype, out)

    @_method
    def standard_gamma(self: Any, shape: Any, size: Any = None, dtype: Any = float, out: Any = None) -> Any:
        if out is not None or not _within(shape, NOT_NEGATIVE):
            raise NotModelled
        element = element_of(dtype)
        if element not in (dtypes.float32, dtypes.float64):
            raise TypeError(f"Unsupported dtype {dtype!r} for standard_gamma")
        kept = _parameter_shape([shape])
        if kept is None:
            return _of_floats("standard_gamma", size, dtype, None)
        return _sized("standard_gamma", size, float, kept, element)

    @_method
    def permuted(self: Any, x: Any, *, axis: Any = None, out: Any = None) -> Any:
        from .numpy_rules import operands as of

        held = of.tensor_of(x)
        if out is not None or not held.ndim:
            raise NotModelled
        if axis is not None:
            of.axis_of(axis, held.ndim)
        return ndarray(make(held.shape, held.dtype, of.layout(held.shape, held)))

    def spawn(self, n_children: int) -> Any:
        return [Generator() for _ in range(n_children)]

    @property
    def bit_generator(self) -> Any:
        return Unknown("Generator.bit_generator")

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(f"'numpy.random._generator.Generator' object has no attribute '{name}'")


def default_rng(seed: Any = None) -> Generator:
    return seed if isinstance(seed, Generator) else Generator(seed)


class BitGenerator:
    """What numbers are made of: nobody asks it here."""

    __module__ = "numpy.random"

    def __init__(self, seed: Any = None, *args: Any, **kwargs: Any) -> None:
        pass

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return Unknown(f"numpy.random.BitGenerator.{name}")


_module = RandomState()
RANDOM: dict[str, Any] = {
    **{name: getattr(_module, name) for name in dir(RandomState) if not name.startswith("_")},
    "ranf": _module.random_sample, "sample": _module.random_sample, "RandomState": RandomState, "Generator": Generator, "default_rng": default_rng,
    **{name: type(name, (BitGenerator,), {"__module__": "numpy.random"}) for name in "MT19937 PCG64 PCG64DXSM Philox SFC64 SeedSequence".split()},
    "BitGenerator": BitGenerator,
}  # fmt: skip

STANDS_FOR = {"numpy.random": RANDOM}
