use doorward_i18n::feature_texts;
use doorward_templates::testing::{NOW, Sampled, Samples, check};

use super::*;

#[test]
fn pages_pass_checks_of_all_pages() {
    feature_texts::ADDED.add([&crate::TEXTS]);
    check(&|layout| {
        let mut all = Samples::new(layout);
        all.add::<Reviews>("reviews");
        all.add::<ReviewLines>("review-lines");
        all.into()
    });
}

fn review() -> ReviewRow {
    ReviewRow {
        id: "0190a000-0000-7000-8000-000000000001".to_owned(),
        name: "Editors, fourth quarter".to_owned(),
        due_at: NOW + 86_400 * 12,
        open: 3,
    }
}

impl Sampled for Reviews {
    fn samples(layout: &Layout) -> Vec<(&'static str, Self)> {
        let normal = Self {
            layout: layout.with_return_to("/account/reviews"),
            rows: vec![review()],
        };
        let none = normal.vary(|page| page.rows.clear());
        vec![("normal", normal), ("none", none)]
    }
}

impl Sampled for ReviewLines {
    fn samples(layout: &Layout) -> Vec<(&'static str, Self)> {
        let direct = ReviewLineRow {
            number: 1,
            holder: "alice".to_owned(),
            role: "editor".to_owned(),
            org: Some("acme".to_owned()),
            group: None,
            since: NOW - 86_400 * 300,
            assigner: Some("Mona Mills".to_owned()),
            last_login: LastLogin::At(NOW - 86_400),
            last_token: Some(NOW - 3_600),
        };
        let by_group = ReviewLineRow {
            number: 2,
            holder: "bob".to_owned(),
            org: None,
            group: Some("/sales/north".to_owned()),
            assigner: None,
            last_login: LastLogin::Never,
            last_token: None,
            ..direct.clone()
        };
        let client = ReviewLineRow {
            number: 3,
            holder: "robot".to_owned(),
            last_login: LastLogin::OfClient,
            last_token: None,
            ..direct.clone()
        };
        let normal = Self {
            layout: layout.with_return_to("/account/reviews"),
            review: review(),
            rows: vec![direct, by_group, client],
            after: String::new(),
            next: Some(3),
            reason: String::new(),
            notice: None,
            is_unchosen: false,
            is_reason_invalid: false,
        };
        let mut all = normal.in_states([
            ("unchosen", |page| page.is_unchosen = true),
            ("long-reason", |page| {
                page.is_reason_invalid = true;
                page.reason = "x".repeat(201);
            }),
            ("decided", |page| {
                page.notice = Some(ReviewNotice::Left);
                page.rows.clear();
                page.next = None;
                "3".clone_into(&mut page.after);
            }),
        ]);
        all.insert(0, ("normal", normal));
        all
    }
}
