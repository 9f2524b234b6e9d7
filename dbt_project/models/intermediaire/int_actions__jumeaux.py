"""One row per action that may be shown and period: its nearest action of another territory, the places it names."""

import pyarrow as pa

from vigie.warehouse.specificity import epci_place, twins

SCHEMA = pa.schema(
    [
        ("action_id", pa.string()),
        ("debut_num", pa.int32()),
        ("fin_num", pa.int32()),
        ("est_comparee", pa.bool_()),
        ("est_ancree", pa.bool_()),
        ("jumelle_action_id", pa.string()),
        ("ressemblance", pa.float64()),
        ("est_mutualisee", pa.bool_()),
    ]
)


def model(dbt, session):
    dbt.config(materialized="table")
    texts = dbt.ref("int_actions__textes").df()
    places = dbt.ref("int_territoires__lieux").df()
    themes = dbt.ref("themes").df()
    thresholds = dbt.ref("seuils").df().set_index("seuil_code")["valeur"]
    is_epci = places["nature_lieu"] == "epci"
    places.loc[is_epci, "nom"] = places.loc[is_epci, "nom"].map(epci_place)
    core = themes[themes["est_socle"]]
    vocabulary = " ".join(core["libelle"].astype(str) + " " + core["perimetre"].fillna("").astype(str))
    found = twins(texts, places, vocabulary, int(thresholds["specificite_longueur_min_nb"]))
    columns = {
        name: found[name].astype(object).where(found[name].notna(), None).tolist()
        for name in SCHEMA.names
    }
    return pa.table(columns, schema=SCHEMA)
