"""The running service against its own description: schemathesis makes requests of every kind."""

import subprocess
import sys
from pathlib import Path

# Whether a section exists or a text states anything, no schema can tell: such requests are refused.
# A body with another method than POST is refused before its route is looked for, with 400 instead of 405.
_LEFT_OUT = "positive_data_acceptance,unsupported_method"


def test_no_server_error_and_no_reply_that_is_not_described(service, tmp_path):
    command = [
        str(Path(sys.executable).with_name("schemathesis")), "run", f"{service.url}/openapi.json",
        "--exclude-checks", _LEFT_OUT, "--max-examples", "25", "--seed", "1", "--no-color",
    ]  # fmt: skip
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "NO_PROXY": "*"}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout
    assert "13 selected" in done.stdout
