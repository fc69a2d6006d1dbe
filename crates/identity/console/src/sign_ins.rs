//! `/admin/sign-ins` and `/admin/sign-ins/{id}`: sign-in attempts, and the case of one attempt with
//! its reason and what helps.

mod text;

use std::collections::BTreeMap;

use doorward_admin::attempts::{self, AttemptQuery, FoundAttempt};
use doorward_admin::{clients, exports, providers};
use doorward_domain::model::{AttemptOutcome, SignInAttempt, SignInAttemptId};
use doorward_store::repo::attempts::AttemptFilter;
use doorward_templates::console::CopyText;

use crate::apps;
use crate::audit;
use crate::people;
use crate::people::actions::UserAction;
use crate::people::support_code;
use crate::sign_ins::text::{Suggestion, outcome_key, reason_key, step_key, suggestion};
use doorward_console_ui::prelude::*;

pub(crate) fn cursor(console: &Console<'_>) -> Result<Cursor, Stop> {
    Cursor::read(console, &["q", "client", "outcome"])
}

pub(crate) fn query(cursor: &Cursor) -> Result<AttemptQuery, Stop> {
    let present = |name| Some(cursor.filter(name)).filter(|text| !text.is_empty());
    let outcome =
        present("outcome").map(|text| AttemptOutcome::parse(text).ok_or(ErrorKind::BadRequest));
    Ok(AttemptQuery {
        about: present("q").map(str::to_owned),
        client_id: present("client").map(str::to_owned),
        outcome: outcome.transpose()?,
        ..AttemptQuery::default()
    })
}

pub(crate) async fn list(console: &Console<'_>) -> Answer {
    let cursor = cursor(console)?;
    let query = query(&cursor)?;
    let before = cursor.after_id(SignInAttemptId::parse)?;
    let mut found = attempts::list(&console.context(), &query, before, ROWS).await?;
    let pager = cursor.cut(console, &mut found, |(attempt, _)| attempt.id.to_string());
    let names = names(console, &found).await?;
    let link = support_code::link(console, cursor.filter("q"));
    let mut actions: Vec<Link> = link.into_iter().collect();
    if query.client_id.is_some() {
        let kept = ["q", "outcome"].map(|name| (name, cursor.filter(name)));
        actions.push(console.link(filtered(SIGN_INS, kept), "console-all-apps"));
    }
    actions.extend(filter_bar::files(console, &cursor, SIGN_INS));
    console.show(&List {
        lead: console.t("console-sign-ins-text"),
        actions,
        search: Some(search(console, &cursor)),
        table: table(console, &found, Some(&names)),
        pager,
        ..console.list(Section::SignIns, "console-sign-ins")
    })
}

fn search(console: &Console<'_>, cursor: &Cursor) -> Search {
    let (typed, client, chosen) = (
        cursor.filter("q"),
        cursor.filter("client"),
        cursor.filter("outcome"),
    );
    let preset = |outcome: &str, key| {
        let path = filtered(
            SIGN_INS,
            [("q", typed), ("client", client), ("outcome", outcome)],
        );
        (console.link(path, key), outcome == chosen)
    };
    let outcomes = AttemptOutcome::ALL.iter();
    let outcomes = outcomes.map(|outcome| preset(outcome.as_str(), outcome_key(*outcome)));
    let kept = [("client", client), ("outcome", chosen)].into_iter();
    Search {
        action: SIGN_INS.to_owned(),
        label: console.t("console-find-attempt"),
        name: "q",
        value: typed.to_owned(),
        presets: std::iter::once(preset("", "console-all-time"))
            .chain(outcomes)
            .collect(),
        kept: kept
            .filter(|(_, value)| !value.is_empty())
            .map(|(name, value)| (name, value.to_owned()))
            .collect(),
    }
}

const COLUMNS: &[Column<FoundAttempt>] = &[
    Column::File("id", |_, (attempt, _)| json!(attempt.id.to_string())),
    Column::Page("console-event", |console, (attempt, _)| {
        link(console, attempt)
    }),
    Column::Page("console-when", |console, (attempt, _)| {
        console.recent(attempt.at)
    }),
    Column::File("at", |file, (attempt, _)| file.time(attempt.at)),
    Column::Page("console-who", |console, (attempt, user)| {
        who(console, attempt, &people::names_of(user))
    }),
    Column::File("outcome", |_, (attempt, _)| json!(attempt.outcome.as_str())),
    Column::File("step", |_, (attempt, _)| json!(attempt.step.as_str())),
    Column::File("rule", |_, (attempt, _)| json!(attempt.rule)),
    Column::File("reason", |_, (attempt, _)| json!(attempt.reason)),
    Column::File("user_id", |_, (attempt, _)| {
        json!(attempt.user_id.map(|id| id.to_string()))
    }),
    Column::File("name", |_, (_, user)| {
        json!(user.as_ref().map(User::display_name))
    }),
    Column::File("client_id", |_, (attempt, _)| json!(attempt.client_id)),
    Column::File("address", |_, (attempt, _)| json!(attempt.address)),
    Column::File("request_id", |_, (attempt, _)| json!(attempt.request_id)),
    Column::File("detail", |_, (attempt, _)| json!(attempt.detail)),
];
/// The heading of the client. Attempts at the same one have no such column.
const APP: &str = "console-app";

/// Returns the names of the clients of these attempts.
async fn names(console: &Console<'_>, found: &[FoundAttempt]) -> Result<Names, Stop> {
    let clients = found
        .iter()
        .filter_map(|(attempt, _)| attempt.client_id.as_deref());
    Names::of_clients(console, BTreeMap::new(), clients).await
}

/// Returns the table of these attempts, with their clients if names are given.
pub(crate) fn table(console: &Console<'_>, found: &[FoundAttempt], names: Option<&Names>) -> Table {
    let app = |(attempt, _): &FoundAttempt| match (names, &attempt.client_id) {
        (Some(names), Some(id)) => names.client(console, id),
        _ => console.text("console-none"),
    };
    let table = console
        .table_of("console-sign-ins", found, "console-no-match")
        .columns(COLUMNS)
        .column_if(names.is_some(), APP, app)
        .column("console-outcome", |(attempt, _)| {
            Value::States(vec![state(console, attempt)])
        })
        .table();
    list::sorted(console, ("console-when", list::DESCENDING), table)
}

fn who(console: &Console<'_>, attempt: &SignInAttempt, names: &BTreeMap<UserId, String>) -> Value {
    match attempt.user_id {
        Some(id) => names::link(names, id),
        None => console.text("console-unknown"),
    }
}

pub(crate) fn link(console: &Console<'_>, attempt: &SignInAttempt) -> Value {
    let path = format!("{SIGN_INS}/{}", attempt.id);
    Value::Link(Link::new(path, reason(console, attempt)))
}

/// Returns the reason in the language of the page. Reasons about parameters of a request are for the
/// developer of the app, and always in English.
fn reason(console: &Console<'_>, attempt: &SignInAttempt) -> String {
    match reason_key(attempt) {
        Some(key) => console.t(key),
        None => sentence(&attempt.reason),
    }
}

/// Returns the text with a capital at its beginning, unless its first word is a name on the wire.
pub(crate) fn sentence(text: &str) -> String {
    let word = text.split_whitespace().next().unwrap_or_default();
    let is_word = word.len() > 1 && word.bytes().all(|byte| byte.is_ascii_lowercase());
    let mut letters = text.chars();
    match letters.next().filter(|_| is_word) {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => text.to_owned(),
    }
}

fn state(console: &Console<'_>, attempt: &SignInAttempt) -> State {
    let tone = match attempt.outcome {
        AttemptOutcome::Succeeded => Tone::Good,
        AttemptOutcome::Failed | AttemptOutcome::Rejected => Tone::Warn,
        AttemptOutcome::Abandoned => Tone::Plain,
    };
    console.state(tone, outcome_key(attempt.outcome))
}

/// Returns the link to the client of an attempt, or its ID for an administrator who may not open it.
fn app(console: &Console<'_>, attempt: &SignInAttempt, client: Option<&Client>) -> Value {
    match &attempt.client_id {
        Some(id) => console.client(id, client.map(|client| client.name.as_str())),
        None => console.text("console-none"),
    }
}

pub(crate) async fn show(console: &Console<'_>) -> Answer {
    let (attempt, user) = attempts::get(&console.context(), &parameter(console.page, "id")).await?;
    let related = Related::read(console, &attempt, user.as_ref()).await?;
    let facts = facts(console, &attempt, &related);
    console.show(&Detail {
        state: Some(state(console, &attempt)),
        copy: Some(CopyText {
            title: console.t("console-copy-text"),
            text: plain_text(console, &attempt, &facts),
        }),
        facts,
        actions: actions(console, &attempt, &related),
        ..console.object(Section::SignIns, reason(console, &attempt))
    })
}

/// The help after an attempt, and the objects of the attempt that exist and that the administrator
/// may read.
struct Related {
    suggestion: Option<Suggestion>,
    names: BTreeMap<UserId, String>,
    client: Option<Client>,
    /// The identity provider, if its settings help.
    provider: Option<Provider>,
}

impl Related {
    async fn read(
        console: &Console<'_>,
        attempt: &SignInAttempt,
        user: Option<&User>,
    ) -> Result<Self, Stop> {
        let context = console.context();
        let client = match client_of(attempt) {
            Some(id) => Console::read_optional(clients::get(&context, &id).await)?,
            None => None,
        };
        let suggestion = current_suggestion(console, attempt).await?;
        let id = detail(attempt, "provider").filter(|_| suggestion == Some(Suggestion::Provider));
        let provider = match id {
            Some(id) => Console::read_optional(providers::get(&context, id).await)?,
            None => None,
        };
        Ok(Self {
            suggestion,
            names: people::names_of(user),
            client,
            provider,
        })
    }
}

fn client_of(attempt: &SignInAttempt) -> Option<ClientId> {
    attempt.client_id.as_deref().and_then(ClientId::parse)
}

fn detail<'a>(attempt: &'a SignInAttempt, name: &str) -> Option<&'a str> {
    attempt.detail.get(name).and_then(|value| value.as_str())
}

fn plain_text(console: &Console<'_>, attempt: &SignInAttempt, facts: &[Fact]) -> String {
    let line = |fact: &Fact| {
        let text = match &fact.value {
            Value::Text(text) | Value::Name(text) | Value::Code(text) | Value::Copy(text) => {
                text.clone()
            }
            Value::Link(link) => link.text.clone(),
            Value::Moment(at) => console.layout.moment(at).utc,
            _ => return None,
        };
        Some(format!("{}: {text}", fact.label))
    };
    let mut lines = vec![reason(console, attempt), state(console, attempt).text];
    lines.extend(facts.iter().filter_map(line));
    lines.join("\n")
}

fn facts(console: &Console<'_>, attempt: &SignInAttempt, related: &Related) -> Vec<Fact> {
    let (names, client) = (&related.names, related.client.as_ref());
    let mut facts = vec![
        console.fact("console-when", Value::Moment(attempt.at)),
        console.fact("console-step", console.text(step_key(attempt.step))),
        console.fact("console-rule", Value::Code(attempt.rule.clone())),
        console.fact("console-who", who(console, attempt, names)),
        console.fact("console-app", app(console, attempt, client)),
    ];
    let detail = |name| detail(attempt, name);
    let codes = [
        ("console-expected", detail("expected")),
        ("console-received", detail("received")),
        ("console-cause", detail("cause")),
        ("console-provider", detail("provider")),
        ("console-decision", detail("decision_id")),
        ("console-request", attempt.request_id.as_deref()),
        ("console-address", attempt.address.as_deref()),
    ];
    let code =
        |(key, text): (_, Option<&str>)| (key, text.map(|text| Value::Code(text.to_owned())));
    facts.extend(console.known_facts(codes.map(code)));
    facts.push(console.fact("console-id", Value::Copy(attempt.id.to_string())));
    facts
}

/// Returns the help for now. After the end of a lockout, only another password does.
async fn current_suggestion(
    console: &Console<'_>,
    attempt: &SignInAttempt,
) -> Result<Option<Suggestion>, Stop> {
    let found = suggestion(attempt);
    let is_lockout = found == Some(Suggestion::User(UserAction::Unlock));
    let Some(user) = attempt.user_id.filter(|_| is_lockout) else {
        return Ok(found);
    };
    Ok(match people::locked_until(console, user).await? {
        Some(_) => found,
        None => Some(Suggestion::User(UserAction::ResetPassword)),
    })
}

fn actions(console: &Console<'_>, attempt: &SignInAttempt, related: &Related) -> Vec<Link> {
    // A deleted user and one out of reach have no name here.
    let user = attempt.user_id.filter(|id| related.names.contains_key(id));
    let client = related.client.as_ref();
    let help = related.suggestion.and_then(|suggestion| match suggestion {
        Suggestion::User(action) => {
            let may_change = console.may_globally(action.permission());
            let id = user.filter(|id| may_change && !console.is(&id.to_string()))?;
            Some(action.link(console, id))
        }
        Suggestion::Provider => provider_link(console, related.provider.as_ref()),
        suggestion => Some(client_link(console, client?, suggestion)),
    });
    let test = user.and_then(|user| {
        let test = apps::pages::test(console, client?)?;
        let path = filtered(&test.href, [("user", user.to_string().as_str())]);
        Some(console.link(path, "console-test-now"))
    });
    let mut links: Vec<Link> = help.into_iter().chain(test).collect();
    if let Some(id) = attempt.user_id {
        let path = routes::of_user(SIGN_INS, id);
        links.push(console.link(path, "console-same-user"));
    }
    if let Some(id) = client_of(attempt) {
        links.push(console.link(routes::sign_ins_of(&id), "console-same-app"));
    }
    links
}

fn client_link(console: &Console<'_>, client: &Client, suggestion: Suggestion) -> Link {
    let (below, key) = match suggestion {
        _ if !console.may_globally("clients:write") => ("", "console-open-app"),
        _ if !client.is_active() => ("/enable", "console-app-enable"),
        Suggestion::AppSettings => ("/edit/sign-in", "console-app-settings"),
        Suggestion::AppSecret => ("/new-secret", "console-app-secret"),
        _ => ("", "console-open-app"),
    };
    console.link(format!("{}{below}", routes::app(&client.id)), key)
}

fn provider_link(console: &Console<'_>, provider: Option<&Provider>) -> Option<Link> {
    let link = match provider {
        Some(provider) => {
            let path = routes::provider(&provider.id);
            console.link(path, "console-open-provider")
        }
        None => console.link(PROVIDERS, "console-providers"),
    };
    console.may_globally("providers:read").then_some(link)
}

pub(crate) struct Attempts(AttemptFilter);

impl FileList for Attempts {
    type Row = FoundAttempt;

    const SECTION: Section = Section::SignIns;
    const ACCESS: Access = audit::READ;
    const COLUMNS: &'static [Column<FoundAttempt>] = COLUMNS;

    async fn open(console: &Console<'_>) -> Result<Self, Stop> {
        let cursor = cursor(console)?;
        let query = query(&cursor)?;
        let filter = attempts::filter(&console.context(), &query).await;
        Ok(Self(filter?))
    }

    async fn record(&self, context: &AdminContext<'_>) -> Result<(), AdminError> {
        exports::record_attempts(context, &self.0).await
    }

    async fn read(&self, context: &AdminContext<'_>, after: Option<&str>) -> Rows<FoundAttempt> {
        let before = after.and_then(SignInAttemptId::parse);
        let found = attempts::page(context, &self.0, before, list_file::ROWS).await?;
        Ok(list_file::found(found, |(attempt, _)| {
            attempt.id.to_string()
        }))
    }
}
