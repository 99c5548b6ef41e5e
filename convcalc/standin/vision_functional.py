"""`torchvision.transforms.functional` on sizes: an image here is a PIL stand-in or a tensor (..., C, H, W).

Source: torchvision/transforms/functional.py, _functional_tensor.py, _functional_pil.py.
"""

from __future__ import annotations

from convcalc.tensor import ShapeError, ShapeTypeError, ShapeValueError, Tensor, Unknown, dtypes, make

from .images import Image

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

MODES = {1: "L", 2: "LA", 3: "RGB", 4: "RGBA"}


class InterpolationMode:
    """How pixels are resampled; no shape depends on it."""

    NEAREST, NEAREST_EXACT, BILINEAR, BICUBIC, BOX, HAMMING, LANCZOS = (
        "nearest nearest-exact bilinear bicubic box hamming lanczos".split()
    )


def get_dimensions(img: Any) -> list[Any]:
    """Channels, height, width."""
    if isinstance(img, Image):
        return [img.channels, img.height, img.width]
    if isinstance(img, Tensor):
        if img.ndim < 2:
            raise TypeError("Tensor is not a torch image.")
        return [1 if img.ndim == 2 else img.shape[-3], img.shape[-2], img.shape[-1]]
    raise TypeError(f"Unexpected type {type(img)}")


def _sized(img: Any, height: Any, width: Any) -> Any:
    """The same image with another height and width."""
    if isinstance(img, Image):
        return img.sized(width, height)
    return make((*img.shape[:-2], height, width), img.dtype)


def _on_images(function: Any) -> Any:
    """Lets an unknown image through as an unknown."""

    def applied(img: Any, *args: Any, **kwargs: Any) -> Any:
        return img if isinstance(img, Unknown) else function(img, *args, **kwargs)

    applied.__name__ = applied.__qualname__ = function.__name__
    applied.__doc__ = function.__doc__
    return applied


@_on_images
def same(img: Any, *args: Any, **kwargs: Any) -> Any:
    """What changes pixels only."""
    get_dimensions(img)
    return img


# between images and tensors


@_on_images
def to_tensor(pic: Any) -> Any:
    """(C, H, W) of an image (width, height) or of an array (H, W, C); bytes become floats."""
    if isinstance(pic, Image):
        dtype = {"I": dtypes.int32, "I;16": dtypes.int16, "F": dtypes.float32}.get(
            str(pic.mode), dtypes.default_dtype()
        )
        return make((pic.channels, pic.height, pic.width), dtype)
    if not hasattr(pic, "__tensor__"):
        kind = "<class 'torch.Tensor'>" if type(pic) is Tensor else type(pic)
        raise TypeError(f"pic should be PIL Image or ndarray. Got {kind}")
    tensor = _channels_first(pic)
    return make(tensor.shape, dtypes.default_dtype()) if tensor.dtype is dtypes.uint8 else tensor


def _channels_first(array: Any) -> Tensor:
    tensor = array.__tensor__()
    if tensor.ndim not in (2, 3):
        raise ValueError(f"pic should be 2/3 dimensional. Got {tensor.ndim} dimensions.")
    height, width = tensor.shape[:2]
    return make((tensor.shape[2] if tensor.ndim == 3 else 1, height, width), tensor.dtype)


@_on_images
def pil_to_tensor(pic: Any) -> Any:
    if not isinstance(pic, Image):
        raise TypeError(f"pic should be PIL Image. Got {type(pic)}")
    dtype = {"I": dtypes.int32, "I;16": dtypes.int16, "F": dtypes.float32, "1": dtypes.bool_}.get(
        str(pic.mode), dtypes.uint8
    )
    return make((pic.channels, pic.height, pic.width), dtype)


@_on_images
def to_image(inpt: Any) -> Any:
    """`v2.ToImage`: a tensor (C, H, W) of the image's own element type."""
    if isinstance(inpt, Image):
        return pil_to_tensor(inpt)
    if hasattr(inpt, "__tensor__"):
        return _channels_first(inpt)
    if isinstance(inpt, Tensor):
        return inpt
    raise TypeError(f"Input can either be a pure Tensor, a numpy array, or a PIL image, but got {type(inpt)} instead.")


@_on_images
def to_dtype(image: Any, dtype: Any = dtypes.float32, scale: bool = False) -> Any:
    if not isinstance(image, Tensor):
        raise TypeError("Input img should be Tensor Image")
    return make(image.shape, dtypes.dtype_of(dtype), image._strides)


@_on_images
def to_pil_image(pic: Any, mode: Any = None) -> Any:
    if isinstance(pic, Tensor):
        if pic.ndim not in (2, 3):
            raise ValueError(f"pic should be 2/3 dimensional. Got {pic.ndim} dimensions.")
        channels, height, width = get_dimensions(pic)
    elif hasattr(pic, "__tensor__"):
        channels, height, width = _channels_first(pic).shape
    else:
        raise TypeError(f"pic should be Tensor or ndarray. Got {type(pic)}.")
    if channels > 4:
        raise ValueError(f"pic should not have > 4 channels. Got {channels} channels.")
    if mode is None:
        mode = channels if isinstance(channels, Unknown) else MODES[channels]
    return Image(mode, (width, height))


@_on_images
def normalize(tensor: Any, mean: Any = None, std: Any = None, inplace: bool = False) -> Any:
    """Subtracts `mean` and divides by `std`, both of one value or one a channel.

    Errors:  not a float tensor (..., C, H, W); as many means or deviations as there are not channels
    """
    if not isinstance(tensor, Tensor):
        raise ShapeTypeError(f"img should be Tensor Image. Got {type(tensor)}", "argument")
    if not tensor.is_floating_point():
        raise ShapeTypeError(f"Input tensor should be a float tensor. Got {tensor.dtype}.", "argument")
    if tensor.ndim < 3:
        raise ShapeValueError(
            f"Expected tensor to be a tensor image of size (..., C, H, W). Got tensor.size() = {tensor.shape}",
            "argument",
        )
    shape = list(tensor.shape)
    for values in (mean, std):
        count = (
            len(values)
            if isinstance(values, (tuple, list))
            else values.shape[0]
            if isinstance(values, Tensor) and values.ndim
            else 1
        )
        if isinstance(shape[-3], Unknown) and count != 1:
            shape[-3] = count  # no other number of channels would do
        if count != 1 and count != shape[-3]:
            if shape[-3] != 1:
                raise ShapeError(
                    f"The size of tensor a ({shape[-3]}) must match the size of tensor b ({count}) at non-singleton dimension {tensor.ndim - 3}",
                    "argument", expected=shape[-3], actual=count, shape=tuple(tensor.shape), argument="mean",
                )  # fmt: skip
            wide = [*shape[:-3], count, *shape[-2:]]
            raise ShapeError(
                f"output with shape {shape} doesn't match the broadcast shape {wide}",
                "argument", expected=1, actual=count, shape=tuple(tensor.shape), argument="mean",
            )  # fmt: skip
    return make(shape, tensor.dtype)


# sizes


def size_pair(size: Any, message: str = "Please provide only two dimensions (h, w) for size.") -> tuple[Any, Any]:
    """Height and width of a size given as one number or two."""
    if isinstance(size, (int, Unknown)):
        return size, size
    if isinstance(size, (tuple, list)) and len(size) == 1:
        return size[0], size[0]
    if len(size) != 2:
        raise ValueError(message)
    return tuple(size)


@_on_images
def resize(img: Any, size: Any, interpolation: Any = None, max_size: Any = None, antialias: Any = True) -> Any:
    """A number is the new shorter side, and the aspect is kept; a pair is height and width.

    Formula: long' = int(size * long / short), at most max_size
    """
    _, height, width = get_dimensions(img)
    if isinstance(size, (tuple, list)) and len(size) == 2:
        if max_size is not None:
            raise ValueError(
                "max_size should only be passed if size specifies the length of the smaller edge, i.e. size should be an int or a sequence of length 1 in torchscript mode."
            )
        return _sized(img, *size)
    short = size[0] if isinstance(size, (tuple, list)) else size
    if any(isinstance(n, Unknown) for n in (short, height, width)):
        return _sized(img, Unknown("a resized image's height"), Unknown("a resized image's width"))
    new_short, new_long = short, int(short * max(height, width) / min(height, width))
    if max_size is not None:
        if max_size <= short:
            raise ValueError(
                f"max_size = {max_size} must be strictly greater than the requested size for the smaller edge size = {size}"
            )
        if new_long > max_size:
            new_short, new_long = int(max_size * new_short / new_long), max_size
    return _sized(img, *((new_long, new_short) if width <= height else (new_short, new_long)))


@_on_images
def center_crop(img: Any, output_size: Any) -> Any:
    """Always of the size asked for: a smaller image is padded first."""
    get_dimensions(img)
    return _sized(img, *size_pair(output_size))


@_on_images
def crop(img: Any, top: Any, left: Any, height: Any, width: Any) -> Any:
    get_dimensions(img)
    return _sized(img, height, width)


@_on_images
def random_crop(img: Any, size: tuple[Any, Any], pad_if_needed: bool = False) -> Any:
    """A window of the size asked for; refused where the image is smaller."""
    _, height, width = get_dimensions(img)
    if pad_if_needed:  # width is padded by the lack on both sides, then height
        width = width + 2 * (size[1] - width) if width < size[1] else width
        height = height + 2 * (size[0] - height) if height < size[0] else height
    if height < size[0] or width < size[1]:
        raise ShapeValueError(
            f"Required crop size {tuple(size)} is larger than input image size {(height, width)}",
            "argument",
            expected=tuple(size),
            actual=(height, width),
        )
    return _sized(img, *size)


@_on_images
def resized_crop(img: Any, top: Any, left: Any, height: Any, width: Any, size: Any, *args: Any, **kwargs: Any) -> Any:
    return resize(crop(img, top, left, height, width), size)


@_on_images
def pad(img: Any, padding: Any, fill: Any = 0, padding_mode: str = "constant") -> Any:
    """One number for all sides, two for left/right and top/bottom, or four: left, top, right, bottom."""
    _, height, width = get_dimensions(img)
    if isinstance(padding, (int, Unknown)):
        left = top = right = bottom = padding
    elif not isinstance(padding, (tuple, list)):
        raise TypeError("Got inappropriate padding arg")
    elif len(padding) == 1:
        left = top = right = bottom = padding[0]
    elif len(padding) == 2:
        left, top = right, bottom = padding
    elif len(padding) == 4:
        left, top, right, bottom = padding
    else:
        raise ValueError(f"Padding must be an int or a 1, 2, or 4 element tuple, not a {len(padding)} element tuple")
    return _sized(img, height + top + bottom, width + left + right)


@_on_images
def rotate(img: Any, angle: Any, interpolation: Any = None, expand: bool = False, *args: Any, **kwargs: Any) -> Any:
    _, height, width = get_dimensions(img)
    if not expand:
        return img
    if isinstance(angle, (int, float)) and angle % 90 == 0:
        return _sized(img, *((height, width) if angle % 180 == 0 else (width, height)))
    return _sized(img, Unknown("a rotated image's height"), Unknown("a rotated image's width"))


@_on_images
def any_size(img: Any, *args: Any, **kwargs: Any) -> Any:
    """What gives another size at every run."""
    get_dimensions(img)
    return _sized(img, Unknown("a random height"), Unknown("a random width"))


def five_crop(img: Any, size: Any) -> Any:
    """The four corners and the centre."""
    return tuple(random_crop(img, size_pair(size)) for _ in range(5))


def ten_crop(img: Any, size: Any, vertical_flip: bool = False) -> Any:
    return five_crop(img, size) * 2


@_on_images
def to_grayscale(img: Any, num_output_channels: int = 1) -> Any:
    if num_output_channels not in (1, 3):
        raise ValueError("num_output_channels should be either 1 or 3")
    if isinstance(img, Image):
        return Image("L" if num_output_channels == 1 else "RGB", img.size)
    if img.ndim < 3:
        raise TypeError(f"Input image tensor should have at least 3 dimensions, but found {img.ndim}")
    channels = img.shape[-3]
    if not isinstance(channels, Unknown) and channels not in (1, 3):
        raise TypeError(f"Input image tensor permitted channel values are 1 or 3, but found {channels}")
    return make((*img.shape[:-3], num_output_channels, *img.shape[-2:]), img.dtype)


def get_image_size(img: Any) -> list[Any]:
    return get_dimensions(img)[:0:-1]


def get_image_num_channels(img: Any) -> Any:
    return get_dimensions(img)[0]


_SAME = """
    hflip vflip affine perspective adjust_brightness adjust_contrast adjust_saturation adjust_hue adjust_gamma adjust_sharpness gaussian_blur erase
    invert posterize solarize autocontrast equalize elastic_transform horizontal_flip vertical_flip gaussian_noise
""".split()
FUNCTIONAL: dict[str, Any] = {
    **dict.fromkeys(_SAME, same),
    "InterpolationMode": InterpolationMode, "get_dimensions": get_dimensions, "get_image_size": get_image_size, "get_size": lambda img: get_dimensions(img)[1:],
    "get_image_num_channels": get_image_num_channels, "get_num_channels": get_image_num_channels, "to_tensor": to_tensor, "pil_to_tensor": pil_to_tensor,
    "to_image": to_image, "convert_image_dtype": to_dtype, "to_dtype": to_dtype, "to_pil_image": to_pil_image, "normalize": normalize, "resize": resize,
    "center_crop": center_crop, "crop": crop, "resized_crop": resized_crop, "pad": pad, "rotate": rotate, "five_crop": five_crop, "ten_crop": ten_crop,
    "to_grayscale": to_grayscale, "rgb_to_grayscale": to_grayscale, "is_pure_tensor": lambda inpt: isinstance(inpt, Tensor),
}  # fmt: skip

STANDS_FOR = {
    "torchvision.transforms.functional": FUNCTIONAL,
    "torchvision.transforms.v2.functional": FUNCTIONAL,
}
CLOSED = tuple(STANDS_FOR)
