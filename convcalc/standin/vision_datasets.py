"""`torchvision.datasets`: what an item looks like and how many there are; nothing is read or downloaded.

Source: torchvision/datasets/*.py (constructors, modes), the data sets' own descriptions (lengths, sizes).
"""

from __future__ import annotations

from convcalc.tensor import Tensor, Unknown, UnknownValue, dtypes, make

from .data_sets import Dataset
from .images import Image

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

TRAIN_TEST = "root train=True transform target_transform download"
SPLIT = "root split=train transform target_transform download loader"
DIGITS = [f"{i} - {name}" for i, name in enumerate("zero one two three four five six seven eight nine".split())]
CLOTHES = ["T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"]
KUZUSHIJI = "o ki su tsu na ha ma ya re wo".split()
CIFAR = "airplane automobile bird cat deer dog frog horse ship truck".split()
PETS = 37
LETTERS = ["N/A", *"abcdefghijklmnopqrstuvwxyz"]

# name: arguments, mode, (width, height) or None, number of items by split, names or number of classes
KNOWN: dict[str, tuple[str, str, tuple[int, int] | None, dict[Any, int], Any]] = {
    "MNIST": (TRAIN_TEST, "L", (28, 28), {True: 60000, False: 10000}, DIGITS),
    "FashionMNIST": (TRAIN_TEST, "L", (28, 28), {True: 60000, False: 10000}, CLOTHES),
    "KMNIST": (TRAIN_TEST, "L", (28, 28), {True: 60000, False: 10000}, KUZUSHIJI),
    "USPS": (TRAIN_TEST, "L", (16, 16), {True: 7291, False: 2007}, 10),
    "CIFAR10": (TRAIN_TEST, "RGB", (32, 32), {True: 50000, False: 10000}, CIFAR),
    "CIFAR100": (TRAIN_TEST, "RGB", (32, 32), {True: 50000, False: 10000}, 100),
    "SVHN": ("root split=train transform target_transform download", "RGB", (32, 32), {"train": 73257, "test": 26032, "extra": 531131}, 10),
    "STL10": (
        "root split=train folds transform target_transform download", "RGB", (96, 96),
        {"train": 5000, "test": 8000, "unlabeled": 100000, "train+unlabeled": 105000}, "airplane bird car cat deer dog horse monkey ship truck".split(),
    ),
    "SEMEION": ("root transform target_transform download", "L", (16, 16), {None: 1593}, 10),
    "ImageNet": ("root split=train **", "RGB", None, {"train": 1281167, "val": 50000}, 1000),
    "Imagenette": ("root split=train size=full download transform target_transform loader", "RGB", None, {"train": 9469, "val": 3925}, 10),
    "Flowers102": (SPLIT, "RGB", None, {"train": 1020, "val": 1020, "test": 6149}, 102),
    "Food101": (SPLIT, "RGB", None, {"train": 75750, "test": 25250}, 101),
    "StanfordCars": (SPLIT, "RGB", None, {"train": 8144, "test": 8041}, 196),
    "FGVCAircraft": (
        "root split=trainval annotation_level=variant transform target_transform download loader", "RGB", None,
        {"train": 3334, "val": 3333, "trainval": 6667, "test": 3333}, Unknown("the number of classes"),
    ),
    "DTD": ("root split=train partition=1 transform target_transform download loader", "RGB", None, {"train": 1880, "val": 1880, "test": 1880}, 47),
    "EuroSAT": ("root transform target_transform download loader", "RGB", (64, 64), {None: 27000}, 10),
    "GTSRB": ("root split=train transform target_transform download", "RGB", None, {"train": 26640, "test": 12630}, 43),
    "FER2013": ("root split=train transform target_transform", "L", (48, 48), {"train": 28709, "test": 7178}, 7),
    "Country211": (SPLIT, "RGB", None, {"train": 31650, "valid": 10550, "test": 21100}, 211),
    "PCAM": ("root split=train transform target_transform download", "RGB", (96, 96), {"train": 262144, "val": 32768, "test": 32768}, 2),
    "RenderedSST2": (SPLIT, "RGB", (448, 448), {"train": 6920, "val": 872, "test": 1821}, 2),
    "SUN397": ("root transform target_transform download loader", "RGB", None, {None: 108754}, 397),
    "Omniglot": ("root background=True transform target_transform download loader", "L", (105, 105), {True: 19280, False: 13180}, Unknown("the number of classes")),
    "OxfordIIITPet": ("root split=trainval target_types=category transforms transform target_transform download", "RGB", None, {"trainval": 3680, "test": 3669}, PETS),
    "Caltech101": ("root target_type=category transform target_transform download", "?", None, {None: 8677}, 101),
    "Caltech256": ("root transform target_transform download", "?", None, {None: 30607}, 257),
    "LFWPeople": ("root split=10fold image_set=funneled transform target_transform download loader", "RGB", (250, 250), {"10fold": 13233, "train": 9525, "test": 3708}, Unknown("the number of classes")),
    "ImageFolder": ("root transform target_transform loader is_valid_file allow_empty", "RGB", None, {}, Unknown("the number of classes")),
    "DatasetFolder": ("root loader extensions transform target_transform is_valid_file allow_empty", "?", None, {}, Unknown("the number of classes")),
}  # fmt: skip
# Data sets of which nothing is known but that they are there.
OTHERS = """
    LSUN LSUNClass CocoCaptions CocoDetection PhotoTour SBU Flickr8k Flickr30k Cityscapes WIDERFace SBDataset Kinetics HMDB51 UCF101 Kitti INaturalist
    LFWPairs KittiFlow Sintel FlyingChairs FlyingThings3D HD1K Kitti2012Stereo Kitti2015Stereo CarlaStereo Middlebury2014Stereo CREStereo
    FallingThingsStereo SceneFlowStereo SintelStereo InStereo2k ETH3DStereo Places365 CLEVRClassification MovingMNIST
""".split()


class VisionDataset(Dataset):
    """Images with labels: `image(index)` and `label(index)` say what they are before the transforms."""

    def __init__(
        self, root: Any = None, transforms: Any = None, transform: Any = None, target_transform: Any = None
    ) -> None:
        if transforms is not None and (transform is not None or target_transform is not None):
            raise ValueError("Only transforms or transform/target_transform can be passed as argument")
        self.root = root
        self.transforms = transforms
        self.transform = transform
        self.target_transform = target_transform
        self.count: Any = Unknown(f"the number of items of {type(self).__name__}")

    def image(self) -> Any:
        return Unknown(f"an item of {type(self).__name__}")

    def label(self) -> Any:
        """An integer that is not known, as a tensor without dimensions; in a batch it is what PyTorch makes of integers."""
        return make((), dtypes.int64)

    def __getitem__(self, index: Any) -> Any:
        is_known = type(index) is not Unknown and type(self.count) is not Unknown
        if is_known and isinstance(index, int) and not -self.count <= index < self.count:
            raise IndexError(f"index {index} is out of bounds for dimension 0 with size {self.count}")
        return _transformed(self, self.image(), self.label())

    items_alike = __getitem__  # whatever the index is: see `items.is_alike`

    def __iter__(self) -> Iterator[Any]:
        item = self[0]
        for _ in range(len(self)):
            yield item

    def __len__(self) -> int:
        if isinstance(self.count, Unknown):
            raise UnknownValue(self.count.reason)
        return self.count  # type: ignore[no-any-return]

    def __repr__(self) -> str:
        return f"Dataset {type(self).__name__}\n    Number of datapoints: {self.count}\n    Root location: {self.root}"


def _transformed(dataset: Any, image: Any, label: Any) -> tuple[Any, Any]:
    transforms = getattr(dataset, "transforms", None)
    if transforms is not None:
        return transforms(image, label)  # type: ignore[no-any-return]
    return _applied(dataset.transform, image), _applied(dataset.target_transform, label)


def _applied(transform: Any, value: Any) -> Any:
    """What a transform makes of a part of an item: unknown where it needs what only the data can tell."""
    if transform is None:
        return value
    try:
        return transform(value)
    except UnknownValue as unknown:
        return Unknown(unknown.reason)


def _count_of(data: Any) -> Any:
    """How many items there are in the images that a script has set."""
    if hasattr(data, "shape") and type(data) is not Unknown:
        return data.shape[0] if len(data.shape) else Unknown("the number of items")
    return len(data) if isinstance(data, (list, tuple)) else Unknown("the number of items that the script has set")


class Kept:
    """An attribute that a data set makes when it is first asked for, and that a script may set to something else."""

    def __init__(self, make: Callable[[Any], Any]) -> None:
        self.make = make

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, dataset: Any, owner: type | None = None) -> Any:
        if dataset is None:
            return self
        made = dataset.__dict__[self.name] = self.make(dataset)
        return made


class Labelled(VisionDataset):
    """A data set whose images all have one mode and, mostly, one size."""

    arguments, mode, image_size, counts, class_names = KNOWN["MNIST"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        settings = _settings(type(self).__name__, self.arguments, args, kwargs)
        super().__init__(
            settings.get("root"),
            settings.get("transforms"),
            settings.get("transform"),
            settings.get("target_transform"),
        )
        selector = next((name for name in ("train", "split", "background") if name in settings), None)
        split = settings[selector] if selector else None
        if selector in ("train", "background"):
            split = bool(split)
        if selector:
            setattr(self, selector, split)
            if isinstance(split, str) and split not in self.counts:
                raise ValueError(
                    f"Unknown value '{split}' for argument split. Valid values are {{{', '.join(map(repr, self.counts))}}}."
                )
        if not isinstance(split, Unknown) and split in self.counts:
            self.count = self.counts[split]
        self.own_loader = settings.get("loader")

    replaced: frozenset[str] = frozenset()  # what the script has put others in place of: the images, the labels

    def __setattr__(self, name: str, value: Any) -> None:
        object.__setattr__(self, name, value)
        if name in ("data", "targets", "labels") and self.image_size is not None:
            object.__setattr__(self, "replaced", self.replaced | {name})
            if name == "data":
                object.__setattr__(self, "count", _count_of(value))

    def image(self) -> Any:
        if self.own_loader is not None or ("data" in self.replaced and not self._is_alike()):
            return Unknown(f"an image of {type(self).__name__}")
        mode = Unknown("an image's mode") if self.mode == "?" else self.mode
        return Image(mode) if self.image_size is None else Image(mode, self.image_size)

    def _is_alike(self) -> bool:
        """Whether the images that a script has put into the place of these have their size and type."""
        own: Any = type(self).data.make(self)
        other = self.data
        return type(other) is type(own) and other.shape[1:] == own.shape[1:] and other.dtype == own.dtype

    def label(self) -> Any:
        if self.replaced <= {"data"} or "MNIST" in type(self).__name__:  # which make an int of every label
            return super().label()
        return Unknown("a label that the script has set")

    @Kept
    def classes(self) -> Any:
        if isinstance(self.class_names, int):
            return [Unknown("the name of a class") for _ in range(self.class_names)]
        names = self.class_names
        return list(names) if isinstance(names, list) else names  # the script's own: it may change it

    @Kept
    def class_to_idx(self) -> Any:
        return (
            {name: i for i, name in enumerate(self.class_names)}
            if isinstance(self.class_names, list)
            else Unknown("class_to_idx")
        )

    @Kept
    def targets(self) -> Any:
        return make((self.count,), dtypes.int64)

    @Kept
    def labels(self) -> Any:
        return self.targets

    @Kept
    def data(self) -> Any:
        """All images: (N, H, W) of bytes for the MNIST family, an array (N, H, W, C) or (N, C, H, W) otherwise."""
        if self.image_size is None:
            return Unknown(f"{type(self).__name__}.data")
        width, height = self.image_size
        if self.mode == "L":
            images = make((self.count, height, width), dtypes.uint8)
            return images if "MNIST" in type(self).__name__ else _array(images)
        first = type(self).__name__ in ("SVHN", "STL10")
        return _array(make((self.count, 3, height, width) if first else (self.count, height, width, 3), dtypes.uint8))

    train_labels = test_labels = property(lambda self: self.targets)
    train_data = test_data = property(lambda self: self.data)

    @property
    def samples(self) -> Any:
        return Unknown(f"{type(self).__name__}.samples")

    imgs = samples


def _array(tensor: Tensor) -> Any:
    from .numpy_arrays import ndarray

    return ndarray(tensor)


def _settings(name: str, arguments: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
    """The arguments of a constructor by name, checked as Python checks them."""
    words = [word.partition("=") for word in arguments.split()]
    known = [word for word, _, _ in words if word != "**"]
    if len(args) > len(known):
        raise TypeError(f"{name}.__init__() takes {len(known) + 1} positional arguments but {len(args) + 1} were given")
    for key in kwargs:
        if key not in known and ("**", "", "") not in words and key != "root":
            raise TypeError(f"{name}.__init__() got an unexpected keyword argument '{key}'")
    settings: dict[str, Any] = {word: {"True": True}.get(default, default) for word, _, default in words if default}
    settings.update(zip(known, args))
    settings.update(kwargs)
    if "root" in known and "root" not in settings:
        raise TypeError(f"{name}.__init__() missing 1 required positional argument: 'root'")
    return settings


class EMNIST(Labelled):
    """Letters and digits in six groupings."""

    arguments = "root split train=True transform target_transform download"
    sizes = {
        "byclass": (697932, 116323, 62), "bymerge": (697932, 116323, 47), "balanced": (112800, 18800, 47), "letters": (124800, 20800, LETTERS),
        "digits": (240000, 40000, 10), "mnist": (60000, 10000, 10),
    }  # fmt: skip

    def __init__(
        self,
        root: Any,
        split: Any,
        train: Any = True,
        transform: Any = None,
        target_transform: Any = None,
        download: Any = False,
    ) -> None:
        VisionDataset.__init__(self, root, None, transform, target_transform)
        if split not in self.sizes:
            raise ValueError(
                f"Unknown value '{split}' for argument split. Valid values are {{{', '.join(map(repr, self.sizes))}}}."
            )
        training, test, self.class_names = self.sizes[split]
        self.split, self.train, self.own_loader = split, train, None
        self.count = training if train else test


class QMNIST(Labelled):
    """MNIST with its full test set."""

    def __init__(
        self,
        root: Any,
        what: Any = None,
        compat: bool = True,
        train: Any = True,
        transform: Any = None,
        target_transform: Any = None,
        download: Any = False,
    ) -> None:
        VisionDataset.__init__(self, root, None, transform, target_transform)
        what = what or ("train" if train else "test")
        self.count = {"train": 60000, "test": 60000, "test10k": 10000, "test50k": 50000, "nist": 402953}[what]
        self.what, self.compat, self.train, self.own_loader = what, compat, train, None

    def label(self) -> Any:
        return super().label() if self.compat else make((8,), dtypes.int64)


class FakeData(VisionDataset):
    """Random images of the size asked for."""

    def __init__(
        self,
        size: Any = 1000,
        image_size: Any = (3, 224, 224),
        num_classes: Any = 10,
        transform: Any = None,
        target_transform: Any = None,
        random_offset: int = 0,
    ) -> None:
        super().__init__(None, None, transform, target_transform)
        self.size, self.num_classes, self.image_size = size, num_classes, image_size
        self.count = size

    def image(self) -> Any:
        from .vision_functional import to_pil_image

        return to_pil_image(make(tuple(self.image_size), dtypes.default_dtype()))


class CelebA(Labelled):
    """Faces; the target is 40 attributes unless another is asked for."""

    mode, image_size = "RGB", (178, 218)
    counts = {"train": 162770, "valid": 19867, "test": 19962, "all": 202599}
    shapes = {"attr": (40,), "identity": (), "bbox": (4,), "landmarks": (10,)}

    def __init__(
        self,
        root: Any,
        split: Any = "train",
        target_type: Any = "attr",
        transform: Any = None,
        target_transform: Any = None,
        download: Any = False,
    ) -> None:
        VisionDataset.__init__(self, root, None, transform, target_transform)
        self.split, self.own_loader = split, None
        self.target_type = target_type if isinstance(target_type, list) else [target_type]
        if split not in self.counts:
            raise ValueError(
                f"Unknown value '{split}' for argument split. Valid values are {{{', '.join(map(repr, self.counts))}}}."
            )
        self.count = self.counts[split]

    def label(self) -> Any:
        targets = tuple(make(self.shapes[kind], dtypes.int64) for kind in self.target_type)
        return targets[0] if len(targets) == 1 else targets or None


class _VOC(VisionDataset):
    """Pascal VOC."""

    counts: dict[str, int] = {}

    def __init__(
        self,
        root: Any,
        year: Any = "2012",
        image_set: Any = "train",
        download: Any = False,
        transform: Any = None,
        target_transform: Any = None,
        transforms: Any = None,
    ) -> None:
        super().__init__(root, transforms, transform, target_transform)
        if year == "2012" and image_set in self.counts:
            self.count = self.counts[image_set]

    def image(self) -> Any:
        return Image("RGB")


class VOCSegmentation(_VOC):
    """Images with masks of the same size."""

    counts = {"train": 1464, "val": 1449, "trainval": 2913}

    def label(self) -> Any:
        return Image("P")


class VOCDetection(_VOC):
    """Images with annotations."""

    counts = {"train": 5717, "val": 5823, "trainval": 11540}

    def label(self) -> Any:
        return Unknown("a VOC annotation")


class OfAnyKind(VisionDataset):
    """A data set whose items are not described here."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(args[0] if args else kwargs.get("root"))

    def __getitem__(self, index: Any) -> Any:
        return Unknown(f"an item of {type(self).__name__}")


def default_loader(path: Any) -> Image:
    return Image("RGB")


def _known(name: str) -> type:
    fields = dict(zip(("arguments", "mode", "image_size", "counts", "class_names"), KNOWN[name]))
    return type(
        name, (Labelled,), {**fields, "__module__": "torchvision.datasets", "__doc__": f"`torchvision.datasets.{name}`"}
    )


DATASETS: dict[str, Any] = {
    **{name: _known(name) for name in KNOWN},
    **{name: type(name, (OfAnyKind,), {"__module__": "torchvision.datasets"}) for name in OTHERS},
    "VisionDataset": VisionDataset, "EMNIST": EMNIST, "QMNIST": QMNIST, "FakeData": FakeData, "CelebA": CelebA, "VOCSegmentation": VOCSegmentation,
    "VOCDetection": VOCDetection, "default_loader": default_loader, "pil_loader": default_loader, "wrap_dataset_for_transforms_v2": lambda dataset, target_keys=None: dataset,
    "IMG_EXTENSIONS": (".jpg", ".jpeg", ".png", ".ppm", ".bmp", ".pgm", ".tif", ".tiff", ".webp"),
}  # fmt: skip

STANDS_FOR = dict.fromkeys(
    "torchvision.datasets torchvision.datasets.folder torchvision.datasets.mnist torchvision.datasets.cifar torchvision.datasets.vision".split(),
    DATASETS,
)
MENTIONED = ("torchvision",)
CLOSED = ("torchvision.datasets",)
