//! Pages of this server at the hosts of sites. They contain their style, because the files of this server are at
//! another origin.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_SECURITY_POLICY, HeaderValue};
use askama::Template;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use doorward_domain::secret::TokenHash;
use doorward_i18n::Lang;

const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;margin:0;display:grid;place-items:center;\
    min-height:100vh}main{max-width:32rem;padding:2rem}.brand{color:GrayText}h1{font-size:1.5rem;margin:0}\
    code{overflow-wrap:anywhere}a{display:inline-block;margin-inline-end:1.5rem;color:LinkText}";

doorward_protocol::words! {
    /// A page at a host.
    pub enum PageKind {
        /// The user is signed in, and not allowed to open the page.
        Denied = "denied",
        /// The sign-in was not recent or strong enough.
        Weak = "weak",
        /// The sign-in at the host did not work.
        Failed = "failed",
        SignedOut = "signed-out",
        /// No site has the host.
        Unknown = "unknown",
        /// A part of this server is not available.
        Unavailable = "unavailable",
    }
}

impl PageKind {
    const fn status(self) -> StatusCode {
        match self {
            Self::Denied | Self::Weak | Self::Unknown => StatusCode::FORBIDDEN,
            Self::Failed => StatusCode::BAD_REQUEST,
            Self::SignedOut => StatusCode::OK,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    /// Returns the keys of title and text.
    const fn keys(self) -> (&'static str, &'static str) {
        match self {
            Self::Denied => ("sites-page-denied", "sites-page-denied-text"),
            Self::Weak => ("sites-page-weak", "sites-page-weak-text"),
            Self::Failed => ("sites-page-failed", "sites-page-failed-text"),
            Self::SignedOut => ("sites-page-signed-out", "sites-page-signed-out-text"),
            Self::Unknown => ("sites-page-unknown", "sites-page-unknown-text"),
            Self::Unavailable => ("sites-page-unavailable", "sites-page-unavailable-text"),
        }
    }
}

#[derive(Clone, Debug, Template)]
#[template(path = "site_page.html")]
pub struct SitePage {
    pub lang: Lang,
    /// Name of the deployment.
    pub brand: String,
    pub kind: PageKind,
    /// ID of the decision, which `doorward explain` finds.
    pub decision: Option<String>,
    style: &'static str,
}

impl SitePage {
    pub fn new(lang: Lang, brand: &str, kind: PageKind) -> Self {
        Self {
            lang,
            brand: brand.to_owned(),
            kind,
            decision: None,
            style: STYLE,
        }
    }

    fn title(&self) -> String {
        self.lang.text(self.kind.keys().0)
    }

    fn text(&self) -> String {
        self.lang.text(self.kind.keys().1)
    }

    fn links(&self) -> &'static [(&'static str, &'static str)] {
        match self.kind {
            PageKind::Denied | PageKind::Weak => &[
                ("/", "sites-page-home"),
                ("/.doorward/sign-out", "logout-submit"),
            ],
            PageKind::Failed | PageKind::Unavailable => &[("/", "sites-page-again")],
            PageKind::SignedOut => &[("/", "login-submit")],
            PageKind::Unknown => &[],
        }
    }

    /// Returns the page as a response that may load nothing but its own style.
    pub fn respond(&self) -> HttpResponse {
        let digest = TokenHash::digest(STYLE);
        let policy = format!(
            "default-src 'none'; style-src 'sha256-{}'; base-uri 'none'; form-action 'none'; \
             frame-ancestors 'none'",
            STANDARD.encode(digest.as_bytes())
        );
        let body = self.render().unwrap_or_else(|_| self.title());
        let mut response = HttpResponse::build(self.kind.status())
            .content_type("text/html; charset=utf-8")
            .body(body);
        if let Ok(policy) = HeaderValue::from_str(&policy) {
            response
                .headers_mut()
                .insert(CONTENT_SECURITY_POLICY, policy);
        }
        response
    }
}
