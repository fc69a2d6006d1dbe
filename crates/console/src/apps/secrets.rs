//! The secrets of a client, on its page and in the form for a new one.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use doorward_admin::applications::ChosenApplication;
use doorward_admin::clients;
use doorward_admin::operator::AdminContext;
use doorward_domain::model::{Client, SecretUse, SecretUses};
use doorward_domain::rules::client_secret;
use doorward_domain::secret::OpaqueToken;
use doorward_domain::time::UnixSeconds;
use doorward_http::page::PageError;
use doorward_http::page_support::text;
use doorward_protocol::params::Params;
use doorward_templates::ErrorKind;
use doorward_templates::console::{
    Choice, ConfigurationPart, EntryField, Fact, FieldKind, Link, NewSecret, Section, State, Table,
    Tone, Value,
};

use crate::apps::pages;
use crate::console::Console;
use crate::routes::app;
use crate::ui::action::Action;
use crate::ui::once::{self, Created};

const DAY: i64 = 24 * 60 * 60;
/// The heading above a new secret.
const MADE: &str = "console-secret-made";
/// The name of the field.
const KEEP: &str = "keep_old";
/// The choice that the form suggests: an app can be reconfigured without an interruption.
const SUGGESTED: &str = "7d";

/// The times for which the old secret is accepted, in seconds.
const OVERLAPS: [(&str, &str, Option<i64>); 4] = [
    ("no", "console-keep-no", None),
    ("1d", "console-for-1-day", Some(DAY)),
    (
        SUGGESTED,
        "console-for-7-days",
        Some(client_secret::OVERLAP_DEFAULT),
    ),
    ("30d", "console-for-30-days", Some(30 * DAY)),
];

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
    let columns = [
        "console-secret",
        "console-created",
        "console-expires",
        "console-last-use",
        "console-uses",
        "console-state",
    ];
    let mut columns: Vec<String> = columns.map(|key| console.t(key)).into();
    let state = |tone, key| Value::States(vec![State::new(tone, console.t(key))]);
    let good = state(Tone::Good, "console-active");
    let mut rows = vec![vec![
        Value::Text(console.t("console-secret-current")),
        moment(console, client.secret_made_at, "console-unknown"),
        Value::Text(console.t("console-for-ever")),
        moment(console, uses.current.at, "console-never"),
        count_and_address(uses.current),
        good.clone(),
    ]];
    if let Some(former) = client.live_former_secret(console.now()) {
        let state = if client_secret::can_end_former(client, uses, console.now()) {
            state(Tone::Warn, "console-secret-unused")
        } else {
            good
        };
        rows.push(vec![
            Value::Text(console.t("console-secret-former")),
            moment(console, former.made_at, "console-unknown"),
            Value::Moment(former.ends_at),
            moment(console, uses.former.at, "console-never"),
            count_and_address(uses.former),
            state,
        ]);
        if may_change {
            let link = Link::new(
                format!("{}/end-secret", app(&client.id)),
                console.t("console-secret-end"),
            );
            let label = console.t("console-app-end-secret");
            columns.push(console.t("console-action"));
            rows[0].push(Value::Text(String::new()));
            rows[1].push(Value::Action(link, label));
        }
    }
    Some(Table {
        caption: console.t("console-secrets"),
        columns,
        rows,
        empty: String::new(),
    })
}

/// Returns the number of uses, and below it the address of the last one.
fn count_and_address(used: SecretUse) -> Value {
    let address = used.from.map(|ip| ip.to_string());
    Value::Codes(
        [used.count.to_string()]
            .into_iter()
            .chain(address)
            .collect(),
    )
}

fn moment(console: &Console<'_>, at: Option<UnixSeconds>, key: &str) -> Value {
    at.map_or_else(|| Value::Text(console.t(key)), Value::Moment)
}

/// Returns the choice how long the old secret is kept, as typed; none if it cannot be kept.
pub(crate) fn choice(
    console: &Console<'_>,
    client: &Client,
    typed: &Params,
) -> Result<Option<EntryField>, PageError> {
    if !client_secret::can_overlap(client, console.now()) {
        return Ok(None);
    }
    let choices = OVERLAPS.iter().map(|(value, key, _)| Choice {
        value: (*value).to_owned(),
        text: console.t(key),
    });
    let value = match text(typed, KEEP)? {
        "" => SUGGESTED,
        value => value,
    };
    Ok(Some(EntryField {
        id: KEEP,
        label: console.t("console-keep-old"),
        hint: String::new(),
        value: value.to_owned(),
        kind: FieldKind::Select(choices.collect()),
        required: true,
        error: None,
    }))
}

/// Returns the time until which the form keeps the old secret.
fn keep_until(console: &Console<'_>, form: &Params) -> Result<Option<UnixSeconds>, PageError> {
    let chosen = match text(form, KEEP)? {
        // The form had no choice.
        "" => return Ok(None),
        value => OVERLAPS.iter().find(|(name, ..)| *name == value),
    };
    let (_, _, seconds) = chosen.ok_or(ErrorKind::BadRequest)?;
    Ok(seconds.map(|seconds| console.now() + seconds))
}

/// Makes a new secret and shows it.
pub(crate) async fn make(
    console: &Console<'_>,
    form: &Params,
    client: &Client,
    question: Action,
) -> Result<HttpResponse, PageError> {
    let keep_until = keep_until(console, form)?;
    let rotated = once::create(console, form, async |context: AdminContext<'_>| {
        clients::rotate_secret(&context, &client.id, keep_until).await
    });
    let rotated = rotated.await;
    match console.change(rotated).await? {
        Ok(Created::Now(secret)) => Ok(show(console, MADE, client, Some(&secret), None)),
        Ok(Created::Before(stored)) => Ok(once::repeat(console, &app(&client.id), &stored)),
        Err(failure) => Ok(question.fail(console, failure)),
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
    let view = NewSecret {
        frame: console.frame(Section::Apps, false),
        heading: console.t(heading),
        facts: vec![
            Fact::new(console.t("console-name"), Value::Name(client.name.clone())),
            Fact::new(
                console.t("console-made-id"),
                Value::Copy(client.id.to_string()),
            ),
            Fact::new(console.t("console-discovery"), Value::Copy(discovery)),
        ],
        secret_label: console.t("console-made-secret"),
        done: Link::new(app(&client.id), console.t("console-secret-saved")),
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
