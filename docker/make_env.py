"""Prints a `.env` with a fresh secret for each name that `.env.example` leaves empty.

Usage: python3 docker/make_env.py > .env
"""

import base64
import secrets
from pathlib import Path

EXAMPLE = Path(__file__).resolve().parents[1] / ".env.example"


def secret(name: str) -> str:
    if name == "VIGIE_FERNET_KEY":
        return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()
    return secrets.token_urlsafe(36)


def main() -> None:
    for line in EXAMPLE.read_text(encoding="utf-8").splitlines():
        name, equals, value = line.partition("=")
        is_secret = equals and not value and not line.startswith("#")
        print(f"{name}={secret(name)}" if is_secret else line)


if __name__ == "__main__":
    main()
