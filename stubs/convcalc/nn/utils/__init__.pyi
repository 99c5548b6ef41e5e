"""What stands beside the layers. Made by `python -m tools.generate`; do not edit."""

from convcalc.nn.utils import parametrizations as parametrizations
from convcalc.nn.utils import parametrize as parametrize
from convcalc.nn.utils import prune as prune
from convcalc.nn.utils import rnn as rnn
from convcalc.nn.utils.gradients import clip_grad_norm as clip_grad_norm
from convcalc.nn.utils.gradients import clip_grad_norm_ as clip_grad_norm_
from convcalc.nn.utils.gradients import clip_grad_value_ as clip_grad_value_
from convcalc.nn.utils.gradients import clip_grads_with_norm_ as clip_grads_with_norm_
from convcalc.nn.utils.construction import convert_conv2d_weight_memory_format as convert_conv2d_weight_memory_format
from convcalc.nn.utils.construction import convert_conv3d_weight_memory_format as convert_conv3d_weight_memory_format
from convcalc.nn.utils.fusion import fuse_conv_bn_eval as fuse_conv_bn_eval
from convcalc.nn.utils.fusion import fuse_conv_bn_weights as fuse_conv_bn_weights
from convcalc.nn.utils.fusion import fuse_linear_bn_eval as fuse_linear_bn_eval
from convcalc.nn.utils.fusion import fuse_linear_bn_weights as fuse_linear_bn_weights
from convcalc.nn.utils.gradients import get_total_norm as get_total_norm
from convcalc.nn.utils.vectors import parameters_to_vector as parameters_to_vector
from convcalc.nn.utils.spectral_normalization import remove_spectral_norm as remove_spectral_norm
from convcalc.nn.utils.weight_normalization import remove_weight_norm as remove_weight_norm
from convcalc.nn.utils.construction import skip_init as skip_init
from convcalc.nn.utils.spectral_normalization import spectral_norm as spectral_norm
from convcalc.nn.utils.vectors import vector_to_parameters as vector_to_parameters
from convcalc.nn.utils.weight_normalization import weight_norm as weight_norm
