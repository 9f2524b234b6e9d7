"""Values and headers of reports written in a way that asks to be told."""

from tests.gate.corpus.case import OTHER, Case, File, flat_csv, notice, refused, remark
from tests.gate.reports import action, actions, csv_report, xlsx_report

READINGS = [
    Case(
        "LEC-SIREN-SOURCE",
        "accepte",
        ("LEC-SIREN-SOURCE",),
        flat_csv(drop=["siren_epci"]),
        "lieu de dépôt",
    ),
    Case(
        "LEC-DATE-SITUATION-TITRE",
        "accepte",
        ("LEC-DATE-SITUATION-TITRE:1",),
        lambda s: [
            File(
                "Plan numérique au 31-12-2025\r\n".encode()
                + csv_report(s, [action()], drop=["date_situation"])
            )
        ],
        "31-12-2025",
    ),
    Case(
        "LEC-SIRET",
        "accepte",
        ("LEC-SIRET:2",),
        lambda s: [File(csv_report(s + "00017", [action()]))],
        "est un SIRET",
    ),
    Case(
        "LEC-CODE-DERIVE",
        "accepte_avec_remarques",
        ("LEC-CODE-DERIVE",),
        flat_csv(drop=["code_action"]),
        "il est déduit",
    ),
    remark("LEC-CODE-DATE", "« 2026-02-01 »", code_action="2026-02-01"),
    Case(
        "LEC-INDICATEUR-INCONNU",
        "accepte_avec_remarques",
        ("LEC-INDICATEUR-INCONNU",),
        flat_csv(
            action(indicateur="RCO14 : services ouverts"),
            action(code_action="A2", intitule="Deux", indicateur="ind-998 Visites"),
            action(code_action="A3", intitule="Trois", indicateur="RCO99"),
            action(code_action="A4", intitule="Quatre", indicateur="RCO99"),
        ),
        "n'a pas d'indicateur IND-998, RCO99 :",
        4,
        4,
    ),
    remark("LEC-PREUVE", "non comme justifié", preuve="accès interne uniquement"),
    notice("LEC-DATE-MOIS", "le 31/12/2026 est retenu", date_fin_prevue="12/2026"),
    notice("LEC-DATE-PERIODE", "le 31/12/2026 est retenu", date_fin_prevue="4e trimestre 2026"),
    Case(
        "LEC-DATE-MOIS-DEVANT",
        "accepte_avec_remarques",
        ("LEC-DATE-MOIS-DEVANT",),
        flat_csv(
            action(date_fin_prevue="03/04/2026"),
            action(code_action="A2", intitule="Deux", date_fin_prevue="12/14/2026"),
        ),
        "« 12/14/2026 »",
        2,
        2,
    ),
    Case(
        "LEC-DATE-AMBIGUE",
        "lignes_ecartees",
        (
            "LEC-DATE-AMBIGUE:2",
            "LEC-DATE-AMBIGUE:3",
            "LEC-DATE-INVERSEE:3",
            "LIG-DATE-ILLISIBLE:3",
        ),
        flat_csv(action(), action(code_action="A2", intitule="Deux", date_fin_prevue="12/14/2026")),
        "le mois paraît écrit avant le jour",
        2,
        1,
    ),
    notice("LEC-DATE-ANNEE", "une année seule", date_fin_prevue="2026"),
    notice("LEC-DATE-SANS-JOUR", "ne donne pas de jour", date_fin_prevue="Permanent"),
    notice("LEC-DATE-SERIE", "numéro de jour", date_fin_prevue="46387"),
    notice("LEC-ANNEE-COURTE", "deux chiffres", date_fin_prevue="31/12/26"),
    Case(
        "LEC-TAUX-FRACTION",
        "accepte",
        ("LEC-TAUX-FRACTION",),
        flat_csv(
            *(
                action(code_action=f"A{n}", intitule=f"T{n}", taux_avancement=f"0,{n}5")
                for n in range(1, 7)
            )
        ),
        "entre 0 et 1",
        6,
        6,
    ),
    notice("LEC-TAUX-LU", "« 3/4 » est lu 75 %", taux_avancement="3/4"),
    Case(
        "LEC-TAUX-AMBIGU",
        "accepte_avec_remarques",
        ("LEC-TAUX-AMBIGU:2",),
        flat_csv(action(taux_avancement="0,5"), *actions(3)[1:]),
        "une fraction ou un pourcentage",
        3,
        3,
    ),
    remark("LEC-MONTANT-AMBIGU", "le nombre est lu 45 000.", budget_prevu_eur="45.000"),
    remark(
        "LEC-MONTANT-AMBIGU",
        "le nombre est lu 12,125.",
        name="a measure of three decimals",
        valeur_cible="12.125",
    ),
    notice("LEC-MONTANT-ECHELLE", "est lu 45 000 €", budget_prevu_eur="45 k€"),
    notice("LEC-MONTANT-BASE", "est lu 45 000 €", budget_prevu_eur="45000 € HT", base_montant=""),
    remark("LEC-CONFIDENTIEL", "par prudence", confidentiel="peut-être"),
    remark("LEC-FINANCEUR-ABSENT", "sans le nom du financeur", programme_eur_1="1000"),
    remark("LEC-COORDONNEES", "a été retiré", commentaire="écrire à alix@exemple.invalid"),
]

HEADERS = [
    refused(
        "ENT-SIREN-ABSENT",
        "SIREN de l'intercommunalité manque",
        flat_csv(drop=["siren_epci"]),
        1,
        shared_source=True,
    ),
    refused(
        "ENT-SIREN-FORME:2",
        "« 12345 » n'est pas",
        lambda s: [File(csv_report("12345", [action()]))],
        1,
    ),
    refused(
        "LEC-SIREN-CLE",
        "ne peut pas exister",
        lambda s: [File(csv_report("200018084", [action()]))],
        1,
        told=("ENT-SIREN-FORME:2", "LEC-SIREN-CLE:2"),
    ),
    refused(
        "ENT-SIREN-INCONNU:2",
        "suivie par la Région",
        flat_csv(siren_epci="552100554"),
        1,
        shared_source=True,
    ),
    refused("ENT-SIREN-AUTRE:2", "déposé au nom de", flat_csv(siren_epci=OTHER), 1),
    refused(
        "ENT-SITUATION-ABSENTE", "date de situation manque", flat_csv(drop=["date_situation"]), 1
    ),
    refused(
        "ENT-SITUATION-ILLISIBLE:2", "« 31/02/2025 »", flat_csv(date_situation="31/02/2025"), 1
    ),
    refused("ENT-SITUATION-FUTURE:2", "dans l'avenir", flat_csv(date_situation="31/03/2026"), 1),
    refused("ENT-SITUATION-ANCIENNE:2", "trop ancienne", flat_csv(date_situation="31/12/2003"), 1),
    refused(
        "ENT-SITUATION-ADOPTION:2", "précède l'adoption", flat_csv(date_adoption="15/01/2026"), 1
    ),
    refused("ENT-VIDE", "aucune action", lambda s: [File(xlsx_report(s, []), "r.xlsx")]),
    refused(
        "ENT-TOUT-ECARTE",
        "Toutes les lignes",
        flat_csv(action(taux_avancement="250")),
        1,
        told=("ENT-TOUT-ECARTE", "LIG-TAUX-BORNES:2"),
    ),
    refused(
        "ENT-INTITULE-MANQUANT",
        "n'est reconnue comme l'intitulé",
        lambda s: [
            File(csv_report(s, [action()]).replace("Intitulé".encode(), "Initulé".encode(), 1))
        ],
        1,
        told=(
            "ENT-INTITULE-MANQUANT",
            "ENT-TOUT-ECARTE",
            "FOR-COLONNE-INCONNUE:1",
            "LIG-INTITULE-ABSENT:2",
        ),
    ),
    Case(
        "ENT-ADOPTION-ILLISIBLE",
        "accepte_avec_remarques",
        ("ENT-ADOPTION-ILLISIBLE:2",),
        flat_csv(date_adoption="bientôt"),
        "« bientôt »",
    ),
]
