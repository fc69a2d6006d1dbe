//! The server that runs in this process, whose state administrators see.

use doorward_domain::time::UnixSeconds;

use crate::audit_anchor::AuditAnchor;
use crate::context::Context;

#[derive(Clone, Copy, Debug)]
pub struct RunningServer<'a> {
    pub context: &'a Context,
    pub audit_anchor: &'a AuditAnchor,
    pub started_at: UnixSeconds,
}
