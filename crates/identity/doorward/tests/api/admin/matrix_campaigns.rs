//! The coverage of the functions of campaigns for second factors.

use super::matrix_flows::Coverage::{self, By, Reads};

pub(super) const CAMPAIGNS: &[(&str, Coverage)] = &[
    ("campaigns/use_cases::create", By(&["admin_mfa_require"])),
    ("campaigns/use_cases::end", By(&["admin_mfa_end"])),
    (
        "campaigns/use_cases::end_exception",
        By(&["admin_mfa_end_exception"]),
    ),
    ("campaigns/use_cases::except", By(&["admin_mfa_except"])),
    ("campaigns/use_cases::get", Reads),
    ("campaigns/use_cases::list", Reads),
    ("campaigns/use_cases::list_unready", Reads),
    (
        "campaigns/use_cases::reschedule",
        By(&["admin_mfa_reschedule"]),
    ),
];
