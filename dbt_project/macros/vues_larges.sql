{#- The columns of the wide tables: name -> (indicator, part). One list, so that every mesh reads the same. -#}
{% macro colonnes_actions() -%}
    {{ return({
        "part_fait_pct": ("repartition_statuts", "fait"),
        "part_en_cours_pct": ("repartition_statuts", "en_cours"),
        "part_programme_pct": ("repartition_statuts", "programme"),
        "part_bloque_pct": ("repartition_statuts", "bloque"),
        "part_non_renseigne_pct": ("repartition_statuts", "non_renseigne"),
        "taux_demarrage_pct": ("taux_demarrage", "total"),
        "taux_realisation_pct": ("taux_realisation", "total"),
        "taux_blocage_pct": ("taux_blocage", "total"),
        "taux_abandon_pct": ("taux_abandon", "total"),
        "avancement_pct": ("avancement", "total"),
        "avancement_estime_statut_pct": ("avancement", "estime_statut"),
        "avancement_budget_ht_pct": ("avancement", "budget_ht"),
        "avancement_budget_ttc_pct": ("avancement", "budget_ttc"),
        "ecart_calendrier_points": ("ecart_calendrier", "total"),
        "taux_retard_pct": ("taux_retard", "total"),
        "part_sans_echeance_pct": ("taux_retard", "sans_echeance"),
        "glissement_median_jours": ("glissement", "total"),
        "part_echeances_deplacees_pct": ("glissement", "deplacees"),
        "part_actions_disparues_pct": ("glissement", "disparues"),
        "atteinte_cibles_pct": ("atteinte_cibles", "total"),
        "delai_realisation_jours": ("delai_realisation", "total"),
        "budget_prevu_ht_eur": ("budget_prevu", "ht"),
        "budget_prevu_ttc_eur": ("budget_prevu", "ttc"),
        "budget_prevu_non_precise_eur": ("budget_prevu", "non_precise"),
        "taux_engagement_ht_pct": ("taux_engagement", "ht"),
        "taux_engagement_ttc_pct": ("taux_engagement", "ttc"),
        "taux_paiement_ht_pct": ("taux_paiement", "ht"),
        "taux_paiement_ttc_pct": ("taux_paiement", "ttc"),
        "ue_programme_eur": ("cascade_europeenne", "programme"),
        "ue_engage_eur": ("cascade_europeenne", "engage"),
        "ue_justifie_eur": ("cascade_europeenne", "justifie"),
        "ue_paye_eur": ("cascade_europeenne", "paye"),
        "ue_reste_a_concretiser_eur": ("cascade_europeenne", "reste_a_concretiser"),
        "specificite_indice": ("specificite", "total"),
        "ancrage_pct": ("specificite", "ancrage"),
    }) }}
{%- endmacro %}

{% macro colonnes_territoires() -%}
    {{ return({
        "couverture_feuilles_de_route_pct": ("couverture_feuilles_de_route", "total"),
        "rapports_attendus_nb": ("echelle_rapports", "attendus"),
        "rapports_recus_nb": ("echelle_rapports", "recus"),
        "rapports_acceptes_nb": ("echelle_rapports", "acceptes"),
        "rapports_a_l_heure_nb": ("echelle_rapports", "a_l_heure"),
        "anciennete_rapport_jours": ("anciennete_rapport", "total"),
        "rapports_a_jour_pct": ("anciennete_rapport", "est_a_jour"),
        "couverture_socles_pct": ("couverture_socles", "total"),
        "part_hors_socles_pct": ("part_hors_socles", "total"),
        "integration_silos_pct": ("integration_silos", "total"),
        "part_hors_service_numerique_pct": ("integration_silos", "hors_service_numerique"),
        "completude_pct": ("qualite_rapport", "total"),
        "part_lignes_ecartees_pct": ("qualite_rapport", "lignes_ecartees"),
    }) }}
{%- endmacro %}

{% macro colonnes_epci() -%}
    {{ return({
        "equitabilite_silos_indice": ("integration_silos", "equitabilite"),
        "melange_thematique_indice": ("melange_thematique", "total"),
        "specificite_quintile": ("specificite", "quintile"),
    }) }}
{%- endmacro %}

{#- One column per indicator part, from the long table grouped by mesh, territory, theme and month. -#}
{% macro colonnes_larges(colonnes) -%}
    max(case when indicateur_code = 'taux_abandon' then n_nb end) as actions_nb,
    max(case when indicateur_code = 'avancement' and modalite_code = 'total' then couverture_pct end)
        as avancement_couverture_pct,
    max(case when indicateur_code = 'avancement' and modalite_code = 'total' then borne_basse end)
        as avancement_borne_basse,
    max(case when indicateur_code = 'avancement' and modalite_code = 'total' then borne_haute end)
        as avancement_borne_haute
    {%- for nom, (code, modalite) in colonnes.items() %},
    max(case when indicateur_code = '{{ code }}' and modalite_code = '{{ modalite }}' then valeur end) as {{ nom }}
    {%- endfor %}
{%- endmacro %}
