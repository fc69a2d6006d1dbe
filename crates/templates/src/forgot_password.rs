//! The page for forgotten passwords (`/forgot-password`).

use askama::Template;
use doorward_i18n::Lang;

use super::layout::{ErrorSummaryItem, Layout};
use super::view::View;

/// `GET|POST /forgot-password`. Fields: `csrf`, `identifier`.
#[derive(Clone, Debug, Template)]
#[template(path = "pages/forgot.html")]
pub struct Forgot {
    pub layout: Layout,
    pub flow: String,
    /// True if the field was left empty.
    pub missing: bool,
}

impl Forgot {
    fn error(&self) -> Option<String> {
        self.missing
            .then(|| self.layout.t("login-missing-identifier"))
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

    fn layout_mut(&mut self) -> &mut Layout {
        &mut self.layout
    }

    fn samples(lang: Lang) -> Vec<(&'static str, Self)> {
        let page = |missing| Self {
            layout: Layout::sample(lang),
            flow: "Zk3s9QyV0cX1bT7m".to_owned(),
            missing,
        };
        vec![("normal", page(false)), ("missing", page(true))]
    }
}
