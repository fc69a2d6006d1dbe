use doorward_i18n::Lang;

use crate::layout::{AccountChip, Layout, SiteLinks, Theme};

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
            site_name: "Doorward".to_owned(),
            csrf: "c2FtcGxlLWNzcmYtdG9rZW4tb2YtNDMtY2hhcmFjdGVycy0".to_owned(),
            return_to: "/login?flow=Zk3s9QyV0cX1bT7m".to_owned(),
            request_id: "01K9ZQ4T7V8W9X0Y1Z2A3B4C5D".to_owned(),
            links: SiteLinks::default(),
            search_key: None,
            administers: false,
            is_answer: false,
        }
    }
}
