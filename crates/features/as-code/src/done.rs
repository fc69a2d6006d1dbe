//! The result of a plan or of an apply.

use std::collections::BTreeMap;

use doorward_domain::model::{ApprovalId, ApprovalMark};

use crate::impact::Impact;
use crate::plan::Plan;

/// The result of a plan or of an apply.
#[derive(Debug, Default)]
pub struct Done {
    pub plan: Plan,
    /// The impact; `None` for an apply, and with a problem.
    pub impact: Option<Impact>,
    /// New secrets by `kind/key`.
    pub secrets: BTreeMap<String, String>,
    pub is_applied: bool,
    /// Reasons why a second administrator has to approve the plan.
    pub marks: Vec<ApprovalMark>,
    /// Request for approval, for which an apply waits.
    pub waiting: Option<ApprovalId>,
}
