"""The reading of a value that was not written as expected but could be understood: the sender
is told how.
"""

from expectations.rule import Rule, Severity, Suite


def _read(
    code: str,
    sentence: str,
    advice: str,
    severity: Severity = "remarque",
    informs: bool = False,
) -> Rule:
    return Rule(
        code=code,
        severity=severity,
        layer="forme",
        sentence=sentence,
        advice=advice,
        if_missing="Sans objet.",
        informs=informs,
    )


_NOTHING = "Rien à faire si c'est bien ce que vous vouliez dire."

SUITE = Suite(
    name="lecture",
    title="Lecture des valeurs",
    rules=(
        _read(
            "LEC-DATE-SITUATION-DEPOT",
            "Le fichier ne dit pas sa date de situation : le jour du dépôt, {valeur}, est retenu.",
            "Si l'état a été arrêté un autre jour, indiquez-le dans le fichier.",
            informs=True,
        ),
        _read(
            "LEC-DATE-SITUATION-TITRE",
            "La date de situation est lue dans un titre, ou dans le nom de la feuille : {valeur}.",
            "Si l'état a été arrêté un autre jour, écrivez « Date de situation » et la date au-dessus du tableau.",
            informs=True,
        ),
        _read(
            "LEC-SIREN-SOURCE",
            "Le fichier ne porte pas de SIREN : celui du lieu de dépôt, {valeur}, est retenu.",
            "Rien à faire.",
            informs=True,
        ),
        _read(
            "LEC-SIREN-CLE",
            "Le {numero} « {valeur} » ne peut pas exister : un de ses chiffres a été changé.",
            "Recopiez le numéro depuis un document officiel, en format texte dans le tableur.",
            "majeure",
        ),
        _read(
            "LEC-SIRET",
            "« {valeur} » est un SIRET : ses 9 premiers chiffres sont retenus comme SIREN.",
            "Rien à faire.",
            informs=True,
        ),
        _read(
            "LEC-SIREN-REMPLACE",
            "Le {numero} {valeur} n'est plus en usage : celui de l'intercommunalité qui lui succède "
            "est retenu.",
            "Indiquez le nouveau SIREN dans les prochains rapports.",
        ),
        _read(
            "LEC-CODE-DERIVE",
            "L'action n'a pas de code : il est déduit de l'axe et de l'intitulé.",
            "Donnez à chaque action un code qui ne change pas : sans lui, une action renommée "
            "paraît "
            "disparue.",
        ),
        _read(
            "LEC-HOMONYME",
            "Plusieurs actions sans code portent l'intitulé « {valeur} » : leur colonne « {champ} » les distingue.",
            "Donnez-leur un code, ou un intitulé à chacune : sans cela, changer cette colonne les fait paraître "
            "disparues.",
        ),
        _read(
            "LEC-CODE-DATE",
            "Le tableur a changé le code de l'action en date : il est lu « {valeur} ».",
            "Mettez la colonne des codes au format texte, tapez de nouveau les codes, puis renvoyez le fichier.",
            "majeure",
        ),
        _read(
            "LEC-INDICATEUR-INCONNU",
            "Le catalogue de la Région n'a pas d'indicateur {valeur} : ce qui en est dit est gardé, mais n'entre dans "
            "aucun chiffre publié.",
            "Vérifiez le code ; s'il est juste, demandez à la Région de l'ajouter à son catalogue.",
        ),
        _read(
            "LEC-PREUVE",
            "« {valeur} » n'est ni une adresse, ni le nom d'un document, ni une référence : l'avancement est compté "
            "comme déclaré, non comme justifié.",
            "Donnez l'adresse d'une page, le nom d'un document ou une référence (délibération n° 2025-12).",
        ),
        _read(
            "LEC-DATE-MOIS",
            "« {valeur} » donne un mois sans jour : le {lu} est retenu.",
            _NOTHING,
            informs=True,
        ),
        _read(
            "LEC-DATE-ANNEE",
            "« {valeur} » donne une année seule : le {lu} est retenu.",
            _NOTHING,
            informs=True,
        ),
        _read(
            "LEC-DATE-SANS-JOUR",
            "« {valeur} » ne donne pas de jour : aucune date n'est retenue dans la colonne « {champ} ».",
            "Si l'action doit finir un jour, écrivez lequel ; sinon, il n'y a rien à faire.",
            informs=True,
        ),
        _read(
            "LEC-DATE-PERIODE",
            "« {valeur} » donne une période : le {lu} est retenu.",
            _NOTHING,
            informs=True,
        ),
        _read(
            "LEC-DATE-AMBIGUE",
            "D'autres dates du tableau ont le mois en premier : « {valeur} » est lu jour puis mois, "
            "peut-être à tort.",
            "Écrivez toutes les dates sous la forme JJ/MM/AAAA, ou mettez la colonne au format date.",
            "majeure",
        ),
        _read(
            "LEC-DATE-INVERSEE",
            "Dans « {valeur} », le mois paraît écrit avant le jour : la date n'est pas lue.",
            "Écrivez la date sous la forme JJ/MM/AAAA, ou mettez la colonne au format date.",
            "majeure",
        ),
        _read(
            "LEC-DATE-MOIS-DEVANT",
            "Les dates paraissent écrites le mois devant le jour (« {valeur} ») : toutes celles du fichier sont lues "
            "dans cet ordre, mois puis jour.",
            "Écrivez les dates sous la forme JJ/MM/AAAA, ou mettez les colonnes au format date ; si une seule date est "
            "fausse, corrigez-la et renvoyez le fichier.",
            "majeure",
        ),
        _read(
            "LEC-DATE-SERIE",
            "« {valeur} » est un numéro de jour du tableur : il est lu {lu}.",
            _NOTHING,
            informs=True,
        ),
        _read(
            "LEC-ANNEE-COURTE",
            "L'année de « {valeur} » n'a que deux chiffres : la date est lue {lu}.",
            _NOTHING,
            informs=True,
        ),
        _read(
            "LEC-TAUX-FRACTION",
            "Les taux d'avancement sont écrits entre 0 et 1 : ils sont lus comme des pourcentages "
            "(0,45 donne 45 %).",
            _NOTHING,
            informs=True,
        ),
        _read(
            "LEC-TAUX-LU",
            "« {valeur} » est lu {lu} %.",
            _NOTHING,
            informs=True,
        ),
        _read(
            "LEC-TAUX-AMBIGU",
            "Le taux « {valeur} » peut être une fraction ou un pourcentage : il est gardé tel "
            "quel.",
            "Écrivez le taux de 0 à 100, avec le signe %.",
            "majeure",
        ),
        _read(
            "LEC-MONTANT-AMBIGU",
            "Dans « {valeur} », le point ou la virgule peut séparer les milliers ou les décimales : "
            "le nombre est lu {lu}.",
            "Écrivez les milliers avec une espace et les décimales avec une virgule.",
            "majeure",
        ),
        _read(
            "LEC-MONTANT-ECHELLE",
            "« {valeur} » est lu {lu} €.",
            _NOTHING,
            informs=True,
        ),
        _read(
            "LEC-MONTANT-BASE",
            "« {valeur} » est lu {lu} € ; HT ou TTC vaut pour l'action si « Base des montants » n'en dit rien.",
            _NOTHING,
            informs=True,
        ),
        _read(
            "LEC-CONFIDENTIEL",
            "« {valeur} » ne dit pas si l'action est confidentielle : par prudence, elle est tenue "
            "pour "
            "confidentielle.",
            "Écrivez Oui ou Non.",
            "majeure",
        ),
        _read(
            "LEC-FINANCEUR-ABSENT",
            "Une aide est donnée sans le nom du financeur : elle est gardée comme « Non précisé ».",
            "Nommez le financeur.",
        ),
        _read(
            "LEC-COORDONNEES",
            "Une adresse électronique ou un numéro de téléphone a été retiré de ce texte.",
            "N'écrivez pas de coordonnées dans un rapport ; indiquez un service.",
        ),
    ),
)
