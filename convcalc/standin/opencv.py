"""OpenCV (`cv2`): images are arrays of numpy, (height, width) or (height, width, channels); sizes are given as (width, height).

One channel has no axis of its own in what OpenCV gives. The refusals are those of its color conversions and of element types that it has not.
"""

from __future__ import annotations

from convcalc.tensor import Unknown, dtypes, make
from convcalc.tensor.symbols import symbol
from convcalc.tensor.values import overwrite

from .numpy_arrays import asarray, ndarray
from .numpy_rules.registry import NotModelled, answering
from .numpy_types import is_other
from .tables.modelled import lenient

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class error(Exception):
    """`cv2.error`"""

    __module__ = "cv2"


# The element types that an image may have, by OpenCV's numbers for them.
DEPTHS = {
    0: dtypes.uint8,
    1: dtypes.int8,
    2: dtypes.uint16,
    3: dtypes.int16,
    4: dtypes.int32,
    5: dtypes.float32,
    6: dtypes.float64,
}
COLOR_DEPTHS = (dtypes.uint8, dtypes.uint16, dtypes.float32)


def _image(src: Any) -> ndarray:
    """An image as an array."""
    if type(src) is Unknown:
        raise NotModelled(src.reason)
    held = asarray(src)
    if type(held) is not ndarray or is_other(held._tensor.dtype) or held.ndim not in (2, 3):
        raise NotModelled
    return held


def _channels(image: ndarray) -> Any:
    return 1 if image.ndim == 2 else image.shape[2]


def _made(height: Any, width: Any, channels: Any, element: Any) -> ndarray:
    """An image; without an axis for its channels where it has one."""
    if type(channels) is not int:
        raise NotModelled("an image of which the number of channels is not known")
    return ndarray(make((height, width) if channels == 1 else (height, width, channels), element))


def _alike(src: Any, *args: Any, **kwargs: Any) -> Any:
    image = _image(src)
    return _made(image.shape[0], image.shape[1], _channels(image), image._tensor.dtype)


def imread(filename: Any, flags: Any = 1) -> Any:
    """An image of a file that nobody reads."""
    height, width = _size_of_a_file()
    if flags == 0:
        return ndarray(make((height, width), dtypes.uint8))
    if flags == 1 or flags == 4 | 1:
        return ndarray(make((height, width, 3), dtypes.uint8))
    raise NotModelled("an image as it is in its file")


def _size_of_a_file() -> tuple[Any, Any]:
    return symbol("height", "the height of an image"), symbol("width", "the width of an image")


def imdecode(buf: Any, flags: Any) -> Any:
    return imread(buf, flags)


def _whole(value: Any) -> Any:
    if value.__class__ is int or hasattr(value, "tensor_dtype"):
        return int(value) if type(value) is not Unknown else value
    if type(value) is Unknown:
        return Unknown(value.reason, int)
    raise error("Can't parse 'dsize'. Sequence item with index 0 has a wrong type")


def _dsize(dsize: Any) -> tuple[Any, Any]:
    if type(dsize) is Unknown or len(dsize) != 2:
        raise NotModelled
    return _whole(dsize[0]), _whole(dsize[1])


def resize(src: Any, dsize: Any = None, dst: Any = None, fx: Any = 0, fy: Any = 0, interpolation: Any = 1) -> Any:
    image = _image(src)
    element = image._tensor.dtype
    if element in (dtypes.int64, dtypes.uint64, dtypes.bool_, dtypes.int32, dtypes.int8) and interpolation != 0:
        if element in (dtypes.int64, dtypes.uint64, dtypes.bool_):
            raise error("OpenCV: (-215:Assertion failed) func != 0 in function 'resize'")
        raise NotModelled
    if dsize is not None and tuple(dsize) != (0, 0):
        width, height = _dsize(dsize)
    else:
        if any(type(factor) not in (int, float) for factor in (fx, fy)) or any(
            type(n) is not int for n in image.shape[:2]
        ):
            width, height = Unknown("the width of an image", int), Unknown("the height of an image", int)
        else:
            width, height = round(image.shape[1] * fx), round(image.shape[0] * fy)
    return _made(height, width, _channels(image), element)


# What color conversions take and give, by the channels in their names.
SPACES = {"BGR": 3, "RGB": 3, "BGRA": 4, "RGBA": 4, "GRAY": 1, "HSV": 3, "HLS": 3, "LAB": 3, "Lab": 3, "LUV": 3, "YUV": 3, "YCrCb": 3, "YCR_CB": 3, "XYZ": 3}  # fmt: skip
# Numbers of the conversions that are most used, as OpenCV has them.
COLORS = {
    "BGR2BGRA": 0, "RGB2RGBA": 0, "BGRA2BGR": 1, "RGBA2RGB": 1, "BGR2RGBA": 2, "RGB2BGRA": 2, "RGBA2BGR": 3, "BGRA2RGB": 3, "BGR2RGB": 4, "RGB2BGR": 4,
    "BGRA2RGBA": 5, "RGBA2BGRA": 5, "BGR2GRAY": 6, "RGB2GRAY": 7, "GRAY2BGR": 8, "GRAY2RGB": 8, "GRAY2BGRA": 9, "GRAY2RGBA": 9, "BGRA2GRAY": 10,
    "RGBA2GRAY": 11, "BGR2XYZ": 32, "RGB2XYZ": 33, "BGR2YCrCb": 36, "BGR2YCR_CB": 36, "RGB2YCrCb": 37, "RGB2YCR_CB": 37, "YCrCb2BGR": 38, "YCR_CB2BGR": 38,
    "YCrCb2RGB": 39, "YCR_CB2RGB": 39, "BGR2HSV": 40, "RGB2HSV": 41, "BGR2Lab": 44, "BGR2LAB": 44, "RGB2Lab": 45, "RGB2LAB": 45, "BGR2HLS": 52, "RGB2HLS": 53,
    "HSV2BGR": 54, "HSV2RGB": 55, "Lab2BGR": 56, "LAB2BGR": 56, "Lab2RGB": 57, "LAB2RGB": 57, "BGR2YUV": 82, "RGB2YUV": 83, "YUV2BGR": 84, "YUV2RGB": 85,
}  # fmt: skip
_BY_NUMBER: dict[int, set[tuple[int, int]]] = {}
for _name, _number in COLORS.items():
    _from, _, _to = _name.partition("2")
    _BY_NUMBER.setdefault(_number, set()).add((SPACES[_from], SPACES[_to]))


def cvtColor(src: Any, code: Any, dst: Any = None, dstCn: Any = 0, hint: Any = None) -> Any:
    image = _image(src)
    if type(code) is not int or len(_BY_NUMBER.get(code, ())) != 1 or dstCn != 0:
        raise NotModelled
    ((takes, gives),) = _BY_NUMBER[code]
    element, channels = image._tensor.dtype, _channels(image)
    if isinstance(element, dtypes.UnknownDType):
        raise NotModelled
    if element not in COLOR_DEPTHS:
        raise error(f"OpenCV: Unsupported depth of input image: 'VDepth::contains(depth)' where 'depth' is of {element.name}")  # fmt: skip
    if type(channels) is int and (channels == 1) != (takes == 1):
        raise error(f"OpenCV: Bad number of channels: Invalid number of channels in input image: 'VScn::contains(scn)' where 'scn' is {channels}")  # fmt: skip
    return _made(image.shape[0], image.shape[1], gives, element)


def rotate(src: Any, rotateCode: Any, dst: Any = None) -> Any:
    image = _image(src)
    if type(rotateCode) is not int:
        raise NotModelled
    height, width = image.shape[:2] if rotateCode == 1 else image.shape[1::-1]
    return _made(height, width, _channels(image), image._tensor.dtype)


def transpose(src: Any, dst: Any = None) -> Any:
    return rotate(src, 0)


def _warped(src: Any, M: Any, dsize: Any, *args: Any, **kwargs: Any) -> Any:
    image = _image(src)
    width, height = _dsize(dsize)
    return _made(height, width, _channels(image), image._tensor.dtype)


def _gray(src: Any, *args: Any, **kwargs: Any) -> Any:
    image = _image(src)
    return _made(image.shape[0], image.shape[1], 1, dtypes.uint8)


def _of_depth(src: Any, ddepth: Any, *args: Any, **kwargs: Any) -> Any:
    image = _image(src)
    if type(ddepth) is not int or ddepth not in (-1, *DEPTHS):
        raise NotModelled
    element = image._tensor.dtype if ddepth == -1 else DEPTHS[ddepth]
    return _made(image.shape[0], image.shape[1], _channels(image), element)


def normalize(
    src: Any, dst: Any = None, alpha: Any = 1, beta: Any = 0, norm_type: Any = 4, dtype: Any = -1, mask: Any = None
) -> Any:
    image = _image(src)
    if type(dtype) is not int or dtype not in (-1, *DEPTHS):
        raise NotModelled
    return _made(
        image.shape[0], image.shape[1], _channels(image), image._tensor.dtype if dtype == -1 else DEPTHS[dtype]
    )


def threshold(src: Any, thresh: Any, maxval: Any, type: Any, dst: Any = None) -> Any:
    return Unknown("a threshold", float), _alike(src)


def copyMakeBorder(
    src: Any, top: Any, bottom: Any, left: Any, right: Any, borderType: Any, *args: Any, **kwargs: Any
) -> Any:
    image = _image(src)
    height, width = image.shape[0] + top + bottom, image.shape[1] + left + right
    return _made(height, width, _channels(image), image._tensor.dtype)


def split(m: Any, mv: Any = None) -> Any:
    image = _image(m)
    count = _channels(image)
    if type(count) is not int:
        raise NotModelled
    return tuple(_made(image.shape[0], image.shape[1], 1, image._tensor.dtype) for _ in range(count))


def merge(mv: Any, dst: Any = None) -> Any:
    parts = [_image(part) for part in mv]
    first = parts[0]
    if any(part.ndim != 2 for part in parts):
        raise NotModelled
    return _made(first.shape[0], first.shape[1], len(parts), first._tensor.dtype)


def _joined(axis: int) -> Any:
    def joined(src: Any, dst: Any = None) -> Any:
        from .numpy_rules import find

        parts = [_image(part) for part in src]
        return find("np.concatenate")(parts, axis=axis)

    return joined


def getRotationMatrix2D(center: Any, angle: Any, scale: Any) -> Any:
    return ndarray(make((2, 3), dtypes.float64))


def getStructuringElement(shape: Any, ksize: Any, anchor: Any = None) -> Any:
    width, height = _dsize(ksize)
    return ndarray(make((height, width), dtypes.uint8))


def imwrite(filename: Any, img: Any, params: Any = None) -> Any:
    """Writes nothing: a loaded file may not."""
    return Unknown("whether an image was written", bool)


def _drawn_on(img: Any, *args: Any, **kwargs: Any) -> Any:
    """Draws on an image, and gives it back."""
    image = _image(img)
    overwrite(image._tensor)
    return image


def _silent(*args: Any, **kwargs: Any) -> None:
    """Shows or sets something."""


_RULES: dict[str, Any] = {
    "imread": imread, "imdecode": imdecode, "resize": resize, "cvtColor": cvtColor, "rotate": rotate, "transpose": transpose, "warpAffine": _warped,
    "warpPerspective": _warped, "Canny": _gray, "inRange": _gray, "Sobel": _of_depth, "Laplacian": _of_depth, "Scharr": _of_depth, "filter2D": _of_depth,
    "normalize": normalize, "threshold": threshold, "copyMakeBorder": copyMakeBorder, "split": split, "merge": merge, "hconcat": _joined(1), "vconcat": _joined(0),
    "getRotationMatrix2D": getRotationMatrix2D, "imwrite": imwrite, **dict.fromkeys("rectangle circle line putText ellipse polylines fillPoly".split(), _drawn_on), "getStructuringElement": getStructuringElement,
    **dict.fromkeys("flip GaussianBlur medianBlur blur bilateralFilter addWeighted equalizeHist dilate erode bitwise_not bitwise_and bitwise_or bitwise_xor absdiff morphologyEx boxFilter".split(), _alike),
}  # fmt: skip
_NUMBERS: dict[str, Any] = {
    **{f"COLOR_{name}": number for name, number in COLORS.items()},
    "IMREAD_UNCHANGED": -1, "IMREAD_GRAYSCALE": 0, "IMREAD_COLOR": 1, "IMREAD_ANYDEPTH": 2, "IMREAD_ANYCOLOR": 4,
    "INTER_NEAREST": 0, "INTER_LINEAR": 1, "INTER_CUBIC": 2, "INTER_AREA": 3, "INTER_LANCZOS4": 4,
    "ROTATE_90_CLOCKWISE": 0, "ROTATE_180": 1, "ROTATE_90_COUNTERCLOCKWISE": 2, "THRESH_BINARY": 0, "THRESH_BINARY_INV": 1, "THRESH_OTSU": 8,
    "BORDER_CONSTANT": 0, "BORDER_REPLICATE": 1, "BORDER_REFLECT": 2, "BORDER_REFLECT_101": 4, "BORDER_DEFAULT": 4,
    "NORM_INF": 1, "NORM_L1": 2, "NORM_L2": 4, "NORM_MINMAX": 32, "CV_8U": 0, "CV_8S": 1, "CV_16U": 2, "CV_16S": 3, "CV_32S": 4, "CV_32F": 5, "CV_64F": 6,
    "FONT_HERSHEY_SIMPLEX": 0,
}  # fmt: skip
CV2: dict[str, Any] = {
    **{name: answering(f"cv2.{name}", lenient(function)) for name, function in _RULES.items()}, **_NUMBERS, "error": error,
    **dict.fromkeys("imshow destroyAllWindows namedWindow setNumThreads destroyWindow moveWindow".split(), _silent),
}  # fmt: skip

STANDS_FOR = {"cv2": CV2}
MENTIONED = ("cv2",)
