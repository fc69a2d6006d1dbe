//! Shared parts of the JSON APIs: extractors, problems, paged lists, and the scope `/api` with its
//! document.
//!
//! # Adding an endpoint
//!
//! An operation of an administrator is a type (`doorward_admin::operation`). Other endpoints:
//!
//! 1. Write the use case as a flow; a handler reads the request, calls one flow, answers.
//! 2. In a module of `account-api` or `admin-api`, a handler with two attributes, that of utoipa
//!    first. The path is relative to `/api`:
//!
//!    ```text
//!    /// List things          <- the summary in the document; the next paragraph its description
//!    #[utoipa::path(
//!        responses((status = 200, description = "The things", body = [Thing])),
//!        security(("bearer" = [])),                // if the handler takes a `Bearer`
//!    )]
//!    #[get("/things/{id}")]
//!    // The name is the operation ID. It is stable: generated clients are named after it.
//!    async fn list_things(bearer: Bearer) -> Result<HttpResponse, Problem> { … }
//!    ```
//!
//! 3. Register it in `endpoints!` of its module (`admin-api`) or in `configure` of the crate
//!    (`account-api`). Do not use `.route(…)`: it would omit the endpoint from the document (a test
//!    checks this).
//! 4. `cargo xtask generate`, and commit `docs/reference/openapi.json`.
//!
//! Extractors: [`ApiRequest`] (context, caller, query), [`Json`] (strict JSON of `T: Deserialize`
//! with `deny_unknown_fields`; by its name, the document describes it), [`Bearer`] (the signed-in
//! user), `actix_web::web::Path`. A handler returns `Result<HttpResponse, Problem>`; every kind of
//! problem is a row of the table in [`problem`] and an anchor of `docs/reference/problems.md`. A
//! server error becomes a problem by `?`. Responses are not cacheable by default.

pub mod bearer;
pub mod body;
pub mod denial;
pub mod endpoints;
mod hourly_limit;
pub mod openapi;
pub mod paging;
pub mod passkey;
pub mod picture;
pub mod problem;
pub mod request;
pub mod time;

#[cfg(test)]
mod tests;

use actix_web::middleware::from_fn;
use actix_web::web::{ServiceConfig, scope, to};

pub use bearer::Bearer;
pub use body::Json;
pub use endpoints::Endpoints;
pub use problem::{Kind, Problem};
pub use request::ApiRequest;

use self::openapi::Document;
use super::cors;
use super::request::received_request;
use crate::prelude::*;

/// Result of a handler.
pub type Answer = Result<HttpResponse, Problem>;

/// Registers these endpoints below `/api`, as the document describes them.
pub fn configure(
    config: &mut ServiceConfig,
    document: &'static Document,
    endpoints: impl FnOnce(&mut ServiceConfig),
) {
    let unknown_path = move |request: HttpRequest| async move {
        // Also another method of a known path.
        Err::<HttpResponse, _>(match document.methods_at(request.path()) {
            Some(allowed) => Problem::method_not_allowed(&allowed),
            None => Problem::not_found(),
        })
    };
    config.service(
        scope("/api")
            .app_data(document)
            .configure(endpoints)
            .default_service(to(unknown_path))
            .wrap(from_fn(describe))
            .wrap(from_fn(hourly_limit::hourly))
            .wrap(from_fn(cors::registered_origins)),
    );
}

/// Returns the response of a problem. That of a denial has its decision ID, and its cause is logged.
async fn answer(request: &HttpRequest, problem: &Problem, request_id: &str) -> HttpResponse {
    let (decision, details) = match denial::record(request, problem).await {
        Ok(Some(recorded)) => recorded,
        Ok(None) => return problem.respond(request_id),
        Err(server_problem) => return server_problem.respond(request_id),
    };
    let mut answer = problem.respond_with(request_id, Some(&decision));
    let said = answer.extensions_mut().remove::<Rejected>();
    let cause = denial::cause(problem.kind().word(), &details);
    let reason = match cause.reason.as_str() {
        "" => said.map(|said| said.reason).unwrap_or_default(),
        because => because.to_owned(),
    };
    Rejected {
        reason,
        decision_id: Some(decision),
        ..cause
    }
    .attach(&mut answer);
    answer
}

/// Adds the request ID to problems and the decision ID to denials.
async fn describe<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B, BoxBody>>, actix_web::Error> {
    let id = received_request::request_id(request.request());
    let response = next.call(request).await?;
    let status = response.status();
    let received = match response.response().error() {
        None => None,
        Some(error) => match error.as_error::<Problem>() {
            Some(problem) => Some(answer(response.request(), problem, &id).await),
            // The framework's errors for an unreadable path or query.
            None if status == StatusCode::NOT_FOUND => Some(Problem::not_found().respond(&id)),
            None if status.is_client_error() => {
                Some(Problem::malformed("The URL is malformed.").respond(&id))
            }
            None => None,
        },
    };
    Ok(match received {
        Some(received) => response.into_response(received).map_into_right_body(),
        None => response.map_into_left_body(),
    })
}
