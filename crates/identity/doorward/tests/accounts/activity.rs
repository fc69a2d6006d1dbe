//! Tests of the activity page of the account and of "This wasn't me".

use doorward_domain::model::{AuditEvent, AuditId, AuditKind};
use doorward_services::caller::AuditEventExt as _;
use doorward_store::repo;
use doorward_testkit::{PASSWORD, Page, Stack, UserAgent, both_backends, flows, rows};

use crate::support::{NEW_PASSWORD, is_signed_in, location, sign_in};
use crate::two_factor::enrol;

both_backends!(activity_is_filtered_and_paged,);
flows!(
    activity_is_described_in_user_language,
    activity_is_filtered_by_days,
    activity_is_downloaded_in_parts,
    long_activity_is_downloaded_whole,
    file_has_harmless_cells_of_filter,
    file_requires_recent_authentication,
    changes_of_administrator_are_named_with_reason,
    ninety_days_are_shown,
    activity_belongs_to_user,
    disowned_sign_in_ends_other_sessions_and_asks_new_password,
    disowned_sign_in_keeps_other_sessions_if_unchecked,
    activity_requires_second_factor,
    disowned_sign_in_revokes_api_keys_and_mail_links,
);

const PATH: &str = "/account/activity";

async fn signed_in(stack: &Stack) -> UserAgent {
    let agent = UserAgent::new();
    let page = sign_in(stack, &agent, "alice", PASSWORD).await;
    assert_eq!(page.status, 303, "{}", page.dump());
    stack.clock.advance(1);
    agent
}

/// Returns the sentences on an activity page, newest first.
fn sentences(page: &Page) -> Vec<String> {
    assert_eq!(page.status, 200, "{}", page.dump());
    page.texts_of(".rows strong")
}

async fn activity_is_described_in_user_language(stack: &Stack) {
    sign_in(stack, &UserAgent::new(), "alice", "wrong horse battery").await;
    stack.clock.advance(1);
    let agent = signed_in(stack).await;
    let home = agent.get(stack.at("/account")).await;
    assert!(home.has("a[href='/account/activity']"), "{}", home.dump());
    let expected = ["Signed in", "A sign-in failed: wrong password"];
    assert_eq!(
        &sentences(&home)[1..3],
        expected,
        "below the current sign-in"
    );
    let page = agent.get(stack.at(PATH)).await;
    assert_eq!(sentences(&page), expected);
    assert!(page.has("time[datetime]"), "{}", page.dump());
    let text = page.text_of("main").unwrap();
    assert!(
        text.contains("127.0.0.1") && text.contains("This wasn’t me"),
        "{text}"
    );
    // The language of the profile takes precedence over the browser's.
    let form = page.form("form[action='/preferences']").with("lang", "de");
    agent.submit(&form).await;
    let german = agent.get(stack.at(PATH)).await;
    assert_eq!(sentences(&german)[0], "Angemeldet");
}

async fn activity_is_filtered_and_paged(stack: &Stack) {
    let agent = UserAgent::new();
    for _ in 0..45 {
        sign_in(stack, &UserAgent::new(), "alice", "wrong horse battery").await;
        stack.clock.advance(1);
    }
    enrol(stack, &agent, "alice").await;
    let security = agent.get(stack.at("/account/activity?show=security")).await;
    assert_eq!(sentences(&security), ["Two-step sign-in was turned on"]);
    assert!(security.has("nav a[aria-current=page][href$='show=security']"));
    let mut page = agent.get(stack.at("/account/activity?show=sign-in")).await;
    let mut seen = sentences(&page).len();
    let mut pages = 1;
    while let Some(next) = page.link_of("a[rel=next]") {
        page = agent.get(next).await;
        seen += sentences(&page).len();
        pages += 1;
        assert!(page.has("a[rel=first]"), "{}", page.dump());
    }
    assert_eq!((pages, seen), (5, 45 + 1), "each event once");
    for bad in ["show=everything", "before=1", "before=%27%3B--"] {
        let page = agent.get(stack.at(&format!("{PATH}?{bad}"))).await;
        assert_eq!(page.status, 400, "{bad}: {}", page.dump());
    }
}

/// Returns the day of the newest event on the page, in UTC.
fn day(page: &Page) -> String {
    page.attributes(".rows time", "datetime")[0][..10].to_owned()
}

async fn activity_is_filtered_by_days(stack: &Stack) {
    let first = day(&signed_in(stack).await.get(stack.at(PATH)).await);
    stack.clock.advance(3 * 86_400);
    let agent = signed_in(stack).await;
    let page = agent.get(stack.at(PATH)).await;
    assert_eq!(sentences(&page).len(), 2, "both days");
    let last = day(&page);
    assert_ne!(first, last);
    for (query, days) in [
        (format!("from={last}"), vec![&last]),
        (format!("to={first}"), vec![&first]),
        (format!("from={first}&to={first}"), vec![&first]),
        (format!("from={first}&to={last}"), vec![&last, &first]),
        (format!("show=security&from={first}"), vec![]),
        ("from=2001-01-01&to=2001-12-31".to_owned(), vec![]),
    ] {
        let page = agent.get(stack.at(&format!("{PATH}?{query}"))).await;
        assert_eq!(page.status, 200, "{query}: {}", page.dump());
        let found = page.attributes(".rows time", "datetime");
        let found: Vec<&str> = found.iter().map(|time| &time[..10]).collect();
        assert_eq!(found, days, "{query}");
    }
    // The filter is kept by the links and the form.
    let query = format!("show=sign-in&from={first}&to={last}");
    let page = agent.get(stack.at(&format!("{PATH}?{query}"))).await;
    let form = page.form("main form[role=search]");
    let kept = ["show", "from", "to"].map(|name| form.value(name).unwrap_or_default().to_owned());
    assert_eq!(kept, ["sign-in", first.as_str(), last.as_str()]);
    let links = page.attributes("main nav a", "href");
    let security = format!("{PATH}?show=security&from={first}&to={last}");
    assert!(links.contains(&security), "{links:?}");
    let file = page.attributes("a[href^='/account/activity.csv']", "href");
    assert_eq!(file, [format!("/account/activity.csv?{query}")]);
    for bad in ["from=2023-02-29", "to=tomorrow", "from=2023-01-01T00:00"] {
        let page = agent.get(stack.at(&format!("{PATH}?{bad}"))).await;
        assert_eq!(page.status, 400, "{bad}: {}", page.dump());
    }
}

/// Returns the rows of a file without the names of the columns.
fn file_rows(page: &Page) -> Vec<csv::StringRecord> {
    assert_eq!(page.status, 200, "{}", page.dump());
    assert_eq!(page.header("content-type"), Some("text/csv; charset=utf-8"));
    assert_eq!(page.header("cache-control"), Some("no-store"));
    assert_eq!(
        page.header("content-disposition"),
        Some("attachment; filename=\"activity.csv\"")
    );
    let mut reader = csv::Reader::from_reader(page.body.as_slice());
    let columns = reader.headers().expect("the columns").clone();
    let first: Vec<&str> = columns.iter().take(4).collect();
    assert_eq!(first, ["id", "at", "kind", "event"]);
    reader.records().map(|row| row.expect("a row")).collect()
}

async fn activity_is_downloaded_in_parts(stack: &Stack) {
    let agent = signed_in(stack).await;
    let signed = stack.audited(AuditKind::LoginSucceeded).await.remove(0);
    let db = stack.db().await;
    let tx = db.begin_write().await.unwrap();
    for number in 0..250 {
        let event = AuditEvent {
            id: AuditId::generate(signed.at, &mut rand::rng()),
            at: signed.at - number / 30,
            kind: AuditKind::ProfileChanged,
            ..signed.clone()
        };
        repo::audit::insert(&tx, &event).await.unwrap();
    }
    tx.commit().await.unwrap();
    db.close().await.unwrap();
    let page = agent.get(stack.at("/account/activity.csv")).await;
    let rows = file_rows(&page);
    let mut ids: Vec<&str> = rows.iter().map(|row| &row[0]).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!((rows.len(), ids.len()), (251, 251));
    let times: Vec<&str> = rows.iter().map(|row| &row[1]).collect();
    assert!(times.is_sorted_by(|a, b| a >= b), "the newest first");
    let file = "/account/activity.csv?show=account";
    assert_eq!(file_rows(&agent.get(stack.at(file)).await).len(), 250);
    let head = agent.http().head(stack.at(file));
    let page = agent.send(head).await;
    assert_eq!((page.status, page.body.len()), (200, 0));
}

/// Checks that a file does not end silently before its last event.
async fn long_activity_is_downloaded_whole(stack: &Stack) {
    let agent = signed_in(stack).await;
    let url = &stack.storage().identity;
    let id = if url.starts_with("postgres") {
        "gen_random_uuid()"
    } else {
        "randomblob(16)"
    };
    let copy = format!(
        "INSERT INTO audit_events (id, at, kind, actor, subject, success, detail) \
         WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < 10500) \
         SELECT {id}, at, kind, actor, subject, success, detail FROM audit_events CROSS JOIN s \
         WHERE kind = 'login.succeeded'"
    );
    rows::execute(url, &copy).await;
    let page = agent.get(stack.at("/account/activity.csv")).await;
    assert_eq!(file_rows(&page).len(), 10_501);
}

async fn file_has_harmless_cells_of_filter(stack: &Stack) {
    let hostile = UserAgent::named("=HYPERLINK(\"https://evil.example\"), 1");
    sign_in(stack, &hostile, "alice", "wrong horse battery").await;
    stack.clock.advance(1);
    let agent = signed_in(stack).await;
    sign_in(stack, &UserAgent::new(), "bob", PASSWORD).await;
    let page = agent
        .get(stack.at("/account/activity.csv?show=sign-in"))
        .await;
    let rows = file_rows(&page);
    assert_eq!(rows.len(), 2, "{}", page.text());
    let cells = |row: usize, columns: &[usize]| -> Vec<String> {
        columns.iter().map(|at| rows[row][*at].to_owned()).collect()
    };
    let expected = ["login.succeeded", "Signed in", "true", "false"];
    assert_eq!(cells(0, &[2, 3, 4, 5]), expected);
    assert_eq!(&rows[0][7], "127.0.0.1");
    let expected = ["login.failed", "A sign-in failed: wrong password", "false"];
    assert_eq!(cells(1, &[2, 3, 4]), expected);
    assert_eq!(&rows[1][8], "'=HYPERLINK(\"https://evil.example\"), 1");
    let page = agent.get(stack.at("/account/activity.csv?show=apps")).await;
    assert!(file_rows(&page).is_empty(), "{}", page.text());
    let page = agent
        .get(stack.at("/account/activity.csv?from=today"))
        .await;
    assert_eq!(page.status, 400, "{}", page.dump());
}

async fn file_requires_recent_authentication(stack: &Stack) {
    let file = "/account/activity.csv";
    let login = format!("/login?next={PATH}");
    let page = UserAgent::new().get(stack.at(file)).await;
    assert_eq!(location(&page), login);
    let agent = signed_in(stack).await;
    assert!(!file_rows(&agent.get(stack.at(file)).await).is_empty());
    stack.clock.advance(901);
    let page = agent.get(stack.at(PATH)).await;
    assert!(
        page.has("a[href='/account/activity.csv']"),
        "{}",
        page.dump()
    );
    let page = agent.get(stack.at(file)).await;
    assert_eq!(location(&page), login);
}

async fn changes_of_administrator_are_named_with_reason(stack: &Stack) {
    let agent = signed_in(stack).await;
    let signed = stack.audited(AuditKind::LoginSucceeded).await.remove(0);
    let db = stack.db().await;
    let tx = db.begin_write().await.unwrap();
    let mut expected = Vec::new();
    for (number, (change, sentence)) in (1..).zip([
        ("disabled", "An administrator disabled your account"),
        ("enabled", "An administrator enabled your account"),
        (
            "unlocked",
            "An administrator ended the lock of your account",
        ),
        ("password reset", "An administrator reset your password"),
        ("something", "An administrator changed your account"),
    ]) {
        let event = AuditEvent {
            id: AuditId::generate(signed.at + number, &mut rand::rng()),
            at: signed.at + number,
            kind: AuditKind::UserChanged,
            actor: Some("01a1f8fa-1770-70f4-a5da-000000000001".to_owned()),
            ..signed.clone()
        };
        let event = event
            .with("change", change)
            .with("reason", "Asked by phone");
        repo::audit::insert(&tx, &event).await.unwrap();
        expected.insert(0, sentence);
    }
    tx.commit().await.unwrap();
    db.close().await.unwrap();
    stack.clock.advance(10);
    let page = agent.get(stack.at(PATH)).await;
    assert_eq!(sentences(&page)[..5], expected);
    assert_eq!(page.text().matches("Reason: Asked by phone").count(), 5);
    let rows = file_rows(&agent.get(stack.at("/account/activity.csv")).await);
    assert_eq!((&rows[0][3], &rows[0][5]), (expected[0], "true"));
    assert_eq!(&rows[0][9], "Asked by phone");
}

async fn ninety_days_are_shown(stack: &Stack) {
    signed_in(stack).await;
    stack.clock.advance(90 * 86_400 + 10);
    let agent = signed_in(stack).await;
    let page = agent.get(stack.at(PATH)).await;
    assert_eq!(
        sentences(&page),
        ["Signed in"],
        "the older one is not shown"
    );
    assert_eq!(
        stack.audited(AuditKind::LoginSucceeded).await.len(),
        2,
        "not deleted"
    );
}

async fn activity_belongs_to_user(stack: &Stack) {
    signed_in(stack).await;
    let event = stack.audited(AuditKind::LoginSucceeded).await[0].id;
    let bob = UserAgent::new();
    sign_in(stack, &bob, "bob", PASSWORD).await;
    assert_eq!(
        sentences(&bob.get(stack.at(PATH)).await),
        ["Signed in"],
        "bob's own data is unaffected"
    );
    let page = bob
        .get(stack.at(&format!("/account/secure?event={event}")))
        .await;
    assert_eq!(page.status, 404, "{}", page.dump());
    let form = bob.get(stack.at("/account/secure")).await.form("#secure");
    let page = bob.submit(&form.with("event", &event.to_string())).await;
    assert_eq!(page.status, 404, "{}", page.dump());
    let anonymous_caller = UserAgent::new();
    for place in [PATH, "/account/secure", "/account/secure/review"] {
        let page = anonymous_caller.get(stack.at(place)).await;
        assert_eq!(location(&page), format!("/login?next={place}"));
    }
}

/// Follows "This wasn't me" from the activity page to its first page.
async fn report_activity(stack: &Stack, agent: &UserAgent) -> Page {
    let page = agent.get(stack.at(PATH)).await;
    let link = page
        .link_of(".rows a[href^='/account/secure?event=']")
        .expect("a link");
    agent.get(link).await
}

async fn disowned_sign_in_ends_other_sessions_and_asks_new_password(stack: &Stack) {
    let thief = signed_in(stack).await;
    let agent = signed_in(stack).await;
    let page = report_activity(stack, &agent).await;
    assert_eq!(only_sentence(&page), "Signed in");
    let form = page.form("#secure");
    assert_eq!(form.value("others"), Some("on"), "ticked");
    let page = agent.submit(&form).await;
    assert_eq!(location(&page), "/account/secure/password");
    assert!(is_signed_in(stack, &agent).await && !is_signed_in(stack, &thief).await);
    let ended = stack.audited(AuditKind::SessionEnded).await;
    assert_eq!(ended.len(), 1);
    assert_eq!(ended[0].detail["which"], "others");
    let reports = stack.audited(AuditKind::ActivityDisowned).await;
    assert!(reports.len() == 1 && reports[0].detail["event"].is_string());
    let mail = stack.mail("alice@example.org").await;
    assert_eq!(mail.subject, "You reported activity in your account");

    let page = agent.follow(page, "").await;
    let next = page
        .link_of("a.primary")
        .expect("the link to the next page");
    let page = agent.get(next).await;
    let form = page
        .form("#new-password")
        .with("current_password", PASSWORD)
        .with("password", NEW_PASSWORD)
        .with("password_confirm", NEW_PASSWORD);
    let page = agent.submit(&form).await;
    assert_eq!(location(&page), "/account/secure/review");
    let page = agent.follow(page, "").await;
    assert!(
        page.has("a[href='/account/security/2fa']"),
        "{}",
        page.dump()
    );
    assert!(page.text().contains("No app has access"), "{}", page.dump());
}

fn only_sentence(page: &Page) -> String {
    assert_eq!(page.status, 200, "{}", page.dump());
    page.text_of(".row strong").expect("the event")
}

async fn disowned_sign_in_keeps_other_sessions_if_unchecked(stack: &Stack) {
    let other = signed_in(stack).await;
    let agent = signed_in(stack).await;
    let form = report_activity(stack, &agent).await.form("#secure");
    agent.submit(&form.with("others", "")).await;
    assert!(is_signed_in(stack, &other).await && is_signed_in(stack, &agent).await);
    assert_eq!(stack.audited(AuditKind::SessionEnded).await, []);
    // A request without the anti-forgery token, as from another site, is rejected.
    let mut form = report_activity(stack, &agent).await.form("#secure");
    form.fields.retain(|(name, _)| name != "csrf");
    assert_eq!(agent.submit(&form).await.status, 400);
}

async fn activity_requires_second_factor(stack: &Stack) {
    let agent = UserAgent::new();
    enrol(stack, &agent, "alice").await;
    let thief = UserAgent::new();
    sign_in(stack, &thief, "alice", PASSWORD).await;
    let page = thief.get(stack.at(PATH)).await;
    assert_eq!(location(&page), "/login?next=/account/activity");
}

/// Checks that "This wasn't me" ends API keys and mail links that an attacker may have created.
async fn disowned_sign_in_revokes_api_keys_and_mail_links(stack: &Stack) {
    use doorward_access::clock::Clock as _;
    use doorward_domain::model::{EmailPurpose, EmailToken};
    use doorward_domain::secret::OpaqueToken;
    let agent = signed_in(stack).await;
    let text = crate::api_keys::make(stack, &agent, &["tasks:read"]).await;
    let db = stack.db().await;
    let alice = repo::users::find_by_identifier(db.read(), "alice").await;
    let alice = alice.unwrap().unwrap();
    let now = stack.clock.now();
    let tx = db.begin_write().await.unwrap();
    let mut links = Vec::new();
    for purpose in EmailPurpose::ALL {
        let token = OpaqueToken::generate(&mut rand::rng());
        let link = EmailToken {
            hash: token.hash(),
            user_id: alice.id,
            purpose,
            email: alice.email.clone(),
            created_at: now,
            expires_at: now + 3600,
            used_at: None,
        };
        repo::email_tokens::insert(&tx, &link).await.unwrap();
        links.push(link);
    }
    tx.commit().await.unwrap();
    let page = report_activity(stack, &agent).await;
    assert!(page.text().contains("API keys"), "{}", page.dump());
    agent.submit(&page.form("#secure").with("others", "")).await;
    for link in links {
        let stored = repo::email_tokens::find(db.read(), &link.hash).await;
        let is_live = stored.unwrap().unwrap().used_at.is_none();
        assert_eq!(
            is_live,
            link.purpose == EmailPurpose::Undo,
            "{:?}",
            link.purpose
        );
    }
    let keys = repo::api_keys::list_live(db.read(), alice.id, now).await;
    assert_eq!(keys.unwrap().len(), 0, "{text}");
    let report = &stack.audited(AuditKind::ActivityDisowned).await[0];
    assert_eq!(report.detail["keys_revoked"], 1);
    let mail = stack.mail("alice@example.org").await;
    assert!(mail.text.contains("API keys"), "{}", mail.text);
    db.close().await.unwrap();
}
