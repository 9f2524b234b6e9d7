#!/bin/sh
# Once before the other services: Airflow's metadata, and the account that makes the others.
set -eu
umask 077
mkdir -p "$AIRFLOW_HOME"
airflow db migrate
airflow users create --role Admin --username admin --firstname Vigie --lastname Administration \
    --email admin@localhost --password "$VIGIE_ADMIN_PASSWORD"
# The account of an earlier installation keeps the password of .env, were it changed there.
exec airflow users reset-password --username admin --password "$VIGIE_ADMIN_PASSWORD"
