"""The samplers that draw from given indices, by weight, or a process' share. Source: torch/utils/data/sampler.py, distributed.py."""

from __future__ import annotations

from convcalc.tensor import ShapeValueError, Unknown, UnknownValue

from .data_sets import length
from .samplers import Sampler, all_of, draws, number

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any


class SubsetRandomSampler(Sampler):
    """The indices given, shuffled."""

    def __init__(self, indices: Any, generator: Any = None) -> None:
        self.indices = indices
        self.generator = generator

    def __iter__(self) -> Iterator[Any]:
        return draws(number(length(self.indices)))

    own_order = __iter__

    def drawn(self) -> Any:
        return self.indices, True

    def __len__(self) -> int:
        return number(length(self.indices))  # type: ignore[no-any-return]


class WeightedRandomSampler(Sampler):
    """`num_samples` indices drawn by weight."""

    def __init__(self, weights: Any, num_samples: Any, replacement: Any = True, generator: Any = None) -> None:
        if type(num_samples) is not Unknown and (
            not isinstance(num_samples, int) or isinstance(num_samples, bool) or num_samples <= 0
        ):
            raise ShapeValueError(f"num_samples should be a positive integer value, but got num_samples={num_samples}")
        if not isinstance(replacement, bool) and type(replacement) is not Unknown:
            raise ShapeValueError(f"replacement should be a boolean value, but got replacement={replacement}")
        self.weights = _weights(weights)
        self.num_samples = num_samples
        self.replacement = replacement
        self.generator = generator

    def __iter__(self) -> Iterator[Any]:
        self.check_draw()
        return draws(number(self.num_samples))

    own_order = __iter__

    def drawn(self) -> Any:
        from convcalc.tensor.values import known

        self.check_draw()
        if type(self.weights) is Unknown:
            return self.weights, False
        weights = known(self.weights)
        count = self.weights.shape[0]
        return (range(count) if weights is None else [i for i, weight in enumerate(weights) if weight > 0]), False

    def check_draw(self) -> None:
        """Refuses what `torch.multinomial` refuses."""
        if type(self.weights) is not Unknown and type(self.num_samples) is int and type(self.replacement) is bool:
            from convcalc.ops.random_numbers import multinomial

            multinomial.__wrapped__(self.weights, self.num_samples, self.replacement)  # type: ignore[attr-defined]

    def __len__(self) -> int:
        return number(self.num_samples)  # type: ignore[no-any-return]


def _weights(weights: Any) -> Any:
    """One weight an index, as a tensor of float64."""
    from convcalc.ops.creation import as_tensor

    if type(weights) is Unknown:
        return weights
    try:
        tensor = as_tensor.__wrapped__(weights, dtype="float64")  # type: ignore[attr-defined]
    except UnknownValue as unknown:
        return Unknown(unknown.reason)
    if len(tensor.shape) != 1:
        raise ShapeValueError(
            f"weights should be a 1d sequence but given weights have shape {tuple(tensor.shape)}", actual=tuple(tensor.shape)
        )  # fmt: skip
    return tensor


class DistributedSampler(Sampler):
    """One process' share of the indices."""

    def __init__(
        self,
        dataset: Any,
        num_replicas: Any = None,
        rank: Any = None,
        shuffle: Any = True,
        seed: Any = 0,
        drop_last: Any = False,
    ) -> None:
        if num_replicas is None or rank is None:
            num_replicas, rank = _world(num_replicas, rank)
        if type(num_replicas) is int and type(rank) is int and (rank >= num_replicas or rank < 0):
            raise ShapeValueError(f"Invalid rank {rank}, rank should be in the interval [0, {num_replicas - 1}]")
        self.dataset = dataset
        self.num_replicas = num_replicas
        self.rank = rank
        self.epoch = 0
        self.drop_last = drop_last
        self.shuffle = shuffle
        self.seed = seed
        size = length(dataset)
        if type(size) is Unknown or type(num_replicas) is Unknown:
            self.num_samples: Any = Unknown("a process' share of the items")
        elif drop_last is True and size % num_replicas != 0:
            self.num_samples = -(-(size - num_replicas) // num_replicas)
        else:
            self.num_samples = -(-size // num_replicas)
        self.total_size: Any = self.num_samples * num_replicas

    def places(self) -> Any:
        """The positions of this process' share in the order of all, where these are in order; None where they are shuffled or not known."""
        total, replicas, rank = self.total_size, self.num_replicas, self.rank
        size = length(self.dataset)
        if self.shuffle is not False or Unknown in (type(total), type(replicas), type(rank), type(size)):
            return None
        return [i % size for i in range(rank, total, replicas)] if size else []

    def __iter__(self) -> Iterator[Any]:
        places = self.places()
        return draws(number(self.num_samples)) if places is None else iter(places)

    own_order = __iter__

    def drawn(self) -> Any:
        return (all_of(self.dataset), False) if self.places() is None else None

    def __len__(self) -> int:
        return number(self.num_samples)  # type: ignore[no-any-return]

    def set_epoch(self, epoch: Any) -> None:
        self.epoch = epoch


def _world(num_replicas: Any, rank: Any) -> tuple[Any, Any]:
    """How many processes there are, and which this one is: where nothing says it, one (see `distributed`)."""
    from .distributed import DISTRIBUTED

    return (
        DISTRIBUTED["get_world_size"]() if num_replicas is None else num_replicas,
        DISTRIBUTED["get_rank"]() if rank is None else rank,
    )


RANDOM_SAMPLERS: dict[str, Any] = {
    "SubsetRandomSampler": SubsetRandomSampler, "WeightedRandomSampler": WeightedRandomSampler, "DistributedSampler": DistributedSampler,
}  # fmt: skip

STANDS_FOR = dict.fromkeys(
    "torch.utils.data torch.utils.data.dataloader torch.utils.data.dataset torch.utils.data.sampler torch.utils.data.distributed".split(),
    RANDOM_SAMPLERS,
)
