"""What goes with PIL's images: `ImageOps`, `ImageEnhance`, `ImageFilter`."""

from __future__ import annotations

from convcalc.tensor import Unknown

from .images import Image
from .numpy_rules.registry import NotModelled, answering
from .tables.modelled import lenient

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def _alike(image: Any, *args: Any, **kwargs: Any) -> Any:
    if type(image) is not Image:
        raise NotModelled
    return image.copy()


def _sized(image: Any, size: Any, *args: Any, **kwargs: Any) -> Any:
    if type(image) is not Image or type(size) is Unknown:
        raise NotModelled
    return image.sized(*size)


def grayscale(image: Any) -> Any:
    return _alike(image).convert("L")


def _edges(border: Any) -> tuple[Any, Any, Any, Any]:
    """Left, top, right and bottom, of one number, of two or of four."""
    if isinstance(border, tuple):
        return (*border, *border) if len(border) == 2 else border
    return border, border, border, border


def expand(image: Any, border: Any = 0, fill: Any = 0) -> Any:
    left, top, right, bottom = _edges(border)
    width, height = _alike(image).size
    return image.sized(left + width + right, top + height + bottom)


def crop(image: Any, border: Any = 0) -> Any:
    left, top, right, bottom = _edges(border)
    width, height = _alike(image).size
    return image.sized(width - left - right, height - top - bottom)


def scale(image: Any, factor: Any, *args: Any) -> Any:
    width, height = _alike(image).size
    if type(factor) not in (int, float) or type(width) is not int or type(height) is not int:
        raise NotModelled
    return image.sized(round(factor * width), round(factor * height))


class Enhancer:
    """Gives an image of the same size."""

    def __init__(self, image: Any) -> None:
        self.image = image

    def enhance(self, factor: Any) -> Any:
        return self.image.copy() if type(self.image) is Image else Unknown("ImageEnhance.enhance(...)")


class Filter:
    """What `Image.filter` takes."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        pass


_OPS: dict[str, Any] = {
    "grayscale": grayscale, "expand": expand, "crop": crop, "scale": scale,
    **dict.fromkeys(("fit", "pad"), _sized),
    **dict.fromkeys("mirror flip invert equalize autocontrast posterize solarize".split(), _alike),
}  # fmt: skip
STANDS_FOR: dict[str, dict[str, Any]] = {
    "PIL.ImageOps": {name: answering(f"ImageOps.{name}", lenient(function)) for name, function in _OPS.items()},
    "PIL.ImageEnhance": {name: type(name, (Enhancer,), {}) for name in "Brightness Color Contrast Sharpness".split()},
    "PIL.ImageFilter": {
        **{name: type(name, (Filter,), {}) for name in "GaussianBlur BoxBlur MedianFilter UnsharpMask MinFilter MaxFilter Kernel".split()},
        **dict.fromkeys("BLUR CONTOUR DETAIL EDGE_ENHANCE EMBOSS FIND_EDGES SHARPEN SMOOTH".split(), Filter),
    },
}  # fmt: skip
