//! The signed-in user.

use doorward_domain::model::{Authentication, Session, User};

/// A live session with its active user.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// The session.
    pub session: Session,
    /// Whose it is.
    pub user: User,
    /// What they have proved to whoever asks for them: the browser what its session says, an app what
    /// its token says (SE-7).
    pub proof: Authentication,
}

impl SignedIn {
    /// In the browser of this session.
    pub fn in_browser(session: Session, user: User) -> Self {
        Self {
            proof: session.authentication.clone(),
            session,
            user,
        }
    }
}
