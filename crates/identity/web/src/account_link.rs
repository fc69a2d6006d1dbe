//! Pages of features in the navigation of the account.

use doorward_config::Config;
use doorward_protocol::added::Added;

/// A page of a feature, after the sections of the account.
#[derive(Debug)]
pub struct AccountLink {
    pub path: &'static str,
    /// Key of the text.
    pub text: &'static str,
    /// Returns true if the configuration enables the page.
    pub is_shown: fn(&Config) -> bool,
}

/// The pages of features.
pub static ACCOUNT_LINKS: Added<&AccountLink> = Added::new();

/// Returns the path and the text key of each page.
pub(super) fn shown(config: &Config) -> Vec<(&'static str, &'static str)> {
    let all = ACCOUNT_LINKS.all().iter();
    all.filter(|link| (link.is_shown)(config))
        .map(|link| (link.path, link.text))
        .collect()
}
