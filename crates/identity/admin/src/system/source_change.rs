//! Changes of a user by another system (`doorward import csv --sync`, SCIM): all of them in one transaction, or
//! none.

use std::collections::BTreeSet;

use doorward_domain::model::EndReason;
use doorward_rules::profile::{self, FieldProblem, ProfileEdit};
use doorward_services::access_end::EndedAccess;
use doorward_store::repo::imports::ImportedRecord;

use crate::prelude::*;
use crate::role_rules::Subject;
use crate::roles::{NewAssignment, assign_in, assignment_details, assignment_event};
use crate::user_change::{UserChange, audit_details, changed, with_ownerless};
use crate::user_notification::{end_excess, follow_up, revoke_all_access};
use crate::{group_members, profile_fields, users};

/// Changes that another system decides. Other values of the account stay.
#[derive(Debug, Clone, Default)]
pub struct SourceChange {
    pub account: UserChange,
    pub profile: ProfileEdit,
    /// URL of an external picture; `Some(None)` removes it.
    pub picture: Option<Option<String>>,
    /// Roles outside organizations.
    pub roles: SetChange,
    /// Paths of groups outside organizations.
    pub groups: SetChange,
}

/// Names to add to a set, and to remove from it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SetChange {
    pub added: BTreeSet<String>,
    pub removed: BTreeSet<String>,
}

impl SourceChange {
    /// Returns the change of a user that has left the source.
    pub fn leave() -> Self {
        let account = UserChange {
            disabled: Some(true),
            ..UserChange::default()
        };
        Self {
            account,
            ..Self::default()
        }
    }

    fn disables(&self) -> bool {
        self.account.disabled == Some(true)
    }

    /// Returns true if the change may take the last administrator away.
    fn takes_power(&self) -> bool {
        self.disables() || !self.roles.removed.is_empty() || !self.groups.removed.is_empty()
    }
}

/// The treatment of a change.
#[derive(Debug)]
pub enum Mode<'a> {
    /// Makes the change, and stores what the source has given then.
    Apply(&'a ImportedRecord),
    /// Makes the change.
    Store,
    /// Checks the change and rolls it back, without the roles and groups that the file adds, which may not
    /// exist yet. The list has the administrators that earlier changes of the file would take away; it
    /// gets the user if this one does.
    Check(&'a mut Vec<UserId>),
}

/// Changes a user that was imported or provisioned. Only for the command line, and for sources with rules of their own.
///
/// # Errors
/// Returns [`AdminError::LastHolder`] if no active administrator would remain, although one exists:
/// the change comes at night, without an operator who would notice.
#[boxed(?Send)]
pub async fn apply<'a>(
    context: &'a AdminContext<'_>,
    id: UserId,
    change: &SourceChange,
    mode: Mode<'a>,
) -> Result<()> {
    context.must_administer()?;
    let is_dry = matches!(mode, Mode::Check(_));
    let mut excess = EndedAccess::default();
    if change.disables() && !is_dry {
        excess = end_excess(context, id, EndReason::Administrator).await?;
    }
    let tx = context.begin().await?;
    let (now, takes_power) = (context.now(), change.takes_power());
    let keeps_admin = takes_power && repo::roles::has_active_holder(&tx, ADMIN_ROLE, now).await?;
    let mut was_admin = false;
    if let Mode::Check(former) = &mode
        && takes_power
    {
        was_admin = is_administrator(&tx, id, now).await?;
        disable_former(&tx, former, now).await?;
    }
    change_account(context, &tx, id, change, excess).await?;
    change_roles(context, &tx, id, &change.roles, is_dry).await?;
    change_groups(context, &tx, id, &change.groups, is_dry).await?;
    if keeps_admin && !repo::roles::has_active_holder(&tx, ADMIN_ROLE, now).await? {
        return Err(AdminError::last_holder(
            "no active administrator would remain; name another one first",
        ));
    }
    match mode {
        Mode::Apply(record) => {
            repo::imports::update_applied(&tx, record).await?;
            context.commit(tx).await
        }
        Mode::Store => context.commit(tx).await,
        Mode::Check(former) => {
            if was_admin && (change.disables() || !is_administrator(&tx, id, now).await?) {
                former.push(id);
            }
            Ok(tx.rollback().await?)
        }
    }
}

async fn is_administrator(tx: &WriteTx, user: UserId, now: UnixSeconds) -> Result<bool> {
    let held = repo::roles::effective_for_user(tx, user, now).await?;
    Ok(held.roles.contains(ADMIN_ROLE))
}

/// Disables the administrators of earlier changes, in a transaction that is rolled back.
async fn disable_former(tx: &WriteTx, former: &[UserId], now: UnixSeconds) -> Result<()> {
    for mut user in repo::users::find_many(tx, former.iter().copied()).await? {
        user.disabled_at = Some(now);
        repo::users::update(tx, &user).await?;
    }
    Ok(())
}

async fn change_account(
    context: &AdminContext<'_>,
    tx: &WriteTx,
    id: UserId,
    change: &SourceChange,
    mut ended: EndedAccess,
) -> Result<()> {
    let now = context.now();
    let before = users::get_in(context, tx, id).await?;
    let mut after = changed(&before, &change.account, context)?;
    let edited = profile::apply(&after.profile, &change.profile, now);
    after.profile = edited.map_err(|problems| to_error(&problems))?;
    if let Some(picture) = &change.picture {
        after.profile.picture.clone_from(picture);
    }
    let mut fields = profile::changes(&before.profile, &after.profile);
    if before.profile.picture != after.profile.picture {
        fields.push("picture");
    }
    let (old, new) = (audit_details(&before), audit_details(&after));
    let own_fields = profile_fields::set_in(tx, id, &change.account.fields).await?;
    if !own_fields.is_empty() {
        // The version of the account depends on this time, not on the values.
        after.updated_at = now.max(before.updated_at.saturating_add(1));
    }
    if fields.is_empty() && own_fields.is_empty() && old == new {
        return Ok(());
    }
    let updated = repo::users::update(tx, &after).await;
    updated.map_err(|error| users::to_error(error, &after))?;
    if change.disables() {
        ended = ended + revoke_all_access(tx, id, EndReason::Administrator, now).await?;
    }
    let is_silent = change.account.notify == Some(false);
    follow_up(context, tx, &before, &after, !is_silent).await?;
    let event = context.event(AuditKind::UserChanged, id, "changed");
    let event = event.with_optional("notified", is_silent.then_some(false));
    let mut event = difference(event, &old, &new);
    if !fields.is_empty() {
        // The names only: values are personal data.
        event = event.with("profile", fields);
    }
    if !own_fields.is_empty() {
        event = event.with("fields", own_fields);
    }
    if change.disables() {
        event = with_ownerless(tx, id, event).await?;
        event = event.with("ended", json!(ended));
    }
    repo::audit::insert(tx, &event).await?;
    Ok(())
}

fn to_error(problems: &[FieldProblem]) -> AdminError {
    let names = problems.iter().map(|one| one.field.name());
    let names: Vec<_> = names.collect();
    AdminError::invalid("profile", format!("{} cannot be stored", names.join(", ")))
}

async fn change_roles(
    context: &AdminContext<'_>,
    tx: &WriteTx,
    id: UserId,
    change: &SetChange,
    is_dry: bool,
) -> Result<()> {
    let text = id.to_string();
    if !change.removed.is_empty() {
        let held = repo::roles::assignments(tx, SubjectKind::User, &text).await?;
        let is_removed = |role: &str| change.removed.contains(role);
        let ended = held
            .iter()
            .filter(|held| held.org.is_none() && is_removed(&held.role));
        for former in ended {
            repo::roles::unassign(tx, SubjectKind::User, &text, &former.role, None).await?;
            let event = assignment_event(context, former, "revoked");
            let event = difference(event, &assignment_details(former), &Value::Null);
            repo::audit::insert(tx, &event).await?;
        }
    }
    if is_dry {
        return Ok(());
    }
    for role in &change.added {
        let new = NewAssignment {
            subject: Subject::User(id),
            role: role.clone(),
            org: None,
            expires_at: None,
            active: true,
        };
        assign_in(context, tx, new).await?;
    }
    Ok(())
}

async fn change_groups(
    context: &AdminContext<'_>,
    tx: &WriteTx,
    id: UserId,
    change: &SetChange,
    is_dry: bool,
) -> Result<()> {
    let paths = change.added.union(&change.removed).map(String::as_str);
    for group in repo::groups::line(tx, None, paths).await? {
        if change.removed.contains(&group.path) {
            if repo::groups::remove_member(tx, group.id, id).await? {
                group_members::record(context, tx, &group, id, "member removed").await?;
            }
        } else if !is_dry && repo::groups::add_member(tx, group.id, id, context.now()).await? {
            group_members::record(context, tx, &group, id, "member added").await?;
        }
    }
    Ok(())
}
