//! Messages of JSON-RPC 2.0 as used by MCP: one object each, with a string or an integer as ID.

use doorward_http_common::rejection_log::Rejected;
use doorward_protocol::strict_json;
use serde::Serialize;
use serde_json::{Value, json};

/// Supported protocol versions, newest first.
pub(super) const VERSIONS: [&str; 3] = ["2025-11-25", "2025-06-18", "2025-03-26"];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Method {
    Initialize,
    Ping,
    ListTools,
    CallTool,
    Other,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Message {
    /// Request ID; `None` for a notification, and for a response to a request that was never sent.
    pub id: Option<Value>,
    pub method: Method,
    pub params: Value,
}

/// An error object (JSON-RPC 2.0 §5.1).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct ErrorObject {
    code: i32,
    message: &'static str,
}

impl ErrorObject {
    const fn new(code: i32, message: &'static str) -> Self {
        Self { code, message }
    }

    /// Creates the error -32601, unknown method.
    pub(super) const fn method() -> Self {
        Self::new(-32601, "unknown method")
    }

    /// Creates the error -32602, invalid parameters.
    pub(super) const fn params(message: &'static str) -> Self {
        Self::new(-32602, message)
    }

    /// Returns the error as a cause for the log, which knows only the status of the response.
    pub(super) fn cause(&self) -> Rejected {
        Rejected {
            error: "invalid_message".into(),
            reason: format!("{} ({})", self.message, self.code),
            ..Rejected::default()
        }
    }
}

impl Message {
    /// Parses one message; batches are not part of the protocol any more. Returns -32700 for invalid JSON,
    /// and -32600 for an invalid message.
    pub(super) fn parse(body: &[u8]) -> Result<Self, ErrorObject> {
        let value =
            strict_json::parse(body).map_err(|_| ErrorObject::new(-32700, "invalid JSON"))?;
        let invalid = Err(ErrorObject::new(-32600, "invalid JSON-RPC 2.0 message"));
        let Value::Object(mut message) = value else {
            return invalid;
        };
        if message.get("jsonrpc").and_then(Value::as_str) != Some("2.0") {
            return invalid;
        }
        let id = message.remove("id");
        let is_id = |id: &Value| id.is_string() || id.is_i64() || id.is_u64();
        if id.as_ref().is_some_and(|id| !is_id(id)) {
            return invalid;
        }
        let params = message.remove("params").unwrap_or(json!({}));
        let method = match message.get("method") {
            Some(Value::String(name)) => match name.as_str() {
                "initialize" => Method::Initialize,
                "ping" => Method::Ping,
                "tools/list" => Method::ListTools,
                "tools/call" => Method::CallTool,
                _ => Method::Other,
            },
            // A response of the client.
            None if message.contains_key("result") || message.contains_key("error") => {
                return Ok(Self {
                    id: None,
                    method: Method::Other,
                    params,
                });
            }
            _ => return invalid,
        };
        Ok(Self { id, method, params })
    }
}

/// Returns the protocol version for a client: the proposed one if supported, otherwise the newest.
pub(super) fn version_for(params: &Value) -> &'static str {
    let proposed = params.get("protocolVersion").and_then(Value::as_str);
    let spoken = VERSIONS
        .into_iter()
        .find(|version| proposed == Some(version));
    spoken.unwrap_or(VERSIONS[0])
}

#[cfg(test)]
mod tests;
