#!/usr/bin/env python3
"""WGAN-GP / conditional GAN on 2-d rings, with checkpoints that resume."""
import argparse
import itertools
import os
import shutil
import tempfile

import numpy as np
import torch
import torch.nn as nn
from torch.utils.data import IterableDataset, DataLoader


parser = argparse.ArgumentParser()
parser.add_argument("--steps", type=int, default=40)
parser.add_argument("--n_critic", type=int, default=2)
parser.add_argument("--lambda_gp", type=float, default=10.0)
parser.add_argument("--latent_dim", type=int, default=8)
parser.add_argument("--n_classes", type=int, default=3)
parser.add_argument("--batch_size", type=int, default=64)
parser.add_argument("--lr", type=float, default=1e-3)
parser.add_argument("--b1", type=float, default=0.5)
parser.add_argument("--b2", type=float, default=0.9)
opt = parser.parse_args([])
torch.manual_seed(0)


class Rings(IterableDataset):
    def __init__(self, n_classes, limit):
        self.n_classes = n_classes
        self.limit = limit

    def __iter__(self):
        rng = np.random.default_rng(0)
        for _ in range(self.limit):
            label = rng.integers(self.n_classes)
            angle = rng.uniform(0, 2 * np.pi)
            radius = 1.0 + label + rng.normal(0, 0.05)
            point = np.array([radius * np.cos(angle), radius * np.sin(angle)], dtype=np.float32)
            yield point / 3, int(label)


def weights_init(m):
    if isinstance(m, nn.Linear):
        nn.init.kaiming_normal_(m.weight, a=0.2)
        nn.init.zeros_(m.bias)


class Generator(nn.Module):
    def __init__(self):
        super().__init__()
        self.label_emb = nn.Embedding(opt.n_classes, 4)

        def block(in_feat, out_feat, normalize=True):
            layers = [nn.Linear(in_feat, out_feat)]
            if normalize:
                layers.append(nn.BatchNorm1d(out_feat))
            layers.append(nn.LeakyReLU(0.2, inplace=True))
            return layers

        self.model = nn.Sequential(
            *block(opt.latent_dim + 4, 32, normalize=False),
            *block(32, 64),
            nn.Linear(64, 2),
        )

    def forward(self, noise, labels):
        gen_input = torch.cat((self.label_emb(labels), noise), -1)
        return self.model(gen_input)


class Critic(nn.Module):
    def __init__(self):
        super().__init__()
        self.label_emb = nn.Embedding(opt.n_classes, 4)
        self.model = nn.Sequential(
            nn.Linear(2 + 4, 64), nn.LeakyReLU(0.2, inplace=True),
            nn.Linear(64, 64), nn.LeakyReLU(0.2, inplace=True),
            nn.Linear(64, 1),
        )

    def forward(self, points, labels):
        return self.model(torch.cat((points, self.label_emb(labels)), -1))


def gradient_penalty(critic, real, fake, labels):
    alpha = torch.rand(real.size(0), 1)
    interpolates = (alpha * real + (1 - alpha) * fake).requires_grad_(True)
    d_interpolates = critic(interpolates, labels)
    gradients = torch.autograd.grad(
        outputs=d_interpolates,
        inputs=interpolates,
        grad_outputs=torch.ones_like(d_interpolates),
        create_graph=True,
        retain_graph=True,
        only_inputs=True,
    )[0]
    return ((gradients.norm(2, dim=1) - 1) ** 2).mean()


def save(path, step):
    torch.save({
        "step": step,
        "generator": generator.state_dict(),
        "critic": critic.state_dict(),
        "opt_g": optimizer_G.state_dict(),
        "opt_c": optimizer_C.state_dict(),
        "args": vars(opt),
    }, path)


def resume(path):
    ckpt = torch.load(path, weights_only=True)
    generator.load_state_dict(ckpt["generator"])
    critic.load_state_dict(ckpt["critic"])
    optimizer_G.load_state_dict(ckpt["opt_g"])
    optimizer_C.load_state_dict(ckpt["opt_c"])
    return ckpt["step"]


generator, critic = Generator(), Critic()
generator.apply(weights_init)
critic.apply(weights_init)
optimizer_G = torch.optim.Adam(generator.parameters(), lr=opt.lr, betas=(opt.b1, opt.b2))
optimizer_C = torch.optim.Adam(critic.parameters(), lr=opt.lr, betas=(opt.b1, opt.b2))
loader = DataLoader(Rings(opt.n_classes, 640), batch_size=opt.batch_size)
fixed_z = torch.randn(opt.n_classes * 8, opt.latent_dim)
fixed_labels = torch.arange(opt.n_classes).repeat_interleave(8)
workdir = tempfile.mkdtemp()

step = 0
g_loss = torch.zeros(())
history = {"c": [], "g": []}
for points, labels in itertools.chain.from_iterable(itertools.repeat(loader)):
    # ---- critic
    optimizer_C.zero_grad()
    z = torch.randn(points.size(0), opt.latent_dim)
    fake = generator(z, labels).detach()
    c_loss = critic(fake, labels).mean() - critic(points, labels).mean()
    c_loss = c_loss + opt.lambda_gp * gradient_penalty(critic, points, fake, labels)
    c_loss.backward()
    optimizer_C.step()
    history["c"].append(c_loss.item())

    # ---- generator every n_critic steps
    if step % opt.n_critic == 0:
        optimizer_G.zero_grad()
        gen_labels = torch.randint(0, opt.n_classes, (opt.batch_size,))
        g_loss = -critic(generator(torch.randn(opt.batch_size, opt.latent_dim), gen_labels), gen_labels).mean()
        g_loss.backward()
        optimizer_G.step()
        history["g"].append(g_loss.item())

    step += 1
    if step % 20 == 0:
        save(os.path.join(workdir, "last.pt"), step)
        generator.eval()
        with torch.no_grad():
            radius = generator(fixed_z, fixed_labels).norm(dim=1).view(opt.n_classes, 8) * 3
        generator.train()
        print(f"[{step}/{opt.steps}] C {c_loss.item():.3f} G {g_loss.item():.3f} radii {radius.mean(1).numpy().round(2)}")
    if step >= opt.steps:
        break

# a fresh start from the file
generator, critic = Generator(), Critic()
optimizer_G = torch.optim.Adam(generator.parameters(), lr=opt.lr, betas=(opt.b1, opt.b2))
optimizer_C = torch.optim.Adam(critic.parameters(), lr=opt.lr, betas=(opt.b1, opt.b2))
print("resumed at", resume(os.path.join(workdir, "last.pt")))
smooth = np.convolve(history["c"], np.ones(5) / 5, mode="valid")
print("critic, smoothed:", smooth[::12].round(3))
shutil.rmtree(workdir)
