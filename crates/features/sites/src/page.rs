//! Pages of this server at the hosts of sites. They contain their style, because the files of this server are at
//! another origin.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::CONTENT_SECURITY_POLICY;
use askama::Template;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use doorward_domain::secret::TokenHash;
use doorward_i18n::Lang;

const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;margin:0;display:grid;place-items:center;\
    min-height:100vh}main{max-width:32rem;padding:2rem}.brand{color:GrayText}h1{font-size:1.5rem;margin:0}\
    code{overflow-wrap:anywhere}a{display:inline-block;margin-inline-end:1.5rem;color:LinkText}";

/// A page at a host.
#[derive(Clone, Copy, Debug)]
pub enum PageKind {
    /// The user is signed in, and not allowed to open the page.
    Denied,
    /// The sign-in was not recent or strong enough.
    Weak,
    /// The sign-in at the host did not work.
    Failed,
    SignedOut,
    /// No site has the host.
    Unknown,
    /// A part of this server is not available.
    Unavailable,
}

/// Path and key of the text of a link.
type Links = &'static [(&'static str, &'static str)];

const AWAY: Links = &[
    ("/", "sites-page-home"),
    ("/.doorward/sign-out", "logout-submit"),
];
const AGAIN: Links = &[("/", "sites-page-again")];
const SIGN_IN: Links = &[("/", "login-submit")];

impl PageKind {
    /// Returns the status, the keys of title and text, and the links.
    const fn parts(self) -> (u16, &'static str, &'static str, Links) {
        match self {
            Self::Denied => (403, "sites-page-denied", "sites-page-denied-text", AWAY),
            Self::Weak => (403, "sites-page-weak", "sites-page-weak-text", AWAY),
            Self::Failed => (400, "sites-page-failed", "sites-page-failed-text", AGAIN),
            Self::SignedOut => (
                200,
                "sites-page-signed-out",
                "sites-page-signed-out-text",
                SIGN_IN,
            ),
            Self::Unknown => (403, "sites-page-unknown", "sites-page-unknown-text", &[]),
            Self::Unavailable => (
                503,
                "sites-page-unavailable",
                "sites-page-unavailable-text",
                AGAIN,
            ),
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
        self.lang.text(self.kind.parts().1)
    }

    fn text(&self) -> String {
        self.lang.text(self.kind.parts().2)
    }

    fn links(&self) -> Links {
        self.kind.parts().3
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
        let status = StatusCode::from_u16(self.kind.parts().0);
        HttpResponse::build(status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR))
            .content_type("text/html; charset=utf-8")
            .insert_header((CONTENT_SECURITY_POLICY, policy))
            .body(body)
    }
}
