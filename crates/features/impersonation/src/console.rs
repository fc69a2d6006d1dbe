//! `/admin/people/{id}/impersonate`: the form that starts an impersonation, and the way to the app.

use doorward_admin::prelude::repo;
use doorward_admin::{clients, users};
use doorward_console_ui::prelude::*;
use doorward_console_ui::routes::Routes;
use doorward_domain::model::Grant;
use doorward_protocol::redirect_uri;
use doorward_rules::own_permissions::IMPERSONATE;
use doorward_services::acting;

use crate::bar;
use crate::use_cases::{is_enabled, policy};

/// Path below that of a user.
pub(super) const BELOW: &str = "/impersonate";
pub(super) const TITLE: &str = "impersonation-title";
pub(super) const ACCESS: Access = Access::GlobalIf(IMPERSONATE, is_enabled);
const START: &str = "impersonation-start";
const REASON_HINT: &str = "impersonation-reason-hint";
const STARTED: &str = "impersonation-started";

const CLIENT: Field = Field::line("client", "console-app").hint("impersonation-app-hint");
const SUPPORT_CODE: Field =
    Field::line("support_code", "console-support-code-label").hint("console-support-code-hint");

pub(super) fn configure(routes: &mut Routes<'_>) {
    // Without the setting, the operation says so.
    routes.form(
        "/admin/people/{id}/impersonate",
        Access::Global(IMPERSONATE),
        start,
    );
}

async fn start(visit: &Visit<'_>) -> Answer {
    let console = &visit.console;
    let id = parameter(console.page, "id");
    let user = users::read(&console.context(), &id).await?;
    let home = routes::user(user.id);
    let present = acting::of_session(&console.page.context.core, console.session()).await;
    if let Some(present) = present.map_err(AdminError::from)?
        && !visit.is_answer()
    {
        return show(console, &present, &user).await;
    }
    let has_code = policy(&console.context()).is_some_and(|policy| policy.support_code);
    let mut own = vec![CLIENT];
    own.extend(has_code.then_some(SUPPORT_CODE));
    let mut fields = form::entries(console, &own, &visit.form)?;
    let reason = reason::fill(console, reason::field(console, REASON_HINT), &visit.form)?;
    fields.push(EntryField {
        required: true,
        ..reason
    });
    let view = EntryForm {
        lead: console.t("impersonation-text"),
        object: user.display_name(),
        ..form::view(
            console,
            Section::People,
            [TITLE, START],
            home.as_str(),
            fields,
        )
    };
    let session = console.session().to_string();
    let others = [("id", user.id.to_string()), ("session", session)];
    let form = Form::of_operation(visit, view, &others)?;
    form.run(&others).await?;
    Ok(console.see_done(&format!("{home}{BELOW}"), STARTED))
}

/// Shows the impersonation of this session, with the link at which its app starts a sign-in.
async fn show(console: &Console<'_>, present: &Grant, user: &User) -> Answer {
    let client = clients::get(&console.context(), &present.client_id).await?;
    let acts_as_other = present.user_id != user.id;
    let facts = vec![
        console.fact("console-app", Value::Name(client.name.clone())),
        console.fact("impersonation-until", Value::Moment(present.expires_at)),
    ];
    let read = console.page.context.core.db.read();
    let registered = repo::client_registrations::find(read, &client.id).await;
    let registered = registered.map_err(AdminError::from)?;
    // OIDC Core §4: the client then starts a sign-in with this server.
    let uri = registered.and_then(|found| {
        let uri = found.metadata.get("initiate_login_uri")?.as_str()?;
        let issuer = console.page.context.core.issuer();
        Some(redirect_uri::with_query(uri, &[("iss", issuer)]))
    });
    let open = uri.map(|uri| Link::new(uri, console.t("impersonation-open")));
    let lead = if open.is_some() {
        "impersonation-go"
    } else {
        "impersonation-go-yourself"
    };
    console.show(&Detail {
        lead: console.t(if acts_as_other {
            "impersonation-other"
        } else {
            lead
        }),
        notice: console.notice(&[STARTED])?,
        facts,
        actions: open.into_iter().collect(),
        buttons: vec![console.link(bar::END, "impersonation-end")],
        ..console.detail(
            Section::People,
            Link::new(routes::user(user.id), user.display_name()),
            console.t(TITLE),
        )
    })
}
