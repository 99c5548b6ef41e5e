"""The names that numpy has for some arguments, and that PyTorch's own parser of arguments takes as well: `axis` for `dim`.

Source: torch/csrc/utils/python_arg_parser.cpp, numpy_compatibility_arg_names. A function that is written in Python does not know them.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .registry import Operation

MEANT = {"axis": "dim", "keepdims": "keepdim", "x": "input", "a": "input", "x1": "input", "x2": "other"}

# The functions that are, by where they are found; they are tried in PyTorch by tests/torch/test_numpy_names.py.
WRITTEN_IN_PYTHON: dict[str, frozenset[str]] = {
    "F": frozenset(
        "adaptive_avg_pool2d adaptive_avg_pool3d adaptive_max_pool1d adaptive_max_pool1d_with_indices adaptive_max_pool2d "
        "adaptive_max_pool2d_with_indices adaptive_max_pool3d adaptive_max_pool3d_with_indices affine_grid alpha_dropout "
        "batch_norm binary_cross_entropy binary_cross_entropy_with_logits celu cosine_embedding_loss cross_entropy ctc_loss "
        "dropout dropout1d dropout2d dropout3d elu embedding embedding_bag feature_alpha_dropout fold fractional_max_pool2d "
        "fractional_max_pool2d_with_indices fractional_max_pool3d fractional_max_pool3d_with_indices gaussian_nll_loss glu "
        "grid_sample group_norm gumbel_softmax hardsigmoid hardswish hardtanh hinge_embedding_loss huber_loss instance_norm "
        "interpolate kl_div l1_loss layer_norm leaky_relu linear_cross_entropy local_response_norm log_softmax lp_pool1d "
        "lp_pool2d lp_pool3d margin_ranking_loss max_pool1d max_pool1d_with_indices max_pool2d max_pool2d_with_indices "
        "max_pool3d max_pool3d_with_indices max_unpool1d max_unpool2d max_unpool3d mish mse_loss multi_head_attention_forward "
        "multi_margin_loss multilabel_margin_loss multilabel_soft_margin_loss nll_loss normalize pad poisson_nll_loss relu "
        "relu6 rms_norm rrelu selu sigmoid silu smooth_l1_loss soft_margin_loss softmax softmin softsign tanh tanhshrink "
        "threshold triplet_margin_loss triplet_margin_with_distance_loss unfold upsample upsample_bilinear upsample_nearest".split()
    ),
    "Tensor": frozenset(
        "istft lu norm split stft to_sparse_coo unflatten unique unique_consecutive".split()
    ),
    "masked": frozenset(
        "amax amin argmax argmin cumprod cumsum log_softmax logaddexp logsumexp mean median norm normalize prod softmax softmin "
        "std sum var".split()
    ),
    "signal.windows": frozenset(
        "bartlett blackman cosine exponential gaussian general_cosine general_hamming hamming hann kaiser nuttall".split()
    ),
    "sparse": frozenset(("sum",)),
    "torch": frozenset(
        "atleast_1d atleast_2d atleast_3d block_diag broadcast_shapes broadcast_tensors cartesian_prod cdist chain_matmul "
        "einsum is_tensor lu meshgrid norm pca_lowrank split stft svd_lowrank tensordot unique unique_consecutive unravel_index".split()
    ),
}  # fmt: skip


def translated(operation: Operation, label: str, kwargs: dict[str, Any]) -> dict[str, Any]:
    """The keywords of a call with numpy's names as PyTorch's, where PyTorch takes them; the rule's own names are left."""
    space, _, name = label.rpartition(".")
    if name in WRITTEN_IN_PYTHON.get(space, ()):
        return kwargs
    code = operation.rule.__code__
    own = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
    takes_any = bool(code.co_flags & 8)  # CO_VARKEYWORDS
    first = own[:1] if label.startswith("Tensor.") else ()  # the tensor itself has no name
    found = {}
    for name, value in kwargs.items():
        meant = MEANT.get(name, name)
        if name in own or meant in kwargs or meant in first or (meant not in own and not takes_any):
            meant = name
        found[meant] = value
    return found
