"""The rules that set an action aside: what it says cannot be counted."""

from typing import Any

from expectations.rule import (
    Rule,
    at_least,
    between,
    not_null,
    parameter,
    present,
    unique,
)
from vigie.reference.columns import ACTION, columns_of_level, shared_limits

_FIELDS = {field.champ: field for field in columns_of_level(ACTION)}


def of_type(kind: str) -> tuple[str, ...]:
    """The fields of an action whose values are of this type in `seeds/champs.csv`."""
    return tuple(champ for champ, field in _FIELDS.items() if field.type == kind)


def limits(*fields: str) -> tuple[Any, Any]:
    """The least and the greatest value of these fields in `seeds/champs.csv`."""
    return shared_limits(_FIELDS[champ] for champ in fields)


DATES, AMOUNTS, MEASURES = of_type("date"), of_type("montant"), of_type("nombre")

OPTIONAL = "Acceptée : la donnée est comptée comme non renseignée."

RULES = (
    Rule(
        code="LIG-INTITULE-ABSENT",
        severity="critique",
        layer="ligne",
        fields=("intitule",),
        expectation=not_null("intitule"),
        sentence="L'action n'a pas d'intitulé.",
        advice="Donnez un intitulé à l'action, ou supprimez la ligne si elle n'en décrit pas une.",
        if_missing="Ligne écartée.",
    ),
    Rule(
        code="LIG-STATUT-INCONNU",
        severity="critique",
        layer="ligne",
        fields=("statut",),
        expectation=not_null("statut_code", present("statut__brut")),
        sentence="Le statut « {valeur} » n'est pas connu.",
        advice="Choisissez l'un des statuts : {statuts}.",
        if_missing="Voir LIG-STATUT-ABSENT.",
    ),
    Rule(
        code="LIG-TAUX-ILLISIBLE",
        severity="critique",
        layer="ligne",
        fields=("taux_avancement",),
        expectation=not_null("taux_avancement_pct", present("taux_avancement__brut")),
        sentence="Le taux d'avancement « {valeur} » n'est pas un nombre lisible.",
        advice="Écrivez un nombre de 0 à 100, par exemple 45 ou 45 %, ou laissez la case vide.",
        if_missing="Acceptée : le taux est estimé d'après le statut, et la figure le dit.",
    ),
    Rule(
        code="LIG-TAUX-BORNES",
        severity="critique",
        layer="ligne",
        fields=("taux_avancement",),
        expectation=between("taux_avancement_pct", *limits("taux_avancement")),
        sentence="Le taux d'avancement « {valeur} » n'est pas compris entre 0 et 100 %.",
        advice="Écrivez la part réalisée de l'action, de 0 à 100.",
        if_missing="Acceptée : le taux est estimé d'après le statut, et la figure le dit.",
    ),
    Rule(
        code="LIG-DATE-ILLISIBLE",
        severity="critique",
        layer="ligne",
        fields=DATES,
        expectation=not_null("{champ}", present("{champ}__brut")),
        sentence="« {valeur} » n'est pas une date lisible dans la colonne « {champ} ».",
        advice="Écrivez une date qui existe, sous la forme JJ/MM/AAAA, ou laissez la case vide.",
        if_missing=OPTIONAL,
    ),
    Rule(
        code="LIG-DATE-PLAUSIBLE",
        severity="critique",
        layer="ligne",
        fields=DATES,
        expectation=between("{champ}", parameter("date_min"), parameter("date_max")),
        sentence="La date {valeur} de la colonne « {champ} » n'est pas plausible.",
        advice="Vérifiez l'année : elle doit être comprise entre 2000 et 2060.",
        if_missing=OPTIONAL,
    ),
    Rule(
        code="LIG-MONTANT-ILLISIBLE",
        severity="critique",
        layer="ligne",
        fields=AMOUNTS,
        expectation=not_null("{champ}", present("{champ}__brut")),
        sentence="« {valeur} » n'est pas un montant lisible dans la colonne « {champ} ».",
        advice="Écrivez un seul nombre, en euros, sans texte ni fourchette, par exemple 45000 "
        "ou "
        "45 000,50.",
        if_missing=OPTIONAL,
    ),
    Rule(
        code="LIG-MONTANT-BORNES",
        severity="critique",
        layer="ligne",
        fields=AMOUNTS,
        expectation=between("{champ}", *limits(*AMOUNTS)),
        sentence="Le montant « {valeur} » de la colonne « {champ} » est négatif ou démesuré.",
        advice="Écrivez un montant positif, en euros (et non en milliers ou en millions).",
        if_missing=OPTIONAL,
    ),
    Rule(
        code="LIG-FIN-PREVUE",
        severity="critique",
        layer="ligne",
        fields=("date_fin_prevue",),
        expectation=at_least("date_fin_prevue", "date_debut_prevue"),
        sentence="La fin prévue ({date_fin_prevue}) précède le début prévu ({date_debut_prevue}).",
        advice="Corrigez celle des deux dates qui est fausse.",
        if_missing="La règle ne s'applique que si les deux dates sont données.",
    ),
    Rule(
        code="LIG-FIN-REELLE",
        severity="critique",
        layer="ligne",
        fields=("date_fin_reelle",),
        expectation=at_least("date_fin_reelle", "date_debut_reelle"),
        sentence="La fin réelle ({date_fin_reelle}) précède le début réel ({date_debut_reelle}).",
        advice="Corrigez celle des deux dates qui est fausse.",
        if_missing="La règle ne s'applique que si les deux dates sont données.",
    ),
    Rule(
        code="LIG-VALEUR-ILLISIBLE",
        severity="critique",
        layer="ligne",
        fields=MEASURES,
        expectation=not_null("{champ}", present("{champ}__brut")),
        sentence="« {valeur} » n'est pas un nombre lisible dans la colonne « {champ} ».",
        advice="Écrivez un seul nombre, sans unité ni texte ; l'unité a sa colonne.",
        if_missing=OPTIONAL,
    ),
    Rule(
        code="LIG-CODE-DOUBLE",
        severity="critique",
        layer="ligne",
        fields=("code_action",),
        expectation=unique(["rapport_id", "code_action"], present("code_ecrit")),
        sentence="Le code d'action « {code_action} » est porté par plusieurs lignes "
        "différentes du "
        "rapport : aucune n'est retenue, faute de savoir laquelle est juste.",
        advice="Donnez à chaque action son propre code, ou supprimez la ligne en trop.",
        if_missing="Le code est déduit de l'axe et de l'intitulé.",
    ),
    Rule(
        code="LIG-TITRE-DOUBLE",
        severity="critique",
        layer="ligne",
        fields=("intitule",),
        expectation=unique(["rapport_id", "code_action"], present("code_commun")),
        sentence="Plusieurs lignes sans code portent l'intitulé « {intitule} », et rien de leur axe ni de leur "
        "descriptif ne les distingue : aucune n'est retenue, faute de savoir laquelle est juste.",
        advice="Donnez à chacune un code ou un axe, ou supprimez la ligne en trop.",
        if_missing="Voir LIG-INTITULE-ABSENT.",
    ),
)
