"""Losses, class weights, masks and one-hot vectors: each with a call that fits and one that does not."""

from __future__ import annotations

CASES = {
    "ctc_ok": """\
T, N, C, S = 50, 16, 20, 30
x = torch.randn(T, N, C).log_softmax(2).requires_grad_()
y = torch.randint(1, C, (N, S))
il = torch.full((N,), T, dtype=torch.long); tl = torch.randint(10, S, (N,))
loss = nn.CTCLoss()(x, y, il, tl)
loss.backward()
y1 = torch.randint(1, C, (int(tl.sum()),))
nn.CTCLoss(blank=0, zero_infinity=True)(x, y1, il, tl)
nn.functional.ctc_loss(x, y, tuple(il.tolist()), tuple(tl.tolist()))
""",
    "ctc_batch_first": """\
N, T, C, S = 16, 50, 20, 30
rnn = nn.LSTM(8, C, batch_first=True)
x, _ = rnn(torch.randn(N, T, 8))
y = torch.randint(1, C, (N, S))
il = torch.full((N,), T, dtype=torch.long); tl = torch.full((N,), S, dtype=torch.long)
loss = nn.CTCLoss()(x.log_softmax(2), y, il, tl)
""",
    "ctc_lengths_count": """\
x = torch.randn(50, 16, 20).log_softmax(2)
loss = nn.CTCLoss()(x, torch.randint(1, 20, (16, 30)), torch.full((15,), 50), torch.full((16,), 30))
""",
    "ctc_target_lengths_count": """\
x = torch.randn(50, 16, 20).log_softmax(2)
loss = nn.CTCLoss()(x, torch.randint(1, 20, (16, 30)), torch.full((16,), 50), torch.full((8,), 30))
""",
    "ctc_too_long": """\
x = torch.randn(50, 4, 20).log_softmax(2)
loss = nn.CTCLoss()(x, torch.randint(1, 20, (4, 30)), torch.full((4,), 51), torch.full((4,), 30))
""",
    "ctc_target_too_long": """\
x = torch.randn(50, 4, 20).log_softmax(2)
loss = nn.CTCLoss()(x, torch.randint(1, 20, (4, 30)), torch.full((4,), 50), torch.full((4,), 31))
""",
    "ctc_float_targets": """\
x = torch.randn(50, 4, 20).log_softmax(2)
loss = nn.CTCLoss()(x, torch.randint(1, 20, (4, 30)).float(), torch.full((4,), 50), torch.full((4,), 30))
""",
    "ctc_float_lengths": """\
x = torch.randn(50, 4, 20).log_softmax(2)
loss = nn.CTCLoss()(x, torch.randint(1, 20, (4, 30)), torch.full((4,), 50.0), torch.full((4,), 30.0))
""",
    "ctc_concat_short": """\
x = torch.randn(50, 4, 20).log_softmax(2)
loss = nn.CTCLoss()(x, torch.randint(1, 20, (100,)), torch.full((4,), 50), torch.full((4,), 30))
""",
    "ctc_blank": """\
x = torch.randn(50, 4, 20).log_softmax(2)
loss = nn.CTCLoss(blank=20)(x, torch.randint(1, 20, (4, 30)), torch.full((4,), 50), torch.full((4,), 30))
""",
    "ctc_2d_targets_batch": """\
x = torch.randn(50, 4, 20).log_softmax(2)
loss = nn.CTCLoss()(x, torch.randint(1, 20, (5, 30)), torch.full((4,), 50), torch.full((4,), 30))
""",
    "ctc_unbatched": """\
x = torch.randn(50, 20).log_softmax(1)
loss = nn.CTCLoss()(x, torch.randint(1, 20, (30,)), torch.tensor(50), torch.tensor(30))
""",
    "ctc_int_lengths": """\
x = torch.randn(50, 4, 20).log_softmax(2)
loss = nn.CTCLoss()(x, torch.randint(1, 20, (4, 30)), 50, 30)
""",
    "ce_weight_len": """\
crit = nn.CrossEntropyLoss(weight=torch.tensor([1.0, 2.0, 3.0]))
loss = crit(torch.randn(8, 4), torch.randint(0, 4, (8,)))
""",
    "ce_weight_dtype": """\
crit = nn.CrossEntropyLoss(weight=torch.tensor([1, 2, 3, 4]))
loss = crit(torch.randn(8, 4), torch.randint(0, 4, (8,)))
""",
    "ce_weight_double": """\
w = torch.from_numpy(np.array([1.0, 2.0, 3.0, 4.0]))
crit = nn.CrossEntropyLoss(weight=w)
loss = crit(torch.randn(8, 4), torch.randint(0, 4, (8,)))
""",
    "ce_weight_list": """\
crit = nn.CrossEntropyLoss(weight=[1.0, 2.0])
loss = crit(torch.randn(8, 2), torch.randint(0, 2, (8,)))
""",
    "ce_target_float": """\
loss = nn.CrossEntropyLoss()(torch.randn(8, 4), torch.randint(0, 4, (8,)).float())
""",
    "ce_target_2d": """\
loss = nn.CrossEntropyLoss()(torch.randn(8, 4), torch.randint(0, 4, (8, 1)))
""",
    "ce_probs": """\
loss = nn.CrossEntropyLoss(label_smoothing=0.1)(torch.randn(8, 4), torch.rand(8, 4).softmax(1))
loss = nn.CrossEntropyLoss(ignore_index=0)(torch.randn(8, 4), torch.rand(8, 4).softmax(1))
""",
    "ce_seq": """\
out = torch.randn(8, 12, 100)
tgt = torch.randint(0, 100, (8, 12))
loss = nn.CrossEntropyLoss()(out.permute(0, 2, 1), tgt)
loss = nn.CrossEntropyLoss()(out, tgt)
""",
    "ce_seg": """\
out = torch.randn(2, 5, 16, 16)
loss = nn.CrossEntropyLoss(ignore_index=255)(out, torch.randint(0, 5, (2, 16, 16)))
loss = nn.CrossEntropyLoss()(out, torch.randint(0, 5, (2, 1, 16, 16)))
""",
    "ce_range": """\
loss = nn.CrossEntropyLoss()(torch.randn(4, 3), torch.tensor([0, 1, 2, 3]))
""",
    "pos_weight": """\
crit = nn.BCEWithLogitsLoss(pos_weight=torch.ones(5))
crit(torch.randn(8, 5), torch.rand(8, 5))
crit(torch.randn(8, 4), torch.rand(8, 4))
""",
    "pos_weight_dtype": """\
crit = nn.BCEWithLogitsLoss(pos_weight=torch.tensor([3]))
crit(torch.randn(8, 1), torch.rand(8, 1))
""",
    "pos_weight_number": """\
crit = nn.BCEWithLogitsLoss(pos_weight=3.0)
crit(torch.randn(8, 1), torch.rand(8, 1))
""",
    "bce_long": """\
crit = nn.BCELoss()
crit(torch.rand(8, 1), torch.randint(0, 2, (8, 1)))
""",
    "bce_shape": """\
crit = nn.BCELoss()
crit(torch.rand(8, 1), torch.rand(8))
""",
    "bcel_long": """\
crit = nn.BCEWithLogitsLoss()
crit(torch.rand(8, 1), torch.randint(0, 2, (8, 1)))
""",
    "bce_weight": """\
crit = nn.BCELoss(weight=torch.ones(3))
crit(torch.rand(8, 2), torch.rand(8, 2))
""",
    "one_hot": """\
a = F.one_hot(torch.tensor([0, 1, 2]), num_classes=3)
b = F.one_hot(torch.randint(0, 5, (4, 6)), 5)
assert b.shape == (4, 6, 5)
c = F.one_hot(torch.tensor([0, 1, 3]), num_classes=3)
""",
    "one_hot_float": """\
b = F.one_hot(torch.randint(0, 5, (4,)).float(), 5)
""",
    "one_hot_int": """\
b = F.one_hot(torch.randint(0, 5, (4,)).int(), 5)
""",
    "one_hot_loss": """\
out = torch.randn(4, 5)
y = F.one_hot(torch.randint(0, 5, (4,)), 5)
nn.MSELoss()(out, y)
nn.BCEWithLogitsLoss()(out, y.float())
nn.CrossEntropyLoss()(out, y)
""",
    "padding_idx": """\
e = nn.Embedding(10, 3, padding_idx=10)
""",
    "padding_neg": """\
e = nn.Embedding(10, 3, padding_idx=-1)
e(torch.randint(0, 10, (2, 3)))
e2 = nn.Embedding(10, 3, padding_idx=-11)
""",
    "emb_range": """\
e = nn.Embedding(10, 3)
e(torch.tensor([1, 2, 10]))
""",
    "emb_pretrained": """\
w = torch.randn(10, 3)
e = nn.Embedding.from_pretrained(w, padding_idx=0)
e = nn.Embedding(10, 4, _weight=w)
""",
    "byte_mask": """\
m = torch.randint(0, 2, (4, 5)).byte()
x = torch.randn(4, 5)
print(x[m].dim())
y = x.masked_fill(m, 0)
""",
    "bool_mask_shape": """\
m = torch.randn(4, 6) > 0
x = torch.randn(4, 5)
y = x.masked_fill(m, 0)
""",
    "mask_index_shape": """\
m = torch.randn(4, 6) > 0
x = torch.randn(4, 5)
y = x[m]
""",
    "mask_int": """\
x = torch.randn(4, 5)
y = x.masked_fill(torch.ones(4, 5, dtype=torch.long), 0)
""",
    "mask_float_attn": """\
a = nn.MultiheadAttention(8, 2, batch_first=True)
x = torch.randn(2, 5, 8)
a(x, x, x, key_padding_mask=torch.zeros(2, 5, dtype=torch.bool))
a(x, x, x, key_padding_mask=torch.zeros(2, 5).long())
""",
    "where_dtype": """\
x = torch.randn(4)
torch.where(torch.ones(4), x, x)
""",
    "not_mask": """\
m = torch.ones(4, dtype=torch.bool)
x = 1 - m
""",
    "nll_2d": """\
out = torch.randn(2, 5, 8, 8).log_softmax(1)
nn.NLLLoss()(out, torch.randint(0, 5, (2, 8, 8)))
nn.NLLLoss(weight=torch.ones(4))(out, torch.randint(0, 5, (2, 8, 8)))
""",
    "nll_shape": """\
out = torch.randn(2, 5, 8, 8).log_softmax(1)
nn.NLLLoss()(out, torch.randint(0, 5, (2, 7, 8)))
""",
    "nll_float": """\
out = torch.randn(2, 5).log_softmax(1)
nn.NLLLoss()(out, torch.zeros(2))
""",
    "kl": """\
p = torch.randn(4, 5).log_softmax(1); q = torch.rand(4, 5).softmax(1)
nn.KLDivLoss(reduction='batchmean')(p, q)
nn.KLDivLoss(reduction='batchmean')(p, torch.rand(4, 6))
""",
    "kl_reduction": """\
p = torch.randn(4, 5).log_softmax(1); q = torch.rand(4, 5).softmax(1)
nn.KLDivLoss(reduction='batch_mean')(p, q)
""",
    "cosine": """\
l = nn.CosineEmbeddingLoss()
l(torch.randn(4, 8), torch.randn(4, 8), torch.ones(4))
l(torch.randn(4, 8), torch.randn(4, 8), torch.ones(4, 1))
""",
    "cosine2": """\
l = nn.CosineEmbeddingLoss()
l(torch.randn(4, 8), torch.randn(4, 7), torch.ones(4))
""",
    "cosine3": """\
l = nn.CosineEmbeddingLoss()
l(torch.randn(4, 8), torch.randn(4, 8), torch.ones(5))
""",
    "triplet": """\
l = nn.TripletMarginLoss(margin=1.0)
l(torch.randn(4, 8), torch.randn(4, 8), torch.randn(4, 8))
l(torch.randn(4, 8), torch.randn(4, 8), torch.randn(4, 9))
""",
    "triplet_dims": """\
l = nn.TripletMarginLoss(margin=1.0)
l(torch.randn(4, 8), torch.randn(4, 8), torch.randn(8))
""",
    "ranking": """\
l = nn.MarginRankingLoss()
l(torch.randn(4), torch.randn(4), torch.ones(4))
l(torch.randn(4, 1), torch.randn(4, 1), torch.ones(4))
""",
    "ranking2": """\
l = nn.MarginRankingLoss()
l(torch.randn(4), torch.randn(5), torch.ones(4))
""",
    "multimargin": """\
l = nn.MultiMarginLoss()
l(torch.randn(4, 5), torch.randint(0, 5, (4,)))
nn.MultiMarginLoss(weight=torch.ones(4))(torch.randn(4, 5), torch.randint(0, 5, (4,)))
""",
    "multimargin2": """\
l = nn.MultiMarginLoss()
l(torch.randn(4, 5), torch.randint(0, 5, (5,)))
""",
    "multilabel": """\
l = nn.MultiLabelSoftMarginLoss()
l(torch.randn(4, 5), torch.rand(4, 5))
l(torch.randn(4, 5), torch.rand(4, 4))
""",
    "gaussian": """\
l = nn.GaussianNLLLoss()
l(torch.randn(4, 2), torch.randn(4, 2), torch.ones(4, 2))
l(torch.randn(4, 2), torch.randn(4, 2), torch.ones(4, 1))
l(torch.randn(4, 2), torch.randn(4, 2), torch.ones(4))
l(torch.randn(4, 2), torch.randn(4, 2), torch.ones(3, 2))
""",
    "gaussian_neg": """\
l = nn.GaussianNLLLoss()
l(torch.randn(4, 2), torch.randn(4, 2), -torch.ones(4, 2))
""",
    "gaussian_target": """\
l = nn.GaussianNLLLoss()
l(torch.randn(4, 2), torch.randn(4, 3), torch.ones(4, 2))
""",
    "smooth": """\
nn.SmoothL1Loss(beta=-1)(torch.randn(4), torch.randn(4))
""",
    "huber": """\
nn.HuberLoss(delta=0)(torch.randn(4), torch.randn(4))
""",
    "reduction": """\
nn.CrossEntropyLoss(reduction='avg')(torch.randn(4, 3), torch.randint(0, 3, (4,)))
""",
    "mse_broadcast": """\
nn.MSELoss()(torch.randn(4, 1), torch.randn(4))
nn.MSELoss()(torch.randn(4, 3), torch.randn(4))
""",
    "poisson": """\
nn.PoissonNLLLoss()(torch.randn(4, 3), torch.rand(4, 2))
""",
    "argument_order": """\
nn.CrossEntropyLoss()(torch.randint(0, 3, (4,)), torch.randn(4, 3))
""",
    "hinge": """\
nn.HingeEmbeddingLoss()(torch.randn(4, 3), torch.ones(5))
""",
    "adaptive": """\
l = nn.AdaptiveLogSoftmaxWithLoss(16, 100, [10, 50])
o = l(torch.randn(8, 16), torch.randint(0, 100, (8,)))
l(torch.randn(8, 15), torch.randint(0, 100, (8,)))
""",
    "soft_margin": """\
nn.SoftMarginLoss()(torch.randn(4, 3), torch.ones(4, 2))
""",
}
