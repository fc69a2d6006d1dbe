//! Plain-text log lines of `doorward dev` for rejected requests of both servers, one for each.

use std::fmt::{self, Write as _};

use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields};
use tracing_subscriber::registry::LookupSpan;

/// The form of commands for a development instance, which work as printed.
#[derive(Debug)]
pub struct DevCommands {
    /// Shell command that runs the program.
    pub program: String,
    /// Option that names the data directory.
    pub option: String,
}

impl DevCommands {
    /// Completes each command `doorward NOUN …` in a text.
    fn complete(&self, text: &str) -> String {
        let mut parts = text.split("doorward ");
        let mut done = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let is_other = |letter: char| !letter.is_ascii_lowercase() && letter != '-';
            let (noun, rest) = part.split_at(part.find(is_other).unwrap_or(part.len()));
            let Self { program, option } = self;
            // Writing to a string does not fail.
            let _ = write!(done, "{program} {noun} {option}{rest}");
        }
        done
    }
}

/// A formatter that writes rejected requests as readable lines.
pub(super) struct Plain(pub DevCommands);

impl<S, N> FormatEvent<S, N> for Plain
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(
        &self,
        _: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let mut line = Line::default();
        event.record(&mut line);
        line.fix = self.0.complete(&line.fix);
        if !line.decision_id.is_empty() {
            let explain = format!("doorward explain {}", line.decision_id);
            line.decision_id = self.0.complete(&explain);
        }
        writeln!(writer, "{line}")
    }
}

#[derive(Debug, Default)]
struct Line {
    endpoint: String,
    client_id: String,
    error: String,
    reason: String,
    expected: String,
    received: String,
    differs_at: String,
    fix: String,
    /// The ID; of a printed line, the command that explains it.
    decision_id: String,
}

impl Visit for Line {
    fn record_str(&mut self, field: &Field, value: &str) {
        let place = match field.name() {
            "endpoint" => &mut self.endpoint,
            "client_id" => &mut self.client_id,
            "error" => &mut self.error,
            "reason" => &mut self.reason,
            "expected" => &mut self.expected,
            "received" => &mut self.received,
            "differs_at" => &mut self.differs_at,
            "fix" => &mut self.fix,
            "decision_id" => &mut self.decision_id,
            _ => return,
        };
        value.clone_into(place);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.record_str(field, &value.to_string());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.record_str(field, &format!("{value:?}"));
    }
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "rejected {}", self.endpoint)?;
        if !self.client_id.is_empty() {
            write!(f, " client={}", self.client_id)?;
        }
        write!(f, " {}: {}", self.error, self.reason)?;
        for (name, value) in [
            ("expected", &self.expected),
            ("received", &self.received),
            ("differs at character", &self.differs_at),
            ("fix:", &self.fix),
            ("more:", &self.decision_id),
        ] {
            if !value.is_empty() {
                f.write_str("; ")?;
                f.write_str(name)?;
                f.write_char(' ')?;
                f.write_str(value)?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn command_names_program_and_data_directory() {
        let commands = DevCommands {
            program: "target/debug/doorward".to_owned(),
            option: "--data-dir .doorward".to_owned(),
        };
        let said = "the application has to send code_challenge";
        for (text, expected) in [
            ("", ""),
            (said, said),
            (
                "doorward explain 0190",
                "target/debug/doorward explain --data-dir .doorward 0190",
            ),
            (
                "doorward client list shows them; doorward client create registers one",
                "target/debug/doorward client --data-dir .doorward list shows them; \
                 target/debug/doorward client --data-dir .doorward create registers one",
            ),
        ] {
            assert_eq!(commands.complete(text), expected);
        }
    }

    #[test]
    fn line_contains_only_known_fields() {
        let mut line = Line {
            endpoint: "/oauth2/authorize".to_owned(),
            client_id: "web".to_owned(),
            error: "invalid_request".to_owned(),
            reason: "code_challenge is missing".to_owned(),
            fix: "doorward client update web --pkce auto".to_owned(),
            ..Line::default()
        };
        assert_eq!(
            line.to_string(),
            "rejected /oauth2/authorize client=web invalid_request: code_challenge is missing; \
             fix: doorward client update web --pkce auto"
        );
        line.client_id.clear();
        line.fix.clear();
        line.decision_id = "doorward explain 0190".to_owned();
        assert_eq!(
            line.to_string(),
            "rejected /oauth2/authorize invalid_request: code_challenge is missing; \
             more: doorward explain 0190"
        );
    }
}
