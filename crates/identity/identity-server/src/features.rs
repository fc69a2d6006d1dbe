//! The features of this program. Without a line nothing of a feature is in the program but its tables.

use doorward_console_ui::feature::{self, Feature};

#[cfg(feature = "as-code")]
pub use doorward_as_code as as_code;

pub static FEATURES: &[&Feature] = &[
    #[cfg(feature = "access-reviews")]
    &doorward_access_reviews::FEATURE,
    #[cfg(feature = "campaigns")]
    &doorward_campaigns::FEATURE,
    #[cfg(feature = "own-texts")]
    &doorward_own_texts::FEATURE,
    #[cfg(feature = "reports")]
    &doorward_reports::FEATURE,
    #[cfg(feature = "notices")]
    &doorward_notices::FEATURE,
    #[cfg(feature = "impersonation")]
    &doorward_impersonation::FEATURE,
    #[cfg(feature = "sites")]
    &doorward_sites::FEATURE,
    #[cfg(feature = "as-code")]
    &doorward_as_code::FEATURE,
    #[cfg(feature = "saml")]
    &doorward_saml::FEATURE,
    #[cfg(feature = "scim")]
    &doorward_scim::FEATURE,
    #[cfg(feature = "signals")]
    &doorward_signals::FEATURE,
    #[cfg(feature = "directory")]
    &doorward_directory::FEATURE,
    #[cfg(feature = "ldap-server")]
    &doorward_ldap_server::FEATURE,
];

/// Adds the features to the commands, operations and texts, unless that was done before.
pub fn install() {
    feature::install(FEATURES);
}
