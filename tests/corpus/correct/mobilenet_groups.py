import torch
import torch.nn as nn


def conv_bn(inp, oup, stride):
    return nn.Sequential(
        nn.Conv2d(inp, oup, 3, stride, 1, bias=False),
        nn.BatchNorm2d(oup),
        nn.ReLU6(inplace=True),
    )


def conv_dw(inp, oup, stride):
    return nn.Sequential(
        nn.Conv2d(inp, inp, 3, stride, 1, groups=inp, bias=False),
        nn.BatchNorm2d(inp),
        nn.ReLU6(inplace=True),
        nn.Conv2d(inp, oup, 1, 1, 0, bias=False),
        nn.BatchNorm2d(oup),
        nn.ReLU6(inplace=True),
    )


class MobileNet(nn.Module):
    def __init__(self, n_class=1000):
        super().__init__()
        self.model = nn.Sequential(
            conv_bn(3, 16, 2),
            conv_dw(16, 32, 1),
            conv_dw(32, 64, 2),
            conv_dw(64, 64, 1),
            conv_dw(64, 128, 2),
            nn.AvgPool2d(4),
        )
        self.mixer = nn.Conv2d(128, 96, kernel_size=1, groups=4)
        self.fc = nn.Linear(96, n_class)

    def forward(self, x):
        x = self.model(x)
        x = self.mixer(x)
        x = x.view(-1, 96)
        x = self.fc(x)
        return x


net = MobileNet(n_class=20)
net.train()
images = torch.rand(2, 3, 32, 32)
out = net(images)
loss = nn.CrossEntropyLoss(label_smoothing=0.1)(out, torch.randint(0, 20, (2,)))
loss.backward()
