"""An exported model's folder: ONNX graphs with their weights in files beside them, tokenizer and card."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from shutil import copymode
from typing import Any

import numpy as np

from a4a_qa.errors import EncoderError
from a4a_qa.files import file_sha256
from a4a_qa.models.judge import JUDGE_FILES
from a4a_qa.models.runtime import CARD_FILE, MODEL_FILE, SIGNED_FILE, WORDS, WORDS_FILE, weights_of
from a4a_qa.output import FolderKind, check_folder, check_writable, restore_folder
from a4a_qa.training.quantise import Example, quantise, with_signed_columns

# The attention that is exported: plain matrix products. The fused one adds guards for rows that attend to
# nothing, which a text without padding does not have.
EXPORTED = "eager"
# The first opset with the gelu that BERT needs.
_OPSET = 20


MODEL = FolderKind("an encoder or a judge", CARD_FILE, lambda folder: JUDGE_FILES)


def check_replaceable(output: Path, kind: FolderKind = MODEL) -> None:
    """Raise OutputError if `output` holds something that would be lost, or cannot be written: better now than
    after an hour of training.

    A folder that a stopped export left beside it is put back first.
    """
    restore_folder(output, kind)
    check_folder(output, kind)
    check_writable(output)


def write_tokenizer(tokenizer: Any, path: Path) -> None:
    """Write `tokenizer.json` without truncation and padding, which whoever opens it sets."""
    backend = getattr(tokenizer, "backend_tokenizer", None)
    if backend is None:
        raise EncoderError(
            "The model's tokenizer is a slow one; only a fast one (tokenizer.json) can be exported."
        )
    facts = json.loads(backend.to_str()) | {"truncation": None, "padding": None}
    path.write_text(json.dumps(facts, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")


def write_card(card: Mapping[str, Any], folder: Path, names: Sequence[str]) -> None:
    """Write the card, with the sizes and SHA-256 of the files of these names beside it."""
    files = {
        path.name: {"bytes": path.stat().st_size, "sha256": file_sha256(path)}
        for path in (folder / name for name in names)
    }
    text = json.dumps(dict(card) | {"files": files}, indent=2, ensure_ascii=False)
    (folder / CARD_FILE).write_text(text + "\n", encoding="utf-8")


def write_onnx(
    module: Any,
    inputs: Sequence[str],
    outputs: Sequence[str],
    folder: Path,
    *,
    name: str = MODEL_FILE,
    examples: Sequence[Example] = (),
) -> None:
    """Write a torch module that takes arrays of integers (texts, tokens) as an ONNX graph of this name,
    rounded by `quantise`, with its weights in files beside it that can be memory-mapped."""
    import torch
    from onnx.external_data_helper import convert_model_to_external_data, write_external_data_tensors

    example = torch.arange(10, 28).reshape(2, 9)
    shape = {0: torch.export.Dim.DYNAMIC, 1: torch.export.Dim.DYNAMIC}
    arguments = (example, *(torch.zeros_like(example) for _ in inputs[1:]))
    try:
        # The classic exporter is deprecated, and its graphs have twice as many nodes, which load more slowly.
        program = torch.onnx.export(
            module.eval(),
            arguments,
            dynamo=True,
            input_names=list(inputs),
            output_names=list(outputs),
            dynamic_shapes=tuple(shape for _ in inputs),
            opset_version=_OPSET,
            verbose=False,
        )
        graph = quantise(program.model_proto, examples=examples)
    except Exception as error:  # torch, onnxscript and onnx raise anything
        raise EncoderError(f"The model cannot be exported to ONNX: {first_line(error)}.") from error
    _put_words_apart(graph.graph, folder)
    weights = weights_of(name)
    convert_model_to_external_data(graph, location=weights)
    write_external_data_tensors(graph, str(folder))
    (folder / name).write_bytes(graph.SerializeToString(deterministic=True))
    if name == MODEL_FILE:
        signed = with_signed_columns(graph)
        (folder / SIGNED_FILE).write_bytes(signed.SerializeToString(deterministic=True))
    copymode(folder / name, folder / weights)  # onnx makes it readable by its owner only


def _put_words_apart(graph: Any, folder: Path) -> None:
    """Give the table of word embeddings its name and its file; raises EncoderError unless there is just
    one."""
    from onnx import TensorProto, numpy_helper
    from onnx.external_data_helper import set_external_data

    looked_up = [node for node in graph.node if node.op_type == "Gather" and node.input[1] == "input_ids"]
    names = {node.input[0] for node in looked_up}
    tables = [t for t in graph.initializer if t.name in names and t.data_type == TensorProto.INT8]
    if len(tables) != 1:
        raise EncoderError("The model has no table of word embeddings, or several.")
    (table,) = tables
    values = numpy_helper.to_array(table)
    np.save(folder / WORDS_FILE, values, allow_pickle=False)
    start = (folder / WORDS_FILE).stat().st_size - values.nbytes
    for node in looked_up:
        if node.input[0] == table.name:
            node.input[0] = WORDS
    table.name = WORDS
    set_external_data(table, WORDS_FILE, offset=start, length=values.nbytes)
    table.ClearField("raw_data")


def first_line(error: Exception) -> str:
    """The first line of an error of a library that says more than a user wants to read."""
    return (str(error).strip() or type(error).__name__).splitlines()[0].rstrip(".")
