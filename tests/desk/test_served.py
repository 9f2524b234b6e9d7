"""What is published is read by those who may, and nothing else is."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.desk.conftest import ARRAS, BOULOGNE, Guichet, opened
from vigie.desk.invitations import OPERATION, REGION


@pytest.fixture
def published(guichet: Guichet) -> Guichet:
    """A site and exports written by hand, and what must never be served beside them."""
    home = guichet.settings.published
    files = {
        "site/index.html": "la région",
        "site/methode.html": "la méthode",
        "site/assets/vigie.css": "body{}",
        "site/.manifeste.json": "caché",
        "secret.html": "secret",
        "vigie.duckdb": "base",
    }
    for siren in (BOULOGNE, ARRAS):
        files[f"site/territoires/{siren}.html"] = f"page de {siren}"
        files[f"site/pdf/{siren}.pdf"] = f"fiche de {siren}"
        files[f"site/donnees/territoires-{siren}-statuts.csv"] = f"données de {siren}"
    files["exports-1/marts.csv"] = "a;b"
    for name, content in files.items():
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text(content, encoding="utf-8")
    (home / "exports").symlink_to("exports-1")
    (home / "site" / "lien.html").symlink_to(home / "secret.html")
    return guichet


def test_a_territory_reads_its_own_page_and_those_of_the_region(published: Guichet) -> None:
    visitor = published.territory(BOULOGNE)
    assert visitor.follow(visitor.get("/mes-chiffres")).text == f"page de {BOULOGNE}"
    assert visitor.get("/site/").text == "la région"
    for page in (f"territoires/{ARRAS}.html", f"pdf/{ARRAS}.pdf", "assets/vigie.css"):
        assert visitor.get(f"/site/{page}").status_code == 200
    assert visitor.get("/fichiers/marts.csv").status_code == 403


def test_the_pages_are_open_without_a_link_when_the_region_says_so_and_nothing_else_is(
    published: Guichet,
) -> None:
    assert published.client.get("/site/").headers["location"] == "/"
    public = opened(replace(published.settings, site_is_public=True))
    assert 'href="/site/"' in public.client.get("/").text
    assert public.client.get("/site/").text == "la région"
    assert public.client.get(f"/site/territoires/{ARRAS}.html").status_code == 200
    for path in ("/fichiers", "/fichiers/marts.csv", "/mes-chiffres", "/rapports"):
        assert public.client.get(path).headers["location"] == "/"
    for path in ("/site/%2e%2e/secret.html", "/site/lien.html", "/site/.manifeste.json"):
        assert public.client.get(path).status_code in (303, 404)


@pytest.mark.parametrize("role", [REGION, OPERATION])
def test_the_region_reads_every_page_and_every_file(role: str, published: Guichet) -> None:
    visitor = published.visitor(role)
    assert visitor.get("/site/").text == "la région"
    assert visitor.get(f"/site/territoires/{ARRAS}.html").text == f"page de {ARRAS}"
    assert "marts.csv" in visitor.get("/fichiers").text
    saved = visitor.get("/fichiers/marts.csv")
    assert saved.text == "a;b" and "attachment" in saved.headers["content-disposition"]


@pytest.mark.parametrize(
    "path",
    [
        "/site/../secret.html",
        "/site/%2e%2e/secret.html",
        "/site/..%2fsecret.html",
        "/site//etc/passwd",
        "/site/%2fetc%2fpasswd",
        "/site/lien.html",
        "/site/.manifeste.json",
        "/site/territoires",
        "/site/%00",
        "/fichiers/..%2fvigie.duckdb",
        "/fichiers/%2e%2e",
    ],
)
def test_nothing_beside_what_is_published_is_read(path: str, published: Guichet) -> None:
    answer = published.visitor(REGION).get(path)
    assert answer.status_code in (303, 404)
    assert not {"secret", "root:", "caché", "base"} & set(answer.text.split())


def test_a_page_of_the_site_keeps_its_own_policy_and_is_put_in_no_frame(published: Guichet) -> None:
    policy = published.visitor(REGION).get("/site/").headers["content-security-policy"]
    assert "script-src 'self';" in policy and "frame-ancestors 'none'" in policy


def test_a_title_made_to_harm_is_shown_as_text(guichet: Guichet, tmp_path: Path) -> None:
    name = '<script>alert(1)</script>"><img src=x>.csv'
    visitor = guichet.territory()
    sent = visitor.post("/verifier", files={"fichier": (name, b"a;b")}, geste="envoyer")
    page = visitor.follow(sent).text
    assert "<script>alert" not in page and "<img" not in page
