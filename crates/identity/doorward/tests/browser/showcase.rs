//! Pictures of a deployment after some weeks of use, for the README and the guides: users with names, apps,
//! sign-ins, changes by an administrator, and an organization with a brand.

use doorward_access::clock::Clock as _;
use doorward_admin::brands;
use doorward_admin::operator::AdminContext;
use doorward_domain::model::{
    AppCount, BrandOwner, ClientId, LastLogin, MonthlyReport, ReportFigure, StatKind, User, UserId,
};
use doorward_rules::own_brand::BrandSetting;
use doorward_rules::stats::{Tally, day_of};
use doorward_store::{WriteTx, repo};
use doorward_testkit::Stack;
use doorward_testkit::browser::{Browser, JavaScript};
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
            fill(stack).await;
            open_console(stack, browser).await;
            change(stack, browser).await;
            for (path, name) in [
                ("/admin", "used-home"),
                ("/admin/people?columns=organizations+roles", "used-users"),
                ("/admin/apps", "used-apps"),
                ("/admin/apps/grafana", "used-app"),
                ("/admin/audit", "used-audit"),
                ("/admin/apps/new/catalogue", "used-catalogue"),
                ("/admin/organizations/acme/branding", "used-brand"),
            ] {
                browser.open(stack.at(path)).await;
                browser.find(".side").await;
                browser.execute(WITHOUT_SETUP).await;
                picture(browser, name).await;
            }
            browser.open(stack.at(HOME)).await;
            let bars = browser.execute(BARS).await;
            assert!(bars.as_i64().unwrap() > 20, "{bars}");
        },
    );
}

/// Inserts users, apps, an organization with a brand, and the numbers of the last weeks.
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
    let tx = db.begin_write().await.unwrap();
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
    let context = AdminContext::command_line(&db, &stack.clock);
    let accent = [(BrandSetting::Accent, "#14632f".to_owned())];
    let owner = BrandOwner::Organization("acme".to_owned());
    brands::update(&context, &owner, &accent).await.unwrap();
    db.close().await.unwrap();
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
