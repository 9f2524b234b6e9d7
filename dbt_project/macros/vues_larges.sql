{#- The columns of the wide tables: (name, model, indicator, part, what is read of it: `valeur` unless said). One list, so
    that every mesh reads the same. -#}
{% macro colonnes_premieres() -%}
    {{ return([
        ("actions_nb", "ind_statuts", "taux_abandon", "total", "n_nb"),
        ("avancement_couverture_pct", "ind_avancement", "avancement", "total", "couverture_pct"),
        ("avancement_borne_basse", "ind_avancement", "avancement", "total", "borne_basse"),
        ("avancement_borne_haute", "ind_avancement", "avancement", "total", "borne_haute"),
    ]) }}
{%- endmacro %}

{% macro colonnes_actions() -%}
    {{ return([
        ("part_fait_pct", "ind_statuts", "repartition_statuts", "fait"),
        ("part_en_cours_pct", "ind_statuts", "repartition_statuts", "en_cours"),
        ("part_programme_pct", "ind_statuts", "repartition_statuts", "programme"),
        ("part_bloque_pct", "ind_statuts", "repartition_statuts", "bloque"),
        ("part_non_renseigne_pct", "ind_statuts", "repartition_statuts", "non_renseigne"),
        ("taux_demarrage_pct", "ind_statuts", "taux_demarrage", "total"),
        ("taux_realisation_pct", "ind_statuts", "taux_realisation", "total"),
        ("taux_blocage_pct", "ind_statuts", "taux_blocage", "total"),
        ("taux_abandon_pct", "ind_statuts", "taux_abandon", "total"),
        ("avancement_pct", "ind_avancement", "avancement", "total"),
        ("avancement_estime_statut_pct", "ind_avancement", "avancement", "estime_statut"),
        ("avancement_budget_ht_pct", "ind_avancement", "avancement", "budget_ht"),
        ("avancement_budget_ttc_pct", "ind_avancement", "avancement", "budget_ttc"),
        ("ecart_calendrier_points", "ind_avancement", "ecart_calendrier", "total"),
        ("taux_retard_pct", "ind_retards", "taux_retard", "total"),
        ("part_sans_echeance_pct", "ind_retards", "taux_retard", "sans_echeance"),
        ("glissement_median_jours", "ind_glissement", "glissement", "total"),
        ("part_echeances_deplacees_pct", "ind_glissement", "glissement", "deplacees"),
        ("part_actions_disparues_pct", "ind_glissement", "glissement", "disparues"),
        ("atteinte_cibles_pct", "ind_avancement", "atteinte_cibles", "total"),
        ("delai_realisation_jours", "ind_delai_realisation", "delai_realisation", "total"),
        ("budget_prevu_ht_eur", "ind_budgets", "budget_prevu", "ht"),
        ("budget_prevu_ttc_eur", "ind_budgets", "budget_prevu", "ttc"),
        ("budget_prevu_non_precise_eur", "ind_budgets", "budget_prevu", "non_precise"),
        ("taux_engagement_ht_pct", "ind_budgets", "taux_engagement", "ht"),
        ("taux_engagement_ttc_pct", "ind_budgets", "taux_engagement", "ttc"),
        ("taux_paiement_ht_pct", "ind_budgets", "taux_paiement", "ht"),
        ("taux_paiement_ttc_pct", "ind_budgets", "taux_paiement", "ttc"),
        ("ue_programme_eur", "ind_fonds_europeens", "cascade_europeenne", "programme"),
        ("ue_engage_eur", "ind_fonds_europeens", "cascade_europeenne", "engage"),
        ("ue_justifie_eur", "ind_fonds_europeens", "cascade_europeenne", "justifie"),
        ("ue_paye_eur", "ind_fonds_europeens", "cascade_europeenne", "paye"),
        ("ue_reste_a_concretiser_eur", "ind_fonds_europeens", "cascade_europeenne", "reste_a_concretiser"),
        ("specificite_indice", "ind_specificite", "specificite", "total"),
        ("ancrage_pct", "ind_specificite", "specificite", "ancrage"),
    ]) }}
{%- endmacro %}

{% macro colonnes_territoires() -%}
    {{ return([
        ("couverture_feuilles_de_route_pct", "ind_couverture", "couverture_feuilles_de_route", "total"),
        ("rapports_attendus_nb", "ind_remises", "echelle_rapports", "attendus"),
        ("rapports_recus_nb", "ind_remises", "echelle_rapports", "recus"),
        ("rapports_acceptes_nb", "ind_remises", "echelle_rapports", "acceptes"),
        ("rapports_a_l_heure_nb", "ind_remises", "echelle_rapports", "a_l_heure"),
        ("anciennete_rapport_jours", "ind_qualite_rapports", "anciennete_rapport", "total"),
        ("rapports_a_jour_pct", "ind_qualite_rapports", "anciennete_rapport", "est_a_jour"),
        ("couverture_socles_pct", "ind_projet_territoire", "couverture_socles", "total"),
        ("part_hors_socles_pct", "ind_projet_territoire", "part_hors_socles", "total"),
        ("integration_silos_pct", "ind_projet_territoire", "integration_silos", "total"),
        ("part_hors_service_numerique_pct", "ind_projet_territoire", "integration_silos", "hors_service_numerique"),
        ("completude_pct", "ind_qualite_rapports", "qualite_rapport", "total"),
        ("part_lignes_ecartees_pct", "ind_qualite_rapports", "qualite_rapport", "lignes_ecartees"),
    ]) }}
{%- endmacro %}

{% macro colonnes_epci() -%}
    {{ return([
        ("equitabilite_silos_indice", "ind_projet_territoire", "integration_silos", "equitabilite"),
        ("melange_thematique_indice", "ind_melange_thematique", "melange_thematique", "total"),
        ("specificite_quintile", "ind_specificite", "specificite", "quintile"),
    ]) }}
{%- endmacro %}

{#- The wide table of one mesh: each model pivots its own indicators, then the models join; pivoting all of them at once
    costs four times as much. `cles`: the keys kept, and their names in the wide table. -#}
{% macro indicateurs_larges(maille, colonnes, cles) -%}
    select
        {%- for cle, nom in cles.items() %}
        {{ cle }}{% if nom != cle %} as {{ nom }}{% endif %},
        {%- endfor %}
        {{ colonnes | map("first") | join(",\n        ") }}
    from
    {%- for modele, siennes in colonnes | groupby(1) %}
    {%- if not loop.first %}
    full outer join
    {%- endif %} (
        select
            territoire_code,
            theme_code,
            mois_le
            {%- for colonne in siennes %},
            max(
                case
                    when indicateur_code = '{{ colonne[2] }}' and modalite_code = '{{ colonne[3] }}'
                        then {{ colonne[4] or "valeur" }}
                end
            ) as {{ colonne[0] }}
            {%- endfor %}
        from {{ ref(modele) }}
        where maille_code = '{{ maille }}'
        group by territoire_code, theme_code, mois_le
    ) as {{ modele }}
    {%- if not loop.first %} using (territoire_code, theme_code, mois_le){% endif %}
    {%- endfor %}
{%- endmacro %}
