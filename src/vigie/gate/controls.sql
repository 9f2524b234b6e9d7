-- What was told so far, and what follows from it for reports and rows.
-- In: effets (regle_code, effet), the effect of each rule.
create table controles (
    ordre bigint,
    rapport_id varchar,
    regle_code varchar,
    severite varchar,
    feuille varchar,
    ligne bigint,
    colonne varchar,
    champ varchar,
    valeur varchar,
    message varchar,
    consigne varchar
);

-- Reports that a critical rule of the file or of the header refuses.
create view refuses as
select distinct controles.rapport_id
from controles
inner join effets on controles.regle_code = effets.regle_code
where effets.effet = 'rejet';

-- Rows that break a critical rule.
create view ecartees as
select distinct
    controles.rapport_id,
    controles.feuille,
    controles.ligne
from controles
inner join effets on controles.regle_code = effets.regle_code
where effets.effet = 'ligne écartée';
