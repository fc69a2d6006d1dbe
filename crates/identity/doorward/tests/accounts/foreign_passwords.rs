//! Tests of imported password hashes at sign-in, and of temporary passwords (decision 78).

use doorward_domain::credentials::foreign_hash::ForeignHash;
use doorward_domain::credentials::password::{HashMemory, HashParams, hash};
use doorward_domain::model::User;
use doorward_store::repo;
use doorward_testkit::stack::HASH_MEMORY_KIB;
use doorward_testkit::{PASSWORD, Stack, UserAgent, both_backends, flows};
use tokio::task::JoinSet;

use crate::password::change;
use crate::password_reset::choose;
use crate::support::{NEW_PASSWORD, is_signed_in, location, sign_in};

both_backends!(simultaneous_first_sign_ins_succeed,);
flows!(
    each_form_signs_in_and_is_replaced,
    confirmed_password_is_replaced_and_may_be_changed,
    short_foreign_password_signs_in,
    temporary_password_only_sets_another_one,
);

/// Hashes of [`PASSWORD`] as Django stores them, made by Python's hashlib and crypt.
const DJANGO: [&str; 7] = [
    "pbkdf2_sha256$1000$salt$Ft+6GNuUMYZQkCbJAbHIIUkhvYHQdVjduhFRDD9nsDI=",
    "pbkdf2_sha1$1000$salt$0UZE+5fICzSVMn7JJZ/O0cDRhkE=",
    "scrypt$1024$salt$8$1$6sq2R3GCahgURent9grfkeQ1cghDjL+DkcpebkD4lR0+ikaJQj5sZKNmGqZDiw7vSusi7KcG+ZbSCIfZxy1cXg==",
    "bcrypt$$2b$04$A0M453.jkAeJtsOOIXH.d.cyp62LhSBTn3r62InowmsOjSZQD58zG",
    "bcrypt_sha256$$2b$04$A0M453.jkAeJtsOOIXH.d.CwKBmTBoRdCSHpqf39FJlihAPhLFvW.",
    "md5$salt$cc6c5fd63e8dbe133b807a4fc0b96b5b",
    "sha1$$7a22453cdb01a80ad4b50ae8251dbfd5d082d331",
];

const CHEAP: HashParams = HashParams { m: 256, t: 1, p: 1 };

/// Returns the texts for the store of one hash in each form.
fn forms() -> Vec<String> {
    let (mut memory, mut rng) = (HashMemory::default(), rand::rng());
    let phc = hash(PASSWORD, &CHEAP, &mut memory, &mut rng).unwrap();
    let argon2 = format!("argon2{phc}");
    let django = DJANGO.iter().copied().chain([argon2.as_str()]);
    let hashes = django.map(|text| ForeignHash::from_django(text).unwrap());
    let keycloak = ForeignHash::from_keycloak(
        r#"{"value":"yn3d1Tk3FBc3Rm8TbaWH1CBf+BFwIwsNMryF/84+rPZYQHQYt0YfnGIG1sCw6YOhzswxoP0UPVgZSuger3GRdQ==","salt":"AAECAwQFBgcICQoLDA0ODw=="}"#,
        r#"{"hashIterations":1000,"algorithm":"pbkdf2-sha512","additionalParameters":{}}"#,
    );
    let all: Vec<_> = hashes.chain([keycloak.unwrap()]).collect();
    let mut wrap = |hash: ForeignHash| hash.wrap(&CHEAP, &mut memory, &mut rng).unwrap();
    all.into_iter()
        .map(|hash| wrap(hash).to_stored().unwrap())
        .collect()
}

/// Changes an account directly in the database.
async fn with_account(stack: &Stack, apply: impl FnOnce(&mut User)) {
    let db = stack.db().await;
    let alice = repo::users::find_by_identifier(db.read(), "alice").await;
    let mut alice = alice.unwrap().unwrap();
    apply(&mut alice);
    let tx = db.begin_write().await.unwrap();
    assert!(repo::users::update(&tx, &alice).await.unwrap());
    tx.commit().await.unwrap();
    db.close().await.unwrap();
}

async fn stored(stack: &Stack) -> User {
    let db = stack.db().await;
    let alice = repo::users::find_by_identifier(db.read(), "alice").await;
    db.close().await.unwrap();
    alice.unwrap().unwrap()
}

fn is_native(user: &User) -> bool {
    let hash = user.password_hash.as_deref().unwrap();
    hash.starts_with("$argon2id$") && hash.contains(&format!("m={HASH_MEMORY_KIB},t=1,p=1"))
}

async fn each_form_signs_in_and_is_replaced(stack: &Stack) {
    let before = stored(stack).await;
    for form in forms() {
        with_account(stack, |alice| alice.password_hash = Some(form.clone())).await;
        let page = sign_in(stack, &UserAgent::new(), "alice", NEW_PASSWORD).await;
        assert_eq!(page.status, 401, "{form}");
        assert_eq!(stored(stack).await.password_hash.as_ref(), Some(&form));
        let agent = UserAgent::new();
        sign_in(stack, &agent, "alice", PASSWORD).await;
        assert!(is_signed_in(stack, &agent).await, "{form}");
        let after = stored(stack).await;
        assert!(is_native(&after), "{form}: {:?}", after.password_hash);
        assert_eq!(after.password_changed_at, before.password_changed_at);
        sign_in(stack, &UserAgent::new(), "alice", PASSWORD).await;
        assert_eq!(stored(stack).await.password_hash, after.password_hash);
    }
}

async fn simultaneous_first_sign_ins_succeed(stack: &Stack) {
    for form in forms() {
        with_account(stack, |alice| alice.password_hash = Some(form.clone())).await;
        let mut attempts = JoinSet::new();
        for _ in 0..4 {
            let agent = UserAgent::new();
            let page = agent.get(stack.at("/login")).await;
            let typed = page.form("#login").with("identifier", "alice");
            let typed = typed.with("password", PASSWORD);
            attempts.spawn(async move { agent.submit(&typed).await.status });
        }
        assert_eq!(attempts.join_all().await, [303; 4], "{form}");
        assert!(is_native(&stored(stack).await));
    }
}

async fn confirmed_password_is_replaced_and_may_be_changed(stack: &Stack) {
    let agent = UserAgent::new();
    sign_in(stack, &agent, "alice", PASSWORD).await;
    with_account(stack, |alice| alice.password_hash = forms().pop()).await;
    let page = change(stack, &agent, NEW_PASSWORD, &[]).await;
    assert_eq!(page.status, 422, "{}", page.dump());
    assert!(!is_native(&stored(stack).await));
    let page = change(stack, &agent, PASSWORD, &[]).await;
    assert_eq!(location(&page), "/account?done=password");
    let page = sign_in(stack, &UserAgent::new(), "alice", NEW_PASSWORD).await;
    assert_eq!(page.status, 303);
    assert!(is_native(&stored(stack).await));
}

async fn short_foreign_password_signs_in(stack: &Stack) {
    // hashlib.md5(b"hunter2")
    let short = ForeignHash::from_django("2ab96390c7dbe3439de74d0c9b0b1767").unwrap();
    let wrapped = short.wrap(&CHEAP, &mut HashMemory::default(), &mut rand::rng());
    let text = wrapped.unwrap().to_stored();
    with_account(stack, |alice| alice.password_hash = text).await;
    let agent = UserAgent::new();
    sign_in(stack, &agent, "alice", "hunter2").await;
    assert!(is_signed_in(stack, &agent).await);
    assert!(is_native(&stored(stack).await));
}

async fn temporary_password_only_sets_another_one(stack: &Stack) {
    with_account(stack, |alice| {
        alice.password_hash = forms().pop();
        alice.password_change_required = true;
        alice.email_verified = false;
    })
    .await;
    let agent = UserAgent::new();
    let page = sign_in(stack, &agent, "alice", NEW_PASSWORD).await;
    assert_eq!(page.status, 401);
    let page = sign_in(stack, &agent, "alice", PASSWORD).await;
    assert_eq!(location(&page), "/reset-password");
    assert!(!is_signed_in(stack, &agent).await);
    // Another browser has no access to the form.
    let page = UserAgent::new().get(stack.at("/reset-password")).await;
    assert!((400..500).contains(&page.status), "{}", page.dump());

    let page = agent.get(stack.at("/reset-password")).await;
    let again = choose(&agent, &page, PASSWORD).await;
    assert_eq!(again.status, 422, "{}", again.dump());
    assert!(again.text().contains("This is the former password"));
    assert_eq!(page.form("#new-password").value("username"), Some("alice"));
    let refused = choose(&agent, &page, "short").await;
    assert_eq!(refused.status, 422, "{}", refused.dump());
    let page = choose(&agent, &page, NEW_PASSWORD).await;
    assert_eq!(location(&page), "/reset-password?done=1");
    let after = stored(stack).await;
    assert!(!after.password_change_required && is_native(&after));
    assert!(!after.email_verified, "no mail was followed");

    let page = sign_in(stack, &UserAgent::new(), "alice", PASSWORD).await;
    assert_eq!(page.status, 401);
    sign_in(stack, &agent, "alice", NEW_PASSWORD).await;
    assert!(is_signed_in(stack, &agent).await);
}
