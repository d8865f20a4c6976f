"""Reads a run with TensorBoard.

    tensorboard_check.py RUN

Prints a JSON object with the contents of the run's folder `tensorboard`, as TensorBoard's three readers see it, and
another object for each line of standard input, like a TensorBoard that keeps running. The "server" is a separate
program that serves the web page. The "multiplexer" replaces it with `--load_fast=false`, and on machines without a
server. The "accumulator" is for scripts, one for each folder. The server reads every second by itself: its contents
are printed once they equal those of the multiplexer, after 10 seconds at the latest.
"""

import json
import pathlib
import sys
import time

from tensorboard.backend.event_processing import data_provider, plugin_event_multiplexer
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.context import RequestContext
from tensorboard.data import server_ingester
from tensorboard.plugins.hparams import plugin_data_pb2
from tensorboard.util import grpc_util, tensor_util

KINDS = ("scalars", "histograms", "images", "text", "hparams")
# No downsampling.
EVERYTHING = 10**9


def find_new(folder, readers):
    """Adds an accumulator for each folder with files in it."""
    sizes = {kind: 0 for kind in ("scalars", "histograms", "images", "tensors")}
    for path in sorted({path.parent for path in folder.rglob("*tfevents*")}):
        readers.setdefault(str(path.relative_to(folder)), EventAccumulator(str(path), size_guidance=sizes))


def seen_by_accumulator(reader):
    scalars = {tag: [[event.step, event.value] for event in reader.Scalars(tag)] for tag in reader.Tags()["scalars"]}
    histograms = {
        tag: [
            [event.step, event.histogram_value.min, event.histogram_value.max, sum(event.histogram_value.bucket)]
            for event in reader.Histograms(tag)
        ]
        for tag in reader.Tags()["histograms"]
    }
    images = {
        tag: [[event.step, event.width, event.height] for event in reader.Images(tag)] for tag in reader.Tags()["images"]
    }
    tensors = {tag: reader.Tensors(tag)[-1] for tag in reader.Tags()["tensors"]}
    names = {tag: reader.SummaryMetadata(tag).plugin_data for tag in tensors}
    texts = {tag: text_of(tensors[tag].tensor_proto) for tag in tensors if names[tag].plugin_name == "text"}
    hparams = [hparams_of(data.content) for data in names.values() if data.plugin_name == "hparams"]
    return {"scalars": scalars, "histograms": histograms, "images": images, "text": texts, "hparams": hparams}


def seen_by_provider(provider):
    """The same for a data provider of the web page, by folder."""
    context, runs = RequestContext(), {}
    for kind in KINDS:
        arguments = {"experiment_id": "", "plugin_name": kind}
        many = {**arguments, "downsample": EVERYTHING}
        if kind == "scalars":
            found = provider.read_scalars(context, **many)
            shown = lambda points: [[point.step, point.value] for point in points]
        elif kind == "histograms":
            found = provider.read_tensors(context, **many)
            shown = lambda points: [[point.step, *ends(point.numpy)] for point in points]
        elif kind == "images":
            found = provider.read_blob_sequences(context, **many)
            shown = lambda points: [[point.step, *size(provider, context, point)] for point in points]
        elif kind == "text":
            found = provider.read_tensors(context, **many)
            shown = lambda points: points[-1].numpy.item().decode()
        else:
            found = provider.list_tensors(context, **arguments)
            shown = lambda series: hparams_of(series.plugin_content)
        for run, tags in found.items():
            seen = runs.setdefault(run, {kind: {} for kind in KINDS})
            seen[kind] = {tag: shown(points) for tag, points in tags.items()}
    for seen in runs.values():
        seen["hparams"] = list(seen["hparams"].values())
    return runs


def ends(buckets):
    return [buckets[:, 0].min().item(), buckets[:, 1].max().item(), buckets[:, 2].sum().item()]


def size(provider, context, point):
    return [int(provider.read_blob(context, blob_key=value.blob_key)) for value in point.values[:2]]


def text_of(tensor):
    return tensor_util.make_ndarray(tensor).item().decode()


def hparams_of(content):
    start = plugin_data_pb2.HParamsPluginData.FromString(content).session_start_info
    return {name: getattr(value, value.WhichOneof("kind")) for name, value in start.hparams.items()}


def look(folder, readers, multiplexer, provider, server):
    find_new(folder, readers)
    for reader in readers.values():
        reader.Reload()
    multiplexer.AddRunsFromDirectory(str(folder))
    multiplexer.Reload()
    seen = {
        "accumulator": {run: seen_by_accumulator(reader) for run, reader in readers.items()},
        "multiplexer": seen_by_provider(provider),
    }
    deadline = time.monotonic() + 10
    while True:
        seen["server"] = seen_by_provider(server)
        if seen["server"] == seen["multiplexer"] or time.monotonic() > deadline:
            break
        time.sleep(0.2)
    times = {
        run: [event.wall_time for event in reader.Scalars("epoch_loss")]
        for run, reader in readers.items()
        if "epoch_loss" in reader.Tags()["scalars"]
    }
    print(json.dumps({**seen, "times": times}), flush=True)


def main():
    folder = pathlib.Path(sys.argv[1]) / "tensorboard"
    readers = {}
    sizes = {kind: 0 for kind in KINDS}
    multiplexer = plugin_event_multiplexer.EventMultiplexer(tensor_size_guidance=sizes)
    provider = data_provider.MultiplexerDataProvider(multiplexer, str(folder))
    ingester = server_ingester.SubprocessServerDataIngester(
        server_ingester.get_server_binary(),
        str(folder),
        reload_interval=1,
        channel_creds_type=grpc_util.ChannelCredsType.LOCAL,
        samples_per_plugin=sizes,
    )
    ingester.start()
    look(folder, readers, multiplexer, provider, ingester.data_provider)
    for _ in sys.stdin:
        look(folder, readers, multiplexer, provider, ingester.data_provider)


main()
