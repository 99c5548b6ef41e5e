import math

import numpy as np
import torch
import torch.nn as nn
from torch.distributions import Categorical, MixtureSameFamily, MultivariateNormal, Normal, Independent

# Mixture density network: inverse kinematics of a two-joint arm (Bishop's classic)
# reply to a reader's question under the blog post, complete script


def forward_kinematics(theta, l1=0.8, l2=0.5):
    x = l1 * np.cos(theta[:, 0]) - l2 * np.cos(theta[:, 0] + theta[:, 1])
    y = l1 * np.sin(theta[:, 0]) - l2 * np.sin(theta[:, 0] + theta[:, 1])
    return np.stack([x, y], axis=1)


class MDN(nn.Module):
    def __init__(self, in_features, out_features, num_gaussians, hidden=32):
        super().__init__()
        self.in_features = in_features
        self.out_features = out_features
        self.num_gaussians = num_gaussians
        self.body = nn.Sequential(nn.Linear(in_features, hidden), nn.Tanh(), nn.Linear(hidden, hidden), nn.Tanh())
        self.pi = nn.Linear(hidden, num_gaussians)
        self.mu = nn.Linear(hidden, out_features * num_gaussians)
        self.log_sigma = nn.Linear(hidden, out_features * num_gaussians)

    def forward(self, x):
        h = self.body(x)
        logits = self.pi(h)
        mu = self.mu(h).view(-1, self.num_gaussians, self.out_features)
        sigma = torch.exp(self.log_sigma(h).clamp(-5, 3)).view(-1, self.num_gaussians, self.out_features)
        return logits, mu, sigma


def mdn_loss(logits, mu, sigma, target):
    target = target.unsqueeze(1).expand_as(mu)
    log_prob = -0.5 * ((target - mu) / sigma) ** 2 - torch.log(sigma) - 0.5 * math.log(2 * math.pi)
    log_prob = log_prob.sum(dim=2)
    log_pi = torch.log_softmax(logits, dim=1)
    return -torch.logsumexp(log_pi + log_prob, dim=1).mean()


def as_distribution(logits, mu, sigma):
    return MixtureSameFamily(Categorical(logits=logits), Independent(Normal(mu, sigma), 1))


def sample(logits, mu, sigma):
    k = torch.multinomial(torch.softmax(logits, dim=1), 1)
    index = k.unsqueeze(2).expand(-1, 1, mu.size(2))
    m = mu.gather(1, index).squeeze(1)
    s = sigma.gather(1, index).squeeze(1)
    return m + s * torch.randn_like(m)


def main():
    torch.manual_seed(5)
    rng = np.random.default_rng(5)
    theta = np.column_stack([rng.uniform(0.3, 1.2, 600), rng.uniform(np.pi / 2, 3 * np.pi / 2, 600)])
    xy = forward_kinematics(theta)
    xy_t = torch.as_tensor(xy, dtype=torch.float32)
    theta_t = torch.as_tensor(theta, dtype=torch.float32)
    train_x, test_x = xy_t[:500], xy_t[500:]
    train_y, test_y = theta_t[:500], theta_t[500:]

    model = MDN(2, 2, num_gaussians=5)
    optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)
    batch_size = 100
    for epoch in range(6):
        perm = torch.randperm(len(train_x))
        for i in range(0, len(perm), batch_size):
            ix = perm[i:i + batch_size]
            logits, mu, sigma = model(train_x[ix])
            loss = mdn_loss(logits, mu, sigma, train_y[ix])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        with torch.no_grad():
            test_loss = mdn_loss(*model(test_x), test_y)
        print(f'{epoch}: {loss.item():.3f} / {test_loss.item():.3f}')

    # the same with torch.distributions, to check that I can count
    with torch.no_grad():
        out = model(test_x)
        nll = -as_distribution(*out).log_prob(test_y).mean()
        assert abs(nll.item() - mdn_loss(*out, test_y).item()) < 1e-3

        angles = sample(*out)
        reached = forward_kinematics(angles.numpy())
        err = np.linalg.norm(reached - test_x.numpy(), axis=1)
        print('median distance of the hand', np.median(err).round(3))

        # most likely component
        best = out[0].argmax(dim=1)
        mode = out[1][torch.arange(len(best)), best]
        err = np.linalg.norm(forward_kinematics(mode.numpy()) - test_x.numpy(), axis=1)
        print('... of the mode', np.median(err).round(3))

        # full covariance just for the picture of one point
        cov = torch.diag_embed(out[2][0] ** 2)
        mvn = MultivariateNormal(out[1][0], covariance_matrix=cov)
        print(mvn.sample((3,)).shape)


main()
