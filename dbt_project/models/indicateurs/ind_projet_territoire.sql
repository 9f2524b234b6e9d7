-- One row per mesh, territory, month and part: core themes covered, share beyond them, silos of the project served.
{% set sommes = [
    "socles_couverts", "socles", "epci_nb", "socles_au_moins", "socles_au_plus", "socles_attendus", "actives_nb", "actives",
    "classees", "classees_nb", "hors_socles", "classees_fraiches", "classees_fraiches_nb"
] %}
{% set sommes_silos = [
    "silos_servis", "silos_declares", "silos_au_moins", "silos_au_plus", "silos_attendus", "avec_silo_frais_nb",
    "actives_nb", "pilotees", "pilotees_fraiches", "hors_si"
] %}
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
        count(distinct case when actives.theme_code <> 'a_classer' and actives.est_fraiche then actives.action_id end)
            as classees_fraiches_nb,
        sum(actives.parts) as actives,
        sum(case when actives.theme_code <> 'a_classer' then actives.parts else 0 end) as classees,
        sum(case when actives.theme_code <> 'a_classer' and actives.est_fraiche then actives.parts else 0 end)
            as classees_fraiches,
        sum(case when actives.theme_code <> 'a_classer' and not themes.est_socle then actives.parts else 0 end)
            as hors_socles
    from actives
    inner join themes on actives.theme_code = themes.theme_code
    group by actives.siren_epci, actives.mois_le
),

-- An intercommunalité expected and silent is missing: it counts in the bounds alone.
epci as (
    select
        campagnes.siren_epci,
        campagnes.mois_le,
        campagnes.est_dernier_mois,
        en_vigueur.rapport_silos_id,
        en_vigueur.siren_epci is null as est_silencieuse
    from {{ ref("int_territoires__campagnes") }} as campagnes
    left join {{ ref("int_rapports__en_vigueur_mensuel") }} as en_vigueur
        on campagnes.siren_epci = en_vigueur.siren_epci and campagnes.mois_le = en_vigueur.mois_le
    where campagnes.a_feuille_de_route or en_vigueur.siren_epci is not null
),

socles_par_epci as (
    select
        epci.siren_epci,
        epci.mois_le,
        epci.est_dernier_mois,
        epci.est_silencieuse,
        (select count(*) from themes where est_socle) as socles,
        coalesce(themes_actifs.socles_couverts, 0) as socles_couverts,
        coalesce(themes_actifs.actives_nb, 0) as actives_nb,
        coalesce(themes_actifs.classees_nb, 0) as classees_nb,
        coalesce(themes_actifs.actives, 0) as actives,
        coalesce(themes_actifs.classees, 0) as classees,
        coalesce(themes_actifs.hors_socles, 0) as hors_socles,
        coalesce(themes_actifs.classees_fraiches, 0) as classees_fraiches,
        coalesce(themes_actifs.classees_fraiches_nb, 0) as classees_fraiches_nb
    from epci
    left join themes_actifs
        on epci.siren_epci = themes_actifs.siren_epci and epci.mois_le = themes_actifs.mois_le
),

-- Nothing classified, nothing to say. An unclassified action may be of any core theme.
mesures as (
    select
        siren_epci,
        'tous' as theme_code,
        mois_le,
        est_dernier_mois,
        case when classees_nb > 0 then 1 else 0 end as epci_nb,
        case when classees_nb > 0 then socles else 0 end as socles,
        socles_couverts,
        socles as socles_attendus,
        socles_couverts as socles_au_moins,
        case
            when est_silencieuse then socles
            else least(socles, socles_couverts + actives_nb - classees_nb)
        end as socles_au_plus,
        actives_nb,
        classees_nb,
        actives,
        classees,
        hors_socles,
        classees_fraiches,
        classees_fraiches_nb
    from socles_par_epci
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

avec_silo as (
    select distinct
        rapport_id,
        feuille,
        ligne
    from {{ ref("stg_rapports__silos") }}
),

etats as (
    select
        etats.*,
        coalesce(trim(etats.service_pilote), '') <> '' as est_pilotee,
        services_numeriques.alias is null as est_hors_si,
        avec_silo.rapport_id is not null as a_silo
    from {{ ref("int_actions__etat_mensuel") }} as etats
    left join avec_silo
        on
            etats.rapport_id = avec_silo.rapport_id
            and etats.feuille = avec_silo.feuille
            and etats.ligne = avec_silo.ligne
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
        {{ nombre("a_silo") }} as avec_silo_nb,
        {{ nombre("a_silo and est_fraiche") }} as avec_silo_frais_nb,
        {{ nombre("est_pilotee") }} as pilotees,
        {{ nombre("est_pilotee and est_fraiche") }} as pilotees_fraiches,
        {{ nombre("est_pilotee and est_hors_si") }} as hors_si
    from etats
    group by siren_epci, mois_le
),

silos_declares_par_epci as (
    select
        epci.siren_epci,
        epci.mois_le,
        epci.est_dernier_mois,
        coalesce(silos_par_epci.silos_declares, 0) as declares,
        coalesce(silos_par_epci.silos_servis, 0) as servis,
        {{ parts_par_action() }} * coalesce(silos_par_epci.silos_declares, 0) as tous,
        silos_par_epci.equitabilite,
        coalesce(pilotage.actives_nb, 0) as actives_nb,
        coalesce(pilotage.avec_silo_nb, 0) as avec_silo_nb,
        coalesce(pilotage.avec_silo_frais_nb, 0) as avec_silo_frais_nb,
        coalesce(pilotage.pilotees, 0) as pilotees,
        coalesce(pilotage.pilotees_fraiches, 0) as pilotees_fraiches,
        coalesce(pilotage.hors_si, 0) as hors_si
    from epci
    left join silos_par_epci
        on epci.siren_epci = silos_par_epci.siren_epci and epci.mois_le = silos_par_epci.mois_le
    left join pilotage
        on epci.siren_epci = pilotage.siren_epci and epci.mois_le = pilotage.mois_le
),

-- Without a silo on any action, nothing to say: they could serve them all. One without silo could serve any one more.
mesures_silos as (
    select
        siren_epci,
        'tous' as theme_code,
        mois_le,
        est_dernier_mois,
        case when avec_silo_nb > 0 then servis else 0 end as silos_servis,
        case when avec_silo_nb > 0 then declares else 0 end as silos_declares,
        case when actives_nb > 0 then declares else 0 end as silos_attendus,
        servis as silos_au_moins,
        case
            when avec_silo_nb > 0
                then least(tous, servis + {{ parts_par_action() }} * (actives_nb - avec_silo_nb))
            when actives_nb > 0 then tous
            else 0
        end as silos_au_plus,
        equitabilite,
        declares,
        avec_silo_frais_nb,
        actives_nb,
        pilotees,
        pilotees_fraiches,
        hors_si
    from silos_declares_par_epci
),

silos_par_maille as (
    {{ par_maille("mesures_silos", [], sommes_silos) }}
),

equitabilites as (
    select
        'epci' as maille_code,
        siren_epci as territoire_code,
        theme_code,
        mois_le,
        est_dernier_mois,
        equitabilite,
        declares,
        avec_silo_frais_nb,
        actives_nb
    from mesures_silos
    where declares > 0
)

{{ indicateur(
    "par_maille", "couverture_socles", "socles_couverts", "socles", "epci_nb", plafond=100,
    couverture=["classees_fraiches_nb", "greatest(actives_nb, 1)"], bas="socles_au_moins", haut="socles_au_plus", base="socles_attendus"
) }}
union all
{{ indicateur(
    "par_maille", "part_hors_socles", en_actions("hors_socles"), en_actions("classees"), "classees_nb", plafond=100,
    couverture=[en_actions("classees_fraiches"), en_actions("actives")], bas=en_actions("hors_socles"),
    haut=en_actions("hors_socles + actives - classees")
) }}
union all
{{ indicateur(
    "silos_par_maille", "integration_silos", en_actions("silos_servis"), "silos_declares", "silos_declares", plafond=100,
    couverture=["avec_silo_frais_nb", "actives_nb"], bas=en_actions("silos_au_moins"), haut=en_actions("silos_au_plus"),
    base="silos_attendus"
) }}
union all
{{ indicateur(
    "silos_par_maille", "integration_silos", "hors_si", "pilotees", "pilotees", modalite="'hors_service_numerique'",
    plafond=100, couverture=["pilotees_fraiches", "actives_nb"], bas="hors_si", haut="hors_si + actives_nb - pilotees"
) }}
union all
-- Evenness belongs to one territory's own silos: other meshes would only average it.
{{ indicateur(
    "equitabilites", "integration_silos", "null", "declares", "declares", modalite="'equitabilite'",
    valeur="equitabilite", couverture=["avec_silo_frais_nb", "actives_nb"]
) }}
