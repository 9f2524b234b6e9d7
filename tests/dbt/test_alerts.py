"""Each alert of the catalogue is raised by the fact it names, and by no other."""

from datetime import date, datetime
from typing import Any

import pytest
from dbt_replay import Warehouse, core_territories
from raw_rows import Raw

FEB, MAR = date(2025, 2, 28), date(2025, 3, 31)
KNOWN = datetime(2025, 4, 20, 12)
QUIET = {
    "statut": "en_cours", "taux": 40.0, "date_debut_reelle": date(2024, 12, 1), "date_fin_prevue": date(2025, 9, 30),
}  # fmt: skip
# Two reports of the same words: the second one repeats the first.
SAME = [QUIET | {"code": str(i)} for i in range(5)]


def peers(warehouse: Warehouse) -> list[str]:
    """Eight territories of one kind."""
    with warehouse.connect() as connection:
        rows = connection.execute(
            "select siren_epci from marts.dim_territoires where est_dans_denominateur qualify count(*) over"
            " (partition by nature_code, classe_population, typologie_densite) >= 8"
            " order by nature_code, classe_population, typologie_densite, siren_epci limit 8"
        ).fetchall()
    return [siren for (siren,) in rows]


def test_each_alert_names_the_territory_and_the_fact(warehouse: Warehouse) -> None:
    behind, contradicted, spent, sunny, silent, empty, copied, gone = peers(warehouse)
    raw = Raw()
    raw.register({siren: date(2024, 1, 1) for siren in peers(warehouse)})
    raw.report(behind, MAR, [QUIET | {"code": str(i), "taux": 1.0 + i / 2} for i in range(20)])
    raw.report(contradicted, MAR, [QUIET | {"code": "a", "statut": "realise", "taux": 80.0}])
    raw.report(
        spent,
        MAR,
        [
            QUIET | {"code": "a", "statut": "a_venir", "taux": None, "montant_paye_eur": 10.0},
            QUIET | {"code": "b", "taux": 90.0},
        ],
    )
    late = {
        "date_debut_reelle": date(2024, 1, 1),
        "date_fin_prevue": date(2025, 4, 30),
        "taux": 60.0,
    }
    raw.report(sunny, MAR, [QUIET | late | {"code": "a", "meteo_code": "soleil"}])
    raw.report(
        gone, MAR, [QUIET | late | {"code": "a", "meteo_code": "soleil", "statut": "abandonne"}]
    )
    raw.report(silent, FEB, [QUIET | {"code": "a", "taux": 45.0}])
    raw.report(empty, MAR, [{"code": "a", "statut": "non_renseigne"}])
    raw.report(copied, FEB, SAME)
    raw.report(copied, MAR, SAME)
    with warehouse.replay(raw, MAR, KNOWN, texts=False) as built:
        found = built.execute(
            "select alerte_code, siren_epci, indicateur_code from marts.alertes"
        ).fetchall()
    raised = {
        (code, siren) for code, siren, indicator in found if indicator in (None, "avancement")
    }
    assert raised == {
        ("ecart_pairs", behind), ("statut_contredit", contradicted), ("depense_a_venir", spent),
        ("meteo_contredite", sunny), ("rapport_en_retard", silent), ("avancement_non_calculable", empty),
        ("taux_identiques", copied), ("rapport_identique", copied),
    }  # fmt: skip


def test_a_late_report_is_told_by_what_came(warehouse: Warehouse) -> None:
    nothing, empty, refused, accepted, *_ = peers(warehouse)
    raw = Raw()
    raw.register({siren: date(2024, 1, 1) for siren in (nothing, empty, refused, accepted)})
    raw.report(empty, MAR, [], verdict="rejete")
    raw.report(refused, MAR, [], received=12, verdict="rejete")
    raw.report(accepted, MAR, [QUIET | {"code": "a"}])
    with warehouse.replay(raw, MAR, KNOWN, texts=False) as built:
        told = dict(
            built.execute(
                "select siren_epci, message from marts.alertes where alerte_code = 'rapport_en_retard'"
            ).fetchall()
        )
    assert {siren: message.rstrip(".").split(" : ")[0] for siren, message in told.items()} == {
        nothing: "Le rapport attendu pour la période n'est pas arrivé",
        empty: "Le rapport reçu pour la période est vide ou illisible",
        refused: "Le rapport reçu pour la période n'est pas accepté",
    }


def test_a_report_that_drops_actions_does_not_repeat_the_previous_one(warehouse: Warehouse) -> None:
    (first, second, *_) = peers(warehouse)
    raw = Raw()
    raw.register({first: date(2024, 1, 1), second: date(2024, 1, 1)})
    for siren, kept in ((first, SAME), (second, SAME[:4])):
        raw.report(siren, FEB, SAME)
        raw.report(siren, MAR, kept)
    with warehouse.replay(raw, MAR, KNOWN, texts=False) as built:
        repeated = built.execute(
            "select siren_epci from marts.alertes where alerte_code = 'rapport_identique'"
        )
        assert repeated.fetchall() == [(first,)]


def messages(warehouse: Warehouse, raw: Raw, code: str) -> list[str]:
    with warehouse.replay(raw, MAR, KNOWN, texts=False) as built:
        found = built.execute(
            "select message from marts.alertes where alerte_code = ? order by all", [code]
        )
        return [message for (message,) in found.fetchall()]


DECLARED: list[dict[str, Any]] = [
    {"valeur_cible": 12.0}, {"freins": "Recrutement"}, {"meteo_code": "orage"}, {"budget_prevu_eur": 500.0},
    {"date_debut_prevue": date(2024, 11, 1)}, {"service_pilote": "DSI"}, {"descriptif": "Autrement"},
    {"preuve": "https://exemple.fr"}, {"themes": ["mobilite"]}, {"silos": ["port"]},
    {"financements": [{"financeur": "Région", "paye_eur": 10.0}]},
]  # fmt: skip


def test_whatever_was_declared_anew_is_a_change(warehouse: Warehouse) -> None:
    sirens = core_territories(len(DECLARED) + 1)
    raw = Raw()
    raw.register({siren: date(2024, 1, 1) for siren in sirens})
    for siren, changed in zip(sirens, [*DECLARED, {}], strict=True):
        raw.report(siren, FEB, SAME)
        raw.report(siren, MAR, [SAME[0] | changed, *SAME[1:]])
    with warehouse.replay(raw, MAR, KNOWN, texts=False) as built:
        repeated = built.execute(
            "select siren_epci from marts.alertes where alerte_code = 'rapport_identique'"
        )
        assert repeated.fetchall() == [(sirens[-1],)]


def test_what_a_repeated_report_hides_is_not_said_unchanged(warehouse: Warehouse) -> None:
    (first, *_) = peers(warehouse)
    raw = Raw()
    raw.register({first: date(2024, 1, 1)})
    for day in (FEB, MAR):
        secret = QUIET | {"code": "s", "taux": float(day.month), "est_confidentielle": True}
        raw.report(first, day, [*SAME, secret])
    assert messages(warehouse, raw, "rapport_identique") == [
        "Le rapport répète le précédent sans aucun changement, hors actions confidentielles."
    ]


@pytest.mark.parametrize(
    ("said", "status", "told"),
    [
        (99.6, "realise", "99,6"), (80.0, "realise", "80"), (33.3333333333, "realise", "33,3"),
        (99.97, "realise", "plus de 99,9"), (0.04, "a_venir", "moins de 0,1"), (5.25, "a_venir", "5,3"),
    ],
)  # fmt: skip
def test_numbers_of_alerts_are_written_in_french(
    warehouse: Warehouse, said: float, status: str, told: str
) -> None:
    (first, *_) = peers(warehouse)
    raw = Raw()
    raw.register({first: date(2024, 1, 1)})
    raw.report(first, MAR, [{"code": "a", "statut": status, "taux": said}])
    (message,) = messages(warehouse, raw, "statut_contredit")
    assert f" et le taux de {told} % se contredisent." in message


def test_the_weather_is_compared_on_fresh_reports_and_beyond_the_threshold(
    warehouse: Warehouse,
) -> None:
    sirens = dict(zip(("beyond", "at", "old", "storm", "calm"), peers(warehouse), strict=False))
    # A hundred days planned, eighty of them gone at the end of March.
    dates = {"date_debut_reelle": date(2025, 1, 10), "date_fin_prevue": date(2025, 4, 20)}
    raw = Raw()
    raw.register({siren: date(2024, 1, 1) for siren in sirens.values()})
    for who, rate, weather in (
        ("beyond", 59.0, "soleil"), ("at", 60.0, "soleil"), ("storm", 81.0, "orage"), ("calm", 80.0, "orage"),
    ):  # fmt: skip
        raw.report(
            sirens[who], MAR, [QUIET | dates | {"code": "a", "taux": rate, "meteo_code": weather}]
        )
    raw.report(
        sirens["old"],
        date(2025, 2, 12),
        [QUIET | dates | {"code": "a", "taux": 1.0, "meteo_code": "soleil"}],
    )
    with warehouse.replay(raw, MAR, KNOWN, texts=False) as built:
        told = built.execute(
            "select siren_epci from marts.alertes where alerte_code = 'meteo_contredite'"
        ).fetchall()
    assert {siren for (siren,) in told} == {sirens["beyond"], sirens["storm"]}
    # A day later it is 46 days old, and fresh.
    raw.tables["rapports"][-1]["date_situation"] = date(2025, 2, 13)
    with warehouse.replay(raw, MAR, KNOWN, texts=False) as built:
        told = built.execute(
            "select count(*) from marts.alertes where alerte_code = 'meteo_contredite'"
        ).fetchone()
    assert told == (3,)
