"""Updating one's actions online: a draft edited by several people, checked, sent as a report."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import date
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, RedirectResponse, Response

from vigie.answers.page import Findings, field_labels
from vigie.desk import audit, drafts, pages, reports
from vigie.desk.deposits import deposit
from vigie.desk.doors import TERRITORIES, Door, Visit
from vigie.desk.drafts import Action, Draft, Overtaken
from vigie.desk.known import Known, last_report
from vigie.desk.refusals import Refused
from vigie.desk.report_file import file_name, report
from vigie.reading.fields import Fields
from vigie.reference.columns import Field
from vigie.reference.seeds import NOT_REPORTED, TO_CLASSIFY, Reference

PATH = "/mettre-a-jour"
_FIRST = ("statut", "taux_avancement", "date_fin_prevue", "meteo")
_OTHERS = (
    "date_debut_prevue",
    "date_debut_reelle",
    "date_fin_reelle",
    "preuve",
    "budget_prevu_eur",
    "montant_engage_eur",
    "montant_paye_eur",
    "freins",
    "commentaire",
)
_OF_ADDED = ("intitule", "axe", "themes", "code_action")
_ABANDONED = "abandonne"


def form(visit: Visit) -> Response:
    """The actions, to be updated in place."""
    known = _known(visit)
    draft = drafts.load(visit.desk.settings, visit.who.siren, known, visit.day)
    return _page(visit, known, draft, saved="enregistre" in visit.request.query_params)


async def take(visit: Visit) -> Response:
    """Keeps what was typed, then does what was asked."""
    gesture = visit.text("geste")
    if gesture == "verifier":
        async with visit.desk.checks.place(visit.who.session.token):
            outcome = await run_in_threadpool(_keep, visit, gesture)
            if isinstance(outcome, Response):
                return outcome
            return await _checked(visit, outcome)
    return await run_in_threadpool(_done, visit, gesture)


def autosave(visit: Visit) -> Response:
    """Keeps what was typed, for the script of the page; its answer is the new version, or 409."""
    outcome = _keep(visit, "enregistrer")
    if isinstance(outcome, Response):
        return JSONResponse({}, 409)
    return JSONResponse({"version": outcome.version})


def _done(visit: Visit, gesture: str) -> Response:
    if gesture == "repartir":
        drafts.restart(visit.desk.settings, visit.who.siren)
        return RedirectResponse(PATH, 303)
    outcome = _keep(visit, gesture)
    if isinstance(outcome, Response):
        return outcome
    if gesture in ("envoyer", "envoyer-sans"):
        return _send(visit, outcome, gesture == "envoyer-sans")
    place = f"#action-n_{outcome.numero}" if gesture == "ajouter" else ""
    return RedirectResponse(f"{PATH}?enregistre=oui{place}", 303)


def _keep(visit: Visit, gesture: str) -> Draft | Response:
    """The draft kept with what was typed; the page to show instead when someone else kept theirs meanwhile."""
    known = _known(visit)
    settings, siren = visit.desk.settings, visit.who.siren
    current = drafts.load(settings, siren, known, visit.day)
    typed = replace(_typed(visit, current), version=visit.text("version"))
    try:
        return drafts.save(settings, siren, _after(visit, typed, gesture), known, visit.day)
    except Overtaken as overtaken:
        mine = _typed(visit, overtaken.current)
        return _page(visit, known, mine, others=_differences(visit, overtaken.current, mine))


def _typed(visit: Visit, draft: Draft) -> Draft:
    """The draft with what the form brings: an action that it does not name is left as it is."""
    actions = tuple(_typed_action(visit, action) for action in draft.actions)
    situation = visit.text("situation")
    try:
        situation = date.fromisoformat(situation).isoformat()
    except ValueError:
        situation = draft.situation
    return replace(draft, actions=actions, situation=situation)


def _typed_action(visit: Visit, action: Action) -> Action:
    prefix = f"{action.cle}."
    if f"{prefix}statut" not in visit.form:
        return action
    names = (*_FIRST, *_OTHERS, *(_OF_ADDED if action.est_ajoutee else ()))
    typed = {name: visit.text(prefix + name) for name in names}
    champs = {name: value for name, value in (action.champs | typed).items() if value}
    return replace(action, champs=champs, rien=f"{prefix}rien" in visit.form)


def _after(visit: Visit, draft: Draft, gesture: str) -> Draft:
    """The draft once a button was pressed."""
    name, _, key = gesture.partition(":")
    if name == "tout-rien":
        return _each(draft, lambda action: replace(action, rien=True))
    if name == "abandonner":
        status = visit.desk.reference.statuses[_ABANDONED].libelle
        return _each(
            draft,
            lambda a: replace(a, champs=a.champs | {"statut": status}) if a.cle == key else a,
        )
    if name == "retirer":
        kept = tuple(a for a in draft.actions if a.cle != key or not a.est_ajoutee)
        return replace(draft, actions=kept)
    if name == "ajouter":
        if sum(action.est_ajoutee for action in draft.actions) >= drafts.MOST_ADDED:
            raise Refused(400, "Trop d'actions ajoutées à la fois : envoyez celles-ci d'abord.")
        number = draft.numero + 1
        return replace(
            draft, actions=(*draft.actions, Action(f"n_{number}", {}, {})), numero=number
        )
    return draft


def _each(draft: Draft, change: Callable[[Action], Action]) -> Draft:
    return replace(draft, actions=tuple(change(action) for action in draft.actions))


def _send(visit: Visit, draft: Draft, without_others: bool) -> Response:
    if not draft.vues:
        raise Refused(
            400,
            "Rien à envoyer : changez une action, ou cochez « Rien de nouveau » sur celles qui n'ont pas bougé.",
        )
    if draft.non_vues and not without_others:
        return pages.show(visit, "non_vues.html.j2", brouillon=draft)
    content, name = _report(visit, draft)
    made = deposit(visit.desk.settings, visit.territory, name, content, visit.desk.moment())
    kept = replace(draft, envoi=made.receipt.rapport_id)
    # Overtaken, it is sent all the same; what the other person typed since is the draft.
    with suppress(Overtaken):
        drafts.save(visit.desk.settings, visit.who.siren, kept, _known(visit), visit.day)
    audit.note(visit, "envoi_en_ligne", made.receipt.rapport_id)
    again = "" if made.is_new else "?deja=oui"
    return RedirectResponse(f"/envois/{made.receipt.rapport_id}{again}", 303)


async def _checked(visit: Visit, draft: Draft) -> Response:
    if not draft.vues:
        raise Refused(400, "Rien à vérifier : aucune action n'a encore été vue.")
    content, name = _report(visit, draft)
    file = await visit.desk.checks.check(name, content, visit.who.siren, visit.day)
    return pages.show(
        visit,
        "verdict_en_ligne.html.j2",
        brouillon=draft,
        checked=file.checked,
        findings=Findings.of(file.checked.remarques),
        libelles=field_labels(visit.desk.settings.seeds),
    )


def _report(visit: Visit, draft: Draft) -> tuple[bytes, str]:
    fields = Fields.load(visit.desk.settings.seeds)
    return report(draft, visit.who.siren, fields), file_name(draft, visit.who.siren)


def _known(visit: Visit) -> Known:
    return last_report(visit.desk.settings, visit.desk.reference, visit.who.siren)


def _differences(visit: Visit, theirs: Draft, mine: Draft) -> list[tuple[str, str, str, str]]:
    """What someone else kept that is not what is typed here: title, field, their value, the one typed."""
    labels = field_labels(visit.desk.settings.seeds)
    typed = {action.cle: action for action in mine.actions}
    return [
        (title(action.champs), labels[name], action.champs.get(name, ""), own.get(name, ""))
        for action in theirs.actions
        for own in (typed[action.cle].champs,)
        for name in (*_FIRST, *_OTHERS, *_OF_ADDED)
        if action.champs.get(name, "") != own.get(name, "")
    ]


def title(champs: Mapping[str, str]) -> str:
    """What an action is called by."""
    return champs.get("intitule") or champs.get("code_action") or "Action ajoutée"


def _page(
    visit: Visit,
    known: Known,
    draft: Draft,
    saved: bool = False,
    others: list[tuple[str, str, str, str]] | None = None,
) -> Response:
    fields = Fields.load(visit.desk.settings.seeds).by_name
    return pages.show(
        visit,
        "mettre_a_jour.html.j2",
        status=200 if others is None else 409,
        brouillon=draft,
        connu=known,
        depasse=not draft.est_neuf and known.rapport_id not in (draft.rapport_id, draft.envoi),
        enregistre=saved,
        autres=others,
        premiers=[_input(fields[name], visit.desk.reference) for name in _FIRST],
        suivants=[_input(fields[name], visit.desk.reference) for name in _OTHERS],
        ajoutes=[_input(fields[name], visit.desk.reference) for name in _OF_ADDED],
        attente=reports.waiting(visit.desk.settings, visit.who.siren),
        titre=title,
    )


def _input(field: Field, reference: Reference) -> dict[str, Any]:
    """How a field is typed: its name, its label, the kind of its input, the choices when it has some."""
    choices: list[str] = []
    if field.type == "statut":
        statuses = reference.statuses.items()
        choices = [status.libelle for code, status in statuses if code != NOT_REPORTED]
    elif field.type == "meteo":
        choices = list(reference.weathers.values())
    elif field.type == "liste_themes":
        choices = [theme.libelle for code, theme in reference.themes.items() if code != TO_CLASSIFY]
    kinds = {"date": "date", "texte_long": "long", "statut": "choix", "meteo": "choix"}
    kinds["liste_themes"] = "choix"
    return {
        "champ": field.champ,
        "libelle": field.label(),
        "genre": kinds.get(field.type, "texte"),
        "choix": choices,
        "longueur": field.longest,
        "nombre": field.type in ("pourcentage", "montant", "nombre"),
    }


DOORS = (
    Door(PATH, form, TERRITORIES),
    Door(PATH, take, TERRITORIES, "POST"),
    Door(f"{PATH}/brouillon", autosave, TERRITORIES, "POST"),
)
