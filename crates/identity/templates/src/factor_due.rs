//! The notice after a sign-in that a second factor will be required (`/login/protection`).

use super::prelude::*;

/// `GET /login/protection`. Parameter: `flow`.
#[derive(Clone, Debug, Template)]
#[template(path = "pages/factor_due.html")]
pub struct FactorDue {
    pub layout: Layout,
    pub app_name: Option<String>,
    /// The time from which it is required.
    pub from: i64,
    /// Path of the page that enrolls one.
    pub set_up: String,
    /// Path that continues without one.
    pub later: String,
}
