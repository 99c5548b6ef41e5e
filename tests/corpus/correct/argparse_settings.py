import argparse

import torch
import torch.nn as nn

parser = argparse.ArgumentParser()
parser.add_argument("--batch-size", type=int, default=5)
parser.add_argument("--in-features", type=int, default=20)
parser.add_argument("--hidden", type=int, default=32)
parser.add_argument("--classes", type=int, default=4)
parser.add_argument("--lr", type=float, default=0.01)


class Classifier(nn.Module):
    def __init__(self, args):
        super().__init__()
        self.layer1 = nn.Linear(args.in_features, args.hidden)
        self.bn = nn.BatchNorm1d(args.hidden)
        self.layer2 = nn.Linear(args.hidden, args.classes)

    def forward(self, x):
        return self.layer2(torch.relu(self.bn(self.layer1(x))))


def main():
    args = parser.parse_args([])
    model = Classifier(args)
    optimizer = torch.optim.SGD(model.parameters(), lr=args.lr)
    criterion = nn.CrossEntropyLoss()
    for epoch in range(2):
        x = torch.randn(args.batch_size, 20)
        y = torch.randint(0, args.classes, (args.batch_size,))
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()


if __name__ == "__main__":
    main()
