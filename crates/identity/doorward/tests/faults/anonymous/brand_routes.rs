//! The routes of the pages of brands and texts, like those of the table.

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
    ("GET /admin/apps/{id}/texts", Session),
    ("GET /admin/apps/{id}/texts/{lang}/{key}", Session),
    ("POST /admin/apps/{id}/texts/{lang}/{key}", Session),
    ("GET /admin/apps/{id}/texts/{lang}/{key}/remove", Session),
    ("POST /admin/apps/{id}/texts/{lang}/{key}/remove", Session),
    ("GET /admin/organizations/{id}/texts", Session),
    ("GET /admin/organizations/{id}/texts/{lang}/{key}", Session),
    ("POST /admin/organizations/{id}/texts/{lang}/{key}", Session),
    (
        "GET /admin/organizations/{id}/texts/{lang}/{key}/remove",
        Session,
    ),
    (
        "POST /admin/organizations/{id}/texts/{lang}/{key}/remove",
        Session,
    ),
    ("GET /admin/system/texts", Session),
    ("GET /admin/system/texts/{lang}/{key}", Session),
    ("POST /admin/system/texts/{lang}/{key}", Session),
    ("GET /admin/system/texts/{lang}/{key}/remove", Session),
    ("POST /admin/system/texts/{lang}/{key}/remove", Session),
];
