import click
import torch
import torch.nn as nn


class Net(nn.Module):
    def __init__(self, hidden):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(8, hidden), nn.Tanh(), nn.Linear(hidden, 1))

    def forward(self, x):
        return self.body(x)


@click.command()
@click.option("--epochs", default=3, type=int)
@click.option("--hidden", default=16, type=int)
@click.argument("name", default="net")
def main(epochs, hidden, name):
    net = Net(hidden)
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
    for _ in range(epochs):
        loss = net(torch.randn(4, 8)).pow(2).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(name, loss.item())


if __name__ == "__main__":
    main(standalone_mode=False, args=[])
