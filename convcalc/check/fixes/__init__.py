"""Edits of a user's file that may fix a refusal: thought up here from what is known of it, tried by `analysis.fix_search`.

Each family is a generator of candidates, the likeliest first. None has to be right: only those that are seen to help are reported.
Which families a rule has, its own file says (`rules/`); what several rules share is below.
"""

from __future__ import annotations

from convcalc.check.rules import RULES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from .case import Candidate, Case


def candidates(case: Case) -> Iterator[Candidate]:
    """Yield the changes that are worth a try for a refusal, each once."""
    rule = RULES.get(case.found.rule)
    if rule is None or rule.fixes is None:
        return
    seen = set()
    for candidate in rule.fixes(case):
        key = candidate.edit.key()
        if key not in seen and case.text.text[candidate.edit.start : candidate.edit.end] != candidate.edit.new:
            seen.add(key)
            yield candidate


def of_layer_size(case: Case) -> Iterator[Candidate]:
    """Yield the changes where a layer was built for another size than it gets."""
    from . import layers, layout, meant, reductions, samples, swaps, tensors, widths, windows

    yield from swaps.misplaced(case)
    yield from tensors.flattened_batch(case)
    yield from swaps.names_of_view(case)
    yield from reductions.flattened_from(case)
    yield from reductions.of_images(case)
    yield from layout.joined_otherwise(case)
    yield from layout.transposed(case)
    yield from samples.without_channel(case)
    yield from widths.handed_on(case)
    yield from widths.with_parameter(case)
    yield from widths.of_factors(case)
    if widths.is_of_many(case):
        yield from widths.of_blocks(case)
    yield from layers.sizes(case)
    yield from widths.of_blocks(case)
    yield from meant.columns(case)
    yield from windows.other_input(case)
    yield from layers.other_rank(case)
    yield from windows.smaller(case)
    yield from swaps.names(case)
    yield from swaps.arguments(case, alike=True)
    yield from of_data(case)
    yield from layers.another(case)


def of_data(case: Case) -> Iterator[Candidate]:
    """Yield the changes of what the file feeds the model."""
    from . import inputs

    yield from inputs.like_another(case)
    yield from inputs.first_size(case)
    yield from inputs.missing_batch(case)
    yield from inputs.channels_first(case)
