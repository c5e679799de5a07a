"""One settings module, driven by the environment: for a first start, production and (through tests/settings.py) tests."""

from pathlib import Path
from urllib.parse import urlsplit

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from core import env

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(env.text("VAR_DIR", str(BASE_DIR / "var")))
VAR_DIR.mkdir(parents=True, exist_ok=True)

# -- who we are ---------------------------------------------------------------------------------------------------
SITE_URL = env.text("SITE_URL", f"http://{env.text('HOST', '127.0.0.1')}:{env.text('PORT', '8000')}").rstrip("/")
_site = urlsplit(SITE_URL)
LOOPBACK = (_site.hostname or "") in {"127.0.0.1", "localhost", "::1"}
SECURE = _site.scheme == "https"
DEMO = env.flag("DEMO")
DEBUG = env.flag("DEBUG")
SECRET_KEY = env.text("SECRET_KEY")
# version:key, comma separated, the newest last; each key is 32 random bytes in base64url (design.md rule 9)
FIELD_KEYS = env.names("FIELD_KEYS")
ALLOWED_HOSTS = env.names("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]" + ("" if LOOPBACK else f",{_site.hostname}"))
CSRF_TRUSTED_ORIGINS = [SITE_URL]

if not FIELD_KEYS:
    raise ImproperlyConfigured("Set FIELD_KEYS: without a master key no personal text can be kept.")
if not LOOPBACK and (DEBUG or len(SECRET_KEY) < 50):
    raise ImproperlyConfigured("On a public address DEBUG stays off and SECRET_KEY has at least 50 characters.")
if not LOOPBACK and not SECURE and not env.flag("INSECURE_HTTP"):
    raise ImproperlyConfigured("SITE_URL starts with https:// on a public address (INSECURE_HTTP=1 only behind a test proxy).")

# -- apps ---------------------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_htmx",
    "csp",
    "core",
    "outbox",
    "people",
    "tools",
    "trajectories",
    "networks",
    "sessions.apps.SessionsConfig",
    "planning.apps.PlanningConfig",
    "reflections",
    "reporting",
    "ilias",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "core.middleware.Headers",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "people.middleware.PersonMiddleware",
    "core.middleware.Refusals",
    "django_htmx.middleware.HtmxMiddleware",
]
ROOT_URLCONF = "ilias.urls"
WSGI_APPLICATION = "ilias.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [
                ("core.layout.Loader", ["django.template.loaders.filesystem.Loader"]),
                ("core.folded.Loader", ["django.template.loaders.app_directories.Loader"]),
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "ilias.context.page",
            ],
            "builtins": ["core.templatetags.said"],
            "libraries": {"i18n": "core.templatetags.said"},
        },
    }
]
SILENCED_SYSTEM_CHECKS = ["templates.W003"]  # our i18n stands in for Django's, with all its tags
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
INSTALLED_APPS.append("django.forms")
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"
FRAMEWORKS = BASE_DIR / "reporting" / "frameworks"  # one file per set of a funder's indicators
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# -- database (design.md rule 13) ---------------------------------------------------------------------------------
DATABASES = {"default": environ.Env.db_url_config(env.text("DATABASE_URL", f"sqlite:///{VAR_DIR / 'ilias.sqlite3'}"))}
_database = DATABASES["default"]
if _database["ENGINE"].endswith("sqlite3"):
    _database["OPTIONS"] = {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
    }
else:
    _database["CONN_MAX_AGE"] = env.number("CONN_MAX_AGE", 600)
    _database["CONN_HEALTH_CHECKS"] = True
    if env.flag("DATABASE_PREPARES", True):  # PostgreSQL plans a query once a connection; not behind a pooler of transactions
        # every cursor is read to its end, so the plan with the cheapest first rows is the wrong one; and compiling a plan to
        # machine code (jit) costs a page of a large programme ten times what it saves
        served = {"options": "-c cursor_tuple_fraction=1 -c jit=off"}
        _database["OPTIONS"] = served | _database.get("OPTIONS", {}) | {"server_side_binding": True, "prepare_threshold": 3}

# -- cache and sessions: shared between processes, because allauth counts its limits there --------------------------
REDIS_URL = env.text("REDIS_URL", "")
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL, "KEY_PREFIX": "ilias"}
    if REDIS_URL
    else {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "core_cache"}
}
SESSION_ENGINE = "django.contrib.sessions.backends." + ("cached_db" if REDIS_URL else "db")
SESSION_COOKIE_AGE = 90 * 24 * 3600
SHARED_DEVICE_IDLE_SECONDS = 30 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = False
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
if SECURE:
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"
CSRF_COOKIE_HTTPONLY = True

# -- headers --------------------------------------------------------------------------------------------------------
SECURE_SSL_REDIRECT = SECURE and env.flag("SSL_REDIRECT", True)
SECURE_HSTS_SECONDS = 31536000 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.flag("BEHIND_PROXY") else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "img-src": [SELF, "data:"],
        "form-action": [SELF],
        "base-uri": [NONE],
        "object-src": [NONE],
        "frame-ancestors": [NONE],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000  # an attendance grid of 60 people has 8 fields a row
DATA_UPLOAD_MAX_NUMBER_FILES = 10

# -- people who sign in ---------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["people.hashers.ModestArgon2Hasher", "django.contrib.auth.hashers.PBKDF2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "people.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # the address is proven by the code that signs in
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 900
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT = 900
ACCOUNT_FORMS = {"confirm_login_code": "people.forms.CodeForm"}
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_SESSION_REMEMBER = None
ACCOUNT_LOGOUT_REDIRECT_URL = "home"
MFA_ADAPTER = "allauth.mfa.adapter.DefaultMFAAdapter"
MFA_SUPPORTED_TYPES = ["webauthn", "totp", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = LOOPBACK
MFA_TOTP_ISSUER = "ILIAS-traject"
ALLAUTH_TRUSTED_PROXY_COUNT = env.number("TRUSTED_PROXY_COUNT", 0)

# -- letters --------------------------------------------------------------------------------------------------------
EMAIL_URL = env.text("EMAIL_URL", "")
if EMAIL_URL:
    vars().update(environ.Env.email_url_config(EMAIL_URL))
EMAIL_TIMEOUT = env.number("EMAIL_TIMEOUT", 30)  # seconds that the mail server may be silent
DEFAULT_FROM_EMAIL = env.text("FROM_EMAIL", "ILIAS-traject <traject@ilias.example>")
# Without a mail server letters (and sign-in codes) are read on the outbox page, on loopback only.
LETTERS_ON_SCREEN = LOOPBACK and not EMAIL_URL
OUTBOX_LEASE_SECONDS = env.number("OUTBOX_LEASE_SECONDS", 120)

# -- background work (design.md rule 4) -----------------------------------------------------------------------------
if REDIS_URL:
    CELERY_BROKER_URL = REDIS_URL
    CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, int | str] = {
        "visibility_timeout": 900,
        "socket_connect_timeout": 1,
        "socket_timeout": 5,
    }
else:
    _queue = VAR_DIR / "queue"
    for _name in ("in", "control"):
        (_queue / _name).mkdir(parents=True, exist_ok=True)
    CELERY_BROKER_URL = "filesystem://"
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(_queue / "in"),
        "data_folder_out": str(_queue / "in"),
        "control_folder": str(_queue / "control"),
    }
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TIMEZONE = "UTC"
CELERY_TASK_PUBLISH_RETRY = False
CELERY_BEAT_SCHEDULER = "ilias.beat:Scheduler"
CELERY_BEAT_SCHEDULE = {"tick": {"task": "ilias.tick", "schedule": 60.0, "options": {"expires": 55}}}
BEAT_SIGN_OF_LIFE = VAR_DIR / "beat"  # a file of which beat renews the time

# -- words, dates, zone ---------------------------------------------------------------------------------------------
LANGUAGE_CODE = "nl"
LANGUAGES = [("nl", _("Dutch")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["ilias.formats"]
TIME_ZONE = "Europe/Brussels"
USE_TZ = True
USE_I18N = True

# -- files ----------------------------------------------------------------------------------------------------------
STATIC_URL = "static/"
STATIC_ROOT = Path(env.text("STATIC_ROOT", str(VAR_DIR / "static")))
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "core.finders.NodeModulesFinder",
    "core.joined_files.JoinedFinder",
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(VAR_DIR / "media")}},
    "staticfiles": {"BACKEND": "core.static_files.NamedOnce"},
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
WHITENOISE_MIMETYPES = {".webmanifest": "application/manifest+json"}

# -- what the log says (never a person's text) ----------------------------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.text("LOG_LEVEL", "INFO")},
    "loggers": {
        "django": {"handlers": ["console"], "propagate": False, "level": "WARNING"},
        "kombu.connection": {"level": "ERROR"},  # warns at each poke that the queue of files has no host name
    },
}
