//! The user's sign-in methods (`/account/security`).

use super::prelude::*;
use super::two_factor::TwoFactorState;

/// `GET /account/security`: each method with its state and a link.
#[expect(
    clippy::struct_excessive_bools,
    reason = "independent flags of the page"
)]
#[derive(Clone, Debug, Template)]
#[template(path = "pages/sign_in_methods.html")]
pub struct SignInMethods {
    pub layout: Layout,
    pub has_password: bool,
    /// True if another system has the password, which cannot be changed here.
    pub is_password_elsewhere: bool,
    /// Time of the last password change, in Unix seconds; `None`: no password, or its time is
    /// unknown.
    pub password_changed_at: Option<i64>,
    /// True if mail can be sent, so that a user without a password can set one.
    pub can_mail: bool,
    /// Number of the user's passkeys; `None`: passkeys are disabled.
    pub passkeys: Option<usize>,
    pub two_factor: TwoFactorState,
    pub has_providers: bool,
    pub now: i64,
}

impl SignInMethods {
    fn passkeys_text(&self) -> Option<String> {
        Some(self.layout.t_count("passkeys-count", self.passkeys?))
    }

    fn codes_text(&self) -> String {
        self.layout
            .t_count("two-factor-left", self.two_factor.codes_left)
    }

    fn two_factor_action(&self) -> String {
        self.layout.t(match self.two_factor.since {
            Some(_) => "two-factor-manage",
            None => "two-factor-set-up",
        })
    }
}

impl AccountPage for SignInMethods {
    const PLACE: Option<AccountPlace> = Some(AccountPlace::of(AccountSection::SignIn));
}
