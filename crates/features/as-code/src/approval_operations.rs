//! Operations of requests for approval, and of the files that describe objects.

use doorward_admin::found::FoundPage;
use doorward_admin::operation::{Operation, Shown};
use doorward_admin::prelude::*;
use doorward_domain::model::{Approval, ApprovalId};
use doorward_services::view;

use crate::approval::{decide, get, list};
use crate::ownership::release;

doorward_admin::targets! { {} => List }

doorward_admin::targets! {
    {
        /// ID of the request.
        id
    } => Show, Approve, Reject
}

doorward_admin::targets! {
    {
        /// Kind of objects, such as `clients`.
        kind
    } => Release
}

view! {
    /// A request for the approval of a change. After the approval its author makes the change again.
    #[schema(as = Approval)]
    pub ApprovalView(approval: Approval, now: UnixSeconds) {
        /// True if it can still be approved, or the approved change be made.
        open: bool = approval.is_open(now);
        /// ID.
        id: String = approval.id.to_string();
        /// Name of the change; for a plan that of the plan.
        name: String = approval.name;
        /// ID of the user or client that wants to make it; absent: the command line.
        author?: String = approval.author;
        /// True for an apply of files.
        plan: bool = approval.is_plan;
        /// Reasons for the approval, separated by spaces: `roles`, `providers`, `keys`, `deletions`.
        marks: String = approval.marks;
        /// Change as text, of a plan with its impact.
        text: String = approval.text;
        /// Commit of the files.
        commit?: String = approval.source;
        /// `waiting`, `approved`, `rejected`, or `made`.
        state: &'static str = approval.state.as_str();
        /// Time of the request (RFC 3339).
        created_at: Time = approval.created_at;
        /// End of the request, and of its approval (RFC 3339).
        ends_at: Time = approval.ends_at;
        /// ID of the administrator who decided.
        decided_by?: String = approval.decided_by;
        /// Time of the decision (RFC 3339).
        decided_at?: Time = approval.decided_at;
    }
}

fn shown(context: &AdminContext<'_>, approval: Approval) -> Shown<ApprovalView> {
    Shown::unversioned(ApprovalView::new(approval, context.now()))
}

impl Operation for List {
    const TITLE: &'static str = "List requests for approval, the newest first";
    const CALL: &'static str = "GET approvals paged";
    const COMMAND: &'static str = "approval list";
    const TABLE: &'static str = "id author marks state created_at";
    type Done = FoundPage<ApprovalView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let (before, limit) = (
            context.page.after_id(ApprovalId::parse)?,
            context.page.limit,
        );
        let found = list(context, before, limit + 1).await?;
        let page = FoundPage::cut_rows(found, limit, |approval| approval.id.to_string());
        Ok(page.map(|approval| ApprovalView::new(approval, context.now())))
    }
}

impl Operation for Show {
    const TITLE: &'static str = "Show a request for approval";
    const CALL: &'static str = "GET approvals/{id}";
    const COMMAND: &'static str = "approval show ID";
    type Done = Shown<ApprovalView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        Ok(shown(context, get(context, &self.id).await?))
    }
}

impl Operation for Approve {
    const TITLE: &'static str = "Approve a change of another administrator";
    const TEXT: &'static str = "Changes nothing itself: its author makes the change again.";
    const CALL: &'static str = "POST approvals/{id}/approve";
    const COMMAND: &'static str = "approval approve ID";
    const DONE: &'static str = "The change {name} is approved.";
    type Done = Shown<ApprovalView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        Ok(shown(context, decide(context, &self.id, true).await?))
    }
}

impl Operation for Reject {
    const TITLE: &'static str = "Reject a change of another administrator";
    const CALL: &'static str = "POST approvals/{id}/reject";
    const COMMAND: &'static str = "approval reject ID";
    const DONE: &'static str = "The change {name} is rejected.";
    type Done = Shown<ApprovalView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        Ok(shown(context, decide(context, &self.id, false).await?))
    }
}

view! {
    /// Objects that files no longer describe.
    ReleasedObjects(kind: String, objects: u64) {
        /// Kind.
        kind: String = kind;
        /// Number of objects.
        objects: u64 = objects;
    }
}

impl Operation for Release {
    const TITLE: &'static str = "Forget the files that describe the objects of a kind";
    const TEXT: &'static str =
        "The console changes them again, until the next apply with files of this kind.";
    const CALL: &'static str = "POST managed/{kind}/release";
    const COMMAND: &'static str = "managed release KIND";
    const DONE: &'static str =
        "Objects of the kind {kind} that files no longer describe: {objects}.";
    type Done = Shown<ReleasedObjects>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let count = release(context, &self.kind).await?;
        Ok(Shown::unversioned(ReleasedObjects::new(self.kind, count)))
    }
}
