//! Password hashing on threads of its own: bounded in memory, in waiting and in number, so that a
//! login storm slows logins down and nothing else (SECURITY DS-1).

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, bounded};
use doorward_domain::credentials::password::{self, HashError, HashMemory, HashParams};
use doorward_domain::secret::Secret;
use tokio::sync::oneshot;

#[cfg(test)]
mod tests;

/// How many hashes may wait for a thread.
const QUEUE: usize = 64;
/// How long a hash may wait for a thread.
const WAIT: Duration = Duration::from_secs(2);

/// How far the threads step back behind the others of this process (nice(2)): with every core busy
/// with hashes, whoever only needs a moment does not wait for one of them to be interrupted.
#[cfg(target_os = "linux")]
const NICENESS: i32 = 10;

/// How long a thread keeps its memory without work.
const IDLE: Duration = Duration::from_secs(5);
/// How long the allocator is left alone with memory that it was given back. mimalloc keeps it for a
/// second (`purge_delay`), and looks at what it keeps only while somebody allocates.
const SETTLE: Duration = Duration::from_secs(2);

/// Too many hashes are waiting: answer 503 with `Retry-After`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("too many password hashes are waiting")]
pub struct Busy;

/// The threads that hash passwords. They end when the pool is dropped.
pub struct HashingPool {
    params: HashParams,
    dummy: String,
    threads: usize,
    wait: Duration,
    queue: Sender<Job>,
    record: Option<Record>,
}

/// Takes how long a hash took.
type Record = Arc<dyn Fn(Duration) + Send + Sync>;

type Job = Box<dyn FnOnce(&mut HashMemory) + Send>;

/// Records the time between its making and its end, with a panic as well.
struct Timer {
    began: Instant,
    record: Record,
}

impl Timer {
    fn start(record: Record) -> Self {
        let began = Instant::now();
        Self { began, record }
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        (self.record)(self.began.elapsed());
    }
}

impl HashingPool {
    /// Starts as many threads as there are cores, but no more than fit into `memory_budget_kib`
    /// at the memory of one hash; at least one.
    pub fn start(params: HashParams, memory_budget_kib: u32) -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Self::with(
            params,
            permits(cores, memory_budget_kib, params.m),
            QUEUE,
            WAIT,
        )
    }

    fn with(params: HashParams, threads: usize, queue: usize, wait: Duration) -> Self {
        let (sender, receiver) = bounded::<Job>(queue);
        let mut started = 0;
        for n in 0..threads {
            let receiver = receiver.clone();
            let thread = std::thread::Builder::new().name(format!("hashing-{n}"));
            match thread.spawn(move || work(&receiver, &params)) {
                Ok(_) => started += 1,
                Err(error) => tracing::error!(%error, "a hashing thread could not be started"),
            }
        }
        // With parameters that argon2 refuses there is no dummy, and every hash fails alike.
        let dummy = password::dummy_phc(&params).unwrap_or_default();
        Self {
            params,
            dummy,
            threads: started,
            wait,
            queue: sender,
            record: None,
        }
    }

    /// The same, with a place to note how long hashes take.
    #[must_use]
    pub fn timed(mut self, record: Arc<dyn Fn(Duration) + Send + Sync>) -> Self {
        self.record = Some(record);
        self
    }

    /// How many hashes wait for a thread.
    pub fn waiting(&self) -> usize {
        self.queue.len()
    }

    /// How many hashes run at the same time.
    pub const fn threads(&self) -> usize {
        self.threads
    }

    /// Refuses when no hash more can wait: so that who would be refused in the end is refused before
    /// anything is looked up for them. It promises nothing; the queue has the last word.
    ///
    /// # Errors
    /// [`Busy`].
    pub fn expect_room(&self) -> Result<(), Busy> {
        if self.queue.is_full() {
            Err(Busy)
        } else {
            Ok(())
        }
    }

    /// Hashes a new password with today's parameters into a PHC string.
    pub async fn hash(&self, password: Secret<String>) -> Result<String, Busy> {
        let params = self.params;
        let hash = self
            .run(move |memory| password::hash(password.expose(), &params, memory, &mut rand::rng()))
            .await?;
        hash.map_err(|error| {
            tracing::error!(%error, ?params, "a password could not be hashed");
            Busy
        })
    }

    /// Whether a password is that of a stored PHC string. Without one (the account is unknown or
    /// has no password) it costs the same and is false (SECURITY EN-2).
    pub async fn verify(
        &self,
        phc: Option<String>,
        password: Secret<String>,
    ) -> Result<bool, Busy> {
        let dummy = self.dummy.clone();
        let verdict = self
            .run(move |memory| {
                let Some(phc) = phc else {
                    return password::verify(&dummy, password.expose(), memory).map(|_| false);
                };
                password::verify(&phc, password.expose(), memory).inspect_err(|_| {
                    // The same work for an account whose hash is damaged.
                    let _ = password::verify(&dummy, password.expose(), memory);
                })
            })
            .await?;
        Ok(verdict.unwrap_or_else(|error: HashError| {
            tracing::error!(%error, "a stored password hash cannot be used");
            false
        }))
    }

    /// Whether a stored hash should be made anew, now that its password is known.
    pub fn needs_rehash(&self, phc: Option<&str>) -> bool {
        phc.is_some_and(|phc| password::needs_rehash(phc, &self.params))
    }

    /// Runs work on a hashing thread. A caller that goes away takes its waiting work with it.
    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut HashMemory) -> T + Send + 'static,
    ) -> Result<T, Busy> {
        let (reply, mut result) = oneshot::channel();
        let begun = Arc::new(AtomicBool::new(false));
        let begins = Arc::clone(&begun);
        let record = self.record.clone();
        let job: Job = Box::new(move |memory| {
            if reply.is_closed() {
                return;
            }
            begins.store(true, Ordering::Release);
            let _recorded_at_the_end = record.map(Timer::start);
            // Nobody listening any more is no error.
            let _ = reply.send(work(memory));
        });
        self.queue.try_send(job).map_err(|_| Busy)?;
        match tokio::time::timeout(self.wait, &mut result).await {
            Ok(outcome) => outcome.map_err(|_| Busy),
            // The limit is for waiting: what has begun is allowed to end.
            Err(_) if begun.load(Ordering::Acquire) => result.await.map_err(|_| Busy),
            Err(_) => Err(Busy),
        }
    }
}

impl fmt::Debug for HashingPool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HashingPool")
            .field("params", &self.params)
            .field("threads", &self.threads)
            .finish_non_exhaustive()
    }
}

/// As many hashes at the same time as there are cores and as fit into the memory.
fn permits(cores: usize, budget_kib: u32, hash_kib: u32) -> usize {
    let fitting = budget_kib.checked_div(hash_kib).unwrap_or(1);
    cores
        .min(usize::try_from(fitting).unwrap_or(usize::MAX))
        .max(1)
}

/// On Linux a thread has a niceness of its own; elsewhere it would be that of the whole process.
fn step_back() {
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::process::nice(NICENESS) {
        tracing::debug!(%error, "a hashing thread keeps its priority");
    }
}

fn work(jobs: &Receiver<Job>, params: &HashParams) {
    step_back();
    let mut memory = HashMemory::new();
    let mut unsettled = false;
    loop {
        let job = match jobs.recv_timeout(if unsettled { SETTLE } else { IDLE }) {
            Ok(job) => job,
            // A quiet server gives the memory back: to the allocator, and by that to the system.
            Err(RecvTimeoutError::Timeout) if unsettled => {
                settle();
                unsettled = false;
                continue;
            }
            Err(RecvTimeoutError::Timeout) => {
                unsettled = memory.held_bytes() > 0;
                memory = HashMemory::new();
                continue;
            }
            Err(RecvTimeoutError::Disconnected) => return,
        };
        unsettled = false;
        if catch_unwind(AssertUnwindSafe(|| job(&mut memory))).is_err() {
            memory = HashMemory::new();
        }
        // An imported hash may have needed more than ours do.
        memory.shrink_to(params);
    }
}

/// Makes the allocator look at what it keeps, which mimalloc does when a thread that has allocated
/// ends. On a quiet server no thread would, and the memory of the last hash stay for hours.
fn settle() {
    let thread = std::thread::Builder::new().name("settling".to_owned());
    let Ok(ending) = thread.spawn(|| drop(std::hint::black_box(Box::new(0_u8)))) else {
        return;
    };
    // It does nothing that could fail.
    let _ = ending.join();
}
