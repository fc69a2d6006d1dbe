//! `doorward review`: access reviews.

mod lines;

use doorward_admin::reviews::create::{self, NewReview};
use doorward_admin::reviews::decision::Decider;
use doorward_admin::reviews::{deadline, read, reviewers};
use doorward_domain::model::{AccessReview, ReviewDecision, ReviewScope, UserId};
use doorward_store::repo::access_reviews::LineFilter;

use self::lines::{counted, summary};
use super::lookup::{PAGE, all_pages};
use crate::command::prelude::*;
use crate::command::values::{ReasonArg, parse_time};

/// State of a running review in which no reviewer can decide.
const NO_REVIEWER: &str = "no reviewer";

#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Create an access review of the present role assignments, and mail the reviewers
    Create(CreateArgs),
    /// List the access reviews
    List(Output),
    /// Show an access review with its lines: who has which role, why, and what was decided
    Show(lines::ShowArgs),
    /// Confirm a role of a user
    Confirm(DecideArgs),
    /// Revoke a role of a user. A role of a group is not removed: the line names the group, whose manager
    /// ends the membership
    Revoke(DecideArgs),
    /// Replace the reviewers; those who are new get a mail
    Update(UpdateArgs),
    /// End an access review before its deadline
    Close(CloseArgs),
}

#[derive(Debug, Args)]
pub struct CreateArgs {
    /// Name of the review
    name: String,
    #[command(flatten)]
    scope: Scope,
    /// Reviewer: user name, e-mail address or ID (repeatable)
    #[arg(long, value_name = "USER", required = true)]
    reviewer: Vec<String>,
    /// Deadline: a date, or a time in RFC 3339
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    until: i64,
    /// Revoke at the deadline what was not confirmed; otherwise it stays, and is listed as open
    #[arg(long)]
    revoke_open: bool,
    #[command(flatten)]
    out: Output,
}

#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
struct Scope {
    /// Review the assignments of a role
    #[arg(long)]
    role: Option<String>,
    /// Review the assignments in an organization
    #[arg(long)]
    org: Option<String>,
    /// Review the roles of a group: group ID, or path of a group without organization
    #[arg(long, value_name = "GROUP")]
    group: Option<String>,
    /// Review the assignments of all roles with a permission
    #[arg(long)]
    permission: Option<String>,
}

#[derive(Debug, Args)]
pub struct DecideArgs {
    /// Name or ID of the review
    name: String,
    /// User: user name, e-mail address or ID; or the ID of a client
    #[arg(value_name = "USER")]
    user: String,
    /// Role
    #[arg(value_name = "ROLE")]
    role: String,
    /// Only the assignment in this organization
    #[arg(long)]
    org: Option<String>,
    #[command(flatten)]
    reason: ReasonArg,
    #[command(flatten)]
    out: Output,
}

#[derive(Debug, Args)]
pub struct UpdateArgs {
    /// Name or ID of the review
    name: String,
    /// Reviewer: user name, e-mail address or ID (repeatable); replaces the whole list
    #[arg(long, value_name = "USER", required = true)]
    reviewer: Vec<String>,
    #[command(flatten)]
    reason: ReasonArg,
    #[command(flatten)]
    out: Output,
}

#[derive(Debug, Args)]
pub struct CloseArgs {
    /// Name or ID of the review
    name: String,
    /// Revoke the roles without a decision; otherwise they stay
    #[arg(long)]
    revoke_open: bool,
    /// Change nothing, and print the roles without a decision
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    reason: ReasonArg,
    #[command(flatten)]
    out: Output,
}

impl Scope {
    fn named(self) -> Result<(ReviewScope, String)> {
        let named = [
            (ReviewScope::Role, self.role),
            (ReviewScope::Organization, self.org),
            (ReviewScope::Group, self.group),
            (ReviewScope::Permission, self.permission),
        ];
        let mut named = named
            .into_iter()
            .filter_map(|(scope, id)| Some((scope, id?)));
        let missing = || CliError::usage("give --role, --org, --group or --permission");
        named.next().ok_or_else(missing)
    }
}

pub async fn run(installation: &Installation, verb: Verb) -> Result {
    let operator = installation.operator();
    match verb {
        Verb::Create(args) => Box::pin(create(&operator, args)).await,
        Verb::List(out) => list(&operator, out).await,
        Verb::Show(args) => lines::show(&operator, &args).await,
        Verb::Confirm(args) => decide(operator, args, ReviewDecision::Confirmed).await,
        Verb::Revoke(args) => decide(operator, args, ReviewDecision::Revoked).await,
        Verb::Update(args) => Box::pin(update(operator, args)).await,
        Verb::Close(args) => Box::pin(close(operator, args)).await,
    }
}

async fn create(operator: &AdminContext<'_>, args: CreateArgs) -> Result {
    let (scope, scope_id) = args.scope.named()?;
    let reviewers = find_reviewers(operator, &args.reviewer).await?;
    let new = NewReview {
        name: args.name,
        scope,
        scope_id,
        reviewers,
        due_at: args.until,
        revoke_open: args.revoke_open,
    };
    let review = create::run(operator, new).await?;
    let (name, end) = (&review.name, output::time(review.due_at));
    let lines = counted(review.lines);
    let sentence = format!("The access review {name} has {lines}, to be decided until {end}.");
    args.out.result(&summary(&review), &sentence)
}

async fn find_reviewers(operator: &AdminContext<'_>, names: &[String]) -> Result<Vec<UserId>> {
    let mut found = Vec::new();
    for name in names {
        found.push(users::get(operator, name).await?.id);
    }
    Ok(found)
}

async fn update(operator: AdminContext<'_>, args: UpdateArgs) -> Result {
    let review = read::get(&operator, &args.name).await?;
    let chosen = find_reviewers(&operator, &args.reviewer).await?;
    let operator = operator.with_reason(args.reason.reason);
    reviewers::replace(&operator, &review, &chosen).await?;
    let reviewers = read::reviewers(&operator, &review).await?;
    let names: Vec<&str> = reviewers.iter().map(User::login_identifier).collect();
    let mut document = summary(&review);
    document["reviewers"] = json!(names);
    let sentence = format!("Reviewers of {}: {}.", review.name, names.join(", "));
    args.out.result(&document, &sentence)
}

async fn list(operator: &AdminContext<'_>, out: Output) -> Result {
    let read = async |last: Option<&AccessReview>| {
        let after = last.map(|review| review.name.as_str());
        read::page(operator, after, PAGE).await
    };
    let reviews = all_pages(read).await?;
    let able = reviewers::count_able(operator, &reviews).await?;
    let document = |review: &AccessReview| {
        let mut document = summary(review);
        let able = able.get(&review.id).copied().unwrap_or_default();
        document["able_reviewers"] = json!(able);
        if review.closed_at.is_none() && able == 0 {
            document["state"] = json!(NO_REVIEWER);
        }
        document
    };
    let columns = [
        ("REVIEW", "name"),
        ("SCOPE", "scope"),
        ("OF", "scope_name"),
        ("LINES", "lines"),
        ("OPEN", "open"),
        ("UNTIL", "until"),
        ("REVIEWERS", "able_reviewers"),
        ("STATE", "state"),
    ];
    out.list(reviews.iter().map(document), &columns)
}

async fn decide(operator: AdminContext<'_>, args: DecideArgs, decision: ReviewDecision) -> Result {
    let review = read::get(&operator, &args.name).await?;
    let holder = match users::get(&operator, &args.user).await {
        Ok(user) => user.id.to_string(),
        // A client, or a user who was deleted since.
        Err(AdminError::NotFound { .. }) => args.user.clone(),
        Err(error) => return Err(error.into()),
    };
    let filter = LineFilter {
        holder: Some(&holder),
        role: Some(&args.role),
        ..LineFilter::default()
    };
    let mut found = read::lines(&operator, &review, filter, None, PAGE).await?;
    found.retain(|line| args.org.is_none() || line.org == args.org);
    if found.is_empty() {
        let (name, role) = (&args.user, &args.role);
        return Err(CliError::failure(format!(
            "the access review {} has no line of {name} with the role {role}",
            review.name
        )));
    }
    let operator = operator.with_reason(args.reason.reason);
    let decider = Decider::administrator(&operator);
    let (mut documents, mut sentences) = (Vec::new(), Vec::new());
    for line in found {
        let decided = Box::pin(decider.decide(review.id, line.number, decision)).await?;
        let (name, role) = (&decided.holder_name, &decided.role);
        sentences.push(match decided.outcome {
            None => format!("{name} keeps the role {role}."),
            Some(outcome) => {
                let effect = lines::effect(&decided, outcome);
                format!("The role {role} of {name}: {effect}.")
            }
        });
        documents.push(lines::document(&review, &decided, None));
    }
    args.out.result(&documents, &sentences.join("\n"))
}

async fn close(operator: AdminContext<'_>, args: CloseArgs) -> Result {
    let review = read::get(&operator, &args.name).await?;
    if args.dry_run {
        return lines::open(&operator, &review, args.out).await;
    }
    let operator = operator.with_reason(args.reason.reason);
    let closed = deadline::close(&operator, &review, args.revoke_open).await?;
    let left = match closed.open {
        0 => "Every line has a decision.".to_owned(),
        open => format!("Without a decision: {}.", counted(open)),
    };
    let sentence = format!("The access review {} has ended. {left}", closed.name);
    args.out.result(&summary(&closed), &sentence)?;
    let undone = lines::count_undone(&operator, &closed).await?;
    if undone > 0 && !args.out.json {
        output::print_status(&format!(
            "Revoked and still to be removed: {}; see `doorward review show`.",
            output::counted(undone, "role")
        ));
    }
    Ok(())
}
