//! Pages of this server at the hosts of sites. They contain their style, because the files of this server are at
//! another origin.

use actix_web::http::StatusCode;
use actix_web::http::header::{ACCEPT_LANGUAGE, CONTENT_SECURITY_POLICY};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use doorward_domain::secret::TokenHash;
use doorward_http_common::header;
use doorward_i18n::Lang;
use doorward_services::context::Core;

const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;margin:0;display:grid;place-items:center;\
    min-height:100vh}main{max-width:32rem;padding:2rem}.brand{color:GrayText}h1{font-size:1.5rem;margin:0}\
    code{overflow-wrap:anywhere}a{display:inline-block;margin-inline-end:1.5rem;color:LinkText}";

doorward_protocol::words! {
    /// A page at a host, by the key of its title.
    pub enum PageKind {
        /// The user is signed in, and not allowed to open the page.
        Denied = "sites-page-denied",
        /// The sign-in was not recent or strong enough.
        Weak = "sites-page-weak",
        /// The sign-in at the host did not work.
        Failed = "sites-page-failed",
        SignedOut = "sites-page-signed-out",
        /// No site has the host.
        Unknown = "sites-page-unknown",
        /// A part of this server is not available.
        Unavailable = "sites-page-unavailable",
    }
}

#[derive(Template)]
#[template(path = "site_page.html")]
struct SitePage<'a> {
    lang: Lang,
    /// Name of the deployment.
    brand: &'a str,
    kind: PageKind,
    /// ID of the decision, which `doorward explain` finds.
    decision: Option<&'a str>,
    style: &'static str,
}

/// Returns a page in the language of the browser, which may load nothing but its own style.
pub fn respond(
    core: &Core,
    request: &HttpRequest,
    kind: PageKind,
    decision: Option<&str>,
) -> HttpResponse {
    let accepted = header::text(request.headers(), ACCEPT_LANGUAGE);
    let brand = core.brand();
    let page = SitePage {
        lang: doorward_i18n::negotiate(&[], None, None, accepted, core.default_lang()),
        brand: &brand.name,
        kind,
        decision,
        style: STYLE,
    };
    let status = match kind {
        PageKind::SignedOut => StatusCode::OK,
        PageKind::Failed => StatusCode::BAD_REQUEST,
        PageKind::Denied | PageKind::Weak | PageKind::Unknown => StatusCode::FORBIDDEN,
        PageKind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
    };
    let digest = STANDARD.encode(TokenHash::digest(STYLE).as_bytes());
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'; \
         frame-ancestors 'none'"
    );
    HttpResponse::build(status)
        .content_type("text/html; charset=utf-8")
        .insert_header((CONTENT_SECURITY_POLICY, policy))
        .body(page.render().unwrap_or_else(|_| kind.as_str().to_owned()))
}
