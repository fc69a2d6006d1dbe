//! The support code (`/account/support-code`), which the user reads out.

use super::prelude::*;

/// `GET|POST /account/support-code`. Field: `csrf`.
#[derive(Clone, Debug, Template)]
#[template(path = "pages/support_code.html")]
pub struct SupportCode {
    pub layout: Layout,
    /// The new code, in groups; shown only in the answer to the form.
    pub code: Option<String>,
    /// True if the code is also a consent to impersonation.
    pub is_consent: bool,
}

impl AccountPage for SupportCode {
    const PLACE: Option<AccountPlace> = Some(AccountPlace::of(AccountSection::SupportCode));
}
