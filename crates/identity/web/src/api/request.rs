//! The request type of JSON API handlers: context, caller and URL parameters.

use actix_web::http::header::AUTHORIZATION;
use doorward_domain::model::Client;

use super::problem::{Kind, Problem};
use crate::cookies::{self, CookieName};
use crate::prelude::*;
use crate::request::received_request;
use crate::web_context::WebContext;

#[derive(Clone, Debug)]
pub struct ApiRequest {
    pub context: Arc<Context>,
    /// Values that only the HTTP layer uses.
    pub web: Data<WebContext>,
    /// Remote caller; messages that it causes are in the language of `Accept-Language`.
    pub caller: Caller,
    request: HttpRequest,
}

impl FromRequest for ApiRequest {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut actix_web::dev::Payload) -> Self::Future {
        ready(Self::from_request(request))
    }
}

impl ApiRequest {
    pub fn from_request(request: &HttpRequest) -> Result<Self, Problem> {
        let Some(web) = request.app_data::<Data<WebContext>>() else {
            return Err(Problem::new(Kind::Fault, "An internal error occurred."));
        };
        let accepted = header::text(request.headers(), ACCEPT_LANGUAGE);
        let fallback = web.context.core.default_lang();
        let device = cookies::value(request, &web.context.core, CookieName::Device);
        Ok(Self {
            context: Arc::clone(&web.context),
            web: web.clone(),
            caller: Caller {
                device: device.as_deref().and_then(KnownDevice::parse),
                lang: doorward_i18n::negotiate(&[], None, None, accepted, fallback),
                ..received_request::caller(request)
            },
            request: request.clone(),
        })
    }

    /// Returns the request with its client, and with the device stored by the client; otherwise a
    /// device cookie applies.
    #[must_use]
    pub fn of_app(mut self, client: &Client, device: Option<&str>) -> Self {
        self.caller.client = Some(client.id.to_string());
        if let Some(device) = device.and_then(KnownDevice::parse) {
            self.caller.device = Some(device);
        }
        self
    }

    /// Returns the underlying request, for its cookies and fetch metadata.
    pub const fn request(&self) -> &HttpRequest {
        &self.request
    }

    /// Parses the URL parameters, each at most once; other names are rejected.
    pub fn query(&self, known: &[&str]) -> Result<Params, Problem> {
        let unreadable = || Problem::malformed("The query of the URL cannot be read.");
        let params =
            Params::parse(self.request.query_string().as_bytes()).map_err(|_| unreadable())?;
        for (name, value) in params.iter() {
            if !known.contains(&name) {
                return Err(Problem::parameter(name, "unknown", "Unknown parameter."));
            }
            if value.contains('\0') {
                return Err(unreadable());
            }
            if params.optional(name).is_err() {
                return Err(Problem::parameter(
                    name,
                    "repeated",
                    "This parameter comes twice.",
                ));
            }
        }
        Ok(params)
    }

    /// Returns the `Authorization` header, which must occur at most once.
    pub fn authorization(&self) -> Result<Option<&str>, Problem> {
        header::only_text(self.request.headers(), AUTHORIZATION)
            .map_err(|_| Problem::malformed("The Authorization header cannot be read."))
    }
}
