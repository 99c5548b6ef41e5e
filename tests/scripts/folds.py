import torch, torch.nn as nn
from sklearn.model_selection import KFold
from torch.utils.data import DataLoader, ConcatDataset, SubsetRandomSampler
from torchvision.datasets import MNIST
from torchvision import transforms
import os
def reset_weights(m):
    for layer in m.children():
        if hasattr(layer, 'reset_parameters'):
            layer.reset_parameters()
class SimpleConvNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(nn.Conv2d(1, 10, kernel_size=3), nn.ReLU(), nn.Flatten(), nn.Linear(26 * 26 * 10, 50), nn.ReLU(), nn.Linear(50, 10))
    def forward(self, x):
        return self.layers(x)
if __name__ == '__main__':
    results = {}
    torch.manual_seed(42)
    dataset = ConcatDataset([MNIST(os.getcwd(), download=True, transform=transforms.ToTensor(), train=True), MNIST(os.getcwd(), train=False, transform=transforms.ToTensor())])
    kfold = KFold(n_splits=5, shuffle=True)
    for fold, (train_ids, test_ids) in enumerate(kfold.split(dataset)):
        trainloader = DataLoader(dataset, batch_size=10, sampler=SubsetRandomSampler(train_ids))
        testloader = DataLoader(dataset, batch_size=10, sampler=SubsetRandomSampler(test_ids))
        network = SimpleConvNet()
        network.apply(reset_weights)
        optimizer = torch.optim.Adam(network.parameters(), lr=1e-4)
        for epoch in range(0, 1):
            current = 0.0
            for i, data in enumerate(trainloader, 0):
                inputs, targets = data
                optimizer.zero_grad()
                outputs = network(inputs)
                loss = nn.CrossEntropyLoss()(outputs, targets)
                loss.backward()
                optimizer.step()
                current += loss.item()
                if i % 500 == 499:
                    print('Loss after mini-batch %5d: %.3f' % (i + 1, current / 500))
        results[fold] = 1
    s = 0.0
    for key, value in results.items():
        s += value
    print(s / len(results.items()))
