-- The verdict of each report, from the gravest control down. One row per file received, readable or not.
-- In: fichiers (what was received), entetes, controles, effets, lignes_retenues (rapport_id of each row to load).
create table rapports as
with pesees as (
    select
        controles.rapport_id,
        bool_or(effets.effet = 'rejet') as est_rejete,
        bool_or(effets.effet = 'à valider') as est_a_valider,
        bool_or(effets.effet = 'ligne écartée') as a_des_ecartees,
        bool_or(effets.effet <> 'information') as a_des_remarques,
        count(*) filter (
            where effets.effet <> 'information' and controles.severite <> 'critique'
        ) as remarques_nb
    from controles
    inner join effets on controles.regle_code = effets.regle_code
    group by controles.rapport_id
),

retenues as (
    select
        rapport_id,
        count(*) as retenues_nb
    from lignes_retenues
    group by rapport_id
),

juges as (
    select
        f.*,
        e.date_situation,
        e.date_adoption,
        e.horizon,
        e.service_referent,
        coalesce(e.siren_epci, f.siren_du_recu) as siren_epci,
        coalesce(e.recues_nb, 0) as recues_nb,
        coalesce(r.retenues_nb, 0) as retenues_nb,
        coalesce(p.remarques_nb, 0) as remarques_nb,
        case
            when p.est_rejete then 'rejete'
            when p.est_a_valider then 'a_valider'
            when p.a_des_ecartees then 'lignes_ecartees'
            when p.a_des_remarques then 'accepte_avec_remarques'
            else 'accepte'
        end as verdict
    from fichiers as f
    left join entetes as e on f.rapport_id = e.rapport_id
    left join retenues as r on f.rapport_id = r.rapport_id
    left join pesees as p on f.rapport_id = p.rapport_id
)

select
    *,
    case when verdict = 'rejete' then 0 else retenues_nb end as acceptees_nb,
    recues_nb - case when verdict = 'rejete' then 0 else retenues_nb end as ecartees_nb
from juges;
