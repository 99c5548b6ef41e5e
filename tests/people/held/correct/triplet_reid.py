# person re-identification, metric learning: PK sampler, batch hard triplet loss + softmax, CMC / mAP
import random
import numpy as np
import torch
from torch import nn
from torch.nn import functional as F
from torch.utils.data import Dataset, DataLoader, Sampler
from collections import defaultdict

random.seed(0); np.random.seed(0); torch.manual_seed(0)
P, K = 6, 4
DIM = 32


def people(n_ids, cams, shots, first_pid):
    """clothes have a colour per person, the camera changes the light"""
    items = []
    for pid in range(first_pid, first_pid + n_ids):
        top, bottom = np.random.rand(3), np.random.rand(3)
        for cam in range(cams):
            for _ in range(shots):
                img = np.random.rand(24, 12, 3) * 0.3
                img[4:13] += top
                img[13:] += bottom
                img *= 0.8 + 0.2 * cam
                items.append((img.astype('float32'), pid, cam))
    return items


class ReidData(Dataset):
    def __init__(self, items, relabel):
        self.items = items
        pids = sorted({p for _, p, _ in items})
        self.pid2label = {p: i for i, p in enumerate(pids)} if relabel else None
        self.num_pids = len(pids)

    def __len__(self):
        return len(self.items)

    def __getitem__(self, i):
        img, pid, cam = self.items[i]
        if self.pid2label is not None:
            pid = self.pid2label[pid]
            if random.random() < 0.5:
                img = np.ascontiguousarray(img[:, ::-1])
        return torch.from_numpy(img.transpose(2, 0, 1).copy()), pid, cam


class PKSampler(Sampler):
    def __init__(self, data, p, k):
        self.p, self.k = p, k
        self.by_pid = defaultdict(list)
        for i, (_, pid, _) in enumerate(data.items):
            self.by_pid[pid].append(i)

    def __iter__(self):
        pids = list(self.by_pid)
        random.shuffle(pids)
        for s in range(0, len(pids) - self.p + 1, self.p):
            batch = []
            for pid in pids[s:s + self.p]:
                batch += random.sample(self.by_pid[pid], self.k)
            yield batch

    def __len__(self):
        return len(self.by_pid) // self.p


def conv_block(i, o, stride):
    return nn.Sequential(nn.Conv2d(i, o, 3, stride, 1, bias=False), nn.BatchNorm2d(o), nn.ReLU(True))


class BNNeck(nn.Module):
    def __init__(self, num_classes, dim=DIM):
        super().__init__()
        self.backbone = nn.Sequential(conv_block(3, 16, 1), conv_block(16, 32, 2), conv_block(32, dim, 2))
        self.gap = nn.AdaptiveAvgPool2d(1)
        self.bottleneck = nn.BatchNorm1d(dim)
        self.bottleneck.bias.requires_grad_(False)
        self.classifier = nn.Linear(dim, num_classes, bias=False)

    def forward(self, x):
        global_feat = self.gap(self.backbone(x)).flatten(1)
        feat = self.bottleneck(global_feat)
        if self.training:
            return self.classifier(feat), global_feat
        return feat


def euclidean_dist(x, y):
    m, n = x.size(0), y.size(0)
    xx = x.pow(2).sum(1, keepdim=True).expand(m, n)
    yy = y.pow(2).sum(1, keepdim=True).expand(n, m).t()
    dist = xx + yy - 2 * x @ y.t()
    return dist.clamp(min=1e-12).sqrt()


def hard_example_mining(dist, labels):
    n = dist.size(0)
    same = labels.expand(n, n).eq(labels.expand(n, n).t())
    d_ap = dist.masked_fill(~same, float('-inf')).max(dim=1).values
    d_an = dist.masked_fill(same, float('inf')).min(dim=1).values
    return d_ap, d_an


class TripletLoss:
    def __init__(self, margin=0.3):
        self.ranking = nn.MarginRankingLoss(margin=margin)

    def __call__(self, feat, labels):
        d_ap, d_an = hard_example_mining(euclidean_dist(feat, feat), labels)
        y = torch.ones_like(d_an)
        return self.ranking(d_an, d_ap, y)


class CenterLoss(nn.Module):
    def __init__(self, num_classes, dim):
        super().__init__()
        self.centers = nn.Parameter(torch.randn(num_classes, dim))

    def forward(self, x, labels):
        return (x - self.centers[labels]).pow(2).sum(1).mean()


def eval_func(dist, q_pids, g_pids, q_cams, g_cams, max_rank=5):
    order = np.argsort(dist, axis=1)
    matches = (g_pids[order] == q_pids[:, None]).astype(np.int32)
    all_cmc, all_ap = [], []
    for q in range(len(q_pids)):
        keep = ~((g_pids[order[q]] == q_pids[q]) & (g_cams[order[q]] == q_cams[q]))
        hit = matches[q][keep]
        if not hit.any():
            continue
        all_cmc.append(np.minimum(hit.cumsum(), 1)[:max_rank])
        precision = hit.cumsum() / (np.arange(len(hit)) + 1.0)
        all_ap.append((precision * hit).sum() / hit.sum())
    return np.asarray(all_cmc).mean(0), np.mean(all_ap)


train = ReidData(people(18, 2, 4, first_pid=101), relabel=True)
query_gallery = people(8, 2, 3, first_pid=900)
query = ReidData([it for it in query_gallery if it[2] == 0][::3], relabel=False)
gallery = ReidData(query_gallery, relabel=False)
loader = DataLoader(train, batch_sampler=PKSampler(train, P, K))

model = BNNeck(train.num_pids)
xent, triplet, center = nn.CrossEntropyLoss(), TripletLoss(), CenterLoss(train.num_pids, DIM)
optimizer = torch.optim.Adam([p for p in model.parameters() if p.requires_grad], lr=3e-3)
center_opt = torch.optim.SGD(center.parameters(), lr=0.5)
beta = 5e-3

for epoch in range(4):
    model.train()
    for imgs, pids, _ in loader:
        score, feat = model(imgs)
        loss = xent(score, pids) + triplet(feat, pids) + beta * center(feat, pids)
        optimizer.zero_grad(); center_opt.zero_grad()
        loss.backward()
        optimizer.step()
        for p in center.parameters():
            p.grad.data *= 1.0 / beta
        center_opt.step()
    print('epoch', epoch, 'loss %.3f' % loss.item(), 'acc %.2f' % (score.argmax(1) == pids).float().mean())


@torch.no_grad()
def extract(data):
    model.eval()
    feats, pids, cams = [], [], []
    for imgs, p, c in DataLoader(data, batch_size=16):
        feats.append(F.normalize(model(imgs), dim=1))
        pids.extend(p.tolist())
        cams.extend(c.tolist())
    return torch.cat(feats), np.asarray(pids), np.asarray(cams)


qf, q_pids, q_cams = extract(query)
gf, g_pids, g_cams = extract(gallery)
cmc, mAP = eval_func(euclidean_dist(qf, gf).numpy(), q_pids, g_pids, q_cams, g_cams)
print('mAP %.3f' % mAP, 'rank-1 %.3f' % cmc[0], 'rank-5 %.3f' % cmc[-1])
