"""Django settings, read from the environment. `python3 run.py` sets what a demo needs."""

import os
from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

env = environ.Env()
BASE_DIR = Path(__file__).resolve().parent.parent
environ.Env.read_env(BASE_DIR / ".env")

# --- the site -----------------------------------------------------------------------------------
DEBUG = env.bool("DEBUG", default=False)
# The demo offers one-click demo people on the login page. Never on a real market.
DEMO_MODE = env.bool("TAAKPLEIN_DEMO", default=False)
SECRET_KEY = env("SECRET_KEY", default="only-for-tests-and-commands-that-serve-no-pages")
# Signs certificates of work. Give it its own value to change SECRET_KEY without changing their key.
CERTIFICATE_SECRET = env("TAAKPLEIN_CERTIFICATE_SECRET", default="") or SECRET_KEY
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
SITE_NAME = env("SITE_NAME", default="Taakplein")
BEHIND_TLS = env.bool("BEHIND_TLS", default=False)
# How many proxies stand in front of the site: whose address a visitor has depends on it.
NUM_PROXIES = env.int("NUM_PROXIES", default=0)
ALLAUTH_TRUSTED_PROXY_COUNT = NUM_PROXIES
# The host that shows clients' HTML in frames and nothing else, such as frames.example.org. Empty:
# localhost frames for 127.0.0.1 and the other way round, which is for one's own machine.
FRAME_HOST = env("TAAKPLEIN_FRAME_HOST", default="")

# --- the market ---------------------------------------------------------------------------------
CURRENCY = env("TAAKPLEIN_CURRENCY", default="EUR")
FEE_BASIS_POINTS = env.int("TAAKPLEIN_FEE_BASIS_POINTS", default=1000)  # 1000 = 10 % on top of pay
FIRST_DEPOSIT_CENTS = env.int("TAAKPLEIN_FIRST_DEPOSIT_CENTS", default=50_000)
APPROVAL_DAYS = env.int("TAAKPLEIN_APPROVAL_DAYS", default=7)
DISPUTE_DAYS = env.int("TAAKPLEIN_DISPUTE_DAYS", default=14)  # escrow of rejected work stays held
ANSWER_HOURS = env.int(
    "TAAKPLEIN_ANSWER_HOURS", default=48
)  # for a client, to a dispute or problem
DECISION_DAYS = env.int("TAAKPLEIN_DECISION_DAYS", default=14)  # for an operator who is asked
# Above this share of the work handed in for a batch, and above this number, rejections are held.
BRAKE_PERCENT = env.int("TAAKPLEIN_BRAKE_PERCENT", default=10)
BRAKE_AT_LEAST = env.int("TAAKPLEIN_BRAKE_AT_LEAST", default=5)
NOTICE_DAYS = env.int("TAAKPLEIN_NOTICE_DAYS", default=14)  # before a mechanism changes
SWEEP_SECONDS = env.float("TAAKPLEIN_SWEEP_SECONDS", default=1.0)
# On how many processes at once simulations may run; the market's own work always goes first.
ASIDE_PROCESSES = env.int("TAAKPLEIN_ASIDE_PROCESSES", default=os.cpu_count() or 1)
# Simulated workers who keep a demo alive, and how often they act; 0 switches them off.
AGENTS = env.int("TAAKPLEIN_AGENTS", default=9 if DEMO_MODE else 0)
AGENT_SECONDS = 5.0
# How often an idle lab asks itself what the present code has not been asked yet; 0 is never.
EXAMINE_SECONDS = env.float("TAAKPLEIN_EXAMINE_SECONDS", default=20.0)

# --- the pieces ---------------------------------------------------------------------------------
INSTALLED_APPS = [
    "classroom",
    "notices",
    "simulation",
    "rights",
    "transparency",
    "batches",
    "disputes",
    "allocation",
    "statuses",
    "wages",
    "shifts",
    "reputation",
    "screening",
    "proofs",
    "provisions",
    "tasks",
    "workers",
    "clients",
    "ledger",
    "accounts",
    "agenda",
    "api",
    "marketplace",
    "marketplace.admin_app.OperatorsAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "django_filters",
    "django_htmx",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "rest_framework",
    "rest_framework.authtoken",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "batches.middleware.FrameMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "csp.middleware.CSPMiddleware",
    "marketplace.way_back.WayBackMiddleware",
    "marketplace.busy.BusyMiddleware",
]
ROOT_URLCONF = "marketplace.urls"
WSGI_APPLICATION = "marketplace.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "marketplace.context.site",
            ],
        },
    },
]

# --- PostgreSQL and Redis -----------------------------------------------------------------------
STATEMENT_TIMEOUT_MS = env.int("STATEMENT_TIMEOUT_MS", default=30_000)  # run.py gives the web 2,000
DATABASES = {"default": env.db_url("DATABASE_URL", default="postgresql://localhost/taakplein")}
DATABASES["default"].update(
    CONN_MAX_AGE=60,
    CONN_HEALTH_CHECKS=True,
    OPTIONS={
        "options": f"-c statement_timeout={STATEMENT_TIMEOUT_MS} -c lock_timeout=1000",
        "connect_timeout": 5,
    },
)
# Off behind a pooler that may hand every transaction another session (PgBouncer before 1.21).
PREPARED_STATEMENTS = env.bool("PREPARED_STATEMENTS", default=True)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
REDIS_URL = env("REDIS_URL", default="redis://localhost:6379/0")

# The message is only a doorbell; PostgreSQL holds the work. So results are not kept, and a message
# that is lost costs at most one sweep.
CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_DEFAULT_QUEUE = "jobs"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 60,
    "unacked_restore_interval": 1,
    "unacked_restore_throttle": 1,
    "socket_timeout": 5,
    "socket_connect_timeout": 1,
}
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE = {
    "sweep": {
        "task": "agenda.sweep",
        "schedule": SWEEP_SECONDS,
        "options": {"expires": 5},
    },
    "forget_old_answers": {"task": "api.forget_old_answers", "schedule": 600.0},
    "classes": {"task": "classroom.act", "schedule": 2.0, "options": {"expires": 2}},
}
if AGENTS > 0:
    CELERY_BEAT_SCHEDULE["agents"] = {
        "task": "simulation.act",
        "schedule": AGENT_SECONDS,
        "options": {"expires": AGENT_SECONDS},
    }

if EXAMINE_SECONDS > 0:
    CELERY_BEAT_SCHEDULE["examine"] = {
        "task": "simulation.examine_next",
        "schedule": EXAMINE_SECONDS,
        "options": {"expires": EXAMINE_SECONDS},
    }

CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "taakplein",
        "OPTIONS": {"socket_timeout": 0.25, "socket_connect_timeout": 0.25},
    }
}

# --- people -------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["marketplace.reader.SessionOfAPerson"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "optional"
ACCOUNT_SIGNUP_FORM_CLASS = "accounts.forms.SignupForm"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = True
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "welcome"
LOGOUT_REDIRECT_URL = "home"
EMAIL_BACKEND = env("EMAIL_BACKEND", default="django.core.mail.backends.console.EmailBackend")
# Links in e-mail lead here; a job has no request that could tell.
SITE_URL = env("TAAKPLEIN_SITE_URL", default="http://localhost:8000").rstrip("/")
EMAIL_HOST = env("EMAIL_HOST", default="localhost")
EMAIL_PORT = env.int("EMAIL_PORT", default=25)
EMAIL_HOST_USER = env("EMAIL_HOST_USER", default="")
EMAIL_HOST_PASSWORD = env("EMAIL_HOST_PASSWORD", default="")
EMAIL_USE_TLS = env.bool("EMAIL_USE_TLS", default=False)
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default="Taakplein <no-reply@localhost>")

# --- words, times, files ------------------------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("nl", _("Dutch")), ("fr", _("French"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600  # seconds; a reader chooses a language once
LANGUAGE_COOKIE_SAMESITE = "Lax"
FORMAT_MODULE_PATH = "marketplace.formats"
USE_TZ = True
TIME_ZONE = env("TIME_ZONE", default="Europe/Brussels")
STATIC_URL = "static/"
STATIC_ROOT = env.path("STATIC_ROOT", default=str(BASE_DIR / "staticfiles"))
STATICFILES_DIRS = [BASE_DIR / "static"]
# A compressed manifest takes 40 s to build, so only the container image has one.
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if env.bool("STATIC_MANIFEST", default=False)
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not env.bool("STATIC_MANIFEST", default=False)

# --- safety -------------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = BEHIND_TLS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_TLS else None
SECURE_HSTS_SECONDS = 31_536_000 if BEHIND_TLS else 0
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024

# --- the API ------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "api.authentication.TokenOfAPerson",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticatedOrReadOnly"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_PAGINATION_CLASS": "api.pages.ByPosition",
    "DEFAULT_PARSER_CLASSES": ["api.reading.SafeJSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_THROTTLE_CLASSES": ["api.throttles.PerMinute"],
    "EXCEPTION_HANDLER": "api.problems.answer_problem",
    # How many proxies stand before the site. Their X-Forwarded-For is believed, a visitor's not.
    "NUM_PROXIES": NUM_PROXIES,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
API_REQUESTS_PER_MINUTE = env.int("API_REQUESTS_PER_MINUTE", default=6000)
API_REQUESTS_PER_MINUTE_WITHOUT_LOGIN = env.int(
    "API_REQUESTS_PER_MINUTE_WITHOUT_LOGIN", default=600
)
API_PASSWORD_TRIES_PER_MINUTE = env.int("API_PASSWORD_TRIES_PER_MINUTE", default=10)
SPECTACULAR_SETTINGS = {
    "TITLE": "Taakplein API",
    "DESCRIPTION": "Everything a person can do on this market, through the same actions.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1/",
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "api.examples.with_examples",
    ],
    "ENUM_NAME_OVERRIDES": {
        "TaskKind": "tasks.models.Task.Kind",
        "UntimedTaskKind": "api.tasks.UNTIMED",
        "TaskState": "tasks.models.Task.State",
        "AssignmentState": "tasks.models.Assignment.State",
        "BidState": "allocation.models.Bid.State",
        "ExperimentState": "simulation.models.Experiment.State",
        "OfferState": "allocation.models.Offer.State",
        "TimeEntryKind": "wages.models.TimeEntry.Kind",
        "SideOfAnAssignment": "reputation.models.Opinion.Side",
        "TransferKind": "ledger.models.Transfer.Kind",
        "CandidateOutcome": "api.allocations.OUTCOMES",
        "DisputeOutcome": "disputes.models.Verdict",
        "HeldRejectionOutcome": "disputes.models.HeldRejection.Outcome",
        "ProblemOutcome": "disputes.models.ProblemTicket.Outcome",
        "TemplateKind": "batches.models.Template.Kind",
        "UploadState": "batches.models.Upload.State",
    },
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env("LOG_LEVEL", default="WARNING")},
}
