-- One row per action, month and theme, with the action's share in parts; the theme `tous` carries the whole action.
{% set colonnes = [
    "siren_epci", "action_id", "mois_le", "est_dernier_mois", "est_rapportee", "groupe_code", "statut_code",
    "est_dans_perimetre", "est_demarree", "est_realisee", "est_active", "taux_avancement_pct", "est_taux_estime", "est_avec_echeance",
    "est_en_retard", "glissement_jours", "temps_ecoule_pct", "atteinte_pct", "duree_jours", "budget_prevu_eur",
    "montant_engage_eur", "montant_paye_eur", "base_montant_code", "indicateur", "valeur_actuelle", "valeur_cible",
    "a_fonds_europeens", "ue_programme_eur", "ue_engage_eur", "ue_justifie_eur", "ue_paye_eur"
] %}

select
    {%- for colonne in colonnes %}
    {{ colonne }},
    {%- endfor %}
    'tous' as theme_code,
    cast({{ parts_par_action() }} as bigint) as parts
from {{ ref("int_actions__etat_mensuel") }}
union all
select
    {%- for colonne in colonnes %}
    etats.{{ colonne }},
    {%- endfor %}
    coalesce(themes.theme_code, 'a_classer') as theme_code,
    coalesce(themes.parts, {{ parts_par_action() }}) as parts
from {{ ref("int_actions__etat_mensuel") }} as etats
left join {{ ref("int_actions__themes") }} as themes
    on
        etats.rapport_id = themes.rapport_id
        and etats.feuille = themes.feuille
        and etats.ligne = themes.ligne
