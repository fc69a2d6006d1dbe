//! The user's sign-in methods (`/account/security`).

use askama::Template;
use doorward_i18n::Lang;

use super::account_frame::{AccountPage, AccountPlace, AccountSection};
use super::layout::Layout;
use super::two_factor::TwoFactorState;
use super::view::View;

/// `GET /account/security`: each method with its state and a link.
#[derive(Clone, Debug, Template)]
#[template(path = "pages/sign_in_methods.html")]
pub struct SignInMethods {
    pub layout: Layout,
    /// Time of the last password change, in Unix seconds; `None`: no password.
    pub password_changed_at: Option<i64>,
    /// Number of the user's passkeys; `None`: passkeys are disabled.
    pub passkeys: Option<usize>,
    pub two_factor: TwoFactorState,
    pub has_providers: bool,
    pub now: i64,
}

impl SignInMethods {
    fn passkeys_text(&self) -> Option<String> {
        let count = i64::try_from(self.passkeys?).unwrap_or(i64::MAX);
        Some(self.layout.t_plural("passkeys-count", "count", count))
    }

    fn codes_text(&self) -> String {
        let left = i64::try_from(self.two_factor.codes_left).unwrap_or(i64::MAX);
        self.layout.t_plural("two-factor-left", "count", left)
    }

    fn two_factor_action(&self) -> String {
        self.layout.t(match self.two_factor.since {
            Some(_) => "two-factor-manage",
            None => "two-factor-set-up",
        })
    }
}

impl AccountPage for SignInMethods {
    fn place(&self) -> Option<AccountPlace> {
        Some(AccountPlace::of(AccountSection::SignIn))
    }
}

impl View for SignInMethods {
    const PAGE: &'static str = "sign-in-methods";

    fn layout_mut(&mut self) -> &mut Layout {
        &mut self.layout
    }

    fn samples(lang: Lang) -> Vec<(&'static str, Self)> {
        let now = 1_795_000_000;
        let all = Self {
            layout: Layout {
                return_to: "/account/security".to_owned(),
                ..Layout::sample(lang)
            },
            password_changed_at: Some(now - 86_400 * 40),
            passkeys: Some(2),
            two_factor: TwoFactorState {
                since: Some(now - 86_400 * 30),
                codes_left: 8,
                codes_saved: true,
            },
            has_providers: true,
            now,
        };
        let few = Self {
            password_changed_at: None,
            passkeys: None,
            two_factor: TwoFactorState::default(),
            has_providers: false,
            ..all.clone()
        };
        vec![("normal", all), ("few", few)]
    }
}
