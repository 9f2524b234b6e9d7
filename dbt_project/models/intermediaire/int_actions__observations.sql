-- One row per action and report in force: what one intercommunalité said of one action at one date.
select * from {{ ref("int_actions__versions") }}
where est_en_vigueur
