"""A torch module becomes a rounded ONNX graph, with its weights in files beside it that can be mapped."""

from collections.abc import Sequence
from pathlib import Path
from shutil import copymode
from typing import Any

import numpy as np

from a4a_qa.errors import EncoderError
from a4a_qa.index.runtime import MODEL_FILE, SIGNED_FILE, WORDS, WORDS_FILE, weights_of
from a4a_qa.training.columns import Example, with_signed_columns
from a4a_qa.training.quantise import quantise

# Opset 20 has the gelu that BERT needs.
_OPSET = 20


def write_onnx(
    module: Any,
    inputs: Sequence[str],
    outputs: Sequence[str],
    folder: Path,
    *,
    name: str = MODEL_FILE,
    examples: Sequence[Example] = (),
    chance: np.random.Generator | None = None,
) -> None:
    """Write a module that takes arrays of whole numbers (texts, tokens) as ONNX of this name, rounded for
    `examples` or else by `chance` (`quantise`), with its weights in files beside it."""
    import torch
    from onnx.external_data_helper import convert_model_to_external_data, write_external_data_tensors

    example = torch.arange(10, 28).reshape(2, 9)
    shape = {0: torch.export.Dim.DYNAMIC, 1: torch.export.Dim.DYNAMIC}
    arguments = (example, *(torch.zeros_like(example) for _ in inputs[1:]))
    try:
        # The dynamo exporter: the classic one is deprecated and needs twice as many nodes, which load slower.
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
        graph = quantise(program.model_proto, examples=examples, chance=chance)
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
    copymode(folder / name, folder / weights)  # onnx lets nobody but the owner read it


def _put_words_apart(graph: Any, folder: Path) -> None:
    """Give the table of word embeddings its name and its file; raises EncoderError unless there is one."""
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
    """What went wrong, of a library that says more about it than a user wants to read."""
    return (str(error).strip() or type(error).__name__).splitlines()[0].rstrip(".")
