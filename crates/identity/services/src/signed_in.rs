//! The signed-in user.

use doorward_domain::model::{Authentication, Session, User, UserId};

/// A live session with its active user.
#[derive(Clone, Debug)]
pub struct SignedIn {
    pub session: Session,
    pub user: User,
    /// The authentication in this context: for a browser that of its session, for a client that of
    /// its token.
    pub proof: Authentication,
    /// The administrator who acts as the user; `None` for the user.
    pub actor: Option<UserId>,
}

impl SignedIn {
    pub fn in_browser(session: Session, user: User) -> Self {
        Self {
            proof: session.authentication.clone(),
            session,
            user,
            actor: None,
        }
    }
}
