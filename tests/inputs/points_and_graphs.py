"""Points, coordinates, graphs."""

import math

import torch
import torch.nn as nn
import torch.nn.functional as F


class TNet(nn.Module):
    def __init__(self, k=3):
        super().__init__()
        self.k = k
        self.conv = nn.Sequential(nn.Conv1d(k, 16, 1), nn.BatchNorm1d(16), nn.ReLU(), nn.Conv1d(16, 32, 1))
        self.fc = nn.Linear(32, k * k)

    def forward(self, x):
        x = torch.max(self.conv(x), 2, keepdim=True)[0].view(-1, 32)
        iden = torch.eye(self.k).view(1, self.k * self.k).repeat(x.size(0), 1)
        return (self.fc(x) + iden).view(-1, self.k, self.k)


class PointNet(nn.Module):
    """Takes (2, 3, 128)."""

    def __init__(self, classes=40):
        super().__init__()
        self.stn = TNet(3)
        self.conv1, self.conv2 = nn.Conv1d(3, 16, 1), nn.Conv1d(16, 64, 1)
        self.fc = nn.Linear(64, classes)

    def forward(self, x):
        trans = self.stn(x)
        x = torch.bmm(x.transpose(2, 1), trans).transpose(2, 1)
        x = self.conv2(F.relu(self.conv1(x)))
        return self.fc(torch.max(x, 2)[0]), trans


class PointsLast(nn.Module):
    """Takes (2, 128, 3): points with their coordinates last."""

    def __init__(self, classes=40):
        super().__init__()
        self.mlp1 = nn.Sequential(nn.Linear(3, 32), nn.ReLU(), nn.Linear(32, 64))
        self.mlp2 = nn.Linear(64, classes)

    def forward(self, points):
        _B, _N, _ = points.shape
        h = self.mlp1(points)
        return self.mlp2(h.max(dim=1)[0])


class PointsTurned(nn.Module):
    """Takes (2, 128, 3), turned for its convolutions."""

    def __init__(self):
        super().__init__()
        self.conv1, self.conv2 = nn.Conv1d(3, 16, 1), nn.Conv1d(16, 32, 1)

    def forward(self, xyz):
        x = xyz.permute(0, 2, 1)
        x = self.conv2(F.relu(self.conv1(x)))
        return torch.max(x, 2)[0]


class NeRF(nn.Module):
    """Takes (2, 90): a place of 63 numbers and a direction of 27."""

    def __init__(self, D=4, W=32, input_ch=63, input_ch_views=27, skips=(2,)):
        super().__init__()
        self.input_ch, self.input_ch_views, self.skips = input_ch, input_ch_views, skips
        self.pts_linears = nn.ModuleList(
            [nn.Linear(input_ch, W)] + [nn.Linear(W + input_ch if i in skips else W, W) for i in range(D - 1)]
        )
        self.views_linears = nn.ModuleList([nn.Linear(input_ch_views + W, W // 2)])
        self.feature_linear, self.alpha_linear, self.rgb_linear = nn.Linear(W, W), nn.Linear(W, 1), nn.Linear(W // 2, 3)

    def forward(self, x):
        input_pts, input_views = torch.split(x, [self.input_ch, self.input_ch_views], dim=-1)
        h = input_pts
        for i, layer in enumerate(self.pts_linears):
            h = F.relu(layer(h))
            if i in self.skips:
                h = torch.cat([input_pts, h], -1)
        alpha = self.alpha_linear(h)
        h = torch.cat([self.feature_linear(h), input_views], -1)
        for layer in self.views_linears:
            h = F.relu(layer(h))
        return torch.cat([self.rgb_linear(h), alpha], -1)


class FourierField(nn.Module):
    """Takes (2, 3): coordinates that are encoded first."""

    def __init__(self, levels=6, width=32):
        super().__init__()
        self.levels = levels
        self.layers = nn.Sequential(nn.Linear(3 + 2 * 3 * levels, width), nn.ReLU(), nn.Linear(width, 4))

    def encode(self, x):
        out = [x]
        for i in range(self.levels):
            out += [torch.sin(2.0**i * math.pi * x), torch.cos(2.0**i * math.pi * x)]
        return torch.cat(out, dim=-1)

    def forward(self, xyz):
        return self.layers(self.encode(xyz))


class PINN(nn.Module):
    """Takes (2, 1), (2, 1): a place and a time."""

    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(2, 20), nn.Tanh(), nn.Linear(20, 20), nn.Tanh(), nn.Linear(20, 1))

    def forward(self, x, t):
        return self.net(torch.cat([x, t], dim=1))


class GraphConvolution(nn.Module):
    def __init__(self, fin, fout):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(fin, fout))
        self.bias = nn.Parameter(torch.zeros(fout))
        nn.init.xavier_uniform_(self.weight)

    def forward(self, input, adj):
        support = torch.mm(input, self.weight)
        return torch.spmm(adj, support) + self.bias


class GCN(nn.Module):
    """Takes (50, 1433), (50, 50): nodes and their adjacency, no batch."""

    def __init__(self, nfeat=1433, nhid=16, nclass=7, dropout=0.5):
        super().__init__()
        self.gc1, self.gc2, self.dropout = GraphConvolution(nfeat, nhid), GraphConvolution(nhid, nclass), dropout

    def forward(self, x, adj):
        x = F.dropout(F.relu(self.gc1(x, adj)), self.dropout, training=self.training)
        return F.log_softmax(self.gc2(x, adj), dim=1)


class GAT(nn.Module):
    """Takes (50, 24), (50, 50)."""

    def __init__(self, fin=24, fout=8, alpha=0.2):
        super().__init__()
        self.fout = fout
        self.W = nn.Parameter(torch.empty(fin, fout))
        self.a = nn.Parameter(torch.empty(2 * fout, 1))
        self.leakyrelu = nn.LeakyReLU(alpha)

    def forward(self, h, adj):
        Wh = torch.mm(h, self.W)
        e = self.leakyrelu(torch.matmul(Wh, self.a[: self.fout]) + torch.matmul(Wh, self.a[self.fout :]).T)
        attention = F.softmax(torch.where(adj > 0, e, -9e15 * torch.ones_like(e)), dim=1)
        return F.elu(torch.matmul(attention, Wh))


class EdgeGNN(nn.Module):
    """Takes (50, 16), (2, 120) int64: nodes and the two ends of each edge."""

    def __init__(self, width=16):
        super().__init__()
        self.message, self.update = nn.Linear(2 * width, width), nn.GRUCell(width, width)

    def forward(self, x, edge_index):
        row, col = edge_index
        m = F.relu(self.message(torch.cat([x[row], x[col]], dim=-1)))
        out = torch.zeros_like(x).index_add_(0, col, m)
        return self.update(out, x)


class DeepSets(nn.Module):
    """Takes (2, 9, 5), (2, 9): a set and which of its members are there."""

    def __init__(self, width=5, hidden=16):
        super().__init__()
        self.phi, self.rho = nn.Linear(width, hidden), nn.Linear(hidden, 1)

    def forward(self, x, mask):
        h = F.relu(self.phi(x)) * mask.unsqueeze(-1)
        return self.rho(h.sum(dim=1))
