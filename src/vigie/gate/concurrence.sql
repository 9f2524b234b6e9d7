-- Values of an indicator that two files of the same instant give differently: nothing tells which is right.
-- In: autres_lus (the rows of long indicators, numbered in `rang`), entetes, and the function `en_francais`.
create table indicateurs_longs as
with dites as (
    select
        l.rang,
        l.rapport_id,
        l.valeur,
        -- What the value is of, and when it was said. Clocks of computers are compared to the second.
        row(
            l.identifiant_indic,
            l.siren_epci,
            l.date_valeur,
            l.type_valeur,
            date_trunc('second', e.connu_le),
            date_trunc('second', e.depose_le)
        ) as place
    from autres_lus as l
    inner join entetes as e on l.rapport_id = e.rapport_id
    where
        l.identifiant_indic is not null
        and l.siren_epci is not null
        and l.date_valeur is not null
        and l.type_valeur is not null
        and (l.siren_source is null or l.siren_source = l.siren_epci)
        and (l.valeur is not null or l.valeur__brut is null)
),

disputees as (
    select
        rang,
        rapport_id,
        place,
        coalesce(en_francais(valeur), 'une case vide') as texte
    from dites
    where place in (
        select place from dites
        group by place
        having min(rapport_id) <> max(rapport_id)
    )
),

-- Whatever a row says, the first text of another file that differs from it is one of the first two of that file.
premieres as (
    select
        rapport_id,
        place,
        unnest(list_slice(list_sort(list(distinct texte)), 1, 2)) as texte
    from disputees
    group by rapport_id, place
),

concurrentes as (
    select
        d.rang,
        min(p.texte) as valeur_concurrente
    from disputees as d
    inner join premieres as p
        on d.place = p.place and d.rapport_id <> p.rapport_id and d.texte <> p.texte
    group by d.rang
)

select
    l.*,
    c.valeur_concurrente
from autres_lus as l
left join concurrentes as c on l.rang = c.rang;
