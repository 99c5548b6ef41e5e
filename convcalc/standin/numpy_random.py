"""`numpy.random`: of what is drawn, the shape and the type are known.

The functions of the module are those of a `RandomState`; a `Generator` has some of them under other names. Without a size they answer one
number: Python's own, unless a type of numpy's is asked for.
"""

from __future__ import annotations

from convcalc.tensor import Size, Tensor, Unknown, dtypes, make
from convcalc.tensor.dtypes import DType
from convcalc.tensor.unknown import index_of, kind_of
from convcalc.tensor.values import overwrite

from .numpy_arrays import asarray, ndarray, wrapped
from .numpy_types import element_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

# distribution: the type of what is drawn, and how many parameters stand before the size
_DISTRIBUTIONS: dict[str, tuple[Any, int]] = {
    **dict.fromkeys("random random_sample ranf sample standard_normal standard_exponential standard_cauchy".split(), (float, 0)),
    **dict.fromkeys("exponential rayleigh standard_gamma standard_t weibull power pareto chisquare".split(), (float, 1)),
    **dict.fromkeys("uniform normal beta gamma laplace logistic lognormal gumbel f vonmises wald".split(), (float, 2)),
    "triangular": (float, 3), "poisson": (int, 1), "geometric": (int, 1), "binomial": (int, 2), "negative_binomial": (int, 2),
}  # fmt: skip


def drawn(name: str, size: Any, kind: Any, dtype: Any = None) -> Any:
    """As many numbers as are asked for; one where there is no size."""
    element: DType = dtypes.int64 if kind is int else dtypes.float64
    if dtype is not None:
        element = element_of(dtype)
    if size is None:
        return Unknown(f"numpy.random.{name}(...)", kind) if dtype in (None, int, float) else wrapped(make((), element))
    if type(size) is Unknown and kind_of(size) is None:
        return Unknown(f"numpy.random.{name}(...)")
    return ndarray(make(sizes_of(size), element))


def sizes_of(size: Any) -> Size:
    """A size given as a number, or as several."""
    if isinstance(size, (tuple, list, ndarray)):
        return Size([_whole(s) for s in size])
    return Size([_whole(size)])


def _whole(size: Any) -> Any:
    if isinstance(size, float) or not hasattr(size.__class__, "__index__"):
        raise TypeError(f"'{size.__class__.__name__}' object cannot be interpreted as an integer")
    return size if size.__class__ is int else index_of(size)


def _distribution(name: str, kind: Any, parameters: int) -> Any:
    def draw(self: Any, *args: Any, size: Any = None, dtype: Any = None, **named: Any) -> Any:
        if len(args) > parameters:
            size = args[parameters]
        shapes = [
            asarray(x) for x in (*args[:parameters], *named.values()) if isinstance(x, (ndarray, Tensor, list, tuple))
        ]
        if size is None and shapes:
            known = [x for x in shapes if type(x) is ndarray]
            size = known[0].shape if len(known) == 1 else Unknown("the shape of a distribution's parameters")
        return drawn(name, size, kind, dtype)

    draw.__name__ = name
    return draw


class _Source:
    """What a `RandomState` and a `Generator` have in common."""

    def __init__(self, seed: Any = None) -> None:
        pass

    def choice(self, a: Any, size: Any = None, replace: Any = True, p: Any = None, axis: int = 0, shuffle: bool = True) -> Any:  # fmt: skip
        if isinstance(a, int) or (type(a) is Unknown and kind_of(a) is int):
            return drawn("choice", size, int)
        population = asarray(a)
        if type(population) is Unknown:
            return Unknown("numpy.random.choice(...)")
        rest = population.shape[1:]
        if size is None:
            return wrapped(make(rest, population._tensor.dtype))
        if type(size) is Unknown and kind_of(size) is None:
            return Unknown("numpy.random.choice(...)")
        return ndarray(make((*sizes_of(size), *rest), population._tensor.dtype))

    def permutation(self, x: Any, axis: int = 0) -> Any:
        if isinstance(x, int) or (type(x) is Unknown and kind_of(x) is int):
            return ndarray(make((x,), dtypes.int64))
        made = asarray(x)
        return Unknown("numpy.random.permutation(...)") if type(made) is Unknown else ndarray(make(made.shape, made._tensor.dtype))  # fmt: skip

    def shuffle(self, x: Any, axis: int = 0) -> None:
        """The elements change their places, and nobody knows which to which."""
        if type(x) is ndarray or isinstance(x, Tensor):
            overwrite(x._tensor if type(x) is ndarray else x)

    def multivariate_normal(self, mean: Any, cov: Any, size: Any = None, *args: Any, **kwargs: Any) -> Any:
        middle = asarray(mean)
        if type(middle) is Unknown:
            return Unknown("numpy.random.multivariate_normal(...)")
        return ndarray(make((*(sizes_of(size) if size is not None else ()), *middle.shape), dtypes.float64))

    def dirichlet(self, alpha: Any, size: Any = None) -> Any:
        return self.multivariate_normal(alpha, None, size)

    def multinomial(self, n: Any, pvals: Any, size: Any = None) -> Any:
        made = self.multivariate_normal(pvals, None, size)
        return made if type(made) is Unknown else ndarray(make(made.shape, dtypes.int64))

    def bytes(self, length: Any) -> Any:
        return Unknown("numpy.random.bytes(...)")


for _name, _row in _DISTRIBUTIONS.items():
    setattr(_Source, _name, _distribution(_name, *_row))


class RandomState(_Source):
    """`numpy.random.RandomState`, whose methods are the functions of the module too."""

    def rand(self, *size: Any) -> Any:
        return drawn("rand", size or None, float)

    def randn(self, *size: Any) -> Any:
        return drawn("randn", size or None, float)

    def randint(self, low: Any, high: Any = None, size: Any = None, dtype: Any = int) -> Any:
        found = drawn("randint", size, int, None if dtype is int else dtype)
        if type(found) is Unknown and kind_of(found) is int:
            from convcalc.tensor.sums import note_bounds

            note_bounds(found, *((0, low - 1) if high is None else (low, high - 1)))
        return found

    def random_integers(self, low: Any, high: Any = None, size: Any = None) -> Any:
        return drawn("random_integers", size, int)

    def seed(self, seed: Any = None) -> None:
        pass

    def get_state(self, legacy: bool = True) -> Any:
        return Unknown("numpy.random.get_state()")

    def set_state(self, state: Any) -> None:
        pass


class Generator(_Source):
    """`numpy.random.Generator`."""

    def integers(self, low: Any, high: Any = None, size: Any = None, dtype: Any = "int64", endpoint: bool = False) -> Any:  # fmt: skip
        return drawn("integers", size, int, dtype)

    def permuted(self, x: Any, *, axis: Any = None, out: Any = None) -> Any:
        return self.permutation(x)

    def spawn(self, n_children: int) -> Any:
        return [Generator() for _ in range(n_children)]

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(f"'numpy.random._generator.Generator' object has no attribute '{name}'")


def default_rng(seed: Any = None) -> Generator:
    return Generator(seed)


_module = RandomState()
RANDOM: dict[str, Any] = {
    **{name: getattr(_module, name) for name in dir(RandomState) if not name.startswith("_")},
    "RandomState": RandomState, "Generator": Generator, "default_rng": default_rng,
}  # fmt: skip

STANDS_FOR = {"numpy.random": RANDOM}
