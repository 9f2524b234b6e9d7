"""The rules that tell the sender of an action that is counted all the same."""

from expectations.indicateurs_longs import LARGEST_VALUE
from expectations.lignes_ecartees import AMOUNTS, MEASURES, OPTIONAL, limits, of_type
from expectations.rule import (
    Rule,
    at_least,
    at_most_long,
    between,
    equal,
    not_in_set,
    not_null,
    null,
    one_of,
    present,
    up_to,
)

NOT_STARTED = ["a_venir", "a_discuter"]
DOUBTFUL_AMOUNT_EUR = 50_000_000

RULES = (
    Rule(
        code="LIG-STATUT-ABSENT",
        severity="majeure",
        layer="ligne",
        fields=("statut",),
        expectation=not_null("statut__brut", equal("a_statut", True), present("intitule")),
        sentence="Le statut de l'action est vide.",
        advice="Choisissez l'un des statuts : {statuts}.",
        if_missing="L'action est retenue avec le statut « Non renseigné ».",
    ),
    Rule(
        code="LIG-REALISE-TAUX",
        severity="majeure",
        layer="ligne",
        fields=("taux_avancement",),
        expectation=between("taux_avancement_pct", 100, None, equal("statut_code", "realise")),
        sentence="L'action est dite réalisée, mais son taux d'avancement est de "
        "{taux_avancement_pct} %.",
        advice="Si l'action est terminée, indiquez 100 ; sinon, choisissez le statut « En cours ».",
        if_missing="La règle ne s'applique que si le taux est donné.",
    ),
    Rule(
        code="LIG-REALISE-FUTUR",
        severity="majeure",
        layer="ligne",
        fields=("date_fin_reelle",),
        expectation=at_least("date_situation", "date_fin_reelle", equal("statut_code", "realise")),
        sentence="L'action est dite réalisée, mais sa fin réelle ({valeur}) est postérieure à "
        "la date "
        "de situation ({date_situation}).",
        advice="Une fin à venir se note dans « Fin prévue » ; vérifiez le statut ou la date.",
        if_missing="La règle ne s'applique que si la fin réelle est donnée.",
    ),
    Rule(
        code="LIG-PAYE-AVANT",
        severity="majeure",
        layer="ligne",
        fields=("montant_paye_eur",),
        expectation=between("montant_paye_eur", None, 0, one_of("statut_code", NOT_STARTED)),
        sentence="{montant_paye_eur} € sont déjà payés alors que l'action n'a pas commencé.",
        advice="Vérifiez le statut de l'action, ou le montant payé.",
        if_missing="La règle ne s'applique que si le montant est donné.",
    ),
    Rule(
        code="LIG-TAUX-AVANT",
        severity="majeure",
        layer="ligne",
        fields=("taux_avancement",),
        expectation=between("taux_avancement_pct", None, 0, one_of("statut_code", NOT_STARTED)),
        sentence="L'action n'a pas commencé, mais son taux d'avancement est de "
        "{taux_avancement_pct} %.",
        advice="Vérifiez le statut ou le taux d'avancement.",
        if_missing="La règle ne s'applique que si le taux est donné.",
    ),
    Rule(
        code="LIG-TAUX-COMPLET",
        severity="remarque",
        layer="ligne",
        fields=("statut",),
        expectation=not_in_set("taux_avancement_pct", [100], equal("statut_code", "en_cours")),
        sentence="L'action est avancée à 100 % mais son statut est « {valeur} ».",
        advice="Si l'action est terminée, choisissez le statut « Réalisé ».",
        if_missing="La règle ne s'applique que si le taux est donné.",
    ),
    Rule(
        code="LIG-DEBUT-FUTUR",
        severity="majeure",
        layer="ligne",
        fields=("date_debut_reelle",),
        expectation=at_least("date_situation", "date_debut_reelle"),
        sentence="Le début réel ({valeur}) est postérieur à la date de situation "
        "({date_situation}).",
        advice="Un début à venir se note dans « Début prévu ».",
        if_missing="La règle ne s'applique que si le début réel est donné.",
    ),
    Rule(
        code="LIG-FIN-EN-COURS",
        severity="remarque",
        layer="ligne",
        fields=("date_fin_reelle",),
        expectation=null("date_fin_reelle", one_of("statut_code", ["en_cours", *NOT_STARTED])),
        sentence="L'action porte une fin réelle ({valeur}) mais son statut n'est pas « Réalisé ».",
        advice="Vérifiez le statut, ou reportez la date dans « Fin prévue ».",
        if_missing="Normal tant que l'action n'est pas terminée.",
    ),
    Rule(
        code="LIG-MONTANT-BASE",
        severity="remarque",
        layer="ligne",
        fields=("base_montant",),
        expectation=not_null("base_montant", equal("a_un_montant", True)),
        sentence="Les montants de l'action ne disent pas s'ils sont HT ou TTC.",
        advice="Indiquez HT ou TTC dans « Base des montants ».",
        if_missing="Les montants sont gardés à part : HT et TTC ne sont jamais additionnés.",
    ),
    Rule(
        code="LIG-CIBLE-HAUSSE",
        severity="majeure",
        layer="ligne",
        fields=("valeur_cible",),
        expectation=at_least("valeur_cible", "valeur_initiale", equal("sens", "hausse")),
        sentence="L'indicateur doit augmenter, mais sa cible ({valeur_cible}) est sous sa "
        "valeur "
        "initiale ({valeur_initiale}).",
        advice="Vérifiez le sens de l'indicateur, sa valeur initiale et sa cible.",
        if_missing="La règle ne s'applique que si le sens et les deux valeurs sont donnés.",
    ),
    Rule(
        code="LIG-CIBLE-BAISSE",
        severity="majeure",
        layer="ligne",
        fields=("valeur_cible",),
        expectation=at_least("valeur_initiale", "valeur_cible", equal("sens", "baisse")),
        sentence="L'indicateur doit baisser, mais sa cible ({valeur_cible}) dépasse sa valeur "
        "initiale "
        "({valeur_initiale}).",
        advice="Vérifiez le sens de l'indicateur, sa valeur initiale et sa cible.",
        if_missing="La règle ne s'applique que si le sens et les deux valeurs sont donnés.",
    ),
    Rule(
        code="LIG-AIDES",
        severity="majeure",
        layer="ligne",
        fields=("budget_prevu_eur",),
        expectation=at_least("budget_prevu_eur", "financements_eur"),
        sentence="Les aides ({financements_eur} €) dépassent le budget prévu "
        "({budget_prevu_eur} €).",
        advice="Vérifiez le budget et les aides, et qu'ils sont tous HT ou tous TTC.",
        if_missing="La règle ne s'applique que si le budget et une aide sont donnés.",
    ),
    Rule(
        code="LIG-PAYE-ENGAGE",
        severity="remarque",
        layer="ligne",
        fields=("montant_paye_eur",),
        expectation=at_least("montant_engage_eur", "montant_paye_eur"),
        sentence="Le montant payé ({montant_paye_eur} €) dépasse le montant engagé "
        "({montant_engage_eur} €).",
        advice="Vérifiez les deux montants ; une avance peut l'expliquer.",
        if_missing="La règle ne s'applique que si les deux montants sont donnés.",
    ),
    Rule(
        code="LIG-ENGAGE-BUDGET",
        severity="remarque",
        layer="ligne",
        fields=("montant_engage_eur",),
        expectation=at_least("budget_prevu_eur", "montant_engage_eur"),
        sentence="Le montant engagé ({montant_engage_eur} €) dépasse le budget prévu "
        "({budget_prevu_eur} €).",
        advice="Mettez à jour le budget prévu s'il a été relevé.",
        if_missing="La règle ne s'applique que si les deux montants sont donnés.",
    ),
    Rule(
        code="LIG-INTITULE-LONG",
        severity="remarque",
        layer="ligne",
        fields=("intitule",),
        expectation=at_most_long("intitule", limits("intitule")[1]),
        sentence="L'intitulé dépasse 300 caractères.",
        advice="Gardez un titre court et placez le détail dans le descriptif.",
        if_missing="Voir LIG-INTITULE-ABSENT.",
    ),
    Rule(
        code="LIG-THEME-INCONNU",
        severity="remarque",
        layer="ligne",
        fields=("themes",),
        expectation=null("themes_inconnus"),
        sentence="Thème inconnu : « {themes_inconnus} ». L'action est comptée parmi les thèmes "
        "à "
        "classer.",
        advice="Choisissez un thème de la liste du modèle, ou demandez à la Région d'ajouter "
        "ce mot.",
        if_missing="Voir LIG-THEME-ABSENT.",
    ),
    Rule(
        code="LIG-THEME-ABSENT",
        severity="remarque",
        layer="ligne",
        fields=("themes",),
        expectation=not_null("themes__brut", equal("a_themes", True), present("intitule")),
        sentence="L'action n'a pas de thème ; elle est comptée parmi les thèmes à classer.",
        advice="Choisissez au moins un thème de la liste du modèle.",
        if_missing="L'action est retenue, à classer.",
    ),
    Rule(
        code="LIG-METEO",
        severity="remarque",
        layer="ligne",
        fields=("meteo",),
        expectation=not_null("meteo_code", present("meteo__brut")),
        sentence="La météo « {valeur} » n'est pas connue ; elle n'est pas retenue.",
        advice="Choisissez Soleil, Couvert, Nuage ou Orage.",
        if_missing=OPTIONAL,
    ),
    Rule(
        code="LIG-LISTE",
        severity="remarque",
        layer="ligne",
        fields=of_type("enumeration"),
        expectation=not_null("{champ}", present("{champ}__brut")),
        sentence="« {valeur} » n'est pas une valeur de la liste « {champ} » ; elle n'est pas "
        "retenue.",
        advice="Choisissez une valeur de la liste déroulante du modèle.",
        if_missing=OPTIONAL,
    ),
    Rule(
        code="LIG-MONTANT-ELEVE",
        severity="remarque",
        layer="ligne",
        fields=AMOUNTS,
        # Beyond, it is out of bounds: told once.
        expectation=between(
            "{champ}", None, DOUBTFUL_AMOUNT_EUR, up_to("{champ}", limits(*AMOUNTS)[1])
        ),
        sentence="Le montant « {valeur} » de la colonne « {champ} » paraît très élevé pour une "
        "action.",
        advice="Vérifiez qu'il est bien en euros.",
        if_missing=OPTIONAL,
    ),
    Rule(
        code="LIG-VALEUR-DEMESUREE",
        severity="majeure",
        layer="ligne",
        fields=MEASURES,
        expectation=between("{champ}", -LARGEST_VALUE, LARGEST_VALUE),
        sentence="La valeur « {valeur} » de la colonne « {champ} » est démesurée : elle n'est pas comptée avec celles "
        "des autres.",
        advice="Vérifiez le nombre et son unité.",
        if_missing=OPTIONAL,
    ),
    Rule(
        code="LIG-INDICATEUR-ABSENT",
        severity="remarque",
        layer="ligne",
        fields=("indicateur",),
        expectation=not_null("indicateur", present("valeur_actuelle")),
        sentence="Une valeur est mesurée ({valeur_actuelle}) sans que l'indicateur soit nommé.",
        advice="Nommez l'indicateur et son unité.",
        if_missing="La valeur est gardée.",
    ),
    Rule(
        code="LIG-INITIALE-ABSENTE",
        severity="remarque",
        layer="ligne",
        fields=("valeur_initiale",),
        expectation=not_null(
            "valeur_initiale", present("valeur_cible"), present("valeur_actuelle")
        ),
        sentence="L'indicateur a une cible et une valeur actuelle mais pas de valeur initiale "
        ": sa "
        "progression ne se calcule pas.",
        advice="Indiquez la valeur de départ, 0 s'il n'y avait rien.",
        if_missing="La progression de l'indicateur n'est pas calculée.",
    ),
    Rule(
        code="LIG-AIDE-ILLISIBLE",
        severity="majeure",
        layer="ligne",
        fields=("financeur",),
        expectation=null("financements_illisibles"),
        sentence="Un montant d'aide n'est pas lisible ou est négatif : « "
        "{financements_illisibles} ». "
        "L'aide est écartée, l'action est retenue.",
        advice="Écrivez un montant positif, en euros, sans texte ni fourchette.",
        if_missing="Une aide sans montant est gardée avec le nom du financeur.",
    ),
)
