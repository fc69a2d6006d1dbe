//! `/admin/campaigns` and `/admin/campaigns/{id}`: campaigns, which require a second factor of users from a
//! date, with the users who are not ready.

mod forms;

use std::slice;

use doorward_admin::groups;
use doorward_domain::model::{CampaignTarget, FactorCampaign, FactorCampaignId, Group, GroupId};

use crate::use_cases::{self, UnreadyUser};
use doorward_console_ui::prelude::*;
use doorward_console_ui::routes::Routes;

pub(super) const PATH: &str = "/admin/campaigns";
const TITLE: &str = "campaigns-title";
const STARTED: &str = "campaigns-started";
const RESCHEDULE: &str = "campaigns-reschedule";
const RESCHEDULED: &str = "campaigns-rescheduled";
const EXCEPT: &str = "campaigns-except";
const EXCEPTED: &str = "campaigns-excepted";

const END: Messages = Messages {
    question: "campaigns-end-question",
    text: "campaigns-end-text",
    submit: "campaigns-end",
    done: "campaigns-ended",
};
const END_EXCEPTION: Messages = Messages {
    question: "campaigns-end-exception-question",
    text: "campaigns-end-exception-text",
    submit: "campaigns-end-exception",
    done: "campaigns-exception-ended",
};

fn path(campaign: &FactorCampaign) -> String {
    format!("{PATH}/{}", campaign.id)
}

async fn named(console: &Console<'_>) -> Result<FactorCampaign, Stop> {
    let id = parameter(console.page, "id");
    Ok(use_cases::get(&console.context(), &id).await?)
}

/// Returns the groups of campaigns that the administrator may read.
async fn groups_of(
    console: &Console<'_>,
    campaigns: &[FactorCampaign],
) -> Result<Vec<Group>, Stop> {
    if !console.may("groups:read") {
        return Ok(Vec::new());
    }
    let group = |campaign: &FactorCampaign| match campaign.target {
        CampaignTarget::Group(id) => Some(id),
        CampaignTarget::All | CampaignTarget::Organization(_) => None,
    };
    let ids: Vec<GroupId> = campaigns.iter().filter_map(group).collect();
    Ok(groups::find_many(&console.context(), &ids).await?)
}

/// Returns the name of the users of a campaign.
fn users_of(console: &Console<'_>, campaign: &FactorCampaign, groups: &[Group]) -> String {
    let named = |key, name: String| console.layout.t_with(key, "name", name);
    match &campaign.target {
        CampaignTarget::All => console.t("campaigns-all"),
        CampaignTarget::Organization(slug) => named("campaigns-organization", slug.clone()),
        CampaignTarget::Group(id) => {
            let group = groups.iter().find(|group| group.id == *id);
            let name = match group.map(|group| (&group.path, &group.org)) {
                Some((path, Some(org))) => format!("{path} ({org})"),
                Some((path, None)) => path.clone(),
                None => id.to_string(),
            };
            named("console-holder-group", name)
        }
    }
}

fn state(console: &Console<'_>, campaign: &FactorCampaign) -> State {
    if campaign.ended_at.is_some() {
        console.state(Tone::Plain, "console-ended")
    } else if campaign.starts_at <= console.now() {
        console.state(Tone::Good, "campaigns-required")
    } else {
        console.state(Tone::Plain, "campaigns-announced")
    }
}

fn next_reminder(console: &Console<'_>, campaign: &FactorCampaign) -> Value {
    let due_at = campaign.reminder_due_at;
    let due_at = due_at.filter(|_| campaign.ended_at.is_none());
    console.moment(due_at, "console-none")
}

pub(super) fn configure(routes: &mut Routes<'_>) {
    use Access::Admin;
    routes
        .page(PATH, list)
        .form("/admin/campaigns/new", Admin, forms::create)
        .page("/admin/campaigns/{id}", show)
        .form("/admin/campaigns/{id}/end", Admin, forms::end)
        .form("/admin/campaigns/{id}/reschedule", Admin, forms::reschedule)
        .form(
            "/admin/campaigns/{id}/users/{user}/except",
            Admin,
            forms::except,
        )
        .form(
            "/admin/campaigns/{id}/users/{user}/end-exception",
            Admin,
            forms::end_exception,
        );
}

async fn list(console: &Console<'_>) -> Answer {
    let cursor = Cursor::read(console, &[])?;
    let after = cursor.after_id(FactorCampaignId::parse)?;
    let mut found = use_cases::list(&console.context(), after, ROWS).await?;
    let pager = cursor.cut(console, &mut found, |campaign| campaign.id.to_string());
    let groups = groups_of(console, &found).await?;
    let table = console
        .table_of(TITLE, &found, "campaigns-none")
        .column("campaigns-users", |campaign| {
            let name = users_of(console, campaign, &groups);
            Value::Link(Link::new(path(campaign), name))
        })
        .column("campaigns-from", |campaign| {
            Value::Moment(campaign.starts_at)
        })
        .column("console-state", |campaign| {
            Value::States(vec![state(console, campaign)])
        })
        .column("campaigns-next-reminder", |campaign| {
            next_reminder(console, campaign)
        })
        .column("console-created", |campaign| {
            Value::Day(campaign.created_at)
        })
        .table();
    let may_start = console.has(Access::Admin);
    console.show(&List {
        lead: console.t("campaigns-text"),
        actions: list::new_link(console, PATH, "campaigns-new", may_start),
        table: list::sorted(console, ("console-created", list::ASCENDING), table),
        pager,
        ..console.list_below(Section::People, TITLE)
    })
}

async fn show(console: &Console<'_>) -> Answer {
    let campaign = named(console).await?;
    let cursor = Cursor::read(console, &[])?;
    let after = cursor.after_id(UserId::parse)?;
    let context = console.context();
    let mut unready = use_cases::list_unready(&context, &campaign, after, ROWS).await?;
    let pager = cursor.cut(console, &mut unready, |found| found.user.id.to_string());
    let groups = groups_of(console, slice::from_ref(&campaign)).await?;
    let may_change = console.has(Access::Admin);
    let is_open = campaign.ended_at.is_none();
    let end = || END.risk(console, format!("{}/end", path(&campaign)));
    let end = (may_change && is_open).then(end);
    let action = may_change.then(|| {
        if is_open {
            console.link(format!("{}/reschedule", path(&campaign)), RESCHEDULE)
        } else {
            console.link(forms::path_for(&campaign.target), "campaigns-new")
        }
    });
    let back = console.link(PATH, TITLE);
    let done = [STARTED, RESCHEDULED, EXCEPTED, END.done, END_EXCEPTION.done];
    console.show(&Detail {
        state: Some(state(console, &campaign)),
        notice: console.notice(&done)?,
        facts: facts(console, &campaign),
        tables: vec![table(console, &campaign, &unready)],
        pager,
        actions: action.into_iter().collect(),
        risky: end.into_iter().collect(),
        ..console.detail(Section::People, back, users_of(console, &campaign, &groups))
    })
}

fn facts(console: &Console<'_>, campaign: &FactorCampaign) -> Vec<Fact> {
    let days = campaign.reminders.iter().map(ToString::to_string);
    vec![
        console.fact("console-id", Value::Copy(campaign.id.to_string())),
        console.fact("campaigns-from", Value::Moment(campaign.starts_at)),
        console.fact("campaigns-reminders", console.codes(days)),
        console.fact("campaigns-next-reminder", next_reminder(console, campaign)),
        console.fact("console-created", Value::Moment(campaign.created_at)),
        console.fact(
            "console-ended",
            console.moment(campaign.ended_at, "console-never"),
        ),
    ]
}

fn table(console: &Console<'_>, campaign: &FactorCampaign, unready: &[UnreadyUser]) -> Table {
    let action = |found: &UnreadyUser| {
        let id = found.user.id;
        // Administrators do not except themselves.
        let (below, key) = match &found.exception {
            Some(_) => ("end-exception", END_EXCEPTION.submit),
            None if console.is(&id.to_string()) => return Value::Text(String::new()),
            None => ("except", EXCEPT),
        };
        let path = format!("{}/users/{id}/{below}", path(campaign));
        console.action(path, key, &found.user.display_name())
    };
    console
        .table_of("campaigns-unready", unready, "campaigns-all-ready")
        .column("console-name", |found| {
            let user = &found.user;
            Value::Link(Link::new(routes::user(user.id), user.display_name()))
        })
        .column("email", |found| Value::Code(found.user.email.clone()))
        .column("console-last-sign-in", |found| {
            console.ago(found.user.last_login.0, "console-never")
        })
        .column("campaigns-excepted-until", |found| {
            let until = found.exception.as_ref().map(|own| own.until);
            console.moment(until, "console-none")
        })
        .column("console-reason", |found| {
            let reason = found.exception.as_ref().map(|own| own.reason.clone());
            Value::Name(reason.unwrap_or_default())
        })
        .column_if(console.has(Access::Admin), "console-action", action)
        .table()
}
