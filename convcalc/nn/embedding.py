"""Embedding layers."""

from __future__ import annotations

from convcalc.ops import embedding as _embedding
from convcalc.tensor import Parameter, ShapeAssertionError, ShapeError, ShapeIndexError, Tensor, dtype_of, make
from convcalc.tensor.dtypes import FLOATING
from convcalc.tensor.size import differ
from convcalc.tensor.tensor import check_sizes

from .facts import facts
from .module import Module

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def _row_of(padding_idx: int | None, rows: int, name: str) -> int | None:
    """padding_idx counted from the front; it must be a row."""
    if padding_idx is None:
        return None
    if (padding_idx > 0 and padding_idx >= rows) or (padding_idx < 0 and padding_idx < -rows):
        raise ShapeAssertionError(
            f"{name} must be within num_embeddings", expected=rows, actual=padding_idx, argument="padding_idx"
        )
    return rows + padding_idx if padding_idx < 0 else padding_idx


def _check_padding_row(layer: Embedding | EmbeddingBag) -> None:
    """The row that is filled with zeros exists; a table without rows has none."""
    if layer.padding_idx is not None and layer.num_embeddings == 0:
        raise ShapeIndexError("index 0 is out of bounds for dimension 0 with size 0", argument="padding_idx")


def _table(rows: int, columns: int, weight: Tensor | None, dtype: Any, trained: bool = True) -> Parameter:
    if weight is None:
        kind = dtype_of(dtype)
        shape = check_sizes((rows, columns), "empty")
        if kind.category < FLOATING and trained:
            raise ShapeError("Only Tensors of floating point and complex dtype can require gradients", "dtype")
        return Parameter(make(shape, kind), requires_grad=trained)
    if differ(weight.shape, (rows, columns)):
        raise ShapeAssertionError(
            "Shape of weight does not match num_embeddings and embedding_dim",
            expected=(rows, columns),
            actual=tuple(weight.shape),
        )
    return Parameter(weight, requires_grad=trained)


@facts(kind="embedding", gives="embedding_dim", axis=-1, unit="features")
class Embedding(Module):
    """A row of a table for each index.

    Shapes:  x: (*), int32 or int64; y: (*, embedding_dim)
    Units:   params = num_embeddings * embedding_dim; no macs
    Errors:  x is not of an integer type; padding_idx is no row
    Source:  torch.nn.Embedding
    """

    __constants__ = [
        "num_embeddings",
        "embedding_dim",
        "padding_idx",
        "max_norm",
        "norm_type",
        "scale_grad_by_freq",
        "sparse",
    ]

    def __init__(
        self,
        num_embeddings: int,
        embedding_dim: int,
        padding_idx: int | None = None,
        max_norm: float | None = None,
        norm_type: float = 2.0,
        scale_grad_by_freq: bool = False,
        sparse: bool = False,
        _weight: Tensor | None = None,
        _freeze: bool = False,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__()
        self.num_embeddings = num_embeddings
        self.embedding_dim = embedding_dim
        self.padding_idx = _row_of(padding_idx, num_embeddings, "Padding_idx")
        self.max_norm = max_norm
        self.norm_type = norm_type
        self.scale_grad_by_freq = scale_grad_by_freq
        self.weight = _table(num_embeddings, embedding_dim, _weight, dtype, not _freeze)
        if _weight is None:
            self.reset_parameters()
        self.sparse = sparse

    def reset_parameters(self) -> None:
        self._fill_padding_idx_with_zero()

    def _fill_padding_idx_with_zero(self) -> None:
        _check_padding_row(self)

    def forward(self, input: Tensor) -> Tensor:
        return _embedding.embedding(
            input, self.weight, self.padding_idx, self.max_norm, self.norm_type, self.scale_grad_by_freq, self.sparse
        )

    def extra_repr(self) -> str:
        text = f"{self.num_embeddings}, {self.embedding_dim}"
        if self.padding_idx is not None:
            text += f", padding_idx={self.padding_idx}"
        if self.max_norm is not None:
            text += f", max_norm={self.max_norm}"
        if self.norm_type != 2:
            text += f", norm_type={self.norm_type}"
        if self.scale_grad_by_freq is not False:
            text += f", scale_grad_by_freq={self.scale_grad_by_freq}"
        return text + ", sparse=True" if self.sparse is not False else text

    @classmethod
    def from_pretrained(
        cls,
        embeddings: Tensor,
        freeze: bool = True,
        padding_idx: int | None = None,
        max_norm: float | None = None,
        norm_type: float = 2.0,
        scale_grad_by_freq: bool = False,
        sparse: bool = False,
    ) -> Embedding:
        """The layer whose table is `embeddings`."""
        if embeddings.dim() != 2:
            raise ShapeAssertionError(
                "Embeddings parameter is expected to be 2-dimensional", "argument", actual=embeddings.dim()
            )
        rows, columns = embeddings.shape
        return cls(
            num_embeddings=rows,
            embedding_dim=columns,
            _weight=embeddings,
            _freeze=freeze,
            padding_idx=padding_idx,
            max_norm=max_norm,
            norm_type=norm_type,
            scale_grad_by_freq=scale_grad_by_freq,
            sparse=sparse,
        )


@facts(kind="embedding bag", gives="embedding_dim", axis=-1, unit="features", ranks=(1, 2))
class EmbeddingBag(Module):
    """The sum, mean or maximum of the rows of each bag of indices.

    Shapes:  x: (B, N), or (N) with offsets (B); y: (B, embedding_dim)
    Units:   params = num_embeddings * embedding_dim; no macs
    Errors:  x is not 1-D or 2-D; offsets missing or too many; padding_idx is no row
    Source:  torch.nn.EmbeddingBag
    """

    __constants__ = [
        "num_embeddings", "embedding_dim", "max_norm", "norm_type", "scale_grad_by_freq", "mode", "sparse", "include_last_offset", "padding_idx",
    ]  # fmt: skip

    def __init__(
        self,
        num_embeddings: int,
        embedding_dim: int,
        max_norm: float | None = None,
        norm_type: float = 2.0,
        scale_grad_by_freq: bool = False,
        mode: str = "mean",
        sparse: bool = False,
        _weight: Tensor | None = None,
        include_last_offset: bool = False,
        padding_idx: int | None = None,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__()
        self.num_embeddings = num_embeddings
        self.embedding_dim = embedding_dim
        self.max_norm = max_norm
        self.norm_type = norm_type
        self.scale_grad_by_freq = scale_grad_by_freq
        self.padding_idx = _row_of(padding_idx, num_embeddings, "padding_idx")
        self.weight = _table(num_embeddings, embedding_dim, _weight, dtype)
        if _weight is None:
            self.reset_parameters()
        self.mode = mode
        self.sparse = sparse
        self.include_last_offset = include_last_offset

    def reset_parameters(self) -> None:
        self._fill_padding_idx_with_zero()

    def _fill_padding_idx_with_zero(self) -> None:
        _check_padding_row(self)

    def forward(self, input: Tensor, offsets: Tensor | None = None, per_sample_weights: Tensor | None = None) -> Tensor:
        return _embedding.embedding_bag(
            input,
            self.weight,
            offsets,
            self.max_norm,
            self.norm_type,
            self.scale_grad_by_freq,
            self.mode,
            self.sparse,
            per_sample_weights,
            self.include_last_offset,
            self.padding_idx,
        )

    def extra_repr(self) -> str:
        text = f"{self.num_embeddings!r}, {self.embedding_dim!r}"
        if self.max_norm is not None:
            text += f", max_norm={self.max_norm!r}"
        if self.norm_type != 2:
            text += f", norm_type={self.norm_type!r}"
        if self.scale_grad_by_freq is not False:
            text += f", scale_grad_by_freq={self.scale_grad_by_freq!r}"
        text += f", mode={self.mode!r}"
        return f"{text}, padding_idx={self.padding_idx!r}" if self.padding_idx is not None else text

    @classmethod
    def from_pretrained(
        cls,
        embeddings: Tensor,
        freeze: bool = True,
        max_norm: float | None = None,
        norm_type: float = 2.0,
        scale_grad_by_freq: bool = False,
        mode: str = "mean",
        sparse: bool = False,
        include_last_offset: bool = False,
        padding_idx: int | None = None,
    ) -> EmbeddingBag:
        """The layer whose table is `embeddings`."""
        if embeddings.dim() != 2:
            raise ShapeAssertionError(
                "Embeddings parameter is expected to be 2-dimensional", "argument", actual=embeddings.dim()
            )
        rows, columns = embeddings.shape
        layer = cls(
            num_embeddings=rows,
            embedding_dim=columns,
            _weight=embeddings,
            max_norm=max_norm,
            norm_type=norm_type,
            scale_grad_by_freq=scale_grad_by_freq,
            mode=mode,
            sparse=sparse,
            include_last_offset=include_last_offset,
            padding_idx=padding_idx,
        )
        layer.weight.requires_grad = not freeze
        return layer
