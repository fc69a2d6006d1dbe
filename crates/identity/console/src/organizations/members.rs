//! `/admin/organizations/{id}/members/{user}/{action}`: members of an organization and their changes.

use std::collections::BTreeMap;

use doorward_admin::organizations;
use doorward_domain::model::Member;

use crate::organizations::pages::{self, WRITE};
use crate::people;
use doorward_console_ui::prelude::*;

doorward_protocol::words! {
    pub(crate) enum MemberAction {
        MakeOwner = "make-owner",
        MakeMember = "make-member",
        Remove = "remove",
    }
}

impl MemberAction {
    fn is_offered(self, console: &Console<'_>, member: &Member, may_own: bool) -> bool {
        match self {
            Self::MakeOwner => {
                may_own && !member.is_owner && !console.is(&member.user_id.to_string())
            }
            Self::MakeMember => may_own && member.is_owner,
            Self::Remove => may_own || !member.is_owner,
        }
    }

    pub(crate) const fn messages(self) -> Messages {
        Messages::new(match self {
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
        })
    }
}

fn may_own(console: &Console<'_>) -> bool {
    console.context().check_ownership().is_ok()
}

pub(crate) fn table(
    console: &Console<'_>,
    organization: &Organization,
    members: &[Member],
    names: &BTreeMap<UserId, String>,
) -> Table {
    let may_change = console.has(WRITE);
    let may_own = may_change && may_own(console);
    let home = routes::organization(&organization.slug);
    let link = |member: &Member, actions: &[MemberAction]| {
        let mut actions = actions.iter();
        let offered = actions.find(|action| action.is_offered(console, member, may_own));
        let Some(action) = offered else {
            return Value::Text(String::new());
        };
        let id = member.user_id.to_string();
        let name = names.get(&member.user_id).unwrap_or(&id);
        let path = format!("{home}/members/{id}/{}", action.as_str());
        console.action(path, action.messages().submit, name)
    };
    let position = |member: &Member| {
        console.text(if member.is_owner {
            "console-owner"
        } else {
            "console-member"
        })
    };
    let ownership = [MemberAction::MakeOwner, MemberAction::MakeMember];
    console
        .table_of("console-members", members, "console-no-members")
        .column("console-name", |member| names::link(names, member.user_id))
        .column("console-position", position)
        .column("console-since", |member| Value::Day(member.created_at))
        .column_if(may_own, "console-ownership", |member| {
            link(member, &ownership)
        })
        .column_if(may_change, "console-action", |member| {
            link(member, &[MemberAction::Remove])
        })
        .table()
        .without_empty_columns()
}

pub(crate) async fn change(visit: &Visit<'_>) -> Answer {
    let console = &visit.console;
    let organization = pages::named(console).await?;
    let action = visit.action(&MemberAction::ALL, MemberAction::as_str)?;
    let user = visit.id("user", UserId::parse)?;
    let (member, found) = organizations::member(&console.context(), &organization, user).await?;
    if !visit.is_answer() && !action.is_offered(console, &member, may_own(console)) {
        return Err(ErrorKind::NotFound.into());
    }
    let name = people::name_or_id(found.as_ref(), user);
    let object = format!("{}: {name}", organization.name);
    let slug = &organization.slug;
    let home = routes::organization(slug);
    let question = Question {
        // The operations compare an optional member: it may have left.
        version: Some(version(&Some(member))),
        is_risky: action == MemberAction::Remove,
        ..Question::new(
            Section::Organizations,
            action.messages(),
            object,
            home.as_str(),
        )
    };
    let question = question.ask(visit)?;
    let context = visit.context();
    let result = if action == MemberAction::Remove {
        organizations::remove_member(&context, slug, user).await
    } else {
        let is_owner = action == MemberAction::MakeOwner;
        let set = organizations::set_member(&context, slug, user, is_owner).await;
        set.map(|_| ())
    };
    // After the change, the page of the organization may not exist for the administrator.
    let is_own = console.org().is_some() && console.is(&user.to_string());
    let next = if is_own { "/account" } else { home.as_str() };
    question.finish_at(visit, result, next).await
}
