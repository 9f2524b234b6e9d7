-- One row per region, theme and month: the European envelope of the region, beside the actions that European funds pay for.
{{ config(materialized="view") }}

{{ indicateur(
    ref("int_mesures__fonds_europeens"), "cascade_europeenne", seuil("enveloppe_feder_numerique_eur"), "financees",
    "financees_nb", modalite="'enveloppe'", valeur=seuil("enveloppe_feder_numerique_eur"),
    filtre="maille_code = 'region' and financees > 0"
) }}
