//! The guards of a nightly file: a file that would change many users is probably wrong.

use std::fmt;

use doorward_admin::source_change::SourceChange;

use crate::item::FieldChange;
use crate::prelude::*;
use crate::sync::{SyncOptions, UserLimit};

/// The default of [`SyncOptions::max_changes`].
const CHANGES: UserLimit = UserLimit::Percent(20);
/// Number of users that the default allows in a small source.
const FEW: u64 = 10;
/// Number of pairs of domains in a text.
const PAIRS: usize = 5;

/// The users that a file would treat in each way.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Users of the source that are in the file, or active.
    pub users: u64,
    /// Active users that are missing in the file.
    pub left: u64,
    pub disabled: u64,
    pub joined: u64,
    pub changed: u64,
    pub sums: Sums,
}

/// The number of changes of each field, and of addresses from one domain to another.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sums {
    fields: BTreeMap<&'static str, u64>,
    domains: BTreeMap<(String, String), u64>,
}

impl Sums {
    pub fn add(&mut self, changes: &[FieldChange]) {
        for change in changes {
            *self.fields.entry(change.field).or_default() += 1;
            if change.field == "email" {
                let [from, to] = [&change.before, &change.after].map(domain);
                if from != to {
                    *self.domains.entry((from, to)).or_default() += 1;
                }
            }
        }
    }

    /// Returns the numbers of addresses by their domains, as sentences, the largest first.
    pub fn domains(&self) -> Vec<String> {
        let mut all: Vec<_> = self.domains.iter().collect();
        all.sort_by_key(|(_, number)| std::cmp::Reverse(**number));
        let shown = all.iter().take(PAIRS).map(|((from, to), number)| {
            let noun = if **number == 1 {
                "address"
            } else {
                "addresses"
            };
            format!("{number} {noun} from {from} to {to}")
        });
        let rest = all.get(PAIRS..).unwrap_or_default();
        let others: u64 = rest.iter().map(|(_, number)| **number).sum();
        shown
            .chain((others > 0).then(|| format!("{others} to other domains")))
            .collect()
    }
}

impl fmt::Display for Sums {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fields = self.fields.iter();
        let fields = fields.map(|(field, number)| format!("{field} {number}"));
        let all: Vec<_> = fields.chain(self.domains()).collect();
        f.write_str(&all.join(", "))
    }
}

/// Returns the domain of an address.
fn domain(address: &Value) -> String {
    let text = address.as_str().unwrap_or_default();
    let domain = text.rsplit_once('@').map_or("", |(_, domain)| domain);
    domain.to_lowercase()
}

impl Counts {
    pub fn add_change(&mut self, change: &SourceChange, fields: &[FieldChange]) {
        self.changed += 1;
        self.disabled += u64::from(change.account.disabled == Some(true));
        self.sums.add(fields);
    }
}

/// The users of a file that may not be treated in one way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Excess {
    what: String,
    option: &'static str,
    limit: String,
    allowed: u64,
    needed: u64,
    hint: &'static str,
}

impl fmt::Display for Excess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            what,
            option,
            limit,
            allowed,
            needed,
            hint,
        } = self;
        write!(
            f,
            "{what}, and {option} {limit} allows {allowed}; nothing was changed. {hint}, run the command again \
             with {option} {needed}"
        )
    }
}

/// Returns the first limit that a file exceeds.
pub fn check(options: &SyncOptions, counts: &Counts) -> Option<Excess> {
    let Counts { users, left, .. } = *counts;
    let leavers = |number, what| {
        let max = options.max_leavers;
        (number > max.of(users)).then(|| Excess {
            what,
            option: "--max-leavers",
            limit: max.to_string(),
            allowed: max.of(users),
            needed: number,
            hint: "Check that the file is complete; if it is",
        })
    };
    let (allowed, limit) = match options.max_changes {
        Some(max) => (max.of(users), max.to_string()),
        None => (
            CHANGES.of(users).max(FEW),
            format!("{CHANGES} (at least {FEW} users)"),
        ),
    };
    let changes = |number, what| {
        (number > allowed).then(|| Excess {
            what,
            option: "--max-changes",
            limit: limit.clone(),
            allowed,
            needed: number,
            hint: "Look at the changes with --dry-run; if they are right",
        })
    };
    let (disabled, joined, changed) = (counts.disabled, counts.joined, counts.changed);
    let of_missing = format!("{left} of {users} users of the source are missing in the file");
    let of_disabled = format!("the file disables {disabled} of {users} users of the source");
    let of_changed = format!(
        "the file changes {changed} of {users} users of the source ({})",
        counts.sums
    );
    let of_joined = format!("the file adds {joined} users to the {users} of the source");
    leavers(left, of_missing)
        .or_else(|| leavers(disabled, of_disabled))
        .or_else(|| changes(changed, of_changed))
        // In the first run, every user is new.
        .or_else(|| changes(joined, of_joined).filter(|_| users > 0))
}
