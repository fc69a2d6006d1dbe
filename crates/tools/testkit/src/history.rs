//! A linearizability checker: can the results of several clients have occurred in some sequential
//! order?
//!
//! [`check`] is the search of Wing and Gong with Lowe's memoization: an operation may come next if
//! no other had been answered before it was sent, and a set of operations that led to the same
//! state is not tried again. An unanswered operation may have happened at any time after it was
//! sent, or not at all. The object is small: one code with its grant's tokens ([`Family`]).
//!
//! The checker in the `stateright` crate has no such memoization: for 16 concurrent calls, of which
//! one must be wrong, it takes factorial time.

use std::collections::HashSet;
use std::hash::Hash;
use std::time::Instant;

/// An object under sequential operations.
pub trait Object: Clone + Eq + Hash {
    type Operation;
    type Answer;

    /// Returns the object after an operation with this answer, or `None` if that answer is
    /// impossible. Without an answer: after the operation with any answer.
    fn after(&self, operation: &Self::Operation, answer: Option<&Self::Answer>) -> Option<Self>;
}

/// An operation as seen by its client.
#[derive(Clone, Debug)]
pub struct Event<O, A> {
    /// Time when the operation was sent.
    pub asked: Instant,
    /// Time and content of the answer; `None` without an answer, or with an inconclusive one.
    pub answered: Option<(Instant, A)>,
    pub operation: O,
}

/// Returns true if there is an order of these events in which `first` would have given these
/// answers. At most 128 events.
pub fn check<T: Object>(first: &T, events: &[Event<T::Operation, T::Answer>]) -> bool {
    assert!(events.len() <= 128, "a set of events is one number");
    let must = mask(events, |event| event.answered.is_some());
    let mut seen = HashSet::new();
    let mut open = vec![(0_u128, first.clone())];
    while let Some((done, object)) = open.pop() {
        if done & must == must {
            return true;
        }
        let waiting = |at: &usize| done & (1 << at) == 0;
        let answers = (0..events.len()).filter(waiting);
        let answers = answers.filter_map(|at| events[at].answered.as_ref().map(|(when, _)| *when));
        // Operations sent after this time follow an event that was not applied yet.
        let Some(soonest) = answers.min() else {
            continue;
        };
        let mut next = Vec::new();
        for at in (0..events.len()).filter(waiting) {
            let event = &events[at];
            if event.asked > soonest {
                continue;
            }
            let answer = event.answered.as_ref().map(|(_, answer)| answer);
            let Some(after) = object.after(&event.operation, answer) else {
                continue;
            };
            if after != object {
                next.push((done | (1 << at), after));
            } else if answer.is_some() {
                // It fits and excludes no other order: any operation that may come now may also
                // come after it.
                next = vec![(done | (1 << at), after)];
                break;
            }
        }
        open.extend(next.into_iter().filter(|next| seen.insert(next.clone())));
    }
    false
}

fn mask<O, A>(events: &[Event<O, A>], is_in: impl Fn(&Event<O, A>) -> bool) -> u128 {
    let numbered = events.iter().enumerate();
    let chosen = numbered.filter(|(_, event)| is_in(event));
    chosen.fold(0, |mask, (at, _)| mask | (1 << at))
}

/// A refresh token, numbered in the order in which clients received them.
pub type Token = u32;

/// A code of one session, with its tokens.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Family {
    /// Set if the code was presented.
    redeemed: bool,
    /// Set if everything was revoked, or the session has ended.
    dead: bool,
    /// Consumed refresh tokens, in order.
    spent: Vec<Known>,
    /// Current refresh token.
    live: Option<Known>,
}

/// An existing token; `None` as long as no client knows its name.
type Known = Option<Token>;

/// A client's operation on a family.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Operation {
    /// Redemption of the code.
    Redeem,
    /// Redemption of this refresh token.
    Refresh(Token),
    /// Introspection of the access tokens.
    Introspect,
    /// Revocation of a token, and of the family with it.
    Revoke,
    EndSession,
}

/// The answer to an operation.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FamilyAnswer {
    /// Tokens, with this refresh token.
    Tokens(Token),
    /// The error `invalid_grant`.
    Refused,
    /// The state of the access tokens.
    Active(bool),
    /// Success without content.
    Done,
}

impl Object for Family {
    type Operation = Operation;
    type Answer = FamilyAnswer;

    fn after(&self, operation: &Operation, answer: Option<&FamilyAnswer>) -> Option<Self> {
        let mut next = self.clone();
        let would = match operation {
            Operation::Redeem => next.redeem(answer),
            Operation::Refresh(token) => next.refresh(*token, answer),
            Operation::Introspect => Some(FamilyAnswer::Active(next.redeemed && !next.dead)),
            Operation::Revoke | Operation::EndSession => {
                next.dead = true;
                Some(FamilyAnswer::Done)
            }
        };
        let fits = answer.is_none_or(|answer| would == Some(*answer));
        fits.then_some(next)
    }
}

/// The answer that a family would give; `None` for a token that no client knows.
type Would = Option<FamilyAnswer>;

impl Family {
    fn redeem(&mut self, answer: Option<&FamilyAnswer>) -> Would {
        // RFC 6749 §4.1.2: a second use revokes all tokens.
        if std::mem::replace(&mut self.redeemed, true) {
            self.dead = true;
        }
        if self.dead {
            return Some(FamilyAnswer::Refused);
        }
        let name = self.new_name(answer);
        self.live = Some(name);
        name.map(FamilyAnswer::Tokens)
    }

    fn refresh(&mut self, token: Token, answer: Option<&FamilyAnswer>) -> Would {
        if self.dead {
            return Some(FamilyAnswer::Refused);
        }
        if self.live == Some(Some(token)) {
            let name = self.new_name(answer);
            self.spent.push(self.live.replace(name).flatten());
            return name.map(FamilyAnswer::Tokens);
        }
        match self
            .spent
            .iter()
            .rposition(|consumed| *consumed == Some(token))
        {
            // The answer was lost (decision 5): repeated once. It may reveal a name for the first
            // time.
            Some(at) if at + 1 == self.spent.len() => {
                if self.live == Some(None) {
                    self.live = Some(self.new_name(answer));
                }
                self.live.flatten().map(FamilyAnswer::Tokens)
            }
            // Reuse of a refresh token (RFC 9700 §4.14.2).
            Some(_) => {
                self.dead = true;
                Some(FamilyAnswer::Refused)
            }
            None => Some(FamilyAnswer::Refused),
        }
    }

    /// Returns the name of a new token: the one in the answer, if it was not used before.
    fn new_name(&self, answer: Option<&FamilyAnswer>) -> Known {
        let Some(FamilyAnswer::Tokens(name)) = answer else {
            return None;
        };
        let known = self.spent.iter().chain(&self.live);
        (!known.flatten().any(|token| token == name)).then_some(*name)
    }
}

#[cfg(test)]
mod tests;
