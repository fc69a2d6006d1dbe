//! `/admin/people/{id}/apps`: clients that may act for a user.

use doorward_accounts::authorized_client::AuthorizedClient;
use doorward_admin::authorized_clients;

use crate::people;
use crate::people::user::detail;
use doorward_console_ui::prelude::*;

const WITHDRAW: Messages = Messages {
    question: "console-access-withdraw-question",
    text: "console-access-withdraw-text",
    submit: "console-access-withdraw",
    done: "console-access-withdrawn",
};

/// Returns the link to the form that withdraws the access of a client to an account, with the name of
/// the client or of the user for screen readers.
pub(crate) fn withdraw_link(
    console: &Console<'_>,
    user: UserId,
    client: &ClientId,
    name: &str,
) -> Value {
    let client = encode(client.as_str());
    let path = format!("{}/apps/{client}/withdraw", routes::user(user));
    let label = ["console-access-withdraw-label", "name"];
    console.labelled(path, WITHDRAW.submit, label, name)
}

async fn apps(console: &Console<'_>, user: &User) -> Result<Vec<AuthorizedClient>, Stop> {
    let server = &console.page.context;
    Ok(authorized_clients::list(&console.context(), server, user).await?)
}

pub(crate) async fn list(console: &Console<'_>) -> Answer {
    let user = people::named(console).await?;
    let found = apps(console, &user).await?;
    let may_withdraw = console.may_globally("users:write");
    let withdraw =
        |app: &AuthorizedClient| withdraw_link(console, user.id, &app.client.id, &app.client.name);
    let name = |app: &AuthorizedClient| {
        let client = &app.client;
        Value::Link(Link::new(routes::app(&client.id), client.name.clone()))
    };
    let allowed =
        |app: &AuthorizedClient| Value::Codes(app.scope.iter().map(str::to_owned).collect());
    let table = console
        .table_of("console-user-apps", &found, "console-no-apps")
        .column("console-name", name)
        .column("console-allowed", allowed)
        .column("console-since", |app| Value::Day(app.since))
        .column("console-last-use", |app| {
            console.ago(app.last_used_at, "console-unknown")
        })
        .column("console-expires", |app| {
            console.day(app.until, "console-for-ever")
        })
        .column_if(may_withdraw, "console-action", withdraw)
        .table();
    console.show(&Detail {
        notice: console.notice(&[WITHDRAW.done])?,
        tables: vec![table],
        ..detail(console, &user, "/apps")
    })
}

pub(crate) async fn withdraw(visit: &Visit<'_>) -> Answer {
    let console = &visit.console;
    let user = people::named(console).await?;
    let id = parameter(console.page, "client");
    let mut found = apps(console, &user).await?.into_iter();
    let app = found.find(|app| app.client.id.as_str() == id);
    let client = app.ok_or(ErrorKind::NotFound)?.client;
    let object = format!("{}: {}", user.display_name(), client.name);
    let back = format!("{}/apps", routes::user(user.id));
    let question = Question {
        is_risky: true,
        ..Question::new(Section::People, WITHDRAW, object, back)
    };
    let question = question.ask(visit)?;
    let withdrawn = authorized_clients::withdraw(&visit.context(), user.id, &client.id).await;
    question.finish(visit, withdrawn).await
}
