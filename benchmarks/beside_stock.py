"""Speed and memory of Parley beside a stock LangChain script, whole processes, in turn, in the same run.

    python benchmarks/beside_stock.py STOCK_SCRIPT [--runs 5] [--texts DIR]

STOCK_SCRIPT is a script with `ingest STORE DIR` and `ask STORE QUESTION` (RecursiveCharacterTextSplitter 1000/200,
HuggingFaceEmbeddings all-MiniLM-L6-v2, Chroma, k = 4). It needs: langchain-chroma langchain-huggingface
langchain-text-splitters. Prints the medians and the ratios.

Passages a second are each side's own count over its own clock: the script's runs while passages are embedded and added,
Parley's also while files are read, repaired and split, words indexed and the manifest written. Seconds and processor
seconds are of whole processes, imports and the loading of the model included, as a person waits for them.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from retrieval.shipped import corpus_folder

QUESTION = "Why does Russia refuse a ceasefire?"


class Run(NamedTuple):
    """One process: seconds it took, processor seconds, peak MB, and what it printed on stdout and stderr."""

    seconds: float
    processor: float
    megabytes: float
    printed: str


def timed(command: list[str], env: dict[str, str]) -> Run:
    started = time.perf_counter()
    with tempfile.TemporaryFile("w+") as out:
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT, env=env)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - started
        out.seek(0)
        text = out.read()
    if os.waitstatus_to_exitcode(status) not in (0, 3):
        sys.exit(f"{' '.join(command)} failed:\n{text}")
    return Run(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, text)


def compare(name: str, ours: list[float], theirs: list[float]) -> None:
    ratio = statistics.median(a / b for a, b in zip(ours, theirs, strict=True))
    print(f"{name}: parley {statistics.median(ours):.2f}, stock {statistics.median(theirs):.2f}, ratio {ratio:.3f}")


def ingest(parley: list[str], stock: list[str], texts: Path, scratch: str, env: dict[str, str], runs: int) -> None:
    """Both from nothing, in turn; the last of each is what is asked afterwards."""
    rates: dict[str, list[float]] = {"parley": [], "stock": []}
    whole: dict[str, list[Run]] = {"parley": [], "stock": []}
    for _ in range(runs):
        for folder in ("stock", "index"):
            shutil.rmtree(f"{scratch}/{folder}", ignore_errors=True)
        theirs = timed([*stock, "ingest", f"{scratch}/stock", str(texts)], env)
        ours = timed([*parley, "ingest", str(texts), "--index", f"{scratch}/index", "--json"], env)
        report = json.loads(ours.printed.strip().splitlines()[-1])
        rates["stock"].append(float(re.search(r"([\d.]+) chunks/s", theirs.printed).group(1)))  # type: ignore[union-attr]
        rates["parley"].append(report["passages_per_second"])
        whole["stock"].append(theirs)
        whole["parley"].append(ours)
    print(f"{report['passages']} passages; failed: {len(report['failed'])}")
    compare("ingest, passages a second", rates["parley"], rates["stock"])
    for field in ("seconds", "processor", "megabytes"):
        compare(f"ingest, {field}", *([getattr(run, field) for run in whole[who]] for who in ("parley", "stock")))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("stock", type=Path)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--ingests", type=int, default=3)
    parser.add_argument("--texts", type=Path, default=corpus_folder() / "documents")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        env = os.environ | {"PARLEY_HOME": scratch, "HF_HUB_OFFLINE": "1"}
        parley, stock = [sys.executable, "-m", "retrieval"], [sys.executable, str(arguments.stock)]
        subprocess.run([*parley, "doctor"], env=env, capture_output=True, check=False)  # exports the model, once
        ingest(parley, stock, arguments.texts, scratch, env, arguments.ingests)
        rows: dict[str, list[Run]] = {"parley": [], "stock": []}
        for _ in range(arguments.runs + 1):  # in turn; the first of each warms the disk cache and is not counted
            rows["parley"].append(timed([*parley, "ask", QUESTION, "--index", f"{scratch}/index"], env))
            rows["stock"].append(timed([*stock, "ask", f"{scratch}/stock", QUESTION], env))
        for field in ("seconds", "processor", "megabytes"):
            compare(f"cold ask, {field}", *([getattr(run, field) for run in rows[who][1:]] for who in rows))


if __name__ == "__main__":
    main()
