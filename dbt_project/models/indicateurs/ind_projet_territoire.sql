-- One row per mesh, territory, month and part: core themes covered, share beyond them, silos of the project served.
{% set sommes = ["socles_couverts", "socles", "epci_nb", "attendus_nb", "actives_nb", "actives", "classees", "classees_nb", "hors_socles"] %}
{% set sommes_silos = ["silos_servis", "silos_declares", "declarants_nb", "attendus_nb", "actives_nb", "pilotees", "hors_si"] %}
with

themes as (
    select * from {{ ref("themes") }}
),

actives as (
    select * from {{ ref("int_actions__etat_pondere") }}
    where theme_code <> 'tous' and est_active
),

themes_actifs as (
    select
        actives.siren_epci,
        actives.mois_le,
        count(distinct case when themes.est_socle then actives.theme_code end) as socles_couverts,
        count(distinct actives.action_id) as actives_nb,
        count(distinct case when actives.theme_code <> 'a_classer' then actives.action_id end) as classees_nb,
        sum(actives.parts) as actives,
        sum(case when actives.theme_code <> 'a_classer' then actives.parts else 0 end) as classees,
        sum(case when actives.theme_code <> 'a_classer' and not themes.est_socle then actives.parts else 0 end)
            as hors_socles
    from actives
    inner join themes on actives.theme_code = themes.theme_code
    group by actives.siren_epci, actives.mois_le
),

-- An intercommunalité expected and silent is missing: it counts in the coverage alone.
epci as (
    select
        campagnes.siren_epci,
        campagnes.mois_le,
        campagnes.est_dernier_mois,
        en_vigueur.rapport_silos_id,
        1 as attendus_nb,
        case when en_vigueur.siren_epci is null then 0 else 1 end as epci_nb
    from {{ ref("int_territoires__campagnes") }} as campagnes
    left join {{ ref("int_rapports__en_vigueur_mensuel") }} as en_vigueur
        on campagnes.siren_epci = en_vigueur.siren_epci and campagnes.mois_le = en_vigueur.mois_le
    where campagnes.a_feuille_de_route or en_vigueur.siren_epci is not null
),

-- Every intercommunalité with a report counts, even when none of its actions is active.
mesures as (
    select
        epci.siren_epci,
        'tous' as theme_code,
        epci.mois_le,
        epci.est_dernier_mois,
        epci.epci_nb,
        epci.attendus_nb,
        epci.epci_nb * (select count(*) from themes where est_socle) as socles,
        coalesce(themes_actifs.socles_couverts, 0) as socles_couverts,
        coalesce(themes_actifs.actives_nb, 0) as actives_nb,
        coalesce(themes_actifs.classees_nb, 0) as classees_nb,
        coalesce(themes_actifs.actives, 0) as actives,
        coalesce(themes_actifs.classees, 0) as classees,
        coalesce(themes_actifs.hors_socles, 0) as hors_socles
    from epci
    left join themes_actifs
        on epci.siren_epci = themes_actifs.siren_epci and epci.mois_le = themes_actifs.mois_le
),

par_maille as (
    {{ par_maille("mesures", [], sommes) }}
),

silos_declares as (
    select
        en_vigueur.siren_epci,
        en_vigueur.mois_le,
        en_vigueur.est_dernier_mois,
        silos.silo_code
    from {{ ref("int_rapports__en_vigueur_mensuel") }} as en_vigueur
    inner join {{ ref("stg_rapports__silos_projet") }} as silos on en_vigueur.rapport_silos_id = silos.rapport_id
),

services_numeriques as (
    select distinct {{ sans_accents("alias") }} as alias
    from {{ ref("services_numeriques") }}
),

etats as (
    select
        etats.*,
        coalesce(trim(etats.service_pilote), '') <> '' as est_pilotee,
        services_numeriques.alias is null as est_hors_si
    from {{ ref("int_actions__etat_mensuel") }} as etats
    left join services_numeriques on {{ sans_accents("etats.service_pilote") }} = services_numeriques.alias
    -- A silo or a service tells one action from the others: only those that may be shown are read.
    where etats.est_active and not etats.est_confidentielle
),

silos_par_action as (
    select
        *,
        count(*) over (partition by rapport_id, feuille, ligne) as silos_nb
    from {{ ref("stg_rapports__silos") }}
),

poids_par_silo as (
    select
        etats.siren_epci,
        etats.mois_le,
        silos_par_action.silo_code,
        sum(round({{ parts_par_action() }} / silos_par_action.silos_nb)) as poids
    from etats
    inner join silos_par_action
        on
            etats.rapport_id = silos_par_action.rapport_id
            and etats.feuille = silos_par_action.feuille
            and etats.ligne = silos_par_action.ligne
    group by etats.siren_epci, etats.mois_le, silos_par_action.silo_code
),

poids_declares as (
    select
        silos_declares.siren_epci,
        silos_declares.mois_le,
        silos_declares.est_dernier_mois,
        coalesce(poids_par_silo.poids, 0) as poids
    from silos_declares
    left join poids_par_silo
        on
            silos_declares.siren_epci = poids_par_silo.siren_epci
            and silos_declares.mois_le = poids_par_silo.mois_le
            and silos_declares.silo_code = poids_par_silo.silo_code
),

parts_par_silo as (
    select
        *,
        poids / nullif(sum(poids) over (partition by siren_epci, mois_le), 0) as part
    from poids_declares
),

silos_par_epci as (
    select
        siren_epci,
        mois_le,
        est_dernier_mois,
        count(*) as silos_declares,
        -- An action that serves k silos counts 1/k in each: alone, it does not serve them all.
        sum(least(poids, {{ parts_par_action() }})) as silos_servis,
        -- Evenness of Pielou: entropy of the shares over the entropy of an even spread on the declared silos.
        case
            when count(*) > 1 and sum(poids) > 0
                then {{ somme_exacte("case when part > 0 then -part * ln(part) else 0 end") }} / ln(count(*))
        end as equitabilite
    from parts_par_silo
    group by siren_epci, mois_le, est_dernier_mois
),

pilotage as (
    select
        siren_epci,
        mois_le,
        count(*) as actives_nb,
        {{ nombre("est_pilotee") }} as pilotees,
        {{ nombre("est_pilotee and est_hors_si") }} as hors_si
    from etats
    group by siren_epci, mois_le
),

mesures_silos as (
    select
        epci.siren_epci,
        'tous' as theme_code,
        epci.mois_le,
        epci.est_dernier_mois,
        epci.attendus_nb,
        coalesce(silos_par_epci.silos_servis, 0) as silos_servis,
        coalesce(silos_par_epci.silos_declares, 0) as silos_declares,
        case when silos_par_epci.siren_epci is null then 0 else 1 end as declarants_nb,
        coalesce(pilotage.actives_nb, 0) as actives_nb,
        coalesce(pilotage.pilotees, 0) as pilotees,
        coalesce(pilotage.hors_si, 0) as hors_si
    from epci
    left join silos_par_epci
        on epci.siren_epci = silos_par_epci.siren_epci and epci.mois_le = silos_par_epci.mois_le
    left join pilotage
        on epci.siren_epci = pilotage.siren_epci and epci.mois_le = pilotage.mois_le
),

silos_par_maille as (
    {{ par_maille("mesures_silos", [], sommes_silos) }}
),

equitabilites as (
    select
        'epci' as maille_code,
        siren_epci as territoire_code,
        'tous' as theme_code,
        mois_le,
        est_dernier_mois,
        equitabilite,
        silos_declares
    from silos_par_epci
)

{{ indicateur(
    "par_maille", "couverture_socles", "socles_couverts", "socles", "epci_nb",
    observe="100.0 * epci_nb / attendus_nb"
) }}
union all
{{ indicateur(
    "par_maille", "part_hors_socles", en_actions("hors_socles"), en_actions("classees"), "classees_nb",
    base=en_actions("actives"), observe=en_actions("classees")
) }}
union all
{{ indicateur(
    "silos_par_maille", "integration_silos", en_actions("silos_servis"), "silos_declares", "silos_declares",
    observe="100.0 * declarants_nb / attendus_nb"
) }}
union all
{{ indicateur(
    "silos_par_maille", "integration_silos", "hors_si", "pilotees", "pilotees", modalite="'hors_service_numerique'",
    base="actives_nb", observe="pilotees"
) }}
union all
-- Evenness belongs to one territory's own silos: other meshes would only average it.
{{ indicateur(
    "equitabilites", "integration_silos", "null", "silos_declares", "silos_declares", modalite="'equitabilite'",
    valeur="equitabilite"
) }}
