//! `doorward user bulk`: one operation on many users.

use doorward_admin::bulk::{self, NewBulkChange};
use doorward_admin::bulk_step::{self, Pace};
use doorward_admin::{bulk_selection, groups};
use doorward_domain::model::{
    BulkAction, BulkChange, BulkFailure, BulkSelection, BulkState, GroupId, StopReason,
};
use doorward_rules::bulk::MAX_FAILURES;
use url::form_urlencoded::Serializer;

use super::filter::FilterArgs;
use crate::command::prelude::*;
use crate::command::values::{NotifyArgs, ReasonArg, one_of};

#[derive(Debug, Args)]
#[command(
    after_help = "`disable` and `change_email_domain` send each changed user a mail, the latter to the former \
                  address; --no-notify leaves it out. The other operations send none. An address that another \
                  account has is not changed but listed, with the reason `taken`."
)]
pub struct BulkArgs {
    /// Operation: `disable`, `enable`, `end_sessions`, `add_to_group`, `verify_email` or
    /// `change_email_domain`
    #[arg(value_name = "ACTION", value_parser = action)]
    action: BulkAction,
    /// User: user name, e-mail address or ID; at most 50
    #[arg(value_name = "USER")]
    users: Vec<String>,
    #[command(flatten)]
    filter: FilterArgs,
    /// Select all users
    #[arg(long)]
    all: bool,
    /// Group of `add_to_group`: ID, or path such as /engineering/backend
    #[arg(long, required_if_eq("action", "add_to_group"))]
    group: Option<String>,
    /// Organization of the group
    #[arg(long, value_name = "ORG", requires = "group")]
    group_org: Option<String>,
    /// Old domain of `change_email_domain`: only addresses in it change, and stay verified
    #[arg(
        long,
        value_name = "DOMAIN",
        required_if_eq("action", "change_email_domain"),
        requires = "to_domain"
    )]
    from_domain: Option<String>,
    /// New domain of `change_email_domain`
    #[arg(long, value_name = "DOMAIN", requires = "from_domain")]
    to_domain: Option<String>,
    #[command(flatten)]
    mails: NotifyArgs,
    #[command(flatten)]
    reason: ReasonArg,
    /// Confirm the change of users that are selected by a filter or `--all`
    #[arg(long)]
    yes: bool,
    #[command(flatten)]
    out: Output,
}

fn action(text: &str) -> Result<BulkAction, String> {
    let words = BulkAction::ALL.map(BulkAction::as_str);
    one_of(BulkAction::parse(text), "operations", words)
}

/// Changes the users in this process, and prints the result.
pub(super) async fn run(operator: AdminContext<'_>, mut args: BulkArgs) -> Result {
    let operator = &operator.with_reason(args.reason.reason.take());
    let group = group(operator, &args).await?;
    if args.from_domain.is_some() && args.action != BulkAction::ChangeEmailDomain {
        let text = "--from-domain and --to-domain are for change_email_domain only";
        return Err(CliError::usage(text));
    }
    let domains = args.from_domain.take().zip(args.to_domain.take());
    let notify = args.mails.is_on();
    let (action, is_confirmed, out) = (args.action, args.yes, args.out);
    let selection = selection(operator, args).await?;
    if !is_confirmed && matches!(selection, BulkSelection::Filter(_)) {
        let count = bulk_selection::count(operator, &selection).await?;
        let count = count.map_or_else(|| "too many to count".to_owned(), |count| count.to_string());
        return Err(CliError::Usage(format!(
            "users selected: {count}; --yes changes them"
        )));
    }
    let new = NewBulkChange {
        id: None,
        action,
        group,
        domains,
        notify,
        selection,
    };
    let change = bulk::start(operator, new).await?;
    let change = finish(operator, change).await?;
    let failures = bulk::failures(operator, &change, None, MAX_FAILURES).await?;
    print(&change, &failures, out)
}

async fn group(operator: &AdminContext<'_>, args: &BulkArgs) -> Result<Option<GroupId>> {
    match (args.action, &args.group) {
        (BulkAction::AddToGroup, Some(name)) => {
            let group = groups::get_named(operator, name, args.group_org.as_deref()).await?;
            Ok(Some(group.id))
        }
        (_, Some(_)) => Err(CliError::usage("--group is for add_to_group only")),
        (_, None) => Ok(None),
    }
}

async fn selection(operator: &AdminContext<'_>, args: BulkArgs) -> Result<BulkSelection> {
    let filter = &args.filter;
    let has_empty = [&filter.search, &filter.org, &filter.role]
        .into_iter()
        .flatten()
        .any(|text| text.trim().is_empty());
    if has_empty {
        // The list ignores an empty value, which would select more users than intended.
        return Err(CliError::usage("a value of the filter is empty"));
    }
    let query = args.filter.into_filter().to_query();
    match (args.users.is_empty(), query.is_empty(), args.all) {
        (false, true, false) => {
            let mut ids = Vec::new();
            for name in &args.users {
                ids.push(users::get(operator, name).await?.id);
            }
            Ok(BulkSelection::Users(ids))
        }
        (true, false, false) | (true, true, true) => {
            let mut text = Serializer::new(String::new());
            Ok(BulkSelection::Filter(text.extend_pairs(query).finish()))
        }
        _ => Err(CliError::usage(
            "name users, or give a filter, or use --all",
        )),
    }
}

/// Continues a change to its end. The lease keeps the worker of a running server away from it.
async fn finish(operator: &AdminContext<'_>, mut change: BulkChange) -> Result<BulkChange> {
    let id = change.id;
    if change.state == BulkState::Running {
        output::print_status(&format!(
            "The console can stop this change: /admin/jobs/{id}"
        ));
    }
    while change.state == BulkState::Running {
        change = match Box::pin(bulk_step::step(operator, change, Pace::Fast)).await? {
            Some(next) => next,
            None => bulk::get(operator, id).await?,
        };
        let total = change.total;
        let total = total.map_or_else(String::new, |total| format!(" of {total}"));
        output::print_status(&format!("Users tried: {}{total}.", change.tried()));
    }
    Ok(change)
}

fn print(change: &BulkChange, failures: &[BulkFailure], out: Output) -> Result {
    if out.json {
        output::json(&document(change, failures))?;
    } else {
        if !failures.is_empty() {
            let row =
                |failure: &BulkFailure| vec![failure.user.to_string(), failure.reason.clone()];
            let rows: Vec<_> = failures.iter().map(row).collect();
            output::table(&["USER", "REASON"], &rows)?;
        }
        let done = change.done;
        output::print_status(&match &change.email_domains {
            // Also those that had none before.
            Some(domains) => format!("Users without an address at {}: {done}.", domains.from),
            None => format!("Users changed: {done}."),
        });
    }
    match (change.stop_reason, change.failed) {
        (Some(reason), _) => Err(CliError::failure(format!(
            "the change was stopped: {}",
            reason.as_str()
        ))),
        (None, 0) => Ok(()),
        (None, failed) => Err(CliError::failure(format!("users not changed: {failed}"))),
    }
}

fn document(change: &BulkChange, failures: &[BulkFailure]) -> Value {
    let failure = |failure: &BulkFailure| {
        let user = failure.user.to_string();
        json!({ "user": user, "reason": failure.reason })
    };
    json!({
        "id": change.id.to_string(),
        "action": change.action.as_str(),
        "state": change.state.as_str(),
        "stop_reason": change.stop_reason.map(StopReason::as_str),
        "group": change.group.map(|group| group.to_string()),
        "email_domains": change.email_domains,
        "notify": change.notify,
        "total": change.total,
        "done": change.done,
        "failed": change.failed,
        "failures": failures.iter().map(failure).collect::<Vec<_>>(),
        "created_at": output::time(change.created_at),
        "ended_at": change.ended_at.map(output::time),
    })
}
