"""`manage.py lint`: one line per check, what is wrong under it, and an exit code that tells."""

import shutil

import pytest
from django.conf import settings

from ilias import lint


def test_a_lock_that_names_a_host_fails_and_is_named(tmp_path, monkeypatch, capsys):
    for name in lint.LOCKS:
        shutil.copyfile(settings.BASE_DIR / name, tmp_path / name)
    monkeypatch.setattr(lint, "ROOT", tmp_path)
    assert lint.main(["locks"]) == 0
    with (tmp_path / "package-lock.json").open("a") as lock:
        lock.write('"resolved": "https://registry.test/bootstrap.tgz"')
    assert lint.main(["locks"]) == 1
    assert "package-lock.json: names a host" in capsys.readouterr().out


def test_a_check_that_does_not_exist_is_refused(capsys):
    with pytest.raises(SystemExit) as ended:
        lint.main(["everything"])
    assert ended.value.code == 2
    assert "no such check: everything" in capsys.readouterr().err


def test_the_checks_run_without_any_setting_of_the_shell(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgres://somebody@production/ilias")
    env = lint._environment(SITE_URL="https://traject.test")
    assert "DATABASE_URL" not in env
    assert len(env["SECRET_KEY"]) > 50
    assert env["SITE_URL"] == "https://traject.test"


def test_a_line_of_a_template_that_could_be_broken_fails_and_one_tag_may_be_long(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(lint, "ROOT", tmp_path)
    monkeypatch.setattr(lint, "_tracked", lambda pattern: ["page.html"] if pattern == "templates/*.html" else [])
    long = 20 * "sentence"
    for line in (
        f'{{% translate "{long}" %}}',
        f'  {{% translate "{long}" %}} {{# space #}}',
        f'    content="{{% translate "{long}" %}}">',
    ):
        (tmp_path / "page.html").write_text(f"<p>\n{line}\n", encoding="utf-8")
        assert lint.main(["sizes"]) == 0, line
    for line in (f'<p>{{% translate "{long}" %}}</p>', f'{{% if a %}}{{% translate "{long}" %}}{{% endif %}}', 20 * "words of "):
        (tmp_path / "page.html").write_text(f"<p>\n{line}\n", encoding="utf-8")
        assert lint.main(["sizes"]) == 1, line
    assert "page.html:2: 180 characters" in capsys.readouterr().out
