"""What a report that was read holds, in the short form that tests compare."""


def texts(report, kind=None):
    return [report.slice(b) for b in report.blocks if kind in (None, b.kind)]


def notes(report):
    return {note.number: note.text for note in report.endnotes}
