"""Which modules a loaded file can import, and where the names of each are found.

A source is `table:file.TABLE` (a dict in a file of this package), `ops:torch.` (the operations whose name has that prefix), `nn:`
(the layer specs), `library:` (custom operations) or `nn_module:init` (functions of `convcalc.nn.init`). Sources are asked in the order given.
"""

from __future__ import annotations

# fmt: off
SOURCES: dict[str, tuple[str, ...]] = {
    "torch": ("table:torch.TORCH", "ops:torch."),
    "torch.linalg": ("ops:linalg.",),
    "torch.fft": ("ops:fft.",),
    "torch.nn.utils.stateless": ("table:function_transforms.FUNC",),
    "torch._functorch.apis": ("table:function_transforms.FUNC",),
    "torch.special": ("ops:special.",),
    "torch.masked": ("ops:masked.",),
    "torch.signal": (),
    "torch.signal.windows": ("ops:signal.windows.",),
    "torch.func": ("table:function_transforms.FUNC",),
    "torch.random": ("table:torch.RANDOM",),
    "torch.version": ("table:torch.VERSION",),
    "torch.types": ("table:torch.TYPES",),
    "torch.torch_version": ("table:torch.VERSION",),
    "torch._C": ("table:compilation.INTERNALS",),
    "torch._C._nn": ("ops:F.",),
    "torch._C._VariableFunctions": ("ops:torch.",),
    "torch.overrides": ("table:torch.OVERRIDES",),
    "torch.functional": ("ops:torch.",),
    "torch.nn": ("table:parallel.WRAPPERS", "nn:"),
    "torch.nn.functional": ("ops:F.",),
    "torch.nn.init": ("nn_module:init",),
    "torch.nn.parameter": ("nn:",),
    "torch.nn.parallel": ("table:parallel.WRAPPERS",),
    "torch.nn.utils": ("nn_module:utils",),
    "torch.nn.utils.rnn": ("nn_module:utils.rnn",),
    "torch.nn.utils.parametrizations": ("nn_module:utils.parametrizations",),
    "torch.nn.utils.parametrize": ("nn_module:utils.parametrize",),
    "torch.nn.utils.prune": ("nn_module:utils.prune",),
    "torch.nn.attention": ("table:torch.ATTENTION",),
    "torch.nn.attention.flex_attention": ("table:flexible_attention.FLEX",),
    "torch.nn.modules": ("nn:",),
    "torch.nn.modules.utils": ("table:torch.TUPLES",),
    "torch.autograd": ("table:autograd.AUTOGRAD",),
    "torch.autograd.function": ("table:autograd.FUNCTION",),
    "torch.autograd.functional": ("table:function_transforms.FUNCTIONAL",),
    "torch.autograd.variable": ("table:autograd.AUTOGRAD",),
    "torch.autograd.profiler": ("table:profiling.PROFILER",),
    "torch.profiler": ("table:profiling.PROFILER",),
    "torch.amp": ("table:amp.AMP",),
    "torch.amp.autocast_mode": ("table:amp.AMP",),
    "torch.amp.grad_scaler": ("table:amp.AMP",),
    "torch.cuda": ("table:devices.CUDA",),
    "torch.cuda.amp": ("table:amp.CUDA_AMP",),
    "torch.cpu": ("table:devices.CPU_MODULE",),
    "torch.cpu.amp": ("table:amp.CPU_AMP",),
    "torch.mps": ("table:devices.MPS",),
    "torch.xpu": ("table:devices.MPS",),
    "torch.accelerator": ("table:devices.MPS",),
    "torch.backends": (),
    "torch.backends.cudnn": ("table:devices.CUDNN",),
    "torch.backends.cuda": ("table:devices.BACKEND",),
    "torch.backends.mps": ("table:devices.BACKEND",),
    "torch.backends.mkldnn": ("table:devices.BACKEND_PRESENT",),
    "torch.backends.mkl": ("table:devices.BACKEND_PRESENT",),
    "torch.backends.openmp": ("table:devices.BACKEND_PRESENT",),
    "torch.backends.quantized": (),
    "torch.jit": ("table:compilation.JIT",),
    "torch.fx": ("table:compilation.FX",),
    "torch.onnx": ("table:compilation.ONNX",),
    "torch.onnx.symbolic_helper": ("table:compilation.SYMBOLIC",),
    "torch.futures": ("table:compilation.FUTURES",),
    "torch.compiler": ("table:compilation.COMPILER",),
    "torch._dynamo": ("table:compilation.COMPILER",),
    "torch.library": ("table:custom_operations.LIBRARY",),
    "torch.ops": ("library:",),
    "torch.quantization": ("table:quantization.STUBS",),
    "torch.ao.quantization": ("table:quantization.STUBS",),
    "torch.ao.quantization.stubs": ("table:quantization.STUBS",),
    "torch.nn.quantized": ("table:quantization.QUANTIZED",),
    "torch.ao.nn.quantized": ("table:quantization.QUANTIZED",),
    "torch.ao.nn.quantized.modules": ("table:quantization.QUANTIZED",),
    "torch.ao.nn.quantized.modules.functional_modules": ("table:quantization.QUANTIZED",),
    "torch.hub": ("table:serialization.HUB",),
    "torch.serialization": ("table:serialization.SERIALIZATION",),
    "torch.optim": ("table:optimizers.OPTIMIZERS",),
    "torch.optim.optimizer": ("table:optimizers.OPTIMIZERS",),
    "torch.optim.lr_scheduler": ("table:schedules.SCHEDULERS",),
    "torch.optim.swa_utils": ("table:averaging.AVERAGING",),
    "torch.utils": (),
    "torch.utils.data": ("table:data.DATA", "table:composed_sets.COMPOSED", "table:random_samplers.RANDOM_SAMPLERS"),
    "torch.utils.data.dataloader": ("table:data.DATA", "table:composed_sets.COMPOSED", "table:random_samplers.RANDOM_SAMPLERS"),
    "torch.utils.data.dataset": ("table:data.DATA", "table:composed_sets.COMPOSED", "table:random_samplers.RANDOM_SAMPLERS"),
    "torch.utils.data.sampler": ("table:data.DATA", "table:composed_sets.COMPOSED", "table:random_samplers.RANDOM_SAMPLERS"),
    "torch.utils.data.distributed": ("table:data.DATA", "table:composed_sets.COMPOSED", "table:random_samplers.RANDOM_SAMPLERS"),
    "torch.utils.data._utils": (),
    "torch.utils.data._utils.collate": ("table:data.DATA",),
    "torch.utils._pytree": ("table:trees.TREES",),
    "torch.utils.checkpoint": ("table:checkpoint.CHECKPOINT",),
    "torch.utils.model_zoo": ("table:serialization.HUB",),
    "torch.utils.tensorboard": ("table:logging.TENSORBOARD",),
    "torch.utils.tensorboard.writer": ("table:logging.TENSORBOARD",),
    "torch.distributed": ("table:distributed.DISTRIBUTED",),
    "torch.multiprocessing": ("table:distributed.MULTIPROCESSING",),

    "torchvision": ("table:vision.TORCHVISION",),
    "torchvision.datasets": ("table:vision_datasets.DATASETS",),
    "torchvision.datasets.folder": ("table:vision_datasets.DATASETS",),
    "torchvision.datasets.mnist": ("table:vision_datasets.DATASETS",),
    "torchvision.datasets.cifar": ("table:vision_datasets.DATASETS",),
    "torchvision.datasets.vision": ("table:vision_datasets.DATASETS",),
    "torchvision.datasets.utils": (),
    "torchvision.transforms": ("table:vision_transforms.TRANSFORMS",),
    "torchvision.transforms.transforms": ("table:vision_transforms.TRANSFORMS",),
    "torchvision.transforms.autoaugment": ("table:vision_transforms.TRANSFORMS",),
    "torchvision.transforms.functional": ("table:vision_functional.FUNCTIONAL",),
    "torchvision.transforms.v2": ("table:vision_transforms.TRANSFORMS_V2",),
    "torchvision.transforms.v2.functional": ("table:vision_functional.FUNCTIONAL",),
    "torchvision.utils": ("table:vision.UTILS",),
    "torchvision.extension": ("table:vision.EXTENSION",),
    "torchvision.io": (),
    "torchvision.tv_tensors": (),

    "torchsummary": ("table:summaries.TORCHSUMMARY",),
    "torchinfo": ("table:summaries.TORCHINFO",),
    "torchscan": ("table:summaries.TORCHSUMMARY",),
    "thop": ("table:summaries.THOP",),
    "ptflops": ("table:summaries.PTFLOPS",),
    "tensorboardX": ("table:logging.TENSORBOARD",),
    "wandb": ("table:logging.WANDB",),
    "tqdm": ("table:progress.TQDM",),
    "tqdm.auto": ("table:progress.TQDM",),
    "tqdm.notebook": ("table:progress.TQDM",),
    "tqdm.std": ("table:progress.TQDM",),
    "tqdm.rich": ("table:progress.TQDM",),
    "argparse": ("table:arguments.ARGPARSE",),
    "numpy": ("table:numpy.NUMPY",),
    "numpy.random": ("table:numpy_random.RANDOM",),
    "numpy.linalg": ("table:numpy_reductions.LINALG",),
    "PIL": (),
    "PIL.Image": ("table:images.PIL_IMAGE",),
    "IPython": (),
    "IPython.display": (),
    "einx": ("table:einx.EINX",),
    "matplotlib": (),
    "matplotlib.pyplot": ("table:logging.PYPLOT",),
}
for _name in "lightning lightning.pytorch pytorch_lightning".split():
    SOURCES[_name] = ("table:lightning.LIGHTNING",)
for _name in "core core.module core.datamodule trainer trainer.trainer".split():
    SOURCES[f"lightning.pytorch.{_name}"] = SOURCES[f"pytorch_lightning.{_name}"] = ("table:lightning.LIGHTNING",)
for _name in "callbacks loggers utilities strategies profilers cli".split():
    SOURCES[f"lightning.pytorch.{_name}"] = SOURCES[f"pytorch_lightning.{_name}"] = ()
# Layers are found under the path of PyTorch's own file too: torch.nn.modules.conv._ConvNd.
for _family in (
    "activation adaptive batchnorm channelshuffle container conv distance dropout flatten fold instancenorm lazy linear loss module "
    "normalization padding pixelshuffle pooling rnn sparse transformer upsampling"
).split():
    SOURCES[f"torch.nn.modules.{_family}"] = ("nn:",)
for _file in "clip_grad convert_parameters weight_norm spectral_norm fusion init memory_format".split():
    SOURCES[f"torch.nn.utils.{_file}"] = ("nn_module:utils",)
for _file in "data_parallel distributed".split():
    SOURCES[f"torch.nn.parallel.{_file}"] = ("table:parallel.WRAPPERS",)
for _file in "sgd adam adamw rmsprop adagrad adadelta adamax nadam radam rprop asgd lbfgs sparse_adam".split():
    SOURCES[f"torch.optim.{_file}"] = ("table:optimizers.OPTIMIZERS",)
# fmt: on

# Modules whose names all stand in their table: any other name is refused, not unknown.
CLOSED = frozenset({"argparse", "tqdm", "tqdm.auto", "tqdm.notebook", "tqdm.std"})
CLOSED |= {name for name in SOURCES if name.startswith("torchvision.transforms") or name == "torchvision.datasets"}
