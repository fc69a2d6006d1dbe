//! The endpoints of SCIM (RFC 7644 §3.2).

use actix_web::http::StatusCode;
use actix_web::http::header::{
    ALLOW, CACHE_CONTROL, CONTENT_TYPE, ETAG, HeaderValue, IF_NONE_MATCH, LOCATION,
};
use actix_web::web::{self, Path, Payload, ServiceConfig, delete, get, patch, post, put, resource};
use actix_web::{HttpRequest, HttpResponse, Resource};
use doorward_http_common::header;
use doorward_scim_protocol::error::{ScimError, ScimType};
use doorward_scim_protocol::patch as protocol;
use serde_json::{Map, Value};

use crate::failure::{Failure, MEDIA_TYPE, Result};
use crate::list::{self, Query};
use crate::request::{BASE, Request, object, query, search, seen};
use crate::resources::{Kind, Shown, create_one, edit_one, read_one, remove_one};
use crate::server::Server;
use crate::users::Edit;
use crate::{bulk, discovery, groups, user_list};

/// The ID in a path.
type Id = Path<String>;

pub(crate) fn configure(config: &mut ServiceConfig) {
    let only = |path: &str, allowed: &'static str| -> Resource {
        resource(format!("{BASE}{path}")).default_service(web::to(move || async move {
            let failure = Failure::from(ScimError::new(405, "the method is not supported"));
            let mut response = failure.respond();
            let value = HeaderValue::from_static(allowed);
            response.headers_mut().insert(ALLOW, value);
            response
        }))
    };
    for kind in [Kind::User, Kind::Group] {
        let path = kind.path();
        config
            .service(
                only(&format!("{path}/.search"), "POST").route(
                    post().to(move |request: HttpRequest, body: Payload| {
                        search_in(kind, request, body)
                    }),
                ),
            )
            .service(
                only(path, "GET, HEAD, POST")
                    .route(get().to(move |request: HttpRequest| list(kind, request)))
                    .route(post().to(move |request: HttpRequest, body: Payload| {
                        create(kind, request, body)
                    })),
            )
            .service(
                only(&format!("{path}/{{id}}"), "DELETE, GET, HEAD, PATCH, PUT")
                    .route(get().to(move |request: HttpRequest, id: Id| read(kind, request, id)))
                    .route(
                        put().to(move |request: HttpRequest, id: Id, body: Payload| {
                            replace(kind, request, id, body)
                        }),
                    )
                    .route(
                        patch().to(move |request: HttpRequest, id: Id, body: Payload| {
                            change(kind, request, id, body)
                        }),
                    )
                    .route(
                        delete().to(move |request: HttpRequest, id: Id| remove(kind, request, id)),
                    ),
            );
    }
    config.service(only("/.search", "POST").route(post().to(search_all)));
    config.service(only("/Bulk", "POST").route(post().to(run_bulk)));
    for (path, part) in [
        ("/ServiceProviderConfig", Part::Config),
        ("/ResourceTypes", Part::ResourceTypes),
        ("/Schemas", Part::Schemas),
    ] {
        let route = get().to(move |request: HttpRequest| discover(part, request, None));
        config.service(only(path, "GET, HEAD").route(route));
        let route = get()
            .to(move |request: HttpRequest, id: Id| discover(part, request, Some(id.into_inner())));
        config.service(only(&format!("{path}/{{id}}"), "GET, HEAD").route(route));
    }
    // All other paths below it.
    config.service(
        resource(format!("{BASE}/{{rest:.*}}")).default_service(web::to(|| async {
            Failure::from(ScimError::not_found("")).respond()
        })),
    );
}

#[derive(Clone, Copy)]
enum Part {
    Config,
    ResourceTypes,
    Schemas,
}

fn answer(status: StatusCode, body: &Value) -> HttpResponse {
    HttpResponse::build(status)
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header((CONTENT_TYPE, MEDIA_TYPE))
        .body(body.to_string())
}

/// Answers with a resource, of which the client may want some attributes.
fn answer_one(
    server: &Server<'_>,
    kind: Kind,
    query: &Query,
    status: StatusCode,
    shown: Shown,
) -> HttpResponse {
    let version = shown.version().map(str::to_owned);
    let location = shown.location().map(str::to_owned);
    let schema = match kind {
        Kind::User => server.users,
        Kind::Group => server.groups,
    };
    let left = query.selection.apply(schema, shown.resource);
    let mut response = answer(status, &left.into());
    let fields = [(ETAG, version), (LOCATION, location)];
    for (name, text) in fields {
        let value = text.and_then(|text| text.try_into().ok());
        if let Some(value) = value {
            response.headers_mut().insert(name, value);
        }
    }
    response
}

async fn respond(work: impl Future<Output = Result<HttpResponse>>) -> HttpResponse {
    match work.await {
        Ok(response) => response,
        Err(failure) => failure.respond(),
    }
}

async fn list(kind: Kind, request: HttpRequest) -> HttpResponse {
    respond(async {
        let call = Request::of(&request).await?;
        found(kind, &call, &query(&request)?).await
    })
    .await
}

async fn search_in(kind: Kind, request: HttpRequest, payload: Payload) -> HttpResponse {
    respond(async {
        let call = Request::of(&request).await?;
        let body = object(&request, payload).await?;
        found(kind, &call, &search(&body)?).await
    })
    .await
}

/// Searches users, then groups (RFC 7644 §3.4.3).
async fn search_all(request: HttpRequest, payload: Payload) -> HttpResponse {
    respond(async {
        let call = Request::of(&request).await?;
        let query = search(&object(&request, payload).await?)?;
        if query.cursor.is_some() {
            let problem = "a search with a cursor is one of /Users or of /Groups";
            return Err(ScimError::invalid(ScimType::InvalidCursor, problem).into());
        }
        let server = call.known.server(call.admin_context());
        let users = Box::pin(user_list::list_users(&server, &query)).await?;
        let number = |name: &str| {
            users[name]
                .as_u64()
                .and_then(|number| usize::try_from(number).ok())
        };
        let rest = Query {
            skip: query
                .skip
                .saturating_sub(number("totalResults").unwrap_or_default()),
            count: query
                .count
                .saturating_sub(number("itemsPerPage").unwrap_or_default()),
            ..query.clone()
        };
        let groups = Box::pin(groups::list_groups(&server, &rest)).await?;
        Ok(answer(StatusCode::OK, &list::join(users, &groups)))
    })
    .await
}

async fn found(kind: Kind, call: &Request, query: &Query) -> Result<HttpResponse> {
    let server = call.known.server(call.admin_context());
    let list = match kind {
        Kind::User => Box::pin(user_list::list_users(&server, query)).await?,
        Kind::Group => Box::pin(groups::list_groups(&server, query)).await?,
    };
    Ok(answer(StatusCode::OK, &list))
}

async fn read(kind: Kind, request: HttpRequest, id: Id) -> HttpResponse {
    respond(async {
        let call = Request::of(&request).await?;
        let query = query(&request)?;
        let server = call.known.server(call.admin_context());
        let shown = read_one(&server, kind, &id, &query).await?;
        let known = header::text(request.headers(), IF_NONE_MATCH);
        if let (Some(known), Some(version)) = (known, shown.version())
            && known.split(',').any(|tag| tag.trim() == version)
        {
            return Ok(HttpResponse::NotModified()
                .insert_header((ETAG, version))
                .finish());
        }
        Ok(answer_one(&server, kind, &query, StatusCode::OK, shown))
    })
    .await
}

async fn create(kind: Kind, request: HttpRequest, payload: Payload) -> HttpResponse {
    respond(async {
        let call = Request::of(&request).await?;
        let (query, body) = (query(&request)?, object(&request, payload).await?);
        let server = call.known.server(call.admin_context());
        let shown = create_one(&server, kind, &body).await?;
        call.context.directory.clear_administered();
        Ok(answer_one(
            &server,
            kind,
            &query,
            StatusCode::CREATED,
            shown,
        ))
    })
    .await
}

async fn replace(kind: Kind, request: HttpRequest, id: Id, payload: Payload) -> HttpResponse {
    edit(kind, &request, &id, payload, |body| Ok(Edit::Replace(body))).await
}

async fn change(kind: Kind, request: HttpRequest, id: Id, payload: Payload) -> HttpResponse {
    let parse = |body: Map<String, Value>| Ok(Edit::Patch(protocol::parse(&body)?));
    edit(kind, &request, &id, payload, parse).await
}

async fn edit(
    kind: Kind,
    request: &HttpRequest,
    id: &str,
    payload: Payload,
    parse: impl FnOnce(Map<String, Value>) -> Result<Edit>,
) -> HttpResponse {
    respond(async {
        let call = Request::of(request).await?;
        let (query, body) = (query(request)?, object(request, payload).await?);
        let server = call.known.server(call.admin_context());
        let seen = seen(request);
        let shown = edit_one(&server, kind, (id, seen.as_deref()), parse(body)?, &query).await?;
        call.context.directory.clear_administered();
        Ok(answer_one(&server, kind, &query, StatusCode::OK, shown))
    })
    .await
}

async fn remove(kind: Kind, request: HttpRequest, id: Id) -> HttpResponse {
    respond(async {
        let call = Request::of(&request).await?;
        let server = call.known.server(call.admin_context());
        remove_one(&server, kind, &id, seen(&request).as_deref()).await?;
        call.context.directory.clear_administered();
        let mut response = HttpResponse::NoContent();
        Ok(response.insert_header((CACHE_CONTROL, "no-store")).finish())
    })
    .await
}

async fn run_bulk(request: HttpRequest, payload: Payload) -> HttpResponse {
    respond(async {
        let call = Request::of(&request).await?;
        let body = object(&request, payload).await?;
        let server = call.known.server(call.admin_context());
        let done = Box::pin(bulk::run(&server, &body)).await;
        call.context.directory.clear_administered();
        Ok(answer(StatusCode::OK, &done?))
    })
    .await
}

async fn discover(part: Part, request: HttpRequest, id: Option<String>) -> HttpResponse {
    respond(async {
        let known = Request::of(&request).await?.known;
        // A filter of what describes the server is forbidden (RFC 7644 §4).
        if query(&request)?.filter.is_some() {
            return Err(ScimError::new(403, "these lists have no filters").into());
        }
        let document = match (part, id) {
            (Part::Config, None) => Some(discovery::config(&known)),
            (Part::Config, Some(_)) => None,
            (Part::ResourceTypes, id) => discovery::resource_types(&known, id.as_deref()),
            (Part::Schemas, id) => discovery::schemas(&known, id.as_deref()),
        };
        let document = document.ok_or_else(|| ScimError::not_found(request.path()))?;
        Ok(answer(StatusCode::OK, &document))
    })
    .await
}
