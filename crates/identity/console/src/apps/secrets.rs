//! The secrets of a client, on its page and in the form for a new one.

use doorward_admin::applications::ChosenApplication;
use doorward_admin::clients;
use doorward_domain::model::{SecretUse, SecretUses};
use doorward_domain::secret::OpaqueToken;
use doorward_rules::client_secret;
use doorward_templates::console::{ConfigurationPart, NewSecret};

use crate::apps::pages;
use crate::apps::settings_page::SettingsPage;
use doorward_console_ui::duration::FORMER_SECRET;
use doorward_console_ui::prelude::*;

const MADE: &str = "console-secret-made";

/// Returns a table of the secrets that are accepted; none for a client that has no secret.
pub(crate) fn table(
    console: &Console<'_>,
    client: &Client,
    uses: SecretUses,
    may_change: bool,
) -> Option<Table> {
    if !client.auth_method.is_by_secret() || !client.has_secret() {
        return None;
    }
    let now = console.now();
    let row = |name, times: [Value; 3], used: SecretUse, state| {
        let [made, ends, last_use] = times;
        let uses = count_and_address(used);
        vec![console.text(name), made, ends, last_use, uses, state]
    };
    let good = || console.state_value(Tone::Good, "console-active");
    let times = [
        console.moment(client.secret_made_at, "console-unknown"),
        console.text("console-for-ever"),
        console.moment(uses.current.at, "console-never"),
    ];
    let mut columns = vec![
        "console-secret",
        "console-created",
        "console-expires",
        "console-last-use",
        "console-uses",
        "console-state",
    ];
    let mut rows = vec![row("console-secret-current", times, uses.current, good())];
    if let Some(former) = client.live_former_secret(now) {
        let state = if client_secret::can_end_former(client, uses, now) {
            console.state_value(Tone::Warn, "console-secret-unused")
        } else {
            good()
        };
        let times = [
            console.moment(former.made_at, "console-unknown"),
            Value::Moment(former.ends_at),
            console.moment(uses.former.at, "console-never"),
        ];
        rows.push(row("console-secret-former", times, uses.former, state));
        if may_change {
            let path = format!("{}/end-secret", app(&client.id));
            let link = console.link(path, "console-secret-end");
            columns.push("console-action");
            rows[0].push(Value::Text(String::new()));
            rows[1].push(Value::Action(link, console.t("console-app-end-secret")));
        }
    }
    Some(console.table("console-secrets", &columns, rows, "console-none"))
}

/// Returns the link to the question for a new secret, for a client that has one.
pub(crate) fn link(console: &Console<'_>, client: &Client) -> Option<Link> {
    let path = format!("{}/new-secret", app(&client.id));
    let has_secret = client.auth_method.is_by_secret();
    has_secret.then(|| console.link(path, "console-app-secret"))
}

fn count_and_address(used: SecretUse) -> Value {
    let address = used.from.map(|ip| ip.to_string());
    Value::Codes(
        [used.count.to_string()]
            .into_iter()
            .chain(address)
            .collect(),
    )
}

/// Returns the choice how long the old secret is kept, as typed; none if it cannot be kept.
pub(crate) fn choice(
    console: &Console<'_>,
    client: &Client,
    typed: &Params,
) -> Result<Option<EntryField>, Stop> {
    if !client_secret::can_overlap(client, console.now()) {
        return Ok(None);
    }
    Ok(Some(FORMER_SECRET.entry(console, typed)?))
}

pub(crate) async fn make(visit: &Visit<'_>, client: &Client, question: Question) -> Answer {
    let (console, form) = (&visit.console, &visit.form);
    // Without a choice, no time.
    let keep_until = if FORMER_SECRET.is_in(form)? {
        FORMER_SECRET.end(console, form)?
    } else {
        None
    };
    let rotated = once::create(console, form, async |context: AdminContext<'_>| {
        clients::rotate_secret(&context, &client.id, keep_until).await
    });
    let rotated = rotated.await;
    match question.settle(visit, rotated).await? {
        Created::Now(secret) => Ok(show(console, MADE, client, Some(&secret), None)),
        Created::Before(stored) => Ok(once::repeat(console, &app(&client.id), &stored)),
    }
}

/// Shows a new secret once below this heading, in the answer to the form that made it, and the
/// configuration of a known application.
pub(crate) fn show(
    console: &Console<'_>,
    heading: &str,
    client: &Client,
    secret: Option<&OpaqueToken>,
    chosen: Option<&ChosenApplication>,
) -> HttpResponse {
    let issuer = console.page.context.core.issuer();
    let discovery = format!("{issuer}/.well-known/openid-configuration");
    let secret = secret.map(OpaqueToken::expose);
    let (configuration, notes) = chosen.map_or_else(Default::default, |chosen| {
        configuration(console, client, secret, chosen)
    });
    let mut layout = console.layout.clone();
    layout.return_to = app(&client.id);
    // The list of secrets has the former one as well.
    let next = if heading == MADE {
        pages::settings_path(client, SettingsPage::Credentials)
    } else {
        app(&client.id)
    };
    let view = NewSecret {
        frame: console.frame(Section::Apps, false),
        heading: console.t(heading),
        facts: vec![
            console.fact("console-name", Value::Name(client.name.clone())),
            console.fact("console-made-id", Value::Copy(client.id.to_string())),
            console.fact("console-discovery", Value::Copy(discovery)),
        ],
        secret_label: console.t("console-made-secret"),
        done: console.link(next, "console-secret-saved"),
        test: pages::test(console, client),
        configuration,
        notes,
        secret: secret.map(str::to_owned),
        now: console.now(),
        layout,
    };
    console.page.html(StatusCode::OK, &view)
}

/// Returns the configuration of the application for a client and its notes, as the command line
/// prints them.
fn configuration(
    console: &Console<'_>,
    client: &Client,
    secret: Option<&str>,
    chosen: &ChosenApplication,
) -> (Vec<ConfigurationPart>, Vec<String>) {
    let core = &console.page.context.core;
    let random = OpaqueToken::generate(&mut core.rng());
    let filled = chosen.configure(core.issuer(), client, secret, &random);
    let parts = filled.parts.into_iter().map(|part| ConfigurationPart {
        place: format!("{}: {}", chosen.application.title, part.place),
        text: part.text,
    });
    (parts.collect(), filled.notes)
}
