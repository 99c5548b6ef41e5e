"""PointNet classification with T-Net on procedurally made point clouds (sphere, cube, cylinder, torus)."""
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
import torch.utils.data

CLASSES = ["sphere", "cube", "cylinder", "torus"]
NPOINTS = 128


def sample_shape(kind, n, rng):
    if kind == "sphere":
        p = rng.normal(size=(n, 3))
        return p / np.linalg.norm(p, axis=1, keepdims=True)
    if kind == "cube":
        p = rng.uniform(-1, 1, size=(n, 3))
        axis = rng.integers(0, 3, size=n)
        p[np.arange(n), axis] = rng.choice([-1.0, 1.0], size=n)
        return p
    theta = rng.uniform(0, 2 * np.pi, size=n)
    if kind == "cylinder":
        z = rng.uniform(-1, 1, size=n)
        return np.stack([np.cos(theta), np.sin(theta), z], axis=1)
    phi = rng.uniform(0, 2 * np.pi, size=n)
    r = 1 + 0.3 * np.cos(phi)
    return np.stack([r * np.cos(theta), r * np.sin(theta), 0.3 * np.sin(phi)], axis=1)


class ShapeDataset(torch.utils.data.Dataset):
    def __init__(self, count, npoints=NPOINTS, augment=True, seed=0):
        rng = np.random.default_rng(seed)
        self.rng = rng
        self.npoints = npoints
        self.augment = augment
        # scans come with different numbers of points
        self.clouds = []
        self.targets = []
        for i in range(count):
            label = i % len(CLASSES)
            n = int(rng.integers(100, 400))
            self.clouds.append(sample_shape(CLASSES[label], n, rng).astype(np.float32))
            self.targets.append(label)

    def __len__(self):
        return len(self.clouds)

    def __getitem__(self, index):
        pts = self.clouds[index]
        choice = self.rng.choice(len(pts), self.npoints, replace=True)
        pts = pts[choice]
        pts = pts - pts.mean(axis=0, keepdims=True)
        dist = np.max(np.sqrt(np.sum(pts ** 2, axis=1)))
        pts = pts / dist
        if self.augment:
            angle = self.rng.uniform(0, 2 * np.pi)
            c, s = np.cos(angle), np.sin(angle)
            rot = np.array([[c, -s], [s, c]], dtype=np.float32)
            pts[:, [0, 1]] = pts[:, [0, 1]] @ rot
            pts += self.rng.normal(0, 0.02, size=pts.shape).astype(np.float32)
        return torch.from_numpy(pts), torch.tensor(self.targets[index])


class TNet(nn.Module):
    def __init__(self, k=3):
        super().__init__()
        self.k = k
        self.conv1 = nn.Conv1d(k, 32, 1)
        self.conv2 = nn.Conv1d(32, 64, 1)
        self.fc1 = nn.Linear(64, 32)
        self.fc2 = nn.Linear(32, k * k)
        self.bn1 = nn.BatchNorm1d(32)
        self.bn2 = nn.BatchNorm1d(64)
        self.bn3 = nn.BatchNorm1d(32)

    def forward(self, x):
        batchsize = x.size(0)
        x = F.relu(self.bn1(self.conv1(x)))
        x = F.relu(self.bn2(self.conv2(x)))
        x = torch.max(x, 2, keepdim=True)[0]
        x = x.view(batchsize, -1)
        x = F.relu(self.bn3(self.fc1(x)))
        x = self.fc2(x)
        iden = torch.eye(self.k).view(1, self.k * self.k).repeat(batchsize, 1)
        return (x + iden).view(batchsize, self.k, self.k)


class PointNetCls(nn.Module):
    def __init__(self, k=4):
        super().__init__()
        self.stn = TNet(3)
        self.fstn = TNet(32)
        self.conv1 = nn.Conv1d(3, 32, 1)
        self.conv2 = nn.Conv1d(32, 128, 1)
        self.bn1 = nn.BatchNorm1d(32)
        self.bn2 = nn.BatchNorm1d(128)
        self.fc1 = nn.Linear(128, 64)
        self.fc2 = nn.Linear(64, k)
        self.dropout = nn.Dropout(p=0.3)

    def forward(self, x):
        trans = self.stn(x)
        x = torch.bmm(x.transpose(2, 1), trans).transpose(2, 1)
        x = F.relu(self.bn1(self.conv1(x)))
        trans_feat = self.fstn(x)
        x = torch.bmm(x.transpose(2, 1), trans_feat).transpose(2, 1)
        x = self.bn2(self.conv2(x))
        x = torch.max(x, 2)[0]
        x = F.relu(self.fc1(x))
        x = self.fc2(self.dropout(x))
        return F.log_softmax(x, dim=1), trans, trans_feat


def feature_transform_regularizer(trans):
    d = trans.size(1)
    eye = torch.eye(d)[None, :, :]
    return torch.mean(torch.norm(torch.bmm(trans, trans.transpose(2, 1)) - eye, dim=(1, 2)))


torch.manual_seed(0)
train_loader = torch.utils.data.DataLoader(ShapeDataset(96), batch_size=16, shuffle=True)
test_loader = torch.utils.data.DataLoader(ShapeDataset(32, augment=False, seed=1), batch_size=16)

classifier = PointNetCls(len(CLASSES))
optimizer = torch.optim.Adam(classifier.parameters(), lr=0.002, betas=(0.9, 0.999))
scheduler = torch.optim.lr_scheduler.StepLR(optimizer, step_size=2, gamma=0.5)

for epoch in range(3):
    classifier.train()
    for i, (points, target) in enumerate(train_loader):
        points = points.transpose(2, 1)
        optimizer.zero_grad()
        pred, trans, trans_feat = classifier(points)
        loss = F.nll_loss(pred, target)
        loss += feature_transform_regularizer(trans_feat) * 0.001
        loss.backward()
        optimizer.step()
    scheduler.step()

    classifier.eval()
    per_class = np.zeros((len(CLASSES), 2))
    with torch.no_grad():
        for points, target in test_loader:
            pred, _, _ = classifier(points.transpose(2, 1))
            pred_choice = pred.max(1)[1]
            for t, p in zip(target.tolist(), pred_choice.tolist()):
                per_class[t, 0] += t == p
                per_class[t, 1] += 1
    acc = per_class[:, 0] / per_class[:, 1]
    print(epoch, "loss", round(loss.item(), 3), dict(zip(CLASSES, acc.round(2).tolist())), "mean", acc.mean().round(3))
