#!/usr/bin/env python3
"""VAE on little 16x16 shapes. `python vae_digits.py` trains, samples, interpolates and stores a grid as .npy"""
import argparse
from pathlib import Path
from typing import Tuple

import numpy as np
import torch
from torch import Tensor, nn, optim
from torch.nn import functional as F
from torch.utils.data import DataLoader, TensorDataset


def make_shapes(n: int, side: int = 16, seed: int = 0) -> Tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    xs = np.zeros((n, side, side), dtype=np.float32)
    ys = rng.integers(0, 3, n)
    for k in range(n):
        a, b = sorted(rng.choice(np.arange(2, side - 2), 2, replace=False))
        if ys[k] == 0:
            xs[k, a:b + 1, a:b + 1] = 1
        elif ys[k] == 1:
            xs[k, a:b + 1, side // 2 - 1:side // 2 + 1] = 1
        else:
            xs[k, np.arange(a, b + 1), np.arange(a, b + 1)] = 1
    return xs, ys


class VAE(nn.Module):
    def __init__(self, input_dim: int = 256, hidden_dim: int = 100, latent_dim: int = 8):
        super().__init__()
        self.input_dim = input_dim
        self.fc1 = nn.Linear(input_dim, hidden_dim)
        self.fc_mu = nn.Linear(hidden_dim, latent_dim)
        self.fc_logvar = nn.Linear(hidden_dim, latent_dim)
        self.fc3 = nn.Linear(latent_dim, hidden_dim)
        self.fc4 = nn.Linear(hidden_dim, input_dim)

    def encode(self, x: Tensor) -> Tuple[Tensor, Tensor]:
        h1 = F.relu(self.fc1(x))
        return self.fc_mu(h1), self.fc_logvar(h1)

    def reparameterize(self, mu: Tensor, logvar: Tensor) -> Tensor:
        std = torch.exp(0.5 * logvar)
        eps = torch.randn_like(std)
        return mu + eps * std

    def decode(self, z: Tensor) -> Tensor:
        h3 = F.relu(self.fc3(z))
        return torch.sigmoid(self.fc4(h3))

    def forward(self, x: Tensor) -> Tuple[Tensor, Tensor, Tensor]:
        mu, logvar = self.encode(x.view(-1, self.input_dim))
        z = self.reparameterize(mu, logvar)
        return self.decode(z), mu, logvar


def loss_function(recon_x: Tensor, x: Tensor, mu: Tensor, logvar: Tensor) -> Tensor:
    BCE = F.binary_cross_entropy(recon_x, x.view(-1, recon_x.size(1)), reduction='sum')
    KLD = -0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp())
    return BCE + KLD


def train_epoch(model, loader, optimizer, device) -> float:
    model.train()
    train_loss = 0.0
    for data, _ in loader:
        data = data.to(device)
        optimizer.zero_grad()
        recon_batch, mu, logvar = model(data)
        loss = loss_function(recon_batch, data, mu, logvar)
        loss.backward()
        train_loss += loss.item()
        optimizer.step()
    return train_loss / len(loader.dataset)


@torch.no_grad()
def test_epoch(model, loader, device, out_dir: Path, epoch: int) -> float:
    model.eval()
    test_loss = 0.0
    for i, (data, _) in enumerate(loader):
        data = data.to(device)
        recon_batch, mu, logvar = model(data)
        test_loss += loss_function(recon_batch, data, mu, logvar).item()
        if i == 0:
            n = min(data.size(0), 8)
            comparison = torch.cat([data[:n], recon_batch.view(-1, 1, 16, 16)[:n]])
            np.save(out_dir / f'reconstruction_{epoch}.npy', comparison.cpu().numpy())
    return test_loss / len(loader.dataset)


def interpolate(model, a: Tensor, b: Tensor, steps: int = 6) -> Tensor:
    with torch.no_grad():
        mu_a, _ = model.encode(a.view(1, -1))
        mu_b, _ = model.encode(b.view(1, -1))
        w = torch.linspace(0, 1, steps).unsqueeze(1)
        return model.decode((1 - w) * mu_a + w * mu_b).view(steps, 16, 16)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--epochs', type=int, default=2)
    parser.add_argument('--latent', type=int, default=8)
    parser.add_argument('--out', type=Path, default=Path('results'))
    args = parser.parse_args([])
    args.out.mkdir(exist_ok=True)
    torch.manual_seed(0)
    device = torch.device('cpu')

    x_train, y_train = make_shapes(200, seed=1)
    x_test, y_test = make_shapes(60, seed=2)
    train_set = TensorDataset(torch.from_numpy(x_train).unsqueeze(1), torch.from_numpy(y_train))
    test_set = TensorDataset(torch.from_numpy(x_test).unsqueeze(1), torch.from_numpy(y_test))
    train_loader = DataLoader(train_set, batch_size=32, shuffle=True)
    test_loader = DataLoader(test_set, batch_size=25)

    model = VAE(latent_dim=args.latent).to(device)
    optimizer = optim.Adam(model.parameters(), lr=1e-3)
    for epoch in range(args.epochs):
        tr = train_epoch(model, train_loader, optimizer, device)
        te = test_epoch(model, test_loader, device, args.out, epoch)
        print(f'====> Epoch: {epoch} train {tr:.3f} test {te:.3f}')
        with torch.no_grad():
            sample = torch.randn(16, args.latent).to(device)
            sample = model.decode(sample).cpu().view(16, 1, 16, 16)
            grid = sample.view(4, 4, 16, 16).permute(0, 2, 1, 3).reshape(64, 64)
            np.save(args.out / f'sample_{epoch}.npy', grid.numpy())
    path = interpolate(model, test_set[0][0], test_set[1][0])
    print('interpolation', tuple(path.shape))

    # latent means of the whole test set, coloured by class in the report
    latents = []
    with torch.no_grad():
        for data, _ in test_loader:
            mu, _ = model.encode(data.view(data.size(0), -1))
            latents.append(mu.numpy())
    latents = np.concatenate(latents)
    for c in range(3):
        print(c, latents[y_test == c].mean(axis=0)[:2].round(2))


if __name__ == '__main__':
    main()
