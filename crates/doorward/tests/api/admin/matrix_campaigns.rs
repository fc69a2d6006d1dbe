//! The coverage of the functions of campaigns for second factors.

use super::matrix_flows::Coverage::{self, By, Reads};

pub(super) const CAMPAIGNS: &[(&str, Coverage)] = &[
    (
        "factor_campaigns::create",
        By(&["admin_create_factor_campaign"]),
    ),
    ("factor_campaigns::end", By(&["admin_end_factor_campaign"])),
    (
        "factor_campaigns::end_exception",
        By(&["admin_end_factor_exception"]),
    ),
    (
        "factor_campaigns::except",
        By(&["admin_set_factor_exception"]),
    ),
    ("factor_campaigns::get", Reads),
    ("factor_campaigns::list", Reads),
    ("factor_campaigns::list_unready", Reads),
    (
        "factor_campaigns::reschedule",
        By(&["admin_reschedule_factor_campaign"]),
    ),
];
