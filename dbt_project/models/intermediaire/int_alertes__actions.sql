-- One row per alert raised by one action that may be shown.
with

actions as (
    select
        *,
        case when est_taux_estime then null else taux_avancement_pct end as taux_declare_pct,
        taux_avancement_pct - temps_ecoule_pct as ecart_calendrier
    from {{ ref("fct_actions") }}
)

select
    'statut_contredit' as alerte_code,
    siren_epci,
    action_id,
    rapport_id,
    taux_declare_pct as mesure,
    'Le statut « '
    || statut_libelle
    || ' » et le taux de '
    || {{ nombre_en_francais("taux_declare_pct") }}
    || ' % se contredisent.' as message
from actions
where
    (statut_code = 'realise' and taux_declare_pct < {{ seuil("alerte_realise_taux_min_pct") }})
    or (
        statut_code in ('a_venir', 'a_discuter')
        and taux_declare_pct > {{ seuil("alerte_a_venir_taux_max_pct") }}
    )
    or (statut_code = 'en_cours' and taux_declare_pct > {{ seuil("alerte_en_cours_taux_max_pct") }})
union all
select
    'depense_a_venir' as alerte_code,
    siren_epci,
    action_id,
    rapport_id,
    montant_paye_eur as mesure,
    'De l''argent est payé alors que l''action est dite à venir.' as message
from actions
where statut_code = 'a_venir' and montant_paye_eur > {{ seuil("alerte_depense_a_venir_eur") }}
union all
select
    'meteo_contredite' as alerte_code,
    siren_epci,
    action_id,
    rapport_id,
    ecart_calendrier as mesure,
    'La météo donnée et l''écart au calendrier prévu ne disent pas la même chose.' as message
from actions
where
    est_dans_perimetre
    -- The weather was given on the day of the report: of an old one, it says nothing of today.
    and est_fraiche
    and (
        (meteo_code = 'soleil' and ecart_calendrier < {{ seuil("alerte_meteo_favorable_ecart_points") }})
        or (meteo_code = 'orage' and ecart_calendrier > {{ seuil("alerte_meteo_orage_ecart_points") }})
    )
