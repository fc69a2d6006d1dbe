//! Organizations: creates, changes and ends them; their members and owners.

pub mod invitation_batches;
pub mod invitations;
pub mod invited_access;
pub mod operations;

use doorward_accounts::membership;
use doorward_accounts::sole_role::is_last_owner;
use doorward_domain::model::organization::is_slug;
use doorward_domain::model::{Member, Organization, RevokeReason};
use doorward_rules::organization_domain::OrganizationDomain;
use doorward_store::repo::organizations::OwnerlessFilter;

use crate::checked_value::check_reserved;
use crate::groups;
use crate::prelude::*;

/// A change of an organization; `None` keeps the current value of a field.
#[derive(Debug, Clone, Default)]
pub struct OrganizationChange {
    pub name: Option<String>,
    pub active: Option<bool>,
    /// The domain whose requests are for the organization; `Some(None)` removes it.
    pub domain: Option<Option<OrganizationDomain>>,
}

#[boxed(?Send)]
pub async fn create(
    context: &AdminContext<'_>,
    slug: &str,
    name: &str,
    owner: Option<UserId>,
) -> Result<Organization> {
    context.require_global("organizations:write")?;
    if let Some(owner) = owner {
        context.not_oneself(owner)?;
        context.check_new_ownership(context.db.read()).await?;
    }
    if !is_slug(slug) {
        let problem = "write 2 to 63 of a-z, 0-9 and inner -";
        return Err(AdminError::invalid("slug", problem));
    }
    check_reserved("slug", slug)?;
    let now = context.now();
    let organization = Organization {
        slug: slug.to_owned(),
        name: context.check_displayed("name", name, 100)?,
        active: true,
        domain: None,
        created_at: now,
        updated_at: now,
    };
    let tx = context.begin().await?;
    match repo::organizations::insert(&tx, &organization).await {
        Err(error) if error.is_conflict() => {
            return Err(AdminError::conflict("organization", slug));
        }
        done => done?,
    }
    if let Some(owner) = owner {
        put(context, &tx, slug, owner, true).await?;
    }
    let event = context
        .event(AuditKind::OrganizationChanged, slug, "created")
        .with("owner", owner.map(|id| id.to_string()));
    context
        .commit_created(tx, &event, &organization.slug, None)
        .await?;
    Ok(organization)
}

/// Lists the organizations in reach by slug.
#[boxed(?Send)]
pub async fn list(
    context: &AdminContext<'_>,
    after: Option<&str>,
    limit: u64,
) -> Result<Vec<Organization>> {
    context.need("organizations:read")?;
    let Some(own) = context.confined_to() else {
        return Ok(repo::organizations::list(context.db.read(), after, limit).await?);
    };
    let found = repo::organizations::find(context.db.read(), own).await?;
    Ok(found.into_iter().filter(|_| after.is_none()).collect())
}

/// Returns the slugs of the organizations in reach that a user belongs to.
#[boxed(?Send)]
pub async fn of_user(context: &AdminContext<'_>, user: UserId) -> Result<Vec<String>> {
    context.need("organizations:read")?;
    let found = repo::organizations::of_user(context.db.read(), user).await?;
    let slugs = found.into_iter().map(|(slug, _)| slug);
    Ok(slugs.filter(|slug| context.reaches(Some(slug))).collect())
}

#[boxed(?Send)]
pub async fn get(context: &AdminContext<'_>, slug: &str) -> Result<Organization> {
    context.need("organizations:read")?;
    find_in(context, context.db.read(), slug).await
}

/// Returns the organization to change. Changes run one at a time, see [`AdminContext::begin`].
#[boxed(?Send)]
pub async fn get_in(context: &AdminContext<'_>, conn: &Conn, slug: &str) -> Result<Organization> {
    context.need("organizations:write")?;
    find_in(context, conn, slug).await
}

async fn find_in(context: &AdminContext<'_>, conn: &Conn, slug: &str) -> Result<Organization> {
    let found = repo::organizations::find(conn, slug).await?;
    let found = found.filter(|found| context.reaches(Some(&found.slug)));
    found.ok_or_else(|| AdminError::not_found("organization", slug))
}

/// Only an administrator of the whole deployment may change state and domain.
#[boxed(?Send)]
pub async fn update(
    context: &AdminContext<'_>,
    slug: &str,
    change: OrganizationChange,
) -> Result<Organization> {
    let tx = context.begin().await?;
    let before = get_in(context, &tx, slug).await?;
    if change.active.is_some() || change.domain.is_some() {
        context.require_global("organizations:write")?;
    }
    if change.active.is_some_and(|active| active != before.active) {
        check_end(context, &tx, slug).await?;
    }
    context.unchanged(&before)?;
    let mut after = before.clone();
    if let Some(name) = change.name {
        after.name = context.check_displayed("name", &name, 100)?;
    }
    after.active = change.active.unwrap_or(after.active);
    if let Some(domain) = change.domain {
        after.domain = domain.map(OrganizationDomain::into_string);
    }
    after.updated_at = context.now();
    match repo::organizations::update(&tx, &after).await {
        Err(error) if error.is_conflict_on("domain") => {
            let domain = after.domain.unwrap_or_default();
            return Err(AdminError::conflict(
                "organization with the domain",
                &domain,
            ));
        }
        done => done?,
    };
    let event = context.event(AuditKind::OrganizationChanged, slug, "changed");
    let event = difference(event, &audit_details(&before), &audit_details(&after));
    context.commit_with(tx, &event).await?;
    Ok(after)
}

pub(super) fn audit_details(organization: &Organization) -> Value {
    json!({
        "name": organization.name, "active": organization.active, "domain": organization.domain,
    })
}

/// Ends an organization and removes its memberships, groups, API keys and the roles assigned in it.
/// Its slug cannot be used again. Returns it as it was.
#[boxed(?Send)]
pub async fn delete(context: &AdminContext<'_>, slug: &str) -> Result<Organization> {
    let tx = context.begin().await?;
    let before = get_in(context, &tx, slug).await?;
    context.require_global("organizations:write")?;
    check_end(context, &tx, slug).await?;
    context.unchanged(&before)?;
    repo::organizations::delete(&tx, slug, context.now()).await?;
    let event = context.event(AuditKind::OrganizationChanged, slug, "deleted");
    context.commit_with(tx, &event).await?;
    Ok(before)
}

/// Checks that the administrator could give what ends with an organization: its ownership, and the
/// roles that are assigned in it.
async fn check_end(context: &AdminContext<'_>, tx: &WriteTx, slug: &str) -> Result<()> {
    if context.authority.is_none() {
        return Ok(());
    }
    if !repo::organizations::owners(tx, slug).await?.is_empty() {
        context.check_ownership()?;
    }
    let roles = repo::role_assignments::roles_in(tx, slug).await?;
    check_delegations(context, tx, roles.iter().map(String::as_str)).await
}

async fn check_delegations(
    context: &AdminContext<'_>,
    tx: &WriteTx,
    roles: impl IntoIterator<Item = &str>,
) -> Result<()> {
    for name in roles {
        if let Some(role) = repo::roles::find(tx, name).await? {
            context.check_role_delegation(&role)?;
        }
    }
    Ok(())
}

/// Checks that the administrator could assign what another user loses with the membership: the
/// roles that the user has in the organization, directly and through its groups.
async fn check_member_roles(
    context: &AdminContext<'_>,
    tx: &WriteTx,
    slug: &str,
    user: UserId,
) -> Result<()> {
    if context.authority.is_none() || context.own_user() == Some(user) {
        return Ok(());
    }
    let mut roles = repo::roles::assignments(tx, SubjectKind::User, &user.to_string()).await?;
    roles.retain(|item| item.org.as_deref() == Some(slug));
    check_delegations(context, tx, roles.iter().map(|item| item.role.as_str())).await?;
    for group in repo::groups::of_user(tx, user).await? {
        if group.org.as_deref() == Some(slug) {
            groups::check_group_delegation(context, tx, group.org.as_deref(), &group.path, false)
                .await?;
        }
    }
    Ok(())
}

/// Lists the members, with the users if the administrator may read them.
#[boxed(?Send)]
pub async fn members(
    context: &AdminContext<'_>,
    organization: &Organization,
    after: Option<UserId>,
    limit: u64,
) -> Result<Vec<(Member, Option<User>)>> {
    context.need("organizations:read")?;
    let (read, slug) = (context.db.read(), &organization.slug);
    let found = repo::organizations::members(read, slug, after, limit).await?;
    let readable = |(member, user)| (member, context.readable(Some(user)));
    Ok(found.into_iter().map(readable).collect())
}

#[boxed(?Send)]
pub async fn member(
    context: &AdminContext<'_>,
    organization: &Organization,
    user: UserId,
) -> Result<(Member, Option<User>)> {
    context.need("organizations:read")?;
    let (read, slug) = (context.db.read(), &organization.slug);
    let found = repo::organizations::member_with_user(read, slug, user).await?;
    let (member, user) = found.ok_or_else(|| AdminError::not_found("member", &user))?;
    Ok((member, context.readable(Some(user))))
}

/// Makes a user a member or an owner, or an owner a plain member. For an administrator confined to the
/// organization, a user who is no member does not exist: membership lets owners read the data of the
/// user, so owners cannot add members themselves. The version is that of an `Option<Member>`.
#[boxed(?Send)]
pub async fn set_member(
    context: &AdminContext<'_>,
    slug: &str,
    user: UserId,
    is_owner: bool,
) -> Result<Member> {
    let tx = context.begin().await?;
    get_in(context, &tx, slug).await?;
    let before = repo::organizations::member(&tx, slug, user).await?;
    if before.is_none() && context.confined_to().is_some() {
        context.not_oneself(user)?;
        return Err(AdminError::not_found("user", &user));
    }
    match before.is_some_and(|member| member.is_owner) {
        true => context.check_ownership()?,
        false if is_owner => context.check_new_ownership(&tx).await?,
        false => {}
    }
    if is_owner {
        context.not_oneself(user)?;
    } else if before.is_none() {
        // A plain membership raises no rights, but administrators cannot add themselves.
        context.not_oneself(user)?;
    } else {
        require_remaining_owner(&tx, slug, user).await?;
    }
    context.unchanged(&before)?;
    let member = put(context, &tx, slug, user, is_owner).await?;
    let shown = |is_owner: Option<bool>| json!({ "owner": is_owner });
    let event = context
        .event(AuditKind::OrganizationChanged, slug, "member set")
        .with("user", user.to_string());
    let old = shown(before.map(|member| member.is_owner));
    let event = difference(event, &old, &shown(Some(is_owner)));
    context.commit_with(tx, &event).await?;
    Ok(member)
}

async fn put(
    context: &AdminContext<'_>,
    tx: &WriteTx,
    slug: &str,
    user_id: UserId,
    is_owner: bool,
) -> Result<Member> {
    if repo::users::find_by_id(tx, user_id).await?.is_none() {
        return Err(AdminError::not_found("user", &user_id));
    }
    let before = repo::organizations::member(tx, slug, user_id).await?;
    let member = Member {
        user_id,
        is_owner,
        created_at: before.map_or(context.now(), |member| member.created_at),
        expires_at: before
            .and_then(|member| member.expires_at)
            .filter(|_| !is_owner),
    };
    repo::organizations::put_member(tx, slug, &member).await?;
    repo::organizations::touch(tx, slug, context.now()).await?;
    Ok(member)
}

async fn require_remaining_owner(tx: &WriteTx, slug: &str, leaving: UserId) -> Result<()> {
    if is_last_owner(tx, slug, leaving).await? {
        let problem = format!("the organization {slug} must keep an owner; name another one first");
        return Err(AdminError::LastHolder(problem.into()));
    }
    Ok(())
}

pub async fn require_owner_everywhere(tx: &WriteTx, leaving: UserId) -> Result<()> {
    for (slug, is_owner) in repo::organizations::of_user(tx, leaving).await? {
        if is_owner {
            require_remaining_owner(tx, &slug, leaving).await?;
        }
    }
    Ok(())
}

/// Lists organizations in reach that need another owner: all are disabled or about to be deleted.
#[boxed(?Send)]
pub async fn needing_owner(
    context: &AdminContext<'_>,
    filter: &OwnerlessFilter<'_>,
    limit: u64,
) -> Result<Vec<String>> {
    context.need("organizations:read")?;
    let found = repo::organizations::list_ownerless(context.db.read(), filter, limit).await?;
    let is_in_reach = |slug: &String| context.reaches(Some(slug));
    Ok(found.into_iter().filter(is_in_reach).collect())
}

/// Removes a user from an organization, with their group memberships and roles in it. A member may
/// leave; the last owner may not.
#[boxed(?Send)]
pub async fn remove_member(context: &AdminContext<'_>, slug: &str, user: UserId) -> Result<()> {
    let tx = context.begin().await?;
    get_in(context, &tx, slug).await?;
    let before = repo::organizations::member(&tx, slug, user).await?;
    let before = before.ok_or_else(|| AdminError::not_found("member", &user))?;
    if before.is_owner {
        context.check_ownership()?;
        require_remaining_owner(&tx, slug, user).await?;
    }
    check_member_roles(context, &tx, slug, user).await?;
    context.unchanged(&Some(before))?;
    let reason = RevokeReason::Administrator;
    membership::end(&tx, slug, user, reason, context.now()).await?;
    let event = context
        .event(AuditKind::OrganizationChanged, slug, "member removed")
        .with("user", user.to_string());
    context.commit_with(tx, &event).await
}
