//! Creation, change and deletion of users by a source.

use doorward_admin::prelude::*;
use doorward_admin::source_change::{self, Mode, SourceChange};
use doorward_admin::user_change::UserChange;
use doorward_admin::users::NewUser;
use doorward_admin::{group_members, organizations, users};
use doorward_domain::model::scim::{ScimState, ScimUser};
use doorward_domain::model::{FieldEdit, FieldInput, FieldKind, Profile, UsernameMode};
use doorward_rules::displayed_name::ProtectedNames;
use doorward_rules::{identifier, profile, slug};
use doorward_scim_protocol::error::ScimError;
use doorward_scim_protocol::patch::{self, Change};

use crate::failure::{Failure, Result, forbidden, invalid_value};
use crate::rights::{Standing, UserChangeKind, standing};
use crate::server::Server;
use crate::user_changes::{Wanted, email_of, required_label};
use crate::user_resource::UserRecord;

/// Number of names that are tried for a new account.
const NAMES: usize = 20;

/// The change that a request makes of a resource.
#[derive(Clone, Debug)]
pub(crate) enum Edit {
    /// The attributes of a PUT. Those that it leaves out stay: users change some themselves.
    Replace(Map<String, Value>),
    Patch(Vec<Change>),
}

/// Creates a user.
///
/// # Errors
/// Returns `uniqueness` if the name or the address is in use, also by an account out of reach.
pub(crate) async fn create(server: &Server<'_>, sent: &Map<String, Value>) -> Result<UserRecord> {
    let mut read = server.users.read(sent)?;
    let user_name = required_label("userName", read.get("userName").unwrap_or(&Value::Null))?;
    let email = match email_of(&read) {
        Some(email) => email.to_owned(),
        None if user_name.contains('@') => {
            read.remove("emails");
            user_name.clone()
        }
        None => return Err(invalid_value("emails is missing")),
    };
    server
        .write(async |server| {
            let named = repo::scim::find_named(server.conn(), server.source.id, &user_name).await?;
            if let Some(label) = named {
                return revive(server, label, &read).await;
            }
            require_free(server, &user_name, None).await?;
            let wanted = Wanted::between(&Map::new(), &read, server.fields)?;
            let context = &server.context;
            let edited = profile::apply(&Profile::default(), &wanted.profile, context.now());
            let profile = edited.map_err(|problems| {
                let names = problems.iter().map(|one| one.field.name());
                let names: Vec<_> = names.collect();
                invalid_value(format!("{} cannot be stored", names.join(", ")))
            })?;
            let new = NewUser {
                username: account_name(server, &user_name).await?,
                email,
                email_verified: server.source.verifies_email,
                password_hash: None,
                profile,
                is_staff: false,
                roles: Vec::new(),
            };
            let user = users::create(context, new).await?;
            if let Some(org) = server.org() {
                organizations::set_member(context, org, user.id, false).await?;
            }
            let mut label = ScimUser {
                source_id: server.source.id,
                user_id: user.id,
                user_name: Some(user_name.clone()),
                external_id: wanted.external_id.clone().filter(|id| !id.is_empty()),
                is_own: true,
                state: ScimState::Present,
                created_at: context.now(),
            };
            let is_disabled = wanted.active == Some(false);
            if is_disabled {
                label.state = ScimState::Disabled;
            }
            let account = UserChange {
                disabled: is_disabled.then_some(true),
                // The user has no mail from here yet.
                notify: Some(false),
                fields: reached_fields(server, &wanted).await?,
                ..UserChange::default()
            };
            if is_disabled || !account.fields.is_empty() {
                let change = SourceChange {
                    account,
                    ..SourceChange::default()
                };
                source_change::apply(context, user.id, &change, Mode::Store).await?;
            }
            repo_put(server, &label).await?;
            server.find_user(&user.id.to_string(), true).await
        })
        .await
}

/// Enables the account of a user again whom the source has deleted, and who has the same identifier there. Another user with
/// the name of a former one would get what that one had.
async fn revive(
    server: &Server<'_>,
    mut label: ScimUser,
    read: &Map<String, Value>,
) -> Result<UserRecord> {
    let external = read.get("externalId").and_then(Value::as_str);
    let is_same = external.is_some() && external == label.external_id.as_deref();
    if label.state != ScimState::Left || !is_same {
        return Err(taken("userName").into());
    }
    let id = label.user_id.to_string();
    if !server.reaches_user(label.user_id).await? {
        return Err(taken("userName").into());
    }
    let user = repo::users::find_by_id(server.conn(), label.user_id).await?;
    label.state = if user.is_some_and(|user| user.is_active()) {
        ScimState::Present
    } else {
        ScimState::Disabled
    };
    repo_put(server, &label).await?;
    let before = server.find_user(&id, false).await?;
    let mut after = read.clone();
    after.entry("active").or_insert(Value::Bool(true));
    apply(server, before, &after).await
}

fn taken(name: &str) -> ScimError {
    ScimError::taken(format!("{name} is in use by another account"))
}

async fn repo_put(server: &Server<'_>, label: &ScimUser) -> Result<()> {
    let tx = server.context.db.begin_write().await?;
    let stored = repo::scim::put(&tx, label).await;
    stored.map_err(|error| {
        if error.is_conflict() {
            taken("userName").into()
        } else {
            Failure::from(error)
        }
    })?;
    tx.commit().await?;
    Ok(())
}

/// Checks that no other account signs in by the name.
async fn require_free(server: &Server<'_>, name: &str, own: Option<UserId>) -> Result<()> {
    let Some(key) = identifier::identifier_key(name) else {
        return Ok(());
    };
    let found = repo::users::find_by_identifier(server.conn(), &key).await?;
    if found.is_some_and(|found| Some(found.id) != own) {
        return Err(taken("userName").into());
    }
    Ok(())
}

/// Returns the user name of a new account: that of the source, unless it is an address. Accounts that need a name get one
/// from the address.
async fn account_name(server: &Server<'_>, user_name: &str) -> Result<String> {
    let mode = server.context.settings.username_mode();
    if mode == UsernameMode::None {
        return Ok(String::new());
    }
    let Some((local, _)) = user_name.split_once('@') else {
        check_reserved(server, user_name)?;
        return Ok(user_name.to_owned());
    };
    if mode == UsernameMode::Optional {
        return Ok(String::new());
    }
    let wanted = slug::slug(local, "._-");
    for name in slug::numbered(&wanted).take(NAMES) {
        let Ok(key) = identifier::username_key(&name) else {
            continue;
        };
        let is_free = !repo::users::has_username(server.conn(), &key, -1).await?;
        if is_free && check_reserved(server, &name).is_ok() {
            return Ok(name);
        }
    }
    let problem = format!("no user name like {wanted:?} is free; send one without @ as userName");
    Err(invalid_value(problem))
}

/// Rejects the reserved names, and those of this service and its staff.
fn check_reserved(server: &Server<'_>, name: &str) -> Result<()> {
    let settings = &server.context.settings;
    let reserved = settings
        .accounts
        .map(|accounts| accounts.reserved_usernames.as_slice());
    let reserved = reserved.unwrap_or_default();
    let names = ProtectedNames {
        site: settings.site,
    };
    let Ok(key) = identifier::username_key(name) else {
        return Ok(());
    };
    if identifier::is_reserved(&key, reserved) || names.check_username(&key, reserved).is_err() {
        return Err(invalid_value("userName is reserved for the operator"));
    }
    Ok(())
}

/// Returns the wanted values of profile fields. One that names a user must name one in reach.
async fn reached_fields(server: &Server<'_>, wanted: &Wanted) -> Result<FieldEdit> {
    for field in server
        .fields
        .iter()
        .filter(|field| field.kind == FieldKind::User)
    {
        let Some(FieldInput::Json(Value::String(id))) = wanted.fields.get(&field.name) else {
            continue;
        };
        if id.is_empty() {
            continue;
        }
        server
            .find_user(id, false)
            .await
            .map_err(|failure| match failure {
                Failure::Scim(_) => {
                    invalid_value(format!("{}: there is no user {id:?}", field.name))
                }
                other => other,
            })?;
    }
    Ok(wanted.fields.clone())
}

/// Changes a user. `seen` has the versions that the client has read.
pub(crate) async fn change(
    server: &Server<'_>,
    id: &str,
    seen: Option<&str>,
    edit: Edit,
) -> Result<UserRecord> {
    server
        .write(async |server| {
            let before = server.find_user(id, false).await?;
            require_version(seen, &before.version(server))?;
            let after = match edit {
                Edit::Replace(sent) => server.users.read(&sent)?,
                Edit::Patch(changes) => {
                    let mut after = before.attributes(server);
                    patch::apply(server.users, &mut after, changes)?;
                    after
                }
            };
            apply(server, before, &after).await
        })
        .await
}

/// Checks `If-Match` (RFC 9110 §13.1.1). Versions are weak; their values are compared.
pub(crate) fn require_version(seen: Option<&str>, current: &str) -> Result<()> {
    let Some(seen) = seen.filter(|seen| seen.trim() != "*") else {
        return Ok(());
    };
    let strong = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    if seen.split(',').any(|tag| strong(tag) == strong(current)) {
        return Ok(());
    }
    Err(ScimError::new(412, "it was changed in the meantime; read it again").into())
}

async fn apply(
    server: &Server<'_>,
    before: UserRecord,
    after: &Map<String, Value>,
) -> Result<UserRecord> {
    let wanted = Wanted::between(&before.attributes(server), after, server.fields)?;
    if wanted == Wanted::default() {
        return server.find_user(&before.user.id.to_string(), true).await;
    }
    let context = &server.context;
    let is_own = before.is_own();
    let of_user = (&before.user, is_own);
    let standing = standing(server.conn(), server.source, of_user, context.now()).await?;
    if wanted.active == Some(false) && before.user.is_active() && !standing.is_in_hand() {
        // The account stays, and its membership ends.
        return expel(server, before).await;
    }
    let mut label = before.label.clone().unwrap_or_else(|| ScimUser {
        source_id: server.source.id,
        user_id: before.user.id,
        user_name: None,
        external_id: None,
        is_own: false,
        state: ScimState::Present,
        created_at: context.now(),
    });
    let change = account_change(server, &before, &wanted, standing, &mut label).await?;
    if let Some(change) = change {
        source_change::apply(context, before.user.id, &change, Mode::Store).await?;
    }
    if before.label.as_ref() != Some(&label) {
        repo_put(server, &label).await?;
    }
    server.find_user(&before.user.id.to_string(), true).await
}

/// Returns the change of the account, and notes in the label what is only a name at the source.
async fn account_change(
    server: &Server<'_>,
    before: &UserRecord,
    wanted: &Wanted,
    standing: Standing,
    label: &mut ScimUser,
) -> Result<Option<SourceChange>> {
    let require = |kind| standing.check(kind).map_err(forbidden);
    if let Some(external) = &wanted.external_id {
        label.external_id = Some(external.clone()).filter(|id| !id.is_empty());
    }
    let mut account = UserChange::default();
    if let Some(name) = &wanted.user_name {
        require_free(server, name, Some(before.user.id)).await?;
        label.user_name = Some(name.clone());
        let is_account_name = !name.contains('@')
            && server.context.settings.username_mode() != UsernameMode::None
            && identifier::username_key(name).ok().as_deref() != Some(&before.user.username_key);
        if is_account_name {
            require(UserChangeKind::Identifier)?;
            check_reserved(server, name)?;
            account.username = Some(name.clone());
        }
    }
    if let Some(email) = &wanted.email {
        require(UserChangeKind::Identifier)?;
        account.email = Some(email.clone());
        account.email_verified = server.source.verifies_email.then_some(true);
    }
    if wanted.changes_profile() {
        require(UserChangeKind::Profile)?;
        account.fields = reached_fields(server, wanted).await?;
    }
    let is_active = before.user.is_active();
    match wanted.active {
        Some(false) if is_active => {
            require(UserChangeKind::Disable)?;
            account.disabled = Some(true);
            label.state = ScimState::Disabled;
        }
        // An account that an administrator has disabled stays so.
        Some(true) if !is_active && label.state == ScimState::Disabled => {
            require(UserChangeKind::Enable)?;
            account.disabled = Some(false);
            label.state = ScimState::Present;
        }
        // An administrator has enabled it meanwhile.
        _ if is_active && label.state == ScimState::Disabled => label.state = ScimState::Present,
        _ => {}
    }
    let change = SourceChange {
        account,
        profile: wanted.profile.clone(),
        ..SourceChange::default()
    };
    let has_change = change.account != UserChange::default() || wanted.changes_profile();
    Ok(has_change.then_some(change))
}

/// Ends the membership of a user whose account does not belong to the source. Returns the user as it was, inactive.
async fn expel(server: &Server<'_>, mut before: UserRecord) -> Result<UserRecord> {
    if let Some(org) = server.org() {
        organizations::remove_member(&server.context, org, before.user.id).await?;
        forget(server, before.user.id).await?;
    }
    before.user.disabled_at = Some(server.context.now());
    Ok(before)
}

async fn forget(server: &Server<'_>, user: UserId) -> Result<()> {
    let tx = server.context.db.begin_write().await?;
    repo::scim::remove(&tx, server.source.id, user).await?;
    tx.commit().await?;
    Ok(())
}

/// Deletes a user for the source: a leaver, whose account is disabled and loses its groups. An account that does not belong
/// to the source only loses its membership.
pub(crate) async fn delete(server: &Server<'_>, id: &str, seen: Option<&str>) -> Result<()> {
    server
        .write(async |server| {
            let before = server.find_user(id, true).await?;
            require_version(seen, &before.version(server))?;
            let context = &server.context;
            let of_user = (&before.user, before.is_own());
            let standing = standing(server.conn(), server.source, of_user, context.now()).await?;
            if !standing.is_in_hand() {
                return expel(server, before).await.map(drop);
            }
            let user = before.user.id;
            for (group, _) in &before.groups {
                group_members::remove_all(context, *group, &[user]).await?;
            }
            if before.user.is_active() {
                let change = SourceChange::leave();
                source_change::apply(context, user, &change, Mode::Store).await?;
            }
            let label = ScimUser {
                state: ScimState::Left,
                ..before.label.clone().unwrap_or(ScimUser {
                    source_id: server.source.id,
                    user_id: user,
                    user_name: None,
                    external_id: None,
                    is_own: false,
                    state: ScimState::Left,
                    created_at: context.now(),
                })
            };
            repo_put(server, &label).await
        })
        .await
}
