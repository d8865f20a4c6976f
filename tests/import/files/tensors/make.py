"""Makes the files of tensors in this folder, and what they hold (expected.json). Needs numpy, safetensors and gguf."""

import json
from pathlib import Path

import gguf
import numpy
from gguf import GGMLQuantizationType as Type
from safetensors.numpy import save_file

HERE = Path(__file__).parent
random = numpy.random.default_rng(0)


def normal(*shape):
    return random.standard_normal(shape, dtype=numpy.float32)


def llama():
    """Three blocks, of which the last has another type, as llama.cpp's mixtures have."""
    writer = gguf.GGUFWriter(HERE / "llama.gguf", "llama")
    writer.add_name("Tiny llama")
    writer.add_context_length(128)
    writer.add_block_count(3)
    writer.add_head_count(2)
    writer.add_token_list(["<s>", "</s>", "a"])
    tensors = {"token_embd.weight": (Type.Q4_0, 3, 32), "output_norm.weight": (Type.F32, 32)}
    for block in range(3):
        tensors[f"blk.{block}.attn_norm.weight"] = (Type.F32, 32)
        tensors[f"blk.{block}.attn_q.weight"] = (Type.Q8_0 if block == 2 else Type.Q4_0, 64, 32)
    for name, (kind, *shape) in tensors.items():
        writer.add_tensor(name, gguf.quants.quantize(normal(*shape), kind), raw_dtype=kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    bytes_by_type = {"F32": 4 * 32 * 4, "Q4_0": 3 * 32 * 18 // 32 + 2 * 64 * 18, "Q8_0": 64 * 34}
    return {"tensors": len(tensors), "elements": 3 * 32 + 4 * 32 + 3 * 64 * 32, "bytes": bytes_by_type}


def encoder():
    """Twelve layers, statistics and a counter."""
    tensors = {
        "embeddings.weight": normal(10, 4).astype(numpy.float16),
        "norm.running_mean": normal(4),
        "norm.num_batches_tracked": numpy.array(3),
        "position_ids": numpy.arange(8),
        "mask": numpy.array([True, False]),
    }
    for layer in range(12):
        for part, size in ("query", 4), ("key", 4), ("output", 2):
            tensors[f"encoder.layer.{layer}.{part}.weight"] = normal(4, size)
            tensors[f"encoder.layer.{layer}.{part}.bias"] = normal(size)
    save_file(tensors, HERE / "encoder.safetensors", {"format": "pt"})
    names = sorted(tensors)
    index = {"metadata": {"total_size": sum(tensor.nbytes for tensor in tensors.values())}, "weight_map": {}}
    for number in 1, 2:
        part = f"encoder-0000{number}-of-00002.safetensors"
        own = names[number - 1 :: 2]
        save_file({name: tensors[name] for name in own}, HERE / part)
        index["weight_map"].update({name: part for name in own})
    (HERE / "encoder.safetensors.index.json").write_text(json.dumps(index, indent=1) + "\n")
    return {
        "tensors": len(tensors),
        "elements": int(sum(tensor.size for tensor in tensors.values())),
        "trainable": 10 * 4 + 12 * (4 * 10 + 10),
        "first": tensors["encoder.layer.10.key.bias"].tolist(),
    }


(HERE / "expected.json").write_text(json.dumps({"llama": llama(), "encoder": encoder()}, indent=1) + "\n")
