"""`torch.distributions` beside PyTorch: every family with all that it has, on batches of any shape; transforms, mixtures, divergences, refusals."""

from __future__ import annotations

import itertools
import pathlib
import warnings
from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

import convcalc.standin
from convcalc.dim import Conditions, symbol
from convcalc.standin import find_module
from convcalc.tensor import Tensor, Unknown, dtype_of, make
from convcalc.trace import Recorder

REAL: Any = torch.distributions
OURS: Any = find_module("torch.distributions")

# How each family is built: its parameters, each as long as an event; a word says of what kind.
FAMILIES: dict[str, dict[str, str]] = {
    "Normal": {"loc": "real", "scale": "positive"}, "Laplace": {"loc": "real", "scale": "positive"}, "Cauchy": {"loc": "real", "scale": "positive"},
    "Gumbel": {"loc": "real", "scale": "positive"}, "LogNormal": {"loc": "real", "scale": "positive"}, "Uniform": {"low": "negative", "high": "positive"},
    "Exponential": {"rate": "positive"}, "Gamma": {"concentration": "positive", "rate": "positive"}, "Chi2": {"df": "positive"},
    "InverseGamma": {"concentration": "positive", "rate": "positive"}, "Beta": {"concentration1": "positive", "concentration0": "positive"},
    "Kumaraswamy": {"concentration1": "positive", "concentration0": "positive"}, "StudentT": {"df": "positive", "loc": "real", "scale": "positive"},
    "FisherSnedecor": {"df1": "positive", "df2": "positive"}, "HalfNormal": {"scale": "positive"}, "HalfCauchy": {"scale": "positive"},
    "Pareto": {"scale": "positive", "alpha": "positive"}, "Weibull": {"scale": "positive", "concentration": "positive"},
    "GeneralizedPareto": {"loc": "real", "scale": "positive", "concentration": "positive"}, "VonMises": {"loc": "real", "concentration": "positive"},
    "Poisson": {"rate": "positive"}, "Bernoulli": {"probs": "part"}, "Geometric": {"probs": "part"}, "ContinuousBernoulli": {"probs": "part"},
    "Binomial": {"total_count": "three", "probs": "part"}, "NegativeBinomial": {"total_count": "three", "probs": "part"},
    "RelaxedBernoulli": {"temperature": "heat", "probs": "part"}, "Categorical": {"probs": "vector"}, "OneHotCategorical": {"probs": "vector"},
    "OneHotCategoricalStraightThrough": {"probs": "vector"}, "Multinomial": {"total_count": "three", "probs": "vector"}, "Dirichlet": {"concentration": "vector"},
    "RelaxedOneHotCategorical": {"temperature": "heat", "probs": "vector"}, "LogisticNormal": {"loc": "vector", "scale": "vector"},
    "MultivariateNormal": {"loc": "vector", "covariance_matrix": "matrix"}, "Wishart": {"df": "four", "covariance_matrix": "matrix"},
    "LowRankMultivariateNormal": {"loc": "vector", "cov_factor": "tall", "cov_diag": "vector"}, "LKJCholesky": {"dim": "three", "concentration": "positive"},
}  # fmt: skip
LOGITS = {
    name: {("logits" if key == "probs" else key): kind for key, kind in row.items()}
    for name, row in FAMILIES.items()
    if "probs" in row
}
MATRICES = {"MultivariateNormal": "scale_tril precision_matrix", "Wishart": "scale_tril precision_matrix"}
COMPOSED = "Independent MixtureSameFamily TransformedDistribution Distribution ExponentialFamily".split()
READ = "batch_shape event_shape has_rsample has_enumerate_support mean mode variance stddev param_shape".split()
CALLED = "sample rsample entropy perplexity enumerate_support".split()
EVENTS = {"vector": (3,), "matrix": (3, 3), "tall": (3, 2)}


def parameter(kind: str, batch: tuple[int, ...], dtype: torch.dtype, grad: bool) -> Any:
    """A parameter in PyTorch."""
    if kind == "three":
        return 3
    if kind == "four":
        return 4.0
    if kind == "heat":
        return torch.tensor(0.5, dtype=dtype)
    shape = batch + EVENTS.get(kind, ())
    if kind == "matrix":
        made = torch.eye(3, dtype=dtype).expand(shape).clone()
    else:
        made = torch.rand(shape).to(dtype) * 0.5 + 0.25
        made = -made if kind == "negative" else made
    return made.requires_grad_(grad)


def ours(value: Any) -> Any:
    """The same in shapes only."""
    if not isinstance(value, torch.Tensor):
        return value
    made = make(tuple(value.shape), dtype_of(str(value.dtype)))
    if not value.is_contiguous():
        made = make(tuple(value.shape), dtype_of(str(value.dtype)), tuple(value.stride()))
    made._grad = value.requires_grad or None
    return made


def form(value: Any) -> Any:
    """What can be compared: shapes, types, strides and flags of tensors; of an error its class."""
    if isinstance(value, (torch.Tensor, Tensor)):
        strides = value.stride() if value.numel() > 1 else ()
        strides = tuple(step for step, size in zip(strides, value.shape) if size > 1)
        known: Any = "?" if any(isinstance(step, Unknown) for step in strides) else strides
        return tuple(value.shape), str(value.dtype).removeprefix("torch."), known, value.requires_grad
    if isinstance(value, (tuple, list)):
        return tuple(map(form, value))
    return value


def answer(program: Any) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return form(program())
        except Exception as error:
            return error


def asked(thing: Any, word: str, arguments: Any) -> Any:
    """What an attribute is, or a method gives for arguments."""
    return answer(lambda: getattr(thing, word) if arguments is None else getattr(thing, word)(*arguments))


def differences(name: str, theirs: Any, mine: Any, words: dict[str, Any]) -> list[str]:
    """Where an object of PyTorch and one of ours answer differently."""
    found = []
    for word, arguments in words.items():
        real = asked(theirs, word, None if arguments is None else arguments[0])
        here = asked(mine, word, None if arguments is None else arguments[1])
        if not agree(real, here):
            found.append(
                f"{name}.{word}{'' if not arguments else [form(a) for a in arguments[0]]}: {real!r}, here {here!r}"
            )
    return found


def agree(real: Any, here: Any) -> bool:
    if isinstance(here, Unknown):
        return True
    if isinstance(real, Exception):
        return isinstance(here, Exception) and any(isinstance(here, kind) for kind in type(real).__mro__[:1])
    if isinstance(real, tuple) and isinstance(here, tuple) and len(real) == len(here) == 4 and here[2] == "?":
        return real[:2] == here[:2] and real[3] == here[3]
    return bool(real == here)


def words_for(theirs: Any, names: Any, value: Any) -> dict[str, Any]:
    words: dict[str, Any] = dict.fromkeys((*READ, *names))
    words.update(dict.fromkeys(CALLED, ((), ())))
    if value is not None:
        mine = ours(value)
        words.update(dict.fromkeys(("log_prob", "cdf"), ((value,), (mine,))))
        part = torch.full(value.shape, 0.5, dtype=value.dtype if value.is_floating_point() else torch.float32)
        words["icdf"] = ((part,), (ours(part),))
    return words


def built(
    name: str, row: dict[str, str], batch: tuple[int, ...], dtype: torch.dtype, grad: bool | str, **settings: Any
) -> tuple[Any, Any, dict[str, Any]]:
    given_ = {key: parameter(kind, batch, dtype, grad is True or grad == key) for key, kind in row.items()}
    if "cov_diag" in given_ or name == "LogisticNormal":
        given_ = {key: value.detach().abs().requires_grad_(value.requires_grad) for key, value in given_.items()}
    here = {key: ours(value) for key, value in given_.items()}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return getattr(REAL, name)(**given_, **settings), getattr(OURS, name)(**here, **settings), given_


def sample_of(theirs: Any, shape: tuple[int, ...] = ()) -> Any:
    torch.manual_seed(0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return theirs.sample(shape)


ROWS = [(name, row) for table in (FAMILIES, LOGITS) for name, row in table.items()]
ROWS += [
    (n, {("df" if k == "df" else "loc" if k == "loc" else way): v for k, v in FAMILIES[n].items()})
    for n, ways in MATRICES.items()
    for way in ways.split()
]


def test_every_family_of_pytorch_is_here() -> None:
    named = {
        name
        for name in REAL.__all__
        if isinstance(getattr(REAL, name), type) and issubclass(getattr(REAL, name), REAL.Distribution)
    }
    assert named == set(FAMILIES) | set(COMPOSED)
    for name in REAL.__all__:
        here = getattr(OURS, name)
        assert type(here).__name__ != "UnknownOperation", name


@pytest.mark.parametrize("grad", [False, True])
@pytest.mark.parametrize("batch", [(), (4,), (2, 4), (1, 4)], ids=str)
@pytest.mark.parametrize(("name", "row"), ROWS, ids=[f"{n}-{'-'.join(r)}" for n, r in ROWS])
def test_a_family_answers_as_pytorchs(name: str, row: dict[str, str], batch: tuple[int, ...], grad: bool) -> None:
    with Recorder(set()):
        theirs, mine, parameters = built(name, row, batch, torch.float32, grad)
        value = sample_of(theirs)
        names = [key for key in parameters if key not in ("dim",)]
        names += [{"probs": "logits", "logits": "probs"}[key] for key in row if key in ("probs", "logits")]
        found = differences(name, theirs, mine, words_for(theirs, names, value))
        more = dict.fromkeys(("sample", "rsample"), (((5,),), ((5,),)))
        found += differences(name, theirs, mine, more)
        many = sample_of(theirs, (5, 1))
        found += differences(name, theirs, mine, words_for(theirs, [], many))
        found += (
            differences(name, theirs, mine, {"log_prob": ((value.long(),), (ours(value.long()),))})
            if "Integer" in repr(theirs.support) or "Boolean" in repr(theirs.support)
            else []
        )
        double = value.double() if value.is_floating_point() and name != "LKJCholesky" else value
        found += differences(name, theirs, mine, {"log_prob": ((double,), (ours(double),))})
        if batch != (1, 4):
            wide = answer(lambda: theirs.expand((3, *batch)))
            here = mine.expand((3, *batch))
            assert not isinstance(wide, Exception)
            found += differences(f"{name}.expand", wide, here, words_for(wide, names, sample_of(wide)))
    assert not found, "\n".join(found)


@pytest.mark.parametrize(("name", "row"), ROWS, ids=[f"{n}-{'-'.join(r)}" for n, r in ROWS])
def test_doubles_are_doubles(name: str, row: dict[str, str]) -> None:
    with Recorder(set()):
        theirs, mine, _ = built(name, row, (4,), torch.float64, True)
        found = differences(name, theirs, mine, words_for(theirs, [], sample_of(theirs)))
    assert not found, "\n".join(found)


@pytest.mark.parametrize(("name", "row"), ROWS, ids=[f"{n}-{'-'.join(r)}" for n, r in ROWS])
def test_only_what_an_answer_is_computed_of_gives_it_a_gradient(name: str, row: dict[str, str]) -> None:
    found = []
    for one in row:
        with Recorder(set()):
            theirs, mine, _ = built(name, row, (4,), torch.float32, one)
            words = words_for(theirs, [], sample_of(theirs).detach())
            found += [f"{one}: {text}" for text in differences(name, theirs, mine, words)]
    assert not found, "\n".join(found)


def names_of(torch_: Any, distributions: Any, real: bool) -> dict[str, Any]:
    """What the expressions are made of; the elements of `z` and `p` are not known here."""

    def tensor(grad: bool, positive: bool, *shape: int) -> Any:
        made = torch.rand(shape) * 0.5 + 0.25 if positive else torch.randn(shape)
        return made.requires_grad_(grad) if real else ours(made.requires_grad_(grad))

    def integers(*shape: int) -> Any:
        return torch.zeros(shape, dtype=torch.long) if real else make(shape, dtype_of("int64"))

    return {
        "D": distributions, "torch": torch_, "i": integers, "z": lambda *s: tensor(False, False, *s), "p": lambda *s: tensor(False, True, *s),
        "g": lambda *s: tensor(True, False, *s), "gp": lambda *s: tensor(True, True, *s),
    }  # fmt: skip


LINES = (pathlib.Path(__file__).parent.parent / "data" / "distributions.txt").read_text(encoding="utf8").splitlines()
EXPRESSIONS = [line for line in LINES if line and not line.startswith("#")]


def described(value: Any) -> Any:
    """A distribution by its shapes."""
    if hasattr(value, "batch_shape"):
        return type(value).__name__, tuple(value.batch_shape), tuple(value.event_shape)
    return form(value) if not hasattr(value, "bijective") else type(value).__name__


@pytest.mark.parametrize("text", EXPRESSIONS)
def test_an_expression_ends_as_in_pytorch(text: str) -> None:
    convcalc.standin.reset()
    theirs, mine = (
        names_of(torch, REAL, True),
        names_of(find_module("torch"), find_module("torch.distributions"), False),
    )
    real = answer(lambda: described(eval(text, theirs)))
    with Recorder(set()):
        here = answer(lambda: described(eval(text, mine)))
    if "found invalid values" in str(real) and not isinstance(here, Exception):
        assert any(f"{name}(" in text for name in ("z", "p"))  # elements that are not known here
    elif isinstance(real, Exception) and not isinstance(real, ValueError | NotImplementedError):
        assert isinstance(here, Exception | Unknown), (real, here)
        assert not isinstance(here, ValueError), (real, here)
    else:
        assert agree(real, here), (real, here)
    assert not isinstance(real, Exception) or not isinstance(here, Unknown) or "constraint" in str(real), (real, here)


PAIRS = [(p, q) for p, q in itertools.product(FAMILIES, repeat=2) if p != "LKJCholesky" and q != "LKJCholesky"]


def divergence(library: Any, p: Any, q: Any) -> Any:
    return answer(lambda: library.kl_divergence(p, q))


def test_there_is_a_divergence_where_pytorch_has_one() -> None:
    found = []
    with Recorder(set()):
        made = {name: built(name, row, (4,), torch.float32, True)[:2] for name, row in FAMILIES.items()}
        answers = [(p, q, *map(divergence, (REAL, OURS), made[p], made[q])) for p, q in PAIRS]
    for p, q, real, here in answers:
        if isinstance(real, Exception) and not isinstance(real, NotImplementedError):
            continue  # of values, or of the sizes of what was drawn for it
        if not agree(real, here):
            found.append(f"{p} {q}: {real!r}, here {here!r}")
    assert not found, "\n".join(found)


SHAPES = st.lists(st.integers(1, 3), max_size=3).map(tuple)


@given(
    st.sampled_from([row for row in ROWS if row[0] not in ("Wishart", "LKJCholesky")]),
    st.lists(SHAPES, min_size=3, max_size=3),
    SHAPES,
    SHAPES,
)
def test_batches_broadcast(
    row: tuple[str, dict[str, str]], batches: list[tuple[int, ...]], samples: tuple[int, ...], value: tuple[int, ...]
) -> None:
    """Parameters of different batches, samples and values of any shape: the same shapes or the same refusal."""
    name, kinds = row
    given_ = {key: parameter(kind, batch, torch.float32, False) for (key, kind), batch in zip(kinds.items(), batches)}
    if name in ("LogisticNormal", "LowRankMultivariateNormal"):
        given_ = {key: tensor.abs() for key, tensor in given_.items()}
    with Recorder(set()):
        theirs = answer_of(lambda: getattr(REAL, name)(**given_))
        mine = answer_of(lambda: getattr(OURS, name)(**{key: ours(tensor) for key, tensor in given_.items()}))
        assert isinstance(theirs, Exception) == isinstance(mine, Exception), (theirs, mine)
        if isinstance(theirs, Exception):
            assert isinstance(mine, type(theirs)), (theirs, mine)
            return
        found = differences(
            name, theirs, mine, {"batch_shape": None, "event_shape": None, "sample": ((samples,), (samples,))}
        )
        scored = torch.rand(value + tuple(theirs.event_shape))
        scored = scored / scored.sum(-1, keepdim=True) if theirs.event_shape else scored
        real = answer(lambda: theirs.log_prob(scored))
        here = answer(lambda: mine.log_prob(ours(scored)))
    if not (isinstance(real, Exception) and "support" in str(real)) and not agree(real, here):
        found.append(f"log_prob{tuple(scored.shape)} of {theirs.batch_shape}: {real!r}, here {here!r}")
    assert not found, "\n".join(found)


def answer_of(program: Any) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return program()
        except Exception as error:
            return error


@pytest.mark.parametrize(("name", "row"), ROWS, ids=[f"{n}-{'-'.join(r)}" for n, r in ROWS])
def test_a_batch_of_any_size(name: str, row: dict[str, str]) -> None:
    """With a symbol for the batch the answers have it, and no condition on it is noted."""
    size = symbol("N", 2)
    with Conditions() as conditions:
        given_ = {key: ours(parameter(kind, (), torch.float32, False)) for key, kind in row.items()}
        given_ = {
            key: make((size, *value.shape), value.dtype) if isinstance(value, Tensor) and row[key] != "heat" else value
            for key, value in given_.items()
        }
        found = getattr(OURS, name)(**given_)
        shape = (size, *found.event_shape)
        assert tuple(found.batch_shape) == (size,)
        assert tuple(found.sample((5,)).shape) == (5, *shape)
        assert tuple(found.log_prob(make((3, *shape), dtype_of("float32"))).shape) == (3, size)
    assert not conditions.found
