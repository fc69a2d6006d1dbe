//! Samples of every page in all states.

use doorward_i18n::Lang;

use super::account::Account;
use super::consent::Consent;
use super::error::ErrorPage;
use super::form_post::FormPost;
use super::layout::Theme;
use super::login::Login;
use super::logout::{LoggedOut, Logout};
use super::register::Register;
use super::second_factor::SecondStep;
use super::select_account::SelectAccount;
use super::setup::Setup;
use super::two_factor::{RecoveryCodes, TwoFactor, TwoFactorSetUp};
use super::view::View;
use super::{
    account_apps, account_sessions, activity, api_keys, change_email, check_up, connect_device,
    console, email_code, forgot_password, inbox, invitation, memberships, new_password, passkeys,
    personal_data, profile, providers, session_ended, sign_in_methods, status_page, support_code,
};

#[derive(Debug)]
pub struct Sample {
    /// Name of the page, such as `login`.
    pub page: &'static str,
    /// Name of the state, such as `rejected`.
    pub state: &'static str,
    pub html: String,
}

/// Renders every sample of every page.
///
/// # Errors
/// Returns an [`askama::Error`] if a template fails; no sample should cause this.
pub fn gallery(lang: Lang, theme: Theme) -> Result<Vec<Sample>, askama::Error> {
    fn add<V: View>(lang: Lang, theme: Theme, to: &mut Vec<Sample>) -> Result<(), askama::Error> {
        for (state, mut view) in V::samples(lang) {
            view.layout_mut().theme = theme;
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
    add::<connect_device::DeviceDecided>(lang, theme, &mut all)?;
    add::<SelectAccount>(lang, theme, &mut all)?;
    add::<Account>(lang, theme, &mut all)?;
    add::<account_sessions::AccountSessions>(lang, theme, &mut all)?;
    add::<account_apps::AccountApps>(lang, theme, &mut all)?;
    add::<sign_in_methods::SignInMethods>(lang, theme, &mut all)?;
    add::<memberships::Memberships>(lang, theme, &mut all)?;
    add::<memberships::LeaveOrganization>(lang, theme, &mut all)?;
    add::<activity::Activity>(lang, theme, &mut all)?;
    add::<activity::Secure>(lang, theme, &mut all)?;
    add::<check_up::CheckUp>(lang, theme, &mut all)?;
    add::<support_code::SupportCode>(lang, theme, &mut all)?;
    add::<providers::Going>(lang, theme, &mut all)?;
    add::<providers::Welcome>(lang, theme, &mut all)?;
    add::<providers::LinkedAccounts>(lang, theme, &mut all)?;
    add::<session_ended::SessionEnded>(lang, theme, &mut all)?;
    add::<session_ended::EndedSessions>(lang, theme, &mut all)?;
    add::<api_keys::ApiKeys>(lang, theme, &mut all)?;
    add::<api_keys::NewApiKey>(lang, theme, &mut all)?;
    add::<api_keys::ApiKeyCreated>(lang, theme, &mut all)?;
    add::<api_keys::RevokeApiKey>(lang, theme, &mut all)?;
    add::<profile::ProfilePage>(lang, theme, &mut all)?;
    add::<personal_data::PersonalData>(lang, theme, &mut all)?;
    add::<personal_data::PendingDeletion>(lang, theme, &mut all)?;
    add::<Logout>(lang, theme, &mut all)?;
    add::<LoggedOut>(lang, theme, &mut all)?;
    add::<Setup>(lang, theme, &mut all)?;
    add::<forgot_password::Forgot>(lang, theme, &mut all)?;
    add::<email_code::EmailCodeForm>(lang, theme, &mut all)?;
    add::<email_code::EmailCode>(lang, theme, &mut all)?;
    add::<new_password::NewPassword>(lang, theme, &mut all)?;
    add::<change_email::ChangeEmail>(lang, theme, &mut all)?;
    add::<invitation::Invitation>(lang, theme, &mut all)?;
    add::<status_page::StatusPage>(lang, theme, &mut all)?;
    add::<inbox::Inbox>(lang, theme, &mut all)?;
    add::<inbox::InboxPage>(lang, theme, &mut all)?;
    add::<console::Home>(lang, theme, &mut all)?;
    add::<console::List>(lang, theme, &mut all)?;
    add::<console::Detail>(lang, theme, &mut all)?;
    add::<console::Confirmation>(lang, theme, &mut all)?;
    add::<console::EntryForm>(lang, theme, &mut all)?;
    add::<console::NewSecret>(lang, theme, &mut all)?;
    add::<ErrorPage>(lang, theme, &mut all)?;
    add::<FormPost>(lang, theme, &mut all)?;
    Ok(all)
}
