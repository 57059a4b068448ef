"""The service as people start it, but for one thing: a text is checked only once a file allows it.

So a test can look at a service that is at work, for as long as the looking takes.
"""

import time
from pathlib import Path

from a4a_qa.assistant import Assistant
from a4a_qa.cli.main import main

GATED = (str(Path(__file__).absolute()),)
# Files in the folder that the service starts in: checking has begun, and it may go on.
BEGUN, GATE = "begun", "gate"

_check = Assistant.verify


def _check_when_allowed(assistant, text):
    Path(BEGUN).touch()
    while not Path(GATE).exists():
        time.sleep(0.01)
    return _check(assistant, text)


# Its worker processes read this file again, under a third name.
if __name__ in ("__main__", "__mp_main__"):
    Assistant.verify = _check_when_allowed
if __name__ == "__main__":
    main()
