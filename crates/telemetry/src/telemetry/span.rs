//! A request as its span records it.

use super::context::TraceContext;

/// A request that has begun.
#[derive(Clone, Copy, Debug)]
pub struct Begun {
    /// The span of this request, for whoever is asked in its course.
    pub(super) own: TraceContext,
    /// The span of whoever sent it.
    pub(super) parent: Option<[u8; 8]>,
    /// Unix nanoseconds.
    pub(super) start: u64,
}

/// A request that was answered.
#[derive(Debug)]
pub struct Span {
    pub(super) begun: Begun,
    /// Unix nanoseconds.
    pub(super) end: u64,
    pub(super) method: &'static str,
    pub(super) route: Option<String>,
    pub(super) status: u16,
    pub(super) statements: u32,
    pub(super) request_id: String,
}
