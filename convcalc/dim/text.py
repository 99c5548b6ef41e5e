"""Expressions as text: valid Python, and as people write sizes: `(H - 4)//4`, `64*((H - 4)//4)*((W - 4)//4)`."""

from __future__ import annotations

from math import gcd

from .polynomial import ONE, Excess, Poly, Quotient, Symbol, of_atom

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .polynomial import Atom, Monomial


def written(poly: Poly) -> str:
    """An expression as Python text: a sum, or a product of factors where that is shorter."""
    plain = _sum(poly)
    if len(poly.terms) < 2:
        return plain
    content, factors = factored(poly)
    if len(factors) == 1 and (content in (1, -1) or len(factors[0].terms) == 1):
        return plain
    product = _product_text(content, factors)
    return product if len(product) < len(plain) else plain


# Products


def factored(poly: Poly) -> tuple[int, list[Poly]]:
    """A number and factors whose product the polynomial is: as far apart as common atoms, separate symbols and roots tell."""
    content = 0
    for k in poly.terms.values():
        content = gcd(content, k)
    if all(k < 0 for k in poly.terms.values()):
        content = -content
    poly = poly.over(content)
    factors = []
    common = list(next(iter(poly.terms)))
    for monomial in poly.terms:
        left = list(monomial)
        common = [atom for atom in common if atom in left and left.remove(atom) is None]  # type: ignore[func-returns-value]
    for atom in common:
        factors.append(of_atom(atom))
        poly = Poly({_without(monomial, atom): k for monomial, k in poly.terms.items()})
    for part in _separated(poly):
        factors += _by_roots(part)
    sign = 1
    positive = []
    for factor in factors:
        if factor == ONE:
            continue
        if _leading(factor) < 0:
            factor, sign = -factor, -sign
        positive.append(factor)
    return content * sign, positive


def _leading(poly: Poly) -> int:
    return poly.terms[max(poly.terms, key=lambda m: (len(m), [-hash(a) for a in m]))]


def _without(monomial: Monomial, atom: Atom) -> Monomial:
    at = monomial.index(atom)
    return monomial[:at] + monomial[at + 1 :]


def _separated(poly: Poly) -> list[Poly]:
    """Factors over different symbols: `a*b` where a mentions only some of them and b only others."""
    for symbol in sorted(poly.symbols, key=lambda s: s.name):
        group = {symbol}
        atoms = poly.atoms()
        grown = True
        while grown:
            grown = False
            for atom in atoms:
                mentioned = {atom} if type(atom) is Symbol else set(of_atom(atom).symbols)
                if mentioned & group and not mentioned <= group:
                    group |= mentioned
                    grown = True
        if group == poly.symbols:
            continue
        parts = _split(
            poly, {a for a in atoms if (a if type(a) is Symbol else next(iter(of_atom(a).symbols))) in group}
        )
        if parts is not None:
            return [*_separated(parts[0]), *_separated(parts[1])]
    return [poly]


def _split(poly: Poly, own: set[Any]) -> tuple[Poly, Poly] | None:
    """`poly = a*b` with a over the atoms of `own` and b over the others: its table of coefficients has rank 1."""
    rows: dict[Monomial, dict[Monomial, int]] = {}
    for monomial, k in poly.terms.items():
        mine = tuple(a for a in monomial if a in own)
        rows.setdefault(mine, {})[tuple(a for a in monomial if a not in own)] = k
    if len(rows) < 2 or len({frozenset(row) for row in rows.values()}) > 1:
        return None
    first = next(iter(rows.values()))
    if len(first) < 2:
        return None
    common = 0
    for k in first.values():
        common = gcd(common, k)
    base = {monomial: k // common for monomial, k in first.items()}
    key, k0 = next(iter(base.items()))
    factors: dict[Monomial, int] = {}
    for mine, row in rows.items():
        times, rest = divmod(row[key], k0)
        if rest or any(row[monomial] != k * times for monomial, k in base.items()):
            return None
        factors[mine] = times
    return Poly(factors), Poly(base)


def _by_roots(poly: Poly) -> list[Poly]:
    """The linear factors of a polynomial in one atom that has integer roots."""
    atoms = poly.atoms()
    degree = max(len(m) for m in poly.terms)
    if len(atoms) != 1 or degree < 2:
        return [poly]
    (atom,) = atoms
    coefficients = [poly.terms.get((atom,) * power, 0) for power in range(degree + 1)]
    factors = []
    for root in range(-64, 65):
        while len(coefficients) > 2:
            quotient, value = [], 0
            for k in reversed(coefficients):
                value = value * root + k
                quotient.append(value)
            if value:
                break
            coefficients = quotient[-2::-1]
            factors.append(of_atom(atom).shifted(-root))
    rest = Poly({(atom,) * power: k for power, k in enumerate(coefficients) if k})
    return [*factors, rest]


def _product_text(content: int, factors: list[Poly]) -> str:
    texts: dict[str, int] = {}
    for factor in factors:
        text = _sum(factor)
        texts[text] = texts.get(text, 0) + 1
    ordered = sorted(texts, key=_factor_order)
    parts = [_tight(text) + (f"**{texts[text]}" if texts[text] > 1 else "") for text in ordered]
    if content == -1:
        return "-" + "*".join(parts)
    return "*".join(parts if content == 1 else [str(content), *parts])


def _factor_order(text: str) -> tuple[bool, bool, str]:
    """Symbols first, the batch before all."""
    return not text.isidentifier(), text != "N", text


def _tight(text: str) -> str:
    """In parentheses unless it is a name, a number or a call."""
    return text if text.isidentifier() or text.isdigit() or _is_call(text) else f"({text})"


def _is_call(text: str) -> bool:
    if not text.startswith(("min(", "max(")):
        return False
    depth = 0
    for i, letter in enumerate(text):
        depth += (letter == "(") - (letter == ")")
        if letter == ")" and not depth:
            return i == len(text) - 1
    return False


# Sums


def _sum(poly: Poly) -> str:
    if poly.is_constant:
        return str(poly.constant)
    extremes = [m[0] for m in poly.terms if len(m) == 1 and type(m[0]) is Excess]
    if len(extremes) == 1 and len(poly.terms) > 1:
        text = _extreme(poly, extremes[0])
        if text is not None:
            return text
    quotients = [
        (monomial[0], k)
        for monomial, k in poly.terms.items()
        if len(monomial) == 1 and type(monomial[0]) is Quotient and type(monomial[0].denominator) is int
    ]
    if len(quotients) == 1:
        text = _folded(poly, *quotients[0])
        if text is not None:
            return text
    return _terms(poly)


def _extreme(poly: Poly, excess: Excess) -> str | None:
    """`p + max(0, a - p)` as `max(a, p)`, and `p - max(0, p - a)` as `min(a, p)`, where that is not longer."""
    k = poly.terms[(excess,)]
    if k not in (1, -1):
        return None
    rest = poly.plus(of_atom(excess), -k)
    parts = sorted((written(rest), written(rest.plus(excess.part, k))))
    text = f"{'max' if k > 0 else 'min'}({', '.join(parts)})"
    return text if len(text) <= len(_terms(poly)) else None


def _folded(poly: Poly, quotient: Quotient, k: int) -> str | None:
    """The sum of one quotient and other terms, with these inside of it or as its remainder; None where they do not go in."""
    denominator: Any = quotient.denominator
    rest = poly.plus(of_atom(quotient), -k)
    if not k % denominator:
        times = -(k // denominator)
        left = rest.plus(quotient.numerator, -times)
        if left.is_constant:
            remainder = (times, f"{_tight(_sum(quotient.numerator))} % {denominator}")
            return _terms_text([remainder, *_constant_term(left)] if times > 0 else [*_constant_term(left), remainder])
    m = rest.constant
    if m % k == 0:
        folded = _quotient(quotient.numerator.shifted(m // k * denominator), denominator)
        others = rest.shifted(-m)
        if others.is_constant:
            return _terms_text([(k, folded)])
        if all(j % k == 0 for j in others.terms.values()):
            inside = _terms_text([(k, _quotient(quotient.numerator.plus(rest.over(k), denominator), denominator))])
            outside = _terms(others, [(k, folded)])
            return inside if len(inside) <= len(outside) else outside
        return _terms(others, [(k, folded)])
    return None


def _constant_term(poly: Poly) -> list[tuple[int, str]]:
    return [(poly.constant, "")] if poly.constant else []


def _quotient(numerator: Poly, denominator: int | Poly) -> str:
    top = written(numerator)
    if len(numerator.terms) != 1 or "//" in top or top.startswith("-"):
        top = _tight(top)
    bottom = str(denominator) if type(denominator) is int else _tight(written(denominator))  # type: ignore[arg-type]
    return f"{top}//{bottom}"


def _terms(poly: Poly, first: list[tuple[int, str]] | None = None) -> str:
    """The terms one after the other, of high degree before low."""
    found = [(len(monomial), k, _monomial(monomial)) for monomial, k in poly.terms.items()]
    found += [(1, k, text) for k, text in first or ()]
    found.sort(key=lambda term: (-term[0], _factor_order(term[2])))
    ordered = [(k, text) for _, k, text in found]
    lead = next((i for i, (k, _) in enumerate(ordered) if k > 0), 0)
    return _terms_text([ordered[lead], *ordered[:lead], *ordered[lead + 1 :]])


def _terms_text(terms: list[tuple[int, str]]) -> str:
    text = ""
    for k, name in terms:
        size = abs(k)
        if not name:
            shown = str(size)
        elif size == 1:
            shown = name if "%" not in name or (len(terms) == 1 and k > 0) else f"({name})"
            if k < 0 and "//" in name and not text:
                shown = f"({name})"
        else:
            shown = f"{size}*{name if _is_product(name) else f'({name})'}"
        sign = ("-" if k < 0 else "") if not text else (" - " if k < 0 else " + ")
        text += sign + shown
    return text


def _is_product(text: str) -> bool:
    """Whether a number may be multiplied from the left as it stands."""
    depth = 0
    for i, letter in enumerate(text):
        depth += (letter == "(") - (letter == ")")
        if not depth and (letter in "%+-" or (letter == "/" and text[i - 1] == "/")):
            return False
    return True


def _monomial(monomial: Monomial) -> str:
    counts: dict[str, int] = {}
    for atom in monomial:
        text = _atom(atom)
        counts[text] = counts.get(text, 0) + 1
    if len(counts) == 1:
        ((text, power),) = counts.items()
        return text if power == 1 else f"{_tight(text)}**{power}"
    return "*".join(
        _tight(text) + (f"**{counts[text]}" if counts[text] > 1 else "") for text in sorted(counts, key=_factor_order)
    )


def _atom(atom: Any) -> str:
    if type(atom) is Symbol:
        return atom.name
    if type(atom) is Quotient:
        return _quotient(atom.numerator, atom.denominator)
    return f"max(0, {written(atom.part)})"
