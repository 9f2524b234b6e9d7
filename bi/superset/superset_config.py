"""Superset as Vigie needs it: French, read only, nothing called outside. No secret is written here."""

import os

from sqlalchemy.pool import NullPool

APP_NAME = "Vigie"
SECRET_KEY = os.environ["SUPERSET_SECRET_KEY"]
# Behind the HTTPS front, which alone says by what name and protocol it was asked.
ENABLE_PROXY_FIX = bool(os.environ.get("SUPERSET_BEHIND_FRONT"))

LANGUAGES = {"fr": {"flag": "fr", "name": "Français"}}
BABEL_DEFAULT_LOCALE = "fr"
D3_FORMAT = {
    "decimal": ",",
    "thousands": "\u202f",
    "grouping": [3],
    "currency": ["", "\u00a0€"],
    "percent": "\u00a0%",
}
D3_TIME_FORMAT = {
    "dateTime": "%A %e %B %Y à %X",
    "date": "%d/%m/%Y",
    "time": "%H:%M:%S",
    "periods": ["", ""],
    "days": ["dimanche", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi"],
    "shortDays": ["dim.", "lun.", "mar.", "mer.", "jeu.", "ven.", "sam."],
    "months": [
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ],
    "shortMonths": [
        "janv.",
        "févr.",
        "mars",
        "avr.",
        "mai",
        "juin",
        "juil.",
        "août",
        "sept.",
        "oct.",
        "nov.",
        "déc.",
    ],
}
CURRENCIES = ["EUR"]

_COLOURS = ["#0f5175", "#b24d1b", "#1c6b52", "#7fb0cc", "#6a7079", "#e0b04c", "#8d5a97"]
EXTRA_CATEGORICAL_COLOR_SCHEMES = [
    {
        "id": "vigie",
        "label": "Vigie",
        "description": "Les couleurs des pages de pilotage",
        "colors": _COLOURS,
        "isDefault": True,
    }
]
_LOGO = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 92 30'%3E"
    "%3Cpath d='M4 6l9 18 9-18h-5l-4 9-4-9z' fill='%230a4f6e'/%3E"
    "%3Ctext x='27' y='24' font-family='Inter,Helvetica,Arial' font-size='22' font-weight='700' "
    "fill='%230a4f6e'%3EVigie%3C/text%3E%3C/svg%3E"
)
THEME_DEFAULT = {
    "token": {
        "brandAppName": APP_NAME,
        "brandLogoAlt": APP_NAME,
        "brandLogoUrl": _LOGO,
        "brandLogoHeight": "24px",
        "brandLogoMargin": "18px 0",
        "brandLogoHref": "/dashboard/list/",
        "colorPrimary": "#0a4f6e",
        "colorLink": "#0a4f6e",
        "colorError": "#9a3412",
        "colorSuccess": "#1c6b52",
        "fontFamily": "Inter, Helvetica, Arial, sans-serif",
    },
    "algorithm": "default",
}
# Dashboards are printed and projected: one look, whatever the browser prefers.
THEME_DARK = None

# The browser code calls a usage-counting host whatever the settings: only the policy stops it.
TALISMAN_CONFIG = {
    "content_security_policy": {
        "base-uri": ["'self'"],
        "default-src": ["'self'"],
        "img-src": ["'self'", "blob:", "data:"],
        "worker-src": ["'self'", "blob:"],
        "connect-src": ["'self'"],
        "object-src": "'none'",
        "style-src": ["'self'", "'unsafe-inline'"],
        "font-src": ["'self'", "data:"],
        "script-src": ["'self'", "'strict-dynamic'"],
    },
    "content_security_policy_nonce_in": ["script-src"],
    "force_https": False,
    "session_cookie_secure": False,
}
THEME_FONT_URL_ALLOWED_DOMAINS: list[str] = []

# A figure is never older than the publication it is read from.
CACHE_CONFIG = {"CACHE_TYPE": "NullCache"}
DATA_CACHE_CONFIG = {"CACHE_TYPE": "NullCache"}
ROW_LIMIT = 10_000
SQL_MAX_ROW = 10_000


def DB_CONNECTION_MUTATOR(uri, params, username, security_manager, source):  # noqa: N802
    """Points the database of the YAML at this installation's publication, without keeping it open.

    A publication replaces the file by rename: a pooled connection would go on reading the old one.
    """
    if uri.drivername == "duckdb":
        uri = uri.set(database=os.environ.get("VIGIE_PUBLICATION", uri.database))
        params = params | {"poolclass": NullPool}
    return uri, params
