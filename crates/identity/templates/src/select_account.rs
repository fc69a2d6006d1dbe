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
