//! `/admin/apps/{id}/users`, `/consents` and `/failures`: users with access of a client, also without
//! consent, its consents, and its last failed sign-ins and rejected requests.

use doorward_admin::attempts::{self, AttemptQuery};
use doorward_admin::authorized_clients;
use doorward_domain::model::{Consent, ConsentId, SessionId, SignInAttemptId};
use doorward_store::repo::client_users::ClientUser;

use crate::apps::pages::{self, CONSENTS, FAILURES, USERS};
use crate::people;
use crate::people::apps::withdraw_link;
use crate::sign_ins;
use doorward_console_ui::prelude::*;

pub(crate) async fn users(console: &Console<'_>) -> Answer {
    let client = pages::named(console).await?;
    let cursor = Cursor::read(console, &[])?;
    let before = cursor.after_id(SessionId::parse)?;
    let mut found = authorized_clients::users(&console.context(), &client.id, before, ROWS).await?;
    let pager = cursor.cut(console, &mut found, |found| found.session.to_string());
    let row = |found: ClientUser| {
        let last_use = console.ago(found.last_use, "console-unknown");
        (found.user, vec![last_use])
    };
    let table = table(
        console,
        &client,
        ["console-app-users", "console-no-app-users"],
        &["console-last-use"],
        found.into_iter().map(row),
    );
    Ok(show(console, &client, USERS, table, pager))
}

pub(crate) async fn consents(console: &Console<'_>) -> Answer {
    let client = pages::named(console).await?;
    let cursor = Cursor::read(console, &[])?;
    let after = cursor.after_id(ConsentId::parse)?;
    let context = console.context();
    let mut found = authorized_clients::consents(&context, &client.id, after, ROWS).await?;
    let pager = cursor.cut(console, &mut found, |(consent, _)| consent.id.to_string());
    let row = |(consent, user): (Consent, User)| {
        let row = vec![
            Value::Codes(consent.scope.iter().map(str::to_owned).collect()),
            Value::Day(consent.granted_at),
            console.day(consent.expires_at, "console-for-ever"),
        ];
        (user, row)
    };
    let table = table(
        console,
        &client,
        ["console-consents", "console-no-consents"],
        &["console-allowed", "console-since", "console-expires"],
        found.into_iter().map(row),
    );
    Ok(show(console, &client, CONSENTS, table, pager))
}

fn table(
    console: &Console<'_>,
    client: &Client,
    [caption, empty]: [&str; 2],
    columns: &[&str],
    found: impl Iterator<Item = (User, Vec<Value>)>,
) -> Table {
    let may_withdraw = console.may_globally("users:write");
    let row = |(user, mut row): (User, Vec<Value>)| {
        row.insert(0, people::owner(console, &user));
        if may_withdraw {
            let name = user.display_name();
            row.push(withdraw_link(console, user.id, &client.id, &name));
        }
        row
    };
    let mut columns = [&["console-who"], columns].concat();
    columns.extend(may_withdraw.then_some("console-action"));
    console.table(caption, &columns, found.map(row).collect(), empty)
}

pub(crate) async fn failures(console: &Console<'_>) -> Answer {
    let client = pages::named(console).await?;
    let cursor = Cursor::read(console, &[])?;
    let query = AttemptQuery {
        client_id: Some(client.id.to_string()),
        failures: true,
        ..AttemptQuery::default()
    };
    let before = cursor.after_id(SignInAttemptId::parse)?;
    let mut found = attempts::list(&console.context(), &query, before, ROWS).await?;
    let pager = cursor.cut(console, &mut found, |(attempt, _)| attempt.id.to_string());
    let table = Table {
        caption: console.t("console-failures"),
        empty: console.t("console-no-failures"),
        ..sign_ins::table(console, &found, None)
    };
    Ok(show(console, &client, FAILURES, table, pager))
}

fn show(
    console: &Console<'_>,
    client: &Client,
    below: &str,
    table: Table,
    pager: Pager,
) -> HttpResponse {
    let view = Detail {
        tables: vec![table],
        pager,
        ..pages::detail(console, client, below)
    };
    console.page.html(StatusCode::OK, &view)
}
