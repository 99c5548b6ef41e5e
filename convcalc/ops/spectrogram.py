"""Short-time Fourier transforms.

Source: aten/src/ATen/native/SpectralOps.cpp; torch/functional.py (stft)
"""

from __future__ import annotations

from convcalc.tensor import ShapeError, ShapeIndexError, Tensor, make
from convcalc.tensor.dtypes import COMPLEX, FLOATING

from .registry import operation


@operation("torch.stft", "Tensor.stft")
def stft(
    input: Tensor,
    n_fft: int,
    hop_length: int | None = None,
    win_length: int | None = None,
    window: Tensor | None = None,
    center: bool = True,
    pad_mode: str = "reflect",
    normalized: bool = False,
    onesided: bool | None = None,
    return_complex: bool | None = None,
    align_to_window: bool | None = None,
) -> Tensor:
    """The Fourier transforms of short overlapping pieces of a signal.

    Shapes:  input: (L,) or (N, L); y: (N, F, T), F = n_fft // 2 + 1 (one-sided) or n_fft
    Formula: T = (L + 2*(n_fft // 2) - n_fft) // hop_length + 1 with `center`, else (L - n_fft) // hop_length + 1
    Errors:  n_fft, hop_length or win_length out of range; a window of another size; a real input without return_complex
    Source:  torch.stft
    """
    hop = n_fft // 4 if hop_length is None else hop_length
    width = n_fft if win_length is None else win_length
    is_complex = input.dtype.category == COMPLEX or (window is not None and window.dtype.category == COMPLEX)
    if input.dtype.category < FLOATING:
        raise ShapeError("stft: expected a tensor of floating point or complex values", "dtype")
    if return_complex is None and not is_complex:
        raise ShapeError(
            "stft requires the return_complex parameter be given for real inputs, and will further require that return_complex=True in a future PyTorch release."
        )
    if input.ndim not in (1, 2):
        raise ShapeError("stft: expected a 1D or 2D tensor")
    length = input.shape[-1]
    if center:
        pad = n_fft // 2
        if pad_mode == "reflect" and pad >= length:
            raise ShapeError(
                f"Argument #4: Padding size should be less than the corresponding input dimension, but got: padding ({pad}, {pad}) at dimension 2 of input [1, {', '.join(map(str, input.shape))}]",
                "argument",
            )
        length = length + 2 * pad
    if n_fft <= 0 or n_fft > length:
        raise ShapeError(f"stft: expected 0 < n_fft < {length}, but got n_fft={n_fft}", "argument")
    if hop <= 0:
        raise ShapeError(f"stft: expected hop_length > 0, but got hop_length={hop}", "argument")
    if width <= 0 or width > n_fft:
        raise ShapeError(f"stft: expected 0 < win_length <= n_fft, but got win_length={width}", "argument")
    if window is not None and (window.ndim != 1 or window.shape[0] != width):
        raise ShapeError(
            f"stft: expected a 1D window tensor of size equal to win_length={width}, but got window with size {list(window.shape)}",
            "argument",
        )
    if onesided and is_complex:
        raise ShapeError("Cannot have onesided output if window or input is complex")
    one = not is_complex if onesided is None else onesided
    bins = n_fft // 2 + 1 if one else n_fft
    shape = (*input.shape[:-1], bins, (length - n_fft) // hop + 1)
    batch = (bins * shape[-1],) * (input.ndim - 1)
    if return_complex or (return_complex is None and is_complex):
        return make(shape, input.dtype.to_complex(), (*batch, 1, bins))
    return make((*shape, 2), input.dtype.to_real(), (*(2 * b for b in batch), 2, 2 * bins, 1))


@operation("torch.istft", "Tensor.istft")
def istft(
    input: Tensor,
    n_fft: int,
    hop_length: int | None = None,
    win_length: int | None = None,
    window: Tensor | None = None,
    center: bool = True,
    normalized: bool = False,
    onesided: bool | None = None,
    length: int | None = None,
    return_complex: bool = False,
) -> Tensor:
    """The signal of which `stft` made the input.

    Shapes:  input: (F, T) or (N, F, T); y: (L,) or (N, L)
    Formula: L = n_fft + hop_length*(T - 1), less 2*(n_fft // 2) with `center`
    Errors:  a real input; a number of frequencies that does not fit n_fft; a window of another size
    Source:  torch.istft
    """
    hop = n_fft // 4 if hop_length is None else hop_length
    width = n_fft if win_length is None else win_length
    if input.dtype.category != COMPLEX:
        raise ShapeError(
            "istft requires a complex-valued input tensor matching the output from stft with return_complex=True.",
            "dtype",
        )
    if input.ndim < 2:
        raise ShapeIndexError(f"Dimension out of range (expected to be in range of [-2, 1], but got -{4 - input.ndim})")
    if input.ndim > 3:
        raise ShapeError(f"istft: expected a tensor with 3 or 4 dimensions, but got {input.ndim + 1}")
    bins, frames = input.shape[-2:]
    if frames == 0 or bins == 0:
        raise ShapeError("istft: input tensor cannot be empty.", "argument")
    one = bins != n_fft if onesided is None else onesided
    if one and n_fft // 2 + 1 != bins:
        raise ShapeError(
            f"istft: expected the frequency dimension (3rd to the last) of the input tensor to match n_fft / 2 + 1 when onesided=True, but got {bins}",
            "argument",
        )
    if not one and n_fft != bins:
        raise ShapeError(
            f"istft: expected the frequency dimension (3rd to the last) of the input tensor to match n_fft when onesided=False, but got {bins}",
            "argument",
        )
    if hop <= 0 or hop > width:
        raise ShapeError("istft: expected 0 < hop_length <= win_length", "argument")
    if width <= 0 or width > n_fft:
        raise ShapeError("istft: expected 0 < win_length <= n_fft", "argument")
    if window is not None and (window.ndim != 1 or window.shape[0] != width):
        raise ShapeError("istft: Invalid window shape. window has to be 1D and length of `win_length`", "argument")
    if return_complex and one:
        raise ShapeError("Cannot have onesided output if window or input is complex")
    samples = length
    if samples is None:
        samples = n_fft + hop * (frames - 1) - (2 * (n_fft // 2) if center else 0)
    return make((*input.shape[:-2], samples), input.dtype if return_complex else input.dtype.to_real())
