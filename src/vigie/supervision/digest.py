"""The letter of the week to who follows the roadmaps: what arrived, who is late, what changed."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from vigie.clock import PARIS, day_in_paris
from vigie.files import read_json, write_json
from vigie.settings import Settings
from vigie.supervision.telling import mail_to
from vigie.verdicts import counted
from vigie.warehouse.damaged import publication_opened

WEEK = timedelta(days=7)
# Beyond, a list is read by nobody: it is counted, and the pages hold it whole.
_NAMED = 15
_ARRIVED = """
select r.verdict, count(*)::int,
    list_aggregate(list_sort(list(distinct coalesce(t.nom, r.siren_depose))), 'string_agg', ', ')
from qualite.rapports as r
left join marts.dim_territoires as t using (siren_epci)
where r.jeu = 'rapport_avancement' and r.collecte_le >= $since and r.collecte_le < $until
group by r.verdict
"""
_LATE = """
select nom, dernier_rapport_le
from marts.dim_territoires
where est_a_relancer
order by dernier_rapport_le nulls first, nom
"""
# The actions told of by the reports of the week, beside their state at the end of the month before.
_CHANGED = """
select t.nom, a.intitule,
    now.est_realisee and not coalesce(before.est_realisee, false) as est_nouvellement_realisee,
    now.groupe_code = 'bloque' and before.groupe_code is distinct from 'bloque' as est_nouvellement_bloquee,
    now.est_en_retard and not coalesce(before.est_en_retard, false) as est_nouvellement_en_retard
from marts.fct_etats_mensuels as now
inner join marts.fct_actions as a using (action_id)
inner join marts.dim_territoires as t on a.siren_epci = t.siren_epci
inner join qualite.rapports as r on now.rapport_id = r.rapport_id
left join marts.fct_etats_mensuels as before
    on now.action_id = before.action_id and before.mois_le = date_trunc('month', now.mois_le) - interval 1 day
where now.est_dernier_mois and r.collecte_le >= $since and r.collecte_le < $until
order by t.nom, a.intitule
"""


def send_digest(settings: Settings, now: datetime) -> bool:
    """Sends the letter of the seven days before the Monday of `now` (naive UTC) to VIGIE_MANAGER; says if it left.

    Without that address nothing is sent; a week is told once. Raises SettingsError when the address is none, NotTold
    when the server does not take it: the next call sends it.
    """
    send = mail_to("VIGIE_MANAGER")
    if send is None or not settings.publication_path.exists():
        return False
    until = _monday(now)
    path = settings.home / "supervision" / "lettre.json"
    if read_json(path, {}).get("jusqu_a") == until.isoformat():
        return False
    send(*digest(settings, until))
    write_json(path, {"jusqu_a": until.isoformat()})
    return True


def _monday(now: datetime) -> datetime:
    """When the week of `now` began in Paris, in naive UTC."""
    local = now.replace(tzinfo=UTC).astimezone(PARIS)
    start = (local - timedelta(days=local.weekday())).replace(
        hour=0, minute=0, second=0, microsecond=0
    )
    return start.astimezone(UTC).replace(tzinfo=None)


def digest(settings: Settings, until: datetime) -> tuple[str, str]:
    """Title and text of the letter on the seven days before `until` (naive UTC), from the current publication."""
    since = until - WEEK
    days = {"since": since, "until": until}
    with publication_opened(settings.publication_path) as connection:
        arrived = {
            verdict: (count, names)
            for verdict, count, names in connection.execute(_ARRIVED, days).fetchall()
        }
        late = connection.execute(_LATE).fetchall()
        changed = connection.execute(_CHANGED, days).fetchall()
        ((fictitious,),) = connection.execute(
            "select donnees_fictives from marts.publication"
        ).fetchall()
    first, last = day_in_paris(since), day_in_paris(until - timedelta(seconds=1))
    lines = [f"Du {first:%d/%m/%Y} au {last:%d/%m/%Y}."]
    if fictitious:
        lines.append("DONNÉES FICTIVES : région de démonstration.")
    lines += [*_arrived(arrived), *_late(late), *_changed(changed)]
    lines += ["", "Message automatique de Vigie, chaque lundi."]
    return f"Vigie : la semaine du {first:%d/%m/%Y}", "\n".join(lines)


def _arrived(arrived: dict[str, tuple[int, str]]) -> Iterator[str]:
    yield from ("", f"RAPPORTS REÇUS : {sum(count for count, _ in arrived.values())}")
    for verdict, label in counted().items():
        if verdict in arrived:
            count, names = arrived[verdict]
            yield f"- {label} : {count} ({names})"


def _late(late: Sequence[tuple[Any, ...]]) -> Iterator[str]:
    yield from ("", f"SANS RAPPORT RÉCENT : {len(late)}")
    yield from _listed(
        f"{name} : {f'dernier rapport du {last:%d/%m/%Y}' if last else 'aucun rapport reçu'}"
        for name, last in late
    )


def _changed(changed: Sequence[tuple[Any, ...]]) -> Iterator[str]:
    """By what changed; a row of `changed` is territory, title, newly done, newly blocked, newly late."""
    labels = ("NOUVELLEMENT RÉALISÉES", "NOUVELLEMENT BLOQUÉES", "NOUVELLEMENT EN RETARD")
    for place, label in enumerate(labels, start=2):
        rows = [row for row in changed if row[place]]
        yield from ("", f"ACTIONS {label} : {len(rows)}")
        yield from _listed(f"{name} : {title}" for name, title, *_ in rows)


def _listed(lines: Iterator[str]) -> Iterator[str]:
    every = list(lines)
    yield from (f"- {line}" for line in every[:_NAMED])
    if len(every) > _NAMED:
        yield f"- et {len(every) - _NAMED} autres, dans les pages de pilotage"
