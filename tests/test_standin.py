"""What `import torch` and the other stand-ins mean to a loaded file."""

from __future__ import annotations

import operator
import pathlib
import types
from typing import Any

import pytest

from convcalc import standin
from convcalc.standin import patches
from convcalc.standin.facade import Facade
from convcalc.standin.modules import SOURCES
from convcalc.tensor import ShapeError, ShapeValueError, Tensor, Unknown, UnknownValue
from convcalc.trace import Recorder


@pytest.fixture(autouse=True)
def _afresh() -> None:
    standin.reset()


def load(name: str) -> Any:
    found = standin.find_module(name)
    assert found is not None
    return found


# facades


def test_parents_lead_to_children_without_an_import() -> None:
    assert load("torch").utils.data.DataLoader is load("torch.utils.data").DataLoader
    assert load("torch").nn.functional is load("torch.nn.functional")
    assert load("torch").nn.modules.linear.Linear is load("torch.nn").Linear


@pytest.mark.parametrize("name", sorted(SOURCES))
def test_no_name_is_a_real_module(name: str) -> None:
    module = load(name)
    for attribute in dir(module):
        try:
            value = getattr(module, attribute)
        except AttributeError:
            continue
        assert not isinstance(value, types.ModuleType) or isinstance(value, Facade), attribute


@pytest.mark.parametrize(
    "name", ["torch", "torch.nn", "torch.utils.data", "torchvision.transforms", "torch.optim", "argparse", "numpy"]
)
def test_import_star(name: str) -> None:
    module = load(name)
    assert module.__all__
    for exported in module.__all__:
        getattr(module, exported)


def test_what_torch_does_not_have_is_refused_in_its_words() -> None:
    with pytest.raises(AttributeError, match="module 'torch' has no attribute 'convolve2d'"):
        load("torch").convolve2d  # noqa: B018
    with pytest.raises(AttributeError, match=r"module 'torch.nn' has no attribute 'Conv2D'"):
        load("torch.nn").Conv2D  # noqa: B018
    with pytest.raises(ModuleNotFoundError, match=r"No module named 'torch\._six'"):
        standin.find_module("torch._six")
    with pytest.raises(AttributeError, match="'Tensor' object has no attribute 'astype'"):
        Tensor(2).astype  # noqa: B018


def test_what_has_no_rule_is_an_unknown_operation() -> None:
    with Recorder() as record:
        result = load("torch").lobpcg(Tensor(3, 3))
        method = Tensor(3).geometric_()
    assert isinstance(result, Unknown)
    assert [note.text.split()[0] for note in record.notes][:1] == ["torch.lobpcg"]
    assert method is not None


def test_modules_that_nobody_knows() -> None:
    assert standin.find_module("xgboost") is None
    assert standin.find_module("torchvision.models") is None


def test_settings_last_for_one_file() -> None:
    load("torch").backends.cudnn.benchmark = True
    load("torch").set_default_dtype(load("torch").float64)
    assert load("torch.backends.cudnn").benchmark is True
    standin.reset()
    assert load("torch.backends.cudnn").benchmark is False
    assert load("torch").get_default_dtype() is load("torch").float32


# torch


def test_versions_compare_by_number() -> None:
    version = load("torch").__version__
    assert version >= "2.4"
    assert version > (1, 8)
    assert not version < "2.9"
    assert version.split(".")[0] == "2"


def test_typed_tensors() -> None:
    torch = load("torch")
    assert torch.LongTensor(2, 3).dtype is torch.int64
    assert torch.FloatTensor([[1, 2], [3, 4]]).shape == (2, 2)
    assert isinstance(Tensor(2), torch.FloatTensor)
    assert not isinstance(Tensor(2), torch.LongTensor)
    with pytest.raises(TypeError, match="Torch not compiled with CUDA enabled"):
        torch.cuda.FloatTensor(3)


def test_gradient_modes() -> None:
    torch = load("torch")

    @torch.no_grad()
    def inside() -> bool:
        return bool(torch.is_grad_enabled())

    @torch.no_grad
    def bare() -> bool:
        return bool(torch.is_grad_enabled())

    assert (inside(), bare(), torch.is_grad_enabled()) == (False, False, True)
    with torch.set_grad_enabled(False):
        assert not torch.is_grad_enabled()
    assert torch.is_grad_enabled()


def test_saved_objects_come_back() -> None:
    torch = load("torch")
    net = torch.nn.Linear(2, 3)
    torch.save(net, "net.pkl")
    assert torch.load("net.pkl", weights_only=False) is net
    for more, noted in ((net, 1), ({"net": [net]}, 1), ({"state": net.state_dict(), "epoch": 3}, 0)):
        torch.save(more, "more.pkl")
        with Recorder() as record:
            torch.load("more.pkl")
            torch.load("more.pkl", weights_only=False)
        assert len([note for note in record.notes if "weights_only=False" in note.text]) == noted
    assert isinstance(torch.load("other.pkl"), Unknown)


def test_custom_functions_run_forward() -> None:
    torch = load("torch")

    class Twice(torch.autograd.Function):  # type: ignore[name-defined]
        @staticmethod
        def forward(ctx: Any, x: Any) -> Any:
            ctx.save_for_backward(x)
            return x

    assert Twice.apply(Tensor(2, 3)).shape == (2, 3)


def test_weight_norm_has_torchs_parameters() -> None:
    torch = load("torch")
    names = lambda module: {name: tuple(p.shape) for name, p in module.named_parameters()}  # noqa: E731
    assert names(torch.nn.utils.weight_norm(torch.nn.Linear(4, 3))) == {
        "bias": (3,),
        "weight_g": (3, 1),
        "weight_v": (3, 4),
    }
    assert names(torch.nn.utils.spectral_norm(torch.nn.Linear(4, 3))) == {"bias": (3,), "weight_orig": (3, 4)}
    new = torch.nn.utils.parametrizations.weight_norm(torch.nn.Linear(4, 3))
    assert names(new) == {
        "bias": (3,),
        "parametrizations.weight.original0": (3, 1),
        "parametrizations.weight.original1": (3, 4),
    }
    assert new(Tensor(2, 4)).shape == (2, 3)


def test_optimizers_refuse_what_torch_refuses() -> None:
    torch = load("torch")
    net = torch.nn.Linear(2, 3)
    optimizer = torch.optim.SGD(net.parameters(), 0.1, 0.9, weight_decay=1e-4)
    assert optimizer.param_groups[0]["lr"] == 0.1
    assert optimizer.param_groups[0]["momentum"] == 0.9
    with pytest.raises(ValueError, match="optimizer got an empty parameter list"):
        torch.optim.Adam([])
    with pytest.raises(ValueError, match="Invalid learning rate: -1"):
        torch.optim.Adam(net.parameters(), lr=-1)
    with pytest.raises(TypeError, match="unexpected keyword argument 'momentum'"):
        torch.optim.Adam(net.parameters(), momentum=0.9)
    scheduler = torch.optim.lr_scheduler.StepLR(optimizer, step_size=3)
    assert scheduler.get_last_lr() == [0.1]
    scheduler.step()
    assert isinstance(scheduler.get_last_lr()[0], Unknown)


# data


def mnist_loader(batch_size: int = 64, **options: Any) -> Any:
    transform = load("torchvision.transforms").ToTensor()
    return load("torch.utils.data").DataLoader(
        load("torchvision").datasets.MNIST("data", transform=transform), batch_size, **options
    )


def test_a_loop_over_a_loader_gets_every_batch() -> None:
    loader = mnist_loader()
    batches = [(images.shape, labels.shape, labels.dtype.name) for images, labels in loader]
    assert batches[:937] == [((64, 1, 28, 28), (64,), "int64")] * 937
    assert batches[937:] == [((32, 1, 28, 28), (32,), "int64")]
    assert len(loader) == 938
    assert len(mnist_loader(drop_last=True)) == 937


def test_next_gives_several() -> None:
    batches = iter(mnist_loader())
    assert [next(batches)[0].shape[0] for _ in range(3)] == [64, 64, 64]


def test_items_are_collated_by_kind() -> None:
    data = load("torch.utils.data")

    class Items(data.Dataset):  # type: ignore[name-defined]
        def __len__(self) -> int:
            return 10

        def __getitem__(self, index: int) -> Any:
            return {"x": Tensor(3, 4), "y": 1, "z": 0.5, "name": "a", "pair": (Tensor(2), True)}

    (batch,) = list(iter(list(data.DataLoader(Items(), batch_size=64))))
    assert batch["x"].shape == (10, 3, 4)
    assert (batch["y"].dtype.name, batch["z"].dtype.name, batch["pair"][1].dtype.name) == ("int64", "float64", "bool")
    assert batch["name"] == ["a"] * 10


def test_images_need_a_transform() -> None:
    loader = load("torch.utils.data").DataLoader(load("torchvision").datasets.CIFAR10("data"), batch_size=4)
    with pytest.raises(TypeError, match=r"default_collate: batch must contain .*; found <class 'PIL.Image.Image'>"):
        next(iter(loader))


def test_random_split() -> None:
    data = load("torch.utils.data")
    dataset = data.TensorDataset(Tensor(100, 3), Tensor(100))
    assert [len(part) for part in data.random_split(dataset, [0.7, 0.2, 0.1])] == [70, 20, 10]
    with pytest.raises(ValueError, match="Sum of input lengths does not equal the length of the input dataset!"):
        data.random_split(dataset, [50, 60])
    assert data.random_split(dataset, [80, 20])[1][0][0].shape == (3,)


# images


@pytest.mark.parametrize(
    ("build", "shape"),
    [
        (lambda T: T.Compose([T.ToTensor()]), (3, 32, 32)),
        (lambda T: T.Compose([T.Resize(224), T.ToTensor()]), (3, 224, 224)),
        (lambda T: T.Compose([T.Resize((20, 30)), T.ToTensor()]), (3, 20, 30)),
        (lambda T: T.Compose([T.RandomCrop(32, padding=4), T.RandomHorizontalFlip(), T.ToTensor()]), (3, 32, 32)),
        (lambda T: T.Compose([T.Pad((1, 2)), T.Grayscale(), T.ToTensor()]), (1, 36, 34)),
        (lambda T: T.Compose([T.RandomResizedCrop(24), T.ToTensor(), T.Normalize([0.5] * 3, [0.5] * 3)]), (3, 24, 24)),
        (lambda T: T.Compose([T.ToTensor(), T.ToPILImage(), T.CenterCrop(40), T.ToTensor()]), (3, 40, 40)),
        (lambda T: T.Compose([T.RandomApply([T.ColorJitter(0.1)]), T.ToTensor()]), (3, 32, 32)),
    ],
)
def test_transforms(build: Any, shape: tuple[int, ...]) -> None:
    T = load("torchvision.transforms")
    image, label = load("torchvision.datasets").CIFAR10("data", transform=build(T))[0]
    assert image.shape == shape
    assert label.shape == ()


def test_transforms_refuse_what_torchvision_refuses() -> None:
    T = load("torchvision.transforms")
    gray = T.ToTensor()(load("PIL.Image").new("L", (28, 28)))
    with pytest.raises(
        ShapeError, match=r"output with shape \[1, 28, 28\] doesn't match the broadcast shape \[3, 28, 28\]"
    ):
        T.Normalize((0.5,) * 3, (0.5,) * 3)(gray)
    with pytest.raises(
        ShapeValueError, match=r"Required crop size \(32, 32\) is larger than input image size \(28, 28\)"
    ):
        T.RandomCrop(32)(gray)
    with pytest.raises(TypeError, match="pic should be PIL Image or ndarray"):
        T.ToTensor()(gray)


def test_a_folder_of_images_is_known_after_a_resize() -> None:
    T = load("torchvision.transforms")
    folder = load("torchvision.datasets").ImageFolder(
        "data", T.Compose([T.Resize(256), T.CenterCrop(224), T.ToTensor()])
    )
    loader = load("torch.utils.data").DataLoader(folder, batch_size=8, shuffle=True)
    for images, labels in loader:
        assert images.shape == (8, 3, 224, 224)
        assert labels.shape == (8,)
    with pytest.raises(UnknownValue):
        len(loader)


def test_data_of_mnist() -> None:
    train = load("torchvision.datasets").MNIST("data")
    assert train.data.shape == (60000, 28, 28)
    assert train.targets.shape == (60000,)
    assert len(train.classes) == 10


# scripts


def test_arguments_are_at_their_defaults() -> None:
    parser = load("argparse").ArgumentParser()
    parser.add_argument("file")
    parser.add_argument("--batch-size", type=int, default="64")
    parser.add_argument("--lr", "-l", type=float, required=True)
    parser.add_argument("--cuda", action="store_true")
    parser.add_argument("--no-bn", action="store_false", dest="bn")
    group = parser.add_mutually_exclusive_group()
    group.add_argument("--sizes", nargs="+", type=int, default=[1, 2])
    options = parser.parse_args()
    assert (options.batch_size, options.cuda, options.bn, options.sizes) == (64, False, True, [1, 2])
    assert isinstance(options.file, Unknown)
    assert isinstance(options.lr, Unknown)
    given = parser.parse_args(["a.txt", "--lr", "0.5", "--cuda", "--sizes", "3", "4"])
    assert (given.file, given.lr, given.cuda, given.sizes) == ("a.txt", 0.5, True, [3, 4])


def test_progress_passes_through() -> None:
    tqdm = load("tqdm").tqdm
    assert list(tqdm([1, 2], desc="x")) == [1, 2]
    assert len(tqdm(range(5))) == 5
    assert [batch[0].shape[0] for batch in tqdm(mnist_loader())] == [64] * 937 + [32]


def test_add_graph_does_not_call_the_model() -> None:
    torch = load("torch")
    writer = load("torch.utils.tensorboard").SummaryWriter("logs")
    with Recorder() as record:
        writer.add_graph(torch.nn.Linear(2, 3), Tensor(1, 2))
    assert not record.calls


def test_numpy() -> None:
    np = load("numpy")
    assert np.prod((3, 4)) == 12
    assert np.sqrt(16.0) == 4.0
    assert int(np.ceil(2.5)) == 3
    assert np.random.rand(5, 3).astype(np.float32).shape == (5, 3)
    assert load("torch").from_numpy(np.zeros((2, 3))).dtype.name == "float64"
    assert load("torch").from_numpy(np.array([[1, 2]]).astype("float32")).dtype.name == "float32"
    assert np.einsum("ij->i", np.zeros((2, 2))).shape == (2,)
    assert isinstance(np.einsum([0, 1], np.zeros((2, 2))), Unknown)


def test_what_torchvision_has_and_the_stand_in_lacks_is_not_known() -> None:
    for module, name in (
        ("transforms.v2", "get_bounding_boxes"),
        ("transforms.functional", "pil_modes_mapping"),
        ("datasets", "voc"),
    ):
        found: Any = standin.find_module(f"torchvision.{module}")
        assert isinstance(getattr(found, name), Unknown)
        with pytest.raises(AttributeError):
            getattr(found, f"{name}_of_nobody")


def test_the_homes_whose_classes_are_closed_are_there() -> None:
    """They are named in strings: a module that is renamed would lose its protection without a word."""
    package = pathlib.Path(standin.__file__).parents[1]
    for home in patches._ENGINE:
        path = package.joinpath(*home.split(".")[1:])
        assert path.is_dir() if home.endswith(".") else path.with_suffix(".py").is_file(), home


def test_packages_ask_for_requirements_of_torch() -> None:
    """torchmetrics asks on import which PyTorch is there, and for packages of which nobody says that they are."""
    imports = load("lightning_utilities.core.imports")
    asked = ("torch>=2.1.0", "torch<2.6.0", "torch", "torch>=2.13", "scipy", "scipy>=1.8.0")
    assert [bool(imports.RequirementCache(text)) for text in asked] == [True, False, True, True, False, False]
    assert imports.package_available("torch")
    assert not imports.package_available("matplotlib")
    assert imports.compare_version("torch", operator.ge, "2.0")
    assert not imports.compare_version("nltk", operator.ge, "3.0")
