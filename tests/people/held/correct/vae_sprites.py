from typing import NamedTuple

import numpy as np
import torch
from torch import nn
from torch import distributions as D
from torch.utils.data import DataLoader, TensorDataset

SIZE, LATENT, BETA = 16, 4, 1.0


class Output(NamedTuple):
    posterior: D.Independent
    z: torch.Tensor
    likelihood: D.Independent


def sprites(n: int, seed: int) -> torch.Tensor:
    """Binary pictures with one rectangle each."""
    g = np.random.default_rng(seed)
    pictures = np.zeros((n, 1, SIZE, SIZE), dtype=bool)
    for p in pictures:
        top, left = g.integers(1, SIZE - 6, size=2)
        h, w = g.integers(2, 6, size=2)
        p[0, top:top + h, left:left + w] = True
    return torch.from_numpy(pictures)


class Encoder(nn.Module):
    def __init__(self, latent: int) -> None:
        super().__init__()
        self.net = nn.Sequential(
            nn.Conv2d(1, 16, 4, stride=2, padding=1), nn.SiLU(),
            nn.Conv2d(16, 32, 4, stride=2, padding=1), nn.SiLU(),
            nn.Flatten(),
            nn.Linear(32 * (SIZE // 4) ** 2, 2 * latent),
        )

    def forward(self, x: torch.Tensor) -> D.Independent:
        mean, raw = self.net(x).chunk(2, dim=-1)
        scale = nn.functional.softplus(raw) + 1e-4
        return D.Independent(D.Normal(mean, scale), 1)


class Decoder(nn.Module):
    def __init__(self, latent: int) -> None:
        super().__init__()
        self.fc = nn.Linear(latent, 32 * (SIZE // 4) ** 2)
        self.net = nn.Sequential(
            nn.SiLU(),
            nn.ConvTranspose2d(32, 16, 4, stride=2, padding=1), nn.SiLU(),
            nn.ConvTranspose2d(16, 1, 4, stride=2, padding=1),
        )

    def forward(self, z: torch.Tensor) -> D.Independent:
        h = self.fc(z).view(-1, 32, SIZE // 4, SIZE // 4)
        logits = self.net(h)
        return D.Independent(D.Bernoulli(logits=logits), 3)


class VAE(nn.Module):
    def __init__(self, latent: int = LATENT) -> None:
        super().__init__()
        self.encoder, self.decoder = Encoder(latent), Decoder(latent)
        self.register_buffer("prior_mean", torch.zeros(latent))
        self.register_buffer("prior_scale", torch.ones(latent))

    @property
    def prior(self) -> D.Independent:
        return D.Independent(D.Normal(self.prior_mean, self.prior_scale), 1)

    def forward(self, x: torch.Tensor) -> Output:
        posterior = self.encoder(x)
        z = posterior.rsample()
        return Output(posterior, z, self.decoder(z))

    def loss(self, x: torch.Tensor, beta: float = BETA) -> tuple[torch.Tensor, dict[str, float]]:
        out = self(x)
        log_lik = out.likelihood.log_prob(x)
        kl = D.kl_divergence(out.posterior, self.prior)
        elbo = log_lik - beta * kl
        return -elbo.mean(), {"nll": -log_lik.mean().item(), "kl": kl.mean().item()}

    @torch.no_grad()
    def sample(self, n: int) -> torch.Tensor:
        z = self.prior.sample((n,))
        return self.decoder(z).mean

    @torch.no_grad()
    def interpolate(self, a: torch.Tensor, b: torch.Tensor, steps: int = 5) -> torch.Tensor:
        za = self.encoder(a).mean
        zb = self.encoder(b).mean
        w = torch.linspace(0, 1, steps).unsqueeze(1)
        return self.decoder(za * (1 - w) + zb * w).mean


def importance_bound(model: VAE, x: torch.Tensor, k: int = 8) -> torch.Tensor:
    """IWAE bound, log mean over k samples."""
    posterior = model.encoder(x)
    z = posterior.rsample((k,))                                   # k x B x latent
    likelihood = model.decoder(z.reshape(-1, z.shape[-1]))
    log_p = likelihood.log_prob(x.repeat(k, 1, 1, 1)).view(k, -1)
    log_w = log_p + model.prior.log_prob(z) - posterior.log_prob(z)
    return torch.logsumexp(log_w, dim=0) - np.log(k)


def main() -> None:
    torch.manual_seed(0)
    train = DataLoader(TensorDataset(sprites(256, 0).float()), batch_size=32, shuffle=True)
    test = sprites(48, 1).float()
    model = VAE()
    opt = torch.optim.Adam(model.parameters(), lr=3e-3)
    for epoch in range(3):
        model.train()
        stats: dict[str, list[float]] = {}
        for (x,) in train:
            loss, parts = model.loss(x, beta=min(1.0, (epoch + 1) / 2))
            opt.zero_grad()
            loss.backward()
            opt.step()
            for key, value in parts.items():
                stats.setdefault(key, []).append(value)
        model.eval()
        with torch.no_grad():
            bound = importance_bound(model, test).mean()
        print(f"epoch {epoch}: " + " ".join(f"{k} {np.mean(v):.2f}" for k, v in stats.items()) + f" iwae {bound:.2f}")

    pictures = model.sample(9).squeeze(1)
    grid = pictures.reshape(3, 3, SIZE, SIZE).permute(0, 2, 1, 3).reshape(3 * SIZE, 3 * SIZE)
    print("grid", tuple(grid.shape), "mean", round(grid.mean().item(), 3))
    between = model.interpolate(test[:1], test[1:2])
    for row in (between[2, 0] > 0.3).numpy().astype(int):
        print("".join(".#"[v] for v in row))


if __name__ == "__main__":
    main()
