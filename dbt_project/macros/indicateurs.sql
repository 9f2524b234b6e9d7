{#- Weights are whole parts of an action: 12252240 divides by every number of themes up to 18, and a value carried by a
    thousand times as many may be rounded to whole parts. They are doubles, the sums of which stay exact, whatever the order
    of rows, up to 2^53: 735,000 actions. -#}
{% macro parts_par_action() -%}cast(12252240000 as double){%- endmacro %}

{#- `valeur` carried by the parts of an action, as a whole number of them: a sum that does not depend on the order of rows. A
    decimal without decimals: DuckDB takes two hundred times as long to make a double of any other beyond 2^53. -#}
{% macro parts_de(valeur) -%}
    cast(parts * cast({{ valeur }} as double) as decimal(38, 0))
{%- endmacro %}

{#- A sum of parts as a number of actions. -#}
{% macro en_actions(expression) -%}
    (cast({{ expression }} as double) / {{ parts_par_action() }})
{%- endmacro %}

{#- Columns of sums as ratios read them: those of parts in actions, those named `_nb` as counts. -#}
{% macro mesures_en_actions(mesures) -%}
    {%- for mesure in mesures %}
    {% if mesure.endswith("_nb") -%}
    cast({{ mesure }} as bigint)
    {%- else -%}
    {{ en_actions(mesure) }}
    {%- endif %} as {{ mesure }}
    {%- if not loop.last %},{% endif %}
    {%- endfor %}
{%- endmacro %}

{#- `par_maille`, its sums in actions. -#}
{% macro mesures_par_maille(cte, mesures, cles=[]) -%}
    select
        maille_code,
        territoire_code,
        theme_code,
        mois_le,
        est_dernier_mois,
        {%- for colonne in cles %}
        {{ colonne }},
        {%- endfor %}
        {{ mesures_en_actions(mesures) }}
    from ({{ par_maille(cte, cles, mesures) }}) as sommes
{%- endmacro %}

{#- One indicator as rows of the long table.
    numerateur, denominateur: real expressions over `cte`; valeur = facteur * numerateur / denominateur, null on zero.
    n: how many actions (or reports, territories) stand behind. With `base` (weight in scope), `observe` (weight
    reported) and `numerateur_observe` (its share of the numerator), the row carries its coverage and the bounds the
    value would reach if everything missing were at `plancher` or `plafond` (in units of the numerator). With `observe`
    alone, a percentage, it carries that coverage; with none of them it counts everything there is to count. -#}
{% macro indicateur(
    cte, code, numerateur, denominateur, n, modalite="'total'", facteur=100, valeur=none,
    base=none, observe=none, numerateur_observe=none, plancher=0, plafond=1, filtre=none
) -%}
    {%- set observees = numerateur_observe or numerateur -%}
    select
        '{{ code }}' as indicateur_code,
        maille_code,
        territoire_code,
        theme_code,
        {{ modalite }} as modalite_code,
        mois_le,
        cast({{ numerateur }} as double) as numerateur,
        cast({{ denominateur }} as double) as denominateur,
        {% if valeur is not none -%}
        cast({{ valeur }} as double) as valeur,
        {%- else -%}
        cast({{ numerateur }} as double) * {{ facteur }} / nullif(cast({{ denominateur }} as double), 0) as valeur,
        {%- endif %}
        cast({{ n }} as bigint) as n_nb,
        {% if base is not none -%}
        cast({{ observe }} as double) * 100 / nullif(cast({{ base }} as double), 0) as couverture_pct,
        (cast({{ observees }} as double) + {{ plancher }} * (cast({{ base }} as double) - cast({{ observe }} as double)))
        * {{ facteur }} / nullif(cast({{ base }} as double), 0) as borne_basse,
        (cast({{ observees }} as double) + {{ plafond }} * (cast({{ base }} as double) - cast({{ observe }} as double)))
        * {{ facteur }} / nullif(cast({{ base }} as double), 0) as borne_haute,
        {%- else -%}
        {% if observe is not none -%}
        cast({{ observe }} as double) as couverture_pct,
        {%- else -%}
        -- Nothing can be missing from such a count.
        case when cast({{ denominateur }} as double) > 0 then cast(100 as double) end as couverture_pct,
        {%- endif %}
        cast(null as double) as borne_basse,
        cast(null as double) as borne_haute,
        {%- endif %}
        est_dernier_mois
    from {{ cte }}
    {%- if filtre is not none %}
    where {{ filtre }}
    {%- endif %}
{%- endmacro %}

{#- The columns of the long table of several models, one after the other. -#}
{% macro reunir(modeles) -%}
    {%- for modele in modeles %}
    select
        indicateur_code,
        maille_code,
        territoire_code,
        theme_code,
        modalite_code,
        mois_le,
        numerateur,
        denominateur,
        valeur,
        n_nb,
        couverture_pct,
        borne_basse,
        borne_haute,
        est_dernier_mois
    from {{ ref(modele) }}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
{%- endmacro %}

{#- The codes of the indicators compared with peers and between sessions, as an SQL list. -#}
{% macro indicateurs_suivis() -%}
    ('{{ var("indicateurs_suivis") | join("', '") }}')
{%- endmacro %}

{#- The indicators that count reports or territories, never actions. -#}
{% macro indicateurs_sans_action() -%}
    ('couverture_feuilles_de_route', 'echelle_rapports', 'ponctualite', 'anciennete_rapport')
{%- endmacro %}

{#- The indicators read from themes, silos, services, texts or fields of single actions: of those that may be shown only. -#}
{% macro indicateurs_des_actions_montrees() -%}
    (
        'couverture_socles',
        'part_hors_socles',
        'integration_silos',
        'melange_thematique',
        'specificite',
        'indicateurs_feder',
        'qualite_rapport'
    )
{%- endmacro %}
