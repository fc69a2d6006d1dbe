//! Operations of the audit log.

use doorward_services::view;

use super::{AuditId, AuditQuery, filter};
use crate::found::FoundPage;
use crate::operation::Operation;
use crate::prelude::*;
use crate::{decisions, undo};

crate::entries! { LIST: AuditQuery, UNDO: Undo }

crate::targets! {
    {
        /// ID of the event, or its position in the chain.
        id
    } => Undo
}

view! {
    /// An audit event.
    #[schema(as = AuditEvent)]
    pub AuditView(event: AuditEvent) {
        /// ID of the event.
        id: String = event.id.to_string();
        /// Time (RFC 3339).
        at: Time = event.at;
        /// Kind of the event.
        kind: &'static str = event.kind.as_str();
        /// ID of the user or client that acted; absent: the command line, or unknown.
        actor?: String = event.actor;
        /// ID of the user or object concerned.
        subject?: String = event.subject;
        /// ID of the client through which the actor acted.
        client_id?: String = event.client_id;
        /// IP address of the request.
        ip?: String = event.ip.map(|ip| ip.to_string());
        /// `User-Agent` header of the request.
        user_agent?: String = event.user_agent;
        /// True if the action succeeded.
        success: bool = event.success;
        /// Further details, such as the values before and after.
        #[schema(value_type = Object)]
        detail: Map<String, Value> = event.detail;
        /// ID of the request that caused it.
        request_id?: String = event.request_id;
    }
}

impl Operation for AuditQuery {
    const TITLE: &'static str = "List audit events, the newest first";
    const TEXT: &'static str = "An administrator who is confined to an organization, such as its owner, \
        receives the events of the organization, without the devices of actors who are not its members.";
    const CALL: &'static str = "GET audit paged";
    const COMMAND: &'static str = "audit list --about --actor --subject --client=client_id --org=organization --kind --ip \
         --since --until";
    const TABLE: &'static str = "at kind success actor subject client_id ip id";
    const LIMIT: u64 = 20;
    type Done = FoundPage<AuditView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let filter = filter(context, &self).await?;
        let (before, limit) = (context.page.after_id(AuditId::parse)?, context.page.limit);
        let found = decisions::search(context, &filter, before, limit + 1).await?;
        let page = FoundPage::cut_rows(found, limit, |event| event.id.to_string());
        Ok(page.map(AuditView::new))
    }
}

impl Operation for Undo {
    const TITLE: &'static str =
        "Restore the values before an event, by the operation for such a change";
    const TEXT: &'static str = "The event of the undo names the undone one. Returns 400 with the \
        reason if the event cannot be undone, and 412 if the object was changed after the event.";
    const CALL: &'static str = "POST audit/{id}/undo";
    const COMMAND: &'static str = "audit undo EVENT=id";
    const DONE: &'static str = "The values before the event {id} are restored.";
    type Done = ();

    async fn run(self, context: &AdminContext<'_>) -> Result<()> {
        undo::run(context, context.config()?, &self.id).await
    }
}
