//! Pages as typed structs: a handler fills one in, `render()` makes the HTML.
//!
//! No page looks anything up and no template holds a word of text: words come from [`crate::i18n`]
//! through [`Chrome`]. Every view carries sample data ([`View::samples`]) that tests render in all
//! languages and that `cargo run -p doorward-identity-server --example gallery` writes to a folder.

pub mod account;
pub mod activity;
pub mod api_keys;
pub mod change_email;
pub mod chrome;
pub mod connect_device;
pub mod consent;
pub mod detail;
pub mod device;
pub mod email_code;
pub mod ended;
pub mod error;
pub mod forgot;
pub mod form_post;
pub mod inbox;
pub mod invitation;
pub mod login;
pub mod logout;
pub mod new_password;
pub mod passkeys;
pub mod personal_data;
pub mod problem;
pub mod profile;
pub mod providers;
pub mod qr;
pub mod register;
pub mod scope;
pub mod second_step;
pub mod select_account;
pub mod setup;
pub mod step;
pub mod two_factor;

pub use account::Account;
pub use askama::Template;
pub use chrome::{AccountChip, Chrome, SiteLinks, Theme};
pub use consent::Consent;
pub use error::{ErrorKind, ErrorPage, NextStep};
pub use form_post::FormPost;
pub use login::Login;
pub use logout::{BackLink, LoggedOut, Logout};
pub use problem::AccountFields;
pub use register::Register;
pub use second_step::SecondStep;
pub use select_account::SelectAccount;
pub use setup::Setup;
pub use two_factor::{RecoveryCodes, TwoFactor, TwoFactorSetUp};

use crate::i18n::Lang;

/// A page with sample data. `render()` comes from [`Template`].
pub trait View: Template + Sized {
    /// The page's name in the gallery.
    const PAGE: &'static str;

    /// The shared part, so that the gallery can change its theme.
    fn chrome_mut(&mut self) -> &mut Chrome;

    /// The page in its states: first the normal one, then errors and variants, each with a name.
    fn samples(lang: Lang) -> Vec<(&'static str, Self)>;
}

/// A rendered sample.
#[derive(Debug)]
pub struct Sample {
    /// The page: `login`.
    pub page: &'static str,
    /// Its state: `rejected`.
    pub state: &'static str,
    /// The whole document.
    pub html: String,
}

/// Renders every sample of every page.
///
/// # Errors
/// An [`askama::Error`] if a template fails, which no sample should make it do.
pub fn gallery(lang: Lang, theme: Theme) -> Result<Vec<Sample>, askama::Error> {
    fn add<V: View>(lang: Lang, theme: Theme, to: &mut Vec<Sample>) -> Result<(), askama::Error> {
        for (state, mut view) in V::samples(lang) {
            view.chrome_mut().theme = theme;
            to.push(Sample {
                page: V::PAGE,
                state,
                html: view.render()?,
            });
        }
        Ok(())
    }
    let mut all = Vec::new();
    add::<Login>(lang, theme, &mut all)?;
    add::<SecondStep>(lang, theme, &mut all)?;
    add::<TwoFactor>(lang, theme, &mut all)?;
    add::<TwoFactorSetUp>(lang, theme, &mut all)?;
    add::<passkeys::Passkeys>(lang, theme, &mut all)?;
    add::<RecoveryCodes>(lang, theme, &mut all)?;
    add::<Register>(lang, theme, &mut all)?;
    add::<Consent>(lang, theme, &mut all)?;
    add::<connect_device::ConnectDevice>(lang, theme, &mut all)?;
    add::<connect_device::ConfirmDevice>(lang, theme, &mut all)?;
    add::<connect_device::DeviceAnswered>(lang, theme, &mut all)?;
    add::<SelectAccount>(lang, theme, &mut all)?;
    add::<Account>(lang, theme, &mut all)?;
    add::<activity::Activity>(lang, theme, &mut all)?;
    add::<activity::Secure>(lang, theme, &mut all)?;
    add::<providers::Going>(lang, theme, &mut all)?;
    add::<providers::Welcome>(lang, theme, &mut all)?;
    add::<providers::LinkedAccounts>(lang, theme, &mut all)?;
    add::<ended::SessionEnded>(lang, theme, &mut all)?;
    add::<ended::EndedSessions>(lang, theme, &mut all)?;
    add::<api_keys::ApiKeys>(lang, theme, &mut all)?;
    add::<api_keys::NewApiKey>(lang, theme, &mut all)?;
    add::<api_keys::ApiKeyMade>(lang, theme, &mut all)?;
    add::<api_keys::RevokeApiKey>(lang, theme, &mut all)?;
    add::<profile::ProfilePage>(lang, theme, &mut all)?;
    add::<personal_data::PersonalData>(lang, theme, &mut all)?;
    add::<personal_data::Leaving>(lang, theme, &mut all)?;
    add::<Logout>(lang, theme, &mut all)?;
    add::<LoggedOut>(lang, theme, &mut all)?;
    add::<Setup>(lang, theme, &mut all)?;
    add::<forgot::Forgot>(lang, theme, &mut all)?;
    add::<email_code::EmailAsk>(lang, theme, &mut all)?;
    add::<email_code::EmailCode>(lang, theme, &mut all)?;
    add::<new_password::NewPassword>(lang, theme, &mut all)?;
    add::<change_email::ChangeEmail>(lang, theme, &mut all)?;
    add::<invitation::Invitation>(lang, theme, &mut all)?;
    add::<step::Step>(lang, theme, &mut all)?;
    add::<inbox::Inbox>(lang, theme, &mut all)?;
    add::<inbox::InboxPage>(lang, theme, &mut all)?;
    add::<ErrorPage>(lang, theme, &mut all)?;
    add::<FormPost>(lang, theme, &mut all)?;
    Ok(all)
}

#[cfg(test)]
mod tests;
