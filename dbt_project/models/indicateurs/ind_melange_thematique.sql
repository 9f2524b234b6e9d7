-- One row per EPCI or departement and month: Jensen-Shannon distance (base 2) to the theme mix of the rest of the region.
with

etats as (
    select
        etats.siren_epci,
        etats.theme_code,
        etats.mois_le,
        etats.est_dernier_mois,
        territoires.departement_code,
        territoires.region_code,
        territoires.est_dans_denominateur,
        etats.parts
    from {{ ref("int_actions__etat_pondere") }} as etats
    inner join
        {{ ref("int_territoires") }} as territoires
    on etats.siren_epci = territoires.siren_epci
    where etats.est_dans_perimetre and etats.theme_code not in ('tous', 'a_classer')
),

par_territoire as (
    select
        'epci' as maille_code,
        siren_epci as territoire_code,
        region_code,
        theme_code,
        mois_le,
        est_dernier_mois,
        sum(parts) as parts,
        sum(case when est_dans_denominateur then parts else 0 end) as parts_region
    from etats
    group by siren_epci, region_code, theme_code, mois_le, est_dernier_mois
    union all
    select
        'departement' as maille_code,
        departement_code as territoire_code,
        region_code,
        theme_code,
        mois_le,
        est_dernier_mois,
        sum(parts) as parts,
        sum(parts) as parts_region
    from etats
    where est_dans_denominateur
    group by departement_code, region_code, theme_code, mois_le, est_dernier_mois
),

effectifs_epci as (
    select
        'epci' as maille_code,
        siren_epci as territoire_code,
        mois_le,
        round(sum(case when theme_code <> 'a_classer' then parts else 0 end) / {{ parts_par_action() }}) as classees_nb,
        sum(parts) as actions,
        sum(case when theme_code <> 'a_classer' and est_fraiche then parts else 0 end) as classees_fraiches
    from {{ ref("int_actions__etat_pondere") }}
    where est_dans_perimetre and theme_code <> 'tous'
    group by siren_epci, mois_le
),

effectifs as (
    select * from effectifs_epci
    union all
    select
        'departement' as maille_code,
        territoires.departement_code as territoire_code,
        par_epci.mois_le,
        sum(par_epci.classees_nb) as classees_nb,
        sum(par_epci.actions) as actions,
        sum(par_epci.classees_fraiches) as classees_fraiches
    from effectifs_epci as par_epci
    inner join
        {{ ref("int_territoires") }} as territoires
    on par_epci.territoire_code = territoires.siren_epci
    where territoires.est_dans_denominateur
    group by territoires.departement_code, par_epci.mois_le
),

regions as (
    select
        region_code,
        theme_code,
        mois_le,
        sum(parts_region) as parts
    from par_territoire
    where maille_code = 'epci'
    group by region_code, theme_code, mois_le
),

territoires_mois as (
    select distinct
        maille_code,
        territoire_code,
        region_code,
        mois_le,
        est_dernier_mois
    from par_territoire
),

melanges as (
    select
        territoires_mois.maille_code,
        territoires_mois.territoire_code,
        territoires_mois.mois_le,
        territoires_mois.est_dernier_mois,
        coalesce(par_territoire.parts, 0)
        / nullif(sum(par_territoire.parts) over territoire, 0) as part,
        (regions.parts - coalesce(par_territoire.parts_region, 0))
        / nullif(sum(regions.parts - coalesce(par_territoire.parts_region, 0)) over territoire, 0)
            as part_reste
    from territoires_mois
    inner join regions
        on
            territoires_mois.region_code = regions.region_code
            and territoires_mois.mois_le = regions.mois_le
    left join par_territoire
        on
            territoires_mois.maille_code = par_territoire.maille_code
            and territoires_mois.territoire_code = par_territoire.territoire_code
            and territoires_mois.mois_le = par_territoire.mois_le
            and regions.theme_code = par_territoire.theme_code
    window territoire as (
        partition by
            territoires_mois.maille_code, territoires_mois.territoire_code, territoires_mois.mois_le
    )
),

distances as (
    select
        maille_code,
        territoire_code,
        mois_le,
        est_dernier_mois,
        count(part_reste) as comparables_nb,
        {{ somme_exacte(
            "case when part > 0 then part * ln(2 * part / (part + part_reste)) / ln(2) else 0 end"
            ~ " + case when part_reste > 0 then part_reste * ln(2 * part_reste / (part + part_reste)) / ln(2) else 0 end"
        ) }} / 2 as divergence
    from melanges
    group by maille_code, territoire_code, mois_le, est_dernier_mois
),

ensemble as (
    select
        distances.maille_code,
        distances.territoire_code,
        'tous' as theme_code,
        distances.mois_le,
        distances.est_dernier_mois,
        effectifs.classees_nb,
        effectifs.actions,
        effectifs.classees_fraiches,
        case when distances.comparables_nb > 0 then sqrt(greatest(0.0, distances.divergence)) end
            as distance
    from distances
    inner join effectifs
        on
            distances.maille_code = effectifs.maille_code
            and distances.territoire_code = effectifs.territoire_code
            and distances.mois_le = effectifs.mois_le
)

{{ indicateur(
    "ensemble", "melange_thematique", "null", "classees_nb", "classees_nb", valeur="distance",
    couverture=["classees_fraiches", "actions"]
) }}
