//! The coverage of the functions of campaigns for second factors.

use super::matrix_flows::Coverage::{self, By, Reads};

pub(super) const CAMPAIGNS: &[(&str, Coverage)] = &[
    ("factor_campaigns::create", By(&["admin_mfa_require"])),
    ("factor_campaigns::end", By(&["admin_mfa_end"])),
    (
        "factor_campaigns::end_exception",
        By(&["admin_mfa_end_exception"]),
    ),
    ("factor_campaigns::except", By(&["admin_mfa_except"])),
    ("factor_campaigns::get", Reads),
    ("factor_campaigns::list", Reads),
    ("factor_campaigns::list_unready", Reads),
    (
        "factor_campaigns::reschedule",
        By(&["admin_mfa_reschedule"]),
    ),
];
