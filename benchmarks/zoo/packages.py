"""The packages of the zoo: for each, its models, how one is built, and what it is fed."""

from __future__ import annotations

import re
import sys
from importlib import metadata
from typing import Any, NamedTuple

from drivers import DRIVERS

Shapes = tuple[tuple[int, ...], ...]


class Model(NamedTuple):
    """One model: `imports` and `expression` build it, `shapes` feed it. Only a `script` where an example is taken as it stands."""

    name: str
    imports: str = ""
    expression: str = ""
    shapes: Shapes = ()
    target: str = ""  # the same model as a target of the command line, for the second size
    call: str = "model({})"
    text: str = ""

    def script(self, shapes: Shapes | None = None) -> str:
        """Builds the model and calls it once."""
        if self.text:
            return self.text
        return f"{self.construction}{self.call_with(shapes or self.shapes)}\n"

    @property
    def construction(self) -> str:
        """Builds the model."""
        return f"import torch\n{self.imports}\n\nmodel = {self.expression}.eval()\n"

    def call_with(self, shapes: Shapes) -> str:
        """Calls the model."""
        zeros = ", ".join(f"torch.zeros({', '.join(map(str, shape))})" for shape in shapes)
        return self.call.format(zeros)

    def second(self) -> Shapes | None:
        """Another image size, and not a square one: 24 rows less, 8 columns more."""
        if self.text or any(len(shape) < 3 or min(shape[-2:]) <= 24 for shape in self.shapes):
            return None
        return tuple((*shape[:-2], shape[-2] - 24, shape[-1] + 8) for shape in self.shapes)


def torchvision() -> list[Model]:
    """Every model of `list_models()`, with the input of its kind."""
    from torchvision import models

    found = []
    for name in models.list_models():
        kind = models.get_model_builder(name).__module__.split(".")[2]
        shapes: Shapes = ((1, 3, 224, 224),)
        options, call = "", "model({})"
        if name in ("s3d", "mvit_v1_b", "mvit_v2_s"):
            shapes = ((1, 3, 16, 224, 224),)
        elif kind == "video":
            shapes = ((1, 3, 16, 112, 112),)
        elif kind == "optical_flow":
            shapes = ((1, 3, 128, 128),) * 2
        elif kind == "detection":
            shapes, options, call = ((3, 320, 320),), ", weights_backbone=None", "model([{}])"
        elif kind == "segmentation":
            options = ", weights_backbone=None"
        elif name.startswith("inception"):
            shapes = ((1, 3, 299, 299),)
        built = f"get_model({name!r}, weights=None{options})"
        target = f"torchvision.models::{built}" if kind != "detection" else ""
        found.append(Model(name, "import torchvision", f"torchvision.models.{built}", shapes, target, call))
    return found


def timm() -> list[Model]:
    """Every architecture, at the size of its own configuration."""
    import timm

    found = []
    for name in timm.list_models():
        size = timm.get_pretrained_cfg(name).input_size
        built = f"create_model({name!r})"
        found.append(Model(name, "import timm", f"timm.{built}", ((1, *size),), f"timm::{built}"))
    return found


def efficientnet() -> list[Model]:
    """The sizes b0 to b8 and l2."""
    found = []
    for name in [f"efficientnet-b{i}" for i in range(9)] + ["efficientnet-l2"]:
        built = f"EfficientNet.from_name({name!r})"
        imports = "from efficientnet_pytorch import EfficientNet"
        found.append(Model(name, imports, built, ((1, 3, 224, 224),), f"efficientnet_pytorch::{built}"))
    return found


def pretrainedmodels() -> list[Model]:
    """Every name of `model_names`."""
    import pretrainedmodels

    found = []
    for name in pretrainedmodels.model_names:
        size = (
            331
            if name in ("nasnetalarge", "pnasnet5large", "polynet")
            else 299
            if "ception" in name and name != "bninception"
            else 224
        )
        built = f"pretrainedmodels.__dict__[{name!r}](pretrained=None)"
        target = f"pretrainedmodels::{name}(pretrained=None)"
        found.append(Model(name, "import pretrainedmodels", built, ((1, 3, size, size),), target))
    return found


def pytorchcv() -> list[Model]:
    """Every model of the provider that takes one picture, at the size that it is made for."""
    from pytorchcv import model_provider

    found = []
    for name, builder in model_provider._models.items():
        options = _defaults(builder)
        for kind in vars(sys.modules[builder.__module__]).values():  # a size that the builder leaves to its class
            if isinstance(kind, type) and kind.__module__ == builder.__module__ and "in_size" in _defaults(kind):
                options = {**_defaults(kind), **options}
        size, channels = options.get("in_size", (224, 224)), options.get("in_channels", 3)
        built = f"get_model({name!r}, pretrained=False)"
        imports = "from pytorchcv.model_provider import get_model"
        found.append(Model(name, imports, built, ((1, channels, *size),), f"pytorchcv.model_provider::{built}"))
    return found


def _defaults(builder: Any) -> dict[str, Any]:
    """The defaults of a builder's own parameters."""
    import inspect

    parameters = inspect.signature(builder).parameters.values()
    return {p.name: p.default for p in parameters if p.default is not p.empty}


DECODERS = "Unet UnetPlusPlus MAnet Linknet FPN PSPNet DeepLabV3 DeepLabV3Plus PAN UPerNet Segformer DPT".split()
ENCODERS = (
    "resnet18 resnext50_32x4d densenet121 efficientnet-b0 mobilenet_v2 vgg11_bn mit_b0 mobileone_s0 xception inceptionv4 "
    "se_resnet50 dpn68 timm-efficientnet-b0 tu-resnet18 tu-convnext_tiny tu-vit_base_patch16_224.augreg_in21k"
).split()


def segmentation_models() -> list[Model]:
    """Every decoder on encoders of several families."""
    found = []
    for decoder in DECODERS:
        for encoder in ENCODERS:
            built = f"{decoder}({encoder!r}, encoder_weights=None, classes=2)"
            imports = "import segmentation_models_pytorch as smp"
            target = f"segmentation_models_pytorch::{built}"
            found.append(Model(f"{decoder}/{encoder}", imports, f"smp.{built}", ((1, 3, 224, 224),), target))
    return found


def examples_of(package: str) -> list[Model]:
    """The examples of a package's own description: every block of Python that feeds something random tensors."""
    described: Any = metadata.metadata(package)  # an email.message.Message
    description = described.get_payload() or described["Description"]
    blocks = [block.partition("```")[0] for block in str(description).split("```python\n")[1:]]
    chosen = [(i, b) for i, b in enumerate(blocks, 1) if "import" in b and "torch.rand" in b]
    return [Model(f"example {i}", text=without_training(block)) for i, block in chosen]


def without_training(block: str) -> str:
    """An example as it runs on a machine without a GPU and without gradients: nothing is saved, a loop has two turns."""
    kept = [
        line
        for line in block.splitlines()
        if not line.strip().endswith((".backward()", "opt.step()")) and "torch.save(" not in line
    ]
    return re.sub(r"range\(\d+\)", "range(2)", "\n".join(kept).replace(".cuda()", "")) + "\n"


def einops() -> list[Model]:
    """Its layers and functions, each kind in a model of its own: the package describes itself with pictures only."""
    head = "import torch\nfrom torch import nn\nfrom einops import *\nfrom einops.layers.torch import EinMix, Rearrange, Reduce\n\n"
    return [Model(name, text=head + text) for name, text in EINOPS.items()]


MODULE = """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        {layers}

    def forward(self, x):
        {body}

Net()(torch.zeros({shape}))
"""


def _net(shape: str, layers: str, body: str) -> str:
    indent = "\n        "
    return MODULE.format(shape=shape, layers=layers.replace("; ", indent), body=body.replace("; ", indent))


EINOPS = {
    "Rearrange, flattened": "nn.Sequential(nn.Conv2d(3, 8, 3), Rearrange('b c h w -> b (c h w)'), nn.Linear(8 * 30 * 30, 10))(torch.zeros(4, 3, 32, 32))\n",
    "Reduce, pooled": "nn.Sequential(nn.Conv2d(3, 8, 3, padding=1), Reduce('b c (h 2) (w 2) -> b c h w', 'max'), Reduce('b c h w -> b c', 'mean'), nn.Linear(8, 10))(torch.zeros(4, 3, 32, 32))\n",
    "Rearrange, patches": "nn.Sequential(Rearrange('b c (h p1) (w p2) -> b (h w) (p1 p2 c)', p1=8, p2=8), nn.LayerNorm(192), nn.Linear(192, 64))(torch.zeros(2, 3, 32, 48))\n",
    "Rearrange, space to depth": "nn.Sequential(Rearrange('b c (h h2) (w w2) -> b (c h2 w2) h w', h2=2, w2=2), nn.Conv2d(12, 8, 1))(torch.zeros(2, 3, 32, 48))\n",
    "EinMix, mixer": "nn.Sequential(EinMix('b t c -> b t0 c', weight_shape='t t0', bias_shape='t0', t=16, t0=32), nn.GELU(), EinMix('b t0 c -> b t c', weight_shape='t0 t', bias_shape='t', t0=32, t=16))(torch.zeros(2, 16, 24))\n",
    "EinMix, heads": "nn.Sequential(EinMix('b t (h c) -> b h t d', weight_shape='h c d', h=4, c=6, d=8), Rearrange('b h t d -> b t (h d)'), nn.Linear(32, 5))(torch.zeros(2, 16, 24))\n",
    "rearrange and einsum, attention": _net(
        "2, 10, 64", "self.qkv = nn.Linear(64, 192); self.out = nn.Linear(64, 64)",
        "q, k, v = rearrange(self.qkv(x), 'b t (n h d) -> n b h t d', n=3, h=8); a = einsum(q, k, 'b h i d, b h j d -> b h i j').softmax(-1); "
        "return self.out(rearrange(einsum(a, v, 'b h i j, b h j d -> b h i d'), 'b h t d -> b t (h d)'))",
    ),
    "repeat and pack, tokens": _net(
        "2, 3, 32, 32", "self.patch = nn.Conv2d(3, 16, 8, 8); self.token = nn.Parameter(torch.zeros(16)); self.block = nn.TransformerEncoderLayer(16, 4, batch_first=True)",
        "t = rearrange(self.patch(x), 'b c h w -> b (h w) c'); c = repeat(self.token, 'c -> b c', b=x.shape[0]); t, ps = pack([c, t], 'b * c'); t = self.block(t); "
        "c, t = unpack(t, ps, 'b * c'); return c + reduce(t, 'b t c -> b c', 'mean')",
    ),
    "parse_shape and ellipsis": _net(
        "2, 3, 5, 8, 8", "self.conv = nn.Conv2d(3, 6, 3)",
        "sizes = parse_shape(x, 'b c t h w'); y = self.conv(rearrange(x, 'b c t h w -> (b t) c h w')); y = rearrange(y, '(b t) ... -> b t ...', b=sizes['b'], t=sizes['t']); "
        "return reduce(y, 'b t ... -> b ...', 'sum')",
    ),
    "reduce with several axes, a norm": _net(
        "2, 12, 8, 8", "self.scale = nn.Linear(12, 12)",
        "y = reduce(x, 'b c h w -> b c () ()', 'mean'); y = x - y; y = reduce(y * y, 'b c (h k) (w l) -> b (h w) c', 'sum', k=2, l=4); return self.scale(y)",
    ),
}  # fmt: skip


LAYERS = "num_hidden_layers n_layer n_layers num_layers encoder_layers decoder_layers num_encoder_layers num_decoder_layers".split()
FED = {
    "input_ids": "torch.zeros(2, 16, dtype=torch.long)",
    "pixel_values": "torch.zeros(1, {channels}, {height}, {width})",
    "input_values": "torch.zeros(1, 16000)",
    "input_features": "torch.zeros(1, {features}, {frames})",
}


def transformers() -> list[Model]:
    """The model of each kind of configuration, with two layers and as its configuration has it."""
    from transformers import AutoConfig
    from transformers.models.auto.configuration_auto import CONFIG_MAPPING_NAMES
    from transformers.models.auto.modeling_auto import MODEL_MAPPING_NAMES

    found = []
    for kind, config_name in CONFIG_MAPPING_NAMES.items():
        models = MODEL_MAPPING_NAMES.get(kind, ())
        for name in (models,) if isinstance(models, str) else models[:1]:
            try:
                config = AutoConfig.for_model(kind)
                fed = _fed(name, config)
            except Exception:
                continue  # which needs packages that are not there
            fewer = ", ".join(f"{layers}=2" for layers in LAYERS if isinstance(getattr(config, layers, None), int))
            imports = f"from transformers import {config_name}, {name}"
            for size, settings in (("small", fewer), ("default", "")):
                if settings or size == "default":
                    built = f"{name}({config_name}({settings}))"
                    found.append(Model(f"{name} {size}", imports, built, call=fed))
    return found


def _fed(name: str, config: Any) -> str:
    import inspect

    import transformers

    model = getattr(transformers, name)
    takes = inspect.signature(model.forward).parameters
    size = getattr(config, "image_size", None) or 224
    height, width = (size, size) if isinstance(size, int) else tuple(size)[:2]
    sizes = {
        "channels": getattr(config, "num_channels", 3), "height": height, "width": width, "features": getattr(config, "num_mel_bins", 80) or 80,
        "frames": 2 * (getattr(config, "max_source_positions", None) or 500),
    }  # fmt: skip
    fed = [
        f"{main}={FED[main].format(**sizes)}"
        for main in (model.main_input_name, "decoder_input_ids")
        if main in takes and main in FED
    ]
    if "decoder_input_ids" in takes:
        fed.append(f"decoder_input_ids={FED['input_ids']}")
    return f"model({', '.join(fed)})"


def diffusers() -> list[Model]:
    """Its networks, small, with inputs of their kinds."""
    found = []
    for number, text in enumerate(DIFFUSERS):
        name = text.partition("(")[0]
        head = f"import torch\nfrom diffusers import {name}\n\n"
        found.append(Model(f"{name} {number}", text=f"{head}model = {text}\n"))
    return found


DIFFUSERS = (
    "UNet2DModel(sample_size=32)\nmodel(torch.zeros(1, 3, 32, 32), 10)",
    "UNet2DModel(sample_size=32, block_out_channels=(64, 128), layers_per_block=1, down_block_types=('DownBlock2D', 'AttnDownBlock2D'), up_block_types=('AttnUpBlock2D', 'UpBlock2D'))\nmodel(torch.zeros(2, 3, 32, 32), torch.zeros(2))",
    "UNet2DConditionModel(cross_attention_dim=768)\nmodel(torch.zeros(1, 4, 32, 32), 10, torch.zeros(1, 77, 768))",
    "UNet2DConditionModel(block_out_channels=(32, 64), layers_per_block=1, down_block_types=('DownBlock2D', 'CrossAttnDownBlock2D'), up_block_types=('CrossAttnUpBlock2D', 'UpBlock2D'), cross_attention_dim=32)\nmodel(torch.zeros(1, 4, 16, 16), 3, torch.zeros(1, 7, 32))",
    "UNet1DModel()\nmodel(torch.zeros(1, 2, 256), 1)",
    "UNet3DConditionModel(block_out_channels=(32, 64), layers_per_block=1, down_block_types=('CrossAttnDownBlock3D', 'DownBlock3D'), up_block_types=('UpBlock3D', 'CrossAttnUpBlock3D'), cross_attention_dim=32, attention_head_dim=8)\nmodel(torch.zeros(1, 4, 4, 16, 16), 3, torch.zeros(1, 7, 32))",
    "AutoencoderKL()\nmodel(torch.zeros(1, 3, 32, 32))",
    "AutoencoderKL(block_out_channels=(32, 64), down_block_types=('DownEncoderBlock2D',) * 2, up_block_types=('UpDecoderBlock2D',) * 2)\nmodel(torch.zeros(1, 3, 32, 32))",
    "VQModel()\nmodel(torch.zeros(1, 3, 32, 32))",
    "AutoencoderTiny()\nmodel(torch.zeros(1, 3, 64, 64))",
    "DiTTransformer2DModel(num_layers=2)\nmodel(torch.zeros(1, 4, 32, 32), timestep=torch.zeros(1, dtype=torch.long), class_labels=torch.zeros(1, dtype=torch.long))",
    "Transformer2DModel(in_channels=32, num_attention_heads=2, attention_head_dim=16, norm_num_groups=8)\nmodel(torch.zeros(1, 32, 16, 16))",
    "PixArtTransformer2DModel(num_layers=2, caption_channels=64)\nmodel(torch.zeros(1, 4, 128, 128), encoder_hidden_states=torch.zeros(1, 7, 64), timestep=torch.zeros(1), added_cond_kwargs={'resolution': None, 'aspect_ratio': None})",
    "SD3Transformer2DModel(num_layers=2)\nmodel(torch.zeros(1, 16, 32, 32), torch.zeros(1, 7, 4096), torch.zeros(1, 2048), torch.zeros(1))",
    "FluxTransformer2DModel(num_layers=1, num_single_layers=1)\nmodel(torch.zeros(1, 16, 64), torch.zeros(1, 7, 4096), torch.zeros(1, 768), torch.zeros(1), torch.zeros(16, 3), torch.zeros(7, 3), torch.zeros(1))",
    "ControlNetModel(block_out_channels=(32, 64), layers_per_block=1, down_block_types=('DownBlock2D', 'CrossAttnDownBlock2D'), cross_attention_dim=32, conditioning_embedding_out_channels=(16, 32))\nmodel(torch.zeros(1, 4, 16, 16), 3, torch.zeros(1, 7, 32), torch.zeros(1, 3, 32, 32))",
    "PriorTransformer(num_attention_heads=2, num_layers=2)\nmodel(torch.zeros(1, 768), 3, torch.zeros(1, 768), torch.zeros(1, 77, 768))",
    "AutoencoderKLTemporalDecoder(block_out_channels=(32,), down_block_types=('DownEncoderBlock2D',))\nmodel(torch.zeros(2, 3, 32, 32), num_frames=2)",
)  # fmt: skip


def scripts_of(package: str) -> list[Model]:
    """The scripts over a package."""
    return [Model(name, text=text.lstrip()) for name, text in DRIVERS[package].items()]


PACKAGES: dict[str, Any] = {
    **{package: (lambda package=package: scripts_of(package)) for package in DRIVERS},
    "transformers": transformers,
    "diffusers": diffusers,
    "torchvision": torchvision,
    "timm": timm,
    "efficientnet-pytorch": efficientnet,
    "pretrainedmodels": pretrainedmodels,
    "pytorchcv": pytorchcv,
    "segmentation-models-pytorch": segmentation_models,
    "vit-pytorch": lambda: examples_of("vit-pytorch"),
    "x-transformers": lambda: examples_of("x-transformers"),
    "einops": einops,
}
