//! The objects that an undo changes: their present state, and the operations that restore them.

use std::collections::BTreeSet;

use doorward_config::Config;
use doorward_domain::model::{Assignment, Organization, Provider, Role};
use doorward_oauth::clients::registration;
use doorward_rules::client_profile;
use doorward_rules::provider_change::SETTINGS;
use doorward_rules::undo::{Reversal, UndoTarget, UndoValue, client_change};

use crate::assignments::{self, AssignmentChange};
use crate::group_members;
use crate::groups::{self, GroupChange};
use crate::operator::version;
use crate::organizations::{self, OrganizationChange};
use crate::prelude::*;
use crate::provider_spec::{ProviderSpec, rebuild};
use crate::renames;
use crate::role_rules::Subject;
use crate::roles::{self, NewAssignment, RoleChange};
use crate::user_change::{self, UserChange, changed};
use crate::{clients, providers, users};

#[derive(Debug)]
pub(crate) enum UndoObject {
    User(Box<User>),
    Group(Group),
    Member {
        group: Group,
        user: UserId,
        name: String,
        is_member: bool,
    },
    Organization(Organization),
    Role(Role),
    Assignment {
        subject: Subject,
        holder: String,
        role: String,
        org: Option<String>,
        held: Option<Assignment>,
    },
    Client(Box<Client>),
    Provider(Box<Provider>),
}

impl UndoObject {
    pub(crate) async fn find(context: &AdminContext<'_>, target: &UndoTarget) -> Result<Self> {
        Ok(match target {
            UndoTarget::User(id) => {
                Self::User(Box::new(users::read(context, &id.to_string()).await?))
            }
            UndoTarget::Group(id) => Self::Group(groups::get(context, *id).await?),
            UndoTarget::Member(group, user) => Self::member(context, *group, *user).await?,
            UndoTarget::Organization(slug) => {
                Self::Organization(organizations::get(context, slug).await?)
            }
            UndoTarget::Role(name) => Self::Role(roles::get(context, name).await?),
            UndoTarget::Assignment {
                kind,
                holder,
                role,
                org,
            } => {
                let subject = Subject::parse(*kind, holder);
                let subject = subject.ok_or_else(|| AdminError::not_found("holder", holder))?;
                Self::assignment(context, subject, role, org.as_deref()).await?
            }
            UndoTarget::Client(id) => Self::Client(Box::new(clients::get(context, id).await?)),
            UndoTarget::Provider(id) => {
                Self::Provider(Box::new(providers::get(context, id.as_str()).await?))
            }
        })
    }

    async fn member(context: &AdminContext<'_>, group: GroupId, user: UserId) -> Result<Self> {
        let group = groups::get(context, group).await?;
        let name = user_name(context, user).await?;
        let name = name.ok_or_else(|| AdminError::not_found("user", &user))?;
        Ok(Self::Member {
            is_member: repo::groups::has_member(context.db.read(), group.id, user).await?,
            user,
            name,
            group,
        })
    }

    async fn assignment(
        context: &AdminContext<'_>,
        subject: Subject,
        role: &str,
        org: Option<&str>,
    ) -> Result<Self> {
        roles::get(context, role).await?;
        let holder = holder_name(context, &subject).await?;
        let id = subject.id();
        let holder = holder.ok_or_else(|| AdminError::not_found("holder", &id))?;
        let held = repo::roles::assignments(context.db.read(), subject.kind(), &id).await?;
        let is_same = |held: &Assignment| held.role == role && held.org.as_deref() == org;
        Ok(Self::Assignment {
            subject,
            holder,
            role: role.to_owned(),
            org: org.map(str::to_owned),
            held: held.into_iter().find(is_same),
        })
    }

    pub(crate) fn name(&self) -> String {
        match self {
            Self::User(user) => user.display_name(),
            Self::Group(group) => group.path.clone(),
            Self::Member { group, name, .. } => format!("{}: {name}", group.path),
            Self::Organization(organization) => organization.name.clone(),
            Self::Role(role) => role.name.clone(),
            Self::Assignment { holder, role, .. } => format!("{holder}: {role}"),
            Self::Client(client) => client.name.clone(),
            Self::Provider(provider) => provider.name.clone(),
        }
    }

    pub(crate) fn version(&self) -> String {
        match self {
            Self::User(user) => version(user),
            Self::Group(group) => version(group),
            Self::Member { is_member, .. } => version(is_member),
            Self::Organization(organization) => version(organization),
            Self::Role(role) => version(role),
            Self::Assignment { held, .. } => version(held),
            Self::Client(client) => version(client),
            Self::Provider(provider) => version(provider),
        }
    }

    /// Returns true if an operation checks the version of the object.
    pub(crate) const fn has_version(&self) -> bool {
        match self {
            Self::Member { .. } => false,
            Self::Assignment { held, .. } => held.is_some(),
            _ => true,
        }
    }

    /// Returns the members as the audit log contains them; null for an absent assignment.
    pub(crate) fn details(&self) -> Value {
        match self {
            Self::User(user) => user_change::audit_details(user),
            Self::Group(group) => groups::audit_details(group),
            Self::Member { is_member, .. } => json!({ "member": is_member }),
            Self::Organization(organization) => organizations::audit_details(organization),
            Self::Role(role) => {
                let mut details = roles::audit_details(role);
                details["name"] = json!(role.name);
                details
            }
            Self::Assignment { held, .. } => {
                let held = held.as_ref().map(roles::assignment_details);
                held.unwrap_or_default()
            }
            Self::Client(client) => registration::audit_details(client),
            Self::Provider(provider) => providers::audit_details(provider),
        }
    }

    /// Returns true if the operation restores exactly the former values. Fails for one that is not
    /// allowed any more, or that names an object that does not exist.
    pub(crate) async fn can_restore(
        &self,
        context: &AdminContext<'_>,
        config: &Config,
        reversal: &Reversal,
    ) -> Result<bool> {
        let after = match self {
            Self::User(user) => {
                let after = changed(user, &user_change(reversal), context)?;
                user_change::audit_details(&after)
            }
            Self::Client(client) => {
                let Some(change) = client_change(reversal) else {
                    return Ok(false);
                };
                let mut after = Client::clone(client);
                let fields = change.apply(&mut after, context.now());
                client_profile::pin(&mut after, &fields);
                registration::audit_details(&after)
            }
            Self::Group(group) => {
                group_change(context, group, reversal).await?;
                return Ok(true);
            }
            Self::Organization(_) => {
                organization_change(config, reversal)?;
                return Ok(true);
            }
            Self::Provider(provider) if !is_state(reversal) => {
                let spec = provider_spec(provider, reversal)?;
                let after = rebuild(&spec, provider, context.now())?;
                providers::audit_details(&after)
            }
            Self::Member { .. } | Self::Role(_) | Self::Assignment { .. } | Self::Provider(_) => {
                return Ok(true);
            }
        };
        Ok(is_exact(&self.details(), &after, reversal))
    }

    pub(crate) async fn restore(
        &self,
        context: &AdminContext<'_>,
        config: &Config,
        reversal: &Reversal,
    ) -> Result<()> {
        match self {
            Self::User(user) => {
                let change = user_change(reversal);
                let id = user.id.to_string();
                users::update(context, &id, change).await.map(drop)
            }
            Self::Group(group) => {
                let change = group_change(context, group, reversal).await?;
                groups::update(context, group.id, change).await.map(drop)
            }
            Self::Member {
                group,
                user,
                is_member,
                ..
            } => {
                if *is_member {
                    group_members::remove(context, group.id, *user).await
                } else {
                    group_members::add(context, group.id, *user).await
                }
            }
            Self::Organization(organization) => {
                let change = organization_change(config, reversal)?;
                let updated = organizations::update(context, &organization.slug, change);
                updated.await.map(drop)
            }
            Self::Role(role) => {
                if let Some(name) = text(reversal, "name").flatten() {
                    return renames::role(context, &role.name, &name, None)
                        .await
                        .map(drop);
                }
                let change = role_change(role, reversal);
                roles::update(context, &role.name, change).await.map(drop)
            }
            Self::Assignment { held, .. } => {
                self.restore_assignment(context, held.as_ref(), reversal)
                    .await
            }
            Self::Client(client) => {
                let change = client_change(reversal).unwrap_or_default();
                clients::update(context, &client.id, change).await.map(drop)
            }
            Self::Provider(provider) if !is_state(reversal) => {
                let spec = provider_spec(provider, reversal)?;
                providers::restore(context, provider.id.as_str(), &spec).await
            }
            Self::Provider(provider) => {
                let on = flag(reversal, "active").unwrap_or_default();
                let switched = providers::switch(context, provider.id.as_str(), on);
                switched.await.map(drop)
            }
        }
    }

    async fn restore_assignment(
        &self,
        context: &AdminContext<'_>,
        held: Option<&Assignment>,
        reversal: &Reversal,
    ) -> Result<()> {
        let Self::Assignment {
            subject, role, org, ..
        } = self
        else {
            return Ok(());
        };
        let is_absent = reversal.restored("active").is_some_and(Value::is_null);
        let end = reversal.restored("expires_at").map(Value::as_i64);
        match held {
            Some(held) if is_absent => assignments::delete(context, held.id).await.map(drop),
            Some(held) => {
                let change = AssignmentChange {
                    active: flag(reversal, "active"),
                    expires_at: end,
                    ..AssignmentChange::default()
                };
                let updated = assignments::update(context, held.id, change);
                updated.await.map(drop)
            }
            None => {
                let new = NewAssignment {
                    subject: subject.clone(),
                    role: role.clone(),
                    org: org.clone(),
                    expires_at: end.flatten(),
                    active: flag(reversal, "active").unwrap_or_default(),
                };
                assignments::create(context, new).await.map(drop)
            }
        }
    }
}

async fn holder_name(context: &AdminContext<'_>, subject: &Subject) -> Result<Option<String>> {
    let read = context.db.read();
    Ok(match subject {
        Subject::User(id) => user_name(context, *id).await?,
        Subject::Client(id) => {
            let found = repo::clients::find(read, id).await?;
            found.map(|client| client.name)
        }
        Subject::Group(id) => {
            let found = repo::groups::find(read, *id).await?;
            found.map(|group| group.path)
        }
    })
}

/// Returns the ID instead of the name for an administrator who may not read users.
async fn user_name(context: &AdminContext<'_>, id: UserId) -> Result<Option<String>> {
    let found = repo::users::find_by_id(context.db.read(), id).await?;
    let may_read = context.need("users:read").is_ok();
    Ok(found.map(|user| {
        if may_read {
            user.display_name()
        } else {
            id.to_string()
        }
    }))
}

/// Returns true if a change leads from `now` to `after` with the restored values and no others. A
/// disabled object has another time.
fn is_exact(now: &Value, after: &Value, reversal: &Reversal) -> bool {
    let members = after.as_object().into_iter().flatten();
    let mut members = members.map(|(name, after)| {
        let kept = now.get(name).unwrap_or(&Value::Null);
        let expected = reversal.restored(name).unwrap_or(kept);
        (name, after, expected)
    });
    members.all(|(name, after, expected)| {
        let is_state = name == "disabled_at" && after.is_null() == expected.is_null();
        is_state || after == expected
    })
}

/// Returns true if a reversal only enables or disables the object.
fn is_state(reversal: &Reversal) -> bool {
    reversal.values.iter().all(|value| value.name == "active")
}

fn provider_spec(provider: &Provider, reversal: &Reversal) -> Result<ProviderSpec> {
    let member = |value: &UndoValue| {
        let mut settings = SETTINGS.iter();
        let setting = settings.find(|setting| setting.member == value.name)?;
        Some((value.name.clone(), setting.member_value(&value.before)))
    };
    let values = reversal.values.iter().filter_map(member).collect();
    let mut spec = ProviderSpec::from(provider).with_values(values)?;
    if let Some(is_active) = flag(reversal, "active") {
        spec.disabled = !is_active;
    }
    Ok(spec)
}

fn flag(reversal: &Reversal, name: &str) -> Option<bool> {
    reversal.restored(name)?.as_bool()
}

/// Returns the text to restore; the inner value is `None` for an absent one.
#[expect(clippy::option_option, reason = "kept, absent and a text differ")]
fn text(reversal: &Reversal, name: &str) -> Option<Option<String>> {
    let text = reversal.restored(name)?.as_str();
    Some(text.map(str::to_owned))
}

fn user_change(reversal: &Reversal) -> UserChange {
    let email = text(reversal, "email").flatten();
    // Only the event states if another address was verified: the present one may have been verified
    // since. `is_exact` then rejects the undo.
    let kept = email.is_some().then_some(false);
    let disabled = reversal.restored("disabled_at").map(|at| !at.is_null());
    UserChange {
        username: text(reversal, "username").flatten(),
        email,
        email_verified: flag(reversal, "email_verified").or(kept),
        is_staff: flag(reversal, "is_staff"),
        disabled,
        ..UserChange::default()
    }
}

async fn group_change(
    context: &AdminContext<'_>,
    group: &Group,
    reversal: &Reversal,
) -> Result<GroupChange> {
    let manager = text(reversal, "manager");
    let mut change = GroupChange {
        description: text(reversal, "description").flatten(),
        code: text(reversal, "code"),
        manager: manager.map(|id| id.as_deref().and_then(UserId::parse)),
        ..GroupChange::default()
    };
    if let Some(path) = text(reversal, "path").flatten() {
        let (above, name) = path.rsplit_once('/').unwrap_or_default();
        let org = group.org.as_deref();
        change.parent = Some(match above {
            "" => None,
            above => Some(groups::get_named(context, above, org).await?.id),
        });
        change.name = Some(name.to_owned());
    }
    Ok(change)
}

fn organization_change(config: &Config, reversal: &Reversal) -> Result<OrganizationChange> {
    let domain = text(reversal, "domain").map(|domain| {
        let read = |domain: String| config.organization_domain(&domain);
        domain.map(read).transpose()
    });
    let invalid = |problem: &'static str| AdminError::invalid("domain", problem);
    Ok(OrganizationChange {
        name: text(reversal, "name").flatten(),
        active: flag(reversal, "active"),
        domain: domain.transpose().map_err(invalid)?,
    })
}

fn role_change(role: &Role, reversal: &Reversal) -> RoleChange {
    let mut change = RoleChange {
        description: text(reversal, "description").flatten(),
        active: flag(reversal, "active"),
        ..RoleChange::default()
    };
    if let Some(permissions) = reversal.restored("permissions").and_then(Value::as_array) {
        let names = permissions.iter().filter_map(Value::as_str);
        let restored: BTreeSet<String> = names.map(str::to_owned).collect();
        change.add_permissions = restored.difference(&role.permissions).cloned().collect();
        change.remove_permissions = role.permissions.difference(&restored).cloned().collect();
    }
    change
}
