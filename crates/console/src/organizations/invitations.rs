//! `/admin/organizations/{id}/invite` and `/admin/organizations/{id}/invitations`: invitations by mail.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Payload, ServiceConfig};
use doorward_admin::invitations;
use doorward_admin::operator::{AdminContext, AdminError};
use doorward_domain::model::{Invitation, InvitationId, Organization};
use doorward_http::page::{Page, PageError};
use doorward_http::page_support::text;
use doorward_templates::ErrorKind;
use doorward_templates::console::{Detail, EntryForm, Link, Section, Table, Value};

use crate::console::Console;
use crate::organizations::pages::{self, Scope, WRITE};
use crate::routes;
use crate::ui::action::{Action, Messages};
use crate::ui::also_as;
use crate::ui::cursor::{Cursor, ROWS};
use crate::ui::entry::{self, hinted};
use crate::ui::once::{self, Created};

/// The notice after an invitation was mailed.
pub(crate) const INVITED: &str = "console-invited";
const WITHDRAWN: &str = "console-invitation-withdrawn";
/// Maximum number of invitations on the page of an organization.
const FIRST: u64 = 10;

/// Registers the pages.
pub(crate) fn configure(config: &mut ServiceConfig) {
    config
        .service(routes::form(
            "/admin/organizations/{id}/invite",
            form,
            invite,
        ))
        .service(routes::page("/admin/organizations/{id}/invitations", list))
        .service(routes::form(
            "/admin/organizations/{id}/invitations/{invitation}/withdraw",
            ask,
            withdraw,
        ));
}

/// Returns the links to actions with invitations.
pub(crate) fn actions(console: &Console<'_>, organization: &Organization) -> Vec<Link> {
    if !console.may(WRITE) || !organization.active {
        return Vec::new();
    }
    let path = format!("{}/invite", pages::path(&organization.slug));
    vec![Link::new(path, console.t("console-invite"))]
}

/// Returns the table of the first open invitations; none without the permission to invite.
pub(crate) async fn first(
    console: &Console<'_>,
    organization: &Organization,
) -> Result<Option<Table>, PageError> {
    if !console.may(WRITE) {
        return Ok(None);
    }
    let found = invitations::list(&console.context(), organization, None, FIRST).await;
    Ok(Some(table(console, organization, &Console::read(found)?)))
}

fn table(console: &Console<'_>, organization: &Organization, found: &[Invitation]) -> Table {
    let home = pages::path(&organization.slug);
    let columns = [
        "email",
        "console-created",
        "console-valid-until",
        "console-action",
    ];
    let row = |invitation: &Invitation| {
        let path = format!("{home}/invitations/{}/withdraw", invitation.id);
        let text = console.t("console-invitation-withdraw");
        let label = format!("{text}: {}", invitation.email);
        vec![
            Value::Code(invitation.email.clone()),
            Value::Moment(invitation.created_at),
            Value::Moment(invitation.expires_at),
            Value::Action(Link::new(path, text), label),
        ]
    };
    console.table(
        "console-invitations",
        &columns,
        found.iter().map(row).collect(),
        "console-no-invitations",
    )
}

async fn list(page: &Page) -> Result<HttpResponse, PageError> {
    let console = pages::open(page, Scope::Organization).await?;
    let organization = pages::named(&console).await?;
    let cursor = Cursor::read(&console, &[])?;
    let after = cursor.after_id(InvitationId::parse)?;
    let found = invitations::list(&console.context(), &organization, after, ROWS).await;
    let mut found = Console::read(found)?;
    let pager = cursor.cut(&console, &mut found, |invitation| invitation.id.to_string());
    let view = Detail {
        notice: console.notice(&[WITHDRAWN])?,
        tables: vec![table(&console, &organization, &found)],
        pager,
        actions: actions(&console, &organization),
        ..pages::detail(&console, &organization, "/invitations")
    };
    Ok(page.html(StatusCode::OK, &view))
}

/// Returns the form with the address as typed.
fn invite_form(console: &Console<'_>, organization: &Organization, email: &str) -> EntryForm {
    let home = pages::path(&organization.slug);
    let fields = vec![hinted(
        console,
        "email",
        "email",
        "console-invite-hint",
        email,
    )];
    let messages = ["console-invite", "console-invite-submit"];
    EntryForm {
        object: organization.name.clone(),
        once: Some(once::key(console)),
        ..entry::form(console, Section::Organizations, messages, home, fields)
    }
}

async fn form(page: &Page) -> Result<HttpResponse, PageError> {
    let console = pages::open(page, Scope::Organization).await?;
    let organization = pages::named(&console).await?;
    let console = console.require_fresh()?;
    let view = invite_form(&console, &organization, "");
    Ok(page.html(StatusCode::OK, &view))
}

async fn invite(page: &Page, payload: Payload) -> Result<HttpResponse, PageError> {
    let typed = page.form(payload).await?;
    let console = pages::open_for_change(page, Scope::Organization).await?;
    let organization = pages::named(&console).await?;
    let email = text(&typed, "email")?;
    let view = invite_form(&console, &organization, email);
    if also_as::is_requested(&typed)? {
        return Ok(also_as::show(&console, view, &[]));
    }
    let invited = once::create(&console, &typed, async |context: AdminContext<'_>| {
        invitations::invite(&context, &organization.slug, email).await
    });
    let invited = invited.await;
    match &invited {
        Err(AdminError::Invalid { field: "email", .. }) => {
            return Ok(entry::reject(&console, view, "email", "email-invalid"));
        }
        Err(AdminError::Invalid { .. }) => {
            let failure = console.t("console-invite-inactive");
            return Ok(entry::fail(&console, view, &[], failure));
        }
        _ => {}
    }
    Ok(match console.change(invited).await? {
        Ok(Created::Now(_)) => page.see_other(&format!("{}?done={INVITED}", view.back)),
        Ok(Created::Before(stored)) => once::repeat(&console, &view.back, &stored),
        Err(failure) => entry::fail(&console, view, &[], failure),
    })
}

/// Returns the open invitation that the path names, with the question.
async fn question(
    console: &Console<'_>,
    organization: &Organization,
) -> Result<(Invitation, Action), PageError> {
    let id = routes::parameter(console.page, "invitation");
    let found = invitations::get(&console.context(), organization, &id).await;
    let invitation = Console::read(found)?;
    if !invitation.is_live(console.now()) {
        return Err(ErrorKind::NotFound.into());
    }
    let action = Action {
        section: Section::Organizations,
        messages: Messages {
            question: "console-invitation-withdraw-question",
            text: "console-invitation-withdraw-text",
            submit: "console-invitation-withdraw",
            done: WITHDRAWN,
        },
        object: format!("{}: {}", organization.name, invitation.email),
        choice: None,
        reason: None,
        typed: None,
        version: None,
        is_risky: false,
        back: format!("{}/invitations", pages::path(&organization.slug)),
    };
    Ok((invitation, action))
}

async fn ask(page: &Page) -> Result<HttpResponse, PageError> {
    let console = pages::open(page, Scope::Organization).await?;
    let organization = pages::named(&console).await?;
    let (_, question) = question(&console, &organization).await?;
    let console = console.require_fresh()?;
    Ok(question.ask(&console))
}

async fn withdraw(page: &Page, payload: Payload) -> Result<HttpResponse, PageError> {
    page.form(payload).await?;
    let console = pages::open_for_change(page, Scope::Organization).await?;
    let organization = pages::named(&console).await?;
    let (invitation, question) = question(&console, &organization).await?;
    let (context, slug) = (console.context(), &organization.slug);
    let withdrawn = invitations::revoke(&context, slug, invitation.id).await;
    let withdrawn = console.change(withdrawn).await?;
    let next = question.back.clone();
    Ok(question.finish(&console, withdrawn, &next))
}
