"""What can go wrong, as one small tree.

    A4aError
    ├── ReportError          a report file cannot be read as a report
    ├── CorpusError          what is written about a report (report.toml, index questions) does not fit it
    ├── IndexFolderError     an index folder cannot be used
    │   ├── IndexMissing     there is none
    │   ├── IndexDamaged     a part is missing or is not what the manifest says
    │   └── IndexOutdated    it was built by another version, or from an older report
    ├── EncoderError         an encoder folder or model cannot be used
    ├── CalibrationError     a file of fitted curves and thresholds cannot be used
    ├── HelpError            the words of help, which people in need read, cannot be used
    ├── QuestionError        a question, or an option that goes with it, cannot be used
    ├── EvaluationError      gold questions, a run or a scorecard cannot be used
    ├── SettingsError        an environment variable or the configuration file cannot be used
    ├── OutputError          a file or a folder cannot be written
    └── MissingExtra         a command needs an optional extra that is not installed

Every message says what was found, what was expected and what to do next.
"""


class A4aError(Exception):
    """The base of all errors that this package raises on purpose."""


class ReportError(A4aError):
    """A report file cannot be read as a report."""


class CorpusError(A4aError):
    """What is written about a report does not fit the report."""


class IndexFolderError(A4aError):
    """An index folder cannot be used."""


class IndexMissing(IndexFolderError):
    """There is no index in the folder."""


class IndexDamaged(IndexFolderError):
    """A part of the index is missing or is not what its manifest says."""


class IndexOutdated(IndexFolderError):
    """The index was built by another version of the package, or from another state of the report."""


class EngineError(A4aError):
    """The engine that searches a library cannot be used."""


class EncoderError(A4aError):
    """An encoder folder or a model cannot be used."""


class CalibrationError(A4aError):
    """A file of fitted curves and thresholds cannot be used."""


class HelpError(A4aError):
    """The words of help, which people in need read, cannot be used."""


class QuestionError(A4aError):
    """A question, or an option that goes with it, cannot be used."""


class EvaluationError(A4aError):
    """Gold questions, a run or a scorecard cannot be used."""


class SettingsError(A4aError):
    """An environment variable or the configuration file cannot be used."""


class OutputError(A4aError):
    """A file or a folder cannot be written."""


class MissingExtra(A4aError):
    """A command needs an optional extra that is not installed."""

    def __init__(self, what: str, extra: str) -> None:
        super().__init__(f"{what} needs the extra '{extra}'. Install it with: pip install 'a4a-qa[{extra}]'")
