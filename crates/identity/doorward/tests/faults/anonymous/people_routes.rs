//! The routes of campaigns, of the notice, of the departure of users and of reports, like those of the table.

use super::route_table::Kind::{self, Session};

pub const ROUTES: &[(&str, Kind)] = &[
    ("GET /admin/campaigns", Session),
    ("GET /admin/campaigns/new", Session),
    ("POST /admin/campaigns/new", Session),
    ("GET /admin/campaigns/{id}", Session),
    ("GET /admin/campaigns/{id}/end", Session),
    ("POST /admin/campaigns/{id}/end", Session),
    ("GET /admin/campaigns/{id}/reschedule", Session),
    ("POST /admin/campaigns/{id}/reschedule", Session),
    ("GET /admin/campaigns/{id}/users/{user}/except", Session),
    ("POST /admin/campaigns/{id}/users/{user}/except", Session),
    (
        "GET /admin/campaigns/{id}/users/{user}/end-exception",
        Session,
    ),
    (
        "POST /admin/campaigns/{id}/users/{user}/end-exception",
        Session,
    ),
    ("GET /admin/notices", Session),
    ("GET /admin/notices/set", Session),
    ("POST /admin/notices/set", Session),
    ("GET /admin/notices/remove", Session),
    ("POST /admin/notices/remove", Session),
    ("GET /admin/read-only/set", Session),
    ("POST /admin/read-only/set", Session),
    ("GET /admin/read-only/end", Session),
    ("POST /admin/read-only/end", Session),
    ("GET /admin/people/{id}/merge", Session),
    ("POST /admin/people/{id}/merge", Session),
    ("GET /admin/people/{id}/offboard", Session),
    ("POST /admin/people/{id}/offboard", Session),
    ("GET /admin/reports", Session),
    ("GET /admin/reports.csv", Session),
    ("GET /admin/reports.json", Session),
    ("GET /admin/reports/{id}", Session),
    ("GET /admin/reports/{id}/apps.csv", Session),
    ("GET /admin/reports/{id}/apps.json", Session),
];
