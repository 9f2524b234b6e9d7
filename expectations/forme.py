"""The shape of the file: columns, sheets, rows that are not actions. Noticed by the adapters; it blocks only when no
value is under its header.
"""

from expectations.forme_colonnes import COLUMNS, noticed
from expectations.rule import Suite

SUITE = Suite(
    name="forme",
    title="Forme du fichier",
    rules=(
        *COLUMNS,
        noticed(
            "FOR-EN-TETE-CONTRADICTOIRE",
            "L'en-tête donne deux valeurs différentes pour la même information ; « {valeur} » "
            "n'est pas "
            "retenu.",
            "Gardez une seule valeur.",
            "majeure",
        ),
        noticed(
            "FOR-EN-TETE-REPETE",
            "La ligne de titres est répétée au milieu des actions : elle est ignorée.",
            "Rien à faire.",
            informs=True,
        ),
        noticed(
            "FOR-CELLULE-EN-ERREUR",
            "Une case ne contient pas de valeur mais une erreur ({valeur}) : elle est lue comme "
            "vide.",
            "Corrigez la formule (si elle n'est pas calculée, ouvrez le classeur dans votre tableur et "
            "enregistrez-le), ou donnez à Vigie le droit de lire la colonne.",
            "majeure",
        ),
        noticed(
            "FOR-CARACTERES",
            "{valeur} caractère(s) que rien n'affiche (caractères de commande, venus d'un copier-coller ou d'un "
            "autre outil) ont été retirés ; le reste du texte est gardé.",
            "Rien à faire si le texte se lit bien ; sinon, tapez-le de nouveau dans votre tableur.",
        ),
        noticed(
            "FOR-TEXTE-LONG",
            "Le texte de « {champ} » est trop long ({valeur}) : son début est repris, la fin ne l'est pas. Votre "
            "fichier, lui, est gardé entier.",
            "Résumez ce texte, ou placez le détail dans un document dont vous donnez l'adresse dans « Preuve ».",
            "majeure",
        ),
        noticed(
            "FOR-LIGNE-TOTAL",
            "La ligne « {valeur} » est un total : elle n'est pas comptée comme une action.",
            "Rien à faire.",
            informs=True,
        ),
        noticed(
            "FOR-LIGNE-TITRE",
            "La ligne ne porte qu'un titre ou une note (« {valeur} ») : elle n'est pas lue comme une "
            "action.",
            "Rien à faire.",
            informs=True,
        ),
        noticed(
            "FOR-LIGNE-HORS-TABLEAU",
            "Sous une ligne vide, la ligne n'a ni statut, ni avancement, ni date, ni montant : elle "
            "n'est pas lue comme une action.",
            "Si c'est une action, renseignez son statut ou supprimez la ligne vide au-dessus ; si "
            "c'est une note ou un autre tableau, rien à faire.",
            "majeure",
        ),
        noticed(
            "FOR-LIGNE-AIDE",
            "La ligne d'aide du modèle est restée dans le fichier : elle est ignorée.",
            "Rien à faire.",
            informs=True,
        ),
        noticed(
            "FOR-LIGNE-EXEMPLE",
            "La ligne d'exemple du modèle est restée dans le fichier : elle est ignorée.",
            "Rien à faire.",
            informs=True,
        ),
        noticed(
            "LIG-REPETITION",
            "La ligne répète à l'identique une ligne précédente (« {valeur} ») : elle n'est comptée qu'une fois.",
            "Supprimez la ligne en trop du prochain rapport ; si une autre action devait y figurer, corrigez-la.",
        ),
        noticed(
            "FOR-CONSIGNE-LAISSEE",
            "La case contient encore la consigne du modèle (« {valeur} ») : elle est lue comme "
            "vide.",
            "Remplacez la consigne par votre réponse, ou videz la case.",
        ),
        noticed(
            "FOR-FEUILLE-MASQUEE",
            "La feuille masquée « {valeur} » contient des actions : elle n'est pas lue.",
            "Affichez la feuille si ses actions doivent compter, sinon supprimez-la.",
            "majeure",
        ),
        noticed(
            "FOR-LIGNES-MASQUEES",
            "Des lignes masquées, par un filtre ou à la main, sont lues comme les autres ({valeur}).",
            "Pour qu'elles ne comptent pas, affichez-les, supprimez-les du tableau et renvoyez le fichier.",
            informs=True,
        ),
        noticed(
            "FOR-TEXTE-BARRE",
            "Du texte barré est lu comme le reste (cases : {valeur}).",
            "Si l'action est abandonnée, choisissez ce statut ; si elle ne compte plus, supprimez la ligne du tableau.",
        ),
        noticed(
            "FOR-VALEUR-MASQUEE",
            "Le format de certaines cases n'affiche rien de ce qu'elles contiennent : elles sont lues comme vides "
            "(cases : {valeur}).",
            "Si ce qu'elles contiennent doit compter, donnez-leur le format « Standard » et renvoyez le fichier.",
        ),
        noticed(
            "FOR-TEXTE-SUPPRIME",
            "Du texte supprimé en suivi des modifications, ou masqué, n'est pas lu (cases : {valeur}).",
            "Si ce texte doit compter, refusez sa suppression (onglet Révision) et renvoyez le document.",
            informs=True,
        ),
        noticed(
            "FOR-TABLEAU-IMBRIQUE",
            "Une case contient elle-même un tableau, qui n'est pas lu avec elle (cases : {valeur}).",
            "Si ce tableau porte une donnée attendue, écrivez-la comme un texte dans la case.",
        ),
        noticed(
            "FOR-TABLEAU-NON-LU",
            "D'autres tableaux du document ne sont pas lus comme des actions : {valeur}.",
            "Si l'un d'eux porte des actions, donnez-lui la même ligne de titres qu'au tableau lu.",
            informs=True,
        ),
        noticed(
            "FOR-ARCHIVE",
            "Le rapport est lu dans ce qui le contient : {valeur}.",
            "Rien à faire ; la prochaine fois, envoyez-le seul.",
            informs=True,
        ),
        noticed(
            "FOR-FORMATS-NON-LUS",
            "Les formats de la feuille n'ont pas pu être lus : un pourcentage, un code ou une formule peut être lu "
            "autrement qu'il ne s'affiche.",
            "Ouvrez le classeur dans votre tableur, enregistrez-le au format .xlsx habituel, puis renvoyez-le.",
            "majeure",
        ),
        noticed(
            "FOR-FEUILLE-ANCIENNE",
            "La feuille porte une date de situation plus ancienne ({valeur}) que celle d'une autre feuille : elle "
            "n'est pas lue.",
            "Rien à faire si c'est l'état d'une période passée ; sinon, corrigez sa date.",
        ),
        noticed(
            "FOR-FEUILLE-COMPLEMENT",
            "La feuille {valeur}, mais une action se lit sur une seule ligne : {cellules}.",
            "Recopiez ses colonnes dans le tableau des actions, sur la ligne de chacune, puis renvoyez le fichier.",
            "majeure",
        ),
        noticed(
            "FOR-PLUSIEURS-FEUILLES",
            "Plusieurs feuilles contiennent des actions, toutes sont lues : {valeur}.",
            "Vérifiez qu'aucune n'est une ancienne version.",
        ),
        noticed(
            "FOR-CELLULES-FUSIONNEES",
            "Des cases sont fusionnées sur plusieurs lignes dans la colonne « {valeur} » : seule "
            "la "
            "première ligne porte la valeur.",
            "Défusionnez les cases et répétez la valeur sur chaque ligne concernée.",
            "majeure",
        ),
        noticed(
            "FOR-LIGNE-LONGUE",
            "La ligne compte plus de cases que la ligne de titres (en trop : {valeur}) : ce qui dépasse "
            "n'est pas lu, et les autres cases sont peut-être décalées.",
            "Cherchez dans la ligne une case vide de trop (deux points-virgules qui se suivent), ou un "
            "point-virgule dans un texte à mettre entre guillemets ; ou envoyez le classeur.",
            "majeure",
        ),
        noticed(
            "FOR-LIGNE-COURTE",
            "La ligne compte moins de cases que la ligne de titres (en moins : {valeur}) : celles qui "
            "manquent sont lues comme vides.",
            "Vérifiez que la ligne n'est pas coupée par un saut de ligne, ni le fichier incomplet.",
            "majeure",
        ),
        noticed(
            "FOR-COLONNES-DECALEES",
            "La colonne « {champ} » contient des statuts (« {valeur} ») et la colonne du statut n'en contient "
            "aucun : les valeurs ne sont pas sous leur titre.",
            "Remettez chaque valeur sous son titre (une case de trop en début de ligne décale toute la ligne), puis "
            "renvoyez le fichier.",
            "critique",
        ),
        noticed(
            "FOR-SOUS-ACTION",
            "{valeur} sous-action(s) lues comme des actions, leur action étant rappelée dans "
            "l'axe.",
            "Rien à faire.",
            informs=True,
        ),
        noticed(
            "FOR-BUDGET-TET",
            "Budget de {valeur} : c'est la somme des lignes de budget de Territoires en Transitions.",
            "Rien à faire si la somme est juste.",
            informs=True,
        ),
        noticed(
            "FOR-BUDGET-TET-ILLISIBLE",
            "Les lignes de budget « {valeur} » ne donnent pas un montant unique : le budget n'est "
            "pas lu.",
            "Indiquez un budget prévisionnel total dans votre outil.",
            "majeure",
        ),
        noticed(
            "FOR-BASE-MELANGEE",
            "Le tableau mêle des montants HT et TTC (« {valeur} »).",
            "Ramenez tous les montants à la même base, HT ou TTC.",
            "majeure",
        ),
    ),
)
