"""What is made from a publication for the tools of analysts: files, a data dictionary, a PostgreSQL mirror."""
