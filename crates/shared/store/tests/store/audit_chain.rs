use doorward_domain::model::{AuditEvent, AuditId, AuditKind};
use doorward_domain::random::Random;
use doorward_domain::secret::MasterKey;
use doorward_rules::audit_chain::{ChainKey, ChainLink, ChainVerifier, seal};
use doorward_store::repo::{audit, audit_chain};
use doorward_store::{Db, OpenOptions};
use sea_orm::{ConnectionTrait, DbBackend};
use uuid::Uuid;

use crate::fixtures::event;
use crate::harness::{Place, execute, on_both, on_both_databases, on_two_replicas};
use crate::write;

fn key() -> ChainKey {
    let text = "q83vEjRWeJCrze/+3LqYdlQyEKpVzDOZd4iZqrvM3e8=";
    ChainKey::derive(&MasterKey::from_base64(text).unwrap())
}

async fn append_some(db: &Db, limit: u64) -> Vec<ChainLink> {
    let tx = db.begin_write().await.unwrap();
    audit_chain::lock(&tx).await.unwrap();
    let last = audit_chain::last(&tx).await.unwrap();
    let events = audit_chain::waiting(&tx, limit).await.unwrap();
    let seals = seal(
        &key(),
        last.as_ref(),
        &events,
        1_795_000_000,
        &mut Random::default().rng(),
    );
    if !seals.is_empty() {
        audit_chain::append(&tx, &seals).await.unwrap();
    }
    tx.commit().await.unwrap();
    seals
}

#[tokio::test]
async fn events_are_linked_in_order_of_writing() {
    on_both(async |db| {
        // IDs out of writing order, as in a transaction that committed late.
        let numbers = [3, 1, 2];
        for number in numbers {
            write!(db, audit::insert, &event(number, AuditKind::LoginFailed));
        }
        assert_eq!(audit_chain::count_waiting(db.read()).await.unwrap(), 3);
        let seals = append_some(db, 2).await;
        let last = event(2, AuditKind::LoginFailed).id;
        let place = async |id: AuditId| {
            let found = audit::find_in_chain(db.read(), id).await.unwrap();
            let found = found.expect("the event");
            (found.is_waiting, found.seq)
        };
        assert_eq!(place(last).await, (true, None));
        assert!(audit_chain::is_behind(db.read()).await.unwrap());
        let more = append_some(db, 2).await;
        let (is_waiting, seq) = place(last).await;
        assert!(!is_waiting && seq.is_some());
        assert!(!audit_chain::is_behind(db.read()).await.unwrap());
        let sealed: Vec<AuditId> = seals
            .iter()
            .chain(&more)
            .filter_map(|seal| seal.event)
            .collect();
        let written = numbers.map(|number| event(number, AuditKind::LoginFailed).id);
        assert_eq!(sealed, written);
        let links = audit_chain::links(db.read(), 0, 10).await.unwrap();
        let kept: Vec<ChainLink> = links.iter().map(|(seal, _)| seal.clone()).collect();
        assert_eq!(kept, [seals, more].concat());
        assert_eq!(links[1].1.as_ref().unwrap().id, written[0]);
        let found =
            audit::newest_in_chain(db.read(), &audit::AuditFilter::default(), None, 9).await;
        let mut found = found.unwrap();
        found.sort_by_key(|found| found.seq);
        let found: Vec<AuditId> = found.into_iter().map(|found| found.event.id).collect();
        assert_eq!(found, written);
        // Both ways between an event and its position.
        let (_, seq) = place(written[2]).await;
        let event = audit_chain::event_at(db.read(), seq.unwrap()).await;
        assert_eq!(event.unwrap(), Some(written[2]));
        let first = audit_chain::event_at(db.read(), links[0].0.seq).await;
        assert_eq!(first.unwrap(), links[0].0.event);
        assert_eq!(audit_chain::links(db.read(), 3, 10).await.unwrap().len(), 1);
        let strays = audit_chain::strays(db.read(), None, 100, 10).await;
        assert_eq!(strays.unwrap().found, []);
        let missing = audit_chain::list_missing(db.read(), None, 100, 10).await;
        assert_eq!(missing.unwrap().found, []);
    })
    .await;
}

#[tokio::test]
async fn database_rejects_to_change_log() {
    on_both(async |db| {
        write!(db, audit::insert, &event(1, AuditKind::LoginFailed));
        append_some(db, 10).await;
        let mut statements = vec![
            "UPDATE audit_events SET kind = 'logout'",
            "DELETE FROM audit_events",
            "UPDATE audit_seals SET seq = seq + 10",
            "DELETE FROM audit_seals",
        ];
        if db.is_postgres() {
            statements.extend(["TRUNCATE audit_events", "TRUNCATE audit_seals"]);
        } else {
            statements.extend([
                "INSERT OR REPLACE INTO audit_events SELECT * FROM audit_events",
                "INSERT OR REPLACE INTO audit_seals SELECT * FROM audit_seals",
            ]);
        }
        for statement in statements {
            let tx = db.begin_write().await.unwrap();
            assert_ne!(tx.get_database_backend(), DbBackend::MySql);
            let refused = tx.execute_unprepared(statement).await.expect_err(statement);
            assert!(
                refused.to_string().contains("append-only"),
                "{statement}: {refused}"
            );
        }
        assert_eq!(audit::list(db.read(), None, 10).await.unwrap().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn addresses_are_erased_from_old_events() {
    on_both(async |db| {
        for number in 1..=3 {
            write!(db, audit::insert, &event(number, AuditKind::LoginFailed));
        }
        let without_address = AuditEvent {
            ip: None,
            ..event(4, AuditKind::LoginFailed)
        };
        write!(db, audit::insert, &without_address);
        let links = append_some(db, 10).await;
        let day = links[0].day;
        let report = async || {
            let key = key();
            let mut verifier = ChainVerifier::new(&key, None);
            for (link, event) in audit_chain::links(db.read(), 0, 100).await.unwrap() {
                verifier.push(&link, event.as_ref());
            }
            verifier.finish(0)
        };
        let addresses = async || {
            let all = audit::list(db.read(), None, 100).await.unwrap();
            all.iter().filter(|event| event.ip.is_some()).count()
        };
        // The day is not old enough.
        assert_eq!(write!(db, audit_chain::erase_addresses, day, 10), 0);
        assert_eq!(write!(db, audit_chain::erase_addresses, day + 1, 2), 2);
        assert_eq!(addresses().await, 1);
        assert!(report().await.is_intact());
        assert_eq!(write!(db, audit_chain::erase_addresses, day + 1, 2), 1);
        assert_eq!(write!(db, audit_chain::erase_addresses, day + 1, 2), 0);
        assert_eq!(addresses().await, 0);
        let last = report().await;
        assert!(last.is_intact(), "{:?}", last.findings);
        assert_eq!((last.links, last.events), (5, 4));
    })
    .await;
}

#[tokio::test]
async fn chain_never_forks() {
    on_two_replicas(async |[one, other]| {
        for number in 1..=40 {
            write!(one, audit::insert, &event(number, AuditKind::LoginFailed));
        }
        let work = async |db: &Db| {
            while audit_chain::is_behind(db.read()).await.unwrap() {
                append_some(db, 3).await;
            }
        };
        let both = [one, other, one, other].map(|db| Box::pin(work(db)));
        futures_util::future::join_all(both).await;
        let links = audit_chain::links(one.read(), 0, 100).await.unwrap();
        let places: Vec<i64> = links.iter().map(|(seal, _)| seal.seq).collect();
        assert_eq!(places, (1..=41).collect::<Vec<i64>>());
    })
    .await;
}

#[tokio::test]
async fn place_is_taken_once() {
    on_both(async |db| {
        write!(db, audit::insert, &event(1, AuditKind::LoginFailed));
        let seals = append_some(db, 10).await;
        let tx = db.begin_write().await.unwrap();
        // Rejected by the key on PostgreSQL, and already by the trigger on SQLite.
        assert!(audit_chain::append(&tx, &seals).await.is_err());
    })
    .await;
}

/// Number of events: PostgreSQL cannot hash them with the smallest `work_mem`.
const EVENTS: u32 = 40_000;
/// Number of events that are read at once.
const PORTION: u64 = 1_000;
/// Events without a place in the chain: at the ends of the log and of portions.
const OUTSIDE: [u32; 5] = [1, 1_000, 1_001, 39_999, 40_000];

/// Inserts events with the numbers up to [`EVENTS`] as IDs, and chain links for all but [`OUTSIDE`].
/// The entries 1, 1,000 and 1,001 of the queue name events that do not exist.
async fn fill(place: &Place, db: &Db) {
    let (id, other, hash) = if db.is_postgres() {
        let id = "CAST(lpad(to_hex(n), 32, '0') AS uuid)";
        (id, "gen_random_uuid()", "decode('00', 'hex')")
    } else {
        ("unhex(printf('%032x', n))", "randomblob(16)", "x'00'")
    };
    let numbers = |last: u32| {
        format!("WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < {last})")
    };
    let outside = OUTSIDE.map(|number| number.to_string()).join(", ");
    for sql in [
        format!(
            "INSERT INTO audit_events (id, at, kind, success, detail) {} \
             SELECT {id}, 1, 'login.failed', FALSE, '{{}}' FROM s",
            numbers(EVENTS)
        ),
        format!(
            "INSERT INTO audit_seals (seq, day, event_id, hash) {} \
             SELECT n, 0, {id}, {hash} FROM s WHERE n NOT IN ({outside})",
            numbers(EVENTS)
        ),
        format!(
            "INSERT INTO audit_waiting (number, event_id) {} SELECT n, \
             CASE WHEN n IN (1, 1000, 1001) THEN {other} ELSE {id} END FROM s",
            numbers(2_000)
        ),
    ] {
        execute(&place.url, &sql).await;
    }
}

#[tokio::test]
async fn large_log_is_verified_in_portions() {
    on_both_databases(async |place| {
        let first = place.open().await;
        first.migrate().await.unwrap();
        fill(place, &first).await;
        if first.is_postgres() {
            let small = "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET work_mem = ''64kB''', \
                         current_database()); END $$";
            execute(&place.url, small).await;
        }
        first.close().await.unwrap();
        // With the timeout of each statement of a command.
        let db = Db::open(&place.url, OpenOptions::for_command()).await;
        let db = db.unwrap();
        let (mut found, mut after, mut portions) = (Vec::new(), None, 0);
        loop {
            let part = audit_chain::strays(db.read(), after, PORTION, 100).await;
            let part = part.unwrap();
            found.extend(part.found);
            portions += 1;
            let Some(last) = part.next else { break };
            after = Some(last);
        }
        let number = |number: u32| AuditId::from_uuid(Uuid::from_u128(number.into()));
        assert_eq!(found, OUTSIDE.map(number));
        assert_eq!(portions, u64::from(EVENTS) / PORTION + 1);
        let (mut missing, mut after) = (0, None);
        loop {
            let part = audit_chain::list_missing(db.read(), after, PORTION, 100).await;
            let part = part.unwrap();
            missing += part.found.len();
            let Some(last) = part.next else { break };
            after = Some(last);
        }
        assert_eq!(missing, 3);
        // No more than asked for, whatever the portion contains.
        let few = audit_chain::strays(db.read(), None, u64::from(EVENTS), 2).await;
        assert_eq!(few.unwrap().found, [number(1), number(1_000)]);
        db.close().await.unwrap();
    })
    .await;
}
