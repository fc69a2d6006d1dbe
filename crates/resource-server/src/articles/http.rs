//! `/api/articles/`: list, create, read, change and delete articles.

use std::collections::BTreeMap;

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use doorward_access::guard::{Allowed, Routes};
use doorward_http_common::problem::FieldError;
use serde_json::json;
use uuid::Uuid;

use super::category_store;
use super::input::{parse_change, parse_new};
use super::model::{Article, ArticleAttributes, ArticleView, Change};
use super::permissions::{DeleteContent, ReadContent, WriteContent};
use super::query::ListQuery;
use super::store;
use crate::audit::{self, Event, Kind};
use crate::body::{JSON, MERGE_PATCH, read_json};
use crate::caller::Caller;
use crate::problem::Problem;
use crate::projects::model::Confidentiality;
use crate::request::{collection, collection_at, expected_version, object_id, page, with_tag};
use crate::state::State;
use crate::table_object::TableObject as _;
use doorward_policy::Action;

/// Maximum number of attempts of a change if the object changes between the decision and the
/// statement.
const MAX_ATTEMPTS: u32 = 64;

/// Handles `GET /api/articles/`.
async fn list(
    allowed: Allowed<ReadContent>,
    request: HttpRequest,
    state: web::Data<State>,
) -> Result<HttpResponse, Problem> {
    let query = ListQuery::parse(request.query_string(), &allowed.principal, &state.cursors)?;
    let caller = Caller::from_request(&state, &request, &allowed.principal).await?;
    let found = store::list(&state, &caller, &query).await?;
    let next = found
        .next
        .map(|position| state.cursors.seal(&position, &query.context()));
    let items: Vec<_> = found.items.iter().map(ArticleView::listed).collect();
    let restricted: Vec<_> = found
        .items
        .iter()
        .filter(|article| is_restricted(article))
        .map(|article| article.id)
        .collect();
    if !restricted.is_empty() {
        let detail = json!({"articles": restricted});
        audit::saw(&state, &caller, "list", None, detail).await?;
    }
    Ok(page(&request, &items, next))
}

/// Handles `POST /api/articles/`.
async fn create(
    allowed: Allowed<WriteContent>,
    request: HttpRequest,
    payload: web::Payload,
    state: web::Data<State>,
) -> Result<HttpResponse, Problem> {
    let change = parse_new(&read_json(&request, payload, &[JSON]).await?)?;
    let caller = Caller::from_request(&state, &request, &allowed.principal).await?;
    let now = state.clock.now();
    let draft = Article {
        id: state.ids.next(now),
        org: caller.org().to_owned(),
        author_subject: caller.subject().to_owned(),
        title: String::new(),
        body: String::new(),
        attributes: ArticleAttributes::default(),
        published_at: None,
        version: 1,
        created_at: now,
        updated_at: now,
    };
    check_category(&state, &caller, &change).await?;
    let article = draft.changed(&change, now);
    let object = article.as_object(&state.db).await?;
    let mut actions = vec![Action::Create];
    actions.extend(
        change
            .published
            .filter(|published| *published)
            .map(|_| Action::Publish),
    );
    for action in actions {
        let decision = caller.decide(&state, action, &object).await?;
        if !decision.allowed {
            return Err(caller.refuse(action, &object, &decision));
        }
    }
    let event = sensitive(&caller, &draft, &article, "create");
    store::insert(&state, &article, event).await?;
    let mut response = HttpResponse::Created();
    let location = format!("{}{}", collection(&request), article.id);
    response.insert_header((header::LOCATION, location));
    Ok(with_tag(
        response,
        article.version,
        &ArticleView::whole(&article),
    ))
}

/// Handles `GET /api/articles/{id}`.
async fn read(
    allowed: Allowed<ReadContent>,
    request: HttpRequest,
    state: web::Data<State>,
) -> Result<HttpResponse, Problem> {
    let caller = Caller::from_request(&state, &request, &allowed.principal).await?;
    let id = object_id(&request)?;
    let article = Article::visible(&state, &caller, id).await?;
    show(&state, &caller, &article).await
}

/// Handles `PATCH /api/articles/{id}`.
async fn update(
    allowed: Allowed<WriteContent>,
    request: HttpRequest,
    payload: web::Payload,
    state: web::Data<State>,
) -> Result<HttpResponse, Problem> {
    let change = parse_change(&read_json(&request, payload, &[JSON, MERGE_PATCH]).await?)?;
    let caller = Caller::from_request(&state, &request, &allowed.principal).await?;
    let (id, version) = (object_id(&request)?, expected_version(&request)?);
    for _ in 0..MAX_ATTEMPTS {
        let article = Article::actionable(&state, &caller, id, Action::Update, version).await?;
        check_category(&state, &caller, &change).await?;
        let now = state.clock.now();
        let mut new = article.changed(&change, now);
        check_changed(&state, &caller, &article, &new).await?;
        new.version += 1;
        new.updated_at = now;
        let event = sensitive(&caller, &article, &new, "update");
        if store::update(&state, &caller, article.version, &new, event).await? {
            return show(&state, &caller, &new).await;
        }
    }
    Err(Problem::precondition_failed())
}

/// Handles `DELETE /api/articles/{id}`.
async fn delete(
    allowed: Allowed<DeleteContent>,
    request: HttpRequest,
    state: web::Data<State>,
) -> Result<HttpResponse, Problem> {
    let caller = Caller::from_request(&state, &request, &allowed.principal).await?;
    let (id, version) = (object_id(&request)?, expected_version(&request)?);
    for _ in 0..MAX_ATTEMPTS {
        let article = Article::actionable(&state, &caller, id, Action::Delete, version).await?;
        let level = json!({"confidentiality": article.attributes.confidentiality});
        let event =
            Event::from_request(&caller, Kind::ArticleDeleted, "delete", resource(id), level);
        if store::delete(&state, &caller, id, article.version, event).await? {
            return Ok(HttpResponse::NoContent().finish());
        }
    }
    Err(Problem::precondition_failed())
}

/// Checks whether a caller who may change `before` may change it to `after`: publishing, its
/// withdrawal, and opening a published article to more readers are a separate action, and no rule
/// may forbid the change of the result.
async fn check_changed(
    state: &State,
    caller: &Caller,
    before: &Article,
    after: &Article,
) -> Result<(), Problem> {
    let former = before.as_object(&state.db).await?;
    let new = after.as_object(&state.db).await?;
    let is_published = before.published_at.is_some();
    if before.published_at != after.published_at
        || (is_published
            && state
                .policies
                .widens_readers(&former, &new, &BTreeMap::new()))
    {
        let decision = caller.decide(state, Action::Publish, &former).await?;
        if !decision.allowed {
            return Err(caller.refuse(Action::Publish, &former, &decision));
        }
    }
    if before.attributes == after.attributes {
        return Ok(());
    }
    let decision = caller.decide(state, Action::Update, &new).await?;
    // A caller who hands an article over had the right to change the former one.
    if decision.allowed || decision.decided_by.is_empty() {
        Ok(())
    } else {
        Err(caller.refuse(Action::Update, &new, &decision))
    }
}

/// Rejects a category that does not exist.
async fn check_category(state: &State, caller: &Caller, change: &Change) -> Result<(), Problem> {
    let Some(Some(code)) = &change.category else {
        return Ok(());
    };
    if category_store::find(&state.db, caller.org(), code)
        .await?
        .is_some()
    {
        return Ok(());
    }
    let error = FieldError::member("category", "unknown", "There is no such category.");
    Err(Problem::invalid(vec![error]))
}

/// Returns the audit event of a change: the names of changed fields that determine the readers,
/// without their contents.
fn sensitive(caller: &Caller, before: &Article, after: &Article, action: &str) -> Option<Event> {
    let (old, new) = (&before.attributes, &after.attributes);
    let level = old.confidentiality != new.confidentiality;
    let fields: Vec<&str> = [
        ("confidentiality", level),
        ("department", old.department != new.department),
        ("manager", old.manager != new.manager),
        ("plan", old.plan != new.plan),
        ("published", before.published_at != after.published_at),
    ]
    .into_iter()
    .filter_map(|(field, changes)| changes.then_some(field))
    .collect();
    if fields.is_empty() {
        return None;
    }
    let mut detail = json!({"fields": fields});
    if level {
        let levels = json!({"before": old.confidentiality, "after": new.confidentiality});
        detail["confidentiality"] = levels;
    }
    let about = resource(after.id);
    let kind = Kind::ArticleChanged;
    Some(Event::from_request(caller, kind, action, about, detail))
}

/// Responds with the article. Records the read of a restricted one.
async fn show(state: &State, caller: &Caller, article: &Article) -> Result<HttpResponse, Problem> {
    if is_restricted(article) {
        let about = Some(resource(article.id));
        audit::saw(state, caller, "read", about, json!({})).await?;
    }
    let view = ArticleView::whole(article);
    Ok(with_tag(HttpResponse::Ok(), article.version, &view))
}

fn is_restricted(article: &Article) -> bool {
    article.attributes.confidentiality == Confidentiality::Restricted
}

/// Returns the name of an article in events and denials, which is that of its kind in policies.
fn resource(id: Uuid) -> String {
    format!("Document/{id}")
}

/// Returns the routes of this module.
pub(crate) fn routes() -> Routes {
    collection_at("/api/articles", |routes, path| {
        routes.get(path, list).post(path, create)
    })
    .get("/api/articles/{id}", read)
    .patch("/api/articles/{id}", update)
    .delete("/api/articles/{id}", delete)
}
