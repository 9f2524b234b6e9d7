"""The codes an adapter or the reading of values can emit.

`FIC-...`: the file cannot be read; the sentence and the advice are what the sender reads. `FOR-...` (shape of the
file) and `LEC-...` (reading of a value) are observations: what each means is told here, the sentence the sender reads
lives with the rules, in `expectations/`. `champ` and `valeur` below are the fields of the observation.
"""

from vigie.errors import ReportUnreadable

_RESEND = "Ouvrez le fichier dans votre tableur, enregistrez-le au format .xlsx ou .csv, puis renvoyez-le."
_TEMPLATE = "Repartez du modèle de classeur fourni par la Région et renvoyez-le complété."

_LONGEST_DETAIL = 1_000

FILE_RULES: dict[str, tuple[str, str]] = {
    "FIC-VIDE": (
        "Le fichier est vide.",
        "Vérifiez le fichier enregistré et renvoyez-le.",
    ),
    "FIC-TAILLE": (
        "Le fichier pèse {taille} Mo ; la limite est de {limite} Mo.",
        "Retirez du classeur les images et les feuilles sans rapport avec la feuille de route, puis renvoyez-le.",
    ),
    "FIC-TRONQUE": ("Le fichier est incomplet ou abîmé : il ne s'ouvre pas.", _RESEND),
    "FIC-PROTEGE": (
        "Le fichier est protégé par un mot de passe.",
        "Retirez le mot de passe (Fichier, Informations, Protéger), puis renvoyez-le ; d'une archive, envoyez le "
        "fichier seul.",
    ),
    "FIC-BOMBE": (
        "Une fois décompressé, le fichier est démesurément grand : il n'a pas été ouvert.",
        "Copiez le tableau des actions dans un classeur neuf et renvoyez ce classeur.",
    ),
    "FIC-XML": (
        "Le fichier contient des instructions cachées, peut-être dangereuses : par sécurité, il n'a pas été ouvert.",
        "Copiez le tableau des actions dans un classeur neuf et renvoyez ce classeur.",
    ),
    "FIC-FORMAT": (
        "Le fichier est {nature} : ce n'est ni un classeur, ni un fichier CSV, ni un document Word (.docx).",
        "{conseil} Vous pouvez aussi reporter vos actions dans le modèle fourni par la Région.",
    ),
    "FIC-ARCHIVE": (
        "{contenant} ne contient pas un rapport et un seul : {trouve}.",
        "Envoyez le classeur, le fichier CSV ou le document Word (.docx) du rapport, seul.",
    ),
    "FIC-LIGNES": (
        "Le tableau compte plus de {limite} lignes.",
        "N'envoyez que les actions de votre feuille de route, une par ligne.",
    ),
    "FIC-COLONNES": (
        "Le tableau compte plus de {limite} colonnes.",
        "Supprimez les colonnes vides ou inutiles à droite du tableau, puis renvoyez le fichier.",
    ),
    "FIC-MODELE": (
        "Aucun tableau d'actions n'a été reconnu : il manque une ligne d'en-têtes avec l'intitulé de l'action et deux "
        + "autres colonnes du modèle{vu}.",
        "{conseil} Sinon, repartez du modèle de classeur fourni par la Région et renvoyez-le complété.",
    ),
    "FIC-NOTATION": (
        "{tableau} note un référentiel (des points ou des scores par numéro) : ses lignes ne sont pas des actions.",
        "Envoyez votre feuille de route : une action par ligne, son intitulé et son statut. "
        + _TEMPLATE,
    ),
    "FIC-GUILLEMETS": (
        "Un guillemet en trop ou jamais refermé confond des lignes du fichier CSV (lignes du fichier : {lignes}).",
        "Cherchez dans ces lignes le guillemet en trop ou qui manque et corrigez-le ; ou envoyez le classeur .xlsx.",
    ),
    "FIC-PLUSIEURS": (
        "Le fichier mêle plusieurs rapports : la colonne « {colonne} » contient {valeurs}.",
        "Envoyez un fichier par intercommunalité et par date de situation.",
    ),
    "FIC-FEUILLES": (
        "Les feuilles {feuilles} contiennent les mêmes actions : rien ne dit laquelle est à jour.",
        "Supprimez ou masquez celle qui n'est plus à jour (une feuille masquée n'est pas lue), ou écrivez au-dessus "
        + "de chaque tableau sa date de situation, puis renvoyez le fichier.",
    ),
    "FIC-SUITE": (
        "Dans la colonne « {colonne} », la valeur augmente à chaque ligne ({valeurs}) : le tableur a sans doute "
        + "continué la première en la recopiant.",
        "Donnez la même valeur à toutes les lignes (touche Ctrl pendant la recopie), puis renvoyez le fichier.",
    ),
    "FIC-DOSSIER-SUPPRIME": (
        "Le dossier {numero} a été supprimé sur Démarches simplifiées : le dernier rapport accepté reste en vigueur.",
        "Déposez un nouveau dossier, ou demandez à la Région de retirer le rapport s'il ne doit plus compter.",
    ),
    "FIC-DOSSIER-CLOS": (
        "Le dossier {numero} est {etat} sur Démarches simplifiées : il n'est pas lu.",
        "Déposez un nouveau dossier si vous voulez rendre compte.",
    ),
    "FIC-DOSSIER-SIRET": (
        "Le dossier est rempli pour l'intercommunalité {siren}, mais déposé avec le SIRET {siret}, qui n'est pas "
        "le sien.",
        "Déposez le dossier avec le SIRET de l'intercommunalité, ou corrigez l'intercommunalité choisie.",
    ),
    "FIC-RESSOURCES": (
        "Le fichier demande trop de temps ou de mémoire pour être lu.",
        "Copiez le tableau des actions, sans mise en forme, dans un classeur neuf et renvoyez-le.",
    ),
    "FIC-ILLISIBLE": (
        "Le fichier ne peut pas être lu : sa structure interne est invalide.",
        _RESEND,
    ),
}

OBSERVATIONS: dict[str, str] = {
    "FOR-ENCODAGE-DOUBLE": "a text encoded in UTF-8 twice, in whole or in part",
    "FOR-ENCODAGE": "a text read in none of the usual encodings; valeur = the one that it was read in",
    "FOR-CARACTERES-ILLISIBLES": "characters that no encoding reads, or lost before they came; valeur = how many, "
    "and the first line of the file that has one",
    "FOR-COLONNE-INCONNUE": "unknown header, its data is not loaded; valeur = header, champ = closest field or ''",
    "FOR-COLONNE-SANS-TITRE": "a column with data but no header, not loaded",
    "FOR-COLONNE-EN-DOUBLE": "a second column for the same field, not loaded; valeur = its header",
    "FOR-COLONNE-IGNOREE": "a column that Vigie has no use for, with data; valeur = its header, nombre = cells",
    "FOR-COLONNE-MASQUEE": "a hidden column beside a visible one for the same field, not loaded; valeur = its header",
    "FOR-COLONNES-MASQUEES": "hidden columns, read; valeur = their headers",
    "FOR-COLONNE-PARTAGEE": "a column of words and of percentages, read as a status and a progress; valeur = header",
    "FOR-CONFIDENTIALITE": "what speaks of confidentiality in its own words, or of all the actions at once, read as "
    "the column of the template; valeur = its words",
    "FOR-DIFFUSION": "a column that says which actions may be shown, read as the contrary of a confidentiality",
    "FOR-COLONNE-RELUE": "a column whose cells are of another field, read as such; valeur = its header, champ = the "
    "field that it is read as",
    "FOR-STATUT-COCHE": "columns that each stand for a status, ticked, read as the status; valeur = their headers",
    "FOR-ANNEES-ADDITIONNEES": "amounts of several years in a column each, added up; valeur = their headers",
    "FOR-COLONNE-ANCIENNE": "a column of the state at a day before that of another, not loaded; valeur = its header",
    "FOR-IDEM": "cells that say « the same as above », read as the cell above; valeur = header, nombre = cells",
    "FOR-NUMEROS": "numbers that start again at one for each axis or sheet, taken for no codes",
    "FOR-ETAPES": "the steps of an action put together; valeur = its title and its rows",
    "FOR-LIGNE-GROUPE": "a row that gathers those below, by its number or its sum, skipped; valeur = its text",
    "FOR-LIGNE-GROUPE-VALEURS": "the same, that says more than its actions; valeur = its text and the columns",
    "FOR-FEUILLE-NOTATION": "a sheet that scores a reference system, not read",
    "FOR-COLONNE-PERSONNE": "a column that names persons was dropped unread; valeur = its header",
    "FOR-EN-TETE-CONTRADICTOIRE": "a header field stands twice with different values; valeur = the one not kept",
    "FOR-EN-TETE-REPETE": "a repetition of the header row among the data, skipped",
    "FOR-CELLULE-EN-ERREUR": "a cell that holds an error of the sender's tool, read as blank; valeur = column and kind",
    "FOR-CARACTERES": "characters that no text may hold (control...) were taken out of a column, or of a whole file "
    "without a place; valeur = how many",
    "FOR-TEXTE-LONG": "a text past the length of its field, cut; valeur = its length and that of the field",
    "FOR-LIGNE-TOTAL": "a total row, skipped; valeur = its first text",
    "FOR-LIGNE-TITRE": "a row that gives an axis, or a sentence alone, and nothing of an action, skipped; "
    "valeur = its text",
    "FOR-LIGNE-HORS-TABLEAU": "a row below a blank line that follows no action: another table, notes; skipped; "
    "valeur = its first text",
    "FOR-LIGNE-AIDE": "a row of instructions or types, skipped",
    "FOR-LIGNE-EXEMPLE": "the example row of the template, left in place, skipped",
    "FOR-CONSIGNE-LAISSEE": "instruction text left in a cell, read as blank; valeur = the text",
    "FOR-FEUILLE-MASQUEE": "a hidden sheet holding an action table, skipped; valeur = its name",
    "FOR-LIGNES-MASQUEES": "rows of actions that a filter or a hand hides, read; valeur = how many and where",
    "FOR-TEXTE-BARRE": "struck-out text in the rows of actions, read; valeur = how many cells and which rows",
    "FOR-VALEUR-MASQUEE": "cells of the rows of actions whose format displays nothing, read as blank; valeur = "
    "how many and which rows",
    "FOR-TEXTE-SUPPRIME": "text of the rows of actions of a Word document deleted in its tracked changes, or hidden, "
    "not read; valeur = how many cells and which rows",
    "FOR-TABLEAU-IMBRIQUE": "tables inside cells of the rows of actions, not read with them; valeur = as above",
    "FOR-TABLEAU-NON-LU": "tables of a document that are not of actions; valeur = their names and lengths",
    "FOR-ARCHIVE": "the report was inside an archive or a message; valeur = its name, and those of what is not read",
    "FOR-FORMATS-NON-LUS": "a sheet whose formats, errors and formulas cannot be read: its values alone are",
    "FOR-FEUILLE-ANCIENNE": "a sheet with a date of situation older than that of another, skipped; valeur = its date",
    "FOR-FEUILLE-COMPLEMENT": "a sheet that says more of the actions of another, skipped; valeur = its name and "
    "that of the other, nombre = cells",
    "FOR-PLUSIEURS-FEUILLES": "several sheets hold an action table, all read; valeur = their names",
    "FOR-CELLULES-FUSIONNEES": "cells merged over several rows outside the axis columns: only the first row has "
    "the value; valeur = header",
    "FOR-LIGNE-LONGUE": "a row of a CSV with more cells than the header: they are not read, or blank and the "
    "row looks shifted; valeur = how many",
    "FOR-LIGNE-COURTE": "a row of a CSV with fewer cells than the header: they are blank; valeur = how many",
    "FOR-COLONNES-DECALEES": "the statuses of the whole report are in another column; champ = that one, valeur = one "
    "status",
    "FOR-SOUS-ACTION": "rows of sub-actions read as actions, their parent in the axis; valeur = how many",
    "FOR-BUDGET-TET": "budgets added up from the budget lines of Territoires en Transitions; valeur = how many",
    "FOR-BUDGET-TET-ILLISIBLE": "budget lines of Territoires en Transitions that do not add up to one amount, not read",
    "FOR-BASE-MELANGEE": "amounts in HT and in TTC in the same table; valeur = the headers",
    "LIG-REPETITION": "a row that repeats an earlier one to the letter, skipped; valeur = its code or title",
    "LEC-DATE-SITUATION-DEPOT": "the format has no date of situation: the day of deposit is used; valeur = that day",
    "LEC-DATE-SITUATION-TITRE": "the date of situation is the one that a title or the name of the sheet ends with",
    "LEC-SIREN-SOURCE": "the file gives no SIREN: the one of the source is used; valeur = that SIREN",
    "LEC-SIREN-CLE": "the SIREN does not satisfy its check digit",
    "LEC-SIRET": "a SIRET was given where a SIREN is expected",
    "LEC-SIREN-REMPLACE": "a SIREN that is no longer in use was followed to its successor; valeur = as written",
    "LEC-CODE-DERIVE": "the table has no action code: derived from axis and title; ligne = 0 when true of all rows",
    "LEC-HOMONYME": "actions of one title and axis, without codes, that another column tells apart; valeur = title, "
    "champ = that column",
    "LEC-CODE-DATE": "a code that a spreadsheet took for a date, kept as it is; valeur = that date",
    "LEC-INDICATEUR-INCONNU": "codes of indicators out of the catalogue, once per report; valeur = those codes",
    "LEC-PREUVE": "a proof that is no address, no document and no reference, not kept; valeur = its text",
    "LEC-DATE-MOIS": "a month without a day: last day for an end, first day for a start",
    "LEC-DATE-SANS-JOUR": "words that tell of no day (permanent, court terme): read as no date",
    "LEC-DATE-ANNEE": "a year alone: 31 December for an end, 1 January for a start",
    "LEC-DATE-PERIODE": "a quarter or a half-year: its last day for an end, its first day for a start",
    "LEC-DATE-AMBIGUE": "day and month may be exchanged, in a file where a few other dates have the month first",
    "LEC-DATE-INVERSEE": "a date that can only have the month first, in a file where most have the day first: unread",
    "LEC-DATE-MOIS-DEVANT": "a file whose dates have the month first: all are read so; ligne = 0, valeur = one of them",
    "LEC-DATE-SERIE": "a spreadsheet serial number read as a date",
    "LEC-ANNEE-COURTE": "a year written with two digits, read in the 2000s",
    "LEC-TAUX-FRACTION": "a whole column of progress written as fractions of 1, read as percentages; ligne = 0",
    "LEC-TAUX-LU": "progress told in words or as a share (~50 %, 3/4), read as a percentage",
    "LEC-TAUX-AMBIGU": "progress that could be a fraction or a percentage, kept as written",
    "LEC-MONTANT-AMBIGU": "a separator that could be decimal or of thousands: a point is read as thousands in euros, "
    "all else as decimal",
    "LEC-MONTANT-ECHELLE": "an amount written in k€ or M€, converted to euros",
    "LEC-MONTANT-BASE": "an amount that says HT or TTC in its cell: the base of the action, when no column tells it",
    "LEC-CONFIDENTIEL": "unreadable confidentiality, read as confidential",
    "LEC-FINANCEUR-ABSENT": "funding without the name of its funder, kept as 'Non précisé'",
    "LEC-COORDONNEES": "an e-mail address or a phone number was removed from a text; valeur is empty",
}


def unreadable(code: str, **details: object) -> ReportUnreadable:
    """The refusal of a file under one of FILE_RULES, its sentence completed with `details`, long ones cut."""
    sentence, advice = FILE_RULES[code]
    words = {name: str(value)[:_LONGEST_DETAIL] for name, value in details.items()}
    return ReportUnreadable(
        code, sentence.format(**words), advice.format(**{"conseil": "", **words})
    )
