"""Speed and memory of Parley beside a stock LangChain script, whole processes, in turn, in the same run.

    python benchmarks/beside_stock.py STOCK_SCRIPT [--runs 5] [--texts DIR]

STOCK_SCRIPT is a script with `ingest STORE DIR` and `ask STORE QUESTION` (RecursiveCharacterTextSplitter 1000/200,
HuggingFaceEmbeddings all-MiniLM-L6-v2, Chroma, k = 4). It needs: langchain-chroma langchain-huggingface
langchain-text-splitters. Prints the medians and the ratios.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from retrieval.shipped import corpus_folder

QUESTION = "Why does Russia refuse a ceasefire?"


def timed(command: list[str], env: dict[str, str]) -> tuple[float, float, str]:
    """Seconds, peak MB of the process (its largest), and what it printed on stdout and stderr."""
    started = time.perf_counter()
    with tempfile.TemporaryFile("w+") as out:
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT, env=env)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - started
        out.seek(0)
        text = out.read()
    if os.waitstatus_to_exitcode(status) not in (0, 3):
        sys.exit(f"{' '.join(command)} failed:\n{text}")
    return seconds, usage.ru_maxrss / 1024, text


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("stock", type=Path)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--texts", type=Path, default=corpus_folder() / "documents")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        env = os.environ | {"PARLEY_HOME": scratch, "HF_HUB_OFFLINE": "1"}
        parley = [sys.executable, "-m", "retrieval"]
        index, store = f"{scratch}/index-of-texts", f"{scratch}/stock"
        subprocess.run([*parley, "doctor"], env=env, capture_output=True, check=False)  # exports the model, once
        _, _, told = timed([sys.executable, str(arguments.stock), "ingest", store, str(arguments.texts)], env)
        stock_rate = float(re.search(r"([\d.]+) chunks/s", told).group(1))  # type: ignore[union-attr]
        _, _, told = timed([*parley, "ingest", str(arguments.texts), "--index", index, "--json"], env)
        report = json.loads(told.strip().splitlines()[-1])
        ours_rate = report["passages_per_second"]
        print(f"ingest, passages/s: parley {ours_rate:.1f}, stock {stock_rate:.1f}, ratio {ours_rate / stock_rate:.2f}")
        print(f"  (parley: {report['passages']} passages; failed: {len(report['failed'])})")
        rows: dict[str, list[tuple[float, float]]] = {"parley": [], "stock": []}
        for _ in range(arguments.runs + 1):  # in turn; the first of each warms the disk cache and is not counted
            rows["parley"].append(timed([*parley, "ask", QUESTION, "--index", index], env)[:2])
            rows["stock"].append(timed([sys.executable, str(arguments.stock), "ask", store, QUESTION], env)[:2])
        for name, column in (("cold ask, seconds", 0), ("cold ask, peak MB", 1)):
            ours, theirs = ([row[column] for row in rows[who][1:]] for who in ("parley", "stock"))
            ratio = statistics.median(a / b for a, b in zip(ours, theirs, strict=True))
            medians = f"parley {statistics.median(ours):.2f}, stock {statistics.median(theirs):.2f}"
            print(f"{name}: {medians}, ratio {ratio:.3f}")


if __name__ == "__main__":
    main()
