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

{#- The figures of one part of an indicator: column of the long table -> SQL expression.
    numerateur, denominateur: expressions; valeur = facteur * numerateur / denominateur, null on zero.
    n: how many actions (or reports, territories) stand behind. With `base` (weight in scope), `observe` (weight
    reported) and `numerateur_observe` (its share of the numerator), the figure has its coverage and the bounds the
    value would reach if everything missing were at `plancher` or `plafond` (in units of the numerator). With `observe`
    alone, a percentage, it has that coverage; with none of them it counts everything there is to count. -#}
{% macro expressions_indicateur(
    numerateur, denominateur, n, facteur=100, valeur=none,
    base=none, observe=none, numerateur_observe=none, plancher=0, plafond=1
) -%}
    {%- set reel = {} -%}
    {%- for nom, expression in {
        "numerateur": numerateur, "denominateur": denominateur, "valeur": valeur, "base": base, "observe": observe,
        "observees": numerateur_observe or numerateur
    }.items() -%}
        {%- do reel.update({nom: "cast(" ~ expression ~ " as double)"}) -%}
    {%- endfor -%}
    {%- set borne = "(" ~ reel.observees ~ " + {} * (" ~ reel.base ~ " - " ~ reel.observe ~ ")) * " ~ facteur
        ~ " / nullif(" ~ reel.base ~ ", 0)" -%}
    {{ return({
        "numerateur": reel.numerateur,
        "denominateur": reel.denominateur,
        "valeur": reel.valeur if valeur is not none
            else reel.numerateur ~ " * " ~ facteur ~ " / nullif(" ~ reel.denominateur ~ ", 0)",
        "n_nb": "cast(" ~ n ~ " as bigint)",
        "couverture_pct": reel.observe ~ " * 100 / nullif(" ~ reel.base ~ ", 0)" if base is not none
            else reel.observe if observe is not none
            else "case when " ~ reel.denominateur ~ " > 0 then cast(100 as double) end",
        "borne_basse": borne.format(plancher) if base is not none else "cast(null as double)",
        "borne_haute": borne.format(plafond) if base is not none else "cast(null as double)",
    }) }}
{%- endmacro %}

{#- One part of an indicator as rows of the long table, from the sums of `cte` (see `expressions_indicateur`). -#}
{% macro indicateur(cte, code, numerateur, denominateur, n, modalite="'total'", filtre=none) -%}
    select
        '{{ code }}' as indicateur_code,
        maille_code,
        territoire_code,
        theme_code,
        {{ modalite }} as modalite_code,
        mois_le,
        {%- for colonne, expression in expressions_indicateur(numerateur, denominateur, n, **kwargs).items() %}
        {{ expression }} as {{ colonne }},
        {%- endfor %}
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
