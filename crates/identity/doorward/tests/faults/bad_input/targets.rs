//! The targets of requests: the operations of the `OpenAPI` document, the OAuth endpoints and the
//! pages, with their contents.

use std::collections::HashMap;

use doorward_identity_server::json_api::document_text;
use doorward_templates::assets;
use doorward_testkit::UserAgent;
use doorward_testkit::addresses::{ID, paths};
use doorward_testkit::authorization::{VERIFIER, challenge};
use doorward_testkit::program::Program;
use doorward_testkit::seed::Seed;
use reqwest::Method;
use serde_json::{Map, Value, json};

use super::parts::{AUTHORIZATION, FIELDS, GRANT, METADATA, RequestRng};

/// The error format of an endpoint.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ErrorFormat {
    /// The JSON API: problems (RFC 9457).
    Api,
    /// An OAuth endpoint: RFC 6749 §5.2.
    OAuth,
    /// A document, a static file or a probe, which need no distinction.
    Document,
    /// A page.
    Page,
}

impl ErrorFormat {
    /// Returns the family of a path in its encoded form.
    pub fn of(path: &str) -> Self {
        let is_page = matches!(path, "/oauth2/authorize" | "/oauth2/logout");
        if path.starts_with("/api/") {
            Self::Api
        } else if path.starts_with("/oauth2/") && !is_page {
            Self::OAuth
        } else if ["/.well-known/", "/static/", "/livez", "/readyz"]
            .iter()
            .any(|begins| path.starts_with(begins))
        {
            Self::Document
        } else {
            Self::Page
        }
    }
}

/// The content of a request body.
#[derive(Clone, Debug)]
pub enum Content {
    /// No body.
    Nothing,
    /// JSON with a schema of the document.
    Json(Value),
    /// The bytes of a picture.
    Picture,
    /// A multipart form with a picture.
    Upload,
    /// A form with some of these fields.
    Form(&'static [&'static str]),
    /// JSON with some of these members.
    Members(&'static [&'static str]),
}

/// A target of requests.
#[derive(Clone, Debug)]
pub struct Target {
    /// The methods; empty for an unknown path.
    pub methods: Vec<Method>,
    /// True if the `OpenAPI` document describes it.
    pub is_described: bool,
    /// The path, with parameters in braces.
    pub path: String,
    /// The content of a body.
    pub content: Content,
    /// The query parameters.
    pub parameters: Vec<String>,
}

/// All targets, and valid values by field name.
pub struct Targets {
    document: Value,
    operations: Vec<Target>,
    endpoints: Vec<Target>,
    pages: Vec<Target>,
    good: HashMap<&'static str, Vec<String>>,
}

impl Targets {
    /// Collects the targets, and requests the methods of those without a document.
    pub async fn new(program: &Program) -> Self {
        let document: Value = serde_json::from_str(document_text()).expect("the document");
        let operations = operations(&document);
        assert!(operations.len() > 70, "{} operations", operations.len());
        let assets = assets::all().map(|(url, _, _)| url.to_owned());
        let mut known = Vec::new();
        for path in paths().into_iter().chain(assets) {
            known.push(Target {
                methods: methods(program, &path).await,
                is_described: false,
                content: content(&path),
                parameters: parameters(&path),
                path: path.replace(ID, "{id}"),
            });
        }
        let with_methods = known.iter().filter(|known| !known.methods.is_empty());
        assert!(with_methods.count() > 60, "{known:?}");
        let (endpoints, pages) = known.into_iter().partition(|known| {
            matches!(
                ErrorFormat::of(&known.path),
                ErrorFormat::OAuth | ErrorFormat::Document
            )
        });
        Self {
            document,
            operations,
            endpoints,
            pages,
            good: good(&program.seed),
        }
    }

    pub fn count(&self) -> usize {
        self.operations.len() + self.endpoints.len() + self.pages.len()
    }

    /// Returns a random target; an OAuth endpoint more often, because there are few.
    pub fn one(&self, chance: &mut RequestRng) -> &Target {
        let kind = match chance.below(10) {
            0..4 => &self.operations,
            4..7 => &self.endpoints,
            _ => &self.pages,
        };
        chance.one_of(kind)
    }

    /// Returns a value for a field of this name: a valid one in half of the cases if one is known.
    pub fn value(&self, chance: &mut RequestRng, name: &str) -> String {
        match self.good.get(name) {
            Some(good) if chance.percent(50) => chance.one_of(good).clone(),
            _ => chance.value(),
        }
    }

    /// Returns random values for some of these fields.
    pub fn fields(&self, chance: &mut RequestRng, names: &[&str]) -> Vec<(String, String)> {
        let count = 1 + chance.below(8);
        let mut fields: Vec<(String, String)> = Vec::new();
        for _ in 0..count {
            let name = *chance.one_of(names);
            if fields.iter().all(|(other, _)| other != name) {
                fields.push((name.to_owned(), self.value(chance, name)));
            }
        }
        fields
    }

    /// Returns a random value that conforms to a schema of the document.
    pub fn sample(
        &self,
        chance: &mut RequestRng,
        schema: &Value,
        name: &str,
        depth: usize,
    ) -> Value {
        if depth == 0 {
            return Value::Null;
        }
        if let Some(reference) = schema["$ref"].as_str() {
            let target = self.document.pointer(reference.trim_start_matches('#'));
            return self.sample(chance, target.unwrap_or(&Value::Null), name, depth - 1);
        }
        let several = schema["oneOf"].as_array().or(schema["allOf"].as_array());
        if let Some(first) = several.and_then(|several| several.first()) {
            return self.sample(chance, first, name, depth - 1);
        }
        let kind = match &schema["type"] {
            Value::Array(kinds) if chance.percent(90) => kinds[0].as_str(),
            Value::String(kind) => Some(kind.as_str()),
            _ => None,
        };
        match kind {
            Some("string") => json!(self.value(chance, name)),
            Some("integer" | "number") => chance.one_of(&[json!(0), json!(-1), json!(7)]).clone(),
            Some("boolean") => json!(chance.percent(50)),
            Some("array") => {
                let count = chance.below(3);
                let items =
                    (0..count).map(|_| self.sample(chance, &schema["items"], name, depth - 1));
                Value::Array(items.collect())
            }
            Some("object") => self.members(chance, schema, depth),
            _ => Value::Null,
        }
    }

    fn members(&self, chance: &mut RequestRng, schema: &Value, depth: usize) -> Value {
        let mut members = Map::new();
        for (name, schema) in schema["properties"].as_object().into_iter().flatten() {
            if chance.percent(60) {
                members.insert(name.clone(), self.sample(chance, schema, name, depth - 1));
            }
        }
        Value::Object(members)
    }
}

fn operations(document: &Value) -> Vec<Target> {
    let paths = document["paths"].as_object().expect("paths");
    let methods = [
        Method::GET,
        Method::POST,
        Method::PUT,
        Method::PATCH,
        Method::DELETE,
    ];
    let of_path = |(path, item): (&String, &Value)| {
        let named = methods.iter().filter_map(|method| {
            let operation = item.get(method.as_str().to_lowercase())?;
            let parameters = operation["parameters"].as_array().into_iter().flatten();
            let parameters = parameters.filter(|parameter| parameter["in"] == "query");
            let names =
                parameters.filter_map(|parameter| parameter["name"].as_str().map(str::to_owned));
            Some(Target {
                methods: vec![method.clone()],
                is_described: true,
                path: path.clone(),
                content: body(&operation["requestBody"]["content"]),
                parameters: names.collect(),
            })
        });
        named.collect::<Vec<_>>()
    };
    paths.iter().flat_map(of_path).collect()
}

/// Returns the methods in the `Allow` header of an OPTIONS response.
async fn methods(program: &Program, path: &str) -> Vec<Method> {
    let agent = UserAgent::new();
    let asked = agent.http().request(Method::OPTIONS, program.at(path));
    let page = agent.send(asked).await;
    let allowed = page.header("allow").unwrap_or_default().split(", ");
    let named = allowed.filter(|name| !name.is_empty());
    named.map(|name| name.parse().expect("a method")).collect()
}

/// Returns the content that the document describes for a body.
fn body(content: &Value) -> Content {
    match content.as_object() {
        Some(kinds) if kinds.contains_key("image/png") => Content::Picture,
        Some(kinds) => Content::Json(kinds["application/json"]["schema"].clone()),
        None => Content::Nothing,
    }
}

/// Returns true for the page that takes the logo of a brand.
fn is_brand_logo(path: &str) -> bool {
    path.contains("/branding/logo/") && !path.ends_with("/remove")
}

/// Returns the content for a path without a document.
fn content(path: &str) -> Content {
    match path {
        "/account/profile/picture" => Content::Upload,
        _ if path.starts_with("/admin/apps/") && path.ends_with("/logo") => Content::Upload,
        _ if is_brand_logo(path) => Content::Upload,
        "/oauth2/authorize" | "/oauth2/logout" | "/oauth2/par" | "/oauth2/bc-authorize" => {
            Content::Form(AUTHORIZATION)
        }
        _ if path.starts_with("/oauth2/register") => Content::Members(METADATA),
        _ if path.starts_with("/oauth2/") => Content::Form(GRANT),
        _ => Content::Form(FIELDS),
    }
}

fn parameters(path: &str) -> Vec<String> {
    let names = match content(path) {
        Content::Form(names) => names,
        _ => &["access_token"],
    };
    names.iter().map(|&name| name.to_owned()).collect()
}

/// Returns valid values by field name, except passwords.
fn good(seed: &Seed) -> HashMap<&'static str, Vec<String>> {
    let clients = seed.clients();
    let ids: Vec<&str> = clients.iter().map(|client| client.id.as_str()).collect();
    let redirects: Vec<&str> = clients
        .iter()
        .map(|client| client.redirect_uri.as_str())
        .collect();
    let challenge = challenge(VERIFIER);
    let pairs: [(&'static str, &[&str]); 31] = [
        ("client_id", &ids),
        ("redirect_uri", &redirects),
        ("redirect_uris", &["http://localhost/callback"]),
        ("code_challenge", &[&challenge]),
        ("code_verifier", &[VERIFIER]),
        ("resource", &[&seed.audience]),
        ("audience", &[&seed.audience]),
        ("code_challenge_method", &["S256"]),
        ("response_type", &["code"]),
        ("response_mode", &["query", "form_post", "jwt"]),
        ("prompt", &["none", "login", "consent", "create"]),
        ("max_age", &["0", "100"]),
        ("scope", &["openid", "openid offline_access", "tasks:read"]),
        (
            "grant_type",
            &[
                "authorization_code",
                "refresh_token",
                "client_credentials",
                "urn:ietf:params:oauth:grant-type:device_code",
                "urn:ietf:params:oauth:grant-type:token-exchange",
                "urn:ietf:params:oauth:grant-type:jwt-bearer",
                "urn:openid:params:grant-type:ciba",
            ],
        ),
        ("grant_types", &["authorization_code", "refresh_token"]),
        ("response_types", &["code"]),
        (
            "token_endpoint_auth_method",
            &["none", "client_secret_basic"],
        ),
        (
            "client_assertion_type",
            &["urn:ietf:params:oauth:client-assertion-type:jwt-bearer"],
        ),
        (
            "subject_token_type",
            &["urn:ietf:params:oauth:token-type:access_token"],
        ),
        ("token_type_hint", &["access_token", "refresh_token"]),
        ("login_hint", &["mona"]),
        ("identifier", &["mona", "mona@example.org"]),
        ("username", &["mona", "somebody-new"]),
        ("email", &["mona@example.org", "somebody.new@example.org"]),
        ("decision", &["allow", "deny"]),
        ("lang", &["de", "en"]),
        ("theme", &["dark"]),
        ("next", &["/account", "/account/data"]),
        ("role", &["developer"]),
        ("kind", &["confidential", "public"]),
        ("zoneinfo", &["Europe/Berlin"]),
    ];
    let owned = |values: &[&str]| {
        values
            .iter()
            .map(|&value| value.to_owned())
            .collect::<Vec<_>>()
    };
    pairs.map(|(name, values)| (name, owned(values))).into()
}
