//! The impact of a change of a client, as numbers below the question.

use doorward_admin::clients::{self, Impact};
use doorward_console_ui::prelude::*;

const MAX: u64 = 1_000;
/// Seconds from which a time is shown in minutes.
const MINUTES: i64 = 120;

pub(crate) async fn of_end(console: &Console<'_>, client: &Client) -> Result<Vec<Fact>, Stop> {
    let after = Client {
        disabled_at: Some(console.now()),
        ..client.clone()
    };
    let server = &console.page.context;
    let impact = clients::impact(&console.context(), server, client, &after).await;
    Ok(facts(console, &impact?))
}

pub(crate) fn facts(console: &Console<'_>, impact: &Impact) -> Vec<Fact> {
    let (reach, is_capped) = (&impact.reach, impact.reach.is_capped());
    let fact = |key, count| console.number(key, &number(count, is_capped));
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

fn number(count: u64, is_capped: bool) -> String {
    let sign = if is_capped { "+" } else { "" };
    if count >= MAX {
        format!("1,000{sign}")
    } else {
        format!("{count}{sign}")
    }
}

#[cfg(test)]
mod tests {
    use super::number;

    #[test]
    fn capped_numbers_are_lower_limits() {
        for (count, is_capped, text) in [
            (0, false, "0"),
            (1_000, false, "1,000"),
            (1_001, true, "1,000+"),
            (3, true, "3+"),
        ] {
            assert_eq!(number(count, is_capped), text);
        }
    }
}
