//! Users with equal results: the first ones are printed, the others become one line with their number.

use std::collections::BTreeMap;

use crate::item::{Item, Kind};

/// Number of users with equal results that are printed.
const PRINTED: u64 = 3;

/// Decision, codes of the notes with their columns, and changed fields.
type Outcome = (&'static str, Vec<String>, Vec<&'static str>);

/// The numbers of users by their results.
#[derive(Debug, Default)]
pub struct Grouped(BTreeMap<Outcome, Group>);

#[derive(Debug)]
struct Group {
    number: u64,
    /// Line of the first user, without the decision.
    first: String,
}

impl Grouped {
    /// Counts a result. Returns true if it is printed. `line` is the line of an item.
    pub fn admit(&mut self, item: &Item, line: impl FnOnce(&Item) -> String) -> bool {
        if item.kind != Kind::User {
            return true;
        }
        let notes = item.notes.iter();
        let notes = notes.map(|note| match &note.column {
            Some(column) => format!("{} {column}", note.code),
            None => note.code.to_owned(),
        });
        let fields = item.changes.iter().map(|change| change.field);
        let outcome = (item.decision.as_str(), notes.collect(), fields.collect());
        let group = self.0.entry(outcome).or_insert_with(|| Group {
            number: 0,
            first: line(item),
        });
        group.number += 1;
        group.number <= PRINTED
    }

    /// Returns one line for the users of each result that were not printed.
    pub fn rest(&self) -> impl Iterator<Item = String> {
        let groups = self.0.iter().filter(|(_, group)| group.number > PRINTED);
        groups.map(|((decision, ..), group)| {
            let more = group.number - PRINTED;
            let first = group.first.trim_start_matches(decision).trim_start();
            format!("{decision} {more} more users, each as {first}")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Grouped;
    use crate::item::{Decision, FieldChange, Item, Kind, Note};
    use serde_json::Value;

    fn item(number: usize, decision: Decision, code: &'static str) -> Item {
        let note = Note::new(code, format!("the text of {number}"));
        let mut item = Item::skipped(Kind::User, &number.to_string(), "", vec![note]);
        item.decision = decision;
        item
    }

    fn line(item: &Item) -> String {
        let text = &item.notes[0].text;
        format!("{} user {}: {text}", item.decision.as_str(), item.old_id)
    }

    #[test]
    fn thousand_equal_results_are_three_lines_and_a_number() {
        let mut grouped = Grouped::default();
        let all = (0..1_000).map(|number| item(number, Decision::Change, "username_derived"));
        let printed = all.filter(|item| grouped.admit(item, line)).count();
        assert_eq!(printed, 3);
        let rest: Vec<_> = grouped.rest().collect();
        assert_eq!(
            rest,
            ["change 997 more users, each as user 0: the text of 0"]
        );
    }

    #[test]
    fn different_results_are_counted_apart() {
        let mut grouped = Grouped::default();
        let changed = |field| FieldChange {
            field,
            before: Value::Null,
            after: Value::Null,
        };
        for number in 0..2 {
            let base = item(number, Decision::Update, "a");
            let all = [
                item(number, Decision::Skip, "a"),
                item(number, Decision::Skip, "b"),
                item(number, Decision::Change, "a"),
                Item {
                    changes: [changed("email")].into(),
                    ..base.clone()
                },
                Item {
                    changes: [changed("disabled")].into(),
                    ..base.clone()
                },
                Item {
                    notes: vec![base.notes[0].clone().about("is_staff", None)],
                    ..base
                },
            ];
            assert!(all.iter().all(|item| grouped.admit(item, line)));
        }
        assert_eq!(grouped.rest().count(), 0);
        // Objects of the catalog are few, and each has a decision of the operator.
        let role = Item::rejected(Kind::Role, "x", Note::new("a", "text"));
        assert!((0..10).all(|_| grouped.admit(&role, line)));
    }
}
