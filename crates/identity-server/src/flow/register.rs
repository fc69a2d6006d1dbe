//! Making an account for oneself.

use doorward_domain::credentials::password::{PasswordProblem, PersonWords};
use doorward_domain::model::{AuditKind, Interaction, Profile, User, UserId};
use doorward_domain::rules::person::{self, NameProblem};
use doorward_domain::secret::Secret;
use doorward_store::{StoreError, WriteTx, repo};

use super::admin;
use super::caller::{Caller, Describe as _};
use super::login::{note_progress, password_proof};
use super::session::{self, Beginning, Begun, SignedIn};
use crate::fault::FlowError;
use crate::flow::in_write;
use crate::state::State;

/// What a person types to get an account.
#[derive(Clone, Debug)]
pub struct NewAccount {
    /// The user name.
    pub username: String,
    /// The e-mail address.
    pub email: String,
    /// The password.
    pub password: Secret<String>,
    /// The password again.
    pub password_confirm: Secret<String>,
}

/// What is wrong with it, field by field.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct AccountProblems {
    /// With the user name.
    pub username: Option<NameProblem>,
    /// With the e-mail address.
    pub email: Option<NameProblem>,
    /// With the password.
    pub password: Option<PasswordProblem>,
    /// Whether a password was typed at all.
    pub password_missing: bool,
    /// Whether the two passwords differ.
    pub mismatch: bool,
}

impl AccountProblems {
    fn any(&self) -> bool {
        *self != Self::default()
    }
}

/// Why no account was made.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Refusal {
    /// The operator does not offer registration.
    Closed,
    /// Something typed cannot be taken.
    Problems(AccountProblems),
}

/// An account that passed every check and is not stored yet.
#[derive(Debug)]
pub(crate) struct Checked {
    pub(crate) user: User,
}

/// Where a registration comes from.
#[derive(Debug)]
pub struct Origin {
    /// The interaction that it belongs to.
    pub interaction: Option<Interaction>,
    /// Who was signed in in this browser before.
    pub before: Option<SignedIn>,
}

/// Registers a person and signs them in.
pub async fn register(
    state: &State,
    account: NewAccount,
    origin: &Origin,
    caller: &Caller,
) -> Result<Begun, FlowError<Refusal>> {
    if !state.config.registration.enabled {
        return Err(FlowError::Refused(Refusal::Closed));
    }
    let checked = check(state, &account, Reserved::Refused).await?;
    in_write(&state.db, async |tx| {
        store(tx, &checked).await?;
        let user = &checked.user;
        let now = state.now();
        let roles = &state.config.registration.roles;
        admin::roles::assign_registered(tx, roles, user.id, now).await?;
        let event = caller
            .event(AuditKind::UserRegistered, true, now)
            .by(user.id)
            .about(user.id);
        repo::audit::insert(tx, &event).await?;
        let authentication = password_proof(now);
        let beginning = Beginning {
            user,
            authentication: &authentication,
            remember: false,
            before: origin.before.as_ref(),
        };
        let begun = session::begin(state, tx, &beginning, caller).await?;
        note_progress(tx, origin.interaction.as_ref(), &begun.session, now).await?;
        Ok(begun)
    })
    .await
}

/// Whether names kept for the operator may be taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Reserved {
    /// By nobody who registers alone.
    Refused,
    /// By the first administrator.
    Allowed,
}

/// Checks everything that was typed, and hashes the password only if all of it is good.
pub(crate) async fn check(
    state: &State,
    account: &NewAccount,
    reserved: Reserved,
) -> Result<Checked, FlowError<Refusal>> {
    let mut problems = AccountProblems::default();
    let username_key = person::username_key(&account.username);
    let email_key = person::email_key(&account.email);
    match &username_key {
        Err(problem) => problems.username = Some(*problem),
        Ok(key) if reserved == Reserved::Refused && person::is_reserved(key) => {
            problems.username = Some(NameProblem::Reserved);
        }
        Ok(key) => {
            if repo::users::find_by_identifier(state.db.read(), key)
                .await?
                .is_some()
            {
                problems.username = Some(NameProblem::Taken);
            }
        }
    }
    match &email_key {
        Err(problem) => problems.email = Some(*problem),
        Ok(key) => {
            if repo::users::find_by_identifier(state.db.read(), key)
                .await?
                .is_some()
            {
                problems.email = Some(NameProblem::Taken);
            }
        }
    }
    check_password(state, account, &mut problems);
    let (Ok(username_key), Ok(email_key), false) = (username_key, email_key, problems.any()) else {
        return Err(FlowError::Refused(Refusal::Problems(problems)));
    };
    let password_hash = state.hashing.hash(account.password.clone()).await?;
    Ok(Checked {
        user: new_user(state, account, username_key, email_key, password_hash),
    })
}

fn check_password(state: &State, account: &NewAccount, problems: &mut AccountProblems) {
    let password = account.password.expose();
    if password.is_empty() {
        problems.password_missing = true;
        return;
    }
    let words = PersonWords {
        username: account.username.trim(),
        email: account.email.trim(),
        names: &[],
        site: &state.config.branding.name,
    };
    problems.password = state.password_policy().check(password, &words).err();
    problems.mismatch = password != account.password_confirm.expose();
}

fn new_user(
    state: &State,
    account: &NewAccount,
    username_key: String,
    email_key: String,
    password_hash: String,
) -> User {
    let now = state.now();
    User {
        id: UserId::generate(now, &mut rand::rng()),
        username: account.username.trim().to_owned(),
        username_key,
        email: account.email.trim().to_owned(),
        email_key,
        email_verified: false,
        password_hash: Some(password_hash),
        password_changed_at: Some(now),
        profile: Profile::default(),
        is_staff: false,
        disabled_at: None,
        created_at: now,
        updated_at: now,
    }
}

/// Inserts the account. Somebody may have taken the name since it was checked: the unique index
/// has the last word.
pub(crate) async fn store(tx: &WriteTx, checked: &Checked) -> Result<(), FlowError<Refusal>> {
    match repo::users::insert(tx, &checked.user).await {
        Ok(()) => Ok(()),
        Err(error) => Err(taken(error)),
    }
}

fn taken(error: StoreError) -> FlowError<Refusal> {
    let mut problems = AccountProblems::default();
    if error.is_conflict_on("username_key") {
        problems.username = Some(NameProblem::Taken);
    } else if error.is_conflict_on("email_key") {
        problems.email = Some(NameProblem::Taken);
    } else {
        return error.into();
    }
    FlowError::Refused(Refusal::Problems(problems))
}
