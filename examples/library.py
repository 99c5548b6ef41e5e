"""convcalc as a library: layers that know shapes only.

python examples/library.py
"""

import convcalc
from convcalc import nn

print("one formula:  28 ->", convcalc.conv_output_size(28, kernel_size=5, padding=2))

features = nn.Sequential(nn.Conv2d(1, 10, 5), nn.MaxPool2d(2), nn.Conv2d(10, 20, 5), nn.MaxPool2d(2), nn.Flatten())
left = features(convcalc.Tensor(1, 1, 28, 28)).shape[1]
print("features that the convolutions leave:", left)

net = nn.Sequential(features, nn.Linear(left, 50), nn.ReLU(), nn.Linear(50, 10))
print(convcalc.summary(net, (64, 1, 28, 28)))

try:
    net(convcalc.Tensor(64, 1, 32, 32))
except convcalc.ShapeError as error:
    print("with 32x32 images:", error)
