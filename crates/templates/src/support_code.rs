//! The support code (`/account/support-code`), which the user reads out.

use askama::Template;
use doorward_i18n::Lang;

use super::account_frame::{AccountPage, AccountPlace, AccountSection};
use super::layout::Layout;
use super::view::View;

/// `GET|POST /account/support-code`. Field: `csrf`.
#[derive(Clone, Debug, Template)]
#[template(path = "pages/support_code.html")]
pub struct SupportCode {
    pub layout: Layout,
    /// The new code, in groups; shown only in the answer to the form.
    pub code: Option<String>,
}

impl AccountPage for SupportCode {
    fn place(&self) -> Option<AccountPlace> {
        Some(AccountPlace::below(AccountSection::Home))
    }
}

impl View for SupportCode {
    const PAGE: &'static str = "support-code";

    fn layout_mut(&mut self) -> &mut Layout {
        &mut self.layout
    }

    fn samples(lang: Lang) -> Vec<(&'static str, Self)> {
        let normal = Self {
            layout: Layout {
                return_to: "/account/support-code".to_owned(),
                ..Layout::sample(lang)
            },
            code: None,
        };
        let made = Self {
            code: Some("7KQ2-XM4P".to_owned()),
            ..normal.clone()
        };
        vec![("normal", normal), ("made", made)]
    }
}
