use std::sync::Arc;

use doorward_admin::testing::World;
use doorward_admin::users;
use doorward_domain::model::User;

use super::*;
use crate::testing::{BASE, Slapd, http};

async fn find(world: &World, name: &str) -> Option<User> {
    users::find(&world.op(), name).await.unwrap()
}

async fn sync(world: &World, directory: &Directory, options: Options) -> Done<Report> {
    world.later(600);
    run(&world.op(), &http(), directory, options).await
}

async fn full(world: &World, directory: &Directory) -> Report {
    let options = Options {
        full: true,
        ..Options::default()
    };
    sync(world, directory, options).await.unwrap()
}

#[tokio::test]
async fn joiners_movers_and_leavers_follow() {
    let slapd = Slapd::start();
    slapd.fill();
    let names: Vec<String> = (0..40).map(|number| format!("user{number:02}")).collect();
    let users: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "")).collect();
    slapd.users(&users);
    // Its time is the latest one, in seconds.
    std::thread::sleep(std::time::Duration::from_millis(1_100));
    slapd.users(&[("gone", "shadowExpire: 1")]);
    let directory = slapd.directory("");
    let world = World::new().await;
    let local = world.user("local").await;

    let dry = Options {
        dry: true,
        ..Options::default()
    };
    let first = sync(&world, &directory, dry).await.unwrap();
    assert_eq!((first.entries, first.created, first.skipped), (41, 40, 1));
    assert!(find(&world, "user00").await.is_none());

    let first = full(&world, &directory).await;
    assert_eq!((first.created, first.skipped, first.full), (40, 1, true));
    let user = find(&world, "user00").await.unwrap();
    assert!(user.email_verified && user.password_hash.is_none());
    // The second run changes nothing.
    let second = full(&world, &directory).await;
    let expected = Report {
        full: true,
        entries: 41,
        skipped: 1,
        ..Report::default()
    };
    assert_eq!(second, expected);

    // A run of changes reads only what changed.
    std::thread::sleep(std::time::Duration::from_millis(1_100));
    slapd.modify(&format!(
        "dn: uid=user01,ou=people,{BASE}\nchangetype: modify\nreplace: sn\nsn: M\u{fc}ller\n"
    ));
    let changes = sync(&world, &directory, Options::default()).await.unwrap();
    assert!(!changes.full);
    assert_eq!(changes.entries, 2, "{changes:?}");
    assert_eq!(changes.changed, 1);
    let mover = find(&world, "user01").await.unwrap();
    assert_eq!(mover.profile.family_name.as_deref(), Some("M\u{fc}ller"));

    // One of 40 left, and one is disabled: 5 % are two.
    slapd.modify(&format!(
        "dn: uid=user02,ou=people,{BASE}\nchangetype: delete\n\n\
         dn: uid=user03,ou=people,{BASE}\nchangetype: modify\nadd: shadowExpire\nshadowExpire: 1\n"
    ));
    let third = full(&world, &directory).await;
    assert_eq!((third.left, third.disabled), (1, 1));
    for name in ["user02", "user03"] {
        assert!(!find(&world, name).await.unwrap().is_active(), "{name}");
    }
    assert!(find(&world, &local.username).await.unwrap().is_active());

    // One who returns is enabled.
    slapd.modify(&format!(
        "dn: uid=user03,ou=people,{BASE}\nchangetype: modify\ndelete: shadowExpire\n"
    ));
    assert_eq!(full(&world, &directory).await.changed, 1);
    assert!(find(&world, "user03").await.unwrap().is_active());
}

#[tokio::test]
async fn wrong_filter_disables_no_user() {
    let slapd = Slapd::start();
    slapd.fill();
    slapd.users(&[("alice", ""), ("bob", ""), ("carol", "")]);
    let world = World::new().await;
    full(&world, &slapd.directory("")).await;
    let wrong = slapd.directory("filter = \"(uid=absent)\"");
    let options = Options {
        full: true,
        ..Options::default()
    };
    let stopped = sync(&world, &wrong, options).await.unwrap_err();
    assert!(stopped.to_string().contains("3 of 3"), "{stopped}");
    for name in ["alice", "bob", "carol"] {
        assert!(find(&world, name).await.unwrap().is_active(), "{name}");
    }
    let memory = Memory::read(world.db.read(), &wrong).await.unwrap();
    assert_eq!(memory.failure, Some(stopped.to_string()));
    let allowed = Options {
        max_leavers: Some(UserLimit::Number(3)),
        ..options
    };
    assert_eq!(sync(&world, &wrong, allowed).await.unwrap().left, 3);
    // A directory that does not answer disables no account either.
    drop(slapd);
    assert!(matches!(
        sync(&world, &wrong, options).await,
        Err(SyncError::Unanswered(_))
    ));
}

#[tokio::test]
async fn address_alone_never_links() {
    let slapd = Slapd::start();
    slapd.fill();
    slapd.users(&[("alice", ""), ("bob", "")]);
    let world = World::new().await;
    let mut same = doorward_admin::testing::person("someone");
    same.email = "alice@example.org".to_owned();
    users::create(&world.op(), same).await.unwrap();
    let report = full(&world, &slapd.directory("")).await;
    assert_eq!((report.created, report.skipped), (1, 1));
    assert!(report.problems[0].starts_with("uid=alice,"), "{report:?}");
    let owner = find(&world, "alice@example.org").await.unwrap();
    let links = repo::linked_accounts::list(world.db.read(), owner.id).await;
    assert!(links.unwrap().is_empty());
}

#[tokio::test]
async fn one_process_synchronizes() {
    let slapd = Slapd::start();
    slapd.fill();
    let directory = Arc::new(slapd.directory(""));
    let world = World::new().await;
    let tx = world.db.begin_write().await.unwrap();
    let now = world.op().now();
    let lease = leases::acquire(&tx, "directory:corp", now, LEASE)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert!(lease.is_some());
    let busy = run(&world.op(), &http(), &directory, Options::default()).await;
    assert!(matches!(busy, Err(SyncError::Busy)));
}

/// Returns the largest memory of this process so far, in megabytes.
fn peak_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:"));
    let digits: String = line.unwrap().chars().filter(char::is_ascii_digit).collect();
    digits.parse::<u64>().unwrap() / 1024
}

/// Synchronizes many users twice: 50,000 with `DOORWARD_DIRECTORY_USERS=50000`, which takes minutes.
#[tokio::test]
async fn many_users_need_little_memory() {
    let many = std::env::var("DOORWARD_DIRECTORY_USERS").ok();
    let many: u64 = many.map_or(1_500, |many| many.parse().unwrap());
    let in_group = many * 2 / 5;
    let slapd = Slapd::start();
    slapd.fill();
    let names: Vec<String> = (0..many).map(|number| format!("user{number:05}")).collect();
    for part in names.chunks(5_000) {
        let users: Vec<(&str, &str)> = part.iter().map(|name| (name.as_str(), "")).collect();
        slapd.users(&users);
    }
    let members = names.iter().take(usize::try_from(in_group).unwrap());
    let members: Vec<_> = members
        .map(|name| format!("member: uid={name},ou=people,{BASE}\n"))
        .collect();
    slapd.add(&format!(
        "dn: cn=many,ou=groups,{BASE}\nobjectClass: groupOfNames\ncn: many\n{}",
        members.concat()
    ));
    let world = World::new().await;
    let op = world.op();
    doorward_admin::roles::create(&op, "clerk", "", Vec::new())
        .await
        .unwrap();
    let roles =
        format!("groups = \"search\"\n[corp.roles]\nclerk = [\"cn=many,ou=groups,{BASE}\"]\n");
    let directory = slapd.directory(&roles);
    assert_eq!(full(&world, &directory).await.created, many);
    let before = peak_memory();
    let second = full(&world, &directory).await;
    assert_eq!(
        (second.entries, second.changed, second.skipped),
        (many, 0, 0)
    );
    for number in [0, in_group - 1, in_group] {
        let name = &names[usize::try_from(number).unwrap()];
        let expected = number < in_group;
        let user = find(&world, name).await.unwrap();
        let held = repo::roles::effective_for_user(world.db.read(), user.id, op.now()).await;
        assert_eq!(held.unwrap().roles.contains("clerk"), expected, "{name}");
    }
    println!(
        "peak {before} MB, after the second run {} MB",
        peak_memory()
    );
    assert!(peak_memory() < before + 64);
}
