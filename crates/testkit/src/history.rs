//! Whether what several clients saw can have happened one after the other (linearizability).
//!
//! [`check`] is the search of Wing and Gong with Lowe's memory: an operation may come next if no other had
//! been answered before it was asked, and a set of operations that led to the same state once is not
//! tried again. What was never answered may have happened at any time after it was asked, or not at all. The
//! object is small: one code with all that came from it ([`Family`]).
//!
//! The checker in the `stateright` crate has no such memory: 16 calls at the same time, of which one must
//! be wrong, cost it factorials.

use std::collections::HashSet;
use std::hash::Hash;
use std::time::Instant;

/// An object as it would be if one operation came after the other.
pub trait Object: Clone + Eq + Hash {
    /// What it is asked.
    type Operation;
    /// What it says.
    type Answer;

    /// The object after an operation that was answered so, or none if it would never answer so. Without an
    /// answer: after the operation, whatever it said.
    fn after(&self, operation: &Self::Operation, answer: Option<&Self::Answer>) -> Option<Self>;
}

/// One operation, as the client who asked for it saw it.
#[derive(Clone, Debug)]
pub struct Event<O, A> {
    /// When it was asked.
    pub asked: Instant,
    /// When what was answered; none where no answer came, or one that leaves it open.
    pub answered: Option<(Instant, A)>,
    /// What was asked.
    pub operation: O,
}

/// Whether there is an order of these events in which `first` would have answered so. At most 128 events.
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
        // Whatever was asked after this came after an event that has not had its turn yet.
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
                // It fits, and is in nobody's way: whatever else may come now may come after it.
                next = vec![(done | (1 << at), after)];
                break;
            }
        }
        open.extend(next.into_iter().filter(|one| seen.insert(one.clone())));
    }
    false
}

fn mask<O, A>(events: &[Event<O, A>], is_in: impl Fn(&Event<O, A>) -> bool) -> u128 {
    let numbered = events.iter().enumerate();
    let chosen = numbered.filter(|(_, event)| is_in(event));
    chosen.fold(0, |mask, (at, _)| mask | (1 << at))
}

/// A refresh token, numbered as its clients came to know it.
pub type Token = u32;

/// A code of one session, and all that came from it.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Family {
    /// Whether the code was presented.
    redeemed: bool,
    /// Whether everything from it was revoked, or its session has ended.
    dead: bool,
    /// The refresh tokens that were spent, in order.
    spent: Vec<Known>,
    /// The one that is not.
    live: Option<Known>,
}

/// A token that exists; none as long as nobody was told its name.
type Known = Option<Token>;

/// What clients do with a family.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Operation {
    /// The code is exchanged.
    Redeem,
    /// This token is exchanged.
    Refresh(Token),
    /// Whether its access tokens count.
    Introspect,
    /// A token is revoked, and the family with it.
    Revoke,
    /// The session that all hangs on is ended.
    EndSession,
}

/// What they are told.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Answer {
    /// Tokens, among them this refresh token.
    Tokens(Token),
    /// `invalid_grant`.
    Refused,
    /// Whether it counts.
    Active(bool),
    /// It is done.
    Done,
}

impl Object for Family {
    type Operation = Operation;
    type Answer = Answer;

    fn after(&self, operation: &Operation, answer: Option<&Answer>) -> Option<Self> {
        let mut next = self.clone();
        let would = match operation {
            Operation::Redeem => next.redeem(answer),
            Operation::Refresh(token) => next.refresh(*token, answer),
            Operation::Introspect => Some(Answer::Active(next.redeemed && !next.dead)),
            Operation::Revoke | Operation::EndSession => {
                next.dead = true;
                Some(Answer::Done)
            }
        };
        let fits = answer.is_none_or(|answer| would == Some(*answer));
        fits.then_some(next)
    }
}

/// What a family would answer; none where that is a token whose name nobody is told.
type Would = Option<Answer>;

impl Family {
    fn redeem(&mut self, answer: Option<&Answer>) -> Would {
        // RFC 6749 §4.1.2: who comes second takes everything along.
        if std::mem::replace(&mut self.redeemed, true) {
            self.dead = true;
        }
        if self.dead {
            return Some(Answer::Refused);
        }
        let name = self.new_name(answer);
        self.live = Some(name);
        name.map(Answer::Tokens)
    }

    fn refresh(&mut self, token: Token, answer: Option<&Answer>) -> Would {
        if self.dead {
            return Some(Answer::Refused);
        }
        if self.live == Some(Some(token)) {
            let name = self.new_name(answer);
            self.spent.push(self.live.replace(name).flatten());
            return name.map(Answer::Tokens);
        }
        match self.spent.iter().rposition(|spent| *spent == Some(token)) {
            // The answer was lost (decision 5): the same once more. It may tell a name for the first time.
            Some(at) if at + 1 == self.spent.len() => {
                if self.live == Some(None) {
                    self.live = Some(self.new_name(answer));
                }
                self.live.flatten().map(Answer::Tokens)
            }
            // RFC 9700 §4.14.2.
            Some(_) => {
                self.dead = true;
                Some(Answer::Refused)
            }
            None => Some(Answer::Refused),
        }
    }

    /// The name of a new token: the one in the answer, if it says one that was never said before.
    fn new_name(&self, answer: Option<&Answer>) -> Known {
        let Some(Answer::Tokens(name)) = answer else {
            return None;
        };
        let known = self.spent.iter().chain(&self.live);
        (!known.flatten().any(|token| token == name)).then_some(*name)
    }
}

#[cfg(test)]
mod tests;
