"""Files that other programs read: static files, settings by name, the compose file, locks, translations."""

import re
import subprocess
import sys

import polib
import pytest
import yaml
from django.conf import settings
from django.contrib.staticfiles import finders

from core import translations
from core.finders import NPM_FILES, NodeModulesFinder
from core.words import compile_messages

ROOT = settings.BASE_DIR


def test_only_the_named_files_of_npm_packages_are_served():
    served = {name for name, _ in NodeModulesFinder().list([])}
    assert served == set(NPM_FILES)
    assert finders.find("vendor/fonts/atkinson-latin-400-normal.woff2")
    for path in ("bootstrap/package.json", "vendor/bootstrap/bootstrap.min.css", "vendor/../package.json", "axe-core/axe.min.js"):
        assert not finders.find(path)


def test_every_setting_read_from_the_environment_stands_in_the_example():
    example = set(re.findall(r"^([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    tracked = subprocess.run(["git", "ls-files", "*.py"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    code = "\n".join((ROOT / name).read_text() for name in tracked if not name.startswith("tests/") and (ROOT / name).exists())
    read = set(re.findall(r"""env\.(?:text|flag|number|names)\(\s*["']([A-Z_0-9]+)["']""", code))
    assert len(read) > 15
    assert read - example == set()


OURS = ("migrate", "web", "worker", "beat")


def compose(name="docker-compose.yml"):
    """The services of this compose file."""
    return yaml.safe_load((ROOT / name).read_text())["services"]


def test_the_compose_file_runs_every_part_unprivileged_and_watched():
    services = compose()
    assert set(services) == {*OURS, "postgres", "redis"}
    for name, service in services.items():
        assert name == "migrate" or service["healthcheck"]["test"][0] == "CMD"
        assert service["logging"] == {"driver": "local"}
    for name in OURS:
        assert services[name]["cap_drop"] == ["ALL"]
        assert services[name]["read_only"]
        assert [volume.rpartition(":")[2] for volume in services[name]["volumes"]] == ["/var/lib/ilias", "/var/lib/ilias/media"]
    image = (ROOT / "Dockerfile").read_text()
    assert re.search(r"^USER ilias$", image, re.MULTILINE)
    assert "libpango" in image


def test_one_service_builds_the_image_that_all_use():
    services = compose()
    assert {name for name in services if "build" in services[name]} == {"migrate"}
    assert len({services[name]["image"] for name in OURS}) == 1


def test_an_empty_line_in_env_takes_nothing_of_the_image_away():
    image = dict(re.findall(r"^(?:ENV|   ) ([A-Z_]+)=(\S+)", (ROOT / "Dockerfile").read_text(), re.MULTILINE))
    empty = re.findall(r"^([A-Z_]+)=$", (ROOT / ".env.example").read_text(), re.MULTILINE)
    taken = image.keys() & set(empty)
    assert taken == {"VAR_DIR", "STATIC_ROOT"}
    for name in OURS:
        assert {key: compose()[name]["environment"][key] for key in taken} == {key: image[key] for key in taken}


def test_secrets_from_files_take_the_place_of_every_secret_value():
    services = compose("docker-compose.secrets.yml")
    assert set(services) == {*OURS, "postgres"}
    for service in services.values():
        files = {key: value for key, value in service["environment"].items() if key.endswith("_FILE")}
        assert files == {f"{name.upper()}_FILE": f"/run/secrets/{name}" for name in service["secrets"]}
        assert service["environment"].keys() - files.keys() == {key.removesuffix("_FILE") for key in files}
        assert not any(service["environment"][key] for key in service["environment"].keys() - files.keys())


def test_the_image_gets_all_that_runs_and_nothing_that_only_lies_here():
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    wanted = {line[1:] for line in lines if line.startswith("!")}
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    folders = {name.split("/")[0] for name in tracked if "/" in name}
    assert lines[1] == "*"
    assert folders - wanted == {".ci", "bench", "docs", "tests"}


def test_locks_name_no_host_and_carry_hashes():
    for name in ("requirements.lock", "requirements-dev.lock", "requirements-fetch.lock"):
        text = (ROOT / name).read_text()
        assert "://" not in text
        assert text.count("--hash=sha256:") > text.count("==") > 1
    front_end = (ROOT / "package-lock.json").read_text()
    assert "://" not in front_end
    assert front_end.count('"integrity"') == front_end.count('"node_modules/')


@pytest.fixture
def catalogue(tmp_path):
    """Writes a .po file; gives its path."""

    def write(*entries):
        place = tmp_path / "locale" / "nl" / "LC_MESSAGES"
        place.mkdir(parents=True, exist_ok=True)
        po = polib.POFile()
        po.metadata = {"Content-Type": "text/plain; charset=UTF-8", "Plural-Forms": "nplurals=2; plural=(n != 1);"}
        po.extend(polib.POEntry(**entry) for entry in entries)
        po.save(str(place / "django.po"))
        return place / "django.po"

    return write


def test_messages_are_compiled_when_they_changed_and_only_then(catalogue, tmp_path):
    catalogue({"msgid": "Save", "msgstr": "Bewaren"})
    assert compile_messages(tmp_path) == 1
    assert compile_messages(tmp_path) == 0
    compiled = polib.mofile(str(tmp_path / "locale/nl/LC_MESSAGES/django.mo"))
    assert compiled.find("Save").msgstr == "Bewaren"


def test_what_is_missing_in_a_translation_is_named(catalogue):
    known = polib.pofile(
        str(
            catalogue(
                {"msgid": "Save", "msgstr": "Bewaren"},
                {"msgid": "Send", "msgstr": ""},
                {"msgid": "Move", "msgstr": "Verplaatsen", "flags": ["fuzzy"]},
                {"msgid": "%(name)s has gone", "msgstr": "%(naam)s is weg"},
                {"msgid": "one day", "msgid_plural": "%(n)s days", "msgstr_plural": {0: "een dag", 1: "%(n)s dagen"}},
            )
        )
    )
    wanted = [*known, polib.POEntry(msgid="New")]
    assert translations.faults(wanted, known) == [
        "not translated: 'Send'",
        "unsure: 'Move'",
        "other placeholders: '%(name)s has gone'",
        "not translated: 'New'",
    ]


def test_the_start_commands_import_nothing_that_must_be_installed():
    code = "import ilias.bootstrap, ilias.first_start, ilias.test_run, ilias.lint; import sys; print('django' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-I", "-c", f"import sys; sys.path.insert(0, {str(ROOT)!r}); {code}"], capture_output=True, text=True
    )
    assert done.stdout.strip() == "False", done.stderr
