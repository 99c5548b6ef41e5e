"""Semi-supervised node classification, after Kipf & Welling (their pygcn layout), on a synthetic citation graph."""
import math
import time
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
import torch.optim as optim
from torch.nn.parameter import Parameter
from torch.nn.modules.module import Module

seed, epochs, lr, weight_decay, hidden, dropout = 42, 15, 0.01, 5e-4, 16, 0.5
np.random.seed(seed)
torch.manual_seed(seed)


def encode_onehot(labels):
    classes = sorted(set(labels))
    classes_dict = {c: np.identity(len(classes))[i, :] for i, c in enumerate(classes)}
    return np.array(list(map(classes_dict.get, labels)), dtype=np.int32)


def load_data(n=150, n_words=60):
    topics = ['Neural_Networks', 'Theory', 'Genetic_Algorithms', 'Rule_Learning']
    names = np.random.choice(topics, n)
    labels = encode_onehot(names)
    topic_of = np.where(labels)[1]
    words = np.random.rand(n, n_words) < 0.05
    for i in range(n):
        words[i, topic_of[i] * 10:topic_of[i] * 10 + 10] |= np.random.rand(10) < 0.3
    features = words.astype(np.float64)

    same = topic_of[:, None] == topic_of[None, :]
    p = np.where(same, 0.08, 0.01)
    upper = np.triu(np.random.rand(n, n) < p, 1)
    src, dst = np.nonzero(upper)
    edges = np.concatenate([np.stack([src, dst]), np.stack([dst, src])], axis=1)

    features = normalize_rows(features)
    adj = normalized_adjacency(edges, n)
    idx = np.random.permutation(n)
    idx_train, idx_val, idx_test = idx[:40], idx[40:80], idx[80:]

    features = torch.FloatTensor(features)
    labels = torch.LongTensor(np.where(labels)[1])
    return (adj, features, labels, torch.LongTensor(idx_train), torch.LongTensor(idx_val),
            torch.LongTensor(idx_test))


def normalize_rows(mx):
    rowsum = mx.sum(1, keepdims=True)
    rowsum[rowsum == 0] = 1.0
    return mx / rowsum


def normalized_adjacency(edges, n):
    """D^-1/2 (A + I) D^-1/2 as a sparse tensor"""
    loops = np.stack([np.arange(n), np.arange(n)])
    edge_index = torch.from_numpy(np.concatenate([edges, loops], axis=1))
    deg = torch.bincount(edge_index[0], minlength=n).float()
    d_inv_sqrt = deg.pow(-0.5)
    values = d_inv_sqrt[edge_index[0]] * d_inv_sqrt[edge_index[1]]
    return torch.sparse_coo_tensor(edge_index, values, (n, n)).coalesce()


def accuracy(output, labels):
    preds = output.max(1)[1].type_as(labels)
    correct = preds.eq(labels).double()
    correct = correct.sum()
    return correct / len(labels)


class GraphConvolution(Module):
    def __init__(self, in_features, out_features, bias=True):
        super(GraphConvolution, self).__init__()
        self.in_features = in_features
        self.out_features = out_features
        self.weight = Parameter(torch.FloatTensor(in_features, out_features))
        if bias:
            self.bias = Parameter(torch.FloatTensor(out_features))
        else:
            self.register_parameter('bias', None)
        self.reset_parameters()

    def reset_parameters(self):
        stdv = 1. / math.sqrt(self.weight.size(1))
        self.weight.data.uniform_(-stdv, stdv)
        if self.bias is not None:
            self.bias.data.uniform_(-stdv, stdv)

    def forward(self, input, adj):
        support = torch.mm(input, self.weight)
        output = torch.spmm(adj, support)
        if self.bias is not None:
            return output + self.bias
        else:
            return output


class GCN(nn.Module):
    def __init__(self, nfeat, nhid, nclass, dropout):
        super(GCN, self).__init__()
        self.gc1 = GraphConvolution(nfeat, nhid)
        self.gc2 = GraphConvolution(nhid, nclass)
        self.dropout = dropout

    def forward(self, x, adj):
        x = F.relu(self.gc1(x, adj))
        x = F.dropout(x, self.dropout, training=self.training)
        x = self.gc2(x, adj)
        return F.log_softmax(x, dim=1)


adj, features, labels, idx_train, idx_val, idx_test = load_data()
model = GCN(nfeat=features.shape[1], nhid=hidden, nclass=labels.max().item() + 1, dropout=dropout)
optimizer = optim.Adam(model.parameters(), lr=lr, weight_decay=weight_decay)


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
    with torch.no_grad():
        output = model(features, adj)
    loss_val = F.nll_loss(output[idx_val], labels[idx_val])
    acc_val = accuracy(output[idx_val], labels[idx_val])
    if epoch % 5 == 0:
        print('Epoch: {:04d}'.format(epoch + 1), 'loss_train: {:.4f}'.format(loss_train.item()),
              'acc_train: {:.4f}'.format(acc_train.item()), 'loss_val: {:.4f}'.format(loss_val.item()),
              'acc_val: {:.4f}'.format(acc_val.item()), 'time: {:.4f}s'.format(time.time() - t))


def test():
    model.eval()
    output = model(features, adj)
    loss_test = F.nll_loss(output[idx_test], labels[idx_test])
    acc_test = accuracy(output[idx_test], labels[idx_test])
    print("Test set results:", "loss= {:.4f}".format(loss_test.item()), "accuracy= {:.4f}".format(acc_test.item()))
    return output.detach().numpy()


for epoch in range(epochs):
    train(epoch)
embedding = test()
np.savetxt('predictions.txt', embedding.argmax(1), fmt='%d')
