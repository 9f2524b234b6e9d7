-- One row per mesh, territory, theme, month and common FEDER indicator: the sums of what actions declare.
{{ table_du_catalogue("int_mesures__indicateurs_feder") }}
