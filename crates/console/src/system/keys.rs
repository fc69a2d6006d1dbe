//! `/admin/keys`: signing keys.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Payload, ServiceConfig};
use doorward_admin::keys::{self, KeyState, Retirement};
use doorward_domain::keys::KeyRecord;
use doorward_domain::time::UnixSeconds;
use doorward_http::page::{Page, PageError};
use doorward_protocol::signing_alg::SigningAlg;
use doorward_templates::ErrorKind;
use doorward_templates::console::{Fact, Link, List, Section, State, Table, Tone, Value};

use crate::console::Console;
use crate::routes::{self, encode, parameter};
use crate::ui::action::{Action, Messages};

const HOME: &str = "/admin/keys";
const ROTATED: &str = "console-key-rotated";
const SIGNED_UNTIL: &str = "console-signed-until";

/// Registers the pages.
pub(crate) fn configure(config: &mut ServiceConfig) {
    config
        .service(routes::page(HOME, list))
        .service(routes::form("/admin/keys/rotate/{algorithm}", ask, rotate))
        .service(routes::form("/admin/keys/{id}/{action}", ask_end, end));
}

async fn all(console: &Console<'_>) -> Result<Vec<(KeyRecord, KeyState)>, PageError> {
    let policy = console.page.context.issuing.keys.policy();
    Console::read(keys::list(&console.context(), policy).await)
}

async fn list(page: &Page) -> Result<HttpResponse, PageError> {
    let console = Console::open(page).await?;
    let found = all(&console).await?;
    let may_change = console.may_globally("keys:write");
    let mut columns = vec![
        console.t("console-id"),
        console.t("console-algorithm"),
        console.t("console-state"),
        console.t("console-signs-from"),
        console.t("console-retired-at"),
        console.t(SIGNED_UNTIL),
    ];
    if may_change {
        columns.push(console.t("console-action"));
    }
    let rows = found
        .iter()
        .map(|(key, state)| row(&console, key, *state, may_change));
    let rows = rows.collect();
    let offered = console.page.context.core.config.keys.algorithms.iter();
    let rotate = |alg: &SigningAlg| {
        let text = console
            .layout
            .t_with("console-key-rotate", "algorithm", alg.as_str());
        Link::new(format!("{HOME}/rotate/{}", alg.as_str()), text)
    };
    let actions = offered.filter(|_| may_change).map(rotate).collect();
    let done = KeyAction::ALL.map(|action| action.messages().done);
    let view = List {
        lead: console.t("console-keys-text"),
        notice: console.notice(&[&done[..], &[ROTATED]].concat())?,
        actions,
        table: Table {
            caption: console.t("console-keys"),
            columns,
            rows,
            empty: console.t("console-none"),
        },
        ..console.list(Section::Keys, "console-keys")
    };
    Ok(page.html(StatusCode::OK, &view))
}

/// Returns the time from which the withdrawal of a retired key affects no token.
fn last_token_end(console: &Console<'_>, key: &KeyRecord) -> Option<UnixSeconds> {
    let policy = console.page.context.issuing.keys.policy();
    policy.last_token_end(key)
}

fn row(console: &Console<'_>, key: &KeyRecord, state: KeyState, may_change: bool) -> Vec<Value> {
    let (tone, text) = match state {
        KeyState::Signing => (Tone::Good, "console-key-signing"),
        KeyState::Waiting => (Tone::Plain, "console-key-waiting"),
        KeyState::Retired => (Tone::Plain, "console-key-retired"),
        KeyState::Gone => (Tone::Plain, "console-key-gone"),
    };
    let moment = |at: Option<UnixSeconds>, none: &str| match at {
        Some(at) => Value::Moment(at),
        None => Value::Text(console.t(none)),
    };
    let mut row = vec![
        Value::Code(key.kid.clone()),
        Value::Code(key.algorithm.as_str().to_owned()),
        Value::States(vec![State::new(tone, console.t(text))]),
        Value::Moment(key.active_at),
        moment(key.retired_at, "console-not-yet"),
        moment(last_token_end(console, key), "console-for-ever"),
    ];
    if may_change {
        let action = KeyAction::ALL
            .into_iter()
            .find(|action| action.applies_to(key, state));
        row.push(match action {
            Some(action) => {
                let text = console.t(action.messages().submit);
                let label = format!("{text}: {}", key.kid);
                let path = format!("{HOME}/{}/{}", encode(&key.kid), action.as_str());
                Value::Action(Link::new(path, text), label)
            }
            None => Value::Text(console.t("console-none")),
        });
    }
    row
}

/// The end of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum KeyAction {
    Retire,
    Withdraw,
}

impl KeyAction {
    const ALL: [Self; 2] = [Self::Retire, Self::Withdraw];

    const fn as_str(self) -> &'static str {
        match self {
            Self::Retire => "retire",
            Self::Withdraw => "withdraw",
        }
    }

    /// Returns true if the list offers the action for the key. A key is first retired.
    fn applies_to(self, key: &KeyRecord, state: KeyState) -> bool {
        match self {
            Self::Retire => key.retired_at.is_none() && state != KeyState::Gone,
            Self::Withdraw => state == KeyState::Retired,
        }
    }

    const fn messages(self) -> Messages {
        let [question, text, submit, done] = match self {
            Self::Retire => [
                "console-key-retire-question",
                "console-key-retire-text",
                "console-key-retire",
                "console-key-retire-done",
            ],
            Self::Withdraw => [
                "console-key-withdraw-question",
                "console-key-withdraw-text",
                "console-key-withdraw",
                "console-key-withdraw-done",
            ],
        };
        Messages {
            question,
            text,
            submit,
            done,
        }
    }

    const fn how(self) -> Retirement {
        match self {
            Self::Retire => Retirement::Published,
            Self::Withdraw => Retirement::Withdrawn,
        }
    }
}

/// Returns the algorithm that the path names, with the question.
fn rotation(page: &Page) -> Result<(SigningAlg, Action), PageError> {
    let alg = SigningAlg::parse(&parameter(page, "algorithm")).ok_or(ErrorKind::NotFound)?;
    let action = Action {
        section: Section::Keys,
        messages: Messages {
            question: "console-key-rotate-question",
            text: "console-key-rotate-text",
            submit: "console-key-rotate-submit",
            done: ROTATED,
        },
        object: alg.as_str().to_owned(),
        choice: None,
        reason: None,
        typed: None,
        version: None,
        is_risky: false,
        back: HOME.to_owned(),
    };
    Ok((alg, action))
}

async fn ask(page: &Page) -> Result<HttpResponse, PageError> {
    let console = Console::open_global(page, "keys:write").await?;
    let (_, question) = rotation(page)?;
    let console = console.require_fresh()?;
    Ok(question.ask(&console))
}

async fn rotate(page: &Page, payload: Payload) -> Result<HttpResponse, PageError> {
    page.form(payload).await?;
    let console = Console::open_for_change(page).await?;
    let (alg, question) = rotation(page)?;
    let ring = &page.context.issuing.keys;
    let rotated = keys::rotate(&console.context(), ring, alg).await;
    let rotated = console.change(rotated).await?;
    Ok(question.finish(&console, rotated, HOME))
}

/// Returns the key and the action that the path names, with the question and its facts.
async fn ending(
    console: &Console<'_>,
) -> Result<(String, KeyAction, Action, Vec<Fact>), PageError> {
    let (kid, name) = (
        parameter(console.page, "id"),
        parameter(console.page, "action"),
    );
    let found = all(console).await?;
    let known = found.iter().find(|(key, _)| key.kid == kid);
    let (key, state) = known.ok_or(ErrorKind::NotFound)?;
    let mut actions = KeyAction::ALL.into_iter();
    let action = actions.find(|action| action.as_str() == name && action.applies_to(key, *state));
    let action = action.ok_or(ErrorKind::NotFound)?;
    let question = Action {
        section: Section::Keys,
        messages: action.messages(),
        object: kid.clone(),
        choice: None,
        reason: None,
        typed: (action == KeyAction::Withdraw).then(|| kid.clone()),
        version: None,
        is_risky: action == KeyAction::Withdraw,
        back: HOME.to_owned(),
    };
    let end = last_token_end(console, key).filter(|_| action == KeyAction::Withdraw);
    let facts = end.map(|at| Fact::new(console.t(SIGNED_UNTIL), Value::Moment(at)));
    Ok((kid, action, question, facts.into_iter().collect()))
}

async fn ask_end(page: &Page) -> Result<HttpResponse, PageError> {
    let console = Console::open_global(page, "keys:write").await?;
    let (.., question, facts) = ending(&console).await?;
    let console = console.require_fresh()?;
    Ok(question.ask_with(&console, facts))
}

async fn end(page: &Page, payload: Payload) -> Result<HttpResponse, PageError> {
    let form = page.form(payload).await?;
    let console = Console::open_for_change(page).await?;
    let (kid, action, question, facts) = ending(&console).await?;
    let question = match question.check_with(&console, &form, &facts)? {
        Ok(question) => question,
        Err(again) => return Ok(again),
    };
    let ring = Some(&page.context.issuing.keys);
    let ended = keys::retire(&console.context(), ring, &kid, action.how()).await;
    let ended = console.change(ended).await?;
    Ok(question.finish_with(&console, ended, HOME, facts))
}
