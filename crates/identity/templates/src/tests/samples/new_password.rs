use super::Sampled;
use crate::field_error::{AccountFields, PasswordFieldError};
use crate::layout::Layout;
use crate::new_password::{CurrentProblem, NewPassword, PasswordChangeProof};

impl Sampled for NewPassword {
    fn samples(layout: &Layout) -> Vec<(&'static str, Self)> {
        let reset = Self {
            layout: layout.clone(),
            flow: String::new(),
            proof: PasswordChangeProof::Link,
            username: "alice".to_owned(),
            current_problem: None,
            fields: AccountFields::default(),
            min_length: 15,
            others: true,
            next: String::new(),
        };
        let change = reset.vary(|page| page.proof = PasswordChangeProof::Current);
        let wrong = |problem| change.vary(|page| page.current_problem = Some(problem));
        let refused = reset.vary(|page| {
            page.fields.password_problem = Some(PasswordFieldError::Common);
            page.fields.password_mismatch = true;
        });
        vec![
            ("reset", reset),
            ("change", change.clone()),
            ("missing", wrong(CurrentProblem::Missing)),
            ("wrong", wrong(CurrentProblem::Wrong)),
            ("refused", refused),
        ]
    }
}
