"""Gold questions about the small report of tests/conftest.py, and what a perfect system cites for them."""

SHELTERS = "There are 12 shelters in the north."
SCHOOLS = "The law on schools was passed in 1999."
JUDGES = "(1) Judges must be trained every two years."


def record(id, **values):
    return {
        "id": id,
        "fact": f"f-{id[2:].split('.')[0]}",
        "split": "dev",
        "question": f"Question {id}?",
        "variant": "base",
        "type": "fact",
        "answerable": True,
        **values,
    }


RECORDS = [
    record(
        "g-1",
        type="number",
        question="How many homes are there up north?",
        answers=["12 shelters", "12"],
        evidence=[{"quote": SHELTERS, "endnotes": [1]}],
    ),
    record(
        "g-1.t",
        type="number",
        variant="typo",
        question="How many hmes are there up north?",
        answers=["12 shelters", "12"],
        evidence=[{"quote": SHELTERS, "endnotes": [1]}],
    ),
    record(
        "g-2",
        type="source",
        question="Where does the year of the statute come from?",
        evidence=[{"endnote": 3}],
        acceptable=[SCHOOLS],
    ),
    record(
        "g-3",
        split="test",
        type="multi",
        question="What must be done for judges, and what do officers wear?",
        evidence=[{"quote": JUDGES}, {"quote": "(2) Police officers wear blue uniforms.", "endnotes": [5]}],
    ),
    record(
        "g-4",
        variant="minimal_edit",
        type="number",
        question="How many homes are there down south?",
        answerable=False,
        kind="near_miss",
        nearest=[{"quote": SHELTERS, "endnotes": [1]}],
        why="only the north",
        checked_terms=["south"],
        expect={"status": ["not_in_report"], "code": ["other_value", "absent_detail"]},
    ),
    record(
        "g-5",
        split="test",
        question="Will it rain?",
        answerable=False,
        kind="out_of_scope",
        why="weather",
        expect={"status": ["not_in_report"], "code": "out_of_scope"},
    ),
]
# What a perfect system cites: quotes, or endnotes by number.
RIGHT = {
    "g-1": [SHELTERS],
    "g-1.t": [SHELTERS],
    "g-2": [3],
    "g-3": [JUDGES, "(2) Police officers wear blue uniforms."],
}
