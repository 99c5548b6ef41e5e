"""`torch.utils._pytree`: nested tuples, lists and dicts as trees, whose leaves are everything else."""

from __future__ import annotations

from _collections import OrderedDict

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any


class TreeSpec:
    """The form of a tree: its kind of node, what names the children, and their forms."""

    def __init__(self, type: Any, context: Any, children: list[TreeSpec]) -> None:
        self.type = type
        self.context = context
        self.children_specs = children
        self.num_children = len(children)
        self.num_leaves: int = sum(child.num_leaves for child in children) if type is not None else 1

    def is_leaf(self) -> bool:
        return self.type is None

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, TreeSpec)
            and (self.type, self.context) == (other.type, other.context)
            and self.children_specs == other.children_specs
        )

    __hash__ = object.__hash__


def _children(tree: Any) -> tuple[Any, list[Any]] | None:
    """The context and the children of a node; None for a leaf."""
    if type(tree) in (dict, OrderedDict):
        return list(tree), list(tree.values())
    if type(tree) in (list, tuple) or (isinstance(tree, tuple) and hasattr(tree, "_fields")):
        return None, list(tree)
    return None


def tree_flatten(tree: Any, is_leaf: Any = None) -> tuple[list[Any], TreeSpec]:
    leaves: list[Any] = []
    return leaves, _flatten(tree, leaves, is_leaf)


def _flatten(tree: Any, leaves: list[Any], is_leaf: Any) -> TreeSpec:
    found = None if is_leaf is not None and is_leaf(tree) else _children(tree)
    if found is None:
        leaves.append(tree)
        return TreeSpec(None, None, [])
    return TreeSpec(type(tree), found[0], [_flatten(child, leaves, is_leaf) for child in found[1]])


def tree_unflatten(leaves: Any, treespec: TreeSpec) -> Any:
    leaves = list(leaves)
    if len(leaves) != treespec.num_leaves:
        raise ValueError(
            f"tree_unflatten(leaves, treespec): `leaves` has length {len(leaves)} but the spec refers to a pytree that "
            f"holds {treespec.num_leaves} items"
        )
    return _unflatten(iter(leaves), treespec)


def _unflatten(leaves: Iterator[Any], spec: TreeSpec) -> Any:
    if spec.type is None:
        return next(leaves)
    children = [_unflatten(leaves, child) for child in spec.children_specs]
    if spec.context is not None:
        return spec.type(zip(spec.context, children))
    return spec.type(*children) if hasattr(spec.type, "_fields") else spec.type(children)


def tree_map(func: Callable[..., Any], tree: Any, *rests: Any, is_leaf: Any = None) -> Any:
    leaves, spec = tree_flatten(tree, is_leaf)
    columns = [leaves, *(tree_flatten(rest, is_leaf)[0] for rest in rests)]
    return tree_unflatten(map(func, *columns), spec)


def tree_map_only(kinds: Any, func: Callable[..., Any], tree: Any, is_leaf: Any = None) -> Any:
    return tree_map(lambda leaf: func(leaf) if isinstance(leaf, kinds) else leaf, tree, is_leaf=is_leaf)


def tree_leaves(tree: Any, is_leaf: Any = None) -> list[Any]:
    return tree_flatten(tree, is_leaf)[0]


def tree_structure(tree: Any, is_leaf: Any = None) -> TreeSpec:
    return tree_flatten(tree, is_leaf)[1]


def tree_all(predicate: Callable[[Any], bool], tree: Any) -> bool:
    return all(map(predicate, tree_leaves(tree)))


def tree_any(predicate: Callable[[Any], bool], tree: Any) -> bool:
    return any(map(predicate, tree_leaves(tree)))


TREES: dict[str, Any] = {
    "TreeSpec": TreeSpec, "tree_flatten": tree_flatten, "tree_unflatten": tree_unflatten, "tree_map": tree_map, "tree_map_only": tree_map_only,
    "tree_leaves": tree_leaves, "tree_structure": tree_structure, "tree_all": tree_all, "tree_any": tree_any, "tree_iter": lambda tree: iter(tree_leaves(tree)),
}  # fmt: skip

STANDS_FOR = {"torch.utils._pytree": TREES}
