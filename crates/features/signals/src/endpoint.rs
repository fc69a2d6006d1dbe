//! The endpoints of receivers: the configuration document, streams (SSF 1.0 §7, §8), and polls (RFC 8936).

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER};
use actix_web::web::{Data, Path, Payload, ServiceConfig, delete, get, patch, post, put, resource};
use actix_web::{HttpRequest, HttpResponse, Resource};
use doorward_domain::model::Client;
use doorward_domain::model::signals::{SignalStream, StreamStatus};
use doorward_http_common::body::{self, Excess, ReadError};
use doorward_oauth::userinfo::{self, AccessTokenError};
use doorward_protocol::bearer::Challenge;
use doorward_protocol::error::ErrorCode;
use doorward_protocol::params::Params;
use doorward_protocol::scope::Scope;
use doorward_protocol::strict_json;
use doorward_services::context::Context;
use doorward_services::error::FlowError;
use doorward_services::names::SIGNAL_SCOPES;
use doorward_web::api::bearer::{invalid, token, unusable};
use doorward_web::api::denial;
use doorward_web::api::problem::{Kind, Problem};
use doorward_web::api::request::ApiRequest;
use doorward_web::oauth_response::method_not_allowed;
use doorward_web::request::received_request;
use doorward_web::web_context::WebContext;
use serde_json::{Map, Value, json};

use crate::streams::{Change, POLL, POLL_METHOD, PUSH_METHOD, Receiver, Refusal, text};
use crate::{queue, task, token as event_token};

const METADATA: &str = "/.well-known/ssf-configuration";
const STREAMS: &str = "/ssf/streams";
const STATUS: &str = "/ssf/status";
const ADD: &str = "/ssf/subjects/add";
const REMOVE: &str = "/ssf/subjects/remove";
const VERIFY: &str = "/ssf/verify";

const READ: &str = SIGNAL_SCOPES[0].0;
const MANAGE: &str = SIGNAL_SCOPES[1].0;

/// Maximum size of the body of a request.
const MAX_BODY: usize = 64 * 1024;
/// Maximum number of events in the answer to a poll.
const MAX_EVENTS: u64 = 100;
/// Maximum time that a poll waits.
const WAIT: Duration = Duration::from_secs(20);
/// Interval in which a waiting poll reads its stream again, which may have ended.
const LOOK: Duration = Duration::from_secs(5);
/// Number of positions without a signal for a receiver after which its own moves.
const SKIPPED: i64 = 200;

type Answer = Result<HttpResponse, Problem>;

pub fn configure(config: &mut ServiceConfig) {
    let only = |path: &str, allowed| -> Resource {
        resource(path.to_owned()).default_service(method_not_allowed(allowed))
    };
    config
        .service(only(METADATA, "GET, HEAD").route(get().to(metadata)))
        .service(
            only(STREAMS, "DELETE, GET, PATCH, POST, PUT")
                .route(get().to(read))
                .route(post().to(create))
                .route(patch().to(update))
                .route(put().to(replace))
                .route(delete().to(remove)),
        )
        .service(
            only(STATUS, "GET, POST")
                .route(get().to(read_status))
                .route(post().to(set_status)),
        )
        .service(only(ADD, "POST").route(post().to(add_subject)))
        .service(only(REMOVE, "POST").route(post().to(remove_subject)))
        .service(only(VERIFY, "POST").route(post().to(verify)))
        .service(only(&format!("{POLL}/{{id}}"), "POST").route(post().to(poll)));
}

/// `GET /.well-known/ssf-configuration` (SSF 1.0 §7.1).
async fn metadata(web: Data<WebContext>) -> HttpResponse {
    let issuer = web.context.core.issuer();
    let at = |path: &str| format!("{issuer}{path}");
    HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, "public, max-age=300"))
        .json(json!({
            "spec_version": "1_0",
            "issuer": issuer,
            "jwks_uri": at("/oauth2/jwks"),
            "delivery_methods_supported": [PUSH_METHOD, POLL_METHOD],
            "configuration_endpoint": at(STREAMS),
            "status_endpoint": at(STATUS),
            "add_subject_endpoint": at(ADD),
            "remove_subject_endpoint": at(REMOVE),
            "verification_endpoint": at(VERIFY),
            "critical_subject_members": ["user", "session", "application", "group", "tenant"],
            "authorization_schemes": [{ "spec_urn": "urn:ietf:rfc:6749" }],
            "default_subjects": "ALL",
        }))
}

/// An authenticated client that may receive signals.
struct Caller {
    context: Arc<Context>,
    client: Arc<Client>,
}

impl Caller {
    /// Returns the client of a request with its own token for this server, if the client still has the scope. The
    /// scope to manage streams includes that to read them.
    async fn of(request: &HttpRequest, needed: &'static str) -> Result<Self, Problem> {
        let call = ApiRequest::from_request(request)?;
        let context = Arc::clone(&call.context);
        let admitted = userinfo::admit(&context, &token(&call)?).await;
        let claims = admitted.map_err(|error| match error {
            FlowError::Server(error) => error.into(),
            FlowError::Rejected(error) => rejected(error),
        })?;
        let client = context.client(&claims.client_id).await?;
        let client = client.filter(|client| client.is_active() && claims.sub == client.id.as_str());
        let is_here = claims.aud.iter().any(|aud| context.core.is_own_issuer(aud));
        let Some(client) = client.filter(|_| is_here) else {
            let why = "it is not a client's own token for this server";
            return Err(rejected(AccessTokenError::from_claims(&claims, why)));
        };
        received_request::record_client(request, &client.id);
        let has = |scope: &str| claims.scope.contains(scope) && client.scopes.contains(scope);
        if has(needed) || has(MANAGE) {
            return Ok(Self { context, client });
        }
        let scope: Scope = [needed].into_iter().collect();
        let challenge = Challenge::bearer()
            .realm("doorward")
            .error(ErrorCode::InsufficientScope, "the token lacks a scope")
            .scope(&scope);
        let why = "it lacks the scope";
        let details = denial::details(AccessTokenError::from_claims(&claims, why));
        let detail = format!("The token lacks the scope {needed}.");
        let problem = Problem::new(Kind::PermissionDenied, detail);
        Err(problem
            .with_challenge(&challenge.to_string())
            .knowing(details))
    }

    fn receiver(&self) -> Receiver<'_> {
        Receiver {
            context: &self.context,
            client: &self.client.id,
        }
    }
}

fn rejected(error: AccessTokenError) -> Problem {
    let problem = match &error.sender {
        Some(_) => unusable(&error),
        None => invalid("the access token is not valid at this server"),
    };
    problem.knowing(denial::details(error))
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Invalid(problem) => Self::malformed(format!("{problem}.")),
            Refusal::NotFound => Self::new(Kind::NotFound, "This client has no such stream."),
            Refusal::TooMany => {
                let detail =
                    "This client has as many streams, or removed subjects, as it may have.";
                Self::new(Kind::AlreadyExists, detail)
            }
            Refusal::TooSoon(interval) => {
                let seconds = interval.as_secs();
                let detail = format!("A stream is verified once in {seconds} seconds.");
                Self::new(Kind::TooManyRequests, detail)
                    .with_header(RETRY_AFTER, &seconds.to_string())
            }
            Refusal::Server(error) => error.into(),
        }
    }
}

/// Reads the body of a request.
pub async fn body_of(payload: Payload) -> Result<Vec<u8>, Problem> {
    let read = body::read(payload, MAX_BODY, Excess::Leave).await;
    read.map_err(|error| match error {
        ReadError::TooLarge => Problem::new(Kind::BodyTooLarge, "At most 65536 bytes are read."),
        ReadError::Broken => Problem::malformed("The body ended prematurely."),
    })
}

async fn object(request: &HttpRequest, payload: Payload) -> Result<Map<String, Value>, Problem> {
    if request.headers().contains_key(CONTENT_TYPE)
        && !body::has_accepted_type(request, &["application/json"])
    {
        return Err(Problem::new(
            Kind::UnsupportedMediaType,
            "Send application/json, in UTF-8.",
        ));
    }
    match strict_json::parse(&body_of(payload).await?) {
        Ok(Value::Object(sent)) => Ok(sent),
        Ok(_) => Err(Problem::malformed("The body is no JSON object.")),
        Err(error) => Err(Problem::malformed(format!("The JSON is invalid: {error}."))),
    }
}

fn answer(status: StatusCode, body: &Value) -> HttpResponse {
    HttpResponse::build(status)
        .insert_header((CACHE_CONTROL, "no-store"))
        .json(body)
}

fn empty(status: StatusCode) -> HttpResponse {
    HttpResponse::build(status)
        .insert_header((CACHE_CONTROL, "no-store"))
        .finish()
}

/// Returns the stream that the query names.
fn stream_id(request: &HttpRequest) -> Result<Option<String>, Problem> {
    let params = Params::parse(request.query_string().as_bytes());
    let unreadable = |_| Problem::malformed("The query of the URL cannot be read.");
    let params = params.map_err(unreadable)?;
    let id = params.optional("stream_id");
    let twice = |_| Problem::malformed("stream_id comes twice.");
    Ok(id.map_err(twice)?.map(str::to_owned))
}

async fn read(request: HttpRequest) -> Answer {
    let caller = Caller::of(&request, READ).await?;
    let receiver = caller.receiver();
    let shown = if let Some(id) = stream_id(&request)? {
        receiver.shown(&receiver.find(&id).await?)
    } else {
        let all = receiver.list().await?;
        all.iter().map(|stream| receiver.shown(stream)).collect()
    };
    Ok(answer(StatusCode::OK, &shown))
}

async fn create(request: HttpRequest, payload: Payload) -> Answer {
    let caller = Caller::of(&request, MANAGE).await?;
    let receiver = caller.receiver();
    let stream = receiver.create(&object(&request, payload).await?).await?;
    Ok(answer(StatusCode::CREATED, &receiver.shown(&stream)))
}

async fn change(request: &HttpRequest, payload: Payload, how: Change) -> Answer {
    let caller = Caller::of(request, MANAGE).await?;
    let receiver = caller.receiver();
    let sent = object(request, payload).await?;
    let stream = receiver.change(&sent, how).await?;
    Ok(answer(StatusCode::OK, &receiver.shown(&stream)))
}

async fn update(request: HttpRequest, payload: Payload) -> Answer {
    change(&request, payload, Change::Update).await
}

async fn replace(request: HttpRequest, payload: Payload) -> Answer {
    change(&request, payload, Change::Replace).await
}

async fn remove(request: HttpRequest) -> Answer {
    let caller = Caller::of(&request, MANAGE).await?;
    let Some(id) = stream_id(&request)? else {
        return Err(Problem::malformed("stream_id is missing."));
    };
    caller.receiver().delete(&id).await?;
    Ok(empty(StatusCode::NO_CONTENT))
}

fn status(stream: &SignalStream) -> Value {
    let mut shown = json!({
        "stream_id": stream.id,
        "status": stream.settings.status.as_str(),
    });
    if let Some(reason) = &stream.settings.reason {
        shown["reason"] = reason.as_str().into();
    }
    shown
}

async fn read_status(request: HttpRequest) -> Answer {
    let caller = Caller::of(&request, READ).await?;
    let Some(id) = stream_id(&request)? else {
        return Err(Problem::malformed("stream_id is missing."));
    };
    let stream = caller.receiver().find(&id).await?;
    Ok(answer(StatusCode::OK, &status(&stream)))
}

async fn set_status(request: HttpRequest, payload: Payload) -> Answer {
    let caller = Caller::of(&request, MANAGE).await?;
    let sent = object(&request, payload).await?;
    let stream = caller.receiver().set_status(&sent).await?;
    Ok(answer(StatusCode::OK, &status(&stream)))
}

async fn add_subject(request: HttpRequest, payload: Payload) -> Answer {
    let caller = Caller::of(&request, MANAGE).await?;
    let sent = object(&request, payload).await?;
    caller.receiver().set_subject(&sent, true).await?;
    Ok(empty(StatusCode::OK))
}

async fn remove_subject(request: HttpRequest, payload: Payload) -> Answer {
    let caller = Caller::of(&request, MANAGE).await?;
    let sent = object(&request, payload).await?;
    caller.receiver().set_subject(&sent, false).await?;
    Ok(empty(StatusCode::NO_CONTENT))
}

async fn verify(request: HttpRequest, payload: Payload) -> Answer {
    let caller = Caller::of(&request, READ).await?;
    let sent = object(&request, payload).await?;
    caller.receiver().verify(&sent).await?;
    Ok(empty(StatusCode::NO_CONTENT))
}

/// The members of a poll (RFC 8936 §2.2).
struct Poll {
    max: usize,
    at_once: bool,
    /// The tokens that the receiver has taken, those with an error with its problem.
    taken: BTreeMap<String, Option<String>>,
}

impl Poll {
    fn parse(sent: &Map<String, Value>) -> Result<Self, Problem> {
        let max = match sent.get("maxEvents") {
            None => MAX_EVENTS,
            Some(max) => max.as_u64().ok_or_else(|| wrong("maxEvents"))?,
        };
        let at_once = match sent.get("returnImmediately") {
            None => false,
            Some(flag) => flag.as_bool().ok_or_else(|| wrong("returnImmediately"))?,
        };
        let mut taken = BTreeMap::new();
        if let Some(list) = sent.get("ack") {
            for jti in list.as_array().ok_or_else(|| wrong("ack"))? {
                let jti = jti.as_str().ok_or_else(|| wrong("ack"))?;
                taken.insert(jti.to_owned(), None);
            }
        }
        if let Some(errors) = sent.get("setErrs") {
            for (jti, error) in errors.as_object().ok_or_else(|| wrong("setErrs"))? {
                let error = error.as_object().ok_or_else(|| wrong("setErrs"))?;
                let problem = text(error, "err")?.unwrap_or_default();
                taken.insert(jti.clone(), Some(problem.to_owned()));
            }
        }
        Ok(Self {
            max: usize::try_from(max.min(MAX_EVENTS)).unwrap_or_default(),
            at_once: at_once || max == 0,
            taken,
        })
    }
}

fn wrong(member: &str) -> Problem {
    Problem::malformed(format!("{member} has another type."))
}

async fn poll(request: HttpRequest, id: Path<String>, payload: Payload) -> Answer {
    let caller = Caller::of(&request, READ).await?;
    let sent = object(&request, payload).await?;
    let poll = Poll::parse(&sent)?;
    let (context, receiver) = (&caller.context, caller.receiver());
    let mut stream = receiver.find(&id).await?;
    if stream.is_push() {
        return Err(Refusal::NotFound.into());
    }
    queue::limit(&context.core, &mut stream).await?;
    queue::acknowledge(context, &mut stream, &poll.taken).await?;
    let began = Instant::now();
    let mut is_over = poll.at_once;
    loop {
        let is_enabled = stream.settings.status == StreamStatus::Enabled;
        let batch = if is_enabled && poll.max > 0 {
            queue::next(context, &stream, poll.max).await?
        } else {
            queue::Batch::default()
        };
        let left = WAIT.saturating_sub(began.elapsed());
        if is_over || left.is_zero() || !batch.tokens.is_empty() {
            return Ok(events(&batch));
        }
        let after = if is_enabled { batch.seen } else { i64::MAX };
        is_over = task::wait(context, after, left.min(LOOK)).await;
        stream = receiver.find(&id).await?;
        // What is not for this receiver is not read again and again.
        if is_enabled && after - stream.position > SKIPPED {
            queue::move_to(&context.core, &mut stream, after, context.core.now()).await?;
        }
    }
}

fn events(batch: &queue::Batch) -> HttpResponse {
    let sets: Map<String, Value> = batch
        .tokens
        .iter()
        .map(|(signal, set)| (event_token::token_id(signal), (&**set).into()))
        .collect();
    let mut body = json!({ "sets": sets });
    if batch.has_more {
        body["moreAvailable"] = true.into();
    }
    answer(StatusCode::OK, &body)
}
