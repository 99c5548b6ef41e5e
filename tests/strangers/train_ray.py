import ray, torch
from ray import tune
from torch import nn
@ray.remote(num_gpus=1)
def evaluate(net, x):
    return net(x)
@ray.remote
class Actor:
    def __init__(self, width):
        self.net = nn.Linear(width, 2)
    def step(self, x):
        return self.net(x)
ray.init()
net = nn.Linear(8, 2)
futures = [evaluate.remote(net, torch.zeros(3, 8)) for _ in range(2)]
print(ray.get(futures))
actor = Actor.remote(8)
print(ray.get(actor.step.remote(torch.zeros(3, 8))))
evaluate.options(num_cpus=2).remote(net, torch.zeros(1, 8))
net(torch.zeros(3, 8))
