//! The user's memberships in organizations (`/account/organizations`), and leaving one.

use super::prelude::*;

#[derive(Clone, Debug)]
pub struct MembershipRole {
    pub name: String,
    /// Expiry in Unix seconds; `None`: the role does not expire.
    pub until: Option<i64>,
}

#[derive(Clone, Debug)]
pub struct MembershipRow {
    pub slug: String,
    pub name: String,
    pub is_owner: bool,
    pub since: i64,
    pub roles: Vec<MembershipRole>,
}

/// `GET /account/organizations`.
#[derive(Clone, Debug, Template)]
#[template(path = "pages/memberships.html")]
pub struct Memberships {
    pub layout: Layout,
    pub rows: Vec<MembershipRow>,
    pub has_left: bool,
    pub now: i64,
}

impl Memberships {
    fn notice_text(&self) -> Option<String> {
        self.has_left.then(|| self.layout.t("orgs-left"))
    }
}

/// `GET|POST /account/organizations/leave`: the confirmation. Fields: `csrf`, `org`.
#[derive(Clone, Debug, Template)]
#[template(path = "pages/leave_organization.html")]
pub struct LeaveOrganization {
    pub layout: Layout,
    pub slug: String,
    pub name: String,
    /// True if the user is the only owner and therefore cannot leave.
    pub is_last_owner: bool,
}

impl LeaveOrganization {
    fn title(&self) -> String {
        self.layout
            .t_with("orgs-leave-title", "organization", &self.name)
    }

    fn problems(&self) -> Vec<ErrorSummaryItem> {
        let problem = self.is_last_owner;
        summarize([("", problem.then(|| self.layout.t("orgs-last-owner")))])
    }
}

impl AccountPage for Memberships {
    const PLACE: Option<AccountPlace> =
        Some(AccountPlace::of(AccountSection::Organizations).wide());
}
