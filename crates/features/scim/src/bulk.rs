//! Several changes in one request (RFC 7644 §3.7). Each is a transaction.

use std::collections::HashMap;

use doorward_scim_protocol::error::{ScimError, ScimType};
use doorward_scim_protocol::filter::find;
use doorward_scim_protocol::{patch, urn};
use serde_json::{Map, Value, json};

use crate::failure::Result;
use crate::list::Query;
use crate::resources::{Kind, create_one, edit_one, remove_one};
use crate::server::Server;
use crate::users::Edit;

/// Maximum number of operations of a request.
pub(crate) const MAX_OPERATIONS: usize = 100;
/// Maximum size of a request in bytes.
pub(crate) const MAX_SIZE: usize = 1024 * 1024;

/// The beginning of a reference to a resource that the request creates.
const REFERENCE: &str = "bulkId:";

/// An operation of a request.
struct Operation<'a> {
    method: String,
    bulk_id: Option<&'a str>,
    path: &'a str,
    version: Option<&'a str>,
    data: Option<&'a Value>,
}

impl<'a> Operation<'a> {
    fn parse(sent: &'a Value) -> Result<Self, ScimError> {
        let Value::Object(sent) = sent else {
            return Err(ScimError::syntax("an operation must be an object"));
        };
        let text = |name: &str| find(sent, name).and_then(Value::as_str);
        Ok(Self {
            method: text("method").unwrap_or_default().to_ascii_uppercase(),
            bulk_id: text("bulkId"),
            path: text("path").unwrap_or_default(),
            version: text("version"),
            data: find(sent, "data"),
        })
    }
}

/// Runs the operations in their order. Those that refer to later ones are rejected.
pub(crate) async fn run(server: &Server<'_>, body: &Map<String, Value>) -> Result<Value> {
    let Some(Value::Array(operations)) = find(body, "Operations") else {
        return Err(ScimError::syntax("Operations must be a list").into());
    };
    if operations.len() > MAX_OPERATIONS {
        let problem = format!("a request has at most {MAX_OPERATIONS} operations");
        return Err(ScimError {
            kind: Some(ScimType::TooMany),
            ..ScimError::new(413, problem)
        }
        .into());
    }
    let limit = find(body, "failOnErrors").and_then(Value::as_u64);
    let (mut done, mut failed, mut made) = (Vec::new(), 0, HashMap::new());
    for sent in operations {
        let operation = Operation::parse(sent)?;
        let mut result = json!({ "method": operation.method });
        if let Some(id) = operation.bulk_id {
            result["bulkId"] = id.into();
        }
        match run_one(server, &operation, &mut made, &mut result).await {
            Ok(status) => result["status"] = status.to_string().into(),
            Err(failure) => {
                let error = failure.error();
                result["status"] = error.status.to_string().into();
                result["response"] = error.document();
                failed += 1;
            }
        }
        done.push(result);
        if limit.is_some_and(|limit| failed >= limit.max(1)) {
            break;
        }
    }
    Ok(json!({ "schemas": [urn::BULK_RESPONSE], "Operations": done }))
}

async fn run_one(
    server: &Server<'_>,
    operation: &Operation<'_>,
    made: &mut HashMap<String, String>,
    result: &mut Value,
) -> Result<u16> {
    let path = resolve(operation.path, made)?;
    let mut kinds = [Kind::User, Kind::Group].into_iter();
    let found = kinds.find_map(|kind| {
        let rest = path.strip_prefix(kind.path())?;
        let id = rest.strip_prefix('/').unwrap_or(rest);
        (rest.is_empty() || rest.starts_with('/')).then_some((kind, id))
    });
    let Some((kind, id)) = found else {
        return Err(ScimError::value("path must be /Users or /Groups, with an ID").into());
    };
    let mut data = operation.data.cloned().unwrap_or_default();
    resolve_all(&mut data, made)?;
    let data = match data {
        Value::Object(data) => data,
        _ => Map::new(),
    };
    let query = Query::default();
    let (status, shown) = match (operation.method.as_str(), id.is_empty()) {
        ("POST", true) => {
            let Some(name) = operation.bulk_id else {
                return Err(ScimError::syntax("bulkId is missing").into());
            };
            let shown = create_one(server, kind, &data).await?;
            let id = shown.resource.get("id").and_then(Value::as_str);
            made.insert(name.to_owned(), id.unwrap_or_default().to_owned());
            (201, shown)
        }
        ("PUT", false) => {
            let edit = Edit::Replace(data);
            let target = (id, operation.version);
            (200, edit_one(server, kind, target, edit, &query).await?)
        }
        ("PATCH", false) => {
            let edit = Edit::Patch(patch::parse(&data)?);
            let target = (id, operation.version);
            (200, edit_one(server, kind, target, edit, &query).await?)
        }
        ("DELETE", false) => {
            result["location"] = format!("{}{path}", server.base).into();
            remove_one(server, kind, id, operation.version).await?;
            return Ok(204);
        }
        _ => return Err(ScimError::value("method does not fit the path").into()),
    };
    if let Some(location) = shown.location() {
        result["location"] = location.into();
    }
    if let Some(version) = shown.version() {
        result["version"] = version.into();
    }
    Ok(status)
}

/// Replaces a reference to a created resource by its ID.
fn resolve(text: &str, made: &HashMap<String, String>) -> Result<String> {
    let Some((before, name)) = text.split_once(REFERENCE) else {
        return Ok(text.to_owned());
    };
    let problem = || format!("no earlier operation has created bulkId {name:?}");
    let id = made.get(name).ok_or_else(|| ScimError::value(problem()))?;
    Ok(format!("{before}{id}"))
}

fn resolve_all(value: &mut Value, made: &HashMap<String, String>) -> Result<()> {
    match value {
        Value::String(text) if text.starts_with(REFERENCE) => *text = resolve(text, made)?,
        Value::Array(all) => {
            for one in all {
                resolve_all(one, made)?;
            }
        }
        Value::Object(parts) => {
            for (_, one) in parts.iter_mut() {
                resolve_all(one, made)?;
            }
        }
        _ => {}
    }
    Ok(())
}
