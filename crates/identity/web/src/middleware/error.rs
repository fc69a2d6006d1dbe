//! Responses to requests that reach no handler, and to handlers that fail: in the format of the
//! endpoint, without a cause.

use std::borrow::Cow;

use actix_web::http::header::RETRY_AFTER;
use doorward_i18n::Lang;
use doorward_rules::brand::Brand;
use doorward_templates::{ErrorAction, ErrorPage, Layout, Template as _, Theme};
use serde_json::json;

use crate::api::{Kind, Problem};
use crate::prelude::*;

/// A reason why the middleware answers a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum MiddlewareError {
    /// The request has no or several `Host` fields.
    BadHost,
    UnknownHost,
    TargetTooLong,
    HeadersTooLarge,
    WebSocket,
    BodyTooLarge,
    BodyTooSlow,
    /// The request is a change, and the server is read-only.
    ReadOnly {
        /// Seconds until the end of the period.
        retry_after: i64,
    },
    ServerError,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Site<'a> {
    pub brand: &'a Arc<Brand>,
    pub default_lang: Lang,
    pub now: UnixSeconds,
    /// Host that the request names, of a request for another host; otherwise empty.
    pub named_host: &'a str,
    pub issuer: &'a str,
}

impl MiddlewareError {
    fn sentence(self, site: &Site<'_>) -> Cow<'static, str> {
        let fixed = match self {
            Self::UnknownHost => {
                let served = site.issuer.split('/').nth(2).unwrap_or_default();
                let named = site.named_host;
                return format!("This server answers for the host {served}, not for {named}.")
                    .into();
            }
            Self::BadHost => "The request names no host, or several.",
            Self::TargetTooLong => "The address is too long.",
            Self::HeadersTooLarge => "The header fields are too large.",
            Self::WebSocket => "There are no WebSockets here.",
            Self::BodyTooLarge => "The body is too large.",
            Self::BodyTooSlow => "The body took too long to arrive.",
            Self::ReadOnly { .. } => "The server accepts no changes at the moment.",
            Self::ServerError => "Something went wrong on our side.",
        };
        fixed.into()
    }

    const fn problem(self) -> Kind {
        match self {
            Self::BadHost | Self::WebSocket => Kind::MalformedRequest,
            Self::UnknownHost => Kind::UnknownHost,
            Self::TargetTooLong => Kind::UriTooLong,
            Self::HeadersTooLarge => Kind::HeadersTooLarge,
            Self::BodyTooLarge => Kind::BodyTooLarge,
            Self::BodyTooSlow => Kind::BodyTooSlow,
            Self::ReadOnly { .. } => Kind::ReadOnly,
            Self::ServerError => Kind::Fault,
        }
    }

    const fn page(self) -> ErrorKind {
        match self {
            Self::BadHost | Self::UnknownHost | Self::WebSocket => ErrorKind::BadRequest,
            Self::TargetTooLong | Self::HeadersTooLarge | Self::BodyTooLarge => ErrorKind::TooLarge,
            Self::BodyTooSlow => ErrorKind::TooSlow,
            Self::ReadOnly { retry_after } => ErrorKind::ReadOnly { retry_after },
            Self::ServerError => ErrorKind::Internal,
        }
    }

    /// Returns what changes the outcome.
    const fn advice(self) -> &'static str {
        match self {
            Self::BadHost => "send one Host field",
            Self::UnknownHost => {
                "use the host of `issuer`; a proxy has to pass on the Host field of the client"
            }
            Self::TargetTooLong => "send the values in a form, or push the request",
            Self::HeadersTooLarge => "send fewer or shorter cookies and header fields",
            Self::WebSocket => "send the request without Upgrade",
            Self::BodyTooLarge => "send less",
            Self::BodyTooSlow => "send the body at once; limits.body_timeout is the time for it",
            Self::ReadOnly { .. } => {
                "wait, or end the read-only mode with `doorward read-only end`"
            }
            Self::ServerError => "",
        }
    }

    /// Returns the response, with the request ID as the only detail, and its cause for the log.
    pub fn respond(self, site: &Site<'_>, audience: &Audience, request_id: &str) -> HttpResponse {
        let mut response = self.build(site, audience, request_id);
        if let Self::ReadOnly { retry_after } = self {
            let seconds = HeaderValue::from(retry_after);
            response.headers_mut().insert(RETRY_AFTER, seconds);
        }
        if self != Self::ServerError {
            let cause = Rejected {
                error: self.problem().word().into(),
                reason: self.sentence(site).into_owned(),
                fix: self.advice().to_owned(),
                ..Rejected::default()
            };
            cause.attach(&mut response);
        }
        response
    }

    fn build(self, site: &Site<'_>, audience: &Audience, request_id: &str) -> HttpResponse {
        let mut builder = HttpResponse::build(self.problem().status());
        match audience {
            Audience::OAuth => {
                let error = match self {
                    Self::ServerError => "server_error",
                    Self::ReadOnly { .. } => "temporarily_unavailable",
                    _ => "invalid_request",
                };
                builder.json(json!({ "error": error, "error_description": self.sentence(site) }))
            }
            Audience::Program => {
                Problem::new(self.problem(), self.sentence(site)).respond(request_id)
            }
            Audience::Person { language } => builder
                .content_type("text/html; charset=utf-8")
                .body(self.render(site, language.as_ref(), request_id)),
        }
    }

    fn render(self, site: &Site<'_>, language: Option<&HeaderValue>, request_id: &str) -> String {
        let accepted = language.and_then(|value| value.to_str().ok());
        let page = ErrorPage {
            layout: Layout {
                lang: doorward_i18n::negotiate(&[], None, None, accepted, site.default_lang),
                theme: Theme::default(),
                brand: Arc::clone(site.brand),
                csrf: String::new(),
                return_to: "/".to_owned(),
                request_id: request_id.to_owned(),
                search_key: None,
                administers: false,
                is_answer: false,
                banners: Vec::new(),
                bar: None,
                account_links: Vec::new(),
            },
            kind: self.page(),
            app_name: None,
            code: None,
            description: (self == Self::UnknownHost).then(|| self.sentence(site).into_owned()),
            received: None,
            at: site.now,
            next: matches!(self, Self::ReadOnly { .. }).then_some(ErrorAction::Account),
        };
        page.render()
            .unwrap_or_else(|_| self.sentence(site).into_owned())
    }
}

/// The recipient of an endpoint's responses, which determines the format of errors.
#[derive(Clone, Debug)]
pub(super) enum Audience {
    /// A client at an OAuth endpoint: RFC 6749 §5.2.
    OAuth,
    /// A client at any other JSON endpoint: RFC 9457.
    Program,
    Person {
        language: Option<HeaderValue>,
    },
}

impl Audience {
    pub fn from_request(request: &ServiceRequest) -> Self {
        let path = request.path();
        let is_page = matches!(path, "/oauth2/authorize" | "/oauth2/logout");
        if path.starts_with("/oauth2/") && !is_page {
            Self::OAuth
        } else if path.starts_with("/api/") || path.starts_with("/.well-known/") {
            Self::Program
        } else {
            Self::Person {
                language: request.headers().get(ACCEPT_LANGUAGE).cloned(),
            }
        }
    }
}
