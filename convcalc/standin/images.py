"""Stand-ins for PIL images: a mode and a size (width, height), either of which may be unknown."""

from __future__ import annotations

from convcalc.tensor import Unknown, UnknownValue

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
    """An image of a file that is never opened: mode and size are not known."""
    return Image(Unknown("an image's mode"))


def fromarray(array: Any, mode: Any = None) -> Image:
    """The image of an array of shape (height, width) or (height, width, channels)."""
    shape = getattr(array, "shape", None)
    if isinstance(array, Unknown) or not isinstance(shape, tuple) or len(shape) not in (2, 3):
        return Image(Unknown("an image's mode") if mode is None else mode)
    if mode is None:
        mode = (
            {1: "L", 2: "LA", 3: "RGB", 4: "RGBA"}.get(shape[2], Unknown("an image's mode")) if len(shape) == 3 else "L"
        )
    return Image(mode, (shape[1], shape[0]))


class _Resampling:
    NEAREST, LANCZOS, BILINEAR, BICUBIC, BOX, HAMMING = range(6)


class _Transpose:
    FLIP_LEFT_RIGHT, FLIP_TOP_BOTTOM, ROTATE_90, ROTATE_180, ROTATE_270, TRANSPOSE, TRANSVERSE = range(7)


PIL_IMAGE: dict[str, Any] = {
    "Image": Image, "new": new, "open": open_image, "fromarray": fromarray, "Resampling": _Resampling, "Transpose": _Transpose, "ANTIALIAS": 1,
    **{name: value for cls in (_Resampling, _Transpose) for name, value in vars(cls).items() if name.isupper()},
}  # fmt: skip

STANDS_FOR = {"PIL.Image": PIL_IMAGE}
MENTIONED = ("torchvision",)
