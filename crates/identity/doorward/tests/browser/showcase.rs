//! Pictures of a deployment after some weeks, for the README and the guides: users with names, apps,
//! sign-ins, changes by an administrator, and an organization with a brand.

use doorward_access::clock::Clock as _;
use doorward_admin::operator::AdminContext;
use doorward_admin::{assignments, brands, clients, groups, organizations};
use doorward_domain::model::{
    AppCount, AttemptOutcome, AttemptRule, AttemptStep, BrandOwner, ClientId, LastLogin,
    MonthlyReport, ReportFigure, SignInAttempt, SignInAttemptId, StatKind, User, UserId,
};
use doorward_rules::own_brand::BrandSetting;
use doorward_rules::stats::{Tally, day_of};
use doorward_store::{WriteTx, repo};
use doorward_testkit::Stack;
use doorward_testkit::browser::{Browser, ColorScheme, JavaScript};
use serde_json::json;
use uuid::Uuid;

use crate::console_task::{Input, Task, open_console};
use crate::console_tasks::{HOME, insert_organization};
use crate::screenshots::picture;
use crate::with_settings;

/// Values without the shortcuts of the test kit, about which the home page warns.
const SETTINGS: [(&str, &str); 5] = [
    ("DOORWARD__BRANDING__NAME", "Northwind"),
    ("DOORWARD__BRANDING__STAGE", "production"),
    ("DOORWARD__PASSWORDS__HASH_ITERATIONS", "2"),
    ("DOORWARD__PASSWORDS__HASH_MEMORY_KIB", "19456"),
    ("DOORWARD__LIMITS__MULTIPLIER", "1"),
];

const USERS: [(&str, &str); 12] = [
    ("Amara", "Okafor"),
    ("Bruno", "Keller"),
    ("Chiara", "Conti"),
    ("Daniel", "Novak"),
    ("Elif", "Yılmaz"),
    ("Freya", "Nielsen"),
    ("Haruto", "Sato"),
    ("Inês", "Carvalho"),
    ("Jonas", "Berg"),
    ("Leila", "Haddad"),
    ("Mateusz", "Wójcik"),
    ("Noor", "de Vries"),
];
const APPS: [(&str, &str); 4] = [
    ("grafana", "Grafana"),
    ("nextcloud", "Nextcloud"),
    ("gitea", "Gitea"),
    ("wiki", "Company wiki"),
];
const DAYS: i64 = 28;
const DAY: i64 = 86_400;
const HOUR: i64 = 3_600;
/// Sign-ins of the hours of a working day, from 06:00 UTC.
const WORKDAY: [i64; 13] = [4, 18, 31, 24, 15, 11, 17, 20, 14, 12, 8, 5, 3];

/// Leaves out what only a deployment with a public address can finish.
const WITHOUT_SETUP: &str = "document.querySelector('[aria-labelledby=setup]')?.remove(); \
    document.querySelector('.host bdi').textContent = 'id.northwind.example';";

/// Counts the bars of the days.
const BARS: &str = "return document.querySelector('[aria-labelledby=days] path') \
    .getAttribute('d').split('M').length;";

#[test]
fn deployment_in_use_is_pictured() {
    with_settings(
        JavaScript::On,
        &SETTINGS,
        async |stack: &Stack, browser: &Browser| {
            stack.clock.advance(until_afternoon(stack.clock.now()));
            fill(stack).await;
            let case = insert_attempts(stack).await;
            change_before(stack).await;
            open_console(stack, browser).await;
            change(stack, browser).await;
            let case = format!("/admin/sign-ins/{case}");
            for (path, name) in [
                ("/admin", "used-home"),
                ("/admin?days=90", "used-home-months"),
                ("/admin/people", "used-users"),
                ("/admin/apps", "used-apps"),
                ("/admin/apps/grafana", "used-app"),
                ("/admin/apps/grafana?as=json", "used-app-json"),
                ("/admin/audit", "used-audit"),
                ("/admin/apps/new/catalogue", "used-catalogue"),
                ("/admin/organizations/acme", "used-organization"),
                ("/admin/sign-ins", "used-sign-ins"),
                (case.as_str(), "used-sign-in"),
            ] {
                show(stack, browser, path, name).await;
            }
            browser
                .open(stack.at("/admin/audit?kind=client.changed"))
                .await;
            browser.click("tbody th a[href^='/admin/audit/']").await;
            browser.find(".summary").await;
            picture_used(browser, "used-event").await;
            browser
                .open(stack.at("/admin/apps/grafana/edit/sign-in"))
                .await;
            browser.click("#pkce option[value=optional]").await;
            browser.click("#entry button.primary").await;
            browser.find("#confirm").await;
            picture_used(browser, "used-review").await;
            // The script sets the colors of the preview as styles.
            browser
                .open(stack.at("/admin/organizations/acme/branding"))
                .await;
            browser.find("#look:not([hidden])").await;
            browser.execute(WITHOUT_SETUP).await;
            browser.resize(1280, 900).await;
            for scheme in [ColorScheme::Light, ColorScheme::Dark] {
                browser.prefer(scheme).await;
                let name = format!("used-brand-1280-{}.png", scheme.as_str());
                browser.picture(&name).await;
            }
            browser.open(stack.at(HOME)).await;
            let bars = browser.execute(BARS).await;
            assert!(bars.as_i64().unwrap() > 20, "{bars}");
        },
    );
}

/// Returns the seconds until the next Wednesday at 15:20 UTC, so that each picture shows a working day.
fn until_afternoon(now: i64) -> i64 {
    // The epoch began on a Thursday.
    let wednesday = 6 * DAY + 15 * HOUR + 1_200;
    (wednesday - now).rem_euclid(7 * DAY)
}

async fn show(stack: &Stack, browser: &Browser, path: &str, name: &str) {
    browser.open(stack.at(path)).await;
    browser.find(".side").await;
    picture_used(browser, name).await;
}

async fn picture_used(browser: &Browser, name: &str) {
    browser.execute(WITHOUT_SETUP).await;
    picture(browser, name).await;
}

/// Inserts users, apps, an organization, and the numbers of the last weeks.
async fn fill(stack: &Stack) {
    insert_organization(stack).await;
    let (db, now) = (stack.db().await, stack.clock.now());
    let alice = repo::users::find_by_identifier(db.read(), "alice").await;
    let alice = alice.unwrap().unwrap();
    let client = ClientId::parse(&stack.seed.trusted.id).unwrap();
    let client = repo::clients::find(db.read(), &client)
        .await
        .unwrap()
        .unwrap();
    let admin = repo::users::find_by_identifier(db.read(), "admin").await;
    let mut admin = admin.unwrap().unwrap();
    admin.profile.given_name = Some("Ada".to_owned());
    admin.profile.family_name = Some("Lindqvist".to_owned());
    let seen = admin.updated_at;
    let tx = db.begin_write().await.unwrap();
    let is_changed = repo::users::update_profile(&tx, &admin, seen).await;
    assert!(is_changed.unwrap());
    for (number, name) in USERS.iter().enumerate() {
        let number = i64::try_from(number).unwrap();
        insert_user(&tx, &alice, *name, now - number * 5 * HOUR).await;
    }
    for (id, name) in APPS {
        let mut app = client.clone();
        app.id = ClientId::parse(id).unwrap();
        name.clone_into(&mut app.name);
        repo::clients::insert(&tx, &app).await.unwrap();
    }
    tx.commit().await.unwrap();
    count(stack, now).await;
    db.close().await.unwrap();
}

/// Changes objects on the days before, as the administrator.
async fn change_before(stack: &Stack) {
    let db = stack.db().await;
    let admin = repo::users::find_by_identifier(db.read(), "admin").await;
    let admin = admin.unwrap().unwrap().id.to_string();
    let ahead = |seconds: i64| stack.clock.ahead(seconds);
    let end = ahead(20 * DAY).now();
    let end = time::OffsetDateTime::from_unix_timestamp(end).unwrap();
    let end = end.format(&time::format_description::well_known::Rfc3339);
    for (before, operation, body) in [
        (
            6 * DAY,
            &groups::operations::CREATE,
            json!({ "path": "/engineering", "description": "Builds and runs the products" }),
        ),
        (
            6 * DAY - 60,
            &groups::operations::ADD_MEMBER,
            json!({ "id": "/engineering", "user": "bruno" }),
        ),
        (
            2 * DAY,
            &assignments::operations::ASSIGN,
            json!({ "user": "chiara", "role": "manager", "expires_at": end.unwrap() }),
        ),
        (
            5 * HOUR,
            &clients::operations::UPDATE,
            json!({ "id": "grafana", "publisher": "Northwind IT", "require_mfa": true }),
        ),
        (
            2 * HOUR,
            &organizations::operations::SET_MEMBER,
            json!({ "slug": "acme", "user": "daniel", "owner": true }),
        ),
    ] {
        let clock = ahead(-before);
        let context = AdminContext::command_line(&db, &clock).with_operator(admin.clone());
        (operation.run)(body, &context).await.unwrap();
    }
    let clock = ahead(-HOUR);
    let context = AdminContext::command_line(&db, &clock).with_operator(admin);
    let accent = [(BrandSetting::Accent, "#14632f".to_owned())];
    let owner = BrandOwner::Organization("acme".to_owned());
    brands::update(&context, &owner, &accent).await.unwrap();
    db.close().await.unwrap();
}

/// Inserts attempts of users to sign in. Returns the ID of a failed one.
async fn insert_attempts(stack: &Stack) -> String {
    use AttemptOutcome::{Failed, Succeeded};
    use AttemptRule::{Completed, UnknownUser, WrongCode, WrongPassword};
    use AttemptStep::{Passkey, Password, SecondFactor};

    let (db, now) = (stack.db().await, stack.clock.now());
    let mut attempts = Vec::new();
    for (minutes, name, step, outcome, rule, app) in [
        (3, "elif", Password, Failed, WrongPassword, "grafana"),
        (4, "noor", Passkey, Succeeded, Completed, "nextcloud"),
        (9, "bruno", SecondFactor, Succeeded, Completed, "gitea"),
        (15, "haruto", SecondFactor, Failed, WrongCode, "wiki"),
        (21, "amara", Password, Succeeded, Completed, "grafana"),
        (22, "", Password, Failed, UnknownUser, "wiki"),
        (38, "leila", Passkey, Succeeded, Completed, "nextcloud"),
        (52, "freya", Password, Succeeded, Completed, "gitea"),
    ] {
        let user = repo::users::find_by_identifier(db.read(), name).await;
        attempts.push(SignInAttempt {
            id: SignInAttemptId::from_uuid(Uuid::now_v7()),
            at: now - minutes * 60,
            step,
            outcome,
            rule: rule.as_str().to_owned(),
            reason: rule.sentence().to_owned(),
            user_id: user.unwrap().map(|user| user.id),
            name_hash: name.is_empty().then_some([7; 32]),
            client_id: Some(app.to_owned()),
            request_id: Some(Uuid::now_v7().to_string()),
            address: Some("203.0.113.24".to_owned()),
            detail: serde_json::Map::new(),
        });
    }
    // The list is in the order of the IDs, which grow.
    attempts.reverse();
    for attempt in &mut attempts {
        attempt.id = SignInAttemptId::from_uuid(Uuid::now_v7());
    }
    let tx = db.begin_write().await.unwrap();
    repo::attempts::insert_all(&tx, &attempts).await.unwrap();
    tx.commit().await.unwrap();
    db.close().await.unwrap();
    attempts.last().unwrap().id.to_string()
}

async fn insert_user(tx: &WriteTx, model: &User, (given, family): (&str, &str), seen: i64) {
    let mut user = model.clone();
    user.id = UserId::from_uuid(Uuid::now_v7());
    user.username = given.to_lowercase();
    user.username_key.clone_from(&user.username);
    user.email = format!("{}@northwind.example", given.to_lowercase());
    user.email_key.clone_from(&user.email);
    user.profile.given_name = Some(given.to_owned());
    user.profile.family_name = Some(family.to_owned());
    user.last_login = LastLogin(Some(seen));
    user.created_at = seen - 40 * DAY;
    repo::users::insert(tx, &user).await.unwrap();
}

/// Stores the numbers of each hour, and the report of the month.
async fn count(stack: &Stack, now: i64) {
    let mut tally = Tally::default();
    let mut apps = APPS.map(|(id, _)| AppCount {
        client_id: Some(id.to_owned()),
        ..AppCount::default()
    });
    for day in (0..DAYS).map(|day| day_of(now) - day * DAY) {
        // The epoch began on a Thursday.
        let is_weekend = (day / DAY + 4) % 7 % 6 == 0;
        for (hour, number) in (6..).zip(WORKDAY) {
            let at = day + hour * HOUR;
            if at > now {
                continue;
            }
            let number = if is_weekend {
                number / 6
            } else {
                number + day / DAY % 3
            };
            for sign_in in 0..number {
                tally.count(StatKind::SignIn, None, at);
                let place = usize::try_from((sign_in * 7 + hour) % 10 / 3)
                    .unwrap()
                    .min(3);
                tally.count(StatKind::SignIn, Some(APPS[place].0), at);
                apps[place].sign_ins += 1;
            }
            for _ in 0..number / 9 {
                tally.count(StatKind::SignInFailed, None, at);
            }
            if number > 25 {
                tally.count(StatKind::RequestRejected, None, at);
            }
            for _ in 0..number / 3 {
                tally.count(StatKind::ActiveUser, None, at);
            }
        }
    }
    apps.sort_by_key(|app| -app.sign_ins);
    let mut report = MonthlyReport {
        month: day_of(now) - 20 * DAY,
        counted_at: now - HOUR,
        apps: apps.into(),
        ..MonthlyReport::default()
    };
    for (figure, number) in [
        (ReportFigure::ActiveUsers, 186),
        (ReportFigure::NewUsers, 14),
        (ReportFigure::Users, 212),
        (ReportFigure::WithSecondFactor, 171),
    ] {
        report.add(figure, number);
    }
    let db = stack.db().await;
    let tx = db.begin_write().await.unwrap();
    repo::stats::add(&tx, &tally).await.unwrap();
    repo::monthly_reports::put(&tx, &report).await.unwrap();
    tx.commit().await.unwrap();
    db.close().await.unwrap();
}

/// Changes objects as an administrator does.
async fn change(stack: &Stack, browser: &Browser) {
    let mut task = Task::start(stack, browser, Input::Mouse, HOME).await;
    task.search("jonas").await;
    task.click(".danger a[href$='/disable']").await;
    task.click("#confirm button.risky").await;
    task.took(3, 1, "The account was disabled.").await;
    let mut task = Task::start(stack, browser, Input::Mouse, HOME).await;
    task.search("amara").await;
    task.click("main a[href$='/access/give']").await;
    task.choose("#role", "manager").await;
    task.click("#entry button.primary").await;
    task.took(3, 2, "The role was assigned.").await;
}
