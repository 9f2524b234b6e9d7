-- One row per indicator of the catalogue, territory it applies to, unit that speaks for it and month: what is known of it then.
{#- A unit: the territory, one of those that merged into it, an action that names the code; the territory alone when nobody does. -#}
{{ config(materialized="table") }}
with

catalogue as (
    select * from {{ ref("indicateurs_declares") }}
),

mois as (
    select
        mois_num,
        mois_le,
        est_dernier_mois,
        cast(extract(year from mois_le) as integer) as annee
    from {{ ref("int_calendrier__mois") }}
),

valeurs as (
    select
        *,
        {{ mois_num("date_valeur") }} as mois_num,
        cast(extract(year from date_valeur) as integer) as annee
    from {{ ref("int_declares__valeurs") }}
),

-- Of two values of one month, the last.
releves as (
    select * from (
        select
            *,
            row_number() over (
                partition by identifiant_indic, siren_epci, unite_code, mois_num
                order by date_valeur desc, connu_le desc, valeur
            ) as rang
        from valeurs
        where type_valeur = 'va'
    ) as classes
    where rang = 1
),

-- A total since January brought back to its own period.
periodes as (
    select
        releves.*,
        catalogue.agregation_temps,
        {{ mois_par_releve("catalogue") }} as periode_mois_nb,
        releves.valeur - case
            when catalogue.est_cumul_annuel then coalesce(lag(releves.valeur) over annee_en_cours, 0) else 0
        end as de_la_periode
    from releves
    inner join catalogue on releves.identifiant_indic = catalogue.identifiant_indic
    window annee_en_cours as (
        partition by releves.identifiant_indic, releves.siren_epci, releves.unite_code, releves.annee
        order by releves.mois_num
    )
),

cumuls as (
    select
        *,
        {% for fenetre in ["annee_en_cours", "depuis_le_debut"] -%}
        case agregation_temps
            when 'somme' then sum(de_la_periode) over {{ fenetre }}
            when 'moyenne' then sum(de_la_periode) over {{ fenetre }} / count(*) over {{ fenetre }}
            else de_la_periode
        end as valeur_{{ fenetre }},
        {% endfor -%}
        lead(mois_num) over depuis_le_debut as suivant_num
    from periodes
    window
        annee_en_cours as (
            partition by identifiant_indic, siren_epci, unite_code, annee order by mois_num
        ),
        depuis_le_debut as (
            partition by identifiant_indic, siren_epci, unite_code order by mois_num
        )
),

-- A statement stands until the next; what is counted over a year does not outlive it.
mensuelles as (
    select
        cumuls.identifiant_indic,
        cumuls.siren_epci,
        cumuls.unite_code,
        mois.mois_num,
        case
            when cumuls.agregation_temps = 'dernier' or cumuls.annee = mois.annee then cumuls.valeur_annee_en_cours
        end as valeur,
        cumuls.valeur_depuis_le_debut as valeur_depuis_debut,
        cumuls.date_valeur as valeur_le,
        mois.mois_num - cumuls.mois_num <= cumuls.periode_mois_nb as est_a_jour
    from cumuls
    inner join mois on cumuls.mois_num <= mois.mois_num and coalesce(cumuls.suivant_num, 99999999) > mois.mois_num
),

initiales as (
    select
        *,
        row_number() over (
            partition by identifiant_indic, siren_epci, unite_code order by date_valeur, connu_le desc, valeur
        ) as rang
    from valeurs
    where type_valeur = 'vi'
),

-- The last target of all is the final one, the last of a year that of the year. One without a day is a final one.
cibles as (
    select
        *,
        row_number() over (
            partition by identifiant_indic, siren_epci, unite_code
            order by date_valeur desc nulls first, connu_le desc, valeur
        ) as rang,
        row_number() over (
            partition by identifiant_indic, siren_epci, unite_code, annee order by date_valeur desc, connu_le desc, valeur
        ) as rang_annee
    from valeurs
    where type_valeur = 'vc'
),

concernes as (
    select
        catalogue.identifiant_indic,
        territoires.siren_epci,
        -- A territory whose population is not known yet is not left out: it weighs one inhabitant.
        case catalogue.poids when 'population' then greatest(coalesce(territoires.population_nb, 1), 1) else 1 end as poids
    from catalogue
    inner join {{ ref("int_territoires") }} as territoires
        on {{ est_concerne("catalogue", "territoires.siren_epci") }}
),

-- From the day that the successor of those who merged speaks after it, it speaks for all.
fusions as (
    select
        siren_epci,
        max(fin_le) as fin_le
    from {{ ref("stg_territoires__alias") }}
    group by siren_epci
),

reprises as (
    select
        releves.identifiant_indic,
        releves.siren_epci,
        min(releves.mois_num) as mois_num
    from releves
    inner join fusions on releves.siren_epci = fusions.siren_epci and releves.date_valeur > fusions.fin_le
    where releves.unite_code = releves.siren_epci
    group by releves.identifiant_indic, releves.siren_epci
),

unites as (
    select
        identifiant_indic,
        siren_epci,
        unite_code,
        action_id,
        est_ancienne
    from valeurs
    group by identifiant_indic, siren_epci, unite_code, action_id, est_ancienne
),

-- What the old ones counted until then stays in a sum. An action counts while it is in scope.
presentes as (
    select
        unites.identifiant_indic,
        unites.siren_epci,
        unites.unite_code,
        mois.mois_num,
        unites.est_ancienne and coalesce(reprises.mois_num <= mois.mois_num, false) as est_reprise
    from unites
    inner join catalogue on unites.identifiant_indic = catalogue.identifiant_indic
    cross join mois
    left join reprises
        on unites.identifiant_indic = reprises.identifiant_indic and unites.siren_epci = reprises.siren_epci
    left join {{ ref("int_actions__etat_mensuel") }} as etats
        on unites.action_id = etats.action_id and mois.mois_le = etats.mois_le
    where
        (unites.action_id is null or (etats.est_dans_perimetre and not etats.est_confidentielle))
        and not (
            unites.est_ancienne
            and coalesce(reprises.mois_num <= mois.mois_num, false)
            and (catalogue.agregation_temps <> 'somme' or catalogue.est_cumul_annuel)
        )
),

dites as (
    select
        concernes.identifiant_indic,
        concernes.siren_epci,
        coalesce(presentes.unite_code, concernes.siren_epci) as unite_code,
        mois.mois_num,
        mois.mois_le,
        mois.est_dernier_mois,
        mensuelles.valeur,
        mensuelles.valeur_depuis_debut,
        initiales.valeur as valeur_initiale,
        annuelles.valeur as cible_annuelle,
        finales.valeur as cible_finale,
        finales.date_valeur as cible_finale_le,
        mensuelles.valeur_le,
        coalesce(mensuelles.est_a_jour, false) or coalesce(presentes.est_reprise, false) as est_a_jour,
        concernes.poids
    from concernes
    cross join mois
    left join presentes
        on
            concernes.identifiant_indic = presentes.identifiant_indic
            and concernes.siren_epci = presentes.siren_epci
            and mois.mois_num = presentes.mois_num
    left join mensuelles
        on
            presentes.identifiant_indic = mensuelles.identifiant_indic
            and presentes.siren_epci = mensuelles.siren_epci
            and presentes.unite_code = mensuelles.unite_code
            and presentes.mois_num = mensuelles.mois_num
    left join initiales
        on
            presentes.identifiant_indic = initiales.identifiant_indic
            and presentes.siren_epci = initiales.siren_epci
            and presentes.unite_code = initiales.unite_code
            and initiales.rang = 1
    left join cibles as finales
        on
            presentes.identifiant_indic = finales.identifiant_indic
            and presentes.siren_epci = finales.siren_epci
            and presentes.unite_code = finales.unite_code
            and finales.rang = 1
    left join cibles as annuelles
        on
            presentes.identifiant_indic = annuelles.identifiant_indic
            and presentes.siren_epci = annuelles.siren_epci
            and presentes.unite_code = annuelles.unite_code
            and mois.annee = annuelles.annee
            and annuelles.rang_annee = 1
),

-- The two parts of a rate, each as the territory counts it: the rate is made of them as soon as both are known.
codes_des_parts as (
    select numerateur_indic as identifiant_indic from catalogue
    union
    select denominateur_indic as identifiant_indic from catalogue
),

parts as (
    select
        dites.identifiant_indic,
        dites.siren_epci,
        dites.mois_num,
        {% for valeur in ["valeur", "valeur_depuis_debut"] -%}
        {{ valeur_declaree("dites." ~ valeur, "1", "max(catalogue.agregation_territoires)") }} as {{ valeur }},
        {% endfor -%}
        max(dites.valeur_le) as valeur_le,
        min(case when dites.est_a_jour then 1 else 0 end) = 1 as est_a_jour
    from dites
    inner join codes_des_parts on dites.identifiant_indic = codes_des_parts.identifiant_indic
    inner join catalogue on dites.identifiant_indic = catalogue.identifiant_indic
    group by dites.identifiant_indic, dites.siren_epci, dites.mois_num
),

taux as (
    select
        catalogue.identifiant_indic,
        numerateurs.siren_epci,
        numerateurs.mois_num,
        {% for valeur in ["valeur", "valeur_depuis_debut"] -%}
        100 * numerateurs.{{ valeur }} / nullif(denominateurs.{{ valeur }}, 0) as {{ valeur }},
        case when denominateurs.{{ valeur }} > 0 then denominateurs.{{ valeur }} end as omega_{{ valeur }},
        {% endfor -%}
        least(numerateurs.valeur_le, denominateurs.valeur_le) as valeur_le,
        numerateurs.est_a_jour and denominateurs.est_a_jour as est_a_jour
    from catalogue
    inner join parts as numerateurs on catalogue.numerateur_indic = numerateurs.identifiant_indic
    inner join parts as denominateurs
        on
            catalogue.denominateur_indic = denominateurs.identifiant_indic
            and numerateurs.siren_epci = denominateurs.siren_epci
            and numerateurs.mois_num = denominateurs.mois_num
    where numerateurs.valeur_depuis_debut is not null and denominateurs.valeur_depuis_debut > 0
),

rangees as (
    select
        *,
        row_number() over (
            partition by identifiant_indic, siren_epci, mois_num
            order by case when unite_code = siren_epci then 0 else 1 end, unite_code
        ) as rang,
        count(*) over (partition by identifiant_indic, siren_epci, mois_num) as unites_nb
    from dites
)

-- `omega`: what the unit weighs in a value; `poids`: what it weighs in the coverage. A rate alone, without its parts, has
-- no weight: it is the territory's, and cannot be added to another.
select
    rangees.identifiant_indic,
    rangees.siren_epci,
    rangees.unite_code,
    rangees.mois_le,
    rangees.est_dernier_mois,
    {% for valeur in ["valeur", "valeur_depuis_debut"] -%}
    case when taux.siren_epci is null then rangees.{{ valeur }} else taux.{{ valeur }} end as {{ valeur }},
    cast(case catalogue.agregation_territoires
        when 'taux' then taux.omega_{{ valeur }}
        when 'moyenne' then cast(rangees.poids as double) / rangees.unites_nb
        else 1
    end as double) as omega_{{ valeur }},
    {% endfor -%}
    rangees.valeur_initiale,
    rangees.cible_annuelle,
    rangees.cible_finale,
    rangees.cible_finale_le,
    case when taux.siren_epci is null then rangees.valeur_le else taux.valeur_le end as valeur_le,
    case when taux.siren_epci is null then rangees.est_a_jour else taux.est_a_jour end as est_a_jour,
    case when taux.siren_epci is null then cast(rangees.poids as double) / rangees.unites_nb else rangees.poids end as poids
from rangees
inner join catalogue on rangees.identifiant_indic = catalogue.identifiant_indic
left join taux
    on
        rangees.identifiant_indic = taux.identifiant_indic
        and rangees.siren_epci = taux.siren_epci
        and rangees.mois_num = taux.mois_num
where taux.siren_epci is null or rangees.rang = 1
