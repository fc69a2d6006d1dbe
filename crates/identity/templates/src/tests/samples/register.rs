use super::Sampled;
use crate::field_error::{
    AccountFields, EmailProblem, FormProblem, PasswordFieldError, SimilarTo, UsernameProblem,
};
use crate::layout::Layout;
use crate::register::Register;

impl Sampled for Register {
    fn samples(layout: &Layout) -> Vec<(&'static str, Self)> {
        use PasswordFieldError as Password;

        let empty = Self {
            layout: layout.clone(),
            flow: "Zk3s9QyV0cX1bT7m".to_owned(),
            app_name: Some("Photo Album".to_owned()),
            fields: AccountFields::default(),
            min_length: 15,
        };
        let typed = empty.vary(|page| {
            "alice".clone_into(&mut page.fields.username);
            "alice@example".clone_into(&mut page.fields.email);
        });
        let username = |problem| typed.vary(|page| page.fields.username_problem = Some(problem));
        let password = |problem| typed.vary(|page| page.fields.password_problem = Some(problem));
        let similar = |to| password(Password::TooSimilar { to });
        let several = password(Password::TooShort { min: 12 }).vary(|page| {
            page.fields.username_problem = Some(UsernameProblem::Taken);
            page.fields.email_problem = Some(EmailProblem::Invalid);
            page.fields.password_mismatch = true;
        });
        let missing = empty.vary(|page| {
            page.fields.username_problem = Some(UsernameProblem::Missing);
            page.fields.email_problem = Some(EmailProblem::Missing);
            page.fields.password_problem = Some(Password::Missing);
        });
        let busy = typed.vary(|page| page.fields.form_problem = Some(FormProblem::Busy));
        let taken = typed.vary(|page| page.fields.email_problem = Some(EmailProblem::Taken));
        vec![
            ("normal", empty),
            ("several", several),
            ("empty", missing),
            ("busy", busy),
            ("username-invalid", username(UsernameProblem::Invalid)),
            ("username-reserved", username(UsernameProblem::Reserved)),
            ("email-taken", taken),
            ("too-long", password(Password::TooLong)),
            ("numeric", password(Password::NumericOnly)),
            ("common", password(Password::Common)),
            ("guessable", password(Password::TooGuessable)),
            ("like-username", similar(SimilarTo::Username)),
            ("like-email", similar(SimilarTo::Email)),
            ("like-name", similar(SimilarTo::Name)),
            ("like-site", similar(SimilarTo::Site)),
        ]
    }
}
