//! The impact of a plan: users who lose access, clients whose next sign-in fails, tokens with other content, and
//! protections that weaken. Facts are read before the transaction and in it, by the code that issues tokens.

mod clients;
mod facts;
mod questions;
mod sets;
pub(crate) mod text;

use std::collections::BTreeMap;

use doorward_admin::prelude::*;

pub use self::clients::Reach;
pub use self::facts::{Facts, TokenFacts};
pub use self::questions::{Question, Questions};
pub use self::sets::{MAX_SIMULATED, TouchedSets};

use crate::plan::Plan;

/// The effect of a plan on users, clients and tokens.
#[derive(Clone, Debug, Default)]
pub struct Impact {
    /// Users who lose a permission, or an organization.
    pub users: u64,
    /// Users whose permissions were not compared, because their sets are too many.
    pub uncounted: u64,
    pub losses: Vec<Loss>,
    /// Clients that are deleted or disabled, with their present users and sessions.
    pub ended: Vec<Reach>,
    /// Clients whose next sign-in or token request fails, with the reason.
    pub failing: Vec<(ClientId, String)>,
    pub tokens: Vec<TokenChange>,
    /// Protections that weaken: object and member.
    pub weaker: Vec<(String, String)>,
    /// Objects and members that were not examined.
    pub unknown: Vec<String>,
    /// Number of simulated sign-ins.
    pub simulated: usize,
    /// Reason why no sign-in was simulated.
    pub unsimulated: Option<&'static str>,
}

/// Permissions that users lose.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Loss {
    /// Organization in which they are lost.
    pub organization: Option<String>,
    pub permissions: Vec<String>,
    pub users: u64,
}

/// Members of tokens that change.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TokenChange {
    /// Client; `None` for any client with all scopes.
    pub client: Option<ClientId>,
    /// Number of users with the same roles, groups and organizations as the simulated one.
    pub users: u64,
    /// Members with both values; null for an absent one.
    pub members: BTreeMap<String, (Value, Value)>,
}

impl Impact {
    /// Returns true if nothing is affected.
    pub fn is_none(&self) -> bool {
        self.users == 0
            && self.uncounted == 0
            && self.unknown.is_empty()
            && self.ended.is_empty()
            && self.failing.is_empty()
            && self.tokens.is_empty()
            && self.weaker.is_empty()
    }

    /// Compares the facts before and after the operations of a plan.
    pub fn of(plan: &Plan, before: &Facts, after: &Facts) -> Self {
        let mut impact = Self {
            weaker: before.weaker(plan, after),
            simulated: before.simulated(),
            unsimulated: before.unsimulated,
            uncounted: before.uncounted,
            unknown: before.unknown.clone(),
            ..Self::default()
        };
        impact.add_losses(before, after);
        impact.add_tokens(before, after);
        impact
    }

    /// Adds the clients that end, with the users and sessions that they reach now.
    pub async fn add_ended(
        &mut self,
        context: &AdminContext<'_>,
        ended: Vec<ClientId>,
    ) -> Result<()> {
        let more = ended.len().saturating_sub(MAX_SIMULATED);
        for client in ended.iter().take(MAX_SIMULATED) {
            self.ended.push(clients::reach(context, client).await?);
        }
        if more > 0 {
            self.unknown.push(format!("{more} more clients that end"));
        }
        Ok(())
    }

    fn add_losses(&mut self, before: &Facts, after: &Facts) {
        let mut losses = BTreeMap::<(Option<String>, Vec<String>), u64>::new();
        for (held, left) in before.access.iter().zip(&after.access) {
            let mut is_losing = false;
            for (scope, permissions) in &held.permissions {
                let left = left.permissions.get(scope);
                let lost = permissions
                    .iter()
                    .filter(|permission| !left.is_some_and(|left| left.contains(*permission)));
                let lost: Vec<String> = lost.cloned().collect();
                if !lost.is_empty() {
                    is_losing = true;
                    *losses.entry((scope.clone(), lost)).or_default() += held.users;
                }
            }
            if is_losing {
                self.users += held.users;
            }
        }
        let losses = losses.into_iter();
        self.losses = losses
            .map(|((organization, permissions), users)| Loss {
                organization,
                permissions,
                users,
            })
            .collect();
        self.losses
            .sort_by_key(|loss| std::cmp::Reverse(loss.users));
    }

    fn add_tokens(&mut self, before: &Facts, after: &Facts) {
        let mut changes: Vec<TokenChange> = Vec::new();
        for (question, former) in &before.tokens {
            let new = after.tokens.get(question);
            let (members, problem) = former.compare(new.unwrap_or(&TokenFacts::Absent));
            if let (Some(problem), Some(client)) = (problem, &question.client)
                && !self.failing.iter().any(|(known, _)| known == client)
            {
                self.failing.push((client.clone(), problem));
            }
            if members.is_empty() {
                continue;
            }
            let same = |change: &&mut TokenChange| {
                change.client == question.client && change.members == members
            };
            match changes.iter_mut().find(same) {
                // The users of a client are counted once.
                Some(change) if change.client.is_some() => {
                    change.users = change.users.max(question.users);
                }
                Some(change) => change.users += question.users,
                None => changes.push(TokenChange {
                    client: question.client.clone(),
                    users: question.users,
                    members,
                }),
            }
        }
        changes.sort_by_key(|change| std::cmp::Reverse(change.users));
        self.tokens = changes;
    }
}
