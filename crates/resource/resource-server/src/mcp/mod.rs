//! A small MCP server for the caller's tasks, as a sample of a protected one (Model Context
//! Protocol, streamable HTTP, authorization by RFC 9728 and RFC 8707).
//!
//! The server is a separate resource: a token for the tasks API is not valid here, and vice versa.
//! It keeps no session and sends no messages on its own, so each POST gets one JSON object as its
//! response.

mod message;
mod resource;
mod tools;

use actix_web::http::StatusCode;
use actix_web::http::header::{ACCEPT, CACHE_CONTROL, ORIGIN};
use actix_web::{HttpRequest, HttpResponse, web};
use doorward_access::guard::{self, Allowed, RouteGuard, Routes};
use doorward_access::rbac::Requirement;
use doorward_access::{Access, Principal};
use serde_json::{Value, json};

use crate::body::{JSON, read_json};
use crate::caller::Caller;
use crate::config::Config;
use crate::problem::{Problem, Result};
use crate::state::State;
use message::{ErrorObject, Message, Method};
pub(crate) use resource::{McpAccess, PATH, READ, WRITE, identifier, metadata_url};

const VERSION: &str = "mcp-protocol-version";

pub(crate) struct UseTools;

impl RouteGuard for UseTools {
    const REQUIREMENT: Requirement = Requirement::permission(READ);
}

/// Returns the routes, for tokens of this resource. Without a server-side stream every other method
/// gets 405 (streamable HTTP, "Listening for Messages from the Server").
pub(crate) fn routes(access: &Access) -> Routes {
    Routes::new().post(PATH, post).opened_by(access)
}

/// Handles `POST /mcp`: one message, one response.
async fn post(
    allowed: Allowed<UseTools>,
    request: HttpRequest,
    payload: web::Payload,
    state: web::Data<State>,
    access: web::Data<Access>,
    config: web::Data<Config>,
) -> Result<HttpResponse, actix_web::Error> {
    check_head(&request, &config)?;
    let body = read_json(&request, payload, &[JSON]).await?;
    let message = match Message::parse(&body) {
        Ok(message) => message,
        Err(error) => return Ok(failed(StatusCode::BAD_REQUEST, &Value::Null, &error)),
    };
    let Some(id) = &message.id else {
        // A notification has no response.
        return Ok(HttpResponse::Accepted().finish());
    };
    let result = match message.method {
        Method::Initialize => Ok(initialize(&message.params)),
        Method::Ping => Ok(json!({})),
        Method::ListTools => Ok(json!({ "tools": tools::list() })),
        Method::CallTool => {
            let principal = &allowed.principal;
            call(&request, &state, &access, principal, &message.params).await?
        }
        Method::Other => Err(ErrorObject::method()),
    };
    Ok(match result {
        Ok(result) => {
            let answer = json!({ "jsonrpc": "2.0", "id": id, "result": result });
            HttpResponse::Ok()
                .insert_header((CACHE_CONTROL, "no-store"))
                .json(answer)
        }
        Err(error) => failed(StatusCode::OK, id, &error),
    })
}

/// Runs one tool call. Returns its result, an error of the message, or a denial of the caller.
async fn call(
    request: &HttpRequest,
    state: &State,
    access: &Access,
    principal: &std::sync::Arc<Principal>,
    params: &Value,
) -> Result<Result<Value, ErrorObject>, actix_web::Error> {
    let Some(tool) = tools::find(params) else {
        return Ok(Err(ErrorObject::params("there is no such tool")));
    };
    guard::permit(
        access,
        request,
        principal,
        &tool.requirement(),
        &tool.assurance(),
    )?;
    let caller = Caller::from_request(state, request, principal).await?;
    let arguments = params.get("arguments").cloned().unwrap_or(json!({}));
    Ok(Ok(match tool.run(state, &caller, &arguments).await {
        Ok(result) => json!({
            "content": [{ "type": "text", "text": result.to_string() }],
            "structuredContent": result,
            "isError": false,
        }),
        // Errors in the arguments are returned to the model, which can correct them.
        Err(problem) => json!({
            "content": [{ "type": "text", "text": problem.to_json() }],
            "isError": true,
        }),
    }))
}

fn initialize(params: &Value) -> Value {
    json!({
        "protocolVersion": message::version_for(params),
        "capabilities": { "tools": {} },
        "serverInfo": { "name": "doorward-tasks", "version": env!("CARGO_PKG_VERSION") },
        "instructions": "Tools for the tasks of the user who granted access.",
    })
}

/// Checks the requirements of the transport before the message is read.
fn check_head(request: &HttpRequest, config: &Config) -> Result<()> {
    let text = |name: &str| {
        let value = request.headers().get(name);
        value.map(|value| value.to_str().unwrap_or_default().to_owned())
    };
    // "Security Warning": a page of another origin must not call this server.
    if text(ORIGIN.as_str()).is_some_and(|origin| origin != config.public_url) {
        return Err(Problem::cross_site());
    }
    // RFC 9110 §12.5.1: without the header, any type is acceptable.
    let accepts = |field: String| field.contains(JSON) || field.contains("*/*");
    if !text(ACCEPT.as_str()).is_none_or(accepts) {
        return Err(Problem::malformed("Accept application/json."));
    }
    match text(VERSION) {
        Some(version) if !message::VERSIONS.contains(&version.as_str()) => Err(Problem::malformed(
            format!("MCP-Protocol-Version is one of {:?}.", message::VERSIONS),
        )),
        _ => Ok(()),
    }
}

fn failed(status: StatusCode, id: &Value, fault: &ErrorObject) -> HttpResponse {
    let mut response = HttpResponse::build(status)
        .insert_header((CACHE_CONTROL, "no-store"))
        .json(json!({ "jsonrpc": "2.0", "id": id, "error": fault }));
    fault.cause().attach(&mut response);
    response
}
