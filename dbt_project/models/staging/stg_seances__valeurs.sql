-- One row per session, indicator, mesh, territory, theme, part and month: a figure that it showed.
select
    valeurs.seance_code,
    valeurs.indicateur_code,
    valeurs.maille_code,
    valeurs.territoire_code,
    valeurs.theme_code,
    valeurs.modalite_code,
    valeurs.mois_le,
    valeurs.numerateur,
    valeurs.denominateur,
    valeurs.valeur
from {{ source("raw", "seances_valeurs") }} as valeurs
inner join
    {{ ref("stg_seances__seances") }} as seances
on valeurs.seance_code = seances.seance_code
-- What a session said of the one before it is no figure of its own date.
where valeurs.indicateur_code not in ('tendance', 'revision')
