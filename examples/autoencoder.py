"""A convolutional autoencoder: `output_padding` decides whether the image comes back in the size that it had.

convcalc summary examples/autoencoder.py
"""

import torch
from torch import nn


class Autoencoder(nn.Module):
    def __init__(self, channels=3, code=16):
        super().__init__()
        self.encoder = nn.Sequential(
            nn.Conv2d(channels, 32, 3, stride=2, padding=1),
            nn.ReLU(),
            nn.Conv2d(32, 64, 3, stride=2, padding=1),
            nn.ReLU(),
            nn.Conv2d(64, code, 3, stride=2, padding=1),
        )
        self.decoder = nn.Sequential(
            nn.ConvTranspose2d(code, 64, 3, stride=2, padding=1, output_padding=1),
            nn.ReLU(),
            nn.ConvTranspose2d(64, 32, 3, stride=2, padding=1, output_padding=1),
            nn.ReLU(),
            nn.ConvTranspose2d(32, channels, 3, stride=2, padding=1, output_padding=1),
            nn.Sigmoid(),
        )

    def forward(self, images):
        return self.decoder(self.encoder(images))


if __name__ == "__main__":
    images = torch.rand(16, 3, 64, 64)
    model = Autoencoder()
    loss = nn.functional.mse_loss(model(images), images)
    print(loss.item())
