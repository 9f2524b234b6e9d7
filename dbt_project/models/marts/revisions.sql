-- One row per session and figure it showed that is known otherwise today, with how many reports explain it.
with

-- A file in the long format moves no figure but those of declared indicators; a report with actions moves all.
causes as (
    select
        causes.*,
        false as est_declaree
    from {{ ref("revisions_causes") }} as causes
    left join {{ ref("int_declares__apprises") }} as longs
        on
            causes.seance_code = longs.seance_code
            and causes.rapport_id = longs.rapport_id
            and causes.siren_depose = longs.siren_depose
    where longs.rapport_id is null
    union all
    select
        causes.*,
        true as est_declaree
    from {{ ref("revisions_causes") }} as causes
),

par_territoire as (
    {% for maille, territoire in [
        ("epci", "siren_epci"), ("departement", "departement_code"), ("region", "region_code")
    ] -%}
    select
        seance_code,
        rapport_id,
        est_declaree,
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
        rapport_id,
        est_declaree,
        'epci' as niveau,
        siren_depose as territoire_code,
        date_situation
    from causes
    where siren_depose <> siren_epci
    union all
    select
        seance_code,
        rapport_id,
        est_declaree,
        'ensemble' as niveau,
        'ensemble' as territoire_code,
        date_situation
    from causes
),

revisees as (
    select
        revisions.*,
        catalogue.identifiant_indic is not null as est_declaree,
        case
            when revisions.indicateur_code in {{ indicateurs_relatifs() }} then 'ensemble'
            when revisions.maille_code in ('epci', 'epci_theme') then 'epci'
            when revisions.maille_code in ('departement', 'departement_theme') then 'departement'
            else 'region'
        end as niveau,
        case when revisions.indicateur_code in {{ indicateurs_relatifs() }} then 'ensemble' else revisions.territoire_code end
            as lieu_code
    from {{ ref("int_revisions") }} as revisions
    left join {{ ref("indicateurs_declares") }} as catalogue on revisions.indicateur_code = catalogue.identifiant_indic
    where
        revisions.revision <> 0
        or (revisions.valeur_montree is null and revisions.valeur_connue is not null)
        or (revisions.valeur_montree is not null and revisions.valeur_connue is null)
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
    cast(count(distinct par_territoire.rapport_id) as integer) as rapports_nb
from revisees as revisions
left join par_territoire
    on
        revisions.seance_code = par_territoire.seance_code
        and revisions.niveau = par_territoire.niveau
        and revisions.lieu_code = par_territoire.territoire_code
        and revisions.est_declaree = par_territoire.est_declaree
        and revisions.mois_le >= par_territoire.date_situation
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
