{#- The catalogue of what is counted, in the vars `mesures`, `ratios` and `autres_mesures` of dbt_project.yml: what each table
    of sums adds, and what each part of an indicator reads of it. -#}

{#- The SQL condition of a fact on a monthly state: its own, within that of the fact it stands in. -#}
{% macro condition_du_fait(faits, nom) -%}
    {%- set fait = faits[nom] -%}
    {%- set conditions = [] -%}
    {%- if fait.dans -%}{%- do conditions.append(condition_du_fait(faits, fait.dans)) -%}{%- endif -%}
    {%- if fait.si -%}{%- do conditions.append("(" ~ fait.si ~ ")") -%}{%- endif -%}
    {{ return(conditions | join(" and ")) }}
{%- endmacro %}

{#- The sums of a table of the catalogue: name -> SQL aggregate of the states of int_actions__etat_pondere. -#}
{% macro sommes_du_catalogue(table) -%}
    {%- set faits = var("mesures")[table].faits -%}
    {%- set sommes = {} -%}
    {%- for nom, fait in faits.items() -%}
        {%- set quantite = parts_de(fait.somme) if fait.somme else "parts" -%}
        {%- do sommes.update({nom: "sum(case when " ~ condition_du_fait(faits, nom) ~ " then " ~ quantite ~ " else 0 end)"}) -%}
    {%- endfor -%}
    {%- set comptes = (var("mesures")[table].comptes or []) | list -%}
    {%- for ratio in var("ratios")[table] -%}
        {%- do comptes.append(ratio.n or ratio.denominateur) -%}
    {%- endfor -%}
    {%- for nom in comptes -%}
        {%- do sommes.update({nom ~ "_nb": "count(case when " ~ condition_du_fait(faits, nom) ~ " then 1 end)"}) -%}
    {%- endfor -%}
    {{ return(sommes) }}
{%- endmacro %}

{#- The table itself: one row per mesh, territory, theme and month (and key), its sums in actions or in their amounts. -#}
{% macro table_du_catalogue(table) -%}
    {%- set mesures = var("mesures")[table] -%}
    {%- set sommes = sommes_du_catalogue(table) -%}
    with

    mesures as (
        select
            siren_epci,
            theme_code,
            mois_le,
            est_dernier_mois
            {%- if mesures.cle %},
            {{ mesures.cle }} as cle_code
            {%- endif %}
            {%- for nom, somme in sommes.items() %},
            {{ somme }} as {{ nom }}
            {%- endfor %}
        from {{ ref("int_actions__etat_pondere") }}
        {%- if mesures.filtre %}
        where {{ mesures.filtre }}
        {%- endif %}
        group by siren_epci, theme_code, mois_le, est_dernier_mois{% if mesures.cle %}, {{ mesures.cle }}{% endif %}
    )

    {{ mesures_par_maille("mesures", sommes.keys() | list, cles=["cle_code"] if mesures.cle else []) }}
{%- endmacro %}

{#- What the long and the wide tables read of a ratio: name of the column -> SQL expression over its table of sums. -#}
{% macro expressions_du_ratio(table, ratio) -%}
    {%- set n = (ratio.n or ratio.denominateur) ~ "_nb" -%}
    {%- set valeur = "case when " ~ n ~ " > 0 then " ~ ratio.numerateur ~ " end" if ratio.total_eur else none -%}
    {{ return(expressions_indicateur(
        ratio.numerateur,
        ratio.denominateur,
        n,
        facteur=ratio.facteur or 100,
        valeur=valeur,
        plafond=none if ratio.sans_plafond or ratio.total_eur else 100,
        couverture=ratio.couverture or none,
        bas=ratio.bas or none,
        haut=ratio.haut or none
    )) }}
{%- endmacro %}

{#- Every ratio of a table, as rows of the long table. -#}
{% macro ratios_du_catalogue(table) -%}
    {%- for ratio in var("ratios")[table] %}
    select
        '{{ ratio.indicateur }}' as indicateur_code,
        maille_code,
        territoire_code,
        theme_code,
        {% if ratio.cles %}'{{ ratio.prefixe }}' || cle_code{% else %}'{{ ratio.modalite or "total" }}'{% endif %} as modalite_code,
        mois_le,
        {%- for colonne, expression in expressions_du_ratio(table, ratio).items() %}
        {{ expression }} as {{ colonne }},
        {%- endfor %}
        est_dernier_mois
    from {{ ref(table) }}
    {%- if ratio.filtre %}
    where {{ ratio.filtre }}
    {%- endif %}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
{%- endmacro %}

{#- Every part of every indicator: dictionaries with indicateur, modalite, libelle, numerateur, denominateur (French or SQL),
    colonne (that of the wide tables, or none) and unite (none when it is the indicator's own). -#}
{% macro parties_du_catalogue() -%}
    {%- set parties = [] -%}
    {%- for table, ratios in var("ratios").items() -%}
        {%- set faits = var("mesures")[table].faits -%}
        {%- for ratio in ratios -%}
            {%- for cle, colonne in (ratio.cles or {none: (ratio.colonnes or {}).valeur}).items() -%}
                {%- do parties.append({
                    "indicateur": ratio.indicateur,
                    "modalite": (ratio.prefixe or "") ~ cle if ratio.cles else ratio.modalite or "total",
                    "libelle": ratio.libelle,
                    "numerateur": ratio.numerateur,
                    "denominateur": ratio.denominateur,
                    "colonne": colonne,
                    "unite": none if ratio.total_eur or ratio.facteur else "pct",
                }) -%}
            {%- endfor -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- for mesure in var("autres_mesures") -%}
        {%- for modalite in (
            var("indicateurs_suivis") | reject("in", mesure.sauf or []) if mesure.par_indicateur_suivi
            else [mesure.modalite or "total"]
        ) -%}
            {%- do parties.append({
                "indicateur": mesure.indicateur,
                "modalite": modalite,
                "libelle": mesure.libelle,
                "numerateur": none,
                "denominateur": none,
                "colonne": mesure.colonne,
                "unite": mesure.unite or ("pct" if mesure.est_part else none),
            }) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(parties) }}
{%- endmacro %}
