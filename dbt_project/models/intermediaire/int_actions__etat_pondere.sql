-- One row per action that counts, month and theme, with its share in parts; the theme `tous` carries the whole action.
{% set colonnes = [
    "siren_epci", "action_id", "mois_le", "est_dernier_mois", "est_fraiche", "est_disparue", "groupe_code", "statut_code",
    "est_statut_connu", "est_dans_perimetre", "est_demarree", "est_realisee", "est_active", "taux_avancement_pct",
    "est_taux_estime", "est_avec_echeance", "est_en_retard", "est_echeance_passee", "glissement_jours",
    "temps_ecoule_pct", "est_ciblee", "atteinte_pct", "est_cible_deplacee", "duree_jours", "est_sans_duree",
    "budget_prevu_eur", "montant_engage_eur", "montant_paye_eur", "base_montant_code", "indicateur", "valeur_actuelle", "valeur_cible",
    "a_fonds_europeens", "ue_programme_eur", "ue_engage_eur", "ue_justifie_eur", "ue_paye_eur"
] %}

select
    {%- for colonne in colonnes %}
    {{ colonne }},
    {%- endfor %}
    'tous' as theme_code,
    {{ parts_par_action() }} as parts
from {{ ref("int_actions__etat_mensuel") }}
where not est_confidentielle
union all
-- By lots, and never by theme: each theme would tell apart what a lot holds together.
select
    {%- for colonne in colonnes %}
    {{ colonne }},
    {%- endfor %}
    'tous' as theme_code,
    {{ parts_par_action() }} as parts
from {{ ref("int_actions__confidentielles") }}
union all
select
    {%- for colonne in colonnes %}
    etats.{{ colonne }},
    {%- endfor %}
    ensembles.theme_code,
    ensembles.parts
from {{ ref("int_actions__etat_mensuel") }} as etats
-- Every set is one of the table: an outer join only tells the engine that no row is lost.
left join {{ ref("int_themes__ensembles") }} as ensembles on etats.themes_num = ensembles.themes_num
where not etats.est_confidentielle
