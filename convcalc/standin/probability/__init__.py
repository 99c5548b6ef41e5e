"""`torch.distributions` on shapes: what a distribution is given, draws and answers, without a number of it."""
