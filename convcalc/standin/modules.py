"""Which modules a loaded file can import, and where the names of each are found.

A stand-in says for itself which modules it stands for (`STANDS_FOR`, see the package); `names.py` is made from that. Here are the modules of
PyTorch whose names are the operations and layers themselves, and those that exist and of which nothing is known.

A source is `table:file` (what `STANDS_FOR` of a file of this package has for the module), `ops:torch.` (the operations whose name has that
prefix), `nn:` (the layers), `library:` (custom operations) or `nn_module:init` (functions of `convcalc.nn.init`). They are asked in the order given.
"""

from __future__ import annotations

from .names import HOMES

# fmt: off
OF_THE_ENGINE: dict[str, str] = {
    "torch": "ops:torch.",
    "torch.linalg": "ops:linalg.",
    "torch.fft": "ops:fft.",
    "torch.special": "ops:special.",
    "torch.sparse": "ops:sparse.",
    "torch.masked": "ops:masked.",
    "torch.signal.windows": "ops:signal.windows.",
    "torch._C._nn": "ops:F.",
    "torch._C._VariableFunctions": "ops:torch.",
    "torch.functional": "ops:torch.",
    "torch.nn": "nn:",
    "torch.nn.functional": "ops:F.",
    "torch.nn.init": "nn_module:init",
    "torch.nn.parameter": "nn:",
    "torch.nn.utils": "nn_module:utils",
    "torch.nn.utils.rnn": "nn_module:utils.rnn",
    "torch.nn.utils.parametrizations": "nn_module:utils.parametrizations",
    "torch.nn.utils.parametrize": "nn_module:utils.parametrize",
    "torch.nn.utils.prune": "nn_module:utils.prune",
    "torch.nn.modules": "nn:",
    "torch.ops": "library:",
}
# Layers are found under the path of PyTorch's own file too: torch.nn.modules.conv._ConvNd.
for _family in (
    "activation adaptive batchnorm channelshuffle container conv distance dropout flatten fold instancenorm lazy linear loss module "
    "normalization padding pixelshuffle pooling rnn sparse transformer upsampling"
).split():
    OF_THE_ENGINE[f"torch.nn.modules.{_family}"] = "nn:"
for _file in "clip_grad convert_parameters weight_norm spectral_norm fusion init memory_format".split():
    OF_THE_ENGINE[f"torch.nn.utils.{_file}"] = "nn_module:utils"
# They exist; what they have is not known, or an unknown operation.
NAMELESS = (
    "torch.backends torch.backends.quantized torch.signal torch.utils torch.utils.data._utils IPython IPython.display "
    "torchvision.datasets.utils torchvision.io torchvision.tv_tensors"
).split()
for _name in "callbacks loggers utilities strategies profilers cli".split():
    NAMELESS += [f"lightning.pytorch.{_name}", f"pytorch_lightning.{_name}"]
# fmt: on

SOURCES: dict[str, tuple[str, ...]] = dict.fromkeys(NAMELESS, ())
SOURCES.update(HOMES)
for _name, _source in OF_THE_ENGINE.items():
    SOURCES[_name] = (*SOURCES.get(_name, ()), _source)
