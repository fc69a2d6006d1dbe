//! Remembered sessions ("Keep me signed in on this device"): they may be idle for longer, but lose
//! their second factor after that (SP 800-63B-4 §2.2.3).

use crate::assurance::{
    AAL1, AAL2, AMR_HARDWARE_KEY, AMR_MULTIPLE, AMR_OTP, AMR_PASSWORD, AMR_PRESENCE,
    AMR_SOFTWARE_KEY,
};
use doorward_domain::model::{Authentication, Session};
use doorward_domain::time::UnixSeconds;

/// The idle timeouts of sessions, in seconds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct IdleTimeouts {
    pub ordinary: i64,
    pub remembered: i64,
}

impl IdleTimeouts {
    /// Returns the end of the idle timeout of a session that is used at `now`.
    pub fn idle_end(
        &self,
        remembered: bool,
        now: UnixSeconds,
        expires_at: UnixSeconds,
    ) -> UnixSeconds {
        let rest = if remembered {
            self.remembered.max(self.ordinary)
        } else {
            self.ordinary
        };
        now.saturating_add(rest).min(expires_at)
    }

    /// Returns the reduced authentication of a remembered session that was idle until `now`; `None`
    /// if it is unchanged. An ordinary session would have expired, because another user may hold
    /// the device now. So the second factor is required again.
    pub fn reduced_authentication(
        &self,
        session: &Session,
        now: UnixSeconds,
    ) -> Option<Authentication> {
        let proof = &session.authentication;
        let rested = now.saturating_sub(session.last_seen_at) >= self.ordinary;
        if !(session.remember && rested && proof.acr == AAL2) {
            return None;
        }
        let began_with_password = proof.amr.iter().any(|method| method == AMR_PASSWORD);
        let is_second = |method: &str| match method {
            AMR_OTP | AMR_MULTIPLE => true,
            // A passkey is kept if it was the whole authentication.
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
