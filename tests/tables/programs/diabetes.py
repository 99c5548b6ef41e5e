import numpy as np
import torch
import pandas as pd
from torch import nn
xy = pd.read_csv("diabetes.csv", header=None, dtype=np.float32).values
x_data = torch.from_numpy(xy[:, :-1])
y_data = torch.from_numpy(xy[:, [-1]])


class Model(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.l1 = nn.Linear(8, 6)
        self.l2 = nn.Linear(6, 1)

    def forward(self, x):
        return torch.sigmoid(self.l2(torch.sigmoid(self.l1(x))))


model = Model()
loss = nn.BCELoss()(model(x_data), y_data)
loss.backward()
