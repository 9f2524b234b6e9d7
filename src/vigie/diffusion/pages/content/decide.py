"""« À décider »: what rules, applied to the figures, put before the committee. One rule, one sentence, one lever."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta

from vigie.diffusion.pages import french
from vigie.diffusion.pages.content import actions, funds, hindrances, reminders, since
from vigie.diffusion.pages.model import Row
from vigie.diffusion.pages.reading import Publication

_MOST = 5
_YEAR = timedelta(days=365)
# Fewer, and it is an anecdote: their territory settles it.
_SHARED_HINDRANCE = 3
_NAMED = 6
Rule = Callable[[Publication], Row | None]


def sentences(publication: Publication) -> list[Row]:
    """At most five: code, phrase, lien (the address of its rows), levier and concernes (the territories that have most
    of its rows), the most pressing rule first."""
    found = (rule(publication) for rule in RULES)
    return [row for row in found if row][:_MOST]


def _row(code: str, rows: list[Row], phrase: str, address: str, lever: str) -> Row:
    return {
        "code": code,
        "phrase": phrase,
        "lien": address,
        "levier": lever,
        "concernes": _most_concerned(rows),
    }


def _most_concerned(rows: list[Row]) -> list[str]:
    """The territories by how many of the rows are theirs, then in the order of the rows."""
    most = Counter(row["nom"] for row in rows).most_common(_NAMED)
    return [f"{name} ({french.number(count)})" if count > 1 else name for name, count in most]


def _reminders(publication: Publication) -> Row | None:
    found = reminders.to_call(publication)
    if not found:
        return None
    first = found[0]
    return _row(
        "relances",
        found,
        f"{reminders.sentence(found)}.",
        "actions/a_relancer.html",
        f"Les appeler, en commençant par {first['nom']} ({first['depuis']}).",
    )


def _stopped(publication: Publication) -> Row | None:
    rows = actions.in_list(actions.every(publication), "arretees")
    if not rows:
        return None
    unsaid = actions.count(rows, "sans_frein")
    told = french.counted(len(rows), "action bloquée ou en pause", "actions bloquées ou en pause")
    more = (
        f", dont {french.number(unsaid)} sans frein déclaré"
        if unsaid
        else ", toutes avec leur frein"
    )
    return _row(
        "arretees",
        rows,
        f"{told}{more}.",
        "actions/arretees.html",
        "Demander à chaque porteur ce qui retient l’action, puis la relancer, la recaler ou l’abandonner.",
    )


def _shared_hindrance(publication: Publication) -> Row | None:
    named = [
        family
        for family in hindrances.by_family(publication)
        if family["frein_code"] not in (hindrances.UNKNOWN, hindrances.UNSAID)
        and len(family["lignes"]) >= _SHARED_HINDRANCE
        and family["territoires_nb"] > 1
    ]
    if not named:
        return None
    worst = max(named, key=lambda family: (len(family["lignes"]), family["territoires_nb"]))
    count = french.number(len(worst["lignes"]))
    places = french.counted(worst["territoires_nb"], "territoire", "territoires")
    return _row(
        "frein",
        worst["lignes"],
        f"{count} actions de {places} butent sur le même frein : {worst['libelle'][:1].lower()}{worst['libelle'][1:]}.",
        f"freins.html#{worst['frein_code']}",
        f"{worst['levier']}.",
    )


def _late(publication: Publication) -> Row | None:
    rows = actions.in_list(actions.every(publication), "en_retard")
    if not rows:
        return None
    # Late when it was told, for that long: a month that only passes changes nothing of it.
    old = sum(
        row["situation_le"] - row["date_fin_prevue"] > _YEAR
        for row in rows
        if row["date_fin_prevue"]
    )
    told = french.counted(len(rows), "action en retard", "actions en retard")
    more = (
        f", dont {french.number(old)} depuis plus d’un an"
        if old
        else ", aucune depuis plus d’un an"
    )
    return _row(
        "retards",
        rows,
        f"{told}{more}.",
        "actions/en_retard.html",
        "Fixer avec chaque territoire une nouvelle date tenable, ou acter l’abandon.",
    )


def _unpaid(publication: Publication) -> Row | None:
    rows = funds.unpaid_rows(publication)
    if not rows:
        return None
    amount = french.euros(funds.unpaid_amount(rows))
    now = publication.identity["date_situation_le"].replace(day=1)
    old = sum(row["ue_depuis_le"] is not None and now - row["ue_depuis_le"] > _YEAR for row in rows)
    more = f", dont {french.number(old)} depuis plus d’un an" if old else ""
    count = french.counted(len(rows), "action", "actions")
    return _row(
        "rien_paye",
        rows,
        f"{amount} de fonds européens programmés sans aucun paiement, sur {count}{more}.",
        "actions/rien_paye.html",
        "Vérifier les dépenses faites et déposer les demandes de paiement.",
    )


def _worse(publication: Publication) -> Row | None:
    found, earlier = since.events(publication), since.before(publication)
    worse = {row["action_id"]: row for code in ("en_retard", "bloquees") for row in found[code]}
    if not worse or earlier is None:
        return None
    told = french.counted(
        len(worse),
        "action est passée en retard ou s’est arrêtée",
        "actions sont passées en retard ou se sont arrêtées",
    )
    return _row(
        "degradees",
        list(worse.values()),
        f"{told} {earlier.depuis}.",
        "nouveautes.html#en_retard",
        "Les examiner tant que l’écart est petit.",
    )


def _unproven(publication: Publication) -> Row | None:
    rows = actions.in_list(actions.every(publication), "declarees")
    if not rows:
        return None
    told = french.counted(
        len(rows),
        "action réalisée est seulement déclarée",
        "actions réalisées sont seulement déclarées",
    )
    return _row(
        "declarees",
        rows,
        f"{told}, sans preuve jointe.",
        "actions/declarees.html",
        "Demander la preuve avec le prochain rapport : adresse, délibération, photo.",
    )


# The most pressing first: what is not known, then what is stuck, then what slips, then what is to be proven.
RULES: tuple[Rule, ...] = (
    _reminders,
    _stopped,
    _shared_hindrance,
    _unpaid,
    _late,
    _worse,
    _unproven,
)
