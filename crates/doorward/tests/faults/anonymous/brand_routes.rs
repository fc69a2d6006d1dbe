//! The routes of the pages of brands, like those of the table.

use super::route_table::Kind::{self, Session};

pub const ROUTES: &[(&str, Kind)] = &[
    ("GET /admin/apps/{id}/branding", Session),
    ("POST /admin/apps/{id}/branding", Session),
    ("GET /admin/apps/{id}/branding/preview", Session),
    ("GET /admin/apps/{id}/branding/logo/{scheme}", Session),
    ("POST /admin/apps/{id}/branding/logo/{scheme}", Session),
    (
        "GET /admin/apps/{id}/branding/logo/{scheme}/remove",
        Session,
    ),
    (
        "POST /admin/apps/{id}/branding/logo/{scheme}/remove",
        Session,
    ),
    ("GET /admin/organizations/{id}/branding", Session),
    ("POST /admin/organizations/{id}/branding", Session),
    ("GET /admin/organizations/{id}/branding/preview", Session),
    (
        "GET /admin/organizations/{id}/branding/logo/{scheme}",
        Session,
    ),
    (
        "POST /admin/organizations/{id}/branding/logo/{scheme}",
        Session,
    ),
    (
        "GET /admin/organizations/{id}/branding/logo/{scheme}/remove",
        Session,
    ),
    (
        "POST /admin/organizations/{id}/branding/logo/{scheme}/remove",
        Session,
    ),
];
