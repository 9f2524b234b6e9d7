-- One row per mesh, territory, theme and month with European money: its sums, those of abandoned actions apart.
{{ table_du_catalogue("int_mesures__fonds_europeens") }}
