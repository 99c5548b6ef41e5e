# A view that fits one image only, and no training loop.
import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.autograd import Variable


class Digits(nn.Module):
    def __init__(self):
        super(Digits, self).__init__()
        self.first = nn.Conv2d(1, 10, 5)
        self.second = nn.Conv2d(10, 20, 5)
        self.pool = nn.MaxPool2d(2, 2)
        self.hidden = nn.Linear(320, 50)
        self.out = nn.Linear(50, 10)

    def forward(self, image):
        x = self.pool(F.relu(self.first(image)))
        x = self.pool(F.relu(self.second(x))).view(320)
        return self.out(self.hidden(x))


digits = Digits()
print(digits(Variable(torch.randn(1, 1, 28, 28))).size())
