//! The choice of an account (`/select-account`, `prompt=select_account`).

use askama::Template;
use doorward_i18n::Lang;

use super::layout::{AccountChip, Layout};
use super::view::View;

/// `GET|POST /select-account`. Fields: `csrf`, `flow`, `choice=current|other`.
#[derive(Clone, Debug, Template)]
#[template(path = "pages/select_account.html")]
pub struct SelectAccount {
    pub layout: Layout,
    pub flow: String,
    pub app_name: Option<String>,
    pub account: AccountChip,
}

impl View for SelectAccount {
    const PAGE: &'static str = "select-account";

    fn layout_mut(&mut self) -> &mut Layout {
        &mut self.layout
    }

    fn samples(lang: Lang) -> Vec<(&'static str, Self)> {
        let plain = Self {
            layout: Layout::sample(lang),
            flow: "Zk3s9QyV0cX1bT7m".to_owned(),
            app_name: Some("Photo Album".to_owned()),
            account: AccountChip {
                name: "Alice Archer".to_owned(),
                login: "alice@example.com".to_owned(),
            },
        };
        vec![
            ("normal", plain.clone()),
            (
                "bare",
                Self {
                    app_name: None,
                    ..plain
                },
            ),
        ]
    }
}
