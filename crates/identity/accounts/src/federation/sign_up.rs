//! Federated sign-up: a user from a provider creates an account, or signs in to an existing one.

use doorward_domain::model::{FederatedSignUp, UpstreamSession, UsernameMode};
use doorward_rules::federation::{self, FederationDecision, suggested_username};
use doorward_rules::profile::{self, Field};

use super::callback::decide;
use super::linked_accounts::new_link;
use super::provider::active;
use super::{linked_accounts, provider, roles};
use crate::change::{Change, in_change};
use crate::login::record_progress;
use crate::new_password::AccountErrors;
use crate::prelude::*;
use crate::register::{
    self, KnownAddress, NewProfile, Origin, Registered, Reserved, ValidatedAccount,
};

#[derive(Debug)]
pub enum Choice {
    /// An account has the address that the provider has verified: its user must sign in to it.
    Prove,
    Register {
        /// A suggested user name; empty if accounts have none.
        username: String,
        /// The address; `None` if the user must type it.
        email: Option<String>,
        /// True if the provider has verified the address, so that it cannot be changed.
        email_is_settled: bool,
    },
}

#[derive(Debug)]
pub struct SignUpOptions {
    pub sign_up: FederatedSignUp,
    pub provider: Provider,
    pub choice: Choice,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum FederatedSignUpError {
    /// There is no pending sign-up, or it is no longer allowed.
    Way(provider::FederationError),
    Problems(Box<AccountErrors>),
}

impl From<provider::FederationError> for FederatedSignUpError {
    fn from(error: provider::FederationError) -> Self {
        Self::Way(error)
    }
}

fn invalid_state<T>() -> FlowResult<T, FederatedSignUpError> {
    Err(FlowError::Rejected(FederatedSignUpError::Way(
        provider::FederationError::Over,
    )))
}

fn form_error(error: register::RegisterError) -> FederatedSignUpError {
    match error {
        register::RegisterError::Problems(problems) => {
            FederatedSignUpError::Problems(Box::new(problems))
        }
        register::RegisterError::Closed => provider::FederationError::Closed.into(),
    }
}

/// Returns the pending sign-up of this browser and its options.
#[boxed(?Send)]
pub async fn welcome(
    core: &Core,
    browser: &TokenHash,
) -> FlowResult<SignUpOptions, FederatedSignUpError> {
    let found = linked_accounts::waiting(core, browser)
        .await
        .map_err(|error| error.map(Into::into))?;
    let Some((sign_up, provider)) = found else {
        return invalid_state();
    };
    let identity = &sign_up.identity;
    let (decision, _) = decide(core, core.db.read(), &provider, identity).await?;
    let choice = match decision {
        FederationDecision::Prove => Choice::Prove,
        FederationDecision::Register {
            address_is_proved, ..
        } => Choice::Register {
            username: match core.config.accounts.username {
                UsernameMode::None => String::new(),
                UsernameMode::Required | UsernameMode::Optional => suggested_username(identity),
            },
            email: identity.email.clone(),
            email_is_settled: address_is_proved,
        },
        FederationDecision::Refused(federation::FederationDenial::Closed) => {
            return Err(FlowError::Rejected(
                provider::FederationError::Closed.into(),
            ));
        }
        // Linked in another window in the meantime.
        _ => return invalid_state(),
    };
    Ok(SignUpOptions {
        sign_up,
        provider,
        choice,
    })
}

#[derive(Clone, Debug)]
pub struct SignUpForm {
    /// The user name; empty for an account without one.
    pub username: String,
    /// The address; ignored if the provider has verified one.
    pub email: String,
}

/// Returns the names from the provider that are valid here.
fn names(identity: &UpstreamIdentity, now: UnixSeconds) -> ProfileEdit {
    let named = [
        (Field::GivenName, &identity.given_name),
        (Field::FamilyName, &identity.family_name),
    ];
    let mut edit = ProfileEdit::default();
    for (field, text) in named {
        let Some(text) = text else { continue };
        let alone = ProfileEdit::default().with(field, text.as_str());
        if profile::apply(&Profile::default(), &alone, now).is_ok() {
            edit = edit.with(field, text.as_str());
        }
    }
    edit
}

/// Creates an account for the pending sign-up of this browser, linked to issuer and subject.
#[boxed(?Send)]
pub async fn register(
    context: &Context,
    browser: &TokenHash,
    typed: &SignUpForm,
    origin: &Origin,
    caller: &Caller,
) -> FlowResult<Registered, FederatedSignUpError> {
    let core = &context.core;
    let SignUpOptions {
        sign_up, choice, ..
    } = welcome(core, browser).await?;
    let Choice::Register {
        email,
        email_is_settled,
        ..
    } = choice
    else {
        return invalid_state();
    };
    let email = match email {
        Some(email) if email_is_settled => email,
        _ => typed.email.clone(),
    };
    let waits_for_mail = !email_is_settled && core.config.requires_verified_email();
    let known = if email_is_settled || waits_for_mail {
        KnownAddress::Hidden
    } else {
        KnownAddress::Said
    };
    let edit = names(&sign_up.identity, core.now());
    let user = NewProfile {
        username: &typed.username,
        email: &email,
        profile: &edit,
    };
    let mut problems = AccountErrors::default();
    let named =
        register::check_profile(core, &user, Reserved::Refused, known, &mut problems).await?;
    if problems.any() {
        return Err(FlowError::Rejected(FederatedSignUpError::Problems(
            Box::new(problems),
        )));
    }
    let mut checked = named.account(core, &email, None);
    checked.user.email_verified = email_is_settled;
    if waits_for_mail {
        enqueue_sign_up(context, &sign_up, &checked, origin, caller).await
    } else {
        in_change(context, caller, async |change| {
            open(change, &sign_up, &checked, origin).await
        })
        .await
    }
}

/// Creates the account pending verification of its address. If the address is in use, its user gets
/// a mail, and the response is the same (ASVS 5.0 §6.3.8).
async fn enqueue_sign_up(
    context: &Context,
    sign_up: &FederatedSignUp,
    checked: &ValidatedAccount,
    origin: &Origin,
    caller: &Caller,
) -> FlowResult<Registered, FederatedSignUpError> {
    if let Some(owner) = &checked.owner {
        let notified = register::notify_owner(context, checked, owner, caller).await;
        notified.map_err(|error| error.map(form_error))?;
    }
    in_change(context, caller, async |change| {
        if !repo::federated_sign_ups::claim(change.tx, sign_up).await? {
            return invalid_state();
        }
        if checked.owner.is_none() {
            let enqueued = register::enqueue_verification(change, checked, origin).await;
            enqueued.map_err(|error| error.map(form_error))?;
            let provider: Provider = active(change.tx, &sign_up.provider).await?;
            link(change, &provider, sign_up, checked).await?;
        }
        Ok(Registered::CheckMail)
    })
    .await
}

async fn open(
    change: Change<'_>,
    sign_up: &FederatedSignUp,
    checked: &ValidatedAccount,
    origin: &Origin,
) -> FlowResult<Registered, FederatedSignUpError> {
    let Change { core, tx, .. } = change;
    let provider: Provider = active(tx, &sign_up.provider).await?;
    let identity = &sign_up.identity;
    // These checks are repeated, because the state may have changed since the page was shown.
    let (decision, _) = decide(core, tx, &provider, identity).await?;
    let FederationDecision::Register {
        address_is_proved,
        displaces,
    } = decision
    else {
        return invalid_state();
    };
    if address_is_proved != checked.user.email_verified {
        return invalid_state();
    }
    let user = &checked.user;
    if user.named().is_some() && register::is_in_use(core, tx, &user.username_key).await? {
        let existing = AccountErrors {
            username: Some(IdentifierError::Taken),
            ..AccountErrors::default()
        };
        return Err(FlowError::Rejected(FederatedSignUpError::Problems(
            Box::new(existing),
        )));
    }
    if !repo::federated_sign_ups::claim(tx, sign_up).await? {
        return invalid_state();
    }
    if let Some(user) = displaces {
        displace(change, user).await?;
    }
    let added = register::add(change, checked).await;
    added.map_err(|error| error.map(form_error))?;
    link(change, &provider, sign_up, checked).await?;
    let now = change.now();
    let authentication = federation::proof(&provider, identity, now);
    let upstream = UpstreamSession::from(identity);
    let beginning = SessionStart {
        user,
        authentication: &authentication,
        remember: false,
        upstream: Some(&upstream),
        before: origin.before.as_ref(),
    };
    let session = session::start(core, tx, &beginning, change.caller).await?;
    record_progress(tx, origin.interaction.as_ref(), &session.session, now).await?;
    Ok(Registered::SignedIn(Box::new(session)))
}

/// Deletes an account whose address was never verified, because the provider has verified the
/// address for another user. Nothing of it remains: password, sessions and links.
async fn displace(change: Change<'_>, user: UserId) -> FlowResult<(), FederatedSignUpError> {
    let now = change.now();
    if !repo::users::delete_unproved(change.tx, user, now, now).await? {
        return invalid_state();
    }
    let event = change.event(AuditKind::AccountDeleted, true).about(user);
    let event = event.with("reason", "address proved by somebody else");
    Ok(change.record(&event).await?)
}

async fn link(
    change: Change<'_>,
    provider: &Provider,
    sign_up: &FederatedSignUp,
    checked: &ValidatedAccount,
) -> FlowResult<(), FederatedSignUpError> {
    let identity = &sign_up.identity;
    let mut link = new_link(change.core, checked.user.id, identity);
    link.last_used_at = Some(change.now());
    roles::follow(change, provider, identity, &mut link).await?;
    if !repo::linked_accounts::insert(change.tx, &link).await? {
        // Another window was faster; the transaction is rolled back.
        let text = "an account at a provider was linked a moment ago";
        return Err(ServerError::Unavailable(text.to_owned()).into());
    }
    let kind = AuditKind::AccountLinked;
    let event = linked_accounts::link_event(change, kind, &link, Some(provider));
    Ok(change.record(&event).await?)
}
