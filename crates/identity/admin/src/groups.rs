//! Groups: trees of users, inside an organization or outside all organizations.

pub(crate) mod group_managers;
pub mod group_members;
pub mod operations;

use doorward_domain::model::group::{MAX_CODE, MAX_DEPTH, is_code, path_below, with_ancestors};

use self::group_managers::parent_path;
use crate::checked_value::check_line;
use crate::prelude::*;
use crate::role_rules::{check_end, require_no_self_promotion, require_remaining_admin};

/// A group to create.
#[derive(Debug, Clone, Default)]
pub struct NewGroup {
    pub name: String,
    pub parent: Option<GroupId>,
    /// Defaults to that of the parent.
    pub org: Option<String>,
    pub description: String,
    pub code: Option<String>,
    pub manager: Option<UserId>,
}

/// Changes; `None` keeps the current value of a field.
#[derive(Debug, Clone, Default)]
pub struct GroupChange {
    pub name: Option<String>,
    pub description: Option<String>,
    pub code: Option<Option<String>>,
    pub parent: Option<Option<GroupId>>,
    pub manager: Option<Option<UserId>>,
}

fn bad_name() -> AdminError {
    let problem = format!(
        "write 1 to 64 of a-z, 0-9, _ and -, at most {MAX_DEPTH} levels and 200 characters in total"
    );
    AdminError::invalid("name", problem)
}

fn check_description(text: String) -> Result<String> {
    if !text.trim().is_empty() {
        check_line("description", &text, 500)?;
    }
    Ok(text)
}

async fn check_code(tx: &WriteTx, group: &Group) -> Result<()> {
    let Some(code) = &group.code else {
        return Ok(());
    };
    if !is_code(code) {
        let problem = format!("write 1 to {MAX_CODE} of A-Z, a-z, 0-9, _, - and .");
        return Err(AdminError::invalid("code", problem));
    }
    let found = repo::groups::find_by_code(tx, group.org.as_deref(), code).await?;
    if found.is_some_and(|found| found.id != group.id) {
        return Err(AdminError::conflict("group with the code", code));
    }
    Ok(())
}

/// Creates a group without members. Its members will hold the roles of the groups above it.
#[boxed(?Send)]
pub async fn create(context: &AdminContext<'_>, new: NewGroup) -> Result<Group> {
    context.need("groups:write")?;
    let now = context.now();
    let tx = context.begin().await?;
    let parent = match new.parent {
        Some(id) => Some(get_in(context, &tx, id).await?),
        None => None,
    };
    let org = match &parent {
        Some(parent) => parent.org.clone(),
        None => new.org.or_else(|| context.confined_to().map(str::to_owned)),
    };
    if !context.reaches(org.as_deref()) {
        return Err(AdminError::not_found(
            "organization",
            org.as_deref().unwrap_or_default(),
        ));
    }
    if let Some(slug) = &org
        && repo::organizations::find(&tx, slug).await?.is_none()
    {
        return Err(AdminError::not_found("organization", slug));
    }
    let above = parent.as_ref().map(|parent| parent.path.as_str());
    let group = Group {
        id: GroupId::generate(now, &mut context.rng()),
        path: path_below(above, &new.name).ok_or_else(bad_name)?,
        description: check_description(new.description)?,
        code: new.code,
        org,
        parent: new.parent,
        manager: new.manager,
        created_at: now,
        updated_at: now,
    };
    if new.manager.is_some() {
        check_manager(context, &tx, &group, new.manager).await?;
    }
    check_code(&tx, &group).await?;
    match repo::groups::insert(&tx, &group).await {
        Err(error) if error.is_conflict() => {
            return Err(AdminError::conflict("group", &group.path));
        }
        done => done?,
    }
    let event = context
        .event(AuditKind::GroupChanged, group.id, "created")
        .with("path", group.path.as_str())
        .with("org", group.org.clone());
    context.commit_created(tx, &event, group.id, None).await?;
    Ok(group)
}

async fn check_manager(
    context: &AdminContext<'_>,
    tx: &WriteTx,
    group: &Group,
    manager: Option<UserId>,
) -> Result<()> {
    if let Some(manager) = manager {
        context.not_oneself(manager)?;
    }
    group_managers::check_manager_change(context, tx, group.org.as_deref(), &group.path).await?;
    match manager {
        Some(manager) => require_org_user(context, tx, group, manager).await,
        None => Ok(()),
    }
}

pub(super) async fn require_org_user(
    context: &AdminContext<'_>,
    tx: &WriteTx,
    group: &Group,
    user: UserId,
) -> Result<()> {
    let Some(slug) = &group.org else {
        let found = repo::users::find_by_id(tx, user).await?;
        return found
            .map(drop)
            .ok_or_else(|| AdminError::not_found("user", &user));
    };
    match repo::organizations::member(tx, slug, user).await? {
        Some(_) => Ok(()),
        None => Err(context.no_member(tx, user, slug).await?),
    }
}

/// Lists groups in reach, the oldest first; with `org`, only those of that organization.
#[boxed(?Send)]
pub async fn list(
    context: &AdminContext<'_>,
    org: Option<&str>,
    after: Option<GroupId>,
    limit: u64,
) -> Result<Vec<Group>> {
    context.need("groups:read")?;
    if org.is_some() && !context.reaches(org) {
        return Ok(Vec::new());
    }
    let org = context.confined_to().or(org);
    Ok(repo::groups::list(context.db.read(), org, after, limit).await?)
}

#[boxed(?Send)]
pub async fn get(context: &AdminContext<'_>, id: GroupId) -> Result<Group> {
    context.need("groups:read")?;
    get_in(context, context.db.read(), id).await
}

/// Returns those of these groups that exist and are in reach, in no order.
#[boxed(?Send)]
pub async fn find_many(context: &AdminContext<'_>, ids: &[GroupId]) -> Result<Vec<Group>> {
    context.need("groups:read")?;
    let mut found = repo::groups::find_all(context.db.read(), ids).await?;
    found.retain(|group| context.reaches(group.org.as_deref()));
    Ok(found)
}

/// Finds a group by its ID or its path: in the organization, or in the one before the path (`acme:/sales`).
#[boxed(?Send)]
pub async fn get_named(context: &AdminContext<'_>, name: &str, org: Option<&str>) -> Result<Group> {
    if let Some(id) = GroupId::parse(name) {
        return get(context, id).await;
    }
    context.need("groups:read")?;
    let (org, path) = match name.split_once(':') {
        Some((own, path)) if org.is_none_or(|org| org == own) => (Some(own), path),
        _ => (org, name),
    };
    let found = repo::groups::find_by_path(context.db.read(), org, path).await?;
    found
        .filter(|group| context.reaches(group.org.as_deref()))
        .ok_or_else(|| AdminError::not_found("group", name))
}

#[boxed(?Send)]
pub async fn get_in(context: &AdminContext<'_>, conn: &Conn, id: GroupId) -> Result<Group> {
    let found = repo::groups::find(conn, id).await?;
    let found = found.filter(|group| context.reaches(group.org.as_deref()));
    found.ok_or_else(|| AdminError::not_found("group", &id))
}

/// Checks that the administrator may assign every role that membership of a group gives, its own and
/// those of the groups above; with `is_new`, also as long as a new membership gives it.
pub(super) async fn check_group_delegation(
    context: &AdminContext<'_>,
    tx: &WriteTx,
    org: Option<&str>,
    path: &str,
    is_new: bool,
) -> Result<()> {
    if context.authority.is_none() {
        return Ok(());
    }
    for group in repo::groups::line(tx, org, with_ancestors(path)).await? {
        let id = group.id.to_string();
        for held in repo::roles::assignments(tx, SubjectKind::Group, &id).await? {
            let Some(role) = repo::roles::find(tx, &held.role).await? else {
                continue;
            };
            context.check_role_delegation(&role)?;
            if is_new {
                check_end(context, tx, &role, None, held.active, held.expires_at).await?;
            }
        }
    }
    Ok(())
}

/// Checks that the administrator may assign every role of these groups, whose paths change: apps and
/// policies know a group by its path, which is free for another group afterwards.
async fn check_roles_of(context: &AdminContext<'_>, tx: &WriteTx, groups: &[Group]) -> Result<()> {
    if context.authority.is_none() {
        return Ok(());
    }
    let ids: Vec<String> = groups.iter().map(|group| group.id.to_string()).collect();
    let mut held = repo::roles::assignments_of(tx, SubjectKind::Group, &ids).await?;
    held.dedup_by(|left, right| left.role == right.role);
    for assignment in held {
        if let Some(role) = repo::roles::find(tx, &assignment.role).await? {
            context.check_role_delegation(&role)?;
        }
    }
    Ok(())
}

/// Changes a group, or moves it with all groups below it. Denied if members would get roles that the
/// administrator may not assign, a group with such roles another path, or a manager another department.
#[boxed(?Send)]
pub async fn update(context: &AdminContext<'_>, id: GroupId, change: GroupChange) -> Result<Group> {
    context.need("groups:write")?;
    let now = context.now();
    let tx = context.begin().await?;
    let before = get_in(context, &tx, id).await?;
    let mut after = before.clone();
    if let Some(description) = change.description {
        after.description = check_description(description)?;
    }
    if let Some(code) = change.code {
        after.code = code;
        check_code(&tx, &after).await?;
    }
    if let Some(manager) = change.manager
        && manager != before.manager
    {
        check_manager(context, &tx, &before, manager).await?;
        after.manager = manager;
    }
    after.updated_at = now;
    repo::groups::update(&tx, &after).await?;
    if change.name.is_some() || change.parent.is_some() {
        let parent = change.parent.unwrap_or(before.parent);
        let name = change.name.unwrap_or_else(|| before.name().to_owned());
        after.path = relocate(context, &tx, &before, parent, &name).await?;
        after.parent = parent;
    }
    context.unchanged(&before)?;
    let event = context
        .event(AuditKind::GroupChanged, id, "changed")
        .with("org", before.org.clone());
    let event = difference(event, &audit_details(&before), &audit_details(&after));
    context.commit_with(tx, &event).await?;
    Ok(after)
}

pub(super) fn audit_details(group: &Group) -> Value {
    json!({
        "path": group.path, "description": group.description, "code": group.code,
        "manager": group.manager.map(|id| id.to_string()),
    })
}

async fn relocate(
    context: &AdminContext<'_>,
    tx: &WriteTx,
    group: &Group,
    parent: Option<GroupId>,
    name: &str,
) -> Result<String> {
    let above = match parent {
        Some(id) => Some(get_in(context, tx, id).await?),
        None => None,
    };
    let above = above.as_ref();
    if above.is_some_and(|above| group.contains(above)) {
        let problem = "a group cannot be below itself";
        return Err(AdminError::invalid("parent", problem));
    }
    if above.is_some_and(|above| above.org != group.org) {
        let problem = "a tree stays inside one organization";
        return Err(AdminError::invalid("parent", problem));
    }
    let path = path_below(above.map(|above| above.path.as_str()), name).ok_or_else(bad_name)?;
    if path == group.path {
        return Ok(path);
    }
    let below = repo::groups::subtree(tx, group).await?;
    let depth = |path: &str| path.matches('/').count();
    let too_deep = |item: &Group| {
        let grown = depth(&item.path) + depth(&path) > MAX_DEPTH + depth(&group.path);
        grown || item.path.len() + path.len() > 200 + group.path.len()
    };
    if below.iter().any(too_deep) {
        return Err(bad_name());
    }
    // Policies may refer to paths, also at the root.
    require_no_self_promotion(context, tx, &below).await?;
    group_managers::check_relocation(context, tx, &below, &group.path, &path).await?;
    check_roles_of(context, tx, &below).await?;
    if group.parent != parent {
        let org = group.org.as_deref();
        if group.parent.is_some() {
            check_group_delegation(context, tx, org, parent_path(&group.path), false).await?;
        }
        if parent.is_some() {
            check_group_delegation(context, tx, org, parent_path(&path), true).await?;
        }
    }
    match repo::groups::relocate(tx, group, parent, &path, context.now()).await {
        Err(error) if error.is_conflict() => return Err(AdminError::conflict("group", &path)),
        done => done?,
    }
    require_remaining_admin(context, tx).await?;
    Ok(path)
}

/// Deletes a group that has no groups below it, and returns it as it was.
#[boxed(?Send)]
pub async fn delete(context: &AdminContext<'_>, id: GroupId) -> Result<Group> {
    context.need("groups:write")?;
    let tx = context.begin().await?;
    let group = get_in(context, &tx, id).await?;
    if !repo::groups::children(&tx, id).await?.is_empty() {
        let problem = "there are groups below it; move or delete them first";
        return Err(AdminError::invalid("group", problem));
    }
    check_group_delegation(context, &tx, group.org.as_deref(), &group.path, false).await?;
    if group.manager.is_some() {
        group_managers::check_manager_change(context, &tx, group.org.as_deref(), &group.path)
            .await?;
    }
    context.unchanged(&group)?;
    repo::groups::delete(&tx, id, context.now()).await?;
    require_remaining_admin(context, &tx).await?;
    let event = context
        .event(AuditKind::GroupChanged, id, "deleted")
        .with("path", group.path.as_str())
        .with("org", group.org.clone());
    context.commit_with(tx, &event).await?;
    Ok(group)
}
