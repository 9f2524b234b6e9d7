-- One row per action that may be shown, with the text compared between territories.
select
    action_id,
    siren_epci,
    trim(intitule || '. ' || coalesce(descriptif, '')) as texte,
    structure_porteuse
from {{ ref("int_actions__etat_courant") }}
where not est_confidentielle
