"""The real settings, less what only costs time or leaves traces."""

import os

from tests import environment  # isort: skip - sets what the real settings read
from core.words import compile_messages
from ilias.settings import *  # noqa: F403
from ilias.settings import BASE_DIR, DATABASES, STORAGES

compile_messages(BASE_DIR)  # before anything says its first word
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = True

_database = DATABASES["default"]
if _database["ENGINE"].endswith("sqlite3"):
    # a file, because a worker in another process and the live server's threads look at it too
    _database["TEST"] = {"NAME": str(environment.VAR / "test.sqlite3")}
    _database["OPTIONS"]["init_command"] = "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;"
if "ILIAS_TEST_DATABASE" in os.environ:  # a real process beside the tests works on the tests' own database
    _database["NAME"] = os.environ["ILIAS_TEST_DATABASE"]
# the same number of queries on both databases: sessions in the database, a cache outside of it
SESSION_ENGINE = "django.contrib.sessions.backends.db"
if not os.environ.get("REDIS_URL"):
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
