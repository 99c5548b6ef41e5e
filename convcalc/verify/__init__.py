"""The PyTorch backend: what convcalc predicts, compared with what real PyTorch does. The only part that imports torch."""
