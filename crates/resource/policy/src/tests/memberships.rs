//! A principal of whom only some memberships are known: the same decisions, with the others looked up
//! by the database, and a cost that does not depend on their number.

use super::agreement::{random_object, random_person, random_situation, seeded};
use super::*;
use crate::attribute_values::Attributes;
use crate::filter::Member;
use crate::principal::{Extent, MembershipSet};

/// Returns the principal with the same memberships, known to this extent.
fn known(person: &PolicyPrincipal, extent: Extent) -> PolicyPrincipal {
    let mut known = person.clone();
    known.extent = extent;
    known
}

#[test]
fn lookup_of_memberships_selects_same_objects() {
    let engine = engine();
    let mut rng = seeded(21);
    let mut looked_up = 0;
    for _ in 0..200 {
        let (person, situation) = (random_person(&mut rng), random_situation(&mut rng));
        for kind in [Kind::Task, Kind::Project, Kind::Document] {
            for action in Action::on(kind) {
                let all = engine.select(&person, *action, kind, &situation);
                let partly = known(&person, Extent::Some);
                let some = engine.select(&partly, *action, kind, &situation);
                let many = known(&person, Extent::Many);
                assert_eq!(engine.select(&many, *action, kind, &situation), some);
                assert!(all.exact && some.exact, "{action:?} {kind:?}");
                looked_up += usize::from(some.filter.looks_up_members());
                assert!(!all.filter.looks_up_members());
                for _ in 0..5 {
                    let object = random_object(&mut rng, kind);
                    let case = format!("{action:?} {person:?} {object:?} {some:?}");
                    let allowed = engine.decide(&person, *action, &object, &situation).allowed;
                    let decided = engine.decide(&partly, *action, &object, &situation);
                    assert_eq!(decided.allowed, allowed, "{case}");
                    assert_eq!(some.filter.admits(&object, &person), allowed, "{case}");
                }
            }
        }
    }
    assert!(looked_up > 100, "{looked_up}");
}

#[rstest]
#[case("principal.projects.contains(resource)", false)]
#[case(
    "resource.owner == principal && principal.leads.contains(resource)",
    false
)]
#[case("principal.projects.isEmpty()", true)]
#[case("principal has projects && principal.verified", false)]
#[case(
    r#"principal.reviews.contains(Project::"00000000-0000-0000-0000-000000000001")"#,
    true
)]
#[case("principal.projects.containsAny([resource])", true)]
#[case("principal.may_edit == principal.leads", true)]
#[case(
    "(if principal.verified then principal.leads else principal.projects).contains(resource)",
    true
)]
#[case("principal.verified", false)]
fn other_uses_of_memberships_need_all_of_them(#[case] condition: &str, #[case] expected: bool) {
    let text = format!("permit (principal, action, resource is Project) when {{ {condition} }};");
    let file = "own.cedar".to_owned();
    let engine = Engine::with(vec![Source { file, text }], None).unwrap();
    assert_eq!(engine.needs_all_memberships(), expected, "{condition}");
    if expected {
        // Such a rule never decides on a part of the memberships.
        let mut rng = seeded(22);
        let object = random_object(&mut rng, Kind::Project);
        let mut me = principal("p1", "", "", "");
        me.email_verified = true;
        let me = PolicyPrincipal::with_memberships(&me, &Memberships::default(), Extent::Some);
        let decision = engine.decide(&me, Action::Read, &object, &now());
        assert!(!decision.allowed);
    }
}

#[test]
fn built_in_and_ready_rules_need_no_more_than_object() {
    assert!(!engine().needs_all_memberships());
    for (file, sources) in agreement::library() {
        let engine = Engine::with(sources, None).unwrap();
        assert!(!engine.needs_all_memberships(), "{file}");
    }
}

#[test]
fn condition_names_user_and_organization() {
    let mut me = principal("me", "", "", "");
    me.org = Some("acme".to_owned());
    let me = PolicyPrincipal::with_memberships(&me, &Memberships::default(), Extent::Some);
    let text = "permit (principal, action, resource is Task) \
                when { resource has project && principal.leads.contains(resource.project) };";
    let source = Source {
        file: "own.cedar".to_owned(),
        text: text.to_owned(),
    };
    let engine = Engine::with(vec![source], None).unwrap();
    let selection = engine.select(&me, Action::Read, Kind::Task, &now());
    let member = Member {
        set: MembershipSet::Leads,
        org: "acme".to_owned(),
        subject: "me".to_owned(),
    };
    let path = vec!["project".to_owned()];
    let expected = Filter::Present(path.clone()).and(Filter::Member(path, member.into()));
    assert_eq!(selection.filter, expected);
}

/// The principal is converted once, however many decisions follow.
#[test]
fn principal_is_converted_once() {
    let mut me = principal("me", "", "", ALL_SCOPES);
    me.groups = (0..200).map(|number| format!("/group-{number}")).collect();
    let ids = (0..10_000).map(Uuid::from_u128).collect();
    let all = Memberships {
        projects: ids,
        ..Memberships::default()
    };
    let me = PolicyPrincipal::new(&me, &all);
    assert_eq!(me.conversions(), 0);
    let engine = engine();
    for number in 0..100 {
        let attributes = Attributes::from([
            ("owner", Value::user("other")),
            ("org", Value::text("")),
            ("confidentiality", Value::text("restricted")),
            ("status", Value::text("active")),
        ]);
        let project = Object::new(Kind::Project, Uuid::from_u128(number), attributes);
        for action in [Action::Read, Action::Update, Action::ReadMembers] {
            let decision = engine.decide(&me, action, &project, &now());
            assert_eq!(decision.allowed, action != Action::Update);
        }
    }
    assert_eq!(me.conversions(), 1);
    assert_eq!(me.clone().conversions(), 1, "a copy keeps the conversion");
}
