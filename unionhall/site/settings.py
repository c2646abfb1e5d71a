"""Settings of the house. What differs between machines comes from the environment."""

import os
import sys
from datetime import timedelta
from pathlib import Path

import dj_database_url
from csp.constants import NONE, SELF

PACKAGE = Path(__file__).resolve().parent.parent
HOME = Path(os.environ.get("UNIONHALL_HOME", PACKAGE.parent / "var"))
TESTING = "pytest" in sys.modules

DEBUG = os.environ.get("UNIONHALL_DEBUG", "") == "1"
SECRET_KEY = os.environ.get("UNIONHALL_SECRET_KEY", "")
KEYS_FILE = Path(os.environ.get("UNIONHALL_KEYS", HOME / ("test-keys.toml" if TESTING else "keys.toml")))
SECRET_FILE = HOME / "secret"
if not SECRET_KEY:
    HOME.mkdir(parents=True, exist_ok=True)
    if not SECRET_FILE.exists():
        SECRET_FILE.touch(mode=0o600)
        SECRET_FILE.write_text(os.urandom(48).hex())
    SECRET_KEY = SECRET_FILE.read_text().strip()
ALLOWED_HOSTS = os.environ.get("UNIONHALL_HOSTS", "127.0.0.1,localhost,[::1]").split(",")
CSRF_TRUSTED_ORIGINS = [origin for origin in os.environ.get("UNIONHALL_ORIGINS", "").split(",") if origin]
BEHIND_TLS = os.environ.get("UNIONHALL_TLS", "") == "1"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "django_htmx",
    "django_tables2",
    "django_filters",
    "csp",
    "axes",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_tasks",
    "django_tasks_db",
    "unionhall.kernel",
    "unionhall.law",
    "unionhall.people",
    "unionhall.employers",
    "unionhall.unions",
    "unionhall.membership",
    "unionhall.report",
    "unionhall.desk",
    "unionhall.site",
]
AUTH_USER_MODEL = "kernel.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

MIDDLEWARE = [
    "csp.middleware.CSPMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "unionhall.kernel.pages.middleware.chosen_language",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "unionhall.kernel.pages.middleware.acting",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "unionhall.kernel.pages.middleware.admitted",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
]
if TESTING:  # the test server serves static files itself
    MIDDLEWARE.remove("whitenoise.middleware.WhiteNoiseMiddleware")
ROOT_URLCONF = "unionhall.site.urls"
WSGI_APPLICATION = "unionhall.site.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "kernel" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "unionhall.site.context.house",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

DATABASES = {
    "default": dj_database_url.parse(
        os.environ.get("DATABASE_URL") or f"sqlite:///{HOME / 'unionhall.sqlite3'}", conn_max_age=60
    ),
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 30,
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-200000;"
            "PRAGMA mmap_size=2147483648; PRAGMA temp_store=MEMORY;"
        ),
    }
    SESSION_ENGINE = "django.contrib.sessions.backends.file"
    SESSION_FILE_PATH = HOME / "sessions"
    if not TESTING:
        SESSION_FILE_PATH.mkdir(parents=True, exist_ok=True)
if TESTING:
    SESSION_ENGINE = "django.contrib.sessions.backends.db"
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache"
        if TESTING
        else "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": "" if TESTING else str(HOME / "cache"),
    },
}
TASKS = {
    "default": {
        "BACKEND": "django_tasks.backends.immediate.ImmediateBackend"
        if TESTING
        else "django_tasks_db.DatabaseBackend",
    },
}

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [
    ("zh-hans", "中文"),
    ("en", "English"),
]  # each by its own name, for those who cannot read the other
# Of two catalogues with the same message, the house's own is the one that is read.
LOCALE_PATHS = sorted(PACKAGE.glob("*/locale"))
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = PACKAGE.parent / "static-root"
MEDIA_ROOT = HOME / "files"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if TESTING or DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage",
    },
}
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = TESTING or DEBUG
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 300 * 1024 * 1024

AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "unionhall.people.worker.WorkerBackend",
]
VALIDATION = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": f"{VALIDATION}.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "display_name")},
    },
    {
        "NAME": "unionhall.kernel.passwords.Length",
        "OPTIONS": {"min_length": int(os.environ.get("UNIONHALL_PASSWORD_LENGTH", "8"))},
    },
    {"NAME": f"{VALIDATION}.CommonPasswordValidator"},
    {
        "NAME": "unionhall.kernel.passwords.KindsOfCharacters",
        "OPTIONS": {"kinds": int(os.environ.get("UNIONHALL_PASSWORD_KINDS", "3"))},
    },
]
PASSWORD_DAYS = int(os.environ.get("UNIONHALL_PASSWORD_DAYS", "90"))  # 0: passwords do not expire
if TESTING:
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_ADAPTER = "unionhall.kernel.pages.accounts.ClosedDoor"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_NAME_OF = "unionhall.people.worker.account_name"  # whom a phone or an identity number leads to
MFA_ADAPTER = "unionhall.kernel.pages.accounts.SecondFactor"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Unionhall"
MFA_TOTP_TOLERANCE = 1  # a step of 30 seconds: clocks of phones differ
ADMIN_MFA = os.environ.get("UNIONHALL_ADMIN_MFA", "1" if BEHIND_TLS else "0") == "1"
# How many proxies' word about an address is believed: without one the header could be anybody's.
ALLAUTH_TRUSTED_PROXY_COUNT = int(os.environ.get("UNIONHALL_PROXIES", "1" if BEHIND_TLS else "0"))
AXES_FAILURE_LIMIT = int(os.environ.get("UNIONHALL_LOGIN_FAILURES", "5"))
AXES_COOLOFF_TIME = timedelta(minutes=int(os.environ.get("UNIONHALL_LOCK_MINUTES", "30")))
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_RESET_ON_SUCCESS = True
AXES_ENABLE_ACCESS_FAILURE_LOG = True
AXES_USERNAME_FORM_FIELD = "login"
AXES_USERNAME_CALLABLE = "unionhall.kernel.pages.lockouts.attempt_name"
AXES_CLIENT_IP_CALLABLE = "unionhall.kernel.pages.lockouts.address_of"
AXES_LOCKOUT_CALLABLE = "unionhall.kernel.pages.lockouts.locked_out"
AXES_SENSITIVE_PARAMETERS = [
    "login",
    "username",
    "ip_address",
    "code",
    "oldpassword",
    "password1",
    "password2",
]
ACCOUNT_RATE_LIMITS = {
    "login": "120/m/ip",
    # passwords are counted by axes; this counts wrong codes of the second factor
    "login_failed": f"60/m/ip,{AXES_FAILURE_LIMIT}/{int(AXES_COOLOFF_TIME.total_seconds())}s/key",
}

SESSION_COOKIE_AGE = int(os.environ.get("UNIONHALL_IDLE_MINUTES", "30")) * 60
SESSION_MOST_SECONDS = int(os.environ.get("UNIONHALL_SESSION_HOURS", "12")) * 3600
SESSION_SAVE_EVERY_REQUEST = True
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = BEHIND_TLS
SECURE_SSL_REDIRECT = BEHIND_TLS
SECURE_HSTS_SECONDS = 31_536_000 if BEHIND_TLS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = BEHIND_TLS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_TLS else None
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    },
}
DJANGO_TABLES2_TEMPLATE = "kernel/table.html"
SEEDS = PACKAGE.parent.parent / "shared" / "seeds"
