use super::Sampled;
use crate::change_email::{AddressProblem, ChangeEmail};
use crate::field_error::EmailProblem;
use crate::layout::Layout;
use crate::new_password::CurrentProblem;

impl Sampled for ChangeEmail {
    fn samples(layout: &Layout) -> Vec<(&'static str, Self)> {
        let plain = Self {
            layout: layout.clone(),
            present: "alice@example.com".to_owned(),
            ..Self::default()
        };
        plain.in_states([
            ("normal", |_| ()),
            ("wrong", |page| {
                "alice@new".clone_into(&mut page.email);
                page.address_problem = Some(AddressProblem::Field(EmailProblem::Invalid));
                page.current_problem = Some(CurrentProblem::Wrong);
            }),
            ("same", |page| {
                page.address_problem = Some(AddressProblem::Same);
                page.current_problem = Some(CurrentProblem::Missing);
            }),
            ("enough", |page| page.enough = true),
            ("sent", |page| page.sent = true),
        ])
    }
}
