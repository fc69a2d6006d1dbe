//! `/admin/people/{id}/apps`: clients that may act for a user.

use doorward_accounts::authorized_client::AuthorizedClient;
use doorward_admin::authorized_clients;
use doorward_domain::model::{ClientId, User, UserId};

use crate::people;
use crate::people::user::detail;
use doorward_console_ui::prelude::*;
use doorward_console_ui::routes::encode;

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

async fn apps(console: &Console<'_>, user: &User) -> Result<Vec<AuthorizedClient>, PageError> {
    let context = &console.page.context;
    let (core, directory) = (&context.core, &context.directory);
    let found = authorized_clients::list(&console.context(), core, directory, user).await;
    Console::read(found)
}

pub(crate) async fn list(page: &Page) -> Handled {
    let console = Console::open(page).await?;
    let user = people::named(&console).await?;
    let found = apps(&console, &user).await?;
    let may_withdraw = console.may_globally("users:write");
    let row = |app: &AuthorizedClient| {
        let client = &app.client;
        let mut row = vec![
            Value::Link(Link::new(routes::app(&client.id), client.name.clone())),
            Value::Codes(app.scope.iter().map(str::to_owned).collect()),
            Value::Day(app.since),
            console.ago(app.last_used_at, "console-unknown"),
            console.day(app.until, "console-never"),
        ];
        row.extend(
            may_withdraw.then(|| withdraw_link(&console, user.id, &client.id, &client.name)),
        );
        row
    };
    let columns = [
        "console-name",
        "console-allowed",
        "console-since",
        "console-last-use",
        "console-expires",
        "console-action",
    ];
    let table = console.table(
        "console-user-apps",
        &columns[..columns.len() - usize::from(!may_withdraw)],
        found.iter().map(row).collect(),
        "console-no-apps",
    );
    console.show(&Detail {
        notice: console.notice(&[WITHDRAW.done])?,
        tables: vec![table],
        ..detail(&console, &user, "/apps")
    })
}

pub(crate) async fn withdraw(page: &Page, payload: Option<Payload>) -> Handled {
    let visit = Visit::open(page, payload, Access::Global("users:write")).await?;
    let console = &visit.console;
    let user = people::named(console).await?;
    let id = parameter(page, "client");
    let mut found = apps(console, &user).await?.into_iter();
    let app = found.find(|app| app.client.id.as_str() == id);
    let client = app.ok_or(ErrorKind::NotFound)?.client;
    let object = format!("{}: {}", user.display_name(), client.name);
    let back = format!("{}/apps", routes::user(user.id));
    let question = Question {
        is_risky: true,
        ..Question::new(Section::People, WITHDRAW, object, back)
    };
    let question = question.ask(&visit)?;
    let withdrawn = authorized_clients::withdraw(&visit.context(), user.id, &client.id).await;
    question.finish(&visit, withdrawn).await
}
