//! The coverage of the functions that read and change clients.

use super::matrix_flows::Coverage::{self, By, Reads};

pub(super) const CLIENTS: &[(&str, Coverage)] = &[
    ("clients::create", By(&["admin_client_create"])),
    ("clients::delete", By(&["admin_client_delete"])),
    ("clients::update", By(&["admin_client_update"])),
    ("clients/impact::impact", Reads),
    ("clients/impact::plan", Reads),
    ("clients/read::deviations", Reads),
    (
        "clients/saml::create_saml",
        By(&["admin_client_create_saml"]),
    ),
    ("clients/saml::get_saml", Reads),
    ("clients/saml::update_saml", By(&["admin_saml_update"])),
    ("clients/read::find_many", Reads),
    ("clients/read::get", Reads),
    ("clients/read::get_in", Reads),
    ("clients/read::get_named", Reads),
    ("clients/read::get_with_activity", Reads),
    ("clients/read::get_with_secret_uses", Reads),
    ("clients/read::list", Reads),
    ("clients/read::list_unused", Reads),
    ("clients/read::naming", Reads),
    ("clients/read::search", Reads),
    ("clients/read::search_with_activity", Reads),
    (
        "clients/secret::end_secret",
        By(&["admin_client_end_secret"]),
    ),
    (
        "clients/secret::rotate_secret",
        By(&["admin_client_rotate_secret"]),
    ),
    ("clients/simulation::simulate", Reads),
];
