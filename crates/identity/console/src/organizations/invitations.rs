//! `/admin/organizations/{id}/invite` and `/admin/organizations/{id}/invitations`: invitations by mail.

use doorward_admin::invitations;
use doorward_domain::model::{Invitation, InvitationId};

use crate::organizations::pages::{self, WRITE};
use doorward_console_ui::prelude::*;

pub(crate) const INVITED: &str = "console-invited";
const WITHDRAW: Messages = Messages {
    question: "console-invitation-withdraw-question",
    text: "console-invitation-withdraw-text",
    submit: "console-invitation-withdraw",
    done: "console-invitation-withdrawn",
};
const EMAIL: Field = Field::line("email", "email").hint("console-invite-hint");
const FIRST: u64 = 10;

pub(crate) fn actions(console: &Console<'_>, organization: &Organization) -> Vec<Link> {
    if !console.has(WRITE) || !organization.active {
        return Vec::new();
    }
    let path = format!("{}/invite", routes::organization(&organization.slug));
    vec![console.link(path, "console-invite")]
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
        .column("console-created", |found| Value::Moment(found.created_at))
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

pub(crate) async fn invite(visit: &Visit<'_>) -> Answer {
    let (console, typed) = (&visit.console, &visit.form);
    let organization = pages::named(console).await?;
    let email = text(typed, "email")?;
    let home = routes::organization(&organization.slug);
    let messages = ["console-invite", "console-invite-submit"];
    let (section, fields) = (Section::Organizations, vec![EMAIL.entry(console, email)]);
    let view = EntryForm {
        object: organization.name.clone(),
        once: Some(once::key(console)),
        ..form::view(console, section, messages, home.as_str(), fields)
    };
    let form = Form::open(visit, view)?;
    form.offer(&[])?;
    let invited = once::create(console, typed, async |context: AdminContext<'_>| {
        invitations::invite(&context, &organization.slug, email).await
    });
    let invited = invited.await;
    let problem = |error: &AdminError| match error {
        AdminError::Invalid { field: "email", .. } => Some(("email", "email-invalid")),
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
