"""The shape of the file: columns, sheets, rows that are not actions. Noticed by the adapters; it blocks only when no
value is under its header.
"""

from expectations.rule import Rule, Severity, Suite


def _noticed(
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


SUITE = Suite(
    name="forme",
    title="Forme du fichier",
    rules=(
        _noticed(
            "FOR-ENCODAGE",
            "Les lettres accentuées du fichier ne sont ni en UTF-8 ni dans l'encodage de Windows : le fichier est "
            "lu en {valeur}.",
            "Vérifiez les accents dans cette réponse ; la prochaine fois, enregistrez en « CSV UTF-8 » ou envoyez le "
            "classeur.",
        ),
        _noticed(
            "FOR-ENCODAGE-DOUBLE",
            "Les lettres accentuées du fichier avaient été enregistrées deux fois de suite (« Ã© » pour « é ») : elles "
            "sont rétablies.",
            "Vérifiez les accents dans cette réponse ; la prochaine fois, envoyez le fichier d'origine.",
        ),
        _noticed(
            "FOR-CARACTERES-ILLISIBLES",
            "Des caractères du fichier ne peuvent pas être lus ({valeur}) : « � » les remplace.",
            "Corrigez les mots où figure « � », puis enregistrez en « CSV UTF-8 » ou envoyez le classeur.",
            "majeure",
        ),
        _noticed(
            "FOR-COLONNE-INCONNUE",
            "La colonne « {valeur} » n'est pas reconnue : {cellules}.",
            "Si elle porte une donnée attendue, renommez-la comme dans le modèle{proche} ; sinon, rien "
            "à faire.",
        ),
        _noticed(
            "FOR-COLONNE-SANS-TITRE",
            "Une colonne contient des données mais pas de titre : {cellules}.",
            "Donnez-lui le titre de la colonne du modèle, ou videz-la.",
        ),
        _noticed(
            "FOR-COLONNE-EN-DOUBLE",
            "La colonne « {valeur} » répète une autre colonne, pour la même donnée : {cellules}.",
            "Gardez une seule colonne par donnée.",
            "majeure",
        ),
        _noticed(
            "FOR-COLONNE-IGNOREE",
            "La colonne « {valeur} » n'est pas de celles que Vigie suit : {cellules}.",
            "Rien à faire ; si elle porte une donnée du modèle, donnez-lui le titre de la colonne du modèle.",
            informs=True,
        ),
        _noticed(
            "FOR-COLONNE-MASQUEE",
            "La colonne masquée « {valeur} » répète une colonne visible : c'est la visible qui est lue "
            "({cellules}).",
            "Supprimez la colonne masquée, ou affichez-la à la place de l'autre si c'est elle qui est à jour.",
        ),
        _noticed(
            "FOR-COLONNES-MASQUEES",
            "Des colonnes masquées sont lues comme les autres : {valeur}.",
            "Pour qu'elles ne comptent pas, supprimez-les du tableau et renvoyez le fichier.",
            informs=True,
        ),
        _noticed(
            "FOR-CONFIDENTIALITE",
            "« {valeur} » parle de confidentialité : par prudence, c'est lu comme la colonne « {modele} » du modèle, "
            "et ce qui y dit autre chose que Non n'est pas montré.",
            "Gardez le titre du modèle, « {modele} », et écrivez Oui ou Non pour chaque action.",
        ),
        _noticed(
            "FOR-DIFFUSION",
            "La colonne « {valeur} » dit ce qui peut être montré : une action où elle ne dit pas Oui est tenue pour "
            "confidentielle.",
            "Répondez Oui pour chaque action à montrer, ou donnez la colonne « {modele} » du modèle.",
        ),
        _noticed(
            "FOR-COLONNE-RELUE",
            "Les cellules de la colonne « {valeur} » ne sont pas ce que son titre annonce : elle est lue comme la "
            "colonne « {modele} » du modèle.",
            "Rien à faire si c'est bien ce que vous vouliez dire.",
            informs=True,
        ),
        _noticed(
            "FOR-COLONNE-PARTAGEE",
            "La colonne « {valeur} » dit l'avancement tantôt en mots, tantôt en pourcentage : les mots sont lus comme "
            "le statut, les pourcentages comme le taux d'avancement.",
            "Rien à faire si c'est bien ce que vous vouliez dire.",
            informs=True,
        ),
        _noticed(
            "FOR-STATUT-COCHE",
            "Le statut de chaque action est lu dans la colonne cochée, parmi « {valeur} ».",
            "Cochez une seule de ces colonnes par action, ou donnez une seule colonne « Statut ».",
            informs=True,
        ),
        _noticed(
            "FOR-ANNEES-ADDITIONNEES",
            "Les montants de plusieurs années (« {valeur} ») sont additionnés : leur somme est lue comme la colonne "
            "« {modele} » du modèle.",
            "Rien à faire si c'est bien ce que vous vouliez dire ; sinon, ajoutez une colonne « {modele} ».",
            informs=True,
        ),
        _noticed(
            "FOR-COLONNE-ANCIENNE",
            "La colonne « {valeur} » donne un état plus ancien que celui d'une autre colonne : {cellules}.",
            "Rien à faire : c'est l'état le plus récent qui est lu.",
            informs=True,
        ),
        _noticed(
            "FOR-IDEM",
            "Dans la colonne « {valeur} », « idem », « // » ou un guillemet seul est lu comme la case du dessus.",
            "Rien à faire si c'est bien ce que vous vouliez dire.",
            informs=True,
        ),
        _noticed(
            "FOR-NUMEROS",
            "Les numéros recommencent à 1 d'un axe ou d'une feuille à l'autre : ce ne sont pas des codes, et chaque "
            "action est suivie par son axe et son intitulé.",
            "Donnez à chaque action un code qui ne change pas, par exemple 1.1, 1.2, 2.1 : sans lui, une action "
            "renommée paraît disparue.",
        ),
        _noticed(
            "FOR-ETAPES",
            "L'action « {valeur}) est écrite sur plusieurs lignes, une par étape : elle est comptée une fois, à l'état "
            "de son étape la moins avancée, du premier début à la dernière fin et pour la somme des montants ; ses "
            "étapes sont gardées dans le commentaire.",
            "Rien à faire si c'est bien une seule action ; sinon, donnez un intitulé à chaque ligne.",
        ),
        _noticed(
            "FOR-LIGNE-GROUPE",
            "La ligne « {valeur} » regroupe celles qui la suivent : elle donne leur axe, elle n'est pas comptée comme "
            "une action et ses montants, qui sont leur somme, ne s'y ajoutent pas.",
            "Rien à faire.",
            informs=True,
        ),
        _noticed(
            "FOR-LIGNE-GROUPE-VALEURS",
            "La ligne « {valeur}) regroupe celles qui la suivent : elle donne leur axe et n'est pas comptée comme une "
            "action ; ce qu'elle seule dit, dans ces colonnes, n'est pas lu.",
            "Écrivez ces données sur les lignes des actions qu'elle regroupe, ou donnez-lui un numéro qu'aucune autre "
            "ne continue si c'est une action.",
            "majeure",
        ),
        _noticed(
            "FOR-FEUILLE-NOTATION",
            "La feuille note un référentiel (des points ou des scores par numéro) : ses lignes ne sont pas des "
            "actions, elle n'est pas lue.",
            "Rien à faire.",
            informs=True,
        ),
        _noticed(
            "FOR-COLONNE-PERSONNE",
            "La colonne « {valeur} » désigne des personnes : elle a été retirée sans être lue.",
            "Si elle donne des services et non des personnes, intitulez-la « Service pilote ».",
            informs=True,
        ),
        _noticed(
            "FOR-EN-TETE-CONTRADICTOIRE",
            "L'en-tête donne deux valeurs différentes pour la même information ; « {valeur} » "
            "n'est pas "
            "retenu.",
            "Gardez une seule valeur.",
            "majeure",
        ),
        _noticed(
            "FOR-EN-TETE-REPETE",
            "La ligne de titres est répétée au milieu des actions : elle est ignorée.",
            "Rien à faire.",
            informs=True,
        ),
        _noticed(
            "FOR-CELLULE-EN-ERREUR",
            "Une case ne contient pas de valeur mais une erreur ({valeur}) : elle est lue comme "
            "vide.",
            "Corrigez la formule (si elle n'est pas calculée, ouvrez le classeur dans votre tableur et "
            "enregistrez-le), ou donnez à Vigie le droit de lire la colonne.",
            "majeure",
        ),
        _noticed(
            "FOR-CARACTERES",
            "{valeur} caractère(s) que rien n'affiche (caractères de commande, venus d'un copier-coller ou d'un "
            "autre outil) ont été retirés ; le reste du texte est gardé.",
            "Rien à faire si le texte se lit bien ; sinon, tapez-le de nouveau dans votre tableur.",
        ),
        _noticed(
            "FOR-TEXTE-LONG",
            "Le texte de « {champ} » est trop long ({valeur}) : son début est repris, la fin ne l'est pas. Votre "
            "fichier, lui, est gardé entier.",
            "Résumez ce texte, ou placez le détail dans un document dont vous donnez l'adresse dans « Preuve ».",
            "majeure",
        ),
        _noticed(
            "FOR-LIGNE-TOTAL",
            "La ligne « {valeur} » est un total : elle n'est pas comptée comme une action.",
            "Rien à faire.",
            informs=True,
        ),
        _noticed(
            "FOR-LIGNE-TITRE",
            "La ligne ne porte qu'un titre ou une note (« {valeur} ») : elle n'est pas lue comme une "
            "action.",
            "Rien à faire.",
            informs=True,
        ),
        _noticed(
            "FOR-LIGNE-HORS-TABLEAU",
            "Sous une ligne vide, la ligne n'a ni statut, ni avancement, ni date, ni montant : elle "
            "n'est pas lue comme une action.",
            "Si c'est une action, renseignez son statut ou supprimez la ligne vide au-dessus ; si "
            "c'est une note ou un autre tableau, rien à faire.",
            "majeure",
        ),
        _noticed(
            "FOR-LIGNE-AIDE",
            "La ligne d'aide du modèle est restée dans le fichier : elle est ignorée.",
            "Rien à faire.",
            informs=True,
        ),
        _noticed(
            "FOR-LIGNE-EXEMPLE",
            "La ligne d'exemple du modèle est restée dans le fichier : elle est ignorée.",
            "Rien à faire.",
            informs=True,
        ),
        _noticed(
            "LIG-REPETITION",
            "La ligne répète à l'identique une ligne précédente (« {valeur} ») : elle n'est comptée qu'une fois.",
            "Supprimez la ligne en trop du prochain rapport ; si une autre action devait y figurer, corrigez-la.",
        ),
        _noticed(
            "FOR-CONSIGNE-LAISSEE",
            "La case contient encore la consigne du modèle (« {valeur} ») : elle est lue comme "
            "vide.",
            "Remplacez la consigne par votre réponse, ou videz la case.",
        ),
        _noticed(
            "FOR-FEUILLE-MASQUEE",
            "La feuille masquée « {valeur} » contient des actions : elle n'est pas lue.",
            "Affichez la feuille si ses actions doivent compter, sinon supprimez-la.",
            "majeure",
        ),
        _noticed(
            "FOR-LIGNES-MASQUEES",
            "Des lignes masquées, par un filtre ou à la main, sont lues comme les autres ({valeur}).",
            "Pour qu'elles ne comptent pas, affichez-les, supprimez-les du tableau et renvoyez le fichier.",
            informs=True,
        ),
        _noticed(
            "FOR-TEXTE-BARRE",
            "Du texte barré est lu comme le reste (cases : {valeur}).",
            "Si l'action est abandonnée, choisissez ce statut ; si elle ne compte plus, supprimez la ligne du tableau.",
        ),
        _noticed(
            "FOR-VALEUR-MASQUEE",
            "Le format de certaines cases n'affiche rien de ce qu'elles contiennent : elles sont lues comme vides "
            "(cases : {valeur}).",
            "Si ce qu'elles contiennent doit compter, donnez-leur le format « Standard » et renvoyez le fichier.",
        ),
        _noticed(
            "FOR-TEXTE-SUPPRIME",
            "Du texte supprimé en suivi des modifications, ou masqué, n'est pas lu (cases : {valeur}).",
            "Si ce texte doit compter, refusez sa suppression (onglet Révision) et renvoyez le document.",
            informs=True,
        ),
        _noticed(
            "FOR-TABLEAU-IMBRIQUE",
            "Une case contient elle-même un tableau, qui n'est pas lu avec elle (cases : {valeur}).",
            "Si ce tableau porte une donnée attendue, écrivez-la comme un texte dans la case.",
        ),
        _noticed(
            "FOR-TABLEAU-NON-LU",
            "D'autres tableaux du document ne sont pas lus comme des actions : {valeur}.",
            "Si l'un d'eux porte des actions, donnez-lui la même ligne de titres qu'au tableau lu.",
            informs=True,
        ),
        _noticed(
            "FOR-ARCHIVE",
            "Le rapport est lu dans ce qui le contient : {valeur}.",
            "Rien à faire ; la prochaine fois, envoyez-le seul.",
            informs=True,
        ),
        _noticed(
            "FOR-FORMATS-NON-LUS",
            "Les formats de la feuille n'ont pas pu être lus : un pourcentage, un code ou une formule peut être lu "
            "autrement qu'il ne s'affiche.",
            "Ouvrez le classeur dans votre tableur, enregistrez-le au format .xlsx habituel, puis renvoyez-le.",
            "majeure",
        ),
        _noticed(
            "FOR-FEUILLE-ANCIENNE",
            "La feuille porte une date de situation plus ancienne ({valeur}) que celle d'une autre feuille : elle "
            "n'est pas lue.",
            "Rien à faire si c'est l'état d'une période passée ; sinon, corrigez sa date.",
        ),
        _noticed(
            "FOR-FEUILLE-COMPLEMENT",
            "La feuille {valeur}, mais une action se lit sur une seule ligne : {cellules}.",
            "Recopiez ses colonnes dans le tableau des actions, sur la ligne de chacune, puis renvoyez le fichier.",
            "majeure",
        ),
        _noticed(
            "FOR-PLUSIEURS-FEUILLES",
            "Plusieurs feuilles contiennent des actions, toutes sont lues : {valeur}.",
            "Vérifiez qu'aucune n'est une ancienne version.",
        ),
        _noticed(
            "FOR-CELLULES-FUSIONNEES",
            "Des cases sont fusionnées sur plusieurs lignes dans la colonne « {valeur} » : seule "
            "la "
            "première ligne porte la valeur.",
            "Défusionnez les cases et répétez la valeur sur chaque ligne concernée.",
            "majeure",
        ),
        _noticed(
            "FOR-LIGNE-LONGUE",
            "La ligne compte plus de cases que la ligne de titres (en trop : {valeur}) : ce qui dépasse "
            "n'est pas lu, et les autres cases sont peut-être décalées.",
            "Cherchez dans la ligne une case vide de trop (deux points-virgules qui se suivent), ou un "
            "point-virgule dans un texte à mettre entre guillemets ; ou envoyez le classeur.",
            "majeure",
        ),
        _noticed(
            "FOR-LIGNE-COURTE",
            "La ligne compte moins de cases que la ligne de titres (en moins : {valeur}) : celles qui "
            "manquent sont lues comme vides.",
            "Vérifiez que la ligne n'est pas coupée par un saut de ligne, ni le fichier incomplet.",
            "majeure",
        ),
        _noticed(
            "FOR-COLONNES-DECALEES",
            "La colonne « {champ} » contient des statuts (« {valeur} ») et la colonne du statut n'en contient "
            "aucun : les valeurs ne sont pas sous leur titre.",
            "Remettez chaque valeur sous son titre (une case de trop en début de ligne décale toute la ligne), puis "
            "renvoyez le fichier.",
            "critique",
        ),
        _noticed(
            "FOR-SOUS-ACTION",
            "{valeur} sous-action(s) lues comme des actions, leur action étant rappelée dans "
            "l'axe.",
            "Rien à faire.",
            informs=True,
        ),
        _noticed(
            "FOR-BUDGET-TET",
            "Budget de {valeur} : c'est la somme des lignes de budget de Territoires en Transitions.",
            "Rien à faire si la somme est juste.",
            informs=True,
        ),
        _noticed(
            "FOR-BUDGET-TET-ILLISIBLE",
            "Les lignes de budget « {valeur} » ne donnent pas un montant unique : le budget n'est "
            "pas lu.",
            "Indiquez un budget prévisionnel total dans votre outil.",
            "majeure",
        ),
        _noticed(
            "FOR-BASE-MELANGEE",
            "Le tableau mêle des montants HT et TTC (« {valeur} »).",
            "Ramenez tous les montants à la même base, HT ou TTC.",
            "majeure",
        ),
    ),
)
