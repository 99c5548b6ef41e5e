"""Networks for texts and other sequences."""

import math

import torch
import torch.nn as nn
import torch.nn.functional as F


class TextClassifier(nn.Module):
    """Takes (2, 20) int64, (2,) int64: a text and its length."""

    def __init__(self, vocab=1000, emb=32, hidden=48, classes=4):
        super().__init__()
        self.embedding = nn.Embedding(vocab, emb, padding_idx=0)
        self.lstm = nn.LSTM(emb, hidden, batch_first=True, bidirectional=True)
        self.fc = nn.Linear(2 * hidden, classes)

    def forward(self, text, lengths):
        embedded = self.embedding(text)
        packed = nn.utils.rnn.pack_padded_sequence(embedded, lengths.cpu(), batch_first=True, enforce_sorted=False)
        _, (hidden, _) = self.lstm(packed)
        return self.fc(torch.cat((hidden[-2], hidden[-1]), dim=1))


class BagOfWords(nn.Module):
    """Takes (20,) int64, (2,) int64: the texts one after the other, and where each begins."""

    def __init__(self, vocab=1000, emb=32, classes=4):
        super().__init__()
        self.embedding = nn.EmbeddingBag(vocab, emb, sparse=False)
        self.fc = nn.Linear(emb, classes)

    def forward(self, text, offsets):
        return self.fc(self.embedding(text, offsets))


class CharRNN(nn.Module):
    """Takes (2, 10) int64, (2, 2, 32): letters and a state."""

    def __init__(self, vocab=60, hidden=32, layers=2):
        super().__init__()
        self.encoder = nn.Embedding(vocab, hidden)
        self.rnn = nn.GRU(hidden, hidden, layers, batch_first=True)
        self.decoder = nn.Linear(hidden, vocab)

    def forward(self, x, hidden):
        out, hidden = self.rnn(self.encoder(x), hidden)
        return self.decoder(out), hidden


class StatefulLSTM(nn.Module):
    """Takes (10, 2, 8), ((2, 2, 24), (2, 2, 24))."""

    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(8, 24, num_layers=2)
        self.fc = nn.Linear(24, 3)

    def forward(self, x, state):
        out, state = self.lstm(x, state)
        return self.fc(out[-1]), state


class StepRNN(nn.Module):
    """Takes (2, 57), (2, 128): the classic of the tutorial."""

    def __init__(self, input_size=57, hidden_size=128, output_size=18):
        super().__init__()
        self.hidden_size = hidden_size
        self.i2h = nn.Linear(input_size + hidden_size, hidden_size)
        self.i2o = nn.Linear(input_size + hidden_size, output_size)
        self.softmax = nn.LogSoftmax(dim=1)

    def forward(self, input, hidden):
        combined = torch.cat((input, hidden), 1)
        hidden = self.i2h(combined)
        return self.softmax(self.i2o(combined)), hidden

    def initHidden(self):
        return torch.zeros(1, self.hidden_size)


class PositionalEncoding(nn.Module):
    def __init__(self, d_model, max_len=500):
        super().__init__()
        position = torch.arange(max_len).unsqueeze(1)
        div = torch.exp(torch.arange(0, d_model, 2) * (-math.log(10000.0) / d_model))
        pe = torch.zeros(max_len, 1, d_model)
        pe[:, 0, 0::2] = torch.sin(position * div)
        pe[:, 0, 1::2] = torch.cos(position * div)
        self.register_buffer("pe", pe)

    def forward(self, x):
        return x + self.pe[: x.size(0)]


class TransformerLM(nn.Module):
    """Takes (20, 2) int64, (20, 20): words first, and a mask."""

    def __init__(self, ntoken=200, d_model=32, nhead=4, layers=2):
        super().__init__()
        self.d_model = d_model
        self.pos_encoder = PositionalEncoding(d_model)
        layer = nn.TransformerEncoderLayer(d_model, nhead, 64)
        self.transformer_encoder = nn.TransformerEncoder(layer, layers)
        self.embedding = nn.Embedding(ntoken, d_model)
        self.linear = nn.Linear(d_model, ntoken)

    def forward(self, src, src_mask):
        src = self.pos_encoder(self.embedding(src) * math.sqrt(self.d_model))
        return self.linear(self.transformer_encoder(src, src_mask))


class CausalSelfAttention(nn.Module):
    def __init__(self, width, heads, block):
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(width, 3 * width)
        self.proj = nn.Linear(width, width)
        self.register_buffer("mask", torch.tril(torch.ones(block, block)).view(1, 1, block, block))

    def forward(self, x):
        B, T, C = x.size()
        q, k, v = self.qkv(x).split(C, dim=2)
        q, k, v = (y.view(B, T, self.heads, C // self.heads).transpose(1, 2) for y in (q, k, v))
        att = (q @ k.transpose(-2, -1)) / math.sqrt(k.size(-1))
        att = att.masked_fill(self.mask[:, :, :T, :T] == 0, float("-inf"))
        y = (F.softmax(att, dim=-1) @ v).transpose(1, 2).contiguous().view(B, T, C)
        return self.proj(y)


class GPT(nn.Module):
    """Takes (2, 16) int64."""

    def __init__(self, vocab=65, width=32, heads=4, block=64):
        super().__init__()
        self.block = block
        self.wte, self.wpe = nn.Embedding(vocab, width), nn.Embedding(block, width)
        self.attn, self.ln = CausalSelfAttention(width, heads, block), nn.LayerNorm(width)
        self.lm_head = nn.Linear(width, vocab, bias=False)

    def forward(self, idx, targets=None):
        _b, t = idx.size()
        assert t <= self.block, f"a sequence of {t}, but blocks of {self.block}"
        x = self.wte(idx) + self.wpe(torch.arange(0, t, device=idx.device))
        x = x + self.attn(self.ln(x))
        logits = self.lm_head(x)
        loss = None
        if targets is not None:
            loss = F.cross_entropy(logits.view(-1, logits.size(-1)), targets.view(-1))
        return logits, loss


class AttentionBlock(nn.Module):
    """Takes (2, 10, 32): batch, steps, features, as its unpacking says."""

    def __init__(self, width=32, heads=4):
        super().__init__()
        self.heads = heads
        self.to_qkv = nn.Linear(width, 3 * width)
        self.out = nn.Linear(width, width)

    def forward(self, x):
        B, T, C = x.shape
        qkv = self.to_qkv(x).reshape(B, T, 3, self.heads, C // self.heads).permute(2, 0, 3, 1, 4)
        q, k, v = qkv[0], qkv[1], qkv[2]
        a = (q @ k.transpose(-2, -1)).softmax(dim=-1)
        return self.out((a @ v).transpose(1, 2).reshape(B, T, C))


class MultiHead(nn.Module):
    """Takes (2, 10, 32), (2, 12, 32), (2, 12, 32)."""

    def __init__(self, d_model=32, heads=4):
        super().__init__()
        self.h, self.d_k = heads, d_model // heads
        self.q_linear, self.k_linear, self.v_linear = (nn.Linear(d_model, d_model) for _ in range(3))
        self.out = nn.Linear(d_model, d_model)

    def forward(self, q, k, v, mask=None):
        bs = q.size(0)
        q, k, v = (
            layer(y).view(bs, -1, self.h, self.d_k).transpose(1, 2)
            for layer, y in ((self.q_linear, q), (self.k_linear, k), (self.v_linear, v))
        )
        scores = torch.matmul(q, k.transpose(-2, -1)) / math.sqrt(self.d_k)
        if mask is not None:
            scores = scores.masked_fill(mask.unsqueeze(1) == 0, -1e9)
        x = torch.matmul(F.softmax(scores, dim=-1), v)
        return self.out(x.transpose(1, 2).contiguous().view(bs, -1, self.h * self.d_k))


class Translator(nn.Module):
    """Takes (2, 10) int64, (2, 12) int64."""

    def __init__(self, source=120, target=140, width=32):
        super().__init__()
        self.src, self.tgt = nn.Embedding(source, width), nn.Embedding(target, width)
        self.transformer = nn.Transformer(width, 4, 1, 1, 64, batch_first=True)
        self.generator = nn.Linear(width, target)

    def forward(self, src, tgt):
        mask = nn.Transformer.generate_square_subsequent_mask(tgt.size(1))
        return self.generator(self.transformer(self.src(src), self.tgt(tgt), tgt_mask=mask))


class Seq2SeqEncoder(nn.Module):
    def __init__(self, vocab, width, hidden):
        super().__init__()
        self.embedding, self.rnn = nn.Embedding(vocab, width), nn.LSTM(width, hidden)

    def forward(self, src):
        _, state = self.rnn(self.embedding(src))
        return state


class Seq2SeqDecoder(nn.Module):
    def __init__(self, vocab, width, hidden):
        super().__init__()
        self.vocab = vocab
        self.embedding, self.rnn, self.fc = nn.Embedding(vocab, width), nn.LSTM(width, hidden), nn.Linear(hidden, vocab)

    def forward(self, token, state):
        out, state = self.rnn(self.embedding(token.unsqueeze(0)), state)
        return self.fc(out.squeeze(0)), state


class Seq2Seq(nn.Module):
    """Takes (9, 2) int64, (7, 2) int64: words first."""

    def __init__(self):
        super().__init__()
        self.encoder, self.decoder = Seq2SeqEncoder(100, 16, 32), Seq2SeqDecoder(120, 16, 32)

    def forward(self, src, trg, teacher_forcing_ratio=0.5):
        trg_len, batch_size = trg.shape
        outputs = torch.zeros(trg_len, batch_size, self.decoder.vocab)
        state = self.encoder(src)
        token = trg[0, :]
        for t in range(1, trg_len):
            output, state = self.decoder(token, state)
            outputs[t] = output
            token = output.argmax(1)
        return outputs


class AdditiveAttention(nn.Module):
    """Takes (2, 32), (2, 9, 48): a query and what it looks at."""

    def __init__(self, query=32, key=48, hidden=24):
        super().__init__()
        self.W, self.U, self.v = nn.Linear(query, hidden), nn.Linear(key, hidden), nn.Linear(hidden, 1)

    def forward(self, query, keys):
        scores = self.v(torch.tanh(self.W(query).unsqueeze(1) + self.U(keys))).squeeze(2)
        weights = F.softmax(scores, dim=-1)
        return torch.bmm(weights.unsqueeze(1), keys).squeeze(1), weights


class TimeSeriesLSTM(nn.Module):
    """Takes (2, 24, 1)."""

    def __init__(self, hidden=16, layers=1):
        super().__init__()
        self.hidden, self.layers = hidden, layers
        self.lstm = nn.LSTM(1, hidden, layers, batch_first=True)
        self.linear = nn.Linear(hidden, 1)

    def forward(self, x):
        h0 = torch.zeros(self.layers, x.size(0), self.hidden)
        c0 = torch.zeros(self.layers, x.size(0), self.hidden)
        out, _ = self.lstm(x, (h0, c0))
        return self.linear(out[:, -1, :])
