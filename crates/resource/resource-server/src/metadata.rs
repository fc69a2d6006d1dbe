//! OAuth 2.0 Protected Resource Metadata (RFC 9728): the issuer of accepted tokens, and the scopes.

use actix_web::http::header;
use actix_web::{HttpResponse, ResponseError as _, web};
use doorward_access::jwt::dpop;
use serde::Serialize;
use url::Url;

use crate::config::Config;
use crate::mcp;
use crate::problem::Problem;
use crate::tasks::permissions::Action;

/// The metadata document (RFC 9728 §2).
#[derive(Serialize)]
struct ProtectedResource<'a> {
    resource: &'a str,
    authorization_servers: [&'a str; 1],
    bearer_methods_supported: [&'static str; 1],
    scopes_supported: &'a [&'static str],
    resource_name: &'static str,
    dpop_signing_alg_values_supported: [&'static str; 4],
    dpop_bound_access_tokens_required: bool,
    /// Support for certificate-bound tokens (RFC 8705 §3.3).
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    tls_client_certificate_bound_access_tokens: bool,
}

fn respond(
    config: &Config,
    resource: &str,
    resource_name: &'static str,
    scopes: &[&'static str],
) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "public, max-age=3600"))
        .json(ProtectedResource {
            resource,
            authorization_servers: [&config.issuer],
            bearer_methods_supported: ["header"],
            scopes_supported: scopes,
            resource_name,
            dpop_signing_alg_values_supported: dpop::algs(),
            dpop_bound_access_tokens_required: config.require_dpop,
            tls_client_certificate_bound_access_tokens: config.client_cert_header,
        })
}

/// Handles `GET /.well-known/oauth-protected-resource`.
pub(crate) async fn show(config: web::Data<Config>) -> HttpResponse {
    let own = Action::ALL.map(|action| action.on_own().permission);
    let all = Action::ALL.map(|action| action.on_all().permission);
    respond(
        &config,
        &config.audience,
        "Doorward tasks",
        &[own, all].concat(),
    )
}

/// Handles `GET /.well-known/oauth-protected-resource/{path}`: the same document, at the URL that
/// RFC 9728 §3.1 defines for a resource identifier with a path. The sample MCP server is a separate
/// resource.
pub(crate) async fn show_for_path(
    config: web::Data<Config>,
    path: web::Path<String>,
) -> HttpResponse {
    if config.mcp && format!("/{path}") == mcp::PATH {
        let scopes = [mcp::READ, mcp::WRITE];
        let identifier = mcp::identifier(&config);
        return respond(&config, &identifier, "Doorward tasks for AI tools", &scopes);
    }
    let audience = Url::parse(&config.audience);
    let resource_path = audience.as_ref().map_or("", Url::path);
    if resource_path.trim_start_matches('/') == *path {
        show(config).await
    } else {
        Problem::not_found().error_response()
    }
}
