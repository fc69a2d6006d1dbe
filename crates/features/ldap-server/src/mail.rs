//! The mail that notifies the user of a new app password.

use doorward_domain::feature_mail::FeatureMail;
use doorward_domain::model::mail::MailValue;

/// The page of the account.
pub const PATH: &str = "/account/app-passwords";

pub const MAIL: FeatureMail = FeatureMail {
    name: "app-password",
    keys: [
        "mail-app-password-subject",
        "mail-app-password-text",
        "mail-app-password-button",
        "mail-app-password-otherwise",
    ],
    path: PATH,
    sample: || vec![("app", MailValue::Text("Thunderbird".to_owned()))],
};
