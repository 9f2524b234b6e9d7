-- One row per mesh, territory, theme and month: the facts of the catalogue, in actions and in their amounts.
{{ table_du_catalogue("int_mesures__actions") }}
