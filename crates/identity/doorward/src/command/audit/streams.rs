use doorward_services::audit_streams::{self, StreamStatus};

use crate::command::prelude::*;

/// Prints the configured streams with their progress.
pub async fn run(installation: &Installation, out: Output) -> Result {
    let (config, now) = (&installation.config.audit.streams, installation.now());
    let streams = audit_streams::status(&installation.db, config, now).await?;
    if streams.is_empty() && !out.json {
        output::print_status("No stream is configured: see audit.streams in the configuration.");
        return Ok(());
    }
    out.list(
        streams.iter().map(document),
        &[
            ("STREAM", "stream"),
            ("TARGET", "target"),
            ("POSITION", "position"),
            ("SENT", "sent_at"),
            ("LAG", "lag_events"),
            ("SECONDS", "lag_seconds"),
            ("ERROR", "last_error"),
        ],
    )
}

fn document(status: &StreamStatus) -> Value {
    let stream = status.stream.as_ref();
    let sent_at = stream.and_then(|stream| stream.sent_at);
    json!({
        "stream": status.name.as_str(),
        "target": status.target,
        "position": stream.map(|stream| stream.position),
        "sent_at": sent_at.map(output::time),
        "lag_events": status.lag.events,
        "lag_seconds": status.lag.seconds,
        "failures": stream.map(|stream| stream.failures),
        "last_error": stream.and_then(|stream| stream.last_error.as_deref()),
    })
}
