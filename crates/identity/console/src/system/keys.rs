//! `/admin/keys`: signing keys.

use doorward_admin::keys::{self, KeyState, Retirement};
use doorward_domain::keys::KeyRecord;
use doorward_protocol::signing_alg::SigningAlg;

use doorward_console_ui::prelude::*;

pub(crate) const HOME: &str = "/admin/keys";
pub(crate) const WRITE: Access = Access::Global("keys:write");
const SIGNED_UNTIL: &str = "console-signed-until";
const ROTATE: Messages = Messages {
    question: "console-key-rotate-question",
    text: "console-key-rotate-text",
    submit: "console-key-rotate-submit",
    done: "console-key-rotated",
};

async fn all(console: &Console<'_>) -> Result<Vec<(KeyRecord, KeyState)>, Stop> {
    let policy = console.page.context.issuing.keys.policy();
    Ok(keys::list(&console.context(), policy).await?)
}

pub(crate) async fn list(console: &Console<'_>) -> Answer {
    let found = all(console).await?;
    let may_change = console.has(WRITE);
    let offered = console.page.context.core.config.keys.algorithms.iter();
    let rotate = |alg: &SigningAlg| {
        let layout = &console.layout;
        let text = layout.t_with("console-key-rotate", "algorithm", alg.as_str());
        Link::new(format!("{HOME}/rotate/{}", alg.as_str()), text)
    };
    let actions = offered.filter(|_| may_change).map(rotate).collect();
    let done = KeyAction::ALL.map(|action| action.messages().done);
    console.show(&List {
        lead: console.t("console-keys-text"),
        notice: console.notice(&[&done[..], &[ROTATE.done]].concat())?,
        actions,
        table: table(console, &found, may_change),
        ..console.list(Section::Keys, "console-keys")
    })
}

fn last_token_end(console: &Console<'_>, key: &KeyRecord) -> Option<UnixSeconds> {
    let policy = console.page.context.issuing.keys.policy();
    policy.last_token_end(key)
}

fn table(console: &Console<'_>, found: &[(KeyRecord, KeyState)], may_change: bool) -> Table {
    let state = |(_, state): &(KeyRecord, KeyState)| match state {
        KeyState::Signing => console.state_value(Tone::Good, "console-key-signing"),
        KeyState::Waiting => console.state_value(Tone::Plain, "console-key-waiting"),
        KeyState::Retired => console.state_value(Tone::Plain, "console-key-retired"),
        KeyState::Gone => console.state_value(Tone::Plain, "console-key-gone"),
    };
    let action = |(key, state): &(KeyRecord, KeyState)| {
        let mut all = KeyAction::ALL.into_iter();
        match all.find(|action| action.applies_to(key, *state)) {
            Some(action) => {
                let path = format!("{HOME}/{}/{}", encode(&key.kid), action.as_str());
                console.action(path, action.messages().submit, &key.kid)
            }
            None => console.text("console-none"),
        }
    };
    let table = console
        .table_of("console-keys", found, "console-none")
        .column("console-id", |(key, _)| Value::Code(key.kid.clone()))
        .column("console-algorithm", |(key, _)| {
            Value::Code(key.algorithm.as_str().to_owned())
        })
        .column("console-state", state)
        .column("console-signs-from", |(key, _)| {
            Value::Moment(key.active_at)
        })
        .column("console-retired-at", |(key, _)| {
            console.moment(key.retired_at, "console-not-yet")
        })
        .column(SIGNED_UNTIL, |(key, _)| {
            console.moment(last_token_end(console, key), "console-for-ever")
        })
        .column_if(may_change, "console-action", action)
        .table();
    list::sorted(console, ("console-signs-from", list::DESCENDING), table)
}

doorward_protocol::words! {
    pub(crate) enum KeyAction {
        Retire = "retire",
        Withdraw = "withdraw",
    }
}

impl KeyAction {
    /// Returns true if the list offers the action for the key. A key is first retired.
    fn applies_to(self, key: &KeyRecord, state: KeyState) -> bool {
        match self {
            Self::Retire => key.retired_at.is_none() && state != KeyState::Gone,
            Self::Withdraw => state == KeyState::Retired,
        }
    }

    const fn messages(self) -> Messages {
        Messages::new(match self {
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
        })
    }

    const fn how(self) -> Retirement {
        match self {
            Self::Retire => Retirement::Published,
            Self::Withdraw => Retirement::Withdrawn,
        }
    }
}

pub(crate) async fn rotate(visit: &Visit<'_>) -> Answer {
    let alg = visit.id("algorithm", SigningAlg::parse)?;
    let question = Question::new(Section::Keys, ROTATE, alg.as_str(), HOME).ask(visit)?;
    let ring = &visit.console.page.context.issuing.keys;
    let rotated = keys::rotate(&visit.context(), ring, alg).await;
    question.finish(visit, rotated).await
}

pub(crate) async fn end(visit: &Visit<'_>) -> Answer {
    let console = &visit.console;
    let kid = parameter(console.page, "id");
    let found = all(console).await?;
    let known = found.iter().find(|(key, _)| key.kid == kid);
    let (key, state) = known.ok_or(ErrorKind::NotFound)?;
    let action = visit.action(&KeyAction::ALL, KeyAction::as_str)?;
    if !action.applies_to(key, *state) {
        return Err(ErrorKind::NotFound.into());
    }
    let is_withdrawal = action == KeyAction::Withdraw;
    let end = last_token_end(console, key).filter(|_| is_withdrawal);
    let end = end.map(|at| console.fact(SIGNED_UNTIL, Value::Moment(at)));
    let question = Question {
        typed: is_withdrawal.then(|| kid.clone()),
        is_risky: is_withdrawal,
        facts: end.into_iter().collect(),
        ..Question::new(Section::Keys, action.messages(), kid.as_str(), HOME)
    };
    let question = question.ask(visit)?;
    let ring = Some(&console.page.context.issuing.keys);
    let ended = keys::retire(&visit.context(), ring, &kid, action.how()).await;
    question.finish(visit, ended).await
}
