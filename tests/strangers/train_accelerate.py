import torch
from accelerate import Accelerator
from accelerate.utils import set_seed
from torch import nn
acc = Accelerator(mixed_precision="fp16")
net = nn.Linear(8, 2); opt = torch.optim.Adam(net.parameters())
data = torch.utils.data.DataLoader(torch.utils.data.TensorDataset(torch.rand(20, 8), torch.zeros(20).long()), batch_size=5)
net, opt, data = acc.prepare(net, opt, data)
for x, y in data:
    with acc.accumulate(net):
        loss = nn.functional.cross_entropy(net(x), y)
        acc.backward(loss); opt.step(); opt.zero_grad()
acc.wait_for_everyone()
