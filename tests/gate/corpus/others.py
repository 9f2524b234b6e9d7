"""Other data sets than the reports: the register, long indicators, grants."""

from collections.abc import Callable
from datetime import datetime

from tests.gate.corpus.case import (
    AFTER_REGISTER,
    BEFORE_REGISTER,
    JANUARY,
    OTHER,
    REGISTER_DAY,
    REGISTERED,
    Case,
    File,
    refused,
)


def shaped_csv(
    header: str, *lines: str, deposited: datetime = JANUARY
) -> Callable[[str], list[File]]:
    return lambda siren: [
        File("\r\n".join([header, *lines, ""]).encode(), "donnees.csv", deposited)
    ]


def aside(
    code: str, words: str, header: str, good: str, bad: str, deposited: datetime = JANUARY
) -> Case:
    """One line out of two of a flat file is set aside."""
    told = (f"{code}:3",)
    return Case(
        code,
        "lignes_ecartees",
        told,
        shaped_csv(header, good, bad, deposited=deposited),
        words,
        2,
        1,
        True,
    )


REGISTER = "siren_epci;nom;date_adoption;horizon"

KNOWN = f"{REGISTERED};CC connue;14/12/2023;2027"

LONG_SHAPE = "identifiant_indic;zone_id;date_valeur;type_valeur;valeur"

VALUE = f"IND-001;{REGISTERED};2025-12-31;va;12"

NOVEMBER = VALUE.replace("-12-31", "-11-30")

GRANT_SHAPE = (
    "nomAttribuant;idAttribuant;dateConvention;nomBeneficiaire;idBeneficiaire;objet;montant"
)

GRANT = f"Région;20005374200017;2025-03-01;CC connue;{REGISTERED};Fibre;1000"


def from_one_territory(
    name: str,
    verdict: str,
    told: tuple[str, ...],
    header: str,
    *lines: str,
    words: str = "",
    accepted: int = 1,
    received: int | None = None,
) -> Case:
    """A file deposited in the folder of one territory; `{siren}` in a line is its own number."""

    def write(siren: str) -> list[File]:
        return shaped_csv(header, *(line.format(siren=siren) for line in lines))(siren)

    count = len(lines) if received is None else received
    return Case(name, verdict, told, write, words, count, accepted)


# One territory never speaks for another, whatever it sends.
OWN_VALUE, OWN_GRANT = VALUE.replace(REGISTERED, "{siren}"), GRANT.replace(REGISTERED, "{siren}")

FOR_ANOTHER = [
    from_one_territory(
        "IND-SIREN-AUTRE",
        "lignes_ecartees",
        ("IND-SIREN-AUTRE:3", "IND-SIREN-AUTRE:4"),
        LONG_SHAPE,
        OWN_VALUE,
        VALUE,
        f"IND-102;{OTHER};2025-12-31;va;",
        words=f"une valeur de l'intercommunalité {OTHER}",
    ),
    from_one_territory(
        "a file of indicators that speaks for another alone",
        "rejete",
        ("AUT-TOUT-ECARTE", "IND-SIREN-AUTRE:2"),
        LONG_SHAPE,
        VALUE,
        accepted=0,
    ),
    from_one_territory(
        "a département or the region in a file of one territory",
        "lignes_ecartees",
        ("IND-SIREN-ABSENT:3", "IND-SIREN-ABSENT:4"),
        LONG_SHAPE,
        OWN_VALUE,
        "IND-001;D62;2025-12-31;va;12",
        "IND-001;R32;2025-12-31;va;12",
    ),
    from_one_territory("clean indicators of one territory", "accepte", (), LONG_SHAPE, OWN_VALUE),
    from_one_territory(
        "a line given twice is one value, however it is written",
        "accepte_avec_remarques",
        ("LIG-REPETITION:3",),
        LONG_SHAPE,
        OWN_VALUE,
        "ind-001;{siren}00017;31/12/2025;VA;12,0",
        received=1,
    ),
    Case(
        "IND-CONCURRENT",
        "lignes_ecartees",
        ("IND-CONCURRENT:2",),
        lambda siren: [
            File(f"{LONG_SHAPE}\r\n{lines.format(siren=siren)}\r\n".encode(), name, JANUARY)
            for name, lines in (
                ("a.csv", OWN_VALUE),
                ("b.csv", OWN_VALUE.replace(";12", ";13") + "\r\nIND-102;{siren};2025-12-31;va;7"),
            )
        ],
        "donne 12 : aucune des deux",
        2,
        1,
    ),
    from_one_territory(
        "SUB-BENEFICIAIRE-AUTRE",
        "lignes_ecartees",
        ("SUB-BENEFICIAIRE-AUTRE:3",),
        GRANT_SHAPE,
        OWN_GRANT,
        GRANT,
        words=f"une autre intercommunalité ({REGISTERED})",
    ),
    from_one_territory(
        "grants of one territory to somebody that Vigie does not follow",
        "accepte",
        ("SUB-BENEFICIAIRE-INCONNU:2",),
        GRANT_SHAPE,
        GRANT.replace(REGISTERED, "552100554"),
    ),
    from_one_territory(
        "REG-DEPOSANT",
        "rejete",
        ("REG-DEPOSANT",),
        REGISTER,
        KNOWN,
        words="parle pour toutes les intercommunalités",
        accepted=0,
    ),
]

OTHERS = [
    *FOR_ANOTHER,
    aside(
        "REG-SIREN-ABSENT",
        "n'a pas de SIREN",
        REGISTER,
        KNOWN,
        ";CC;14/12/2023;2027",
        BEFORE_REGISTER,
    ),
    aside("REG-SIREN-FORME", "« 123 »", REGISTER, KNOWN, "123;CC;14/12/2023;2027", BEFORE_REGISTER),
    aside(
        "REG-SIREN-INCONNU",
        "suivie par la Région",
        REGISTER,
        KNOWN,
        "552100554;CC;14/12/2023;2027",
        BEFORE_REGISTER,
    ),
    aside(
        "REG-ADOPTION-ILLISIBLE",
        "« jeudi »",
        REGISTER,
        KNOWN,
        f"{OTHER};CC;jeudi;2027",
        BEFORE_REGISTER,
    ),
    Case(
        "REG-ADOPTION-ABSENTE",
        "accepte_avec_remarques",
        ("REG-ADOPTION-ABSENTE:3",),
        shaped_csv(REGISTER, KNOWN, f"{OTHER};CC;;2027", deposited=BEFORE_REGISTER),
        "n'est pas comptée comme adoptée",
        2,
        2,
        True,
    ),
    Case(
        "REG-SIREN-DOUBLE",
        "lignes_ecartees",
        ("REG-SIREN-DOUBLE:2", "REG-SIREN-DOUBLE:3"),
        shaped_csv(REGISTER, KNOWN, KNOWN, f"{OTHER};CC;14/12/2023;", deposited=BEFORE_REGISTER),
        "plusieurs fois",
        3,
        1,
        True,
    ),
    Case(
        "REG-ADOPTION-FUTURE",
        "accepte_avec_remarques",
        ("REG-ADOPTION-FUTURE:2",),
        shaped_csv(REGISTER, KNOWN.replace("2023", "2030"), deposited=BEFORE_REGISTER),
        "dans l'avenir",
        1,
        1,
        True,
    ),
    Case(
        "clean register",
        "accepte",
        (),
        shaped_csv(REGISTER, KNOWN, deposited=REGISTER_DAY),
        "",
        1,
        1,
        True,
    ),
    refused(
        "AUT-VIDE",
        "aucune ligne",
        shaped_csv(REGISTER, deposited=AFTER_REGISTER),
        shared_source=True,
    ),
    refused(
        "AUT-TOUT-ECARTE",
        "Toutes les lignes",
        shaped_csv(REGISTER, "123;;;", deposited=AFTER_REGISTER),
        1,
        told=("AUT-TOUT-ECARTE", "REG-SIREN-FORME:2"),
        shared_source=True,
    ),
    aside(
        "IND-IDENTIFIANT-ABSENT",
        "de quel indicateur",
        LONG_SHAPE,
        VALUE,
        f";{REGISTERED};2025-12-31;va;12",
    ),
    aside(
        "IND-IDENTIFIANT-FORME", "« X1 »", LONG_SHAPE, VALUE, f"X1;{REGISTERED};2025-12-31;va;12"
    ),
    aside("IND-SIREN-ABSENT", "« D62 »", LONG_SHAPE, VALUE, "IND-001;D62;2025-12-31;va;12"),
    aside(
        "IND-SIREN-INCONNU",
        "suivie par la Région",
        LONG_SHAPE,
        VALUE,
        "IND-001;552100554;2025-12-31;va;12",
    ),
    aside("IND-DATE", "« hier »", LONG_SHAPE, VALUE, f"IND-001;{REGISTERED};hier;va;12"),
    aside(
        "IND-DATE-FUTURE",
        "dans l'avenir",
        LONG_SHAPE,
        VALUE,
        f"IND-001;{REGISTERED};2027-12-31;va;12",
    ),
    Case(
        "a value that is not there takes nothing back",
        "lignes_ecartees",
        ("FOR-LIGNE-COURTE:3", "IND-VALEUR:3"),
        shaped_csv(LONG_SHAPE, VALUE, f"IND-001;{REGISTERED};2025-12-30;va"),
        "[ligne coupée]",
        2,
        1,
        True,
    ),
    aside("IND-TYPE", "« vx »", LONG_SHAPE, VALUE, f"IND-001;{REGISTERED};2025-12-30;vx;12"),
    aside(
        "IND-VALEUR",
        "« beaucoup »",
        LONG_SHAPE,
        VALUE,
        f"IND-001;{REGISTERED};2025-12-30;va;beaucoup",
    ),
    aside(
        "IND-VALEUR-DEMESUREE",
        "démesurée",
        LONG_SHAPE,
        VALUE,
        f"IND-001;{REGISTERED};2025-12-30;va;{'9' * 30}",
    ),
    Case(
        "IND-DOUBLE",
        "lignes_ecartees",
        ("IND-DOUBLE:2", "IND-DOUBLE:3"),
        shaped_csv(
            LONG_SHAPE, NOVEMBER, NOVEMBER.replace(";12", ";13"), NOVEMBER.replace("va", "vc")
        ),
        "plusieurs valeurs",
        3,
        1,
        True,
    ),
    Case(
        "indicators out of the catalogue",
        "accepte_avec_remarques",
        ("LEC-INDICATEUR-INCONNU",),
        shaped_csv(LONG_SHAPE, VALUE, *(f"IND-99{n};{REGISTERED};2025-12-31;va;1" for n in (1, 2))),
        "n'a pas d'indicateur IND-991, IND-992 :",
        3,
        3,
        True,
    ),
    Case(
        "clean indicators",
        "accepte",
        (),
        shaped_csv(LONG_SHAPE, VALUE, f"IND-001;{REGISTERED};2027-12-31;vc;"),
        "",
        2,
        2,
        True,
    ),
    aside("SUB-DATE", "« un jour »", GRANT_SHAPE, GRANT, GRANT.replace("2025-03-01", "un jour")),
    aside("SUB-MONTANT-ABSENT", "« mille »", GRANT_SHAPE, GRANT, GRANT.replace("1000", "mille")),
    aside("SUB-MONTANT-BORNES", "négatif", GRANT_SHAPE, GRANT, GRANT.replace(";1000", ";-1000")),
    Case(
        "SUB-BENEFICIAIRE",
        "accepte_avec_remarques",
        ("SUB-BENEFICIAIRE:2",),
        shaped_csv(GRANT_SHAPE, GRANT.replace(REGISTERED, "")),
        "« CC connue »",
        1,
        1,
        True,
    ),
    Case(
        "SUB-BENEFICIAIRE-INCONNU",
        "accepte",
        ("SUB-BENEFICIAIRE-INCONNU:2",),
        shaped_csv(GRANT_SHAPE, GRANT.replace(REGISTERED, "552100554")),
        "552100554",
        1,
        1,
        True,
    ),
    Case("clean grants", "accepte", (), shaped_csv(GRANT_SHAPE, GRANT), "", 1, 1, True),
]
