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
    numerateur, denominateur: expressions; valeur = facteur * numerateur / denominateur, null on zero, held at `plafond`.
    n: how many actions (or reports, territories) stand behind. `couverture`: what is known and fresh, and all there is to
    know; without it the figure counts everything there is to count. `bas`, `haut`: the least and the most that the
    numerator may be over `base` (all there is to know, unless said): the bounds. `intervalle`: both ends of a 95 %
    confidence interval. -#}
{% macro expressions_indicateur(
    numerateur, denominateur, n, facteur=100, valeur=none, plafond=none, couverture=none, bas=none, haut=none, base=none,
    intervalle=none
) -%}
    {%- set ratio = "cast({} as double) * {} / nullif(cast({} as double), 0)" -%}
    {%- set bornes = [] -%}
    {%- for bout in [bas, haut] -%}
        {%- if bout is none -%}
            {%- do bornes.append("cast(null as double)") -%}
        {%- elif valeur is not none -%}
            {%- do bornes.append("cast(" ~ bout ~ " as double)") -%}
        {%- else -%}
            {%- do bornes.append(au_plus(plafond, ratio.format(bout, facteur, base or couverture[1]))) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return({
        "numerateur": "cast(" ~ numerateur ~ " as double)",
        "denominateur": "cast(" ~ denominateur ~ " as double)",
        "valeur": "cast(" ~ valeur ~ " as double)" if valeur is not none
            else au_plus(plafond, ratio.format(numerateur, facteur, denominateur)),
        "n_nb": "cast(" ~ n ~ " as bigint)",
        "couverture_pct": au_plus(100, ratio.format(couverture[0], 100, couverture[1])) if couverture is not none
            else "case when " ~ denominateur ~ " > 0 then cast(100 as double) end",
        "borne_basse": bornes[0],
        "borne_haute": bornes[1],
        "intervalle_bas": intervalle[0] if intervalle is not none else "cast(null as double)",
        "intervalle_haut": intervalle[1] if intervalle is not none else "cast(null as double)",
        "quartile_bas": "cast(null as double)",
        "quartile_haut": "cast(null as double)",
    }) }}
{%- endmacro %}

{#- `expression` held at `plafond`, none for no limit: a share of what holds it may pass 100 by its last bit. What is not known
    stays unknown (least would skip it). -#}
{% macro au_plus(plafond, expression) -%}
    {{ return(expression if plafond is none else
        "case when " ~ expression ~ " > " ~ plafond ~ " then cast(" ~ plafond ~ " as double) else " ~ expression ~ " end") }}
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
        intervalle_bas,
        intervalle_haut,
        quartile_bas,
        quartile_haut,
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

{#- The indicators of a territory that the reports of all the others move too. -#}
{% macro indicateurs_relatifs() -%}
    ('specificite', 'melange_thematique', 'comparaison_pairs')
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
        'qualite_rapport',
        'tendance'
    )
{%- endmacro %}

{#- One end (`-` or `+`) of the interval of Wilson of a value in percent over `n` actions, at `z` standard deviations: 1.96 for
    95 %. Of a mean between 0 and 100 it is wider than its own: no quantity spreads more, for its mean, than one that is
    only ever 0 or 100. -#}
{% macro intervalle_de_wilson(valeur, n, bout, z="1.96") -%}
    {%- set z2 = "(" ~ z ~ " * " ~ z ~ ")" -%}
    {%- set part = "(" ~ valeur ~ " / 100.0)" -%}
    {%- set nombre = "nullif(cast(" ~ n ~ " as double), 0)" -%}
    {#- Rounding may leave a share of one a hair beyond it. -#}
    {%- set dispersion = "greatest(0, " ~ part ~ " * (1 - " ~ part ~ ") / " ~ nombre ~ ")" -%}
    100 * (
        {{ part }} + {{ z2 }} / (2 * {{ nombre }})
        {{ bout }} {{ z }} * sqrt({{ dispersion }} + {{ z2 }} / (4 * {{ nombre }} * {{ nombre }}))
    ) / (1 + {{ z2 }} / {{ nombre }})
{%- endmacro %}
