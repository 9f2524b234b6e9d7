"""Exit code 0 when Airflow says that the component named as argument is healthy."""

import json
import sys
import urllib.request

HEALTH = "http://api-server:8080/api/v2/monitor/health"


def main(component: str) -> int:
    with urllib.request.urlopen(HEALTH, timeout=8) as answer:
        return 0 if json.load(answer)[component]["status"] == "healthy" else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
