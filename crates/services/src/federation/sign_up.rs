//! Federated sign-up: a user from a provider creates an account, or signs in to an existing one.

use doorward_domain::model::{
    AuditKind, FederatedSignUp, Profile, Provider, SubjectKind, UpstreamIdentity, UserId,
};
use doorward_domain::rules::federation::{self, FederationDecision, suggested_username};
use doorward_domain::rules::identifier::IdentifierError;
use doorward_domain::rules::profile::{self, Field, ProfileEdit};
use doorward_domain::secret::TokenHash;
use doorward_domain::time::UnixSeconds;
use doorward_store::{WriteTx, repo};

use super::callback::judge;
use super::linked_accounts::new_link;
use super::provider::active;
use super::{linked_accounts, provider, roles};
use crate::caller::{AuditEventExt as _, Caller};
use crate::context::{Core, Delivery};
use crate::error::{FlowError, ServerError};
use crate::login::note_progress;
use crate::new_password::AccountErrors;
use crate::register::{self, KnownAddress, Origin, Person, Registered, Reserved, ValidatedAccount};
use crate::session::{self, NewSession, SessionStart};
use crate::transaction::in_transaction;

/// The choice on the sign-up page.
#[derive(Debug)]
pub enum Choice {
    /// An account has the address that the provider has verified: its user must sign in to it.
    Prove,
    /// The user may create an account.
    Register {
        /// A suggested user name.
        username: String,
        /// The address; `None` if the user must type it.
        email: Option<String>,
        /// True if the provider has verified the address, so that it cannot be changed.
        email_is_settled: bool,
    },
}

/// The pending sign-up and its options.
#[derive(Debug)]
pub struct SignUpOptions {
    /// The pending sign-up.
    pub newcomer: FederatedSignUp,
    /// The provider.
    pub provider: Provider,
    /// The choice of the user.
    pub choice: Choice,
}

/// The failure of a federated sign-up.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum FederatedSignUpError {
    /// There is no pending sign-up, or it is no longer allowed.
    Way(provider::FederationError),
    /// Input that cannot be accepted.
    Problems(Box<AccountErrors>),
}

impl From<provider::FederationError> for FederatedSignUpError {
    fn from(refusal: provider::FederationError) -> Self {
        Self::Way(refusal)
    }
}

fn over<T>() -> Result<T, FlowError<FederatedSignUpError>> {
    Err(FlowError::Rejected(FederatedSignUpError::Way(
        provider::FederationError::Over,
    )))
}

fn of_way(error: FlowError<provider::FederationError>) -> FlowError<FederatedSignUpError> {
    match error {
        FlowError::Rejected(refusal) => FlowError::Rejected(refusal.into()),
        FlowError::Server(fault) => FlowError::Server(fault),
    }
}

fn of_form(error: FlowError<register::RegisterError>) -> FlowError<FederatedSignUpError> {
    match error {
        FlowError::Rejected(register::RegisterError::Problems(problems)) => {
            FlowError::Rejected(FederatedSignUpError::Problems(Box::new(problems)))
        }
        FlowError::Rejected(register::RegisterError::Closed) => {
            FlowError::Rejected(provider::FederationError::Closed.into())
        }
        FlowError::Server(fault) => FlowError::Server(fault),
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
        .map_err(of_way)?;
    let Some((newcomer, provider)) = found else {
        return over();
    };
    let identity = &newcomer.identity;
    let (verdict, _) = judge(core, core.db.read(), &provider, identity).await?;
    let choice = match verdict {
        FederationDecision::Prove => Choice::Prove,
        FederationDecision::Register {
            address_is_proved, ..
        } => Choice::Register {
            username: suggested_username(identity),
            email: identity.email.clone(),
            email_is_settled: address_is_proved,
        },
        FederationDecision::Refused(federation::FederationDenial::Closed) => {
            return Err(FlowError::Rejected(
                provider::FederationError::Closed.into(),
            ));
        }
        // Linked in another window in the meantime.
        _ => return over(),
    };
    Ok(SignUpOptions {
        newcomer,
        provider,
        choice,
    })
}

/// The input of the sign-up form.
#[derive(Clone, Debug)]
pub struct NewPerson {
    /// The user name.
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
///
/// # Errors
/// [`FederatedSignUpError`] if the sign-up is not allowed or the input is not accepted.
pub async fn register(
    core: &Core,
    delivery: &Delivery,
    browser: &TokenHash,
    typed: &NewPerson,
    origin: &Origin,
    caller: &Caller,
) -> Result<Registered, FlowError<FederatedSignUpError>> {
    let SignUpOptions {
        newcomer,
        choice:
            Choice::Register {
                email,
                email_is_settled,
                ..
            },
        ..
    } = welcome(core, browser).await?
    else {
        return over();
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
    let edit = names(&newcomer.identity, core.now());
    let person = Person {
        username: &typed.username,
        email: &email,
        profile: &edit,
    };
    let mut problems = AccountErrors::default();
    let rules = (Reserved::Refused, known);
    let named = register::check_person(core, &person, rules, &mut problems).await?;
    if problems.any() {
        return Err(FlowError::Rejected(FederatedSignUpError::Problems(
            Box::new(problems),
        )));
    }
    let mut checked = named.account(core, &email, None);
    checked.user.email_verified = email_is_settled;
    let done = if waits_for_mail {
        promise(core, delivery, &newcomer, &checked, origin, caller).await
    } else {
        open(core, &newcomer, &checked, origin, caller).await
    };
    delivery.jobs.wake();
    done
}

/// Creates the account pending verification of its address. If the address is in use, its user gets
/// a mail, and the response is the same (ASVS 5.0 §6.3.8).
async fn promise(
    core: &Core,
    delivery: &Delivery,
    newcomer: &FederatedSignUp,
    checked: &ValidatedAccount,
    origin: &Origin,
    caller: &Caller,
) -> Result<Registered, FlowError<FederatedSignUpError>> {
    if let Some(owner) = &checked.owner {
        let told = register::tell_owner(core, delivery, checked, owner, caller).await;
        told.map_err(of_form)?;
    }
    in_transaction(&core.db, async |tx| {
        if !repo::federated_sign_ups::claim(tx, newcomer).await? {
            return over();
        }
        if checked.owner.is_none() {
            let flow = origin.interaction.as_ref().map(|one| &one.id);
            let promised = register::promise(core, delivery, tx, checked, flow, caller).await;
            promised.map_err(of_form)?;
            let provider: Provider = active(tx, &newcomer.provider).await?;
            link(core, tx, (&provider, newcomer), checked, caller).await?;
        }
        Ok(Registered::CheckMail)
    })
    .await
}

/// Creates the account ready for use.
async fn open(
    core: &Core,
    newcomer: &FederatedSignUp,
    checked: &ValidatedAccount,
    origin: &Origin,
    caller: &Caller,
) -> Result<Registered, FlowError<FederatedSignUpError>> {
    in_transaction(&core.db, async |tx| {
        let provider: Provider = active(tx, &newcomer.provider).await?;
        let identity = &newcomer.identity;
        // A rejection commits what was written, so all checks come first. They are repeated,
        // because the state may have changed since the page was shown.
        let (verdict, _) = judge(core, tx, &provider, identity).await?;
        let FederationDecision::Register {
            address_is_proved,
            displaces,
        } = verdict
        else {
            return over();
        };
        if address_is_proved != checked.user.email_verified {
            return over();
        }
        if register::is_name_taken(core, tx, &checked.user.username_key).await? {
            let taken = AccountErrors {
                username: Some(IdentifierError::Taken),
                ..AccountErrors::default()
            };
            return Err(FlowError::Rejected(FederatedSignUpError::Problems(
                Box::new(taken),
            )));
        }
        if !repo::federated_sign_ups::claim(tx, newcomer).await? {
            return over();
        }
        if let Some(stranger) = displaces {
            displace(core, tx, stranger, caller).await?;
        }
        let added = register::add(core, tx, checked, caller).await;
        added.map_err(of_form)?;
        link(core, tx, (&provider, newcomer), checked, caller).await?;
        let begun = begin(core, tx, (&provider, identity), (checked, origin), caller).await?;
        Ok(Registered::SignedIn(Box::new(begun)))
    })
    .await
}

/// Deletes an account whose address was never verified, because the provider has verified the
/// address for another user. Nothing of it remains: password, sessions and links.
async fn displace(
    core: &Core,
    tx: &WriteTx,
    stranger: UserId,
    caller: &Caller,
) -> Result<(), FlowError<FederatedSignUpError>> {
    let now = core.now();
    if !repo::users::delete_unproved(tx, stranger, now).await? {
        return over();
    }
    repo::roles::unassign_all(tx, SubjectKind::User, &stranger.to_string()).await?;
    let event = caller.event(AuditKind::AccountDeleted, true, now);
    let event = event.about(stranger);
    let event = event.with("reason", "address proved by somebody else");
    repo::audit::insert(tx, &event).await?;
    Ok(())
}

async fn link(
    core: &Core,
    tx: &WriteTx,
    (provider, newcomer): (&Provider, &FederatedSignUp),
    checked: &ValidatedAccount,
    caller: &Caller,
) -> Result<(), FlowError<FederatedSignUpError>> {
    let (user, now) = (&checked.user, core.now());
    let mut link = new_link(core, user.id, &newcomer.identity);
    link.last_used_at = Some(now);
    let from = (provider, &newcomer.identity);
    roles::follow(core, tx, from, (user, &mut link), caller, now).await?;
    if !repo::linked_accounts::insert(tx, &link).await? {
        // Another window was faster; the transaction is rolled back.
        let text = "an account at a provider was linked a moment ago";
        return Err(ServerError::Unavailable(text.to_owned()).into());
    }
    let kind = AuditKind::AccountLinked;
    linked_accounts::note(tx, kind, (user, &link), Some(provider), caller, now).await?;
    Ok(())
}

async fn begin(
    core: &Core,
    tx: &WriteTx,
    (provider, identity): (&Provider, &UpstreamIdentity),
    (checked, origin): (&ValidatedAccount, &Origin),
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
    let begun = session::begin(core, tx, &beginning, caller).await?;
    note_progress(tx, origin.interaction.as_ref(), &begun.session, now).await?;
    Ok(begun)
}
