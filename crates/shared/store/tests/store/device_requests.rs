use doorward_domain::credentials::user_code::UserCode;
use doorward_domain::model::{Backchannel, DeviceRequest, DeviceRequestId, SessionId, UserId};
use doorward_store::repo::device_requests;
use tokio::task::JoinSet;
use uuid::Uuid;

use crate::fixtures::{NOW, Scene, details, hash, scope};
use crate::harness::{on_both, on_two_replicas};
use crate::write;

fn id(letter: &str) -> DeviceRequestId {
    DeviceRequestId::parse(&letter.repeat(22)).unwrap()
}

fn request(scene: &Scene, code: &str) -> DeviceRequest {
    DeviceRequest {
        id: id("A"),
        device_hash: hash(code),
        user_code: UserCode::parse(code).unwrap(),
        client_id: scene.client.id.clone(),
        scope: scope("openid tasks:read"),
        resources: vec!["https://tasks.example/api".to_owned()],
        authorization_details: details(&["1"]),
        org: Some("acme".to_owned()),
        ip: "192.0.2.7".to_owned(),
        created_at: NOW,
        expires_at: NOW + 600,
        poll_interval: 5,
        polled_at: None,
        session_id: None,
        decided_at: None,
        grant_id: None,
        used_at: None,
        backchannel: None,
    }
}

fn unknown_session() -> SessionId {
    SessionId::from_uuid(Uuid::new_v4())
}

#[tokio::test]
async fn request_round_trips_and_user_code_is_unique() {
    on_both(async |db| {
        let scene = Scene::store(db).await;
        let first = request(&scene, "WDJB-MJHT");
        assert!(write!(db, device_requests::insert, &first));
        let twin = DeviceRequest {
            id: id("B"),
            device_hash: hash("another"),
            ..request(&scene, "WDJB-MJHT")
        };
        assert!(!write!(db, device_requests::insert, &twin));
        let found = device_requests::find(db.read(), &first.id).await.unwrap();
        assert_eq!(found.as_ref(), Some(&first));
        let found = device_requests::find_by_device(db.read(), &first.device_hash).await;
        assert_eq!(found.unwrap(), Some(first.clone()));
        let found = device_requests::find_by_device(db.read(), &twin.device_hash).await;
        assert_eq!(found.unwrap(), None);
        assert_eq!(write!(db, device_requests::purge, NOW + 600, 1000), 0);
        assert_eq!(write!(db, device_requests::purge, NOW + 601, 1000), 1);
    })
    .await;
}

#[tokio::test]
async fn first_session_keeps_code_and_alone_answers() {
    on_both(async |db| {
        let scene = Scene::store(db).await;
        let (mine, other) = (scene.session.id, unknown_session());
        let row = request(&scene, "WDJB-MJHT");
        let code = row.user_code.clone();
        write!(db, device_requests::insert, &row);
        let unknown = UserCode::parse("BBBB-BBBB").unwrap();
        assert_eq!(
            write!(db, device_requests::bind_session, &unknown, mine, NOW),
            None
        );
        assert_eq!(
            write!(db, device_requests::bind_session, &code, mine, NOW + 600),
            None
        );
        let claimed = write!(db, device_requests::bind_session, &code, mine, NOW).unwrap();
        assert_eq!(claimed.session_id, Some(mine));
        assert_eq!(
            write!(db, device_requests::bind_session, &code, other, NOW),
            None
        );
        assert!(write!(db, device_requests::bind_session, &code, mine, NOW).is_some());

        assert!(!write!(db, device_requests::consume, &row.id, NOW));
        assert!(!write!(
            db,
            device_requests::record_answer,
            &row.id, other, NOW
        ));
        assert!(!write!(
            db,
            device_requests::record_answer,
            &row.id,
            mine,
            NOW + 600
        ));
        assert!(write!(
            db,
            device_requests::record_answer,
            &row.id, mine, NOW
        ));
        assert!(!write!(
            db,
            device_requests::record_answer,
            &row.id, mine, NOW
        ));
        assert!(
            !write!(db, device_requests::consume, &row.id, NOW),
            "refused so far"
        );
        write!(db, device_requests::approve, &row.id, scene.grant.id);
        assert_eq!(
            write!(db, device_requests::bind_session, &code, mine, NOW),
            None
        );
        assert!(!write!(db, device_requests::consume, &row.id, NOW + 600));
        assert!(write!(db, device_requests::consume, &row.id, NOW));
        assert!(!write!(db, device_requests::consume, &row.id, NOW));
    })
    .await;
}

#[tokio::test]
async fn denied_request_cannot_be_consumed() {
    on_both(async |db| {
        let scene = Scene::store(db).await;
        let mine = scene.session.id;
        let row = request(&scene, "WDJB-MJHT");
        write!(db, device_requests::insert, &row);
        write!(db, device_requests::bind_session, &row.user_code, mine, NOW);
        assert!(write!(
            db,
            device_requests::record_answer,
            &row.id, mine, NOW
        ));
        assert!(!write!(db, device_requests::consume, &row.id, NOW));
        let found = device_requests::find(db.read(), &row.id).await.unwrap();
        let found = found.unwrap();
        assert_eq!((found.decided_at, found.grant_id), (Some(NOW), None));
    })
    .await;
}

#[tokio::test]
async fn each_early_poll_extends_interval() {
    on_both(async |db| {
        let scene = Scene::store(db).await;
        let row = request(&scene, "WDJB-MJHT");
        write!(db, device_requests::insert, &row);
        let poll = async |at| write!(db, device_requests::record_poll, &row.id, 5, NOW + at);
        assert!(poll(0).await);
        assert!(poll(5).await);
        assert!(!poll(9).await, "a second too early");
        assert!(!poll(18).await, "now ten seconds apply");
        assert!(poll(33).await, "now fifteen");
        let found = device_requests::find(db.read(), &row.id).await.unwrap();
        assert_eq!(found.unwrap().poll_interval, 15);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_64_concurrent_uses_on_two_replicas_first_wins() {
    on_two_replicas(async |replicas| {
        let scene = Scene::store(&replicas[0]).await;
        let row = request(&scene, "WDJB-MJHT");
        write!(replicas[0], device_requests::insert, &row);

        let mut callers = JoinSet::new();
        for number in 0..64 {
            let (db, code) = (replicas[number % 2].clone(), row.user_code.clone());
            callers.spawn(async move {
                let session = unknown_session();
                let claimed = write!(db, device_requests::bind_session, &code, session, NOW);
                claimed.map(|_| session)
            });
        }
        let winners: Vec<SessionId> = callers.join_all().await.into_iter().flatten().collect();
        let [winner] = winners[..] else {
            panic!("{} sessions claimed the code", winners.len());
        };

        assert!(write!(
            replicas[0],
            device_requests::record_answer,
            &row.id, winner, NOW
        ));
        write!(
            replicas[0],
            device_requests::approve,
            &row.id, scene.grant.id
        );
        let mut callers = JoinSet::new();
        for number in 0..64 {
            let (db, id) = (replicas[number % 2].clone(), row.id.clone());
            callers.spawn(async move { write!(db, device_requests::consume, &id, NOW) });
        }
        let redeemed = callers.join_all().await;
        assert_eq!(redeemed.into_iter().filter(|won| *won).count(), 1);
    })
    .await;
}

#[tokio::test]
async fn request_with_named_user_has_no_user_code() {
    on_both(async |db| {
        let scene = Scene::store(db).await;
        let (mine, later) = (scene.session.id, unknown_session());
        let row = DeviceRequest {
            backchannel: Some(Backchannel {
                user_id: scene.user.id,
                binding_message: Some("Desk 4".to_owned()),
                ping_sealed: Some(vec![1, 2]),
            }),
            ..request(&scene, "WDJB-MJHT")
        };
        assert!(write!(db, device_requests::insert, &row));
        let found = device_requests::find(db.read(), &row.id).await.unwrap();
        assert_eq!(found, Some(row.clone()));
        assert_eq!(
            write!(db, device_requests::bind_session, &row.user_code, mine, NOW),
            None
        );
        let (id, own) = (&row.id, scene.user.id);
        let other = UserId::from_uuid(Uuid::new_v4());
        assert!(!write!(
            db,
            device_requests::bind_user_session,
            id, other, mine, NOW
        ));
        assert!(!write!(
            db,
            device_requests::bind_user_session,
            id,
            own,
            mine,
            NOW + 600
        ));
        assert!(write!(
            db,
            device_requests::bind_user_session,
            id, own, mine, NOW
        ));
        assert!(write!(
            db,
            device_requests::bind_user_session,
            id, own, later, NOW
        ));
        assert!(!write!(db, device_requests::record_answer, id, mine, NOW));
        assert!(write!(db, device_requests::record_answer, id, later, NOW));
        assert!(!write!(
            db,
            device_requests::bind_user_session,
            id, own, mine, NOW
        ));
    })
    .await;
}
