import queue

import torch
import torch.nn as nn

model = nn.Sequential(nn.Conv2d(1, 3, 3), nn.ReLU(), nn.Flatten(), nn.Linear(3 * 26 * 26, 10)).eval()
requests = queue.Queue()
for i in range(23):
    requests.put((i, torch.rand(1, 28, 28)))
answers = {}
while not requests.empty():
    batch = []
    while len(batch) < 8 and not requests.empty():
        batch.append(requests.get())
    ids, images = zip(*batch)
    with torch.inference_mode():
        out = model(torch.stack(images)).argmax(1)
    for i, label in zip(ids, out.tolist()):
        answers[i] = label
print(len(answers))
