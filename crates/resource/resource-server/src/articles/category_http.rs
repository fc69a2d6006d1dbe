//! `/api/categories/`: list, read, create, replace and delete the categories of articles.

use actix_web::web::Payload;
use actix_web::{HttpRequest, HttpResponse};
use doorward_access::Principal;
use doorward_access::guard::{Allowed, RouteGuard as _, Routes};
use doorward_access::rbac::decide;
use serde_json::json;

use super::category::{Category, CategoryView, parse};
use super::category_store;
use super::permissions::{DeleteCategories, EditCategories, ReadContent};
use crate::audit::{Event, Kind};
use crate::body::{JSON, read_json};
use crate::caller::{Call, Caller};
use crate::problem::{Answer, Problem, Result};
use crate::request::{MAX_ATTEMPTS, collection_at, expected_version, page, with_tag};

/// Handles `GET /api/categories/`: without paging: there are few.
async fn list(allowed: Allowed<ReadContent>, call: Call) -> Answer {
    let caller = call.caller(&allowed.principal).await?;
    let categories = category_store::list(caller.db, caller.org()).await?;
    let with_editors = sees_editors(&caller.principal);
    let items: Vec<_> = categories
        .iter()
        .map(|category| CategoryView::new(category, with_editors))
        .collect();
    Ok(page(&call.request, &items, None))
}

async fn read(allowed: Allowed<ReadContent>, call: Call) -> Answer {
    let caller = call.caller(&allowed.principal).await?;
    let category = find(&caller, &call.request).await?;
    let view = CategoryView::new(&category, sees_editors(&caller.principal));
    Ok(with_tag(HttpResponse::Ok(), category.version, &view))
}

async fn put(allowed: Allowed<EditCategories>, call: Call, payload: Payload) -> Answer {
    let body = read_json(&call.request, payload, &[JSON]).await?;
    let caller = call.caller(&allowed.principal).await?;
    let expected = expected_version(&call.request)?;
    let category = parse(code_of(&call.request), &body)?;
    for _ in 0..MAX_ATTEMPTS {
        let before = category_store::find(caller.db, caller.org(), &category.code).await?;
        let version = before.as_ref().map(|before| before.version);
        if expected.is_some() && expected != version {
            return Err(Problem::precondition_failed());
        }
        let event = changed(&caller, "update", before.as_ref(), Some(&category));
        if category_store::put(&call.state, caller.org(), &category, version, event).await? {
            let response = match version {
                Some(_) => HttpResponse::Ok(),
                None => HttpResponse::Created(),
            };
            let view = CategoryView::new(&category, true);
            return Ok(with_tag(response, version.unwrap_or(0) + 1, &view));
        }
    }
    Err(Problem::precondition_failed())
}

async fn delete(allowed: Allowed<DeleteCategories>, call: Call) -> Answer {
    let caller = call.caller(&allowed.principal).await?;
    let (code, expected) = (code_of(&call.request), expected_version(&call.request)?);
    for _ in 0..MAX_ATTEMPTS {
        let before = find(&caller, &call.request).await?;
        let version = before.version;
        if expected.is_some_and(|expected| expected != version) {
            return Err(Problem::precondition_failed());
        }
        let event = changed(&caller, "delete", Some(&before), None);
        if category_store::delete(&call.state, caller.org(), code, version, event).await? {
            return Ok(HttpResponse::NoContent().finish());
        }
    }
    Err(Problem::precondition_failed())
}

/// Returns the audit event of a change: rules can give the editors access.
fn changed(
    caller: &Caller<'_>,
    action: &str,
    before: Option<&Category>,
    after: Option<&Category>,
) -> Event {
    let is = |category: &Category| json!({"name": category.name, "editors": category.editors});
    let code = before.or(after).map_or("", |category| &*category.code);
    let about = format!("Category/{code}");
    let detail = json!({"before": before.map(is), "after": after.map(is)});
    Event::from_request(caller, Kind::CategoryChanged, action, about, &detail)
}

/// Returns true if the caller may read the editors: the permission to change categories includes
/// it.
fn sees_editors(principal: &Principal) -> bool {
    decide(principal, &EditCategories::REQUIREMENT).is_allowed()
}

async fn find(caller: &Caller<'_>, request: &HttpRequest) -> Result<Category> {
    category_store::find(caller.db, caller.org(), code_of(request))
        .await?
        .ok_or_else(Problem::not_found)
}

fn code_of(request: &HttpRequest) -> &str {
    request.match_info().get("code").unwrap_or_default()
}

pub(crate) fn routes() -> Routes {
    collection_at("/api/categories", |routes, path| routes.get(path, list))
        .get("/api/categories/{code}", read)
        .put("/api/categories/{code}", put)
        .delete("/api/categories/{code}", delete)
}
