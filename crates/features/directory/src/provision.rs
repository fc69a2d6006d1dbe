//! Accounts of entries: created, linked, changed. An account is found by the ID of its entry alone, never by
//! an address (decision 60).

use std::collections::BTreeSet;

use doorward_admin::prelude::*;
use doorward_admin::provisioning::AppliedState;
use doorward_admin::source_change::{self, Mode, SourceChange};
use doorward_admin::users::{self, NewUser};
use doorward_domain::model::{LinkId, LinkedAccount};
use doorward_store::repo::imports::ImportedRecord;

use crate::entry::Entry;
use crate::mapping::{self, Present, Wanted};
use crate::settings::Directory;

/// Kind of the objects that a directory gives, in the memory of imports.
pub const USER: &str = "user";

/// Returns the context of the changes of a directory.
pub fn context<'a>(context: &AdminContext<'a>, directory: &Directory) -> AdminContext<'a> {
    context.clone().with_source(&directory.source())
}

/// Returns the roles that exist.
pub async fn existing(conn: &Conn, roles: BTreeSet<String>) -> Result<BTreeSet<String>> {
    let mut existing = BTreeSet::new();
    for role in roles {
        if repo::roles::find(conn, &role).await?.is_some() {
            existing.insert(role);
        }
    }
    Ok(existing)
}

/// Creates the account of an entry, with its link.
///
/// # Errors
/// [`AdminError::Taken`] if user name or address belong to another account, which is not linked.
pub async fn create(
    context: &AdminContext<'_>,
    directory: &Directory,
    id: &str,
    wanted: &Wanted,
) -> Result<User> {
    let now = context.now();
    let new = NewUser {
        username: wanted.username.clone(),
        email: wanted.email.clone(),
        email_verified: wanted.email_verified,
        password_hash: None,
        profile: wanted.profile(now),
        is_staff: false,
        roles: wanted.roles.iter().cloned().collect(),
    };
    let tx = context.begin().await?;
    let user = users::create_in(context, &tx, new).await?;
    let link = LinkedAccount {
        id: LinkId::generate(now, &mut context.rng()),
        user_id: user.id,
        issuer: directory.issuer(),
        subject: id.to_owned(),
        label: label(&user),
        roles: Vec::new(),
        created_at: now,
        last_used_at: None,
    };
    if !repo::linked_accounts::insert(&tx, &link).await? {
        return Err(AdminError::conflict("link", id));
    }
    let record = ImportedRecord {
        source: directory.source(),
        kind: USER.to_owned(),
        old_id: id.to_owned(),
        new_id: user.id.to_string(),
        imported_at: now,
        applied: Some(wanted.state().to_stored()),
    };
    repo::imports::insert(&tx, &[record]).await?;
    context.commit(tx).await?;
    Ok(user)
}

/// Returns the text by which a user recognizes the link.
pub fn label(user: &User) -> String {
    user.login_identifier().to_owned()
}

/// Reads the account of an entry with the roles that it has, and with what the directory has given.
pub async fn present(conn: &Conn, user: User, record: &ImportedRecord) -> Result<Present> {
    let id = user.id.to_string();
    let held = repo::roles::assignments(conn, SubjectKind::User, &id).await?;
    let global = held.into_iter().filter(|held| held.org.is_none());
    Ok(Present {
        user,
        roles: global.map(|held| held.role).collect(),
        applied: AppliedState::read(record.applied.as_deref()),
    })
}

/// Makes an account that of its entry. Returns true if something changed.
///
/// # Errors
/// Fails as [`source_change::apply`] does; nothing is changed then.
pub async fn update(
    context: &AdminContext<'_>,
    present: &Present,
    wanted: &Wanted,
    record: &ImportedRecord,
) -> Result<bool> {
    let difference = mapping::compare(present, wanted);
    let record = ImportedRecord {
        applied: Some(difference.state.to_stored()),
        ..record.clone()
    };
    let Some(change) = difference.change else {
        if difference.state != present.applied {
            let tx = context.begin().await?;
            repo::imports::update_applied(&tx, &record).await?;
            tx.commit().await?;
        }
        return Ok(false);
    };
    let id = present.user.id;
    let applied = source_change::apply(context, id, &change, Mode::Apply(&record)).await;
    match applied {
        // Another account has the new name or address: rights must follow all the same.
        Err(error @ AdminError::Taken { .. }) => {
            tracing::warn!(%error, user = %id, "the name or address of a directory user is in use");
            let mut rest = change;
            rest.account.username = None;
            rest.account.email = None;
            rest.account.email_verified = None;
            source_change::apply(context, id, &rest, Mode::Apply(&record)).await?;
        }
        other => other?,
    }
    Ok(true)
}

/// The reason why the account of an entry ends.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Ending {
    /// The entry is gone.
    Left,
    /// The entry is disabled.
    Disabled,
}

/// Disables the account of a user whose entry is gone or disabled.
pub async fn end(
    context: &AdminContext<'_>,
    user: UserId,
    record: &ImportedRecord,
    ending: Ending,
) -> Result<()> {
    let mut state = AppliedState::read(record.applied.as_deref());
    match ending {
        Ending::Left => state.has_left = true,
        Ending::Disabled => state.is_disabled = true,
    }
    let record = ImportedRecord {
        applied: Some(state.to_stored()),
        ..record.clone()
    };
    let mut change = SourceChange::leave();
    change.account.notify = Some(false);
    source_change::apply(context, user, &change, Mode::Apply(&record)).await
}

/// Reads the account that an entry describes, with the roles that exist here.
///
/// # Errors
/// Says which value cannot be used, in the inner result.
pub async fn wanted(
    context: &AdminContext<'_>,
    directory: &Directory,
    entry: &Entry,
    roles: BTreeSet<String>,
) -> Result<std::result::Result<Wanted, &'static str>> {
    let roles = existing(context.db.read(), roles).await?;
    let usernames = context.settings.username_mode();
    let now = context.now();
    Ok(mapping::wanted(directory, entry, roles, usernames, now))
}
