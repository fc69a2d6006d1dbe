use super::{NOW, Sampled};
use crate::layout::Layout;
use crate::sign_in_methods::SignInMethods;
use crate::two_factor::TwoFactorState;

impl Sampled for SignInMethods {
    fn samples(layout: &Layout) -> Vec<(&'static str, Self)> {
        let all = Self {
            layout: layout.with_return_to("/account/security"),
            has_password: true,
            is_password_elsewhere: false,
            can_mail: true,
            password_changed_at: Some(NOW - 86_400 * 40),
            passkeys: Some(2),
            two_factor: TwoFactorState {
                since: Some(NOW - 86_400 * 30),
                codes_left: 8,
                codes_saved: true,
            },
            has_providers: true,
            now: NOW,
        };
        let few = Self {
            has_password: false,
            password_changed_at: None,
            passkeys: None,
            two_factor: TwoFactorState::default(),
            has_providers: false,
            ..all.clone()
        };
        let without_mail = few.vary(|page| page.can_mail = false);
        let elsewhere = few.vary(|page| page.is_password_elsewhere = true);
        vec![
            ("normal", all),
            ("few", few),
            ("without-mail", without_mail),
            ("elsewhere", elsewhere),
        ]
    }
}
