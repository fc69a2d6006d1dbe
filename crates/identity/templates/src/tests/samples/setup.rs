use super::Sampled;
use crate::field_error::{AccountFields, PasswordFieldError, UsernameProblem};
use crate::layout::Layout;
use crate::setup::Setup;

impl Sampled for Setup {
    fn samples(layout: &Layout) -> Vec<(&'static str, Self)> {
        let empty = Self {
            layout: layout.clone(),
            token: "kP3uJ0v6bq1y".to_owned(),
            fields: AccountFields::default(),
            min_length: 15,
        };
        empty.in_states([
            ("normal", |_| ()),
            ("error", |page| {
                "a b".clone_into(&mut page.fields.username);
                "root@example.com".clone_into(&mut page.fields.email);
                page.fields.username_problem = Some(UsernameProblem::Invalid);
                page.fields.password_problem = Some(PasswordFieldError::Common);
            }),
        ])
    }
}
