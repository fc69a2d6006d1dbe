//! Roles, permissions and role assignments.

use doorward_domain::boxed;
use doorward_domain::model::former_name::NameKind;
use doorward_domain::model::{Assignment, AssignmentId, Permission, Role};
use sea_orm::{SelectModel, Selector};

use super::deletions::{self, Deletion};
use super::former_names;
use super::prelude::*;
use super::role_holders::RoleHolders;
use super::sites::{self, RuleName};
use crate::entity::rights::FullRole;
use crate::entity::{permissions, role_assignments, role_permissions, roles};

mod effective;
pub(super) mod role_column;

pub use effective::{
    effective_for_client_in, effective_for_user, effective_for_user_in, effective_for_users_in,
    effective_in_each_scope, prepared_for_client, prepared_for_user,
};

pub(super) const PERMISSIONS: &str = "(SELECT string_agg(permission, ' ') FROM role_permissions \
     WHERE role_permissions.role = roles.name)";

/// Returns every role with its permissions, ordered by name.
#[boxed]
pub async fn list(conn: &Conn) -> Result<Vec<Role>> {
    let query = roles::Entity::find()
        .filter(is_kept("roles"))
        .order_by_asc(roles::Column::Name);
    let rows = with_permissions(query).all(conn).await?;
    Ok(rows.into_iter().map(Role::from).collect())
}

#[boxed]
pub async fn find(conn: &Conn, name: &str) -> Result<Option<Role>> {
    let query = with_permissions(roles::Entity::find_by_id(name).filter(is_kept("roles")));
    Ok(query.one(conn).await?.map(Role::from))
}

fn with_permissions(query: Select<roles::Entity>) -> Selector<SelectModel<FullRole>> {
    query
        .expr_as(Expr::cust(PERMISSIONS), "permissions")
        .into_model()
}

/// Stores a role with exactly these permissions.
/// Returns [`StoreError::MissingReference`] if a permission is not registered, and
/// [`StoreError::Conflict`] on `name` while a deleted role with this name still has assignments.
#[boxed]
pub async fn upsert(tx: &WriteTx, role: &Role) -> Result<()> {
    if deletions::is_pending(tx, Deletion::Role(&role.name)).await? {
        return Err(deletions::name_in_use());
    }
    let row = roles::ActiveModel {
        name: Set(role.name.clone()),
        description: Set(role.description.clone()),
        active: Set(role.active),
    };
    let changed = [roles::Column::Description, roles::Column::Active];
    upsert_row(tx, row, [roles::Column::Name], changed).await?;
    let former = role_permissions::Column::Role.eq(role.name.as_str());
    role_permissions::Entity::delete_by(tx, former).await?;
    let links = role
        .permissions
        .iter()
        .map(|permission| role_permissions::ActiveModel {
            role: Set(role.name.clone()),
            permission: Set(permission.clone()),
        });
    insert_rows(tx, links, None).await
}

/// Deletes a role with its assignments, as [`deletions`] describes. Returns false if it does not exist.
#[boxed]
pub async fn delete(tx: &WriteTx, name: &str, now: UnixSeconds) -> Result<bool> {
    former_names::forget(tx, NameKind::Role, name).await?;
    deletions::start(tx, Deletion::Role(name), now).await
}

/// Gives a role another name, with its permissions, its assignments and what identity providers gave.
/// Tokens contain the old name too until this time. A batch of the assignments has the new name at once,
/// and [`deletions::advance`] gives it to the others, which count for the new name meanwhile.
///
/// # Errors
/// Returns [`StoreError::Conflict`] on `name` if the new name is used, also by a role that is being deleted.
#[boxed]
pub async fn rename(
    tx: &WriteTx,
    role: &Role,
    name: &str,
    until: Option<UnixSeconds>,
    now: UnixSeconds,
) -> Result<()> {
    let renamed = Role {
        name: name.to_owned(),
        ..role.clone()
    };
    upsert(tx, &renamed).await?;
    let old = role.name.as_str();
    // The name is known until no assignment waits for it.
    let until = until.unwrap_or(now);
    former_names::follow(tx, NameKind::Role, (old, name), Some(until)).await?;
    sites::rename(tx, RuleName::Role, (old, name)).await?;
    deletions::start(tx, Deletion::FormerRole(old), now).await?;
    Ok(())
}

/// Gives a permission another codename, in all roles. Tokens contain the old one too until this time.
///
/// # Errors
/// Returns [`StoreError::Conflict`] if the new codename is used.
#[boxed]
pub async fn rename_permission(
    tx: &WriteTx,
    permission: &Permission,
    codename: &str,
    until: Option<UnixSeconds>,
) -> Result<()> {
    let renamed = Permission {
        codename: codename.to_owned(),
        ..permission.clone()
    };
    insert_models(tx, &[renamed], None).await?;
    let old = permission.codename.as_str();
    role_permissions::Entity::update_many()
        .value(role_permissions::Column::Permission, codename)
        .filter(role_permissions::Column::Permission.eq(old))
        .run(tx)
        .await?;
    former_names::follow(tx, NameKind::Permission, (old, codename), until).await?;
    sites::rename(tx, RuleName::Permission, (old, codename)).await?;
    permissions::Entity::delete_by_id(old)
        .change_one(tx)
        .await?;
    Ok(())
}

/// Returns every permission, ordered by codename.
#[boxed]
pub async fn list_permissions(conn: &Conn) -> Result<Vec<Permission>> {
    permissions::Entity::find()
        .order_by_asc(permissions::Column::Codename)
        .load(conn)
        .await
}

/// Returns up to `limit` permissions after this codename, ordered by codename.
#[boxed]
pub async fn page_permissions(
    conn: &Conn,
    after: Option<&str>,
    limit: u64,
) -> Result<Vec<Permission>> {
    permissions::Entity::find()
        .page_after(permissions::Column::Codename, after, limit)
        .load(conn)
        .await
}

/// Inserts a permission, or updates the one with this codename.
#[boxed]
pub async fn upsert_permission(tx: &WriteTx, permission: &Permission) -> Result<()> {
    upsert_permissions(tx, std::slice::from_ref(permission)).await
}

/// Inserts permissions like [`upsert_permission`].
#[boxed]
pub async fn upsert_permissions(tx: &WriteTx, permissions: &[Permission]) -> Result<()> {
    let mut replace = OnConflict::column(permissions::Column::Codename);
    replace.update_columns([
        permissions::Column::Description,
        permissions::Column::Audience,
    ]);
    insert_models(tx, permissions, Some(&replace)).await
}

/// Deletes a permission and removes it from every role. Returns false if it does not exist.
#[boxed]
pub async fn delete_permission(tx: &WriteTx, codename: &str) -> Result<bool> {
    former_names::forget(tx, NameKind::Permission, codename).await?;
    permissions::Entity::delete_by_id(codename)
        .change_one(tx)
        .await
}

/// Assigns a role to a subject. If the subject already has the role in the same organization, sets
/// the new expiry, activates the assignment and returns false.
/// Returns [`StoreError::MissingReference`] if the role does not exist.
#[boxed]
pub async fn assign(tx: &WriteTx, assignment: &Assignment) -> Result<bool> {
    let mut renew = OnConflict::new();
    renew
        .exprs([
            Expr::col(role_assignments::Column::SubjectKind),
            Expr::col(role_assignments::Column::SubjectId),
            Expr::col(role_assignments::Column::Role),
            Expr::cust("COALESCE(org, '')"),
        ])
        .update_columns([
            role_assignments::Column::AssignedBy,
            role_assignments::Column::ExpiresAt,
            role_assignments::Column::Active,
        ]);
    let insert =
        role_assignments::Entity::insert(role_assignments::ActiveModel::try_from(assignment)?)
            .on_conflict(renew)
            .exec_with_returning(tx.conn())
            .await?;
    Ok(insert.id == assignment.id.as_uuid())
}

/// Deletes a subject's assignment of a role in this organization (or without one). Returns false if
/// there is none.
#[boxed]
pub async fn unassign(
    tx: &WriteTx,
    kind: SubjectKind,
    subject_id: &str,
    role: &str,
    org: Option<&str>,
) -> Result<bool> {
    let assignment = of_subject(kind, subject_id)
        .add(role_assignments::Column::Role.eq(role))
        .add(role_assignments::Column::Org.eq(org));
    role_assignments::Entity::delete_one_by(tx, assignment).await
}

fn of_subject(kind: SubjectKind, id: &str) -> Condition {
    Condition::all()
        .add(role_assignments::Column::SubjectKind.eq(kind.as_str()))
        .add(role_assignments::Column::SubjectId.eq(id))
}

/// Deletes every assignment of a user in this organization. Returns their number.
#[boxed]
pub async fn unassign_in_org(tx: &WriteTx, user: &str, org: &str) -> Result<u64> {
    let there = of_subject(SubjectKind::User, user).add(role_assignments::Column::Org.eq(org));
    role_assignments::Entity::delete_by(tx, there).await
}

#[boxed]
pub async fn find_assignment(conn: &Conn, id: AssignmentId) -> Result<Option<Assignment>> {
    role_assignments::Entity::find_by_id(id.as_uuid())
        .load_one(conn)
        .await
}

/// Updates the state, the expiry and the assigner of an assignment. Returns false if it does not
/// exist.
#[boxed]
pub async fn update_assignment(tx: &WriteTx, assignment: &Assignment) -> Result<bool> {
    let by = assignment.assigned_by.as_deref();
    role_assignments::Entity::update_many()
        .value(role_assignments::Column::Active, assignment.active)
        .value(role_assignments::Column::ExpiresAt, assignment.expires_at)
        .value(role_assignments::Column::AssignedBy, by)
        .filter(role_assignments::Column::Id.eq(assignment.id.as_uuid()))
        .change_one(tx)
        .await
}

#[boxed]
pub async fn delete_assignment(tx: &WriteTx, id: AssignmentId) -> Result<bool> {
    role_assignments::Entity::delete_by_id(id.as_uuid())
        .change_one(tx)
        .await
}

/// Returns true if a user with an active account that is not scheduled for deletion has this role
/// globally: directly, by a group, or by a group above it.
#[boxed]
pub async fn has_active_holder(conn: &Conn, role: &str, now: UnixSeconds) -> Result<bool> {
    let holders = RoleHolders::of_global_role(conn.get_database_backend(), role, now);
    Ok(conn.query_one(&holders.select_active()).await?.is_some())
}

/// Returns up to `limit` users with a direct assignment of a role with this permission: globally,
/// or in this organization.
#[boxed]
pub async fn holders_of_permission(
    conn: &Conn,
    permission: &str,
    org: Option<&str>,
    now: UnixSeconds,
    limit: u64,
) -> Result<Vec<UserId>> {
    let everywhere = Condition::any().add(role_assignments::Column::Org.is_null());
    let there = org.map(|org| role_assignments::Column::Org.eq(org));
    let with_it = Query::select()
        .column(role_permissions::Column::Role)
        .from(role_permissions::Entity)
        .and_where(Expr::col(role_permissions::Column::Permission).eq(permission))
        .take();
    let rows = role_assignments::Entity::find()
        .filter(role_assignments::Column::SubjectKind.eq(SubjectKind::User.as_str()))
        .filter(everywhere.add_option(there))
        .filter(role_assignments::Column::Active.eq(true))
        .filter(role_assignments::Column::Role.in_subquery(with_it))
        .order_by_asc(role_assignments::Column::Id)
        .limit(limit)
        .all(conn)
        .await?;
    let live = rows
        .into_iter()
        .filter(|row| row.expires_at.is_none_or(|end| now < end));
    Ok(live
        .filter_map(|row| UserId::parse(&row.subject_id))
        .collect())
}

/// Returns every assignment of a subject, active or not, ordered by role.
#[boxed]
pub async fn assignments(
    conn: &Conn,
    kind: SubjectKind,
    subject_id: &str,
) -> Result<Vec<Assignment>> {
    role_assignments::Entity::find()
        .filter(of_subject(kind, subject_id))
        .order_by_asc(role_assignments::Column::Role)
        .load(conn)
        .await
}

/// Returns every assignment of these subjects, active or not, ordered by role.
#[boxed]
pub async fn assignments_of(
    conn: &Conn,
    kind: SubjectKind,
    subjects: &[String],
) -> Result<Vec<Assignment>> {
    let of_kind = role_assignments::Entity::find()
        .filter(role_assignments::Column::SubjectKind.eq(kind.as_str()));
    let ids = subjects.iter().map(String::as_str);
    let column = role_assignments::Column::SubjectId;
    let mut rows = rows_with(conn, of_kind, column, ids).await?;
    rows.sort_by(|left, right| left.role.cmp(&right.role));
    models(rows)
}

/// Counts the assignments of this role, active or not: zero for `admin` means that the deployment
/// has no administrator yet.
#[boxed]
pub async fn count_holders(conn: &Conn, role: &str) -> Result<u64> {
    let holders = role_assignments::Entity::find().filter(role_assignments::Column::Role.eq(role));
    Ok(holders.count(conn).await?)
}
