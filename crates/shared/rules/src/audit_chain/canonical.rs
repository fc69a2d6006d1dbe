//! The bytes of an event that a link covers.

use doorward_domain::model::AuditRecord;

use crate::prelude::*;

/// Returns the bytes of an event that are hashed. Each field is prefixed by its length, so that two
/// different events never have equal bytes. The members of the detail are sorted, because storage
/// may reorder them. The address is passed, because a link may cover its hash instead.
pub(super) fn canonical(event: &AuditRecord, ip: Option<&String>) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(512);
    bytes.extend_from_slice(event.id.as_uuid().as_bytes());
    bytes.extend_from_slice(&event.at.to_be_bytes());
    bytes.push(u8::from(event.success));
    let detail = match serde_json::from_str::<Value>(&event.detail) {
        Ok(value) => sorted(&value),
        // Invalid JSON was never part of a link: the result must only differ from any valid detail.
        Err(_) => format!("\u{0}{}", event.detail),
    };
    let fields = [
        Some(&event.kind),
        event.actor.as_ref(),
        event.subject.as_ref(),
        event.client_id.as_ref(),
        ip,
        event.user_agent.as_ref(),
        Some(&detail),
        event.request_id.as_ref(),
    ];
    for field in fields {
        match field {
            None => bytes.push(0),
            Some(text) => {
                bytes.push(1);
                bytes.extend_from_slice(&(text.len() as u64).to_be_bytes());
                bytes.extend_from_slice(text.as_bytes());
            }
        }
    }
    bytes
}

fn sorted(value: &Value) -> String {
    match value {
        Value::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            members.sort_by_key(|(name, _)| *name);
            let members: Vec<String> = members
                .into_iter()
                .map(|(name, value)| format!("{}:{}", Value::from(name.as_str()), sorted(value)))
                .collect();
            format!("{{{}}}", members.join(","))
        }
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(sorted).collect();
            format!("[{}]", items.join(","))
        }
        other => other.to_string(),
    }
}
