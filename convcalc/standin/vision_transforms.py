"""`torchvision.transforms` and `transforms.v2`: callables from an image to an image or tensor.

Source: torchvision/transforms/transforms.py, torchvision/transforms/v2.
"""

from __future__ import annotations

from convcalc.nn.module import Module
from convcalc.tensor import Tensor, Unknown, dtypes, make
from convcalc.trace import recorder as _trace

from . import vision_functional as F
from .images import Image

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Transform(Module):
    """A transform is a module, as in torchvision; outside a model it leaves no row in the record."""

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        return object.__new__(cls)

    def __call__(self, *inputs: Any, **kwargs: Any) -> Any:
        if len(inputs) > 1 or (inputs and isinstance(inputs[0], (tuple, list, dict)) and self.takes_samples):
            return self.on_sample(inputs)
        recorder = _trace.active
        if recorder is None or not recorder.stack:
            return self.forward(*inputs, **kwargs)
        return Module.__call__(self, *inputs, **kwargs)

    takes_samples = False

    def on_sample(self, inputs: tuple[Any, ...]) -> Any:
        """v2: of a sample (image, target, …) the images are transformed, the rest goes through."""
        sample: Any = inputs[0] if len(inputs) == 1 else inputs
        if isinstance(sample, dict):
            return {key: self._part(value) for key, value in sample.items()}
        return type(sample)(self._part(part) for part in sample) if type(sample) in (tuple, list) else sample

    def _part(self, part: Any) -> Any:
        return (
            self.forward(part)
            if isinstance(part, (Image, Unknown)) or (isinstance(part, Tensor) and part.ndim > 2)
            else part
        )


class Same(Transform):
    """Changes pixels, not sizes: flips, colours, blurs, …"""

    def __init__(self, *args: Any, **settings: Any) -> None:
        super().__init__()

    def forward(self, img: Any) -> Any:
        return F.same(img)


class AnySize(Transform):
    """Gives another size at every run."""

    def __init__(self, *args: Any, **settings: Any) -> None:
        super().__init__()

    def forward(self, img: Any) -> Any:
        return F.any_size(img)


# containers


class Compose:
    """One after the other."""

    def __init__(self, transforms: Any) -> None:
        self.transforms = transforms

    def __call__(self, img: Any) -> Any:
        for transform in self.transforms:
            img = transform(img)
        return img

    def __repr__(self) -> str:
        return "\n".join([f"{type(self).__name__}(", *(f"    {t}" for t in self.transforms), ")"])


class ComposeV2(Transform):
    """One after the other, on samples too."""

    def __init__(self, transforms: Any) -> None:
        super().__init__()
        if not isinstance(transforms, (tuple, list)):
            raise TypeError("Argument transforms should be a sequence of callables")
        if not transforms:
            raise ValueError("Pass at least one transform")
        self.transforms = transforms

    def __call__(self, *inputs: Any) -> Any:
        for transform in self.transforms:
            outputs = transform(*inputs)
            inputs = outputs if len(inputs) > 1 else (outputs,)
        return inputs if len(inputs) > 1 else inputs[0]


ComposeV2.__name__ = ComposeV2.__qualname__ = "Compose"


def _alternatives(results: list[Any]) -> Any:
    """One of several results, at random: known as far as they are alike."""
    described = {_description(result) for result in results}
    return results[0] if len(described) == 1 else Unknown("a random choice of transforms")


def _description(value: Any) -> Any:
    if isinstance(value, Image):
        return ("image", str(value.mode), tuple(map(str, value.size)))
    if isinstance(value, Tensor):
        return ("tensor", tuple(map(str, value.shape)), value.dtype)
    return id(value)


class RandomApply(Transform):
    """All of the transforms or, with probability 1 - p, none."""

    def __init__(self, transforms: Any, p: float = 0.5) -> None:
        super().__init__()
        self.transforms = transforms
        self.p = p

    def forward(self, img: Any) -> Any:
        return _alternatives([img, Compose(self.transforms)(img)])


class RandomChoice(Transform):
    """One of the transforms."""

    def __init__(self, transforms: Any, p: Any = None) -> None:
        super().__init__()
        if not isinstance(transforms, (tuple, list)):
            raise TypeError("Argument transforms should be a sequence")
        self.transforms = transforms

    def forward(self, img: Any) -> Any:
        return _alternatives([transform(img) for transform in self.transforms])


class RandomOrder(RandomChoice):
    """All of the transforms in some order."""

    def forward(self, img: Any) -> Any:
        transforms = list(self.transforms)
        return _alternatives([Compose(transforms)(img), Compose(transforms[::-1])(img)])


class Lambda(Transform):
    """The user's own function."""

    def __init__(self, lambd: Any, *types: Any) -> None:
        super().__init__()
        if not callable(lambd):
            raise TypeError(f"Argument lambd should be callable, got {type(lambd).__name__!r}")
        self.lambd = lambd

    def forward(self, img: Any) -> Any:
        return self.lambd(img)


# between images and tensors


def _plain(name: str, function: Any) -> type:
    """A transform without settings."""
    return type(name, (Transform,), {"forward": lambda self, pic: function(pic), "__doc__": function.__doc__})


class ToPILImage(Transform):
    """An image of a tensor (C, H, W) or an array (H, W, C)."""

    def __init__(self, mode: Any = None) -> None:
        super().__init__()
        self.mode = mode

    def forward(self, pic: Any) -> Any:
        return F.to_pil_image(pic, self.mode)


class ToTensorV2(Transform):
    """Images and arrays become tensors; a tensor passes."""

    def forward(self, pic: Any) -> Any:
        return pic if isinstance(pic, Tensor) else F.to_tensor(pic)


class ConvertImageDtype(Transform):
    """Another element type."""

    def __init__(self, dtype: Any = dtypes.float32) -> None:
        super().__init__()
        self.dtype = dtype

    def forward(self, image: Any) -> Any:
        return F.to_dtype(image, self.dtype)


class ToDtype(Transform):
    """Another element type, of the kinds of inputs named."""

    def __init__(self, dtype: Any, scale: bool = False) -> None:
        super().__init__()
        self.dtype = dtype

    def forward(self, image: Any) -> Any:
        dtype = self.dtype
        if isinstance(dtype, dict):
            dtype = dtype.get(Tensor, dtype.get("others", next(iter(dtype.values()))))
        return image if dtype is None or isinstance(image, Image) else F.to_dtype(image, dtype)


class Normalize(Transform):
    """Subtracts a mean and divides by a deviation, of one value or one a channel."""

    def __init__(self, mean: Any, std: Any, inplace: bool = False) -> None:
        super().__init__()
        self.mean = mean
        self.std = std
        self.inplace = inplace

    def forward(self, tensor: Any) -> Any:
        return F.normalize(tensor, self.mean, self.std)

    def extra_repr(self) -> str:
        return f"mean={self.mean}, std={self.std}"


# sizes


class Resize(Transform):
    """A number is the shorter side; a pair is height and width."""

    def __init__(self, size: Any, interpolation: Any = None, max_size: Any = None, antialias: Any = True) -> None:
        super().__init__()
        if not isinstance(size, (int, tuple, list, Unknown)):
            raise TypeError(f"Size should be int or sequence. Got {type(size)}")
        if isinstance(size, (tuple, list)) and len(size) not in (1, 2):
            raise ValueError("If size is a sequence, it should have 1 or 2 values")
        self.size = size
        self.max_size = max_size

    def forward(self, img: Any) -> Any:
        return F.resize(img, self.size, max_size=self.max_size)


class _Window(Transform):
    def __init__(self, size: Any, *args: Any, **settings: Any) -> None:
        super().__init__()
        self.size = F.size_pair(size)


class CenterCrop(_Window):
    """The middle; a smaller image is padded."""

    def forward(self, img: Any) -> Any:
        return F.center_crop(img, self.size)


class RandomResizedCrop(_Window):
    """A random part, resized."""

    def forward(self, img: Any) -> Any:
        return F.center_crop(img, self.size)


class FiveCrop(_Window):
    """Five windows: the corners and the centre."""

    def forward(self, img: Any) -> Any:
        return F.five_crop(img, self.size)


class TenCrop(_Window):
    """Five windows, and five of the flipped image."""

    def forward(self, img: Any) -> Any:
        return F.ten_crop(img, self.size)


class RandomCrop(Transform):
    """A random window, after padding."""

    def __init__(
        self, size: Any, padding: Any = None, pad_if_needed: bool = False, fill: Any = 0, padding_mode: str = "constant"
    ) -> None:
        super().__init__()
        self.size = F.size_pair(size)
        self.padding = padding
        self.pad_if_needed = pad_if_needed

    def forward(self, img: Any) -> Any:
        if self.padding is not None:
            img = F.pad(img, self.padding)
        return F.random_crop(img, self.size, self.pad_if_needed)


class Pad(Transform):
    """More on the sides."""

    def __init__(self, padding: Any, fill: Any = 0, padding_mode: str = "constant") -> None:
        super().__init__()
        self.padding = padding

    def forward(self, img: Any) -> Any:
        return F.pad(img, self.padding)


class RandomRotation(Transform):
    """Turns by a random angle; with `expand` the size follows the angle."""

    def __init__(
        self, degrees: Any, interpolation: Any = None, expand: bool = False, center: Any = None, fill: Any = 0
    ) -> None:
        super().__init__()
        self.expand = expand

    def forward(self, img: Any) -> Any:
        return F.rotate(img, Unknown("a random angle"), expand=self.expand)


class Grayscale(Transform):
    """One channel, or three alike."""

    def __init__(self, num_output_channels: int = 1) -> None:
        super().__init__()
        self.num_output_channels = num_output_channels

    def forward(self, img: Any) -> Any:
        return F.to_grayscale(img, self.num_output_channels)


class MixUp(Transform):
    """Blends a batch with itself: images keep their shape, labels become (N, num_classes)."""

    def __init__(self, *, alpha: float = 1.0, num_classes: Any = None, labels_getter: Any = "default") -> None:
        super().__init__()
        self.num_classes = num_classes

    def on_sample(self, inputs: tuple[Any, ...]) -> Any:
        images, labels, *rest = inputs[0] if len(inputs) == 1 else inputs
        if isinstance(labels, Tensor) and labels.ndim == 1:
            classes: Any = Unknown("the number of classes") if self.num_classes is None else self.num_classes
            labels = make((labels.shape[0], classes), dtypes.float32)
        return (images, labels, *rest)


class CutMix(MixUp):
    """Pastes a part of one image of a batch into another."""


def _names(words: str, base: type) -> dict[str, type]:
    return {name: type(name, (base,), {"__module__": "torchvision.transforms"}) for name in words.split()}


_SAME = _names(
    "RandomHorizontalFlip RandomVerticalFlip RandomGrayscale ColorJitter RandomAffine RandomPerspective RandomErasing GaussianBlur RandomInvert "
    "RandomPosterize RandomSolarize RandomAdjustSharpness RandomAutocontrast RandomEqualize ElasticTransform LinearTransformation AutoAugment "
    "RandAugment TrivialAugmentWide AugMix",
    Same,
)
_CLASSES = (
    Compose, RandomApply, RandomChoice, RandomOrder, Lambda, ToPILImage, ConvertImageDtype, Normalize, Resize, CenterCrop, RandomResizedCrop, FiveCrop,
    TenCrop, RandomCrop, Pad, RandomRotation, Grayscale,
)  # fmt: skip
TRANSFORMS: dict[str, Any] = {
    **{cls.__name__: cls for cls in _CLASSES},
    **_SAME,
    "ToTensor": _plain("ToTensor", F.to_tensor), "PILToTensor": _plain("PILToTensor", F.pil_to_tensor), "InterpolationMode": F.InterpolationMode,
    "AutoAugmentPolicy": type("AutoAugmentPolicy", (), {"IMAGENET": "imagenet", "CIFAR10": "cifar10", "SVHN": "svhn"}),
}  # fmt: skip


def _on_samples(name: str, cls: type) -> type:
    return type(name, (cls,), {"takes_samples": True, "__module__": "torchvision.transforms.v2"})


TRANSFORMS_V2: dict[str, Any] = {
    **{name: _on_samples(name, cls) if issubclass(cls, Transform) else cls for name, cls in TRANSFORMS.items()},
    **_names(
        "Identity GaussianNoise JPEG RandomChannelPermutation RandomPhotometricDistort ClampBoundingBoxes ConvertBoundingBoxFormat SanitizeBoundingBoxes "
        "ClampKeyPoints SanitizeKeyPoints SetClampingMode ToPureTensor",
        Same,
    ),
    **_names("RandomIoUCrop RandomResize RandomShortestSize RandomZoomOut ScaleJitter", AnySize),
    "Compose": ComposeV2, "ToTensor": _on_samples("ToTensor", ToTensorV2), "ToImage": _on_samples("ToImage", _plain("ToImage", F.to_image)),
    "ToDtype": _on_samples("ToDtype", ToDtype), "RGB": _on_samples("RGB", type("RGB", (Transform,), {"forward": lambda self, img: F.to_grayscale(img, 3)})),
    "Transform": Transform, "MixUp": MixUp, "CutMix": CutMix, "InterpolationMode": F.InterpolationMode, "query_size": lambda inputs: tuple(F.get_dimensions(inputs)[1:]),
}  # fmt: skip

STANDS_FOR = {
    "torchvision.transforms": TRANSFORMS,
    "torchvision.transforms.transforms": TRANSFORMS,
    "torchvision.transforms.autoaugment": TRANSFORMS,
    "torchvision.transforms.v2": TRANSFORMS_V2,
}
MENTIONED = ("torchvision",)
CLOSED = tuple(STANDS_FOR)
