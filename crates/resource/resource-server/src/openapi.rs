//! `/api/openapi.json`: the `OpenAPI` document of this server. `docs/reference/tasks-openapi.json`
//! equals it; tests compare it with the table of routes and with the responses.

mod access_schemas;
mod operations;
mod parameters;
mod schemas;

use std::sync::LazyLock;

use actix_web::HttpResponse;
use serde_json::{Map, Value, json};

use crate::body::{JSON, MERGE_PATCH};
pub(crate) use operations::{OPERATIONS, Operation};
use schemas::reference;

/// Media type of errors (RFC 9457).
const PROBLEM: &str = "application/problem+json";

const ABOUT: &str = "Tasks, projects and articles, guarded by access tokens. Every path below \
    `/api/` is also served below `/api/v1/` (API keys and reference tokens), `/api/v2/` and \
    `/api/v3/` (users with a verified e-mail address), except audit, decisions and this document. Below \
    `/access/v1/` is the AuthZEN Authorization API 1.0. \
    A collection is served with and without the final slash. Errors are `application/problem+json` \
    (RFC 9457). The pages of the web client and the sample MCP server are not described.";

/// Handles `GET /api/openapi.json`.
pub(crate) async fn show() -> HttpResponse {
    HttpResponse::Ok().content_type(JSON).body(document_text())
}

/// Returns the document as JSON, as served and committed.
pub fn document_text() -> &'static str {
    static TEXT: LazyLock<String> = LazyLock::new(|| {
        let mut text = serde_json::to_string_pretty(&document()).unwrap_or_default();
        text.push('\n');
        text
    });
    &TEXT
}

fn document() -> Value {
    let mut paths: Map<String, Value> = Map::new();
    for operation in OPERATIONS {
        let path = paths.entry(operation.path).or_insert_with(|| json!({}));
        path[operation.method] = describe(operation);
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Doorward tasks API",
            "description": ABOUT,
            "license": {"name": "MIT OR Apache-2.0"},
            "version": env!("CARGO_PKG_VERSION"),
        },
        "paths": paths,
        "components": {
            "schemas": all_schemas(),
            "securitySchemes": {
                "bearer": {
                    "type": "http",
                    "scheme": "bearer",
                    "bearerFormat": "JWT",
                    "description": "An access token of the issuer for this API (RFC 6750, RFC 9068)",
                },
            },
        },
    })
}

fn all_schemas() -> Map<String, Value> {
    let schemas = schemas::all().into_iter();
    schemas.chain(access_schemas::all()).collect()
}

fn describe(operation: &Operation) -> Value {
    let mut described = json!({
        "operationId": operation.id,
        "tags": [operation.tag],
        "summary": operation.summary,
        "responses": responses(operation),
    });
    let expects_version = operation.has_versions && !matches!(operation.method, "get" | "post");
    let parameters = parameters::of(operation.path, (operation.query)(), expects_version);
    if !parameters.is_empty() {
        described["parameters"] = parameters.into();
    }
    if let Some(schema) = operation.body {
        let schema = json!({"schema": reference(schema)});
        let mut content = json!({JSON: schema});
        if operation.method == "patch" {
            content[MERGE_PATCH] = schema;
        }
        described["requestBody"] = json!({"required": true, "content": content});
    }
    if let Some(requirement) = operation.requirement {
        let (permission, scope) = (requirement.permission, requirement.scope);
        let scopes = if scope == permission {
            format!("the scope `{scope}`")
        } else {
            format!("the scope `{scope}` or `{permission}`")
        };
        described["description"] =
            format!("Requires the permission `{permission}` and {scopes}.").into();
        described["security"] = json!([{"bearer": []}]);
    }
    described
}

fn responses(operation: &Operation) -> Value {
    let mut responses = json!({
        "default": {
            "description": "A problem",
            "content": {PROBLEM: {"schema": reference("Problem")}},
        },
    });
    if operation.success.is_empty() {
        responses["204"] = json!({"description": "Done"});
    }
    for (status, schema) in operation.success {
        let mut response = json!({
            "description": "The object",
            "content": {JSON: {"schema": reference(schema)}},
        });
        if operation.has_versions {
            response["headers"] = json!({
                "ETag": {"description": "Version, for `If-Match`", "schema": {"type": "string"}},
            });
        }
        responses[status.to_string()] = response;
    }
    responses
}

#[cfg(test)]
mod tests;
