"""A recursive network over random trees."""

import random

import torch
import torch.nn as nn


class Node:
    def __init__(self, word=None, left=None, right=None):
        self.word, self.left, self.right = word, left, right


def tree(depth):
    if depth == 0 or random.random() < 0.3:
        return Node(word=random.randrange(50))
    return Node(left=tree(depth - 1), right=tree(depth - 1))


class Recursive(nn.Module):
    def __init__(self, dim=16):
        super().__init__()
        self.emb = nn.Embedding(50, dim)
        self.join = nn.Linear(2 * dim, dim)
        self.out = nn.Linear(dim, 2)

    def encode(self, node):
        if node.word is not None:
            return self.emb(torch.tensor([node.word]))
        return torch.tanh(self.join(torch.cat([self.encode(node.left), self.encode(node.right)], dim=1)))

    def forward(self, node):
        return self.out(self.encode(node))


random.seed(5)
trees = [(tree(4), random.randint(0, 1)) for _ in range(20)]
net = Recursive()
opt = torch.optim.SGD(net.parameters(), 0.1)
for epoch in range(2):
    total = 0
    random.shuffle(trees)
    for root, label in trees:
        loss = nn.functional.cross_entropy(net(root), torch.tensor([label]))
        opt.zero_grad()
        loss.backward()
        opt.step()
        total += loss.item()
    print(epoch, total / len(trees))
