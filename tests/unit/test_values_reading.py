"""From parsed reports to typed columns: what each column holds and what is said of it."""

from datetime import date, datetime
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.frames import normalise
from vigie.reading.adapters.codes import OBSERVATIONS
from vigie.reading.fields import Fields
from vigie.reading.values import Batch
from vigie.reading.values.columns import holds
from vigie.records import (
    GRANTS,
    LONG_INDICATORS,
    REPORT,
    ROADMAP_REGISTER,
    Cell,
    Observation,
    ParsedReport,
    Receipt,
)
from vigie.reference.columns import ACTION, FUNDING, HEADER
from vigie.reference.seeds import Reference
from vigie.settings import Settings

SIREN = "246200729"
DEPOSIT = datetime(2026, 4, 3, 8, 30)
TODAY = date(2026, 4, 5)
REFERENCE = Reference.load(Settings.from_environment().seeds)
FIELDS = Fields.load(REFERENCE.seeds)


def report(
    rows: list[dict[str, str | None]],
    header: dict[str, str] | None = None,
    name: str = "a",
    format_: str = "vigie_csv",
    jeu: str = REPORT,
    **more: Any,
) -> ParsedReport:
    """A parsed report: one dictionary per row, in a sheet `Actions`, rows numbered from 2."""
    names = list(dict.fromkeys(champ for row in rows for champ in row))
    columns = {n: pa.array([row.get(n) for row in rows], pa.large_string()) for n in names}
    place = {
        "feuille": pa.array(["Actions"] * len(rows), pa.large_string()),
        "ligne": pa.array(range(2, len(rows) + 2), pa.int64()),
    }
    return ParsedReport(
        receipt=Receipt(
            source_id=name,
            siren_epci=SIREN,
            canal="depot",
            format="auto",
            nom_fichier=f"{name}.csv",
            adresse=name,
            sha256=name * 64,
            taille_octets=1,
            depose_le=DEPOSIT,
            collecte_le=DEPOSIT,
            connu_le=DEPOSIT,
        ),
        jeu=jeu,
        format=format_,
        entete={
            champ: Cell(value, "Feuille de route", 5, "B")
            for champ, value in (
                header or {"siren_epci": SIREN, "date_situation": "31/03/2026"}
            ).items()
        },
        lignes=pa.table({**place, **columns}),
        colonnes={n: (n, chr(65 + i)) for i, n in enumerate(names)},
        **more,
    )


def read(*reports: ParsedReport) -> Batch:
    return normalise(list(reports), REFERENCE, TODAY)


def actions(*rows: dict[str, str | None]) -> tuple[pd.DataFrame, pd.DataFrame]:
    batch = read(report([{"code_action": f"A{i}", **row} for i, row in enumerate(rows)]))
    return batch.actions, batch.observations


def told(observations: pd.DataFrame) -> list[tuple[str, int, str]]:
    return list(observations[["regle_code", "ligne", "valeur"]].itertuples(index=False, name=None))


def test_every_column_is_there_with_its_type_even_without_any_report() -> None:
    for batch in (read(), read(report([{"code_action": "A1", "intitule": "Guichet"}]))):
        kinds = batch.actions.dtypes.astype(str).to_dict()
        assert kinds["code_action"] == kinds["statut__brut"] == "str"
        assert kinds["date_fin_prevue"] == "datetime64[s]"
        assert kinds["taux_avancement_pct"] == kinds["budget_prevu_eur"] == "float64"
        assert kinds["est_confidentielle"] == kinds["retard_declare"] == "bool"
        assert kinds["ligne"] == "int64"
        assert batch.rapports.dtypes.astype(str)["date_situation"] == "datetime64[s]"
        assert "date_adoption" in batch.autres[ROADMAP_REGISTER]
        for field in FIELDS.of_level(FUNDING):
            assert field.champ in batch.financements


def test_present_but_untyped_means_unreadable_and_nothing_else() -> None:
    frame, _ = actions(
        {
            "budget_prevu_eur": "Entre 200 et 500",
            "date_fin_prevue": "2023-06-31",
            "sens": "oblique",
        },
        {"budget_prevu_eur": "NR", "date_fin_prevue": "à définir", "sens": "-"},
        {"budget_prevu_eur": "1 234,50 €", "date_fin_prevue": "31/12/2026", "sens": "À la hausse"},
        {"budget_prevu_eur": None, "date_fin_prevue": None, "sens": None},
    )
    for champ in ("budget_prevu_eur", "date_fin_prevue", "sens"):
        assert frame[f"{champ}__brut"].notna().tolist() == [True, False, True, False]
        assert frame[champ].notna().tolist() == [False, False, True, False]
    assert frame["budget_prevu_eur"].iloc[2] == 1234.5
    assert frame["date_fin_prevue"].iloc[2] == pd.Timestamp(2026, 12, 31)
    assert frame["sens"].iloc[2] == "hausse"


def test_a_status_is_read_by_its_exact_aliases_and_a_declared_delay_is_kept() -> None:
    frame, _ = actions(
        {"statut": "EN COURS "}, {"statut": "En retard"}, {"statut": "presque"}, {"statut": None},
        {"statut": "Terminé"}, {"statut": "NR"},
    )  # fmt: skip
    assert frame["statut_code"].fillna("?").tolist() == [
        "en_cours", "en_cours", "?", "non_renseigne", "realise", "non_renseigne",
    ]  # fmt: skip
    assert frame["retard_declare"].tolist() == [False, True, False, False, False, False]
    assert frame["statut__brut"].fillna("").tolist()[2] == "presque"


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("✅ Terminé", "realise"), ("Terminé ✔️", "realise"), ("(3) Réalisé", "realise"),
        ("1 - En cours", "en_cours"), ("1️⃣ En cours", "en_cours"), ("• En cours…", "en_cours"),
        ("2. Bloqué", "bloque"), ("🔴 Bloqué", "bloque"), ("② Bloqué", "bloque"), ("0-À venir", "a_venir"),
        ("Bloqué (2)", "bloque"), ("🟠 3. En retard", "en_cours"), ("a) En pause", "en_pause"),
        ("✅", "?"), ("3", "?"), ("☐ Terminé", "?"), ("N. réalisé", "?"), ("3 réalisés", "?"),
        ("12/05 : Réalisé", "?"), ("Terminé ?", "?"), ("1/2 terminé", "?"), ("50 % terminé", "?"),
    ],
)  # fmt: skip
def test_a_status_is_the_same_with_an_emoji_a_tick_a_bullet_or_a_number(
    written: str, code: str
) -> None:
    frame, _ = actions({"statut": written})
    assert frame["statut_code"].fillna("?").tolist() == [code]
    assert frame["statut__brut"].tolist() == [written]
    assert frame["retard_declare"].tolist() == ["retard" in written]


def test_every_listed_value_is_read_without_its_decoration_and_no_free_text_is() -> None:
    row = {
        "code_action": "1 - En cours",
        "intitule": "✅ Terminé",
        "themes": "1 - Mobilité; 🚲 Inclusion numérique",
        "meteo": "☀️ Ensoleillé",
        "confidentiel": "🔒 Oui",
        "sens": "📈 hausse",
    }
    batch = read(report([row]))
    (action,) = batch.actions.to_dict("records")
    assert (action["code_action"], action["intitule"]) == ("1 - En cours", "✅ Terminé")
    assert batch.themes["theme_code"].tolist() == ["mobilite", "inclusion_numerique"]
    assert (action["meteo_code"], action["sens"]) == ("soleil", "hausse")
    assert action["est_confidentielle"]


def test_progress_is_told_apart_by_its_whole_column() -> None:
    def column(*values: str) -> tuple[list[float], list[tuple[str, int, str]]]:
        frame, observations = actions(*({"taux_avancement": value} for value in values))
        return frame["taux_avancement_pct"].tolist(), told(observations)

    assert column("45 %", "0", "100") == ([45, 0, 100], [])
    assert column("0,45", "1", "0") == ([45, 100, 0], [("LEC-TAUX-FRACTION", 0, "")])
    assert column("0,45", "80") == ([0.45, 80], [("LEC-TAUX-AMBIGU", 2, "0,45")])
    assert column("0", "1") == ([0, 1], [("LEC-TAUX-AMBIGU", 3, "1")])
    assert column("3/4", "80") == ([75, 80], [("LEC-TAUX-LU", 2, "3/4")])
    assert column("250 %") == ([250], [])


def test_the_progress_of_one_report_does_not_change_that_of_another() -> None:
    rows = [[{"code_action": "A", "taux_avancement": value}] for value in ("0,5", "50")]
    batch = read(report(rows[0], name="a"), report(rows[1], name="b"))
    assert batch.actions["taux_avancement_pct"].tolist() == [50, 50]
    assert batch.observations["regle_code"].tolist() == ["LEC-TAUX-FRACTION"]
    assert batch.observations["rapport_id"].tolist() == batch.actions["rapport_id"].tolist()[:1]


def test_a_doubt_on_confidentiality_keeps_the_action_out_of_sight() -> None:
    frame, observations = actions(
        {"confidentiel": "Oui"}, {"confidentiel": "x"}, {"confidentiel": "FAUX"},
        {"confidentiel": "peut-être"}, {"confidentiel": None}, {"confidentiel": "NC"},
        {"confidentiel": "Non ; Oui"}, {"confidentiel": "#N/A"}, {"confidentiel": "—"},
        {"confidentiel": "Non\nnon"}, {"confidentiel": "Non ; à voir"},
    )  # fmt: skip
    assert frame["est_confidentielle"].tolist() == [
        True, True, False, True, False, True, True, True, False, False, True,
    ]  # fmt: skip
    doubtful = [(3, "x"), (5, "peut-être"), (7, "NC"), (9, "#N/A"), (12, "Non ; à voir")]
    assert told(observations) == [("LEC-CONFIDENTIEL", *told) for told in doubtful]


def test_themes_are_split_and_an_unknown_one_waits_for_its_class() -> None:
    batch = read(
        report(
            [
                {"code_action": "A", "themes": "Mobilité ; Tourisme"},
                {"code_action": "B", "themes": "E-administration, GRU et dématérialisation"},
                {"code_action": "C", "themes": "Mobilité, Santé et autonomie, mobilité"},
                {"code_action": "D", "themes": "Licornes|Mobilité"},
                {"code_action": "E"},
            ]
        )
    )
    found = batch.themes[["ligne", "theme_code", "theme_brut"]].itertuples(index=False, name=None)
    assert list(found) == [
        (2, "mobilite", "Mobilité"),
        (2, "tourisme", "Tourisme"),
        (3, "e_administration", "E-administration, GRU et dématérialisation"),
        (4, "mobilite", "Mobilité"),
        (4, "sante", "Santé et autonomie"),
        (5, "a_classer", "Licornes"),
        (5, "mobilite", "Mobilité"),
    ]


def test_silos_keep_the_words_of_the_territory() -> None:
    batch = read(
        report(
            [{"code_action": "A", "silos": "Port et économie bleue ; Mer, littoral"}],
            {"siren_epci": SIREN, "silos_projet_territoire": "Port et économie bleue\nSenteurs"},
        )
    )
    assert batch.silos["silo_code"].tolist() == ["port_et_economie_bleue", "mer_littoral"]
    assert batch.rapports_silos["silo_libelle"].tolist() == ["Port et économie bleue", "Senteurs"]


def test_a_missing_code_is_derived_from_axis_and_title_and_stays_the_same() -> None:
    rows: list[dict[str, str | None]] = [
        {"axe": "Axe 1", "intitule": "Guichet numérique"},
        {"axe": "Axe 2", "intitule": "Guichet numérique"},
    ]
    first, again = read(report(rows)), read(report(rows[::-1], name="b"))
    codes = first.actions["code_action"].tolist()
    assert codes == again.actions["code_action"].tolist()[::-1]
    assert len(set(codes)) == 2 and all(code.startswith("guichet_numerique_") for code in codes)
    assert first.actions["est_code_derive"].all()
    assert told(first.observations) == [("LEC-CODE-DERIVE", 0, "")]


def test_where_some_actions_alone_lack_their_code_each_is_told() -> None:
    batch = read(
        report([{"code_action": "A", "intitule": "x"}, {"code_action": None, "intitule": "y"}])
    )
    assert batch.actions["est_code_derive"].tolist() == [False, True]
    assert told(batch.observations) == [("LEC-CODE-DERIVE", 3, "")]


def test_contact_details_never_go_further_wherever_they_were_written() -> None:
    secret = "voir j.d@x.fr ou 06 12 34 56 78"
    champs = [field.champ for field in FIELDS.of_level(ACTION)]
    funder = dict.fromkeys((field.champ for field in FIELDS.of_level(FUNDING)), secret)
    parsed = report(
        [dict.fromkeys(champs, secret)],
        dict.fromkeys((field.champ for field in FIELDS.of_level(HEADER)), secret),
        observations=[Observation("FOR-COLONNE-INCONNUE", "Actions", 1, "Z", secret)],
        financements=report([funder]).lignes,
    )
    batch = read(parsed)
    frames = [value for value in vars(batch).values() if isinstance(value, pd.DataFrame)]
    for frame in (*frames, *batch.autres.values()):
        assert "j.d@" not in frame.to_csv() and "12 34 56" not in frame.to_csv()
    assert "LEC-COORDONNEES" in set(batch.observations["regle_code"])
    assert "courriel retiré" in batch.actions.to_csv()


def test_the_siren_of_the_file_is_followed_to_the_territory_of_today() -> None:
    retired = next(iter(REFERENCE.retired_sirens.values()))
    batch = read(
        report([], {"siren_epci": retired.siren_ancien, "date_situation": "31/03/2026"}, name="a"),
        report([], {"siren_epci": "24620072900019"}, name="b"),
        report([], {"date_situation": "31/03/2026"}, name="c"),
        report([], {"siren_epci": "246200730"}, name="d"),
        report([], {"siren_epci": "552100554"}, name="e"),
    )
    assert batch.rapports["siren_epci"].fillna("").tolist() == [
        retired.siren_epci, SIREN, SIREN, "", "552100554",
    ]  # fmt: skip
    assert batch.rapports["siren_brut"].fillna("").tolist()[2] == ""
    assert batch.observations["regle_code"].tolist() == [
        "LEC-SIREN-REMPLACE", "LEC-SIRET", "LEC-SIREN-SOURCE", "LEC-SIREN-CLE",
    ]  # fmt: skip


def test_the_siren_of_a_value_or_of_a_grant_stays_as_it_was_borne() -> None:
    retired = next(iter(REFERENCE.retired_sirens.values()))
    batch = read(
        report([{"zone_id": retired.siren_ancien, "valeur": "12"}], name="a", jeu=LONG_INDICATORS),
        report([{"beneficiaire_id": f"{retired.siren_ancien}00014"}], name="b", jeu=GRANTS),
    )
    for jeu in LONG_INDICATORS, GRANTS:
        assert batch.autres[jeu]["siren_epci"].tolist() == [retired.siren_ancien]


def test_only_a_format_without_a_date_takes_the_day_of_deposit() -> None:
    tet = report([], {"siren_epci": SIREN}, name="a", format_="tet_xlsx")
    batch = read(tet, report([], {"siren_epci": SIREN}, name="b"))
    assert batch.rapports["date_situation"].tolist() == [pd.Timestamp(2026, 4, 3), pd.NaT]
    assert told(batch.observations) == [("LEC-DATE-SITUATION-DEPOT", 0, "03/04/2026")]


def test_a_month_of_situation_is_its_last_day() -> None:
    batch = read(report([], {"siren_epci": SIREN, "date_situation": "mars 2026"}))
    assert batch.rapports["date_situation"].iloc[0] == pd.Timestamp(2026, 3, 31)
    place = batch.observations[["regle_code", "feuille", "ligne", "colonne", "champ"]].iloc[0]
    assert place.tolist() == ["LEC-DATE-MOIS", "Feuille de route", 5, "B", "date_situation"]


def test_a_funding_without_its_funder_is_kept_and_told() -> None:
    funding = report([{"financeur": None, "programme_eur": "500"}, {"financeur": "FEDER"}]).lignes
    batch = read(report([{"code_action": "A"}], financements=funding))
    assert batch.financements["financeur"].tolist() == ["Non précisé", "FEDER"]
    assert batch.financements["programme_eur"].fillna(0).tolist() == [500, 0]
    assert told(batch.observations) == [("LEC-FINANCEUR-ABSENT", 2, "")]


def test_the_register_is_typed_apart_from_the_reports() -> None:
    rows: list[dict[str, str | None]] = [
        {"siren_epci": "246 200 729", "date_adoption": "14/12/2023", "horizon": "2027"},
        {"siren_epci": "246200730", "date_adoption": "31/02/2024", "horizon": "NC"},
    ]
    batch = read(report(rows, {}, jeu=ROADMAP_REGISTER, format_="registre_csv"))
    frame = batch.autres[ROADMAP_REGISTER]
    assert frame["siren_epci"].fillna("").tolist() == [SIREN, ""]
    assert frame["date_adoption"].tolist() == [pd.Timestamp(2023, 12, 14), pd.NaT]
    assert frame["date_adoption__brut"].tolist() == ["14/12/2023", "31/02/2024"]
    assert frame["horizon"].fillna("").tolist() == ["2027", ""]
    assert batch.actions.empty


def test_observations_are_placed_in_the_column_of_their_field() -> None:
    batch = read(report([{"code_action": "A", "budget_prevu_eur": "45 k€"}]))
    assert batch.observations[["colonne", "champ"]].to_numpy().tolist() == [
        ["B", "budget_prevu_eur"]
    ]
    assert set(batch.observations["regle_code"]) <= set(OBSERVATIONS)


@pytest.mark.parametrize("text", ["06 12 34 56 78", "a@b", "x 123456789"])
def test_looking_at_a_whole_column_at_once_misses_nothing(text: str) -> None:
    column = pa.chunked_array([["abc", None], ["def", text, "ghi"]], pa.large_string())
    pattern = r"@|[0-9]([\s.\-]?[0-9]){8}"
    assert holds(column, pattern)
    assert not holds(column.slice(0, 3), pattern)
    assert holds(column.slice(3, 1), pattern)


@settings(max_examples=60)
@given(
    st.lists(
        st.dictionaries(st.sampled_from(list(FIELDS.by_name)), st.text(max_size=30)), max_size=4
    )
)
def test_no_text_whatever_makes_the_reading_fail(rows: list[dict[str, str]]) -> None:
    batch = read(
        report([dict(row) for row in rows], {k: v for row in rows for k, v in row.items()})
    )
    assert len(batch.actions) == len(rows)
    for champ in ("budget_prevu_eur", "date_fin_prevue", "valeur_cible"):
        assert not (batch.actions[champ].notna() & batch.actions[f"{champ}__brut"].isna()).any()


@pytest.mark.parametrize(
    "code", ["2026-02-01", "1-févr.", "01-févr-26", "mars-26", "02/2026", "3-Apr"]
)
def test_a_code_that_a_spreadsheet_made_a_date_of_is_told(code: str) -> None:
    rows, observations = actions({"code_action": code, "intitule": "Un"})
    assert rows["code_action"].tolist() == [code]
    assert ("LEC-CODE-DATE", 2, code) in told(observations)


@pytest.mark.parametrize("code", ["A1", "1-2", "1.2", "2026-02", "MARS", "MAI-1", "DEC"])
def test_a_code_is_no_date_for_looking_a_little_like_one(code: str) -> None:
    _, observations = actions({"code_action": code, "intitule": "Un"})
    assert "LEC-CODE-DATE" not in observations["regle_code"].tolist()


PROOFS = [
    "https://exemple.fr/deliberation.pdf", "www.agglo.fr", "agglo.fr/guichet", "bilan.pdf", "\\\\serveur\\bilan",
    "Délibération 2025-12", "DEL2025_034", "délibération n° 34", "PV de réception du 12/03/2026", "Convention FEDER",
    "Compte-rendu de la réunion", "voir annexe 2", "Rapport d'activité 2025",
]  # fmt: skip
STATEMENTS = [
    "accès interne uniquement", "fait", "oui", "voir le service", "3 agents formés", "le 12/03/2026", "rapport interne",
    "aucun document", "en cours de rédaction", "intranet", "convention disponible sur demande", "12 000 €", "2025",
    "Plan 2025-2027",
]  # fmt: skip


def test_only_an_address_a_document_or_a_reference_is_a_proof() -> None:
    texts = [*PROOFS, *STATEMENTS]
    rows, observations = actions(*({"intitule": text, "preuve": text} for text in texts))
    assert rows["preuve"].dropna().tolist() == PROOFS
    aside = observations[observations["regle_code"] == "LEC-PREUVE"]["valeur"]
    assert aside.tolist() == STATEMENTS
