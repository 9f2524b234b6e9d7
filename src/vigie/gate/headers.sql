-- The headers, judged once rows are: a report of which no row is left is refused.
-- In: entetes, lignes_gardees (rapport_id of each row that no critical rule sets aside), refuses.
create table entetes_juges as
with gardees as (
    select
        rapport_id,
        count(*) as gardees_nb
    from lignes_gardees
    group by rapport_id
)

select
    e.*,
    -- A report refused for a clearer reason is not told of each of its rows.
    e.recues_nb > 0 and g.gardees_nb is null and e.rapport_id not in (from refuses) as toutes_ecartees
from entetes as e
left join gardees as g on e.rapport_id = g.rapport_id;

create table rapport_entete as
select * from entetes_juges
where jeu = 'rapport_avancement';

create table autres_entete as
select * from entetes_juges
where jeu <> 'rapport_avancement';
