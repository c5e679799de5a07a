# One image for web, worker, beat and migrations; docker-compose.yml starts it in each of these parts.

FROM node:22-bookworm-slim AS front-end
WORKDIR /front-end
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --omit=dev

FROM python:3.11-slim-bookworm AS packages
COPY requirements.lock .
RUN python -m venv /opt/venv && /opt/venv/bin/pip install --no-cache-dir --require-hashes -r requirements.lock

FROM python:3.11-slim-bookworm
RUN apt-get update \
    && apt-get install -y --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-noto-color-emoji \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /var/lib/ilias ilias \
    && install -d -o ilias -g ilias /var/lib/ilias /var/lib/ilias/media
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    ILIAS_NO_PREPARE=1 \
    DJANGO_SETTINGS_MODULE=ilias.settings \
    STATIC_ROOT=/opt/static \
    VAR_DIR=/var/lib/ilias
WORKDIR /app
COPY --from=packages /opt/venv /opt/venv
COPY . .
COPY --from=front-end /front-end/node_modules node_modules
# the two values live in this line only; nothing of them stays in the image
RUN python -c "from pathlib import Path; from core.words import compile_messages; compile_messages(Path('.'))" \
    && SECRET_KEY=build FIELD_KEYS=build VAR_DIR=/tmp/build python manage.py collectstatic --noinput --verbosity 0 \
    && python -m compileall -q . \
    && rm -rf /tmp/build
USER ilias
VOLUME /var/lib/ilias
EXPOSE 8000
CMD ["gunicorn", "ilias.wsgi", "--bind", "0.0.0.0:8000", "--threads", "4", "--preload", "--worker-tmp-dir", "/dev/shm", "--no-control-socket"]
