//! Monthly reports: numbers of users, sign-ins, sign-in methods, and changes of access.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::time::UnixSeconds;

doorward_protocol::words! {
    /// A number of a monthly report.
    #[derive(PartialOrd, Ord)]
    pub enum ReportFigure {
        /// Users who signed in.
        ActiveUsers = "active_users",
        NewUsers = "new_users",
        DisabledUsers = "disabled_users",
        DeletedUsers = "deleted_users",
        SignIns = "sign_ins",
        FailedSignIns = "failed_sign_ins",
        RolesAssigned = "roles_assigned",
        RolesRevoked = "roles_revoked",
        /// Members added to groups and organizations.
        MembersAdded = "members_added",
        MembersRemoved = "members_removed",
        /// Users who are not disabled, at the time of the report.
        Users = "users",
        WithPassword = "with_password",
        WithPasskey = "with_passkey",
        WithAuthenticator = "with_authenticator",
        /// Users with an account of an identity provider.
        WithProvider = "with_provider",
        /// Users with a passkey or an authenticator app.
        WithSecondFactor = "with_second_factor",
    }
}

/// The numbers of a month.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct MonthlyReport {
    /// The first second of the month (UTC).
    pub month: UnixSeconds,
    /// The time of the report: events up to it are counted.
    pub counted_at: UnixSeconds,
    /// The numbers by [`ReportFigure`]; an absent one is not known.
    pub figures: BTreeMap<String, i64>,
    /// The apps with the most sign-ins; the last one, without an ID, has the sums of all others.
    pub apps: Vec<AppCount>,
}

/// The sign-ins of an app in a month.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct AppCount {
    pub client_id: Option<String>,
    pub sign_ins: i64,
    pub failed_sign_ins: i64,
    pub rejected_requests: i64,
}

impl MonthlyReport {
    /// Returns a number; `None` if it is not known.
    pub fn figure(&self, figure: ReportFigure) -> Option<i64> {
        self.figures.get(figure.as_str()).copied()
    }

    pub fn add(&mut self, figure: ReportFigure, n: i64) {
        *self.figures.entry(figure.as_str().to_owned()).or_default() += n;
    }
}

/// Numbers of users by their sign-in methods.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct FactorCount {
    pub users: i64,
    pub password: i64,
    pub passkey: i64,
    pub authenticator: i64,
    pub provider: i64,
    pub second_factor: i64,
}
