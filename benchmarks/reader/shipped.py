"""The weights of the reader that ships, to go on from: `python shipped.py --minilm FOLDER --out weights.pt`.

Knows how int8 ONNX holds a matrix. What was frozen comes from MiniLM as published; the rest is as exact as int8 is.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np
import onnx
import torch
from model import ReaderNet, from_minilm
from onnx import numpy_helper

MODEL = Path(__file__).parents[2] / "retrieval/data/reader/reader.int8.onnx"


def shipped(minilm: Path, model: Path = MODEL) -> ReaderNet:
    """The network with the shipped weights."""
    graph = onnx.load(str(model)).graph
    held = {one.name: numpy_helper.to_array(one) for one in graph.initializer}
    net = from_minilm(minilm)
    state = net.state_dict()
    for name in state:
        module, _, part = name.rpartition(".")
        for where in (f"net.{name}", f"net.{module}.linear.{part}"):  # the second: levelled, see level.py
            if where in held:
                state[name] = torch.from_numpy(np.array(held[where]))
    for node in graph.node:
        if node.op_type == "MatMulInteger" and node.input[1].endswith("_quantized"):
            base = node.input[1].removesuffix("_quantized")
            zero = held.get(f"{base}_zero_point", np.zeros(1, np.int8)).astype(np.float32)
            matrix = (held[f"{base}_quantized"].astype(np.float32) - zero) * held[f"{base}_scale"]
            place = _place(node.name)
            state[place] = torch.from_numpy(np.ascontiguousarray(matrix.T * _levelled(place, held)))
    for name in ("side", "match"):
        base = f"net.{name}.weight"
        matrix = held[f"{base}_quantized"].astype(np.float32) - held[f"{base}_zero_point"].astype(np.float32)
        state[f"{name}.weight"] = torch.from_numpy(matrix * held[f"{base}_scale"])
    net.load_state_dict(state)
    return net


def _levelled(place: str, held: dict[str, np.ndarray]) -> np.ndarray:
    """What a matrix's input channels are multiplied by; ONNX keeps equal ones once, under the query's name."""
    layer, _, name = place.removesuffix(".weight").rpartition(".")
    return held.get(f"net.{layer}.{name}.scale", held.get(f"net.{layer}.query.scale", np.ones(1, np.float32)))


def _place(node: str) -> str:
    """`/net/layers.3/query/MatMul_quant` -> `layers.3.query.weight`; a list's members bear its name already."""
    parts = [part for part in node.strip("/").split("/")[1:-1] if part != "linear"]
    return ".".join([*(parts[1:] if len(parts) > 1 and parts[1].startswith(f"{parts[0]}.") else parts), "weight"])


def main() -> int:
    """Reads the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    for option in ("minilm", "out"):
        parser.add_argument(f"--{option}", required=True, type=Path)
    arguments = parser.parse_args()
    torch.save(shipped(arguments.minilm).state_dict(), arguments.out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
