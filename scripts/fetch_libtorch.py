#!/usr/bin/env python3
"""Put libtorch (CPU part only) into .libtorch, from the wheels on PyPI.

An existing complete folder is kept, and the user's own LIBTORCH takes precedence. The wheels are
unpacked under another name and renamed at the end, so an interrupted run leaves no partial folder.
"""
import fcntl
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / ".libtorch"
REQUIREMENTS = Path(__file__).with_name("libtorch.txt")
VERSION = "2.13.0"
# Libraries of the wheel that the CPU part does not need. The wheel's own libtorch.so is a stub that loads CUDA.
UNUSED = ("cuda", "python", "nvshmem", "nvrtc", "libshm", "global_deps", "libtorch.so")


def download(folder):
    machine = {"amd64": "x86_64", "arm64": "aarch64"}.get(platform.machine().lower(), platform.machine())
    if platform.system() != "Linux" or machine not in ("x86_64", "aarch64"):
        sys.exit(
            f"error: no libtorch is prepared for {platform.system()} {machine}\n"
            f"help: install libtorch {VERSION} yourself and set LIBTORCH to its folder"
        )
    platforms = [f"--platform=manylinux{tag}_{machine}" for tag in ("_2_28", "_2_27", "_2_25", "_2_17", "2014")]
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary=:all:", "--require-hashes"]
    command += ["--disable-pip-version-check"]
    command += ["--implementation=cp", "--python-version=3.12", *platforms]
    command += ["--dest", str(folder), "--requirement", str(REQUIREMENTS)]
    if subprocess.run(command).returncode != 0:
        sys.exit("error: the libtorch wheels could not be downloaded (see above)\nhelp: check the network and run it again")


def unpack(wheels, prefix):
    lib = prefix / "lib"
    lib.mkdir(parents=True)
    for wheel in wheels.glob("*.whl"):
        with zipfile.ZipFile(wheel) as archive:
            for entry in archive.infolist():
                name = entry.filename
                if entry.is_dir():
                    continue
                if name.startswith("torch/include/"):
                    copy(archive, entry, prefix / name.removeprefix("torch/"))
                elif name.startswith("torch/lib/lib") and ".so" in name and not any(u in name for u in UNUSED):
                    copy(archive, entry, lib / Path(name).name)
                elif Path(name).name in ("libcupti.so.13", "libcudart.so.13"):
                    copy(archive, entry, lib / Path(name).name)
    (lib / "libtorch.so").symlink_to("libtorch_cpu.so")
    (lib / "libgomp.so").symlink_to("libgomp.so.1")
    (prefix / "build-version").write_text(VERSION + "\n")


def copy(archive, entry, path):
    path.parent.mkdir(parents=True, exist_ok=True)
    # zipfile checks each entry's CRC while it reads.
    with archive.open(entry) as source, open(path, "wb") as target:
        shutil.copyfileobj(source, target, 1 << 20)


def is_finished():
    marker = TARGET / "build-version"
    return marker.is_file() and marker.read_text().strip() == VERSION


def fetch():
    for leftover in ROOT.glob(".libtorch-*"):  # left by killed runs
        shutil.rmtree(leftover, ignore_errors=True)
    print(f"libtorch: fetching {VERSION} from PyPI (530 MB, once)", flush=True)
    with tempfile.TemporaryDirectory(prefix=".libtorch-", dir=ROOT) as scratch:
        wheels, prefix = Path(scratch) / "wheels", Path(scratch) / "libtorch"
        wheels.mkdir()
        download(wheels)
        unpack(wheels, prefix)
        if TARGET.is_symlink() or TARGET.exists():
            TARGET.rename(Path(scratch) / "outdated")
        prefix.rename(TARGET)
    print(f"libtorch: {VERSION} is in {TARGET.relative_to(ROOT)}")


def main():
    for variable in ("LIBTORCH", "LIBTORCH_USE_PYTORCH"):
        if os.environ.get(variable):
            print(f"libtorch: using {variable}={os.environ[variable]}")
            return
    if is_finished():
        return
    lock = os.open(ROOT, os.O_RDONLY)
    fcntl.flock(lock, fcntl.LOCK_EX)  # until this process ends, so that two runs do not mix
    if not is_finished():
        fetch()


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
