"""A random model, and a repository with two reports of five sentences, each with questions."""

import json
from pathlib import Path

SUBJECTS = ("shelter", "school", "police", "court", "hotline")
REPORT = "INTRODUCTION\n\n" + "\n\n".join(f"The {subject} is in the north." for subject in SUBJECTS) + "\n"
BEES = """\
# Bees of the north

Bees fly from May to September.¹ They are counted twice a year by the club. The club owns forty hives.

# ENDNOTES

¹ The counts of the club, 2009.
"""
SHA256 = "0" * 64
WORDS = [*"[PAD] [UNK] [CLS] [SEP] [MASK] introduction the is in north where what . ?".split(), *SUBJECTS]


def make_bert(folder: Path, **shape: object) -> Path:
    """Write a random BERT with a tokenizer for WORDS; return its folder."""
    import torch
    from transformers import BertConfig, BertModel, BertTokenizerFast

    torch.manual_seed(1)
    folder.mkdir(parents=True)
    usual = {
        "num_hidden_layers": 1,
        "hidden_size": 32,
        "num_attention_heads": 2,
        "intermediate_size": 64,
        "max_position_embeddings": 40,
    }
    BertModel(BertConfig(vocab_size=len(WORDS), **{**usual, **shape})).save_pretrained(folder)
    (folder / "vocab.txt").write_text("\n".join(WORDS), encoding="utf-8")
    BertTokenizerFast(str(folder / "vocab.txt"), model_max_length=40).save_pretrained(folder)
    return folder


def make_base(folder: Path, *, pooling: str = "mean", **shape: object) -> Path:
    """Write a random BERT as a sentence-transformers model; return its folder."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.models import Pooling, Transformer

    transformer = Transformer(str(make_bert(folder / "bert", **shape)))
    modules = [transformer, Pooling(32, pooling_mode=pooling)]
    SentenceTransformer(modules=modules, device="cpu").save(str(folder / "base"))
    return folder / "base"


def write_lines(path: Path, *records: dict[str, object]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{json.dumps(record)}\n" for record in records), encoding="utf-8")
    return path


def make_root(folder: Path) -> Path:
    """A repository with a report in `corpus/`, a file of written sections, and labelled questions."""
    corpus = folder / "corpus" / "small"
    corpus.mkdir(parents=True)
    (corpus / "report.md").write_text(REPORT, encoding="utf-8")
    authored = (
        {
            "quote": f"The {subject} is in the north.",
            "questions": [f"Where is the {subject}?", f"{subject} where", f"In what is the {subject}?"],
            "answers": ["the north", "the north", None],
            "near_misses": [f"What is the {subject}?"],
        }
        for subject in SUBJECTS
    )
    write_lines(corpus / "index-questions.jsonl", *authored)
    practice = {"quote": "The court is in the north.", "near_misses": ["What is in the court?"]}
    write_lines(corpus / "practice-questions.jsonl", practice)
    both = {
        "quotes": ["The court is in the north.", "The school is in the north."],
        "questions": ["Where is the court, and where is the school?"],
    }
    write_lines(corpus / "practice-several.jsonl", both)
    write_lines(corpus / "elsewhere-questions.jsonl", {"question": "What is in the school?"})
    labelled = (
        {"category": "C1" if word == "where" else "C0", "question": f"{word} {subject}"}
        for word in ("where", "what")
        for subject in SUBJECTS
    )
    write_lines(folder / "labelled.jsonl", *labelled)
    write_lines(folder / "training" / "written" / "north.jsonl", _section())
    return folder


def _section() -> dict[str, object]:
    questions: list[dict[str, object]] = []
    for place, subject in enumerate(SUBJECTS):
        answered = {"question": f"Where is the {subject}?", "evidence": [place], "answer": "the north"}
        questions += [
            answered | ({"also": [1]} if place == 0 else {}),
            {"question": f"Is the {subject} in the north?", "evidence": [place], "answer": True},
            {"question": f"What is the {subject}?", "evidence": [place], "hard_negative": "absent_detail"},
        ]
    return {
        "field": "places",
        "kind": "survey",
        "headings": ["The north", "Places"],
        "sentences": [f"The {subject} is in the north." for subject in SUBJECTS],
        "questions": questions,
    }
