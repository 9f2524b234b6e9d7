-- One row per figure shown at a session: the last month of each followed indicator.
with

valeurs as (
    select
        valeurs.*,
        max(valeurs.mois_le)
            over (partition by valeurs.seance_code, valeurs.indicateur_code)
            as dernier_mois_le
    from {{ source("raw", "seances_valeurs") }} as valeurs
    inner join
        {{ ref("stg_seances__seances") }} as seances
    on valeurs.seance_code = seances.seance_code
    where valeurs.indicateur_code in {{ indicateurs_suivis() }} and valeurs.modalite_code = 'total'
)

select
    seance_code,
    indicateur_code,
    maille_code,
    territoire_code,
    theme_code,
    mois_le,
    numerateur,
    denominateur,
    valeur
from valeurs
where mois_le = dernier_mois_le
