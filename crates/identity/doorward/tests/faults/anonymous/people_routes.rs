//! The routes of campaigns and of the departure of users, like those of the table.

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
    ("GET /admin/people/{id}/merge", Session),
    ("POST /admin/people/{id}/merge", Session),
    ("GET /admin/people/{id}/offboard", Session),
    ("POST /admin/people/{id}/offboard", Session),
    ("GET /admin/definitions/{kind}/{id}/rename", Session),
    ("POST /admin/definitions/{kind}/{id}/rename", Session),
    ("GET /admin/organizations/{id}/invite-file", Session),
    ("POST /admin/organizations/{id}/invite-file", Session),
    ("GET /admin/roles/{id}/rename", Session),
    ("POST /admin/roles/{id}/rename", Session),
];
