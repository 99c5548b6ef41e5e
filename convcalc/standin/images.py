"""Stand-ins for PIL images: a mode and a size (width, height), either of which may be unknown."""

from __future__ import annotations

from convcalc.tensor import Unknown, UnknownValue
from convcalc.tensor.symbols import symbol

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

BANDS = {
    "1": 1,
    "L": 1,
    "P": 1,
    "I": 1,
    "F": 1,
    "I;16": 1,
    "LA": 2,
    "PA": 2,
    "RGB": 3,
    "YCbCr": 3,
    "LAB": 3,
    "HSV": 3,
    "RGBA": 4,
    "CMYK": 4,
    "RGBX": 4,
}


class Image:
    """An image without pixels."""

    def __init__(self, mode: Any = "RGB", size: Any = None) -> None:
        if size is None:
            size = Unknown("an image's width"), Unknown("an image's height")
        self.mode = mode
        self.size = tuple(size)
        self.info: dict[str, Any] = {}
        self.format: Any = None
        self.filename = ""

    @property
    def width(self) -> Any:
        return self.size[0]

    @property
    def height(self) -> Any:
        return self.size[1]

    @property
    def channels(self) -> Any:
        return Unknown("an image's channels") if isinstance(self.mode, Unknown) else BANDS[self.mode]

    def getbands(self) -> tuple[str, ...]:
        if isinstance(self.mode, Unknown):
            raise UnknownValue("an image's mode")
        return tuple(self.mode) if BANDS[self.mode] == len(self.mode) else (self.mode,)

    def sized(self, width: Any, height: Any) -> Image:
        return Image(self.mode, (width, height))

    def convert(self, mode: Any = None, *args: Any, **kwargs: Any) -> Image:
        return Image(self.mode if mode is None else mode, self.size)

    def resize(self, size: Any, *args: Any, **kwargs: Any) -> Image:
        return Image(self.mode, size)

    def crop(self, box: Any = None) -> Image:
        if box is None:
            return self.copy()
        left, upper, right, lower = (round(edge) for edge in box)
        return self.sized(right - left, lower - upper)

    def rotate(self, angle: Any, resample: Any = 0, expand: Any = 0, *args: Any, **kwargs: Any) -> Image:
        return Image(self.mode) if expand else self.copy()

    def transpose(self, method: Any) -> Image:
        if isinstance(method, Unknown):
            return Image(self.mode)
        swapped = method in (2, 4, 5, 6)  # quarter turns and the two diagonals
        return self.sized(*(reversed(self.size) if swapped else self.size))

    def thumbnail(self, size: Any, *args: Any, **kwargs: Any) -> None:
        self.size = (Unknown("a thumbnail's width"), Unknown("a thumbnail's height"))

    def split(self) -> tuple[Image, ...]:
        return tuple(Image("L", self.size) for _ in range(self.channels))

    def copy(self) -> Image:
        return Image(self.mode, self.size)

    filter = effect_spread = lambda self, *args, **kwargs: self.copy()
    load = verify = save = show = close = paste = putpixel = seek = lambda self, *args, **kwargs: None

    def __enter__(self) -> Image:
        return self

    def __exit__(self, *exc: Any) -> None:
        pass

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return Unknown(f"Image.{name}")

    def __repr__(self) -> str:
        return f"<PIL.Image.Image image mode={self.mode} size={self.size[0]}x{self.size[1]}>"


Image.__module__ = "PIL.Image"


def new(mode: str, size: Any, color: Any = 0) -> Image:
    return Image(mode, size)


def open_image(*args: Any, **kwargs: Any) -> Image:
    """An image of a file that is never opened: the mode is not known, and width and height are symbols."""
    size = symbol("width", "an image's width"), symbol("height", "an image's height")
    return Image(Unknown("an image's mode"), size)


# The mode of an array by the sizes behind (height, width) and the element type. Source: PIL/Image.py, _fromarray_typemap
MODES = {
    ((), "bool"): "1", ((), "uint8"): "L", ((), "int8"): "I", ((), "uint16"): "I;16", ((), "int16"): "I", ((), "uint32"): "I", ((), "int32"): "I",
    ((), "float32"): "F", ((), "float64"): "F", ((2,), "uint8"): "LA", ((3,), "uint8"): "RGB", ((4,), "uint8"): "RGBA",
}  # fmt: skip


def fromarray(obj: Any, mode: Any = None) -> Any:
    """The image of an array of shape (height, width) or (height, width, channels); TypeError where there is no mode for it."""
    shape = getattr(obj, "shape", None)
    if isinstance(obj, Unknown) or not isinstance(shape, tuple):
        return Image(Unknown("an image's mode") if mode is None else mode)
    if len(shape) == 1:
        shape = (shape[0], 1)
    element: Any = getattr(getattr(obj, "dtype", None), "name", None)
    if mode is None and (len(shape) > 3 or (element is not None and all(type(n) is int for n in shape[2:]))):
        mode = MODES.get((tuple(shape[2:]), element))
        if mode is None:
            inner = (1, 1, *shape[2:])
            raise TypeError(f"Cannot handle this data type: {inner}, {getattr(obj.dtype, 'str', element)}")
    return Image(Unknown("an image's mode") if mode is None else mode, (shape[1], shape[0]))


def merge(mode: Any, bands: Any) -> Any:
    """One image of several bands."""
    return Image(mode, next(iter(bands)).size)


def blend(im1: Any, im2: Any, alpha: Any) -> Any:
    """A mixture of two images."""
    return im1.copy()


class _Resampling:
    NEAREST, LANCZOS, BILINEAR, BICUBIC, BOX, HAMMING = range(6)


class _Transpose:
    FLIP_LEFT_RIGHT, FLIP_TOP_BOTTOM, ROTATE_90, ROTATE_180, ROTATE_270, TRANSPOSE, TRANSVERSE = range(7)


PIL_IMAGE: dict[str, Any] = {
    "Image": Image, "new": new, "open": open_image, "fromarray": fromarray, "merge": merge, "blend": blend, "Resampling": _Resampling, "Transpose": _Transpose, "ANTIALIAS": 1,
    **{name: value for cls in (_Resampling, _Transpose) for name, value in vars(cls).items() if name.isupper()},
}  # fmt: skip

STANDS_FOR = {"PIL.Image": PIL_IMAGE}
MENTIONED = ("torchvision",)
