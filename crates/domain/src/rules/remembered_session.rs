//! "Keep me signed in on this device": such a session may rest for longer, and proves less after
//! it has rested (SE-3, SP 800-63B-4 §2.2.3).

use crate::model::{Authentication, Session};
use crate::rules::assurance::{
    AAL1, AAL2, AMR_HARDWARE_KEY, AMR_MULTIPLE, AMR_OTP, AMR_PASSWORD, AMR_PRESENCE,
    AMR_SOFTWARE_KEY,
};
use crate::time::UnixSeconds;

/// How long sessions may rest, in seconds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct IdleTimeouts {
    /// An ordinary session.
    pub ordinary: i64,
    /// One that is kept.
    pub kept: i64,
}

impl IdleTimeouts {
    /// When a session that is used at `now` ends if nobody uses it again.
    pub fn idle_end(&self, kept: bool, now: UnixSeconds, expires_at: UnixSeconds) -> UnixSeconds {
        let rest = if kept {
            self.kept.max(self.ordinary)
        } else {
            self.ordinary
        };
        now.saturating_add(rest).min(expires_at)
    }

    /// What is left of the proof of a session that rested until `now`; none where it is what it
    /// was. An ordinary session would have ended: nobody knows any more who holds the device, so
    /// the second factor has to be proved again.
    pub fn left_of(&self, session: &Session, now: UnixSeconds) -> Option<Authentication> {
        let proof = &session.authentication;
        let rested = now.saturating_sub(session.last_seen_at) >= self.ordinary;
        if !(session.remember && rested && proof.acr == AAL2) {
            return None;
        }
        let began_with_password = proof.amr.iter().any(|method| method == AMR_PASSWORD);
        let is_second = |method: &str| match method {
            AMR_OTP | AMR_MULTIPLE => true,
            // A passkey stays where it is all that was proved.
            AMR_HARDWARE_KEY | AMR_SOFTWARE_KEY | AMR_PRESENCE => began_with_password,
            _ => false,
        };
        let amr = proof.amr.iter();
        Some(Authentication {
            auth_time: proof.auth_time,
            acr: AAL1.to_owned(),
            amr: amr.filter(|method| !is_second(method)).cloned().collect(),
        })
    }
}

#[cfg(test)]
mod tests;
