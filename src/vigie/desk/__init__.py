"""The desk (« le guichet »): where a territory checks, updates and sends its report, and the Région decides.

A process of its own, that imports neither Airflow nor dbt, reads what is published, and writes deposits, drafts and
decisions by the same calls as the command line.
"""
