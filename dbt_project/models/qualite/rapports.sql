-- One row per progress report or other data set received and known, whatever its verdict.
select
    recus.rapport_id,
    recus.jeu,
    recus.source_id,
    recus.siren_epci,
    recus.siren_depose,
    recus.canal,
    recus.format,
    recus.nom_fichier,
    recus.sha256,
    recus.depose_le,
    recus.collecte_le,
    recus.connu_le,
    recus.date_situation,
    recus.verdict,
    recus.decision,
    recus.decide_le,
    retenus.rapport_id is not null as est_retenu,
    coalesce(retenus.est_en_vigueur, false) as est_en_vigueur,
    recus.recues_nb,
    recus.acceptees_nb,
    recus.ecartees_nb,
    recus.remarques_nb,
    recus.version_regles,
    recus.est_synthetique
from {{ ref("stg_rapports__rapports") }} as recus
left join {{ ref("int_rapports__retenus") }} as retenus on recus.rapport_id = retenus.rapport_id
