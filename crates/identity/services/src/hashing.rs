//! Password hashing on dedicated threads: bounded memory, queue and number, so that many sign-ins
//! at once only slow down sign-ins.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::AtomicBool;
use std::time::Instant;

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, bounded};
use doorward_domain::credentials::foreign_hash;
use doorward_domain::credentials::password::{self, HashMemory, HashParams};
use tokio::sync::oneshot;

pub use question::PasswordQuestion;
use share::MemoryBudget;
use verifier::{Rates, Verifier};

use crate::prelude::*;

mod question;
mod share;
mod verifier;

#[cfg(test)]
mod tests;

/// Maximum number of hashes that wait for a thread.
const QUEUE: usize = 64;
/// Maximum time that a hash waits for a thread.
const WAIT: Duration = Duration::from_secs(2);

/// The niceness of the threads (nice(2)): with every core busy hashing, short work of other threads
/// need not wait for a hash to be interrupted.
#[cfg(target_os = "linux")]
const NICENESS: i32 = 10;

/// Idle time after which a thread releases its memory.
const IDLE: Duration = Duration::from_secs(5);
/// Time to wait before the allocator is made to return freed memory. mimalloc keeps it for a second
/// (`purge_delay`), and only checks it during allocations.
const PURGE_DELAY: Duration = Duration::from_secs(2);

/// Too many hashes are waiting: respond with 503 and `Retry-After`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("too many password hashes are waiting")]
pub struct Busy;

/// The threads that hash passwords. They end when the pool is dropped.
pub struct HashingPool {
    params: HashParams,
    dummy: String,
    rates: Arc<Rates>,
    /// The number of threads to run, and of those that run.
    threads: usize,
    started: Mutex<usize>,
    wait: Duration,
    queue: Sender<Job>,
    jobs: Receiver<Job>,
    budget: Arc<MemoryBudget>,
    record: Option<Record>,
    random: Random,
}

/// A callback that receives the duration of a hash.
type Record = Arc<dyn Fn(Duration) + Send + Sync>;

struct Job {
    /// The memory that it takes, in KiB.
    kib: u32,
    run: Box<dyn FnOnce(&mut HashMemory) + Send>,
}

/// Records the time between its creation and its drop, also on a panic.
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
    /// with the memory of one hash; at least one.
    pub fn start(params: HashParams, memory_budget_kib: u32, random: Random) -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Self::with(
            params,
            permits(cores, memory_budget_kib, params.m),
            QUEUE,
            WAIT,
            memory_budget_kib,
            random,
        )
    }

    fn with(
        params: HashParams,
        threads: usize,
        queue: usize,
        wait: Duration,
        memory_budget_kib: u32,
        random: Random,
    ) -> Self {
        let (sender, jobs) = bounded::<Job>(queue);
        // At least one hash at a time, also with a budget that is too small for it.
        let budget = Arc::new(MemoryBudget::new(memory_budget_kib.max(params.m)));
        // With parameters that argon2 rejects there is no dummy hash, and every hash fails in the
        // same way.
        let dummy = password::dummy_phc(&params).unwrap_or_default();
        let pool = Self {
            params,
            dummy,
            rates: Arc::default(),
            threads,
            started: Mutex::default(),
            wait,
            queue: sender,
            jobs,
            budget,
            record: None,
            random,
        };
        pool.start_missing();
        pool
    }

    /// Starts the threads that the system did not give before. Without any, no user could sign in until a
    /// restart.
    fn start_missing(&self) {
        let mut started = self.started.lock().unwrap_or_else(PoisonError::into_inner);
        while *started < self.threads {
            let (jobs, params) = (self.jobs.clone(), self.params);
            let budget = Arc::clone(&self.budget);
            let thread = std::thread::Builder::new().name(format!("hashing-{started}"));
            if let Err(error) = thread.spawn(move || work(&jobs, &params, &budget)) {
                tracing::error!(%error, "a hashing thread could not be started");
                return;
            }
            *started += 1;
        }
    }

    /// Returns this pool with a callback for the duration of hashes.
    #[must_use]
    pub fn timed(mut self, record: Arc<dyn Fn(Duration) + Send + Sync>) -> Self {
        self.record = Some(record);
        self
    }

    pub fn waiting(&self) -> usize {
        self.queue.len()
    }

    /// Returns the number of hashes that can run at the same time.
    pub const fn threads(&self) -> usize {
        self.threads
    }

    /// Rejects a request early if the queue is full, before any look-up for it. Without an error,
    /// the queue can still be full later.
    pub fn expect_room(&self) -> Result<(), Busy> {
        if self.queue.is_full() {
            Err(Busy)
        } else {
            Ok(())
        }
    }

    /// Hashes a new password with today's parameters into a PHC string.
    #[boxed]
    pub async fn hash(&self, password: Secret<String>) -> Result<String, Busy> {
        let (params, random) = (self.params, self.random.clone());
        let hash = self
            .run(params.m, move |memory| {
                password::hash(password.expose(), &params, memory, &mut random.rng())
            })
            .await?;
        hash.map_err(|error| {
            let (memory_kib, iterations, parallelism) = (params.m, params.t, params.p);
            tracing::error!(
                %error, memory_kib, iterations, parallelism, "a password could not be hashed"
            );
            Busy
        })
    }

    /// Returns true if the password matches the stored hash of an open account. Every other answer
    /// takes the same work, whatever is stored: that of a hash with the configured parameters, and
    /// that of the costliest foreign form in the deployment (ASVS 5.0 §6.3.8, decision 78).
    #[boxed]
    pub async fn verify(&self, question: PasswordQuestion) -> Result<bool, Busy> {
        let verifier = Verifier::new(question, self.dummy.clone(), Arc::clone(&self.rates));
        let kib = verifier.memory_kib().max(self.params.m);
        self.run(kib, move |memory| verifier.is_right(memory)).await
    }

    /// Returns true if the secret matches an imported hash. Without a dummy: that a client exists is
    /// public.
    #[boxed]
    pub async fn verify_foreign(
        &self,
        hash: ForeignHash,
        secret: Secret<String>,
    ) -> Result<bool, Busy> {
        let decision = self
            .run(hash.memory_kib(), move |memory| {
                hash.verify(secret.expose(), memory)
            })
            .await?;
        Ok(decision.unwrap_or_else(|error| {
            tracing::error!(%error, "stored secret hash cannot be used");
            false
        }))
    }

    /// Returns true if a stored hash should be replaced, now that its password is known.
    pub fn needs_rehash(&self, phc: Option<&str>) -> bool {
        phc.is_some_and(|phc| foreign_hash::needs_rehash(phc, &self.params))
    }

    /// Runs work on a hashing thread. If the caller's future is dropped, waiting work is skipped.
    async fn run<T: Send + 'static>(
        &self,
        kib: u32,
        work: impl FnOnce(&mut HashMemory) -> T + Send + 'static,
    ) -> Result<T, Busy> {
        self.start_missing();
        let (reply, mut result) = oneshot::channel();
        let started = Arc::new(AtomicBool::new(false));
        let begins = Arc::clone(&started);
        let record = self.record.clone();
        let run = Box::new(move |memory: &mut HashMemory| {
            if reply.is_closed() {
                return;
            }
            begins.store(true, Ordering::Release);
            let _recorded_at_the_end = record.map(Timer::start);
            // A caller that no longer waits is not an error.
            let _ = reply.send(work(memory));
        });
        let job = Job { kib, run };
        self.queue.try_send(job).map_err(|_| Busy)?;
        match tokio::time::timeout(self.wait, &mut result).await {
            Ok(outcome) => outcome.map_err(|_| Busy),
            // The limit applies to waiting: work that has begun may finish.
            Err(_) if started.load(Ordering::Acquire) => result.await.map_err(|_| Busy),
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

/// Returns the number of concurrent hashes: limited by cores and memory, at least one.
fn permits(cores: usize, budget_kib: u32, hash_kib: u32) -> usize {
    let fitting = budget_kib.checked_div(hash_kib).unwrap_or(1);
    cores
        .min(usize::try_from(fitting).unwrap_or(usize::MAX))
        .max(1)
}

/// Lowers the priority of the thread. On Linux each thread has its own niceness; elsewhere it would
/// affect the whole process.
fn step_back() {
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::process::nice(NICENESS) {
        tracing::debug!(%error, "a hashing thread keeps its priority");
    }
}

fn work(jobs: &Receiver<Job>, params: &HashParams, budget: &MemoryBudget) {
    step_back();
    let mut memory = HashMemory::new();
    let mut unsettled = false;
    loop {
        let job = match jobs.recv_timeout(if unsettled { PURGE_DELAY } else { IDLE }) {
            Ok(job) => job,
            // An idle server returns memory to the allocator, and from there to the system.
            Err(RecvTimeoutError::Timeout) if unsettled => {
                return_memory();
                unsettled = false;
                continue;
            }
            Err(RecvTimeoutError::Timeout) => {
                unsettled = memory.allocated_bytes() > 0;
                memory = HashMemory::new();
                continue;
            }
            Err(RecvTimeoutError::Disconnected) => return,
        };
        unsettled = false;
        let _share = budget.take(job.kib);
        if catch_unwind(AssertUnwindSafe(|| (job.run)(&mut memory))).is_err() {
            memory = HashMemory::new();
        }
        // An imported hash may have needed more memory than the configured parameters.
        memory.shrink_to(params);
    }
}

/// Makes the allocator return freed memory, which mimalloc does when a thread that has allocated
/// ends. On an idle server no thread ends, so the memory of the last hash would remain for hours.
fn return_memory() {
    let thread = std::thread::Builder::new().name("settling".to_owned());
    let Ok(ending) = thread.spawn(|| drop(std::hint::black_box(Box::new(0_u8)))) else {
        return;
    };
    // The thread does nothing that could fail.
    let _ = ending.join();
}
