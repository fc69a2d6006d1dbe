//! The combined statement returns the same as separate statements.

use doorward_domain::model::{
    AuditKind, EffectiveRoles, FederatedSignUp, Grant, Invitation, InvitationId, LinkId,
    LinkedAccount, Member, OrgScope, Organization, Provider, ProviderId, ProviderSettings, Session,
    SubjectKind, UpstreamIdentity, User,
};
use doorward_store::repo::audit::AuditFilter;
use doorward_store::repo::linked_accounts::LinkingContext;
use doorward_store::repo::overview::{Granted, Overview};
use doorward_store::repo::{
    api_keys, audit, clients, consents, federated_sign_ups, grants, invitations, linked_accounts,
    organizations, overview, providers, recovery_codes, roles, sessions, totp_factors, users,
};
use doorward_store::{Db, repo};
use uuid::Uuid;

use crate::fixtures::{
    NOW, Scene, api_key, assignment, client, client_id, code, consent, event, grant, hash,
    refresh_family, scope, session, totp_factor, user,
};
use crate::harness::on_both;
use crate::write;

const LIMIT: u64 = 3;

fn about(user: &User) -> AuditFilter {
    AuditFilter {
        about: Some(user.id.to_string()),
        since: Some(NOW - 50),
        ..AuditFilter::default()
    }
}

async fn read(db: &Db, user: &User, now: i64) -> Overview {
    let requested = about(user);
    let address = Some(user.email_key.as_str());
    let found = overview::find(db.read(), user.id, (&requested, LIMIT), address, &[], now).await;
    found.unwrap()
}

fn granted(grant: &Grant) -> Granted {
    Granted {
        client_id: grant.client_id.clone(),
        scope: grant.scope.clone(),
        since: grant.created_at,
    }
}

/// Reads the overview with separate statements.
async fn one_by_one(db: &Db, user: &User, now: i64) -> Overview {
    let (read, id) = (db.read(), user.id);
    let scope = OrgScope::Any;
    let roles = roles::effective_for_user_in(read, id, scope, now).await;
    Overview {
        roles: roles.unwrap(),
        api_keys: api_keys::list_live(read, id, now).await.unwrap().len(),
        sessions: sessions::list_for_user(read, id, now).await.unwrap(),
        consents: consents::list_for_user(read, id).await.unwrap(),
        events: audit::newest(read, &about(user), None, LIMIT)
            .await
            .unwrap(),
        ..Overview::default()
    }
}

/// Assigns a role globally, and one in a single organization.
async fn give_roles(db: &Db, user: &User) {
    let tx = db.begin_write().await.unwrap();
    for name in ["reader", "owner"] {
        let role = doorward_domain::model::Role {
            name: name.to_owned(),
            description: String::new(),
            permissions: std::collections::BTreeSet::new(),
            active: true,
        };
        roles::upsert(&tx, &role).await.unwrap();
        let mut given = assignment(SubjectKind::User, &user.id.to_string(), name);
        given.org = (name == "owner").then(|| "acme".to_owned());
        roles::assign(&tx, &given).await.unwrap();
    }
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn only_last_used_sessions_are_read() {
    on_both(async |db| {
        let alice = user("alice");
        write!(db, users::insert, &alice);
        for number in 0..10 {
            let stored = Session {
                last_seen_at: NOW + number,
                ..session(&alice, &number.to_string())
            };
            write!(db, sessions::insert, &stored);
        }
        let found = read(db, &alice, NOW).await.sessions;
        let used: Vec<i64> = found
            .iter()
            .map(|stored| stored.last_seen_at - NOW)
            .collect();
        assert_eq!(used, [9, 8, 7, 6]);
    })
    .await;
}

#[tokio::test]
async fn overview_equals_separate_lists() {
    Box::pin(on_both(async |db| {
        let Scene {
            user: alice,
            client: app,
            session: here,
            grant: offline,
        } = Scene::store(db).await;
        let nobody = user("nobody");
        assert_eq!(read(db, &nobody, NOW).await, Overview::default());

        let bob = user("bob");
        let later = Session {
            last_seen_at: NOW + 7,
            ..session(&alice, "later")
        };
        let over = Session {
            expires_at: NOW - 1,
            ..session(&alice, "over")
        };
        write!(db, users::insert, &bob);
        for item in [&later, &over, &session(&bob, "bob")] {
            write!(db, sessions::insert, item);
        }
        let other = client("other");
        write!(db, clients::insert, &other);
        write!(db, consents::upsert, &consent(&alice, &app, "openid"));
        write!(db, consents::upsert, &consent(&bob, &app, "openid"));
        for (id, owner) in [("0123456789ab", &alice), ("abcdefghijkl", &bob)] {
            write!(db, api_keys::insert, &api_key(id, owner.id));
        }
        give_roles(db, &alice).await;
        for number in 1..=5 {
            let mut line = event(number, AuditKind::LoginSucceeded);
            line.subject = Some(if number == 4 { &bob } else { &alice }.id.to_string());
            write!(db, audit::insert, &line);
        }

        let found = read(db, &alice, NOW).await;
        let mut expected = one_by_one(db, &alice, NOW).await;
        assert_eq!(expected.sessions, [later, here]);
        assert_eq!(expected.consents.len(), 1);
        assert_eq!(expected.events.len(), 3);
        assert_eq!(expected.api_keys, 1);
        assert_eq!(expected.roles.roles.len(), 2);
        expected.granted = vec![granted(&offline)];
        expected.last_uses = vec![(app.id.clone(), NOW)];
        assert_eq!(found, expected);

        // After all expiries, only grants that outlive their sessions remain, and past uses.
        let end = NOW + 2000;
        let found = read(db, &alice, end).await;
        let mut expected = one_by_one(db, &alice, end).await;
        assert_eq!((expected.sessions.len(), expected.api_keys), (0, 0));
        expected.granted = vec![granted(&offline)];
        expected.last_uses = vec![(app.id, NOW)];
        assert_eq!(found, expected);
    }))
    .await;
}

#[tokio::test]
async fn open_invitations_to_active_organizations_are_listed() {
    on_both(async |db| {
        let (alice, bob) = (user("alice"), user("bob"));
        let invitation = |number: u128, org: &str, to: &User| Invitation {
            id: InvitationId::from_uuid(Uuid::from_u128(number)),
            hash: hash(&number.to_string()),
            org: org.to_owned(),
            email: to.email.clone(),
            email_key: to.email_key.clone(),
            inviter: None,
            created_at: NOW,
            expires_at: NOW + 100,
            ended_at: None,
            access: doorward_domain::model::invitation::InvitedAccess::default(),
            batch: None,
            queued_at: None,
        };
        insert_organizations(db).await;
        let (first, second) = (invitation(1, "acme", &alice), invitation(2, "zeta", &alice));
        let answered = Invitation {
            ended_at: Some(NOW),
            ..invitation(3, "acme", &alice)
        };
        let asleep = invitation(4, "asleep", &alice);
        let foreign = invitation(5, "acme", &bob);
        for item in [&first, &second, &answered, &asleep, &foreign] {
            write!(db, invitations::insert, item);
        }
        let found = read(db, &alice, NOW).await.invitations;
        let expected = [(second, "ZETA".to_owned()), (first, "ACME".to_owned())];
        assert_eq!(found, expected);
        assert!(read(db, &alice, NOW + 100).await.invitations.is_empty());
    })
    .await;
}

#[tokio::test]
async fn owner_has_active_organization() {
    on_both(async |db| {
        let Scene { user: alice, .. } = Scene::store(db).await;
        insert_organizations(db).await;
        for (slug, is_owner, expected) in [
            ("asleep", true, false),
            ("zeta", false, false),
            ("acme", true, true),
        ] {
            let member = Member {
                user_id: alice.id,
                is_owner,
                created_at: NOW,
                expires_at: None,
            };
            write!(db, organizations::put_member, slug, &member);
            let cookie = hash("cookie");
            let found = sessions::find_present(db.read(), &cookie, true, None, NOW).await;
            assert_eq!(found.unwrap().unwrap().is_owner, expected, "{slug}");
        }
    })
    .await;
}

/// Inserts the organizations `acme`, `zeta` and, inactive, `asleep`.
async fn insert_organizations(db: &Db) {
    for (slug, active) in [("acme", true), ("zeta", true), ("asleep", false)] {
        let organization = Organization {
            slug: slug.to_owned(),
            name: slug.to_uppercase(),
            active,
            domain: None,
            created_at: NOW,
            updated_at: NOW,
        };
        write!(db, organizations::insert, &organization);
    }
}

#[tokio::test]
async fn grants_are_listed_while_tokens_can_be_issued() {
    on_both(async |db| {
        let Scene {
            user: alice,
            client: app,
            session: here,
            grant: offline,
        } = Scene::store(db).await;
        let ended = session(&alice, "ended");
        write!(db, sessions::insert, &ended);
        let online = |session: &Session, age: i64| Grant {
            scope: scope("openid"),
            created_at: NOW - age,
            ..grant(&alice, &app, session)
        };
        let (live, dead) = (online(&here, 10), online(&ended, 20));
        let over = Grant {
            expires_at: NOW,
            ..online(&here, 30)
        };
        let revoked = online(&here, 40);
        for item in [&live, &dead, &over, &revoked] {
            write!(db, grants::insert, item);
        }
        let reason = doorward_domain::model::RevokeReason::ByOwner;
        write!(db, grants::revoke, revoked.id, reason, NOW);
        let reason = doorward_domain::model::EndReason::SignedOut;
        write!(db, sessions::end, ended.id, reason, NOW);
        let both = [granted(&offline), granted(&live)];
        assert_eq!(read(db, &alice, NOW).await.granted, both);
        // An idle session keeps its grants; one at the end of its lifetime does not.
        let idle = read(db, &alice, here.idle_expires_at).await;
        assert_eq!((idle.sessions.len(), idle.granted.len()), (0, 2));
        let found = read(db, &alice, here.expires_at).await;
        assert_eq!(found.granted, [granted(&offline)]);

        let refreshed = doorward_domain::model::RefreshFamily {
            issued_at: NOW + 60,
            ..refresh_family("one", 1)
        };
        assert!(write!(db, grants::rotate, offline.id, None, &refreshed));
        let found = read(db, &alice, NOW).await;
        assert_eq!(found.last_uses, [(app.id.clone(), NOW + 60)]);
    })
    .await;
}

#[tokio::test]
async fn grants_of_same_scope_are_listed_as_single_row() {
    on_both(async |db| {
        let Scene {
            user: alice,
            client: app,
            session: here,
            grant: offline,
        } = Scene::store(db).await;
        let tx = db.begin_write().await.unwrap();
        for age in 1..=50 {
            let one = Grant {
                scope: scope(if age % 2 == 0 {
                    "openid"
                } else {
                    "openid email"
                }),
                created_at: NOW - age,
                // The last ones have a code that was not presented yet.
                code: (age > 48).then(|| code(&format!("code {age}"))),
                ..grant(&alice, &app, &here)
            };
            grants::insert(&tx, &one).await.unwrap();
        }
        tx.commit().await.unwrap();
        let found = read(db, &alice, NOW).await.granted;
        let since: Vec<_> = found.iter().map(|found| NOW - found.since).collect();
        assert_eq!(since, [NOW - offline.created_at, 47, 48]);

        // Grants without a presented code end with it, and are deleted.
        let end = code("any").expires_at;
        let live = async |now| grants::list_for_user(db.read(), alice.id, now).await;
        assert_eq!(live(end - 1).await.unwrap().len(), 51);
        assert_eq!(live(end).await.unwrap().len(), 49);
        let unredeemed = |after, before| grants::list_unredeemed(db.read(), after, before, 9);
        assert_eq!(unredeemed(None, end).await.unwrap(), []);
        let both = unredeemed(None, end + 1).await.unwrap();
        assert_eq!(unredeemed(Some(both[0]), end + 1).await.unwrap(), both[1..]);
        // A code that was redeemed meanwhile keeps its grant.
        assert_eq!(write!(db, grants::remove_unredeemed, &both, end), 0);
        assert_eq!(write!(db, grants::remove_unredeemed, &both, end + 1), 2);
        assert_eq!(read(db, &alice, NOW).await.granted, found);
    })
    .await;
}

#[tokio::test]
async fn session_is_found_with_user_factors_and_roles() {
    on_both(async |db| {
        let Scene {
            user,
            session,
            client,
            ..
        } = Scene::store(db).await;
        give_roles(db, &user).await;
        let find = async |roles, now| {
            let cookie = hash("cookie");
            let found = sessions::find_present(db.read(), &cookie, roles, None, now).await;
            found.unwrap()
        };
        let none = find(false, NOW).await.unwrap();
        assert_eq!((&none.session, &none.user), (&session, &user));
        assert_eq!((none.factors.app, none.held), (None, None));
        assert_eq!(find(true, session.idle_expires_at).await, None);

        let to = async |client| {
            let cookie = hash("cookie");
            let found = sessions::find_present(db.read(), &cookie, false, Some(client), NOW).await;
            found.unwrap().unwrap().consent
        };
        assert_eq!(to(&client.id).await, None);
        let given = consent(&user, &client, "openid");
        write!(db, consents::upsert, &given);
        assert_eq!(to(&client.id).await, Some(given));
        assert_eq!(to(&client_id("other")).await, None);
        assert_eq!(find(false, NOW).await.unwrap().consent, None);

        let factor = totp_factor(user.id);
        write!(db, totp_factors::insert_unconfirmed, &factor);
        let codes = [hash("a"), hash("b")];
        write!(db, recovery_codes::replace, user.id, &codes, NOW);
        let found = find(true, NOW).await.unwrap();
        let state = totp_factors::inventory(db.read(), user.id).await.unwrap();
        assert_eq!(state.codes_left, 2);
        assert!(state.app.is_some());
        assert_eq!(found.factors, state);
        assert_eq!(found.held, Some(anywhere(db, &user).await));
    })
    .await;
}

async fn anywhere(db: &Db, user: &User) -> EffectiveRoles {
    let scope = OrgScope::Any;
    let assigned = roles::effective_for_user_in(db.read(), user.id, scope, NOW).await;
    let assigned = assigned.unwrap();
    assert_eq!(assigned.roles.len(), 2);
    assigned
}

#[tokio::test]
async fn grants_are_found_with_roles() {
    on_both(async |db| {
        let Scene { user, grant, .. } = Scene::store(db).await;
        give_roles(db, &user).await;
        let all = anywhere(db, &user).await;
        for requested in [false, true] {
            let found = grants::find_redeemable(db.read(), grant.id, requested, None, NOW).await;
            let found = found.unwrap().unwrap();
            assert_eq!(found.context.grant, grant);
            let held = found.roles;
            // The grant has no organization.
            assert_eq!(held.there.roles.len(), 1);
            assert_eq!(held.anywhere, requested.then(|| all.clone()));
        }
    })
    .await;
}

pub fn provider(id: &str) -> Provider {
    Provider {
        id: ProviderId::parse(id).unwrap(),
        name: id.to_uppercase(),
        issuer: format!("https://{id}.example"),
        client_id: "doorward".to_owned(),
        secret_sealed: Some(vec![1, 2]),
        settings: ProviderSettings::default(),
        operator_urls: Vec::new(),
        disabled_at: None,
        created_at: NOW,
        updated_at: NOW,
    }
}

pub fn link(owner: &User, issuer: &str, created_at: i64) -> LinkedAccount {
    LinkedAccount {
        id: LinkId::from_uuid(Uuid::new_v4()),
        user_id: owner.id,
        issuer: issuer.to_owned(),
        subject: owner.username.clone(),
        label: "somebody".to_owned(),
        roles: vec!["reader".to_owned()],
        created_at,
        last_used_at: None,
    }
}

#[tokio::test]
async fn linkable_accounts_are_read_in_single_statement() {
    on_both(async |db| {
        let (alice, bob) = (user("alice"), user("bob"));
        write!(db, users::insert, &alice);
        write!(db, users::insert, &bob);
        let read = async |now| {
            let browser = hash("browser");
            let found = linked_accounts::find_around(db.read(), alice.id, &browser, now).await;
            found.unwrap()
        };
        assert_eq!(read(NOW).await, LinkingContext::default());

        let off = Provider {
            disabled_at: Some(NOW),
            ..provider("off")
        };
        for item in [&provider("beta"), &provider("acme"), &off] {
            write!(db, providers::insert, item);
        }
        let links = [
            link(&alice, "https://beta.example", NOW + 1),
            link(&alice, "https://off.example", NOW),
            link(&bob, "https://beta.example", NOW),
        ];
        for link in &links {
            assert!(write!(db, linked_accounts::insert, link));
        }
        let identity =
            r#"{"issuer":"https://acme.example","subject":"1","email_verified":false,"mfa":false}"#;
        let identity: UpstreamIdentity = serde_json::from_str(identity).unwrap();
        for browser in ["browser", "other"] {
            let sign_up = FederatedSignUp {
                browser_hash: hash(browser),
                provider: ProviderId::parse("acme").unwrap(),
                identity: identity.clone(),
                interaction_id: None,
                expires_at: NOW + 10,
            };
            write!(db, federated_sign_ups::put, &sign_up);
        }
        let found = read(NOW).await;
        let listed = repo::linked_accounts::list(db.read(), alice.id).await;
        assert_eq!(found.links, listed.unwrap());
        assert_eq!(found.links, [links[1].clone(), links[0].clone()]);
        let active = providers::list_active(db.read()).await.unwrap();
        assert_eq!(active, [provider("acme"), provider("beta")]);
        assert_eq!(found.providers, active);
        let waiting = federated_sign_ups::find(db.read(), &hash("browser"), NOW).await;
        assert!(found.sign_up.is_some());
        assert_eq!(found.sign_up, waiting.unwrap());
        assert_eq!(read(NOW + 10).await.sign_up, None);
    })
    .await;
}
