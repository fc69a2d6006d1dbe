use super::Sampled;
use crate::layout::Layout;
use crate::personal_data::{DeletionFieldError, PendingDeletion, PersonalData};

impl Sampled for PersonalData {
    fn samples(layout: &Layout) -> Vec<(&'static str, Self)> {
        use DeletionFieldError as Problem;

        let normal = Self {
            layout: layout.clone(),
            username: "alice".to_owned(),
            is_fresh: true,
            grace_days: 14,
            problem: None,
        };
        normal.in_states([
            ("normal", |_| ()),
            ("stale", |page| page.is_fresh = false),
            ("missing", |page| {
                page.grace_days = 0;
                page.problem = Some(Problem::Missing);
            }),
            ("other", |page| page.problem = Some(Problem::Other)),
            ("last-administrator", |page| {
                page.problem = Some(Problem::LastAdministrator);
            }),
            ("last-owner", |page| {
                page.problem = Some(Problem::LastOwner("Acme".to_owned()));
            }),
        ])
    }
}

impl Sampled for PendingDeletion {
    fn samples(layout: &Layout) -> Vec<(&'static str, Self)> {
        let normal = Self {
            layout: layout.clone(),
            flow: "Zk3s9QyV0cX1bT7m".to_owned(),
            username: "alice".to_owned(),
            due: 1_796_209_600,
        };
        vec![("normal", normal)]
    }
}
