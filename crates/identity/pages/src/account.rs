//! `/account`: the account home.

use doorward_accounts::account;
use doorward_accounts::second_factor::enrollment;
use doorward_rules::passkey;
use doorward_services::account_notes::AccountNote;
use doorward_templates::Account;
use doorward_templates::account::{AccountNoteRow, AccountNotice, AccountState, InvitationRow};
use doorward_templates::profile::picture_path;
use doorward_templates::two_factor::TwoFactorState;

use super::prelude::*;
use super::{account_sessions, activity, two_factor};

const MAX_SESSIONS: usize = 3;

pub async fn get(page: &Page) -> Answer {
    let (signed_in, factors) = page.account_holder_with_factors("/account").await?;
    let overview = account::overview(&page.context, &signed_in).await?;
    let factor_due = factors.due(&page.context.accounts);
    let factors = enrollment::Overview::from(factors);
    let two_factor = two_factor::state(&factors);
    let params = page.query()?;
    let user = &signed_in.user;
    let mut sessions = account_sessions::rows(page, &overview.sessions, &signed_in);
    sessions.truncate(MAX_SESSIONS);
    let invitations = overview.invitations.into_iter();
    let view = Account {
        layout: page.layout(),
        name: user.display_name(),
        email: user.email.clone(),
        picture: picture_path(&user.profile),
        roles: overview.roles.roles.into_iter().collect(),
        created_at: user.created_at,
        state: state(page, &signed_in, &two_factor, factors.passkeys),
        two_factor,
        factor_due,
        invitations: invitations
            .map(|invitation| InvitationRow {
                id: invitation.id.to_string(),
                organization: invitation.organization,
            })
            .collect(),
        sessions,
        activity: activity::rows(page, &overview.recent, &signed_in),
        apps: overview.apps.len(),
        api_keys: overview.api_keys,
        unreviewed: overview.unreviewed,
        notes: overview.notes.into_iter().map(note).collect(),
        notice: notice(text(&params, "done")?),
        now: page.context.core.now(),
    };
    Ok(page.html(StatusCode::OK, &view))
}

const fn note(note: &AccountNote) -> AccountNoteRow {
    AccountNoteRow {
        id: note.id,
        path: note.path,
        title: note.title,
        text: note.text,
        button: note.button,
    }
}

/// Returns the protection of the account. A passkey is suggested once after a sign-in with a
/// password; a user who postpones it is asked for an authenticator app.
fn state(
    page: &Page,
    signed_in: &SignedIn,
    two_factor: &TwoFactorState,
    passkeys: usize,
) -> AccountState {
    let has_passkeys = page.context.accounts.passkeys.is_some();
    if two_factor.warning(&page.layout()).is_some() {
        AccountState::MakeCodes
    } else if two_factor.since.is_some() || (has_passkeys && passkeys > 0) {
        AccountState::Safe
    } else if has_passkeys
        && passkey::is_offered(&signed_in.session.authentication, passkeys)
        && !page.is_passkey_postponed()
    {
        AccountState::AddPasskey
    } else {
        AccountState::SetUpTwoFactor
    }
}

/// Returns the notice that a redirect from another page requests.
fn notice(done: &str) -> Option<AccountNotice> {
    match done {
        "password" => Some(AccountNotice::PasswordChanged),
        "kept" => Some(AccountNotice::Kept),
        _ => None,
    }
}
