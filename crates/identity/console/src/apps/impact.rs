//! The impact of a change of a client, as numbers below the question.

use doorward_admin::clients::{self, Impact};
use doorward_console_ui::prelude::*;
use doorward_i18n::Lang;

/// The largest number that is shown.
const MAX: i64 = 1_000;
/// Seconds from which a time is shown in minutes.
const MINUTES: i64 = 120;

pub(crate) async fn of_end(console: &Console<'_>, client: &Client) -> Result<Vec<Fact>, Stop> {
    let after = Client {
        disabled_at: Some(console.now()),
        ..client.clone()
    };
    let impact = clients::impact(&console.context(), client, &after).await;
    Ok(facts(console, &impact?))
}

pub(crate) fn facts(console: &Console<'_>, impact: &Impact) -> Vec<Fact> {
    let (reach, is_capped) = (&impact.reach, impact.reach.is_capped());
    let fact = |key, count| console.number(key, &number(console.layout.lang, count, is_capped));
    let seconds = impact.seconds;
    let layout = &console.layout;
    let delay = if seconds < MINUTES {
        layout.t_plural("console-impact-seconds", "count", seconds)
    } else {
        let minutes = (seconds + 59) / 60;
        layout.t_plural("console-impact-minutes", "count", minutes)
    };
    vec![
        fact("console-impact-users", reach.users),
        fact("console-impact-sessions", reach.sessions),
        fact("console-impact-grants", reach.grants),
        fact("console-impact-refresh", reach.refresh_tokens),
        console.number("console-impact-delay", &delay),
    ]
}

/// Returns the text of a number, which is a lower limit if it is capped.
fn number(lang: Lang, count: u64, is_capped: bool) -> String {
    match i64::try_from(count) {
        Ok(number) if number <= MAX => {
            let sign = if is_capped { "+" } else { "" };
            format!("{}{sign}", lang.number(number))
        }
        _ => lang.text("console-many"),
    }
}

#[cfg(test)]
mod tests;
