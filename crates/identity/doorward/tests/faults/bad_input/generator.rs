//! A random invalid request.

use std::fmt;

use doorward_testkit::addresses::ID;
use reqwest::Method;
use reqwest::header::HeaderMap;
use url::Url;

use super::callers::{CallerKind, Callers};
use super::parts::{QUERIES, RequestRng, SEGMENTS};
use super::targets::{Content, ErrorFormat, Target, Targets};
use super::{body, headers};

/// The methods to try, including invalid ones.
const METHODS: &[&str] = &[
    "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "FROB", "get", "PROPFIND",
];

/// A request with its properties.
#[derive(Clone)]
pub struct Request {
    pub number: usize,
    pub method: Method,
    pub url: Url,
    pub headers: HeaderMap,
    pub body: Option<Vec<u8>>,
    pub who: CallerKind,
    pub family: ErrorFormat,
    /// Descriptions of the errors.
    pub wrong: Vec<String>,
    /// True if the `OpenAPI` document describes this operation at this path.
    pub is_described: bool,
    /// True if the HTTP parser rejects the request.
    pub is_overfull: bool,
}

impl Request {
    /// Creates the request of that number, to the issuer of the callers.
    pub fn draw(seed: u64, number: usize, places: &Targets, askers: &Callers) -> Self {
        let chance = &mut RequestRng::new(seed, number);
        let place = places.one(chance);
        let mut wrong = Vec::new();
        let (path, is_as_written) = path(chance, place, &mut wrong);
        let method = method(chance, place);
        let who = CallerKind::of(chance, ErrorFormat::of(&path));
        let mut headers = HeaderMap::new();
        askers.present(chance, who, &mut headers);
        let csrf = askers.csrf(who).filter(|_| chance.percent(85));
        let reads = is_read(&method);
        let body = if reads && chance.percent(85) {
            None
        } else {
            content(chance, place, places, csrf, (&mut headers, &mut wrong))
        };
        let query = query(chance, place, places, reads, &mut wrong);
        let is_overfull = chance.percent(1);
        if is_overfull {
            wrong.push(headers::overfill(chance, &mut headers));
        } else if chance.percent(30) || wrong.is_empty() {
            wrong.push(headers::add_error(chance, &mut headers));
        }
        let url = Url::parse(&format!("{}{path}{query}", askers.issuer())).expect("an address");
        Self {
            number,
            is_described: is_as_written && place.is_described && place.methods.contains(&method),
            family: ErrorFormat::of(url.path()),
            method,
            url,
            headers,
            body,
            who,
            wrong,
            is_overfull,
        }
    }

    /// Returns the request for an HTTP client.
    pub fn to_builder(&self, http: &reqwest::Client) -> reqwest::RequestBuilder {
        let request = http.request(self.method.clone(), self.url.clone());
        let request = request.headers(self.headers.clone());
        match &self.body {
            Some(body) => request.body(body.clone()),
            None => request,
        }
    }
}

/// Writes all that is needed to send the request again.
impl fmt::Display for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            number,
            method,
            url,
            who,
            wrong,
            ..
        } = self;
        let shown = cut(url.as_str().as_bytes());
        writeln!(
            f,
            "request {number}: {method} {shown} of {who:?}; wrong: {}",
            wrong.join(", ")
        )?;
        for (name, value) in &self.headers {
            writeln!(f, "  {name}: {}", cut(value.as_bytes()))?;
        }
        match &self.body {
            Some(body) => write!(f, "  {} bytes: {}", body.len(), cut(body)),
            None => write!(f, "  no body"),
        }
    }
}

fn cut(bytes: &[u8]) -> String {
    let text = bytes[..bytes.len().min(1_000)].escape_ascii().to_string();
    if bytes.len() > 1_000 {
        text + " …"
    } else {
        text
    }
}

/// Returns a path, and true if it is valid.
fn path(chance: &mut RequestRng, place: &Target, wrong: &mut Vec<String>) -> (String, bool) {
    let mut path = String::new();
    let mut is_as_written = true;
    for part in place.path.split_inclusive('/') {
        let Some((open, close)) = part.find('{').zip(part.find('}')) else {
            path.push_str(part);
            continue;
        };
        let chosen = if chance.percent(60) {
            (*chance.one_of(&[
                ID,
                "alice",
                "acme",
                "web-app",
                "00000000-0000-0000-0000-000000000000",
            ]))
            .to_owned()
        } else {
            wrong.push("id".to_owned());
            segment(chance)
        };
        path.push_str(&part[..open]);
        path.push_str(&chosen);
        path.push_str(&part[close + 1..]);
    }
    if chance.percent(6) {
        wrong.push("path".to_owned());
        is_as_written = false;
        path = match chance.below(5) {
            0 => format!("{path}/"),
            1 => format!("/{path}"),
            2 => path.to_uppercase(),
            3 => format!("{path}/{}", segment(chance)),
            _ => format!("{path}{}", segment(chance)),
        };
    }
    (path, is_as_written)
}

fn segment(chance: &mut RequestRng) -> String {
    if chance.percent(10) {
        return "x".repeat(*chance.one_of(&[300, 3_000, 9_000]));
    }
    (*chance.one_of(SEGMENTS)).to_owned()
}

fn is_read(method: &Method) -> bool {
    method == Method::GET || method == Method::HEAD
}

fn method(chance: &mut RequestRng, place: &Target) -> Method {
    let other = *chance.one_of(METHODS);
    if place.methods.is_empty() || chance.percent(20) {
        return Method::from_bytes(other.as_bytes()).expect("a method");
    }
    // Writing methods can fail in more ways.
    let writing: Vec<_> = place
        .methods
        .iter()
        .filter(|method| !is_read(method))
        .collect();
    if !writing.is_empty() && chance.percent(60) {
        return (*chance.one_of(&writing)).clone();
    }
    chance.one_of(&place.methods).clone()
}

/// The header fields and the descriptions of errors of a request.
type HeadersAndErrors<'a> = (&'a mut HeaderMap, &'a mut Vec<String>);

fn content(
    chance: &mut RequestRng,
    place: &Target,
    places: &Targets,
    csrf: Option<&str>,
    (headers, wrong): HeadersAndErrors<'_>,
) -> Option<Vec<u8>> {
    let (body, why) = match &place.content {
        Content::Nothing => body::document(chance, &serde_json::json!({}), headers),
        Content::Json(schema) => {
            let sample = places.sample(chance, schema, "", 6);
            body::document(chance, &sample, headers)
        }
        Content::Members(names) => {
            let fields = places.fields(chance, names).into_iter();
            let members = fields.map(|(name, value)| {
                let is_list = name.ends_with('s') && chance.percent(80);
                let value = if is_list {
                    serde_json::json!([value])
                } else {
                    value.into()
                };
                (name, value)
            });
            let members = serde_json::Value::Object(members.collect());
            body::document(chance, &members, headers)
        }
        Content::Picture | Content::Upload => {
            let csrf = matches!(place.content, Content::Upload).then(|| csrf.unwrap_or_default());
            let (body, why) = body::picture(chance, csrf, headers);
            (Some(body), why)
        }
        Content::Form(names) => {
            let mut fields = places.fields(chance, names);
            if let Some(csrf) = csrf {
                fields.push(("csrf".to_owned(), csrf.to_owned()));
            }
            body::form(chance, &fields, headers)
        }
    };
    wrong.push(format!("body: {why}"));
    body
}

/// Returns a query string: known parameters, or one that cannot be parsed.
fn query(
    chance: &mut RequestRng,
    place: &Target,
    places: &Targets,
    reads: bool,
    wrong: &mut Vec<String>,
) -> String {
    if reads && !place.parameters.is_empty() && chance.percent(60) {
        let names: Vec<_> = place.parameters.iter().map(String::as_str).collect();
        let fields = places.fields(chance, &names);
        wrong.push("parameters".to_owned());
        return format!("?{}", body::encode(&fields));
    }
    if !chance.percent(15) {
        return String::new();
    }
    wrong.push("query".to_owned());
    match chance.below(8) {
        0 => format!("?state={}", "x".repeat(9_000)),
        1 => format!("?a=1{}", "&a=1".repeat(1_000)),
        _ => format!("?{}", chance.one_of(QUERIES)),
    }
}
