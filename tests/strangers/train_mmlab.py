import torch
import torch.nn as nn
from mmcv.cnn import ConvModule, build_norm_layer
from mmcv.runner import BaseModule, auto_fp16, force_fp32
from mmdet.models.builder import HEADS, build_loss

@HEADS.register_module(force=True)
class BBoxHead(BaseModule):
    def __init__(self, in_channels=256, num_classes=80, loss_cls=dict(type="CE"), init_cfg=None):
        super(BBoxHead, self).__init__(init_cfg)
        self.fp16_enabled = False
        self.fc = nn.Linear(in_channels * 49, num_classes + 1)
        self.loss_cls = build_loss(loss_cls)
    @auto_fp16()
    def forward(self, x):
        return self.fc(x.flatten(1))
    @force_fp32(apply_to=("cls",))
    def loss(self, cls, labels):
        return dict(loss=self.loss_cls(cls, labels))
head = BBoxHead()
print(head(torch.rand(4, 256, 7, 7)).shape)
