import torch.nn as nn
from torchsummary import summary
import torch
class Net(nn.Module):
    def __init__(self):
        super(Net, self).__init__()
        self.conv = nn.Conv2d(3, 8, 3)
        self.fc = nn.Linear(8 * 30 * 30, 10)
    def forward(self, x):
        x = self.conv(x).relu()
        return self.fc(x.view(x.shape[0], -1))
device = torch.device('cuda' if torch.cuda.is_available() else 'cpu')
model = Net().to(device)
print(summary(model, (3, 32, 32)))
