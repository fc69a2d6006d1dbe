//! Operations of invitations to an organization.

use doorward_domain::model::{Invitation, InvitationId};
use doorward_services::view;

use super::{NewAccess, get, invite, list, organization, revoke};
use crate::found::FoundPage;
use crate::invitation_batches::{self, Batch};
use crate::json_member::optional;
use crate::operation::{Again, Operation, Shown};
use crate::prelude::*;

crate::entries! {
    LIST: List, SHOW: Show, INVITE: Invite, REVOKE: Revoke, INVITE_FILE: InviteFile,
    BATCH: ShowBatch, STOP: StopBatch,
}

crate::targets! {
    {
        /// Slug of the organization.
        slug
    } => List
}

crate::targets! {
    {
        /// Slug of the organization.
        slug,
        /// ID of the invitation.
        id
    } => Show, Revoke
}

crate::targets! {
    {
        /// Slug of the organization.
        slug,
        /// ID of the batch.
        id
    } => ShowBatch, StopBatch
}

view! {
    /// An open invitation.
    pub InvitationView(invitation: Invitation) {
        /// ID of the invitation.
        id: String = invitation.id.to_string();
        /// Slug of the organization.
        organization: String = invitation.org;
        /// The address that it was mailed to.
        email: String = invitation.email;
        /// ID of the inviting user; null for the command line.
        invited_by: Option<String> = invitation.inviter.map(|signed_in| signed_in.id);
        /// Names of the roles that the user gets by accepting it.
        roles: Vec<String> = invitation.access.roles;
        /// IDs of the groups that the user joins by accepting it.
        groups: Vec<String> = {
            let groups = invitation.access.groups.iter();
            groups.map(ToString::to_string).collect()
        };
        /// End of the membership and of the roles (RFC 3339); absent: they do not end.
        member_until?: Time = invitation.access.member_until;
        /// ID of the batch of a file.
        batch?: String = invitation.batch.map(|batch| batch.to_string());
        /// True if its mail waits.
        waiting: bool = invitation.queued_at.is_some();
        /// Time of creation (RFC 3339).
        created_at: Time = invitation.created_at;
        /// Expiry (RFC 3339).
        expires_at: Time = invitation.expires_at;
    }
}

fn shown(invitation: Invitation) -> Shown<InvitationView> {
    Shown::unversioned(invitation.into())
}

impl Operation for List {
    const TITLE: &'static str = "List the open invitations of an organization";
    const CALL: &'static str = "GET organizations/{slug}/invitations paged";
    const COMMAND: &'static str = "org invitations SLUG";
    const TABLE: &'static str = "id email expires_at";
    type Done = FoundPage<InvitationView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let (after, limit) = (
            context.page.after_id(InvitationId::parse)?,
            context.page.limit,
        );
        let organization = organization(context, &self.slug).await?;
        let found = list(context, &organization, after, limit + 1).await?;
        let page = FoundPage::cut_rows(found, limit, |invitation| invitation.id.to_string());
        Ok(page.map(InvitationView::new))
    }
}

impl Operation for Show {
    const TITLE: &'static str = "Show an open invitation";
    const CALL: &'static str = "GET organizations/{slug}/invitations/{id}";
    const COMMAND: &'static str = "org invitation SLUG ID";
    type Done = Shown<InvitationView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let organization = organization(context, &self.slug).await?;
        get(context, &organization, &self.id).await.map(shown)
    }
}

/// An invitation to create.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewInvitation)]
pub struct Invite {
    /// Slug of the organization.
    slug: String,
    /// E-mail address. The response does not depend on whether it belongs to an account.
    #[schema(format = Email, example = "bob@example.org")]
    email: String,
    /// Name of a role that the user gets in the organization, if the inviter may still give it then.
    #[serde(default)]
    roles: Vec<String>,
    /// Group of the organization that the user joins: its ID or its path.
    #[serde(default)]
    groups: Vec<String>,
    /// End of the membership and of the roles (RFC 3339).
    #[serde(default, deserialize_with = "optional")]
    #[schema(value_type = Option<String>, format = DateTime)]
    member_until: Option<UnixSeconds>,
}

impl Operation for Invite {
    const TITLE: &'static str = "Invite a user to an organization by e-mail";
    const TEXT: &'static str = "The user receives a link, which is valid once within seven days, and joins only by accepting \
         it while signed in with that address. A newer invitation to the same address replaces the \
         older one.";
    const CALL: &'static str = "POST organizations/{slug}/invitations once";
    const COMMAND: &'static str =
        "org invite SLUG --email --role=roles --group=groups --member-until";
    const DONE: &'static str = "{email} is invited by e-mail.";
    type Done = Shown<InvitationView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let access = NewAccess {
            roles: self.roles,
            groups: self.groups,
            member_until: self.member_until,
        };
        let invited = invite(context, &self.slug, &self.email, &access).await;
        invited.map(shown)
    }

    fn again() -> Option<Again> {
        Some(Again::new("organizations:write", &SHOW))
    }
}

view! {
    /// A row of a file that cannot be used.
    #[schema(as = InvitationProblem)]
    pub ProblemView(found: crate::invitation_batches::file::RowProblem) {
        /// Number of the line.
        line: u64 = found.line;
        /// Column, or `access` for what the inviter may not give.
        field: &'static str = found.field;
        /// Reason.
        problem: String = found.problem;
    }
}

view! {
    /// A batch of invitations from a file.
    #[schema(as = InvitationBatch)]
    pub BatchView(batch: Batch) {
        /// ID; absent if the file was only checked.
        id?: String = batch.id.map(|id| id.to_string());
        /// Slug of the organization.
        organization: String = batch.org;
        /// Number of invitations.
        total: u64 = batch.total;
        /// Number of invitations whose mail waits.
        waiting: u64 = batch.waiting;
        /// Number of invitations that ended before their mail was sent.
        stopped: u64 = batch.stopped;
        /// Rows that cannot be used: then no user is invited.
        problems: Vec<ProblemView> = {
            let problems = batch.problems.into_iter();
            problems.map(ProblemView::new).collect()
        };
    }
}

/// A file of users to invite.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InviteFile {
    /// Slug of the organization.
    slug: String,
    /// CSV text with the columns `email`, `roles`, `groups` (separated by `;`) and `member_until` (a date, or
    /// RFC 3339); at most 2,000 rows.
    #[schema(format = "csv")]
    csv: String,
    /// True to check the file only.
    #[serde(default)]
    dry_run: bool,
}

impl Operation for InviteFile {
    const TITLE: &'static str = "Invite the users of a CSV file to an organization";
    const TEXT: &'static str = "Every row is checked first; if one cannot be used, no user is invited. The server then \
         sends the mails one after another, for an administrator of one organization within the limit for each hour; \
         a command sends all of them.";
    const CALL: &'static str = "POST organizations/{slug}/invitation-batches once";
    const COMMAND: &'static str = "org invite-file SLUG --file=csv --dry-run";
    const TABLE: &'static str = "line field problem";
    type Done = Shown<BatchView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let batch = invitation_batches::start(context, &self.slug, &self.csv, self.dry_run).await?;
        let (total, wrong) = (batch.total, batch.problems.len());
        let note = match batch.id {
            Some(id) => format!("Invitations: {total}; batch {id}."),
            None => format!("Rows that can be used: {total}."),
        };
        let failure = (wrong > 0).then(|| format!("rows that cannot be used: {wrong}"));
        let shown = Shown::unversioned(BatchView::new(batch));
        Ok(shown.with_note(Some(note)).with_failure(failure))
    }

    fn again() -> Option<Again> {
        Some(Again::new("organizations:write", &BATCH))
    }
}

impl Operation for ShowBatch {
    const TITLE: &'static str = "Show the progress of a batch of invitations";
    const CALL: &'static str = "GET organizations/{slug}/invitation-batches/{id}";
    const COMMAND: &'static str = "org invitation-batch SLUG ID";
    type Done = Shown<BatchView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let found = invitation_batches::find(context, &self.slug, &self.id).await?;
        Ok(Shown::unversioned(BatchView::new(found)))
    }
}

impl Operation for StopBatch {
    const TITLE: &'static str = "Stop a batch of invitations: those whose mail waits end";
    const CALL: &'static str = "POST organizations/{slug}/invitation-batches/{id}/stop";
    const COMMAND: &'static str = "org stop-invitations SLUG ID";
    type Done = Shown<BatchView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let stopped = invitation_batches::stop(context, &self.slug, &self.id).await?;
        Ok(Shown::unversioned(BatchView::new(stopped)))
    }
}

impl Operation for Revoke {
    const TITLE: &'static str = "Revoke an invitation";
    const CALL: &'static str = "DELETE organizations/{slug}/invitations/{id}";
    const COMMAND: &'static str = "org revoke-invitation SLUG ID";
    const DONE: &'static str = "{email} is no longer invited.";
    type Done = Shown<InvitationView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let id = AdminError::id("invitation", &self.id, InvitationId::parse)?;
        revoke(context, &self.slug, id).await.map(shown)
    }
}
