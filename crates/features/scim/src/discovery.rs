//! The documents that describe the server (RFC 7643 §5 to §7).

use doorward_scim_protocol::filter::is_same_name;
use doorward_scim_protocol::urn;
use serde_json::{Value, json};

use crate::bulk::{MAX_OPERATIONS, MAX_SIZE};
use crate::list::MAX_COUNT;
use crate::server::Known;

/// Returns the configuration of the service provider.
pub(crate) fn config(known: &Known) -> Value {
    json!({
        "schemas": [urn::PROVIDER_CONFIG],
        "patch": { "supported": true },
        "bulk": {
            "supported": true, "maxOperations": MAX_OPERATIONS, "maxPayloadSize": MAX_SIZE,
        },
        "filter": { "supported": true, "maxResults": MAX_COUNT },
        "changePassword": { "supported": false },
        "sort": { "supported": false },
        "etag": { "supported": true },
        "pagination": {
            "cursor": true, "index": true, "defaultPaginationMethod": "index",
            "maxPageSize": MAX_COUNT,
        },
        "authenticationSchemes": [{
            "type": "oauthbearertoken",
            "name": "Bearer token",
            "description": "Token of a source, from `doorward scim create`",
            "specUri": "https://www.rfc-editor.org/info/rfc6750",
            "primary": true,
        }],
        "meta": {
            "resourceType": "ServiceProviderConfig",
            "location": format!("{}/ServiceProviderConfig", known.base),
        },
    })
}

pub(crate) fn resource_types(known: &Known, id: Option<&str>) -> Option<Value> {
    let mut all = [&known.users, &known.groups].into_iter();
    if let Some(id) = id {
        let found = all.find(|kind| is_same_name(kind.name, id))?;
        return Some(found.document(&known.base));
    }
    let all: Vec<_> = all.map(|kind| kind.document(&known.base)).collect();
    Some(list(&all))
}

pub(crate) fn schemas(known: &Known, id: Option<&str>) -> Option<Value> {
    let mut all = known.users.schemas().chain(known.groups.schemas());
    if let Some(id) = id {
        let found = all.find(|schema| is_same_name(schema.id, id))?;
        return Some(found.document(&known.base));
    }
    let all: Vec<_> = all.map(|schema| schema.document(&known.base)).collect();
    Some(list(&all))
}

fn list(all: &[Value]) -> Value {
    json!({
        "schemas": [urn::LIST],
        "totalResults": all.len(),
        "itemsPerPage": all.len(),
        "startIndex": 1,
        "Resources": all,
    })
}
