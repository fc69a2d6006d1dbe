//! Impersonations on a real store: Robin, an administrator, acts as Alice in the client `web`.

use doorward_admin::change_reason::ChangeReason;
use doorward_admin::testing::{NOW, World, person};
use doorward_admin::{standard, users};
use doorward_config::Config;
use doorward_domain::model::sample;
use doorward_domain::model::{EndReason, SubjectKind};

use super::*;

const ISSUER: &str = "https://id.example.org";

struct Scene {
    world: World,
    config: Config,
    robin: User,
    alice: User,
    session: Session,
}

impl Scene {
    async fn new() -> Self {
        let world = World::new().await;
        standard::ensure_administration(&world.op(), ISSUER)
            .await
            .unwrap();
        let mut admin = person("robin");
        admin.roles = vec!["admin".to_owned()];
        let robin = users::create(&world.op(), admin).await.unwrap();
        let alice = world.user("alice").await;
        let session = session_of(&robin);
        let tx = world.db.begin_write().await.unwrap();
        repo::clients::insert(&tx, &sample::client()).await.unwrap();
        repo::sessions::insert(&tx, &session).await.unwrap();
        tx.commit().await.unwrap();
        let mut config = Config::defaults().unwrap();
        ISSUER.clone_into(&mut config.issuer);
        config.impersonation.enabled = true;
        Self {
            world,
            config,
            robin,
            alice,
            session,
        }
    }

    fn context(&self) -> AdminContext<'_> {
        let reason = ChangeReason::parse("Ticket 4711").unwrap();
        let context = self.world.op().with_config(&self.config);
        context.with_reason(Some(reason))
    }

    async fn start_as(&self, context: &AdminContext<'_>, user: &User) -> Result<Grant> {
        let new = NewImpersonation {
            user: user.clone(),
            client: &sample::client().id,
            session: self.session.id,
            support_code: None,
        };
        start(context, new).await
    }

    async fn start(&self) -> Result<Grant> {
        self.start_as(&self.context(), &self.alice).await
    }

    async fn present(&self) -> Option<Grant> {
        let (read, now) = (self.world.db.read(), self.world.op().now());
        repo::impersonations::find_of_session(read, self.session.id, now)
            .await
            .unwrap()
    }
}

/// Returns a session with two factors from a minute ago.
fn session_of(user: &User) -> Session {
    let mut session = sample::session();
    session.user_id = user.id;
    session.authentication.acr = "aal2".to_owned();
    session.authentication.auth_time = NOW - 60;
    session
}

fn field(result: Result<Grant>) -> &'static str {
    match result {
        Err(AdminError::Invalid { field, .. }) => field,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn impersonation_lasts_for_configured_time() {
    let scene = Scene::new().await;
    let grant = scene.start().await.unwrap();
    assert_eq!(grant.expires_at, NOW + 15 * 60);
    assert_eq!(grant.actor(), Some(scene.robin.id));
    assert_eq!(
        (grant.user_id, grant.session_id),
        (scene.alice.id, scene.session.id)
    );
    assert_eq!(scene.present().await, Some(grant.clone()));
    let listed = list(&scene.context(), scene.alice.id).await.unwrap();
    assert_eq!(listed, [grant]);
    scene.world.later(15 * 60);
    assert_eq!(scene.present().await, None);
}

#[tokio::test]
async fn one_of_several_starts_at_the_same_moment_succeeds() {
    let scene = Scene::new().await;
    let (first, second, third) = tokio::join!(scene.start(), scene.start(), scene.start());
    let all = [first, second, third];
    assert_eq!(all.iter().filter(|start| start.is_ok()).count(), 1);
    for rejected in all.into_iter().filter(Result::is_err) {
        assert_eq!(field(rejected), "session");
    }
}

#[tokio::test]
async fn start_and_end_are_events_about_user_with_reason() {
    let scene = Scene::new().await;
    let grant = scene.start().await.unwrap();
    let id = grant.id.to_string();
    end_named(&scene.context(), &id).await.unwrap();
    assert_eq!(scene.present().await, None);
    let again = end_named(&scene.context(), &id).await;
    assert!(
        matches!(again, Err(AdminError::NotFound { .. })),
        "{again:?}"
    );
    let events = repo::audit::list(scene.world.db.read(), None, 100).await;
    let mut events = events.unwrap();
    events.retain(|event| event.client_id.is_some());
    events.sort_by_key(|event| event.kind.as_str());
    let kinds: Vec<AuditKind> = events.iter().map(|event| event.kind).collect();
    assert_eq!(
        kinds,
        [
            AuditKind::ImpersonationEnded,
            AuditKind::ImpersonationStarted
        ]
    );
    for event in events {
        assert_eq!(event.subject, Some(scene.alice.id.to_string()));
        assert_eq!(event.client_id.as_deref(), Some("web"));
        assert_eq!(event.detail["reason"], "Ticket 4711");
        assert_eq!(event.detail["administrator"], scene.robin.id.to_string());
    }
}

#[tokio::test]
async fn end_revokes_grants_of_client() {
    let scene = Scene::new().await;
    let root = scene.start().await.unwrap();
    let tokens = Grant {
        id: GrantId::generate(NOW, &mut scene.context().rng()),
        code: sample::grant().code,
        ..root.clone()
    };
    let own = Grant {
        id: GrantId::generate(NOW, &mut scene.context().rng()),
        origin: GrantOrigin::Authorization,
        user_id: scene.robin.id,
        issuer: None,
        ..root.clone()
    };
    let tx = scene.world.db.begin_write().await.unwrap();
    for grant in [&tokens, &own] {
        repo::grants::insert(&tx, grant).await.unwrap();
    }
    tx.commit().await.unwrap();
    end(&scene.context(), &root).await.unwrap();
    for (grant, is_revoked) in [(&root, true), (&tokens, true), (&own, false)] {
        let found = repo::grants::find(scene.world.db.read(), grant.id)
            .await
            .unwrap();
        assert_eq!(
            found.unwrap().revoked_at.is_some(),
            is_revoked,
            "{:?}",
            grant.origin
        );
    }
}

#[tokio::test]
async fn second_impersonation_of_session_is_rejected() {
    let scene = Scene::new().await;
    let bob = scene.world.user("bob").await;
    scene.start().await.unwrap();
    assert_eq!(
        field(scene.start_as(&scene.context(), &bob).await),
        "session"
    );
}

#[tokio::test]
async fn session_end_ends_impersonation() {
    let scene = Scene::new().await;
    scene.start().await.unwrap();
    let tx = scene.world.db.begin_write().await.unwrap();
    repo::sessions::end(&tx, scene.session.id, EndReason::SignedOut, NOW)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert_eq!(field(scene.start().await), "session");
}

#[tokio::test]
async fn administrator_without_permission_starts_nothing() {
    let scene = Scene::new().await;
    let tx = scene.world.db.begin_write().await.unwrap();
    let id = scene.robin.id.to_string();
    for held in repo::roles::assignments(&tx, SubjectKind::User, &id)
        .await
        .unwrap()
    {
        repo::roles::delete_assignment(&tx, held.id).await.unwrap();
    }
    tx.commit().await.unwrap();
    assert_eq!(field(scene.start().await), "session");
}

#[tokio::test]
async fn start_needs_policy_reason_and_user_without_rights() {
    let mut scene = Scene::new().await;
    let without_reason = scene.context().with_reason(None);
    let started = scene.start_as(&without_reason, &scene.alice).await;
    assert_eq!(field(started), "reason");
    let mut other = person("ada");
    other.roles = vec!["admin".to_owned()];
    let ada = users::create(&scene.context(), other).await.unwrap();
    assert_eq!(field(scene.start_as(&scene.context(), &ada).await), "user");
    let oneself = scene.start_as(&scene.context(), &scene.robin).await;
    assert_eq!(field(oneself), "user");
    scene.config.impersonation.support_code = true;
    assert_eq!(field(scene.start().await), "support_code");
    scene.config.impersonation.enabled = false;
    assert_eq!(field(scene.start().await), "impersonation");
    assert_eq!(scene.present().await, None);
}
