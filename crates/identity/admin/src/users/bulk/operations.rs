//! Operations of bulk changes.

use std::collections::BTreeMap;

use doorward_domain::model::{
    BulkAction, BulkChange, BulkChangeId, BulkFailure, BulkSelection, BulkState, StopReason,
};
use doorward_rules::bulk::MAX_FAILURES;
use doorward_services::view;
use url::form_urlencoded::Serializer;

use super::{NewBulkChange, failures, get, start, stop};
use crate::bulk_step::{self, Pace};
use crate::found::FoundPage;
use crate::json_member::OneOf;
use crate::operation::{Again, Operation, Shown};
use crate::prelude::*;
use crate::progress::Progress;
use crate::users::named_id;
use crate::{bulk_selection, groups};

type Actions = OneOf<BulkAction>;

crate::entries! { LIST: List, START: Start, SHOW: Show, STOP: Stop, FAILURES: Failures }

crate::targets! { {} => List }

crate::targets! {
    {
        /// ID of the bulk change.
        id
    } => Show, Stop, Failures
}

view! {
    /// A user that was not changed.
    #[schema(as = BulkFailure)]
    pub BulkFailureView(failure: BulkFailure) {
        /// ID of the user.
        user: String = failure.user.to_string();
        /// `not_found`, `still_needed`, `taken` (address of another account), `invalid_address`,
        /// `server_error`, or the rule of the denial, such as `not_to_oneself` or `more_powerful`.
        reason: String = failure.reason;
    }
}

view! {
    /// A bulk change.
    #[schema(as = BulkChange)]
    pub BulkChangeView(change: BulkChange, failures: Option<Vec<BulkFailure>>) {
        /// ID, the `batch` in the audit events of its users.
        id: String = change.id.to_string();
        /// `disable`, `enable`, `end_sessions`, `add_to_group`, `verify_email`, `change_email_domain` or
        /// `require_new_password`.
        action: &'static str = change.action.as_str();
        /// `running`, `done` or `stopped`.
        state: &'static str = change.state.as_str();
        /// Reason of a stop: `requested`, `starter_deleted`, `starter_disabled`, `permission_lost` or
        /// `interrupted`.
        stop_reason?: &'static str = change.stop_reason.map(StopReason::as_str);
        /// ID of the user or client that started it; empty for the command line.
        started_by: String = change.starter;
        /// ID of the group.
        group?: String = change.group.map(|id| id.to_string());
        /// Old domain of the addresses.
        from_domain?: String = change.email_domains.as_ref().map(|domains| domains.from.clone());
        /// New domain of the addresses.
        to_domain?: String = change.email_domains.as_ref().map(|domains| domains.to.clone());
        /// False if the users get no mail about the change.
        notify: bool = change.notify;
        /// True if `require_new_password` leaves sessions, grants and API keys.
        keep_access: bool = change.keep_access;
        /// Number of users at the start; absent: too many accounts to check for it.
        total?: u64 = change.total;
        /// Number of users that are in the requested state.
        done: u64 = change.done;
        /// Number of users that were not changed.
        failed: u64 = change.failed;
        /// At most 1,000 of these users; absent in a list.
        failures?: Vec<BulkFailureView> = {
            let views = |all: Vec<BulkFailure>| all.into_iter().map(BulkFailureView::new).collect();
            failures.map(views)
        };
        /// Time of the start (RFC 3339).
        created_at: Time = change.created_at;
        /// Time of the end (RFC 3339); absent while it is running.
        ended_at?: Time = change.ended_at;
    }
}

async fn shown(context: &AdminContext<'_>, change: BulkChange) -> Result<Shown<BulkChangeView>> {
    let failures = failures(context, &change, None, MAX_FAILURES).await?;
    let view = BulkChangeView::new(change, Some(failures));
    Ok(Shown::unversioned(view))
}

async fn find(context: &AdminContext<'_>, id: &str) -> Result<BulkChange> {
    get(context, parse(id)?).await
}

fn parse(id: &str) -> Result<BulkChangeId> {
    AdminError::id("bulk change", id, BulkChangeId::parse)
}

/// A bulk change to start. Choose the users by `ids`, by `filter` or by `all`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewBulkChange)]
pub struct Start {
    /// Change of each user.
    #[schema(inline, value_type = Actions)]
    action: String,
    /// User name, e-mail address or ID of a user; at most 50 users.
    ids: Option<Vec<String>>,
    /// Filter of the list of users, such as `{"state": "active"}`: `q`, `state`, `organization`,
    /// `role`,
    /// `second_factor`, `unused_days` and `locked`.
    filter: Option<BTreeMap<String, String>>,
    /// True: all users.
    #[serde(default)]
    all: bool,
    /// Group of `add_to_group`: its ID, or a path such as `/engineering/backend`.
    group: Option<String>,
    /// Organization of the group with this path.
    group_organization: Option<String>,
    /// Old domain of `change_email_domain`: only addresses in it change, and stay verified. An address that
    /// another account has is not changed.
    from_domain: Option<String>,
    /// New domain of `change_email_domain`.
    to_domain: Option<String>,
    /// True: `require_new_password` leaves sessions, grants and API keys. Without it they end.
    #[serde(default)]
    keep_access: bool,
    /// False: the users get no mail about the change. Only an administrator with the role `admin` may set
    /// it.
    notify: Option<bool>,
    /// True confirms the change of users that a filter chooses. Only a command needs it.
    #[serde(default)]
    yes: bool,
}

impl Start {
    async fn selection(&self, context: &AdminContext<'_>) -> Result<BulkSelection> {
        match (&self.ids, &self.filter, self.all) {
            (Some(names), None, false) => {
                let mut users = Vec::new();
                for name in names {
                    users.push(match named_id(context, name).await {
                        Err(error @ AdminError::NotFound { .. }) => {
                            return Err(AdminError::invalid("ids", error.to_string()));
                        }
                        found => found?,
                    });
                }
                Ok(BulkSelection::Users(users))
            }
            (None, Some(filter), false) => {
                if filter.values().any(|value| value.trim().is_empty()) {
                    // The list ignores an empty value, which would choose more users than intended.
                    return Err(AdminError::invalid("filter", "a value is empty"));
                }
                let mut query = Serializer::new(String::new());
                Ok(BulkSelection::Filter(query.extend_pairs(filter).finish()))
            }
            (None, None, true) => Ok(BulkSelection::Filter(String::new())),
            _ => {
                let problem = "name users, or choose them by either filter or all";
                Err(AdminError::invalid("ids", problem))
            }
        }
    }

    async fn group(
        &self,
        context: &AdminContext<'_>,
        action: BulkAction,
    ) -> Result<Option<GroupId>> {
        match (action, &self.group) {
            (BulkAction::AddToGroup, Some(name)) => {
                let org = self.group_organization.as_deref();
                Ok(Some(groups::get_named(context, name, org).await?.id))
            }
            (_, Some(_)) => Err(AdminError::invalid("group", "is for add_to_group only")),
            (_, None) => Ok(None),
        }
    }
}

/// Rejects a command that changes chosen users without a confirmation.
async fn check_confirmation(context: &AdminContext<'_>, selection: &BulkSelection) -> Result<()> {
    if context.authority.is_some() || matches!(selection, BulkSelection::Users(_)) {
        return Ok(());
    }
    let (count, is_more) = bulk_selection::count_some(context, selection).await?;
    let least = if is_more { "at least " } else { "" };
    let problem = format!("users selected: {least}{count}; --yes changes them");
    Err(AdminError::invalid("yes", problem))
}

/// Continues the change of a command to its end. The lease keeps the worker of a running server away from
/// it.
async fn finish(context: &AdminContext<'_>, mut change: BulkChange) -> Result<BulkChange> {
    let id = change.id;
    let mut progress = Progress::new(context.print);
    while context.authority.is_none() && change.state == BulkState::Running {
        change = match Box::pin(bulk_step::step(context, change, Pace::Fast)).await? {
            Some(next) => next,
            None => get(context, id).await?,
        };
        progress.show(|| match change.total {
            Some(total) => format!("{} of {total} users", change.tried()),
            None => format!("{} users", change.tried()),
        });
    }
    Ok(change)
}

impl Operation for Start {
    const TITLE: &'static str = "Change the users that a filter chooses, or several named users";
    const TEXT: &'static str = "At most 50 users are changed before the response; more are changed afterwards, by the \
         present rights of the caller. A command changes all of them before it ends. Each user is changed as by the \
         endpoint for one user: the own account and users with more permissions are not changed, and are listed in \
         `failures`. `require_new_password` withdraws passwords: they do not sign in any more, and the users set \
         others by a mailed link. `disable`, `require_new_password` and `change_email_domain` send each changed user \
         a mail, the latter to the former address; the other changes send none.";
    const CALL: &'static str = "POST bulk once reason";
    const COMMAND: &'static str = "user bulk start ACTION --user=ids --filter --all --group \
         --group-org=group_organization --from-domain --to-domain --keep-access --notify --yes";
    const TABLE: &'static str = "user reason";
    type Done = Shown<BulkChangeView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let action = BulkAction::parse(&self.action).ok_or_else(|| {
            let words = BulkAction::ALL.map(BulkAction::as_str).join(", ");
            AdminError::invalid("action", format!("Must be one of {words}."))
        })?;
        let has_domains = self.from_domain.is_some() || self.to_domain.is_some();
        if has_domains && action != BulkAction::ChangeEmailDomain {
            let problem = "is for change_email_domain only";
            return Err(AdminError::invalid("from_domain", problem));
        }
        if self.keep_access && action != BulkAction::RequireNewPassword {
            let problem = "is for require_new_password only";
            return Err(AdminError::invalid("keep_access", problem));
        }
        bulk_step::check(context, action)?;
        let group = self.group(context, action).await?;
        let selection = self.selection(context).await?;
        if !self.yes {
            check_confirmation(context, &selection).await?;
        }
        let domains = (self.from_domain, self.to_domain);
        let new = NewBulkChange {
            id: None,
            action,
            group,
            domains: Some((domains.0.unwrap_or_default(), domains.1.unwrap_or_default())),
            notify: self.notify.unwrap_or(true),
            keep_access: self.keep_access,
            selection,
        };
        let change = finish(context, start(context, new).await?).await?;
        let done = change.done;
        let note = match &change.email_domains {
            // Also those that had none before.
            Some(domains) => format!("Users without an address at {}: {done}.", domains.from),
            None => format!("Users changed: {done}."),
        };
        let failure = match (change.stop_reason, change.failed) {
            (Some(reason), _) => Some(format!("the change was stopped: {}", reason.as_str())),
            (None, 0) => None,
            (None, failed) => Some(format!("users not changed: {failed}")),
        };
        let shown = shown(context, change).await?;
        Ok(shown.with_note(Some(note)).with_failure(failure))
    }

    fn again() -> Option<Again> {
        Some(Again::new("users:read", &SHOW))
    }
}

impl Operation for List {
    const TITLE: &'static str = "List the bulk changes of the last 30 days, the oldest first";
    const CALL: &'static str = "GET bulk paged";
    const COMMAND: &'static str = "user bulk list";
    const TABLE: &'static str = "id action state total done failed created_at";
    type Done = FoundPage<BulkChangeView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        context.require_global("system:read")?;
        let (read, limit) = (context.db.read(), context.page.limit);
        let after = context.page.after_id(BulkChangeId::parse)?;
        let found = repo::bulk_changes::list(read, after, limit + 1).await?;
        let page = FoundPage::cut_rows(found, limit, |change| change.id.to_string());
        Ok(page.map(|change| BulkChangeView::new(change, None)))
    }
}

impl Operation for Show {
    const TITLE: &'static str = "Show a bulk change";
    const TEXT: &'static str =
        "It is kept for 30 days. The change of another administrator requires `system:read`.";
    const CALL: &'static str = "GET bulk/{id}";
    const COMMAND: &'static str = "user bulk show ID";
    type Done = Shown<BulkChangeView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        shown(context, find(context, &self.id).await?).await
    }
}

impl Operation for Stop {
    const TITLE: &'static str = "Stop a bulk change";
    const TEXT: &'static str = "The users that were changed stay changed. The change of another administrator requires \
         `system:write`.";
    const CALL: &'static str = "POST bulk/{id}/stop";
    const COMMAND: &'static str = "user bulk stop ID";
    const DONE: &'static str = "The bulk change {id} is stopped.";
    type Done = ();

    async fn run(self, context: &AdminContext<'_>) -> Result<()> {
        stop(context, parse(&self.id)?).await
    }
}

impl Operation for Failures {
    const TITLE: &'static str = "List the users that a bulk change could not change";
    const CALL: &'static str = "GET bulk/{id}/failures paged";
    const COMMAND: &'static str = "user bulk failures ID";
    const TABLE: &'static str = "user reason";
    type Done = FoundPage<BulkFailureView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let change = find(context, &self.id).await?;
        let all = failures(context, &change, None, MAX_FAILURES).await?;
        let page = FoundPage::of_whole(all, &context.page, |failure| failure.user.to_string());
        Ok(page.map(BulkFailureView::new))
    }
}
