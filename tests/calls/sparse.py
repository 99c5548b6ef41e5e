"""Graphs as sparse matrices: convolutions, normalization, attention, and the calls that PyTorch refuses."""

from __future__ import annotations

CASES = {
    "gcn": """\
import math


class GraphConvolution(nn.Module):
    def __init__(self, i, o, bias=True):
        super().__init__()
        self.weight = nn.Parameter(torch.FloatTensor(i, o))
        self.bias = nn.Parameter(torch.FloatTensor(o)) if bias else None
        stdv = 1. / math.sqrt(self.weight.size(1))
        self.weight.data.uniform_(-stdv, stdv)
        self.bias.data.uniform_(-stdv, stdv)
    def forward(self, input, adj):
        support = torch.mm(input, self.weight)
        output = torch.spmm(adj, support)
        return output + self.bias
class GCN(nn.Module):
    def __init__(self, nfeat, nhid, nclass, dropout):
        super().__init__()
        self.gc1 = GraphConvolution(nfeat, nhid)
        self.gc2 = GraphConvolution(nhid, nclass)
        self.dropout = dropout
    def forward(self, x, adj):
        x = F.relu(self.gc1(x, adj))
        x = F.dropout(x, self.dropout, training=self.training)
        x = self.gc2(x, adj)
        return F.log_softmax(x, dim=1)
n = 100
edges = torch.randint(0, n, (2, 400))
adj = torch.sparse_coo_tensor(edges, torch.ones(400), (n, n))
features = torch.randn(n, 50)
labels = torch.randint(0, 7, (n,))
model = GCN(50, 16, 7, 0.5)
opt = torch.optim.Adam(model.parameters(), lr=0.01)
idx_train = torch.arange(60)
for epoch in range(2):
    model.train()
    opt.zero_grad()
    output = model(features, adj)
    loss = F.nll_loss(output[idx_train], labels[idx_train])
    loss.backward()
    opt.step()
model(features, adj)
""",
    "gcn_wrong_n": """\
n = 100
adj = torch.sparse.FloatTensor(torch.randint(0, 90, (2, 300)), torch.ones(300), torch.Size([90, 90]))
x = nn.Linear(50, 16)(torch.randn(n, 50))
out = torch.spmm(adj, x)
""",
    "gcn_matmul_order": """\
adj = torch.eye(10).to_sparse()
x = torch.randn(10, 4)
h = adj @ x
h = torch.sparse.mm(x, adj)
""",
    "nnz": """\
i = torch.randint(0, 5, (2, 7))
a = torch.sparse_coo_tensor(i, torch.ones(8), (5, 5))
""",
    "dims": """\
i = torch.randint(0, 5, (7, 2))
a = torch.sparse_coo_tensor(i, torch.ones(7), (5, 5))
""",
    "transpose_fixed": """\
i = torch.randint(0, 5, (7, 2))
a = torch.sparse_coo_tensor(i.t(), torch.ones(7), (5, 5))
print(a.coalesce().indices().shape[0])
b = a.to_dense() + torch.eye(5)
deg = torch.sparse.sum(a, dim=1).to_dense()
d = deg.pow(-0.5)
norm = d.unsqueeze(1) * a.to_dense() * d.unsqueeze(0)
s = norm.to_sparse()
y = torch.sparse.mm(s, torch.randn(5, 3))
z = s.t() @ y
w = s @ s
w.view(-1)
""",
    "uncoalesced": """\
i = torch.randint(0, 5, (2, 7))
a = torch.sparse_coo_tensor(i, torch.ones(7), (5, 5))
print(a.indices())
""",
    "add_identity": """\
i = torch.randint(0, 5, (2, 7))
a = torch.sparse_coo_tensor(i, torch.ones(7), (5, 5))
a = a + torch.eye(5).to_sparse()
a = a + torch.eye(5)
""",
    "normalise": """\
i = torch.randint(0, 6, (2, 9))
a = torch.sparse_coo_tensor(i, torch.ones(9), (6, 6)).coalesce()
row, col = a.indices()
deg = torch.zeros(6).index_add_(0, row, a.values())
dis = deg.pow(-0.5)
val = dis[row] * a.values() * dis[col]
a = torch.sparse_coo_tensor(torch.stack([row, col]), val, a.shape)
x = a @ torch.randn(6, 4)
print(x.shape)
x @ torch.randn(5, 2)
""",
    "gat_special": """\
class SpecialSpmmFunction(torch.autograd.Function):
    @staticmethod
    def forward(ctx, indices, values, shape, b):
        a = torch.sparse_coo_tensor(indices, values, shape)
        ctx.save_for_backward(a, b)
        ctx.N = shape[0]
        return torch.matmul(a, b)
    @staticmethod
    def backward(ctx, g):
        a, b = ctx.saved_tensors
        return None, g.matmul(b.t())[a._indices()[0], a._indices()[1]], None, a.t().matmul(g)
class SpecialSpmm(nn.Module):
    def forward(self, indices, values, shape, b):
        return SpecialSpmmFunction.apply(indices, values, shape, b)
adj = (torch.rand(8, 8) > 0.5).float()
edge = adj.nonzero().t()
h = torch.randn(8, 4)
e = torch.cat((h[edge[0, :], :], h[edge[1, :], :]), dim=1).t()
assert e.shape[0] == 8
m = SpecialSpmm()
idx = torch.randint(0, 8, (2, 20))
print(m(idx, torch.ones(20), torch.Size([8, 8]), h).shape)
m(idx, torch.ones(20), torch.Size([8, 8]), torch.randn(7, 4))
""",
    "dtype": """\
a = torch.eye(5).to_sparse().double()
a @ torch.randn(5, 2)
""",
    "long_values": """\
a = torch.sparse_coo_tensor([[0, 1], [1, 0]], [1, 1], (2, 2))
a @ torch.randn(2, 3)
""",
    "csr": """\
a = torch.sparse_csr_tensor(torch.tensor([0, 2, 4]), torch.tensor([0, 1, 0, 1]), torch.tensor([1., 2., 3., 4.]))
print(a.shape, a.crow_indices().shape, (a @ torch.randn(2, 3)).shape)
a.matmul(torch.randn(3, 3))
""",
    "lightgcn": """\
users, items, dim = 20, 30, 8
r = torch.randint(0, 2, (users, items)).float()
top = torch.cat([torch.zeros(users, users), r], 1)
bottom = torch.cat([r.t(), torch.zeros(items, items)], 1)
g = torch.cat([top, bottom]).to_sparse()
eu, ei = nn.Embedding(users, dim), nn.Embedding(items, dim)
embs = [torch.cat([eu.weight, ei.weight])]
for layer in range(3):
    embs.append(torch.sparse.mm(g, embs[-1]))
out = torch.stack(embs, dim=1).mean(dim=1)
u, i = torch.split(out, [users, items])
print((u @ i.t()).shape)
loss = (u[torch.tensor([0, 1])] * i[torch.tensor([3, 4])]).sum()
loss.backward()
torch.split(out, [users, users])
""",
    "cheb": """\
L = torch.eye(9).to_sparse()
x = torch.randn(4, 9, 3)
y = torch.matmul(L, x.permute(1, 2, 0).reshape(9, -1)).view(9, 3, 4)
z = torch.matmul(L, x)
""",
    "relu_numpy": """\
L = torch.eye(9).to_sparse()
torch.relu(L).to_dense().numpy()
L.numpy()
""",
    "softmax": """\
L = torch.eye(9).to_sparse()
torch.sparse.softmax(L, dim=1)
F.softmax(L, dim=1)
""",
    "buffer": """\
class Net(nn.Module):
    def __init__(self, adj):
        super().__init__()
        self.register_buffer('adj', adj)
        self.lin = nn.Linear(4, 2)
    def forward(self, x):
        return torch.sparse.mm(self.adj, self.lin(x))
net = Net(torch.eye(6).to_sparse()).to('cpu')
net(torch.randn(6, 4))
net(torch.randn(5, 4))
""",
    "sparse_adam": """\
e = nn.Embedding(10, 4, sparse=True)
o = torch.optim.SparseAdam(e.parameters(), lr=0.1)
loss = e(torch.tensor([1, 2])).sum()
loss.backward()
o.step()
""",
    "cat": """\
a = torch.eye(3).to_sparse()
torch.cat([a, a], dim=1)
torch.cat([a, torch.eye(3)])
""",
    "dropout_edge": """\
def sparse_dropout(x, rate):
    kept = torch.rand(x._nnz()) + 1 - rate
    mask = torch.floor(kept).type(torch.bool)
    i = x._indices()[:, mask]
    v = x._values()[mask]
    return torch.sparse_coo_tensor(i, v, x.shape) * (1. / (1 - rate))
a = torch.sparse_coo_tensor(torch.randint(0, 5, (2, 8)), torch.ones(8), (5, 5))
b = sparse_dropout(a, 0.5)
(b @ torch.randn(5, 3)).shape
b @ torch.randn(4, 3)
""",
}
