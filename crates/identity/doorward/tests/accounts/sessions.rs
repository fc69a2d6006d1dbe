//! Tests of the session list and of ending sessions.

use doorward_access::clock::Clock as _;
use doorward_store::repo;
use doorward_testkit::{Authorization, PASSWORD, Stack, UserAgent, both_backends};

use crate::support::{is_signed_in, location, sign_in};
use crate::two_factor::{enrol, enter, first_step};

both_backends!(
    list_names_device_address_and_use,
    single_session_is_ended,
    all_other_sessions_are_ended,
    pending_sign_in_ends_with_other_sessions,
    sessions_of_other_users_cannot_be_ended,
    ended_session_is_rejected_by_each_replica,
);

const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
const SAFARI: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 \
                      (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1";

async fn signed_in(stack: &Stack, name: &str, browser: &str) -> UserAgent {
    let agent = UserAgent::named(browser);
    sign_in(stack, &agent, name, PASSWORD).await;
    assert!(is_signed_in(stack, &agent).await);
    agent
}

async fn list_names_device_address_and_use(stack: &Stack) {
    let _phone = signed_in(stack, "alice", SAFARI).await;
    stack.clock.advance(3 * 3600);
    let desk = signed_in(stack, "alice", FIREFOX).await;
    let page = desk.get(stack.at("/account/sessions")).await;
    let rows = page.text_of("section:has(#ends)").expect("the list");
    for requested in [
        "Firefox on Linux",
        "This device",
        "Safari on iPhone",
        "127.0.0.1",
        "Last used 3 hours ago",
        "signed in",
    ] {
        assert!(rows.contains(requested), "{requested}: {rows}");
    }
    assert_eq!(rows.matches("This device").count(), 1, "{rows}");
    // The current session is signed out at the top of the page, not in the list.
    assert_eq!(
        rows.matches("Sign out").count(),
        2,
        "a button for the session and one for all others: {rows}"
    );
}

async fn single_session_is_ended(stack: &Stack) {
    let desk = signed_in(stack, "alice", FIREFOX).await;
    let phone = signed_in(stack, "alice", SAFARI).await;
    let third = signed_in(stack, "alice", "x").await;
    let page = desk.get(stack.at("/account/sessions")).await;
    let row = "button[name=session][aria-label*=Safari]";
    let page = desk.submit(&page.press(row)).await;
    assert_eq!(location(&page), "/account/sessions?done=session");
    let page = desk.follow(page, "").await;
    assert!(page.has("[role=status]"), "{}", page.dump());
    assert!(!is_signed_in(stack, &phone).await);
    assert!(is_signed_in(stack, &desk).await && is_signed_in(stack, &third).await);
}

async fn all_other_sessions_are_ended(stack: &Stack) {
    // A client on another device, and a client with offline access.
    let there = UserAgent::named(SAFARI);
    let client = &stack.seed.trusted;
    let app = async |scope| {
        let request = Authorization::new(stack.issuer(), client).with("scope", scope);
        let code = request.complete(&there, "alice").await.code();
        let tokens = stack.exchange(client, &code).await.json();
        tokens["refresh_token"]
            .as_str()
            .expect("a token")
            .to_owned()
    };
    let offline = app("openid offline_access").await;
    let online = app("openid").await;
    let third = signed_in(stack, "alice", "x").await;
    let bob = signed_in(stack, "bob", FIREFOX).await;
    let desk = signed_in(stack, "alice", FIREFOX).await;

    let page = desk.get(stack.at("/account/sessions")).await;
    let form = page.press("button[formaction$='/sessions/end-others']");
    let page = desk.submit(&form).await;
    assert_eq!(location(&page), "/account/sessions?done=sessions");
    let page = desk.follow(page, "").await;
    assert!(
        page.text().contains("All other devices are signed out"),
        "{}",
        page.dump()
    );
    assert!(
        !page.has("button[formaction$='/sessions/end-others']"),
        "no other session remains"
    );
    assert!(is_signed_in(stack, &desk).await && is_signed_in(stack, &bob).await);
    assert!(!is_signed_in(stack, &there).await && !is_signed_in(stack, &third).await);
    let refused = stack.refresh(client, &online).await;
    assert_eq!(refused.member("error").as_deref(), Some("invalid_grant"));
    assert_eq!(stack.refresh(client, &offline).await.status, 200);

    let db = stack.db().await;
    let events = repo::audit::list(db.read(), None, 100).await.unwrap();
    let ended: Vec<_> = events
        .iter()
        .filter(|event| event.kind.as_str() == "session.ended")
        .collect();
    assert_eq!(ended.len(), 1, "one event for one request");
    let sessions = ended[0].detail["sessions"].as_array();
    assert_eq!(
        sessions.map(Vec::len),
        Some(2),
        "the event lists both sessions"
    );
    db.close().await.unwrap();
    // Submitting the form again changes nothing.
    assert_eq!(
        location(&desk.submit(&form).await),
        "/account/sessions?done=sessions"
    );
    assert!(is_signed_in(stack, &desk).await);
}

async fn pending_sign_in_ends_with_other_sessions(stack: &Stack) {
    let desk = UserAgent::named(FIREFOX);
    let app = enrol(stack, &desk, "alice").await;
    let thief = UserAgent::new();
    let waiting = first_step(stack, &thief, "alice").await;
    let page = desk.get(stack.at("/account")).await;
    let csrf = page
        .form("form[action='/logout']")
        .value("csrf")
        .unwrap()
        .to_owned();
    let fields = [("csrf", csrf.as_str())];
    desk.post(stack.at("/account/sessions/end-others"), &fields)
        .await;
    let answer = enter(&thief, &waiting, &app.next_code(stack)).await;
    assert_eq!(answer.status, 400, "{}", answer.dump());
    assert!(!is_signed_in(stack, &thief).await);
}

async fn sessions_of_other_users_cannot_be_ended(stack: &Stack) {
    let bob = signed_in(stack, "bob", FIREFOX).await;
    let alice = signed_in(stack, "alice", FIREFOX).await;
    let db = stack.db().await;
    let user = repo::users::find_by_identifier(db.read(), "bob")
        .await
        .unwrap()
        .unwrap();
    let sessions = repo::sessions::list_for_user(db.read(), user.id, stack.clock.now()).await;
    let theirs = sessions.unwrap()[0].id.to_string();
    db.close().await.unwrap();
    let page = alice.get(stack.at("/account")).await;
    let csrf = page
        .form("form[action='/logout']")
        .value("csrf")
        .unwrap()
        .to_owned();
    for (session, status) in [(theirs.as_str(), 303), ("nonsense", 400), ("", 400)] {
        let fields = [("csrf", csrf.as_str()), ("session", session)];
        let page = alice.post(stack.at("/account/sessions/end"), &fields).await;
        assert_eq!(page.status, status, "{session}: {}", page.dump());
    }
    assert!(is_signed_in(stack, &bob).await);
    // The forms require a session and the anti-forgery token of a page.
    let anonymous_caller = UserAgent::new();
    let login = anonymous_caller.get(stack.at("/login")).await;
    let csrf = login.form("#login").value("csrf").unwrap().to_owned();
    for path in ["/account/sessions/end", "/account/sessions/end-others"] {
        let fields = [("csrf", csrf.as_str()), ("session", theirs.as_str())];
        assert_eq!(
            anonymous_caller.post(stack.at(path), &fields).await.status,
            400,
            "{path}"
        );
        let page = bob
            .post(stack.at(path), &[("session", theirs.as_str())])
            .await;
        assert_eq!(page.status, 400, "{path}: {}", page.dump());
        assert_eq!(bob.get(stack.at(path)).await.status, 405, "{path}");
    }
    assert!(is_signed_in(stack, &bob).await && is_signed_in(stack, &alice).await);
}

async fn ended_session_is_rejected_by_each_replica(stack: &Stack) {
    let other = stack.replica();
    let host = stack.issuer().trim_start_matches("http://").to_owned();
    let there = async |agent: &UserAgent| {
        let request = agent.http().get(format!("{}/account", other.origin));
        agent.send(request.header("host", &host)).await.status
    };
    let phone = signed_in(stack, "alice", SAFARI).await;
    let desk = signed_in(stack, "alice", FIREFOX).await;
    assert_eq!((there(&phone).await, there(&desk).await), (200, 200));
    let page = desk.get(stack.at("/account/sessions")).await;
    desk.submit(&page.press("button[formaction$='/sessions/end-others']"))
        .await;
    assert_eq!((there(&phone).await, there(&desk).await), (303, 200));
}
