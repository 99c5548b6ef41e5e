"""What numpy's functions are called with in `tests/torch/test_numpy_functions.py`: letters for arguments (`numpy_calls.Source`), then keywords that may be given.

A line is `names: letters keywords, letters keywords`; each form of a call is drawn as often as the others. `d=D` gives the keyword `d` what the letter `D` means.
"""

from __future__ import annotations

from convcalc.standin.numpy_arithmetic import LOOPS
from convcalc.standin.numpy_rules.ufuncs import UNARY

NOT_GENERATORS = "random_sample ranf sample bytes".split()
GENERALIZED = ("matmul", "vecdot", "matvec", "vecmat")
_LINES = """
np.sum np.prod ndarray.sum ndarray.prod: a axis=X dtype=D keepdims=t, aX, a initial=u axis=X
np.nansum np.nanprod: a axis=X keepdims=t
np.mean ndarray.mean: a axis=X keepdims=t dtype=D, aX
np.nanmean: a axis=X keepdims=t
np.std np.var ndarray.std ndarray.var: a axis=X keepdims=t ddof=t, aX
np.nanstd np.nanvar: a axis=X keepdims=t
np.max np.min np.amax np.amin ndarray.max ndarray.min: a axis=X keepdims=t, aX, a initial=u axis=X
np.nanmax np.nanmin: a axis=X keepdims=t
np.any np.all ndarray.any ndarray.all: a axis=X keepdims=t
np.argmax np.argmin ndarray.argmax ndarray.argmin: a axis=x keepdims=t, ax
np.nanargmax np.nanargmin: r axis=x keepdims=t
np.ptp: a axis=X keepdims=t
np.median np.nanmedian: r axis=X keepdims=t
np.count_nonzero: a axis=X keepdims=t
np.average: a axis=X keepdims=t returned=t, VW axis=x weights=W
np.cumsum np.cumprod ndarray.cumsum ndarray.cumprod np.nancumsum np.nancumprod: a axis=x dtype=D, ax
np.cumulative_sum np.cumulative_prod: a axis=x
np.diff: a n=n axis=x, an, aa
np.ediff1d: r
np.trapezoid: f axis=x
np.gradient: r axis=X, f
np.zeros np.ones np.empty: s dtype=D order=O
np.full: su dtype=D order=O, sb
np.zeros_like np.ones_like np.empty_like: a dtype=D order=O shape=s
np.full_like: au dtype=D, ab
np.arange: n dtype=D, u, uuU, nnU dtype=D, kn
np.linspace: uun endpoint=t dtype=D, uu, rbn axis=x, uun retstep=t
np.logspace: uun endpoint=t dtype=D
np.geomspace: UUn endpoint=t
np.eye np.tri: nnk dtype=D, n, nn
np.identity: n dtype=D
np.meshgrid: vv indexing=I sparse=t, vvv, v, av
np.indices: s sparse=t
np.ix_: VV, Vi
np.vander: V, Vn
np.copy np.ascontiguousarray np.asfortranarray: a
np.asarray np.array np.asanyarray: a dtype=D, L, C
np.real np.imag np.isreal np.iscomplex np.isrealobj np.iscomplexobj: a
np.reshape: aS order=O
ndarray.reshape: aS order=O, ann
np.ravel ndarray.ravel ndarray.flatten: a order=O
np.transpose np.permute_dims: ap
ndarray.transpose: ap
np.matrix_transpose: m
np.swapaxes ndarray.swapaxes: axx
np.moveaxis: axx, aXX
np.rollaxis: axx
np.squeeze ndarray.squeeze: aX, a
np.expand_dims: aX, ax
np.atleast_1d np.atleast_2d np.atleast_3d: a, aa
np.broadcast_to: aT
np.broadcast_arrays: ab, abb
np.broadcast_shapes: sT, sss
np.flip: aX, a
np.fliplr np.flipud: a
np.rot90: mk, m
np.roll: ak axis=x, akX, ak
np.repeat ndarray.repeat: ag axis=z, agx, ag
np.tile: ae
np.resize: as
np.diag: vk, mk
np.diagonal ndarray.diagonal: mk, m, mkxx
np.trace ndarray.trace: mk, m
np.diagflat: vk
np.tril np.triu: mk, m, ak
np.tril_indices np.triu_indices: nk, n m=n
np.tril_indices_from np.triu_indices_from: mk
np.diag_indices: n
np.diag_indices_from: M
np.shape np.ndim np.size: a
np.concatenate np.concat: Co, C, C dtype=D, Lo
np.stack: Lo, L, L axis=x
np.vstack np.hstack np.dstack np.column_stack: L, C
np.append: ab, ab axis=z, aa
np.block: L, C
np.split np.array_split: ah axis=z, ah
np.vsplit np.hsplit np.dsplit: mh
np.pad: aw, aw mode=P
np.delete: ai axis=z, Vi, ai
np.insert: Vnu, Viu, ai
np.where: cbb, c, cab, cuu
np.compress: Vax, cV
np.take ndarray.take: ai axis=z, aix, ai mode=R
np.take_along_axis: aix
np.nonzero np.argwhere np.flatnonzero ndarray.nonzero: a
np.searchsorted ndarray.searchsorted: VV, Vr side=B, VW
np.digitize: rV
np.sort np.argsort ndarray.argsort: ax, a
np.partition np.argpartition: akx, ak
np.lexsort: L
np.sort_complex: v
np.unique: a, a return_index=t return_inverse=t return_counts=t, a axis=x
np.bincount: V, VW, V minlength=n, i
np.intersect1d np.union1d np.setdiff1d np.setxor1d np.isin: rr, VV
np.unravel_index: is
np.array_equal np.allclose np.array_equiv: ab, aa
np.isclose: ab
np.round np.around ndarray.round: ak, a
np.clip ndarray.clip: auu, abb, a min=u max=u
np.nan_to_num np.angle np.sinc np.i0 np.fix np.isneginf np.isposinf: a
np.interp: rVW
np.unwrap: f axis=x
np.dot ndarray.dot np.inner np.vdot np.outer np.kron: ab, vv, mm, mv, VW
np.tensordot: ab, abn, mmn
np.cross: vv, mm, aa, HH
np.convolve np.correlate: vv, vv mode=N, VW
np.percentile np.nanpercentile: rq axis=X keepdims=t, rq
np.quantile np.nanquantile: rQ axis=X keepdims=t, rQ
np.histogram np.histogram_bin_edges: rn, r, rV, r range=G, V weights=W
np.histogram2d: VWn
np.cov np.corrcoef: m rowvar=t, V, VW, m
np.hanning np.hamming np.blackman np.bartlett: n
np.kaiser: nu
np.polyfit: VWy
np.polyval: Vr
np.polyadd np.polysub: VV
np.packbits: r axis=x
np.unpackbits: r axis=x
np.issubdtype np.promote_types: dd
np.can_cast: dd
np.result_type: ab, au, abd, uu
np.common_type: r
linalg.inv linalg.det linalg.slogdet linalg.cholesky linalg.eigh linalg.eigvalsh linalg.eig linalg.eigvals linalg.matrix_rank linalg.cond linalg.svdvals linalg.pinv: M
linalg.qr: M mode=J, m mode=J
linalg.svd: M full_matrices=t compute_uv=t, m full_matrices=t
linalg.solve: Mb, Mm, MW
linalg.lstsq: Mm, mV
linalg.matrix_power: Mk, mk
linalg.multi_dot: L
linalg.norm: a, a axis=X keepdims=t, aj axis=X, aj
linalg.vector_norm: a axis=x
linalg.matrix_norm: m
linalg.outer linalg.vecdot linalg.matmul: vv, ab
linalg.trace linalg.diagonal linalg.matrix_transpose: m
linalg.cross: vv, HH
fft.fft fft.ifft fft.rfft fft.irfft fft.hfft fft.ihfft: a n=n axis=x norm=K, a
fft.fft2 fft.ifft2 fft.rfft2 fft.irfft2 fft.fftn fft.ifftn fft.rfftn fft.irfftn: a, m, a axes=X
fft.fftfreq fft.rfftfreq: n
fft.fftshift fft.ifftshift: a, aX
lib.stride_tricks.sliding_window_view: ay axis=x, ay, aX
"""

_DRAWN = """
random random_sample ranf sample: l, size=l
standard_normal standard_exponential standard_cauchy: size=l, l
exponential rayleigh poisson chisquare weibull power pareto standard_gamma standard_t: F size=l, Fl
uniform normal laplace logistic gumbel: FF size=l, size=l, FFl, F
lognormal: FF size=l, size=l
beta gamma f vonmises wald noncentral_chisquare: FF size=l, FFl
binomial negative_binomial: nA size=l
geometric logseries: A size=l
zipf: F size=l
triangular: uuu size=l
hypergeometric: yyy size=l
choice: n size=l, v size=l, nl
permutation: n, a
multinomial: n1 size=l
dirichlet: 1 size=l
bytes: n
"""
_LEGACY = """
rand randn: n, nn, nnn, s
randint: n size=l dtype=D, nn size=l, n, nl
random_integers: n size=l
seed: n
"""
_GENERATOR = """
integers: n size=l dtype=D, nn size=l endpoint=t, n, nl
random standard_normal: size=l dtype=D, l
permuted: a axis=x
"""


def _forms(text: str) -> list[tuple[str, dict[str, str]]]:
    forms = []
    for part in text.split(","):
        words = part.split()
        letters, keywords = ("", words) if "=" in words[0] else (words[0], words[1:])
        forms.append((letters, dict(keyword.split("=") for keyword in keywords)))
    return forms


TABLE: dict[str, list[tuple[str, dict[str, str]]]] = {}
for _line in _LINES.strip().splitlines():
    _names, _, _text = _line.partition(": ")
    for _name in _names.split():
        TABLE[_name if _name.startswith(("np.", "ndarray.")) else f"np.{_name}"] = _forms(_text)
for _name in (*LOOPS, "frexp", "ldexp"):
    if _name in GENERALIZED:
        TABLE[f"np.{_name}"] = _forms("mm, mv, vv, ab")
    elif UNARY.get(_name, 2) == 1:
        TABLE[f"np.{_name}"] = _forms("a, a dtype=D")
    else:
        TABLE[f"np.{_name}"] = _forms("ab, ab dtype=D, uu")
for _name in ("add", "multiply", "maximum", "minimum", "logical_and", "logical_or"):
    TABLE[f"np.{_name}.reduce"] = _forms("aX, a keepdims=t")
    TABLE[f"np.{_name}.outer"] = _forms("aa, vu")
for _name in ("add", "multiply", "maximum", "minimum"):
    TABLE[f"np.{_name}.accumulate"] = _forms("ax, a")
for (
    _kind
) in "bool int8 int16 int32 int64 uint8 uint16 uint32 uint64 float16 float32 float64 complex64 complex128".split():
    TABLE[f"np.{_kind}"] = _forms("u, r")
for _lines, _owners in (
    (_DRAWN, ("np.random", "RandomState", "Generator")),
    (_LEGACY, ("np.random", "RandomState")),
    (_GENERATOR, ("Generator",)),
):
    for _line in _lines.strip().splitlines():
        _names, _, _text = _line.partition(": ")
        for _name in _names.split():
            for _owner in _owners:
                if not (_owner == "Generator" and _name in NOT_GENERATORS) and not (
                    _owner == "RandomState" and _name in ("ranf", "sample")
                ):
                    TABLE[f"{_owner}.{_name}"] = _forms(_text)
