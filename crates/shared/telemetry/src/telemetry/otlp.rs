//! The subset of OTLP that spans of requests need (opentelemetry-proto 1.x,
//! `trace/v1/trace.proto`).

use prost::{Message, Oneof};

use super::span::Span;

/// `SPAN_KIND_SERVER`.
const SERVER: i32 = 2;
/// `STATUS_CODE_ERROR`.
const ERROR: i32 = 2;

#[derive(Clone, PartialEq, Message)]
struct ExportTraceServiceRequest {
    #[prost(message, repeated, tag = "1")]
    resource_spans: Vec<ResourceSpans>,
}

#[derive(Clone, PartialEq, Message)]
struct ResourceSpans {
    #[prost(message, optional, tag = "1")]
    resource: Option<Resource>,
    #[prost(message, repeated, tag = "2")]
    scope_spans: Vec<ScopeSpans>,
}

#[derive(Clone, PartialEq, Message)]
struct Resource {
    #[prost(message, repeated, tag = "1")]
    attributes: Vec<KeyValue>,
}

#[derive(Clone, PartialEq, Message)]
struct ScopeSpans {
    #[prost(message, repeated, tag = "2")]
    spans: Vec<SpanMessage>,
}

#[derive(Clone, PartialEq, Message)]
struct SpanMessage {
    #[prost(bytes = "vec", tag = "1")]
    trace_id: Vec<u8>,
    #[prost(bytes = "vec", tag = "2")]
    span_id: Vec<u8>,
    #[prost(bytes = "vec", tag = "4")]
    parent_span_id: Vec<u8>,
    #[prost(string, tag = "5")]
    name: String,
    #[prost(int32, tag = "6")]
    kind: i32,
    #[prost(fixed64, tag = "7")]
    start_time_unix_nano: u64,
    #[prost(fixed64, tag = "8")]
    end_time_unix_nano: u64,
    #[prost(message, repeated, tag = "9")]
    attributes: Vec<KeyValue>,
    #[prost(message, optional, tag = "15")]
    status: Option<Status>,
}

#[derive(Clone, PartialEq, Message)]
struct Status {
    #[prost(int32, tag = "3")]
    code: i32,
}

#[derive(Clone, PartialEq, Message)]
struct KeyValue {
    #[prost(string, tag = "1")]
    key: String,
    #[prost(message, optional, tag = "2")]
    value: Option<AnyValue>,
}

#[derive(Clone, PartialEq, Message)]
struct AnyValue {
    #[prost(oneof = "Value", tags = "1, 3")]
    value: Option<Value>,
}

#[derive(Clone, PartialEq, Oneof)]
enum Value {
    #[prost(string, tag = "1")]
    Text(String),
    #[prost(int64, tag = "3")]
    Number(i64),
}

/// Encodes spans of a service as one request to a collector.
pub fn encode(service: &str, spans: &[Span]) -> Vec<u8> {
    let resource = Resource {
        attributes: vec![
            text("service.name", service),
            text("service.version", env!("CARGO_PKG_VERSION")),
        ],
    };
    let request = ExportTraceServiceRequest {
        resource_spans: vec![ResourceSpans {
            resource: Some(resource),
            scope_spans: vec![ScopeSpans {
                spans: spans.iter().map(message).collect(),
            }],
        }],
    };
    request.encode_to_vec()
}

/// Builds a span message by the semantic conventions of OpenTelemetry for HTTP servers.
fn message(span: &Span) -> SpanMessage {
    let route = span.route.as_deref();
    let mut attributes = vec![
        text("http.request.method", span.method),
        number("http.response.status_code", i64::from(span.status)),
        number("doorward.statements", i64::from(span.statements)),
        text("doorward.request_id", &span.request_id),
    ];
    attributes.extend(route.map(|route| text("http.route", route)));
    let is_fault = span.status >= 500;
    if is_fault {
        attributes.push(text("error.type", &span.status.to_string()));
    }
    SpanMessage {
        trace_id: span.begun.own.trace.to_vec(),
        span_id: span.begun.own.span.to_vec(),
        parent_span_id: span.begun.parent.map(Vec::from).unwrap_or_default(),
        name: match route {
            Some(route) => format!("{} {route}", span.method),
            None => span.method.to_owned(),
        },
        kind: SERVER,
        start_time_unix_nano: span.begun.start,
        end_time_unix_nano: span.end,
        attributes,
        status: is_fault.then_some(Status { code: ERROR }),
    }
}

fn text(key: &str, value: &str) -> KeyValue {
    attribute(key, Value::Text(value.to_owned()))
}

fn number(key: &str, value: i64) -> KeyValue {
    attribute(key, Value::Number(value))
}

fn attribute(key: &str, value: Value) -> KeyValue {
    KeyValue {
        key: key.to_owned(),
        value: Some(AnyValue { value: Some(value) }),
    }
}
