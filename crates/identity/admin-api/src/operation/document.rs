//! The operations in the `OpenAPI` document.

use doorward_admin::operation::{Described, Member};
use doorward_services::pictures::MEDIA_TYPES;
use doorward_web::api::paging::PageParams;
use doorward_web::api::picture::PictureFile;
use serde_json::json;
use utoipa::openapi::path::{ParameterIn, Paths};
use utoipa::openapi::{HttpMethod, RefOr, Schema};
use utoipa::{IntoParams, PartialSchema as _, ToSchema as _};
use utoipa_actix_web::OpenApiFactory;

use super::Endpoint;
use crate::prelude::*;

const JSON: &str = "application/json";

type Schemas = Vec<(String, RefOr<Schema>)>;

impl OpenApiFactory for Endpoint {
    fn paths(&self) -> Paths {
        let method = match self.0.call().method {
            "POST" => HttpMethod::Post,
            "PUT" => HttpMethod::Put,
            "PATCH" => HttpMethod::Patch,
            "DELETE" => HttpMethod::Delete,
            _ => HttpMethod::Get,
        };
        let mut paths = Paths::new();
        // It cannot fail: a test reads the name of each operation from the document.
        if let Ok(operation) =
            serde_json::from_value::<utoipa::openapi::path::Operation>(self.operation())
        {
            paths.add_path_operation(self.path(), vec![method], operation);
        }
        paths
    }

    fn schemas(&self, schemas: &mut Schemas) {
        if self.0.call().picture_permission().is_some() {
            schemas.push((PictureFile::name().into_owned(), PictureFile::schema()));
        } else if self.has_body() {
            let body = (self.0.body)();
            schemas.extend(body.parts);
            schemas.push((body.name, self.sent(body.schema)));
        }
        if let Some(result) = self.result() {
            if self.0.is_list {
                schemas.extend(listing(&result.name));
            }
            schemas.extend(result.parts);
            schemas.push((result.name, result.schema));
        }
    }
}

impl Endpoint {
    fn has_body(&self) -> bool {
        self.0.call().has_body() && self.0.sent_members().next().is_some()
    }

    /// Returns the object of the response.
    fn result(&self) -> Option<Described> {
        let deletes_one = self.0.call().deletes_one();
        self.0
            .result
            .filter(|_| !deletes_one)
            .map(|result| result())
    }

    /// Returns the schema of a body. A member in the path may be repeated.
    fn sent(&self, schema: RefOr<Schema>) -> RefOr<Schema> {
        let RefOr::T(Schema::Object(mut object)) = schema else {
            return schema;
        };
        for name in self.0.call().parameters() {
            object.required.retain(|required| required != name);
            if let Some(RefOr::T(Schema::Object(member))) = object.properties.get_mut(name) {
                member.description = Some("Must equal the one in the URL.".to_owned());
            }
        }
        object.into()
    }

    fn operation(&self) -> Value {
        let (entry, result) = (self.0, self.result());
        let (status, description) = match (entry.call().method, result.is_some()) {
            _ if entry.call().renews() => ("200", "Done"),
            _ if (entry.again)().is_some() => ("201", "Created"),
            _ if entry.call().is_queued() => ("202", "Accepted"),
            ("DELETE", false) => ("204", "Deleted"),
            (_, false) => ("204", "Done"),
            ("GET", _) => ("200", "Found"),
            _ => ("200", "Done"),
        };
        let mut response = json!({ "description": description });
        if let Some(result) = result {
            let name = if entry.is_list {
                format!("Listing_{}", result.name)
            } else {
                result.name
            };
            response["content"] = content(&[JSON], &name);
        }
        let mut operation = json!({
            "operationId": entry.id(),
            "summary": entry.title,
            "parameters": self.parameters(),
            "responses": { status: response.clone() },
        });
        if entry.call().may_create() {
            response["description"] = "Created".into();
            operation["responses"]["201"] = response;
        }
        if !entry.text.is_empty() {
            operation["description"] = entry.text.into();
        }
        if self.has_body() {
            let required = entry.sent_members().any(|member| member.is_required);
            let content = match entry.call().picture_permission() {
                Some(_) => content(&MEDIA_TYPES, &PictureFile::name()),
                None => content(&[JSON], &(entry.body)().name),
            };
            operation["requestBody"] = json!({ "content": content, "required": required });
        }
        operation
    }

    fn parameters(&self) -> Vec<Value> {
        let (entry, call) = (self.0, self.0.call());
        let header = || Some(ParameterIn::Header);
        let mut shared = Vec::new();
        if call.is_versioned() {
            shared.extend(IfMatch::into_params(header));
        }
        if call.takes_reason() {
            shared.extend(ReasonHeader::into_params(header));
        }
        if call.is_once() {
            shared.extend(IdempotencyKey::into_params(header));
        }
        if call.is_paged() {
            shared.extend(PageParams::into_params(|| Some(ParameterIn::Query)));
        }
        let shared = shared.into_iter().map(|parameter| json!(parameter));
        let in_path = |member: &&Member| call.parameters().any(|name| name == member.name);
        let of_path = entry.members().iter().filter(in_path);
        let of_query = entry.sent_members().filter(|_| !call.has_body());
        let own = of_path.map(|member| parameter(member, "path"));
        let own = own.chain(of_query.map(|member| parameter(member, "query")));
        shared.chain(own).collect()
    }
}

fn parameter(member: &Member, place: &str) -> Value {
    json!({
        "name": member.name,
        "in": place,
        "description": member.help,
        "required": member.is_required || place == "path",
        "schema": member.schema,
    })
}

fn content(media_types: &[&str], name: &str) -> Value {
    let types = media_types.iter();
    types
        .map(|media| ((*media).to_owned(), json!({ "schema": reference(name) })))
        .collect()
}

fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

/// Returns the schema of a page of a list, as that of [`Listing`].
fn listing(item: &str) -> Option<(String, RefOr<Schema>)> {
    let schema = serde_json::from_value(json!({
        "type": "object",
        "description": "A page of a list.",
        "required": ["items"],
        "properties": {
            "items": {
                "type": "array",
                "items": reference(item),
                "description": "Items of this page.",
            },
            "next_cursor": {
                "type": "string",
                "description": "Cursor of the next page; absent on the last one. \
                                `Link: rel=\"next\"` contains it as well.",
            },
        },
    }));
    Some((format!("Listing_{item}"), schema.ok()?))
}
