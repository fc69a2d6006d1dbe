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

impl View for Memberships {
    const PLACE: Option<AccountPlace> =
        Some(AccountPlace::of(AccountSection::Organizations).wide());

    fn samples(layout: &Layout) -> Vec<(&'static str, Self)> {
        let role = |name: &str, until| MembershipRole {
            name: name.to_owned(),
            until,
        };
        let row = |slug: &str, name: &str, roles| MembershipRow {
            slug: slug.to_owned(),
            name: name.to_owned(),
            is_owner: slug == "acme",
            since: NOW - 86_400 * 20,
            roles,
        };
        let several = Self {
            layout: layout.with_return_to("/account/organizations"),
            rows: vec![
                row("acme", "Acme Ltd", Vec::new()),
                row(
                    "zeta",
                    "Zeta",
                    vec![role("editor", Some(NOW + 86_400 * 7)), role("reader", None)],
                ),
            ],
            has_left: false,
            now: NOW,
        };
        let none = Self {
            rows: Vec::new(),
            has_left: true,
            ..several.clone()
        };
        vec![("normal", several), ("none", none)]
    }
}

impl View for LeaveOrganization {
    fn samples(layout: &Layout) -> Vec<(&'static str, Self)> {
        let normal = Self {
            layout: layout.clone(),
            slug: "acme".to_owned(),
            name: "Acme Ltd".to_owned(),
            is_last_owner: false,
        };
        let last = normal.vary(|page| page.is_last_owner = true);
        vec![("normal", normal), ("last-owner", last)]
    }
}
