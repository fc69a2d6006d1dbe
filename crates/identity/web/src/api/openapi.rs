//! The `OpenAPI` document of the JSON API, assembled from the endpoints.

use std::sync::OnceLock;

use actix_web::{HttpRequest, HttpResponse, get};
use doorward_domain::boxed;
use doorward_http_common::problem::FieldError;
use doorward_services::error::ServerError;
use utoipa::OpenApi;
use utoipa::openapi::path::{Operation, PathItem};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{ContentBuilder, Ref, RefOr, ResponseBuilder};
use utoipa_actix_web::OpenApiFactory as _;

use super::problem::{Problem, ProblemSchema};
use crate::document::{self, DocumentFields};

/// The general part of the document.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Doorward identity server",
        description = "The first-party API: accounts and administration. Errors are \
                       `application/problem+json` (RFC 9457). OAuth and OpenID Connect endpoints \
                       are described by `/.well-known/openid-configuration`.",
        license(name = "MIT OR Apache-2.0"),
        contact(),
    ),
    components(schemas(ProblemSchema, FieldError)),
    tags(
        (name = "auth", description = "Registration, sign-in, and the account of the signed-in user"),
        (name = "admin", description = "Administration, for callers with the permissions"),
        (name = "api", description = "The API itself"),
    )
)]
struct Base;

/// Returns the document of these endpoints; every operation may return a problem. Its tag is the
/// first segment of its path, and administration requires a token.
pub fn document(
    endpoints: impl FnOnce(&mut utoipa_actix_web::service_config::ServiceConfig<'_>),
) -> utoipa::openapi::OpenApi {
    let scope = utoipa_actix_web::scope("/api").configure(endpoints);
    let mut paths = scope.paths();
    let mut schemas = Vec::new();
    scope.schemas(&mut schemas);
    for (path, item) in &mut paths.paths {
        let area = path.split('/').nth(2).unwrap_or_default();
        for (_, operation) in operations_mut(item) {
            let tags = operation.tags.get_or_insert_default();
            if tags.is_empty() {
                tags.push(area.to_owned());
            }
            if area == "admin" {
                let bearer = SecurityRequirement::new("bearer", Vec::<String>::new());
                operation.security = Some(vec![bearer]);
            }
            let problem = ResponseBuilder::new()
                .description("A problem")
                .content(
                    "application/problem+json",
                    ContentBuilder::new()
                        .schema(Some(Ref::from_schema_name("Problem")))
                        .build(),
                )
                .build();
            operation
                .responses
                .responses
                .insert("default".to_owned(), RefOr::T(problem));
        }
    }
    let mut document = Base::openapi();
    document.paths = paths;
    let components = document.components.get_or_insert_default();
    components.schemas.extend(schemas);
    let bearer = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .bearer_format("JWT")
        .description(Some("The access token of a sign-in by this API (RFC 6750)"))
        .build();
    components.add_security_scheme("bearer", SecurityScheme::Http(bearer));
    document
}

fn operations_mut(item: &mut PathItem) -> Vec<(&'static str, &mut Operation)> {
    [
        ("GET", item.get.as_mut()),
        ("POST", item.post.as_mut()),
        ("PUT", item.put.as_mut()),
        ("PATCH", item.patch.as_mut()),
        ("DELETE", item.delete.as_mut()),
    ]
    .into_iter()
    .filter_map(|(method, operation)| operation.map(|it| (method, it)))
    .collect()
}

/// The methods of a path, by its segments.
type Row = (Vec<String>, String);

/// The document, created on first request.
pub struct Document {
    make: fn() -> utoipa::openapi::OpenApi,
    text: OnceLock<String>,
    served: OnceLock<document::Document>,
    table: OnceLock<Vec<Row>>,
}

impl Document {
    pub const fn new(make: fn() -> utoipa::openapi::OpenApi) -> Self {
        Self {
            make,
            text: OnceLock::new(),
            served: OnceLock::new(),
            table: OnceLock::new(),
        }
    }

    fn table(&self) -> &[Row] {
        self.table.get_or_init(|| {
            let mut paths = (self.make)().paths.paths;
            let rows = paths.iter_mut().map(|(path, item)| {
                let methods: Vec<&str> = operations_mut(item).iter().map(|it| it.0).collect();
                (
                    path.split('/').map(str::to_owned).collect(),
                    // RFC 9110 §9.1: every resource with GET supports HEAD.
                    methods.join(", ").replace("GET", "GET, HEAD"),
                )
            });
            rows.collect()
        })
    }

    /// Returns the documented methods of a path, for `Allow`.
    pub fn methods_at(&self, path: &str) -> Option<String> {
        let parts: Vec<&str> = path.split('/').collect();
        let fits = |template: &[String]| {
            template.len() == parts.len()
                && template.iter().zip(&parts).all(|(expected, part)| {
                    expected == part || (expected.starts_with('{') && !part.is_empty())
                })
        };
        let mut rows = self.table().iter();
        rows.find_map(|(template, methods)| fits(template).then(|| methods.clone()))
    }

    /// Returns the document as JSON, as served and committed.
    pub fn text(&self) -> &str {
        self.text.get_or_init(|| {
            let mut text = (self.make)().to_pretty_json().unwrap_or_default();
            text.push('\n');
            text
        })
    }

    fn served(&'static self) -> &'static document::Document {
        let fields = DocumentFields {
            content_type: "application/json",
            cache_control: "no-cache",
            vary: None,
        };
        let text = || document::Document::new(fields, self.text());
        self.served.get_or_init(text)
    }
}

/// Read this document
///
/// Equals `docs/reference/openapi.json`.
#[utoipa::path(
    operation_id = "openapi",
    tag = "api",
    responses((status = 200, description = "OpenAPI 3.1", content_type = "application/json", body = Object))
)]
#[get("/openapi.json")]
#[boxed(?Send)]
pub async fn show(request: HttpRequest) -> Result<HttpResponse, Problem> {
    let Some(document) = request.app_data::<&'static Document>() else {
        return Err(ServerError::Internal("no document".to_owned()).into());
    };
    Ok(document.served().respond(&request))
}
