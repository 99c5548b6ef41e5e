import torch
from torch import nn
from detectron2.modeling import BACKBONE_REGISTRY, Backbone, ShapeSpec
from detectron2.config import configurable, get_cfg
from fvcore.nn import weight_init

@BACKBONE_REGISTRY.register()
class Toy(Backbone):
    @configurable
    def __init__(self, *, width=16, input_shape=None):
        super().__init__()
        self.conv = nn.Conv2d(3, width, 3, stride=2)
        weight_init.c2_msra_fill(self.conv)
    @classmethod
    def from_config(cls, cfg, input_shape):
        return {"width": cfg.MODEL.WIDTH}
    def forward(self, image):
        return {"c1": self.conv(image)}
    def output_shape(self):
        return {"c1": ShapeSpec(channels=16, stride=2)}

class Head(nn.Module):
    def __init__(self, backbone):
        super().__init__()
        self.backbone = backbone
        self.fc = nn.Linear(16, 5)
    def forward(self, x):
        return self.fc(self.backbone(x)["c1"].mean((2, 3)))
cfg = get_cfg()
net = Head(Toy(width=16))
print(net(torch.zeros(2, 3, 32, 32)).shape)
