"""What the reading of values hands to the gate: one set of tables for all the reports of a night."""

from dataclasses import dataclass, field

import pyarrow as pa


@dataclass
class Batch:
    """All reports of a night, typed, nothing judged yet.

    Types, everywhere: text is `large_string`, dates `date32`, timestamps `timestamp[us]` (naive UTC), amounts and
    numbers `float64`, `*_nb` and `ligne` `int64` (0 = not about a row), booleans `bool` (never missing). What is
    missing is null, never NaN. Every column is always there, even when empty.

    A typed column `x` has a companion `x_brut` when its text can fail to be read: the text as the sender wrote it,
    missing when the cell is blank or holds a conventional "nothing" (NR, NC, n.d., N/A, a lone dash). So
    `x_brut` present and `x` missing means, and only means, *unreadable*. The companion is named after the
    field of `seeds/champs.csv` with two underscores: `statut__brut`, `date_fin_prevue__brut`...

    rapports
        One row per report: rapport_id, jeu, format, siren_epci (9 digits, checked, followed through
        territoires_alias; missing if unreadable), siren_brut (as written; missing when the file says nothing and the
        source's own SIREN was used), siren_source (the territory of the source, missing for a shared source),
        date_situation, date_situation__brut, date_adoption, date_adoption__brut, horizon, service_referent,
        recues_nb, depose_le, collecte_le, connu_le.
    actions
        One row per action row: rapport_id, feuille, ligne, then the columns of `raw.lignes` (code_action never
        missing unless the title is; statut_code `non_renseigne` when blank, missing when unreadable;
        est_confidentielle True when its cell is unreadable, the careful reading) and statut__brut,
        taux_avancement__brut, meteo__brut, date_*__brut, budget_prevu_eur__brut, montant_*_eur__brut,
        base_montant__brut, sens__brut, valeur_*__brut, confidentiel__brut, themes__brut.
    themes
        rapport_id, feuille, ligne, theme_code (`a_classer` when no alias matches), theme_brut.
    silos
        rapport_id, feuille, ligne, silo_code, silo_libelle.
    rapports_silos
        rapport_id, silo_code, silo_libelle.
    financements
        rapport_id, feuille, ligne, financeur, programme, programme_eur, engage_eur, justifie_eur, paye_eur and the
        four `*_eur__brut`.
    autres
        Other data sets, by `jeu`; rapport_id, feuille, ligne first. `registre_feuilles_de_route`: siren_epci,
        siren_brut, date_adoption, date_adoption__brut, horizon.
    colonnes
        rapport_id, champ, libelle_origine (header as written), colonne (letter).
    observations
        rapport_id, regle_code (see `vigie.reading.adapters.codes`), feuille, ligne, colonne, champ, valeur, nombre.
    """

    rapports: pa.Table
    actions: pa.Table
    themes: pa.Table
    silos: pa.Table
    rapports_silos: pa.Table
    financements: pa.Table
    colonnes: pa.Table
    observations: pa.Table
    autres: dict[str, pa.Table] = field(default_factory=dict)
