//! The request type of page handlers: user, language and responses.

mod error;
mod flow;
mod language;
mod look;
pub mod preferences;
pub mod upload;

use std::cell::{Cell, OnceCell, RefCell};

use actix_web::http::header::{LOCATION, RETRY_AFTER};
use askama::Template;
use doorward_accounts::login;
use doorward_domain::model::{ClientId, Interaction};
use doorward_i18n::Lang;
use doorward_i18n::overlay::{self, Overlay};
use doorward_oauth::authorize::types::{BrowserContext, Response};
use doorward_protocol::authorize::ResponseMode;
use doorward_rules::brand::Brand;
use doorward_services::banners;
use doorward_services::limits::AttemptPermit;
use doorward_templates::error::{FALLBACK, received_redirect_uri};
use doorward_templates::form_post::PendingResponse;
use doorward_templates::{Bar, ErrorAction, ErrorPage, FormPost, Layout};

use self::language::language;
use self::look::Look;
use self::upload::Upload;
use super::account_link;
use super::allowance;
use super::body;
use super::cookies::{self, CookieName};
use super::csrf;
use super::request::received_request;
use super::web_context::WebContext;
use crate::prelude::*;

pub use error::{PageError, Result};

/// Seconds after which a request to a busy server may be retried.
const RETRY: i64 = 2;

pub struct Page {
    pub context: Arc<Context>,
    pub web: Data<WebContext>,
    /// Remote caller, in the browser's language.
    caller: Caller,
    /// Remote caller, in the language requested by the client.
    localized_caller: OnceCell<Caller>,
    pub request: HttpRequest,
    browser: OpaqueToken,
    browser_is_new: bool,
    /// Languages requested by the client (`ui_locales`).
    ui_locales: OnceCell<Vec<String>>,
    /// Brand of the interaction, once known.
    brand: OnceCell<Arc<Brand>>,
    /// Own texts of the owners of the brand, once known.
    texts: RefCell<Vec<Arc<Overlay>>>,
    /// Look of an organization, outside an interaction.
    look: Look,
    /// Locale in the signed-in user's profile, once known.
    pub(super) own_locale: OnceCell<String>,
    /// Bar of the session, once known.
    pub(super) bar: RefCell<Option<Bar>>,
    /// True if the signed-in user may open the console, once known.
    pub(super) administers: Cell<bool>,
    /// Interaction that the page, the form or the mail link names.
    flow: OnceCell<InteractionId>,
    /// State of the rate limit that this request counted against.
    budget: Cell<Option<LimitStatus>>,
}

impl FromRequest for Page {
    type Error = actix_web::Error;
    type Future = Ready<Result<Self, Self::Error>>;

    fn from_request(request: &HttpRequest, _: &mut actix_web::dev::Payload) -> Self::Future {
        ready(match request.app_data::<Data<WebContext>>() {
            Some(web) => Ok(Self::new(web.clone(), request.clone())),
            None => Err(actix_web::error::ErrorInternalServerError("no state")),
        })
    }
}

impl Page {
    fn new(web: Data<WebContext>, request: HttpRequest) -> Self {
        let context = Arc::clone(&web.context);
        let sent = cookies::value(&request, &context.core, CookieName::Browser);
        let known = sent.as_deref().and_then(OpaqueToken::parse);
        let browser_is_new = known.is_none();
        let browser = known.unwrap_or_else(|| OpaqueToken::generate(&mut context.core.rng()));
        let lang = language(&context.core, &request, context.core.brand(), &[], None);
        let caller = received_request::caller(&request);
        let device = cookies::value(&request, &context.core, CookieName::Device);
        let trusted = cookies::trusted(&request, &context.core).hashes();
        let look = Look::of_request(&request, &context.core);
        Self {
            caller: Caller {
                lang,
                device: device.as_deref().and_then(KnownDevice::parse),
                trusted,
                owners: look.owners(),
                ..caller
            },
            context,
            web,
            request,
            browser,
            browser_is_new,
            localized_caller: OnceCell::new(),
            ui_locales: OnceCell::new(),
            brand: OnceCell::new(),
            texts: RefCell::default(),
            look,
            own_locale: OnceCell::new(),
            bar: RefCell::default(),
            administers: Cell::new(false),
            flow: OnceCell::new(),
            budget: Cell::new(None),
        }
    }

    pub fn caller(&self) -> &Caller {
        let localized = self.localized_caller.get().or_else(|| self.look.caller());
        localized.unwrap_or(&self.caller)
    }

    /// Sets the client's preferred languages (`ui_locales`, OIDC Core §3.1.2.1).
    pub fn set_languages(&self, ui_locales: &[String]) {
        let _ = self.ui_locales.set(ui_locales.to_vec());
        let _ = self.localized_caller.set(Caller {
            lang: self.lang(),
            ..self.caller.clone()
        });
    }

    fn lang(&self) -> Lang {
        let own = self.own_locale.get().map(String::as_str);
        let ui_locales = self.ui_locales.get().map_or(&[][..], Vec::as_slice);
        let core = &self.context.core;
        language(core, &self.request, self.brand(), ui_locales, own)
    }

    /// Returns the brand of the interaction, else of the look, else of the deployment.
    fn brand(&self) -> &Arc<Brand> {
        let own = self.brand.get().or_else(|| self.look.brand());
        own.unwrap_or_else(|| self.context.core.brand())
    }

    pub fn is_loopback(&self) -> bool {
        self.request
            .peer_addr()
            .is_some_and(|peer| peer.ip().is_loopback())
    }

    /// Returns the token of the mail link that this browser opened.
    pub fn followed_link(&self) -> Option<String> {
        cookies::value(&self.request, &self.context.core, CookieName::Link)
    }

    /// Counts a sign-in attempt; a rejection contains the seconds to wait.
    #[boxed(?Send)]
    pub async fn admit_sign_in(
        &self,
        identifier: &str,
        interaction: Option<&Interaction>,
    ) -> Result<AttemptPermit, FlowError<i64>> {
        let device = self.known_device();
        let (context, caller) = (&self.context, self.caller());
        let admitted = login::admit(context, identifier, device.as_ref(), interaction, caller);
        match admitted.await {
            Ok(pass) => {
                self.budget.set(Some(pass.budget));
                Ok(pass)
            }
            Err(FlowError::Rejected(budget)) => {
                self.budget.set(Some(budget));
                Err(FlowError::Rejected(budget.reset))
            }
            Err(FlowError::Server(error)) => Err(FlowError::Server(error)),
        }
    }

    /// Counts another form from this address; a rejection contains the seconds to wait.
    #[boxed(?Send)]
    pub async fn admit_form(&self) -> Result<(), i64> {
        let limiter = &self.context.limits.rate_limiter;
        let admitted = limiter.admit_form(self.caller()).await;
        self.budget
            .set(Some(admitted.unwrap_or_else(|consumed| consumed)));
        admitted.map(|_| ()).map_err(|consumed| consumed.reset)
    }

    /// Counts a form that sends a message; too many are rejected.
    #[boxed(?Send)]
    pub async fn admit_mail(&self) -> Result<()> {
        let limiter = &self.context.limits.rate_limiter;
        match limiter.admit_mail(self.caller()).await {
            Ok(_) => Ok(()),
            Err(consumed) => Err(self.too_many(consumed)),
        }
    }

    /// Records the state of a limit for the response, which replaces an earlier one.
    pub fn record_limit(&self, status: LimitStatus) {
        self.budget.set(Some(status));
    }

    /// Returns a rejection with the state of the limit, which replaces an earlier one.
    pub fn too_many(&self, consumed: LimitStatus) -> PageError {
        self.record_limit(consumed);
        let retry_after = consumed.reset;
        ErrorKind::TooManyRequests { retry_after }.into()
    }

    pub fn browser<'a>(&self, signed_in: Option<&'a SignedIn>) -> BrowserContext<'a> {
        BrowserContext::new(self.browser.hash(), signed_in)
    }

    pub fn query(&self) -> Result<Params> {
        Params::parse(self.request.query_string().as_bytes())
            .map_err(|_| PageError::Kind(ErrorKind::BadRequest))
    }

    /// Returns the fields of a form after checking its CSRF token and its origin.
    #[boxed(?Send)]
    pub async fn form(&self, payload: Payload) -> Result<Params> {
        let form = body::form(&self.request, payload).await?;
        let flow = form.optional("flow").ok().flatten();
        if let Some(flow) = flow.and_then(InteractionId::parse) {
            let _ = self.flow.set(flow);
        }
        self.check_form(&form)?;
        Ok(form)
    }

    /// Returns the fields and the file `name` of an upload form of this server, with the same
    /// checks. The token precedes the file, which is not read without it. A file longer than `max`
    /// bytes is reported as too long.
    #[boxed(?Send)]
    pub async fn upload(
        &self,
        payload: Payload,
        name: &str,
        max: usize,
    ) -> Result<(Params, Upload)> {
        let check = |fields: &Params| self.check_form(fields);
        upload::read(&self.request, payload, name, max, check).await
    }

    /// Checks the CSRF token and the origin of a form that was already read.
    pub fn check_form(&self, form: &Params) -> Result<()> {
        let token = form.optional("csrf").ok().flatten().unwrap_or_default();
        let why = if !csrf::is_same_origin(&self.request, self.context.core.issuer()) {
            "a page of another origin sent the form"
        } else if self.browser_is_new {
            "the browser did not send the cookie of the page with the form"
        } else if csrf::is_valid(&self.web.csrf_key, &self.browser, token) {
            return Ok(());
        } else {
            "the form has no CSRF token, or that of another browser or session"
        };
        Err(PageError::Because(ErrorKind::StaleForm, why))
    }

    /// Returns the parameters of a form that another site may post (OIDC Core §3.1.2.1 permits it
    /// for the authorization endpoint). It only starts a request, so it needs no CSRF token.
    #[boxed(?Send)]
    pub async fn foreign_form(&self, payload: Payload) -> Result<Params> {
        Ok(body::form(&self.request, payload).await?)
    }

    pub fn layout(&self) -> Layout {
        let core = &self.context.core;
        Layout {
            lang: self.lang(),
            theme: self.theme(),
            brand: Arc::clone(self.brand()),
            csrf: csrf::token(&self.web.csrf_key, &self.browser, &mut core.rng()),
            return_to: self.return_to(),
            request_id: self.caller().request_id.clone(),
            search_key: None,
            administers: self.administers.get(),
            is_answer: self.is_answer(),
            banners: banners::all(core, self.lang()),
            bar: self.bar.borrow().clone(),
            account_links: account_link::shown(&core.config),
        }
    }

    /// Returns the path that language and theme forms return to: this page or its interaction.
    fn return_to(&self) -> String {
        let path = self.request.path();
        if self.request.method() == Method::GET {
            return match self.request.query_string() {
                "" => path.to_owned(),
                query => format!("{path}?{query}"),
            };
        }
        match self.flow.get() {
            Some(flow) => format!("{path}?flow={flow}"),
            // A path that accepts only forms cannot be opened with GET.
            None if path == "/preferences" => "/".to_owned(),
            None => path.to_owned(),
        }
    }

    fn builder(&self, status: StatusCode) -> HttpResponseBuilder {
        let mut builder = HttpResponse::build(status);
        if self.browser_is_new {
            builder.cookie(cookies::browser(&self.context.core, &self.browser));
        }
        if let Some(slug) = self.look.chosen() {
            builder.cookie(cookies::organization(&self.context.core, slug));
        }
        builder
    }

    /// Returns true if another site's page sent this request and the browser withheld the cookies.
    pub fn is_cross_site_without_cookies(&self) -> bool {
        self.browser_is_new && csrf::is_cross_site(&self.request)
    }

    /// Redirects with GET and changes no cookie.
    pub fn see_other_bare(&self, location: &str) -> HttpResponse {
        HttpResponse::SeeOther()
            .insert_header((LOCATION, location))
            .finish()
    }

    /// Renders a page with the own texts of its brand.
    fn render(&self, view: &impl Template) -> Result<String, askama::Error> {
        overlay::with(&self.texts.borrow(), || view.render())
    }

    pub fn html(&self, status: StatusCode, view: &impl Template) -> HttpResponse {
        match self.render(view) {
            Ok(body) => self
                .builder(status)
                .content_type("text/html; charset=utf-8")
                .body(body),
            Err(error) => self.server_error(&ServerError::Internal(error.to_string())),
        }
    }

    /// Redirects with GET (RFC 9700 §4.12: never 307 or 308 after a form).
    pub fn see_other(&self, location: &str) -> HttpResponse {
        self.builder(StatusCode::SEE_OTHER)
            .insert_header((LOCATION, location))
            .finish()
    }

    /// Returns the response to the client, by redirect or by a form that submits itself.
    pub fn respond(&self, response: &Response) -> HttpResponse {
        let mut answer = self.forward(response);
        if let Some(error) = &response.error {
            self.record_client(Some(response.client_id.as_str()));
            answer.extensions_mut().insert(error.clone());
        }
        answer
    }

    fn forward(&self, response: &Response) -> HttpResponse {
        let pairs = response.pairs.iter();
        let pairs: Vec<_> = pairs.map(|(name, value)| (*name, value.as_str())).collect();
        let link = match response.mode {
            ResponseMode::FragmentJwt => {
                Some(redirect_uri::with_fragment(&response.redirect_uri, &pairs))
            }
            ResponseMode::Query | ResponseMode::QueryJwt => {
                Some(redirect_uri::with_query(&response.redirect_uri, &pairs))
            }
            ResponseMode::FormPost | ResponseMode::FormPostJwt => None,
        };
        let host = redirect_uri::destination(&response.redirect_uri).unwrap_or_default();
        let held = match link {
            Some(link) if !response.needs_confirmation => return self.see_other(&link),
            link => response
                .needs_confirmation
                .then_some(PendingResponse { host, link }),
        };
        let view = FormPost {
            layout: self.layout(),
            action: response.redirect_uri.clone(),
            app_name: response.client_name.clone(),
            pairs: pairs
                .iter()
                .map(|&(name, value)| (name.to_owned(), value.to_owned()))
                .collect(),
            held,
        };
        self.html(StatusCode::OK, &view)
    }

    /// Records the client of the request for a later rejection.
    pub fn record_client(&self, client_id: Option<&str>) {
        let details = DenialDetails {
            client_id: client_id.and_then(ClientId::parse).map(|id| id.to_string()),
            ..DenialDetails::default()
        };
        self.request.extensions_mut().insert(details);
    }

    pub fn finish(&self, outcome: Result<HttpResponse>) -> HttpResponse {
        let mut response = match outcome {
            Ok(response) => response,
            Err(PageError::Response(response)) => *response,
            Err(PageError::Kind(kind)) => self.error(kind, None),
            Err(PageError::Because(kind, why)) => {
                let mut response = self.error(kind, None);
                let cause = Rejected {
                    error: kind.code().into(),
                    reason: why.to_owned(),
                    ..Rejected::default()
                };
                cause.attach(&mut response);
                response
            }
            Err(PageError::App(kind, error)) => self.error(kind, Some(&error)),
            Err(PageError::Unverified) => self.see_other("/verify-email"),
            Err(PageError::Redirect(path)) => self.see_other(&path),
            Err(PageError::Fault(server_error)) => self.server_error(&server_error),
        };
        if let Some(budget) = self.budget.get() {
            allowance::from_status(&budget).insert(response.headers_mut());
        }
        response
    }

    pub fn error(&self, kind: ErrorKind, cause: Option<&OAuthError>) -> HttpResponse {
        let status = StatusCode::from_u16(kind.status()).unwrap_or(StatusCode::BAD_REQUEST);
        let view = ErrorPage {
            layout: self.layout(),
            kind,
            app_name: None,
            code: cause.map(|error| error.code.as_str().to_owned()),
            description: cause.map(|error| error.description.clone().into_owned()),
            received: cause.and_then(received_redirect_uri),
            at: self.context.core.now(),
            next: self.next_after(kind),
        };
        let mut builder = self.builder(status);
        if let ErrorKind::Unavailable { retry_after } | ErrorKind::ReadOnly { retry_after } = kind {
            builder.insert_header((RETRY_AFTER, retry_after.to_string()));
        }
        builder.content_type("text/html; charset=utf-8");
        let mut response = builder.body(self.render(&view).unwrap_or_else(|_| FALLBACK.to_owned()));
        if let Some(cause) = cause {
            response.extensions_mut().insert(cause.clone());
        } else if status.is_client_error() && kind != ErrorKind::MethodNotAllowed {
            let cause = Rejected {
                error: kind.code().into(),
                reason: view.text_in(Lang::En),
                ..Rejected::default()
            };
            cause.attach(&mut response);
        }
        response
    }

    fn next_after(&self, kind: ErrorKind) -> Option<ErrorAction> {
        match kind {
            ErrorKind::UnknownApp
            | ErrorKind::RedirectMismatch
            | ErrorKind::BadAppRequest
            | ErrorKind::RequestUsed => None,
            ErrorKind::Unavailable { .. } | ErrorKind::ReadOnly { .. } | ErrorKind::Internal => {
                Some(ErrorAction::Retry(self.return_to()))
            }
            ErrorKind::StaleForm => Some(ErrorAction::Retry(self.return_to())),
            // A user who finished a sign-in is signed in, so nothing needs to start again.
            ErrorKind::FlowFinished
            | ErrorKind::NotFound
            | ErrorKind::MethodNotAllowed
            | ErrorKind::Forbidden => Some(ErrorAction::Account),
            ErrorKind::FlowExpired | ErrorKind::LinkInvalid | ErrorKind::TooManyRequests { .. } => {
                Some(ErrorAction::SignIn(self.sign_in_path()))
            }
            _ => Some(ErrorAction::SignIn("/login".to_owned())),
        }
    }

    /// Returns the page of a server error, whose cause is only logged.
    pub fn server_error(&self, error: &ServerError) -> HttpResponse {
        tracing::error!(request_id = %self.caller().request_id, fault = %error, "fault");
        let kind = match error {
            ServerError::Unavailable(_) => ErrorKind::Unavailable { retry_after: RETRY },
            ServerError::Internal(_) => ErrorKind::Internal,
        };
        self.error(kind, None)
    }

    pub fn method_not_allowed(&self, allowed: &'static str) -> HttpResponse {
        let mut response = self.error(ErrorKind::MethodNotAllowed, None);
        let value = actix_web::http::header::HeaderValue::from_static(allowed);
        response.headers_mut().insert(ALLOW, value);
        response
    }
}
