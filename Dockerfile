# syntax=docker/dockerfile:1
# One image for every service: Airflow, the library, the DAGs, dbt models and seeds. Built from the lock file.
ARG BASE=debian:bookworm-slim

FROM ${BASE} AS build
# An organisation that adds its own certification authority to the base image is followed (UV_SYSTEM_CERTS).
ENV DEBIAN_FRONTEND=noninteractive UV_PYTHON_DOWNLOADS=never UV_LINK_MODE=copy UV_SYSTEM_CERTS=1
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates python3 python3-venv \
    && python3 -m venv /opt/uv && /opt/uv/bin/pip install --no-cache-dir uv
WORKDIR /opt/vigie
# Dependencies first: they change less often than the code.
COPY pyproject.toml uv.lock README.md LICENSE ./
RUN /opt/uv/bin/uv sync --frozen --no-dev --extra comptes --no-install-project --compile-bytecode --no-cache
COPY src src
COPY expectations expectations
RUN /opt/uv/bin/uv sync --frozen --no-dev --extra comptes --no-editable --compile-bytecode --no-cache

FROM ${BASE}
ENV DEBIAN_FRONTEND=noninteractive
# The fonts are those of the charts and the PDF; nothing here is needed to run a night.
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        ca-certificates fonts-dejavu-core libpq5 python3 tini tzdata \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 10001 --user-group --home-dir /data --no-create-home vigie \
    && install -d -o vigie -g vigie -m 0750 /data /data/airflow
WORKDIR /opt/vigie
COPY --from=build /opt/vigie/.venv .venv
COPY dags dags
COPY dbt_project dbt_project
COPY seeds seeds
COPY docker docker
ENV PATH=/opt/vigie/.venv/bin:$PATH \
    PYTHONPATH=/opt/vigie/.venv/lib/python3.11/site-packages/vigie/airflow_night/preload \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    TZ=Europe/Paris \
    VIGIE_PROJECT=/opt/vigie \
    VIGIE_HOME=/data \
    AIRFLOW_HOME=/data/airflow \
    AIRFLOW__CORE__DAGS_FOLDER=/opt/vigie/dags \
    AIRFLOW__CORE__LOAD_EXAMPLES=False \
    DO_NOT_TRACK=1 \
    DBT_SEND_ANONYMOUS_USAGE_STATS=false \
    GX_ANALYTICS_ENABLED=false
USER vigie
VOLUME /data
ENTRYPOINT ["/usr/bin/tini", "--"]
CMD ["vigie", "--help"]
