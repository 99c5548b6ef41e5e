import torch
import torch.nn as nn


class NeuMF(nn.Module):
    def __init__(self, n_users=50, n_items=80, factors=8, layers=[32, 16, 8]):
        super().__init__()
        self.gmf_user = nn.Embedding(n_users, factors)
        self.gmf_item = nn.Embedding(n_items, factors)
        self.mlp_user = nn.Embedding(n_users, layers[0] // 2)
        self.mlp_item = nn.Embedding(n_items, layers[0] // 2)
        self.fc_layers = nn.ModuleList()
        for in_size, out_size in zip(layers[:-1], layers[1:]):
            self.fc_layers.append(nn.Linear(in_size, out_size))
        self.output = nn.Linear(layers[-1] + factors, 1)

    def forward(self, user, item):
        product = self.gmf_user(user) * self.gmf_item(item)
        x = torch.cat([self.mlp_user(user), self.mlp_item(item)], dim=-1)
        for layer in self.fc_layers:
            x = torch.relu(layer(x))
        rating = self.output(torch.cat([product, x], dim=-1))
        return torch.sigmoid(rating).view(-1)


model = NeuMF()
users = torch.randint(0, 50, (12,))
items = torch.randint(0, 80, (12,))
clicked = torch.randint(0, 2, (12,))
optimizer = torch.optim.Adam(model.parameters())
criterion = nn.BCELoss()
for epoch in range(2):
    optimizer.zero_grad()
    loss = criterion(model(users, items), clicked.float())
    loss.backward()
    optimizer.step()
