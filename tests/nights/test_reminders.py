"""The reminders of late territories, ready to send."""

import io
import json
from email import message_from_bytes, policy
from pathlib import Path

import openpyxl
import pytest

from vigie.diffusion.drafts import write_reminders
from vigie.diffusion.pages.content import reminders
from vigie.diffusion.pages.reading import Publication
from vigie.errors import SettingsError
from vigie.settings import Settings


def test_each_late_territory_has_its_message_with_its_own_workbook(
    demo_copy: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Publication(demo_copy.publication_path) as publication:
        late = [row["siren_epci"] for row in reminders.to_call(publication)]
    monkeypatch.setenv("VIGIE_SMTP_RECIPIENTS", json.dumps({late[0]: "feuille@exemple.fr"}))
    folder = demo_copy.home / "relances"
    folder.mkdir()
    (folder / "000000000.eml").write_bytes(b"reported since")
    written = write_reminders(demo_copy)
    assert sorted(path.stem for path in written) == sorted(late)
    assert sorted(folder.iterdir()) == sorted(written)
    assert folder.stat().st_mode & 0o077 == written[0].stat().st_mode & 0o077 == 0
    for path in written:
        message = message_from_bytes(path.read_bytes(), policy=policy.default)
        assert message["To"] == ("feuille@exemple.fr" if path.stem == late[0] else None)
        assert message["X-Unsent"] == "1" and "rapport attendu" in message["Subject"]
        (book,) = message.iter_attachments()
        sheets = openpyxl.load_workbook(io.BytesIO(book.get_content()), read_only=True)
        cells = {str(cell) for row in sheets.worksheets[0].values for cell in row}
        assert path.stem in cells
    assert write_reminders(demo_copy) == written


def test_nothing_is_reminded_before_a_publication(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="vigie night"):
        write_reminders(Settings(home=tmp_path))
