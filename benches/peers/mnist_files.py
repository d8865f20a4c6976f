"""Reads the four MNIST files in a folder as numpy arrays of uint8."""
import numpy as np


def load(folder):
    def read(name, header):
        with open(f"{folder}/{name}", "rb") as f:
            return np.frombuffer(f.read(), np.uint8)[header:]

    return (
        read("train-images-idx3-ubyte", 16).reshape(-1, 784),
        read("train-labels-idx1-ubyte", 8),
        read("t10k-images-idx3-ubyte", 16).reshape(-1, 784),
        read("t10k-labels-idx1-ubyte", 8),
    )
