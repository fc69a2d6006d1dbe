//! The choice of an account (`/select-account`, `prompt=select_account`).

use super::prelude::*;

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
    fn samples(layout: &Layout) -> Vec<(&'static str, Self)> {
        let plain = Self {
            layout: layout.clone(),
            flow: "Zk3s9QyV0cX1bT7m".to_owned(),
            app_name: Some("Photo Album".to_owned()),
            account: AccountChip::sample(),
        };
        vec![
            ("normal", plain.clone()),
            ("bare", plain.vary(|page| page.app_name = None)),
        ]
    }
}
