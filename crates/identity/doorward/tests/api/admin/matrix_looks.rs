//! The coverage of the functions that change how pages look: logos of clients, brands, and own texts.

use super::matrix_flows::Coverage::{self, By, Reads};

pub(super) const LOOKS: &[(&str, Coverage)] = &[
    ("system/brands::get", Reads),
    ("system/brands::of_known", Reads),
    (
        "system/brands::remove_logo",
        By(&[
            "admin_client_remove_branding_logo",
            "admin_org_remove_branding_logo",
        ]),
    ),
    (
        "system/brands::set_logo",
        By(&[
            "admin_client_set_branding_logo",
            "admin_org_set_branding_logo",
        ]),
    ),
    (
        "system/brands::update",
        By(&["admin_client_update_branding", "admin_org_update_branding"]),
    ),
    (
        "clients/logo::remove_logo",
        By(&["admin_client_remove_logo"]),
    ),
    ("clients/logo::set_logo", By(&["admin_client_set_logo"])),
];
