"""The image: built as `make image` does, and run as deploy/compose.yaml runs it."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator

import httpx
import pytest
import yaml

from conftest import ROOT, SMALL_REPORT
from deploy.test_proxies import answers, free_port
from service.conftest import wait_until

MOST_MEGABYTES = 450
NAME = "localhost/a4a-qa-test"
# Some machines let nobody set limits, or have cgroups of two versions, which podman's runtime refuses.
LIMITS = [
    "--cgroups=disabled",
    *(f"--ulimit={name}={size}:{size}" for name, size in (("nofile", 4096), ("nproc", 4096))),
]

pytestmark = [
    pytest.mark.deploy,
    pytest.mark.skipif(
        not (shutil.which("podman") and shutil.which("mmdebstrap") and os.geteuid() == 0),
        reason="an image is built by root with podman and mmdebstrap, which are not all here",
    ),
]
Podman = Callable[..., str]


@pytest.fixture(scope="module")
def podman() -> Iterator[Podman]:
    """Runs podman, always among the same mounts: the machine's, without cgroups of the second version."""
    lasting = "umount /sys/fs/cgroup/unified 2> /dev/null; echo ready; exec sleep infinity"
    holder = subprocess.Popen(["unshare", "--mount", "sh", "-c", lasting], stdout=subprocess.PIPE)
    with holder.stdout:
        holder.stdout.readline()

    def run(*arguments: str) -> str:
        command = ["nsenter", "--target", str(holder.pid), "--mount", "podman", *arguments]
        return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, timeout=120).stdout

    yield run
    holder.kill()
    holder.wait()


@pytest.fixture(scope="module")
def image(podman) -> Iterator[dict]:
    """What podman says of the image."""
    subprocess.run([ROOT / "deploy/build-image", NAME], check=True, timeout=600)
    yield json.loads(podman("image", "inspect", NAME))[0]
    podman("image", "rm", "--force", NAME)


@pytest.fixture(scope="module")
def container(podman, image, tmp_path_factory) -> Iterator[tuple[str, httpx.Client]]:
    """The name of a container that serves the small report, locked down as in deploy/compose.yaml."""
    folder, name, port = tmp_path_factory.mktemp("volumes"), f"a4a-qa-test-{os.getpid()}", free_port()
    (folder / "corpus/small").mkdir(parents=True)
    (folder / "corpus/small/report.md").write_text(SMALL_REPORT, encoding="utf-8")
    (folder / "indexes").mkdir()
    os.chown(folder / "indexes", 10001, 10001)
    service = yaml.safe_load((ROOT / "deploy/compose.yaml").read_text(encoding="utf-8"))["services"]["a4a-qa"]
    assert (service["read_only"], service["tmpfs"], service["cap_drop"]) == (True, ["/tmp"], ["ALL"])
    podman(
        *("run", "--detach", "--name", name, *LIMITS, "--ulimit=core=0"),
        *("--read-only", "--tmpfs=/tmp", "--cap-drop=ALL", "--security-opt=no-new-privileges"),
        *("--network=host", "--env=A4A_QA_HOST=127.0.0.1", f"--env=A4A_QA_PORT={port}"),
        f"--volume={folder}/corpus:/srv/a4a-qa/corpus:ro",
        f"--volume={folder}/indexes:/srv/a4a-qa/indexes",
        NAME,
    )
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=20, trust_env=False) as client:
            wait_until(lambda: answers(client))
            yield name, client
    finally:
        podman("rm", "--force", "--time=5", name)


def test_it_is_small_and_has_no_report(podman, image):
    assert image["Size"] <= MOST_MEGABYTES * 1_000_000
    assert image["Config"]["User"] == "10001:10001"
    walk = "import os; [print(f'{at}/{name}') for at, *names in os.walk('/') for name in sum(names, [])]"
    found = podman("run", "--rm", *LIMITS, "--entrypoint=python", NAME, "-c", walk)
    assert "\n/srv/a4a-qa/indexes\n" in found
    assert not re.search(r"^/srv/a4a-qa/\w+/.", found, re.MULTILINE), "no report and no index"
    assert not re.search(r"site-packages/(torch|transformers|pip)$", found, re.MULTILINE)
    assert not re.search(r"^(/usr)?/bin/(ba|da)?sh$", found, re.MULTILINE), "no shell"


def test_it_answers_as_another_user_on_a_system_that_it_cannot_write(podman, container):
    name, client = container
    answer = client.post("/v1/ask", json={"question": "How many shelters are in the north?"}).json()
    assert answer["citations"][0]["quote"] == "There are 12 shelters in the north."
    look = "import os; print(os.getuid(), [p for p in ('/', '/srv/a4a-qa', '/opt') if os.access(p, os.W_OK)])"
    assert podman("exec", name, "python", "-c", look).split(maxsplit=1) == ["10001", "[]\n"]


def test_its_health_is_told_without_a_shell(podman, container):
    name, _ = container
    podman("healthcheck", "run", name)
    podman("exec", name, "python", "-c", "import a4a_qa")


def test_nothing_that_was_asked_is_in_its_log(podman, container):
    name, client = container
    client.post("/v1/ask", json={"question": "Who heads the xylocarpus?"})
    client.get("/", params={"question": "Who heads the xylocarpus?"})
    done = podman("logs", name)
    assert "process 1" in done
    assert "xylocarpus" not in done
