"""Examples of recurrent layers and of their single steps."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from .strategies import Draw, Example, Fault, Given, layer, other_rank, setting, with_input


def other_features(draw: Draw, example: Example) -> Example:
    x = example.inputs[0]
    return with_input(
        example, 0, replace(x, shape=(*x.shape[:-1], x.shape[-1] + draw(st.integers(1, 2)))), "other features"
    )


def other_state(draw: Draw, example: Example) -> Example:
    """A state of one size more, or of a state too much or too few."""
    if len(example.inputs) == 1:
        return other_features(draw, example)
    state = example.inputs[1]
    first = state[0] if isinstance(state, tuple) else state
    shape = list(first.shape)
    shape[draw(st.integers(0, len(shape) - 1))] += 1
    changed = replace(first, shape=tuple(shape))
    return with_input(
        example, 1, (changed, *state[1:]) if isinstance(state, tuple) else changed, "a state of another size"
    )


def state_of_another_rank(draw: Draw, example: Example) -> Example:
    if len(example.inputs) == 1:
        return other_features(draw, example)
    state = example.inputs[1]
    first = state[0] if isinstance(state, tuple) else state
    shapes = [first.shape[1:], (1, *first.shape)]
    if "Cell" in example.layer and len(first.shape) == 1:
        shapes = [(), (1, 1, *first.shape)]  # of rows of states GRUCell and LSTMCell of PyTorch 2.13 crash
    changed = replace(first, shape=draw(st.sampled_from(shapes)))
    return with_input(
        example, 1, (changed,) * len(state) if isinstance(state, tuple) else changed, "a state of another rank"
    )


def another_type(draw: Draw, example: Example) -> Example:
    return with_input(
        example,
        0,
        replace(example.inputs[0], dtype=draw(st.sampled_from(["int64", "float64", "float32"]))),
        "an input of another type",
    )


FAULTS: tuple[Fault, ...] = (other_features, other_state, state_of_another_rank, another_type)


def sequence_settings(draw: Draw, name: str) -> dict[str, Any]:
    arguments: dict[str, Any] = {
        "input_size": draw(st.integers(1, 4)),
        "hidden_size": draw(st.integers(1, 4)),
        "num_layers": draw(st.integers(1, 2)),
        "bias": draw(st.booleans()),
        "batch_first": draw(st.booleans()),
        "bidirectional": draw(st.booleans()),
    }
    if arguments["num_layers"] == 2:
        arguments["dropout"] = draw(st.sampled_from([0.0, 0.5]))
    if name == "RNN":
        arguments["nonlinearity"] = draw(st.sampled_from(["tanh", "relu"]))
    if name == "LSTM" and arguments["hidden_size"] > 1 and draw(st.booleans()):
        arguments["proj_size"] = arguments["hidden_size"] - 1
    return arguments


def _register_sequence(name: str) -> None:
    def valid(draw: Draw) -> Example:
        arguments = sequence_settings(draw, name)
        dtype = draw(st.sampled_from(["float32", "float64"]))
        length, batch = draw(st.integers(1, 3)), draw(st.sampled_from([None, 1, 2]))
        lead: tuple[int, ...] = (length,)
        if batch is not None:
            lead = (batch, length) if arguments["batch_first"] else (length, batch)
        inputs: list[Any] = [Given((*lead, arguments["input_size"]), dtype)]
        if draw(st.booleans()):
            layers = arguments["num_layers"] * (2 if arguments["bidirectional"] else 1)
            middle = () if batch is None else (batch,)
            hidden = Given((layers, *middle, arguments.get("proj_size") or arguments["hidden_size"]), dtype)
            cell = Given((layers, *middle, arguments["hidden_size"]), dtype)
            inputs.append((hidden, cell) if name == "LSTM" else hidden)
        return Example(name, {**arguments, "dtype": dtype}, tuple(inputs), training=draw(st.booleans()))

    settings: dict[str, tuple[Any, ...]] = {
        "input_size": (0, -1, 1.5), "hidden_size": (0, 2.0), "num_layers": (0, -1), "dropout": (1.5, -0.1, "x"), "bias": (1,), "batch_first": (0, None),
    }  # fmt: skip
    if name == "RNN":
        settings["nonlinearity"] = ("sigmoid",)
    settings["proj_size"] = (-1, 9) if name == "LSTM" else (1,)
    layer(name, (*FAULTS, other_rank(0), setting(**settings)))(valid)


def step_of_another_rank(draw: Draw, example: Example) -> Example:
    """Not one vector beside a batch of states: of that GRUCell and LSTMCell of PyTorch 2.13 crash."""
    x = example.inputs[0]
    return with_input(
        example,
        0,
        replace(x, shape=draw(st.sampled_from([(), (1, *(1,) * (2 - len(x.shape)), *x.shape)]))),
        "an input of another rank",
    )


def _register_cell(name: str) -> None:
    def valid(draw: Draw) -> Example:
        dtype = draw(st.sampled_from(["float32", "float64"]))
        arguments: dict[str, Any] = {
            "input_size": draw(st.integers(1, 4)),
            "hidden_size": draw(st.integers(1, 4)),
            "bias": draw(st.booleans()),
        }
        if name == "RNNCell":
            arguments["nonlinearity"] = draw(st.sampled_from(["tanh", "relu"]))
        lead = draw(st.sampled_from([(), (1,), (3,)]))
        inputs: list[Any] = [Given((*lead, arguments["input_size"]), dtype)]
        if draw(st.booleans()):
            state = Given((*lead, arguments["hidden_size"]), dtype)
            inputs.append((state, state) if name == "LSTMCell" else state)
        return Example(name, {**arguments, "dtype": dtype}, tuple(inputs))

    settings: dict[str, tuple[Any, ...]] = {"input_size": (-1, 1.5), "hidden_size": (-1, 2.0)}
    if name == "RNNCell":
        settings["nonlinearity"] = ("sigmoid",)
    layer(name, (*FAULTS, step_of_another_rank, setting(**settings)))(valid)


for _name in ("RNN", "LSTM", "GRU"):
    _register_sequence(_name)
    _register_cell(f"{_name}Cell")
