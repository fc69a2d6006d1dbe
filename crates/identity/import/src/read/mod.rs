//! Readers of sources. They send records to a channel, users last, and keep no more than one user
//! in memory.

mod date;
pub mod django;
mod fields;
pub mod found;
pub mod json;
pub mod keycloak;
pub mod text;
pub mod user_file;
mod words;

use std::path::PathBuf;

use tokio::sync::mpsc::Sender;

use crate::record::Record;

pub type Result<T, E = ReadError> = std::result::Result<T, E>;

/// A source that cannot be read. Never contains a value of the source.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// A file that cannot be opened or read.
    #[error("{}: {error}", path.display())]
    File {
        path: PathBuf,
        error: std::io::Error,
    },
    /// Malformed JSON or CSV.
    #[error("{}: line {line}: {problem}", path.display())]
    Syntax {
        path: PathBuf,
        line: usize,
        /// The problem, without values.
        problem: &'static str,
    },
    /// A file in another encoding.
    #[error(
        "{}: line {line}: the text is not {encoding}; save it as UTF-8, or name its encoding: \
         --encoding windows-1252 (Western Europe), windows-1250 (Central Europe), windows-1251 \
         (Cyrillic), shift_jis (Japan) or another of https://encoding.spec.whatwg.org",
        path.display()
    )]
    Encoding {
        path: PathBuf,
        line: usize,
        encoding: &'static str,
    },
    /// A record of another form.
    #[error("{}: {record}: {problem}", path.display())]
    Record {
        path: PathBuf,
        /// The record: its position, and what is known of its name.
        record: String,
        /// The problem, without values.
        problem: &'static str,
    },
    /// A source that cannot be imported.
    #[error("{0}")]
    Unusable(String),
    /// A database that cannot be read.
    #[error("the source database cannot be read: {0}")]
    Database(String),
    /// Records in the wrong order.
    #[error("the reader sent an object after the first user")]
    Order,
    /// The receiver has gone.
    #[error("the import has stopped")]
    Stopped,
}

pub type Sink<'a> = &'a mut dyn FnMut(Record) -> Result<()>;

/// Runs a reader on a separate thread and returns its records.
pub fn on_thread(
    read: impl FnOnce(Sink<'_>) -> Result<()> + Send + 'static,
) -> tokio::sync::mpsc::Receiver<Result<Record>> {
    let (sender, receiver) = tokio::sync::mpsc::channel(1024);
    std::thread::spawn(move || {
        let sending: Sender<_> = sender.clone();
        let mut sink = |record| {
            sending
                .blocking_send(Ok(record))
                .map_err(|_| ReadError::Stopped)
        };
        if let Err(error) = read(&mut sink) {
            // Without a receiver, the import has failed already.
            let _ = sender.blocking_send(Err(error));
        }
    });
    receiver
}
