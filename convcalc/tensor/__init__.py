"""Shape-only tensors: shape, element type, layout, and what is not known."""

from __future__ import annotations

from .dtypes import DType as DType
from .dtypes import UnknownDType as UnknownDType
from .dtypes import dtype_of as dtype_of
from .errors import ShapeAssertionError as ShapeAssertionError
from .errors import ShapeAttributeError as ShapeAttributeError
from .errors import ShapeError as ShapeError
from .errors import ShapeIndexError as ShapeIndexError
from .errors import ShapeKeyError as ShapeKeyError
from .errors import ShapeNotImplementedError as ShapeNotImplementedError
from .errors import ShapeTypeError as ShapeTypeError
from .errors import ShapeValueError as ShapeValueError
from .errors import message_of as message_of
from .size import Size as Size
from .tensor import CPU as CPU
from .tensor import Device as Device
from .tensor import Parameter as Parameter
from .tensor import Tensor as Tensor
from .tensor import UninitializedBuffer as UninitializedBuffer
from .tensor import UninitializedParameter as UninitializedParameter
from .tensor import make as make
from .tensor import wrap_dim as wrap_dim
from .unknown import Unknown as Unknown
from .unknown import UnknownValue as UnknownValue
from .unknown import is_unknown as is_unknown
from .unknown import lacks as lacks
from .unknown import unknown_of as unknown_of
