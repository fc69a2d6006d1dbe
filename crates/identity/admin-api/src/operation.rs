//! Endpoints of operations: one handler runs all of them, and their document comes from their types.

mod document;

use actix_web::dev::{AppService, HttpServiceFactory};
use actix_web::http::{Method, StatusCode, header::ETAG};
use actix_web::web::Payload;
use actix_web::{Resource, guard};
use doorward_admin::json_member::file_text;
use doorward_admin::operation::{Again, Call, Entry, Outcome, PICTURE, PageRequest};
use doorward_protocol::params::Params;
use doorward_web::api::paging::bad_filter;
use doorward_web::api::picture;
use serde_json::Map;

use crate::prelude::*;

/// The endpoint of an operation.
pub(super) struct Endpoint(pub &'static Entry);

impl Endpoint {
    fn path(&self) -> String {
        format!("/admin/{}", self.0.call().path)
    }
}

impl HttpServiceFactory for Endpoint {
    fn register(self, config: &mut AppService) {
        let (entry, call) = (self.0, self.0.call());
        let method = Method::from_bytes(call.method.as_bytes()).unwrap_or_default();
        let resource = Resource::new(self.path()).guard(guard::Method(method));
        let resource = if let Some(permission) = call.picture_permission() {
            resource.to(move |admin, path, payload| {
                answer_picture(entry, permission, admin, path, payload)
            })
        } else if call.has_body() {
            resource.to(move |admin, path, body: Json<_>| answer(entry, admin, path, body.0))
        } else {
            resource.to(move |admin, path| answer(entry, admin, path, Map::new()))
        };
        resource.register(config);
    }
}

/// The values of the parameters, in the order of the path.
type PathValues = Path<Vec<String>>;

/// Answers a call whose body is a picture, which is read only for callers with the permission.
async fn answer_picture(
    entry: &'static Entry,
    permission: &str,
    admin: AdminCaller,
    path: PathValues,
    payload: Payload,
) -> Answer {
    admin.context_with_version()?.require_global(permission)?;
    let file = picture::receive(admin.call.request(), payload).await?;
    let body = Map::from_iter([(PICTURE.to_owned(), file_text(&file).into())]);
    answer(entry, admin, path, body).await
}

async fn answer(
    entry: &'static Entry,
    admin: AdminCaller,
    path: PathValues,
    mut body: Map<String, Value>,
) -> Answer {
    let call = entry.call();
    for (name, value) in call.parameters().zip(path.into_inner()) {
        let repeated = body
            .get(name)
            .map(|value| value.as_str().unwrap_or_default());
        same_id(name, repeated, &value)?;
        body.insert(name.to_owned(), value.into());
    }
    let mut context = if call.is_versioned() {
        admin.context_with_version()?
    } else {
        admin.context()
    };
    if call.has_body() {
        return match (entry.again)() {
            Some(again) => create(entry, again, &admin, context, &body).await,
            None => Ok(respond(&call, (entry.run)(body.into(), &context).await?)),
        };
    }
    let names: Vec<&str> = entry
        .sent_members()
        .map(|member| member.name.as_str())
        .collect();
    if call.is_paged() {
        let page = admin.page(&names)?;
        add_query(entry, page.params(), &mut body)?;
        context.page = PageRequest {
            after: page.after.clone(),
            limit: page.limit,
        };
        let Outcome { document, next, .. } = (entry.run)(body.into(), &context).await?;
        let items = match document {
            Value::Array(items) => items,
            _ => Vec::new(),
        };
        return Ok(page.respond(items, next.as_deref(), |item| item));
    }
    add_query(entry, &admin.call.query(&names)?, &mut body)?;
    let outcome = (entry.run)(body.into(), &context).await?;
    Ok(if call.deletes_one() {
        no_content()
    } else {
        respond(&call, outcome)
    })
}

/// Adds the members in the query of a URL.
fn add_query(entry: &Entry, query: &Params, body: &mut Map<String, Value>) -> Result<(), Problem> {
    for member in entry.sent_members() {
        if let Some(text) = query.optional(&member.name).ok().flatten() {
            let value = member.value(&[text]);
            let value = value.ok_or_else(|| bad_filter(&member.name))?;
            body.insert(member.name.clone(), value);
        }
    }
    Ok(())
}

fn respond(call: &Call, outcome: Outcome) -> HttpResponse {
    if call.is_queued() {
        return HttpResponse::Accepted().finish();
    }
    if outcome.document.is_null() {
        return no_content();
    }
    let mut response = if outcome.is_new {
        HttpResponse::Created()
    } else {
        HttpResponse::Ok()
    };
    if let Some(version) = outcome.version {
        response.insert_header((ETAG, format!("\"{version}\"")));
    }
    response.json(outcome.document)
}

async fn create(
    entry: &'static Entry,
    again: Again,
    admin: &AdminCaller,
    context: AdminContext<'_>,
    body: &Map<String, Value>,
) -> Answer {
    let work = async |context: AdminContext<'_>| {
        let outcome = (entry.run)(body.clone().into(), &context).await?;
        Ok(created(entry, again, body, outcome))
    };
    let repeat = async |context: &AdminContext<'_>, stored: &StoredResponse| {
        let mut target = Map::new();
        for name in again.read.call().parameters() {
            // The path of the creation names the objects above the created one.
            let above = entry.call().parameters().any(|above| above == name);
            let value = body.get(name).filter(|_| above).cloned();
            let value = value.unwrap_or_else(|| stored.id.as_str().into());
            target.insert(name.to_owned(), value);
        }
        let mut outcome = (again.read.run)(target.into(), context).await?;
        if let (Some(secret), Some(object)) = (&stored.secret, outcome.document.as_object_mut()) {
            // A flag, or the text itself.
            let secret = secret
                .parse()
                .map_or_else(|_| secret.as_str().into(), Value::Bool);
            object.insert(entry.secret.to_owned(), secret);
        }
        Ok(created(entry, again, body, outcome))
    };
    idempotency::create(admin, context, again.permission, body, work, repeat).await
}

fn created(
    entry: &Entry,
    again: Again,
    body: &Map<String, Value>,
    outcome: Outcome,
) -> CreatedResource {
    let Outcome {
        document, version, ..
    } = outcome;
    if entry.call().renews() {
        return CreatedResource {
            status: StatusCode::OK,
            location: None,
            version,
            body: document,
        };
    }
    let mut object = body.clone();
    object.extend(document.as_object().cloned().unwrap_or_default());
    let path = again.read.call().path_with(&object);
    CreatedResource {
        status: StatusCode::CREATED,
        location: Some(format!("/api/admin/{path}")),
        version,
        body: document,
    }
}
