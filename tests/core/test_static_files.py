"""Static files: what one file names of another is there under its lasting name."""

import json
import shutil

from django.conf import settings
from django.core.files.storage import FileSystemStorage

from core.static_files import NamedOnce


def test_the_icons_of_the_home_screen_are_there_under_their_lasting_names(tmp_path):
    shutil.copytree(settings.BASE_DIR / "static", tmp_path, dirs_exist_ok=True)
    ours, storage = FileSystemStorage(tmp_path), NamedOnce(location=tmp_path, base_url="/static/")

    named = {path: new for path, new, _ in storage.post_process({path: (ours, path) for path in our_files(tmp_path)})}

    icons = json.loads((tmp_path / named["manifest.webmanifest"]).read_text(encoding="utf-8"))["icons"]
    assert [icon["src"] for icon in icons] == [named["img/icon-192.png"], named["img/icon-512.png"]]
    assert all((tmp_path / icon["src"]).is_file() for icon in icons)


def our_files(folder):
    return [str(path.relative_to(folder)) for path in folder.glob("img/icon-*.png")] + ["manifest.webmanifest"]
