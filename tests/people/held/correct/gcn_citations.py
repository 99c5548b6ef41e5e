"""Graph convolutional network (Kipf & Welling) on a random citation graph, sparse adjacency."""
import argparse
import time
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.nn.parameter import Parameter


def load_data(n_nodes=200, n_classes=4, n_words=50, seed=72):
    """What reading cora.content / cora.cites would give."""
    rng = np.random.RandomState(seed)
    names = ["tiger", "lemur", "otter", "heron"][:n_classes]
    kind = rng.randint(0, n_classes, n_nodes)
    paper_ids = rng.permutation(np.arange(1000, 1000 + n_nodes * 3))[:n_nodes]
    words = (rng.rand(n_nodes, n_words) < 0.05).astype(np.float32)
    for i, c in enumerate(kind):
        words[i, c * 10:c * 10 + 10] = rng.rand(10) < 0.3
    cites = []
    while len(cites) < n_nodes * 3:
        a, b = rng.randint(0, n_nodes, 2)
        if a != b and (kind[a] == kind[b] or rng.rand() < 0.1):
            cites.append((paper_ids[a], paper_ids[b]))
    labels = np.array([names[c] for c in kind])

    # build graph
    idx_map = {j: i for i, j in enumerate(paper_ids)}
    edges_unordered = np.array(cites)
    edges = np.array(list(map(idx_map.get, edges_unordered.flatten()))).reshape(edges_unordered.shape)
    adj = np.zeros((n_nodes, n_nodes), dtype=np.float32)
    adj[edges[:, 0], edges[:, 1]] = 1.0
    # symmetric adjacency
    adj = np.maximum(adj, adj.T)

    features = normalize(words)
    adj = normalize(adj + np.eye(n_nodes, dtype=np.float32))

    idx_train = range(60)
    idx_val = range(60, 100)
    idx_test = range(100, n_nodes)

    features = torch.FloatTensor(features)
    labels = torch.LongTensor(np.where(encode_onehot(labels))[1])
    adj = dense_to_torch_sparse(adj)
    return adj, features, labels, torch.LongTensor(idx_train), torch.LongTensor(idx_val), torch.LongTensor(idx_test)


def encode_onehot(labels):
    classes = sorted(set(labels.tolist()))
    classes_dict = {c: np.identity(len(classes))[i, :] for i, c in enumerate(classes)}
    return np.array(list(map(classes_dict.get, labels.tolist())), dtype=np.int32)


def normalize(mx):
    """Row-normalize"""
    rowsum = mx.sum(1)
    r_inv = np.zeros_like(rowsum)
    r_inv[rowsum > 0] = 1.0 / rowsum[rowsum > 0]
    return np.diag(r_inv).dot(mx)


def dense_to_torch_sparse(mx):
    rows, cols = np.nonzero(mx)
    indices = torch.from_numpy(np.vstack((rows, cols)).astype(np.int64))
    values = torch.from_numpy(mx[rows, cols].astype(np.float32))
    return torch.sparse_coo_tensor(indices, values, torch.Size(mx.shape)).coalesce()


def accuracy(output, labels):
    preds = output.max(1)[1].type_as(labels)
    correct = preds.eq(labels).double()
    return correct.sum() / len(labels)


class GraphConvolution(nn.Module):
    def __init__(self, in_features, out_features, bias=True):
        super().__init__()
        self.weight = Parameter(torch.empty(in_features, out_features))
        if bias:
            self.bias = Parameter(torch.empty(out_features))
        else:
            self.register_parameter("bias", None)
        self.reset_parameters()

    def reset_parameters(self):
        stdv = 1.0 / self.weight.size(1) ** 0.5
        self.weight.data.uniform_(-stdv, stdv)
        if self.bias is not None:
            self.bias.data.uniform_(-stdv, stdv)

    def forward(self, input, adj):
        support = torch.mm(input, self.weight)
        output = torch.spmm(adj, support)
        return output + self.bias if self.bias is not None else output


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


parser = argparse.ArgumentParser()
parser.add_argument("--epochs", type=int, default=25)
parser.add_argument("--lr", type=float, default=0.02)
parser.add_argument("--weight_decay", type=float, default=5e-4)
parser.add_argument("--hidden", type=int, default=16)
parser.add_argument("--dropout", type=float, default=0.5)
args, _ = parser.parse_known_args([])

np.random.seed(42)
torch.manual_seed(42)

adj, features, labels, idx_train, idx_val, idx_test = load_data()
model = GCN(nfeat=features.shape[1], nhid=args.hidden, nclass=labels.max().item() + 1, dropout=args.dropout)
optimizer = torch.optim.Adam(model.parameters(), lr=args.lr, weight_decay=args.weight_decay)


def train(epoch):
    t = time.time()
    model.train()
    optimizer.zero_grad()
    output = model(features, adj)
    loss_train = F.nll_loss(output[idx_train], labels[idx_train])
    acc_train = accuracy(output[idx_train], labels[idx_train])
    loss_train.backward()
    optimizer.step()

    model.eval()
    output = model(features, adj)
    loss_val = F.nll_loss(output[idx_val], labels[idx_val])
    acc_val = accuracy(output[idx_val], labels[idx_val])
    if epoch % 5 == 0:
        print("Epoch: {:04d}".format(epoch + 1),
              "loss_train: {:.4f}".format(loss_train.item()), "acc_train: {:.4f}".format(acc_train.item()),
              "loss_val: {:.4f}".format(loss_val.item()), "acc_val: {:.4f}".format(acc_val.item()),
              "time: {:.4f}s".format(time.time() - t))


def test():
    model.eval()
    with torch.no_grad():
        output = model(features, adj)
    print("Test accuracy: {:.4f}".format(accuracy(output[idx_test], labels[idx_test]).item()))
    # mean prediction of each true class
    sums = torch.zeros(output.size(1), output.size(1))
    sums.index_add_(0, labels, output.exp())
    counts = torch.bincount(labels, minlength=output.size(1)).clamp(min=1)
    print((sums / counts[:, None]).numpy().round(2))


for epoch in range(args.epochs):
    train(epoch)
test()
