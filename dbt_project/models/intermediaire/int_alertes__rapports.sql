-- One row per alert raised by the report in force of an intercommunalité, or by its absence.
{#- Everything that a report declares of an action, but its code; what hangs on its row comes besides. -#}
{% set declare = colonnes_de(
    "stg_rapports__actions",
    ["rapport_id", "feuille", "ligne", "code_declare", "est_code_derive", "est_confidentielle"]
) + ["themes", "silos", "financements"] %}
with

en_vigueur as (
    select * from {{ ref("int_rapports__en_vigueur_mensuel") }}
    where est_dernier_mois
),

dernieres_campagnes as (
    select
        *,
        max(mois_num) over () as derniere_num
    from {{ ref("int_territoires__campagnes") }}
    where
        est_complet
        and {{ jours_entre("mois_le", coupure_connu_le()) }} > {{ seuil("alerte_rapport_retard_jours") }}
),

taux as (
    select
        observations.siren_epci,
        observations.rapport_id,
        observations.taux_avancement_pct,
        count(*) as actions_nb,
        sum(count(*)) over (partition by observations.rapport_id) as declarees_nb
    from {{ ref("int_actions__observations") }} as observations
    inner join en_vigueur on observations.rapport_id = en_vigueur.rapport_id
    where
        not observations.est_confidentielle
        and not observations.est_taux_estime
        and observations.taux_avancement_pct is not null
    group by observations.siren_epci, observations.rapport_id, observations.taux_avancement_pct
),

precedents as (
    select
        en_vigueur.siren_epci,
        en_vigueur.rapport_id,
        max(retenus.date_situation) as date_precedente
    from en_vigueur
    inner join {{ ref("int_rapports__retenus") }} as retenus
        on
            en_vigueur.siren_epci = retenus.siren_epci
            and en_vigueur.date_situation > retenus.date_situation
            and retenus.est_en_vigueur
    group by en_vigueur.siren_epci, en_vigueur.rapport_id
),

-- The two reports compared, with all that they declare of the actions that may be shown.
compares as (
    select
        siren_epci,
        date_situation
    from en_vigueur
    union all
    select
        siren_epci,
        date_precedente as date_situation
    from precedents
),

themes as (
    select
        rapport_id,
        feuille,
        ligne,
        {{ liste_texte("theme_code") }} as themes
    from {{ ref("stg_rapports__themes") }}
    group by rapport_id, feuille, ligne
),

silos as (
    select
        rapport_id,
        feuille,
        ligne,
        {{ liste_texte("silo_code") }} as silos
    from {{ ref("stg_rapports__silos") }}
    group by rapport_id, feuille, ligne
),

financements as (
    select
        rapport_id,
        feuille,
        ligne,
        {{ liste_texte(
            "financeur || '|' || programme || '|' || coalesce(cast(programme_eur as string), '') || '|'"
            ~ " || coalesce(cast(engage_eur as string), '') || '|' || coalesce(cast(justifie_eur as string), '')"
            ~ " || '|' || coalesce(cast(paye_eur as string), '')"
        ) }} as financements
    from {{ ref("stg_rapports__financements") }}
    group by rapport_id, feuille, ligne
),

declarees as (
    select
        observations.*,
        themes.themes,
        silos.silos,
        financements.financements
    from {{ ref("int_actions__observations") }} as observations
    inner join compares
        on observations.siren_epci = compares.siren_epci and observations.date_situation = compares.date_situation
    {%- for attache in ["themes", "silos", "financements"] %}
    left join {{ attache }}
        on
            observations.rapport_id = {{ attache }}.rapport_id
            and observations.feuille = {{ attache }}.feuille
            and observations.ligne = {{ attache }}.ligne
    {%- endfor %}
),

precedentes as (
    select
        precedents.rapport_id,
        count(*) as actions_nb
    from precedents
    inner join declarees as anciennes
        on
            precedents.siren_epci = anciennes.siren_epci
            and precedents.date_precedente = anciennes.date_situation
    where not anciennes.est_confidentielle
    group by precedents.rapport_id
),

confidentielles as (
    select distinct rapport_id from declarees
    where est_confidentielle
),

-- An action gone since the previous report is a change too.
inchangees as (
    select
        actuelles.siren_epci,
        actuelles.rapport_id,
        greatest(count(*), max(precedentes.actions_nb)) as actions_nb,
        count(
            case
                when
                    anciennes.code_action is not null
                    {%- for colonne in declare %}
                    and coalesce(cast(anciennes.{{ colonne }} as string), '')
                    = coalesce(cast(actuelles.{{ colonne }} as string), '')
                    {%- endfor %}
                    then 1
            end
        ) as inchangees_nb
    from precedents
    inner join precedentes on precedents.rapport_id = precedentes.rapport_id
    inner join declarees as actuelles on precedents.rapport_id = actuelles.rapport_id
    left join declarees as anciennes
        on
            actuelles.siren_epci = anciennes.siren_epci
            and precedents.date_precedente = anciennes.date_situation
            and actuelles.code_action = anciennes.code_action
            and not anciennes.est_confidentielle
    where not actuelles.est_confidentielle
    group by actuelles.siren_epci, actuelles.rapport_id
)

select
    'rapport_en_retard' as alerte_code,
    siren_epci,
    cast(null as string) as rapport_id,
    cast({{ jours_entre("mois_le", coupure_connu_le()) }} as double) as mesure,
    case
        when est_non_vide
            then 'Le rapport reçu pour la période n''est pas accepté : il n''est pas retenu, attend la Région, ou toutes ses lignes sont écartées.'
        when est_recu then 'Le rapport reçu pour la période est vide ou illisible.'
        else 'Le rapport attendu pour la période n''est pas arrivé.'
    end as message
from dernieres_campagnes
where mois_num = derniere_num and a_feuille_de_route and not est_accepte
union all
select
    'taux_identiques' as alerte_code,
    siren_epci,
    rapport_id,
    cast(actions_nb as double) as mesure,
    'Beaucoup d''actions portent le même taux d''avancement : ' || cast(actions_nb as string) || ' à '
    || {{ nombre_en_francais("taux_avancement_pct") }} || ' %.' as message
from taux
where
    taux_avancement_pct not in (0, 100)
    and actions_nb >= {{ seuil("alerte_taux_identiques_nb") }}
    and 100e0 * actions_nb / declarees_nb >= {{ seuil("alerte_taux_identiques_pct") }}
union all
select
    'rapport_identique' as alerte_code,
    inchangees.siren_epci,
    inchangees.rapport_id,
    100e0 * inchangees.inchangees_nb / inchangees.actions_nb as mesure,
    case
        when inchangees.inchangees_nb < inchangees.actions_nb
            then 'Le rapport répète le précédent pour '
                || {{ nombre_en_francais("100e0 * inchangees.inchangees_nb / inchangees.actions_nb") }}
                || ' % des actions.'
        when confidentielles.rapport_id is not null
            then 'Le rapport répète le précédent sans aucun changement, hors actions confidentielles.'
        else 'Le rapport répète le précédent sans aucun changement.'
    end as message
from inchangees
left join confidentielles on inchangees.rapport_id = confidentielles.rapport_id
where 100e0 * inchangees.inchangees_nb / inchangees.actions_nb >= {{ seuil("alerte_rapport_identique_pct") }}
