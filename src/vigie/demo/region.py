"""Which territories play in the demonstration, what they are like, and when they adopted their roadmap."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from vigie.demo.words import split, table
from vigie.errors import SettingsError
from vigie.reference.seeds import Reference, Territory

# Boulogne, Lille, Cambrai, Senlis, the Baie de Somme and Lens must always be there: the article speaks of them.
FEATURED = (
    "246200729",
    "200093201",
    "200068500",
    "200066975",
    "200070993",
    "246200364",
)
# The neighbours whose roadmaps came out of one consultant's word processor.
ALIKE = ("246000848", "200068005", "246000566", "246000913", "246000707", "246000855")

_ROADMAP_SHARE = 67 / 90
_ADOPTED_DURING = 0.075
_KINDS = {
    "CC": "la communauté de communes",
    "CA": "la communauté d'agglomération",
    "CU": "la communauté urbaine",
    "ME": "la métropole",
}


@dataclass(frozen=True)
class Place:
    """One territory of the demonstration; `adoption` is None for those without a roadmap."""

    siren: str
    nom: str
    epci: str
    departement: str
    population: int
    pays: str
    milieux: frozenset[str]
    atouts: tuple[str, ...]
    filieres: tuple[str, ...]
    communes: tuple[str, ...]
    adoption: date | None
    rank: int

    @property
    def is_alike(self) -> bool:
        return self.siren in ALIKE

    def rng(self, seed: int, purpose: str) -> Random:
        """A generator of its own for each territory and purpose: adding one never changes the others."""
        return Random(f"{seed}/{self.siren}/{purpose}")

    def slots(self, rng: Random) -> dict[str, str]:
        """Words for the slots of the sentences: communes, places, trades of this territory."""
        if self.is_alike:
            return _GENERIC | {"nb": str(len(self.communes))}
        first = self.communes[0] if rng.random() < 0.4 else rng.choice(self.communes)
        others = [name for name in self.communes if name != first] or [first]
        communes = [first, *rng.sample(others, k=min(3, len(others)))]
        places = rng.sample(self.atouts, k=2)
        return {
            "commune": communes[0],
            "commune2": communes[1 % len(communes)],
            "commune3": communes[2 % len(communes)],
            "commune4": communes[3 % len(communes)],
            "atout": places[0],
            "atout2": places[1],
            "filiere": rng.choice(self.filieres),
            "pays": self.pays,
            "epci": self.epci,
            "nb": str(len(self.communes)),
        }


_GENERIC = {
    "commune": "la commune-centre",
    "commune2": "le bourg-relais",
    "commune3": "les villages",
    "commune4": "les communes volontaires",
    "atout": "le patrimoine local",
    "atout2": "les équipements communautaires",
    "filiere": "le tissu économique",
    "pays": "le territoire",
    "epci": "l'intercommunalité",
}


def places(
    reference: Reference, count: int | None, until: date, months: int, seed: int
) -> list[Place]:
    """The `count` territories of the demonstration (all, without it), those with a roadmap first (67 out of 90).

    Raises SettingsError when the seeds do not know that many territories.
    """
    known = {t.siren_epci: t for t in reference.denominator}
    count = len(known) if count is None else count
    if not 1 <= count <= len(known):
        raise SettingsError(
            f"La démonstration peut compter de 1 à {len(known)} territoires, ceux des données de référence "
            f"({count} demandés). Pour davantage : VIGIE_SEEDS=<dossier> VIGIE_REGION=france vigie reference refresh, "
            "puis la même commande avec ce VIGIE_SEEDS."
        )
    rng = Random(f"{seed}/region")
    first = [siren for siren in (*FEATURED, *ALIKE) if siren in known]
    others = sorted(set(known) - set(first))
    rng.shuffle(others)
    chosen = [*first, *others][:count]
    with_roadmap = max(1, round(count * _ROADMAP_SHARE))
    during = round(with_roadmap * _ADOPTED_DURING)
    communes = _communes(reference)
    local = {row["siren"]: row for row in table("terroirs")}
    result = []
    for rank, siren in enumerate(chosen):
        adoption = None
        if rank < with_roadmap:
            is_recent = rank >= max(len(first), with_roadmap - during)
            adoption = _adoption(rng, until, months, is_recent)
        result.append(
            _place(known[siren], communes.get(siren, ()), local.get(siren), adoption, rank)
        )
    return result


def _adoption(rng: Random, until: date, months: int, is_recent: bool) -> date:
    """A council day: during the months of the demonstration, or within the five years before."""
    window = 30 * months
    if is_recent:
        day = until - timedelta(days=rng.randint(45, max(46, window - 30)))
    else:
        day = until - timedelta(days=window + rng.randint(60, 1500))
    thursday = 3
    return day + timedelta(days=(thursday - day.weekday()) % 7)


def _communes(reference: Reference) -> dict[str, tuple[str, ...]]:
    """The names of the communes of each territory, most populated first."""
    by_siren: dict[str, list[tuple[int, str]]] = {}
    for commune in reference.communes:
        by_siren.setdefault(commune.siren_epci, []).append((-commune.population_nb, commune.nom))
    return {siren: tuple(name for _, name in sorted(names)) for siren, names in by_siren.items()}


def _place(
    territory: Territory,
    communes: tuple[str, ...],
    local: dict[str, str] | None,
    adoption: date | None,
    rank: int,
) -> Place:
    communes = communes or (territory.commune_principale or territory.nom,)
    town = communes[0]
    is_urban = territory.typologie_densite.startswith("urbain")
    return Place(
        siren=territory.siren_epci,
        nom=territory.nom,
        epci=_KINDS.get(territory.nature_code, "l'intercommunalité"),
        departement=territory.departement_code,
        population=territory.population_nb,
        pays=local["pays"] if local else f"le pays de {town}",
        milieux=frozenset(
            split(local["milieux"]) if local else ("urbain" if is_urban else "rural",)
        ),
        atouts=split(local["atouts"]) if local else (f"la gare de {town}", f"la place de {town}"),
        filieres=split(local["filieres"]) if local else ("l'artisanat", "le commerce"),
        communes=communes,
        adoption=adoption,
        rank=rank,
    )
