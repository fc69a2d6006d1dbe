//! A user's authenticators, and the stored state of the account.

use std::collections::HashSet;

use doorward_access::clock::Clock as _;
use doorward_domain::credentials::totp::TotpSecret;
use doorward_domain::model::{LinkId, LinkedAccount, User, UserId};
use doorward_domain::secret::TokenHash;
use doorward_rules::assurance::AAL2;
use doorward_store::{Db, repo};
use doorward_testkit::{Authenticator, CookieAgent, Stack};
use uuid::Uuid;

use super::model::{Model, Session};

const SESSION: &str = "doorward_session";

/// A user with their devices.
pub struct WalkUser {
    pub id: UserId,
    pub name: String,
    pub email: String,
    /// The browser of the current or last session.
    pub jar: CookieAgent,
    pub keys: Vec<Authenticator>,
    pub removed_key: Option<Authenticator>,
    pub app: Option<TotpSecret>,
    pub unused: Vec<String>,
    pub dead: Option<String>,
    /// The subjects at the provider, one for each link.
    pub subjects: Vec<String>,
    pub removed_subject: Option<String>,
    /// The number of subjects used so far.
    pub known: usize,
    pub read: HashSet<Uuid>,
}

impl WalkUser {
    /// Creates the account of the model; copies all other values from the pattern.
    pub async fn make(
        stack: &Stack,
        db: &Db,
        jar: &CookieAgent,
        model: &Model,
        new: New<'_>,
    ) -> Self {
        let name = format!("a{}", new.number);
        let email = format!("{name}@example.org");
        let user = User {
            id: UserId::from_uuid(Uuid::new_v4()),
            username: name.clone(),
            username_key: name.clone(),
            email_key: email.clone(),
            email: email.clone(),
            email_verified: model.verified,
            password_hash: model.password.and(new.pattern.password_hash.clone()),
            ..new.pattern.clone()
        };
        let subjects: Vec<String> = (0..model.links)
            .map(|item| format!("{name}-{item}"))
            .collect();
        let tx = db.begin_write().await.unwrap();
        repo::users::insert(&tx, &user).await.unwrap();
        // A link to a removed identity provider is no sign-in method.
        let removed = ("https://gone.example", "somebody".to_owned());
        let held = subjects.iter().map(|subject| (new.issuer, subject.clone()));
        for (issuer, subject) in held.chain([removed]) {
            let link = LinkedAccount {
                id: LinkId::from_uuid(Uuid::now_v7()),
                user_id: user.id,
                issuer: issuer.to_owned(),
                label: subject.clone(),
                subject: format!("{subject}{}", if issuer == new.issuer { "" } else { &name }),
                roles: Vec::new(),
                created_at: stack.clock.now(),
                last_used_at: None,
            };
            assert!(repo::linked_accounts::insert(&tx, &link).await.unwrap());
        }
        tx.commit().await.unwrap();
        Self {
            id: user.id,
            name,
            email,
            jar: jar.clone(),
            keys: Vec::new(),
            removed_key: None,
            app: None,
            unused: Vec::new(),
            dead: None,
            known: subjects.len(),
            subjects,
            removed_subject: None,
            read: HashSet::new(),
        }
    }
}

/// The values of a new user.
#[derive(Clone, Copy)]
pub struct New<'a> {
    pub number: u64,
    pub pattern: &'a User,
    pub issuer: &'a str,
}

/// The stored state of an account.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Observed {
    pub password: Option<String>,
    pub verified: bool,
    pub passkeys: usize,
    pub app: Option<usize>,
    pub links: usize,
    pub session: Option<Session>,
}

/// The authentication methods of a session, as the model writes them.
const METHODS: [&str; 7] = ["pwd", "fed", "email", "swk", "user", "mfa", "otp"];

impl Observed {
    pub async fn read(db: &Db, person: &WalkUser, issuer: &str, now: i64) -> Self {
        let read = db.read();
        let user = repo::users::find_by_id(read, person.id).await.unwrap();
        let user = user.expect("the user");
        let factor = repo::totp_factors::find(read, person.id).await.unwrap();
        let unused = repo::recovery_codes::count_unused(read, person.id).await;
        let unused = usize::try_from(unused.unwrap()).unwrap();
        let is_confirmed = factor.is_some_and(|factor| factor.is_confirmed());
        let app = is_confirmed.then_some(unused);
        let links = repo::linked_accounts::list(read, person.id).await.unwrap();
        Self {
            password: user.password_hash,
            verified: user.email_verified,
            passkeys: repo::passkeys::list(read, person.id).await.unwrap().len(),
            app,
            links: links.iter().filter(|link| link.issuer == issuer).count(),
            session: session(db, &person.jar, now).await,
        }
    }
}

/// Returns the authentication of a browser's session.
pub async fn session(db: &Db, jar: &CookieAgent, now: i64) -> Option<Session> {
    let hash = TokenHash::digest(jar.cookies.get(SESSION)?);
    let found = repo::sessions::find_active(db.read(), &hash, now).await;
    let (session, _) = found.unwrap()?;
    let proof = session.authentication;
    let known = |method: &String| {
        let found = METHODS.into_iter().find(|known| known == method);
        found.unwrap_or_else(|| panic!("the model has no method {method}"))
    };
    Some(Session {
        at: proof.auth_time,
        methods: proof.amr.iter().map(known).collect(),
        strong: proof.acr == AAL2,
    })
}
