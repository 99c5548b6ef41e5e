"""Contrastive pretraining (SimCLR) followed by a linear probe; random textures instead of STL10."""
import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.utils.data import Dataset, DataLoader, ConcatDataset
import numpy as np

class GaussianNoise:
    def __init__(self, std): self.std = std
    def __call__(self, x): return x + self.std * torch.randn_like(x)

class RandomCrop:
    def __init__(self, size): self.size = size
    def __call__(self, x):
        _, h, w = x.shape
        i = torch.randint(0, h - self.size + 1, (1,)).item()
        j = torch.randint(0, w - self.size + 1, (1,)).item()
        return x[:, i:i + self.size, j:j + self.size]

class ColorJitter:
    def __call__(self, x):
        gain = 0.6 + 0.8 * torch.rand(3, 1, 1)
        return (x * gain).clamp(0, 1)

def compose(*fs):
    def run(x):
        for f in fs: x = f(x)
        return x
    return run

class ContrastiveViews:
    def __init__(self, base, n_views=2): self.base, self.n_views = base, n_views
    def __call__(self, x): return [self.base(x) for _ in range(self.n_views)]

class Textures(Dataset):
    N_CLASSES = 4
    def __init__(self, n, transform, labelled=True, seed=0):
        rng = np.random.default_rng(seed)
        self.y = rng.integers(0, self.N_CLASSES, n)
        u = np.arange(36)
        phase = rng.uniform(0, 6, n)
        waves = [np.sin(u[:, None] * .8 + 0 * u), np.sin(0 * u[:, None] + u * .8), np.sin((u[:, None] + u) * .6), np.sin(u[:, None] * .8) * np.sin(u * .8)]
        self.x = np.stack([np.stack([.5 + .4 * np.roll(waves[c], int(p), 0)] * 3) for c, p in zip(self.y, phase)]).astype(np.float32)
        self.transform, self.labelled = transform, labelled
    def __len__(self): return len(self.x)
    def __getitem__(self, i):
        out = self.transform(torch.from_numpy(self.x[i]))
        return (out, int(self.y[i])) if self.labelled else out

def block(i, o): return nn.Sequential(nn.Conv2d(i, o, 3, 2, 1), nn.BatchNorm2d(o), nn.ReLU())

class SimCLR(nn.Module):
    def __init__(self, hidden_dim=32, out_dim=16):
        super().__init__()
        self.backbone = nn.Sequential(block(3, 16), block(16, 32), block(32, 64), nn.AdaptiveAvgPool2d(1), nn.Flatten())
        self.projector = nn.Sequential(nn.Linear(64, hidden_dim), nn.ReLU(), nn.Linear(hidden_dim, out_dim))
    def forward(self, x):
        return self.projector(self.backbone(x))

def info_nce_loss(features, batch_size, n_views=2, temperature=0.1):
    labels = torch.cat([torch.arange(batch_size) for _ in range(n_views)], dim=0)
    labels = (labels.unsqueeze(0) == labels.unsqueeze(1)).float()
    features = F.normalize(features, dim=1)
    similarity_matrix = torch.matmul(features, features.T)
    # discard the main diagonal from both
    mask = torch.eye(labels.shape[0], dtype=torch.bool)
    labels = labels[~mask].view(labels.shape[0], -1)
    similarity_matrix = similarity_matrix[~mask].view(similarity_matrix.shape[0], -1)
    positives = similarity_matrix[labels.bool()].view(labels.shape[0], -1)
    negatives = similarity_matrix[~labels.bool()].view(similarity_matrix.shape[0], -1)
    logits = torch.cat([positives, negatives], dim=1)
    labels = torch.zeros(logits.shape[0], dtype=torch.long)
    return F.cross_entropy(logits / temperature, labels), logits

def accuracy(output, target, topk=(1,)):
    with torch.no_grad():
        maxk = max(topk)
        _, pred = output.topk(maxk, 1, True, True)
        pred = pred.t()
        correct = pred.eq(target.view(1, -1).expand_as(pred))
        return [correct[:k].reshape(-1).float().sum(0, keepdim=True) * (100.0 / target.size(0)) for k in topk]

torch.manual_seed(10)
augment = compose(RandomCrop(32), ColorJitter(), GaussianNoise(.03))
unlabelled = ConcatDataset([Textures(60, ContrastiveViews(augment), labelled=False, seed=s) for s in (0, 1)])
loader = DataLoader(unlabelled, batch_size=32, shuffle=True, drop_last=True)
model = SimCLR()
optimizer = torch.optim.Adam(model.parameters(), 3e-3, weight_decay=1e-6)
scheduler = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=len(loader) * 2, eta_min=0)
for epoch in range(2):
    for images in loader:
        batch_size = images[0].size(0)
        images = torch.cat(images, dim=0)
        features = model(images)
        loss, logits = info_nce_loss(features, batch_size)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        scheduler.step()
    top1, top5 = accuracy(logits, torch.zeros(len(logits), dtype=torch.long), topk=(1, 5))
    print(f'epoch {epoch} loss {loss.item():.3f} top1 {top1[0].item():.1f} top5 {top5[0].item():.1f}')
torch.save({'state_dict': model.state_dict()}, 'checkpoint_0002.pth.tar')

# linear probe ------------------------------------------------------------
class Probe(nn.Module):
    def __init__(self, n_classes):
        super().__init__()
        self.backbone = SimCLR().backbone
        self.fc = nn.Linear(64, n_classes)
    def forward(self, x):
        return self.fc(self.backbone(x))

probe = Probe(Textures.N_CLASSES)
state_dict = torch.load('checkpoint_0002.pth.tar')['state_dict']
for k in list(state_dict.keys()):
    if not k.startswith('backbone'):
        del state_dict[k]
log = probe.load_state_dict(state_dict, strict=False)
assert log.missing_keys == ['fc.weight', 'fc.bias']
for name, param in probe.named_parameters():
    if name not in ['fc.weight', 'fc.bias']:
        param.requires_grad = False
parameters = list(filter(lambda p: p.requires_grad, probe.parameters()))
assert len(parameters) == 2
opt = torch.optim.SGD(parameters, lr=0.5)
train_dl = DataLoader(Textures(80, RandomCrop(32), seed=5), batch_size=20, shuffle=True)
for epoch in range(3):
    probe.eval()
    for x, y in train_dl:
        loss = F.cross_entropy(probe(x), y)
        opt.zero_grad(); loss.backward(); opt.step()
x, y = next(iter(DataLoader(Textures(60, RandomCrop(32), seed=6), batch_size=60)))
print('probe top1', accuracy(probe(x), y)[0].item())
