{#- The wide table of one mesh: what the catalogue says its columns show, read straight from the sums, then joined to what the
    other models give. `cles`: the keys kept, and their names in the wide table. -#}
{% macro indicateurs_larges(maille, cles) -%}
    {%- set colonnes, sources = [], [] -%}
    {%- for table, ratios in var("ratios").items() -%}
        {%- set siennes = colonnes_des_ratios(table) -%}
        {%- if siennes -%}
            {%- do colonnes.extend(siennes.keys()) -%}
            {%- do sources.append((table, siennes, var("mesures")[table].cle is defined)) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- for modele, mesures in var("autres_mesures") | selectattr("colonne", "defined") | groupby("modele") -%}
        {%- set siennes = {} -%}
        {%- for mesure in mesures if maille in (mesure.vues or [maille]) -%}
            {%- set lues = {mesure.colonne: "valeur"} -%}
            {%- if mesure.a_bornes -%}{%- do lues.update(a_cote_de(mesure.colonne)) -%}{%- endif -%}
            {%- for colonne, lue in lues.items() -%}
                {%- do siennes.update({colonne: "case when indicateur_code = '" ~ mesure.indicateur
                    ~ "' and modalite_code = '" ~ (mesure.modalite or "total") ~ "' then " ~ lue ~ " end"}) -%}
            {%- endfor -%}
        {%- endfor -%}
        {%- if siennes -%}
            {%- do colonnes.extend(siennes.keys()) -%}
            {%- do sources.append((modele, siennes, true)) -%}
        {%- endif -%}
    {%- endfor -%}
    select
        {%- for cle, nom in cles.items() %}
        {{ cle }}{% if nom != cle %} as {{ nom }}{% endif %},
        {%- endfor %}
        {{ colonnes | join(",\n        ") }}
    from
    {%- for modele, siennes, est_a_plier in sources %}
    {%- if not loop.first %}
    full outer join
    {%- endif %} (
        select
            territoire_code,
            theme_code,
            mois_le
            {%- for nom, expression in siennes.items() %},
            {% if est_a_plier %}max({{ expression }}){% else %}{{ expression }}{% endif %} as {{ nom }}
            {%- endfor %}
        from {{ ref(modele) }}
        where maille_code = '{{ maille }}'
        {%- if est_a_plier %}
        group by territoire_code, theme_code, mois_le
        {%- endif %}
    ) as {{ modele }}
    {%- if not loop.first %} using (territoire_code, theme_code, mois_le){% endif %}
    {%- endfor %}
{%- endmacro %}

{#- The wide columns of the ratios of a table: name -> SQL expression over its sums. -#}
{% macro colonnes_des_ratios(table) -%}
    {%- set colonnes = {} -%}
    {%- for ratio in var("ratios")[table] -%}
        {#- Where the long table has no row, nothing is in scope: no figure, and no count of none. -#}
        {%- set expressions = {} -%}
        {%- for mesure, expression in expressions_du_ratio(table, ratio).items() -%}
            {%- do expressions.update({
                mesure: "case when " ~ ratio.filtre ~ " then " ~ expression ~ " end" if ratio.filtre else expression
            }) -%}
        {%- endfor -%}
        {%- for mesure, colonne in (ratio.colonnes or {}).items() -%}
            {%- do colonnes.update({colonne: expressions[mesure]}) -%}
        {%- endfor -%}
        {%- if ratio.bas and (ratio.colonnes or {}).valeur -%}
            {%- for colonne, mesure in a_cote_de(ratio.colonnes.valeur).items() -%}
                {%- do colonnes.update({colonne: expressions[mesure]}) -%}
            {%- endfor -%}
        {%- endif -%}
        {%- for cle, colonne in (ratio.cles or {}).items() if colonne -%}
            {%- set lues = {colonne: "valeur"} -%}
            {%- if ratio.bas -%}{%- do lues.update(a_cote_de(colonne)) -%}{%- endif -%}
            {%- for nom, mesure in lues.items() -%}
                {%- do colonnes.update({nom: "case when cle_code = '" ~ cle ~ "' then " ~ expressions[mesure] ~ " end"}) -%}
            {%- endfor -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(colonnes) }}
{%- endmacro %}

{#- What stands beside the main measure shown in `colonne`: name of the column -> what it shows. -#}
{% macro a_cote_de(colonne) -%}
    {%- set nom = colonne.rsplit("_", 1)[0] -%}
    {{ return({
        nom ~ "_n_nb": "n_nb",
        nom ~ "_couverture_pct": "couverture_pct",
        nom ~ "_borne_basse": "borne_basse",
        nom ~ "_borne_haute": "borne_haute",
    }) }}
{%- endmacro %}
