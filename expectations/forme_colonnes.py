"""The shape of the file, as its columns tell it: what each is read as, and what is not. Noticed by the adapters."""

from expectations.rule import Rule, Severity


def noticed(
    code: str,
    sentence: str,
    advice: str,
    severity: Severity = "remarque",
    informs: bool = False,
) -> Rule:
    """A rule of form, broken as soon as an adapter notices it."""
    return Rule(
        code=code,
        severity=severity,
        layer="forme",
        sentence=sentence,
        advice=advice,
        if_missing="Sans objet.",
        informs=informs,
    )


COLUMNS = (
    noticed(
        "FOR-ENCODAGE",
        "Les lettres accentuées du fichier ne sont ni en UTF-8 ni dans l'encodage de Windows : le fichier est "
        "lu en {valeur}.",
        "Vérifiez les accents dans cette réponse ; la prochaine fois, enregistrez en « CSV UTF-8 » ou envoyez le "
        "classeur.",
    ),
    noticed(
        "FOR-ENCODAGE-DOUBLE",
        "Les lettres accentuées du fichier avaient été enregistrées deux fois de suite (« Ã© » pour « é ») : elles "
        "sont rétablies.",
        "Vérifiez les accents dans cette réponse ; la prochaine fois, envoyez le fichier d'origine.",
    ),
    noticed(
        "FOR-CARACTERES-ILLISIBLES",
        "Des caractères du fichier ne peuvent pas être lus ({valeur}) : « � » les remplace.",
        "Corrigez les mots où figure « � », puis enregistrez en « CSV UTF-8 » ou envoyez le classeur.",
        "majeure",
    ),
    noticed(
        "FOR-COLONNE-INCONNUE",
        "La colonne « {valeur} » n'est pas reconnue : {cellules}.",
        "Si elle porte une donnée attendue, renommez-la comme dans le modèle{proche} ; sinon, rien "
        "à faire.",
    ),
    noticed(
        "FOR-COLONNE-SANS-TITRE",
        "Une colonne contient des données mais pas de titre : {cellules}.",
        "Donnez-lui le titre de la colonne du modèle, ou videz-la.",
    ),
    noticed(
        "FOR-COLONNE-EN-DOUBLE",
        "La colonne « {valeur} » répète une autre colonne, pour la même donnée : {cellules}.",
        "Gardez une seule colonne par donnée.",
        "majeure",
    ),
    noticed(
        "FOR-COLONNE-IGNOREE",
        "La colonne « {valeur} » n'est pas de celles que Vigie suit : {cellules}.",
        "Rien à faire ; si elle porte une donnée du modèle, donnez-lui le titre de la colonne du modèle.",
        informs=True,
    ),
    noticed(
        "FOR-COLONNE-MASQUEE",
        "La colonne masquée « {valeur} » répète une colonne visible : c'est la visible qui est lue "
        "({cellules}).",
        "Supprimez la colonne masquée, ou affichez-la à la place de l'autre si c'est elle qui est à jour.",
    ),
    noticed(
        "FOR-COLONNES-MASQUEES",
        "Des colonnes masquées sont lues comme les autres : {valeur}.",
        "Pour qu'elles ne comptent pas, supprimez-les du tableau et renvoyez le fichier.",
        informs=True,
    ),
    noticed(
        "FOR-CONFIDENTIALITE",
        "« {valeur} » parle de confidentialité : par prudence, c'est lu comme la colonne « {modele} » du modèle, "
        "et ce qui y dit autre chose que Non n'est pas montré.",
        "Gardez le titre du modèle, « {modele} », et écrivez Oui ou Non pour chaque action.",
    ),
    noticed(
        "FOR-DIFFUSION",
        "La colonne « {valeur} » dit ce qui peut être montré : une action où elle ne dit pas Oui est tenue pour "
        "confidentielle.",
        "Répondez Oui pour chaque action à montrer, ou donnez la colonne « {modele} » du modèle.",
    ),
    noticed(
        "FOR-COLONNE-RELUE",
        "Les cellules de la colonne « {valeur} » ne sont pas ce que son titre annonce : elle est lue comme la "
        "colonne « {modele} » du modèle.",
        "Rien à faire si c'est bien ce que vous vouliez dire.",
        informs=True,
    ),
    noticed(
        "FOR-COLONNE-PARTAGEE",
        "La colonne « {valeur} » dit l'avancement tantôt en mots, tantôt en pourcentage : les mots sont lus comme "
        "le statut, les pourcentages comme le taux d'avancement.",
        "Rien à faire si c'est bien ce que vous vouliez dire.",
        informs=True,
    ),
    noticed(
        "FOR-STATUT-COCHE",
        "Le statut de chaque action est lu dans la colonne cochée, parmi « {valeur} ».",
        "Cochez une seule de ces colonnes par action, ou donnez une seule colonne « Statut ».",
        informs=True,
    ),
    noticed(
        "FOR-ANNEES-ADDITIONNEES",
        "Les montants de plusieurs années (« {valeur} ») sont additionnés : leur somme est lue comme la colonne "
        "« {modele} » du modèle.",
        "Rien à faire si c'est bien ce que vous vouliez dire ; sinon, ajoutez une colonne « {modele} ».",
        informs=True,
    ),
    noticed(
        "FOR-COLONNE-ANCIENNE",
        "La colonne « {valeur} » donne un état plus ancien que celui d'une autre colonne : {cellules}.",
        "Rien à faire : c'est l'état le plus récent qui est lu.",
        informs=True,
    ),
    noticed(
        "FOR-IDEM",
        "Dans la colonne « {valeur} », « idem », « // » ou un guillemet seul est lu comme la case du dessus.",
        "Rien à faire si c'est bien ce que vous vouliez dire.",
        informs=True,
    ),
    noticed(
        "FOR-NUMEROS",
        "Les numéros recommencent à 1 d'un axe ou d'une feuille à l'autre : ce ne sont pas des codes, et chaque "
        "action est suivie par son axe et son intitulé.",
        "Donnez à chaque action un code qui ne change pas, par exemple 1.1, 1.2, 2.1 : sans lui, une action "
        "renommée paraît disparue.",
    ),
    noticed(
        "FOR-ETAPES",
        "L'action « {valeur}) est écrite sur plusieurs lignes, une par étape : elle est comptée une fois, à l'état "
        "de son étape la moins avancée, du premier début à la dernière fin et pour la somme des montants ; ses "
        "étapes sont gardées dans le commentaire.",
        "Rien à faire si c'est bien une seule action ; sinon, donnez un intitulé à chaque ligne.",
    ),
    noticed(
        "FOR-LIGNE-GROUPE",
        "La ligne « {valeur} » regroupe celles qui la suivent : elle donne leur axe, elle n'est pas comptée comme "
        "une action et ses montants, qui sont leur somme, ne s'y ajoutent pas.",
        "Rien à faire.",
        informs=True,
    ),
    noticed(
        "FOR-LIGNE-GROUPE-VALEURS",
        "La ligne « {valeur}) regroupe celles qui la suivent : elle donne leur axe et n'est pas comptée comme une "
        "action ; ce qu'elle seule dit, dans ces colonnes, n'est pas lu.",
        "Écrivez ces données sur les lignes des actions qu'elle regroupe, ou donnez-lui un numéro qu'aucune autre "
        "ne continue si c'est une action.",
        "majeure",
    ),
    noticed(
        "FOR-FEUILLE-NOTATION",
        "La feuille note un référentiel (des points ou des scores par numéro) : ses lignes ne sont pas des "
        "actions, elle n'est pas lue.",
        "Rien à faire.",
        informs=True,
    ),
    noticed(
        "FOR-COLONNE-PERSONNE",
        "La colonne « {valeur} » désigne des personnes : elle a été retirée sans être lue.",
        "Si elle donne des services et non des personnes, intitulez-la « Service pilote ».",
        informs=True,
    ),
)
