//! An audit log of many days: events with valid links of the chain, written without the program.

use doorward_domain::model::{AuditId, AuditKind, AuditRecord};
use doorward_rules::audit_chain::{self, ChainKey, ChainLink, LinkHash};
use sea_orm::{ConnectionTrait as _, DatabaseConnection};
use uuid::Uuid;

use crate::{multiply, rows};

const DAY: i64 = 24 * 60 * 60;
/// Number of events that one transaction inserts.
const PART: u32 = 1000;
/// Number of users who have signed in.
const USERS: u64 = 100_000;
const USER_AGENT: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

/// Statements that remove the links of the events that exist, which wait for new ones then.
const UNLINK: [&str; 3] = [
    "DELETE FROM audit_seals",
    "DELETE FROM audit_waiting",
    "INSERT INTO audit_waiting (event_id) SELECT id FROM audit_events ORDER BY at, id",
];

/// Days before today, each with the same number of events.
#[derive(Clone, Copy, Debug)]
pub struct PastDays {
    /// Number of days.
    pub days: u32,
    /// Number of events of each day.
    pub events: u32,
}

impl PastDays {
    /// Returns the number of all events.
    pub fn total(self) -> u64 {
        u64::from(self.days) * u64::from(self.events)
    }
}

/// Begins the chain of a database with events of past days. The events that exist follow after them:
/// the program links them when it runs again. The program must not run, and its head file has to be
/// deleted.
///
/// # Panics
/// Panics if a statement fails.
pub async fn fill(url: &str, key: &ChainKey, past: PastDays, now: i64) {
    let values = Values {
        sqlite: !url.starts_with("postgres"),
    };
    let db = multiply::open_to_fill(url).await;
    let mut restore = Vec::new();
    for table in ["audit_events", "audit_seals"] {
        let (drop, create) = rows::secondary(url, table).await;
        for statement in drop {
            run(&db, &statement).await;
        }
        restore.extend(create);
    }
    for statement in UNLINK {
        run(&db, statement).await;
    }
    let today = now.div_euclid(DAY) * DAY;
    let (mut number, mut last) = (0, None::<ChainLink>);
    for age in (1..=past.days).rev() {
        let day = today - i64::from(age) * DAY;
        let mut done = 0;
        while done < past.events {
            let part = done..past.events.min(done + PART);
            done = part.end;
            let mut events = Vec::new();
            for index in part {
                number += 1;
                let seconds = i64::from(index) * DAY / i64::from(past.events);
                events.push(event(number, day + seconds));
            }
            let links = audit_chain::seal(key, last.as_ref(), &events, day, &mut rand::rng());
            run(&db, &values.insert(&events, &links)).await;
            last = links.last().cloned();
        }
    }
    for statement in restore {
        run(&db, &statement).await;
    }
    multiply::analyze(&db).await;
    db.close().await.expect("close");
}

async fn run(db: &DatabaseConnection, statement: &str) {
    if let Err(error) = db.execute_unprepared(statement).await {
        let start: String = statement.chars().take(200).collect();
        panic!("{start}: {error}");
    }
}

/// Returns a sign-in; every tenth one has failed.
fn event(number: u64, at: i64) -> AuditRecord {
    let is_success = !number.is_multiple_of(10);
    let kind = if is_success {
        AuditKind::LoginSucceeded
    } else {
        AuditKind::LoginFailed
    };
    let user = Uuid::from_u128(u128::from(number % USERS) | (1 << 100)).to_string();
    AuditRecord {
        id: AuditId::from_uuid(Uuid::from_u128(u128::from(number))),
        at,
        kind: kind.as_str().to_owned(),
        actor: is_success.then(|| user.clone()),
        subject: Some(user),
        client_id: None,
        ip: Some(format!("198.51.{}.{}", number / 250 % 250, number % 250)),
        user_agent: Some(USER_AGENT.to_owned()),
        success: is_success,
        detail: r#"{"method":"password"}"#.to_owned(),
        request_id: Some(format!("{number:026}")),
    }
}

/// Values as texts of SQL.
struct Values {
    sqlite: bool,
}

impl Values {
    /// Returns the transaction that inserts events with their links.
    fn insert(&self, events: &[AuditRecord], links: &[ChainLink]) -> String {
        let events: Vec<_> = events.iter().map(|event| self.event(event)).collect();
        let links: Vec<_> = links.iter().map(|link| self.link(link)).collect();
        format!(
            "BEGIN; INSERT INTO audit_events (id, at, kind, actor, subject, client_id, ip, user_agent, \
             success, detail, request_id) VALUES {}; \
             INSERT INTO audit_seals (seq, day, event_id, address_salt, hash) VALUES {}; COMMIT",
            events.join(", "),
            links.join(", ")
        )
    }

    fn event(&self, event: &AuditRecord) -> String {
        let names = [&event.actor, &event.subject, &event.client_id];
        let origin = [&event.ip, &event.user_agent];
        format!(
            "({}, {}, {}, {}, {}, {}, {}, {})",
            self.id(event.id),
            event.at,
            text(Some(&event.kind)),
            names.map(|name| text(name.as_deref())).join(", "),
            origin.map(|value| text(value.as_deref())).join(", "),
            if event.success { "TRUE" } else { "FALSE" },
            text(Some(&event.detail)),
            text(event.request_id.as_deref())
        )
    }

    fn link(&self, link: &ChainLink) -> String {
        let salt = link.address_salt.map(LinkHash::from_array);
        format!(
            "({}, {}, {}, {}, {})",
            link.seq,
            link.day,
            link.event.map_or_else(null, |event| self.id(event)),
            salt.map_or_else(null, |salt| self.bytes(salt)),
            self.bytes(link.hash)
        )
    }

    fn id(&self, id: AuditId) -> String {
        let id = id.as_uuid();
        if self.sqlite {
            format!("X'{}'", id.simple())
        } else {
            format!("'{id}'")
        }
    }

    fn bytes(&self, bytes: LinkHash) -> String {
        if self.sqlite {
            format!("X'{bytes}'")
        } else {
            format!("'\\x{bytes}'")
        }
    }
}

fn text(value: Option<&str>) -> String {
    value.map_or_else(null, |value| format!("'{}'", value.replace('\'', "''")))
}

fn null() -> String {
    "NULL".to_owned()
}
