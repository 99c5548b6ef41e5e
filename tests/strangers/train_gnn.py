import torch
import torch.nn.functional as F
from torch_geometric.nn import MessagePassing, global_mean_pool
from torch_geometric.datasets import TUDataset
from torch_geometric.loader import DataLoader

class SageLayer(MessagePassing):
    def __init__(self, cin, cout):
        super().__init__(aggr="mean")
        self.lin = torch.nn.Linear(cin, cout)
        self.lin_self = torch.nn.Linear(cin, cout)
    def forward(self, x, edge_index):
        out = self.propagate(edge_index, x=x)
        return self.lin(out) + self.lin_self(x)
    def message(self, x_j):
        return x_j

class GNN(torch.nn.Module):
    def __init__(self, num_features, hidden, classes):
        super().__init__()
        self.c1 = SageLayer(num_features, hidden)
        self.c2 = SageLayer(hidden, hidden)
        self.out = torch.nn.Linear(hidden, classes)
    def forward(self, data):
        x = F.relu(self.c1(data.x, data.edge_index))
        x = F.relu(self.c2(x, data.edge_index))
        return self.out(global_mean_pool(x, data.batch))

ds = TUDataset("data", name="MUTAG").shuffle()
loader = DataLoader(ds[:150], batch_size=32, shuffle=True)
model = GNN(ds.num_features, 64, ds.num_classes)
opt = torch.optim.Adam(model.parameters(), lr=1e-3)
for epoch in range(3):
    for batch in loader:
        opt.zero_grad()
        loss = F.cross_entropy(model(batch), batch.y)
        loss.backward(); opt.step()
