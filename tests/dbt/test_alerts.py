"""Each alert of the catalogue is raised by the fact it names, and by no other."""

from datetime import date, datetime

from dbt_replay import Warehouse
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
    raw.report(behind, MAR, [QUIET | {"code": "a", "taux": 1.0}])
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
