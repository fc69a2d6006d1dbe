//! The coverage of the functions of access reviews and directories.

use super::matrix_flows::Coverage::{self, By, Here, Reads};

pub(super) const FEATURES: &[(&str, Coverage)] = &[
    ("access-reviews/create::run", By(&["admin_review_create"])),
    (
        "access-reviews/deadline::close",
        By(&["admin_review_close"]),
    ),
    ("access-reviews/read::get", Reads),
    ("access-reviews/read::lines", Reads),
    ("access-reviews/read::page", Reads),
    ("access-reviews/read::reviewers", Reads),
    ("access-reviews/reviewers::count_able", Reads),
    ("access-reviews/reviewers::only_of", Reads),
    (
        "access-reviews/reviewers::replace",
        By(&["admin_review_update"]),
    ),
    ("access-reviews/reviewers::without_reviewer", Reads),
    ("directory/doctor::check", Reads),
    ("directory/operations::provisioning", Reads),
    ("directory/operations::unanswered", Reads),
    ("directory/provision::create", Here),
    ("directory/provision::end", Here),
    ("directory/provision::update", Here),
    ("directory/provision::wanted", Reads),
    ("directory/sync::run", Here),
];
