//! `/admin/organizations/{id}/members/{user}/{action}`: members of an organization and their changes.

use std::collections::BTreeMap;

use actix_web::HttpResponse;
use actix_web::web::{Payload, ServiceConfig};
use doorward_admin::operator::version;
use doorward_admin::organizations;
use doorward_domain::model::{Member, Organization, UserId};
use doorward_http::page::{Page, PageError};
use doorward_templates::ErrorKind;
use doorward_templates::console::{Link, Section, Table, Value};

use crate::console::Console;
use crate::organizations::pages::{self, Scope, WRITE};
use crate::people;
use crate::routes::{self, parameter};
use crate::ui::action::{Action, Messages};

/// Registers the pages.
pub(crate) fn configure(config: &mut ServiceConfig) {
    config.service(routes::form(
        "/admin/organizations/{id}/members/{user}/{action}",
        ask,
        submit,
    ));
}

/// A change of a membership.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MemberAction {
    MakeOwner,
    MakeMember,
    Remove,
}

impl MemberAction {
    /// All changes.
    pub(crate) const ALL: [Self; 3] = [Self::MakeOwner, Self::MakeMember, Self::Remove];

    const fn as_str(self) -> &'static str {
        match self {
            Self::MakeOwner => "make-owner",
            Self::MakeMember => "make-member",
            Self::Remove => "remove",
        }
    }

    /// Returns true if the administrator may make the change, and it is useful.
    fn is_offered(self, console: &Console<'_>, member: &Member, may_own: bool) -> bool {
        match self {
            Self::MakeOwner => {
                may_own && !member.is_owner && !console.is(&member.user_id.to_string())
            }
            Self::MakeMember => may_own && member.is_owner,
            Self::Remove => may_own || !member.is_owner,
        }
    }

    /// Returns its messages.
    pub(crate) const fn messages(self) -> Messages {
        let [question, text, submit, done] = match self {
            Self::MakeOwner => [
                "console-member-owner-question",
                "console-member-owner-text",
                "console-member-owner",
                "console-member-owner-done",
            ],
            Self::MakeMember => [
                "console-member-plain-question",
                "console-member-plain-text",
                "console-member-plain",
                "console-member-plain-done",
            ],
            Self::Remove => [
                "console-member-remove-question",
                "console-member-remove-text",
                "console-member-remove",
                "console-member-removed",
            ],
        };
        Messages {
            question,
            text,
            submit,
            done,
        }
    }
}

fn may_own(console: &Console<'_>) -> bool {
    console.context().check_ownership().is_ok()
}

/// Returns the table of these members, with the changes that the administrator may make.
pub(crate) fn table(
    console: &Console<'_>,
    organization: &Organization,
    members: &[Member],
    names: &BTreeMap<UserId, String>,
) -> Table {
    let may_change = console.may(WRITE);
    let may_own = may_change && may_own(console);
    let mut columns = vec!["console-name", "console-position", "console-since"];
    if may_own {
        columns.push("console-ownership");
    }
    if may_change {
        columns.push("console-action");
    }
    let home = pages::path(&organization.slug);
    let link = |member: &Member, actions: &[MemberAction]| {
        let mut actions = actions.iter();
        let offered = actions.find(|action| action.is_offered(console, member, may_own));
        let Some(action) = offered else {
            return Value::Text(String::new());
        };
        let id = member.user_id.to_string();
        let text = console.t(action.messages().submit);
        let label = format!("{text}: {}", names.get(&member.user_id).unwrap_or(&id));
        let path = format!("{home}/members/{id}/{}", action.as_str());
        Value::Action(Link::new(path, text), label)
    };
    let row = |member: &Member| {
        let key = if member.is_owner {
            "console-owner"
        } else {
            "console-member"
        };
        let mut row = vec![
            people::named_link(names, member.user_id),
            Value::Text(console.t(key)),
            Value::Day(member.created_at),
        ];
        if may_own {
            let ownership = [MemberAction::MakeOwner, MemberAction::MakeMember];
            row.push(link(member, &ownership));
        }
        if may_change {
            row.push(link(member, &[MemberAction::Remove]));
        }
        row
    };
    let rows = members.iter().map(row).collect();
    let table = console.table("console-members", &columns, rows, "console-no-members");
    table.without_empty_columns()
}

/// Returns the member and the action that the path names, with the question.
async fn question(
    console: &Console<'_>,
    organization: &Organization,
) -> Result<(Member, MemberAction, Action), PageError> {
    let name = parameter(console.page, "action");
    let mut all = MemberAction::ALL.into_iter();
    let action = all.find(|action| action.as_str() == name);
    let action = action.ok_or(ErrorKind::NotFound)?;
    let user = UserId::parse(&parameter(console.page, "user"));
    let user = user.ok_or(ErrorKind::NotFound)?;
    let member = organizations::member(&console.context(), organization, user).await;
    let (member, found) = Console::read(member)?;
    let name = people::name_or_id(found.as_ref(), user);
    let question = Action {
        section: Section::Organizations,
        messages: action.messages(),
        object: format!("{}: {name}", organization.name),
        choice: None,
        reason: None,
        typed: None,
        // The operations compare an optional member: it may have left.
        version: Some(version(&Some(member))),
        is_risky: action == MemberAction::Remove,
        back: pages::path(&organization.slug),
    };
    Ok((member, action, question))
}

async fn ask(page: &Page) -> Result<HttpResponse, PageError> {
    let console = pages::open(page, Scope::Organization).await?;
    let organization = pages::named(&console).await?;
    let (member, action, question) = question(&console, &organization).await?;
    if !action.is_offered(&console, &member, may_own(&console)) {
        return Err(ErrorKind::NotFound.into());
    }
    let console = console.require_fresh()?;
    Ok(question.ask(&console))
}

async fn submit(page: &Page, payload: Payload) -> Result<HttpResponse, PageError> {
    let form = page.form(payload).await?;
    let console = pages::open_for_change(page, Scope::Organization).await?;
    let organization = pages::named(&console).await?;
    let (member, action, question) = question(&console, &organization).await?;
    let (slug, user) = (&organization.slug, member.user_id);
    let context = console.context_with_version(&form);
    let result = if action == MemberAction::Remove {
        organizations::remove_member(&context, slug, user).await
    } else {
        let is_owner = action == MemberAction::MakeOwner;
        let set = organizations::set_member(&context, slug, user, is_owner).await;
        set.map(|_| ())
    };
    let result = console.change(result).await?;
    // After the change, the page of the organization may not exist for the administrator.
    let next = if console.org().is_some() && console.is(&user.to_string()) {
        "/account".to_owned()
    } else {
        question.back.clone()
    };
    Ok(question.finish(&console, result, &next))
}
