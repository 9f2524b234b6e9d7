-- One row per session, followed indicator, mesh, territory, theme and month: a figure that it showed.
select
    valeurs.seance_code,
    valeurs.indicateur_code,
    valeurs.maille_code,
    valeurs.territoire_code,
    valeurs.theme_code,
    valeurs.mois_le,
    valeurs.numerateur,
    valeurs.denominateur,
    valeurs.valeur
from {{ source("raw", "seances_valeurs") }} as valeurs
inner join
    {{ ref("stg_seances__seances") }} as seances
on valeurs.seance_code = seances.seance_code
where valeurs.indicateur_code in {{ indicateurs_suivis() }} and valeurs.modalite_code = 'total'
