use super::{NOW, Sampled};
use crate::layout::Layout;
use crate::memberships::{LeaveOrganization, MembershipRole, MembershipRow, Memberships};

impl Sampled for Memberships {
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

impl Sampled for LeaveOrganization {
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
