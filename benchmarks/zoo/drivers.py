"""Small scripts as people write them over packages that have no list of their models: each builds one and calls it."""

from __future__ import annotations

DRIVERS: dict[str, dict[str, str]] = {
    "monai": {
        "unet": """
import torch
from monai.networks.nets import UNet
net = UNet(spatial_dims=3, in_channels=1, out_channels=2, channels=(16, 32, 64), strides=(2, 2))
y = net(torch.zeros(1, 1, 32, 32, 32))
""",
        "basic": """
import torch
from monai.networks.nets import BasicUNet
net = BasicUNet(spatial_dims=2, features=(8, 8, 16, 32, 64, 8))
y = net(torch.zeros(1, 1, 64, 64))
""",
        "dense": """
import torch
from monai.networks.nets import DenseNet121
net = DenseNet121(spatial_dims=2, in_channels=1, out_channels=3)
y = net(torch.zeros(1, 1, 64, 64))
""",
        "swin": """
import torch
from monai.networks.nets import SwinUNETR
net = SwinUNETR(in_channels=1, out_channels=2, feature_size=12, spatial_dims=2)
y = net(torch.zeros(1, 1, 64, 64))
""",
        "unetr": """
import torch
from monai.networks.nets import UNETR
net = UNETR(in_channels=1, out_channels=2, img_size=(32, 32, 32), feature_size=8, hidden_size=48, mlp_dim=96, num_heads=4)
y = net(torch.zeros(1, 1, 32, 32, 32))
""",
        "dice": """
import torch
from monai.losses import DiceLoss
from monai.networks.nets import SegResNet
net = SegResNet(spatial_dims=2, in_channels=1, out_channels=2)
loss = DiceLoss(to_onehot_y=True, softmax=True)(net(torch.zeros(2, 1, 32, 32)), torch.zeros(2, 1, 32, 32))
loss.backward()
""",
    },
    "torch-geometric": {
        "gcn": """
import torch
import torch.nn.functional as F
from torch_geometric.nn import GCNConv

class GCN(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = GCNConv(16, 32)
        self.conv2 = GCNConv(32, 7)

    def forward(self, x, edge_index):
        x = F.relu(self.conv1(x, edge_index))
        return self.conv2(x, edge_index)

net = GCN()
x = torch.randn(10, 16)
edge_index = torch.randint(0, 10, (2, 40))
out = net(x, edge_index)
""",
        "gat": """
import torch
from torch_geometric.nn import GATConv
net = GATConv(16, 8, heads=4)
out = net(torch.randn(10, 16), torch.randint(0, 10, (2, 40)))
""",
        "pool": """
import torch
from torch_geometric.nn import GINConv, global_mean_pool
import torch.nn as nn

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = GINConv(nn.Sequential(nn.Linear(16, 32), nn.ReLU(), nn.Linear(32, 32)))
        self.lin = nn.Linear(32, 2)

    def forward(self, x, edge_index, batch):
        return self.lin(global_mean_pool(self.conv(x, edge_index), batch))

net = Net()
out = net(torch.randn(10, 16), torch.randint(0, 10, (2, 40)), torch.tensor([0] * 5 + [1] * 5))
""",
        "sage": """
import torch
from torch_geometric.nn import GraphSAGE
net = GraphSAGE(16, 32, num_layers=2, out_channels=4)
out = net(torch.randn(10, 16), torch.randint(0, 10, (2, 40)))
""",
    },
    "ultralytics": {
        "yolo": """
import torch
from ultralytics.nn.tasks import DetectionModel
net = DetectionModel('yolov8n.yaml')
y = net(torch.zeros(1, 3, 64, 64))
""",
        "yolo2": """
import torch
from ultralytics import YOLO
model = YOLO('yolov8n-cls.yaml')
y = model.model(torch.zeros(1, 3, 64, 64))
""",
        "blocks": """
import torch
from ultralytics.nn.modules import C2f, SPPF, Conv
net = torch.nn.Sequential(Conv(3, 16, 3, 2), C2f(16, 32), SPPF(32, 32))
y = net(torch.zeros(1, 3, 64, 64))
""",
    },
    "open-clip": {
        "clip": """
import torch
import open_clip
model = open_clip.create_model('ViT-B-32', pretrained=None)
y = model.encode_image(torch.zeros(1, 3, 224, 224))
z = model.encode_text(torch.zeros(1, 77, dtype=torch.long))
""",
    },
    "kornia": {
        "aug": """
import torch
import kornia.augmentation as K
aug = torch.nn.Sequential(K.RandomHorizontalFlip(p=1.0), K.Normalize(mean=torch.tensor([0.5]), std=torch.tensor([0.5])))
y = aug(torch.zeros(2, 3, 32, 32))
""",
        "filters": """
import torch
import kornia
net = torch.nn.Sequential(torch.nn.Conv2d(3, 8, 3), kornia.filters.GaussianBlur2d((3, 3), (1.5, 1.5)))
y = net(torch.zeros(2, 3, 32, 32))
""",
    },
    "peft": {
        "lora": """
import torch
from peft import LoraConfig, get_peft_model
from transformers import BertConfig, BertModel
base = BertModel(BertConfig(num_hidden_layers=2))
model = get_peft_model(base, LoraConfig(r=8, target_modules=['query', 'value']))
out = model(input_ids=torch.zeros(1, 8, dtype=torch.long))
""",
    },
    "gpytorch": {
        "gp": """
import torch
import gpytorch

class GP(gpytorch.models.ExactGP):
    def __init__(self, x, y, likelihood):
        super().__init__(x, y, likelihood)
        self.mean_module = gpytorch.means.ConstantMean()
        self.covar_module = gpytorch.kernels.ScaleKernel(gpytorch.kernels.RBFKernel())

    def forward(self, x):
        return gpytorch.distributions.MultivariateNormal(self.mean_module(x), self.covar_module(x))

x = torch.linspace(0, 1, 20)
y = torch.sin(x)
likelihood = gpytorch.likelihoods.GaussianLikelihood()
model = GP(x, y, likelihood)
out = model(x)
""",
    },
    "e3nn": {
        "e3nn": """
import torch
from e3nn import o3
net = o3.Linear('4x0e+2x1o', '8x0e+1x1o')
y = net(torch.randn(5, 10))
""",
    },
    "torchaudio": {
        "w2v": """
import torch
import torchaudio
model = torchaudio.models.wav2vec2_base()
y = model(torch.zeros(1, 16000))
""",
        "mel": """
import torch
import torchaudio
mel = torchaudio.transforms.MelSpectrogram(sample_rate=16000, n_mels=64)
x = mel(torch.zeros(1, 16000))
net = torch.nn.Linear(64, 10)
y = net(x.transpose(1, 2))
""",
        "conf": """
import torch
from torchaudio.models import Conformer
net = Conformer(input_dim=80, num_heads=4, ffn_dim=128, num_layers=2, depthwise_conv_kernel_size=31)
y = net(torch.zeros(2, 50, 80), torch.tensor([50, 40]))
""",
    },
    "speechbrain": {
        "sb": """
import torch
from speechbrain.lobes.models.ECAPA_TDNN import ECAPA_TDNN
net = ECAPA_TDNN(80, lin_neurons=192)
y = net(torch.zeros(2, 100, 80))
""",
    },
    "torchrl": {
        "rl": """
import torch
from torchrl.modules import MLP
net = MLP(in_features=4, out_features=2, num_cells=[32, 32])
y = net(torch.zeros(1, 4))
""",
    },
    "denoising-diffusion-pytorch": {
        "ddpm": """
import torch
from denoising_diffusion_pytorch import Unet
net = Unet(dim=16, dim_mults=(1, 2))
y = net(torch.zeros(1, 3, 32, 32), torch.zeros(1, dtype=torch.long))
""",
    },
    "torchmetrics": {
        "metrics": """
import torch
import torchmetrics
metric = torchmetrics.Accuracy(task='multiclass', num_classes=5)
net = torch.nn.Linear(4, 5)
metric.update(net(torch.randn(8, 4)), torch.randint(0, 5, (8,)))
acc = metric.compute()
""",
    },
    "accelerate": {
        "accel": """
import torch
from accelerate import Accelerator
accelerator = Accelerator()
net = torch.nn.Linear(4, 2)
opt = torch.optim.Adam(net.parameters())
net, opt = accelerator.prepare(net, opt)
loss = net(torch.randn(8, 4)).sum()
accelerator.backward(loss)
opt.step()
""",
    },
}
