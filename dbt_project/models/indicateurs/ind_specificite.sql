-- One row per mesh, territory, theme, part and month: likeness with other territories' actions, anchoring.
with

etats as (
    select
        etats.siren_epci,
        etats.theme_code,
        etats.mois_le,
        etats.est_dernier_mois,
        etats.parts,
        jumeaux.est_comparee,
        jumeaux.est_ancree,
        coalesce(jumeaux.est_mutualisee, false) as est_mutualisee,
        cast(coalesce(jumeaux.ressemblance, 0) as decimal(13, 10)) as ressemblance
    from {{ ref("int_actions__etat_pondere") }} as etats
    inner join {{ ref("int_actions__jumeaux") }} as jumeaux
        on
            etats.action_id = jumeaux.action_id
            and {{ mois_num("etats.mois_le") }} between jumeaux.debut_num and jumeaux.fin_num
),

mesures as (
    select
        siren_epci,
        theme_code,
        mois_le,
        est_dernier_mois,
        count(*) as actions_nb,
        sum(parts) as actions,
        sum(case when est_ancree then parts else 0 end) as ancrees,
        {{ nombre("est_comparee") }} as comparees_nb,
        sum(case when est_comparee then parts else 0 end) as comparees,
        sum(case when est_mutualisee then parts else 0 end) as mutualisees,
        {{ nombre("est_comparee and not est_mutualisee") }} as propres_nb,
        sum(case when est_comparee and not est_mutualisee then parts else 0 end) as propres,
        sum(case when est_comparee and not est_mutualisee then parts * ressemblance else 0 end)
            as cumul
    from etats
    group by siren_epci, theme_code, mois_le, est_dernier_mois
),

par_maille as (
    {{ sommes_par_maille("mesures", [
        "actions_nb", "actions", "ancrees", "comparees_nb", "comparees", "mutualisees", "propres_nb", "propres", "cumul"
    ]) }}
),

-- Fifths of the region, never ranks: equal values share theirs.
quintiles as (
    select
        par_maille.*,
        1 + floor(
            5
            * (rank() over (partition by mois_le order by cast(cumul as double) / propres) - 1)
            / cast(count(*) over (partition by mois_le) as double)
        ) as quintile
    from par_maille
    where maille_code = 'epci' and propres > 0
)

{{ indicateur(
    "par_maille", "specificite", en_actions("cumul"), en_actions("propres"), "propres_nb", facteur=1,
    observe="100 * " ~ en_actions("comparees") ~ " / nullif(" ~ en_actions("actions") ~ ", 0)"
) }}
union all
{{ indicateur(
    "par_maille", "specificite", en_actions("ancrees"), en_actions("actions"), "actions_nb", modalite="'ancrage'"
) }}
union all
{{ indicateur(
    "par_maille", "specificite", en_actions("mutualisees"), en_actions("comparees"), "comparees_nb",
    modalite="'mutualisees'",
    observe="100 * " ~ en_actions("comparees") ~ " / nullif(" ~ en_actions("actions") ~ ", 0)"
) }}
union all
{{ indicateur(
    "quintiles", "specificite", "null", "propres_nb", "propres_nb", modalite="'quintile'", valeur="quintile"
) }}
