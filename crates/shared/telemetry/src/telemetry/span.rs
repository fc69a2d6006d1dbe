//! The values of a request that its span records.

use super::context::TraceContext;

#[derive(Clone, Copy, Debug)]
pub struct SpanStart {
    /// The span of this request, named in outgoing requests.
    pub(super) own: TraceContext,
    /// The span id of the sender.
    pub(super) parent: Option<[u8; 8]>,
    /// The start in Unix nanoseconds.
    pub(super) start: u64,
}

#[derive(Debug)]
pub struct Span {
    pub(super) begun: SpanStart,
    /// The end in Unix nanoseconds.
    pub(super) end: u64,
    pub(super) method: &'static str,
    pub(super) route: Option<String>,
    pub(super) status: u16,
    pub(super) statements: u32,
    pub(super) request_id: String,
}
