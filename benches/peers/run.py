#!/usr/bin/env python3
"""Trains the same networks with netviz and its peers in turn, and prints a table of medians and ratios.

run.py NETVIZ [ROUNDS]; the Python programs run with the interpreter that runs this script.
"""
import os
import platform
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
SECONDS = re.compile(r'(?:^seconds |"seconds":)([0-9.]+)', re.MULTILINE)


def netviz_cache():
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "netviz" / "mnist"


def jobs(netviz, scratch):
    """The rows of the table: a name, a command, and the group within which it is compared."""
    data = str(netviz_cache())

    def ours(model):
        options = ["--json", "--offline", "--overwrite", "--out", f"{scratch}/{model}"]
        return [netviz, "train", str(ROOT / "models" / f"{model}.yaml"), *options]

    def peer(script, *arguments):
        return [sys.executable, str(HERE / script), *arguments]

    return [
        ("netviz", ours("mnist"), "784-512-10"),
        ("matrix products alone", peer("floor.py"), "784-512-10"),
        ("PyTorch, indexed batches", peer("torch_loop.py", data, "dense", "index"), "784-512-10"),
        ("PyTorch, indexed, compiled", peer("torch_loop.py", data, "dense", "index", "compile"), "784-512-10"),
        ("PyTorch, DataLoader", peer("torch_loop.py", data, "dense", "loader"), "784-512-10"),
        ("JAX, epoch compiled", peer("jax_loop.py", data), "784-512-10"),
        ("Keras on TensorFlow", peer("keras_fit.py", data, "tensorflow"), "784-512-10"),
        ("netviz", ours("lenet5"), "LeNet-5"),
        ("PyTorch, DataLoader", peer("torch_loop.py", data, "lenet5", "loader"), "LeNet-5"),
    ]


def measure(command):
    """The seconds per epoch, the seconds of the whole process, and its peak memory in MiB."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    whole = time.perf_counter() - start
    if status != 0:
        sys.exit(f"error: `{' '.join(command)}` failed")
    lines = [line for line in output.splitlines() if '"event":"done"' not in line]
    epochs = [float(text) for text in SECONDS.findall("\n".join(lines))]
    # The caller takes the minimum of the floor's epochs, and the median of all others.
    return epochs, whole, usage.ru_maxrss / 1024


def processor():
    try:
        names = re.findall(r"^model name\s*: (.*)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    except OSError:
        names = []
    return names[0] if names else platform.processor() or platform.machine()


def main():
    netviz, rounds = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 5
    subprocess.run([netviz, "fetch", "mnist"], check=True, stdout=subprocess.DEVNULL)
    with tempfile.TemporaryDirectory() as scratch:
        rows = jobs(netviz, scratch)
        results = [[] for _ in rows]
        for number in range(1, rounds + 1):
            for (name, command, group), found in zip(rows, results):
                print(f"round {number} of {rounds}: {group}, {name}", file=sys.stderr)
                found.append(measure(command))
    print(f"{processor()}, {os.cpu_count()} cores; {rounds} rounds in turn, medians\n")
    print("| network | program | an epoch | ratio | whole process | ratio | peak memory |")
    print("|---|---|---|---|---|---|---|")
    ours = {}
    for (name, _, group), found in zip(rows, results):
        pick = min if name == "matrix products alone" else statistics.median
        epoch = statistics.median(pick(epochs) for epochs, _, _ in found)
        whole = statistics.median(whole for _, whole, _ in found)
        memory = max(memory for _, _, memory in found)
        ours.setdefault(group, (epoch, whole))
        ratios = [f"{theirs / own:.2f}" for theirs, own in zip((epoch, whole), ours[group])]
        if pick is min:
            whole_cell, ratios[1], memory_cell = "", "", ""
        else:
            whole_cell, memory_cell = f"{whole:.1f} s", f"{memory:.0f} MiB"
        print(f"| {group} | {name} | {epoch:.2f} s | {ratios[0]} | {whole_cell} | {ratios[1]} | {memory_cell} |")
    first, last = (statistics.median(found[0][index] for found in results[0]) for index in (0, -1))
    print(f"\nnetviz, 784-512-10: first epoch {first:.2f} s, last {last:.2f} s")


if __name__ == "__main__":
    main()
