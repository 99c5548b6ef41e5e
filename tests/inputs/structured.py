"""Several inputs, dicts and tuples, agents."""

import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.distributions import Categorical, Normal


class TwoTowers(nn.Module):
    """Takes (2, 3, 64, 64), (2, 16) int64."""

    def __init__(self, vocab=500, width=32, length=16):
        super().__init__()
        self.visual = nn.Sequential(
            nn.Conv2d(3, 16, 8, 8), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(16, width)
        )
        self.token_embedding = nn.Embedding(vocab, width)
        self.positional_embedding = nn.Parameter(torch.zeros(length, width))
        self.transformer = nn.TransformerEncoder(nn.TransformerEncoderLayer(width, 4, 64, batch_first=True), 1)
        self.text_projection = nn.Parameter(torch.zeros(width, width))
        self.logit_scale = nn.Parameter(torch.ones([]))

    def encode_image(self, image):
        return self.visual(image)

    def encode_text(self, text):
        x = self.token_embedding(text) + self.positional_embedding
        x = self.transformer(x)
        return x[torch.arange(x.shape[0]), text.argmax(dim=-1)] @ self.text_projection

    def forward(self, image, text):
        i, t = self.encode_image(image), self.encode_text(text)
        i, t = i / i.norm(dim=1, keepdim=True), t / t.norm(dim=1, keepdim=True)
        logits = self.logit_scale.exp() * i @ t.t()
        return logits, logits.t()


class DictNet(nn.Module):
    """Takes {"image": (2, 3, 32, 32), "numbers": (2, 5)}."""

    def __init__(self):
        super().__init__()
        self.cnn = nn.Sequential(nn.Conv2d(3, 8, 3), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten())
        self.mlp = nn.Linear(5, 8)
        self.head = nn.Linear(16, 2)

    def forward(self, batch):
        return self.head(torch.cat([self.cnn(batch["image"]), self.mlp(batch["numbers"])], dim=1))


class PairNet(nn.Module):
    """Takes ((2, 10), (2, 6)): a pair as one argument."""

    def __init__(self):
        super().__init__()
        self.a, self.b = nn.Linear(10, 8), nn.Linear(6, 8)

    def forward(self, inputs):
        left, right = inputs
        return self.a(left) * self.b(right)


class Recommender(nn.Module):
    """Takes (2,) int64, (2,) int64."""

    def __init__(self, users=100, items=200, width=16):
        super().__init__()
        self.user, self.item = nn.Embedding(users, width), nn.Embedding(items, width)
        self.mlp = nn.Sequential(nn.Linear(2 * width, 16), nn.ReLU(), nn.Linear(16, 1))

    def forward(self, user, item):
        x = torch.cat([self.user(user), self.item(item)], dim=-1)
        return self.mlp(x).squeeze()


class TabularNet(nn.Module):
    """Takes (2, 3) int64, (2, 4): categories, each by its own table, and numbers."""

    def __init__(self, sizes=((10, 4), (7, 3), (5, 2)), numbers=4):
        super().__init__()
        self.embeds = nn.ModuleList([nn.Embedding(c, s) for c, s in sizes])
        self.bn = nn.BatchNorm1d(numbers)
        self.lin = nn.Linear(sum(s for _, s in sizes) + numbers, 2)

    def forward(self, x_cat, x_cont):
        x = [e(x_cat[:, i]) for i, e in enumerate(self.embeds)]
        return self.lin(torch.cat([torch.cat(x, 1), self.bn(x_cont)], 1))


class ActorCritic(nn.Module):
    """Takes (2, 8)."""

    def __init__(self, state_dim=8, action_dim=4, width=32):
        super().__init__()
        self.actor = nn.Sequential(
            nn.Linear(state_dim, width), nn.Tanh(), nn.Linear(width, action_dim), nn.Softmax(dim=-1)
        )
        self.critic = nn.Sequential(nn.Linear(state_dim, width), nn.Tanh(), nn.Linear(width, 1))

    def act(self, state):
        dist = Categorical(self.actor(state))
        action = dist.sample()
        return action, dist.log_prob(action)

    def evaluate(self, state, action):
        dist = Categorical(self.actor(state))
        return dist.log_prob(action), self.critic(state), dist.entropy()

    def forward(self, state):
        return self.actor(state), self.critic(state)


class OnlyMethods(nn.Module):
    """Takes nothing: it has no forward, and nobody calls what it has."""

    def __init__(self, obs=4, acts=2):
        super().__init__()
        self.body, self.pi, self.v = nn.Linear(obs, 16), nn.Linear(16, acts), nn.Linear(16, 1)

    def act(self, obs):
        return Categorical(logits=self.pi(torch.relu(self.body(obs)))).sample()

    def value(self, obs):
        return self.v(torch.relu(self.body(obs)))


class QNetwork(nn.Module):
    """Takes (2, 17), (2, 6): a state and an action."""

    def __init__(self, obs=17, act=6, width=32):
        super().__init__()
        self.fc1, self.fc2, self.fc3 = nn.Linear(obs + act, width), nn.Linear(width, width), nn.Linear(width, 1)

    def forward(self, state, action):
        x = torch.cat([state, action], 1)
        return self.fc3(F.relu(self.fc2(F.relu(self.fc1(x)))))


class GaussianPolicy(nn.Module):
    """Takes (2, 17)."""

    def __init__(self, obs=17, act=6, width=32):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(obs, width), nn.ReLU())
        self.mean, self.log_std = nn.Linear(width, act), nn.Linear(width, act)

    def forward(self, obs):
        h = self.net(obs)
        mean, std = self.mean(h), self.log_std(h).clamp(-20, 2).exp()
        normal = Normal(mean, std)
        x = normal.rsample()
        return torch.tanh(x), normal.log_prob(x).sum(1, keepdim=True)


class AtariDQN(nn.Module):
    """Takes (2, 4, 84, 84)."""

    def __init__(self, actions=6):
        super().__init__()
        self.conv1, self.conv2, self.conv3 = nn.Conv2d(4, 32, 8, 4), nn.Conv2d(32, 64, 4, 2), nn.Conv2d(64, 64, 3, 1)
        self.fc4, self.fc5 = nn.Linear(7 * 7 * 64, 64), nn.Linear(64, actions)

    def forward(self, x):
        x = x / 255.0
        x = F.relu(self.conv3(F.relu(self.conv2(F.relu(self.conv1(x))))))
        return self.fc5(F.relu(self.fc4(x.view(x.size(0), -1))))


class ImageAndQuestion(nn.Module):
    """Takes (2, 3, 64, 64), (2, 12) int64: answers a question about a picture."""

    def __init__(self, vocab=300, classes=20):
        super().__init__()
        self.cnn = nn.Sequential(nn.Conv2d(3, 16, 3, 2, 1), nn.ReLU(), nn.Conv2d(16, 32, 3, 2, 1), nn.ReLU())
        self.embed, self.lstm = nn.Embedding(vocab, 16), nn.LSTM(16, 32, batch_first=True)
        self.fc = nn.Linear(64, classes)

    def forward(self, image, question):
        v = self.cnn(image).mean(dim=(2, 3))
        _, (h, _) = self.lstm(self.embed(question))
        return self.fc(torch.cat([v, h[-1]], dim=1))


class TwoNetworksInOne(nn.Module):
    """Takes (2, 12): an optional condition beside it."""

    def __init__(self, width=12, condition=4):
        super().__init__()
        self.body, self.cond, self.head = nn.Linear(width, 16), nn.Linear(condition, 16), nn.Linear(16, 2)

    def forward(self, x, y=None):
        h = self.body(x)
        if y is not None:
            h = h + self.cond(y)
        return self.head(h)


class MixtureOfExperts(nn.Module):
    """Takes (2, 10, 16): three sizes, as its view says."""

    def __init__(self, width=16, experts=4):
        super().__init__()
        self.gate = nn.Linear(width, experts)
        self.experts = nn.ModuleList([nn.Linear(width, width) for _ in range(experts)])

    def forward(self, x):
        batch, length, width = x.shape
        flat = x.view(-1, width)
        weights = self.gate(flat).softmax(-1)
        out = torch.stack([e(flat) for e in self.experts], dim=1)
        return (weights.unsqueeze(-1) * out).sum(1).view(batch, length, width)


class LateFusion(nn.Module):
    """Takes (2, 74, 20), (2, 35, 20), (2, 12) int64: sound, film and text."""

    def __init__(self):
        super().__init__()
        self.audio = nn.Conv1d(74, 16, 3, padding=1)
        self.video = nn.Conv1d(35, 16, 3, padding=1)
        self.text = nn.Embedding(100, 16)
        self.out = nn.Linear(48, 1)

    def forward(self, audio, video, text):
        a = self.audio(audio).mean(-1)
        v = self.video(video).mean(-1)
        t = self.text(text).mean(1)
        return self.out(torch.cat([a, v, t], dim=-1))


class ListInput(nn.Module):
    """Takes [(2, 8, 32, 32), (2, 16, 16, 16), (2, 32, 8, 8)]: the levels of a pyramid."""

    def __init__(self, channels=(8, 16, 32), width=8):
        super().__init__()
        self.lateral = nn.ModuleList([nn.Conv2d(c, width, 1) for c in channels])

    def forward(self, features):
        laterals = [conv(f) for conv, f in zip(self.lateral, features)]
        for i in range(len(laterals) - 1, 0, -1):
            laterals[i - 1] = laterals[i - 1] + F.interpolate(laterals[i], scale_factor=2)
        return laterals
