use std::sync::Arc;

use doorward_i18n::Lang;
use doorward_rules::brand::Brand;

use crate::layout::{AccountChip, Layout, Theme};

impl AccountChip {
    pub(crate) fn sample() -> Self {
        Self {
            name: "Alice Archer".to_owned(),
            login: "alice@example.com".to_owned(),
        }
    }
}

impl Layout {
    pub(crate) fn sample(lang: Lang) -> Self {
        Self {
            lang,
            theme: Theme::Auto,
            brand: Arc::new(Brand::named("Doorward")),
            csrf: "c2FtcGxlLWNzcmYtdG9rZW4tb2YtNDMtY2hhcmFjdGVycy0".to_owned(),
            return_to: "/login?flow=Zk3s9QyV0cX1bT7m".to_owned(),
            request_id: "01K9ZQ4T7V8W9X0Y1Z2A3B4C5D".to_owned(),
            search_key: None,
            administers: false,
            is_answer: false,
        }
    }
}
