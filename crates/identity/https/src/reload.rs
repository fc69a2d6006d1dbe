//! The files of a certificate and its key, read again while the server runs.

use std::path::{Path, PathBuf};

use crate::context;
use crate::key_pair::{KeyPair, PairError};

/// Seconds after which an unchanged pair is served with a new context: the keys of its session
/// tickets change with the context (RFC 9325 §3.4).
const RENEW_CONTEXT: i64 = 24 * 60 * 60;

/// The paths of a certificate chain and its private key.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PairFiles {
    pub certificate: PathBuf,
    pub private_key: PathBuf,
}

/// The bytes of both files at one time.
#[derive(Clone, PartialEq, Eq)]
pub struct PairBytes {
    certificate: Vec<u8>,
    private_key: Vec<u8>,
}

/// The result of reading the files again.
#[derive(Debug)]
pub enum Reload {
    Unchanged,
    /// A new pair to serve, or the former one with a new context.
    Serve(KeyPair),
    /// A broken pair: the former one stays. Reported once for each content of the files.
    Broken(PairError),
}

/// Decides on the content of the files. The two files cannot be replaced at the same moment, so a
/// pair that does not fit is reported only if it is the same at the next look.
#[derive(Default)]
pub struct Reloader {
    served: Option<(PairBytes, i64)>,
    doubtful: Option<(Result<PairBytes, PairError>, bool)>,
}

impl PairFiles {
    /// Reads both files.
    ///
    /// # Errors
    /// [`PairError::Unreadable`] names the file.
    pub fn read(&self) -> Result<PairBytes, PairError> {
        Ok(PairBytes {
            certificate: read(&self.certificate, false)?,
            private_key: read(&self.private_key, true)?,
        })
    }
}

fn read(path: &Path, is_key: bool) -> Result<Vec<u8>, PairError> {
    std::fs::read(path).map_err(|error| PairError::Unreadable {
        is_key,
        path: path.display().to_string(),
        cause: error.to_string(),
    })
}

impl PairBytes {
    /// Reads the pair.
    ///
    /// # Errors
    /// [`PairError`] if the pair cannot be served.
    pub fn parse(&self) -> Result<KeyPair, PairError> {
        let pair = KeyPair::from_pem(&self.certificate, &self.private_key)?;
        context::server(&pair)?;
        Ok(pair)
    }
}

impl Reloader {
    /// Decides on the files as they were read at this time.
    pub fn look(&mut self, found: Result<PairBytes, PairError>, now: i64) -> Reload {
        let problem = match &found {
            Ok(bytes) if self.is_fresh(bytes, now) => {
                self.doubtful = None;
                return Reload::Unchanged;
            }
            Ok(bytes) => match bytes.parse() {
                Ok(pair) => {
                    self.served = Some((bytes.clone(), now));
                    self.doubtful = None;
                    return Reload::Serve(pair);
                }
                Err(error) => error,
            },
            Err(error) => error.clone(),
        };
        match &mut self.doubtful {
            Some((former, is_reported)) if *former == found => {
                if std::mem::replace(is_reported, true) {
                    Reload::Unchanged
                } else {
                    Reload::Broken(problem)
                }
            }
            _ => {
                self.doubtful = Some((found, false));
                Reload::Unchanged
            }
        }
    }

    fn is_fresh(&self, bytes: &PairBytes, now: i64) -> bool {
        self.served
            .as_ref()
            .is_some_and(|(served, at)| served == bytes && (0..RENEW_CONTEXT).contains(&(now - at)))
    }
}

#[cfg(test)]
mod tests;
