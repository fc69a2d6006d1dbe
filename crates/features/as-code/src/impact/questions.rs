//! The sign-ins and tokens that a plan may change.

use std::collections::{BTreeMap, BTreeSet};

use doorward_admin::clients::{SIMULATION_PERMISSIONS, acts_for_itself, can_be_simulated};
use doorward_admin::kinds::Document;
use doorward_admin::prelude::*;
use doorward_store::repo::access_sets::AccessSet;

use super::clients;
use super::sets::{MAX_SIMULATED, Touched, TouchedSets, objects, texts};
use crate::plan::{Action, Change, Plan};
use crate::state::State;

/// A simulated sign-in, or a token that a client requests for itself.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Question {
    /// Client; `None` for a stand-in with all scopes.
    pub client: Option<ClientId>,
    pub user: Option<UserId>,
    pub org: Option<String>,
    /// Redirect URI; that which the client registered first if `None`.
    pub redirect: Option<String>,
    /// Number of users like this one.
    pub users: u64,
}

/// Questions that are answered twice.
#[derive(Debug, Default)]
pub struct Questions {
    pub(super) sets: Vec<AccessSet>,
    pub tokens: Vec<Question>,
    pub(super) clients: Vec<ClientId>,
    /// Users whose permissions are not compared.
    pub(super) uncounted: u64,
    /// Objects and members that are not examined.
    pub(super) unknown: Vec<String>,
    pub(super) unsimulated: Option<&'static str>,
}

/// A user for whom sign-ins are simulated.
struct Person {
    user: UserId,
    organizations: Vec<String>,
}

/// Maximum number of organizations of a user in which sign-ins are simulated.
const MAX_ORGANIZATIONS: usize = 3;

/// Members of a client that are in no token and stop no sign-in.
const INERT: [&str; 8] = [
    "name",
    "branding",
    "post_logout_redirect_uris",
    "consent.publisher",
    "consent.policy_uri",
    "consent.tos_uri",
    "consent.logo",
    "allowed_origins",
];

/// Kinds whose objects no question is about.
const UNEXAMINED: [&str; 2] = ["sites", "saml-clients"];

fn is_inert(change: &Change) -> bool {
    change.action == Action::Change
        && change.members.keys().all(|name| {
            INERT.iter().any(|inert| {
                name.strip_prefix(inert)
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
            })
        })
}

impl Questions {
    /// Chooses what a plan may affect and the caller may read.
    pub async fn of(context: &AdminContext<'_>, plan: &Plan, state: &State) -> Result<Self> {
        let mut permissions = SIMULATION_PERMISSIONS.into_iter();
        if permissions.any(|permission| context.require_global(permission).is_err()) {
            let needed = "it needs users:read, clients:read, roles:read and groups:read";
            return Ok(Self {
                unsimulated: Some(needed),
                ..Self::default()
            });
        }
        let touched = Touched::of(context, plan, state).await?;
        let asked = Asked::of(context, plan, state, &touched).await?;
        let TouchedSets { sets, others } =
            TouchedSets::read(context, plan, &touched, asked.needs_sets()).await?;
        let mut questions = Self {
            clients: clients::changed(plan).collect(),
            uncounted: sets.iter().skip(MAX_SIMULATED).map(|set| set.users).sum(),
            unknown: unexamined(plan),
            ..Self::default()
        };
        let plain = repo::users::list(context.db.read(), None, 20).await?;
        let plain = plain.into_iter().find(User::is_active).map(|user| Person {
            user: user.id,
            organizations: Vec::new(),
        });
        let person = |set: &AccessSet| Person {
            user: set.sample,
            organizations: set
                .organizations
                .iter()
                .take(MAX_ORGANIZATIONS)
                .cloned()
                .collect(),
        };
        let people: Vec<Person> = plain
            .into_iter()
            .chain(sets.iter().chain(&others).map(person))
            .collect();
        questions.add_stand_ins(&sets, people.first().filter(|_| touched.is_content));
        questions.add_clients(context, &asked, &people).await?;
        if questions.tokens.len() > MAX_SIMULATED {
            let rest = questions.tokens.len() - MAX_SIMULATED;
            questions.unknown.push(format!("{rest} more sign-ins"));
            questions.tokens.truncate(MAX_SIMULATED);
        }
        questions.sets = sets;
        questions.sets.truncate(MAX_SIMULATED);
        Ok(questions)
    }

    /// Adds a token with all scopes for one user of each set, and for one without any access.
    fn add_stand_ins(&mut self, sets: &[AccessSet], plain: Option<&Person>) {
        let question = |user: UserId, org: Option<&String>, users: u64| Question {
            client: None,
            user: Some(user),
            org: org.cloned(),
            redirect: None,
            users,
        };
        let plain = plain.map(|plain| question(plain.user, None, 1));
        self.tokens.extend(plain);
        for set in sets {
            self.tokens
                .push(question(set.sample, set.organizations.first(), set.users));
        }
    }

    /// Adds the sign-ins at clients, those of all clients for one user first.
    async fn add_clients(
        &mut self,
        context: &AdminContext<'_>,
        asked: &Asked,
        people: &[Person],
    ) -> Result<()> {
        let ids: Vec<&ClientId> = asked.0.keys().collect();
        let found = repo::clients::find_all(context.db.read(), &ids).await?;
        let mut later = Vec::new();
        for client in found.iter().filter(|client| can_be_simulated(client)) {
            let Some(own) = asked.0.get(&client.id) else {
                continue;
            };
            let users = if self.tokens.len() < MAX_SIMULATED {
                clients::reach(context, &client.id).await?.users
            } else {
                0
            };
            let question = |user: Option<UserId>, org: Option<String>| Question {
                client: Some(client.id.clone()),
                user,
                org,
                redirect: None,
                users,
            };
            if acts_for_itself(client) {
                let organizations = own.organizations.iter().cloned().map(Some);
                self.tokens.extend(
                    [None]
                        .into_iter()
                        .chain(organizations)
                        .map(|org| question(None, org)),
                );
                continue;
            }
            let mut people = people.iter();
            if let Some(first) = people.next() {
                self.tokens.push(question(Some(first.user), None));
                let removed = own.redirects.iter().map(|uri| Question {
                    redirect: Some(uri.clone()),
                    ..question(Some(first.user), None)
                });
                self.tokens.extend(removed);
            }
            for person in people.filter(|_| !own.is_inert) {
                let organizations = person.organizations.iter().cloned().map(Some);
                let all = [None].into_iter().chain(organizations);
                later.extend(all.map(|org| question(Some(person.user), org)));
            }
        }
        self.tokens.extend(later);
        Ok(())
    }
}

/// Returns the names of what cannot be simulated.
fn unexamined(plan: &Plan) -> Vec<String> {
    let has = |kind: &str| plan.of(kind).next().is_some();
    let mut unknown: Vec<String> = UNEXAMINED
        .into_iter()
        .filter(|kind| has(kind))
        .map(str::to_owned)
        .collect();
    // A value of the profile is that of one user.
    let is_of_profile = |change: &Change| {
        let mut members = change
            .members
            .iter()
            .filter(|(name, _)| name.starts_with("source."));
        let values = |value: &Value| value == "profile_field";
        members.any(|(_, (before, after))| values(before) || values(after))
    };
    if has("profile-fields") || plan.of("claims").any(is_of_profile) {
        unknown.push("values of profile fields".to_owned());
    }
    unknown
}

/// Questions about a client.
#[derive(Debug, Default)]
struct OfClient {
    /// True if a change concerns no token.
    is_inert: bool,
    /// Redirect URIs that a change removes.
    redirects: Vec<String>,
    /// Organizations in which the client has a role.
    organizations: Vec<String>,
}

/// The clients whose sign-ins are simulated.
#[derive(Debug, Default)]
struct Asked(BTreeMap<ClientId, OfClient>);

impl Asked {
    async fn of(
        context: &AdminContext<'_>,
        plan: &Plan,
        state: &State,
        touched: &Touched,
    ) -> Result<Self> {
        let mut asked = Self::default();
        for change in plan.of("clients") {
            let Some(id) = ClientId::parse(&change.key) else {
                continue;
            };
            let removed = change.members.get("redirect_uris").map(|(before, after)| {
                let [before, after] =
                    [before, after].map(|side| side.as_array().into_iter().flatten());
                let kept: BTreeSet<&str> = after.filter_map(Value::as_str).collect();
                let before = before
                    .filter_map(Value::as_str)
                    .filter(|uri| !kept.contains(uri));
                before.map(str::to_owned).collect()
            });
            let own = OfClient {
                is_inert: is_inert(change),
                redirects: removed.unwrap_or_default(),
                ..OfClient::default()
            };
            asked.0.insert(id, own);
        }
        let of_claims = plan.of("claims").flat_map(|change| {
            let stored = state.find(change.kind, &change.key);
            let stored = stored.and_then(|object| object.document.get("client_id"));
            let new = change.members.get("client_id").map(|(_, after)| after);
            stored
                .into_iter()
                .chain(new)
                .filter_map(|value| ClientId::parse(value.as_str()?))
        });
        for id in of_claims {
            asked.0.entry(id).or_default().is_inert = false;
        }
        if touched.is_empty() {
            return Ok(asked);
        }
        let scopes = touched.scopes(context, state).await?;
        for (key, (_, client)) in objects(context, state, "clients").await? {
            let Some(id) = ClientId::parse(&key) else {
                continue;
            };
            let organizations = touched.of_client(&client);
            let mut words = client
                .get("scope")
                .and_then(Value::as_str)
                .unwrap_or_default()
                .split(' ');
            if organizations.is_some() || words.any(|scope| scopes.contains(scope)) {
                let own = asked.0.entry(id).or_default();
                own.is_inert = false;
                own.organizations = organizations.unwrap_or_default();
            }
        }
        Ok(asked)
    }

    /// Returns true if the tokens of all users are compared.
    fn needs_sets(&self) -> bool {
        self.0.values().any(|own| !own.is_inert)
    }
}

impl Touched {
    /// Returns the organizations in which a client has roles, if one of its roles is touched.
    fn of_client(&self, client: &Document) -> Option<Vec<String>> {
        let roles = texts(client, "roles");
        let split = |role: &&str| match role.split_once('@') {
            Some((name, org)) => (name.to_owned(), Some(org.to_owned())),
            None => ((*role).to_owned(), None),
        };
        let roles: Vec<(String, Option<String>)> = roles.iter().map(split).collect();
        let is_touched = roles.iter().any(|(role, org)| {
            self.roles.contains(role)
                || org
                    .as_ref()
                    .is_some_and(|org| self.organizations.contains(org))
        });
        let organizations: BTreeSet<String> =
            roles.into_iter().filter_map(|(_, org)| org).collect();
        is_touched.then(|| organizations.into_iter().take(MAX_ORGANIZATIONS).collect())
    }
}
