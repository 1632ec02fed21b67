# The image of the site, its jobs and its schedule; docker-compose.yml starts one of each.
FROM python:3.11-slim AS build
WORKDIR /srv/taakplein
COPY requirements/run.txt requirements/run.txt
RUN python -m venv /opt/venv \
 && /opt/venv/bin/pip install --no-cache-dir --only-binary :all: --require-hashes -r requirements/run.txt
COPY . .
# Compressing the static files takes most of a minute, so it happens here and not at every start.
RUN STATIC_MANIFEST=1 /opt/venv/bin/python manage.py collectstatic --noinput

FROM python:3.11-slim
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 STATIC_MANIFEST=1
RUN useradd --system --no-create-home --home-dir /nonexistent taakplein
WORKDIR /srv/taakplein
COPY --from=build /opt/venv /opt/venv
COPY --from=build /srv/taakplein /srv/taakplein
USER taakplein
EXPOSE 8000
# The site answers within a second when it works; jobs and schedule have their own checks in
# docker-compose.yml.
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
  CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
CMD ["python", "-m", "gunicorn", "marketplace.wsgi:application", "--bind", "0.0.0.0:8000", "--worker-class", "gthread", "--workers", "2", "--threads", "4", "--preload", "--graceful-timeout", "3", "--log-level", "warning", "--no-control-socket"]
