//! Every page in all states.

use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs};

use doorward_i18n::Lang;

use crate::testing::{Sample, Samples};
use crate::{
    Account, Consent, ErrorPage, FormPost, Layout, LoggedOut, Login, Logout, RecoveryCodes,
    Register, SecondStep, SelectAccount, Setup, Theme, TwoFactor, TwoFactorSetUp, account_apps,
    account_sessions, activity, api_keys, assets, change_email, check_up, connect_device, console,
    email_code, factor_due, forgot_password, inbox, invitation, memberships, new_password,
    passkeys, personal_data, profile, providers, session_ended, sign_in_methods, status_page,
    support_code,
};

/// Renders every sample of every page.
pub(super) fn gallery(lang: Lang, theme: Theme) -> Vec<Sample> {
    gallery_in(Layout {
        theme,
        ..Layout::sample(lang)
    })
}

/// Renders every sample of every page in this layout.
pub(super) fn gallery_in(layout: Layout) -> Vec<Sample> {
    let mut all = Samples::new(layout);
    all.add::<Login>("login");
    all.add::<SecondStep>("second_step");
    all.add::<TwoFactor>("two_factor");
    all.add::<TwoFactorSetUp>("two_factor_set_up");
    all.add::<passkeys::Passkeys>("passkeys");
    all.add::<RecoveryCodes>("recovery_codes");
    all.add::<Register>("register");
    all.add::<Consent>("consent");
    all.add::<connect_device::ConnectDevice>("connect-device");
    all.add::<connect_device::ConfirmDevice>("confirm-device");
    all.add::<connect_device::DeviceDecided>("device-answered");
    all.add::<SelectAccount>("select-account");
    all.add::<factor_due::FactorDue>("factor-due");
    all.add::<Account>("account");
    all.add::<account_sessions::AccountSessions>("account-sessions");
    all.add::<account_apps::AccountApps>("account-apps");
    all.add::<sign_in_methods::SignInMethods>("sign-in-methods");
    all.add::<memberships::Memberships>("memberships");
    all.add::<memberships::LeaveOrganization>("leave-organization");
    all.add::<activity::Activity>("activity");
    all.add::<activity::Secure>("secure");
    all.add::<check_up::CheckUp>("check-up");
    all.add::<support_code::SupportCode>("support-code");
    all.add::<providers::Going>("going");
    all.add::<providers::Welcome>("welcome");
    all.add::<providers::LinkedAccounts>("linked_accounts");
    all.add::<session_ended::SessionEnded>("session_ended");
    all.add::<session_ended::EndedSessions>("ended_sessions");
    all.add::<api_keys::ApiKeys>("api-keys");
    all.add::<api_keys::NewApiKey>("new-api-key");
    all.add::<api_keys::ApiKeyCreated>("api-key-made");
    all.add::<api_keys::RevokeApiKey>("revoke-api-key");
    all.add::<profile::ProfilePage>("profile");
    all.add::<personal_data::PersonalData>("personal-data");
    all.add::<personal_data::PendingDeletion>("leaving");
    all.add::<Logout>("logout");
    all.add::<LoggedOut>("logged-out");
    all.add::<Setup>("setup");
    all.add::<forgot_password::Forgot>("forgot");
    all.add::<email_code::EmailCodeForm>("email_ask");
    all.add::<email_code::EmailCode>("email_code");
    all.add::<new_password::NewPassword>("new-password");
    all.add::<change_email::ChangeEmail>("change-email");
    all.add::<invitation::Invitation>("invitation");
    all.add::<status_page::StatusPage>("step");
    all.add::<inbox::Inbox>("inbox");
    all.add::<inbox::InboxPage>("inbox-mail");
    all.add::<console::Home>("console-home");
    all.add::<console::List>("console-list");
    all.add::<console::Detail>("console-detail");
    all.add::<console::Confirmation>("console-confirmation");
    all.add::<console::EntryForm>("console-form");
    all.add::<console::NewSecret>("console-secret");
    all.add::<console::Guide>("console-guide");
    all.add::<ErrorPage>("error");
    all.add::<FormPost>("form-post");
    all.into()
}

/// Writes every page in every state, with style sheet and script, to the directory in the variable
/// `GALLERY`, for visual review. Does nothing without the variable.
#[test]
fn writes_pages_to_chosen_directory() {
    let Some(directory) = env::var_os("GALLERY") else {
        return;
    };
    let directory = Path::new(&directory);
    fs::create_dir_all(directory.join("static")).unwrap();
    for (url, _, body) in assets::all() {
        fs::write(directory.join(url.trim_start_matches('/')), body).unwrap();
    }
    let mut index = String::from("<!doctype html><meta charset=utf-8><title>Gallery</title><ul>");
    for lang in super::langs() {
        for theme in [Theme::Light, Theme::Dark] {
            for Sample { page, state, html } in gallery(lang, theme) {
                let name = format!("{page}.{state}.{}.{}.html", lang.code(), theme.as_str());
                // The pages are opened as files: URLs of style sheet and script become relative,
                // and the form_post page must not submit itself.
                let html = html.replace("\"/static/", "\"static/");
                fs::write(directory.join(&name), html.replace(" data-autosubmit", "")).unwrap();
                writeln!(index, "<li><a href=\"{name}\">{name}</a>").unwrap();
            }
        }
    }
    fs::write(directory.join("index.html"), index).unwrap();
}
