"""The service as people start it, but for one thing: searching and checking wait until a file allows them.

So a test can look at a service that is at work, for as long as the looking takes.
"""

import time
from pathlib import Path

from a4a_qa.assistant import Assistant
from a4a_qa.cli.main import main
from a4a_qa.verify.verifier import Verifier

GATED = (str(Path(__file__).absolute()),)
# Files in the folder that the service starts in: work has begun, and it may go on.
BEGUN, GATE = "begun", "gate"


def _when_allowed(work, *given, **options):
    Path(BEGUN).touch()
    while not Path(GATE).exists():
        time.sleep(0.01)
    return work(*given, **options)


# Its worker processes read this file again, under a third name.
if __name__ in ("__main__", "__mp_main__"):
    search, verify = Assistant.search, Verifier.verify
    Assistant.search = lambda *given, **options: _when_allowed(search, *given, **options)
    Verifier.verify = lambda *given, **options: _when_allowed(verify, *given, **options)
if __name__ == "__main__":
    main()
