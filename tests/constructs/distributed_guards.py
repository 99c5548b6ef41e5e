"""Training for many processes, run as one: guards, wraps, samplers, gathers that are not reached."""

import os

import torch
import torch.distributed as dist
import torch.nn as nn
from torch.nn.parallel import DistributedDataParallel as DDP
from torch.utils.data import DataLoader, DistributedSampler, TensorDataset


def is_distributed():
    return dist.is_available() and dist.is_initialized()


def world_size():
    return dist.get_world_size() if is_distributed() else 1


def rank():
    if not is_distributed():
        return 0
    return dist.get_rank()


@torch.no_grad()
def gather(x):
    if world_size() == 1:
        return x
    parts = [torch.zeros_like(x) for _ in range(world_size())]
    dist.all_gather(parts, x)
    return torch.cat(parts)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(4, 8), nn.BatchNorm1d(8), nn.ReLU(), nn.Linear(8, 2))

    def forward(self, x):
        y = gather(self.net(x))
        if is_distributed():
            dist.all_reduce(y, op=dist.ReduceOp.SUM)
            dist.barrier()
        return y / world_size()


def main():
    local_rank = int(os.environ.get("LOCAL_RANK", -1))
    device = torch.device("cuda", local_rank) if torch.cuda.is_available() else torch.device("cpu")
    if local_rank != -1:
        dist.init_process_group(backend="nccl", init_method="env://")
        torch.cuda.set_device(local_rank)
    model = Net().to(device)
    if world_size() > 1:
        model = nn.SyncBatchNorm.convert_sync_batchnorm(model)
        model = DDP(model, device_ids=[local_rank], find_unused_parameters=True)
    elif torch.cuda.device_count() > 1:
        model = nn.DataParallel(model)
    data = TensorDataset(torch.randn(10, 4), torch.zeros(10, dtype=torch.long))
    sampler = DistributedSampler(data, num_replicas=world_size(), rank=rank(), shuffle=True)
    loader = DataLoader(data, batch_size=4, sampler=sampler, drop_last=True)
    sampler.set_epoch(0)
    for x, y in loader:
        loss = nn.functional.cross_entropy(model(x.to(device)), y.to(device))
        loss.backward()
        if rank() == 0:
            print(loss.item())
    if is_distributed():
        dist.destroy_process_group()


if __name__ == "__main__":
    with torch.enable_grad():
        main()
