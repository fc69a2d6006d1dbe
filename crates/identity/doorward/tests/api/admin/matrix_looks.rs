//! The coverage of the functions that change how pages look: logos of clients, brands, and own texts.

use super::matrix_flows::Coverage::{self, By, Reads};

pub(super) const LOOKS: &[(&str, Coverage)] = &[
    ("brands::get", Reads),
    ("brands::of_known", Reads),
    (
        "brands::remove_logo",
        By(&[
            "admin_client_remove_branding_logo",
            "admin_org_remove_branding_logo",
        ]),
    ),
    (
        "brands::set_logo",
        By(&[
            "admin_client_set_branding_logo",
            "admin_org_set_branding_logo",
        ]),
    ),
    (
        "brands::update",
        By(&["admin_client_update_branding", "admin_org_update_branding"]),
    ),
    (
        "clients/logo::remove_logo",
        By(&["admin_client_remove_logo"]),
    ),
    ("own_texts::list", Reads),
    ("own_texts::remove", By(&["admin_text_remove"])),
    ("own_texts::set", By(&["admin_text_set"])),
    ("clients/logo::set_logo", By(&["admin_client_set_logo"])),
];
