"""Makes the files of this folder with Keras 3 on TensorFlow: `KERAS_BACKEND=tensorflow python make.py`.

- `layers.json`: for each layer of `keras.layers`, models with it as `model.to_json()`, what Keras says that they give, and
  their parameters. Entries that say nothing about these are left out, to keep the file small.
- `*.keras`, `*.h5`: small models with weights; `weights.json`: names, shapes, first and last value of each weight.
"""

import json
import os
import pathlib
import zipfile

os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ["CUDA_VISIBLE_DEVICES"] = ""
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import h5py
import keras
import numpy as np
from keras import Input, Model, Sequential, layers, ops

FOLDER = pathlib.Path(__file__).parent
IMAGE, SIGNAL, VOLUME, VECTOR = (16, 12, 6), (16, 6), (8, 7, 6, 4), (10,)
FIRST = {"data_format": "channels_first"}


SKIPPED = {"registered_name", "build_config", "compile_config", "trainable", "sparse", "ragged", "optional", "seed"}


def pruned(value):
    """A configuration without what says nothing about shapes and weights."""

    def is_needed(key, value):
        is_float = key == "dtype" and isinstance(value, dict) and value["config"] == {"name": "float32"}
        return value is not None and key not in SKIPPED and not is_float and not key.endswith(("_initializer", "_bias"))

    if isinstance(value, dict):
        return {k: pruned(v) for k, v in value.items() if is_needed(k, v) or k == "use_bias"}
    return [pruned(v) for v in value] if isinstance(value, list) else value


def cases():
    """Layers with the shapes, and perhaps the element types, of their inputs."""
    l = layers
    for name in ("relu", "softmax", "gelu"):
        yield l.Activation(name), [VECTOR]
    yield l.ELU(0.5), [VECTOR]
    yield l.LeakyReLU(), [VECTOR]
    yield l.ReLU(6.0), [VECTOR]
    yield l.Softmax(), [VECTOR]
    yield l.PReLU(), [IMAGE]
    yield l.PReLU(shared_axes=[1, 2]), [IMAGE]
    yield l.Dense(7, activation="relu"), [VECTOR]
    yield l.Dense(7, use_bias=False), [SIGNAL]
    yield l.Dense(7, dtype="mixed_float16"), [SIGNAL]
    yield l.EinsumDense("abc,cde->abde", output_shape=(None, 3, 4), bias_axes="de"), [SIGNAL]
    yield l.EinsumDense("ab,bc->ac", output_shape=5, bias_axes="c"), [VECTOR]
    yield l.EinsumDense("...x,xy->...y", output_shape=5), [SIGNAL]
    yield l.Embedding(20, 5), [((6,), "int32")]
    yield l.ReversibleEmbedding(20, 5, tie_weights=False), [((6,), "int32")]
    yield l.Identity(), [VECTOR]
    yield l.Masking(), [SIGNAL]
    for rank, shape in ((1, SIGNAL), (2, IMAGE), (3, VOLUME)):
        of = lambda name: getattr(l, name.replace("N", str(rank)))
        yield of("ConvND")(4, 3, padding="same", strides=2), [shape]
        yield of("ConvND")(4, 2, groups=2, dilation_rate=2, use_bias=False), [shape]
        yield of("ConvNDTranspose")(4, 3, strides=2), [shape]
        yield of("ConvNDTranspose")(4, 3, strides=2, padding="same", output_padding=1), [shape]
        yield of("ConvLSTMND")(3, 3, return_sequences=rank == 2), [(4, *shape)]
        for kind in ("Max", "Average"):
            yield of(f"{kind}PoolingND")(3, strides=2, padding="same"), [shape]
            yield of(f"Global{kind}PoolingND")(keepdims=rank == 2), [shape]
            yield of(f"Adaptive{kind}PoolingND")(2), [shape]
        yield of("SpatialDropoutND")(0.5), [shape]
        yield of("CroppingND")(1), [shape]
        yield of("ZeroPaddingND")(2), [shape]
        yield of("UpSamplingND")(2), [shape]
    for rank, shape in ((1, SIGNAL), (2, IMAGE)):
        yield getattr(l, f"DepthwiseConv{rank}D")(3, depth_multiplier=2), [shape]
        yield getattr(l, f"SeparableConv{rank}D")(5, 3, depth_multiplier=2), [shape]
    yield l.Conv1D(4, 3, padding="causal"), [SIGNAL]
    yield l.Conv2D(4, (3, 2), **FIRST), [(6, 16, 12)]
    yield l.MaxPooling2D(**FIRST), [(6, 16, 12)]
    yield l.GlobalAveragePooling2D(**FIRST), [(6, 16, 12)]
    yield l.ZeroPadding2D(((0, 1), (2, 0)), **FIRST), [(6, 16, 12)]
    yield l.Cropping2D((1, 2)), [IMAGE]
    yield l.UpSampling2D((2, 3), interpolation="bilinear"), [IMAGE]
    yield l.Flatten(), [IMAGE]
    yield l.Permute((2, 1)), [SIGNAL]
    yield l.RepeatVector(3), [VECTOR]
    yield l.Reshape((-1, 5)), [VECTOR]
    for name in ("Add", "Average", "Maximum", "Minimum", "Multiply"):
        yield getattr(l, name)(), [VECTOR, VECTOR, VECTOR]
    yield l.Subtract(), [VECTOR, VECTOR]
    yield l.Add(), [IMAGE, (1, 1, 6)]
    yield l.Concatenate(), [SIGNAL, (16, 3)]
    yield l.Concatenate(axis=1), [SIGNAL, (2, 6)]
    yield l.Dot(axes=(2, 2)), [SIGNAL, (5, 6)]
    yield l.Dot(axes=1), [VECTOR, VECTOR]
    yield l.BatchNormalization(), [IMAGE]
    yield l.BatchNormalization(axis=1, scale=False), [IMAGE]
    yield l.LayerNormalization(axis=[1, 2]), [SIGNAL]
    yield l.GroupNormalization(3), [IMAGE]
    yield l.RMSNormalization(), [SIGNAL]
    yield l.UnitNormalization(), [SIGNAL]
    yield l.SpectralNormalization(l.Dense(4)), [VECTOR]
    for layer in (l.Dropout, l.AlphaDropout, l.GaussianDropout, l.GaussianNoise):
        yield layer(0.3), [VECTOR]
    yield l.ActivityRegularization(0.1), [VECTOR]
    for cell in ("LSTM", "GRU", "SimpleRNN"):
        yield getattr(l, cell)(5), [SIGNAL]
        yield getattr(l, cell)(5, return_sequences=True, return_state=True), [SIGNAL]
        yield l.RNN(getattr(l, f"{cell}Cell")(4, use_bias=False)), [SIGNAL]
    yield l.GRU(5, reset_after=False), [(None, 3)]
    yield l.RNN(l.StackedRNNCells([l.LSTMCell(3), l.LSTMCell(4)]), return_sequences=True), [SIGNAL]
    yield l.Bidirectional(l.LSTM(4, return_sequences=True)), [SIGNAL]
    yield l.Bidirectional(l.GRU(4, return_state=True), merge_mode="sum"), [SIGNAL]
    yield l.Bidirectional(l.SimpleRNN(4), merge_mode=None), [SIGNAL]
    yield l.TimeDistributed(l.Conv2D(4, 3)), [(5, *IMAGE)]
    yield l.TimeDistributed(Sequential([Input(VECTOR), l.Dense(4), l.BatchNormalization()])), [(5, *VECTOR)]
    yield l.Attention(use_scale=True, score_mode="concat"), [SIGNAL, (5, 6), (5, 6)]
    yield l.AdditiveAttention(), [SIGNAL, (5, 6)]
    yield l.MultiHeadAttention(2, 3, value_dim=5), [SIGNAL, (7, 4)], "each"
    yield l.MultiHeadAttention(2, 3, output_shape=9, use_bias=False), [IMAGE, IMAGE, IMAGE], "each"
    yield l.GroupQueryAttention(4, 6, 2), [SIGNAL, (7, 6)], "each"
    for layer in (l.Rescaling(2.0), l.Normalization(), l.Normalization(axis=None), l.Normalization(mean=[0.0] * 6, variance=[1.0] * 6)):
        yield layer, [IMAGE]
    yield l.Resizing(5, 4), [IMAGE]
    yield l.CenterCrop(5, 4), [IMAGE]
    yield l.RandomCrop(5, 4), [IMAGE]
    photo = (16, 12, 3)
    for layer in (
        l.AugMix(), l.AutoContrast(), l.ContrastLimitedAdaptiveHistogramEqualization(), l.CutMix(), l.MixUp(),
        l.RandAugment(), l.RandomBrightness(0.1), l.RandomColorDegeneration(0.1), l.RandomColorJitter(), l.RandomContrast(0.1),
        l.RandomElasticTransform(), l.RandomErasing(), l.RandomFlip(), l.RandomGaussianBlur(), l.RandomGrayscale(),
        l.RandomHue(0.1), l.RandomInvert(), l.RandomPerspective(), l.RandomPosterization(4), l.RandomRotation(0.1),
        l.RandomSaturation(0.1), l.RandomSharpness(0.1), l.RandomShear(), l.RandomTranslation(0.1, 0.1), l.RandomZoom(0.1),
        l.Solarization(),
    ):
        yield layer, [photo]
    yield l.Pipeline([l.RandomFlip(), l.Resizing(5, 4)]), [photo]
    yield l.CategoryEncoding(7, output_mode="multi_hot"), [((4,), "int32")]
    yield l.Discretization([0.0, 1.0], output_mode="one_hot"), [(1,)]
    yield l.Hashing(5), [((3,), "int32")]
    yield l.HashedCrossing(5, output_mode="one_hot"), [((1,), "int32"), ((1,), "int32")], "list"
    yield l.IntegerLookup(vocabulary=[3, 5], output_mode="multi_hot"), [((4,), "int64")]
    yield l.StringLookup(vocabulary=["a", "b"]), [((4,), "string")]
    yield l.TextVectorization(vocabulary=["a", "b"], output_sequence_length=5), [((1,), "string")]
    yield l.STFTSpectrogram(frame_length=8, frame_step=4), [(40, 2)]
    yield l.STFTSpectrogram("stft", frame_length=8, frame_step=4, expand_dims=True, padding="same"), [(40, 2)]
    yield l.MelSpectrogram(num_mel_bins=10, sequence_stride=8, fft_length=16), [(64,)]


def operations():
    """Functions of `keras.ops` with the shapes of their inputs."""
    yield lambda x, y: x + y, [VECTOR, VECTOR]
    yield lambda x: x * 2.0, [VECTOR]
    yield lambda x: ops.mean(x, axis=(1, 2), keepdims=True), [IMAGE]
    yield lambda x: ops.sum(x, axis=-1), [IMAGE]
    yield lambda x: ops.argmax(x, axis=1), [VECTOR]
    yield lambda x, y: ops.matmul(x, y), [SIGNAL, (6, 5)]
    yield lambda x, y: ops.einsum("bij,bkj->bik", x, y), [SIGNAL, (5, 6)]
    yield lambda x: ops.transpose(x, (0, 3, 1, 2)), [IMAGE]
    yield lambda x: ops.swapaxes(x, 1, 2), [SIGNAL]
    yield lambda x: ops.reshape(x, (-1, 4, 24)), [SIGNAL]
    yield lambda x: ops.expand_dims(x, 1), [VECTOR]
    yield lambda x: ops.squeeze(x, 1), [(1, 5)]
    yield lambda x, y: ops.concatenate([x, y], axis=1), [SIGNAL, SIGNAL]
    yield lambda x, y: ops.stack([x, y], axis=1), [VECTOR, VECTOR]
    yield lambda x: x[:, 2:10:3, 0], [SIGNAL]
    yield lambda x: x[:, -1], [SIGNAL]
    yield lambda x: ops.cast(x > 0.5, "int32"), [VECTOR]
    yield lambda x: ops.softmax(ops.relu(x)), [VECTOR]


def described(layer, shapes, how):
    """A model of one layer, and what is expected of it."""
    shapes = [shape if isinstance(shape[-1], str) else (shape, "float32") for shape in shapes]
    inputs = [Input(shape, dtype=dtype, name=f"input_{i}") for i, (shape, dtype) in enumerate(shapes)]
    outputs = layer(*inputs) if how == "each" or len(inputs) == 1 else layer(inputs)
    outputs = list(outputs) if isinstance(outputs, (list, tuple)) else [outputs]
    is_chain = isinstance(layer, layers.Layer) and len(inputs) == len(outputs) == 1
    model = Sequential([inputs[0], layer]) if is_chain else Model(inputs, outputs)
    expected = {
        "outputs": [[list(output.shape), keras.backend.standardize_dtype(output.dtype)] for output in outputs],
        "parameters": model.count_params(),
        "trainable": int(sum(np.prod(weight.shape) for weight in model.trainable_weights)),
    }
    return {"model": pruned(json.loads(model.to_json())), **expected}


def models():
    """Models whose weights are read."""
    l = layers
    image = Input((8, 8, 3), name="image")
    block = Sequential([l.Conv2D(4, 3, padding="same", use_bias=False), l.BatchNormalization(), l.ReLU(6.0)], name="block")
    inner = Input((8, 8, 4))
    residual = Model(inner, l.Add()([l.DepthwiseConv2D(3, padding="same")(inner), inner]), name="residual")
    x = residual(residual(block(image)))
    yield "nested", Model(image, l.Dense(2)(l.GlobalAveragePooling2D()(x)), name="nested")

    left, right = Input((6,), name="left"), Input((6,), name="right")
    tower = l.Dense(5, name="tower")
    frozen = l.Dense(5, name="frozen", trainable=False)
    joined = l.Concatenate()([tower(left), tower(right), frozen(left)])
    yield "shared", Model([left, right], [l.Dense(3, name="first")(joined), l.Dense(1, name="second")(joined)], name="shared")

    tokens = Input((7,), dtype="int32", name="tokens")
    x = l.Embedding(9, 6)(tokens)
    x = l.Bidirectional(l.GRU(4, return_sequences=True))(x)
    y = l.MultiHeadAttention(2, 3, name="attention")(x, x)
    x = l.LayerNormalization()(x + y)
    x = l.RNN(l.StackedRNNCells([l.LSTMCell(3), l.LSTMCell(4)]))(x)
    yield "sequence", Model(tokens, l.SpectralNormalization(l.Dense(2))(x), name="sequence")

    frames = Input((3, 6, 6, 1), name="frames")
    each = Sequential([Input((6, 6, 1)), l.SeparableConv2D(2, 3), l.Flatten()], name="each")
    x = l.TimeDistributed(each)(frames)
    yield "frames", Model(frames, l.LSTM(3)(x), name="frames")

    scalar = Input((4,))
    model = Model(scalar, l.Dense(3, name="dense")(l.Normalization(name="scale")(scalar)), name="quantized")
    model.quantize("int8")
    yield "quantized", model


def compressed(path):
    """Compresses an archive, which Keras does not."""
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, contents in members.items():
            archive.writestr(name, contents)


def weights(model):
    """Names, shapes and values of the weights."""
    entries = []
    for weight in model.weights:
        value = keras.ops.convert_to_numpy(weight)
        flat = value.reshape(-1)
        entries.append([weight.path, list(value.shape), float(flat[0]), float(flat[-1])])
    return entries


def main():
    found = [described(layer, shapes, *(how or ["list"])) for layer, shapes, *how in cases()]
    found += [described(function, shapes, "each") for function, shapes in operations()]
    lines = ",\n".join(json.dumps(entry, separators=(",", ":")) for entry in found)
    (FOLDER / "layers.json").write_text(f"[\n{lines}\n]\n")
    values = {}
    for name, model in models():
        random = np.random.default_rng(1)
        for weight in model.weights:
            small = weight.dtype in ("int8", "int32")
            value = random.integers(-9, 9, weight.shape) if small else random.standard_normal(weight.shape)
            weight.assign(np.asarray(value).astype(weight.dtype))
        archive = FOLDER / f"{name}.keras"
        model.save(archive)
        if name in ("nested", "shared"):
            model.save(FOLDER / f"{name}.h5")
        if name != "shared":
            compressed(archive)
        parameters = model.count_params()
        trained = int(sum(np.prod(weight.shape) for weight in model.trainable_weights))
        values[name] = {"parameters": parameters, "trainable": trained, "weights": weights(model)}
    (FOLDER / "weights.json").write_text(json.dumps(values, indent=1) + "\n")
    # The same weights in chunks, compressed, in the other byte order, and with groups in a newer format.
    packed = h5py.File(FOLDER / "packed.h5", "w", libver=("v108", "v108"))
    with h5py.File(FOLDER / "shared.h5") as source, packed as target:
        target.attrs.update(source.attrs)

        def copy(path, item):
            if isinstance(item, h5py.Dataset):
                options = {"chunks": tuple(min(2, size) for size in item.shape), "compression": "gzip", "shuffle": True}
                target.create_dataset(path, data=item[()].astype(">f4"), **(options if item.shape else {}))
            else:
                target.require_group(path).attrs.update(item.attrs)

        source.visititems(copy)
        target["model_weights"].attrs.update(source["model_weights"].attrs)
    # A group that is in itself.
    with h5py.File(FOLDER / "circle.h5", "w", libver="latest") as file:
        file.attrs["model_config"] = Sequential([Input(VECTOR), layers.Dense(2)]).to_json()
        group = file.create_group("model_weights")
        group["again"] = group


main()
