//! Federated sign-up: a user from a provider creates an account, or signs in to an existing one.

use doorward_domain::model::{
    AuditKind, FederatedSignUp, Profile, Provider, UpstreamIdentity, UserId, UsernameMode,
};
use doorward_domain::secret::TokenHash;
use doorward_domain::time::UnixSeconds;
use doorward_rules::federation::{self, FederationDecision, suggested_username};
use doorward_rules::identifier::IdentifierError;
use doorward_rules::profile::{self, Field, ProfileEdit};
use doorward_services::caller::{AuditEventExt as _, Caller};
use doorward_services::context::{Core, Delivery};
use doorward_services::error::{FlowError, ServerError};
use doorward_services::session::{self, NewSession, SessionStart};
use doorward_services::transaction::in_transaction;
use doorward_store::{WriteTx, repo};

use super::callback::decide;
use super::linked_accounts::new_link;
use super::provider::active;
use super::{linked_accounts, provider, roles};
use crate::change::Change;
use crate::login::record_progress;
use crate::new_password::AccountErrors;
use crate::register::{
    self, KnownAddress, NewProfile, Origin, Registered, Reserved, ValidatedAccount,
};

#[derive(Debug)]
pub enum Choice {
    /// An account has the address that the provider has verified: its user must sign in to it.
    Prove,
    /// The user may create an account.
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
    /// Input that cannot be accepted.
    Problems(Box<AccountErrors>),
}

impl From<provider::FederationError> for FederatedSignUpError {
    fn from(error: provider::FederationError) -> Self {
        Self::Way(error)
    }
}

fn invalid_state<T>() -> Result<T, FlowError<FederatedSignUpError>> {
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
///
/// # Errors
/// [`FederatedSignUpError::Way`] if there is none, or if it is no longer allowed.
pub async fn welcome(
    core: &Core,
    browser: &TokenHash,
) -> Result<SignUpOptions, FlowError<FederatedSignUpError>> {
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
pub async fn register(
    core: &Core,
    delivery: &Delivery,
    browser: &TokenHash,
    typed: &SignUpForm,
    origin: &Origin,
    caller: &Caller,
) -> Result<Registered, FlowError<FederatedSignUpError>> {
    let SignUpOptions {
        sign_up,
        choice:
            Choice::Register {
                email,
                email_is_settled,
                ..
            },
        ..
    } = welcome(core, browser).await?
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
    let done = if waits_for_mail {
        enqueue_sign_up(core, delivery, &sign_up, &checked, origin, caller).await
    } else {
        open(core, &sign_up, &checked, origin, caller).await
    };
    delivery.jobs.wake();
    done
}

/// Creates the account pending verification of its address. If the address is in use, its user gets
/// a mail, and the response is the same (ASVS 5.0 §6.3.8).
async fn enqueue_sign_up(
    core: &Core,
    delivery: &Delivery,
    sign_up: &FederatedSignUp,
    checked: &ValidatedAccount,
    origin: &Origin,
    caller: &Caller,
) -> Result<Registered, FlowError<FederatedSignUpError>> {
    if let Some(owner) = &checked.owner {
        let notified = register::notify_owner(core, delivery, checked, owner, caller).await;
        notified.map_err(|error| error.map(form_error))?;
    }
    in_transaction(&core.db, async |tx| {
        if !repo::federated_sign_ups::claim(tx, sign_up).await? {
            return invalid_state();
        }
        if checked.owner.is_none() {
            let flow = origin
                .interaction
                .as_ref()
                .map(|interaction| &interaction.id);
            let change = Change::new(core, delivery, tx, caller);
            let enqueued = register::enqueue_verification(change, checked, flow).await;
            enqueued.map_err(|error| error.map(form_error))?;
            let provider: Provider = active(tx, &sign_up.provider).await?;
            link(core, tx, &provider, sign_up, checked, caller).await?;
        }
        Ok(Registered::CheckMail)
    })
    .await
}

/// Creates the account ready for use.
async fn open(
    core: &Core,
    sign_up: &FederatedSignUp,
    checked: &ValidatedAccount,
    origin: &Origin,
    caller: &Caller,
) -> Result<Registered, FlowError<FederatedSignUpError>> {
    in_transaction(&core.db, async |tx| {
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
        if let Some(anonymous_caller) = displaces {
            displace(core, tx, anonymous_caller, caller).await?;
        }
        let added = register::add(core, tx, checked, caller).await;
        added.map_err(|error| error.map(form_error))?;
        link(core, tx, &provider, sign_up, checked, caller).await?;
        let registration =
            create_pending(core, tx, &provider, identity, checked, origin, caller).await?;
        Ok(Registered::SignedIn(Box::new(registration)))
    })
    .await
}

/// Deletes an account whose address was never verified, because the provider has verified the
/// address for another user. Nothing of it remains: password, sessions and links.
async fn displace(
    core: &Core,
    tx: &WriteTx,
    anonymous_caller: UserId,
    caller: &Caller,
) -> Result<(), FlowError<FederatedSignUpError>> {
    let now = core.now();
    if !repo::users::delete_unproved(tx, anonymous_caller, now, now).await? {
        return invalid_state();
    }
    let event = caller.event(AuditKind::AccountDeleted, true, now);
    let event = event.about(anonymous_caller);
    let event = event.with("reason", "address proved by somebody else");
    repo::audit::insert(tx, &event).await?;
    Ok(())
}

async fn link(
    core: &Core,
    tx: &WriteTx,
    provider: &Provider,
    sign_up: &FederatedSignUp,
    checked: &ValidatedAccount,
    caller: &Caller,
) -> Result<(), FlowError<FederatedSignUpError>> {
    let (user, now) = (&checked.user, core.now());
    let mut link = new_link(core, user.id, &sign_up.identity);
    link.last_used_at = Some(now);
    let identity = &sign_up.identity;
    roles::follow(core, tx, provider, identity, &mut link, caller, now).await?;
    if !repo::linked_accounts::insert(tx, &link).await? {
        // Another window was faster; the transaction is rolled back.
        let text = "an account at a provider was linked a moment ago";
        return Err(ServerError::Unavailable(text.to_owned()).into());
    }
    let kind = AuditKind::AccountLinked;
    let event = linked_accounts::link_event(kind, &link, Some(provider), caller, now);
    repo::audit::insert(tx, &event).await?;
    Ok(())
}

async fn create_pending(
    core: &Core,
    tx: &WriteTx,
    provider: &Provider,
    identity: &UpstreamIdentity,
    checked: &ValidatedAccount,
    origin: &Origin,
    caller: &Caller,
) -> Result<NewSession, ServerError> {
    let now = core.now();
    let authentication = federation::proof(provider, identity, now);
    let beginning = SessionStart {
        user: &checked.user,
        authentication: &authentication,
        remember: false,
        before: origin.before.as_ref(),
    };
    let session = session::start(core, tx, &beginning, caller).await?;
    record_progress(tx, origin.interaction.as_ref(), &session.session, now).await?;
    Ok(session)
}
