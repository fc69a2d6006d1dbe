//! Operations of role assignments.

use doorward_domain::model::Assignment;
use doorward_services::view;
use doorward_services::view::time;
use doorward_store::repo::role_assignments::AssignmentFilter;

use super::{AssignmentChange, NamedAssignment, create, delete, get_named, page, parse_id, update};
use crate::effective_assignments;
use crate::found::FoundPage;
use crate::groups::operations as groups;
use crate::json_member::optional;
use crate::operation::{Again, Operation, PageRequest, Shown};
use crate::prelude::*;
use crate::role_rules::Subject;
use crate::roles::NewAssignment;
use crate::users::named_id;

crate::entries! {
    LIST: List, SHOW: Show, ASSIGN: Assign, UPDATE: AssignmentChange, REVOKE: Revoke, DELETE: Delete,
}

crate::targets! {
    {
        /// ID of the assignment.
        id
    } => Show, Delete
}

view! {
    /// A role assignment.
    pub AssignmentView(assignment: Assignment) {
        /// ID of the assignment.
        id: String = assignment.id.to_string();
        /// `user`, `client` or `group`.
        holder_kind: &'static str = assignment.subject_kind.as_str();
        /// ID of the user, client or group.
        holder: String = assignment.subject_id;
        /// Name of the role.
        role: String = assignment.role;
        /// Slug of the organization; absent: global.
        organization?: String = assignment.org;
        /// ID of the administrator who assigned the role; absent: the command line.
        assigned_by?: String = assignment.assigned_by;
        /// Expiry (RFC 3339); absent: until it is removed.
        expires_at?: Time = assignment.expires_at;
        /// False if it has no effect.
        active: bool = assignment.active;
        /// Time of creation (RFC 3339).
        created_at: Time = assignment.created_at;
        /// In a list only: user name or e-mail address, ID of the client, or path of the group.
        name?: String = None;
        /// In a list only: name of the administrator who assigned the role.
        assigned_by_name?: String = None;
        /// In a list only: ID of the user who has the role by it.
        user?: String = None;
        /// In a list only: user name.
        username?: String = None;
        /// In a list only: e-mail address of the user.
        email?: String = None;
        /// In a list only: path of the group by which the user has the role.
        group?: String = None;
        /// With `effective` only: path of the user's group, if it is below `group`.
        member_of?: String = None;
        /// In a list only: time of the user's latest sign-in (RFC 3339).
        last_login?: Time = None;
        /// In a list only: time of the latest token since the assignment that may contain the role
        /// (RFC 3339). The role was not used later than that token lasts.
        last_token?: Time = None;
    }
}

impl AssignmentView {
    fn named(found: NamedAssignment) -> Self {
        let (group, holder) = (found.group().map(str::to_owned), found.holder);
        let view = Self::new(found.assignment);
        let user = found.user.as_ref();
        let login = user.map(|user| user.login_identifier().to_owned());
        Self {
            name: login.or(holder).or_else(|| Some(view.holder.clone())),
            assigned_by_name: found.assigner,
            user: user.map(|user| user.id.to_string()),
            username: user.and_then(User::named).map(str::to_owned),
            email: user.map(|user| user.email.clone()),
            group,
            member_of: found.member_of,
            last_login: user.and_then(|user| user.last_login.0).map(time),
            last_token: found.last_token.map(time),
            ..view
        }
    }
}

/// Returns the holder of a role that one of these members names.
async fn holder(
    context: &AdminContext<'_>,
    named: [Option<&str>; 3],
    org: Option<&str>,
) -> Result<Option<Subject>> {
    Ok(Some(match named {
        [None, None, None] => return Ok(None),
        [Some(user), None, None] => Subject::User(named_id(context, user).await?),
        [None, Some(client), None] => {
            let subject = Subject::parse(SubjectKind::Client, client);
            subject.ok_or_else(|| AdminError::not_found("client", client))?
        }
        [None, None, Some(group)] => {
            let found = match groups::target(context, group, org).await {
                // A group outside all organizations can have a role in one.
                Err(AdminError::NotFound { .. }) if org.is_some() => {
                    groups::target(context, group, None).await
                }
                found => found,
            };
            Subject::Group(found?)
        }
        _ => {
            return Err(AdminError::choice("user", "name one user, client or group"));
        }
    }))
}

async fn known_holder(
    context: &AdminContext<'_>,
    named: [Option<&str>; 3],
    org: Option<&str>,
) -> Result<Subject> {
    let missing = || AdminError::choice("user", "name a user, a client or a group");
    holder(context, named, org).await?.ok_or_else(missing)
}

/// A list of role assignments.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct List {
    /// Only those of this user: user name, e-mail address or ID; with `effective` also those by groups.
    user: Option<String>,
    /// Only those of this client.
    client: Option<String>,
    /// Only those of this group: ID, or path in the organization.
    group: Option<String>,
    /// Only those of this role.
    role: Option<String>,
    /// Only those in this organization.
    organization: Option<String>,
    /// Only those that expire before this time (RFC 3339), the earliest first.
    #[serde(default, deserialize_with = "optional")]
    #[schema(value_type = Option<String>, format = DateTime)]
    expires_before: Option<UnixSeconds>,
    /// True: the users who have the roles. Requires `users:read` and `groups:read`, except with `user`.
    #[serde(default)]
    effective: bool,
}

impl Operation for List {
    const TITLE: &'static str = "List role assignments, or the users who have the roles";
    const TEXT: &'static str = "With `effective=true`, an assignment to a group is an item for each user of the \
         group and of the groups below it, and a `user` finds the assignments that reach the user. An item \
         is active if its assignment and its role are, and it has not expired. A page may have fewer items \
         than `limit`, although more follow.";
    const CALL: &'static str = "GET role-assignments paged";
    const COMMAND: &'static str =
        "role assignments --user --client --group --role --org=organization --expires-before";
    const TABLE: &'static str = "name role organization group member_of created_at assigned_by_name \
                                 expires_at active last_login last_token";
    type Done = FoundPage<AssignmentView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let (org, now) = (self.organization.as_deref(), context.now());
        let named = [&self.user, &self.client, &self.group].map(Option::as_deref);
        let holder = holder(context, named, org).await?;
        let filter = AssignmentFilter {
            holder: holder.map(|subject| (subject.kind(), subject.id())),
            role: self.role,
            org: self.organization,
            expires_from: None,
            expires_before: self.expires_before,
        };
        let PageRequest { after, limit } = &context.page;
        if !self.effective {
            let found = page(context, &filter, after.as_deref(), *limit).await?;
            return Ok(found.map(AssignmentView::named));
        }
        let found = effective_assignments::page(context, &filter, after.as_deref(), *limit).await?;
        Ok(found.map(|found| AssignmentView {
            active: found.is_effective(now),
            ..AssignmentView::named(found)
        }))
    }
}

impl Operation for Show {
    const TITLE: &'static str = "Show a role assignment";
    const CALL: &'static str = "GET role-assignments/{id}";
    const COMMAND: &'static str = "role assignment ID";
    type Done = Shown<AssignmentView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        get_named(context, &self.id).await.map(Shown::versioned)
    }
}

/// A role to assign to a user, a client or a group. Repeating an assignment changes its expiry.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewAssignment)]
pub struct Assign {
    /// User: user name, e-mail address or ID.
    user: Option<String>,
    /// Client that acts for itself: ID.
    client: Option<String>,
    /// Group: ID, or path in the organization.
    group: Option<String>,
    /// Name of the role.
    role: String,
    /// Slug of the organization; absent: global.
    organization: Option<String>,
    /// Expiry (RFC 3339).
    #[serde(default, deserialize_with = "optional")]
    #[schema(value_type = Option<String>, format = DateTime)]
    expires_at: Option<UnixSeconds>,
    /// False if the assignment has no effect yet.
    #[serde(default = "yes")]
    #[schema(default = true)]
    active: bool,
}

const fn yes() -> bool {
    true
}

impl Operation for Assign {
    const TITLE: &'static str = "Assign a role";
    const CALL: &'static str = "POST role-assignments once reason";
    const COMMAND: &'static str = "role assign --user --client --group --role --org=organization \
                                   --expires=expires_at --active";
    const DONE: &'static str = "The role {role} is assigned.";
    type Done = Shown<AssignmentView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let named = [&self.user, &self.client, &self.group].map(Option::as_deref);
        let new = NewAssignment {
            subject: known_holder(context, named, self.organization.as_deref()).await?,
            role: self.role,
            org: self.organization,
            expires_at: self.expires_at,
            active: self.active,
        };
        create(context, new).await.map(Shown::versioned)
    }

    fn again() -> Option<Again> {
        Some(Again::new("roles:assign", &SHOW))
    }
}

impl Operation for AssignmentChange {
    const TITLE: &'static str = "Enable or disable a role assignment, or change its expiry";
    const CALL: &'static str = "PATCH role-assignments/{id} versioned reason";
    const COMMAND: &'static str = "role update-assignment ID --active --expires=expires_at?";
    const DONE: &'static str = "The assignment of the role {role} is changed.";
    type Done = Shown<AssignmentView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let id = parse_id(&self.id)?;
        update(context, id, self).await.map(Shown::versioned)
    }
}

/// The role of a user, a client or a group.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Revoke {
    /// User: user name, e-mail address or ID.
    user: Option<String>,
    /// Client that acts for itself: ID.
    client: Option<String>,
    /// Group: ID, or path in the organization.
    group: Option<String>,
    /// Name of the role.
    role: String,
    /// Slug of the organization; absent: the global assignment.
    organization: Option<String>,
}

impl Operation for Revoke {
    const TITLE: &'static str = "Revoke the role of a user, a client or a group";
    const CALL: &'static str = "DELETE role-assignments reason";
    const COMMAND: &'static str = "role revoke --user --client --group --role --org=organization";
    const DONE: &'static str = "The role {role} is revoked.";
    type Done = Shown<AssignmentView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        context.need("roles:assign")?;
        let org = self.organization.as_deref();
        let named = [&self.user, &self.client, &self.group].map(Option::as_deref);
        let subject = known_holder(context, named, org).await?;
        let (read, id) = (context.db.read(), subject.id());
        let held = repo::roles::assignments(read, subject.kind(), &id).await?;
        let is_same = |held: &Assignment| held.role == self.role && held.org.as_deref() == org;
        let held = held
            .into_iter()
            .find(is_same)
            .filter(|_| context.reaches(org));
        let missing = || AdminError::not_found("holder of the role", &self.role);
        let former = held.ok_or_else(missing)?;
        delete(context, former.id).await.map(Shown::versioned)
    }
}

impl Operation for Delete {
    const TITLE: &'static str = "Remove a role assignment";
    const CALL: &'static str = "DELETE role-assignments/{id} versioned reason";
    const COMMAND: &'static str = "role remove-assignment ID";
    const DONE: &'static str = "The assignment of the role {role} is removed.";
    type Done = Shown<AssignmentView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        delete(context, parse_id(&self.id)?)
            .await
            .map(Shown::versioned)
    }
}
