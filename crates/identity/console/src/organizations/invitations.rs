//! `/admin/organizations/{id}/invite` and `/admin/organizations/{id}/invitations`: invitations by mail.

use doorward_admin::invitations::{self, NewAccess};
use doorward_domain::model::{Invitation, InvitationId};

use crate::organizations::pages::{self, WRITE};
use doorward_console_ui::local_time;
use doorward_console_ui::prelude::*;

pub(crate) const INVITED: &str = "console-invited";
const WITHDRAW: Messages = Messages {
    question: "console-invitation-withdraw-question",
    text: "console-invitation-withdraw-text",
    submit: "console-invitation-withdraw",
    done: "console-invitation-withdrawn",
};
const EMAIL: Field = Field::line("email", "email").hint("console-invite-hint");
const ROLES: Field = Field::lines("roles", "console-roles")
    .hint("console-invite-roles-hint")
    .optional();
const GROUPS: Field = Field::lines("groups", "console-groups")
    .hint("console-invite-roles-hint")
    .optional();
const UNTIL: &str = "until";
const FIRST: u64 = 10;

pub(crate) fn actions(console: &Console<'_>, organization: &Organization) -> Vec<Link> {
    if !console.has(WRITE) || !organization.active {
        return Vec::new();
    }
    let path = |below| format!("{}/{below}", routes::organization(&organization.slug));
    vec![
        console.link(path("invite"), "console-invite"),
        console.link(path("invite-file"), "console-invite-file"),
    ]
}

/// Returns the table of the first open invitations; none without the permission to invite.
pub(crate) async fn first(
    console: &Console<'_>,
    organization: &Organization,
) -> Result<Option<Table>, Stop> {
    if !console.has(WRITE) {
        return Ok(None);
    }
    let found = invitations::list(&console.context(), organization, None, FIRST).await;
    Ok(Some(table(console, organization, &found?)))
}

fn table(console: &Console<'_>, organization: &Organization, found: &[Invitation]) -> Table {
    let home = routes::organization(&organization.slug);
    let withdraw = |invitation: &Invitation| {
        let path = format!("{home}/invitations/{}/withdraw", invitation.id);
        console.action(path, WITHDRAW.submit, &invitation.email)
    };
    console
        .table_of("console-invitations", found, "console-no-invitations")
        .column("email", |found| Value::Code(found.email.clone()))
        .column("console-roles", |found| {
            Value::Codes(found.access.roles.clone())
        })
        .column("console-created", |found| match found.queued_at {
            Some(_) => console.text("console-invitation-waiting"),
            None => Value::Moment(found.created_at),
        })
        .column("console-valid-until", |found| {
            Value::Moment(found.expires_at)
        })
        .column("console-action", withdraw)
        .table()
}

pub(crate) async fn list(console: &Console<'_>) -> Answer {
    let organization = pages::named(console).await?;
    let cursor = Cursor::read(console, &[])?;
    let after = cursor.after_id(InvitationId::parse)?;
    let mut found = invitations::list(&console.context(), &organization, after, ROWS).await?;
    let pager = cursor.cut(console, &mut found, |invitation| invitation.id.to_string());
    console.show(&Detail {
        notice: console.notice(&[WITHDRAW.done])?,
        tables: vec![table(console, &organization, &found)],
        pager,
        actions: actions(console, &organization),
        ..pages::detail(console, &organization, "/invitations")
    })
}

fn names(typed: &str) -> Vec<String> {
    let names = typed.split_whitespace();
    names.map(str::to_owned).collect()
}

/// Returns the field of the end of the membership, and the end.
fn member_until(
    console: &Console<'_>,
    typed: &Params,
) -> Result<(EntryField, Option<UnixSeconds>), Stop> {
    let typed = text(typed, UNTIL)?.trim();
    let end = local_time::parse(typed).filter(|end| *end > console.now());
    let is_wrong = !typed.is_empty() && end.is_none();
    let field = EntryField {
        hint: console.t("console-member-until-hint"),
        required: false,
        error: is_wrong.then(|| console.t("console-until-invalid")),
        ..entry(
            UNTIL,
            console.t("console-member-until"),
            typed,
            FieldKind::Moment,
        )
    };
    Ok((field, end))
}

pub(crate) async fn invite(visit: &Visit<'_>) -> Answer {
    let (console, typed) = (&visit.console, &visit.form);
    let organization = pages::named(console).await?;
    let email = text(typed, "email")?;
    let home = routes::organization(&organization.slug);
    let messages = ["console-invite", "console-invite-submit"];
    let (until, end) = member_until(console, typed)?;
    let is_accepted = until.error.is_none();
    let mut fields = vec![EMAIL.entry(console, email)];
    fields.extend(form::entries(console, &[ROLES, GROUPS], typed)?);
    fields.push(until);
    let section = Section::Organizations;
    let view = EntryForm {
        object: organization.name.clone(),
        once: Some(once::key(console)),
        ..form::view(console, section, messages, home.as_str(), fields)
    };
    let form = Form::open(visit, view)?;
    if !is_accepted {
        return Err(visit.answer(StatusCode::UNPROCESSABLE_ENTITY, &form.view));
    }
    form.offer(&[])?;
    let access = NewAccess {
        roles: names(text(typed, "roles")?),
        groups: names(text(typed, "groups")?),
        member_until: end,
    };
    let invited = once::create(console, typed, async |context: AdminContext<'_>| {
        invitations::invite(&context, &organization.slug, email, &access).await
    });
    let invited = invited.await;
    let problem = |error: &AdminError| match error {
        AdminError::Invalid { field: "email", .. } => Some(("email", "email-invalid")),
        AdminError::Invalid { field: "roles", .. } => Some(("roles", "console-unknown-name")),
        AdminError::Invalid {
            field: "groups", ..
        } => Some(("groups", "console-unknown-name")),
        _ => None,
    };
    if matches!(&invited, Err(error @ AdminError::Invalid { .. }) if problem(error).is_none()) {
        return Err(form.fail(console.t("console-invite-inactive")));
    }
    match form.settle(invited, problem).await? {
        Created::Now(_) => Ok(console.see_done(&home, INVITED)),
        Created::Before(stored) => Ok(once::repeat(console, &home, &stored)),
    }
}

pub(crate) async fn withdraw(visit: &Visit<'_>) -> Answer {
    let console = &visit.console;
    let organization = pages::named(console).await?;
    let id = routes::parameter(console.page, "invitation");
    let invitation = invitations::get(&console.context(), &organization, &id).await?;
    if !invitation.is_live(console.now()) {
        return Err(ErrorKind::NotFound.into());
    }
    let object = format!("{}: {}", organization.name, invitation.email);
    let home = routes::organization(&organization.slug);
    let back = format!("{home}/invitations");
    let question = Question::new(Section::Organizations, WITHDRAW, object, back);
    let question = question.ask(visit)?;
    let (context, slug) = (visit.context(), &organization.slug);
    let withdrawn = invitations::revoke(&context, slug, invitation.id).await;
    question.finish(visit, withdrawn).await
}
