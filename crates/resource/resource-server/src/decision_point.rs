//! The decision about a request that is asked, not made: the permission of its route, then the policies.
//! The `AuthZEN` endpoints and `doorward explain access` use it.

use doorward_access::Principal;
use doorward_access::rbac::{self, Requirement};
use doorward_policy::{Action, Kind, Object, PolicyDecision};
use sea_orm::{ColumnTrait as _, Condition, DatabaseConnection, DbErr};
use uuid::Uuid;

use crate::articles;
use crate::articles::model::Article;
use crate::caller::Caller;
use crate::projects::model::Project;
use crate::resource::TableObject;
use crate::tasks::model::Task;
use crate::tasks::permissions::Action as Route;

/// The kinds of objects by the names that callers use.
pub(crate) const TYPES: [&str; 3] = ["task", "project", "article"];

pub(crate) fn kind(name: &str) -> Option<Kind> {
    match name {
        "task" => Some(Kind::Task),
        "project" => Some(Kind::Project),
        "article" => Some(Kind::Document),
        _ => None,
    }
}

pub(crate) enum Verdict {
    /// The route denies the request before any policy is evaluated.
    Route(rbac::Decision),
    Rules(PolicyDecision),
}

/// Returns the object with this ID as policies see it, of one organization or of any.
pub(crate) async fn find(
    db: &DatabaseConnection,
    kind: Kind,
    id: Uuid,
    org: Option<&str>,
) -> Result<Option<Object>, DbErr> {
    match kind {
        Kind::Task => find_in::<Task>(db, id, org).await,
        Kind::Project => find_in::<Project>(db, id, org).await,
        Kind::Document => find_in::<Article>(db, id, org).await,
        Kind::Person | Kind::Category => Ok(None),
    }
}

async fn find_in<T: TableObject>(
    db: &DatabaseConnection,
    id: Uuid,
    org: Option<&str>,
) -> Result<Option<Object>, DbErr> {
    let condition = Condition::all()
        .add(T::ID.eq(id))
        .add_option(org.map(|org| T::ORG.eq(org)));
    T::object_where(db, condition).await
}

pub(crate) async fn decide(
    caller: &Caller<'_>,
    action: Action,
    object: &Object,
) -> Result<Verdict, DbErr> {
    let route = decide_route(&caller.principal, action, object.kind);
    if route.is_allowed() {
        Ok(Verdict::Rules(caller.decide(action, object).await?))
    } else {
        Ok(Verdict::Route(route))
    }
}

/// Decides as the guard of the action's route.
pub(crate) fn decide_route(principal: &Principal, action: Action, kind: Kind) -> rbac::Decision {
    rbac::decide(principal, &requirement(action, kind))
}

fn requirement(action: Action, kind: Kind) -> Requirement {
    let (_, route) = route(action);
    match kind {
        Kind::Document => articles::requirement(route),
        _ => route.on_own(),
    }
}

/// Returns the HTTP method of the action's route.
pub(crate) fn method(action: Action) -> &'static str {
    route(action).0
}

const fn route(action: Action) -> (&'static str, Route) {
    match action {
        Action::Create => ("POST", Route::Write),
        Action::Update
        | Action::ManageMembers
        | Action::LowerConfidentiality
        | Action::MoveOut
        | Action::Publish
        | Action::Share => ("PATCH", Route::Write),
        Action::Delete => ("DELETE", Route::Delete),
        _ => ("GET", Route::Read),
    }
}
