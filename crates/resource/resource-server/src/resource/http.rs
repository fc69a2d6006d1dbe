//! The routes of resources: list, create, read, replace, change and delete. A handler reads its input,
//! decides, runs a statement whose WHERE clause contains the policies and the version of the decision,
//! and responds.

use actix_web::http::{Method, header};
use actix_web::web::Payload;
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use doorward_access::guard::{Allowed, Routes};
use doorward_policy::Action;
use sea_orm::ActiveModelTrait as _;
use serde_json::json;

use super::definition::Resource;
use super::list::List;
use super::store;
use super::table_object::{Change, Identity};
use crate::audit;
use crate::body::{JSON, MERGE_PATCH, read_json};
use crate::caller::{Call, Caller};
use crate::fields::Fields;
use crate::problem::{Answer, Problem, Result};
use crate::request::{MAX_ATTEMPTS, collection, collection_at, object_id, page, with_tag};
use crate::state::State;

async fn list<R: Resource>(allowed: Allowed<R::Read>, call: Call) -> Answer {
    let backend = call.state.db.get_database_backend();
    let query = call.request.query_string();
    let list = List::<R>::parse(query, &allowed.principal, &call.state.cursors, backend)?;
    let caller = call.caller(&allowed.principal).await?;
    let (objects, next) = find_page(&call.state, &caller, list).await?;
    let views = R::views(&caller, &objects).await?;
    Ok(page(&call.request, &views, next))
}

/// Returns the objects of a page and the cursor of the next one. Records the reading of restricted ones.
pub(crate) async fn find_page<R: Resource>(
    state: &State,
    caller: &Caller<'_>,
    list: List<R>,
) -> Result<(Vec<R>, Option<String>)> {
    let (objects, next) = list.page(state, caller).await?;
    let restricted = R::restricted(caller, &objects).await?;
    if !restricted.is_empty() {
        let detail = json!({format!("{}s", R::NAME): restricted});
        audit::saw(state, caller, "list", None, &detail).await?;
    }
    Ok((objects, next))
}

async fn create<R: Resource>(allowed: Allowed<R::Write>, call: Call, payload: Payload) -> Answer {
    let body = read_json(&call.request, payload, &[JSON]).await?;
    let change = read_body::<R>(&body, call.state.clock.now(), true)?;
    let caller = call.caller(&allowed.principal).await?;
    let object: R = add(&call.state, &caller, &change).await?;
    let mut response = HttpResponse::Created();
    let location = format!("{}{}", collection(&call.request), object.id());
    response.insert_header((header::LOCATION, location));
    respond(&caller, &call.request, response, &object).await
}

/// Reads the body of an object, or of a partial change (RFC 7396) unless `is_whole`.
pub(crate) fn read_body<R: Resource>(body: &[u8], now: i64, is_whole: bool) -> Result<Change<R>> {
    Fields::parse(body, R::READ_ONLY, |fields| {
        read_fields::<R>(fields, now, is_whole)
    })
}

pub(crate) fn read_fields<R: Resource>(fields: &mut Fields, now: i64, is_whole: bool) -> Change<R> {
    if is_whole {
        let (member, detail) = R::TITLE;
        fields.require(member, detail);
    }
    R::read(fields, now)
}

pub(crate) async fn add<R: Resource>(
    state: &State,
    caller: &Caller<'_>,
    change: &Change<R>,
) -> Result<R> {
    let now = state.clock.now();
    let object = draft::<R>(state, caller, now).changed(change)?;
    R::check_references(caller, None, &object).await?;
    let seen = object.as_object(caller.db).await?;
    for action in object.creating() {
        caller.require(*action, &seen).await?;
    }
    let event = R::event(caller, None, Some(&object));
    store::insert(state, &object, event).await?;
    Ok(object)
}

fn draft<R: Resource>(state: &State, caller: &Caller<'_>, now: i64) -> R {
    let place = Identity {
        org: caller.org(),
        owner: caller.subject(),
    };
    R::draft(state.ids.next(now), &place, now)
}

async fn read<R: Resource>(allowed: Allowed<R::Read>, call: Call) -> Answer {
    let caller = call.caller(&allowed.principal).await?;
    let object = R::visible(&caller, object_id(&call.request)?).await?;
    show(&call, &caller, &object).await
}

/// Changes an object with PATCH, or replaces it with PUT: missing members get their defaults, except those
/// that [`Resource::replaced`] leaves out.
async fn update<R: Resource>(allowed: Allowed<R::Write>, call: Call, payload: Payload) -> Answer {
    let (state, is_whole) = (&call.state, call.request.method() == Method::PUT);
    let accepted: &[_] = if is_whole {
        &[JSON]
    } else {
        &[JSON, MERGE_PATCH]
    };
    let body = read_json(&call.request, payload, accepted).await?;
    let requested = read_body::<R>(&body, state.clock.now(), is_whole)?;
    let caller = &call.caller(&allowed.principal).await?;
    let (id, version) = call.target()?;
    for _ in 0..MAX_ATTEMPTS {
        let before = R::actionable(caller, id, Action::Update).await?;
        let now = state.clock.now();
        let mut change = requested.clone();
        if is_whole {
            let defaults = draft::<R>(state, caller, now);
            for column in before.replaced(caller, &change).await? {
                if change.is_not_set(column) {
                    change.try_set(column, defaults.get(column))?;
                }
            }
        }
        before.check_version(version)?;
        let mut after = before.changed(&change)?;
        R::check_references(caller, Some(&before), &after).await?;
        R::check_change(caller, &before, &change, &after).await?;
        after.try_set(R::VERSION, (before.version() + 1).into())?;
        after.try_set(R::UPDATED_AT, now.into())?;
        let event = R::event(caller, Some(&before), Some(&after));
        if store::update(state, caller, &before, &after, event).await? {
            return show(&call, caller, &after).await;
        }
    }
    Err(Problem::precondition_failed())
}

async fn delete<R: Resource>(allowed: Allowed<R::Delete>, call: Call) -> Answer {
    let caller = call.caller(&allowed.principal).await?;
    let (id, version) = call.target()?;
    for _ in 0..MAX_ATTEMPTS {
        let object = R::actionable(&caller, id, Action::Delete).await?;
        object.check_version(version)?;
        let event = R::event(&caller, Some(&object), None);
        if store::delete(&call.state, &caller, &object, event).await? {
            return Ok(HttpResponse::NoContent().finish());
        }
    }
    Err(Problem::precondition_failed())
}

/// Responds with an object that the caller reads. Records the reading of a restricted one.
pub(crate) async fn show<R: Resource>(call: &Call, caller: &Caller<'_>, object: &R) -> Answer {
    record_reading(&call.state, caller, object).await?;
    respond(caller, &call.request, HttpResponse::Ok(), object).await
}

pub(crate) async fn record_reading<R: Resource>(
    state: &State,
    caller: &Caller<'_>,
    object: &R,
) -> Result<()> {
    let restricted = R::restricted(caller, std::slice::from_ref(object)).await?;
    if !restricted.is_empty() {
        let name = Some(object.resource_name());
        audit::saw(state, caller, "read", name, &json!({})).await?;
    }
    Ok(())
}

async fn respond<R: Resource>(
    caller: &Caller<'_>,
    request: &HttpRequest,
    response: HttpResponseBuilder,
    object: &R,
) -> Answer {
    let view = object.view(caller, request.path()).await?;
    Ok(with_tag(response, object.version(), &view))
}

pub(crate) fn routes<R: Resource>() -> Routes {
    let path = format!("/api/{}s", R::NAME);
    let object = format!("{path}/{{id}}");
    let mut routes = collection_at(&path, |routes, path| {
        routes.get(path, list::<R>).post(path, create::<R>)
    })
    .get(&object, read::<R>);
    if R::IS_REPLACEABLE {
        routes = routes.put(&object, update::<R>);
    }
    routes
        .patch(&object, update::<R>)
        .delete(&object, delete::<R>)
}

#[cfg(test)]
mod tests;
