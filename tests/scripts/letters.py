# -*- coding: utf-8 -*-
import torch
import torch.nn as nn
class Сеть(nn.Module):
    """нейросеть"""
    def __init__(self, größe=16):
        super().__init__()
        self.слой = nn.Linear(4, größe)
        self.выход = nn.Linear(größe, 2)
    def forward(self, входы):
        return self.выход(torch.relu(self.слой(входы)))
α = 0.1
модель = Сеть()
print(модель(torch.zeros(3, 4)))
