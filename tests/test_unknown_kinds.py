"""What type a value has that is not known: what Python makes of it, and what PyTorch would."""

from __future__ import annotations

import operator
from typing import Any

import pytest

from convcalc.standin import find_module
from convcalc.tensor import DType, Tensor, Unknown, UnknownDType, make
from convcalc.tensor.dtypes import bool_, float32, int64
from convcalc.tensor.unknown import Number, kind_of
from convcalc.trace import Recorder

torch: Any = find_module("torch")
nn: Any = find_module("torch.nn")
np: Any = find_module("numpy")

VALUES: list[Any] = [True, False, 2, 3, 2.5, 4.0, 1 + 2j]
OPERATORS = "add sub mul truediv floordiv mod pow and_ or_ xor lshift rshift lt le gt ge eq ne".split()


def of(kind: Any) -> Unknown:
    return Unknown("a number", kind)


@pytest.mark.parametrize("name", OPERATORS)
def test_arithmetic_has_the_type_that_python_gives(name: str) -> None:
    """One or both operands are not known. A power of a negative number may be of another type, and says so."""
    function = getattr(operator, name)
    for a in VALUES:
        for b in VALUES:
            try:
                expected = type(function(a, b))
            except (TypeError, ZeroDivisionError):
                continue
            for mine in (function(of(type(a)), b), function(a, of(type(b))), function(of(type(a)), of(type(b)))):
                kind = kind_of(mine)
                assert kind is expected or (kind is Number and name == "pow"), (a, name, b, kind)


@pytest.mark.parametrize("function", [operator.neg, operator.pos, abs, round, lambda x: round(x, 1)])
def test_one_number_has_the_type_that_python_gives(function: Any) -> None:
    for value in VALUES:
        try:
            expected = type(function(value))
        except TypeError:
            continue
        assert kind_of(function(of(type(value)))) is expected, value


def test_it_is_one_to_isinstance_and_lacks_what_its_type_lacks() -> None:
    number = of(float)
    assert isinstance(number, float)
    assert not isinstance(number, (int, str))
    assert isinstance(number, Unknown)
    assert kind_of(number.real) is float
    for wrong in (lambda: number.item(), lambda: number.shape, lambda: number.append(1)):
        with pytest.raises(AttributeError):
            wrong()
    for wrong in (
        lambda: number(),
        lambda: number[0],
        lambda: len(number),
        lambda: list(number),
        lambda: 1 in number,
        lambda: [][number],
    ):  # type: ignore[assignment]
        with pytest.raises(TypeError):
            wrong()


def test_of_what_nobody_knows_the_type_anything_may_be_asked() -> None:
    value = Unknown("anything")
    assert kind_of(value) is None
    assert not isinstance(value, (int, float, bool, str))
    assert [kind_of(x) for x in (value + 1, value.item(), value[0], value(), value > 2, value.kind)] == [None] * 6


ITEMS: dict[str, tuple[Any, Any]] = {
    "of a float tensor": (lambda: torch.rand(1).item(), float),
    "of an int tensor": (lambda: torch.rand(3).argmax().item(), int),
    "of a bool tensor": (lambda: (torch.rand(1) > 0).item(), bool),
    "of a complex tensor": (lambda: torch.rand(1).to(torch.complex64).item(), complex),
    "of a list": (lambda: torch.rand(2, 3).argmax(1).tolist()[1], int),
    "a sum of items": (lambda: sum([torch.rand(1).item(), torch.rand(3).argmax().item()]), float),
    "an accuracy": (lambda: (torch.rand(3).argmax() == 1).sum().item() / 10, float),
    "a size": (lambda: torch.rand(9)[torch.rand(9) > 0.5].shape[0], int),
    "torch.equal": (lambda: torch.equal(torch.rand(3), torch.rand(3)), bool),
    "an array's element": (lambda: np.random.rand(3)[0].item(), float),
}


@pytest.mark.parametrize("name", ITEMS)
def test_items_have_their_type(name: str) -> None:
    call, kind = ITEMS[name]
    with Recorder():
        assert kind_of(call()) is kind


# element types that are not known


def unsure(*shape: int) -> Tensor:
    """A tensor of whole numbers or of floats, nobody knows of which."""
    return make(shape, UnknownDType((int64, float32)))


def candidates(dtype: DType) -> set[str]:
    return {d.name for d in getattr(dtype, "candidates", (dtype,))}


def run(call: Any) -> Any:
    with Recorder():
        return call()


FLOWS: dict[str, tuple[Any, tuple[int, ...], set[str]]] = {
    "a view": (lambda x: x.view(6), (6,), {"int64", "float32"}),
    "a sum": (lambda x: x.sum(), (), {"int64", "float32"}),
    "a mean, which whole numbers have not": (lambda x: x.mean(), (), {"float32"}),
    "a comparison": (lambda x: x > 0, (2, 3), {"bool"}),
    "a division": (lambda x: x / 2, (2, 3), {"float32"}),
    "a sum with a float": (lambda x: x + 1.5, (2, 3), {"float32"}),
    "a sum with a double": (lambda x: x + torch.zeros(3, dtype=torch.float64), (2, 3), {"float64"}),
    "a conversion": (lambda x: x.float(), (2, 3), {"float32"}),
    "a layer, which takes floats only": (lambda x: nn.Linear(3, 4)(x), (2, 4), {"float32"}),
    "an embedding, which takes whole numbers only": (lambda x: nn.Embedding(5, 7)(x), (2, 3, 7), {"float32"}),
    "joined with itself": (lambda x: torch.cat([x, x]), (4, 3), {"int64", "float32"}),
    "joined with floats": (lambda x: torch.stack([x, torch.zeros(2, 3)]), (2, 2, 3), {"float32"}),
    "zeros like it": (lambda x: torch.zeros_like(x), (2, 3), {"int64", "float32"}),
    "zeros of its type": (lambda x: torch.zeros(5, dtype=x.dtype), (5,), {"int64", "float32"}),
    "written to": (lambda x: x.add_(1), (2, 3), {"int64", "float32"}),
    "a loss": (lambda x: nn.functional.mse_loss(x, torch.zeros(2, 3)), (), {"float32"}),
    "an index": (lambda x: torch.zeros(9, 4)[x], (2, 3, 4), {"float32"}),
    "the greatest": (lambda x: x.max(dim=1).values, (2,), {"int64", "float32"}),
    "where": (lambda x: torch.where(x > 0, x, torch.zeros(3)), (2, 3), {"float32"}),
}


@pytest.mark.parametrize("name", FLOWS)
def test_an_unknown_element_type_flows(name: str) -> None:
    call, shape, dtypes = FLOWS[name]
    made = run(lambda: call(unsure(2, 3)))
    assert (tuple(made.shape), candidates(made.dtype)) == (shape, dtypes)


def test_what_every_type_is_refused_is_refused() -> None:
    with pytest.raises(RuntimeError):
        run(lambda: unsure(2, 3).view(5))
    with pytest.raises(RuntimeError):
        run(lambda: nn.Linear(4, 2)(unsure(2, 3)))


def test_an_element_type_that_is_not_known_is_no_other_and_may_be_each() -> None:
    x = unsure(2)
    assert (x.dtype == x.dtype, x.dtype == torch.bool, x.dtype != torch.bool) == (True, False, True)
    assert type(x.dtype == torch.float32) is type(torch.int64 == x.dtype) is type(x.is_floating_point()) is Unknown
    assert not x.is_complex()
    assert (x.relu().dtype == x.dtype) is True
    assert kind_of(x.sum().item()) is Number


NUMBERS: dict[str, tuple[Any, set[str]]] = {
    "tensor": (lambda n: torch.tensor([1, n]), {"int64", "float32", "complex64"}),
    "tensor with a float": (lambda n: torch.tensor([1.0, n]), {"float32", "complex64"}),
    "tensor of one": (lambda n: torch.tensor(n), {"bool", "int64", "float32", "complex64"}),
    "full": (lambda n: torch.full((2,), n), {"bool", "int64", "float32", "complex64"}),
    "full of a type": (lambda n: torch.full((2,), n, dtype=torch.float16), {"float16"}),
    "a product with whole numbers": (lambda n: torch.arange(2) * n, {"int64", "float32", "complex64"}),
    "a product with floats": (lambda n: torch.ones(2) * n, {"float32", "complex64"}),
    "a product from the left": (lambda n: n * torch.ones(2), {"float32", "complex64"}),
    "an array": (lambda n: torch.from_numpy(np.array([n, 2.0])).sum(), set()),
}


@pytest.mark.parametrize("name", NUMBERS)
def test_a_number_of_an_unknown_type(name: str) -> None:
    call, dtypes = NUMBERS[name]
    found = candidates(run(lambda: call(of(Number))).dtype)
    assert found == dtypes if dtypes else len(found) > 1


def test_an_unknown_in_a_list_of_numbers_is_no_reason_for_a_type() -> None:
    made = run(lambda: torch.tensor([1.0, Unknown("a cell of a table")]))
    assert tuple(made.shape) == (2,)
    assert {"float32", "float64"} <= candidates(made.dtype)
    assert bool_.name not in candidates(made.dtype)
    assert type(run(lambda: torch.tensor([Unknown("a cell"), Unknown("another")]))) is Unknown  # they may be lists


def test_a_summary_tells_an_unknown_element_type_as_unknown(tmp_path: Any) -> None:
    import convcalc

    file = tmp_path / "model.py"
    file.write_text(
        "import torch\nfrom torch import nn\n\nclass Net(nn.Module):\n    def forward(self, x):\n        return x * 2\n\n"
        "level = torch.rand(1).item() ** torch.rand(1).item()\nprint(Net()(torch.full((2, 3), level)))\n"
    )
    (model,) = convcalc.summary(str(file)).to_dict()["models"]
    assert [(i["shape"], i["dtype"]) for i in model["inputs"]] == [([2, 3], None)]
    assert [(o["shape"], o["dtype"]) for o in model["outputs"]] == [([2, 3], None)]
