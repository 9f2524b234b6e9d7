-- One row per mesh, territory, theme, month and common FEDER indicator: the sums of what actions declare.
with

declares as (
    select
        siren_epci,
        theme_code,
        mois_le,
        est_dernier_mois,
        parts,
        valeur_actuelle,
        upper(substring(trim(indicateur), 1, 5)) as code_feder
    from {{ ref("int_actions__etat_pondere") }}
    where
        est_dans_perimetre
        and upper(substring(trim(indicateur), 1, 5)) in ('RCO13', 'RCO14', 'RCR11', 'RCR12', 'RCR13')
),

mesures as (
    select
        siren_epci,
        theme_code,
        mois_le,
        est_dernier_mois,
        code_feder,
        count(valeur_actuelle) as valeurs_nb,
        sum(parts) as declarees,
        sum(case when valeur_actuelle is not null then parts else 0 end) as valeurs,
        coalesce(sum({{ parts_de("valeur_actuelle") }}), 0) as cumul
    from declares
    group by siren_epci, theme_code, mois_le, est_dernier_mois, code_feder
)

{{ mesures_par_maille("mesures", ["valeurs_nb", "declarees", "valeurs", "cumul"], cles=["code_feder"]) }}
