#!/bin/sh
# Once before the other services: the password of the web interface, then Airflow's metadata.
set -eu
umask 077
mkdir -p "$AIRFLOW_HOME"
python3 - <<'PYTHON'
import json
import os
from pathlib import Path

file = Path(os.environ["AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE"])
file.write_text(json.dumps({"admin": os.environ["VIGIE_ADMIN_PASSWORD"]}), encoding="utf-8")
PYTHON
exec airflow db migrate
