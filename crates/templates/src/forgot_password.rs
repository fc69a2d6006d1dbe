//! The page for forgotten passwords (`/forgot-password`).

use askama::Template;
use doorward_i18n::Lang;

use super::chrome::{Chrome, ErrorSummaryItem};
use super::view::View;

/// `GET|POST /forgot-password`. Fields: `csrf`, `identifier`.
#[derive(Clone, Debug, Template)]
#[template(path = "pages/forgot.html")]
pub struct Forgot {
    /// Layout data shared by every page.
    pub chrome: Chrome,
    /// True if the field was left empty.
    pub missing: bool,
}

impl Forgot {
    fn error(&self) -> Option<String> {
        self.missing
            .then(|| self.chrome.t("login-missing-identifier"))
    }

    fn problems(&self) -> Vec<ErrorSummaryItem> {
        let problem = |message| ErrorSummaryItem {
            field: "identifier",
            message,
        };
        self.error().map(problem).into_iter().collect()
    }
}

impl View for Forgot {
    const PAGE: &'static str = "forgot";

    fn chrome_mut(&mut self) -> &mut Chrome {
        &mut self.chrome
    }

    fn samples(lang: Lang) -> Vec<(&'static str, Self)> {
        let page = |missing| Self {
            chrome: Chrome::sample(lang),
            missing,
        };
        vec![("normal", page(false)), ("missing", page(true))]
    }
}
