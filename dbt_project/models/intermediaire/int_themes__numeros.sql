-- One row per theme, with its number: a power of two, so that a sum of numbers tells a set of themes.
select
    theme_code,
    cast(power(2, row_number() over (order by theme_code) - 1) as bigint) as theme_num
from {{ ref("themes") }}
