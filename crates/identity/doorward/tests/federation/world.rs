//! Helpers of the federation tests: a server, an identity provider, and the flow between them.

use doorward_access::clock::Clock as _;
use doorward_admin::operator::AdminContext;
use doorward_admin::providers::{self, ProviderSpec};
use doorward_admin::users;
use doorward_domain::model::{AuditKind, LinkedAccount, OrgScope, TotpFactor, User};
use doorward_store::repo;
use doorward_testkit::upstream::Upstream;
use doorward_testkit::{Backend, PASSWORD, Page, Stack, UserAgent, rows, stack};
use serde_json::{Value, json};
use url::Url;

/// A server with an identity provider.
pub struct World<'a> {
    pub stack: &'a Stack,
    pub upstream: Upstream,
}

/// Creates two tests of each check, one for each kind of database.
#[macro_export]
macro_rules! on_both {
    ($($check:ident),+ $(,)?) => { $crate::on_both!(&[]; $($check),+); };
    ($settings:expr; $($check:ident),+ $(,)?) => { $(mod $check {
        use doorward_testkit::Backend;

        #[test]
        fn sqlite_memory() {
            $crate::world::run(Backend::SqliteMemory, $settings, super::$check);
        }

        #[test]
        fn postgres_redis() {
            $crate::world::run(Backend::PostgresRedis, $settings, super::$check);
        }
    })+ };
}

/// Allows connections to the identity provider on this machine.
const ALLOW_LOOPBACK: (&str, &str) = ("DOORWARD__OUTGOING__ALLOWED_NETWORKS", "127.0.0.0/8");

pub fn run(backend: Backend, settings: &[(&str, &str)], check: impl AsyncFnOnce(&World<'_>)) {
    let settings = [&[ALLOW_LOOPBACK], settings].concat();
    stack::run_with(backend, &settings, async |stack: &Stack| {
        let upstream = Upstream::start(stack.clock.now());
        let world = World { stack, upstream };
        world.provider(|_| {}).await;
        check(&world).await;
    });
}

impl World<'_> {
    /// Stores the identity provider `acme` with a change.
    pub async fn provider(&self, change: impl FnOnce(&mut ProviderSpec)) {
        self.named("acme", change).await;
    }

    /// Stores the identity provider with this ID and a change.
    pub async fn named(&self, id: &str, change: impl FnOnce(&mut ProviderSpec)) {
        let mut spec = ProviderSpec {
            name: Some("Acme".to_owned()),
            ..self.upstream.spec()
        };
        change(&mut spec);
        self.stack.put_provider(id, &spec).await;
    }

    /// Enables or disables the identity provider `acme`.
    pub async fn switch(&self, on: bool) {
        let db = self.stack.db().await;
        let operator = AdminContext::command_line(&db, &self.stack.clock);
        providers::switch(&operator, "acme", on).await.unwrap();
    }

    /// Removes the identity provider `acme`.
    pub async fn remove(&self) {
        let db = self.stack.db().await;
        let operator = AdminContext::command_line(&db, &self.stack.clock);
        providers::delete(&operator, "acme").await.unwrap();
    }

    pub async fn user(&self, name: &str) -> User {
        let db = self.stack.db().await;
        let found = repo::users::find_by_identifier(db.read(), name).await;
        found.unwrap().expect("a user")
    }

    pub async fn links(&self, name: &str) -> Vec<LinkedAccount> {
        let user = self.user(name).await;
        let db = self.stack.db().await;
        repo::linked_accounts::list(db.read(), user.id)
            .await
            .unwrap()
    }

    /// Presses the provider's button on this page; follows the redirects to the provider and back.
    pub async fn through(&self, agent: &UserAgent, page: &Page) -> Page {
        let going = self.press(agent, page).await;
        assert_eq!(going.status, 200, "{}", going.dump());
        self.complete_sign_in(agent, &going).await
    }

    /// Presses the provider's button on this page.
    pub async fn press(&self, agent: &UserAgent, page: &Page) -> Page {
        agent
            .submit(&page.press("[formaction='/login/with/acme']"))
            .await
    }

    /// Continues from the redirect page to the provider and back; returns the response to the
    /// callback.
    pub async fn complete_sign_in(&self, agent: &UserAgent, going: &Page) -> Page {
        let callback = self.away(agent, going).await;
        agent.get(callback).await
    }

    /// Continues from the redirect page to the provider; returns the callback address.
    pub async fn away(&self, agent: &UserAgent, going: &Page) -> String {
        let link = going
            .link_of("main a.btn.primary")
            .expect("a link to the provider");
        let refresh = going
            .header("refresh")
            .expect("the page redirects automatically");
        assert_eq!(refresh, format!("0; url={link}"));
        let response = agent.get(link).await;
        assert_eq!(response.status, 302, "{}", response.dump());
        response
            .header("location")
            .expect("a redirect to the callback")
            .to_owned()
    }

    /// Signs in with the provider, without a client.
    pub async fn sign_in(&self, agent: &UserAgent) -> Page {
        let page = agent.get(self.stack.at("/login")).await;
        self.through(agent, &page).await
    }

    /// Signs in by password.
    pub async fn with_password(&self, agent: &UserAgent, name: &str) -> Page {
        let page = agent.get(self.stack.at("/login")).await;
        let form = page.form("#login").with("identifier", name);
        agent.submit(&form.with("password", PASSWORD)).await
    }

    /// Links the provider's user to this user, on the account page.
    pub async fn link(&self, agent: &UserAgent, name: &str) -> Page {
        self.with_password(agent, name).await;
        let page = agent.get(self.stack.at(LINKS)).await;
        let going = agent.submit(&page.press("#add [value=acme]")).await;
        assert_eq!(going.status, 200, "{}", going.dump());
        self.complete_sign_in(agent, &going).await
    }

    pub async fn is_signed_in(&self, agent: &UserAgent) -> bool {
        agent.get(self.stack.at("/account")).await.status == 200
    }

    /// Returns the reasons of failed sign-ins with a provider.
    pub async fn failures(&self) -> Vec<String> {
        let failed = self.stack.audited(AuditKind::LoginFailed).await;
        let by_provider = failed
            .iter()
            .filter(|failed| failed.detail["method"] == "provider");
        by_provider
            .map(|by_provider| {
                by_provider.detail["reason"]
                    .as_str()
                    .unwrap_or_default()
                    .to_owned()
            })
            .collect()
    }
}

/// The path of the linked accounts page.
pub const LINKS: &str = "/account/providers";

/// Returns a unique user name: a name requested together with a known address is reserved for a
/// day, in a database that the tests share.
pub fn free_name(name: &str) -> String {
    let number = uuid::Uuid::new_v4().simple().to_string();
    format!("{name}-{}", &number[..8])
}

/// Returns a user's claims at the provider.
pub fn jane() -> Value {
    json!({
        "sub": "248289761001", "email": "jane@upstream.example", "email_verified": true,
        "preferred_username": "jane", "given_name": "Jane", "family_name": "Doe",
    })
}

/// Returns claims with this subject and address.
pub fn claims_of(subject: &str, email: &str, verified: bool) -> Value {
    json!({ "sub": subject, "email": email, "email_verified": verified })
}

/// Returns the target of a redirect as path and query.
#[track_caller]
pub fn location(page: &Page) -> String {
    assert_eq!(page.status, 303, "{}", page.dump());
    let location = page.location().expect("a location");
    match location.query() {
        Some(query) => format!("{}?{query}", location.path()),
        None => location.path().to_owned(),
    }
}

/// Direct changes of the database.
impl World<'_> {
    pub fn upstream_now(&self) -> i64 {
        self.stack.clock.now()
    }

    pub fn can_mail(&self) -> bool {
        self.stack.mail_parts().0.can_mail()
    }

    /// Stores a confirmed authenticator app for this user.
    pub async fn enrol_app(&self, name: &str) {
        let (user, now) = (self.user(name).await.id, self.upstream_now());
        let factor = TotpFactor {
            user_id: user,
            secret_sealed: vec![1; 64],
            confirmed_at: None,
            last_step: 0,
            failures: 0,
            locked_until: None,
            codes_saved_at: Some(now),
            created_at: now,
        };
        let db = self.stack.db().await;
        let tx = db.begin_write().await.unwrap();
        assert!(
            repo::totp_factors::insert_unconfirmed(&tx, &factor)
                .await
                .unwrap()
        );
        assert!(
            repo::totp_factors::confirm(&tx, user, now, 1, now)
                .await
                .unwrap()
        );
        tx.commit().await.unwrap();
    }

    /// Returns the user's global roles.
    pub async fn roles(&self, name: &str) -> Vec<String> {
        let user = self.user(name).await.id;
        let db = self.stack.db().await;
        let scope = OrgScope::Global;
        let assigned =
            repo::roles::effective_for_user_in(db.read(), user, scope, self.upstream_now());
        assigned.await.unwrap().roles.into_iter().collect()
    }

    /// Deletes a user's password.
    pub async fn forget_password(&self, name: &str) {
        let url = self.stack.mail_parts().0.database.url;
        let statement =
            format!("UPDATE users SET password_hash = NULL WHERE username_key = '{name}'");
        rows::execute(url.expose(), &statement).await;
    }

    /// Deletes an account.
    pub async fn delete_user(&self, name: &str) {
        let db = self.stack.db().await;
        let operator = AdminContext::command_line(&db, &self.stack.clock);
        users::delete(&operator, self.user(name).await.id)
            .await
            .unwrap();
    }

    /// Returns true if a user got a mail with this subject.
    pub async fn has_mail(&self, name: &str, subject: &str) -> bool {
        let address = self.user(name).await.email;
        let mails = self.stack.mails(&address).await;
        mails.iter().any(|mail| mail.subject.contains(subject))
    }

    /// Returns the newest mail link to this path.
    pub async fn newest_link(&self, address: &str, path: &str) -> Url {
        let mails = self.stack.mails(address).await;
        let links = mails.iter().map(|mail| mail.link(self.stack.issuer()));
        let mut links = links.filter(|link| link.path() == path);
        links
            .next()
            .unwrap_or_else(|| panic!("no link to {path} for {address}"))
    }
}
