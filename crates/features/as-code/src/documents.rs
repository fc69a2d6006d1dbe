//! The documents of all kinds in the document of the API.

use doorward_admin::kinds;
use doorward_admin::prelude::*;
use utoipa::PartialSchema;
use utoipa::openapi::{Object, RefOr, Schema};

/// Objects by kind, each with the schema of its kind.
#[derive(Debug)]
pub struct ObjectsByKind;

/// Converts a schema that this program has written, so that it has the form of one.
fn typed(schema: Value) -> RefOr<Schema> {
    serde_json::from_value(schema).unwrap_or_else(|_| Object::default().into())
}

impl PartialSchema for ObjectsByKind {
    fn schema() -> RefOr<Schema> {
        let list = |kind: &kinds::Kind| {
            let reference = format!("#/components/schemas/{}", kind.schema_name());
            let schema = json!({ "type": "array", "items": { "$ref": reference } });
            (kind.name.to_owned(), schema)
        };
        let lists: Map<String, Value> = kinds::all().map(list).collect();
        typed(json!({
            "type": "object",
            "description": "Objects by kind, as their files describe them.",
            "properties": lists,
        }))
    }
}

impl ToSchema for ObjectsByKind {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.extend(kinds::all().map(|kind| (kind.schema_name(), typed(kind.schema()))));
    }
}
