import torch
import torch.nn as nn


class CeilNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 12, kernel_size=3, stride=1, dilation=2)
        self.pool1 = nn.MaxPool2d(3, stride=2, ceil_mode=True)
        self.conv2 = nn.Conv2d(12, 24, kernel_size=3, dilation=3, padding=1)
        self.pool2 = nn.AvgPool2d(2, ceil_mode=True)
        self.fc = nn.Linear(24 * 5 * 5, 7)

    def forward(self, x):
        x = torch.relu(self.conv1(x))
        x = self.pool1(x)
        x = torch.relu(self.conv2(x))
        x = self.pool2(x)
        x = x.reshape(x.shape[0], -1)
        return self.fc(x)


net = CeilNet()
x = torch.randn(3, 3, 32, 32)
y = net(x)
print(y.shape)
loss = nn.CrossEntropyLoss()(y, torch.randint(0, 7, (3,)))
loss.backward()
