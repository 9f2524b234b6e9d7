-- One row per session and figure it showed that is known otherwise today, with how many reports explain it.
with

causes as (
    select * from {{ ref("revisions_causes") }}
),

par_territoire as (
    {% for maille, territoire in [
        ("epci", "siren_epci"), ("departement", "departement_code"), ("region", "region_code")
    ] -%}
    select
        seance_code,
        '{{ maille }}' as niveau,
        {{ territoire }} as territoire_code,
        date_situation
    from causes
    {%- if maille != "epci" %}
    where est_dans_denominateur
    {%- endif %}
    union all
    {% endfor %}
    -- A territory that merged was shown under the number it no longer bears.
    select
        seance_code,
        'epci' as niveau,
        siren_depose as territoire_code,
        date_situation
    from causes
    where siren_depose <> siren_epci
)

select
    revisions.seance_code,
    revisions.indicateur_code,
    revisions.maille_code,
    revisions.territoire_code,
    revisions.theme_code,
    revisions.modalite_code,
    revisions.mois_le,
    revisions.valeur_montree,
    revisions.valeur_connue,
    revisions.revision,
    cast(count(par_territoire.date_situation) as integer) as rapports_nb
from {{ ref("int_revisions") }} as revisions
left join par_territoire
    on
        revisions.seance_code = par_territoire.seance_code
        and revisions.territoire_code = par_territoire.territoire_code
        and revisions.mois_le >= par_territoire.date_situation
        and par_territoire.niveau = case
            when revisions.maille_code in ('epci', 'epci_theme') then 'epci'
            when revisions.maille_code in ('departement', 'departement_theme') then 'departement'
            else 'region'
        end
where
    revisions.revision <> 0
    or (revisions.valeur_montree is null and revisions.valeur_connue is not null)
    or (revisions.valeur_montree is not null and revisions.valeur_connue is null)
group by
    revisions.seance_code,
    revisions.indicateur_code,
    revisions.maille_code,
    revisions.territoire_code,
    revisions.theme_code,
    revisions.modalite_code,
    revisions.mois_le,
    revisions.valeur_montree,
    revisions.valeur_connue,
    revisions.revision
