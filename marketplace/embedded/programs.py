"""The command lines of the site's processes. `docker-compose.yml` uses the same ones."""

# Each is what follows `python -m`.
PREPARE = ["marketplace.embedded.prepare"]
CELERY = ["celery", "-A", "marketplace", "worker", "--queues", "jobs", "--concurrency", "2"]
CELERY += ["--without-gossip", "--without-mingle", "--loglevel", "warning"]

# A process of its own rather than `worker -B`: when it dies its parent notices, and production
# needs it apart anyway. This scheduler keeps no file: the schedule is static and starts at once.
SCHEDULE = ["celery", "-A", "marketplace", "beat", "--scheduler", "celery.beat:Scheduler"]
SCHEDULE += ["--loglevel", "warning"]


def web(listen_on: str) -> list[str]:
    """The site, listening on an address (`0.0.0.0:8000`) or an inherited socket (`fd://5`)."""
    command = ["gunicorn", "marketplace.wsgi:application", "--bind", listen_on]
    # Preloaded: the site is imported once, and its processes share that memory. Few threads: more of
    # them only take turns at the same two cores (measured: 4 do a tenth more claims than 8).
    command += ["--worker-class", "gthread", "--workers", "2", "--threads", "4", "--preload"]
    return [*command, "--graceful-timeout", "3", "--log-level", "warning", "--no-control-socket"]


# A page that needs longer than two seconds of database time is a bug; jobs may take thirty.
WEB_ENVIRONMENT = {"STATEMENT_TIMEOUT_MS": "2000"}
