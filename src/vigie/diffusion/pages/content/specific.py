"""What makes a territory's roadmap its own: likeness with others' actions, twins side by side, peers."""

from vigie.diffusion.pages import charts, figures, french
from vigie.diffusion.pages.model import Column, Figure, Row
from vigie.diffusion.pages.reading import Measures, Publication, short_name

_SHOWN_TWINS = 3
_QUINTILES = {
    1: "parmi le cinquième des feuilles de route qui ressemblent le plus aux autres",
    2: "plutôt plus semblable aux autres que la plupart",
    3: "dans la moyenne de la région",
    4: "plutôt moins semblable aux autres que la plupart",
    5: "parmi le cinquième des feuilles de route qui ressemblent le moins aux autres",
}


def facts(own: Measures) -> list[Row]:
    """Likeness, anchoring, silos, share beyond the core themes: never a rank."""
    found = []
    quintile, anchored = own("specificite", "quintile"), own("specificite", "ancrage")
    if anchored["valeur"] is not None:
        place = _QUINTILES.get(int(quintile["valeur"] or 0), "ressemblance non calculable")
        found.append(
            figures.landmark(
                "Actions ancrées dans le territoire",
                french.percent(anchored["valeur"]),
                f"nomment une commune ou un lieu d’ici ; {place}",
            )
        )
    silos = own("integration_silos")
    if silos["valeur"] is not None:
        found.append(
            figures.landmark(
                "Silos du projet de territoire servis",
                french.number(silos["numerateur"], 1),
                "une action qui sert plusieurs silos compte pour une part dans chacun",
                sur=f"sur {french.number(silos['denominateur'])} déclarés",
            )
        )
    socles, beyond = own("couverture_socles"), own("part_hors_socles")
    if beyond["valeur"] is not None and socles["valeur"] is not None:
        found.append(
            figures.landmark(
                "Au-delà des socles",
                french.percent(beyond["valeur"]),
                f"des actions actives ; socles couverts : {french.number(socles['numerateur'])}"
                f"{french.NO_BREAK_SPACE}sur{french.NO_BREAK_SPACE}{french.number(socles['denominateur'])}",
            )
        )
    led = own("integration_silos", "hors_service_numerique")
    if led["valeur"] is not None:
        found.append(
            figures.landmark(
                "Portées par d’autres que le service numérique",
                french.percent(led["valeur"]),
                f"des actions dont le pilote est connu ({french.among(led['n_nb'], 'action', 'actions')})",
            )
        )
    return found


def twins(publication: Publication, siren: str) -> list[Row]:
    """Its actions that look most like an action elsewhere, with that action, shared ones left out."""
    return publication.rows(
        "select j.*, t.nom as jumelle_nom from marts.jumeaux_actions as j"
        " join marts.dim_territoires as t on t.siren_epci = j.jumelle_siren_epci"
        " where j.siren_epci = ? and not j.est_mutualisee and j.ressemblance > 0"
        " order by j.ressemblance desc, j.action_id limit ?",
        [siren, _SHOWN_TWINS],
    )


def singular(publication: Publication, siren: str) -> list[Row]:
    """Its actions that look least like any other of the region."""
    return publication.rows(
        "select intitule, descriptif, ressemblance, est_ancree from marts.jumeaux_actions"
        " where siren_epci = ? and not est_mutualisee"
        " order by ressemblance, est_ancree desc, action_id limit ?",
        [siren, _SHOWN_TWINS],
    )


def alike(publication: Publication, territory: Row) -> list[Row]:
    """The territories of the same kind, size and density that have a roadmap."""
    kind = ("nature_code", "classe_population", "typologie_densite")
    return [
        other
        for other in publication.territories
        if other["a_feuille_de_route"]
        and other["siren_epci"] != territory["siren_epci"]
        and all(other[field] == territory[field] for field in kind)
    ]


def peers(publication: Publication, territory: Row) -> Figure:
    """The territory beside the median and quartiles of the others most like it; groups under five are not shown."""
    found = publication.rows(
        "select c.*, i.libelle, i.unite from marts.comparaison_pairs as c"
        " join marts.dim_indicateurs as i using (indicateur_code)"
        " where c.siren_epci = ? and c.est_dernier_mois and c.mediane is not null and i.unite = 'pct'"
        " order by i.libelle",
        [territory["siren_epci"]],
    )
    drawn = [
        {
            "libelle": row["libelle"],
            "ordre": place,
            "valeur": row["valeur"],
            "quartile_1": row["premier_quartile"],
            "mediane": row["mediane"],
            "quartile_3": row["troisieme_quartile"],
        }
        for place, row in enumerate(found)
    ]
    name = short_name(territory["nom"])
    told = " ; ".join(
        f"{row['libelle']} {french.percent(row['valeur'])}, médiane {french.percent(row['mediane'])}"
        for row in found
    )
    size = max((row["pairs_nb"] for row in found), default=0)
    return Figure(
        "pairs",
        "À côté des territoires semblables",
        [
            Column("libelle", "Indicateur"),
            Column("valeur", "Ce territoire", "pct"),
            Column("premier_quartile", "Premier quartile", "pct"),
            Column("mediane", "Médiane", "pct"),
            Column("troisieme_quartile", "Troisième quartile", "pct"),
            Column("pairs_nb", "Territoires comparés (n)", "nb"),
        ],
        found,
        charts.peers,
        drawn,
        f"{name} et ses semblables : {told}.",
        publication.is_fictitious,
        note=f"Les autres territoires de même nature, taille et densité, ou de plus loin quand ils sont moins de cinq,"
        f" au rapport à jour : {french.counted(size, 'territoire', 'territoires')}."
        " La bande va du premier au troisième quartile, le trait est la médiane. Un repère, pas un classement.",
        si_vide="Moins de cinq territoires semblables ont une valeur : rien n’est comparé.",
    )
