//! Lanes of the job worker, and what one destination may occupy of a lane. A server that does not
//! answer holds up only what is sent to it.

use std::collections::HashMap;

use doorward_domain::model::JobKind;
use doorward_domain::model::mail::MailContent;
use doorward_domain::time::UnixSeconds;

/// The kinds of jobs that share workers.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Lane {
    /// Looks up accounts of users who wait for a link or a code; calls no other server.
    Accounts,
    /// Sends e-mail messages that a user waits for.
    Mail,
    /// Looks up accounts of lockouts, which as many attempts as an attacker makes can cause.
    Lockouts,
    /// Sends e-mail messages that no user waits for. One change of many users can enqueue them all.
    MailNotifications,
    /// Calls clients.
    ClientNotifications,
}

/// The number of calls without an answer after which a destination is closed.
pub const MAX_UNANSWERED: u32 = 3;
/// The time for which a destination is closed first; it doubles with each further call without an
/// answer.
pub const FIRST_CLOSED: i64 = 60;
/// The maximum time for which a destination is closed.
pub const LONGEST_CLOSED: i64 = 600;
/// The number of destinations without an answer that are remembered.
const MAX_KNOWN: usize = 10_000;

/// The number of waiting jobs from which further jobs of anonymous requests are rejected.
pub const MAX_WAITING: u64 = 10_000;

impl Lane {
    /// All lanes, those that a user waits for first.
    pub const ALL: [Self; 5] = [
        Self::Accounts,
        Self::Mail,
        Self::Lockouts,
        Self::MailNotifications,
        Self::ClientNotifications,
    ];

    /// Returns the lane of a kind of job.
    pub const fn of(kind: JobKind) -> Self {
        match kind {
            JobKind::PasswordReset | JobKind::VerifyEmail | JobKind::EmailCode => Self::Accounts,
            JobKind::Mail => Self::Mail,
            JobKind::Lock => Self::Lockouts,
            JobKind::Notification => Self::MailNotifications,
            JobKind::Logout | JobKind::Ping => Self::ClientNotifications,
        }
    }

    /// Returns true if a user waits for the jobs of this lane.
    pub const fn is_awaited(self) -> bool {
        match self {
            Self::Accounts | Self::Mail => true,
            Self::Lockouts | Self::MailNotifications | Self::ClientNotifications => false,
        }
    }

    pub fn kinds(self) -> Vec<JobKind> {
        let kinds = JobKind::ALL.into_iter();
        kinds.filter(|kind| Self::of(*kind) == self).collect()
    }

    /// Returns the kinds that count for [`MAX_WAITING`] of this lane. Messages that no user waits for
    /// do not count for those that a user waits for.
    pub fn counted_kinds(self) -> Vec<JobKind> {
        if !self.is_awaited() {
            return self.kinds();
        }
        let kinds = JobKind::ALL.into_iter();
        kinds.filter(|kind| Self::of(*kind).is_awaited()).collect()
    }

    /// Returns the number of jobs that one process runs at the same time.
    pub const fn workers(self) -> usize {
        match self {
            Self::Accounts | Self::Lockouts => 1,
            Self::Mail | Self::MailNotifications => 8,
            Self::ClientNotifications => 16,
        }
    }

    /// Returns the number of these jobs that one destination may occupy.
    pub const fn per_destination(self) -> usize {
        match self {
            Self::Accounts | Self::Lockouts => 1,
            Self::Mail | Self::MailNotifications | Self::ClientNotifications => 4,
        }
    }

    /// Returns true if a destination that does not answer is closed. A domain is not closed for the
    /// users of all its mailboxes because the server waits for one of them.
    const fn closes(self) -> bool {
        matches!(self, Self::ClientNotifications)
    }

    /// Returns the maximum age of a job whose destination is closed, in seconds. An older
    /// notification is given up; an e-mail message ends by its attempts alone.
    pub const fn max_age(self) -> Option<i64> {
        match self {
            Self::Accounts | Self::Mail | Self::Lockouts | Self::MailNotifications => None,
            Self::ClientNotifications => Some(2 * 60 * 60),
        }
    }
}

/// Returns the kind of job that sends a message: [`JobKind::Mail`] if a user who has just asked for it
/// waits for it. An administrator's message to another user is not awaited: one change may send many.
pub const fn mail_kind(content: &MailContent) -> JobKind {
    match content {
        MailContent::Verify { .. }
        | MailContent::KnownAddress { .. }
        | MailContent::Reset { .. }
        | MailContent::PasskeyLink { .. }
        | MailContent::Change { .. }
        | MailContent::Test
        | MailContent::SignInCode { .. }
        | MailContent::Approve { .. } => JobKind::Mail,
        MailContent::Invited { .. }
        | MailContent::Welcome { .. }
        | MailContent::PasswordChanged { .. }
        | MailContent::NewPasswordRequired { .. }
        | MailContent::Changed { .. }
        | MailContent::Restored { .. }
        | MailContent::Notice { .. }
        | MailContent::Exported { .. }
        | MailContent::Leaving { .. }
        | MailContent::Kept { .. }
        | MailContent::Deleted
        | MailContent::SwitchedOff
        | MailContent::Feature { .. } => JobKind::Notification,
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Admission {
    Admitted,
    /// The destination does not answer: its jobs wait until this time.
    Closed {
        /// The time of the next call.
        until: UnixSeconds,
    },
}

/// The destinations of one lane of this process: a circuit breaker for each.
#[derive(Debug)]
pub struct Destinations {
    lane: Lane,
    known: HashMap<String, Destination>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Destination {
    running: usize,
    unanswered: u32,
    closed_until: UnixSeconds,
}

impl Destinations {
    /// Creates the destinations of a lane, all of them open.
    pub fn new(lane: Lane) -> Self {
        Self {
            lane,
            known: HashMap::new(),
        }
    }

    /// Returns the number of jobs that may run: one, as a probe, after a closed period.
    const fn max(&self, it: &Destination) -> usize {
        if it.unanswered >= MAX_UNANSWERED {
            1
        } else {
            self.lane.per_destination()
        }
    }

    /// Returns the destinations that have as many running jobs as they may, at most one for each
    /// worker.
    pub fn full(&self) -> Vec<String> {
        let known = self.known.iter();
        let full = known.filter(|(_, it)| it.running > 0 && it.running >= self.max(it));
        full.map(|(name, _)| name.clone()).collect()
    }

    /// Decides about a job for a destination that is not full, and counts it as running if it is
    /// admitted.
    pub fn admit(&mut self, name: &str, now: UnixSeconds) -> Admission {
        let it = self.known.get(name).copied().unwrap_or_default();
        // A time that is too far ahead comes from a clock that was ahead.
        if it.closed_until > now && it.closed_until <= now + LONGEST_CLOSED {
            return Admission::Closed {
                until: it.closed_until,
            };
        }
        if self.known.len() >= MAX_KNOWN {
            self.known.retain(|_, it| it.running > 0);
        }
        self.known.entry(name.to_owned()).or_default().running += 1;
        Admission::Admitted
    }

    /// Forgets an admitted job that another worker runs.
    pub fn withdraw(&mut self, name: &str) {
        if let Some(it) = self.known.get_mut(name) {
            it.running = it.running.saturating_sub(1);
        }
    }

    /// Records the end of an admitted job. Any answer opens the destination.
    pub fn record(&mut self, name: &str, is_answered: bool, now: UnixSeconds) {
        let Some(it) = self.known.get_mut(name) else {
            return;
        };
        it.running = it.running.saturating_sub(1);
        if is_answered || !self.lane.closes() {
            (it.unanswered, it.closed_until) = (0, 0);
            if it.running == 0 {
                self.known.remove(name);
            }
            return;
        }
        it.unanswered = it.unanswered.saturating_add(1);
        if let Some(beyond) = it.unanswered.checked_sub(MAX_UNANSWERED) {
            let closed = FIRST_CLOSED << beyond.min(4);
            it.closed_until = now + closed.min(LONGEST_CLOSED);
        }
    }
}

#[cfg(test)]
mod tests;
