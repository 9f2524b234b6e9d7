"""Roles and accounts of Vigie's Superset; run again after each import, it ends in the same state.

The role `Lecture Vigie` opens the dashboards and reads the publication. It changes nothing and writes no SQL.
Passwords come from SUPERSET_ADMIN_PASSWORD and SUPERSET_READER_PASSWORD, and are set again at each run.
"""

import os

from superset.app import create_app

ROLE = "Lecture Vigie"
DATABASE = "Vigie"
READS = [
    ("can_read", "Dashboard"),
    ("can_read", "Chart"),
    ("can_read", "Dataset"),
    ("can_read", "CurrentUserRestApi"),
    ("can_read", "SecurityRestApi"),
    ("can_csv", "Superset"),
    ("can_drill", "Dashboard"),
    ("can_view_chart_as_table", "Dashboard"),
    ("can_dashboard", "Superset"),
    ("can_dashboard_permalink", "Superset"),
    ("can_log", "Superset"),
    ("can_read", "DashboardFilterStateRestApi"),
    ("can_write", "DashboardFilterStateRestApi"),
    ("can_read", "DashboardPermalinkRestApi"),
    ("can_write", "DashboardPermalinkRestApi"),
    ("can_time_range", "Api"),
    ("can_language_pack", "Superset"),
    ("can_read", "CssTemplate"),
    ("can_read", "Theme"),
    ("menu_access", "Dashboards"),
]


def main() -> None:
    """Gives the role its rights, then the two accounts their role and password."""
    app = create_app()
    with app.app_context():
        from superset.extensions import db
        from superset.extensions import security_manager as security
        from superset.models.core import Database

        publication = db.session.query(Database).filter_by(database_name=DATABASE).one()
        reads = [security.add_permission_view_menu(*read) for read in READS]
        reads.append(security.add_permission_view_menu("database_access", publication.perm))
        role = security.add_role(ROLE)
        role.permissions = reads
        db.session.commit()

        for name, role_name, variable in (
            ("administration", "Admin", "SUPERSET_ADMIN_PASSWORD"),
            ("comite", ROLE, "SUPERSET_READER_PASSWORD"),
        ):
            roles = [security.find_role(role_name)]
            user = security.find_user(name)
            if user is None:
                address = f"{name}@vigie.invalid"
                security.add_user(name, name, "Vigie", address, roles, os.environ[variable])
            else:
                user.roles = roles
                security.reset_password(user.id, os.environ[variable])


if __name__ == "__main__":
    main()
