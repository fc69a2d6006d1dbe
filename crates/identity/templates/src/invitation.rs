//! `/invitation`: the invitation to an organization, and the possible responses.

use super::prelude::*;

/// The viewer of an invitation.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Visitor {
    /// A browser without a session.
    Unknown {
        can_register: bool,
    },
    Invited,
    /// A user with another e-mail address.
    SomebodyElse,
}

/// `GET|POST /invitation`. Fields: `csrf`, `decision=accept|decline|later`, `invitation`.
#[derive(Clone, Debug, Template)]
#[template(path = "pages/invitation.html")]
pub struct Invitation {
    pub layout: Layout,
    /// Invitation ID; empty for an invitation by its link.
    pub id: String,
    pub organization: String,
    /// Name of the inviting user; `None`: the operator.
    pub inviter: Option<String>,
    pub address: String,
    pub visitor: Visitor,
}
