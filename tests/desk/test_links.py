"""Every link that a page of the desk shows leads somewhere that its reader may open."""

from collections import deque
from urllib.parse import urldefrag, urljoin, urlsplit

import lxml.html
import pytest
from steering_site import Site, site  # noqa: F401

from tests.desk.conftest import BOULOGNE, VISITORS, Guichet, Visitor
from vigie.desk.invitations import OPERATION, REGION, TERRITORY

HOST = "http://testserver"


def refused(visitor: Visitor, start: str = "/") -> tuple[list[str], set[str]]:
    """The links of the pages reached from `start` that answer with anything but a page or a file; all that was read."""
    waiting, seen, wrong = deque([(start, start)]), {start}, []
    while waiting:
        path, page = waiting.popleft()
        answer = visitor.get(path)
        if answer.status_code == 303:
            found = [answer.headers["location"]]
        elif answer.status_code != 200:
            wrong.append(f"{page} -> {path} : {answer.status_code}")
            continue
        elif "html" in answer.headers["content-type"]:
            links = lxml.html.fromstring(answer.text).iterlinks()
            found = [link for _, attribute, link, _ in links if attribute != "action"]
        else:
            continue
        for link in found:
            target = urldefrag(urljoin(HOST + path, link)).url
            target_path = target.removeprefix(HOST)
            if target.startswith(HOST + "/") and target_path not in seen:
                seen.add(target_path)
                waiting.append((target_path, path))
            else:
                assert urlsplit(target).scheme in ("http", "https", "data", "mailto")
    return wrong, seen


@pytest.mark.parametrize("role", [TERRITORY, REGION, OPERATION])
def test_no_link_served_to_a_role_is_refused_to_it(
    role: str,
    morning: Guichet,
    site: Site,
) -> None:
    morning.settings.published.mkdir()
    (morning.settings.published / "site").symlink_to(site.folder)
    wrong, seen = refused(VISITORS[role](morning))
    assert wrong == []
    assert {"/site/", "/site/index.html", f"/site/territoires/{BOULOGNE}.html"} <= seen
    assert ("/rapports/prochain-rapport.xlsx" in seen) == (role == TERRITORY)


@pytest.mark.parametrize("role", VISITORS)
def test_no_link_is_refused_before_anything_is_published(role: str, guichet: Guichet) -> None:
    wrong, seen = refused(VISITORS[role](guichet))
    assert wrong == [] and "/presentation/guichet.css" in seen
