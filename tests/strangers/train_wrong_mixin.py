import torch
from torch import nn
from huggingface_hub_absent import PyTorchModelHubMixin
class Net(nn.Module, PyTorchModelHubMixin, library_name="toy", tags=["a"]):
    def __init__(self, width: int = 32):
        super().__init__()
        self.conv = nn.Conv2d(3, width, 3)
        self.fc = nn.Linear(width * 30 * 30, 10)
    def forward(self, x):
        return self.fc(self.conv(x).flatten(1))
net = Net()
net.save_pretrained("x")
net(torch.rand(2, 3, 28, 28))
