//! Files and threads that the system gives this process, for `/readyz`.

use std::fs::File;
use std::io;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use rustix::io::Errno;

/// Time for which the result of a probe is reused.
const EVERY: Duration = Duration::from_secs(1);

doorward_protocol::words! {
    /// The state of something that requests need, in the words of `/readyz`.
    pub enum Supply {
        Ok = "ok",
        Exhausted = "exhausted",
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SystemState {
    pub files: Supply,
    pub threads: Supply,
}

impl SystemState {
    pub fn is_good(self) -> bool {
        [self.files, self.threads] == [Supply::Ok; 2]
    }
}

/// The last probe, shared by all callers.
#[derive(Debug, Default)]
pub struct SystemProbe(Mutex<Option<(Instant, SystemState)>>);

impl SystemProbe {
    /// Opens a file and starts a thread, at most once in a second. Logs a change.
    pub fn check(&self) -> SystemState {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((at, state)) = *last
            && at.elapsed() < EVERY
        {
            return state;
        }
        let state = probe();
        if last.is_none_or(|(_, former)| former.is_good()) != state.is_good() {
            log(state);
        }
        *last = Some((Instant::now(), state));
        state
    }
}

fn probe() -> SystemState {
    let file = File::open("/").map(drop);
    let thread = std::thread::Builder::new().name("probe".to_owned());
    let thread = thread.spawn(|| {}).map(drop);
    SystemState {
        files: supply(&file, &[Errno::MFILE, Errno::NFILE]),
        threads: supply(&thread, &[Errno::AGAIN, Errno::NOMEM]),
    }
}

/// Returns the supply by the result of a probe and the errors that mean that there is none.
fn supply(probed: &io::Result<()>, exhausted: &[Errno]) -> Supply {
    let error = probed.as_ref().err().and_then(Errno::from_io_error);
    match error {
        Some(error) if exhausted.contains(&error) => Supply::Exhausted,
        _ => Supply::Ok,
    }
}

fn log(state: SystemState) {
    let (files, threads) = (state.files.as_str(), state.threads.as_str());
    if state.is_good() {
        tracing::info!("the system gives files and threads again");
    } else {
        tracing::error!(
            files,
            threads,
            "the system gives no further files or threads: raise the limits of the service (LimitNOFILE, \
             TasksMax), or find the process that takes them"
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_missing_resource_counts_as_exhausted() {
        let files: &[Errno] = &[Errno::MFILE, Errno::NFILE];
        let threads: &[Errno] = &[Errno::AGAIN, Errno::NOMEM];
        for (error, of_files, of_threads) in [
            (Errno::MFILE, Supply::Exhausted, Supply::Ok),
            (Errno::NFILE, Supply::Exhausted, Supply::Ok),
            (Errno::AGAIN, Supply::Ok, Supply::Exhausted),
            (Errno::NOMEM, Supply::Ok, Supply::Exhausted),
            (Errno::IO, Supply::Ok, Supply::Ok),
            (Errno::ACCESS, Supply::Ok, Supply::Ok),
            (Errno::PERM, Supply::Ok, Supply::Ok),
            (Errno::NOSPC, Supply::Ok, Supply::Ok),
            (Errno::INTR, Supply::Ok, Supply::Ok),
        ] {
            assert_eq!(supply(&Err(error.into()), files), of_files, "{error}");
            assert_eq!(supply(&Err(error.into()), threads), of_threads, "{error}");
        }
        assert_eq!(supply(&Ok(()), files), Supply::Ok);
        assert!(SystemProbe::default().check().is_good());
    }
}
