//! The user of a simulated request, with a session that is not stored.

use doorward_domain::model::SessionId;
use doorward_rules::assurance::{self, SecondFactorMethod};

use crate::prelude::*;

pub(super) enum UserLookup {
    Nobody,
    Unknown(String),
    Person(Box<SignedIn>),
}

/// Returns the user with a new session that is not stored.
pub(super) async fn signed_in(core: &Core, name: Option<&str>, acr: &str) -> Result<UserLookup> {
    let Some(name) = name else {
        return Ok(UserLookup::Nobody);
    };
    let user = match (UserId::parse(name), identifier::identifier_key(name)) {
        (Some(id), _) => repo::users::find_by_id(core.db.read(), id).await?,
        (None, Some(key)) => repo::users::find_by_identifier(core.db.read(), &key).await?,
        (None, None) => None,
    };
    let Some(user) = user else {
        return Ok(UserLookup::Unknown(name.to_owned()));
    };
    let session = session_of(core, &user, acr);
    Ok(UserLookup::Person(Box::new(SignedIn::in_browser(
        session, user,
    ))))
}

fn session_of(core: &Core, user: &User, acr: &str) -> Session {
    let now = core.now();
    let end = now + core.config.sessions.absolute;
    let password = assurance::password_proof(now);
    let authentication = if acr == assurance::AAL2 {
        assurance::with_second(&password, SecondFactorMethod::Totp)
    } else {
        password
    };
    Session {
        id: SessionId::generate(now, &mut core.rng()),
        token_hash: TokenHash::digest("simulation"),
        user_id: user.id,
        created_at: now,
        last_seen_at: now,
        idle_expires_at: end,
        expires_at: end,
        authentication,
        remember: false,
        user_agent: String::new(),
        ip: String::new(),
        ended_at: None,
        end_reason: None,
    }
}
