"""What deploy/ says is true of the program, and neither a question nor an address is logged there."""

import configparser
import re
import shutil
import subprocess

import pytest
import yaml

from a4a_qa.service.layers import MOST_BYTES
from a4a_qa.settings import Settings, read_settings
from conftest import ROOT

DEPLOY = ROOT / "deploy"
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
CONTAINERFILE = (DEPLOY / "Containerfile").read_text(encoding="utf-8")


def unit() -> dict[str, list[str]]:
    parser = configparser.RawConfigParser(strict=False, dict_type=_Repeated)
    parser.optionxform = str
    parser.read(DEPLOY / "a4a-qa.service", encoding="utf-8")
    return {name: str(value).splitlines() for name, value in parser.items("Service")}


class _Repeated(dict):
    """Keeps every value of an option that stands in a unit more than once."""

    def __setitem__(self, name, value):
        if isinstance(value, list) and isinstance(self.get(name), list):
            value = self[name] + value
        super().__setitem__(name, value)


def test_settings_of_the_services_are_known(tmp_path):
    own = [service for service in COMPOSE["services"].values() if "a4a-qa" in service["image"]]
    assert len(own) == 3
    for service in own:
        assert read_settings(service.get("environment", {}), tmp_path / "none")
    pairs = dict(re.findall(r"(A4A_QA_\w+)=(\S+)", CONTAINERFILE))
    assert read_settings(pairs, tmp_path / "none").host == "0.0.0.0"
    pairs = dict(line.split("=", 1) for line in unit()["Environment"])
    settings = read_settings(pairs, tmp_path / "none")
    assert settings.trusted_proxies == ("127.0.0.1",)
    name = settings.public_url.removeprefix("https://")
    assert f"server_name {name};" in (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    assert f"\n{name} {{" in (DEPLOY / "Caddyfile").read_text(encoding="utf-8")


def test_services_are_locked_down():
    for name, service in COMPOSE["services"].items():
        assert service["cap_drop"] == ["ALL"], name
        assert all(port.startswith("127.0.0.1:") for port in service.get("ports", [])), name
        if "a4a-qa" in service["image"]:
            assert service["read_only"], name
            assert service["ulimits"] == {"core": 0}, name


def test_volumes_and_folders_of_the_services_exist():
    for service in COMPOSE["services"].values():
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            assert source in COMPOSE["volumes"] or (DEPLOY / source).is_dir()


def test_each_shard_of_qdrant_is_on_two_nodes_and_answers_only_who_has_the_key():
    compose = yaml.safe_load((DEPLOY / "qdrant.compose.yaml").read_text(encoding="utf-8"))
    nodes = compose["services"]
    assert [node["command"][-1] for node in nodes.values()] == [f"http://{name}:6335" for name in nodes]
    for name, node in nodes.items():
        assert node["volumes"] == [f"{name}:/qdrant/storage"]
        assert name in compose["volumes"]
        assert node["cap_drop"] == ["ALL"]
        assert all(port.startswith("127.0.0.1:") for port in node.get("ports", []))
        settings = {key.rpartition("__")[2]: value for key, value in node["environment"].items()}
        assert settings["REPLICATION_FACTOR"] == settings["WRITE_CONSISTENCY_FACTOR"] == "2"
        assert settings["API_KEY"].startswith("${QDRANT_API_KEY:?")


def test_the_demo_site_may_ask():
    page = (DEPLOY / "site/index.html").read_text(encoding="utf-8")
    [port] = {port.split(":")[1] for port in COMPOSE["services"]["demo"]["ports"]}
    assert set(re.findall(r"http://localhost:(\d+)", page)) == {port}
    [site] = COMPOSE["services"]["site"]["ports"]
    allowed = COMPOSE["services"]["demo"]["environment"]["A4A_QA_ALLOWED_ORIGINS"]
    assert allowed == f"http://localhost:{site.split(':')[1]}"


def test_the_image_is_not_roots_and_needs_no_shell():
    final = CONTAINERFILE[CONTAINERFILE.rindex("\nFROM ") :]
    assert re.search(r"^USER 10001:10001$", final, re.MULTILINE)
    assert "--require-hashes" in CONTAINERFILE
    for command in re.findall(r"^(?:RUN|CMD|ENTRYPOINT|HEALTHCHECK) (.+)", final, re.MULTILINE):
        assert "[" in command, "the form that starts no shell"


def test_the_unit_forbids_core_dumps_and_more():
    service = unit()
    assert service["LimitCORE"] == ["0"]
    assert service["NoNewPrivileges"] == service["MemoryDenyWriteExecute"] == ["true"]
    assert service["ProtectSystem"] == ["strict"]
    assert service["SystemCallFilter"] == ["@system-service", "~@privileged"]


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="there is no systemd-analyze here")
def test_systemd_reads_the_unit(tmp_path):
    text = (DEPLOY / "a4a-qa.service").read_text(encoding="utf-8")
    own = tmp_path / "a4a-qa.service"  # neither its user nor its program is on this machine
    own.write_text(text.replace("User=a4a-qa\n", "").replace("/srv/a4a-qa/.venv/bin/a4a-qa", "/bin/true"))
    done = subprocess.run(["systemd-analyze", "verify", own], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_proxies_log_nothing_and_pass_on_what_the_service_reads():
    nginx = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    assert "access_log off;" in nginx
    assert "error_log /dev/null crit;" in nginx
    assert "log_format" not in nginx
    assert f"client_max_body_size {MOST_BYTES // 1024}k;" in nginx
    assert "limit_conn_zone $binary_remote_addr zone=addresses:" in nginx
    assert f"limit_conn addresses {Settings().connection_limit};" in nginx
    caddy = (DEPLOY / "Caddyfile").read_text(encoding="utf-8")
    assert len(re.findall(r"^\s*log\b", caddy, re.MULTILINE)) == 1, "only the program's own log"
    assert "exclude http.log.error http.handlers.reverse_proxy" in caddy
