"""From a fresh clone to a running command, with nothing but Python and its venv module.

`manage.py` hands every command to `main`. It makes `.venv`, installs the hashed locks, fetches the front-end files, makes a
local secret key once, and starts the command again inside. Standard library only: it runs before anything is installed.
`ILIAS_NO_PREPARE=1` skips all of it (containers, environments that somebody else looks after).
"""

from __future__ import annotations

import base64
import hashlib
import importlib
import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

if os.name != "posix":
    sys.exit("On Windows use WSL (wsl --install) or `docker compose up`; this command needs Linux or macOS.")

import fcntl

from ilias.console import Stop, step, warning, words

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
READY = VENV / "ilias-ready.json"
NPM_READY = ROOT / "node_modules" / ".ilias-ready"
OLDEST_PYTHON = (3, 11)
OLDEST_NPM = 10
# commands that are not Django's: module with a main(args); those in DEVELOPMENT need the tools of development too
OWN = {
    "up": "ilias.first_start",
    "test": "ilias.test_run",
    "lint": "ilias.lint",
    "bench": "bench.run",
    "screenshots": "ilias.screenshots",
}
DEVELOPMENT = {"test", "lint", "bench", "screenshots"}


def main(argv: list[str]) -> int:
    """Runs one command; returns its exit code. A Stop is printed as one line."""
    command = argv[1] if len(argv) > 1 else "help"
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _leave)
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's `&` starts us with SIGINT ignored
    try:
        if command == "up":
            importlib.import_module(OWN["up"]).refuse_taken_port(argv[2:])
        if not os.environ.get("ILIAS_NO_PREPARE"):
            prepare(development=command in DEVELOPMENT)
            if command not in ("test", "lint"):  # these two bring an environment of their own
                local_environment()
        if command in OWN:
            return int(importlib.import_module(OWN[command]).main(argv[2:]))
        return _django(argv)
    except Stop as reason:
        warning(str(reason))
        return 1
    except KeyboardInterrupt:
        return 130


def _leave(number: int, frame: FrameType | None) -> None:
    raise SystemExit(128 + number)


def _django(argv: list[str]) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ilias.settings")
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)
    importlib.import_module("django.core.management").execute_from_command_line(argv)
    return 0


# -- the environment ------------------------------------------------------------------------------------------------


def prepare(*, development: bool) -> None:
    """Makes `.venv` and node_modules right for the committed locks and starts the command again inside; else does nothing."""
    if sys.version_info < OLDEST_PYTHON:
        here = ".".join(map(str, sys.version_info[:2]))
        raise Stop(
            words(
                f"Python 3.11 or newer is needed; this is {here}. Install it and start with python3.11 manage.py.",
                f"Python 3.11 of nieuwer is nodig; dit is {here}. Installeer het en start met python3.11 manage.py.",
            )
        )
    os.environ.setdefault("ILIAS_STARTED", str(time.time()))
    inside = Path(sys.prefix).resolve() == VENV.resolve()
    changed = False
    if not (_packages_ready(development) and _front_end_ready()):
        with _one_at_a_time():
            changed = _install(development)
    if changed or not inside:
        os.execv(PYTHON, [str(PYTHON), *sys.argv])  # noqa: S606 - the same command inside .venv


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Two commands started together prepare one after the other."""
    (ROOT / "var").mkdir(exist_ok=True)
    with (ROOT / "var" / "prepare.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _install(development: bool) -> bool:
    changed = False
    if not PYTHON.exists() or _stamp().get("root", str(ROOT)) != str(ROOT):
        with step(words("Python environment", "Python-omgeving")):
            _make_venv(VENV)
    if not _packages_ready(development):
        with step(words("Packages", "Pakketten")):
            _install_packages(development or "development" in _stamp())
        changed = True
    if not _front_end_ready():
        with step(words("Front-end files", "Bestanden voor de browser")):
            _fetch_front_end()
    return changed


def _digest(name: str) -> str:
    return hashlib.sha256((ROOT / name).read_bytes()).hexdigest()


def _stamp() -> dict[str, str]:
    """What `.venv` holds, as written after the last complete installation."""
    try:
        return dict(json.loads(READY.read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return {}


def _packages_ready(development: bool) -> bool:
    stamp = _stamp()
    if stamp.get("root") != str(ROOT) or not PYTHON.exists():
        return False
    if "development" in stamp or development:
        return stamp.get("development") == _digest("requirements-dev.lock")
    return stamp.get("runtime") == _digest("requirements.lock")


def _front_end_ready() -> bool:
    return NPM_READY.exists() and NPM_READY.read_text(encoding="utf-8") == _digest("package-lock.json")


def _make_venv(place: Path) -> None:
    try:
        importlib.import_module("ensurepip")
    except ImportError:
        version = ".".join(map(str, sys.version_info[:2]))
        raise Stop(
            words(
                f"Python's venv module is missing. On Debian and Ubuntu: sudo apt install python{version}-venv",
                f"De venv-module van Python ontbreekt. Op Debian en Ubuntu: sudo apt install python{version}-venv",
            )
        ) from None
    if place.is_symlink():  # another copy's environment is not ours to clear
        place.unlink()
    _run([sys.executable, "-m", "venv", "--clear", place], env=dict(os.environ))


def _install_packages(development: bool) -> None:
    """Exactly the locked files (every hash is checked), by uv; by pip where uv cannot be had."""
    env = _index_environment()
    lock = ROOT / ("requirements-dev.lock" if development else "requirements.lock")
    if _uv(env):
        _run([*_uv_install(PYTHON), "-r", lock], env=env)
    else:
        _run([PYTHON, "-m", "pip", "install", "--quiet", "--require-hashes", "-r", lock], env=env)
    stamp = {"root": str(ROOT), "development" if development else "runtime": _digest(lock.name)}
    READY.write_text(json.dumps(stamp), encoding="utf-8")


def _uv(env: dict[str, str]) -> bool:
    """Whether uv is in `.venv`; installs the locked version the first time."""
    if (VENV / "bin" / "uv").exists():
        return True
    with tempfile.TemporaryDirectory() as place:
        wanted = Path(place) / "uv.lock"
        wanted.write_text(_lock_entry("requirements-fetch.lock", "uv"), encoding="utf-8")
        command = [PYTHON, "-m", "pip", "install", "--quiet", "--require-hashes", "-r", wanted]
        return subprocess.run([str(part) for part in command], env=env, capture_output=True).returncode == 0


def _lock_entry(lock: str, package: str) -> str:
    """The lines of one package, hashes included, out of a lock file."""
    taken: list[str] = []
    for text in (ROOT / lock).read_text(encoding="utf-8").splitlines():
        if text.startswith(f"{package}==") or (taken and text.startswith(" ")):
            taken.append(text)
        elif taken:
            break
    return "\n".join(taken) + "\n"


def _uv_install(python: Path) -> list[str | Path]:
    return [VENV / "bin" / "uv", "pip", "install", "--quiet", "--require-hashes", "--python", python]


def _index_environment() -> dict[str, str]:
    """Our environment, with what pip was told about indexes and certificates said once more for uv, which does not read it.

    Several indexes are searched as pip does (the best version of all); the hashes make that safe.
    """
    env = dict(os.environ, PIP_DISABLE_PIP_VERSION_CHECK="1", UV_SYSTEM_CERTS="1", UV_NO_PROGRESS="1")
    if any(name in os.environ for name in ("UV_DEFAULT_INDEX", "UV_INDEX_URL", "UV_INDEX", "UV_EXTRA_INDEX_URL")):
        return env
    told = _pip_settings(env)
    if told.get("index-url"):
        env["UV_DEFAULT_INDEX"] = told["index-url"]
    if told.get("extra-index-url"):
        env["UV_INDEX"] = " ".join(told["extra-index-url"].split())
        env["UV_INDEX_STRATEGY"] = "unsafe-best-match"
    if told.get("find-links"):
        env.setdefault("UV_FIND_LINKS", ",".join(told["find-links"].split()))
    if told.get("trusted-host"):
        env.setdefault("UV_INSECURE_HOST", " ".join(told["trusted-host"].split()))
    if told.get("cert"):
        env.setdefault("SSL_CERT_FILE", told["cert"])
    return env


def _pip_settings(env: dict[str, str]) -> dict[str, str]:
    """pip's own reading of its files and variables: {"index-url": ...}; variables win over files, `install` over `global`."""
    answer = subprocess.run([str(PYTHON), "-m", "pip", "config", "list"], env=env, capture_output=True, text=True)
    found: dict[str, dict[str, str]] = {"global": {}, "install": {}, ":env:": {}}
    for text in answer.stdout.splitlines():
        name, _, value = text.partition("=")
        section, _, key = name.rpartition(".")
        if section in found:
            found[section][key] = value.strip("'\"").replace("\\n", " ")
    return found["global"] | found["install"] | found[":env:"]


def _fetch_front_end() -> None:
    """`npm ci` with the system's npm, else with one from a throw-away environment."""
    npm = shutil.which("npm")
    if npm and _npm_is_new_enough(npm):
        _npm_ci(npm, os.environ["PATH"])
    else:
        with tempfile.TemporaryDirectory(prefix="ilias-node-") as place:
            node = Path(place) / "node"
            env = _index_environment()
            _make_venv(node)
            install = _uv_install(node / "bin" / "python")
            if not _uv(env):
                install = [node / "bin" / "python", "-m", "pip", "install", "--quiet", "--require-hashes"]
            _run([*install, "-r", ROOT / "requirements-fetch.lock"], env=env)
            _npm_ci(str(node / "bin" / "npm"), f"{node / 'bin'}{os.pathsep}{os.environ['PATH']}")
    NPM_READY.write_text(_digest("package-lock.json"), encoding="utf-8")


def _npm_is_new_enough(npm: str) -> bool:
    answer = subprocess.run([npm, "--version"], capture_output=True, text=True)
    major = answer.stdout.strip().partition(".")[0]
    return answer.returncode == 0 and major.isdigit() and int(major) >= OLDEST_NPM


def _npm_ci(npm: str, path: str) -> None:
    _run([npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], env=dict(os.environ, PATH=path))


def _run(command: list[str | Path], *, env: dict[str, str]) -> None:
    """Runs a command silently; when it fails, its last lines become the reason."""
    done = subprocess.run(
        [str(part) for part in command], cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    if done.returncode:
        tail = "\n".join(done.stdout.strip().splitlines()[-8:])
        name = Path(command[0]).name
        raise Stop(
            words(
                f"{tail}\n{name} failed. Is there a network connection and free disk space? Then start again.",
                f"{tail}\n{name} is mislukt. Is er een netwerkverbinding en vrije schijfruimte? Start dan opnieuw.",
            )
        )


# -- settings of a first start --------------------------------------------------------------------------------------


def local_environment() -> None:
    """Without a SECRET_KEY: makes var/local.env once (demo on, random keys) and takes its lines as defaults.

    Production never comes here: it has a SECRET_KEY, and its servers start without manage.py.
    """
    if os.environ.get("SECRET_KEY") or os.environ.get("SECRET_KEY_FILE"):
        return
    place = Path(os.environ.get("VAR_DIR", ROOT / "var")) / "local.env"
    if not place.exists():
        place.parent.mkdir(parents=True, exist_ok=True)
        field_key = base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()
        lines = [f"SECRET_KEY={secrets.token_urlsafe(64)}", f"FIELD_KEYS=1:{field_key}", "DEMO=1"]
        with open(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n")
    for text in place.read_text(encoding="utf-8").splitlines():
        name, separator, value = text.partition("=")
        if separator and not name.startswith("#"):
            os.environ.setdefault(name.strip(), value.strip())
