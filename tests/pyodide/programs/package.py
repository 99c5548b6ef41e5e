import torch
import zoo

net = zoo.create("small", width=12, names=["a", "b", "c"])
scores, count = net(torch.rand(2, 12))
scores.mean().backward()
