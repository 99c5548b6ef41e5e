import click, torch
from torch import nn
@click.command()
@click.option("--width", default=8)
@click.argument("path")
def main(width, path):
    net = nn.Linear(width, 2)
    net(torch.zeros(3, width))
@click.group()
def cli(): ...
@cli.command("go")
def go():
    nn.Linear(4, 2)(torch.zeros(1, 4))
if __name__ == "__main__":
    main()
