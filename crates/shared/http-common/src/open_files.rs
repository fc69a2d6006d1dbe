//! The limit of open files of a process, and the share of it that connections may use.
//!
//! Each connection needs a descriptor. Clients decide how many there are, so that listeners stop
//! accepting before the database, Redis, mail and files have none left (decision 130).

use std::io;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Number of open files that no process needs: as many as the kernel gives to a process by default
/// (`fs.nr_open`), of which "unlimited" may be far more.
const ENOUGH: u64 = 1 << 20;

/// A listener, by its part of the files of connections.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Share {
    /// Listener that most clients use.
    Main,
    /// Listener beside it: client certificates, or redirects from plain HTTP.
    Beside,
}

impl Share {
    /// Returns the divisor of the limit. One main listener and two beside it have three quarters.
    const fn divisor(self) -> u64 {
        match self {
            Self::Main => 2,
            Self::Beside => 8,
        }
    }
}

/// Raises the soft limit of open files to the hard limit, which any process may do. Returns the limit.
///
/// # Errors
/// Returns the system's error; the former limit then remains.
pub fn raise_limit() -> io::Result<u64> {
    let limit = getrlimit(Resource::Nofile);
    let raised = raised(limit.current, limit.maximum);
    if limit.current.is_some_and(|current| current < raised) {
        let wanted = Rlimit {
            current: Some(raised),
            maximum: limit.maximum,
        };
        setrlimit(Resource::Nofile, wanted)?;
    }
    Ok(raised)
}

/// Returns the new soft limit: the hard one, but no less than the present one. `None` is unlimited.
fn raised(current: Option<u64>, maximum: Option<u64>) -> u64 {
    let present = current.unwrap_or(ENOUGH);
    present.max(maximum.unwrap_or(ENOUGH).min(ENOUGH))
}

/// Returns the maximum number of connections for each worker of a listener: `most`, or less by the
/// present limit of open files. Without a number of workers there is one for each core.
pub fn connections(share: Share, workers: Option<usize>, most: usize) -> usize {
    let cores = || std::thread::available_parallelism().map_or(1, usize::from);
    let workers = workers.unwrap_or_else(cores);
    let limit = getrlimit(Resource::Nofile).current.unwrap_or(ENOUGH);
    for_worker(limit, share, workers, most)
}

fn for_worker(limit: u64, share: Share, workers: usize, most: usize) -> usize {
    let of_listener = usize::try_from(limit / share.divisor()).unwrap_or(usize::MAX);
    (of_listener / workers.max(1)).clamp(1, most)
}

#[cfg(test)]
mod tests;
