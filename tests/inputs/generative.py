"""Generators, autoencoders and diffusion networks."""

import math

import torch
import torch.nn as nn
import torch.nn.functional as F


class DCGenerator(nn.Module):
    """Takes (2, 100, 1, 1)."""

    def __init__(self, nz=100, ngf=16, nc=3):
        super().__init__()
        self.main = nn.Sequential(
            nn.ConvTranspose2d(nz, ngf * 4, 4, 1, 0, bias=False), nn.BatchNorm2d(ngf * 4), nn.ReLU(True),
            nn.ConvTranspose2d(ngf * 4, ngf * 2, 4, 2, 1, bias=False), nn.BatchNorm2d(ngf * 2), nn.ReLU(True),
            nn.ConvTranspose2d(ngf * 2, nc, 4, 2, 1, bias=False), nn.Tanh(),
        )  # fmt: skip

    def forward(self, input):
        return self.main(input)


class LinearGenerator(nn.Module):
    """Takes (2, 64)."""

    def __init__(self, z=64):
        super().__init__()
        self.l = nn.Linear(z, 128 * 7 * 7)
        self.d = nn.Sequential(nn.ConvTranspose2d(128, 64, 4, 2, 1), nn.ReLU(), nn.ConvTranspose2d(64, 1, 4, 2, 1))

    def forward(self, z):
        return self.d(self.l(z).view(-1, 128, 7, 7))


class ConditionalGenerator(nn.Module):
    """Takes (2, 100), (2,) int64."""

    def __init__(self, classes=10, latent=100, shape=(1, 28, 28)):
        super().__init__()
        self.shape = shape
        self.label_emb = nn.Embedding(classes, classes)
        self.model = nn.Sequential(
            nn.Linear(latent + classes, 128), nn.LeakyReLU(0.2), nn.Linear(128, 256), nn.BatchNorm1d(256, 0.8),
            nn.LeakyReLU(0.2), nn.Linear(256, 784), nn.Tanh(),
        )  # fmt: skip

    def forward(self, noise, labels):
        gen_input = torch.cat((self.label_emb(labels), noise), -1)
        img = self.model(gen_input)
        return img.view(img.size(0), *self.shape)


class ConditionalDiscriminator(nn.Module):
    """Takes (2, 1, 28, 28), (2,) int64."""

    def __init__(self, classes=10):
        super().__init__()
        self.label_embedding = nn.Embedding(classes, classes)
        self.model = nn.Sequential(nn.Linear(classes + 784, 512), nn.LeakyReLU(0.2), nn.Linear(512, 1))

    def forward(self, img, labels):
        d_in = torch.cat((img.view(img.size(0), -1), self.label_embedding(labels)), -1)
        return self.model(d_in)


class VAE(nn.Module):
    """Takes (2, 1, 28, 28)."""

    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(784, 400)
        self.fc21 = nn.Linear(400, 20)
        self.fc22 = nn.Linear(400, 20)
        self.fc3 = nn.Linear(20, 400)
        self.fc4 = nn.Linear(400, 784)

    def encode(self, x):
        h1 = F.relu(self.fc1(x))
        return self.fc21(h1), self.fc22(h1)

    def reparameterize(self, mu, logvar):
        std = torch.exp(0.5 * logvar)
        eps = torch.randn_like(std)
        return mu + eps * std

    def decode(self, z):
        return torch.sigmoid(self.fc4(F.relu(self.fc3(z))))

    def sample(self, n):
        return self.decode(torch.randn(n, 20))

    def forward(self, x):
        mu, logvar = self.encode(x.view(-1, 784))
        z = self.reparameterize(mu, logvar)
        return self.decode(z), mu, logvar


class ConvVAE(nn.Module):
    """Takes (2, 3, 64, 64)."""

    def __init__(self, latent=16):
        super().__init__()
        self.encoder = nn.Sequential(
            nn.Conv2d(3, 8, 4, 2, 1), nn.ReLU(), nn.Conv2d(8, 16, 4, 2, 1), nn.ReLU(), nn.Flatten()
        )
        self.mu, self.logvar = nn.Linear(16 * 16 * 16, latent), nn.Linear(16 * 16 * 16, latent)
        self.up = nn.Linear(latent, 16 * 16 * 16)
        self.decoder = nn.Sequential(
            nn.ConvTranspose2d(16, 8, 4, 2, 1), nn.ReLU(), nn.ConvTranspose2d(8, 3, 4, 2, 1), nn.Sigmoid()
        )

    def forward(self, x, return_latent=False):
        h = self.encoder(x)
        mu, logvar = self.mu(h), self.logvar(h)
        z = mu + torch.randn_like(mu) * (0.5 * logvar).exp()
        out = self.decoder(self.up(z).view(-1, 16, 16, 16))
        return (out, mu, logvar, z) if return_latent else (out, mu, logvar)


class SinusoidalPositionEmbeddings(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.dim = dim

    def forward(self, time):
        device = time.device
        half = self.dim // 2
        e = math.log(10000) / (half - 1)
        e = torch.exp(torch.arange(half, device=device) * -e)
        e = time[:, None] * e[None, :]
        return torch.cat((e.sin(), e.cos()), dim=-1)


class Block(nn.Module):
    def __init__(self, cin, cout, time, up=False):
        super().__init__()
        self.time_mlp = nn.Linear(time, cout)
        if up:
            self.conv1 = nn.Conv2d(2 * cin, cout, 3, padding=1)
            self.transform = nn.ConvTranspose2d(cout, cout, 4, 2, 1)
        else:
            self.conv1 = nn.Conv2d(cin, cout, 3, padding=1)
            self.transform = nn.Conv2d(cout, cout, 4, 2, 1)
        self.conv2 = nn.Conv2d(cout, cout, 3, padding=1)
        self.norm = nn.GroupNorm(4, cout)

    def forward(self, x, t):
        h = self.norm(F.relu(self.conv1(x)))
        t = F.relu(self.time_mlp(t))[(...,) + (None,) * 2]
        return self.transform(self.norm(F.relu(self.conv2(h + t))))


class DiffusionUNet(nn.Module):
    """Takes (2, 3, 64, 64), (2,) int64."""

    def __init__(self):
        super().__init__()
        down, up, time = (8, 16, 32), (32, 16, 8), 32
        self.time_mlp = nn.Sequential(SinusoidalPositionEmbeddings(time), nn.Linear(time, time), nn.ReLU())
        self.conv0 = nn.Conv2d(3, down[0], 3, padding=1)
        self.downs = nn.ModuleList([Block(down[i], down[i + 1], time) for i in range(2)])
        self.ups = nn.ModuleList([Block(up[i], up[i + 1], time, up=True) for i in range(2)])
        self.output = nn.Conv2d(up[-1], 3, 1)

    def forward(self, x, timestep):
        t = self.time_mlp(timestep)
        x = self.conv0(x)
        residual = []
        for d in self.downs:
            x = d(x, t)
            residual.append(x)
        for u in self.ups:
            x = u(torch.cat((x, residual.pop()), dim=1), t)
        return self.output(x)


def timestep_embedding(timesteps, dim, max_period=10000):
    half = dim // 2
    freqs = torch.exp(-math.log(max_period) * torch.arange(start=0, end=half, dtype=torch.float32) / half)
    args = timesteps[:, None].float() * freqs[None]
    embedding = torch.cat([torch.cos(args), torch.sin(args)], dim=-1)
    if dim % 2:
        embedding = torch.cat([embedding, torch.zeros_like(embedding[:, :1])], dim=-1)
    return embedding


class GuidedUNet(nn.Module):
    """Takes (2, 3, 32, 32), (2,) int64, with classes if one likes."""

    def __init__(self, in_channels=3, width=32, num_classes=None):
        super().__init__()
        self.width, self.num_classes = width, num_classes
        self.time_embed = nn.Sequential(nn.Linear(width, 4 * width), nn.SiLU(), nn.Linear(4 * width, width))
        if num_classes is not None:
            self.label_emb = nn.Embedding(num_classes, width)
        self.stem = nn.Conv2d(in_channels, width, 3, padding=1)
        self.down = nn.Conv2d(width, width, 3, 2, 1)
        self.up = nn.Upsample(scale_factor=2)
        self.out = nn.Sequential(nn.GroupNorm(8, 2 * width), nn.SiLU(), nn.Conv2d(2 * width, in_channels, 3, padding=1))

    def forward(self, x, timesteps, y=None):
        assert (y is not None) == (self.num_classes is not None), "classes if and only if the model has them"
        emb = self.time_embed(timestep_embedding(timesteps, self.width))
        if self.num_classes is not None:
            emb = emb + self.label_emb(y)
        h = self.stem(x)
        k = self.up(self.down(h) + emb[..., None, None])
        return self.out(torch.cat([h, k], dim=1))


class ScoreNet(nn.Module):
    """Takes (2, 2), (2, 1): a point of the plane and a time beside it."""

    def __init__(self, dim=2, hidden=64):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(dim + 1, hidden), nn.SiLU(), nn.Linear(hidden, hidden), nn.SiLU())
        self.last = nn.Linear(hidden, dim)

    def forward(self, x, t):
        return self.last(self.net(torch.cat([x, t], dim=1)))


class RealNVPLayer(nn.Module):
    """Takes (2, 6): one half of the features moves the other."""

    def __init__(self, dim=6, hidden=16):
        super().__init__()
        self.dim = dim
        self.scale = nn.Sequential(nn.Linear(dim // 2, hidden), nn.Tanh(), nn.Linear(hidden, dim // 2))
        self.shift = nn.Sequential(nn.Linear(dim // 2, hidden), nn.ReLU(), nn.Linear(hidden, dim // 2))

    def forward(self, x):
        a, b = x.chunk(2, dim=1)
        s = self.scale(a)
        return torch.cat([a, b * s.exp() + self.shift(a)], dim=1), s.sum(1)


class VectorQuantizer(nn.Module):
    """Takes (2, 16, 8, 8)."""

    def __init__(self, num_embeddings=32, dim=16):
        super().__init__()
        self.dim = dim
        self.embedding = nn.Embedding(num_embeddings, dim)

    def forward(self, latents):
        latents = latents.permute(0, 2, 3, 1).contiguous()
        flat = latents.view(-1, self.dim)
        dist = (flat**2).sum(1, keepdim=True) + (self.embedding.weight**2).sum(1) - 2 * flat @ self.embedding.weight.t()
        index = torch.argmin(dist, dim=1)
        quantized = self.embedding(index).view(latents.shape)
        return (latents + (quantized - latents).detach()).permute(0, 3, 1, 2)
