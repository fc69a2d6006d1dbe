//! Tests that a client, an organization and a role end alike by the console, the API and the command
//! line. No bulk change ends them. `endings` has what ends for one user.

use doorward_access::clock::Clock as _;
use doorward_admin::clients;
use doorward_admin::operator::AdminContext;
use doorward_admin::organizations::{self, OrganizationChange};
use doorward_admin::roles::{self, RoleChange};
use doorward_domain::model::{
    BulkAction, Client, ClientChange, ClientId, Member, Organization, Role, SubjectKind,
};
use doorward_store::repo;
use doorward_testkit::{Authorization, Page, Stack, TestClient, UserAgent, flows};
use serde_json::json;

use super::world::World;
use crate::console::support::{browser, confirm, submit};

flows!(each_way_ends_object_alike);

/// A way to end something.
#[derive(Clone, Copy, Debug)]
enum Way {
    Console,
    Api,
    Command,
}

/// Something to end.
#[derive(Clone, Copy, Debug)]
enum Ending {
    DisableClient,
    DeleteClient,
    DisableOrganization,
    DeleteOrganization,
    DisableRole,
    DeleteRole,
}

/// A member of an organization with a role in it, and tokens of a client for both.
struct Walker {
    client: TestClient,
    /// The slug of the organization, which is its name as well.
    org: String,
    role: String,
    access: String,
    refresh: String,
}

impl Walker {
    async fn create(world: &mut World<'_>, number: usize) -> Self {
        let [name, org, role, id] =
            ["walker", "org", "role", "app"].map(|kind| format!("{kind}{number}"));
        world.create_user(&name).await;
        let (stack, now) = (world.stack, world.stack.clock.now());
        let trusted = ClientId::parse(&stack.seed.trusted.id).unwrap();
        let model = repo::clients::find(world.db.read(), &trusted).await;
        let client = Client {
            id: ClientId::parse(&id).unwrap(),
            name: id.clone(),
            ..model.unwrap().unwrap()
        };
        let organization = Organization {
            slug: org.clone(),
            name: org.clone(),
            active: true,
            domain: None,
            created_at: now,
            updated_at: now,
        };
        let member = Member {
            user_id: world.people[&name],
            is_owner: false,
            created_at: now,
            expires_at: None,
        };
        let given = Role {
            name: role.clone(),
            description: String::new(),
            active: true,
            permissions: ["users:read".to_owned()].into(),
        };
        let tx = world.db.begin_write().await.unwrap();
        repo::clients::insert(&tx, &client).await.unwrap();
        repo::organizations::insert(&tx, &organization)
            .await
            .unwrap();
        repo::organizations::put_member(&tx, &org, &member)
            .await
            .unwrap();
        repo::roles::upsert(&tx, &given).await.unwrap();
        tx.commit().await.unwrap();
        let user = world.id(&name);
        world
            .assign(SubjectKind::User, &user, &role, Some(&org))
            .await;
        stack.clear_caches();
        let client = TestClient {
            id,
            ..stack.seed.trusted.clone()
        };
        let request = Authorization::new(stack.issuer(), &client)
            .with("scope", "openid admin offline_access")
            .with("organization", &org);
        let code = request.complete(&UserAgent::new(), &name).await.code();
        let mut walker = Self {
            client,
            org,
            role,
            access: String::new(),
            refresh: String::new(),
        };
        let page = stack.exchange(&walker.client, &code).await;
        assert!(walker.take(&page), "{}", page.dump());
        walker
    }

    /// Takes the tokens of a response. Returns false for an error.
    fn take(&mut self, page: &Page) -> bool {
        let is_given = page.status == 200;
        if is_given {
            self.access = page.member("access_token").expect("an access token");
            self.refresh = page.member("refresh_token").expect("a refresh token");
        }
        is_given
    }

    /// Returns what is left: the rights in the organization, the access token, and the refresh token.
    async fn left(&mut self, world: &World<'_>) -> [bool; 3] {
        let stack = world.stack;
        stack.clear_caches();
        let path = "/api/admin/users";
        let users = world.call_as(&self.access, "GET", path, None).await;
        let agent = UserAgent::new();
        let userinfo = agent.http().get(stack.at("/oauth2/userinfo"));
        let userinfo = agent.send(userinfo.bearer_auth(&self.access)).await;
        let refreshed = stack.refresh(&self.client, &self.refresh).await;
        [
            users.status == 200,
            userinfo.status == 200,
            self.take(&refreshed),
        ]
    }

    /// Returns the section of the object that ends, and its ID, which is its name as well.
    fn object(&self, ending: Ending) -> (&'static str, &str) {
        match ending {
            Ending::DisableClient | Ending::DeleteClient => ("clients", self.client.id.as_str()),
            Ending::DisableOrganization | Ending::DeleteOrganization => {
                ("organizations", self.org.as_str())
            }
            Ending::DisableRole | Ending::DeleteRole => ("roles", self.role.as_str()),
        }
    }
}

impl Ending {
    const fn is_deletion(self) -> bool {
        matches!(
            self,
            Self::DeleteClient | Self::DeleteOrganization | Self::DeleteRole
        )
    }
}

async fn by_console(stack: &Stack, admin: &UserAgent, ending: Ending, walker: &Walker) {
    let (section, id) = walker.object(ending);
    let section = if section == "clients" {
        "apps"
    } else {
        section
    };
    let home = format!("/admin/{section}/{id}");
    let page = if ending.is_deletion() {
        confirm(stack, admin, &format!("{home}/delete"), Some(id)).await
    } else if section == "roles" {
        let page = submit(stack, admin, &format!("{home}/edit"), &[("state", "no")]).await;
        admin
            .submit(&page.press("#confirm button[value=save]"))
            .await
    } else {
        confirm(stack, admin, &format!("{home}/disable"), None).await
    };
    assert_eq!(page.status, 303, "{ending:?}: {}", page.dump());
}

async fn by_api(world: &World<'_>, ending: Ending, walker: &Walker) {
    let (section, id) = walker.object(ending);
    let path = format!("/api/admin/{section}/{id}");
    let page = if ending.is_deletion() {
        world.change("admin", "DELETE", &path, None).await
    } else {
        let off = match section {
            "clients" => json!({ "disabled": true }),
            _ => json!({ "active": false }),
        };
        world.change("admin", "PATCH", &path, Some(&off)).await
    };
    let expected = if ending.is_deletion() { 204 } else { 200 };
    assert_eq!(page.status, expected, "{ending:?}: {}", page.dump());
}

async fn by_command(world: &World<'_>, ending: Ending, walker: &Walker) {
    let operator = AdminContext::command_line(&world.db, &world.stack.clock);
    let client = ClientId::parse(&walker.client.id).unwrap();
    let (org, role) = (&walker.org, &walker.role);
    let done = match ending {
        Ending::DisableClient => {
            let change = ClientChange {
                disabled: Some(true),
                ..ClientChange::default()
            };
            clients::update(&operator, &client, change).await.map(drop)
        }
        Ending::DeleteClient => clients::delete(&operator, &client).await.map(drop),
        Ending::DisableOrganization => {
            let change = OrganizationChange {
                active: Some(false),
                ..OrganizationChange::default()
            };
            let changed = organizations::update(&operator, org, change).await;
            changed.map(drop)
        }
        Ending::DeleteOrganization => organizations::delete(&operator, org).await.map(drop),
        Ending::DisableRole => {
            let change = RoleChange {
                active: Some(false),
                ..RoleChange::default()
            };
            roles::update(&operator, role, change).await.map(drop)
        }
        Ending::DeleteRole => roles::delete(&operator, role).await.map(drop),
    };
    done.unwrap();
}

async fn each_way_ends_object_alike(stack: &Stack) {
    let words = BulkAction::ALL.map(BulkAction::as_str);
    let of_users = [
        "disable",
        "enable",
        "end_sessions",
        "add_to_group",
        "verify_email",
        "change_email_domain",
        "require_new_password",
    ];
    assert_eq!(
        words, of_users,
        "a bulk change of other objects is a way, too"
    );
    let mut world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    let mut number = 0;
    // What is left: the rights in the organization, the access token, and the refresh token.
    for (ending, expected) in [
        (Ending::DisableClient, [false; 3]),
        (Ending::DeleteClient, [false; 3]),
        (Ending::DisableOrganization, [false; 3]),
        (Ending::DeleteOrganization, [false; 3]),
        (Ending::DisableRole, [false, true, true]),
        (Ending::DeleteRole, [false, true, true]),
    ] {
        for way in [Way::Console, Way::Api, Way::Command] {
            number += 1;
            let mut walker = Walker::create(&mut world, number).await;
            assert_eq!(walker.left(&world).await, [true; 3]);
            match way {
                Way::Console => by_console(stack, &admin, ending, &walker).await,
                Way::Api => by_api(&world, ending, &walker).await,
                Way::Command => by_command(&world, ending, &walker).await,
            }
            let left = walker.left(&world).await;
            assert_eq!(left, expected, "{ending:?} by {way:?}");
        }
    }
}
