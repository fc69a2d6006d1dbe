//! Requests: the source by its token, the limits, parameters and bodies.

use std::collections::BTreeSet;
use std::sync::Arc;

use actix_web::HttpRequest;
use actix_web::http::header::{AUTHORIZATION, CONTENT_TYPE, IF_MATCH};
use actix_web::web::Payload;
use doorward_admin::operator::AdminContext;
use doorward_domain::model::scim::ScimSource;
use doorward_http_common::body::{self, Excess, ReadError};
use doorward_http_common::header;
use doorward_protocol::bearer::token_from_header;
use doorward_protocol::params::Params;
use doorward_protocol::strict_json;
use doorward_scim_protocol::error::ScimError;
use doorward_scim_protocol::filter::find;
use doorward_services::caller::Caller;
use doorward_services::context::Context;
use doorward_services::limits::ApiCaller;
use doorward_web::api::request::ApiRequest;
use doorward_web::request::received_request;
use serde_json::{Map, Value};

use crate::failure::{Failure, MEDIA_TYPE, Result};
use crate::list::{Parameters, Query};
use crate::server::Known;
use crate::sources;

/// Path of the endpoints.
pub(crate) const BASE: &str = "/scim/v2";

/// An authenticated request.
pub(crate) struct Request {
    pub context: Arc<Context>,
    pub caller: Caller,
    pub known: Known,
}

impl Request {
    /// Authenticates the source by its token (RFC 6750 §2.1). Requests without one count for their address, the others
    /// for the source.
    pub(crate) async fn of(request: &HttpRequest) -> Result<Self> {
        let call = ApiRequest::from_request(request);
        let call = call.map_err(|_| ScimError::new(500, "an internal error occurred"))?;
        let (context, caller) = (Arc::clone(&call.context), call.caller.clone());
        let field = header::only_text(request.headers(), AUTHORIZATION);
        let token = field.ok().flatten();
        let token = token.and_then(|field| token_from_header(field).ok());
        let source = match token {
            Some(token) => {
                let anonymous = AdminContext::of_task(&context, None, caller.clone());
                sources::authenticate(&anonymous, token).await?
            }
            None => None,
        };
        let limiter = &context.limits.rate_limiter;
        let Some(source) = source else {
            let (asking, roles) = (ApiCaller::Anonymous, BTreeSet::new());
            let admitted = limiter.admit_request(asking, &roles, &caller).await;
            admitted.map_err(|status| Failure::TooMany(status.reset))?;
            let detail = "send the token of a source: Authorization: Bearer TOKEN";
            return Err(ScimError::new(401, detail).into());
        };
        let admitted = limiter.admit_scim(&source.id.to_string()).await;
        admitted.map_err(|status| Failure::TooMany(status.reset))?;
        received_request::record_client(request, &actor(&source));
        let base = format!("{}{BASE}", context.core.issuer());
        let anonymous = AdminContext::of_task(&context, None, caller.clone());
        let known = Known::read(&anonymous, source, base).await?;
        Ok(Self {
            context,
            caller,
            known,
        })
    }

    /// Returns the context of changes, whose audit events name the source.
    pub(crate) fn admin_context(&self) -> AdminContext<'_> {
        let mut context = AdminContext::of_task(&self.context, None, self.caller.clone());
        context.actor = Some(actor(&self.known.source));
        context
    }
}

/// Returns the name of a source in the audit log.
fn actor(source: &ScimSource) -> String {
    format!("scim:{}", source.name)
}

/// Reads the body of a request: a JSON object.
pub(crate) async fn object(request: &HttpRequest, payload: Payload) -> Result<Map<String, Value>> {
    let accepted = [MEDIA_TYPE, "application/json"];
    if request.headers().contains_key(CONTENT_TYPE) && !body::has_accepted_type(request, &accepted)
    {
        return Err(ScimError::new(415, format!("send {MEDIA_TYPE}")).into());
    }
    let limit = body::max_json(request.path());
    let read = body::read(payload, limit, Excess::Discard).await;
    let bytes = read.map_err(|error| match error {
        ReadError::TooLarge => ScimError::new(413, format!("at most {limit} bytes are read")),
        ReadError::Broken => ScimError::syntax("the body ended prematurely"),
    })?;
    let parsed = strict_json::parse_object(&bytes);
    Ok(parsed.map_err(|error| ScimError::syntax(format!("the JSON is invalid: {error}")))?)
}

/// Returns the versions that the client has seen.
pub(crate) fn seen(request: &HttpRequest) -> Option<String> {
    header::text(request.headers(), IF_MATCH).map(str::to_owned)
}

/// Reads the parameters of a list from the query.
pub(crate) fn query(request: &HttpRequest) -> Result<Query> {
    let params = Params::parse(request.query_string().as_bytes());
    let params = params.map_err(|_| ScimError::syntax("the query cannot be read"))?;
    let mut sent = Parameters::default();
    for (name, value) in params.iter() {
        let slot = match name.to_ascii_lowercase().as_str() {
            "filter" => &mut sent.filter,
            "startindex" => &mut sent.start_index,
            "count" => &mut sent.count,
            "cursor" => &mut sent.cursor,
            "sortby" => &mut sent.sort_by,
            "attributes" => &mut sent.attributes,
            "excludedattributes" => &mut sent.excluded_attributes,
            _ => continue,
        };
        if value.contains('\0') || slot.replace(value.to_owned()).is_some() {
            return Err(ScimError::syntax(format!("{name} cannot be read")).into());
        }
    }
    Query::parse(&sent)
}

/// Reads the parameters of a list from the body of a search (RFC 7644 §3.4.3).
pub(crate) fn search(body: &Map<String, Value>) -> Result<Query> {
    let text = |name: &str| match find(body, name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(Value::Number(number)) => Ok(Some(number.to_string())),
        Some(Value::Array(names)) => {
            let names: Vec<_> = names.iter().filter_map(Value::as_str).collect();
            Ok(Some(names.join(",")))
        }
        Some(_) => Err(ScimError::value(format!("{name} must be a text"))),
    };
    Query::parse(&Parameters {
        filter: text("filter")?,
        start_index: text("startIndex")?,
        count: text("count")?,
        cursor: text("cursor")?,
        sort_by: text("sortBy")?,
        attributes: text("attributes")?,
        excluded_attributes: text("excludedAttributes")?,
    })
}
