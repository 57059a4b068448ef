"""A random model of one layer, and a report of five sentences with a question or three for each."""

import json
from pathlib import Path

SUBJECTS = ("shelter", "school", "police", "court", "hotline")
REPORT = "INTRODUCTION\n\n" + "\n\n".join(f"The {subject} is in the north." for subject in SUBJECTS) + "\n"
WORDS = [*"[PAD] [UNK] [CLS] [SEP] [MASK] introduction the is in north where what . ?".split(), *SUBJECTS]


def make_base(folder: Path, *, layers: int = 1) -> Path:
    """Write a random BERT of so many layers as a sentence-transformers model; return its folder."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.models import Pooling, Transformer
    from transformers import BertConfig, BertModel, BertTokenizerFast

    torch.manual_seed(1)
    folder.mkdir()
    (folder / "vocab.txt").write_text("\n".join(WORDS), encoding="utf-8")
    BertModel(
        BertConfig(
            vocab_size=len(WORDS),
            hidden_size=32,
            num_hidden_layers=layers,
            num_attention_heads=2,
            intermediate_size=64,
            max_position_embeddings=40,
        )
    ).save_pretrained(folder / "bert")
    BertTokenizerFast(str(folder / "vocab.txt"), model_max_length=40).save_pretrained(folder / "bert")
    transformer = Transformer(str(folder / "bert"))
    SentenceTransformer(modules=[transformer, Pooling(32)], device="cpu").save(str(folder / "base"))
    return folder / "base"


def make_corpus(folder: Path) -> Path:
    folder.mkdir(parents=True)
    (folder / "report.md").write_text(REPORT, encoding="utf-8")
    lines = [
        {
            "quote": f"The {subject} is in the north.",
            "questions": [f"Where is the {subject}?", f"{subject} where", f"In what is the {subject}?"],
            "answers": ["the north", "the north", None],
            "near_misses": [f"What is the {subject}?"],
        }
        for subject in SUBJECTS
    ]
    text = "\n".join(json.dumps(line) for line in lines)
    (folder / "index-questions.jsonl").write_text(text, encoding="utf-8")
    practice = {"quote": "The court is in the north.", "near_misses": ["What is in the court?"]}
    (folder / "practice-questions.jsonl").write_text(json.dumps(practice), encoding="utf-8")
    both = {
        "quotes": ["The court is in the north.", "The school is in the north."],
        "questions": ["Where is the court, and where is the school?"],
    }
    (folder / "practice-several.jsonl").write_text(json.dumps(both), encoding="utf-8")
    elsewhere = json.dumps({"question": "What is in the school?"})
    (folder / "elsewhere-questions.jsonl").write_text(elsewhere, encoding="utf-8")
    gold = [
        {"split": "dev", "question": "Where is the court?", "variant": "base", "answerable": True,
         "evidence": [{"any_of": [{"quote": "The court is in the north."}, {"endnote": 1}]}]},
        {"split": "test", "question": "Never read", "variant": "base", "answerable": True},
        {"split": "dev", "question": "Why the court?", "variant": "base", "answerable": False,
         "kind": "near_miss"},
        {"split": "dev", "question": "Who is the king?", "variant": "base", "answerable": False,
         "kind": "out_of_scope"},
    ]  # fmt: skip
    labelled = [
        {"category": "C1" if word == "where" else "C0", "question": f"{word} {subject}"}
        for word in ("where", "what")
        for subject in SUBJECTS
    ]
    (folder / "labelled.jsonl").write_text("\n".join(json.dumps(row) for row in labelled), encoding="utf-8")
    (folder / "gold.jsonl").write_text("\n".join(json.dumps(row) for row in gold), encoding="utf-8")
    return folder


def make_root(folder: Path) -> Path:
    """A repository with the report in `corpus/` and a file of written sections."""
    make_corpus(folder / "corpus" / "small")
    sentences = [f"The {subject} is in the north." for subject in SUBJECTS]
    questions: list[dict[str, object]] = []
    for place, subject in enumerate(SUBJECTS):
        answered = {"question": f"Where is the {subject}?", "evidence": [place], "answer": "the north"}
        questions += [
            answered | ({"also": [1]} if place == 0 else {}),
            {"question": f"Is the {subject} in the north?", "evidence": [place], "answer": True},
            {"question": f"What is the {subject}?", "evidence": [place], "hard_negative": "absent_detail"},
        ]
    section = {
        "field": "places", "kind": "survey", "headings": ["The north", "Places"], "sentences": sentences,
        "questions": questions,
    }  # fmt: skip
    written = folder / "training" / "written"
    written.mkdir(parents=True)
    (written / "north.jsonl").write_text(json.dumps(section) + "\n", encoding="utf-8")
    return folder
