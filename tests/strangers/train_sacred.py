import torch
from sacred import Experiment
from sacred.observers import MongoObserver
ex = Experiment("toy")
ex.observers.append(MongoObserver())
@ex.config
def cfg():
    width = 32
    lr = 0.1
@ex.capture
def build(width):
    return torch.nn.Linear(width, 10)
@ex.automain
def run(_run, lr):
    net = build()
    net(torch.zeros(3, 32))
