//! Helpers for requests on objects: the ID in the path, the version in `If-Match`, and the URL of
//! the next page.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use doorward_access::guard::Routes;
use doorward_http_common::header::only;
use doorward_protocol::redirect_uri::with_query;
use serde::Serialize;
use uuid::Uuid;

use crate::problem::{Problem, Result};

/// Maximum number of attempts of a change if the object changes between the decision and the
/// statement.
pub(crate) const MAX_ATTEMPTS: u32 = 64;

/// Parses the ID in the path. An ID in another notation than this server's does not exist.
pub(crate) fn object_id(request: &HttpRequest) -> Result<Uuid> {
    let text = request.match_info().get("id").unwrap_or_default();
    parse_id(text).ok_or_else(Problem::not_found)
}

/// Parses an ID in this server's notation.
pub(crate) fn parse_id(text: &str) -> Option<Uuid> {
    Uuid::try_parse(text)
        .ok()
        .filter(|id| id.as_hyphenated().to_string() == text)
}

/// Parses the version of `If-Match` (RFC 9110 §13.1.1): absent or `*` means any. A tag that this
/// server never sent becomes version 0, which no object has.
pub(crate) fn expected_version(request: &HttpRequest) -> Result<Option<i64>> {
    let several = || Problem::malformed("Send one entity tag in If-Match.");
    let Some(value) = only(request.headers(), header::IF_MATCH).map_err(|_| several())? else {
        return Ok(None);
    };
    let value = value.to_str().unwrap_or_default().trim();
    if value.contains(',') {
        return Err(several());
    }
    if value == "*" {
        return Ok(None);
    }
    let digits = value
        .strip_prefix("\"v")
        .and_then(|rest| rest.strip_suffix('"'));
    let digits = digits.filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()));
    Ok(Some(
        digits.and_then(|digits| digits.parse().ok()).unwrap_or(0),
    ))
}

pub(crate) fn with_tag(
    mut response: HttpResponseBuilder,
    version: i64,
    view: &impl Serialize,
) -> HttpResponse {
    response
        .insert_header((header::ETAG, format!("\"v{version}\"")))
        .json(view)
}

/// Returns the path of the requested collection with a trailing slash: the same API has several
/// base paths.
pub(crate) fn collection(request: &HttpRequest) -> String {
    format!("{}/", request.path().trim_end_matches('/'))
}

pub(crate) fn collection_at(path: &str, add: impl Fn(Routes, &str) -> Routes) -> Routes {
    let spellings = [path.to_owned(), format!("{path}/")];
    spellings
        .iter()
        .fold(Routes::new(), |routes, path| add(routes, path))
}

/// Responds with a page of a list and the URL of the next one (RFC 8288 §3).
pub(crate) fn page<T: Serialize>(
    request: &HttpRequest,
    items: &[T],
    next: Option<String>,
) -> HttpResponse {
    #[derive(Serialize)]
    struct Page<'a, T> {
        items: &'a [T],
        next: Option<String>,
    }
    let mut response = HttpResponse::Ok();
    if let Some(cursor) = &next {
        let target = next_page(&collection(request), request.query_string(), cursor);
        response.insert_header((header::LINK, format!("<{target}>; rel=\"next\"")));
    }
    response.json(Page { items, next })
}

fn next_page(path: &str, query: &str, cursor: &str) -> String {
    let pairs = url::form_urlencoded::parse(query.as_bytes());
    let stored: Vec<_> = pairs.filter(|(name, _)| name != "cursor").collect();
    let stored = stored.iter().map(|(name, value)| (&**name, &**value));
    let all: Vec<_> = stored.chain([("cursor", cursor)]).collect();
    with_query(path, &all)
}
