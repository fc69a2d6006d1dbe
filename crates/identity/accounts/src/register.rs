//! Registration: a user creates their own account.

mod user_name;

use std::time::Duration;

use doorward_domain::credentials::password::PasswordContext;
use doorward_domain::model::{AssignmentId, LastLogin, UsernameMode};
use doorward_domain::random::Generator;
use doorward_rules::displayed_name::ProtectedNames;
use doorward_rules::identifier;
use doorward_rules::profile;
use doorward_services::email_link;
use doorward_store::Key;

pub(crate) use self::user_name::is_in_use;
use super::login::record_progress;
use super::new_password::{AccountErrors, check_password, names};
use super::{deletion, verify_email};
use crate::change::{Change, in_change};
use crate::prelude::*;

#[derive(Clone, Debug)]
pub struct NewAccount {
    /// The user name; empty for an account without one.
    pub username: String,
    pub email: String,
    pub password: Secret<String>,
    pub password_confirm: Secret<String>,
    pub profile: ProfileEdit,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum RegisterError {
    Closed,
    Problems(AccountErrors),
}

#[derive(Debug)]
pub(crate) struct ValidatedAccount {
    pub(crate) user: User,
    /// The user who has the address already, if that is not reported.
    pub(crate) owner: Option<User>,
}

#[derive(Debug)]
pub struct Origin {
    pub interaction: Option<Interaction>,
    pub before: Option<SignedIn>,
}

#[derive(Debug)]
pub enum Registered {
    SignedIn(Box<NewSession>),
    /// A mail was enqueued, to the new user or to the owner of the address: the response is the
    /// same (ASVS 5.0 §6.3.8).
    CheckMail,
}

/// Registers a user, and signs them in unless their address must be verified first.
#[boxed(?Send)]
pub async fn register(
    context: &Context,
    account: NewAccount,
    origin: &Origin,
    caller: &Caller,
) -> FlowResult<Registered, RegisterError> {
    let core = &context.core;
    if !core.config.registration.enabled {
        return Err(FlowError::Rejected(RegisterError::Closed));
    }
    let known = if core.config.requires_verified_email() {
        KnownAddress::Hidden
    } else {
        KnownAddress::Said
    };
    let checked = check(context, &account, Reserved::Refused, known).await?;
    if known == KnownAddress::Said {
        let registration = sign_up(context, &checked, origin, caller).await?;
        return Ok(Registered::SignedIn(Box::new(registration)));
    }
    let done = match &checked.owner {
        Some(owner) => notify_owner(context, &checked, owner, caller).await,
        None => {
            in_change(context, caller, async |change| {
                enqueue_verification(change, &checked, origin).await
            })
            .await
        }
    };
    match done {
        // Another registration with this address was faster.
        Err(FlowError::Rejected(RegisterError::Problems(problems)))
            if problems.is_only_email_taken() =>
        {
            Ok(Registered::CheckMail)
        }
        Err(error) => Err(error),
        Ok(()) => Ok(Registered::CheckMail),
    }
}

async fn sign_up(
    context: &Context,
    checked: &ValidatedAccount,
    origin: &Origin,
    caller: &Caller,
) -> FlowResult<NewSession, RegisterError> {
    let core = &context.core;
    in_transaction(&core.db, async |tx| {
        add(Change::new(context, tx, caller), checked).await?;
        let (user, before) = (&checked.user, origin.before.as_ref());
        let session = session::start_after_password(core, tx, user, before, caller).await?;
        let interaction = origin.interaction.as_ref();
        record_progress(tx, interaction, &session.session, core.now()).await?;
        Ok(session)
    })
    .await
}

/// Creates the account pending verification of its address.
pub(crate) async fn enqueue_verification(
    change: Change<'_>,
    checked: &ValidatedAccount,
    origin: &Origin,
) -> FlowResult<(), RegisterError> {
    add(change, checked).await?;
    repo::users::mark_unproved(change.tx, checked.user.id, change.now()).await?;
    let interaction = origin.interaction.as_ref();
    let flow = interaction.map(|interaction| &interaction.id);
    let _ = verify_email::mail_link(change, &checked.user, flow).await?;
    Ok(())
}

pub(crate) async fn add(
    change: Change<'_>,
    checked: &ValidatedAccount,
) -> FlowResult<(), RegisterError> {
    let Change { core, tx, .. } = change;
    store(core, tx, checked).await?;
    let (user, roles) = (checked.user.id, &core.config.registration.roles);
    assign_registered(tx, roles, user, core.now(), core.rng()).await?;
    let event = change.own_event(AuditKind::UserRegistered, user);
    Ok(change.record(&event).await?)
}

/// Mails the user who has the address. The user name is reserved for a limited time as if it were
/// taken, so that its state does not reveal whether the address was known.
pub(crate) async fn notify_owner(
    context: &Context,
    checked: &ValidatedAccount,
    owner: &User,
    caller: &Caller,
) -> FlowResult<(), RegisterError> {
    let core = &context.core;
    if checked.user.named().is_some() {
        user_name::hold(core, &checked.user.username_key).await;
    }
    let mails = Key::new("known-address", &checked.user.email_key);
    let hour = Duration::from_hours(1);
    // Without the counter no mail is sent: unlimited mails would be worse.
    let count = core.ephemeral.bump(&mails, hour).await.unwrap_or(u64::MAX);
    let can_receive_code = email_link::hourly(core).admits(count);
    in_change(context, caller, async |change| {
        let event = change.event(AuditKind::UserRegistered, false);
        let event = event.about(owner.id).with("reason", "known address");
        change.record(&event).await?;
        if can_receive_code && owner.is_active() {
            let url = change.url("/login");
            let content = MailContent::KnownAddress { url };
            change.mail(owner, content).await?;
        }
        Ok(())
    })
    .await
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Reserved {
    /// Rejects them, for users who register themselves.
    Refused,
    /// Allows them, for the first administrator.
    Allowed,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum KnownAddress {
    Said,
    Hidden,
}

/// Checks all input, and hashes the password only if all of it is valid.
pub(crate) async fn check(
    context: &Context,
    account: &NewAccount,
    reserved: Reserved,
    known: KnownAddress,
) -> FlowResult<ValidatedAccount, RegisterError> {
    let Context { core, accounts, .. } = context;
    let mut problems = AccountErrors::default();
    let user = NewProfile {
        username: &account.username,
        email: &account.email,
        profile: &account.profile,
    };
    let named = check_profile(core, &user, reserved, known, &mut problems).await?;
    let context = PasswordContext {
        username: account.username.trim(),
        email: account.email.trim(),
        names: &names(&named.profile),
        site: &core.config.branding.name,
    };
    let confirm = &account.password_confirm;
    check_password(core, &account.password, confirm, &context, &mut problems);
    if problems.any() {
        return Err(FlowError::Rejected(RegisterError::Problems(problems)));
    }
    let password_hash = accounts.hashing.hash(account.password.clone()).await?;
    Ok(named.account(core, &account.email, Some(password_hash)))
}

#[derive(Debug)]
pub(crate) struct NewProfile<'a> {
    pub(crate) username: &'a str,
    pub(crate) email: &'a str,
    pub(crate) profile: &'a ProfileEdit,
}

#[derive(Debug, Default)]
pub(crate) struct Named {
    username_key: String,
    email_key: String,
    profile: Profile,
    /// The user who has the address already, if that is not reported.
    owner: Option<User>,
}

impl Named {
    /// Builds the account, which is not stored yet. Call it only without errors.
    pub(crate) fn account(
        self,
        core: &Core,
        email: &str,
        password_hash: Option<String>,
    ) -> ValidatedAccount {
        let now = core.now();
        ValidatedAccount {
            user: User {
                id: UserId::generate(now, &mut core.rng()),
                // The normalized form, so that the displayed name is the compared one.
                username: self.username_key.clone(),
                username_key: self.username_key,
                email: email.trim().to_owned(),
                email_key: self.email_key,
                email_verified: false,
                password_changed_at: password_hash.as_ref().map(|_| now),
                password_hash,
                profile: self.profile,
                is_staff: false,
                disabled_at: None,
                deletion_due_at: None,
                password_change_required: false,
                password_withdrawn_at: None,
                last_login: LastLogin::default(),
                created_at: now,
                updated_at: now,
            },
            owner: self.owner,
        }
    }
}

/// Checks everything but the password, which federated sign-ups do not have.
pub(crate) async fn check_profile(
    core: &Core,
    user: &NewProfile<'_>,
    reserved: Reserved,
    known: KnownAddress,
    problems: &mut AccountErrors,
) -> Result<Named> {
    let mut named = Named::default();
    match check_username(core, user.username, reserved, known).await {
        Ok(key) => named.username_key = key,
        Err(FlowError::Rejected(problem)) => problems.username = Some(problem),
        Err(FlowError::Server(error)) => return Err(error),
    }
    match identifier::mailable_key(user.email, core.config.mails_beyond_ascii()) {
        Err(problem) => problems.email = Some(problem),
        Ok(key) => {
            named.owner = repo::users::find_by_identifier(core.db.read(), &key).await?;
            if named.owner.is_some() && known == KnownAddress::Said {
                problems.email = Some(IdentifierError::Taken);
            }
            named.email_key = key;
        }
    }
    match profile::apply(&Profile::default(), user.profile, core.now()) {
        Ok(profile) => named.profile = profile,
        Err(wrong) => problems.profile = wrong,
    }
    Ok(named)
}

/// Returns the key of the user name, which is empty for an account without one.
async fn check_username(
    core: &Core,
    typed: &str,
    reserved: Reserved,
    known: KnownAddress,
) -> FlowResult<String, IdentifierError> {
    let settings = &core.config.accounts;
    match settings.username {
        UsernameMode::Optional | UsernameMode::None if typed.trim().is_empty() => {
            return Ok(String::new());
        }
        UsernameMode::None => return Err(FlowError::Rejected(IdentifierError::Unused)),
        UsernameMode::Required | UsernameMode::Optional => {}
    }
    let key = identifier::username_key(typed).map_err(FlowError::Rejected)?;
    let (names, site) = (&settings.reserved_usernames, &core.config.branding.name);
    let is_reserved = identifier::is_reserved(&key, names)
        || ProtectedNames { site }.check_username(&key, names).is_err();
    if reserved == Reserved::Refused && is_reserved {
        return Err(FlowError::Rejected(IdentifierError::Reserved));
    }
    let existing = is_in_use(core, core.db.read(), &key).await?;
    if existing || (known == KnownAddress::Hidden && user_name::is_reserved(core, &key).await) {
        return Err(FlowError::Rejected(IdentifierError::Taken));
    }
    Ok(key)
}

/// Inserts the account. The unique index finally decides whether the user name is free. An account
/// that has the name and did not verify its address in time is deleted.
pub(crate) async fn store(
    core: &Core,
    tx: &WriteTx,
    checked: &ValidatedAccount,
) -> FlowResult<(), RegisterError> {
    let (name, before) = (&checked.user.username_key, user_name::free_before(core));
    if checked.user.named().is_some() {
        for id in repo::users::list_unproved_named(tx, name, before).await? {
            deletion::drop_in(core, tx, id, before).await?;
        }
    }
    repo::users::insert(tx, &checked.user)
        .await
        .map_err(to_error)
}

fn to_error(error: StoreError) -> FlowError<RegisterError> {
    let mut problems = AccountErrors::default();
    if error.is_conflict_on("username_key") || error.is_conflict_on("username_skeleton") {
        problems.username = Some(IdentifierError::Taken);
    } else if error.is_conflict_on("email_key") {
        problems.email = Some(IdentifierError::Taken);
    } else {
        return error.into();
    }
    FlowError::Rejected(RegisterError::Problems(problems))
}

/// Assigns the roles of `registration.roles` to a new account in the same transaction. A role that
/// does not exist is skipped, because it must not prevent registrations.
pub async fn assign_registered(
    tx: &WriteTx,
    roles: &[String],
    user: UserId,
    now: UnixSeconds,
    mut rng: Generator<'_>,
) -> Result<(), StoreError> {
    for role in roles {
        if repo::roles::find(tx, role).await?.is_none() {
            tracing::warn!(%role, "registration.roles names a role that does not exist");
            continue;
        }
        let id = AssignmentId::generate(now, &mut rng);
        let subject = user.to_string();
        let assignment = Assignment::global(id, (SubjectKind::User, &subject), role, now);
        repo::roles::assign(tx, &assignment).await?;
    }
    Ok(())
}
