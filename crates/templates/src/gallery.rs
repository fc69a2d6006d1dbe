//! Samples of every page in all states.

use doorward_i18n::Lang;

use super::view::View;
use super::{
    Account, Consent, ErrorPage, FormPost, Layout, LoggedOut, Login, Logout, RecoveryCodes,
    Register, SecondStep, SelectAccount, Setup, Theme, TwoFactor, TwoFactorSetUp, account_apps,
    account_sessions, activity, api_keys, change_email, check_up, connect_device, console,
    email_code, forgot_password, inbox, invitation, memberships, new_password, passkeys,
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
    fn add<V: View>(layout: &Layout, to: &mut Vec<Sample>) -> Result<(), askama::Error> {
        for (state, view) in V::samples(layout) {
            to.push(Sample {
                page: V::PAGE,
                state,
                html: view.render()?,
            });
        }
        Ok(())
    }
    let layout = &Layout {
        theme,
        ..Layout::sample(lang)
    };
    let mut all = Vec::new();
    add::<Login>(layout, &mut all)?;
    add::<SecondStep>(layout, &mut all)?;
    add::<TwoFactor>(layout, &mut all)?;
    add::<TwoFactorSetUp>(layout, &mut all)?;
    add::<passkeys::Passkeys>(layout, &mut all)?;
    add::<RecoveryCodes>(layout, &mut all)?;
    add::<Register>(layout, &mut all)?;
    add::<Consent>(layout, &mut all)?;
    add::<connect_device::ConnectDevice>(layout, &mut all)?;
    add::<connect_device::ConfirmDevice>(layout, &mut all)?;
    add::<connect_device::DeviceDecided>(layout, &mut all)?;
    add::<SelectAccount>(layout, &mut all)?;
    add::<Account>(layout, &mut all)?;
    add::<account_sessions::AccountSessions>(layout, &mut all)?;
    add::<account_apps::AccountApps>(layout, &mut all)?;
    add::<sign_in_methods::SignInMethods>(layout, &mut all)?;
    add::<memberships::Memberships>(layout, &mut all)?;
    add::<memberships::LeaveOrganization>(layout, &mut all)?;
    add::<activity::Activity>(layout, &mut all)?;
    add::<activity::Secure>(layout, &mut all)?;
    add::<check_up::CheckUp>(layout, &mut all)?;
    add::<support_code::SupportCode>(layout, &mut all)?;
    add::<providers::Going>(layout, &mut all)?;
    add::<providers::Welcome>(layout, &mut all)?;
    add::<providers::LinkedAccounts>(layout, &mut all)?;
    add::<session_ended::SessionEnded>(layout, &mut all)?;
    add::<session_ended::EndedSessions>(layout, &mut all)?;
    add::<api_keys::ApiKeys>(layout, &mut all)?;
    add::<api_keys::NewApiKey>(layout, &mut all)?;
    add::<api_keys::ApiKeyCreated>(layout, &mut all)?;
    add::<api_keys::RevokeApiKey>(layout, &mut all)?;
    add::<profile::ProfilePage>(layout, &mut all)?;
    add::<personal_data::PersonalData>(layout, &mut all)?;
    add::<personal_data::PendingDeletion>(layout, &mut all)?;
    add::<Logout>(layout, &mut all)?;
    add::<LoggedOut>(layout, &mut all)?;
    add::<Setup>(layout, &mut all)?;
    add::<forgot_password::Forgot>(layout, &mut all)?;
    add::<email_code::EmailCodeForm>(layout, &mut all)?;
    add::<email_code::EmailCode>(layout, &mut all)?;
    add::<new_password::NewPassword>(layout, &mut all)?;
    add::<change_email::ChangeEmail>(layout, &mut all)?;
    add::<invitation::Invitation>(layout, &mut all)?;
    add::<status_page::StatusPage>(layout, &mut all)?;
    add::<inbox::Inbox>(layout, &mut all)?;
    add::<inbox::InboxPage>(layout, &mut all)?;
    add::<console::Home>(layout, &mut all)?;
    add::<console::List>(layout, &mut all)?;
    add::<console::Detail>(layout, &mut all)?;
    add::<console::Confirmation>(layout, &mut all)?;
    add::<console::EntryForm>(layout, &mut all)?;
    add::<console::NewSecret>(layout, &mut all)?;
    add::<ErrorPage>(layout, &mut all)?;
    add::<FormPost>(layout, &mut all)?;
    Ok(all)
}
