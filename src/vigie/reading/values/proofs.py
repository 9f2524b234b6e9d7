"""What can be gone and looked at: an address, the name of a document, a reference. Anything else is a statement."""

import re

from vigie.text import alias_key

_ADDRESS = re.compile(
    r"(?:https?|ftp|file)://\S|\bwww\.\S|\b[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,6}/\S"
    r"|\b[a-z0-9-]{2,}\.(?:fr|eu|com|org|net|info|bzh|gouv|app|io)\b|(?:^|\s)\\\\\w|\b[a-z]:[\\/]|^/\w+/\w"
)
_FILE = re.compile(
    r"[\w)\]-]\.(?:pdf|docx?|odt|rtf|xlsx?|xlsm|ods|csv|pptx?|odp|jpe?g|png|heic|tiff?|zip|msg|eml|html?|json|mp4)\b"
)
# Two letters and two digits stuck or joined (DEL2025_034, CC-25-114), a number with its own mark (n° 12, 2025-114).
_IDENTIFIER = re.compile(
    r"\b[a-z]{2,}[-_/.]?\d{2,}|\bn ?[°o]\.? ?\d|\bno?\.? \d|(?<![-/\d])(?!20\d\d-20\d\d)\d{2,4}[-_]\d{2,}(?![-/\d])"
)
_DOCUMENT = re.compile(
    r"\b(?:deliberations?|arretes?|conventions?|proces[- ]verba(?:l|ux)|pv|comptes?[- ]rendus?|cr|rapports?|bilans?"
    r"|factures?|marches?|contrats?|decisions?|attestations?|bons? de commande|notifications?|cahiers? des charges|cctp"
    r"|actes? d'engagement|devis|photos?|captures? d'ecran|annexes?|courriers?|plaquettes?|affiches?|articles?"
    r"|fiches?|releves?|ordres? de service|certificats?|enquetes?|etudes?|diagnostics?|schemas?|chartes?|guides?"
    r"|feuilles? de presence|emargements?|statistiques?|communiques?|publications?|supports?|videos?)\b"
)
_WANTING = re.compile(
    r"\b(?:pas|aucune?|sans|non|ni|intern(?:es?)?|confidentiel(?:le)?s?|en cours|a venir|a fournir|a joindre|attente|"
    r"prochainement|disponibles?|sur demande|bientot)\b"
)


def is_proof(text: str) -> bool:
    """Whether a text leads somewhere: « accès interne uniquement » or « fait » do not."""
    if _ADDRESS.search(text.casefold()):
        return True
    key = alias_key(text)
    if _FILE.search(key) or _IDENTIFIER.search(key):
        return True
    return _DOCUMENT.search(key) is not None and _WANTING.search(key) is None
