//! The support code (`/account/support-code`), which the user reads out.

use super::prelude::*;

/// `GET|POST /account/support-code`. Field: `csrf`.
#[derive(Clone, Debug, Template)]
#[template(path = "pages/support_code.html")]
pub struct SupportCode {
    pub layout: Layout,
    /// The new code, in groups; shown only in the answer to the form.
    pub code: Option<String>,
}

impl View for SupportCode {
    const PLACE: Option<AccountPlace> = Some(AccountPlace::below(AccountSection::Home));

    fn samples(layout: &Layout) -> Vec<(&'static str, Self)> {
        let normal = Self {
            layout: layout.with_return_to("/account/support-code"),
            code: None,
        };
        let made = normal.vary(|page| page.code = Some("7KQ2-XM4P".to_owned()));
        vec![("normal", normal), ("made", made)]
    }
}
