{#- A table is named by its schema alone: a view then reads the file it is in, whatever the file is called. -#}
{% macro ref() -%}
    {{ return(builtins.ref(*varargs, **kwargs).include(database=false)) }}
{%- endmacro %}
