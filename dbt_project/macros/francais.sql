{#- A number from 0 up as French sentences write it: at most one decimal, after a comma. What is nearly 0 or 100 is never written
    as 0 or 100. The digits are those of an integer: every engine writes it the same. -#}
{% macro nombre_en_francais(expression) -%}
    {%- set dixiemes = "cast(round(10 * (" ~ expression ~ ")) as bigint)" -%}
    case
        when {{ expression }} > 0 and {{ expression }} < 0.1 then 'moins de 0,1'
        when {{ expression }} > 99.9 and {{ expression }} < 100 then 'plus de 99,9'
        else
            cast(cast(floor({{ dixiemes }} / 10.0) as bigint) as string)
            || case
                when mod({{ dixiemes }}, 10) = 0 then ''
                else ',' || cast(mod({{ dixiemes }}, 10) as string)
            end
    end
{%- endmacro %}
