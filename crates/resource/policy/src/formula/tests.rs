use super::*;

fn leaf(text: &str) -> Formula {
    Formula::leaf(text.to_owned())
}

fn is_satisfiable(formula: &Formula) -> bool {
    formula.is_satisfiable(&Implications::default())
}

#[test]
fn contradictions_are_found() {
    let (a, b, c) = (leaf("a"), leaf("b"), leaf("c"));
    for (formula, expected) in [
        (Formula::Known(true), true),
        (Formula::Known(false), false),
        (a.clone(), true),
        (a.clone().and(a.clone().negate()), false),
        (a.clone().or(a.clone().negate()).negate(), false),
        (a.clone().or(b.clone()).and(a.clone().negate()), true),
        (
            a.clone()
                .or(b.clone())
                .negate()
                .and(a.clone().or(b.clone())),
            false,
        ),
        (
            a.clone().or(b.clone()).negate().and(a.clone().or(b).or(c)),
            true,
        ),
        (Formula::all([]), true),
        (Formula::any([]), false),
    ] {
        assert_eq!(is_satisfiable(&formula), expected, "{formula:?}");
    }
}

#[test]
fn implications_apply_in_both_directions() {
    let mut known = Implications::new([("service".to_owned(), vec!["groups.".to_owned()])]);
    known.add("is bob".to_owned(), vec!["member".to_owned()]);
    let (service, group) = (leaf("service"), leaf("groups.a"));
    let (bob, member) = (leaf("is bob"), leaf("member"));
    for (formula, expected) in [
        (service.clone().and(group.clone()), false),
        (group.clone().and(service.clone()), false),
        (service.clone().negate().and(group), true),
        (bob.clone().and(member.clone().negate()), false),
        (member.clone().negate().and(bob.clone()), false),
        (bob.clone().negate().and(member), true),
        (bob.and(service), true),
    ] {
        assert_eq!(formula.is_satisfiable(&known), expected, "{formula:?}");
    }
}

#[test]
fn search_ends() {
    // Each of forty conditions occurs in both senses: no shortcut decides.
    let parts = (0..40).map(|number| {
        let next = leaf(&format!("{}", (number + 1) % 40));
        leaf(&format!("{number}")).or(next.negate())
    });
    let all = Formula::all(parts);
    assert!(is_satisfiable(&all));
    let odd = (0..24).map(|number| {
        let (one, other) = (leaf(&format!("x{number}")), leaf(&format!("y{number}")));
        one.clone().or(other.clone()).and(one.and(other).negate())
    });
    assert!(is_satisfiable(&Formula::all(odd)));
}
