//! `doorward mfa`: campaigns, which require a second factor of users from a date.

use std::slice;

use doorward_admin::change_reason::ChangeReason;
use doorward_admin::factor_campaigns::{self, NewCampaign, UnreadyUser};
use doorward_admin::groups;
use doorward_config::seconds;
use doorward_domain::model::{CampaignTarget, FactorCampaign};
use doorward_services::outbox::MailOutbox;

use super::lookup::PAGE;
use super::values::{self, ReasonArg};
use crate::command::prelude::*;
use crate::output::ListOutput;

const DAY: i64 = 24 * 60 * 60;
const HEADER: &[&str] = &["CAMPAIGN", "USER", "E-MAIL", "STATE", "REASON"];
/// Columns of CSV: members of the JSON document.
const COLUMNS: [&str; 8] = [
    "campaign",
    "target",
    "id",
    "username",
    "email",
    "state",
    "excepted_until",
    "reason",
];

#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Require a second factor of users from a date
    #[command(
        after_help = "Until the date, a user without a second factor sees the date after each sign-in, and \
                      sets one up or continues. From the date, the sign-in continues only with a second \
                      factor. The running servers follow within seconds."
    )]
    Require(RequireArgs),
    /// List campaigns, the oldest first
    List {
        /// List campaigns that have ended as well
        #[arg(long)]
        ended: bool,
        #[command(flatten)]
        out: Output,
    },
    /// List the users of open campaigns who have no second factor
    Status(StatusArgs),
    /// Except a user from all campaigns until a date
    Except(ExceptArgs),
    /// Change the date of a campaign
    #[command(
        after_help = "Users whom a reminder has informed about the former date get another reminder at once. \
                      A later date of a campaign that has begun suspends it until then."
    )]
    Reschedule(RescheduleArgs),
    /// End a campaign; its users no longer need a second factor
    End {
        /// Campaign ID
        #[arg(value_name = "ID")]
        id: String,
        #[command(flatten)]
        reason: ReasonArg,
        #[command(flatten)]
        out: Output,
    },
}

#[derive(Debug, Args)]
#[group(required = true, multiple = true)]
pub struct CampaignUsers {
    /// Group ID, or path in the organization of --org; its subgroups belong to it
    #[arg(long, value_name = "GROUP")]
    group: Option<String>,
    /// Organization whose members are meant, or that of the group
    #[arg(long)]
    org: Option<String>,
    /// All users
    #[arg(long, conflicts_with_all = ["group", "org"])]
    all: bool,
}

#[derive(Debug, Args)]
pub struct RequireArgs {
    #[command(flatten)]
    users: CampaignUsers,
    /// Date or time from which the second factor is required
    #[arg(long, value_name = "TIME", value_parser = values::parse_time)]
    from: i64,
    /// Days before the date at which users without a second factor get a mail, such as 14d,7d,1d
    #[arg(long, value_name = "DAYS", value_delimiter = ',', value_parser = days)]
    remind: Vec<u32>,
    #[command(flatten)]
    reason: ReasonArg,
    #[command(flatten)]
    out: Output,
}

#[derive(Debug, Args)]
pub struct RescheduleArgs {
    /// Campaign ID
    #[arg(value_name = "ID")]
    id: String,
    /// Date or time from which the second factor is required
    #[arg(long, value_name = "TIME", value_parser = values::parse_time)]
    from: i64,
    #[command(flatten)]
    reason: ReasonArg,
    #[command(flatten)]
    out: Output,
}

#[derive(Debug, Args)]
pub struct StatusArgs {
    /// Campaign ID; without it, all open campaigns
    #[arg(value_name = "ID")]
    id: Option<String>,
    /// Print CSV
    #[arg(long, conflicts_with = "json")]
    csv: bool,
    #[command(flatten)]
    out: Output,
}

#[derive(Debug, Args)]
pub struct ExceptArgs {
    /// User: user name, e-mail address or ID
    #[arg(value_name = "USER")]
    user: String,
    /// Date or time at which the exception ends
    #[arg(
        long,
        value_name = "TIME",
        value_parser = values::parse_time,
        required_unless_present = "end"
    )]
    until: Option<i64>,
    /// End the exception now
    #[arg(long, conflicts_with = "until")]
    end: bool,
    /// Reason, which the user sees in the activity of the account (at most 200 characters)
    #[arg(
        long,
        value_name = "TEXT",
        value_parser = ChangeReason::parse,
        required_unless_present = "end"
    )]
    reason: Option<ChangeReason>,
    #[command(flatten)]
    out: Output,
}

/// Parses a number of days, with or without unit.
fn days(text: &str) -> Result<u32, &'static str> {
    let number = if text.bytes().all(|byte| byte.is_ascii_digit()) {
        text.parse().ok()
    } else {
        let whole = seconds(text).filter(|seconds| seconds % DAY == 0);
        whole.and_then(|seconds| u32::try_from(seconds / DAY).ok())
    };
    number.ok_or("write days, such as 14d,7d,1d")
}

pub async fn run(installation: &Installation, verb: Verb) -> Result {
    let operator = installation.operator();
    match verb {
        Verb::Require(args) => require(operator, args).await,
        Verb::List { ended, out } => list(&operator, ended, out).await,
        Verb::Status(args) => status(&operator, &args).await,
        Verb::Except(args) => except(operator, args).await,
        Verb::Reschedule(args) => reschedule(operator, args).await,
        Verb::End { id, reason, out } => {
            let operator = operator.with_reason(reason.reason);
            let campaign = factor_campaigns::get(&operator, &id).await?;
            factor_campaigns::end(&operator, campaign.id).await?;
            let ended = factor_campaigns::get(&operator, &id).await?;
            let target = target(&operator, &ended).await?;
            let sentence = format!("The campaign for {target} has ended.");
            out.result(&document(&operator, &ended, &target), &sentence)
        }
    }
}

async fn require(operator: AdminContext<'_>, args: RequireArgs) -> Result {
    let operator = operator.with_reason(args.reason.reason);
    let new = NewCampaign {
        target: args.users.target(&operator).await?,
        starts_at: args.from,
        reminders: args.remind,
    };
    let created = factor_campaigns::create(&operator, new).await?;
    print_start(&operator, &created, args.out).await
}

async fn reschedule(operator: AdminContext<'_>, args: RescheduleArgs) -> Result {
    let operator = operator.with_reason(args.reason.reason);
    let campaign = factor_campaigns::get(&operator, &args.id).await?;
    let changed = factor_campaigns::reschedule(&operator, campaign.id, args.from).await?;
    print_start(&operator, &changed, args.out).await
}

/// Prints the start of a campaign, and the next reminder.
async fn print_start(
    operator: &AdminContext<'_>,
    campaign: &FactorCampaign,
    out: Output,
) -> Result {
    let target = target(operator, campaign).await?;
    let start = output::time(campaign.starts_at);
    let sentence = format!("From {start}, a second factor is required of {target}.");
    out.result(&document(operator, campaign, &target), &sentence)?;
    let outbox = operator.outbox.as_ref();
    let can_mail = outbox.is_some_and(MailOutbox::can_go);
    output::print_status(&match campaign.reminder_due_at {
        Some(next) if can_mail => format!("The next reminder is sent at {}.", output::time(next)),
        Some(_) => {
            "No reminder is sent while mail or secret_key is not configured here.".to_owned()
        }
        None => "No reminder is sent by e-mail.".to_owned(),
    });
    Ok(())
}

impl CampaignUsers {
    async fn target(&self, operator: &AdminContext<'_>) -> Result<CampaignTarget> {
        Ok(match (&self.group, &self.org, self.all) {
            (Some(group), org, _) => {
                let group = groups::get_named(operator, group, org.as_deref()).await?;
                CampaignTarget::Group(group.id)
            }
            (None, Some(org), _) => CampaignTarget::Organization(org.clone()),
            (None, None, true) => CampaignTarget::All,
            (None, None, false) => return Err(CliError::usage("write --group, --org or --all")),
        })
    }
}

/// Returns the users of a campaign in words.
async fn target(operator: &AdminContext<'_>, campaign: &FactorCampaign) -> Result<String> {
    Ok(match &campaign.target {
        CampaignTarget::All => "all users".to_owned(),
        CampaignTarget::Organization(slug) => format!("organization {slug}"),
        CampaignTarget::Group(id) => match groups::get(operator, *id).await {
            Ok(group) => match group.org {
                Some(org) => format!("group {} ({org})", group.path),
                None => format!("group {}", group.path),
            },
            Err(AdminError::NotFound { .. }) => format!("deleted group {id}"),
            Err(error) => return Err(error.into()),
        },
    })
}

fn state(operator: &AdminContext<'_>, campaign: &FactorCampaign) -> &'static str {
    if campaign.ended_at.is_some() {
        "ended"
    } else if campaign.starts_at <= operator.now() {
        "required"
    } else {
        "announced"
    }
}

fn document(operator: &AdminContext<'_>, campaign: &FactorCampaign, target: &str) -> Value {
    let (org, group) = match &campaign.target {
        CampaignTarget::All => (None, None),
        CampaignTarget::Organization(org) => (Some(org), None),
        CampaignTarget::Group(group) => (None, Some(group.to_string())),
    };
    json!({
        "id": campaign.id.to_string(),
        "target": target,
        "organization": org,
        "group": group,
        "from": output::time(campaign.starts_at),
        "state": state(operator, campaign),
        "reminders": campaign.reminders,
        "next_reminder": campaign.reminder_due_at.map(output::time),
        "created_at": output::time(campaign.created_at),
        "ended_at": campaign.ended_at.map(output::time),
    })
}

/// Returns all campaigns, or those that have not ended.
async fn read(operator: &AdminContext<'_>, ended: bool) -> Result<Vec<FactorCampaign>> {
    let mut all: Vec<FactorCampaign> = Vec::new();
    loop {
        let last = all.last().map(|campaign| campaign.id);
        let page = factor_campaigns::list(operator, last, PAGE).await?;
        if page.is_empty() {
            break;
        }
        all.extend(page);
    }
    all.retain(|campaign| ended || campaign.ended_at.is_none());
    Ok(all)
}

async fn list(operator: &AdminContext<'_>, ended: bool, out: Output) -> Result {
    let mut documents = Vec::new();
    for campaign in read(operator, ended).await? {
        let target = target(operator, &campaign).await?;
        documents.push(document(operator, &campaign, &target));
    }
    out.list(
        documents,
        &[
            ("ID", "id"),
            ("TARGET", "target"),
            ("FROM", "from"),
            ("STATE", "state"),
            ("REMINDERS", "reminders"),
            ("NEXT REMINDER", "next_reminder"),
        ],
    )
}

async fn status(operator: &AdminContext<'_>, args: &StatusArgs) -> Result {
    let campaigns = match &args.id {
        Some(id) => vec![factor_campaigns::get(operator, id).await?],
        None => read(operator, false).await?,
    };
    let mut out = ListOutput::new(HEADER, args.out.json);
    let mut is_read = true;
    if args.csv {
        let header = COLUMNS.map(str::to_owned);
        is_read = out.text(&output::spreadsheet(slice::from_ref(&header))?)?;
    }
    let (mut unready, mut excepted) = (0, 0);
    for campaign in campaigns {
        let target = target(operator, &campaign).await?;
        let mut after = None;
        while is_read {
            let page = factor_campaigns::list_unready(operator, &campaign, after, PAGE).await?;
            let Some(last) = page.last() else { break };
            after = Some(last.user.id);
            let with_exception = page.iter().filter(|found| found.exception.is_some());
            let with_exception = with_exception.count();
            excepted += with_exception;
            unready += page.len() - with_exception;
            let documents = page.iter().map(|found| row(&campaign, &target, found));
            let documents: Vec<Value> = documents.collect();
            is_read = print(&mut out, args, &documents)?;
        }
    }
    out.end()?;
    output::print_status(&format!(
        "Without a second factor: {unready}, and {excepted} with an exception."
    ));
    Ok(())
}

fn row(campaign: &FactorCampaign, target: &str, found: &UnreadyUser) -> Value {
    let UnreadyUser { user, exception } = found;
    json!({
        "campaign": campaign.id.to_string(),
        "target": target,
        "id": user.id.to_string(),
        "username": user.named(),
        "email": user.email,
        "state": if exception.is_some() { "excepted" } else { "not_ready" },
        "excepted_until": exception.as_ref().map(|own| output::time(own.until)),
        "reason": exception.as_ref().map(|own| own.reason.as_str()),
    })
}

/// Prints a part of the list. Returns false if the reader has closed the pipe.
fn print(out: &mut ListOutput<'_>, args: &StatusArgs, documents: &[Value]) -> Result<bool> {
    if args.out.json {
        return out.documents(documents);
    }
    let text = |document: &Value, name: &str| {
        let text = document[name].as_str();
        text.unwrap_or_default().to_owned()
    };
    if args.csv {
        let cells = |document: &Value| COLUMNS.map(|name| text(document, name));
        let rows: Vec<_> = documents.iter().map(cells).collect();
        return out.text(&output::spreadsheet(&rows)?);
    }
    let row = |document: &Value| {
        let state = match document["excepted_until"].as_str() {
            Some(until) => format!("excepted until {until}"),
            None => "not ready".to_owned(),
        };
        let name = text(document, "username");
        let target = text(document, "target");
        let (email, reason) = (text(document, "email"), text(document, "reason"));
        vec![target, name, email, state, reason]
    };
    out.rows(&documents.iter().map(row).collect::<Vec<_>>())
}

async fn except(operator: AdminContext<'_>, args: ExceptArgs) -> Result {
    let operator = operator.with_reason(args.reason);
    let user = users::get(&operator, &args.user).await?;
    let name = user.login_identifier();
    let Some(until) = args.until.filter(|_| !args.end) else {
        factor_campaigns::end_exception(&operator, user.id).await?;
        let document = json!({ "id": user.id.to_string(), "excepted_until": null });
        let sentence = format!("{name} is no longer excepted.");
        return args.out.result(&document, &sentence);
    };
    let exception = factor_campaigns::except(&operator, user.id, until).await?;
    let end = output::time(exception.until);
    let document = json!({
        "id": user.id.to_string(),
        "username": user.named(),
        "excepted_until": end,
        "reason": exception.reason,
    });
    let sentence = format!("{name} needs no second factor for campaigns until {end}.");
    args.out.result(&document, &sentence)
}

#[cfg(test)]
mod tests {
    use super::days;

    #[test]
    fn days_are_read_with_and_without_unit() {
        for (text, expected) in [
            ("14d", Some(14)),
            ("7", Some(7)),
            ("48h", Some(2)),
            ("36h", None),
            ("1w", None),
            ("", None),
            ("-1", None),
        ] {
            assert_eq!(days(text).ok(), expected, "{text}");
        }
    }
}
